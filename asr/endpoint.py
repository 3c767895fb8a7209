"""Where speech begins and where it pauses, from probabilities alone."""

from dataclasses import dataclass
from enum import Enum


@dataclass(frozen=True, slots=True)
class Endpointing:
    """When sound counts as speech, and quiet as a pause."""

    threshold: float = 0.5
    """A window whose probability lies above this is speech."""
    min_speech_s: float = 0.09
    """Speech, in all, before a turn begins; less is a click or a cough."""
    give_up_s: float = 0.25
    """Quiet after which speech that was too little is forgotten."""
    pause_s: float = 0.09
    """Quiet that counts as a pause: what was said so far is recognized then."""


class Change(Enum):
    """What the latest window changed."""

    STARTED = "started"
    PAUSED = "paused"
    RESUMED = "resumed"


class Endpointer:
    """Decides window by window.

    speech      ▁▁▂▂██████▂▂██████████▂▂▂▂▂▂▂▂▂▂
                      │     ╵ too short │
                      STARTED           PAUSED (RESUMED, if speech comes back before `reset`)
    """

    def __init__(self, window_s: float, options: Endpointing | None = None) -> None:
        self.window_s = window_s
        self.options = options or Endpointing()
        self.reset()

    def reset(self) -> None:
        """Wait for a new turn."""
        self.speech_windows = 0
        """Windows of speech in this turn."""
        self.quiet_windows = 0
        """Windows since the last speech."""
        self.since_onset = 0
        """Windows since the first of speech."""
        self.started = False
        self.paused = False

    @property
    def quiet_s(self) -> float:
        """Seconds since the last speech."""
        return self.quiet_windows * self.window_s

    @property
    def speech_s(self) -> float:
        """Seconds of speech in this turn."""
        return self.speech_windows * self.window_s

    def push(self, probability: float) -> Change | None:
        """Take the next window's probability of speech."""
        if self.speech_windows:
            self.since_onset += 1
        return self._speech() if probability > self.options.threshold else self._quiet()

    def _speech(self) -> Change | None:
        self.speech_windows += 1
        self.quiet_windows = 0
        if self.paused:
            self.paused = False
            return Change.RESUMED
        if not self.started and self.speech_s >= self.options.min_speech_s:
            self.started = True
            return Change.STARTED
        return None

    def _quiet(self) -> Change | None:
        if not self.speech_windows:
            return None
        self.quiet_windows += 1
        if not self.started:
            if self.quiet_s >= self.options.give_up_s:
                self.reset()
            return None
        if not self.paused and self.quiet_s >= self.options.pause_s:
            self.paused = True
            return Change.PAUSED
        return None
