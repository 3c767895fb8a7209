"""The network that picks one of the sounds it knows out of a mixture, and tells which of them are there.

It is a small LASSNet (Liu et al. 2022), see docs/models/extraction.md. scripts/train_extraction.py trains it.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from assistant.errors import EngineMissing
from models.sound.spectra import Mask

NETWORK = Path(__file__).parent / "extraction.onnx"
CLASSES = (
    *("dog", "rain", "sea waves", "crying baby", "clock ticking", "sneezing", "helicopter", "chainsaw", "rooster"),
    *("crackling fire", "speech", "music"),
)
"""What it knows, in the order of its outputs."""
GROUP = 16
"""Frames of its judgements of what is there; a quarter of a second."""
LOUDEST = 3
"""How many of the likeliest judgements count for a stretch."""


@dataclass(frozen=True, slots=True, eq=False)
class Picked:
    """What the network makes of a stretch."""

    mask: Mask
    likely: NDArray[np.float32]
    """How likely each class is heard in it, shape (classes,), 0 to 1."""


class MaskNetwork:
    """The network, loaded, on one thread."""

    def __init__(self, path: Path = NETWORK) -> None:
        """Raises EngineMissing where its file is not there."""
        if not path.is_file():
            raise EngineMissing(f"The network for sound extraction is not at {path}; install Earshot again.")
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 3
        self._session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])

    def pick(self, magnitudes: NDArray[np.float32], wanted: int) -> Picked:
        """A mask for the class of that number, from magnitudes as `models.sound.spectra` has them, shape (t, 257)."""
        frames = len(magnitudes)
        padded = np.pad(magnitudes, ((0, -frames % GROUP), (0, 0)), mode="symmetric")
        query = np.zeros(len(CLASSES), np.float32)
        query[wanted] = 1
        mask, present = self._session.run(None, {"magnitude": padded, "query": query})
        return Picked(mask[:frames], likelihood(present))


def likelihood(present: NDArray[np.float32]) -> NDArray[np.float32]:
    """How likely each class is heard at all, from judgements of shape (steps, classes): what the surest few say."""
    return np.asarray(np.sort(present, axis=0)[-LOUDEST:].mean(axis=0), np.float32)
