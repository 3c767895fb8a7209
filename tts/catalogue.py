"""What voices there are, for a list of them."""

from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec

from assistant.errors import EarshotError
from tts.cards import SHIPPED, read_card, voice_folders
from tts.loader import ESPNET_ADVICE, FALLBACK, chosen
from tts.options import VoiceOptions

ESPEAK_RATE = 22_050
"""Hertz; what espeak-ng's own voices are made at."""
INSTALLED, OWN, ABSENT = "installed", "your own", "not installed"


@dataclass(frozen=True, slots=True)
class Listed:
    """A voice as the list shows it."""

    name: str
    kind: str
    language: str
    rate: int
    """Hertz; 0 where that shows only once it is loaded."""
    licence: str
    where: str
    """Its folder, its package, or its tag on a model hub."""
    place: str
    """The same in a word or two: `INSTALLED`, `OWN` or `ABSENT`."""
    about: str = ""
    notice: str = ""
    fault: str = ""
    """Why it cannot be used, and what to do; empty for most."""
    chosen: bool = False
    """Whether it is the one that speaks."""


def voices(wanted: str, options: VoiceOptions) -> list[Listed]:
    """Every voice, whether or not it can be used; `wanted` is the one that is set."""
    first = chosen(wanted, options)
    found = [*_folders(options, first), _espeak(options, first)]
    return [*found, _espnet(options, first)]


def _folders(options: VoiceOptions, first: str) -> Iterator[Listed]:
    for name, folder in voice_folders(options.voices).items():
        place = INSTALLED if folder.parent == SHIPPED else OWN
        try:
            card = read_card(folder)
        except EarshotError as error:
            yield Listed(name, "FastSpeech 2", "", 0, "", str(folder), place, fault=str(error), chosen=name == first)
            continue
        yield Listed(
            name,
            "FastSpeech 2",
            card.language,
            card.rate,
            card.licence,
            str(folder),
            place,
            card.description,
            card.notice,
            chosen=name == first,
        )


def _espeak(options: VoiceOptions, first: str) -> Listed:
    spec = find_spec("espeakng_loader")
    where, place = ("the package espeakng_loader", INSTALLED) if spec else ("", ABSENT)
    return Listed(
        FALLBACK,
        "espeak-ng",
        options.espeak.voice.partition("+")[0],
        ESPEAK_RATE,
        "GPL-3.0-or-later",
        where,
        place,
        "Always works, in any language; sounds like a machine",
        fault="" if spec else "Its library is not installed: pip install espeakng-loader.",
        chosen=first == FALLBACK,
    )


def _espnet(options: VoiceOptions, first: str) -> Listed:
    model, place = options.espnet.model, INSTALLED
    fault = "" if model else "Set espnet.model to a folder or a tag of the model hub."
    if find_spec("espnet2") is None:
        fault = ESPNET_ADVICE
        place = ABSENT
    about, licence = "A public checkpoint of FastSpeech 2", "licence of the checkpoint"
    return Listed("espnet", "ESPnet", "", 0, licence, model, place, about, fault=fault, chosen=first == "espnet")
