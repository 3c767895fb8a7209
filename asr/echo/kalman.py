"""The path from loudspeaker to microphone, learned while it is heard: a Kalman filter in the frequency domain.

Enzner and Vary, "Frequency-domain adaptive Kalman filter for acoustic echo control in hands-free telephones", Signal
Processing 86 (2006), in partitions as in Kuech, Mabande and Enzner, "State-space architecture of the
partitioned-block-based acoustic echo controller", ICASSP 2014. What is not echo counts as noise of the observation, so
that the filter holds still by itself while somebody speaks. A second set of partitions is fed with the cube of the
reference: a small loudspeaker that is loud is not linear.
"""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from assistant.audio import Samples

HOP = 128
"""Samples at 16 kHz that are cancelled at once: 8 ms."""
PARTITIONS = 64
"""Of `HOP` samples each: an echo of up to half a second is modelled."""
BINS = HOP + 1
DECAY = 0.87
"""How much less power is expected of each partition than of the one before, at first: 60 dB in 0.4 s."""
EXPECTED = 0.1
"""Power of the first partition's coefficients that is expected at first."""
EXPECTED_CUBE = 0.01
"""The same for the cube, relative to the reference itself."""
SMOOTHING = 0.8
"""Of the power of what is no echo, from hop to hop."""
FLOOR = 1e-10

Spectra = NDArray[np.complex64]


@dataclass(slots=True)
class Cancelled:
    """What became of a hop."""

    rest: Samples
    """The microphone without the echo that is modelled, shape (HOP,)."""
    echo: Samples
    """The echo that is modelled, shape (HOP,)."""


@dataclass(slots=True)
class Kalman:
    """The filter's state; it is stepped a hop at a time."""

    keep: float = 0.9998
    """How much of the coefficients holds from hop to hop; less follows a path that changes."""
    weights: Spectra = field(init=False)
    """Shape (2, PARTITIONS, BINS)."""
    _doubt: NDArray[np.float32] = field(init=False)
    """Variance of the weights' error, of the same shape."""
    _heard: Spectra = field(init=False)
    _before: NDArray[np.float32] = field(init=False)
    _other: NDArray[np.float32] = field(init=False)
    """Power of what is no echo, shape (BINS,)."""

    def __post_init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        """Forget the room."""
        shape = (2, PARTITIONS, BINS)
        self.weights = np.zeros(shape, np.complex64)
        expected = EXPECTED * np.maximum(DECAY ** np.arange(PARTITIONS), 1e-3)
        self._doubt = np.array([1.0, EXPECTED_CUBE])[:, None, None] * np.broadcast_to(expected[:, None], shape)
        self._doubt = self._doubt.astype(np.float32)
        self._heard = np.zeros(shape, np.complex64)
        self._before = np.zeros((2, HOP), np.float32)
        self._other = np.full(BINS, 1e-6, np.float32)

    def step(self, reference: Samples, microphone: Samples) -> Cancelled:
        """Cancel the echo of what was played in what was heard, both of shape (HOP,), and learn from it.

        The reference comes before its echo, by up to `PARTITIONS` hops.
        """
        self._listen(reference)
        power = np.square(self._heard.real) + np.square(self._heard.imag)
        rest = microphone - self._echo()
        self._other = SMOOTHING * self._other + (1 - SMOOTHING) * _power(_spectrum(rest))
        self._learn(rest, power)
        rest = microphone - self._echo()  # the same hop teaches twice, which speeds up the start
        self._learn(rest, power)
        self._age()
        return Cancelled(rest, microphone - rest)

    def _listen(self, reference: Samples) -> None:
        now = np.stack((reference, 8 * reference**3 - 0.25 * reference))  # the cube, without what it shares with it
        self._heard[:, 1:] = self._heard[:, :-1].copy()
        self._heard[:, 0] = np.fft.rfft(np.concatenate((self._before, now), axis=1), axis=1)
        self._before = now

    def _echo(self) -> Samples:
        both = (self._heard * self.weights).sum(axis=(0, 1))
        return np.asarray(np.fft.irfft(both)[HOP:], np.float32)

    def _learn(self, rest: Samples, power: NDArray[np.float32]) -> None:
        """The Kalman gain and the update of the weights and of their doubt (Kuech et al., eqs. 19 to 27)."""
        unsure = 0.5 * (self._doubt * power).sum(axis=(0, 1))
        step = self._doubt / (unsure + self._other + FLOOR)
        change = np.fft.irfft(step * self._heard.conj() * _spectrum(rest), axis=2)
        change[..., HOP:] = 0
        self.weights += np.fft.rfft(change, axis=2)
        self._doubt *= 1 - 0.5 * step * power

    def _age(self) -> None:
        """The room may change: the weights fade a little, and are doubted a little more."""
        kept = self.keep**2
        self._doubt = np.asarray(kept * self._doubt + (1 - kept) * _power(self.weights), np.float32)
        self.weights *= np.float32(self.keep)


def _spectrum(hop: Samples) -> Spectra:
    """Of a hop behind silence, as overlap-save wants it, shape (BINS,)."""
    return np.asarray(np.fft.rfft(np.concatenate((np.zeros(HOP, np.float32), hop))), np.complex64)


def _power(spectrum: Spectra) -> NDArray[np.float32]:
    return np.asarray(np.square(spectrum.real) + np.square(spectrum.imag), np.float32)
