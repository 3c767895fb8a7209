"""What the engines around ESPnet's models have in common: how it is imported, and how a checkpoint of its is loaded."""

import io
import pickle
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from pathlib import Path

import torch

from assistant.errors import EngineError

FAULTS = (
    OSError,
    KeyError,
    TypeError,
    ValueError,
    AttributeError,
    AssertionError,
    RuntimeError,
    pickle.UnpicklingError,
)
"""What ESPnet and torch raise for files that are no checkpoint."""


@contextmanager
def hushed() -> Iterator[None]:
    """ESPnet is imported within: its dependencies warn of themselves, aloud."""
    with warnings.catch_warnings(), redirect_stdout(io.StringIO()):
        warnings.simplefilter("ignore")
        yield


@contextmanager
def loading(weights: Path) -> Iterator[str]:
    """A model is loaded within: yields the device that it belongs on, the GPU where there is one.

    Raises:
        EngineError: it is no such model.
    """
    try:
        yield "cuda" if torch.cuda.is_available() else "cpu"
    except FAULTS as error:
        raise EngineError(f"ESPnet cannot load {weights.name}; pull or copy the whole checkpoint again.") from error
