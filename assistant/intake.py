"""What reaches the ears of the microphone: its level is shown, what is asked for recorded, the loudspeaker's echo gone.

microphone ─┬─▶ level, ten times a second
            └─▶ without the echo, where a canceller is there ─┬─▶ recorder
                                                              └─▶ ears
"""

from collections.abc import Callable
from contextlib import aclosing

from asr.base import EchoCanceller
from assistant.audio import AudioChunk, dbfs
from assistant.events import Level
from assistant.playback import PlaybackBuffer
from assistant.ports import Microphone, Screen
from assistant.recorder import Recorder
from assistant.stream import Stream

METER_S = 0.1
"""How often the microphone's level is shown."""


class Intake:
    """Of one conversation."""

    def __init__(self, buffer: PlaybackBuffer, screen: Screen, recorder: Recorder) -> None:
        self.buffer, self.screen, self.recorder = buffer, screen, recorder
        self.canceller: EchoCanceller | None = None
        """Takes the loudspeaker out of the microphone; None where nothing does, or the system has done so."""

    async def sound(
        self, microphone: Microphone, metered: Callable[[], None], somebody: Callable[[], None]
    ) -> Stream[AudioChunk]:
        """The stream of the microphone, for the ears.

        Args:
            metered: called whenever its level was shown.
            somebody: called when the canceller hears somebody beside the loudspeaker.
        """
        shown_at = 0.0
        async with aclosing(microphone.listen()) as chunks:
            async for chunk in chunks:
                if chunk.ends_at - shown_at >= METER_S:
                    shown_at = chunk.ends_at
                    self.screen.show(Level(dbfs(chunk.samples)))
                    metered()
                cleaned = self._without_echo(chunk, microphone, somebody)
                self.recorder.push(cleaned if self.buffer.sounding else chunk)  # all of its rate, where it can
                yield cleaned

    def _without_echo(self, chunk: AudioChunk, microphone: Microphone, somebody: Callable[[], None]) -> AudioChunk:
        if self.canceller is None:
            return chunk
        cleaned = self.canceller.push(chunk, microphone.captured_at)
        if self.canceller.present:
            somebody()
        return cleaned
