"""The devices at work inside the virtual room, as a process of its own: `python -m tests.room_probe JOB ...`.

Prints `ready` once the devices are open, and a line of JSON with what it found at the end.
"""

import asyncio
import faulthandler
import json
import logging
import os
import sys
import time
from contextlib import aclosing, suppress
from io import StringIO
from pathlib import Path

import numpy as np
import sounddevice as sd
from rich.console import Console

from assistant.audio import AudioChunk
from assistant.devices import DeviceOptions, LiveMicrophone, open_devices, open_microphone
from assistant.devices.backend import DeviceStream, Direction
from assistant.devices.listing import print_devices
from assistant.devices.portaudio import SoundDeviceBackend
from assistant.devices.stream import Wanted
from assistant.errors import DeviceError
from assistant.events import DeviceChanged


async def listened(microphone: LiveMicrophone, seconds: float) -> list[AudioChunk]:
    """All chunks that arrive within so many seconds of now."""
    chunks: list[AudioChunk] = []
    async with aclosing(microphone.listen()) as stream:
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                async for chunk in stream:
                    chunks.append(chunk)  # noqa: PERF401  # a comprehension would lose them at the timeout
    return chunks


async def listen(options: DeviceOptions, seconds: float, folder: Path) -> dict[str, object]:
    """Keep what the microphone hears, and when; then say something, to show that the loudspeaker still works."""
    async with open_devices(options) as (microphone, loudspeaker):
        say_ready()
        chunks = await listened(microphone, seconds)
        loudspeaker.buffer.push(np.full(loudspeaker.buffer.rate // 10, 0.5, np.float32))
        await asyncio.sleep(0.3)
        end = max(chunk.start + len(chunk.samples) for chunk in chunks)
        sound = np.zeros(end, np.float32)
        for chunk in chunks:
            sound[chunk.start : chunk.start + len(chunk.samples)] = chunk.samples
        np.save(folder / "heard.npy", sound)
        return {
            "rate": microphone.rate,
            "began_at": microphone.captured_at(0.0),
            "dropped": microphone.dropped,
            "first": chunks[0].start,
            "longest": max(chunk.seconds for chunk in chunks),
            "gaps": [b.start - a.start - len(a.samples) for a, b in zip(chunks, chunks[1:], strict=False)],
        }


async def speak(options: DeviceOptions, seconds: float, folder: Path) -> dict[str, object]:
    """Play a sound, cut it off after so many seconds, and tell when it began and was cut."""
    async with open_devices(options) as (_, loudspeaker):
        buffer = loudspeaker.buffer
        sound = np.load(folder / "sound.npy")
        await asyncio.sleep(0.5)
        say_ready()
        buffer.push(sound)
        await asyncio.sleep(seconds)
        cut_at = time.monotonic()
        buffer.discard()
        await asyncio.sleep(0.4)
        return {"rate": buffer.rate, "began_at": buffer.began_at, "cut_at": cut_at, "played": buffer.played}


async def sleep_through(options: DeviceOptions, seconds: float, folder: Path) -> dict[str, object]:
    """Fetch a chunk, block the loop for so many seconds, and go on fetching."""
    async with open_microphone(options) as microphone, aclosing(microphone.listen()) as stream:
        say_ready()
        before = await anext(stream)
        time.sleep(seconds)  # noqa: ASYNC251  # that is the point
        after = await anext(stream)
        missing = after.start - before.start - len(before.samples)
        return {"rate": microphone.rate, "dropped": microphone.dropped, "missing": missing}


async def tell_devices(options: DeviceOptions, seconds: float, folder: Path) -> dict[str, object]:
    """Print the table of devices."""
    say_ready()
    text = StringIO()
    await asyncio.to_thread(print_devices, Console(file=text, width=120), options)
    return {"table": text.getvalue()}


async def refuse(options: DeviceOptions, seconds: float, folder: Path) -> dict[str, object]:
    """Tell with which sentence the microphone does not open."""
    say_ready()
    try:
        async with open_microphone(options):
            return {"error": ""}
    except DeviceError as error:
        return {"error": str(error)}


async def converse(options: DeviceOptions, seconds: float, folder: Path) -> dict[str, object]:
    """Play a sound and listen meanwhile, patiently; tell what became of the devices, and when."""
    changes: list[tuple[float, str, bool, str]] = []

    def note(change: DeviceChanged) -> None:
        changes.append((time.monotonic(), change.device, change.present, change.text))

    async with open_devices(options, note, patient=True) as (microphone, loudspeaker):
        cancelled = microphone.cancels_echo
        say_ready()
        await asyncio.sleep(0.5)
        loudspeaker.buffer.push(np.load(folder / "sound.npy"))
        chunks = await listened(microphone, seconds)
        np.save(folder / "heard.npy", np.concatenate([chunk.samples for chunk in chunks] or [np.zeros(0, np.float32)]))
        return {
            "rates": (microphone.rate, loudspeaker.rate),
            "played": loudspeaker.buffer.played,
            "pending": loudspeaker.buffer.pending,
            "changes": changes,
            "heard_at": [microphone.captured_at(chunk.start / chunk.rate) for chunk in chunks],
            "cancelled": (cancelled, microphone.cancels_echo),
        }


async def start_late(options: DeviceOptions, seconds: float, folder: Path) -> dict[str, object]:
    """Open the microphone and start it so much later; then start the library again and count a second's callbacks."""
    late = [True]

    class Late(sd.InputStream):  # type: ignore[misc]  # the package has no types
        def start(self) -> None:
            if late:
                say_ready()
                time.sleep(seconds)
            super().start()

    def open_it() -> DeviceStream:
        wanted = Wanted(backend, options, Direction.INPUT)
        return backend.open_input(wanted.forms(wanted.find(), None)[0], lambda *_: beats.append(time.monotonic()))

    beats: list[float] = []
    backend, error = SoundDeviceBackend(inputs=Late), ""
    try:
        open_it()
    except DeviceError as caught:
        error = str(caught)
    late.clear()
    backend.restart()
    stream = open_it()
    await asyncio.sleep(1.0)
    stream.close()
    return {"error": error, "beats": len(beats)}


def say_ready() -> None:
    """Tell the test that the devices are open."""
    print("ready", flush=True)


HANGS_S = 20.0
"""How much later than asked it may end before it tells on standard error what each thread waits for."""

JOBS = {job.__name__: job for job in (listen, speak, sleep_through, converse, tell_devices, refuse, start_late)}


def main() -> None:
    """usage: JOB SECONDS FOLDER BACKEND QUEUE_S [MICROPHONE]"""
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(message)s")
    job, seconds, folder, backend, queue_s, *rest = sys.argv[1:]
    microphone = rest[0] if rest else ""
    options = DeviceOptions(backend, microphone, queue_s=float(queue_s))
    errors = os.fdopen(os.dup(2), "w")  # the devices close standard error while PortAudio works
    faulthandler.dump_traceback_later(float(seconds) + HANGS_S, file=errors)
    print(json.dumps(asyncio.run(JOBS[job](options, float(seconds), Path(folder)))))


if __name__ == "__main__":
    main()
