"""The network that tells speech from noise: how much of each place in the spectrum is speech.

It is a ConvTasNet's separator (Luo and Mesgarani 2019) over the short-time Fourier transform, with some 330 000
weights, trained by scripts/train_enhancement.py; see docs/models/enhancement.md.
"""

from importlib import resources

import numpy as np
import onnxruntime as ort
from numpy.typing import NDArray

from assistant.errors import EngineMissing

REACH = 192
"""Frames on either side of one that its mask may depend on: 3.1 s."""
NETWORK = "enhancement.onnx"

Masks = NDArray[np.float32]
"""Shape (frames, `enhancement_frames.BINS`), 0 to 1."""


class MaskNetwork:
    """The network, loaded; it keeps nothing between calls."""

    def __init__(self) -> None:
        """Load it.

        Raises:
            EngineMissing: its weights are not here.
        """
        options = ort.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.enable_cpu_mem_arena = False  # stretches are of one size; what a last one took would be kept
        try:
            network = resources.files("models.speech").joinpath(NETWORK).read_bytes()
        except OSError as error:
            raise EngineMissing("The weights of the speech enhancement are missing; install it again.") from error
        self._session = ort.InferenceSession(network, options, ["CPUExecutionProvider"])

    def masks(self, power: Masks) -> Masks:
        """Of a spectrum's power, float32 of shape (frames, BINS); any level will do."""
        return np.asarray(self._session.run(None, {"power": power[None]})[0][0], np.float32)
