"""A separator that knows the voices, for the tests of all that is around one."""

from collections.abc import Callable, Sequence

import numpy as np

from assistant.audio import Samples

WINDOW, HOP = 256, 64
RATE = 8_000


class Knowing:
    """A `Separate` that knows what is mixed: it finds the piece it is given in the mixture, and parts it by a mask made
    of the voices themselves, in an order drawn by lot."""

    def __init__(self, voices: Sequence[Samples], step: int, seed: int = 0, leak: float = 0.1) -> None:
        """Voices at `RATE`, all of one length, whose sum is the mixture; pieces begin at multiples of `step`."""
        self._voices = np.stack([np.asarray(voice, np.float32) for voice in voices])
        self._step, self._leak = step, leak
        self._random = np.random.default_rng(seed)
        self.orders: list[int] = []
        """Which voice came first, of each piece."""

    def __call__(self, mixture: Samples) -> Samples:
        """Part it."""
        start = self._place(mixture)
        voices = self._voices[:, start : start + len(mixture)]
        voices = np.pad(voices, ((0, 0), (0, len(mixture) - voices.shape[1])))
        first = masked(mixture, voices[0], voices[1], self._leak)
        self.orders.append(int(self._random.integers(2)))
        return np.stack((first, mixture - first))[:: 1 - 2 * self.orders[-1]].astype(np.float32)

    def stop(self) -> None:
        """It never takes long."""

    def _place(self, mixture: Samples) -> int:
        whole = self._voices.sum(0)
        starts = range(0, max(1, whole.shape[0]), self._step)
        return min(starts, key=lambda start: _unlike(whole[start : start + len(mixture)], mixture))


def masked(mixture: Samples, one: Samples, other: Samples, leak: float) -> Samples:
    """What of a mixture is one voice and not the other, by the ratio of their power in each bin."""
    power, against = (np.square(np.abs(spectrum(voice))) for voice in (one, other))
    mask = leak / 2 + (1 - leak) * power / (power + against + 1e-9)
    return resynthesized(spectrum(mixture) * mask, len(mixture))


def spectrum(sound: Samples) -> "np.ndarray":
    """The short-time spectrum, (frames, bins)."""
    padded = np.pad(sound, (WINDOW, 2 * WINDOW))
    return np.fft.rfft(np.lib.stride_tricks.sliding_window_view(padded, WINDOW)[::HOP] * _window())


def resynthesized(frames: "np.ndarray", size: int) -> Samples:
    """The sound of such a spectrum."""
    sound = np.zeros((len(frames) - 1) * HOP + WINDOW)
    for k, frame in enumerate(np.fft.irfft(frames) * _window()):
        sound[k * HOP : k * HOP + WINDOW] += frame
    return (sound[WINDOW : WINDOW + size] / (WINDOW / HOP / 2)).astype(np.float32)


def si_snr(found: Samples, wanted: Samples) -> float:
    """In decibels (Le Roux et al. 2019)."""
    found, wanted = found - found.mean(), wanted - wanted.mean()
    target = (found @ wanted) / (wanted @ wanted) * wanted
    return 10 * float(np.log10((target @ target) / np.sum(np.square(found - target))))


def gained(found: Sequence[Samples], voices: Sequence[Samples], mixture: Samples) -> float:
    """The mean improvement over the mixture, in the better of both orders."""
    before = np.mean([si_snr(mixture, voice) for voice in voices])
    orders = (found, found[::-1])
    return float(max(np.mean([si_snr(f, v) for f, v in zip(o, voices, strict=True)]) for o in orders) - before)


def counting(separate: Callable[[Samples], Samples]) -> tuple[Callable[[Samples], Samples], list[int]]:
    """It, and how long the pieces were that it was given."""
    lengths: list[int] = []

    def counted(mixture: Samples) -> Samples:
        lengths.append(len(mixture))
        return separate(mixture)

    return counted, lengths


def _window() -> "np.ndarray":
    return np.sqrt(np.hanning(WINDOW + 1)[:-1])


def _unlike(one: Samples, other: Samples) -> float:
    size = min(len(one), len(other))
    return float(np.mean(np.square(one[:size] - other[:size]))) if size else np.inf
