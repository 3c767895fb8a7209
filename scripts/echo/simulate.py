"""Sessions through the linear filter, as powers in bands: what the network sees, what it should leave, and who speaks.

session ─▶ microphone, reference ─▶ Kalman, its drift followed ─▶ rest, echo ─▶ frames ─▶ powers in bands
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, fields
from pathlib import Path

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from asr.base import VoiceActivity
from asr.echo.canceller import FOLLOWING, KNOWN_DRIFT, STEADY
from asr.echo.drift import Drift
from asr.echo.fractional import AFTER, BEFORE, between
from asr.echo.kalman import HOP, Kalman
from asr.echo.suppressor import FLOOR, FRAME, STEP, bands
from asr.vad import Silero
from assistant.audio import Framer, Samples
from scripts.echo.recordings import Recordings
from scripts.echo.session import Scene, Session

log = logging.getLogger("echo.simulate")

SESSION_S = 24.0
SPARE = 2048
"""Samples by which the microphone may come to lie behind the end of what was played."""

Powers = NDArray[np.float16]
"""Log10 of the power in each band, shape (frames, BANDS)."""


@dataclass(frozen=True, slots=True)
class Part:
    """The sessions for one purpose."""

    name: str
    """Of their folder."""
    held_out: bool
    """Whether they are made of what is held out."""
    sessions: int
    seed: int


TRAINED = Part("trained", False, 585, 1)
UNSEEN = Part("unseen", True, 40, 99)


@dataclass(frozen=True, slots=True, eq=False)
class Example:
    """What became of a session, frame by frame."""

    presence: NDArray[np.float16]
    """How likely somebody speaks, shape (frames,)."""
    own_voice: NDArray[np.bool_]
    """Whether the loudspeaker played the program's own voices, shape ()."""
    rest: Powers
    """What the filter leaves of the microphone."""
    echo: Powers
    """The echo that it modelled."""
    reference: Powers
    microphone: Powers
    near: Powers
    """What it should have left: the microphone without the echo."""
    residual: Powers
    """What it should not have left: the rest without the near sound."""
    heard: Powers
    """The true echo."""
    speech: Powers

    @classmethod
    def read(cls, path: Path) -> "Example":
        """The one that `write` wrote."""
        with np.load(path) as stored:
            return cls(**{field.name: stored[field.name] for field in fields(cls)})

    def write(self, path: Path) -> None:
        """As .npz, whole or not at all."""
        unfinished = path.with_name(f"{path.stem}.new.npz")
        np.savez(unfinished, allow_pickle=False, **self._arrays())
        unfinished.replace(path)

    @property
    def finite(self) -> bool:
        """Whether all of it are numbers."""
        return all(bool(np.isfinite(array).all()) for array in self._arrays().values())

    def _arrays(self) -> dict[str, NDArray[np.generic]]:
        return {field.name: getattr(self, field.name) for field in fields(self)}


def simulate(recordings: Recordings, part: Part, folder: Path, seconds: float = SESSION_S) -> None:
    """Writes NNNNN.npz for every session of a part that is not there yet, but for those that are not finite."""
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(part.sessions):
        path = folder / f"{number:05d}.npz"
        if path.exists():
            continue
        scene = Scene(recordings, np.random.default_rng((part.seed, number)))
        example = examined(scene.session(seconds), Silero())
        if example.finite:
            example.write(path)
        else:
            log.warning("Session %d of %s is left out: it is not finite.", number, part.name)


def read_examples(folder: Path) -> list[Example]:
    """All that `simulate` wrote, in the order of their names."""
    return [Example.read(path) for path in sorted(folder.glob("[0-9]*.npz")) if ".new" not in path.name]


def examined(session: Session, activity: VoiceActivity) -> Example:
    """A session through the filter; the voice detector hears the speech alone."""
    microphone = session.echo + session.near
    rest, echo, reference = filtered(session.played, microphone)
    sounds = (rest, echo, reference, microphone, session.near, rest - session.near, session.echo, session.speech)
    logs = [np.log10(powers(sound) + FLOOR).astype(np.float16) for sound in sounds]
    present = presence(session.speech, activity)[: len(logs[0])]
    return Example(present.astype(np.float16), np.array(session.own_voice), *logs)


def filtered(played: Samples, microphone: Samples) -> tuple[Samples, Samples, Samples]:
    """The rest, the modelled echo, and the reference as the filter was given it, each of the microphone's shape."""
    kalman, drift = Kalman(), Drift()
    padded = np.pad(played, (BEFORE, SPARE))
    position, last = float(BEFORE), float(len(padded) - AFTER - 1)
    rest, echo, reference = np.zeros((3, len(microphone)), np.float32)
    for start in range(0, len(microphone) - HOP + 1, HOP):
        hop = slice(start, start + HOP)
        positions = position + np.arange(HOP) * drift.rate
        reference[hop] = between(padded, np.clip(positions, BEFORE, last))
        done = kalman.step(reference[hop], microphone[hop])
        rest[hop], echo[hop] = done.rest, done.echo
        kalman.keep = STEADY if drift.seen < KNOWN_DRIFT else FOLLOWING
        drift.push(kalman.weights[0])
        position += HOP * drift.rate
    return rest, echo, reference


def powers(sound: Samples) -> NDArray[np.float32]:
    """Power in bands of each frame of the suppressor's, shape (n,) → (frames, BANDS)."""
    window = np.sqrt(np.hanning(FRAME + 1)[:FRAME]).astype(np.float32)
    spectra = np.fft.rfft(sliding_window_view(sound, FRAME)[::STEP] * window, axis=1)
    return np.asarray(np.square(np.abs(spectra)) @ bands().T, np.float32)


def presence(speech: Samples, activity: VoiceActivity) -> NDArray[np.float32]:
    """How likely somebody speaks in each frame, shape (n,) → (frames or more,); a window of the detector is two."""
    assert activity.window == 2 * STEP
    if not np.any(speech):
        return np.zeros(len(speech) // STEP, np.float32)
    room = np.random.default_rng(0).standard_normal(len(speech)).astype(np.float32) * 1e-4  # no room is silent
    heard: Sequence[float] = [activity.push(window) for window in Framer(activity.window).push(speech + room)]
    return np.repeat(np.asarray(heard, np.float32), 2)
