"""Options of the models, apart from them so that settings need not import what they use."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import inf
from pathlib import Path
from typing import Literal, TypeVar

T = TypeVar("T")

UNITS_S = {"s": 1.0, "m": 60.0, "h": 3600.0}


@dataclass(frozen=True, slots=True)
class Policy:
    """How long a model stays in memory."""

    kind: Literal["always", "on_demand", "idle"]
    idle_s: float = inf
    """How long it may be of no use before it is let go."""

    @classmethod
    def read(cls, text: str) -> "Policy":
        """The policy that is written so.

        Raises:
            ValueError: it is none.
        """
        match text.strip().lower().partition(":"):
            case ("always", "", ""):
                return cls("always")
            case ("on_demand", "", ""):
                return cls("on_demand")
            case ("idle", ":", span):
                return cls("idle", _seconds(span))
        raise ValueError(f'a policy is always, on_demand or such as idle:10m, not "{text}"')

    def __str__(self) -> str:
        return f"idle:{_written(self.idle_s)}" if self.kind == "idle" else self.kind


@dataclass(frozen=True, slots=True)
class ModelsOptions:
    """The models that do tasks: which are used, where they run, and how long they stay in memory."""

    folder: Path = Path("models")
    """Where weights lie that were pulled, a folder each."""
    hub: str = ""
    """The address of the hub that weights are pulled from; empty for HF_ENDPOINT, or else Hugging Face's own."""
    default_policy: str = "idle:10m"
    """`always`: loaded at start, and stays. `on_demand`: loaded when it is wanted, and stays until memory is needed.
    `idle:10m`: the same, and let go when nobody wanted it for ten minutes (s, m or h)."""
    policy: Mapping[str, str] = field(default_factory=dict)
    """The policy of single models, by their name."""
    engines: Mapping[str, str] = field(default_factory=dict)
    """The model that does a task, by the task's name; then no other steps in. One whose licence forbids commercial use
    is used only if it is named here."""
    interpreters: Mapping[str, Path] = field(default_factory=dict)
    """The Python that a model runs in, by the model's name, in a process of its own: for packages that conflict with
    ours. Earshot must be installed there too, or at least numpy."""
    host_mb: float | None = None
    """The memory that models may take in all; none for half of what the machine has."""
    gpu_mb: float | None = None
    """The memory of the GPU that models may take in all; none for nine tenths of what other programs leave."""
    queue: int = 8
    """How many jobs may wait for one model; more are refused."""
    wait_s: float = 300.0
    """How long a job may wait for its model to be free and loaded."""
    timeout_s: float = 900.0
    """How long a job may run."""
    pause_s: float = 15.0
    """How long a model that broke down is left alone; twice as long each time it does so again, up to 10 minutes."""

    def __post_init__(self) -> None:
        for text in (self.default_policy, *self.policy.values()):
            Policy.read(text)
        if self.queue < 1:
            raise ValueError("queue is 1 or more")
        if min(self.wait_s, self.timeout_s, self.pause_s) <= 0:
            raise ValueError("wait_s, timeout_s and pause_s are above 0")
        if min(self.host_mb or 0, self.gpu_mb or 0) < 0:
            raise ValueError("memory is 0 or more")

    def policy_of(self, name: str) -> Policy:
        """The policy of a model."""
        return Policy.read(_of(name, self.policy) or self.default_policy)

    def interpreter_of(self, name: str) -> Path | None:
        """The Python that a model runs in; None: ours."""
        return _of(name, self.interpreters)


def _of(name: str, table: Mapping[str, T]) -> T | None:
    """What a table has for a model. In variables of the environment, where names have no "-", "_" stands for it."""
    return table.get(name, table.get(name.replace("-", "_")))


def _seconds(span: str) -> float:
    """Seconds of a span such as "90s", "10m" or "1.5h"."""
    number, unit = span[:-1], span[-1:]
    if unit not in UNITS_S or not number.replace(".", "", 1).isdecimal() or not float(number):
        raise ValueError(f'a span of time is such as 90s, 10m or 1.5h, not "{span}"')
    return float(number) * UNITS_S[unit]


def _written(seconds: float) -> str:
    unit = next(unit for unit in ("h", "m", "s") if seconds % UNITS_S[unit] == 0 or unit == "s")
    return f"{seconds / UNITS_S[unit]:g}{unit}"
