"""Audio inpainting by a diffusion model that was pulled: a part is made anew to fit what is around it, and some words.

    file ─▶ the part and what is around it ─▶ the model's rate ─▶ Painter ─▶ the part alone ─▶ seams ─▶ file
                                                                                     └ all else stays as it is

What is shorter than 40 ms, and faults, are repaired as without a model: that is closer to what was there.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from assistant.audio import Samples
from assistant.resample import resample
from models.base import Card, Job, Report
from models.sound.diffusion import Known, Painter, Wish, wish_of
from models.sound.diffusion_loading import load_painter
from models.sound.diffusion_work import Work
from models.sound.inpainting import AROUND, Filling, Inpainting
from models.sound.inpainting_gap import SHORT_S, filled
from models.sound.inpainting_linear import Signal
from models.sound.inpainting_patches import Wave
from models.sound.inpainting_seams import laid_over, seamed

AROUND_SHARE = 0.125
"""Of a window, that is known on either side at least."""
QUIETEST, LOUDEST = 0.1, 2.0
"""Of a channel beside the mean of them all."""
MADE_ANEW = "A model made that part anew; what was there is gone."
MADE_OVER = "A model made what is heard over that part; it was not recorded there."


class DiffusionInpainting(Inpainting):
    """An `Engine`."""

    def __init__(self, card: Card, folder: Path | None = None, steps: int = 50, guidance: float = 3.5) -> None:
        """`steps` and `guidance` are what is usual; a job may say otherwise."""
        super().__init__(card)
        self._folder = folder
        self._usual = Wish(steps=steps, guidance=guidance, avoid="low quality")
        self._painter: Painter | None = None

    def load(self) -> None:
        """Load the model.

        Raises:
            EngineMissing: a package or a file is missing.
            EngineError: it cannot be loaded.
        """
        self._painter = load_painter(self.card, self._folder)

    def drop(self) -> None:
        """Let go of it."""
        self._painter = None

    def filling(self, job: Job, report: Report) -> Filling:
        """By the model. `steps` and `guidance` may be given too."""
        painter = self._painter
        assert painter is not None, "loaded before it is run"
        wish = wish_of(job, self._usual)
        over = bool(job.arguments.get("over")) and bool(_fitting(wish).text)
        fill = _Model(painter, report, _fitting(wish), over)
        return Filling(fill, painter.window / 2 / painter.rate, MADE_OVER if over else MADE_ANEW, over=over)


def _fitting(wish: Wish) -> Wish:
    """Words that only say that it should fit say nothing to a model."""
    return replace(wish, text="") if AROUND.search(wish.text) else wish


@dataclass(frozen=True, slots=True)
class _Model:
    """A `models.sound.inpainting.Fill`."""

    painter: Painter
    report: Report
    wish: Wish
    over: bool = False
    """Whether what is there stays; what is made then goes by the words alone."""

    def __call__(self, wave: Wave, start: int, end: int, rate: int, alive: Callable[[], None]) -> Wave:
        if end - start <= SHORT_S * rate and not self.wish.text:
            return filled(wave, start, end, rate, alive)
        painter = self.painter
        heard = _as_heard(wave, rate, painter)
        first, last = (round(at * painter.rate / rate) for at in (start, end))
        last = min(max(last, first + 1), len(heard))
        made = _painted(painter, self.report, self.wish, np.zeros_like(heard) if self.over else heard, (first, last))
        back = np.stack([_of_length(resample(one, painter.rate, rate), end - start) for one in made.T], axis=1)
        if wave.shape[1] != painter.channels:
            back = back.mean(axis=1, keepdims=True) * _levels(wave, start, end)
        part = back.astype(np.float64)
        return laid_over(part, wave[start:end], rate) if self.over else seamed(part, wave, (start, end), rate)


def _as_heard(wave: Wave, rate: int, painter: Painter) -> Samples:
    """At the model's rate and channels: what has others is heard with all its channels together."""
    mine = wave if wave.shape[1] == painter.channels else wave.mean(axis=1, keepdims=True)
    channels = [resample(channel.astype(np.float32), rate, painter.rate) for channel in mine.T]
    return np.stack(channels * (painter.channels // len(channels)), axis=1)


def _painted(painter: Painter, report: Report, wish: Wish, heard: Samples, part: tuple[int, int]) -> Samples:
    """The part of a sound (n, channels) at the model's rate; one that is too long is made from left to right."""
    sound, beside = heard.copy(), round(AROUND_SHARE * painter.window)
    known = np.ones(len(sound), bool)
    known[part[0] : part[1]] = False
    most = painter.window - 2 * beside
    work = Work(painter, report, -(-(part[1] - part[0]) // most))
    for k, at in enumerate(range(part[0], part[1], most)):
        to = min(part[1], at + most)
        window = _window(len(sound), (at, to), painter.window)
        found = work.paint(*_framed(sound, known, window), replace(wish, seed=wish.seed + k))
        sound[at:to] = found[at - window[0] : to - window[0]]
        known[at:to] = True
    return sound[part[0] : part[1]]


def _window(length: int, part: tuple[int, int], size: int) -> tuple[int, int]:
    """Where a window lies that has the part in its middle; it may reach beyond the sound."""
    first = (part[0] + part[1] - size) // 2
    if length >= size:
        first = min(max(0, first), length - size)
    return first, first + size


def _framed(sound: Samples, known: Known, window: tuple[int, int]) -> tuple[Samples, Known]:
    """What is in a window; beyond the sound nothing is known."""
    beyond = max(0, -window[0]), max(0, window[1] - len(sound))
    within = slice(max(0, window[0]), min(len(sound), window[1]))
    return np.pad(sound[within], (beyond, (0, 0))), np.pad(known[within], beyond)


def _levels(wave: Wave, start: int, end: int) -> Signal:
    """How loud each channel is around the part, beside all of them together: (channels,)."""
    around = np.concatenate((wave[:start], wave[end:]))
    if not around.any():
        return np.ones(wave.shape[1])
    together = np.sqrt(np.mean(around.mean(axis=1) ** 2)) + 1e-9
    return np.asarray(np.clip(np.sqrt(np.mean(around**2, axis=0)) / together, QUIETEST, LOUDEST))


def _of_length(samples: Samples, length: int) -> Samples:
    return np.pad(samples[:length], (0, max(0, length - len(samples))))
