"""Smart Turn v3.2 (Daily, BSD 2-clause): a Whisper tiny encoder that listens for the end of a turn.

The ONNX model comes inside the `pipecat-ai` wheel; that package is never imported. It hears the last 8 s of a turn as
log-mel of Whisper (Radford et al. 2022, arXiv 2212.04356, section 2.2), computed here, and knows nothing of the words.

    turn       ░░░░░░████████▁███████▁▁   silence before a short one
               |--------- 8 s --------|
    log-mel    80 bands × 800 frames ──▶ probability that the turn is over
"""

from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime as ort
from numpy.typing import NDArray

from assistant.audio import RATE, Samples
from assistant.errors import EngineMissing

HEARD = 8 * RATE
"""Samples that the model hears, the newest last."""
FRAME = RATE // 40  # 400 samples, 25 ms
HOP = RATE // 100  # 160 samples, 10 ms
BANDS = 80
LOUDEST_OVER = 8.0
"""Decades of power below the loudest at which the spectrogram is cut."""


class SmartTurn:
    """The model."""

    def __init__(self) -> None:
        """Load it.

        Raises:
            EngineMissing: pipecat-ai is not installed, or has no model in it.
        """
        options = ort.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        self._session = ort.InferenceSession(str(_asset()), options, providers=["CPUExecutionProvider"])

    def probability(self, sound: Samples) -> float:
        """That a turn is over, 0 to 1, from its sound at 16 kHz, shape (n,), the quiet after it included."""
        return float(self._session.run(None, {"input_features": log_mel(sound)[None]})[0].ravel()[0])


def log_mel(sound: Samples) -> NDArray[np.float32]:
    """What the model takes: the end of a sound at 16 kHz, shape (n,), as (80, 800), about -1 to 1."""
    heard = np.pad(sound[-HEARD:], (max(0, HEARD - len(sound)), 0)).astype(np.float64)
    level = (heard - heard.mean()) / np.sqrt(heard.var() + 1e-7)
    edged = np.pad(level, FRAME // 2, mode="reflect")
    frames = np.lib.stride_tricks.sliding_window_view(edged, FRAME)[:HEARD:HOP]
    power = np.abs(np.fft.rfft(frames * np.hanning(FRAME + 1)[:-1])) ** 2
    decades = np.log10(np.maximum(power @ _bands(), 1e-10)).T
    return np.asarray((np.maximum(decades, decades.max() - LOUDEST_OVER) + 4) / 4, np.float32)


@cache
def _bands() -> NDArray[np.float64]:
    """Triangles on Slaney's mel scale, each of area 1 in hertz; shape (201, 80)."""
    edges = _hertz(np.linspace(0, _mel(RATE / 2), BANDS + 2))
    lines = np.linspace(0, RATE / 2, FRAME // 2 + 1)[:, None]
    rising = (lines - edges[:-2]) / (edges[1:-1] - edges[:-2])
    falling = (edges[2:] - lines) / (edges[2:] - edges[1:-1])
    heights: NDArray[Any] = np.maximum(0, np.minimum(rising, falling)) * 2 / (edges[2:] - edges[:-2])
    return heights


_BEND, _BEND_MEL, _STEP = 1000.0, 15.0, np.log(6.4) / 27
"""Slaney's scale is a line up to 1 kHz, 15 mel, and from there a logarithm of 27 steps to 6.4 times as high."""


def _mel(hertz: float) -> float:
    """Above the bend."""
    return float(_BEND_MEL + np.log(hertz / _BEND) / _STEP)


def _hertz(mels: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.where(mels < _BEND_MEL, mels * _BEND / _BEND_MEL, _BEND * np.exp(_STEP * (mels - _BEND_MEL)))


def _asset() -> Path:
    """The model file."""
    spec = find_spec("pipecat")
    places = spec.submodule_search_locations if spec else None
    models = [path for place in places or () for path in _models(Path(place))]
    if not models:
        raise EngineMissing("The smart end-of-turn model is missing; it comes with `pip install --no-deps pipecat-ai`.")
    return models[-1]


def _models(package: Path) -> list[Path]:
    return sorted((package / "audio/turn/smart_turn/data").glob("smart-turn-v3*-cpu.onnx"))
