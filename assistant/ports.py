"""What the conversation needs of the world: a microphone, a loudspeaker, something to show itself on."""

from typing import Protocol

from assistant.audio import AudioChunk
from assistant.events import Event
from assistant.playback import PlaybackBuffer
from assistant.stream import Stream


class Microphone(Protocol):
    """A source of sound at its own native rate."""

    @property
    def rate(self) -> int:
        """Hertz."""

    @property
    def dropped(self) -> int:
        """Samples lost so far because nobody fetched them in time."""

    def listen(self) -> Stream[AudioChunk]:
        """Yield what is captured, in chunks of 10 to 40 ms, `start` counting from 0; end when the source ends.

        Raises:
            DeviceError: the device cannot be used.
        """

    def captured_at(self, at: float) -> float:
        """Loop time at which the sound `at` seconds into the stream reached the microphone."""


class Loudspeaker(Protocol):
    """A device that pulls from its buffer all the time, in blocks of 20 to 40 ms, silence included."""

    buffer: PlaybackBuffer
    """At the device's native rate."""


class Screen(Protocol):
    """Shows what goes on."""

    def show(self, event: Event) -> None:
        """Take note of an event; called on the loop, so it returns at once."""
