"""Makes the engines around models that hear and were pulled; what they need is imported only when they are loaded."""

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from assistant.errors import EngineMissing
from models.base import Card, Engine

T = TypeVar("T")


def ast(card: Card, folder: Path | None) -> Engine:
    """Sound detection by an audio spectrogram transformer."""
    from models.sound.detection_foundation import FoundationDetection, Tagger

    def load() -> Tagger:
        from models.sound.detection_ast import SpectrogramTransformer

        return SpectrogramTransformer(folder or Path())

    return FoundationDetection(card, _needing(card, load))


def clap(card: Card, folder: Path | None) -> Engine:
    """Target sound detection by CLAP."""
    from models.sound.target_foundation import FoundationTarget, Matcher

    def load() -> Matcher:
        from models.sound.target_clap import Clap

        return Clap(folder or Path())

    return FoundationTarget(card, _needing(card, load))


def frames(card: Card, folder: Path | None) -> Engine:
    """Target sound detection by PE-A-Frame."""
    from models.sound.target_foundation import FoundationTarget, Matcher

    def load() -> Matcher:
        from models.sound.target_frames import FrameLevel

        return FrameLevel(folder or Path())

    return FoundationTarget(card, _needing(card, load))


def language_model(card: Card, folder: Path | None) -> Engine:
    """Captions by a language model that hears."""
    from models.sound.caption_foundation import Describer, FoundationCaption

    def load() -> Describer:
        from models.sound.caption_language import LanguageModel

        return LanguageModel(folder or Path())

    return FoundationCaption(card, _needing(card, load))


def _needing(card: Card, load: Callable[[], T]) -> Callable[[], T]:
    """The same, that says what to install where a package is missing."""

    def loaded() -> T:
        try:
            return load()
        except ImportError as error:
            raise EngineMissing(
                f"The engine {card.name} needs torch and transformers. Install Earshot with its extra audio, or them "
                "alone: pip install torch transformers."
            ) from error

    return loaded
