"""One contract for every recognizer: what `asr.base.Recognizer` promises, and that the ears can hear with it."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import aclosing
from pathlib import Path

import numpy as np
import pytest

from asr.base import Recognizer
from asr.ears import Ears
from asr.loader import load_recognizer
from asr.options import MoonshineOptions, WhisperOptions
from asr.turns import Punctuation, TurnOptions
from asr.vad import GatedSilero
from assistant.audio import RATE, Samples
from assistant.clock import run_virtually
from assistant.devices.files import FileMicrophone, Recording
from assistant.errors import EngineMissing, SettingsError
from assistant.events import Guessed, Heard, Perception, SpeechStarted, Supposed
from tests.whisper_checkpoint import sound_of

SENTENCE = " Play the last recording again."
"""One of those the small Whisper was trained on."""


@pytest.fixture(scope="module", params=["moonshine", "whisper"])
def recognizer(request: pytest.FixtureRequest, checkpoint: Path) -> Recognizer:
    whisper = WhisperOptions(model=str(checkpoint), device="cpu", offline=True)
    return load_recognizer(request.param, MoonshineOptions(), whisper, "en")


@pytest.fixture(scope="module")
def sound() -> Samples:
    """A sentence spoken by a synthesizer, at 16 kHz, with a moment of quiet around it, as the ears leave it."""
    return np.pad(sound_of(SENTENCE), RATE // 5)


def plain(text: str) -> str:
    return "".join(c for c in text.lower() if c.isalnum() or c == " ").strip()


def test_it_hears_words_and_says_how_surely(recognizer: Recognizer, sound: Samples) -> None:
    transcript = recognizer.transcribe(sound)
    assert plain(transcript.text) == plain(SENTENCE)
    assert -1 < transcript.log_prob <= 0
    assert 0.5 < transcript.finished <= 1
    assert 0 <= transcript.no_speech < 0.5
    assert transcript.tokens > 0 and transcript.language == "en"


def test_nothing_is_no_words(recognizer: Recognizer) -> None:
    assert recognizer.transcribe(np.zeros(0, np.float32)).text == ""


def test_it_leaves_the_sound_as_it_is(recognizer: Recognizer, sound: Samples) -> None:
    kept = sound.copy()
    recognizer.transcribe(sound)
    assert np.array_equal(sound, kept)


def test_answers_do_not_depend_on_what_was_asked_before_or_at_once(recognizer: Recognizer, sound: Samples) -> None:
    alone = recognizer.transcribe(sound)
    recognizer.transcribe(sound[: len(sound) // 2])
    with ThreadPoolExecutor(2) as threads:
        together = list(threads.map(recognizer.transcribe, [sound, sound]))
    assert {t.text for t in together} == {alone.text}
    assert [t.log_prob for t in together] == pytest.approx([alone.log_prob] * 2, abs=0.05)


def test_the_ears_hear_with_it(recognizer: Recognizer, sound: Samples) -> None:
    async def listen() -> list[Perception]:
        ears = Ears(recognizer, GatedSilero(), Punctuation(TurnOptions()))
        microphone = FileMicrophone([Recording(sound, recognizer.rate)])
        async with aclosing(ears.listen(microphone.listen())) as perceptions:
            return [p async for p in perceptions]

    perceptions = run_virtually(listen())
    kinds = [type(p) for p in perceptions]
    assert kinds[0] is SpeechStarted and Guessed in kinds and Supposed in kinds
    assert kinds[-1] is Heard
    assert plain(" ".join(p.text for p in perceptions if isinstance(p, Heard))) == plain(SENTENCE)


@pytest.mark.parametrize(
    ("name", "language", "error"),
    [("magic", "en", SettingsError), ("moonshine", "de", SettingsError), ("whisper", "en", EngineMissing)],
)
def test_what_cannot_be_loaded_says_so(name: str, language: str, error: type[Exception]) -> None:
    with pytest.raises(error, match=r"\w+ \w+.*\."):
        load_recognizer(name, MoonshineOptions(), WhisperOptions(model="/nowhere", offline=True), language)
