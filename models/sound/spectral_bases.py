"""Sounds by their spectra: non-negative matrix factorization (Lee and Seung 2001; Smaragdis et al. 2007).

    magnitudes (t, 257) ≈ weights (t, k) · bases (k, 257)

The bases of a sound are learned where it is alone. In a mixture they are held, those of all the rest are learned, and a
mask says which share of the whole is made of the sound's own. It works for sounds that no network knows.
"""

from collections.abc import Callable
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from models.sound.spectra import Mask

Matrix: TypeAlias = NDArray[np.float32]
"""Non-negative: magnitudes (t, 257), bases (k, 257), or weights (t, k)."""

ROUNDS = 60
LEAST = 1e-8


def bases(magnitudes: Matrix, count: int, seed: int, beat: Callable[[], None]) -> Matrix:
    """What a sound is made of, shape (count, 257), each summing to 1; `beat` is called every round."""
    return _factored(magnitudes, np.zeros((0, magnitudes.shape[1]), np.float32), count, seed, beat)[1]


def share(
    magnitudes: Matrix, held: Matrix, free: int, seed: int, beat: Callable[[], None], sharpness: float = 1.0
) -> Mask:
    """Which share of a mixture is made of the bases that are held, where `free` more are learned for the rest.

    Above a sharpness of 1, what is mostly of the held ones counts as theirs more wholly.
    """
    weights, all_bases = _factored(magnitudes, held, free, seed, beat)
    own = (weights[:, : len(held)] @ held) ** sharpness
    rest = (weights[:, len(held) :] @ all_bases[len(held) :]) ** sharpness
    return np.asarray(own / (own + rest + LEAST**sharpness), np.float32)


def _factored(
    magnitudes: Matrix, held: Matrix, free: int, seed: int, beat: Callable[[], None]
) -> tuple[Matrix, Matrix]:
    """Weights and bases that approach the magnitudes by the generalized Kullback-Leibler divergence."""
    draw = np.random.default_rng(seed)
    level = np.float32(magnitudes.mean() + LEAST)
    wanted = magnitudes / level
    found = _summing_to_one(draw.uniform(0.5, 1.5, (free, wanted.shape[1])).astype(np.float32))
    all_bases = np.concatenate((held, found))
    weights = draw.uniform(0.5, 1.5, (len(wanted), len(all_bases))).astype(np.float32)
    weights *= wanted.sum(axis=1, keepdims=True) / len(all_bases) + np.float32(LEAST)
    for _ in range(ROUNDS):
        beat()
        ratio = wanted / (weights @ all_bases + LEAST)
        weights *= (ratio @ all_bases.T) / (all_bases.sum(axis=1) + LEAST)
        if free:
            ratio = wanted / (weights @ all_bases + LEAST)
            changed = all_bases[len(held) :] * (weights[:, len(held) :].T @ ratio)
            all_bases[len(held) :] = _summing_to_one(changed)
    return weights * level, all_bases


def _summing_to_one(rows: Matrix) -> Matrix:
    return np.asarray(rows / (rows.sum(axis=1, keepdims=True) + LEAST), np.float32)
