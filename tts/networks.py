"""The three networks of a voice folder, run by onnxruntime.

phones (1, n) ─▶ encoder ─▶ hidden (1, n, d) ──────────────────▶ decoder ─▶ mel (1, T, m) ─▶ vocoder ─▶ samples
                     └────▶ durations, pitch, energy (1, n) ─ edited ─▲ └─▶ f0 (1, T) ─────────▲       (1, T * hop)
"""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime as ort
from numpy.typing import NDArray
from onnxruntime.capi import onnxruntime_pybind11_state as faults

from assistant.audio import Samples
from assistant.cuda import has_driver, preload
from assistant.errors import EngineError, EngineMissing
from tts.cards import MODELS
from tts.durations import Frames
from tts.score import Ids

CPU, CUDA = "CPUExecutionProvider", "CUDAExecutionProvider"
FAULTS = (
    faults.EPFail,
    faults.EngineError,
    faults.Fail,
    faults.InvalidArgument,
    faults.InvalidGraph,
    faults.InvalidProtobuf,
    faults.NoSuchFile,
    faults.NotImplemented,
    faults.RuntimeException,
)
"""What onnxruntime raises; it has no error that they all are."""
QUIET = 3
"""Log level: errors only."""

Values = NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class Encoded:
    """What the encoder makes of n phones."""

    hidden: Values
    """Shape (1, n, d)."""
    durations: Values
    """Frames, real-valued, shape (n,)."""
    pitch: Values
    """Normalized log F0, shape (n,)."""
    energy: Values
    """Normalized, shape (n,)."""


class Networks:
    """The encoder, the decoder and the vocoder, loaded.

    Raises:
        EngineMissing: a file is missing or broken, is not what the layout asks for, or the GPU cannot be used.
    """

    def __init__(self, folder: Path, device: str = "auto", threads: int = 2) -> None:
        self.folder = folder
        self._vocoding = ort.RunOptions()
        providers = _providers(device)
        self._encoder, self._decoder, self._vocoder = (_session(folder / m, providers, threads) for m in MODELS)
        self._check()

    def encode(self, ids: Ids) -> Encoded:
        """The hidden states of the phones, and what they say of how each sounds.

        Raises:
            EngineError: the network fails.
        """
        names = ("hidden", "durations", "pitch", "energy")
        hidden, durations, pitch, energy = self._run(self._encoder, names, {"phones": ids[None]})
        return Encoded(hidden, durations[0], pitch[0], energy[0])

    def sound(self, encoded: Encoded, frames: Frames) -> Samples:
        """The sound of phones that last so many frames each, shape (sum of frames * hop,).

        Raises:
            EngineError: a network fails.
        """
        prosody = {"durations": frames[None], "pitch": encoded.pitch[None], "energy": encoded.energy[None]}
        given = self._outputs(self._decoder)
        made = dict(zip(given, self._run(self._decoder, given, {"hidden": encoded.hidden, **prosody}), strict=True))
        wanted = {i.name: made[i.name] for i in self._vocoder.get_inputs()}
        (samples,) = self._run(self._vocoder, ("samples",), wanted)
        return np.asarray(samples[0], np.float32)

    def spectrum(self, encoded: Encoded, frames: Frames, pitch: Values) -> tuple[Values, Values]:
        """The mel (T, m) of phones that last so many frames each, at a pitch (n,) of normalized log F0, and F0 (T,).

        Raises:
            EngineError: the network fails, or gives no F0: its vocoder cannot be told what to sing.
        """
        if "f0" not in self._outputs(self._decoder):
            raise EngineError(f"The voice in {self.folder} has no melody of its own, so it cannot sing.")
        given = {"durations": frames[None].astype(np.int64), "pitch": pitch[None], "energy": encoded.energy[None]}
        mel, f0 = self._run(self._decoder, ("mel", "f0"), {"hidden": encoded.hidden, **given})
        return np.asarray(mel[0], np.float32), np.asarray(f0[0], np.float32)

    def vocode(self, mel: Values, f0: Values) -> Samples:
        """The sound of a mel (T, m) with pulses at F0 in hertz (T,), 0 where there is no voice: shape (T * hop,).

        Raises:
            EngineError: the network fails, or was stopped.
        """
        running = self._vocoding = ort.RunOptions()
        (samples,) = self._run(self._vocoder, ("samples",), {"mel": mel[None], "f0": f0[None]}, running)
        return np.asarray(samples[0], np.float32)

    @property
    def melodic(self) -> bool:
        """Whether the decoder gives F0, so that the mel can be changed between it and the vocoder."""
        return "f0" in self._outputs(self._decoder)

    def stop(self) -> None:
        """End `vocode`, which another thread is in, before the next layer."""
        self._vocoding.terminate = True

    def _run(
        self,
        session: ort.InferenceSession,
        outputs: Sequence[str],
        inputs: Mapping[str, Any],
        running: ort.RunOptions | None = None,
    ) -> Sequence[Any]:
        try:
            made: Sequence[Any] = session.run(list(outputs), dict(inputs), running)
        except FAULTS as error:
            raise EngineError(f"The voice in {self.folder} failed: {error}.") from error
        return made

    def _outputs(self, session: ort.InferenceSession) -> list[str]:
        return [o.name for o in session.get_outputs() if o.name in ("mel", "f0")]

    def _check(self) -> None:
        """Refuse networks whose inputs and outputs are not those of the layout."""
        made = {o.name for o in self._decoder.get_outputs()}
        wanted = (
            (self._encoder, {"phones"}, {"hidden", "durations", "pitch", "energy"}),
            (self._decoder, {"hidden", "durations", "pitch", "energy"}, {"mel"}),
            (self._vocoder, {"mel", "f0"} & made | {"mel"}, {"samples"}),
        )
        for name, (session, inputs, outputs) in zip(MODELS, wanted, strict=True):
            extra = {i.name for i in session.get_inputs()} - inputs
            lacking = outputs - {o.name for o in session.get_outputs()}
            if extra or lacking:
                what = f"takes {', '.join(sorted(extra))}" if extra else f"does not give {', '.join(sorted(lacking))}"
                raise EngineMissing(f"{self.folder / name} is no part of such a voice: it {what}. Export it again.")


def _session(path: Path, providers: Sequence[str], threads: int) -> ort.InferenceSession:
    options = ort.SessionOptions()
    options.intra_op_num_threads = threads or os.cpu_count() or 1
    options.inter_op_num_threads = 1
    options.log_severity_level = QUIET
    # Threads that spin while they wait take the processor from whoever else has work, and double the cost of a clause.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    if not path.exists():
        raise EngineMissing(
            f"The voice in {path.parent} is not whole: {path.name} is missing. Copy or export it again."
        )
    try:
        return ort.InferenceSession(str(path), options, providers=list(providers))
    except FAULTS as error:
        raise EngineMissing(f"{path} cannot be loaded ({error}). Copy or export it again.") from error


def _providers(device: str) -> list[str]:
    offered = ort.get_available_providers()
    if device == "cuda" and CUDA not in offered:
        raise EngineMissing(
            "This onnxruntime cannot use a GPU; install onnxruntime-gpu instead of onnxruntime, or set "
            "fastspeech2.device=auto."
        )
    if device == "cpu" or CUDA not in offered or (device == "auto" and not has_driver()):
        return [CPU]
    preload()
    return [CUDA, CPU]
