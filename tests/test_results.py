"""A job on its way: resources in, files out, what is kept, drawn, taken back; and results in words."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
import soundfile as sf

from assistant.clock import run_virtually
from assistant.errors import DataError, EngineError, TaskError
from assistant.events import Show
from assistant.workspace import Workspace, load_audio
from models.base import Job, JobDone, Made, MadeFile, Posteriors, Report, SoundEvent
from models.pictures import pictures_of
from router.results import Order, Refused, Result, carry_out, outcome
from router.task import MOMENT, Context, Moment, Outcome
from router.telling import count, listed, shortened, the, told, when
from tests.engine_fakes import Models, ScriptedEngine
from tests.router_fakes import heard, tone


@pytest.fixture
def context(tmp_path: Path) -> Context:
    """A conversation with a second of rain."""
    context = Context(Workspace(tmp_path / "session"), folder=tmp_path / "empty")
    context.workspace.save_audio("rain", tone(200, 1.0), 16_000, "user")
    return context


def sounds(*names: str) -> ScriptedEngine:
    """An engine that makes sounds of these names."""

    def work(job: Job) -> Made:
        for i in range(len(names)):
            sf.write(job.folder / f"{i}.wav", tone(300, 0.5 + i, 8000), 8000)
        return Made(files=tuple(MadeFile(job.folder / f"{i}.wav", name) for i, name in enumerate(names)))

    return ScriptedEngine("work", work)


def order(changes: bool = True, own: bool = False, **named: str) -> Order:
    return Order("work", "audio", "I cannot work.", sounds=named, own=own, changes=changes)


def done(context: Context, wanted: Order | None = None) -> Result:
    return run_virtually(carry_out(context, wanted or order(audio="rain")))


# -------------------------------------------------------------------------- keeping


def test_names_stay_apart_and_files_are_the_sessions(context: Context) -> None:
    context.models = Models(sounds("first speaker", "second speaker"))
    names = [artifact.name for _ in range(2) for artifact in done(context).artifacts]
    assert names == ["first speaker", "second speaker", "first speaker 2", "second speaker 2"]
    paths = [artifact.path for artifact in context.workspace.artifacts]
    assert len(set(paths)) == 5 and all(context.workspace.folder in path.parents for path in paths)
    first = context.workspace.artifacts[1]
    assert (first.seconds, first.rate, first.channels) == (0.5, 8000, 1)


def test_several_results_are_all_named_shown_and_played(context: Context) -> None:
    context.models = Models(sounds("bass", "drums", "guitar"))
    given = outcome(done(context), several="instruments")
    assert given.text == "Here are three instruments: the bass, the drums and the guitar."
    assert [a.name for a in given.play] == ["bass", "drums", "guitar"]
    assert [s.artifact for s in given.show] == list(given.play)


def test_a_notice_is_told_after_the_result(context: Context) -> None:
    engine = ScriptedEngine("work", lambda job: Made("Words.", notice="It did not help much."))
    context.models = Models(engine)
    result = done(context, Order("work", "text", "No."))
    assert outcome(result, "It says: Words.").text == "It says: Words. It did not help much."


def test_what_was_made_can_be_taken_back_at_once(context: Context) -> None:
    context.models = Models(sounds("first", "second"))
    done(context)
    (undo,) = context.undoable
    assert undo.what == "the first and the second"

    async def main() -> None:
        await undo.take_back(context)

    run_virtually(main())
    assert [a.name for a in context.workspace.artifacts] == ["rain"]


def test_a_recording_in_memory_is_kept_where_anything_is_and_is_the_parent(context: Context) -> None:
    context.recordings.append(heard("hello", 2.0))
    context.models = Models(engine := sounds("clean"))
    result = done(context, order(own=True, audio="my last recording"))
    _, recording, clean = context.workspace.artifacts
    assert recording.seconds == 2.0 and clean.parents == (recording.id,)
    assert engine.jobs[0].files["audio"] == recording.path
    assert result.sources["audio"].seconds == 2.0


def test_reading_leaves_no_trace(context: Context, tmp_path: Path) -> None:
    context.recordings.append(heard("hello", 2.0))
    seen = list[float]()

    def reads(job: Job) -> Made:
        samples, rate = load_audio(job.files["audio"])
        seen.append(len(samples) / rate)
        (job.folder / "scratch.txt").write_text("notes")
        return Made("hello", files=(MadeFile(job.folder / "scratch.txt", "notes", "text"),))

    context.models = Models(ScriptedEngine("work", reads))
    before = sorted(tmp_path.rglob("*")), list(context.workspace.artifacts)
    result = done(context, Order("work", "text", "No.", sounds={"audio": "my last recording"}, changes=False))
    assert seen == [2.0]
    assert (sorted(tmp_path.rglob("*")), list(context.workspace.artifacts)) == before
    assert not result.artifacts and not context.undoable
    assert result.sources["audio"].called == "your last recording"


def test_a_sound_is_looked_for_only_where_there_is_an_engine(context: Context) -> None:
    with pytest.raises(Refused, match="I cannot work"):
        done(context, order(audio="thunder"))
    context.models = Models(sounds("x"))
    with pytest.raises(TaskError, match="thunder"):
        done(context, order(audio="thunder"))


def test_how_far_it_is_reaches_the_task_that_asked(context: Context) -> None:
    shares = list[float]()
    context.models = Models(sounds("x"))

    async def main() -> None:
        MOMENT.set(Moment(None, shares.append))
        await carry_out(context, order(audio="rain"))

    run_virtually(main())
    assert shares == [0.5, 1.0]


# -------------------------------------------------------------------------- failing


class Slow(Models):
    """Never done; leaves something half made."""

    def __init__(self) -> None:
        super().__init__(sounds("x"))
        self.folder: Path | None = None

    async def run(self, job: Job, report: Report | None = None) -> JobDone:
        self.folder = job.folder
        (job.folder / "half.wav").write_bytes(b"RIFF")
        await asyncio.sleep(1000)
        raise AssertionError


def test_cancelled_it_leaves_nothing_half_made(context: Context) -> None:
    context.models = slow = Slow()

    async def main() -> None:
        work = asyncio.create_task(carry_out(context, order(audio="rain")))
        await asyncio.sleep(1)
        assert slow.folder and slow.folder.exists()
        work.cancel()
        with pytest.raises(asyncio.CancelledError):
            await work

    run_virtually(main())
    assert slow.folder and not slow.folder.exists()
    assert len(context.workspace.artifacts) == 1 and not context.undoable


def test_a_file_that_is_not_there_is_no_result(context: Context) -> None:
    lost = ScriptedEngine("work", lambda job: Made(files=(MadeFile(job.folder / "lost.wav", "lost"),)))
    context.models = Models(lost)
    with pytest.raises(EngineError, match="fake work came to its end and made no audio"):
        done(context)


def test_a_file_that_is_no_sound_is_no_result(context: Context) -> None:
    def noise(job: Job) -> Made:
        (job.folder / "x.wav").write_bytes(b"RIFF nonsense")
        return Made(files=(MadeFile(job.folder / "x.wav", "nonsense"),))

    context.models = Models(ScriptedEngine("work", noise))
    with pytest.raises(DataError, match=r"x\.wav"):
        done(context)
    assert len(context.workspace.artifacts) == 1


# ------------------------------------------------------------------------- pictures


class Pencil:
    """Draws a file for each artifact, or fails."""

    def __init__(self, fails: bool = False) -> None:
        self.fails = fails
        self.drawn: list[tuple[str, str, Posteriors | None, Path | None]] = []

    def __call__(
        self, kind: str, path: Path, folder: Path, posteriors: Posteriors | None = None, before: Path | None = None
    ) -> tuple[Path, ...]:
        if self.fails:
            raise DataError("There is no ink.")
        self.drawn.append((kind, path.name, posteriors, before))
        picture = folder / f"{path.stem}.png"
        picture.write_bytes(b"PNG")
        return (picture,)


def test_every_sound_gets_its_picture(context: Context) -> None:
    context.models, context.draw = Models(sounds("first", "second")), (pencil := Pencil())
    given = outcome(done(context))
    assert pencil.drawn == [("audio", "0.wav", None, None), ("audio", "1.wav", None, None)]
    assert [s.pictures[0].name for s in given.show] == ["0.png", "1.png"]
    assert all(path.is_file() for s in given.show for path in s.pictures)


def test_events_are_drawn_over_the_sound_they_are_in(context: Context) -> None:
    posteriors = Posteriors(("dog",), 0.5, ((0.9,), (0.1,)))
    made = Made(events=(SoundEvent("dog", 0.1, 0.4),), posteriors=posteriors)
    context.models, context.draw = Models(ScriptedEngine("work", lambda job: made)), (pencil := Pencil())
    result = done(context, Order("work", "events", "No.", sounds={"audio": "rain"}))
    (shown,) = outcome(result, "I hear a dog.", text="dog 0.1-0.4").show
    assert pencil.drawn == [("audio", "rain.wav", posteriors, None)]
    assert shown == Show("dog 0.1-0.4", context.workspace.artifacts[0], shown.pictures)
    assert shown.pictures[0].read_bytes() == b"PNG"


def test_what_was_changed_is_drawn_below_what_it_was(context: Context) -> None:
    context.models, context.draw = Models(sounds("clean")), (pencil := Pencil())
    done(context, replace(order(audio="rain"), compared=True))
    assert pencil.drawn == [("audio", "0.wav", None, context.workspace.artifacts[0].path)]


def test_the_real_pictures_fit(context: Context) -> None:
    context.models, context.draw = Models(sounds("clean")), pictures_of
    (shown,) = outcome(done(context, replace(order(audio="rain"), compared=True))).show
    assert [path.read_bytes()[:4] for path in shown.pictures] == [b"\x89PNG"]


def test_what_cannot_be_drawn_is_given_out_without(context: Context) -> None:
    context.models, context.draw = Models(sounds("first")), Pencil(fails=True)
    given = outcome(done(context))
    shown = (Show(artifact=given.play[0]),)
    assert given == Outcome("Here is the first.", given.play, shown, used={"audio": "number 1"})


# ---------------------------------------------------------------------------- words


def events(*spans: tuple[str, float, float]) -> list[SoundEvent]:
    return [SoundEvent(label, start, end) for label, start, end in spans]


@pytest.mark.parametrize(
    ("found", "seconds", "words"),
    [
        ([], 10, ""),
        (events(("dog", 1.9, 3.8), ("rain", 0, 9.8)), 10, "rain throughout, and a dog from two to four seconds"),
        (events(("dog", 2, 3), ("dog", 3.3, 4)), 0, "a dog from two to four seconds"),
        (events(("engine", 3.0, 3.1)), 10, "an engine at three seconds"),
        (events(("footsteps", 0, 2.4)), 10, "footsteps in the first two and a half seconds"),
        (events(("bus", 5, 10)), 10, "a bus from five seconds on"),
        (events(("glass", 0.1, 0.2)), 10, "a glass at the beginning"),
        (events(("a dog barking", 0.4, 1.6)), 10, "a dog barking from half a second to one and a half seconds"),
        (events(("music", 62, 185)), 0, "music from one minute two to three minutes five"),
        (events(("typing", 13.4, 17.8)), 0, "typing from 13 to 18 seconds"),
        (
            events(("speech", 1, 2), ("speech", 4, 5)),
            9,
            "speech from one to two seconds and from four to five seconds",
        ),
    ],
)
def test_events_in_words(found: Sequence[SoundEvent], seconds: float, words: str) -> None:
    assert told(found, seconds) == words


def test_of_many_events_a_few_are_told() -> None:
    kinds = events(*[(f"thing {chr(97 + i)}", i, i + 2 - i / 10) for i in range(7)])
    assert told(kinds).endswith(", and three more")
    assert told(kinds).count("thing") == 4
    spans = [(2.0 * i, 2.0 * i + 1) for i in range(6)]
    assert when(spans, 60).endswith(", and three more times")
    assert when(spans[:4], 60).endswith(", and once more")


def test_lists_names_and_numbers_in_words() -> None:
    assert [listed(names) for names in ((), ("a",), ("a", "b"), ("a", "b", "c"))] == ["", "a", "a and b", "a, b and c"]
    assert [the(name) for name in ("rain", "your last recording", "the rain")] == [
        "the rain",
        "your last recording",
        "the rain",
    ]
    assert [count(n) for n in (0, 2, 12, 13)] == ["zero", "two", "twelve", "13"]


def test_long_texts_are_told_in_part() -> None:
    long = " ".join(str(n) for n in range(500))
    assert shortened("a b c") == "a b c"
    assert len(shortened(long).split()) < 50
    assert shortened(long).endswith("All 500 words are on the screen.")
