"""openWakeWord's models (Apache-2.0, github.com/dscripka/openWakeWord) by onnxruntime, where a model file is given.

    80 ms of sound ─▶ melspectrogram.onnx ─▶ 8 frames of 32 mels ┐
                            the last 76 frames ◀────────────────┘
                                    └─▶ embedding_model.onnx ─▶ 96 numbers ┐
                                       the last 16 embeddings ◀───────────┘
                                               └─▶ the phrase's .onnx ─▶ probability

The models are read from one folder; none come with Earshot. The phrase is the one the model was trained for.
"""

from collections import deque
from pathlib import Path
from typing import TypeAlias

import numpy as np
import onnxruntime as ort
from numpy.typing import NDArray
from onnxruntime.capi.onnxruntime_pybind11_state import Fail, InvalidArgument, InvalidGraph, InvalidProtobuf

from asr.base import Candidate, Spotted
from asr.options import WakeOptions
from assistant.audio import RATE, Framer, Samples
from assistant.errors import EngineError, EngineMissing, SettingsError

STEP = RATE * 80 // 1000  # 1280 samples between two embeddings
OVERLAP = 3 * RATE // 100  # 480 samples before a step that the first frames of mels reach back to
MEL_FRAMES, MELS = 76, 32
EMBEDDING = 96
FULL_SCALE = 32_768.0
"""The models were trained on PCM16's numbers."""
KEPT_S = 2.0
"""Of sound, for the candidate."""
UNREADABLE = (Fail, InvalidArgument, InvalidGraph, InvalidProtobuf)

Matrix: TypeAlias = NDArray[np.float32]


class OpenWakeWord:
    """A `Spotter`; its networks are small, and run on the loop: a step in about 2 ms."""

    name = "openwakeword"

    def __init__(self, options: WakeOptions, phrase: str = "") -> None:
        """Load the three models.

        Raises:
            SettingsError: no model is named.
            EngineMissing: a file is not there.
            EngineError: a file is no such model.
        """
        if options.model is None:
            raise SettingsError("The engine openwakeword needs a model: set wake.model to the phrase's .onnx file.")
        self.phrase = phrase or options.phrase
        self.threshold = options.model_threshold
        folder = options.model.parent
        self._mel = _session(folder / "melspectrogram.onnx")
        self._embed = _session(folder / "embedding_model.onnx")
        self._phrase = _session(options.model)
        self._count = _wanted_embeddings(self._phrase, options.model)
        self.reset()

    def reset(self) -> None:
        """Forget what was heard."""
        self._framer = Framer(STEP)
        self._before: Samples = np.zeros(OVERLAP, np.float32)
        self._mels: Matrix = np.ones((MEL_FRAMES, MELS), np.float32)
        self._embeddings: deque[Matrix] = deque(maxlen=self._count)
        self._sound: deque[Samples] = deque(maxlen=round(KEPT_S * RATE / STEP))

    def push(self, window: Samples, speech: float) -> Candidate | None:
        """Take the next samples; a candidate where the phrase's model finds it likely."""
        found = None
        for step in self._framer.push(window):
            self._sound.append(step)
            if self._step(step) >= self.threshold:
                found = Candidate(np.concatenate(list(self._sound)))
        return found

    def verify(self, candidate: Candidate) -> Spotted | None:
        """Ask the models again, over the whole of the candidate."""
        score = self.score(candidate.sound)
        seconds = len(candidate.sound) / RATE
        return Spotted(self.phrase, score, seconds) if score >= self.threshold else None

    def score(self, sound: Samples) -> float:
        """Probability of the phrase at the end of a sound, shape (n,)."""
        silent = np.zeros(self._count * STEP + MEL_FRAMES * STEP // 8, np.float32)
        mels = self._mels_of(np.concatenate((silent, sound)))
        ends = range(len(mels) - 8 * (self._count - 1), len(mels) + 1, 8)
        return self._probability([self._embedding(mels[end - MEL_FRAMES : end]) for end in ends])

    def _step(self, step: Samples) -> float:
        """Probability of the phrase after 80 ms more; 0 until there is enough sound."""
        mels = self._mels_of(np.concatenate((self._before, step)))
        self._before = step[-OVERLAP:]
        self._mels = np.concatenate((self._mels, mels))[-MEL_FRAMES:]
        self._embeddings.append(self._embedding(self._mels))
        return self._probability(list(self._embeddings)) if len(self._embeddings) == self._count else 0.0

    def _mels_of(self, samples: Samples) -> Matrix:
        """Frames of 10 ms, shape (frames, 32), scaled as the embedding model was trained."""
        frames = _run(self._mel, np.asarray(samples[None] * FULL_SCALE, np.float32))
        return np.asarray(frames.reshape(-1, MELS) / 10 + 2, np.float32)

    def _embedding(self, mels: Matrix) -> Matrix:
        return _run(self._embed, mels[None, :, :, None]).reshape(EMBEDDING)

    def _probability(self, embeddings: list[Matrix]) -> float:
        return float(_run(self._phrase, np.stack(embeddings)[None]).ravel()[0])


def _session(path: Path) -> ort.InferenceSession:
    if not path.exists():
        raise EngineMissing(
            f"{path} is missing; openWakeWord's models lie in one folder, the phrase's beside the others."
        )
    options = ort.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    try:
        return ort.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    except UNREADABLE as error:
        raise EngineError(f"{path} is no ONNX model; take the .onnx files of openWakeWord's releases.") from error


def _run(session: ort.InferenceSession, given: Matrix) -> Matrix:
    """The first output for the only input."""
    try:
        made: Matrix = session.run(None, {session.get_inputs()[0].name: given})[0]
    except UNREADABLE as error:
        raise EngineError(
            "One of openWakeWord's models takes other input than this; are all from one release?"
        ) from error
    return made


def _wanted_embeddings(session: ort.InferenceSession, path: Path) -> int:
    """How many embeddings the phrase's model looks at, by its input of shape (1, count, 96)."""
    shape = session.get_inputs()[0].shape
    if len(shape) != 3 or not isinstance(shape[1], int) or shape[2] != EMBEDDING:
        raise EngineError(f"{path} is not a phrase's model of openWakeWord: its input is {shape}, not [1, 16, 96].")
    return shape[1]
