"""Voices parted at several speeds."""

import numpy as np
import pytest

from assistant.audio import Samples
from models.speech.separation_network import RATE
from models.speech.separation_speeds import SPEEDS, AtSpeeds

AT = np.arange(2 * RATE) / RATE
LOW, HIGH = (np.sin(2 * np.pi * hertz * AT).astype(np.float32) for hertz in (200, 1500))


class ByPitch:
    """Parts what is below 700 Hz from what is above, and gives them in turning order."""

    def __init__(self) -> None:
        self.heard: list[int] = []
        self.stopped = False

    def __call__(self, mixture: Samples) -> Samples:
        self.heard.append(len(mixture))
        spectrum = np.fft.rfft(mixture)
        low = np.arange(len(spectrum)) < 700 * len(mixture) / RATE
        voices = np.stack([np.fft.irfft(spectrum * part, len(mixture)) for part in (low, ~low)])
        return (0.9 * voices[:: 1 if len(self.heard) % 2 else -1]).astype(np.float32)

    def stop(self) -> None:
        self.stopped = True


def test_voices_are_brought_into_line_and_make_up_the_mixture() -> None:
    inner = ByPitch()
    found = AtSpeeds(lambda: inner)(LOW + HIGH)
    assert found.shape == (2, len(AT))
    assert inner.heard == [pytest.approx(len(AT) / speed, abs=2) for speed in SPEEDS]
    middle = slice(RATE // 4, -RATE // 4)
    assert np.abs(found[0] - LOW)[middle].max() < 0.12
    assert np.abs(found[1] - HIGH)[middle].max() < 0.12
    assert np.allclose(found.sum(axis=0), LOW + HIGH, atol=1e-5)


@pytest.mark.parametrize("size", [1, 57, 801])
def test_any_length(size: int) -> None:
    assert AtSpeeds(ByPitch)(LOW[:size]).shape == (2, size)


def test_it_can_be_stopped() -> None:
    inner = ByPitch()
    AtSpeeds(lambda: inner).stop()
    assert inner.stopped
