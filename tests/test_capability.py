"""`assistant eval capability`: who is measured, what becomes of who refuses or fails, and what is printed."""

import io
import json
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import pytest
import soundfile as sf

from assistant.audio import RATE
from assistant.errors import EngineError, EngineMissing
from assistant.evaluation.capability.base import NOTHING, Bench, Contender, Measure, Row
from assistant.evaluation.capability.contenders import Candidate, Trial
from assistant.evaluation.capability.materials import noisy_speech
from assistant.evaluation.capability.metrics import si_sdr
from assistant.evaluation.capability.report import Report
from assistant.evaluation.capability.runner import Runner
from assistant.evaluation.capability.trials import UNTOUCHED, Tally, attempt, first_sound, sounds, written
from assistant.evaluation.recordings import Recordings
from models.base import Card, Job, Made, MadeFile
from models.base import Report as Told
from tests.capability_sounds import hiss, made_in, tone

TASK = "enhance_speech"


@pytest.fixture
def recordings(tmp_path: Path) -> Recordings:
    return made_in(tmp_path / "data")


@pytest.fixture
def bench(recordings: Recordings, tmp_path: Path) -> Bench:
    (tmp_path / "bench").mkdir()
    return Bench(recordings, tmp_path / "bench")


# -------------------------------------------------------------------------- trials


def test_who_does_nothing_gives_back_what_was_given(bench: Bench) -> None:
    sound = hiss()
    made = attempt(UNTOUCHED, bench, TASK, sound, RATE)
    assert made is not None
    assert np.array_equal(first_sound(made, RATE), sound)
    assert len(first_sound(made, 8000)) == len(sound) // 2
    assert first_sound(Made("nothing to hear"), RATE).shape == (0,)


def test_a_refusal_is_none_and_what_is_missing_is_not(bench: Bench) -> None:
    def refuse(job: Job) -> Made:
        raise EngineError("I will not.")

    def lack(job: Job) -> Made:
        raise EngineMissing("It is not here.")

    assert attempt(Contender("shy", refuse), bench, TASK, hiss(), RATE) is None
    with pytest.raises(EngineMissing):
        attempt(Contender("gone", lack), bench, TASK, hiss(), RATE)


def test_every_job_has_a_folder_of_its_own(bench: Bench) -> None:
    seen: list[Path] = []

    def note(job: Job) -> Made:
        assert job.folder.is_dir() and not list(job.folder.iterdir())
        seen.append(job.folder)
        return Made()

    for _ in range(3):
        attempt(Contender("tidy", note), bench, TASK, hiss(), RATE, strength=0.5)
    assert len(set(seen)) == 3


def test_means_leave_out_what_is_no_number() -> None:
    tally = Tally()
    for engine, metric, value in (
        ("b", "x", 1.0),
        ("a", "x", 5.0),
        ("b", "x", 2.0),
        ("b", "x", math.nan),
        ("b", "y", 3),
    ):
        tally.add(engine, metric, value)
    tally.add("a", "y", math.nan)
    assert list(tally.rows()) == [Row("b", "x", 1.5, 2), Row("b", "y", 3.0, 1), Row("a", "x", 5.0, 1)]


def test_sounds_are_read_back(bench: Bench) -> None:
    both = Made(files=tuple(MadeFile(written(bench, sound, RATE), "x") for sound in (tone(300.0), tone(500.0))))
    assert [len(sound) for sound in sounds(both, 8000)] == [24_000, 24_000]


# ------------------------------------------------------------------------- the run


@dataclass
class Louder:
    """An `Engine` that gives sound back, louder; told so, it refuses, breaks down, or cannot be loaded."""

    card: Card
    does: str = ""
    log: list[str] = field(default_factory=list)

    def load(self) -> None:
        self.log.append(f"{self.card.name} loaded")
        if self.does == "lacks":
            raise EngineMissing("It takes a package: pip install louder.")

    def run(self, job: Job, report: Told) -> Made:
        report(0.0)
        if self.does == "refuses":
            raise EngineError("I will not.")
        if self.does == "breaks":
            raise ZeroDivisionError("by nothing")
        samples, rate = sf.read(job.files["audio"], dtype="float32")
        sf.write(job.folder / "louder.wav", 2 * samples, rate, subtype="FLOAT")
        return Made(files=(MadeFile(job.folder / "louder.wav", "louder"),))

    def drop(self) -> None:
        self.log.append(f"{self.card.name} dropped")


def candidate(name: str, does: str = "", log: list[str] | None = None, lack: str = "") -> Candidate:
    card = Card(name, TASK, "dsp", "louder")
    return Candidate(card, lambda: Louder(card, does, [] if log is None else log), lack)


def enhancement(contenders: Sequence[Contender], bench: Bench) -> Iterator[Row]:
    """A measure of two figures."""
    tally = Tally()
    for case in noisy_speech(bench.recordings, 3.0, ["beds"], bench.count(3), bench.seed):
        for contender in (UNTOUCHED, *contenders):
            if (made := attempt(contender, bench, TASK, case.mixture, case.rate)) is not None:
                tally.add(contender.name, "si_sdr_db", si_sdr(first_sound(made, case.rate), case.clean))
    yield from tally.rows()


@dataclass
class Measured:
    """What came of a run."""

    rows: list[dict[str, object]]
    said: str
    complete: bool

    def value(self, engine: str, metric: str) -> object:
        return next(row["value"] for row in self.rows if (row["engine"], row["metric"]) == (engine, metric))


def measured(
    bench: Bench, given: Sequence[Candidate], measure: Measure | None = enhancement, **options: object
) -> Measured:
    report = Report(True, io.StringIO(), io.StringIO())
    runner = Runner(bench, report, given, measure_of=lambda task: measure)
    if "named" in options:
        runner.named = frozenset(options["named"])  # type: ignore[call-overload]
    runner.run([TASK], told=bool(options.get("told")))
    assert isinstance(report.out, io.StringIO) and isinstance(report.err, io.StringIO)
    return Measured(
        [json.loads(line) for line in report.out.getvalue().splitlines()], report.err.getvalue(), report.complete
    )


def test_engines_are_measured_beside_doing_nothing_one_at_a_time(bench: Bench) -> None:
    log: list[str] = []
    found = measured(bench, [candidate("one", log=log), candidate("two", log=log)])
    assert [(row["engine"], row["metric"], row["n"]) for row in found.rows] == [
        (NOTHING, "si_sdr_db", 3),
        ("one", "si_sdr_db", 3),
        ("one", "rtf", 3),
        ("two", "si_sdr_db", 3),
        ("two", "rtf", 3),
    ]
    assert found.value("two", "si_sdr_db") == found.value(NOTHING, "si_sdr_db") == pytest.approx(3.0, abs=0.1)
    assert set(found.rows[0]) == {"task", "engine", "metric", "value", "n"}
    assert found.complete and not found.said
    assert log == ["one loaded", "one dropped", "two loaded", "two dropped"]
    assert not list(bench.folder.iterdir())


def test_the_same_seed_measures_the_same(bench: Bench) -> None:
    def figures(seed: int) -> list[object]:
        found = measured(replace(bench, seed=seed), [candidate("one")])
        return [row["value"] for row in found.rows if row["metric"] != "rtf"]

    assert figures(3) == figures(3) != figures(4)


def test_a_limit_limits(bench: Bench) -> None:
    assert {row["n"] for row in measured(replace(bench, limit=2), [candidate("one")]).rows} == {2}
    assert {row["n"] for row in measured(replace(bench, limit=50), []).rows} == {3}


def test_refusals_are_counted(bench: Bench) -> None:
    found = measured(bench, [candidate("shy", "refuses")])
    assert [(row["engine"], row["metric"]) for row in found.rows] == [(NOTHING, "si_sdr_db"), ("shy", "jobs_refused")]
    assert found.value("shy", "jobs_refused") == 1.0
    assert found.complete


def test_an_engine_that_cannot_be_loaded_ends_nothing(bench: Bench) -> None:
    log: list[str] = []
    found = measured(bench, [candidate("gone", "lacks", log), candidate("one", log=log)])
    assert "one" in {row["engine"] for row in found.rows}
    assert found.said == f"{TASK}: gone is left out. It takes a package: pip install louder.\n"
    assert not found.complete
    assert log[:2] == ["gone loaded", "gone dropped"]


def test_an_engine_that_breaks_down_is_told(bench: Bench) -> None:
    found = measured(bench, [candidate("weak", "breaks"), candidate("one")])
    assert {row["engine"] for row in found.rows} == {NOTHING, "one"}
    assert "weak broke down. It was ZeroDivisionError: by nothing" in found.said
    assert not found.complete


def test_what_is_not_here_is_named_and_only_counts_where_it_is_wanted(bench: Bench) -> None:
    given = [
        candidate("far", lack="The engine far lacks its weights. Get them with: assistant models pull far"),
        candidate("one"),
    ]
    found = measured(bench, given)
    assert "assistant models pull far" in found.said and found.complete
    assert {row["engine"] for row in found.rows} == {NOTHING, "one"}
    assert not measured(bench, given, named={"far"}).complete


def test_engines_are_chosen_by_name(bench: Bench) -> None:
    given = [candidate("one"), candidate("two")]
    assert {row["engine"] for row in measured(bench, given, named={"two"}).rows} == {NOTHING, "two"}
    with pytest.raises(EngineMissing, match=r"no engine three for that; there is one, two\."):
        measured(bench, given, named={"two", "three"})


def test_a_figure_of_nothing_is_not_told(bench: Bench) -> None:
    def measure(contenders: Sequence[Contender], bench: Bench) -> Iterator[Row]:
        yield Row(NOTHING, "x", 0.0, 0)
        yield Row(NOTHING, "y", 0.0, 1)

    assert [row["metric"] for row in measured(bench, [], measure).rows] == ["y"]


def test_without_engines_doing_nothing_is_measured(bench: Bench) -> None:
    assert [row["engine"] for row in measured(bench, []).rows] == [NOTHING]


def test_without_recordings_it_says_where_to_name_them(bench: Bench, tmp_path: Path) -> None:
    found = measured(replace(bench, recordings=Recordings(tmp_path / "none")), [candidate("one"), candidate("two")])
    assert found.said == f"{TASK} is left out. It takes recordings: name a folder of them with --data.\n"
    assert not found.rows and not found.complete


def test_a_measure_that_lacks_a_package_says_so(bench: Bench) -> None:
    def measure(contenders: Sequence[Contender], bench: Bench) -> Iterator[Row]:
        raise EngineMissing("PESQ is measured with the package pesq. Install Earshot with its extra bench.")
        yield

    for given in ([], [candidate("one")]):
        found = measured(bench, given, measure)
        assert "Install Earshot with its extra bench." in found.said
        assert not found.complete


def test_a_task_without_a_measure_is_named(bench: Bench) -> None:
    found = measured(bench, [candidate("one")], None)
    assert found.said == f"{TASK} is left out: there is no measure for it yet.\n"
    assert found.complete
    assert not measured(bench, [candidate("one")], None, told=True).complete


def test_rows_come_before_the_end(bench: Bench) -> None:
    """Interrupted, what was measured is printed, and the engine is let go."""
    log: list[str] = []

    def measure(contenders: Sequence[Contender], bench: Bench) -> Iterator[Row]:
        yield Row(NOTHING, "x", 1.0, 1)
        raise KeyboardInterrupt

    report = Report(False, io.StringIO(), io.StringIO())
    with pytest.raises(KeyboardInterrupt):
        Runner(bench, report, [candidate("one", log=log)], measure_of=lambda task: measure).run([TASK])
    assert isinstance(report.out, io.StringIO)
    assert [line.split() for line in report.out.getvalue().splitlines()] == [
        [TASK], ["engine", "metric", "value", "n"], [NOTHING, "x", "1", "1"],
    ]  # fmt: skip
    assert log == ["one loaded", "one dropped"]


def test_a_job_that_nobody_waits_for_is_cancelled(bench: Bench) -> None:
    stopped: list[str] = []

    class Endless(Louder):
        def run(self, job: Job, report: Told) -> Made:
            try:
                while True:
                    report(0.5)
            finally:
                stopped.append(self.card.name)

    card = Card("endless", TASK, "dsp", "never ends")
    trial = Trial(Candidate(card, lambda: Endless(card)))
    with trial:
        trial._unwanted.set()
        with pytest.raises(EngineError, match="Nobody waits"):
            trial.run(Job(TASK, bench.folder))
    assert stopped == ["endless"]
