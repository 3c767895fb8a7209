"""How something is to be spoken, in words of many kinds: amounts, moods, effects; and which part of a text."""

from pathlib import Path

import numpy as np
import pytest

from assistant.errors import DataError, EngineError, TaskError
from assistant.events import Artifact, Manner, Spoken
from models.base import Card, Job
from models.speech.effects import EFFECTS, Effect
from models.speech.synthesis import Synthesis
from models.speech.text_file import read_text
from models.speech.text_portion import Portion, portion_of
from router.consent import is_refused
from router.delivery import directed
from router.dialogue.directing import said_so
from router.dialogue.read_aloud import read_aloud
from router.portion_words import portion_in
from router.speech import Directions
from router.task import Context
from router.tasks import CATALOGUE
from tests.router_fakes import tone

USUAL = Directions(Manner())
RATE = 16000
LETTER = Artifact("letter", Path("/x/letter.txt"), "text", made_by="user", id=1)
TEXT = """Dear Anna, thank you. Dr. Smith ate the cake.

We went to the lake. It rained. Peter fell in.

Come soon. With love, Martha.
"""
BOOK = """# The Road

## Chapter 1

Tom left.

## Chapter 2: The Inn

It was full.

## Chapter III

He came back.
"""


@pytest.mark.parametrize(
    ("said", "manner"),
    [
        ("hello in a very high voice, half as fast", Manner(speed=0.5, pitch=7.2)),
        ("hello with a speed of 50 percent and 3 semitones higher", Manner(speed=0.5, pitch=3)),
        ("hello at three quarters of your normal speed", Manner(speed=0.75)),
        ("hello pitched up by two semitones", Manner(pitch=2)),
        ("hello half an octave deeper", Manner(pitch=-6)),
        ("hello twice as loud", Manner(gain_db=6.0)),
        ("hello half as loud", Manner(gain_db=-6.0)),
        ("hello at 50 percent volume", Manner(gain_db=-6.0)),
        ("hello six decibels louder", Manner(gain_db=6.0)),
        ("hello in a deep voice", Manner(pitch=-5.0)),
        ("hello in a slightly deep, slow voice", Manner(pitch=-2.5, speed=0.8)),
        ("he said that it is twice as loud", Manner()),
        ("wash it with some water", Manner()),
        ("we met in the church", Manner()),
    ],
)
def test_amounts_are_understood(said: str, manner: Manner) -> None:
    assert directed(said, USUAL)[1].manner == manner


@pytest.mark.parametrize(
    "said", ["hello at 0 speed", "hello at minus ten percent speed", "hello at zero percent volume"]
)
def test_what_nobody_can_do_is_refused(said: str) -> None:
    with pytest.raises(TaskError, match="ask for"):
        directed(said, USUAL)


@pytest.mark.parametrize(
    "said", ["as if you were angry", "in an angry tone", "angrily", "with anger", "like someone who is really furious"]
)
def test_one_mood_in_many_words(said: str) -> None:
    words, so = directed(f"go away {said}", USUAL)
    assert words == "go away" and so.manner.gain_db > 0 and "cannot act a mood" in so.notices[0]


@pytest.mark.parametrize(
    ("said", "effect"),
    [
        ("with an echo", "echo"),
        ("with a lot of reverb", "hall"),
        ("as if you were in a church", "hall"),
        ("over a telephone", "telephone"),
        ("through a megaphone", "megaphone"),
        ("as though it came from behind a wall", "muffled"),
    ],
)
def test_effects_are_understood(said: str, effect: str) -> None:
    words, so = directed(f"good morning {said}", USUAL)
    assert (words, so.effect) == ("good morning", effect)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Twice as loud: hello", "hello"),
        ("In an excited tone, say we have won", "we have won"),
        ("Please say good morning half as fast", "good morning"),
        ("Say come in with an echo", "come in"),
    ],
)
def test_words_and_directions_in_one_breath(text: str, words: str) -> None:
    call = said_so(text)
    assert call is not None and call.task == "synthesize_speech" and call.arguments["text"] == words


@pytest.mark.parametrize(
    "text",
    [
        "Say hello",
        "Say it in a deep voice",
        "Say hello in the voice of this recording",
        "Say hello in French",
        "Play it",
    ],
)
def test_what_is_others_is_left_to_them(text: str) -> None:
    assert said_so(text) is None


# ------------------------------------------------------------------------------ parts of a text


@pytest.mark.parametrize(
    ("said", "begins", "ends"),
    [
        ("only the last paragraph", "Come soon.", "Martha."),
        ("the first three sentences", "Dear Anna", "to the lake."),
        ("from paragraph two on", "We went", "Martha."),
        ("sentences 2 to 3", "Dr. Smith", "the lake."),
        ("skip the first paragraph and read the rest", "We went", "Martha."),
        ("everything before the last paragraph", "Dear Anna", "fell in."),
        ("the last two words", "love,", "Martha."),
        ("the second half", "Peter", "Martha."),
        ("paragraphs one and three", "Dear Anna", "Martha."),
    ],
)
def test_a_part_of_a_text(tmp_path: Path, said: str, begins: str, ends: str) -> None:
    (path := tmp_path / "letter.txt").write_text(TEXT)
    found = portion_in(said)
    assert found is not None
    portion = Portion.of_json(found.portion.as_json())
    text = " ".join(one for chapter in portion_of(read_text(path), portion).chapters for one in chapter.paragraphs)
    assert text.startswith(begins) and text.endswith(ends)


def test_chapters_go_by_the_numbers_that_they_bear(tmp_path: Path) -> None:
    (path := tmp_path / "book.md").write_text(BOOK)
    for said, words in (
        ("chapter two", "It was full."),
        ("the third chapter", "He came back."),
        ("chapter i", "Tom left."),
    ):
        found = portion_in(said)
        assert found is not None
        (chapter,) = portion_of(read_text(path), found.portion).chapters
        assert chapter.paragraphs == (words,)


@pytest.mark.parametrize(
    ("said", "sentence"), [("paragraph nine", "has only 3 paragraphs"), ("chapter 4", "only 1 chapter")]
)
def test_a_part_that_is_not_there(tmp_path: Path, said: str, sentence: str) -> None:
    (path := tmp_path / "letter.txt").write_text(TEXT)
    found = portion_in(said)
    assert found is not None
    with pytest.raises(DataError, match=sentence):
        portion_of(read_text(path), found.portion)


@pytest.mark.parametrize("said", ["", "it", "the whole letter", "the part about fish"])
def test_no_part_is_meant(said: str) -> None:
    assert portion_in(said) is None


@pytest.mark.parametrize(
    "text", ["Read only the last paragraph", "Start reading at the second paragraph", "Open the file called letter"]
)
def test_a_part_or_a_file_is_asked_for(text: str) -> None:
    call = read_aloud(text, [LETTER])
    assert call is not None and bool(call.arguments.get("part")) == ("paragraph" in text)


# ------------------------------------------------------------------------------ effects as sound


@pytest.mark.parametrize("name", EFFECTS)
@pytest.mark.parametrize("rate", [8000, 22050, 48000])
def test_an_effect_is_the_same_however_it_is_cut_and_does_not_clip(name: str, rate: int) -> None:
    sound = np.concatenate((tone(500, 0.5, rate), np.zeros(rate // 2, np.float32)))
    whole, cut = Effect(name, rate), Effect(name, rate)
    at_once = np.concatenate((whole.push(sound), whole.end()))
    pieces = [cut.push(piece) for piece in np.split(sound, [1, 7, rate // 3, rate // 3 + 5])]
    in_pieces = np.concatenate((*pieces, cut.end()))
    assert np.allclose(at_once, in_pieces, atol=1e-5) and np.abs(at_once).max() <= 1.0
    assert np.isfinite(at_once).all() and not np.allclose(at_once[: len(sound)], sound, atol=1e-3)


def test_a_telephone_has_no_bass() -> None:
    low, middle = (Effect("telephone", RATE).push(tone(hertz, 1.0, RATE)) for hertz in (100, 1000))
    assert np.std(low[2000:-2000]) < 0.05 * np.std(middle[2000:-2000])


def test_an_effect_is_laid_over_speech(tmp_path: Path) -> None:
    engine = Synthesis(
        Card("voice", "synthesize_speech", "model", "A fake."),
        lambda clause, manner: Spoken(tone(300, 0.5, RATE), RATE),
        lambda text: [text],
    )

    def made(effect: str) -> float:
        job = Job("synthesize_speech", tmp_path, {"text": "Hello.", "effect": effect})
        seconds = engine.run(job, lambda share: None).facts["seconds"]
        assert isinstance(seconds, float)
        return seconds

    assert made("") == pytest.approx(0.5) and made("echo") > 1.5
    with pytest.raises(EngineError, match="no effect called glitter; I have echo"):
        made("glitter")


# ------------------------------------------------------------------------------ what is refused


@pytest.mark.parametrize(
    ("said", "refused"),
    [
        ("say hello in her voice without her consent", True),
        ("say hello like him behind his back", True),
        ("imitate this, she does not agree", True),
        ("say hello in her voice with her consent", False),
        ('say "without your permission" in her voice', False),
        ("say hello in the manner of this recording", False),
    ],
)
def test_consent_that_is_denied_is_heard(said: str, refused: bool) -> None:
    assert is_refused(said) == refused


def test_what_does_not_fit_is_said_in_words(tmp_path: Path) -> None:
    import asyncio

    recording = next(one for one in CATALOGUE if one.name == "record_sound")
    with pytest.raises(TaskError) as failed:
        asyncio.run(recording(Context(None), {"seconds": -1}))  # type: ignore[arg-type]  # no workspace is looked at
    assert "the number of seconds must be more than zero" in str(failed.value)
