"""The embedded recognizer on the real recordings that come in its wheel."""

from importlib.util import find_spec
from pathlib import Path

import jiwer
import numpy as np
import pytest
from whisper_normalizer.english import EnglishTextNormalizer

from asr.moonshine import LONGEST, Moonshine
from assistant.audio import RATE, Samples
from assistant.resample import resample
from assistant.workspace import load_audio

BECKETT = "Ever tried. Ever failed. No matter. Try again. Fail again. Fail better."
normalized = EnglishTextNormalizer()


def recording(name: str) -> Samples:
    spec = find_spec("moonshine_voice")
    assert spec and spec.origin
    return resample(*load_audio(Path(spec.origin).parent / "assets" / name), RATE)


@pytest.fixture(scope="module")
def moonshine() -> Moonshine:
    return Moonshine()


def errors(truth: str, heard: str) -> float:
    return jiwer.wer(normalized(truth), normalized(heard))


def test_a_recording_of_ten_seconds(moonshine: Moonshine) -> None:
    transcript = moonshine.transcribe(recording("beckett.wav"))
    assert errors(BECKETT, transcript.text) <= 0.1
    assert transcript.log_prob > -0.5
    assert transcript.finished > 0.5


def test_longer_than_the_model_takes_at_once(moonshine: Moonshine) -> None:
    sound = recording("two_cities.wav")
    assert len(sound) > LONGEST
    text = moonshine.transcribe(sound).text
    assert errors("It was the best of times, it was the worst of times, it was the age of wisdom,", text[:80]) <= 0.2
    assert len(text.split()) == pytest.approx(119, abs=12)


def test_as_good_as_the_wheel_s_own_program(moonshine: Moonshine) -> None:
    from moonshine_voice.moonshine_api import ModelArch
    from moonshine_voice.transcriber import Transcriber

    spec = find_spec("moonshine_voice")
    assert spec and spec.origin
    theirs = Transcriber(str(Path(spec.origin).parent / "assets" / "tiny-en"), ModelArch.TINY)
    sound = recording("beckett.wav")
    text = " ".join(line.text for line in theirs.transcribe_without_streaming(sound.tolist(), RATE).lines)
    theirs.close()
    assert errors(BECKETT, moonshine.transcribe(sound).text) <= errors(BECKETT, text)


def test_a_sentence_broken_off_is_not_finished(moonshine: Moonshine) -> None:
    whole = recording("two_cities.wav")
    broken, ended = whole[: int(1.35 * RATE)], whole[: int(4.3 * RATE)]
    assert moonshine.transcribe(broken).finished < moonshine.transcribe(ended).finished


@pytest.mark.parametrize("count", [0, 1, 100, 4000])
def test_next_to_nothing(moonshine: Moonshine, count: int) -> None:
    transcript = moonshine.transcribe(np.zeros(count, np.float32))
    assert len(transcript.text) < 20


def test_noise_is_not_believed_in(moonshine: Moonshine) -> None:
    noise = np.random.default_rng(0).normal(0, 0.1, 3 * RATE).astype(np.float32)
    assert moonshine.transcribe(noise).log_prob < -0.6
