"""Loading checkpoints of transformers' in folders."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import torch
from safetensors import SafetensorError
from transformers.utils import logging

from models.checkpoint import FAULTS, is_whole, unusable


@contextmanager
def loading(folder: Path, needed: Sequence[str], kind: str) -> Iterator[str]:
    """A checkpoint is loaded within, quietly: yields the device that it belongs on, the GPU where there is one.

    Args:
        needed: files that have to be there.
        kind: what it has to be, as it is called in a sentence.

    Raises:
        EngineMissing: a file is missing.
        EngineError: it is no such checkpoint.
    """
    is_whole(folder, needed)
    logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    try:
        yield "cuda" if torch.cuda.is_available() else "cpu"
    except (*FAULTS, SafetensorError) as error:
        raise unusable(folder, kind) from error
