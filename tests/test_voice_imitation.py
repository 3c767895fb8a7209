"""Imitated voices: where a voice is taken from, how texts are parted, and what the engine does with a model."""

import time
from collections.abc import Callable, Sequence
from pathlib import Path
from threading import Event

import numpy as np
import pytest
import soundfile as sf

from assistant.audio import RATE, Samples
from assistant.errors import DataError, EngineError, JobCancelled
from models.base import Card, Job, Json, Made
from models.speech.pauses import WINDOW
from models.speech.voice_imitation import FEW, VoiceImitation
from models.speech.voice_language import language_in
from models.speech.voice_pieces import gain_for, parted, trimmed
from models.speech.voice_reference import LEVEL_DBFS, reference

CARD = Card("tones", "transfer_style", "model", "Under test.", "MIT")
TEXT = "The old man stood by the river. He waited for the boat, which would not come before the evening."


def hum(seconds: float, rate: int = RATE, level: float = 0.2) -> Samples:
    """What `loud_is_speech` takes for speech."""
    at = np.arange(round(seconds * rate)) / rate
    return np.asarray(level * np.sin(2 * np.pi * 180 * at) * (0.6 + 0.4 * np.sin(2 * np.pi * 4 * at)), np.float32)


def quiet(seconds: float, rate: int = RATE, level: float = 1e-4) -> Samples:
    return np.asarray(level * np.random.default_rng(0).standard_normal(round(seconds * rate)), np.float32)


def loud_is_speech(sound: Samples, least: float = 0.003) -> Samples:
    """A `SpeechIn` for sounds that are made."""
    framed = np.pad(sound, (0, -len(sound) % WINDOW)).reshape(-1, WINDOW)
    return np.asarray(np.sqrt(np.mean(framed**2, axis=1)) > least, np.float32)


def written(folder: Path, sound: Samples, rate: int = RATE) -> Path:
    sf.write(path := folder / "given.wav", sound, rate, "FLOAT")
    return path


def nothing() -> None:
    pass


# ------------------------------------------------------------------------------------------ where a voice is taken from


@pytest.mark.parametrize("rate", [8_000, 22_050, 44_100, 96_000])
@pytest.mark.parametrize("channels", [1, 2])
def test_a_voice_is_taken_from_any_recording(rate: int, channels: int, tmp_path: Path) -> None:
    sound = np.concatenate((quiet(4, rate), hum(5, rate), quiet(3, rate)))
    path = written(tmp_path, np.stack([sound] * channels, 1), rate)
    found = reference(path, 24_000, 20.0, loud_is_speech, nothing)
    assert len(found.samples) / 24_000 == pytest.approx(5.5, abs=0.2)
    assert found.spoken_s == pytest.approx(5.0, abs=0.15)
    assert np.isfinite(found.samples).all() and np.abs(found.samples).max() < 1


def test_its_level_is_the_same_however_loud_it_was(tmp_path: Path) -> None:
    for level in (0.02, 0.5):
        found = reference(written(tmp_path, hum(4, level=level)), RATE, 10.0, loud_is_speech, nothing)
        loud = found.samples[RATE : 3 * RATE]
        assert 10 * np.log10(np.mean(loud**2)) == pytest.approx(LEVEL_DBFS, abs=0.5)


def test_the_clear_stretch_is_taken_and_not_the_noisy_or_the_clipped_one(tmp_path: Path) -> None:
    sentence = np.concatenate((hum(1.7), quiet(0.5)))
    clear = np.tile(sentence, 4)
    noisy = clear + quiet(len(clear) / RATE, level=0.03)
    clipped = np.clip(8 * clear, -1, 1)
    marks = {"noisy": noisy, "clipped": clipped, "clear": 0.9 * clear}
    sound = np.concatenate([np.concatenate((marks[name], quiet(1.0))) for name in ("noisy", "clipped", "clear")])
    found = reference(written(tmp_path, sound), RATE, 8.0, lambda part: loud_is_speech(part, 0.06), nothing)
    part = found.samples[: len(found.samples) // 2]
    assert np.mean(part**4) / np.mean(part**2) ** 2 > 1.7  # flat tops have less
    low = np.sort(np.mean(part[: len(part) // 160 * 160].reshape(-1, 160) ** 2, axis=1))
    assert low[len(low) // 20] < 1e-6


def test_it_is_cut_to_what_the_model_takes_and_ends_in_a_pause(tmp_path: Path) -> None:
    sound = np.tile(np.concatenate((hum(2.6), quiet(0.4))), 20)
    found = reference(written(tmp_path, sound), RATE, 10.0, loud_is_speech, nothing)
    assert 6.0 < len(found.samples) / RATE <= 10.0
    assert np.sqrt(np.mean(found.samples[-RATE // 10 :] ** 2)) < 0.01


@pytest.mark.parametrize("sound", [np.zeros(800), np.zeros(5 * RATE), np.zeros(0), hum(0.5)])
def test_without_speech_there_is_no_voice(sound: Samples, tmp_path: Path) -> None:
    with pytest.raises((EngineError, DataError), match="speech|no sound"):
        reference(written(tmp_path, sound.astype(np.float32)), RATE, 10.0, loud_is_speech, nothing)


def test_what_is_no_number_does_not_spread(tmp_path: Path) -> None:
    sound = hum(4)
    sound[RATE : RATE + 100] = np.nan
    found = reference(written(tmp_path, sound), RATE, 10.0, loud_is_speech, nothing)
    assert np.isfinite(found.samples).all()


def test_of_a_long_recording_only_minutes_are_heard(tmp_path: Path) -> None:
    with sf.SoundFile(tmp_path / "given.wav", "w", 8000, 1) as file:
        for _ in range(60):
            file.write(np.concatenate((hum(9, 8000), quiet(1, 8000))))
    heard, called = list[int](), list[None]()

    def speech_in(sound: Samples) -> Samples:
        heard.append(len(sound))
        return loud_is_speech(sound)

    found = reference(tmp_path / "given.wav", RATE, 10.0, speech_in, lambda: called.append(None))
    assert sum(heard) == 300 * RATE and max(heard) <= 10 * RATE
    assert len(called) >= 60 and len(found.samples) <= 10 * RATE


# ----------------------------------------------------------------------------------------------------------- the text


def test_a_text_is_parted_at_sentences() -> None:
    assert [piece.text for piece in parted(TEXT, 200)] == [
        "The old man stood by the river.",
        "He waited for the boat, which would not come before the evening.",
    ]


def test_nothing_of_a_text_is_lost() -> None:
    text = "Well. Dr. Smith paid 3.50 dollars, then left; nobody knew why! " * 30 + "x" * 700 + " No. Ok."
    pieces = parted(text, 120)
    assert all(0 < len(piece.text) <= 120 for piece in pieces)
    assert "".join("".join(piece.text.split()) for piece in pieces) == "".join(text.split())


@pytest.mark.parametrize("text", ["", "  ", "…", "?! -- !"])
def test_what_has_no_words_has_no_pieces(text: str) -> None:
    assert parted(text, 100) == []


def test_short_sentences_go_with_the_next_or_the_last_one() -> None:
    assert [piece.text for piece in parted("Yes. I have seen it before. No.", 200)] == [
        "Yes. I have seen it before. No."
    ]
    assert [piece.text for piece in parted("No.", 200)] == ["No."]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("I would like to know where you were.", "en"),
        ("Hello.", "en"),
        ("3 times 4", "en"),
        ("Ich möchte wissen, wo ihr gestern wart.", "de"),
        ("Je voudrais savoir où vous étiez hier.", "fr"),
        ("Quisiera saber dónde estabas ayer por la tarde.", "es"),
        ("Vorrei sapere dove eri ieri sera, perché non ti ho visto.", "it"),
        ("Eu gostaria de saber onde você estava ontem.", "pt"),
        ("Ik zou graag willen weten waar je gisteren was.", "nl"),
        ("Я хотел бы знать, где вы были.", "ru"),
        ("我想知道你昨天在哪里。", "zh"),
        ("昨日どこにいたのか知りたいです。", "ja"),
        ("ನಾನು ತಿಳಿಯಲು ಬಯಸುತ್ತೇನೆ", ""),
        ("The café was called Señor Müller.", "en"),
    ],
)
def test_the_language_of_a_text(text: str, code: str) -> None:
    assert language_in(text) == code


def test_quiet_at_the_ends_goes_and_the_level_is_set() -> None:
    sound = np.concatenate((np.zeros(RATE), hum(1.0, level=0.05), np.zeros(RATE))).astype(np.float32)
    kept = trimmed(sound, RATE)
    assert len(kept) / RATE == pytest.approx(1.1, abs=0.03)
    assert 10 * np.log10(np.mean((kept * gain_for(kept)) ** 2)) == pytest.approx(-21.5, abs=1.5)
    assert not len(trimmed(np.zeros(RATE, np.float32), RATE))


# --------------------------------------------------------------------------------------------------------- the engine


class Tones:
    """A `Speaker` that hums for each letter, and keeps what it was asked."""

    rate = 24_000
    prompt_s = 10.0
    longest = 120
    languages: Sequence[str] = ("en", "fr")

    def __init__(self, level: float = 0.1, takes_s: float = 0.0) -> None:
        self.level, self.takes_s = level, takes_s
        self.heard: list[tuple[int, str]] = []
        self.said: list[tuple[str, int]] = []
        self._stop = Event()

    def hear(self, voice: Samples, language: str) -> None:
        self.heard.append((len(voice), language))

    def say(self, text: str, seed: int) -> Samples:
        self._stop.clear()
        self.said.append((text, seed))
        if self._stop.wait(self.takes_s):
            raise EngineError("The model was stopped.")
        return hum(0.05 * len(text), self.rate, self.level) * np.float32(1 + seed % 2)

    def stop(self) -> None:
        self._stop.set()


def engine_of(speaker: Tones) -> VoiceImitation:
    engine = VoiceImitation(CARD, lambda: speaker, loud_is_speech)
    engine.load()
    return engine


def run(
    folder: Path, speaker: Tones, report: Callable[[float], None] = lambda share: None, seed: int = 0, **more: Json
) -> Made:
    path = written(folder, hum(6))
    (place := folder / "made").mkdir(exist_ok=True)
    given: dict[str, Json] = {"text": TEXT, "consent": True, "voice": True, **more}
    return engine_of(speaker).run(Job("transfer_style", place, given, {"reference": path}, seed), report)


def test_a_text_is_spoken_piece_by_piece_and_the_file_says_what_it_is(tmp_path: Path) -> None:
    shares = list[float]()
    made = run(tmp_path, speaker := Tones(), shares.append, seed=7)
    ((length, language),) = speaker.heard
    assert length == pytest.approx(6 * 24_000, abs=24_000) and language == "en"
    assert [seed for _, seed in speaker.said] == [7, 8] and speaker.said[0][0].startswith("The old man")
    assert shares == sorted(shares) and shares[0] == 0 and shares[-1] == 1
    with sf.SoundFile(made.files[0].path) as file:
        assert (file.samplerate, file.channels) == (24_000, 1) and file.software.startswith("Earshot")
        assert file.comment.startswith("synthetic: a voice imitated from a recording")
        assert "consent that was stated" in file.comment and "by tones, MIT" in file.comment
        sound = file.read(dtype="float32")
    assert made.facts["seconds"] == pytest.approx(len(sound) / 24_000, abs=0.01)
    assert made.facts["imitated"] is True and made.facts["language"] == "en" and not made.notice
    assert 0.05 < np.sqrt(np.mean(sound**2)) < 0.2 and np.abs(sound).max() < 1
    assert [one.name for one in (tmp_path / "made").iterdir()] == ["voice.wav"]


@pytest.mark.parametrize("level", [0.001, 0.9])
def test_it_is_as_loud_whatever_the_model_gives(level: float, tmp_path: Path) -> None:
    made = run(tmp_path, Tones(level))
    sound, _ = sf.read(made.files[0].path)
    assert np.abs(sound).max() < 1
    if level > 0.01:
        assert 10 * np.log10(np.mean(sound**2)) == pytest.approx(-20, abs=3)


@pytest.mark.parametrize("missing", [{"consent": None}, {"consent": "yes"}, {"voice": False}, {"voice": "yes"}])
def test_nobody_is_imitated_who_did_not_agree_to_just_that(missing: dict[str, Json], tmp_path: Path) -> None:
    with pytest.raises(EngineError, match="only with their consent"):
        run(tmp_path, speaker := Tones(), **missing)  # type: ignore[arg-type]
    assert not speaker.heard and not list((tmp_path / "made").iterdir())


def test_a_language_that_it_does_not_speak_is_refused_before_anything_is_heard(tmp_path: Path) -> None:
    with pytest.raises(EngineError, match="That is German, and this model speaks English and French only"):
        run(tmp_path, speaker := Tones(), text="Ich möchte wissen, wo ihr gestern wart.")
    assert not speaker.heard
    run(tmp_path, speaker, text="Je voudrais savoir où vous étiez hier.")
    run(tmp_path, speaker, text="Taxi, hotel.", language="French")
    assert [language for _, language in speaker.heard] == ["fr", "fr"]


def test_a_text_without_words_is_refused(tmp_path: Path) -> None:
    with pytest.raises(EngineError, match="nothing in that text"):
        run(tmp_path, Tones(), text="?!")


@pytest.mark.parametrize("level", [0.0, np.nan])
def test_a_model_that_says_nothing_leaves_no_file(level: float, tmp_path: Path) -> None:
    with pytest.raises(EngineError, match="said nothing"):
        run(tmp_path, Tones(level))
    assert not list((tmp_path / "made").iterdir())


def test_little_speech_is_told_of(tmp_path: Path) -> None:
    path = written(tmp_path, hum(2))
    job = Job("transfer_style", tmp_path, {"text": TEXT, "consent": True, "voice": True}, {"reference": path})
    assert engine_of(Tones()).run(job, lambda share: None).notice == FEW


@pytest.mark.parametrize("after", [0.0, 0.1, 0.3])
def test_what_is_not_wanted_ends_soon_and_leaves_nothing(after: float, tmp_path: Path) -> None:
    at = 0.0

    def report(share: float) -> None:
        nonlocal at
        if share > after or (after == 0.0 and not share):
            at = at or time.monotonic()
            raise JobCancelled("no longer wanted")

    with pytest.raises(JobCancelled):
        run(tmp_path, Tones(takes_s=1.5 if after < 0.2 else 0.1), report)
    assert time.monotonic() - at < 0.5
    assert not list((tmp_path / "made").iterdir())


def test_a_long_text_is_spoken_to_its_end_and_memory_stays_flat(tmp_path: Path) -> None:
    made = run(tmp_path, speaker := Tones(), text=f"{TEXT} " * 60)
    assert len(speaker.said) >= 100 and sf.info(made.files[0].path).duration > 250
    assert max(len(text) for text, _ in speaker.said) <= speaker.longest
