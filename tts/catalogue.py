"""What voices there are, for a list of them."""

from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec

from assistant.errors import EarshotError
from tts.cards import read_card, voice_folders
from tts.loader import FALLBACK, chosen
from tts.options import VoiceOptions

ESPEAK_RATE = 22_050
"""Hertz; what espeak-ng's own voices are made at."""


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
        try:
            card = read_card(folder)
        except EarshotError as error:
            yield Listed(name, "FastSpeech 2", "", 0, "", str(folder), fault=str(error), chosen=name == first)
            continue
        yield Listed(
            name,
            "FastSpeech 2",
            card.language,
            card.rate,
            card.licence,
            str(folder),
            card.description,
            card.notice,
            chosen=name == first,
        )


def _espeak(options: VoiceOptions, first: str) -> Listed:
    spec = find_spec("espeakng_loader")
    where = "the package espeakng_loader" if spec else ""
    fault = "" if where else "Its library is not installed: pip install espeakng-loader."
    about = "always works, any language; sounds like a machine"
    licence = "GPL-3.0-or-later"
    language = options.espeak.voice.partition("+")[0]
    return Listed(
        FALLBACK, "espeak-ng", language, ESPEAK_RATE, licence, where, about, fault=fault, chosen=first == FALLBACK
    )


def _espnet(options: VoiceOptions, first: str) -> Listed:
    model = options.espnet.model
    fault = "" if model else "Set espnet.model to a folder or a tag of the model hub."
    if find_spec("espnet2") is None:
        fault = "It wants the package espnet, which is not installed."
    about = "public checkpoints of FastSpeech 2"
    return Listed("espnet", "ESPnet", "", 0, "its model's", model, about, fault=fault, chosen=first == "espnet")
