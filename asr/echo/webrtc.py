"""WebRTC's audio processing (Google, BSD), from the livekit package (Apache-2.0): its echo canceller AEC3, its noise
suppression and its automatic gain.
"""

from collections.abc import Callable

import numpy as np
from livekit.rtc import AudioFrame
from livekit.rtc.apm import AudioProcessingModule

from asr.base import VoiceActivity
from asr.echo.reference import Reference
from assistant.audio import RATE, AudioChunk, Framer, Samples, to_pcm16
from assistant.resample import Resampler

FRAME = RATE // 100
"""Samples of 10 ms, which is what it takes."""
WARM_FRAMES = 100
"""Frames with something in the reference after which its canceller has settled."""


class WebRtc:
    """An `EchoCanceller`, or with `echo=False` what conditions the microphone's sound."""

    name = "webrtc"

    def __init__(self, echo: bool = True, noise: bool = False, gain: bool = False) -> None:
        self._module = AudioProcessingModule(
            echo_cancellation=echo, noise_suppression=noise, high_pass_filter=True, auto_gain_control=gain
        )
        self.unneeded: Callable[[], bool] = lambda: not echo
        self._reference = Reference()
        self._resampler = Resampler(RATE)
        self._framer = Framer(FRAME)
        self._made = 0
        self._warm = 0

    @property
    def trusted(self) -> bool:
        """Whether it has had time to learn the echo's path."""
        return self._warm >= WARM_FRAMES

    @property
    def present(self) -> bool:
        """It does not tell."""
        return False

    def played(self, samples: Samples, rate: int, sounds_at: float) -> None:
        """What is written to the loudspeaker; see `asr.base.EchoCanceller`."""
        self._reference.note(samples, rate, sounds_at)

    def push(self, chunk: AudioChunk, captured_at: Callable[[float], float]) -> AudioChunk:
        """The microphone, processed; see `asr.base.EchoCanceller`."""
        self._reference.fetch()
        converted = self._resampler.push(chunk)
        start = self._made
        frames = [self._frame(frame, captured_at) for frame in self._framer.push(converted.samples)]
        return AudioChunk(np.concatenate(frames) if frames else np.zeros(0, np.float32), RATE, start)

    def watch(self, activity: VoiceActivity) -> VoiceActivity:
        """The voice detector as it is: it hears what this leaves."""
        return activity

    def _frame(self, frame: Samples, captured_at: Callable[[float], float]) -> Samples:
        at = None if self.unneeded() else self._reference.position_at(captured_at(self._made / RATE))
        self._made += FRAME
        if at is not None:
            reference = self._reference.read(at + np.arange(FRAME, dtype=np.float64))
            self._warm += bool(np.any(reference))
            self._module.process_reverse_stream(_as_frame(reference))
            self._module.set_stream_delay_ms(0)
        processed = _as_frame(frame)
        self._module.process_stream(processed)
        return np.asarray(np.frombuffer(bytes(processed.data), "<i2") / np.float32(32768), np.float32)


def _as_frame(samples: Samples) -> AudioFrame:
    return AudioFrame(to_pcm16(samples), RATE, 1, len(samples))
