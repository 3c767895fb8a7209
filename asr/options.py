"""Options of the recognizers and of voice activity, apart from them so that settings need not import libraries."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal


@dataclass(frozen=True, slots=True)
class MoonshineOptions:
    """The embedded recognizer."""

    threads: int = 2
    """Processor threads for one recognition."""


@dataclass(frozen=True, slots=True)
class GateOptions:
    """When Silero need not be asked."""

    aggressiveness: Literal[0, 1, 2, 3] = 1
    """WebRTC's mode, 0 (lets most through) to 3."""
    hold_s: float = 1.0
    """How long the gate stays open after the last voiced frame."""
    replay_windows: int = 12
    """How much of what was held back Silero hears first when the gate opens, so that it knows the room."""


@dataclass(frozen=True, slots=True)
class WhisperOptions:
    """The faster-whisper recognizer."""

    model: str = "small"
    """A size such as tiny, base, small, medium, large-v3 or turbo, which is downloaded the first time, or the path of a
    folder in CTranslate2's format."""
    device: Literal["auto", "cpu", "cuda"] = "auto"
    compute_type: str = "auto"
    """CTranslate2's; `auto` is int8 on the processor and float16 on the GPU."""
    language: str = ""
    """A code such as "en"; empty for the language of the settings."""
    beam_size: int = 1
    """Hypotheses followed at once; more are a little better and slower."""
    threads: int = 0
    """Processor threads for one recognition; 0 leaves it to the library."""
    offline: bool = False
    """Never download: use only what is in a folder or was downloaded before."""


@dataclass(frozen=True, slots=True)
class WakeOptions:
    """The wake word, and the words that stop what is playing."""

    phrase: str = "hey earshot"
    """What wakes: any words. Three syllables and more are safest; the engine openwakeword has its own phrase."""
    engine: Literal["moonshine", "openwakeword"] = "moonshine"
    """What listens for it: the embedded recognizer, for any English phrase, or a model that was trained for one."""
    threshold: float = 0.7
    """How well the phrase must fit, up to 1; nearer to 1 wakes less often by mistake, and misses more."""
    model: Path | None = None
    """For openwakeword: the phrase's .onnx, with melspectrogram.onnx and embedding_model.onnx beside it."""
    model_threshold: float = 0.5
    """For openwakeword: the probability from which it is the phrase."""
    stop_words: tuple[str, ...] = ("stop", "quiet", "cancel")
    """What always stops what is playing."""
    stop_threshold: float = 0.75
    """How well a stop word must fit; short words are easily mistaken."""


@dataclass(frozen=True, slots=True)
class EchoOptions:
    """What is done about the loudspeaker in the microphone, and about noise."""

    canceller: Literal["auto", "kalman", "webrtc", "off"] = "auto"
    """`kalman` is Earshot's own, `webrtc` the one of web browsers; `auto` is Earshot's own, unless the system cancels
    echo already."""
    noise_suppression: bool = False
    """WebRTC's noise suppression, behind the canceller. Recognizers are used to noise, and rarely gain by it."""
    gain_control: bool = False
    """WebRTC's automatic gain, for microphones that are much too soft."""
