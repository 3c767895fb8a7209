"""The sounds that the embedded network knows, and how each of them goes on."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SoundClass:
    """A kind of sound."""

    label: str
    """As it is said."""
    gap_s: float
    """Two stretches of it with no more between them are one event."""
    drop_db: float
    """It is over where it is so much softer than at its loudest."""
    steady: bool = False
    """Whether it goes on without a pause, so that it has no level of its own to fall to."""
    high: float = 0.5
    """How likely it must be at its likeliest."""
    low: float = 0.3
    """It goes on as long as it is this likely."""
    smooth_s: float = 0.2
    """How likely it is, is averaged over so many seconds."""
    least_s: float = 0.1
    """Shorter events of it are taken for chance."""


CLASSES: tuple[SoundClass, ...] = (
    SoundClass("dog", 0.4, 30.0, high=0.6, low=0.24, smooth_s=0.4),
    SoundClass("rain", 1.0, 40.0, steady=True, high=0.65, low=0.36, smooth_s=0.4, least_s=0.4),
    SoundClass("sea waves", 1.5, 40.0, steady=True, high=0.6, low=0.24, smooth_s=0.4, least_s=0.4),
    SoundClass("crying baby", 0.6, 30.0, high=0.7, low=0.28, smooth_s=0.4),
    SoundClass("clock ticking", 1.3, 40.0, steady=True, high=0.55, low=0.22, smooth_s=0.4, least_s=0.4),
    SoundClass("sneezing", 0.4, 30.0, high=0.55, low=0.3, smooth_s=0.4),
    SoundClass("helicopter", 1.0, 40.0, steady=True, high=0.5, low=0.2, smooth_s=0.8, least_s=0.4),
    SoundClass("chainsaw", 0.6, 40.0, steady=True, high=0.75, low=0.3, smooth_s=0.4, least_s=0.4),
    SoundClass("rooster", 0.4, 30.0, high=0.45, low=0.18, smooth_s=0.4),
    SoundClass("crackling fire", 1.0, 40.0, steady=True, high=0.65, low=0.26, smooth_s=0.4, least_s=0.4),
    SoundClass("speech", 0.4, 30.0, high=0.7, low=0.38),
    SoundClass("music", 1.0, 40.0, steady=True, high=0.6, low=0.4, smooth_s=0.8, least_s=0.4),
)
LABELS = tuple(one.label for one in CLASSES)
SILENCE = "silence"
"""Not learned: where hardly anything is there to be heard."""
