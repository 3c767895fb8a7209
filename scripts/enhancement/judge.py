"""Learns the judgement of `models.speech.enhancement_judgement`: how much of what each view removes is taken out.

Of a recording it is known what was removed, N' = Σ a_i N_i in each band, and what the noise was, N. What is left of the
noise, |N - N'|² = C - 2 a·b + a·Q·a, depends on the shares a in a simple way, so they are learned by what is wanted of
them: a high signal-to-noise ratio, and nowhere a lower one than before.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from models.speech.enhancement_survey import Survey
from models.speech.enhancement_views import VIEWS

HIDDEN = 24
STEPS, BATCH, RATE, DECAY = 1000, 96, 5e-3, 3e-3
DROPPED, SHAKEN = 0.2, 0.1
"""How much of what is inside is left out by chance, and how much what is seen is changed by chance."""
LIMIT = 1e-4
"""What is left of noise below this share of the speech counts no more."""
HARM, HARMLESS_DB = 2.0, 0.2
"""What it counts not to gain so many decibels: half their square, from 2 dB on less."""
TALK_WEIGHS, TALK_STEPS, TALK_RATE, TALK_DECAY = 3.0, 600, 0.5, 0.01
"""Of the regression that tells other people's talk: what a case of it counts, and how it is learned."""
FAR = 4.0
"""Nothing that is seen counts as further from the usual than so many deviations."""


@dataclass(frozen=True, slots=True, eq=False)
class Case:
    """A recording of which everything is known; energies relative to that of the speech."""

    survey: Survey
    removed: NDArray[np.float64]
    """Q: shape (VIEWS, VIEWS, BANDS)."""
    right: NDArray[np.float64]
    """b, how much of what is removed is noise: (VIEWS, BANDS)."""
    noise: NDArray[np.float64]
    """C: (BANDS,)."""
    talk: bool
    """Whether the noise is other people who talk."""


class Judge(nn.Module):
    """Features of a band, shape (..., n) → shares of the views, (..., VIEWS), no more than 1 together."""

    def __init__(self, features: Tensor) -> None:
        super().__init__()
        flat = features.reshape(-1, features.shape[-1])
        self.mean, self.deviation = flat.mean(0), flat.std(0) + 1e-3
        self.inner, self.out = nn.Linear(flat.shape[1], HIDDEN), nn.Linear(HIDDEN, VIEWS)
        nn.init.zeros_(self.out.weight)
        nn.init.constant_(self.out.bias, -1.0)

    def forward(self, features: Tensor) -> Tensor:
        seen = ((features - self.mean) / self.deviation).clamp(-FAR, FAR)
        if self.training:
            seen = seen + SHAKEN * torch.randn_like(seen)
        inner = nn.functional.dropout(torch.tanh(self.inner(seen)), DROPPED, self.training)
        shares = torch.sigmoid(self.out(inner))
        return shares / shares.sum(-1, keepdim=True).clamp(min=1)


Packed = tuple[Tensor, Tensor, Tensor, Tensor]


def packed(cases: Sequence[Case]) -> Packed:
    """Features, Q, b and C of all."""
    rows = [(case.survey.features(), case.removed, case.right, case.noise) for case in cases]
    features, removed, right, noise = (
        torch.tensor(np.array(column), dtype=torch.float32) for column in zip(*rows, strict=True)
    )
    return features, removed, right, noise


def gained(shares: Tensor, removed: Tensor, right: Tensor, noise: Tensor) -> Tensor:
    """Decibels by which the signal-to-noise ratio rises: shape (cases,)."""
    before = noise.sum(1)
    taken = torch.einsum("nbi,nijb,nbj->n", shares, removed, shares)
    after = before - 2 * torch.einsum("nbi,nib->n", shares, right) + taken
    return 10 * torch.log10((before + LIMIT) / (after.clamp(min=0) + LIMIT))


def learned(cases: Packed, seed: int) -> Judge:
    """One judge."""
    torch.manual_seed(seed)
    judge = Judge(cases[0])
    optimizer = torch.optim.AdamW(judge.parameters(), RATE, weight_decay=DECAY)
    for step in range(STEPS):
        for group in optimizer.param_groups:
            group["lr"] = RATE * min(1.0, 2 * (1 - step / STEPS))
        chosen = torch.randint(len(cases[0]), (BATCH,))
        loss = _damage(judge, *(column[chosen] for column in cases))
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimizer.step()
    return judge.eval()


def _damage(judge: Judge, features: Tensor, removed: Tensor, right: Tensor, noise: Tensor) -> Tensor:
    gains = gained(judge(features), removed, right, noise)
    missed = torch.relu(HARMLESS_DB - gains)
    return HARM * nn.functional.huber_loss(missed, torch.zeros_like(missed), delta=2.0) - gains.mean()


def told_talk(traits: NDArray[np.float64], talk: NDArray[np.bool_]) -> dict[str, NDArray[np.float64]]:
    """A logistic regression of whether noise is talk, on traits of shape (n, m): their mean, deviation and weights."""
    mean, deviation = traits.mean(axis=0), traits.std(axis=0)
    seen = np.c_[(traits - mean) / deviation, np.ones(len(traits))]
    weights, counts = np.zeros(seen.shape[1]), np.where(talk, TALK_WEIGHS, 1)
    for _ in range(TALK_STEPS):
        wrong = (1 / (1 + np.exp(-seen @ weights)) - talk) * counts
        weights -= TALK_RATE * (seen.T @ wrong / len(seen) + TALK_DECAY * weights)
    return {"talk_mean": mean, "talk_deviation": deviation, "talk_weights": weights}
