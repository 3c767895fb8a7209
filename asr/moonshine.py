"""Moonshine tiny (Jeffries et al. 2024, arXiv 2410.15608), the embedded recognizer: English, 27 M parameters.

The weights come inside the `moonshine-voice` wheel (MIT). They are run by onnxruntime rather than by the wheel's own
library, because that shows the probability of every token: confidence for the filter of hallucinations, and how
surely the sentence is finished for the end of turn.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime as ort
from numpy.typing import NDArray

from asr.base import Transcript
from asr.options import MoonshineOptions
from asr.pieces import pieces
from assistant.audio import RATE, Samples
from assistant.errors import EngineMissing

BOS, EOS = 1, 2
HEADS, HEAD_SIZE = 8, 36
MIN_SAMPLES = RATE // 2
"""The encoder's convolutions want half a second; shorter sound is followed by silence."""
FRAME = 384
"""Samples to one frame of the encoder, 24 ms. The decoder's attention mask is counted in samples."""
TOKENS_PER_S = 6.5
"""The paper's bound on decoding, which ends the model's rare endless loops."""
LONGEST = 24 * RATE
"""Samples decoded at once; the model was trained on stretches of up to half a minute."""
SEARCH = 8 * RATE
"""Within this much before `LONGEST`, the quietest place to cut is looked for."""


@dataclass(frozen=True, slots=True)
class _Decoded:
    tokens: list[int]
    log_probs: list[float]
    finished: float


class Moonshine:
    """A `Recognizer`."""

    name = "moonshine"
    rate = RATE

    def __init__(self, options: MoonshineOptions | None = None) -> None:
        """Load the model.

        Raises:
            EngineMissing: the wheel is not installed, or has no weights in it.
        """
        options = options or MoonshineOptions()
        assets = _assets()
        self._encoder = _session(assets / "encoder_model.ort", options.threads)
        self._decoder = _session(assets / "decoder_model_merged.ort", options.threads)
        self._vocabulary = list(_read_tokens((assets / "tokenizer.bin").read_bytes()))
        self._closing = [i for i, t in enumerate(self._vocabulary) if t.strip("▁".encode()) in (b".", b"?", b"!")]
        self._outputs = [o.name for o in self._decoder.get_outputs()][1:]
        self._past = [i.name for i in self._decoder.get_inputs() if i.name.startswith("past")]

    def transcribe(self, samples: Samples) -> Transcript:
        """Recognize English speech, mono float32 at 16 kHz, shape (n,), of any length."""
        parts = [self._decode(self._encode(piece)) for piece in pieces(samples, LONGEST, SEARCH)]
        log_probs = [p for part in parts for p in part.log_probs]
        return Transcript(
            text=" ".join(filter(None, (self._spell(part.tokens) for part in parts))),
            log_prob=float(np.mean(log_probs)) if log_probs else 0.0,
            finished=parts[-1].finished if parts else 0.5,
            tokens=len(log_probs),
        )

    def _encode(self, samples: Samples) -> NDArray[np.float32]:
        """Hidden states, shape (1, frames, 288)."""
        padded = np.pad(samples, (0, max(0, MIN_SAMPLES - len(samples))))[None]
        hidden: NDArray[np.float32] = self._encoder.run(
            None, {"input_values": padded, "attention_mask": np.ones(padded.shape, np.int64)}
        )[0]
        return hidden

    def _decode(self, hidden: NDArray[np.float32]) -> _Decoded:
        """Greedy decoding with cached attention."""
        frames = hidden.shape[1]
        feed: dict[str, Any] = {
            "encoder_hidden_states": hidden,
            "encoder_attention_mask": np.ones((1, frames * FRAME), np.int64),
            **{name: np.zeros((1, HEADS, 0, HEAD_SIZE), np.float32) for name in self._past},
        }
        tokens, log_probs, closing = [BOS], list[float](), [0.0]
        for step in range(int(frames * FRAME / RATE * TOKENS_PER_S) + 6):
            feed |= {"input_ids": np.array([tokens[-1:]], np.int64), "use_cache_branch": np.array([step > 0])}
            logits, *present = self._decoder.run(None, feed)
            probabilities = _softmax(logits[0, -1])
            tokens.append(int(probabilities.argmax()))
            log_probs.append(float(np.log(probabilities[tokens[-1]])))
            closing.append(float(probabilities[self._closing].sum()))
            if tokens[-1] == EOS:
                break
            feed |= {
                name.replace("present", "past_key_values"): value
                for name, value in zip(self._outputs, present, strict=True)
                if step == 0 or ".decoder." in name  # the encoder's part is made once, at the first step
            }
        return _Decoded([t for t in tokens if t not in (BOS, EOS)], log_probs, max(closing[-2:]))

    def _spell(self, tokens: list[int]) -> str:
        data = b"".join(_byte(self._vocabulary[t]) for t in tokens)
        return data.decode(errors="ignore").replace("▁", " ").strip()


def _assets() -> Path:
    """Where the wheel keeps its model; found without importing the package, which would import its whole API."""
    spec = find_spec("moonshine_voice")
    folder = Path(spec.origin).parent / "assets" / "tiny-en" if spec and spec.origin else None
    if folder is None or not (folder / "encoder_model.ort").exists():
        raise EngineMissing(
            "The moonshine recognizer's weights are missing; they come with `pip install moonshine-voice==0.0.73`."
        )
    return folder


def _session(path: Path, threads: int) -> ort.InferenceSession:
    options = ort.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")  # idle threads should sleep
    return ort.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


def _read_tokens(data: bytes) -> Iterator[bytes]:
    """`tokenizer.bin`: each token is its length (one byte; two, low seven bits first, from 128 on) and its bytes."""
    i = 0
    while i < len(data):
        length, i = data[i], i + 1
        if length >= 128:
            length, i = length - 128 + data[i] * 128, i + 1
        yield data[i : i + length]
        i += length


def _byte(token: bytes) -> bytes:
    """A token such as `<0xE2>` stands for one byte of UTF-8."""
    match = re.fullmatch(rb"<0x([0-9A-F]{2})>", token)
    return bytes([int(match[1], 16)]) if match else token


def _softmax(logits: NDArray[np.float32]) -> NDArray[np.float32]:
    exponents = np.exp(logits - logits.max())
    return np.asarray(exponents / exponents.sum(), np.float32)
