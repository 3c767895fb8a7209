"""Engines around the models of ESPnet's and SpeechBrain's, which live in an environment of their own: how each is made.

Only what loads one imports its packages, in the process of that engine.
"""

from pathlib import Path
from typing import TYPE_CHECKING

from assistant.errors import EngineMissing
from assistant.resident import speech_in
from models.base import Card, Engine

if TYPE_CHECKING:
    from models.music.espnet_svs import Network as SingingNetwork
    from models.speech.espnet_enh import Network
    from models.speech.espnet_st import Translator


def espnet_enhancement(card: Card, folder: Path | None, rate: int) -> Engine:
    """The engine around an ESPnet model that takes noise out of speech; `rate`, in hertz, is what it was trained at."""
    from models.speech.enhancement_foundation import FoundationEnhancement

    return FoundationEnhancement(card, lambda: _espnet(card, folder, 1, rate))


def espnet_separation(card: Card, folder: Path | None, rate: int) -> Engine:
    """The engine around an ESPnet model that parts two speakers, with the ears' voice detector."""
    from models.speech.separation import Separation
    from models.speech.separation_network import RATE as GIVEN

    return Separation(card, speech_in, lambda: _espnet(card, folder, 2, rate, GIVEN))


def sepformer_separation(card: Card, folder: Path | None) -> Engine:
    """The engine around a SepFormer that parts two speakers, with the ears' voice detector."""
    from models.speech.separation import Separation
    from models.speech.sepformer_loading import load_sepformer

    return Separation(card, speech_in, lambda: load_sepformer(card, folder or Path()))


def espnet_translation(card: Card, folder: Path | None) -> Engine:
    """The engine around an ESPnet model that hears English and writes another language, such as a MultiDecoder."""
    from models.speech.translation_spoken import SpokenTranslation

    return SpokenTranslation(card, lambda: _espnet_translator(card, folder), speech_in)


def espnet_singing(card: Card, folder: Path | None) -> Engine:
    """The engine around an ESPnet model that sings Mandarin, such as VISinger."""
    from models.music.foundation import FoundationSinging

    return FoundationSinging(card, lambda: _espnet_singer(card, folder))


def _espnet(card: Card, folder: Path | None, voices: int, rate: int, given: int | None = None) -> "Network":
    """The ESPnet model in a folder.

    Raises:
        EngineMissing: ESPnet is not installed, or the checkpoint is not whole.
        EngineError: it is no such model.
    """
    from tts.espnet_folder import find_checkpoint

    try:
        from models.speech.espnet_enh import Network
    except ImportError as error:
        raise _without_espnet(card) from error
    found = find_checkpoint(str(folder))
    return Network(found.config, found.weights, voices, rate, given)


def _espnet_translator(card: Card, folder: Path | None) -> "Translator":
    """The same of one that translates; raises what `_espnet` does."""
    from tts.espnet_folder import find_checkpoint, mended

    try:
        from models.speech.espnet_st import Translator
    except ImportError as error:
        raise _without_espnet(card) from error
    found = find_checkpoint(str(folder))
    with mended(found) as config:
        return Translator(config, found.weights)


def _espnet_singer(card: Card, folder: Path | None) -> "SingingNetwork":
    """The same of one that sings; raises what `_espnet` does."""
    from tts.espnet_folder import find_checkpoint, mended

    try:
        from models.music.espnet_svs import Network
    except ImportError as error:
        raise _without_espnet(card) from error
    found = find_checkpoint(str(folder))
    with mended(found) as config:
        return Network(config, found.weights)


def _without_espnet(card: Card) -> EngineMissing:
    return EngineMissing(
        f"The engine {card.name} needs ESPnet, which takes an environment of its own. Install Earshot with its "
        f"extra espnet there, and set models.interpreters.{card.name} to the Python in it."
    )
