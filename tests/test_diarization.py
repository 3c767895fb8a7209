"""Who speaks when: from voices made here, and from recordings of people whom nothing was trained on."""

import time
from pathlib import Path

import numpy as np
import pytest
import soundfile as sf

from assistant.audio import RATE, Samples
from assistant.evaluation.capability.conversations import Part, conversations, errors
from assistant.evaluation.recordings import Recordings
from assistant.resident import speech_in
from models.base import Card, Job, Made, Report
from models.speech.cues import Cue, srt, vtt
from models.speech.diarization import Diarization, Turn
from models.speech.diarization_groups import AT_ONCE, grouped
from models.speech.diarization_voice import NUMBERS, SHAPES, discriminant, frames
from models.speech.recognized import looping
from models.speech.transcription import Transcription, called
from router.abilities.transcribe_speech import transcribe_speech
from router.dialogue.phrases import Grammar
from router.tasks import CATALOGUE
from tests.fakes import speech

DATA = Path(__file__).parents[2] / "shared" / "data"
CARD = Card("fake", "transcribe_speech", "model", "A fake.")
BETWEEN = np.full(4, 4.0)

recorded = pytest.mark.skipif(not (DATA / "voices.jsonl").exists(), reason="needs the folder of recordings")


def buzz(hertz: float, seconds: float, formant: float, seed: int = 0) -> Samples:
    """A voice of a kind: pulses at a pitch that wavers, through a resonance."""
    random = np.random.default_rng(seed)
    at = np.cumsum(hertz * (1 + 0.03 * np.sin(np.arange(round(seconds * RATE)) / 900))) / RATE
    pulses = np.diff(np.floor(at), prepend=0) + random.normal(0, 0.01, len(at))
    ring = np.exp(-np.arange(400) / 60) * np.sin(2 * np.pi * formant * np.arange(400) / RATE)
    sound = np.convolve(pulses, ring)[: len(at)]
    return (0.3 * sound / np.abs(sound).max()).astype(np.float32)


def loud(samples: Samples) -> Samples:
    padded = np.pad(samples, (0, -len(samples) % 512)).reshape(-1, 512)
    return np.asarray(np.abs(padded).max(axis=1, initial=0) > 0.02, np.float32)


def quietly(share: float) -> None:
    """A report that nobody reads."""


def turns_in(samples: Samples, *, block: int | None = None, detector=loud) -> list[Turn]:
    found, size = Diarization(), block or max(1, len(samples))
    for start in range(0, max(1, len(samples)), size):
        part = samples[start : start + size]
        found.push(part, detector(part))
    return found.turns()


QUIET = np.zeros(RATE // 3, np.float32)
DIALOGUE = np.concatenate(
    [
        *(
            buzz(100, 3, 500, 1),
            np.zeros(RATE // 3, np.float32),
            buzz(230, 3, 1100, 2),
            np.zeros(RATE // 3, np.float32),
        ),
        *(buzz(103, 3, 510, 3), np.zeros(RATE // 3, np.float32), buzz(225, 3, 1120, 4)),
    ]
)

# ----------------------------------------------------------------------------- groups


def test_points_of_one_person_are_together_in_the_order_in_which_they_are_heard() -> None:
    random = np.random.default_rng(1)
    people = np.array([[6, 0, 0, 0], [0, 6, 0, 0], [0, 0, -6, 0]], float)
    who = [0] * 12 + [1] * 9 + [0] * 5 + [2] * 10
    points = people[who] + random.normal(0, 1, (len(who), 4))
    assert grouped(points, BETWEEN) == who
    assert grouped(points[:12], BETWEEN) == [0] * 12
    assert grouped(points[:1], BETWEEN) == [0]
    assert grouped(np.zeros((0, 4)), BETWEEN) == []


def test_hours_are_grouped_in_parts_that_fit_together() -> None:
    random = np.random.default_rng(2)
    who = np.repeat(np.arange(60) % 2, 40)
    assert len(who) > 3 * AT_ONCE
    points = np.array([[6, 0, 0, 0], [0, 6, 0, 0]], float)[who] + random.normal(0, 1, (len(who), 4))
    began = time.process_time()
    assert grouped(points, BETWEEN) == who.tolist()
    assert time.process_time() - began < 20


def test_somebody_who_was_hardly_heard_is_nobody_new() -> None:
    points = np.array([[6, 0, 0, 0]] * 10 + [[0, 0, 0, 8]], float)
    assert set(grouped(points, BETWEEN)) == {0}


# ----------------------------------------------------------------------------- voices


@pytest.mark.parametrize("hertz", [80, 120, 200, 330])
def test_pitch_is_found(hertz: float) -> None:
    pitches = frames(buzz(hertz, 1.0, 600)).pitches
    assert np.nanmedian(2**pitches) == pytest.approx(hertz, rel=0.04)


def test_frames_of_next_to_nothing() -> None:
    for length in (0, 1, 399, 400):
        heard = frames(np.zeros(length, np.float32))
        assert heard.shapes.shape == (int(length >= 400), SHAPES)
        assert heard.numbers(0, 1) is None
    silent = frames(np.zeros(RATE, np.float32))
    numbers = silent.numbers(0, 90)
    assert numbers is not None and numbers.shape == (NUMBERS,)
    assert np.isfinite(discriminant()(numbers[None])).all()


# ------------------------------------------------------------------------------ turns


@pytest.mark.parametrize("block", [512 * 21, 512 * 62, 512 * 177])
def test_two_voices_take_turns_however_they_arrive(block: int) -> None:
    found = turns_in(DIALOGUE, block=block)
    assert found == turns_in(DIALOGUE)
    assert [turn.speaker for turn in found] == [0, 1, 0, 1]
    starts = [turn.start_s for turn in found]
    assert starts == pytest.approx([0, 3.33, 6.67, 10], abs=0.25)
    assert all(a.end_s <= b.start_s + 1e-6 for a, b in zip(found, found[1:], strict=False))


def test_silence_and_a_word_have_no_turns_or_one() -> None:
    assert turns_in(np.zeros(RATE, np.float32)) == []
    assert turns_in(np.zeros(0, np.float32)) == []
    (one,) = turns_in(np.pad(buzz(120, 0.6, 500), RATE))
    assert one.speaker == 0 and (one.start_s, one.end_s) == pytest.approx((1.0, 1.6), abs=0.1)


@recorded
@pytest.mark.parametrize("number", [1, 2, 3])
def test_people_whom_nothing_was_trained_on(number: int) -> None:
    wrong = total = right = 0.0
    for talk in conversations(Recordings(DATA), 5, number, seed=11):
        probable = speech_in(talk.samples)
        found = Diarization()
        found.push(talk.samples, probable)
        told = [Part(t.start_s, t.end_s, t.speaker) for t in found.turns()]
        missed, seconds = errors(talk.parts, told, probable)
        wrong, total, right = wrong + missed, total + seconds, right + (len({p.speaker for p in told}) == number)
    assert wrong / total < 0.15 and right >= 3


def test_errors_are_counted() -> None:
    speech_all = np.ones(313, np.float32)  # ten seconds
    true = [Part(0, 5, 0), Part(5, 10, 1)]
    assert errors(true, [Part(0, 5, 7), Part(5, 10, 3)], speech_all)[0] == 0
    wrong, total = errors(true, [Part(0, 10, 0)], speech_all)
    assert wrong / total == pytest.approx(0.5, abs=0.02)
    assert errors(true, [], speech_all)[0] == pytest.approx(errors(true, [], speech_all)[1])


# ----------------------------------------------------------------------- transcription


def transcribed(folder: Path, samples: Samples, **arguments: bool) -> Made:
    sf.write(folder / "talk.wav", samples, RATE)

    def recognize(sound: Samples) -> str:
        return "High." if np.nanmedian(frames(sound).pitches) > np.log2(150) else "Low."

    job = Job("transcribe_speech", folder, arguments, {"audio": folder / "talk.wav"})
    return Transcription(CARD, recognize, loud).run(job, quietly)


def test_each_turn_is_a_line_with_who_said_it(tmp_path: Path) -> None:
    made = transcribed(tmp_path, DIALOGUE, speakers=True, timestamps=True)
    assert made.text == ("First speaker: Low.\nSecond speaker: High.\nFirst speaker: Low.\nSecond speaker: High.")
    assert made.facts["speakers"] == 2
    turns = made.facts["turns"]
    assert isinstance(turns, list) and [turn["start_s"] for turn in turns if isinstance(turn, dict)] == pytest.approx(
        [0, 3.1, 6.5, 9.8], abs=0.5
    )
    subtitles, web = (file.path.read_text() for file in made.files)
    assert "\nSecond speaker: High.\n" in subtitles and "\n<v Second speaker>High.\n" in web


def test_without_the_question_nobody_is_named(tmp_path: Path) -> None:
    made = transcribed(tmp_path, DIALOGUE)
    assert "speaker" not in made.text and "turns" not in made.facts


def test_one_speaker_is_one(tmp_path: Path) -> None:
    made = transcribed(tmp_path, np.concatenate([buzz(110, 4, 600, n) for n in range(3)]), speakers=True)
    assert made.facts["speakers"] == 1 and made.text.startswith("First speaker: Low.")
    assert transcribed(tmp_path, np.zeros(RATE, np.float32), speakers=True).text == ""


def test_names_of_those_without_one() -> None:
    assert [called(n) for n in (0, 9, 10)] == ["First speaker", "Tenth speaker", "Speaker 11"]


def test_subtitles_escape_who_speaks() -> None:
    shown = [Cue(0, 1, "A < B", "First speaker")]
    assert "First speaker: A < B" in srt(shown)
    assert "<v First speaker>A &lt; B" in vtt(shown)


@pytest.mark.parametrize(
    "text",
    ["Who says what in the recording?", "who speaks when", "transcribe it with speakers", "Who said what in it?"],
)
def test_it_can_be_asked_for(text: str) -> None:
    found = Grammar(CATALOGUE).match(text)
    assert found and found.task is transcribe_speech and found.arguments["speakers"] is True


# ------------------------------------------------------------------------- understood


@pytest.mark.parametrize(
    ("text", "stuck"),
    [
        ("Oh, " * 96, True),
        ("I am going to " * 12, True),
        ("And then he said " + "the the " * 20, True),
        ("No, no, no, no, no!", False),
        ("It was the best of times, it was the worst of times.", False),
        ("Ha ha ha ha ha ha, that is funny, and now tell me more about the house where you live.", False),
        ("", False),
    ],
)
def test_a_recognizer_that_is_stuck(text: str, stuck: bool) -> None:
    assert looping(text) == stuck


def test_what_is_stuck_is_told_instead_of_shown(tmp_path: Path) -> None:
    sf.write(tmp_path / "a.wav", speech((0, 5), seconds=6), RATE)
    job = Job("transcribe_speech", tmp_path, {"timestamps": True}, {"audio": tmp_path / "a.wav"})
    made = Transcription(CARD, lambda sound: "Oh, " * 96, loud).run(job, quietly)
    assert (made.text, made.files) == ("", ())
    assert "cannot make out the words" in made.notice


def test_work_tells_how_far_it_is_with_both_passes(tmp_path: Path) -> None:
    sf.write(tmp_path / "a.wav", DIALOGUE, RATE)
    shares = list[float]()
    job = Job("transcribe_speech", tmp_path, {"speakers": True}, {"audio": tmp_path / "a.wav"})
    report: Report = shares.append
    Transcription(CARD, lambda sound: "Yes.", loud).run(job, report)
    assert shares == sorted(shares) and shares[0] <= 0.1 and shares[-1] == 1.0
