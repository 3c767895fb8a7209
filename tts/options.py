"""Options of the voices, apart from them so that the settings need not import their libraries."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class EspeakOptions:
    """How espeak speaks at normal speed."""

    voice: str = "en-us+rob"
    """A language of espeak's, with a variant if wanted: en-us, en-gb, de, en-us+f3."""
    words_per_minute: int = 160
    pitch: int = 50
    """0 to 100."""
    pitch_range: int = 50
    """How lively the melody is, 0 to 100."""
    word_gap: int = 2
    """Pause between words, in units of 10 ms."""
