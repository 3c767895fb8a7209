"""What the views of a whole recording add up to, band by band, and what is made of that for the judgement.

A mask M is the share of the power P at a place in the spectrum that is taken for speech. With R = 1 - M, what one view
takes out has the energy Σ R² P, what two take out in common Σ R R' P, and how unsure a view is of itself Σ M R P.
"""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from models.speech.enhancement_frames import BINS, FRAME
from models.speech.enhancement_masks import Masks
from models.speech.enhancement_views import VIEWS

EDGES = np.array([0, 2, 5, 8, 12, 18, 28, 44, 70, 110, 170, BINS])
"""Bins at which bands begin, and the end: 0, 62, 156, 250, 375 … 5300 Hz."""
BANDS = len(EDGES) - 1
VOICE = 2
"""The lowest band that has much of a voice."""
RUMBLE = slice(0, VOICE)
PAIRS = ((0, 1), (0, 2), (1, 2))
SILENT = 1e-9
"""Mean square of a sample, below which a recording is silence: -90 dBFS."""
FRAME_POWER = FRAME / 2 * BINS
"""The power of a frame's spectrum, all bins together, of noise whose samples have a mean square of 1; about."""

Sums = NDArray[np.float64]


def banded(values: NDArray[np.floating]) -> Sums:
    """Added up in each band: shape (..., BINS) → (..., BANDS)."""
    return np.add.reduceat(values.astype(np.float64), EDGES[:-1], axis=-1)


def _zeros(*shape: int) -> Sums:
    return np.zeros((*shape, BANDS))


@dataclass(slots=True, eq=False)
class Survey:
    """Sums over a recording; shapes end in BANDS."""

    removed: Sums = field(default_factory=lambda: _zeros(VIEWS, VIEWS))
    """What each two views take out in common."""
    unsure: Sums = field(default_factory=lambda: _zeros(VIEWS))
    left: Sums = field(default_factory=lambda: _zeros(VIEWS))
    """What each takes for speech."""
    parted: Sums = field(default_factory=lambda: _zeros(3))
    """All of the power; what is noise by the mean of the views; what is speech."""
    logs: Sums = field(default_factory=lambda: _zeros(3))
    """The logarithms of that in each frame: how steady it is."""
    whole_logs: NDArray[np.float64] = field(default_factory=lambda: np.zeros(3))
    """The same of all bands together."""
    frames: int = 0
    speech: float = 1.0
    """How likely the detector of sounds takes it for speech where it is surest of that."""
    voiced: float | None = None
    """In how much of it RNNoise is sure of a voice."""

    def add(self, power: Masks, views: Masks) -> None:
        """A part of it: shapes (frames, BINS) and (VIEWS, frames, BINS)."""
        out = 1 - views
        for i in range(VIEWS):
            taken = power * out[i]
            self.unsure[i] += banded(np.sum(taken * views[i], axis=0, dtype=np.float64))
            self.left[i] += banded(np.sum(power - taken, axis=0, dtype=np.float64))
            for j in range(VIEWS):
                self.removed[i, j] += banded(np.sum(taken * out[j], axis=0, dtype=np.float64))
        noise = power * out.mean(axis=0)
        parts = banded(np.stack((power, noise, power - noise)))
        self.parted += parts.sum(axis=1)
        self.frames += len(power)
        least = 1e-10 * self.parted[0].sum() / max(1, self.frames) + 1e-20
        self.logs += np.log(parts + least).sum(axis=1)
        self.whole_logs += np.log(parts.sum(axis=2) + least).sum(axis=1)

    @property
    def silent(self) -> bool:
        """Whether there is nothing in it."""
        return bool(self.parted[0].sum() <= SILENT * FRAME_POWER * max(1, self.frames))

    @property
    def snr_db(self) -> float:
        """How far the speech lies above the noise, rumble left aside."""
        _, noise, speech = self.parted[:, VOICE:].sum(axis=1)
        return float(10 * np.log10(max(speech, 1e-20) / max(noise, 1e-20)))

    @property
    def surest_snr_db(self) -> float:
        """The same by the view that leaves the least."""
        speech = float(self.left[:, VOICE:].sum(axis=1).min())
        noise = float(self.parted[0, VOICE:].sum()) - speech
        return float(10 * np.log10(max(speech, 1e-20) / max(noise, 1e-20)))

    def features(self) -> NDArray[np.float32]:
        """What the judgement goes by, logarithms of ratios, none of which depends on the level: (BANDS, n)."""
        everywhere = np.tile(self._whole(), (BANDS, 1))
        place = np.stack((np.linspace(-1, 1, BANDS), np.arange(BANDS) < VOICE), axis=1)
        return np.concatenate((self._banded(), everywhere, place), axis=1).astype(np.float32)

    def traits(self) -> NDArray[np.float64]:
        """What tells other people's talk from noise, in decibels, rumble left aside; none depends on the level.

        How far the speech is above the noise; how sure each view is; how far they agree; how steady noise and speech
        are, all bands together and each for itself.
        """
        kept = slice(VOICE, None)
        power, noise, _ = parted = self.parted[:, kept]
        taken = power.sum() - self.left[:, kept].sum(axis=1)
        least = 1e-9 * power.sum() + 1e-20
        sure = _decibels(taken + least, self.unsure[:, kept].sum(axis=1) + least)
        agreed = _decibels(noise.sum() + least, np.abs(self._apart()[:, kept].sum(axis=1)) + least)
        frames = max(1, self.frames)
        steady = self.whole_logs / frames - np.log(self.parted.sum(axis=1) / frames + 1e-20)
        steady_bands = self.logs[:, kept] / frames - np.log(parted / frames + 1e-20)
        banded_steady = np.sum(steady_bands * parted, axis=1) / (parted.sum(axis=1) + 1e-20)
        return np.concatenate(([self.snr_db], sure, agreed, 4.343 * steady[1:], 4.343 * banded_steady[1:]))

    def _apart(self) -> Sums:
        """The energy of what each two views disagree on, shape (pairs, BANDS)."""
        return np.stack([self.removed[i, i] + self.removed[j, j] - 2 * self.removed[i, j] for i, j in PAIRS])

    def _banded(self) -> Sums:
        power, noise, speech = self.parted
        total = power.sum() + 1e-20
        here = power + 1e-8 * total
        own = np.stack([self.removed[i, i] for i in range(VIEWS)])
        voices, beside = speech[VOICE:].sum() + 1e-6 * total, noise[VOICE:].sum() + 1e-6 * total
        rows = (
            *_logs(own / here, 1e-4),
            *_logs(self.unsure / here, 1e-4),
            *_logs(self.left / here, 1e-3),
            *_logs(self._apart() / here, 1e-4),
            *_logs(self.parted / (self.parted.sum(axis=1, keepdims=True) + 1e-6 * total), 1e-5),
            *_logs(np.stack((power / voices, power / beside, (power - noise) / voices)), 1e-4),
            *(self.logs / max(1, self.frames) - _logs(self.parted / max(1, self.frames), 1e-12 * total + 1e-20)),
        )
        return np.stack(rows, axis=1)

    def _whole(self) -> Sums:
        power, noise, speech = self.parted
        total = power.sum() + 1e-20
        left, unsure = self.left.sum(axis=1), self.unsure
        voices, beside = speech[VOICE:].sum() + 1e-6 * total, noise[VOICE:].sum() + 1e-6 * total
        ratios = (
            *_logs((total - left) / (left + 1e-6 * total), 1e-6),
            *_logs(unsure.sum(axis=1) / total, 1e-5),
            *_logs(self._apart().sum(axis=1) / total, 1e-5),
            *_logs(
                np.array((beside / voices, unsure[:, VOICE:].sum() / (3 * power[VOICE:].sum() + 1e-6 * total))), 1e-6
            ),
            *_logs(np.array((power[RUMBLE].sum() / voices, power[RUMBLE].sum() / beside)), 1e-4),
        )
        summed = self.parted.sum(axis=1) / max(1, self.frames)
        steady = self.whole_logs / max(1, self.frames) - _logs(summed, 1e-12 * total + 1e-20)
        return np.concatenate((ratios, steady))


def _logs(values: Sums, least: float) -> Sums:
    return np.asarray(np.log(np.maximum(values, 0) + least))


def _decibels(upper: NDArray[np.floating] | float, lower: NDArray[np.floating]) -> NDArray[np.float64]:
    return np.asarray(10 * np.log10(upper / lower))
