"""Runs the measures of `assistant eval capability`: task after task, and engine after engine, so that no more than one
of them is in memory. Every engine of a task gets the same material, since it is drawn by the same seed.

    tasks ─▶ measure, or why there is none
      └ candidates ─▶ Trial ─▶ measure([contender], bench) ─▶ rows, as they come
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from assistant.arguments import CapabilityArguments
from assistant.errors import DataError, EarshotError, EngineMissing
from assistant.evaluation.capability.base import Bench, Contender, Measure, Row
from assistant.evaluation.capability.contenders import Candidate, Trial, candidates
from assistant.evaluation.capability.names import CAPABILITIES
from assistant.evaluation.capability.report import Report
from assistant.evaluation.capability.tasks import measure_of
from assistant.evaluation.recordings import Recordings, required
from config.settings import Settings


def run(settings: Settings, arguments: CapabilityArguments) -> int:
    """Measure, print, and return the exit code: 1 where something that was wanted could not be measured.

    Raises:
        EarshotError: nothing can be measured.
    """
    report = Report(arguments.json)
    with TemporaryDirectory(prefix="earshot-") as folder:
        recordings = required(arguments.data) if arguments.data else Recordings(Path(folder) / "none")
        bench = Bench(recordings, Path(folder), arguments.seed, arguments.limit)
        runner = Runner(bench, report, candidates(settings), named=frozenset(arguments.engines))
        try:
            runner.run(arguments.tasks or CAPABILITIES, told=bool(arguments.tasks))
        finally:
            report.close()
    return 0 if report.complete else 1


@dataclass(slots=True)
class Runner:
    """Measures tasks."""

    bench: Bench
    report: Report
    candidates: Sequence[Candidate]
    named: frozenset[str] = frozenset()
    """The engines that are wanted; none: all."""
    measure_of: Callable[[str], Measure | None] = measure_of

    def run(self, tasks: Sequence[str], told: bool = False) -> None:
        """Measure some tasks; `told`: those and no others were asked for.

        Raises:
            EngineMissing: there is no engine of a name for any of them.
        """
        of_these = [one for one in self.candidates if one.card.task in tasks]
        if unknown := self.named - {one.name for one in of_these}:
            known = ", ".join(sorted({one.name for one in of_these})) or "none"
            raise EngineMissing(f"There is no engine {', '.join(sorted(unknown))} for that; there is {known}.")
        for task in tasks:
            chosen = [one for one in of_these if one.card.task == task and (not self.named or one.name in self.named)]
            if chosen or not self.named:
                self._task(task, chosen, told)

    def _task(self, task: str, chosen: Sequence[Candidate], told: bool) -> None:
        try:
            measure = self.measure_of(task)
        except EngineMissing as error:
            self.report.left_out(f"{task} is left out. {error}")
            return
        if measure is None:
            self.report.left_out(f"{task} is left out: there is no measure for it yet.", wanted=told)
            return
        with self._folder() as bench:
            self._measured(_Task(task, measure, bench, self.report), chosen)

    def _measured(self, task: "_Task", chosen: Sequence[Candidate]) -> None:
        """All engines of a task; where there is none, what does nothing alone."""
        able = [one for one in chosen if not one.lack]
        for one in chosen:
            if one.lack:
                self.report.left_out(f"{task.name}: {one.lack}", wanted=one.name in self.named)
        try:
            for one in able:
                task.one(one)
            if not able:
                task.rows(None)
        except EarshotError as error:
            self.report.left_out(f"{task.name} is left out. {self._why(error)}")

    def _why(self, error: EarshotError) -> str:
        unnamed = isinstance(error, DataError) and not self.bench.recordings.folder.is_dir()
        return "It takes recordings: name a folder of them with --data." if unnamed else str(error)

    @contextmanager
    def _folder(self) -> Iterator[Bench]:
        """A folder for one task, so that the disk is not filled by all of them."""
        with TemporaryDirectory(dir=self.bench.folder) as folder:
            yield replace(self.bench, folder=Path(folder))


@dataclass(slots=True)
class _Task:
    """A task that is being measured."""

    name: str
    measure: Measure
    bench: Bench
    report: Report
    printed: set[tuple[str, str]] = field(default_factory=set)
    """Engine and metric of each row; who does nothing is measured beside every engine, and told once."""

    def one(self, candidate: Candidate) -> None:
        """Measure an engine; why it cannot be is told.

        Raises:
            DataError: there is nothing to measure with.
        """
        trial = Trial(candidate, self._progress)
        try:
            with trial:
                self.rows(trial.contender)
                for row in trial.rows():
                    self._print(row)
        except DataError:
            raise
        except EarshotError as error:
            self.report.left_out(f"{self.name}: {candidate.name} is left out. {error}")
        if trial.broke:
            self.report.left_out(f"{self.name}: {trial.broke}")

    def rows(self, contender: Contender | None) -> None:
        """Print what the measure tells.

        Raises:
            EarshotError: it cannot be measured.
        """
        self._progress("the sounds are made")
        for row in self.measure([contender] if contender else [], self.bench):
            self._print(row)

    def _print(self, row: Row) -> None:
        if row.n and (row.engine, row.metric) not in self.printed:  # a figure of nothing is none
            self.printed.add((row.engine, row.metric))
            self.report.row(self.name, row)

    def _progress(self, text: str) -> None:
        self.report.progress(f"{self.name}: {text}")
