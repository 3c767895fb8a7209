"""When to look whether a phrase was said: cheap, from levels and the voice detector's probability alone.

sound    ▁▁▁▁██████████████▁▁▁▁▁▁▁▁
onset        │
looks            │  │  │  │ │  │           every `every_s`, at the first quiet, and shortly after
stretch     ├──────────────┤              from just before the onset, `longest_s` at most
"""

from collections import deque
from dataclasses import dataclass

import numpy as np

from assistant.audio import RATE, Samples, dbfs

WINDOW_S = 512 / RATE


@dataclass(frozen=True, slots=True)
class LookOptions:
    """When it is time to look."""

    speech: float = 0.4
    """A window whose probability lies above this is active."""
    over_db: float = 10.0
    """So is one that is this much louder than the room: quiet speech, which the voice detector passes over."""
    quietest_dbfs: float = -71.0
    """No room is taken for quieter than this: a microphone that was muted gives nothing at all."""
    rise_db_s: float = 4.0
    """How fast the idea of the room's level may rise."""
    apart_s: float = 0.25
    """Quiet after which sound begins anew."""
    before_s: float = 0.5
    """What belongs to a stretch before its onset."""
    every_s: float = 0.16
    """Time between looks while there is sound."""
    quiet_s: float = 0.08
    """Quiet at which a look is taken out of turn."""
    after_s: float = 0.26
    """How long after the last sound looks go on."""


class Looks:
    """Decides window by window, and keeps what was heard lately."""

    def __init__(self, shortest_s: float, longest_s: float, options: LookOptions | None = None) -> None:
        """`shortest_s`: sound before the first look; `longest_s`: the longest stretch to be looked at."""
        self.options = options or LookOptions()
        self.shortest_s = shortest_s
        longest = round(longest_s / WINDOW_S)
        self._windows: deque[Samples] = deque(maxlen=longest)
        self._levels: deque[float] = deque(maxlen=longest)
        self._room_db: float | None = None
        self.reset()

    def reset(self) -> None:
        """Begin anew with the next sound; the level of the room is kept."""
        self._windows.clear()
        self._levels.clear()
        self._since_onset: int | None = None
        self._quiet = self._since_look = self._voiceless = 0

    def push(self, window: Samples, speech: float) -> Samples | None:
        """Take the next window, shape (512,), and its probability of speech; the stretch to look at now, if any."""
        self._windows.append(window)
        self._levels.append(dbfs(window))
        if self._is_active(speech):
            self._sound(speech > self.options.speech)
        else:
            self._quiet += 1
            self._voiceless += 1
        if self._since_onset is None:
            return None
        self._since_onset += 1
        self._since_look += 1
        return self._stretch() if self._is_due() else None

    def _sound(self, voice: bool) -> None:
        """Begins anew after quiet, and where a voice sets in over noise."""
        pause = self._voiceless if voice else self._quiet
        if self._since_onset is None or pause * WINDOW_S >= self.options.apart_s:
            self._since_onset = 0
        self._voiceless = 0 if voice else self._voiceless + 1
        self._quiet = 0

    def _is_active(self, speech: float) -> bool:
        level = max(self._levels[-1], self.options.quietest_dbfs)
        room = level if self._room_db is None else self._room_db
        rise = self.options.rise_db_s * WINDOW_S
        self._room_db = min(level, room + rise) if level > room else 0.7 * room + 0.3 * level
        return speech > self.options.speech or level > room + self.options.over_db

    def _is_due(self) -> bool:
        assert self._since_onset is not None
        o, quiet_s = self.options, self._quiet * WINDOW_S
        if quiet_s > o.after_s or self._since_onset * WINDOW_S < self.shortest_s:
            return False
        out_of_turn = quiet_s >= o.quiet_s > quiet_s - WINDOW_S and self._since_look > 1
        return out_of_turn or self._since_look * WINDOW_S >= o.every_s

    def _stretch(self) -> Samples:
        assert self._since_onset is not None
        self._since_look = 0
        count = self._since_onset + round(self.options.before_s / WINDOW_S)
        if count > len(self._windows):
            latest = len(self._levels) - round(self.shortest_s / WINDOW_S)
            count = len(self._levels) - int(np.argmin(list(self._levels)[: max(1, latest)]))
        return np.concatenate(list(self._windows)[-count:])
