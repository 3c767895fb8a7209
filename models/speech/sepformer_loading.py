"""Loading a SepFormer, which takes SpeechBrain."""

from pathlib import Path
from typing import TYPE_CHECKING

from assistant.errors import EngineMissing
from models.base import Card
from models.speech.separation_network import RATE

if TYPE_CHECKING:
    from models.speech.sepformer import SepFormer


def load_sepformer(card: Card, folder: Path) -> "SepFormer":
    """The model in a folder, for sound at the rate that `models.speech.separation.Separation` gives.

    Raises:
        EngineMissing: SpeechBrain is not installed, or the checkpoint is not whole.
        EngineError: it is no such model.
    """
    try:
        from models.speech.sepformer import SepFormer
    except (ImportError, OSError, RuntimeError) as error:  # the last two are torchaudio's, beside another torch
        raise EngineMissing(
            f"The engine {card.name} needs SpeechBrain, which takes an environment of its own. Install Earshot with "
            f"its extra speechbrain there, and set models.interpreters.{card.name} to the Python in it."
        ) from error
    return SepFormer(folder, RATE)
