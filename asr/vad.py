"""Voice activity: WebRTC's detector as a cheap gate, Silero as the one that decides.

                    closed: 0.0, Silero sleeps
window ─▶ WebRTC ──┤
                    open:   Silero ─▶ probability
"""

from collections import deque
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import onnxruntime as ort
import webrtcvad

from asr.options import GateOptions
from assistant.audio import RATE, Framer, Samples, to_pcm16
from assistant.errors import EngineMissing

WINDOW = RATE * 32 // 1000  # 512 samples, what Silero was made for
CONTEXT = RATE * 4 // 1000  # 64 samples of the window before, which Silero sees too
GATE_FRAME = RATE // 100  # 160 samples, the shortest that WebRTC's detector takes


class Silero:
    """Silero VAD v6 (MIT), the ONNX model inside the faster-whisper wheel."""

    window = WINDOW

    def __init__(self) -> None:
        """Load the model.

        Raises:
            EngineMissing: faster-whisper is not installed.
        """
        options = ort.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        self._session = ort.InferenceSession(str(_asset()), options, providers=["CPUExecutionProvider"])
        self.reset()

    def reset(self) -> None:
        """Forget what was heard."""
        self._hidden = self._cell = np.zeros((1, 1, 128), np.float32)
        self._context = np.zeros(CONTEXT, np.float32)

    def push(self, window: Samples) -> float:
        """Probability of speech in the next 512 samples at 16 kHz, shape (512,)."""
        samples = np.concatenate((self._context, window))[None]
        probability, self._hidden, self._cell = self._session.run(
            None, {"input": samples, "h": self._hidden, "c": self._cell}
        )
        self._context = window[-CONTEXT:]
        return float(probability.ravel()[0])


class GatedSilero:
    """A `VoiceActivity`: Silero behind WebRTC's detector (Google, BSD; the `webrtcvad-wheels` package)."""

    window = WINDOW

    def __init__(self, options: GateOptions | None = None) -> None:
        self.options = options or GateOptions()
        self._silero = Silero()
        self._gate = webrtcvad.Vad(self.options.aggressiveness)
        self._frames = Framer(GATE_FRAME)
        self._held: deque[Samples] = deque(maxlen=self.options.replay_windows)
        self._open_for = 0

    def push(self, window: Samples) -> float:
        """Probability of speech in the next 512 samples at 16 kHz, shape (512,); 0 while the gate is closed."""
        was_open = self._open_for > 0
        self._open_for -= was_open
        # Every frame is asked, also after a voiced one: the detector adapts to all it hears.
        if any([self._gate.is_speech(to_pcm16(frame), RATE) for frame in self._frames.push(window)]):
            self._open_for = round(self.options.hold_s * RATE / WINDOW)
        if not self._open_for:
            self._held.append(window)
            return 0.0
        if not was_open:
            self._wake()
        return self._silero.push(window)

    def _wake(self) -> None:
        self._silero.reset()
        while self._held:
            self._silero.push(self._held.popleft())


def speech_in(samples: Samples) -> Samples:
    """The probability of speech in each 512 samples of a whole sound at 16 kHz: shape (n,) → (ceil(n / 512),)."""
    silero = Silero()
    padded = np.concatenate((samples, np.zeros(-len(samples) % WINDOW, np.float32)))
    return np.array([silero.push(window) for window in padded.reshape(-1, WINDOW)], np.float32)


def speech_share(samples: Samples, threshold: float = 0.5) -> float:
    """Share of the windows that hold speech, 0 to 1, of a whole sound at 16 kHz, shape (n,)."""
    silero, framer = Silero(), Framer(WINDOW)
    padded = np.concatenate((samples, np.zeros(-len(samples) % WINDOW, np.float32)))
    probabilities = [silero.push(window) for window in framer.push(padded)]
    return float(np.mean([p > threshold for p in probabilities])) if probabilities else 0.0


def _asset() -> Path:
    """The model file; found without importing faster_whisper, which would import its whole runtime."""
    spec = find_spec("faster_whisper")
    folder = Path(spec.origin).parent / "assets" if spec and spec.origin else None
    models = sorted(folder.glob("silero_vad*.onnx")) if folder else []
    if not models:
        raise EngineMissing("The voice activity model is missing; it comes with `pip install faster-whisper`.")
    return models[-1]
