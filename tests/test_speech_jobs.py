"""Transcription, synthesis and captions as jobs, around a recognizer and a voice that are given."""

import re
from collections.abc import Callable, Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
import soundfile as sf

from assistant.audio import RATE, Samples
from assistant.errors import DataError, EngineError, JobCancelled
from assistant.events import Manner, Spoken, Word
from models.base import Card, Job, Made, Report
from models.reading import BLOCK_S, GROUP, blocks
from models.speech.cues import LINE, LONGEST, Cue, cues, srt, vtt, worded
from models.speech.joining import parted
from models.speech.pauses import Cutter, Stretch
from models.speech.recognized import Recognized
from models.speech.synthesis import Synthesis
from models.speech.transcription import AFTER_S, BEFORE_S, LONGEST_S, Transcription
from tests.fakes import speech
from tests.router_fakes import tone

CARD = Card("fake", "fake", "model", "A fake.")


def loud(samples: Samples) -> Samples:
    """A detector of speech: whatever is not silent."""
    padded = np.pad(samples, (0, -len(samples) % GROUP)).reshape(-1, GROUP)
    return np.asarray(np.abs(padded).max(axis=1, initial=0) > 0.01, np.float32)


def seconds_heard(samples: Samples) -> str:
    """A recognizer of how long a sound is."""
    return f"{len(samples) / RATE:.0f} seconds."


def quietly(share: float) -> None:
    """A report that nobody reads."""


def written(path: Path, sound: Samples, rate: int = RATE) -> Path:
    sf.write(path, sound, rate)
    return path


def job(folder: Path, path: Path | None = None, **arguments: str | float | bool) -> Job:
    return Job("fake", folder, arguments, {"audio": path} if path else {})


# ------------------------------------------------------------------------- reading


@pytest.mark.parametrize("rate", [8_000, 16_000, 44_100])
@pytest.mark.parametrize("seconds", [0.01, 1.0, BLOCK_S + 3.3])
def test_a_recording_is_read_whole_in_blocks(tmp_path: Path, rate: int, seconds: float) -> None:
    path = written(tmp_path / "a.wav", np.stack([tone(200, seconds, rate)] * 2, axis=1), rate)
    read = list(blocks(path))
    whole = np.concatenate([block.samples for block in read])
    expected = tone(200, seconds, RATE)
    assert abs(len(whole) - len(expected)) <= 1
    assert [block.last for block in read] == [False] * (len(read) - 1) + [True]
    assert all(len(block.samples) % GROUP == 0 for block in read[:-1])
    assert max(len(block.samples) for block in read) <= BLOCK_S * RATE + 2 * GROUP
    if seconds >= 1:
        middle = slice(RATE // 10, len(expected) - RATE // 10)
        assert np.allclose(whole[: len(expected)][middle], expected[middle], atol=0.02)


def test_what_cannot_be_read_is_said(tmp_path: Path) -> None:
    (tmp_path / "a.wav").write_bytes(b"RIFF and nothing more")
    with pytest.raises(DataError, match=r"a\.wav"):
        list(blocks(tmp_path / "a.wav"))


# ------------------------------------------------------------------------- cutting


def cut(probabilities: Samples, sizes: int | None = None, longest: int = 100, overlap: int = 10) -> list[Stretch]:
    """The stretches of some speech that comes in pieces."""
    cutter, step = Cutter(longest, overlap), sizes or 10_000
    found = [s for i in range(0, len(probabilities), step) for s in cutter.push(probabilities[i : i + step])]
    return found + list(cutter.push(np.zeros(0, np.float32), final=True))


def spoken(length: int, *pauses: tuple[int, int]) -> Samples:
    probabilities = np.ones(length, np.float32)
    for start, end in pauses:
        probabilities[start:end] = 0
    return probabilities


def test_it_is_cut_in_pauses_and_silence_is_left_out() -> None:
    found = cut(spoken(250, (70, 90), (150, 220)))
    assert [(s.start, s.end) for s in found] == [(0, 78), (82, 158), (212, 250)], "with a quarter second around each"
    assert not any(s.overlaps for s in found)


def test_speech_without_a_pause_is_cut_with_an_overlap() -> None:
    first, second, third = cut(spoken(250))
    assert not first.overlaps and second.overlaps and third.overlaps
    assert first.end - second.start == second.end - third.start == 10
    assert (first.start, third.end) == (0, 250)
    assert all(s.end - s.start <= 100 + 3 * 5 for s in (first, second, third))


def test_silence_holds_nothing_to_recognize() -> None:
    assert cut(np.zeros(1000, np.float32)) == []
    assert cut(np.zeros(0, np.float32)) == []


@pytest.mark.parametrize("sizes", [1, 7, 64, 333])
def test_how_it_arrives_does_not_matter(sizes: int) -> None:
    random = np.random.default_rng(3)
    probabilities = np.repeat(random.random(60) > 0.3, random.integers(3, 40, 60)).astype(np.float32)
    whole = cut(probabilities)
    assert cut(probabilities, sizes) == whole
    covered = np.zeros(len(probabilities), bool)
    for stretch in whole:
        covered[stretch.start : stretch.end] = True
    assert covered[probabilities >= 0.5].all(), "nothing that was said is lost"
    assert all(one.end <= other.start or other.overlaps for one, other in pairwise(whole))


@pytest.mark.parametrize(
    ("before", "after", "text"),
    [
        ("the sun is out and the bir", "is out and the birds sing", "the sun is out and the birds sing"),
        ("We go, he said.", "he said and went", "We go, he said and went"),
        ("one two", "three four", "one two three four"),
        ("it is a", "a day", "it is a a day"),
        ("", "hello", "hello"),
    ],
)
def test_what_two_stretches_share_is_said_once(before: str, after: str, text: str) -> None:
    assert " ".join(filter(None, parted(before, after))) == text


# -------------------------------------------------------------------- transcription


def transcription(recognize: Callable[[Samples], str] = seconds_heard) -> Transcription:
    return Transcription(CARD, recognize, loud)


def test_all_that_is_said_is_written_down(tmp_path: Path) -> None:
    sound = speech((1, 3), (10, 14), (75, 79.8), seconds=90)
    made = transcription().run(job(tmp_path, written(tmp_path / "a.wav", sound)), quietly)
    assert made.text == "14 seconds. 6 seconds."
    assert made.files == ()


def test_silence_and_sounds_without_words_are_no_text(tmp_path: Path) -> None:
    quiet = written(tmp_path / "a.wav", np.zeros(RATE, np.float32))
    assert transcription().run(job(tmp_path, quiet, timestamps=True), quietly) == Made("")
    noise = written(tmp_path / "b.wav", speech((0, 5), seconds=5))
    assert transcription(lambda samples: "  ").run(job(tmp_path, noise, timestamps=True), quietly) == Made("")


def test_an_hour_is_recognized_a_stretch_at_a_time(tmp_path: Path) -> None:
    lengths = list[float]()

    def recognize(samples: Samples) -> str:
        lengths.append(len(samples) / RATE)
        return f"word{len(lengths)}"

    talk = np.tile(speech((0, 2.5), seconds=3), 40)  # two minutes; the disk and two cores are shared
    made = transcription(recognize).run(job(tmp_path, written(tmp_path / "a.wav", talk)), quietly)
    assert max(lengths) <= LONGEST_S + BEFORE_S + AFTER_S + 0.1
    assert sum(lengths) > 100
    assert made.text.split() == [f"word{n + 1}" for n in range(len(lengths))]


def test_it_tells_how_far_it_is_and_can_be_cancelled(tmp_path: Path) -> None:
    path = written(tmp_path / "a.wav", np.tile(speech((0, 2.5), seconds=3), 30))
    shares = list[float]()
    transcription().run(job(tmp_path, path), shares.append)
    assert shares == sorted(shares) and shares[-1] == 1.0 and len(shares) > 5

    def cancels(share: float) -> None:
        if share > 0.5:
            raise JobCancelled("It is no longer wanted.")

    heard = list[str]()

    def recognize(samples: Samples) -> str:
        heard.append("word")
        return "word"

    with pytest.raises(JobCancelled):
        transcription(recognize).run(job(tmp_path, path), cancels)
    assert 0 < len(heard) < len(shares) - 1


def test_subtitles_have_the_times_at_which_it_was_said(tmp_path: Path) -> None:
    path = written(tmp_path / "a.wav", speech((2, 4), (30, 33), seconds=40))
    made = transcription(lambda samples: "Good morning, everybody.").run(job(tmp_path, path, timestamps=True), quietly)
    assert [(file.name, file.kind, file.path.suffix) for file in made.files] == [
        ("subtitles", "text", ".srt"),
        ("web subtitles", "text", ".vtt"),
    ]
    shown = re.findall(r"(\S+) --> (\S+)\n(.+)", made.files[0].path.read_text())
    assert [text for _, _, text in shown] == ["Good morning, everybody."] * 2
    assert [_seconds(start) for start, _, _ in shown] == pytest.approx([1.75, 29.75], abs=0.1)
    assert [_seconds(end) for _, end, _ in shown] == pytest.approx([4.25, 33.25], abs=0.1)
    assert made.files[1].path.read_text().startswith("WEBVTT\n\n00:00:01.")
    assert made.text == "Good morning, everybody. Good morning, everybody."


def _seconds(clock: str) -> float:
    hours, minutes, seconds = clock.replace(",", ".").split(":")
    return int(hours) * 3600 + int(minutes) * 60 + float(seconds)


def test_cues_are_short_and_cut_in_pauses() -> None:
    text = "It was the best of times, it was the worst of times. It was the age of wisdom, and so on and so forth."
    first, second = cues(text, spoken(200, (95, 115)), 10.0)
    assert first.text == "It was the best of times, it was the worst of times."
    assert first.end_s == second.start_s == pytest.approx(10 + 105 * 0.032, abs=0.05), "in the pause"
    assert first.start_s == 10.0 and second.end_s == pytest.approx(16.4)


@pytest.mark.parametrize("text", ["a " * 300, "word, " * 100, "x" * 300, "One. Two. Three.", "", "über " * 60])
def test_no_cue_is_longer_than_can_be_read_and_no_word_is_lost(text: str) -> None:
    found = list(cues(text, spoken(400), 0.0))
    assert all(len(cue.text) <= LONGEST for cue in found)
    assert "".join(cue.text for cue in found).replace(" ", "") == text.replace(" ", "")
    assert all(one.end_s == other.start_s for one, other in pairwise(found))
    assert all(len(line) <= LINE for line in srt(found).splitlines() if "-->" not in line)


def test_subtitle_formats() -> None:
    shown = [Cue(0, 1.5, "Tom & <Jerry>"), Cue(3723.0004, 3724, "Bye.")]
    assert srt(shown) == ("1\n00:00:00,000 --> 00:00:01,500\nTom & <Jerry>\n\n2\n01:02:03,000 --> 01:02:04,000\nBye.\n")
    assert vtt(shown) == (
        "WEBVTT\n\n00:00:00.000 --> 00:00:01.500\nTom &amp; &lt;Jerry&gt;\n\n01:02:03.000 --> 01:02:04.000\nBye.\n"
    )


# ------------------------------------------------------------------------ synthesis


def voice(clause: str, manner: Manner) -> Spoken:
    """A tenth of a second for each word, faster where that is asked for."""
    words = len([word for word in clause.split() if any(c.isalnum() for c in word)])
    return Spoken(tone(200, words / 10 / manner.speed, 8000), 8000)


def sentences(text: str) -> list[str]:
    return re.findall(r"[^.!?]+[.!?]*", text)


def synthesized(folder: Path, report: Report = quietly, **arguments: str | float | bool) -> Made:
    return Synthesis(CARD, voice, sentences).run(job(folder, None, **arguments), report)


def test_a_text_is_spoken_into_a_file(tmp_path: Path) -> None:
    made = synthesized(tmp_path, text="Hello, World, and everybody. How are you?")
    (file,) = made.files
    assert (file.name, file.kind) == ("speech", "audio")
    assert sf.info(file.path).samplerate == 8000
    assert sf.info(file.path).duration == pytest.approx(0.7)
    samples, _ = sf.read(file.path)
    assert np.allclose(samples[:3200], tone(200, 0.4, 8000), atol=1e-4)
    with sf.SoundFile(file.path) as made_by:
        assert made_by.software.startswith("Earshot") and made_by.comment.startswith("synthetic: spoken by a ")


def test_the_manner_reaches_the_voice(tmp_path: Path) -> None:
    manners = list[Manner]()

    def noting(clause: str, manner: Manner) -> Spoken:
        manners.append(manner)
        return voice(clause, manner)

    engine = Synthesis(CARD, noting, sentences)
    engine.run(job(tmp_path, text="Hello.", voice="lj", speed=2, pitch=-3.0, gain_db=6), quietly)
    engine.run(job(tmp_path, text="Hello."), quietly)
    assert manners == [Manner(2.0, 6.0, -3.0, "lj"), Manner()]


def test_a_long_text_tells_how_far_it_is(tmp_path: Path) -> None:
    shares = list[float]()
    made = synthesized(tmp_path, shares.append, text="This is a sentence. " * 200)
    assert shares == sorted(shares) and shares[0] == 0 and shares[-1] == 1.0 and len(shares) > 200
    assert sf.info(made.files[0].path).duration == pytest.approx(80.0)


@pytest.mark.parametrize("text", ["", " ", "… — !"])
def test_what_cannot_be_spoken_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(EngineError, match="nothing in that text"):
        synthesized(tmp_path, text=text)
    assert list(tmp_path.iterdir()) == []


def test_cancelled_it_leaves_no_file(tmp_path: Path) -> None:
    def cancels(share: float) -> None:
        if share > 0.5:
            raise JobCancelled("It is no longer wanted.")

    with pytest.raises(JobCancelled):
        synthesized(tmp_path, cancels, text="This is a sentence. " * 20)
    assert list(tmp_path.iterdir()) == []


# --------------------------------------------------------------- words with their times


def test_words_have_their_times_in_the_recording(tmp_path: Path) -> None:
    def hear(sounds: Sequence[Samples], timed: bool) -> list[Recognized]:
        words = (Word(" Good", 0.45, 0.75), Word(" morning.", 0.75, 1.35)) if timed else ()
        return [Recognized("Good morning.", "en", words, -0.1) for _ in sounds]

    path = written(tmp_path / "a.wav", speech((2, 4), (30, 33), seconds=40))
    engine = Transcription(CARD, seconds_heard, loud, hear, at_once=8)
    made = engine.run(job(tmp_path, path, timestamps=True), quietly)
    words = made.facts["words"]
    assert isinstance(words, list) and words[0] == {"text": "Good", "start_s": 1.93, "end_s": 2.23}
    assert made.facts["language"] == "en" and made.text == "Good morning. Good morning."
    shown = re.findall(r"(\S+) --> (\S+)\n(.+)", made.files[0].path.read_text())
    assert [_seconds(shown[0][0]), _seconds(shown[0][1])] == pytest.approx([1.93, 2.83], abs=0.02)
    assert "words" not in engine.run(job(tmp_path, path), quietly).facts


def test_cues_of_a_language_without_spaces() -> None:
    words = [Word("今日", 0, 0.4), Word("は、", 0.4, 0.6), Word("いい天気", 0.6, 1.4), Word("です。", 1.4, 2.0)]
    (cue,) = worded(words)
    assert cue == Cue(0, 2.0, "今日は、いい天気です。")
    assert list(worded([])) == []


def test_what_is_doubtful_is_heard_once_more(tmp_path: Path) -> None:
    path = written(tmp_path / "a.wav", speech((1, 3), seconds=4))
    lengths = list[int]()

    def hear(sounds: Sequence[Samples], timed: bool) -> list[Recognized]:
        lengths.extend(len(sound) for sound in sounds)
        return [Recognized(f"Take {len(lengths)}.", "en", (), -0.5 / len(lengths))]

    made = Transcription(CARD, seconds_heard, loud, hear).run(job(tmp_path, path), quietly)
    assert made.text == "Take 2." and lengths[0] - lengths[1] == round((BEFORE_S + AFTER_S) * RATE)


def test_words_that_are_guesses_are_told(tmp_path: Path) -> None:
    path = written(tmp_path / "a.wav", speech((0, 3), seconds=4))

    def hear(sounds: Sequence[Samples], timed: bool) -> list[Recognized]:
        return [Recognized("Surely not.", "en", (), -1.2) for _ in sounds]

    assert "not sure" in Transcription(CARD, seconds_heard, loud, hear).run(job(tmp_path, path), quietly).notice
    assert not transcription().run(job(tmp_path, path), quietly).notice


@pytest.mark.engine("whisper")
def test_whisper_tells_when_each_word_is_said(checkpoint: Path) -> None:
    from asr.options import WhisperOptions
    from asr.whisper import Whisper
    from tests.whisper_checkpoint import SENTENCES, sound_of

    whisper = Whisper(WhisperOptions(model=str(checkpoint), device="cpu", offline=True))
    said = list(SENTENCES)
    heard = whisper.timed([*(sound_of(text) for text in said), np.zeros(RATE, np.float32)])
    for text, one in zip(said, heard, strict=False):
        assert (one.text, one.language) == (text.strip(), SENTENCES[text])
        assert "".join(word.text for word in one.words).strip() == text.strip()
        starts = [word.start_s for word in one.words]
        assert starts == sorted(starts) and starts[0] >= 0 and one.words[-1].end_s <= len(sound_of(text)) / RATE + 0.5
    assert whisper.timed([]) == []
    assert all(not one.words for one in whisper.timed([sound_of(said[0])], words=False))
