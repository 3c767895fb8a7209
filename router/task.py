"""H, the task handler's vocabulary: what a task is, how it is asked for, and what it is given.

A task is a typed async function with a docstring. Its first parameter is the `Context`; the others are what the
request says, checked and converted by pydantic:

    @task("wait {seconds} seconds", family=Family.CONVERSATION, effects=False)
    async def wait(context: Context, seconds: float) -> Outcome:
        '''Wait for a while.'''

Its phrases need no model to be understood: `(a|b)` is a choice, `[a]` may be left out, `{name}` is an argument of any
words, `{name:a|b}` an argument that is one of these.
"""

import inspect
from collections import deque
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any, Concatenate, TypeAlias

from pydantic import BaseModel, ConfigDict, ValidationError, create_model

from assistant.audio import Samples
from assistant.errors import TaskError
from assistant.events import Artifact, Heard, Manner, Say, Show
from assistant.history import History
from assistant.workspace import Workspace

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


@dataclass(frozen=True, slots=True)
class NextTurn:
    """What becomes of the next turn, when it is content and not a request."""

    task: str
    take: "Callable[[Context, Heard], Awaitable[Outcome]]"


Transcribe: TypeAlias = Callable[[Samples, int], Awaitable[str]]
"""The words in mono float32 of shape (n,), any length, at a rate in hertz."""

SpeechShare: TypeAlias = Callable[[Samples, int], Awaitable[float]]
"""How much of mono float32 of shape (n,) at a rate in hertz is speech: 0 to 1 of its duration."""

LoadVoice: TypeAlias = Callable[[str], Awaitable[str]]
"""Loads the voice of a name, so that it can speak, and gives what the user must be told of it; empty for most.

Raises:
    EarshotError: it cannot be loaded; the sentence says what to do.
"""


@dataclass(slots=True)
class Context:
    """What tasks may look at and change."""

    workspace: Workspace
    history: History = field(default_factory=History)
    manner: Manner = field(default_factory=Manner)
    """How the assistant speaks in this conversation."""
    recordings: deque[Heard] = field(default_factory=lambda: deque(maxlen=KEPT_RECORDINGS))
    """The user's latest turns with their sound, newest last; the present turn joins them once it is certain."""
    present: Heard | None = None
    """The turn being answered, once it is certain."""
    next_turn: NextTurn | None = None
    """Set by a task that asks for something to be said ("record a note"): takes the next turn, once."""
    last_said: Say | None = None
    """What the user last asked to have said, for "slower" and "spell it"."""
    folder: Path = field(default_factory=Path)
    """Where files that are not of this session are looked for; the working directory."""
    transcribe: Transcribe | None = None
    speech_share: SpeechShare | None = None
    voices: tuple[str, ...] = ()
    """The names of the voices that `Manner.voice` may ask for; the first speaks where it asks for none."""
    load_voice: LoadVoice | None = None
    tasks: "Sequence[Task]" = ()
    """All there is to ask for; filled in by the router."""

    def last_recording(self) -> Heard | None:
        """The user's latest turn with sound, before the one being answered."""
        return next((h for h in reversed(self.recordings) if h is not self.present and len(h.audio)), None)


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
    family: Family
    effects: bool
    """Whether it changes anything. One that does not may run before the user's turn is certainly over."""

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
        schema: Mapping[str, Any] = _arguments(self.run).model_json_schema()
        return schema

    async def __call__(self, context: Context, arguments: Mapping[str, Any]) -> Outcome:
        """Check the arguments and run.

        Raises:
            TaskError: an argument is missing, unknown or does not fit, or the task failed.
        """
        try:
            checked = _arguments(self.run).model_validate(dict(arguments))
        except ValidationError as error:
            faults = "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors())
            raise TaskError(f"I did not get all I need to {self.name.replace('_', ' ')}: {faults}.") from error
        return await self.run(context, **{name: getattr(checked, name) for name in type(checked).model_fields})


def task(
    *phrases: str | Phrase | Unfinished, family: Family, effects: bool
) -> Callable[[Callable[Concatenate[Context, ...], Awaitable[Outcome]]], Task]:
    """Make a task of the function below, asked for in these ways."""
    ways = tuple(Phrase(p) if isinstance(p, str) else p for p in phrases)
    return lambda run: Task(run, ways, family, effects)


@cache
def _arguments(run: TaskFunction) -> type[BaseModel]:
    """A pydantic model of the parameters after the context."""
    parameters = list(inspect.signature(run, eval_str=True).parameters.values())[1:]
    fields: dict[str, Any] = {
        p.name: (p.annotation, ... if p.default is inspect.Parameter.empty else p.default) for p in parameters
    }
    model: type[BaseModel] = create_model(run.__name__, __config__=ConfigDict(extra="forbid"), **fields)
    return model
