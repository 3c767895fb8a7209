"""espeak-ng: what it has beyond the contract of a voice."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from importlib.util import find_spec
from pathlib import Path
from shutil import copytree

import numpy as np
import pytest

from assistant.errors import SettingsError
from assistant.events import Manner
from tests.router_fakes import pitch
from tts.espeak import Espeak, pronounced
from tts.level import amplified
from tts.options import EspeakOptions
from tts.timing import timed

RATE = 22_050


@pytest.fixture(scope="module")
def espeak() -> Espeak:
    return Espeak()


def test_phonemes(espeak):
    assert espeak.phonemize("Hello, world!") == "həlˈoʊ wˈɜːld"
    assert espeak.phonemize("") == "" == espeak.phonemize("😀 …")


def test_phonemes_of_a_long_text_are_all_there(espeak):
    assert espeak.phonemize("Yes. " * 1000).split() == ["jˈɛs"] * 1000


@pytest.mark.parametrize("voice", ["klingonese", "en-us+nobody", ""])
def test_an_unknown_espeak_voice_is_refused_at_once(voice, espeak):
    with pytest.raises(SettingsError, match=f'espeak has no voice "{voice}"'.replace("+", r"\+")):
        Espeak(EspeakOptions(voice=voice))
    assert len(espeak.speak("Still here.", Manner()).samples)


def test_options_change_the_voice(espeak):
    slow = Espeak(EspeakOptions(words_per_minute=100)).speak("One two three four.", Manner())
    german = Espeak(EspeakOptions(voice="de"))
    assert slow.words[-1].end_s > 1.3 * espeak.speak("One two three four.", Manner()).words[-1].end_s
    assert german.phonemize("Guten Tag") == "ɡˈuːtən tˈɑːk"


def test_speed_stays_within_what_espeak_can_do(espeak):
    fast = Espeak(EspeakOptions(words_per_minute=400)).speak("One two three four.", Manner(speed=2))
    assert 0.3 < fast.words[-1].end_s < espeak.speak("One two three four.", Manner(speed=2)).words[-1].end_s


def test_pitch_moves_by_about_semitones_as_far_as_espeak_can():
    flat = Espeak(EspeakOptions(voice="en-us+f2", pitch_range=0))

    def semitones(higher: float) -> float:
        vowel, plain = (flat.speak("Aaaaaaaah", Manner(pitch=p)) for p in (higher, 0))
        return 12 * np.log2(pitch(vowel.samples, RATE) / pitch(plain.samples, RATE))

    assert 1 < semitones(2) < 4
    assert -4 < semitones(-2) < -1
    assert semitones(24) == semitones(12) > semitones(2)


def test_two_voices_in_two_threads_do_not_mix():
    voices = (Espeak(), Espeak(EspeakOptions(voice="de", words_per_minute=110)))
    texts = ("Good morning to everybody here.", "Einen schönen guten Morgen.")

    def lengths(k: int) -> list[float]:
        return [voices[k].speak(texts[k], Manner()).words[-1].end_s for _ in range(20)]

    alone = [lengths(k)[0] for k in range(2)]
    with ThreadPoolExecutor(2) as threads:
        for k, together in enumerate(threads.map(lengths, range(2))):
            assert together == pytest.approx([alone[k]] * 20, rel=0.02)


def test_it_speaks_from_a_folder_with_a_very_long_name(tmp_path):
    spec = find_spec("espeakng_loader")
    assert spec is not None and spec.origin is not None
    folder = tmp_path / ("long" * 20) / ("longer" * 20)
    copytree(Path(spec.origin).parent, folder / "espeakng_loader")
    program = (
        f"import sys; sys.path.insert(0, {str(folder)!r})\n"
        "import espeakng_loader; print(espeakng_loader.__file__)\n"
        "from tts.espeak import Espeak; from assistant.events import Manner\n"
        "print(len(Espeak().speak('Yes.', Manner()).words))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False, timeout=60)
    assert done.stderr == ""
    assert done.stdout.split() == [str(folder / "espeakng_loader" / "__init__.py"), "1"]


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("**bold** `code` _it_", "  bold    code   it "),
        ("# Title\n- item", "  Title\n  item"),
        ("2 * 3 - 1", "2 * 3 - 1"),
        ("well-known snake_case", "well-known snake case"),
        ("a\x00b😀c", "a b c"),
        ("20 °C", "20 °C"),
    ],
)
def test_what_is_not_read_aloud_becomes_space(text, read):
    assert pronounced(text) == read


def test_written_words_spoken_as_one_share_its_time_by_letters():
    loud = np.full(1000, 0.5, np.float32)
    words = timed("in the house", [(0, 0), (7, 600)], loud, 1000)
    assert [(w.text, w.start_s, w.end_s) for w in words] == [("in", 0, 0.24), ("the", 0.24, 0.6), ("house", 0.6, 1)]


def test_a_pause_belongs_to_no_word():
    sound = np.concatenate((np.full(300, 0.5), np.zeros(400), np.full(300, 0.5))).astype(np.float32)
    words = timed("well, yes", [(0, 0), (6, 700)], sound, 1000)
    assert [(w.start_s, w.end_s) for w in words] == [(0, 0.3), (0.7, 1)]


def test_boundaries_that_run_backwards_or_out_of_the_sound_do_no_harm():
    loud = np.full(100, 0.5, np.float32)
    words = timed("a b c", [(2, 50), (0, 20), (4, 999), (99, -5)], loud, 100)
    times = [t for w in words for t in (w.start_s, w.end_s)]
    assert times == sorted(times) and times[-1] <= 1


def test_the_limiter_holds_peaks_and_leaves_the_rest():
    samples = 0.05 * np.sin(np.arange(RATE) * 0.05).astype(np.float32)
    samples[10_000:10_050] = 0.9
    louder = amplified(samples, 12, RATE)
    assert np.abs(louder).max() <= 0.971
    assert louder[:9_000] == pytest.approx(samples[:9_000] * 10 ** (12 / 20), rel=1e-5)
    assert louder[11_000:] == pytest.approx(samples[11_000:] * 10 ** (12 / 20), rel=1e-5)
