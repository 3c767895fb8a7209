"""H, the task handler's vocabulary: what a task is, and what it is given.

A task is a typed async function with a docstring. Its first parameter is the `Context`; the others are what the
request says, checked and converted by pydantic:

    @task("set the speed to {speed}", effects=True)
    async def speak_at(context: Context, speed: float = 1.0) -> Outcome:
        '''Change how fast the assistant speaks. speed: relative tempo, 0.5 to 2.'''
"""

import inspect
from collections import deque
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Concatenate, TypeAlias

from pydantic import ConfigDict, ValidationError, create_model

from assistant.errors import TaskError
from assistant.events import Artifact, Heard, Manner, Show
from assistant.history import History
from assistant.workspace import Workspace

KEPT_RECORDINGS = 10
"""How many of the user's latest turns stay in memory as sound."""


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


NextTurn: TypeAlias = Callable[["Context", Heard], Awaitable[Outcome]]
"""What becomes of the next turn, when it is content and not a request."""


@dataclass(slots=True)
class Context:
    """What tasks may look at and change."""

    workspace: Workspace
    history: History = field(default_factory=History)
    manner: Manner = field(default_factory=Manner)
    """How the assistant speaks in this conversation."""
    recordings: deque[Heard] = field(default_factory=lambda: deque(maxlen=KEPT_RECORDINGS))
    """The user's latest turns with their sound, newest last; the present turn is the last of them."""
    next_turn: NextTurn | None = None
    """Set by a task that asks for something to be said ("record a note"): takes the next turn, once."""
    last_said: str = ""
    """The text the user last asked to have said, for "slower" and "spell it"."""


TaskFunction: TypeAlias = Callable[Concatenate[Context, ...], Awaitable[Outcome]]


@dataclass(frozen=True, slots=True)
class Task:
    """Something the assistant can do, and how to ask for it."""

    run: TaskFunction
    phrases: tuple[str, ...]
    """Ways of asking that need no model to be understood; `{name}` stands for an argument."""
    effects: bool
    """Whether it changes anything. One that does not may run before the user's turn is certainly over."""

    @property
    def name(self) -> str:
        """The function's name."""
        return self.run.__name__

    @property
    def about(self) -> str:
        """What it does, for the model that chooses; the function's docstring."""
        return inspect.getdoc(self.run) or ""

    @property
    def schema(self) -> Mapping[str, Any]:
        """JSON schema of the arguments."""
        schema: Mapping[str, Any] = self._model().model_json_schema()
        return schema

    async def __call__(self, context: Context, arguments: Mapping[str, Any]) -> Outcome:
        """Check the arguments and run.

        Raises:
            TaskError: an argument is missing, unknown or does not fit, or the task failed.
        """
        try:
            checked = self._model().model_validate(dict(arguments))
        except ValidationError as error:
            faults = "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors())
            raise TaskError(f"I did not get all I need to {self.name.replace('_', ' ')}: {faults}.") from error
        return await self.run(context, **{name: getattr(checked, name) for name in type(checked).model_fields})

    def _model(self) -> Any:
        """A pydantic model of the parameters after the context."""
        parameters = list(inspect.signature(self.run, eval_str=True).parameters.values())[1:]
        fields: dict[str, Any] = {
            p.name: (p.annotation, ... if p.default is inspect.Parameter.empty else p.default) for p in parameters
        }
        return create_model(self.name, __config__=ConfigDict(extra="forbid"), **fields)
