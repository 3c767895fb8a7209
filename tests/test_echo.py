"""The echo canceller, on echoes whose path is known."""

import numpy as np
import pytest

from asr.echo.canceller import Canceller
from asr.echo.drift import Drift
from asr.echo.fractional import AFTER, BEFORE, between
from asr.echo.kalman import HOP, Kalman
from asr.echo.reference import Reference
from asr.echo.suppressor import BANDS, LATE, STEP, Suppressor, bands
from assistant.audio import RATE, AudioChunk, Samples
from assistant.resample import resample

BLOCK = 320
LATENCY_S = 0.05
"""Of the loudspeaker."""


def speechlike(seconds: float, seed: int = 0) -> Samples:
    """Noise in syllables, with the slope of speech, shape (n,)."""
    draw = np.random.default_rng(seed)
    noise = np.convolve(draw.standard_normal(round(seconds * RATE)), 0.85 ** np.arange(20), "same")
    times = np.arange(len(noise)) / RATE
    loudness = np.clip(np.sin(2 * np.pi * 3.1 * times + seed) + 0.3, 0, None) * (
        np.sin(2 * np.pi * 0.21 * times) > -0.9
    )
    # Without what lies beyond the reach of the converters between rates.
    return resample(resample(np.asarray(0.05 * noise * loudness, np.float32), RATE, 13_000), 13_000, RATE)


def response(delay: int = 160, length: int = 2400, seed: int = 3) -> Samples:
    """A room's response, shape (n,): a direct path and a tail that decays by 60 dB in a quarter of a second."""
    draw = np.random.default_rng(seed)
    tail = draw.standard_normal(length) * 10 ** (-3 * np.arange(length) / (0.25 * RATE))
    tail[0] = 5
    return np.asarray(np.concatenate((np.zeros(delay), tail)) / 12, np.float32)


def echo_of(played: Samples, room: Samples) -> Samples:
    size = len(played) + len(room)
    return np.asarray(
        np.fft.irfft(np.fft.rfft(played, size) * np.fft.rfft(room, size), size)[: len(played)], np.float32
    )


def power_db(samples: Samples) -> float:
    return float(10 * np.log10(np.mean(np.square(samples)) + 1e-12))


def converse(canceller: Canceller, played: Samples, heard: Samples, rate: int = RATE, gap_at: int = -1) -> Samples:
    """Play and hear, block by block, as devices would; what is left, shape (n,)."""
    spoken = resample(played, RATE, rate)
    block, out = BLOCK * rate // RATE, []
    written = 0
    for i in range(0, len(heard) - BLOCK, BLOCK):
        now = (i + BLOCK) / RATE
        while written / rate < now + LATENCY_S and written + block <= len(spoken):
            canceller.played(spoken[written : written + block], rate, written / rate)
            written += block
        if i != gap_at:
            out.append(canceller.push(AudioChunk(heard[i : i + BLOCK], RATE, i), lambda at: at).samples)
    return np.concatenate(out)


def test_interpolation_is_exact_for_a_tone() -> None:
    times = np.arange(400)
    tone = np.sin(0.7 * times).astype(np.float32)
    positions = np.linspace(BEFORE, 399 - AFTER, 333)
    assert between(tone, positions) == pytest.approx(np.sin(0.7 * positions), abs=3e-3)


def test_the_filter_learns_the_path() -> None:
    played = speechlike(8)
    heard = echo_of(played, response())
    kalman = Kalman()
    hops = [slice(i, i + HOP) for i in range(0, len(heard) - HOP, HOP)]
    left = np.concatenate([kalman.step(played[hop], heard[hop]).rest for hop in hops])
    late = slice(5 * RATE, 7 * RATE)
    assert power_db(heard[late]) - power_db(left[late]) > 25


def test_the_filter_learns_a_loudspeaker_that_bends() -> None:
    played = speechlike(10) * 4
    heard = echo_of(np.tanh(1.5 * played).astype(np.float32) / 1.5, response())
    both, linear = Kalman(), Kalman()
    rest: dict[str, list[Samples]] = {"both": [], "linear": []}
    for i in range(0, len(heard) - HOP, HOP):
        rest["both"].append(both.step(played[i : i + HOP], heard[i : i + HOP]).rest)
        linear.weights[1] = 0
        rest["linear"].append(linear.step(played[i : i + HOP], heard[i : i + HOP]).rest)
    cut = 7 * RATE
    assert power_db(np.concatenate(rest["both"])[cut:]) < power_db(np.concatenate(rest["linear"])[cut:]) - 3


@pytest.mark.parametrize("rate", [RATE, 48_000, 22_050])
def test_the_echo_goes_and_the_person_stays(rate: int) -> None:
    played = speechlike(12)
    heard = echo_of(played, response())
    person = np.zeros_like(heard)
    person[8 * RATE : 10 * RATE] = speechlike(2, seed=9)
    left = converse(Canceller(), played, heard + person, rate)
    alone, both = slice(5 * RATE, 8 * RATE), slice(8 * RATE, 10 * RATE)
    assert power_db(heard[alone]) - power_db(left[alone]) > 20
    # What is left while the person speaks is the person, sample by sample.
    assert power_db(left[both] - person[both]) < power_db(person[both]) - 10


@pytest.mark.parametrize("ppm", [80, -40])
def test_the_drift_of_two_clocks_is_followed(ppm: int) -> None:
    played = speechlike(24)
    heard = echo_of(played, response())
    stretched = between(np.pad(heard, 64), 64 + np.arange(len(heard) - 640) * (1 + ppm * 1e-6))
    canceller = Canceller()
    left = converse(canceller, played, stretched)
    assert (canceller.drift.rate - 1) * 1e6 == pytest.approx(ppm, abs=6)
    late = slice(19 * RATE, 22 * RATE)
    assert power_db(stretched[late]) - power_db(left[late]) > 18


def test_a_drift_that_is_not_there_is_not_followed() -> None:
    drift, kalman = Drift(), Kalman()
    played = speechlike(10)
    heard = echo_of(played, response())
    for i in range(0, len(heard) - HOP, HOP):
        kalman.step(played[i : i + HOP], heard[i : i + HOP])
        drift.push(kalman.weights[0])
    assert drift.rate == pytest.approx(1, abs=8e-6)
    assert drift.seen < 3e-5


def test_without_anything_played_the_microphone_is_left_alone() -> None:
    heard = speechlike(2)
    canceller = Canceller()
    left = converse(canceller, np.zeros_like(heard), heard)
    assert len(left) > len(heard) - 2 * BLOCK and np.array_equal(left, heard[: len(left)])
    assert not canceller.trusted


def test_a_loudspeaker_that_is_given_sound_late_is_followed_as_early_as_can_be() -> None:
    played = speechlike(8)
    heard = echo_of(played, response(delay=480))
    canceller = Canceller()
    left = []
    for i in range(0, len(heard) - BLOCK, BLOCK):
        canceller.played(played[i : i + BLOCK], RATE, i / RATE)  # as it sounds, and no sooner
        left.append(canceller.push(AudioChunk(heard[i : i + BLOCK], RATE, i), lambda at: at).samples)
    late = slice(6 * RATE, 7 * RATE)
    assert power_db(heard[late]) - power_db(np.concatenate(left)[late]) > 15


def test_what_the_system_cancels_is_left_alone() -> None:
    played = speechlike(2)
    heard = echo_of(played, response())
    canceller = Canceller()
    canceller.unneeded = lambda: True
    left = converse(canceller, played, heard)
    assert len(left) > len(heard) - 2 * BLOCK and np.array_equal(left, heard[: len(left)])


def test_it_is_trusted_once_the_echo_was_heard_for_a_while() -> None:
    played = speechlike(6)
    canceller = Canceller()
    converse(canceller, played[:RATE], echo_of(played, response())[:RATE])
    assert not canceller.trusted
    canceller = Canceller()
    converse(canceller, played, echo_of(played, response()))
    assert canceller.trusted


def test_a_gap_in_the_microphone_is_skipped() -> None:
    played = speechlike(12)
    heard = echo_of(played, response())
    left = converse(Canceller(), played, heard, gap_at=8 * RATE)
    late = slice(9 * RATE, 11 * RATE)
    assert power_db(heard[late]) - power_db(left[late]) > 15


def test_the_reference_knows_when_what_sounded() -> None:
    reference = Reference()
    tone = np.sin(np.arange(480 * 20) * 0.05).astype(np.float32)
    for i in range(20):
        reference.note(tone[480 * i : 480 * (i + 1)], RATE, 7 + i * 0.03 + (0.004 if i % 4 == 0 else 0))
    reference.fetch()
    at = reference.position_at(7.3)
    assert at is not None
    first = reference.position_at(7.0)
    assert first is not None and at - first == pytest.approx(0.3 * RATE)
    assert reference.read(at + np.arange(100.0)) == pytest.approx(tone[4800:4900], abs=0.01)


def test_a_loudspeaker_that_was_away_begins_anew() -> None:
    reference = Reference()
    reference.note(np.ones(480, np.float32), RATE, 1.0)
    reference.note(np.full(480, 0.5, np.float32), RATE, 4.0)
    reference.fetch()
    at = reference.position_at(4.01)
    assert at is not None and reference.jumps == 2
    assert reference.read(at + np.arange(10.0)) == pytest.approx(0.5, abs=0.01)
    assert not reference.read(at - 2 * RATE + np.arange(10.0)).any()


def test_the_bands_share_every_bin_out_wholly() -> None:
    shares = bands()
    assert shares.shape == (BANDS, 257)
    assert shares.sum(axis=0) == pytest.approx(1)
    assert (shares.sum(axis=1) > 0).all()


def test_what_passes_by_the_suppressor_is_unchanged_and_late() -> None:
    sound = speechlike(1)
    suppressor = Suppressor()
    out = []
    for i in range(0, len(sound) - HOP, HOP):
        suppressor.pass_by(sound[i : i + HOP])
    for _ in range(20):
        samples, presence = suppressor.take(512)
        assert presence == 1
        out.append(samples)
    taken = np.concatenate(out)
    assert taken[LATE + STEP : 10_000] == pytest.approx(sound[STEP : 10_000 - LATE], abs=1e-5)
