"""Engines around public voices: how each is made. Only what loads one imports its packages."""

from collections.abc import Sequence
from pathlib import Path

from assistant.errors import EngineMissing
from models.base import Card, Engine
from models.speech.synthesis import Speak
from models.speech.synthesis_foundation import FoundationSynthesis


def transformers_voice(card: Card, folder: Path | None) -> Engine:
    """The engine around a voice of transformers', in a folder."""
    return FoundationSynthesis(card, lambda: _transformers(card, folder or Path()), clauses)


def espnet_voice(card: Card, folder: Path | None) -> Engine:
    """The engine around a FastSpeech 2 of ESPnet's, in a folder."""
    return FoundationSynthesis(card, lambda: _espnet(card, folder or Path()), clauses)


def clauses(text: str) -> Sequence[str]:
    """A text as the pieces in which it is spoken."""
    from tts.clauses import Clauses

    splitter = Clauses()
    return [*splitter.push(text), *splitter.flush()]


def _transformers(card: Card, folder: Path) -> Speak:
    try:
        from tts.transformers_voice import TransformersVoice
    except ImportError as error:
        raise EngineMissing(
            f"The engine {card.name} needs torch and transformers: pip install torch transformers."
        ) from error
    return TransformersVoice(folder).speak


def _espnet(card: Card, folder: Path) -> Speak:
    from tts.options import EspnetOptions

    try:
        from tts.espnet_voice import EspnetVoice
    except ImportError as error:
        raise EngineMissing(
            f"The engine {card.name} needs ESPnet, which takes an environment of its own. Install Earshot with its "
            f"extra espnet there, and set models.interpreters.{card.name} to the Python in it."
        ) from error
    return EspnetVoice(EspnetOptions(model=str(folder))).speak
