"""What a face does, by a recording of any length: the mouth in each frame, how loud the voice is, and its melody.

file → blocks → probability of speech → stretches → words → a voice says them → the phones' times ─┐
              └ spectrum: where no words are known ─────────────────────────────────────────────┴▶ Performance
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from assistant.audio import RATE, Samples
from assistant.events import Spoken, Word
from models.base import Report
from models.borrowed import Pronounce, Recognize, SpeechIn
from models.face.alignment import aligned
from models.face.spectrum import Curve, Spectrum, at_frames
from models.face.timeline import FPS, STEP_S, gestures, mouths
from models.face.visemes import OPEN, PRESS, TEETH, Shapes
from models.reading import blocks
from models.speech.pauses import SPEECH, WINDOW, WINDOW_S, Cutter

LONGEST_S = 8.0
"""Seconds of speech that are recognized at once."""
LEAST_S = 0.25
"""Less speech than this is none."""
UNLIKE = 0.9
"""Mean distance from which on the words are not believed to be those of the recording."""
AROUND_S = 0.12
"""The mouth may move so long before and after speech."""
LEAD_S = 0.1
"""Silence around what a voice says, which the pauses around a stretch are laid beside."""


@dataclass(frozen=True, slots=True, eq=False)
class Performance:
    """What there is to show, a row each frame."""

    seconds: float
    mouths: Shapes
    loudness: Curve
    """0 to about 1."""
    pitch: Curve
    """Hertz, 0 where there is none."""
    speaks: NDArray[np.bool_]
    spoken_s: float
    """How much of it is speech."""
    aligned_s: float
    """How much of it follows the sounds of its words."""

    @property
    def frames(self) -> int:
        """Their number."""
        return len(self.mouths)


@dataclass(slots=True)
class _Heard:
    """What is known of a recording by now."""

    spectrum: Spectrum = field(default_factory=Spectrum)
    speech: list[Samples] = field(default_factory=list)
    phones: list[Word] = field(default_factory=list)
    covered: list[tuple[float, float]] = field(default_factory=list)
    """Stretches that phones are known of, in seconds."""
    samples: int = 0


@dataclass(frozen=True, slots=True)
class Listener:
    """Listens by the ears' recognizer and voice detector, and by voices that tell when they say each phone."""

    recognize: Recognize | None
    """None: no words are looked for."""
    speech_in: SpeechIn
    pronounce: Pronounce

    def perform(self, path: Path, report: Report) -> Performance:
        """What a face does for a recording.

        Raises:
            DataError: it cannot be read.
            JobCancelled: it is no longer wanted.
        """
        heard = _Heard()
        for stretch, start_s, share in self._stretches(path, heard, report):
            report(share)
            self._align(stretch, start_s, heard, partial(report, share))
        return _performance(heard)

    def _stretches(self, path: Path, heard: _Heard, report: Report) -> Iterator[tuple[Samples, float, float]]:
        """Stretches of speech, with the second that each begins at and how much of the recording lies before it."""
        cutter = Cutter(round(LONGEST_S / WINDOW_S), 0)
        sound, at = np.zeros(0, np.float32), 0
        for block in blocks(path):
            share = heard.samples / max(1, block.total)
            report(share)
            probable = self.speech_in(block.samples)
            heard.spectrum.push(block.samples, block.last)
            heard.speech.append(probable)
            heard.samples += len(block.samples)
            sound = np.concatenate((sound, block.samples))
            for s in cutter.push(probable, final=block.last):
                yield sound[(s.start - at) * WINDOW : (s.end - at) * WINDOW], s.start * WINDOW_S, share
            sound, at = sound[(cutter.needed - at) * WINDOW :], cutter.needed

    def _align(self, stretch: Samples, start_s: float, heard: _Heard, pulse: Callable[[], None]) -> None:
        """Note when each sound of a stretch is heard, where its words are known."""
        words = self.recognize(stretch) if self.recognize else ""
        pulse()
        best: tuple[Word, ...] = ()
        least = UNLIKE
        for spoken in self.pronounce(words) if any(map(str.isalpha, words)) else ():
            pulse()
            phones, cost = aligned(stretch, _surrounded(spoken))
            if cost < least:
                best, least = phones, cost
        if best:
            heard.phones += (Word(p.text, start_s + p.start_s, start_s + p.end_s) for p in best)
            heard.covered.append((start_s, start_s + len(stretch) / RATE))


def _surrounded(spoken: Spoken) -> Spoken:
    """With silence around it."""
    quiet = np.zeros(round(LEAD_S * spoken.rate), np.float32)
    phones = tuple(Word(p.text, p.start_s + LEAD_S, p.end_s + LEAD_S) for p in spoken.phones)
    return Spoken(np.concatenate((quiet, spoken.samples, quiet)), spoken.rate, phones=phones)


def _performance(heard: _Heard) -> Performance:
    seconds = heard.samples / RATE
    frames = max(1, int(np.ceil(seconds * FPS - 1e-6)))
    steps = np.concatenate(heard.speech) if heard.speech else np.zeros(0, np.float32)
    spoken = _at_steps(steps >= SPEECH, seconds)
    reference = heard.spectrum.reference(spoken)
    made = heard.spectrum.mouths(frames, reference)
    known = mouths(gestures(heard.phones), frames)
    covered = _covered(heard.covered, frames)
    loudness = heard.spectrum.loudness(frames, reference)
    made[covered] = known[covered]
    around = at_frames(_widened(spoken).astype(np.float32), frames)
    audible = np.clip((_loud(loudness) - 0.02) / 0.2, 0.0, 1.0)
    made[:, OPEN] *= around * np.where(covered, audible, 1.0)
    made[:, [TEETH, PRESS]] *= around[:, None]
    spoken_s = float((steps >= SPEECH).sum() * WINDOW_S)
    if spoken_s < LEAST_S:
        made[:] = 0.0
    return Performance(
        seconds, made, loudness, heard.spectrum.pitch(frames), around > 0.5, spoken_s, float(covered.sum() / FPS)
    )


def _at_steps(windows: NDArray[np.bool_], seconds: float) -> NDArray[np.bool_]:
    """Windows of the voice detector as hundredths of a second."""
    count = int(np.ceil(seconds / STEP_S))
    if not len(windows):
        return np.zeros(count, bool)
    at = (np.arange(count) * STEP_S / WINDOW_S).astype(int)
    return np.asarray(windows[np.minimum(at, len(windows) - 1)])


def _widened(spoken: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Speech, and a little around it."""
    reach = 2 * round(AROUND_S / STEP_S) + 1
    return np.asarray(np.convolve(spoken, np.ones(reach), "same") > 0.5) if len(spoken) >= reach else spoken


def _covered(stretches: list[tuple[float, float]], frames: int) -> NDArray[np.bool_]:
    found = np.zeros(frames, bool)
    for start_s, end_s in stretches:
        found[int(start_s * FPS) : int(np.ceil(end_s * FPS))] = True
    return found


def _loud(loudness: Curve) -> Curve:
    """The loudest of a frame and its neighbours: what is soft for a moment is no pause."""
    padded = np.pad(loudness, 2, mode="edge")
    return np.asarray(np.lib.stride_tricks.sliding_window_view(padded, 5).max(axis=1), np.float32)
