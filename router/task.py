"""H, the task handler's vocabulary: what a task is, how it is asked for, and what it is given.

A task is a typed async function with a docstring. Its first parameter is the `Context`; the others are what the
request says, checked and converted by pydantic:

    @task("wait {seconds} seconds", family=Family.CONVERSATION, effects=False)
    async def wait(context: Context, seconds: float) -> Outcome:
        '''Wait for a while.'''

Its phrases need no model to be understood: `(a|b)` is a choice, `[a]` may be left out, `{name}` is an argument of any
words, `{name:a|b}` an argument that is one of these.
"""

import asyncio
import inspect
from collections import deque
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextvars import ContextVar
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any, Concatenate, Protocol, TypeAlias

from pydantic import BaseModel, ConfigDict, ValidationError, create_model

from assistant.alarms import Alarms
from assistant.audio import Samples
from assistant.errors import TaskError
from assistant.events import Artifact, Heard, Manner, Reply, Say, Show, Working
from assistant.history import History
from assistant.stream import Stream
from assistant.workspace import Workspace
from models.base import Models, Posteriors, Report
from router.arguments import Ask, Resource
from router.clipboard import Clipboard
from router.jobs import Job
from router.speech import Speech
from router.unfit import unfit

KEPT_RECORDINGS = 10
"""How many of the user's latest turns stay in memory as sound."""


class Family(StrEnum):
    """The task families of the paper, by what goes in and what comes out, and the conversation itself."""

    CONVERSATION = "conversation"
    AUDIO_TO_TEXT = "audio to text"
    AUDIO_TO_AUDIO = "audio to audio"
    AUDIO_TO_EVENT = "audio to event"
    AUDIO_TO_VIDEO = "audio to video"
    TEXT_TO_AUDIO = "text to audio"
    IMAGE_TO_AUDIO = "image to audio"
    SCORE_TO_AUDIO = "score to audio"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a task has to say for itself."""

    text: str
    """A sentence or two, fit to be spoken."""
    play: tuple[Artifact, ...] = ()
    """Sounds to play after it, in order."""
    show: tuple[Show, ...] = ()
    manner: Manner | None = None
    """How to say `text`, where not in the conversation's manner."""
    verbatim: bool = False
    """Whether `text` is the very thing asked for: it is spoken as it is, and no engine puts it into other words."""
    failed: bool = False
    """Whether it was not done, and `text` says why; the router sets it."""
    used: Mapping[str, str] = field(default_factory=dict)
    """What it was made from, by argument, as it can be named again: what is asked next may be about the same."""
    parts: tuple[Say, ...] = ()
    """`text` in its pieces, where they are not all said alike, such as words of another language within it; joined by
    spaces they are `text`."""


class Missing(TaskError):
    """Something that a task needs was not said; its sentence asks for it."""

    def __init__(self, pending: "Pending") -> None:
        super().__init__(pending.question)
        self.pending = pending


class Ambiguous(TaskError):
    """Several things are called so, or none is pointed at; its sentence asks which one is meant."""

    def __init__(self, question: str, said: str = "") -> None:
        super().__init__(question)
        self.said = said
        """The words that may mean several things; empty where there were none."""


@dataclass(frozen=True, slots=True)
class NextTurn:
    """What becomes of the next turn, when it is content and not a request."""

    task: str
    take: "Callable[[Context, Heard], Awaitable[Outcome]]"


SpeechShare: TypeAlias = Callable[[Samples, int], Awaitable[float]]
"""How much of mono float32 of shape (n,) at a rate in hertz is speech: 0 to 1 of its duration."""

Record: TypeAlias = Callable[[float, asyncio.Future[float]], Awaitable[tuple[Samples, int]]]
"""Records what the microphone hears, float32 of shape (n,), and its rate in hertz, once the loudspeaker is quiet.

Given are the seconds it lasts at most, and what ends it earlier: the second of the microphone's stream from which on
nothing belongs to it any more.

Raises:
    DeviceError: the microphone gives nothing.
"""

LoadVoice: TypeAlias = Callable[[str], Awaitable[str]]
"""Loads the voice of a name, so that it can speak, and gives what the user must be told of it; empty for most.

Raises:
    EarshotError: it cannot be loaded; the sentence says what to do.
"""


class Draw(Protocol):
    """Draws what can be seen of a file, into a folder: PNG files. Blocking; `models.pictures.pictures_of` is one."""

    def __call__(
        self, kind: str, path: Path, folder: Path, posteriors: Posteriors | None = None, before: Path | None = None
    ) -> tuple[Path, ...]:
        """Draw a file of a kind, with what was found in it, or below the sound it was made of.

        Raises:
            DataError: it cannot be read, or the pictures cannot be written.
        """


@dataclass(frozen=True, slots=True)
class Pending:
    """A request that lacks something, which was asked for: the next turn may be the answer."""

    task: str
    arguments: Mapping[str, Any]
    """What is known already."""
    missing: str
    """The name of the argument that was asked for."""
    question: str


@dataclass(frozen=True, slots=True, eq=False)
class Unasked:
    """Something the assistant has to say of its own accord: a result that took its time, an alarm that rings."""

    replies: Callable[[], Stream[Reply]]
    """Opened when the floor is free, and once more where nothing of it had sounded when somebody began to speak; closed
    early when it is interrupted. Yields nothing where there is nothing to say any more."""
    heard: Heard = field(default_factory=lambda: Heard(""))
    """The turn it answers, where there is one."""
    tasks: tuple[str, ...] = ()
    """What it came of, by the tasks' names."""


@dataclass(frozen=True, slots=True)
class Undo:
    """How to take back what a task did."""

    what: str
    """What is undone, as part of a sentence: "the note"."""
    take_back: "Callable[[Context], Awaitable[None]]"


@dataclass(frozen=True, slots=True)
class Moment:
    """What belongs to the turn that a task is done for. Several turns may be at work at once, and each sees its own."""

    heard: Heard | None = None
    """The turn."""
    report: Report = lambda share: None  # noqa: E731
    """Told by the task how far it is."""
    certain: asyncio.Event | None = None
    """Set once it is certain that the turn is over; None: it is."""
    before: "tuple[str, Mapping[str, Any]] | None" = None
    """What was done before it, with its arguments; None: nothing, or it is not known."""
    there: int | None = None
    """The number up to which things were there when the turn before it was over; None: it is not known."""


MOMENT: ContextVar[Moment] = ContextVar("MOMENT", default=Moment())  # noqa: B039  # it is frozen


@dataclass(slots=True)
class Context:
    """What tasks may look at and change."""

    workspace: Workspace
    history: History = field(default_factory=History)
    manner: Manner = field(default_factory=Manner)
    """How the assistant speaks in this conversation."""
    recordings: deque[Heard] = field(default_factory=lambda: deque(maxlen=KEPT_RECORDINGS))
    """The user's latest turns with their sound, newest last; the present turn joins them once it is certain."""
    next_turn: NextTurn | None = None
    """Set by a task that asks for something to be said ("record a note"): takes the next turn, once."""
    last_said: Say | None = None
    """What the user last asked to have said, for "slower" and "spell it"."""
    last_speech: "Speech | None" = None
    """The same with how it was said, and of which file, for "now with a man's voice"."""
    folder: Path = field(default_factory=Path)
    """Where files that are not of this session are looked for; the working directory."""
    speech_share: SpeechShare | None = None
    record: Record | None = None
    """None: there is no microphone to record with."""
    clipboard: Clipboard = field(default_factory=Clipboard)
    voices: tuple[str, ...] = ()
    """The names of the voices that `Manner.voice` may ask for; the first speaks where it asks for none."""
    load_voice: LoadVoice | None = None
    tasks: "Sequence[Task]" = ()
    """All there is to ask for; filled in by the router."""
    models: Models | None = None
    """The engines that do the paper's tasks; None: there are none."""
    draw: Draw | None = None
    """What makes results visible; None: nothing does."""
    jobs: list[Job] = field(default_factory=list)
    """The work that goes on in the background, or whose results have not been told yet; oldest first."""
    progress: Callable[[Working], None] = lambda working: None  # noqa: E731
    """Shows how far work in the background is; set by the session."""
    attendants: "list[Callable[[Context], Awaitable[None]]]" = field(default_factory=list)
    """What goes on beside the conversation for as long as it lasts; `Router.attend` runs them."""
    pending: Pending | None = None
    """What was asked back in the last turn."""
    outbox: asyncio.Queue[Unasked] = field(default_factory=asyncio.Queue)
    """What the assistant has to say of its own accord, for the session to take when the floor is free."""
    undoable: list[Undo] = field(default_factory=list)
    """What "undo" takes back, newest last."""
    volume_db: float = 0.0
    """How loud everything is played, speech and sounds, beside `manner`; -inf where it is muted."""
    unmuted_db: float = 0.0
    """How loud it was before it was muted."""
    alarms: Alarms = field(default_factory=Alarms)
    """Timers and alarms; `router.ringing.attend` has them ring."""
    last_call: "tuple[str, Mapping[str, Any]] | None" = None
    """The latest task that was carried out, and its arguments, for "do it again"; set by the router."""
    consents: dict[Path, bool] = field(default_factory=dict)
    """Recordings of which was asked whether the person in them may be imitated, and whether that was granted."""

    @property
    def present(self) -> Heard | None:
        """The turn being answered where this is asked, once it is certain."""
        moment = MOMENT.get()
        return moment.heard if moment.certain is None or moment.certain.is_set() else None

    @property
    def report(self) -> Report:
        """Told by a task how far it is, 0 to 1. What is fetched here belongs to the task that fetches it."""
        return MOMENT.get().report

    def last_recording(self) -> Heard | None:
        """The user's latest turn with sound, before the one being answered."""
        turns = list(self.recordings)
        present = next((i for i, heard in enumerate(turns) if heard is self.present), len(turns))
        return next((heard for heard in reversed(turns[:present]) if len(heard.audio)), None)


TaskFunction: TypeAlias = Callable[Concatenate[Context, ...], Awaitable[Outcome]]


@dataclass(frozen=True, slots=True)
class Phrase:
    """A way of asking."""

    template: str
    arguments: Mapping[str, Any] = field(default_factory=dict)
    """What the words say without a slot for it, such as {"change": "reversed"} for "play it backwards"."""


@dataclass(frozen=True, slots=True)
class Unfinished:
    """A way of asking that leaves something open."""

    template: str
    question: str
    """Asked back."""
    then: str
    """The whole request, once the answer is put in place of `{answer}`."""


def means(*templates: str, **arguments: Any) -> tuple[Phrase, ...]:
    """Ways of asking for the same thing with the same arguments."""
    return tuple(Phrase(template, arguments) for template in templates)


@dataclass(frozen=True, slots=True)
class Task:
    """Something the assistant can do, and how to ask for it."""

    run: TaskFunction
    phrases: tuple[Phrase | Unfinished, ...]
    """Ways of asking that are understood word for word."""
    family: Family
    effects: bool
    """Whether it changes anything. One that does not may run before the user's turn is certainly over."""
    examples: tuple[str, ...] = ()
    """Ways of asking that other wordings are compared with, `{argument}` standing for what is given."""
    takes: tuple[str, ...] = ()
    """The kinds of resources without which it cannot begin, such as ("audio",)."""
    doing: str = ""
    """What it does while it takes its time, as part of a sentence: "cleaning it up"."""

    @property
    def name(self) -> str:
        """The function's name."""
        return self.run.__name__

    @property
    def about(self) -> str:
        """What it does, for the model that chooses; the function's docstring. Its first line is fit to be spoken."""
        return inspect.getdoc(self.run) or ""

    @property
    def schema(self) -> Mapping[str, Any]:
        """JSON schema of the arguments."""
        return _schema(self.run)

    async def __call__(self, context: Context, arguments: Mapping[str, Any]) -> Outcome:
        """Check the arguments and run.

        Raises:
            Missing: an argument that can be asked for is missing, or a resource's name may mean several.
            TaskError: an argument is missing, unknown or does not fit, or the task failed.
        """
        try:
            checked = _arguments(self.run).model_validate(dict(arguments))
        except ValidationError as error:
            if pending := self._pending(arguments, error):
                raise Missing(pending) from error
            wanted = self.name.replace("_", " ")
            raise TaskError(f"I did not get all I need to {wanted}: {unfit(error.errors())}.") from error
        try:
            return await self.run(context, **{name: getattr(checked, name) for name in type(checked).model_fields})
        except Ambiguous as error:
            raise self._which(arguments, error) from error

    def _which(self, arguments: Mapping[str, Any], error: Ambiguous) -> TaskError:
        """What to ask back where a resource's name may mean several: the question, and which argument it is for."""
        fields = _arguments(self.run).model_fields
        named = [name for name, f in fields.items() if any(isinstance(m, Resource) for m in f.metadata)]
        missing = next((name for name in named if str(arguments.get(name, "")) == error.said), None)
        return Missing(Pending(self.name, dict(arguments), missing, str(error))) if missing else error

    def _pending(self, arguments: Mapping[str, Any], error: ValidationError) -> Pending | None:
        """What to ask back, if all that is wrong is that something to be asked for is missing."""
        fields = _arguments(self.run).model_fields
        missing = [str(e["loc"][0]) for e in error.errors() if e["type"] == "missing"]
        questions = {name: m.question for name in missing for m in fields[name].metadata if isinstance(m, Ask)}
        if len(missing) < error.error_count() or not questions:
            return None
        first = next(iter(questions))
        return Pending(self.name, dict(arguments), first, questions[first])


def task(
    *phrases: str | Phrase | Unfinished,
    family: Family,
    effects: bool,
    examples: Sequence[str] = (),
    takes: Sequence[str] = (),
    doing: str = "",
) -> Callable[[Callable[Concatenate[Context, ...], Awaitable[Outcome]]], Task]:
    """Make a task of the function below, asked for in these ways."""
    ways = tuple(Phrase(p) if isinstance(p, str) else p for p in phrases)
    return lambda run: Task(run, ways, family, effects, tuple(examples), tuple(takes), doing)


@cache
def _schema(run: TaskFunction) -> Mapping[str, Any]:
    """What `_arguments` gives, described for a language model."""
    schema: Mapping[str, Any] = _arguments(run).model_json_schema()
    return schema


@cache
def _arguments(run: TaskFunction) -> type[BaseModel]:
    """A pydantic model of the parameters after the context."""
    parameters = list(inspect.signature(run, eval_str=True).parameters.values())[1:]
    fields: dict[str, Any] = {
        p.name: (p.annotation, ... if p.default is inspect.Parameter.empty else p.default) for p in parameters
    }
    model: type[BaseModel] = create_model(run.__name__, __config__=ConfigDict(extra="forbid"), **fields)
    return model
