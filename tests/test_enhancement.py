"""Noise taken out of speech: by the engine as it ships, on real recordings and on made ones."""

import tracemalloc
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import soundfile as sf

from assistant.audio import RATE, Samples
from assistant.errors import DataError, EngineError, JobCancelled
from assistant.evaluation.capability.materials import noisy_speech
from assistant.evaluation.capability.metrics import si_sdr, si_sdr_improvement, stoi
from assistant.evaluation.recordings import HELD_OUT_FOLD, Recordings
from assistant.resample import resample
from models.base import Card, Job, Made
from models.speech.enhancement import Enhancement
from models.speech.enhancement_frames import HOP
from models.speech.enhancement_removal import Removal
from models.speech.enhancement_views import Viewers
from tests.enhancement_sounds import DATA, EQUALLY, hiss, real, spoken

CARD = Card("enhancement", "enhance_speech", "model", "A test's.")


@pytest.fixture(scope="module")
def engine() -> Enhancement:
    engine = Enhancement(CARD)
    engine.load()
    return engine


@pytest.fixture(scope="module")
def viewers() -> Viewers:
    return Viewers.loaded()


def quietly(share: float) -> None:
    """A report that nobody reads."""


def enhanced(
    engine: Enhancement, folder: Path, sound: Samples, rate: int = RATE, **arguments: float
) -> tuple[Samples, int, Made]:
    """What becomes of a sound, shape (n, channels), its rate, and what was said."""
    source, out = folder / "in.wav", folder / "out"
    sf.write(source, sound, rate, subtype="FLOAT")
    out.mkdir(exist_ok=True)
    made = engine.run(Job("enhance_speech", out, arguments, {"audio": source}), quietly)
    samples, found = sf.read(made.files[0].path, dtype="float32", always_2d=True)
    return samples, found, made


def gained(engine: Enhancement, folder: Path, sound: Samples, clean: Samples, **arguments: float) -> float:
    """Decibels by which a sound of one channel comes nearer to what it was before the noise."""
    return si_sdr_improvement(enhanced(engine, folder, sound, **arguments)[0][:, 0], clean, sound)


# ------------------------------------------------------------------------- any sound


@pytest.mark.parametrize("rate", [8_000, 11_025, 16_000, 22_050, 44_100, 48_000, 96_000])
@pytest.mark.parametrize("channels", [1, 2])
def test_what_comes_out_is_as_long_and_of_the_same_rate_and_channels(
    engine: Enhancement, tmp_path: Path, rate: int, channels: int
) -> None:
    sound = hiss(1.3, channels, rate)
    samples, found, made = enhanced(engine, tmp_path, sound, rate)
    assert (samples.shape, found) == (sound.shape, rate)
    assert (made.facts["rate"], made.facts["channels"]) == (rate, channels)
    assert np.isfinite(samples).all()


@pytest.mark.parametrize("samples", [1, 100, HOP, 800, 801])
def test_a_sound_may_be_as_short_as_it_likes(engine: Enhancement, tmp_path: Path, samples: int) -> None:
    made, _, _ = enhanced(engine, tmp_path, hiss(samples / RATE))
    assert len(made) == samples


def test_silence_stays_silence_and_that_is_said(engine: Enhancement, tmp_path: Path) -> None:
    samples, _, made = enhanced(engine, tmp_path, np.zeros((RATE, 1), np.float32))
    assert not samples.any()
    assert made.notice == "There is nothing to be heard in it."


def test_a_clipped_sound_does_not_clip_further(engine: Enhancement, tmp_path: Path) -> None:
    samples, _, _ = enhanced(engine, tmp_path, np.clip(hiss(2, 2, level=3.0), -1, 1))
    assert np.abs(samples).max() < 0.99


def test_noise_alone_is_left_as_it_is_and_that_is_said(engine: Enhancement, tmp_path: Path) -> None:
    noise = hiss(4)
    samples, _, made = enhanced(engine, tmp_path, noise)
    assert np.abs(samples - noise).max() < 1e-3
    assert "no speech" in made.notice and made.facts["share"] == 0


def test_the_same_comes_of_the_same(engine: Enhancement, tmp_path: Path) -> None:
    once, again = (enhanced(engine, tmp_path, hiss(2, 2, 44_100), 44_100)[0] for _ in range(2))
    assert np.array_equal(once, again)


def test_a_file_that_is_no_sound_is_refused(engine: Enhancement, tmp_path: Path) -> None:
    path = tmp_path / "words.wav"
    path.write_text("not a sound")
    with pytest.raises(DataError):
        engine.run(Job("enhance_speech", tmp_path, {}, {"audio": path}), quietly)
    assert [one.name for one in tmp_path.iterdir()] == ["words.wav"]


@pytest.mark.parametrize("strength", [-0.1, 1.5, "much"])
def test_a_strength_that_is_none_is_refused(engine: Enhancement, tmp_path: Path, strength: float | str) -> None:
    path = tmp_path / "in.wav"
    sf.write(path, hiss(0.2), RATE)
    with pytest.raises(EngineError, match="from zero"):
        engine.run(Job("enhance_speech", tmp_path, {"strength": strength}, {"audio": path}), quietly)


@pytest.mark.parametrize("reports", [1, 4])
def test_cancelled_it_leaves_nothing_behind(engine: Enhancement, tmp_path: Path, reports: int) -> None:
    path, out, told = tmp_path / "in.wav", tmp_path / "out", list[float]()
    sf.write(path, hiss(14), RATE)
    out.mkdir()

    def report(share: float) -> None:
        told.append(share)
        if len(told) > reports:
            raise JobCancelled("No longer wanted.")

    with pytest.raises(JobCancelled):
        engine.run(Job("enhance_speech", out, {}, {"audio": path}), report)
    assert list(out.iterdir()) == []
    assert told == sorted(told)


def test_memory_does_not_grow_with_the_length(viewers: Viewers) -> None:
    def peak(seconds: float) -> int:
        removal, part = Removal(viewers, 48_000, 2, EQUALLY), hiss(5, 2, 48_000)
        tracemalloc.start()
        for _ in range(round(seconds / 5)):
            for _left in removal.push(part):
                pass
        for _left in removal.finish():
            pass
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return most

    assert peak(120) < 1.1 * peak(40)


# ------------------------------------------------------------------------- real recordings


@real
@pytest.mark.parametrize(("kind", "gains"), [("stationary", 6.0), ("beds", 6.0), ("changing", 5.0), ("babble", -0.5)])
def test_speech_in_noise_becomes_clearer(engine: Enhancement, tmp_path: Path, kind: str, gains: float) -> None:
    cases = list(noisy_speech(Recordings(DATA), 0.0, (kind,), 4, seed=1))
    found = [gained(engine, tmp_path, case.mixture, case.clean) for case in cases]
    assert np.mean(found) >= gains


@real
@pytest.mark.parametrize("kind", ["stationary", "babble"])
def test_hardly_noisy_speech_is_not_made_worse(engine: Enhancement, tmp_path: Path, kind: str) -> None:
    cases = list(noisy_speech(Recordings(DATA), 15.0, (kind,), 4, seed=1))
    made = [enhanced(engine, tmp_path, case.mixture)[0][:, 0] for case in cases]
    pairs = list(zip(made, cases, strict=True))
    assert np.mean([si_sdr_improvement(sound, case.clean, case.mixture) for sound, case in pairs]) >= -0.5
    clearer = [stoi(sound, case.clean, RATE) - stoi(case.mixture, case.clean, RATE) for sound, case in pairs]
    assert np.mean(clearer) >= -0.02


@real
@pytest.mark.parametrize("label", ["rain", "sea_waves", "helicopter", "rooster"])
def test_a_sound_without_speech_is_left_as_it_is(engine: Enhancement, tmp_path: Path, label: str) -> None:
    recordings = Recordings(DATA)
    row = next(row for row in recordings.rows("sounds") if label in row["labels"] and row.get("fold") == HELD_OUT_FOLD)
    sound = recordings.sound(row, RATE)
    samples, _, made = enhanced(engine, tmp_path, sound[:, None])
    assert "no speech" in made.notice
    assert np.abs(samples[:, 0] - np.clip(sound, -1, 1)).max() < 2e-3


@real
@pytest.mark.parametrize("kind", ["stationary", "changing", "beds"])
def test_speech_is_heard_in_much_noise(engine: Enhancement, tmp_path: Path, kind: str) -> None:
    for case in noisy_speech(Recordings(DATA), -5.0, (kind,), 2, seed=2):
        assert "no speech" not in enhanced(engine, tmp_path, case.mixture)[2].notice


@real
def test_a_little_is_less(engine: Enhancement, tmp_path: Path) -> None:
    mixture, clean = spoken("stationary", 0.0)
    nothing, half, all_of_it = (gained(engine, tmp_path, mixture, clean, strength=s) for s in (0.0, 0.5, 1.0))
    assert nothing == pytest.approx(0, abs=0.05)
    assert nothing + 1.5 < half < all_of_it


@real
def test_clean_speech_is_left_as_it_is_and_that_is_said(engine: Enhancement, tmp_path: Path) -> None:
    _, clean = spoken("babble", 0.0)
    samples, _, made = enhanced(engine, tmp_path, clean)
    assert si_sdr(samples[:, 0], clean) > 30
    assert "hardly any noise" in made.notice


@real
def test_softly_spoken_is_as_good(engine: Enhancement, tmp_path: Path) -> None:
    mixture, clean = spoken("stationary", 5.0)
    usual, soft = (gained(engine, tmp_path, mixture * level, clean) for level in (np.float32(1), np.float32(0.03)))
    assert soft == pytest.approx(usual, abs=0.3)


@real
def test_two_channels_keep_their_places(engine: Enhancement, tmp_path: Path) -> None:
    """Speech on the left and hiss on both sides: the speech stays on the left."""
    _, clean = spoken("stationary", 0.0)
    sides = np.stack((clean, 0.25 * clean), axis=1)
    noisy = sides + hiss(len(clean) / RATE, 2, level=float(np.std(clean)) / 3)[: len(clean)]
    samples, _, _ = enhanced(engine, tmp_path, noisy)
    balance = np.sum(samples[:, 1] * clean) / np.sum(samples[:, 0] * clean)
    assert balance == pytest.approx(0.25, abs=0.03)
    assert si_sdr_improvement(samples[:, 0], clean, noisy[:, 0]) > 3


@real
def test_above_eight_kilohertz_speech_stays_and_hiss_goes(engine: Enhancement, tmp_path: Path) -> None:
    """At 48 kHz: with much hiss the treble is damped, without any it is there as it was."""
    rate = 48_000
    _, clean = spoken("stationary", 0.0)
    wide = resample(clean, RATE, rate)
    noise = hiss(len(wide) / rate, 1, rate, float(np.std(clean)) / 2)[: len(wide), 0]

    def treble(sound: Samples) -> float:
        return float(np.sum(np.square(np.abs(np.fft.rfft(sound)))[int(len(sound) * 9_000 / rate) :]))

    samples, _, _ = enhanced(engine, tmp_path, wide + noise, rate)
    assert treble(samples[:, 0]) < 0.3 * treble(wide + noise)
    assert si_sdr_improvement(samples[:, 0], wide, wide + noise) > 5


@real
@pytest.mark.parametrize("change", [lambda s: s, lambda s: np.stack((s, s), axis=1)])
def test_mono_and_two_equal_channels_come_to_the_same(
    engine: Enhancement, tmp_path: Path, change: Callable[[Samples], Samples]
) -> None:
    mixture, clean = spoken("stationary", 0.0)
    samples, _, _ = enhanced(engine, tmp_path, change(mixture))
    assert all(si_sdr_improvement(side, clean, mixture) > 3 for side in samples.T)
