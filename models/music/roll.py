"""The melody that was sung against the notes of the score, as rows for a picture: a piano roll."""

import math
from collections.abc import Sequence

from models.base import Posteriors
from models.music.score import OCTAVE, Song

NAMES = ("C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B")
HOP_S = 0.04
MOST_ROWS = 3000
"""Moments in a picture; of a longer song they are further apart."""


def name_of(key: float) -> str:
    """A note as it is written: 61 is "C#4"."""
    whole = round(key)
    return f"{NAMES[whole % OCTAVE]}{whole // OCTAVE - 1}"


class Roll:
    """Notes down the score what is sung."""

    def __init__(self, song: Song, start_s: float) -> None:
        self._keys = sorted({round(note.key) for note in song.notes}, reverse=True)
        self._hop_s = max(HOP_S, (song.seconds + start_s) / MOST_ROWS)
        self._rows = list[tuple[float, ...]]()

    def sung(self, start_s: float, frame_s: float, hertz: Sequence[float]) -> None:
        """Note what was sung from a second on, a frame every `frame_s`, in hertz; what came before is silence."""
        end_s = start_s + len(hertz) * frame_s
        while (at := len(self._rows) * self._hop_s) < end_s:
            frame = int((at - start_s) / frame_s)
            self._rows.append(self._row(hertz[frame]) if at >= start_s else (0.0,) * len(self._keys))

    def drawn(self) -> Posteriors:
        """A row for each note of the score; the nearer the melody is to it, the darker."""
        return Posteriors(tuple(map(name_of, self._keys)), self._hop_s, tuple(self._rows))

    def _row(self, hertz: float) -> tuple[float, ...]:
        at = 69 + OCTAVE * math.log2(hertz / 440)
        return tuple(round(max(0.0, 1 - abs(at - key)), 3) for key in self._keys)
