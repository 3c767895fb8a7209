"""The network that parts two voices, by onnxruntime; how it was made stands in docs/models/separation.md."""

from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

import numpy as np
import onnxruntime as ort
from onnxruntime.capi import onnxruntime_pybind11_state as states

from assistant.audio import Samples
from assistant.errors import EngineError, EngineMissing

RATE = 8_000
"""Hertz; what the network listens at."""
SHORTEST = 800
"""Samples; what is shorter is followed by silence."""
SILENT = 1e-6
"""Sound of a lower root mean square holds no voices."""
WEIGHTS = Path(__file__).parent / "separation.onnx"

Separate: TypeAlias = Callable[[Samples], Samples]
"""Two voices in mono float32 at `RATE`, neither before the other: shape (n,) → (2, n)."""


class Network:
    """A `Separate`. One call at a time; another thread may stop it."""

    def __init__(self, path: Path = WEIGHTS) -> None:
        """Load it.

        Raises:
            EngineMissing: the file is not there, or is no such network.
        """
        options = ort.SessionOptions()
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")  # idle threads should sleep
        try:
            self._session = ort.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
        except (states.NoSuchFile, states.InvalidProtobuf, states.InvalidGraph, states.Fail) as error:
            raise EngineMissing(f"The network {path.name} for separating speakers is missing or broken.") from error
        self._asked = ort.RunOptions()

    def __call__(self, mixture: Samples) -> Samples:
        """Part the voices; the levels are those of the mixture.

        Raises:
            EngineError: it was stopped, or failed.
        """
        level = float(np.sqrt(np.mean(np.square(mixture, dtype=np.float64)))) if len(mixture) else 0.0
        if level < SILENT:
            return np.zeros((2, len(mixture)), np.float32)
        padded = np.pad(mixture / np.float32(level), (0, max(0, SHORTEST - len(mixture))))[None]
        self._asked = ort.RunOptions()
        try:
            found = self._session.run(["speakers"], {"mixture": padded.astype(np.float32)}, self._asked)[0]
        except (states.Fail, states.RuntimeException) as error:
            raise EngineError("The network that separates speakers was stopped, or failed.") from error
        return np.asarray(found[0, :, : len(mixture)] * np.float32(level), np.float32)

    def stop(self) -> None:
        """End the call that runs."""
        self._asked.terminate = True
