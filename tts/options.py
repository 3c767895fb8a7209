"""Options of the voices, apart from them so that the settings need not import their libraries."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal


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


@dataclass(frozen=True, slots=True)
class FastSpeech2Options:
    """How the voices in folders speak, and on what they run."""

    device: Literal["auto", "cpu", "cuda"] = "auto"
    """`auto` is the GPU where onnxruntime can use one, which takes the package onnxruntime-gpu."""
    threads: int = 2
    """Threads of the processor for one clause; 0 for as many as there are cores."""
    speed: float = 1.0
    """Tempo relative to the voice's own."""
    pitch: float = 0.0
    """Semitones above the voice's own pitch."""
    pitch_range: float = 1.0
    """How lively the melody is, relative to the voice's own; 0 is monotonous."""
    energy: float = 0.0
    """How strongly it is spoken, in standard deviations from the voice's own."""
    comma_s: float | None = None
    """Seconds of pause at a comma; none for as long as the voice itself would make it."""
    stop_s: float | None = None
    """The same at a full stop, a question mark or an exclamation mark."""
    shortest_pause_s: float = 0.1
    """What the voice's own pauses at the marks within a clause are drawn out to; people often make none."""
    longest_pause_s: float = 0.6
    """What they are cut to."""

    def __post_init__(self) -> None:
        if not 0.25 <= self.speed <= 4:
            raise ValueError("speed is 0.25 to 4")
        if not 0 <= self.shortest_pause_s <= self.longest_pause_s:
            raise ValueError("shortest_pause_s is 0 to longest_pause_s")
        if self.threads < 0:
            raise ValueError("threads is 0 or more")


@dataclass(frozen=True, slots=True)
class EspnetOptions:
    """A voice of ESPnet's. It wants the package espnet, which is not part of the installation."""

    model: str = ""
    """A FastSpeech 2: a local folder, or a tag of the model hub such as espnet/kan-bayashi_ljspeech_fastspeech2."""
    vocoder: str = ""
    """What makes sound of its spectrogram: a local file or a tag; empty for the Griffin-Lim algorithm."""
    device: Literal["auto", "cpu", "cuda"] = "auto"


@dataclass(frozen=True, slots=True)
class VoiceOptions:
    """All that the loader of voices wants to know."""

    espeak: EspeakOptions = field(default_factory=EspeakOptions)
    fastspeech2: FastSpeech2Options = field(default_factory=FastSpeech2Options)
    espnet: EspnetOptions = field(default_factory=EspnetOptions)
    voices: Path | None = None
    """The user's own voices, a folder each; it need not be there."""
    pronunciations: Path | None = None
    """The user's own pronunciations; the file need not be there."""
    language: str = "auto"
    """What the conversation is in: a code such as "en" or "de", or "auto" where that is not settled."""
