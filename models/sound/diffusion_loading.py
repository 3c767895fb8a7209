"""Which model lies in a folder, and loading it."""

import json
from pathlib import Path

from assistant.errors import EngineError, EngineMissing
from models.base import Card
from models.sound.diffusion import Painter


def load_painter(card: Card, folder: Path | None) -> Painter:
    """The model that a folder's index names.

    Raises:
        EngineMissing: a package or a file is missing; the sentence says what to do.
        EngineError: it is a model of another kind.
    """
    assert folder is not None, "an engine of weights that are pulled"
    kind = _kind(folder)
    try:
        match kind:
            case "AudioLDM2Pipeline":
                from models.sound.diffusion_audioldm import AudioLDM2

                return AudioLDM2(folder)
            case "StableAudioPipeline":
                from models.sound.diffusion_stable import StableAudio

                return StableAudio(folder)
    except ImportError as error:
        raise EngineMissing(
            f"The engine {card.name} needs packages that are not here. Install Earshot with its extra generate."
        ) from error
    raise EngineError(f"The model in {folder} is a {kind or 'model of no known kind'}, and I use no such model.")


def _kind(folder: Path) -> str:
    try:
        return str(json.loads((folder / "model_index.json").read_text(encoding="utf-8"))["_class_name"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise EngineMissing(f"The model in {folder} is not whole: model_index.json missing. Pull it again.") from error
