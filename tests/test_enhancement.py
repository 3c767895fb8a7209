"""Noise taken out of speech: by the engine as it ships, on real recordings and on made ones."""

import tracemalloc
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import soundfile as sf

from assistant.audio import RATE, Samples, dbfs
from assistant.errors import DataError, EngineError, JobCancelled
from assistant.evaluation.capability.materials import noisy_speech
from assistant.evaluation.capability.metrics import si_sdr, si_sdr_improvement
from assistant.evaluation.recordings import Recordings
from assistant.resample import resample
from models.base import Card, Job, Made
from models.speech.enhancement import Enhancement
from models.speech.enhancement_frames import HOP, overlapped, spectrum
from models.speech.enhancement_judgement import Survey, judged
from models.speech.enhancement_masks import MaskNetwork, Masks
from models.speech.enhancement_removal import Cleaner, Removal
from models.speech.enhancement_stretches import CORE

DATA = Path(__file__).parents[2] / "shared" / "data"
CARD = Card("enhancement", "enhance_speech", "model", "A test's.")

real = pytest.mark.skipif(not DATA.is_dir(), reason="needs the recordings in ../shared/data")


@pytest.fixture(scope="module")
def engine() -> Enhancement:
    engine = Enhancement(CARD)
    engine.load()
    return engine


@pytest.fixture(scope="module")
def network() -> MaskNetwork:
    return MaskNetwork()


def quietly(share: float) -> None:
    """A report that nobody reads."""


def hiss(seconds: float, channels: int = 1, rate: int = RATE, level: float = 0.05, seed: int = 0) -> Samples:
    noise = np.random.default_rng(seed).standard_normal((round(seconds * rate), channels))
    return (level * noise).astype(np.float32)


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


def spoken(kind: str, snr_db: float, seed: int = 3) -> tuple[Samples, Samples]:
    """Somebody in noise, and without it, shape (n,)."""
    case = next(noisy_speech(Recordings(DATA), snr_db, (kind,), 1, seed))
    return case.mixture, case.clean


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


def test_noise_alone_is_taken_out_and_that_is_said(engine: Enhancement, tmp_path: Path) -> None:
    noise = hiss(4)
    samples, _, made = enhanced(engine, tmp_path, noise)
    assert dbfs(samples[:, 0]) < dbfs(noise[:, 0]) - 10
    assert "hardly any speech" in made.notice


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


def test_memory_does_not_grow_with_the_length(network: MaskNetwork) -> None:
    def peak(seconds: float) -> int:
        removal, part = Removal(network, 48_000, 2, 1.0), hiss(5, 2, 48_000)
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


# ------------------------------------------------------------------------- how it is cut


class Half:
    """A network whose masks are 0.5 everywhere."""

    def masks(self, power: Masks) -> Masks:
        return np.full_like(power, 0.5)


@pytest.mark.parametrize("rate", [8_000, 16_000, 22_050, 44_100])
@pytest.mark.parametrize("seconds", [0.05, 1.0, 26.3])
def test_what_is_left_lies_where_it_was(rate: int, seconds: float) -> None:
    """With masks of a half everywhere, half of the sound is left, to the sample, whatever the rate."""
    sound = np.cumsum(hiss(seconds, 2, rate, 0.01), axis=0)  # little of it lies at the edges of what a rate can carry
    sound -= sound.mean(axis=0)
    removal = Removal(Half(), rate, 2, 1.0)  # type: ignore[arg-type]
    parts = [left for part in np.array_split(sound, 7) for left in removal.push(part)] + list(removal.finish())
    left = np.concatenate(parts)
    assert left.shape == sound.shape
    inner = slice(rate // 50, -(rate // 50))  # ends ring at a change of rate
    assert np.abs(left - 0.5 * sound)[inner].max() < 0.01 * np.abs(sound).max()


@pytest.mark.parametrize("sizes", [[3 * RATE] * 14, [100, 7, 17 * RATE, 1, 25 * RATE - 108]])
def test_in_parts_comes_the_same_as_at_once(network: MaskNetwork, sizes: list[int]) -> None:
    sound = hiss(42) * np.linspace(0.1, 1, 42 * RATE, dtype=np.float32)[:, None]
    cleaner = Cleaner(network, 1)
    parts = [p for a in np.split(sound, np.cumsum(sizes)[:-1]) for p in cleaner.push(a)] + [cleaner.finish()]
    assert max(len(part.power) for part in parts) <= CORE + 300, "nothing is done in one go"
    whole = np.pad(sound, ((HOP, HOP + -len(sound) % HOP), (0, 0)))
    frames = spectrum(whole[:, 0])
    removed = overlapped(frames * (1 - network.masks(np.square(np.abs(frames)))))[HOP:][: len(sound)]
    assert np.abs(np.concatenate([part.noise for part in parts])[:, 0] - removed).max() < 2e-5
    assert np.array_equal(np.concatenate([part.sound for part in parts]), sound)


# ------------------------------------------------------------------------- judgement


@pytest.mark.parametrize(
    ("speech", "wrong", "says", "share"),
    [
        (0.5, 0.02, "", 1.0),
        (0.9999, 0.00001, "hardly any noise", 0.0),
        (0.01, 0.001, "hardly any speech", 1.0),
        (0.6, 0.39, "only a little", 0.4),
    ],
)
def test_it_is_judged_whether_it_helps(speech: float, wrong: float, says: str, share: float) -> None:
    judgement = judged(Survey(1e6, 1e6 * speech, 1e6 * wrong, 1e6, 10))
    assert says in judgement.notice
    assert bool(judgement.notice) is bool(says)
    assert judgement.share == pytest.approx(share)


# ------------------------------------------------------------------------- real recordings


@real
@pytest.mark.parametrize(("kind", "gains"), [("stationary", 2.5), ("beds", 3.5), ("changing", 1.0), ("babble", -0.7)])
def test_speech_in_noise_becomes_clearer(engine: Enhancement, tmp_path: Path, kind: str, gains: float) -> None:
    cases = list(noisy_speech(Recordings(DATA), 0.0, (kind,), 4, seed=1))
    found = [gained(engine, tmp_path, case.mixture, case.clean) for case in cases]
    assert np.mean(found) >= gains
    assert min(found) >= -2.5


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
