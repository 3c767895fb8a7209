"""Sound through a model that parts voices at a rate of its own: its level, its length and its rate are kept."""

import numpy as np
import pytest

from assistant.audio import Samples
from models.speech.parting import LEVEL, SHORTEST_S, Parting


class Halves:
    """Parts what is low from what is high, at levels of its own; notes what it was given."""

    def __init__(self, rate: int) -> None:
        self.rate = rate
        self.given: list[Samples] = []

    def __call__(self, sound: Samples) -> Samples:
        self.given.append(sound)
        spectrum = np.fft.rfft(sound)
        low = np.fft.irfft(np.where(np.fft.rfftfreq(len(sound), 1 / self.rate) < 1000, spectrum, 0), len(sound))
        return np.stack((2 * low, 0.7 * (sound - low))).astype(np.float32)


def both(rate: int, seconds: float = 1.0) -> tuple[Samples, Samples]:
    at = np.arange(round(seconds * rate)) / rate
    return (0.2 * np.sin(2 * np.pi * 200 * at)).astype(np.float32), (0.05 * np.sin(2 * np.pi * 2500 * at)).astype(
        np.float32
    )


@pytest.mark.parametrize(("given", "rate"), [(8_000, 8_000), (8_000, 16_000), (16_000, 8_000)])
@pytest.mark.parametrize("loudness", [0.01, 1.0, 4.0])
def test_voices_are_as_loud_as_they_are_in_the_sound(given: int, rate: int, loudness: float) -> None:
    low, high = both(given)
    model = Halves(rate)
    found = Parting(given, rate, 2).parted(loudness * (low + high), model)
    assert found.shape == (2, given) and found.dtype == np.float32
    assert np.sqrt(np.mean(np.square(model.given[0]))) == pytest.approx(LEVEL, rel=0.01), "at one level for the model"
    inner = slice(given // 10, -given // 10)
    for voice, alone in zip(found, (low, high), strict=True):
        assert np.abs(voice - loudness * alone)[inner].max() < 0.01 * loudness


def test_silence_is_not_given_to_it_and_what_is_short_is_made_longer() -> None:
    model = Halves(8_000)
    parting = Parting(8_000, 8_000, 2)
    assert not parting.parted(np.zeros(400, np.float32), model).any() and not model.given
    assert parting.parted(np.zeros(0, np.float32), model).shape == (2, 0)
    assert parting.parted(both(8_000, 0.05)[0], model).shape == (2, 400)
    assert len(model.given[0]) == round(SHORTEST_S * 8_000)
