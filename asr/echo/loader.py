"""The echo cancellers by name."""

from collections.abc import Callable

from asr.base import EchoCanceller, VoiceActivity
from asr.options import EchoOptions
from assistant.audio import AudioChunk, Samples
from assistant.errors import EngineMissing, SettingsError


def load_canceller(options: EchoOptions, cancelled: bool) -> EchoCanceller | None:
    """What the options name; None where nothing is to be done.

    Args:
        options: what is wanted.
        cancelled: whether the system has cancelled the echo already; then `auto` does not do it again.

    Raises:
        SettingsError: there is none of that name.
        EngineMissing: its package is not here.
    """
    conditioned = options.noise_suppression or options.gain_control
    match options.canceller:
        case "auto" | "off" if cancelled or options.canceller == "off":
            return _webrtc(options, echo=False) if conditioned else None
        case "auto" | "kalman":
            from asr.echo.canceller import Canceller

            return Conditioned(Canceller(), _webrtc(options, echo=False)) if conditioned else Canceller()
        case "webrtc":
            return _webrtc(options, echo=True)
        case other:
            raise SettingsError(f"There is no echo canceller {other!r}; choose auto, kalman, webrtc or off.")


class Conditioned:
    """An `EchoCanceller` behind which the sound is conditioned: before it, the echo would be no linear one any more."""

    def __init__(self, canceller: EchoCanceller, conditioner: EchoCanceller) -> None:
        self.name = canceller.name
        self.unneeded: Callable[[], bool] = lambda: False
        canceller.unneeded = lambda: self.unneeded()
        self._canceller = canceller
        self._conditioner = conditioner

    @property
    def trusted(self) -> bool:
        """Whether the canceller is."""
        return self._canceller.trusted

    @property
    def present(self) -> bool:
        """Whether somebody speaks over the loudspeaker, by the canceller."""
        return self._canceller.present

    def played(self, samples: Samples, rate: int, sounds_at: float) -> None:
        """What is written to the loudspeaker, for the canceller."""
        self._canceller.played(samples, rate, sounds_at)

    def push(self, chunk: AudioChunk, captured_at: Callable[[float], float]) -> AudioChunk:
        """The microphone without the echo, conditioned."""
        return self._conditioner.push(self._canceller.push(chunk, captured_at), captured_at)

    def watch(self, activity: VoiceActivity) -> VoiceActivity:
        """The voice detector, told by the canceller."""
        return self._canceller.watch(activity)


def _webrtc(options: EchoOptions, echo: bool) -> EchoCanceller:
    try:
        from asr.echo.webrtc import WebRtc
    except ImportError as error:
        raise EngineMissing(
            "WebRTC's echo canceller, noise suppression and gain control need the package livekit: pip install livekit."
        ) from error
    return WebRtc(echo, options.noise_suppression, options.gain_control)
