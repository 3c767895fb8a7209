"""Takes the noise out of a recording at its own rate, which the views, at 16 kHz, know only up to 8 kHz.

 recording ─┬─▶ 16 kHz ─▶ Cleaner ─▶ noise, low band, treble ─▶ back to its rate ─┐
            └──────────────── held until then ────────────────────────────────────┴─▶ what is left

What is left is the recording less the noise, and less that part of what lies above 8 kHz which is taken away just
below. So nothing changes where nothing is noise, and the channels keep their places.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assistant.audio import RATE, Samples
from assistant.resample import ChannelResampler
from models.speech.enhancement_frames import HOP, overlapped
from models.speech.enhancement_masks import Masks
from models.speech.enhancement_views import Heard, Listening, Viewers

TREBLE = slice(160, 240)
"""Bins, 5 to 7.5 kHz, that tell what to do with what lies above."""


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """A part of a recording at 16 kHz, and what is taken away of it."""

    sound: Samples
    """Shape (n, channels)."""
    noise: Samples
    """The same."""
    treble: Samples
    """What is taken away of the treble, 0 to 1, shape (n,)."""


class Cleaner:
    """Tells noise from speech in a recording at 16 kHz, pushed in parts; all channels have the same masks."""

    def __init__(self, viewers: Viewers, channels: int, weights: Masks) -> None:
        """`weights`, shape (VIEWS, BINS): how much of what each view removes is noise."""
        self._weights = weights[:, None]
        self._listening = Listening(viewers, channels)
        self._tail = np.zeros((HOP, channels), np.float32)
        self._damped = 0.0
        self._skip, self._came, self._gave = HOP, 0, 0

    def push(self, samples: Samples) -> Iterator[Part]:
        """What can be told by now; it begins where the recording does."""
        self._came += len(samples)
        for heard in self._listening.push(samples):
            yield self._part(heard)

    def finish(self) -> Iterator[Part]:
        """The rest: together, the parts are as long as what came."""
        for heard in self._listening.finish():
            yield self._part(heard)

    def _part(self, heard: Heard) -> Part:
        removed = np.sum(self._weights * (1 - heard.views), axis=0)
        noise = self._noise(heard.spectra * removed[..., None])
        damped = self._treble(heard.power[:, TREBLE], removed[:, TREBLE])
        return self._trimmed(Part(heard.sound[: len(noise)], noise, damped), heard.last)

    def _noise(self, spectra: NDArray[np.complex64]) -> Samples:
        """The sound of frames, the half of the last kept for those that follow."""
        sound = np.stack([overlapped(spectra[..., n]) for n in range(spectra.shape[-1])], axis=-1)
        sound[:HOP] += self._tail
        self._tail = sound[-HOP:]
        return sound[:-HOP]

    def _treble(self, power: Masks, removed: Masks) -> Samples:
        """How much of the treble is taken away, from frame to frame, for each sample."""
        seen = power + 1e-12
        frames = np.sum(seen * removed, axis=1) / np.sum(seen, axis=1)
        around = np.concatenate(((self._damped,), frames))
        self._damped = float(frames[-1])
        return np.interp(np.arange(len(frames) * HOP) / HOP, np.arange(len(around)), around).astype(np.float32)

    def _trimmed(self, part: Part, last: bool) -> Part:
        """Without the half frame before the beginning, and without what lies past the end."""
        end = min(len(part.sound), self._skip + self._came - self._gave) if last else len(part.sound)
        kept = slice(self._skip, max(self._skip, end))
        self._skip, self._gave = 0, self._gave + kept.stop - kept.start
        return Part(part.sound[kept], part.noise[kept], part.treble[kept])


class Removal:
    """Takes noise out of a recording at any rate, pushed in parts."""

    def __init__(self, viewers: Viewers, rate: int, channels: int, weights: Masks) -> None:
        """`weights`, shape (VIEWS, BINS), 0 to 1: how much of what each view removes is taken out."""
        self._cleaner = Cleaner(viewers, channels, weights)
        self._down = ChannelResampler(rate, RATE, channels)
        self._up = ChannelResampler(RATE, rate, 2 * channels + 1)
        self._wide = rate > RATE
        self._held = np.zeros((0, channels), np.float32)

    def push(self, samples: Samples) -> Iterator[Samples]:
        """What is left, shape (n, channels), as far as it can be told by now."""
        self._held = np.concatenate((self._held, samples))
        for part in self._cleaner.push(self._down.push(samples)):
            yield self._left(self._up.push(_joined(part)))

    def finish(self) -> Iterator[Samples]:
        """The rest: together, as much as came."""
        for part in (*self._cleaner.push(self._down.finish()), *self._cleaner.finish()):
            yield self._left(self._up.push(_joined(part)))
        rest = self._up.finish()
        yield self._left(np.pad(rest, ((0, max(0, len(self._held) - len(rest))), (0, 0))))

    def _left(self, found: Samples) -> Samples:
        count = min(len(found), len(self._held))
        sound, self._held = self._held[:count], self._held[count:]
        channels = sound.shape[1]
        noise, low, treble = np.split(found[:count], (channels, 2 * channels), axis=1)
        if self._wide:
            noise = noise + np.clip(treble, 0, 1) * (sound - low)
        return sound - noise


def _joined(part: Part) -> Samples:
    return np.concatenate((part.noise, part.sound, part.treble[:, None]), axis=1)
