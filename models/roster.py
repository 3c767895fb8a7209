"""All models there are, and which of them may do a task."""

from collections.abc import Iterable, Iterator
from functools import partial

from assistant.errors import EngineError, EngineMissing
from models.base import Job
from models.catalogue import Entry, make, missing
from models.options import ModelsOptions
from models.slot import Resident, Slot
from models.suiting import ALIKE, fitness
from models.wording import task_in_words


class Roster:
    """The preferred ones come first."""

    def __init__(self, entries: Iterable[Entry], options: ModelsOptions) -> None:
        self._options = options
        self._slots = {entry.card.name: _slot(entry, options) for entry in entries}

    def __iter__(self) -> Iterator[Slot]:
        return iter(self._slots.values())

    def put_first(self, slot: Slot) -> None:
        """Prefer a model to all others; it takes the place of one of the same name."""
        others = {name: other for name, other in self._slots.items() if name != slot.name}
        self._slots = {slot.name: slot} | others

    def named(self, name: str) -> Slot:
        """The model of a name.

        Raises:
            EngineError: there is none.
        """
        if name not in self._slots:
            raise EngineError(f"There is no model {name} here; there is {', '.join(self._slots) or 'none'}.")
        return self._slots[name]

    def usable(self, task: str) -> list[Slot]:
        """The models that can be tried for a task now."""
        return [slot for slot in self._allowed(task) if slot.fault is None and (slot.engine or not slot.missing())]

    def suited(self, job: Job) -> list[Slot]:
        """Those of them that can be tried for a job, those first that say they can do it; where they all say that they
        cannot, they may tell it themselves."""
        usable = self.usable(job.task)
        fit = sorted(usable, key=lambda slot: -fitness(slot.card, job))
        return [slot for slot in fit if fitness(slot.card, job)] or usable

    def advice(self, job: Job) -> str:
        """What to get for a job that nothing here can do, as a sentence; empty where nothing is known that would."""
        if job.task in ALIKE:
            return ""
        fit = (slot for slot in self._allowed(job.task) if fitness(slot.card, job) == 2)
        return next((f"A model can do it too. {lack}" for slot in fit if (lack := slot.missing())), "")

    def resting(self, task: str) -> list[Slot]:
        """The models for a task that failed, and are left alone for a while."""
        return [slot for slot in self._allowed(task) if slot.fault]

    def refusal(self, task: str) -> EngineError:
        """Why no model can be tried for a task, and what would help."""
        doing, named, slots = task_in_words(task), self._options.engines.get(task), self._allowed(task)
        if named and not slots:
            return EngineMissing(f"The settings want {named} to {doing}, and there is no such engine for it.")
        if resting := [slot.fault.text for slot in slots if slot.fault]:
            return EngineError(resting[0])
        if slots:
            return EngineMissing(slots[0].missing())
        if others := [slot for slot in self if slot.card.task == task]:
            return EngineMissing(
                f"The only engine to {doing} is {others[0].name}, which may not be used commercially. To use it all "
                f"the same, name it in the settings as the engine for {task}."
            )
        return EngineMissing(f"There is no engine here yet to {doing}.")

    def shown(self) -> tuple[Resident, ...]:
        """How all of them are."""
        return tuple(slot.shown() for slot in self)

    def _allowed(self, task: str) -> list[Slot]:
        """The models that may do a task: the one that the settings name, or else all for commercial use too."""
        named = self._options.engines.get(task)
        slots = [slot for slot in self if slot.card.task == task]
        return [slot for slot in slots if (slot.name == named if named else slot.card.commercial)]


def _slot(entry: Entry, options: ModelsOptions) -> Slot:
    policy = options.policy_of(entry.card.name)
    return Slot(entry.card, partial(make, entry, options), policy, missing=partial(missing, entry, options))
