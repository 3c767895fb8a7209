"""Voices told from each other, kept in their order from piece to piece, and lifted to the rate of the recording."""

import numpy as np
import pytest

from assistant.audio import RATE, Samples
from assistant.resample import resample
from models.speech.separation import heights
from models.speech.separation_lifting import lifted
from models.speech.separation_network import RATE as NETWORK_RATE
from models.speech.stitching import Stitcher, alignment, closeness
from models.speech.voice_print import UNDECIDED, VoicePrint, print_of, prints_of, semitones
from tests.separation_fakes import gained
from tests.separation_sounds import HIGH_HZ, LOW_HZ, pair, voice

# ------------------------------------------------------------------------- voices


@pytest.mark.parametrize("hertz", [85.0, 120.0, 190.0, 260.0, 330.0])
def test_how_high_a_voice_is(hertz: float) -> None:
    assert abs(semitones(hertz, print_of(voice(hertz, 3, 4, NETWORK_RATE)).pitch_hz)) < 1


def test_noise_has_no_pitch_and_silence_no_print() -> None:
    noise = np.random.default_rng(0).standard_normal(16000).astype(np.float32)
    assert print_of(noise).pitch_hz == 0
    assert not print_of(np.zeros(16000, np.float32)).known
    assert print_of(np.zeros(0, np.float32)).distance(print_of(noise)) == UNDECIDED


def test_a_voice_is_more_like_itself_than_like_another() -> None:
    one, same, other = (print_of(voice(*v, NETWORK_RATE)) for v in ((110, 3, 1), (114, 3, 4), (205, 3, 2)))
    assert one.distance(same) < UNDECIDED < one.distance(other)
    assert (one + same).distance(other) > UNDECIDED and (one + same).frames == one.frames + same.frames


def test_prints_are_taken_where_a_voice_is_clear() -> None:
    low, high = (v[: 3 * NETWORK_RATE] for v in pair(3, NETWORK_RATE))
    leaky = np.stack((low + 0.1 * high, high + 0.1 * low))
    for found, hertz in zip(prints_of(leaky), (LOW_HZ, HIGH_HZ), strict=True):
        assert abs(semitones(hertz, found.pitch_hz)) < 1


@pytest.mark.parametrize(
    ("pitches", "called"),
    [
        ((110, 205), ("lower", "higher")),
        ((205, 110), ("higher", "lower")),
        ((110, 116), ("", "")),
        ((0, 205), ("", "")),
    ],
)
def test_voices_are_named_by_their_pitch(pitches: tuple[float, float], called: tuple[str, str]) -> None:
    assert heights(*pitches) == called


# ------------------------------------------------------------------------- lifting


@pytest.mark.parametrize("rate", [8000, 11025, 16000, 44100, 96000])
def test_lifted_voices_are_the_mixture_again(rate: int) -> None:
    voices = pair(1.01, rate)
    mixture = voices[0] + voices[1]
    found = lifted(np.stack([resample(v, rate, NETWORK_RATE) for v in voices]), mixture, rate)
    assert found.shape == (2, len(mixture)) and found.dtype == np.float32
    assert np.abs(found.sum(0) - mixture).max() < 1e-5


def test_what_lies_above_goes_to_who_is_loud_below() -> None:
    """Both hiss, one after the other; at 8 kHz only the lower half of it is known."""
    random = np.random.default_rng(0)
    hiss = random.standard_normal(RATE).astype(np.float32)
    first, second = (np.concatenate(parts) for parts in ((hiss, 0 * hiss), (0 * hiss, hiss)))
    found = lifted(np.stack([resample(v, RATE, NETWORK_RATE) for v in (first, second)]), first + second, RATE)
    low = np.stack([resample(resample(v, RATE, NETWORK_RATE), NETWORK_RATE, RATE) for v in (first, second)])
    assert gained(list(found), (first, second), first + second) > 20
    assert gained(list(low), (first, second), first + second) < 5


# ----------------------------------------------------------------------- stitching


def shuffled(voices: Samples, hop: int, seed: int) -> Samples:
    """Two voices (2, n) cut into pieces that overlap by half, each in an order drawn by lot, and put together again."""
    random, stitcher, ready = np.random.default_rng(seed), Stitcher(hop), list[Samples]()
    for start in range(0, voices.shape[1] - hop, hop):
        piece = voices[:, start : start + 2 * hop][:: random.choice((-1, 1))]
        ready.append(stitcher.push(piece, prints_of(piece)))
    return np.concatenate([*ready, stitcher.finish()], axis=1)


@pytest.mark.parametrize("seconds", [2.0, 7.3, 21.0])
def test_the_order_of_voices_is_kept(seconds: float) -> None:
    voices = np.stack(pair(seconds, NETWORK_RATE))
    for seed in range(4):
        found = shuffled(voices, NETWORK_RATE, seed)
        assert found.shape == voices.shape
        assert np.allclose(found, voices, atol=1e-5) or np.allclose(found[::-1], voices, atol=1e-5)


@pytest.mark.parametrize("breath_s", [0.0, 0.1])
def test_after_a_silence_the_order_is_told_by_the_voices(breath_s: float) -> None:
    """Next to nothing is heard where pieces overlap, so that only their voices tell who is who."""
    voices = np.stack(pair(24, NETWORK_RATE))
    at = np.arange(voices.shape[1]) / NETWORK_RATE % 8
    voices = voices * ((at < 4) | (at >= 8 - breath_s)).astype(np.float32)
    for seed in range(6):
        found = shuffled(voices, 2 * NETWORK_RATE, seed)
        spoken = at < 4
        assert any(np.allclose(one[:, spoken], voices[:, spoken], atol=1e-5) for one in (found, found[::-1]))


def test_a_second_voice_that_was_not_heard_before_is_another() -> None:
    low, high = (print_of(v) for v in pair(3, NETWORK_RATE))
    assert closeness((low, VoicePrint()), (low, VoicePrint())) > 0
    assert closeness((low, VoicePrint()), (high, VoicePrint())) < 0
    assert closeness((low, high), (VoicePrint(), high)) > 0 > closeness((low, high), (VoicePrint(), low))


def test_alignment_is_certain_of_sound_and_knows_nothing_of_silence() -> None:
    voices = np.stack(pair(2, NETWORK_RATE))
    assert alignment(voices, voices) > 0.9 and alignment(voices, voices[::-1]) < -0.9
    assert alignment(voices * 0, voices * 0) == 0.0
    alone = voices * np.array([[1], [0]], np.float32)
    assert alignment(alone, alone) > 0.9, "one voice is enough"
