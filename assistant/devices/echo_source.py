"""The sound server's own echo canceller: PulseAudio's module-echo-cancel, or PipeWire's.

    microphone ──▶ canceller ──▶ source ──▶ who listens
                      ▲
    loudspeaker ◀─────┴───────── sink ◀──── who plays

It works only for who listens at its source while the sound is played into its sink, so both are used or none.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Lock

from assistant.devices import pulse
from assistant.devices.backend import Direction
from assistant.devices.pulse import Endpoint

_environment = Lock()


@dataclass(frozen=True, slots=True)
class SystemCanceller:
    """An echo canceller that the sound server offers."""

    source: str
    """The microphone without the echo, as the server calls it."""
    sink: str
    """Where what is to be cancelled has to be played."""
    is_default: bool
    """Whether who asks for no microphone gets this one anyway."""


def system_canceller() -> SystemCanceller | None:
    """The sound server's echo canceller, the default one first; None where there is none or nobody can tell. Blocking:
    it asks the server, which takes some 30 ms."""
    sources = [source for source in pulse.endpoints(Direction.INPUT).values() if source.cancels_echo]
    if not sources:
        return None
    sinks = [sink for sink in pulse.endpoints(Direction.OUTPUT).values() if sink.cancels_echo]
    return pair(sources, sinks, pulse.default_source())


def pair(sources: list[Endpoint], sinks: list[Endpoint], default: str) -> SystemCanceller | None:
    """The canceller to use, of cancelling sources and sinks: one whose source and sink belong together."""
    whole = {source.name: sink.name for source in sources for sink in sinks if source.group == sink.group}
    if not whole:
        return None
    source = default if default in whole else min(whole)
    return SystemCanceller(source, whole[source], source == default)


@contextmanager
def through(canceller: SystemCanceller) -> Iterator[None]:
    """Streams opened meanwhile without a name of the server's go through a canceller, unless the user chose otherwise.

    The server's library reads these variables when a program connects to it, and PortAudio's streams do so one by one.
    """
    wanted = {"PULSE_SOURCE": canceller.source, "PULSE_SINK": canceller.sink}
    with _environment:
        if wanted.keys() & os.environ.keys():
            yield
            return
        os.environ.update(wanted)
        try:
            yield
        finally:
            for name in wanted:
                os.environ.pop(name, None)
