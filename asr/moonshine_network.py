"""Moonshine's two networks by onnxruntime, and its vocabulary: from sound to the probability of the next token.

    sound ─▶ encoder ─▶ hidden ─▶ Decoding ──after(tokens)──▶ log-probabilities, and the Decoding that has said them

A `Decoding` never changes, so one point may be gone on from in several ways: greedily to recognize, along a phrase to
ask how likely it is.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import onnxruntime as ort
from numpy.typing import NDArray

from asr.options import MoonshineOptions
from assistant.audio import RATE, Samples
from assistant.errors import EngineMissing

BOS, EOS = 1, 2
HEADS, HEAD_SIZE = 8, 36
MIN_SAMPLES = RATE // 2
"""The encoder's convolutions want half a second; shorter sound is followed by silence."""
FRAME = 384
"""Samples to one frame of the encoder, 24 ms. The decoder's attention mask is counted in samples."""
SPACE = "▁"

Matrix: TypeAlias = NDArray[np.float32]


class Network:
    """The model of the wheel, loaded once; may be used by several threads at once."""

    def __init__(self, options: MoonshineOptions | None = None) -> None:
        """Load it.

        Raises:
            EngineMissing: the wheel is not installed, or has no weights in it.
        """
        options = options or MoonshineOptions()
        assets = _assets()
        self.encoder = _session(assets / "encoder_model.ort", options.threads)
        self.decoder = _session(assets / "decoder_model_merged.ort", options.threads)
        self.outputs = [o.name for o in self.decoder.get_outputs()][1:]
        self.past = [i.name for i in self.decoder.get_inputs() if i.name.startswith("past")]
        self.vocabulary = list(_read_tokens((assets / "tokenizer.bin").read_bytes()))
        self.closing = [i for i, t in enumerate(self.vocabulary) if t.strip(SPACE.encode()) in (b".", b"?", b"!")]
        self._ids = {token: i for i, token in enumerate(self.vocabulary)}

    def encode(self, samples: Samples) -> Matrix:
        """Hidden states of mono float32 at 16 kHz, shape (n,): shape (1, frames, 288)."""
        padded = np.pad(samples, (0, max(0, MIN_SAMPLES - len(samples))))[None]
        feed = {"input_values": padded, "attention_mask": np.ones(padded.shape, np.int64)}
        hidden: Matrix = self.encoder.run(None, feed)[0]
        return hidden

    def begin(self, samples: Samples) -> "Decoding":
        """Decoding of a sound, nothing said yet."""
        hidden = self.encode(samples)
        feed: dict[str, Any] = {
            "encoder_hidden_states": hidden,
            "encoder_attention_mask": np.ones((1, hidden.shape[1] * FRAME), np.int64),
            **{name: np.zeros((1, HEADS, 0, HEAD_SIZE), np.float32) for name in self.past},
        }
        return Decoding(self, feed, 0)

    def tokens(self, text: str) -> list[int]:
        """Byte-pair encoding of a text, the lowest id merged first (sentencepiece); a word begins with a space."""
        parts = [piece for c in SPACE + text.replace(" ", SPACE) for piece in self._pieces(c)]
        while pairs := [
            (self._ids[a + b], i) for i, (a, b) in enumerate(zip(parts, parts[1:], strict=False)) if a + b in self._ids
        ]:
            i = min(pairs)[1]
            parts[i : i + 2] = [parts[i] + parts[i + 1]]
        return [self._ids[part] for part in parts]

    def _pieces(self, character: str) -> list[bytes]:
        data = character.encode()
        return [data] if data in self._ids else [b"<0x%02X>" % byte for byte in data]

    def text(self, tokens: Sequence[int]) -> str:
        """The text of tokens."""
        data = b"".join(_byte(self.vocabulary[t]) for t in tokens if t not in (BOS, EOS))
        return data.decode(errors="ignore").replace(SPACE, " ").strip()


@dataclass(frozen=True, slots=True)
class Decoding:
    """A point in the decoding of one sound."""

    network: Network
    feed: dict[str, Any]
    """What the decoder takes besides the next tokens: the sound, and the cached attention to what was said."""
    said: int
    """How many tokens were said, the one that begins a text among them."""

    @property
    def seconds(self) -> float:
        """Duration of the sound."""
        return int(self.feed["encoder_hidden_states"].shape[1]) * FRAME / RATE

    def after(self, tokens: Sequence[int]) -> tuple[Matrix, "Decoding"]:
        """log P(next token) after each of `tokens`, shape (len(tokens), vocabulary); the point after all of them."""
        ids = {"input_ids": np.array([tokens], np.int64), "use_cache_branch": np.array([self.said > 0])}
        logits, *present = self.network.decoder.run(None, self.feed | ids)
        kept = {
            name.replace("present", "past_key_values"): value
            for name, value in zip(self.network.outputs, present, strict=True)
            if not self.said or ".decoder." in name  # the encoder's part is made once, at the first step
        }
        return _log_softmax(logits[0]), Decoding(self.network, self.feed | kept, self.said + len(tokens))


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


def _log_softmax(logits: Matrix) -> Matrix:
    shifted = logits - logits.max(-1, keepdims=True)
    return np.asarray(shifted - np.log(np.exp(shifted).sum(-1, keepdims=True)), np.float32)
