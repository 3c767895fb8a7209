"""What may be chosen about the sound devices."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class DeviceOptions:
    """Which microphone and loudspeaker, and how finely sound is cut."""

    backend: str = "sounddevice"
    """`sounddevice` or `pyaudio`."""
    microphone: str = ""
    """Part of its name, its whole name, or its index; empty for the system's default."""
    loudspeaker: str = ""
    """As for the microphone."""
    block_s: float = 0.02
    """Seconds of sound per callback, 0.01 to 0.04."""
    queue_s: float = 2.0
    """How much captured sound may wait to be fetched before the oldest is dropped."""
    output_latency_s: float = 0.06
    """How far ahead the loudspeaker is fed; more survives a busier machine, less speaks and falls silent sooner."""
    prefer_cancelled: bool = True
    """Whether a microphone from which the sound server takes the echo is used where there is one and none is named."""
