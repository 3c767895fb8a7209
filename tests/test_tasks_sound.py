"""Changing and measuring sounds."""

import numpy as np
import pytest

from assistant.audio import Samples, dbfs
from assistant.errors import EngineError
from models.sound.describe import measure
from models.sound.edit import CEILING, amplify, reverse, stretch
from tests.router_fakes import pitch, tone


def voice(rate: int, seconds: float, hertz: float = 120.0) -> Samples:
    """Something like a vowel: harmonics with formants, in syllables."""
    at = np.arange(round(seconds * rate)) / rate
    harmonics = np.arange(1, 25)
    formants = ((700, 200), (1200, 250), (2500, 400))
    weights = np.sum([np.exp(-(((harmonics * hertz - f) / w) ** 2)) for f, w in formants], axis=0)
    sound = (weights[:, None] * np.sin(2 * np.pi * hertz * harmonics[:, None] * at)).sum(axis=0)
    syllables = 0.55 + 0.45 * np.sin(2 * np.pi * 3 * at)
    return np.asarray(0.5 * sound * syllables / np.abs(sound).max(), np.float32)


@pytest.mark.parametrize("rate", [16_000, 22_050, 48_000])
@pytest.mark.parametrize("tempo", [0.25, 0.5, 0.8, 1.25, 1.5, 2.0, 4.0])
def test_tempo_changes_the_length_and_keeps_the_pitch(rate: int, tempo: float) -> None:
    sound = voice(rate, 4.0)
    changed = stretch(sound, rate, tempo)
    assert len(changed) == round(len(sound) / tempo)
    assert pitch(changed, rate) == pytest.approx(120.0, rel=0.03)
    assert dbfs(changed) == pytest.approx(dbfs(sound), abs=1.0)
    assert dbfs(changed[-rate // 20 :]) > dbfs(sound) - 15, "its end is there"


def test_the_measure_of_pitch_tells_a_changed_one() -> None:
    assert pitch(voice(16_000, 2.0)[::2].copy(), 16_000) == pytest.approx(240.0, rel=0.03)


@pytest.mark.parametrize("tempo", [0.2, 5.0])
def test_a_tempo_out_of_reach_is_refused(tempo: float) -> None:
    with pytest.raises(EngineError, match=r"0\.25 to 4"):
        stretch(tone(150, 1), 16_000, tempo)


@pytest.mark.parametrize("samples", [0, 1, 100])
def test_the_shortest_sounds_can_be_changed(samples: int) -> None:
    sound = tone(440, 1)[:samples]
    assert len(stretch(sound, 16_000, 2.0)) == round(samples / 2)
    assert len(amplify(sound, 16_000, 6.0)) == samples


def test_reversed_twice_is_itself() -> None:
    sound = voice(16_000, 1.0)
    assert not np.array_equal(reverse(sound), sound)
    assert np.array_equal(reverse(reverse(sound)), sound)


@pytest.mark.parametrize("gain_db", [-20.0, -6.0, 3.0, 6.0])
def test_with_room_above_it_the_level_changes_by_the_gain_and_the_shape_stays(gain_db: float) -> None:
    sound = tone(150, 1, peak=0.3)
    changed = amplify(sound, 16_000, gain_db)
    assert dbfs(changed) - dbfs(sound) == pytest.approx(gain_db, abs=0.01)
    assert np.allclose(changed, sound * 10 ** (gain_db / 20), atol=1e-6)


@pytest.mark.parametrize("gain_db", [6.0, 20.0, 60.0])
@pytest.mark.parametrize("rate", [8_000, 44_100])
def test_louder_never_clips(gain_db: float, rate: int) -> None:
    quiet_then_loud = np.concatenate((tone(200, 1, rate, 0.05), voice(rate, 1.0), tone(80, 1, rate, 1.0)))
    clicks = quiet_then_loud.copy()
    clicks[rate // 3 :: rate // 7] = 1.0
    for sound in (quiet_then_loud, clicks):
        changed = amplify(sound, rate, gain_db)
        assert np.abs(changed).max() <= CEILING + 1e-6
        assert dbfs(changed[: rate // 4]) == pytest.approx(min(dbfs(sound[: rate // 4]) + gain_db, -3.2), abs=0.2)


def test_the_limiter_moves_its_gain_slowly_instead_of_cutting_peaks_off() -> None:
    changed = amplify(tone(100, 1, peak=0.9), 16_000, 6.0)
    assert np.abs(changed).max() == pytest.approx(CEILING, abs=0.02)
    assert np.mean(np.abs(changed) > 0.999 * CEILING) < 0.05  # a sine cut off at half its height would be there 2/3


def test_measures_are_true() -> None:
    facts = measure(tone(1000, 2.0, 48_000, peak=0.5), 48_000)
    assert facts.seconds == 2.0
    assert facts.peak_dbfs == pytest.approx(-6.02, abs=0.01)
    assert facts.level_dbfs == pytest.approx(-9.03, abs=0.01)
    assert measure(np.zeros(10, np.float32), 16_000).peak_dbfs == -120.0
    assert measure(np.zeros(0, np.float32), 16_000).seconds == 0.0
