"""Texts and files spoken at the user's wish: how they are asked for, how they are kept, and what varies them."""

import asyncio
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile as sf

from assistant.clock import run_virtually
from assistant.errors import JobCancelled, TaskError
from assistant.events import Artifact, Manner, Play, Reply, Spoken
from assistant.media import probe
from assistant.workspace import Workspace
from models.base import Card, Job, JobDone, Report
from models.speech.synthesis import Pauses, Synthesis
from router.abilities.synthesize_speech import synthesize_speech
from router.delivery import directed, is_directions
from router.dialogue.embedded import Embedded
from router.dialogue.read_aloud import read_aloud, spoken_otherwise
from router.english import is_english
from router.router import Router
from router.speech import Directions
from router.task import Context, Outcome
from router.tasks import CATALOGUE
from tests.engine_fakes import Models
from tests.router_fakes import converse, heard, spoken, tone

CARD = Card("voice", "synthesize_speech", "model", "A fake.")
LETTER = Artifact("letter", Path("/x/letter.txt"), "text", made_by="user", id=1)
USUAL = Directions(Manner())


def voice(clause: str, manner: Manner) -> Spoken:
    """A tenth of a second for each word, higher for a higher pitch, and a tenth of silence."""
    words = len(re.findall(r"\w+", clause))
    sound = tone(200 + 10 * manner.pitch, words / 10 / manner.speed, 8000)
    return Spoken(np.concatenate((sound, np.zeros(800, np.float32))) if words else sound, 8000)


def clauses(text: str) -> list[str]:
    return re.findall(r"[^.!?]+[.!?]*", text)


class Talk:
    """A conversation with a folder, and an engine that speaks."""

    def __init__(self, folder: Path) -> None:
        self.engine = Synthesis(CARD, voice, clauses)
        self.context = Context(Workspace(folder / "session"), folder=folder, voices=("lj", "espeak"))
        self.context.models = Models(self.engine)
        self.router = Router(self.context, Embedded(CATALOGUE))

    def hears(self, text: str) -> list[Reply]:
        return run_virtually(converse(self.router, text, heard(text, 0.5)))

    def says(self, text: str) -> str:
        return spoken(self.hears(text))

    @property
    def made(self) -> list[Artifact]:
        return [one for one in self.context.workspace.artifacts if one.made_by == "synthesize_speech"]


@pytest.fixture
def talk(tmp_path: Path) -> Talk:
    return Talk(tmp_path)


def given(talk: Talk, name: str, text: str) -> Path:
    path = talk.context.folder / name
    path.write_text(text)
    talk.context.workspace.add_file(path)
    return path


async def read(talk: Talk, path: Path) -> Outcome:
    """What comes of the wish to have a file read."""
    return await synthesize_speech.run(talk.context, str(path))


# ------------------------------------------------------------------------------ in words


@pytest.mark.parametrize(
    ("said", "text", "manner"),
    [
        ("good morning slowly", "good morning", Manner(speed=0.8)),
        ("good morning, twice as fast please", "good morning", Manner(speed=2.0)),
        ("hello at 75 percent speed", "hello", Manner(speed=0.75)),
        ("hello a third slower", "hello", Manner(speed=0.667)),
        ("hello very slowly and in a much deeper voice", "hello", Manner(speed=0.64, pitch=-4.8)),
        ("hello two semitones higher", "hello", Manner(pitch=2)),
        ("hello in a low, calm voice", "hello", Manner(pitch=-5, speed=0.9, pitch_range=0.85)),
        ("hello like a robot", "hello", Manner(pitch_range=0.1)),
        ("bonjour mes amis in French", "bonjour mes amis", Manner(language="fr")),
        ("in French: bonjour", "bonjour", Manner(language="fr")),
        ("hello with a Scottish accent", "hello", Manner(voice="espeak", language="en-gb-scotland")),
        ("hello as loud as you can", "hello", Manner(gain_db=12)),
        ("I live in France", "I live in France", Manner()),
        ("he drives fast", "he drives fast", Manner()),
        ("the train is twice as fast", "the train is twice as fast", Manner()),
        ("fast food is bad", "fast food is bad", Manner()),
        ("she said it in a low voice", "she said it in a low voice", Manner()),
    ],
)
def test_directions_are_told_from_the_text(said: str, text: str, manner: Manner) -> None:
    words, so = directed(said, USUAL)
    assert (words.strip(" ,"), so.manner) == (text, manner)


@pytest.mark.parametrize(
    ("said", "notice"),
    [
        ("hello in a whisper", "cannot whisper"),
        ("hello with an Australian accent", "no Australian accent"),
        ("hello in an angry voice", "cannot act a mood"),
        ("hello four times as fast", "as fast as I speak"),
        ("hello three octaves higher", "8 semitones at most"),
    ],
)
def test_what_it_cannot_do_is_told(said: str, notice: str) -> None:
    words, so = directed(said, USUAL)
    assert words == "hello" and notice in " ".join(so.notices)


def test_a_language_without_a_voice_is_refused() -> None:
    with pytest.raises(TaskError, match="no voice that speaks Yoruba"):
        directed("hello in Yoruba", USUAL)


def test_directions_by_themselves() -> None:
    assert all(map(is_directions, ("slower", "in a deep voice", "with long pauses", "a bit faster and louder")))
    assert not any(map(is_directions, ("", "hello", "play it slower", "clean it up")))


# ------------------------------------------------------------------------------ requests


@pytest.mark.parametrize(
    ("text", "save"),
    [
        ("Read this aloud.", None),
        ("Read the letter to me with a deeper voice", None),
        ("Could you read this document out for me, nice and slowly?", None),
        ("I'd love to hear the letter, please", None),
        ("make an audio book of this file", True),
        ("Turn the letter into an audiobook", True),
        ("Please narrate it", None),
    ],
)
def test_a_file_is_asked_for(text: str, save: bool | None) -> None:
    call = read_aloud(text, [LETTER])
    assert call is not None and call.task == "synthesize_speech" and call.arguments.get("save") == save


@pytest.mark.parametrize(
    "text",
    ["Read me the note.", "say hello", "read the quick brown fox aloud", "turn it up", "make a recording", "clean it"],
)
def test_other_requests_are_left_alone(text: str) -> None:
    assert read_aloud(text, [LETTER]) is None and read_aloud("Read this aloud", []) is None


@pytest.mark.parametrize(
    "text", ["now with a man's voice", "again but higher", "And a bit slower, please.", "make it twice as fast"]
)
def test_directions_alone_are_about_what_was_spoken(text: str) -> None:
    call = spoken_otherwise(text, ("synthesize_speech", {}))
    assert call is not None and call.arguments["text"] == "it" and is_directions(call.arguments["manner"])
    assert spoken_otherwise(text, ("enhance_speech", {})) is None


# ------------------------------------------------------------------------------ what is made


def test_what_is_said_is_kept_and_can_be_said_otherwise(talk: Talk) -> None:
    assert talk.says("Say good morning slowly") == "good morning"
    assert talk.made[-1].seconds == pytest.approx(0.2 / 0.8 + 0.1, abs=0.01)
    assert talk.says("make it twice as fast") == "good morning"
    assert talk.made[-1].seconds == pytest.approx(0.2 / 1.6 + 0.1, abs=0.01)
    assert talk.says("now with a man's voice") == "good morning"
    assert talk.context.last_speech is not None
    assert talk.context.last_speech.directions.manner == Manner(speed=1.6, voice="espeak")
    assert talk.says("slower") == "good morning", "a step from how it was said last"
    assert talk.context.last_speech.directions.manner.speed == pytest.approx(1.28)
    assert [one.name for one in talk.made] == ["speech", "speech 2", "speech 3", "speech 4"]


def test_words_between_quotation_marks_are_all_said(talk: Talk) -> None:
    assert talk.says('Say "he answered in French"') == "he answered in French"
    assert talk.says("Say 'it went slowly' loudly") == "it went slowly"


def test_english_is_not_read_as_if_it_were_french(talk: Talk) -> None:
    assert "cannot put that into French" in talk.says("say good morning in French")
    assert is_english("good morning, my friend") and not is_english("bonjour mes amis") and not is_english("")


def test_a_short_file_is_said_at_once(talk: Talk) -> None:
    given(talk, "letter.txt", "Dear Anna,\n\nall is well.\n")
    assert talk.says("read the letter to me with a deeper voice") == "Dear Anna, all is well."
    assert talk.made[-1].name == "letter reading"
    assert talk.says("again but higher") == "Dear Anna, all is well."
    assert "no text here" in Talk(talk.context.folder / "other").says("read the letter aloud")


def test_a_part_of_what_was_read_is_asked_for_next(talk: Talk) -> None:
    given(talk, "letter.txt", "Dear Anna,\n\nall is well.\n\nYours, Tom.\n")
    assert talk.says("Read only the first paragraph") == "Dear Anna,"
    assert talk.says("now the last paragraph") == "Yours, Tom."
    assert talk.says("again but higher") == "Yours, Tom."


def test_what_is_done_to_a_file_needs_one(talk: Talk) -> None:
    assert "no text here" in talk.says("Read the file called letter")
    assert "no text here" in talk.says("Read chapter two aloud")


def test_a_longer_file_is_a_recording(talk: Talk) -> None:
    given(talk, "story.md", "# One\n\n" + "It went on and on. " * 40)
    (play,) = [reply for reply in talk.hears("read this file aloud") if isinstance(reply, Play)]
    assert play.artifact.name == "story reading" and probe(play.artifact.path).seconds > 20


def test_a_long_file_is_made_in_parts_and_bound_with_chapters(talk: Talk) -> None:
    import av

    chapters = "\n\n".join(f"# Part {n}\n\n" + "It went on and on. " * 450 for n in range(3))
    given(talk, "book.md", chapters)
    (play,) = [reply for reply in talk.hears("make an audio book of this file") if isinstance(reply, Play)]
    with av.open(str(play.artifact.path)) as book:
        assert [chapter["metadata"]["title"] for chapter in book.chapters()] == ["Part 0", "Part 1", "Part 2"]
        assert book.metadata["comment"].startswith("synthetic")
    assert [one.name for one in talk.made] == ["book reading"], "the parts are gone"
    assert len(talk.context.undoable) == 1
    assert [path.name for path in talk.context.workspace.folder.glob("*/*.flac")] == []


class Stopping(Models):
    """Engines of which the job is cancelled that comes after so many."""

    def __init__(self, engine: Synthesis, after: int) -> None:
        super().__init__(engine)
        self.left = after

    async def run(self, job: Job, report: Report | None = None) -> JobDone:
        self.left -= 1
        if self.left < 0:
            raise asyncio.CancelledError
        return await super().run(job, report)


def test_what_is_made_of_a_long_file_is_kept_when_it_is_cancelled(talk: Talk) -> None:
    path = given(talk, "book.md", "\n\n".join(f"# Part {n}\n\n" + "It went on and on. " * 450 for n in range(3)))
    talk.context.models = Stopping(talk.engine, 2)
    with pytest.raises(asyncio.CancelledError):
        run_virtually(read(talk, path))
    assert [one.name for one in talk.made] == ["book reading, part 1", "book reading, part 2"]
    assert all(probe(one.path).seconds > 60 for one in talk.made)


def test_progress_goes_from_beginning_to_end(talk: Talk) -> None:
    from router.task import MOMENT

    path = given(talk, "book.md", "\n\n".join(f"# Part {n}\n\n" + "It went on and on. " * 450 for n in range(3)))
    shares = list[float]()
    token = MOMENT.set(replace(MOMENT.get(), report=shares.append))
    try:
        run_virtually(read(talk, path))
    finally:
        MOMENT.reset(token)
    assert np.all(np.diff(shares) > -1e-9) and shares[0] == 0.0 and shares[-1] == pytest.approx(1.0)


# ------------------------------------------------------------------------------ the engine


def test_pauses_are_those_that_were_asked_for() -> None:
    said = voice("One two.", Manner())
    assert len(Pauses().after(said, "One two.").samples) == len(said.samples)
    assert len(Pauses(2.5).after(said, "One two.").samples) == pytest.approx(1600 + 2000, abs=20)
    assert len(Pauses(seconds=2.0).after(said, "One two.").samples) == pytest.approx(1600 + 16000, abs=20)
    assert len(Pauses(seconds=2.0).after(said, "One two,").samples) == pytest.approx(len(said.samples), abs=20)


def test_a_part_that_is_cancelled_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("It went on and on. " * 50)
    (tmp_path / "made").mkdir()

    def cancels(share: float) -> None:
        if share > 0.5:
            raise JobCancelled("It is no longer wanted.")

    job = Job("synthesize_speech", tmp_path / "made", {"part": 0}, {"document": tmp_path / "a.txt"})
    with pytest.raises(JobCancelled):
        Synthesis(CARD, voice, clauses).run(job, cancels)
    assert not list((tmp_path / "made").iterdir())
    (made,) = Synthesis(CARD, voice, clauses).run(job, lambda share: None).files
    assert sf.info(made.path).format == "FLAC"
    bind = Job("synthesize_speech", tmp_path / "made", {"bind": True, "titles": ["One"]}, {"part 0": made.path})
    with pytest.raises(JobCancelled):
        Synthesis(CARD, voice, clauses).run(bind, lambda share: cancels(1.0))
    assert [path.name for path in (tmp_path / "made").iterdir()] == ["part.flac"]
