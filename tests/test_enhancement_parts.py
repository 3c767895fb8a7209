"""What the speech enhancement is made of: parts that join, a judgement, RNNoise and log-MMSE."""

from pathlib import Path

import numpy as np
import pytest

from assistant.audio import RATE, Samples, dbfs
from assistant.evaluation.capability.metrics import si_sdr_improvement
from models.speech import rnnoise
from models.speech.enhancement_frames import BINS, HOP, overlapped, spectrum
from models.speech.enhancement_judgement import Judge
from models.speech.enhancement_masks import MaskNetwork, Masks
from models.speech.enhancement_removal import Cleaner, Removal
from models.speech.enhancement_stretches import CORE
from models.speech.enhancement_survey import Survey
from models.speech.enhancement_views import LOG_MMSE, NETWORK, RNNOISE, VIEWS, Viewers
from models.speech.log_mmse import log_mmse
from models.speech.rnnoise import RNNoise
from tests.enhancement_sounds import EQUALLY, hiss, real, spoken


@pytest.fixture(scope="module")
def network() -> MaskNetwork:
    return MaskNetwork()


@pytest.fixture(scope="module")
def viewers() -> Viewers:
    return Viewers.loaded()


def only(view: int) -> Masks:
    """All of what one view removes, and nothing of what the others do."""
    return np.repeat(np.eye(VIEWS, dtype=np.float32)[view], BINS).reshape(VIEWS, BINS)


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
    removal = Removal(Viewers(Half()), rate, 2, only(NETWORK))  # type: ignore[arg-type]
    parts = [left for part in np.array_split(sound, 7) for left in removal.push(part)] + list(removal.finish())
    left = np.concatenate(parts)
    assert left.shape == sound.shape
    inner = slice(rate // 50, -(rate // 50))  # ends ring at a change of rate
    assert np.abs(left - 0.5 * sound)[inner].max() < 0.01 * np.abs(sound).max()


@pytest.mark.parametrize("sizes", [[3 * RATE] * 14, [100, 7, 17 * RATE, 1, 25 * RATE - 108]])
def test_in_parts_comes_the_same_as_at_once(network: MaskNetwork, sizes: list[int]) -> None:
    sound = hiss(42) * np.linspace(0.1, 1, 42 * RATE, dtype=np.float32)[:, None]
    cleaner = Cleaner(Viewers(network), 1, only(NETWORK))
    parts = [p for a in np.split(sound, np.cumsum(sizes)[:-1]) for p in cleaner.push(a)] + list(cleaner.finish())
    assert max(len(part.sound) for part in parts) <= (CORE + 300) * HOP, "nothing is done in one go"
    whole = np.pad(sound, ((HOP, HOP + -len(sound) % HOP), (0, 0)))
    frames = spectrum(whole[:, 0])
    removed = overlapped(frames * (1 - network.masks(np.square(np.abs(frames)))))[HOP:][: len(sound)]
    assert np.abs(np.concatenate([part.noise for part in parts])[:, 0] - removed).max() < 2e-5
    assert np.array_equal(np.concatenate([part.sound for part in parts]), sound)


@pytest.mark.parametrize("view", [RNNOISE, LOG_MMSE])
def test_in_parts_of_any_size_every_view_comes_to_the_same(viewers: Viewers, view: int) -> None:
    sound = hiss(21) * np.linspace(0.1, 1, 21 * RATE, dtype=np.float32)[:, None]

    def noise(sizes: list[int]) -> Samples:
        cleaner = Cleaner(viewers, 1, only(view))
        parts = [p for a in np.split(sound, sizes) for p in cleaner.push(a)] + list(cleaner.finish())
        return np.concatenate([part.noise for part in parts])

    assert np.abs(noise([]) - noise([100, 5000, 5001, 18 * RATE])).max() < 2e-5


# ------------------------------------------------------------------------- judgement


def surveyed(speech: float, frames: int = 100) -> Survey:
    """Of a recording in which all agree, everywhere, on how much is speech."""
    survey = Survey()
    survey.add(np.ones((frames, BINS), np.float32), np.full((VIEWS, frames, BINS), speech, np.float32))
    return survey


@pytest.mark.parametrize(
    ("speech", "says", "share"), [(0.9999, "hardly any noise", 0.0), (0.01, "hardly any speech", 1.0)]
)
def test_what_is_all_speech_or_none_is_judged_so(speech: float, says: str, share: float) -> None:
    judgement = Judge().judged(surveyed(speech))
    assert says in judgement.notice
    assert judgement.share == share


def test_no_more_is_taken_out_than_there_is() -> None:
    for speech in np.linspace(0.05, 0.95, 7):
        weights = Judge().judged(surveyed(float(speech))).weights
        assert weights.shape == (VIEWS, BINS)
        assert weights.min() >= 0 and weights.sum(axis=0).max() <= 1.0001


def test_how_loud_it_is_makes_no_difference_to_the_judgement(viewers: Viewers) -> None:
    power = np.square(np.random.default_rng(0).standard_normal((200, BINS))).astype(np.float32)
    views = np.random.default_rng(1).random((VIEWS, 200, BINS), np.float32)
    loud, soft = Survey(), Survey()
    loud.add(power, views)
    soft.add(power * np.float32(1e-5), views)
    assert np.allclose(loud.features(), soft.features(), atol=1e-3)


# ------------------------------------------------------------------------- RNNoise and log-MMSE

has_rnnoise = pytest.mark.skipif(rnnoise.found() is None, reason="needs the package pyrnnoise")


@has_rnnoise
@pytest.mark.parametrize("samples", [0, 1, 159, 160, 481, 20_000])
def test_rnnoise_gives_as_much_as_it_gets(samples: int) -> None:
    library = rnnoise.found()
    assert library is not None
    working = RNNoise(library)
    assert len(working.push(hiss(samples / RATE)[:, 0])) + len(working.finish()) == samples


@real
@has_rnnoise
def test_what_rnnoise_leaves_lies_where_it_was() -> None:
    _, clean = spoken("stationary", 0.0)
    library = rnnoise.found()
    assert library is not None
    working = RNNoise(library)
    left = np.concatenate([working.push(part) for part in np.array_split(clean, 9)] + [working.finish()])
    lags = range(-3, 4)
    assert max(lags, key=lambda lag: float(np.roll(left, lag) @ clean)) in (-1, 0, 1)


@real
def test_without_rnnoise_the_others_do_it(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """The network speaks for it, and noise still goes."""
    mixture, clean = spoken("stationary", 0.0)
    judge, survey = Judge(), Survey()
    cleaner = Cleaner(Viewers(), 1, EQUALLY)
    parts = [*cleaner.push(mixture[:, None]), *cleaner.finish()]
    left = mixture - np.concatenate([part.noise for part in parts])[:, 0]
    assert si_sdr_improvement(left, clean, mixture) > 2
    assert judge.judged(survey).share == 0, "nothing was surveyed"


def test_log_mmse_takes_out_what_goes_on_as_it_is() -> None:
    noise = hiss(3)[:, 0]
    assert dbfs(log_mmse(noise)[RATE:]) < dbfs(noise) - 10
