"""`assistant say`: a text as speech, on the loudspeaker or in a file, while it still comes in."""

import asyncio
import json
import sys
from collections.abc import Iterable, Iterator
from contextlib import aclosing
from pathlib import Path
from typing import TextIO

import numpy as np
import soundfile as sf

from assistant.arguments import SayArguments
from assistant.devices import DeviceOptions, open_loudspeaker
from assistant.devices.listing import list_devices
from assistant.errors import DataError, DeviceError
from assistant.events import Manner, Say, Spoken, Word
from assistant.playback import Player
from assistant.ports import Loudspeaker
from assistant.stream import Stream, Worker, ahead
from config.settings import Settings
from tts.base import Voice
from tts.ensemble import Ensemble
from tts.phrasing import Clause, Phrasing

AHEAD = 3
"""Clauses that are made before they are needed."""


def say(settings: Settings, wanted: SayArguments, source: TextIO, out: TextIO) -> int:
    """Speak a text and return the exit code, 0.

    Raises:
        EarshotError: there is nothing to say, or it cannot be said; the sentence says what to do.
    """
    if wanted.output:
        check(wanted.output)
    voice = Ensemble.open(settings.voice, settings.voice_options)
    for notice in voice.untold():
        print(notice, file=sys.stderr)
    texts = source if wanted.text == "-" else [wanted.text]
    sounds = spoken(voice, texts, Manner(wanted.speed, pitch=wanted.pitch))
    if wanted.timings:
        sounds = _timed(sounds, wanted.json, out)
    if wanted.output:
        write(sounds, wanted.output)
    else:
        _play(sounds, settings.devices)
    return 0


def spoken(voice: Voice, texts: Iterable[str], manner: Manner) -> Iterator[Spoken]:
    """The clauses of a text that arrives in pieces, as sound, each as soon as it is whole.

    Raises:
        DataError: there is nothing in it that could be said.
    """
    said = False
    for clause in clauses(texts):
        sound = voice.speak(clause, manner)
        said = said or len(sound.samples) > 0
        yield sound
    if not said:
        raise DataError("There is nothing in that text that could be said.")


def clauses(texts: Iterable[str]) -> Iterator[str]:
    """What is spoken in one go, cut as in a conversation."""
    phrasing = Phrasing()
    for text in texts:
        yield from (item.text for item in phrasing.push(Say(text)) if isinstance(item, Clause))
    yield from (item.text for item in phrasing.flush() if isinstance(item, Clause))


def check(path: Path) -> None:
    """Refuse, before anything is made, a place where no sound file can be.

    Raises:
        DataError: it cannot be written.
    """
    kind = path.suffix[1:].upper() or "WAV"
    if kind not in sf.available_formats():
        raise DataError(f"{path}: {path.suffix} is no sound file; end the name in .wav, .flac or .ogg.")
    if path == Path("-") or path.is_dir():
        raise DataError(f"{path} is no name of a file; give one with -o FILE.")
    if not path.parent.is_dir():
        raise DataError(f"There is no folder {path.parent}; make it, or choose another place with -o FILE.")


def write(sounds: Iterable[Spoken], path: Path) -> None:
    """All the sounds as one file, its format by the end of its name.

    Raises:
        DataError: it cannot be written.
    """
    made = list(sounds)
    kind = path.suffix[1:].upper() or "WAV"
    try:
        sf.write(path, np.concatenate([sound.samples for sound in made]), made[0].rate, format=kind)
    except (OSError, sf.LibsndfileError) as error:
        raise DataError(f"Cannot write {path}: {str(error).rstrip('.')}. Choose another place with -o FILE.") from error


async def play(sounds: Iterator[Spoken], loudspeaker: Loudspeaker) -> None:
    """Play the sounds to their end, making each while those before it are heard."""
    worker = Worker("voice")

    async def made() -> Stream[Spoken]:
        while (sound := await worker.run(next, sounds, None)) is not None:
            yield sound

    try:
        async with aclosing(ahead(made(), AHEAD)) as stream:
            await Player(loudspeaker.buffer).play(stream)
    finally:
        worker.close()


def _play(sounds: Iterator[Spoken], options: DeviceOptions) -> None:
    async def aloud() -> None:
        async with open_loudspeaker(options) as loudspeaker:
            await play(sounds, loudspeaker)
            await asyncio.sleep(2 * options.output_latency_s)  # what left the buffer has yet to sound

    try:
        if not any(device.outputs for device in list_devices(options.backend)):
            raise DeviceError("There is no loudspeaker on this machine; connect one and try again.")
        asyncio.run(aloud())
    except DeviceError as error:
        raise DeviceError(f"{error} With -o FILE the speech goes into a file.") from error


def _timed(sounds: Iterator[Spoken], as_json: bool, out: TextIO) -> Iterator[Spoken]:
    """The sounds, with the words of each printed as it is made, in seconds from the beginning of the first."""
    began = 0.0
    for sound in sounds:
        for word in sound.words:
            out.write(_line(Word(word.text, began + word.start_s, began + word.end_s), as_json) + "\n")
        out.flush()
        began += len(sound.samples) / sound.rate
        yield sound


def _line(word: Word, as_json: bool) -> str:
    start_s, end_s = round(word.start_s, 4), round(word.end_s, 4)
    if as_json:
        return json.dumps({"word": word.text, "start_s": start_s, "end_s": end_s}, ensure_ascii=False)
    return f"{start_s:8.3f} to {end_s:8.3f} s  {word.text}"
