"""Masks of sound extraction: how they are refined and laid on a spectrum, and windows that join without a seam."""

from pathlib import Path

import numpy as np
import pytest

from assistant.audio import Samples
from assistant.evaluation.capability.metrics import si_sdr
from models.sound.extraction_network import CLASSES
from models.sound.extraction_refinement import IN_SPEECH, agreed, beside_speech, spoken, timed
from models.sound.extraction_span import SHARED_S, Span, changed
from models.sound.extraction_voice import held, voiced
from models.sound.extraction_ways import PRESENT, told
from models.sound.spectra import BINS, Spectrum, magnitudes
from models.speech import rnnoise
from tests.extraction_sounds import hiss, quietly, whistle, written

# ---------------------------------------------------------------------- refinement


def test_a_mask_is_moved_to_when_the_sound_is_heard() -> None:
    mask, own, rival = np.full((500, BINS), 0.5, np.float32), np.zeros(200, np.float32), np.zeros(200, np.float32)
    own[50:100], rival[120:160] = 0.9, 0.9
    moved = timed(mask, own, rival)
    assert moved.shape == mask.shape and moved.min() > 0 and moved.max() < 1
    assert moved[150:230].min() > 0.75 and moved[320:380].max() < 0.25 and np.allclose(moved[:100], 0.5, atol=1e-6)


def test_masks_that_agree_stay_as_they_are() -> None:
    mask = np.random.default_rng(0).random((9, BINS)).astype(np.float32)
    assert np.allclose(agreed(mask, mask), mask) and not agreed(mask, np.zeros_like(mask)).any()


def test_where_rnnoise_hears_a_voice_counts_more() -> None:
    mask, voice = np.full((2, BINS), 0.5, np.float32), np.array([[1.0], [0.01]], np.float32).repeat(BINS, axis=1)
    for_speech, beside = spoken(mask, voice), beside_speech(mask, voice, 1.0, passing=False)
    assert for_speech[0].min() > 0.8 and for_speech[1].max() < 0.05
    assert beside[0].max() < 0.2 and beside[1].min() > 0.8
    assert np.array_equal(beside_speech(mask, voice, 0.0, passing=True), mask), "no speech, no difference"


def test_a_tone_is_held_and_a_stroke_is_not() -> None:
    seen = np.full((200, BINS), 0.01, np.float32)
    seen[:, 40], seen[100] = 1, 1
    assert held(seen)[20:80, 40].min() > 0.9 and held(seen)[100, 80:].max() < 0.1
    assert held(seen[:3]).shape == (3, BINS)


@pytest.mark.parametrize("rate", [8_000, 16_000, 44_100])
@pytest.mark.parametrize("seconds", [0.05, 1.3])
def test_a_voice_is_looked_for_at_any_rate(rate: int, seconds: float) -> None:
    library = rnnoise.found()
    if library is None:
        pytest.skip("RNNoise is not here")
    sound = np.stack((hiss(seconds, rate), -hiss(seconds, rate)), axis=1)
    mask = voiced(library, sound, rate)
    assert mask.shape == magnitudes(sound, rate).shape and np.isfinite(mask).all()
    assert mask.min() >= 0 and mask.max() <= 1 and mask.mean() < 0.9, "channels that cancel are still heard"


def test_what_only_a_syllable_may_be_is_not_there() -> None:
    likely, dog, speech = np.zeros(len(CLASSES), np.float32), CLASSES.index("dog"), CLASSES.index("speech")
    likely[dog] = (PRESENT + IN_SPEECH["dog"]) / 2
    assert told(likely, dog) == pytest.approx(likely[dog])
    likely[speech] = 0.9
    assert told(likely, dog) < PRESENT
    likely[dog] = IN_SPEECH["dog"] + 0.01
    assert told(likely, dog) == pytest.approx(likely[dog])


# ------------------------------------------------------------------------- spectra


@pytest.mark.parametrize("rate", [8_000, 11_025, 16_000, 44_100, 96_000])
@pytest.mark.parametrize("count", [1, 37, 4_000, 30_011])
def test_a_mask_that_lets_all_through_changes_nothing(rate: int, count: int) -> None:
    sound = np.random.default_rng(0).uniform(-1, 1, (count, 2)).astype(np.float32)
    spectrum, mask = Spectrum.of(sound, rate), np.ones((len(magnitudes(sound, rate)), BINS), np.float32)
    assert np.abs(spectrum.masked(mask).sound() - sound).max() < 1e-4
    assert np.abs(spectrum.masked(mask / 4).sound() - sound / 4).max() < 1e-4


def test_a_mask_is_laid_where_it_belongs_at_another_rate() -> None:
    """Of two tones, one after the other at 44.1 kHz, and one above what the mask reaches, each can be let through."""
    rate, half = 44_100, 22_050
    time = np.arange(rate) / rate
    low, high = (np.sin(2 * np.pi * hertz * time) for hertz in (1_000, 12_000))
    mask = np.zeros((63, BINS), np.float32)
    mask[:31, 20:50] = 1  # around 1 kHz, in the first half
    mask[32:, 208:] = 1  # the top, in the second
    made = Spectrum.of((low + high)[:, None].astype(np.float32), rate).masked(mask).sound()[:, 0]
    assert si_sdr(made[1_000 : half - 1_000], low[1_000 : half - 1_000].astype(np.float32)) > 30
    assert si_sdr(made[half + 1_000 : -1_000], high[half + 1_000 : -1_000].astype(np.float32)) > 30


def test_channels_in_opposite_phase_are_heard() -> None:
    tone = whistle(0.5, 16_000)[:, None]
    both = magnitudes(np.hstack((tone, -tone)), 16_000)
    assert np.allclose(both, magnitudes(tone, 16_000), atol=1e-5) and both.max() > 1


# ------------------------------------------------------------------------- windows


@pytest.mark.parametrize("seconds", [0.05, 2.0, 8.0, 8.001, 9.5, 16.0, 25.3])
def test_windows_join_without_a_seam(tmp_path: Path, seconds: float) -> None:
    sound = hiss(seconds, 8_000)
    path, told = written(tmp_path / "a.wav", sound, 8_000), list[float]()
    made = np.concatenate(list(changed(Span(path), lambda samples, rate: samples / 2, told.append)))
    assert made.shape == (len(sound), 1) and np.abs(made[:, 0] - sound / 2).max() < 1e-6
    assert told == sorted(told) and told[-1] == pytest.approx(1)


def test_memory_does_not_grow_with_the_length(tmp_path: Path) -> None:
    path, seen = written(tmp_path / "long.wav", np.zeros(600 * 8_000, np.float32), 8_000), list[int]()

    def change(samples: Samples, rate: int) -> Samples:
        seen.append(len(samples))
        return samples

    assert sum(len(part) for part in changed(Span(path), change, quietly)) == 600 * 8_000
    assert max(seen) <= (8 + SHARED_S) * 8_000 and len(seen) == 75


def test_a_part_is_cut_out_and_faded(tmp_path: Path) -> None:
    path = written(tmp_path / "a.wav", np.full(16_000 * 5, 0.5, np.float32), 16_000)
    made = np.concatenate(list(changed(Span(path, 1.0, 3.5), lambda samples, rate: samples, quietly)))[:, 0]
    assert len(made) == 40_000 and made[0] == made[-1] == 0 and made[1_000:-1_000].min() == 0.5
