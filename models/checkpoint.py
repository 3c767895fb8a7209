"""Checkpoints of transformers' in folders: whether they are whole, and what is said where they are not."""

import pickle
from collections.abc import Sequence
from pathlib import Path

from assistant.errors import EngineError, EngineMissing

FAULTS = (
    OSError,
    KeyError,
    TypeError,
    ValueError,
    AttributeError,
    ImportError,
    RuntimeError,
    pickle.UnpicklingError,
)
"""What transformers and torch raise for files that are no checkpoint."""


def is_whole(folder: Path, needed: Sequence[str]) -> None:
    """See to it that files are there.

    Raises:
        EngineMissing: one is not; the sentence says what to do.
    """
    if missing := [name for name in needed if not (folder / name).is_file()]:
        raise EngineMissing(f"The model in {folder} is not whole: {' and '.join(missing)} missing. Pull it again.")


def unusable(folder: Path, kind: str) -> EngineError:
    """What is said of a folder that holds something else."""
    return EngineError(f"The folder {folder} holds no {kind} that can be loaded.")
