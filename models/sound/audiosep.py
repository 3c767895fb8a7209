"""AudioSep: one sound of a mixture, whatever words name it. The words are embedded by the CLAP in its own weights.

    words ─▶ RoBERTa ─▶ projection ─▶ embedding ─┐
    sound at 32 kHz ──────────────────────────▶ ResUNet30 ─▶ that sound

The words are cut into tokens as RoBERTa does; its tables lie beside CLAP's weights, which have to be pulled too.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional
from transformers import RobertaConfig, RobertaModel, RobertaTokenizer

from assistant.audio import Samples
from assistant.errors import EngineError, EngineMissing
from models.brake import Brake
from models.checkpoint import FAULTS, is_whole, unusable
from models.sound.audiosep_network import ResUNet30

WEIGHTS = "pytorch_model.bin"
WORDS = "vocab.json", "merges.txt"
NETWORK, TEXT = "ss_model.", "query_encoder.model."
"""How the names of weights begin: of the network, and of CLAP."""
HEAD = 64
"""Of the width of RoBERTa, to a head."""
TOKENS = 512
"""The most that it reads."""


class AudioSep:
    """A checkpoint; one call at a time, which another thread may stop."""

    rate = 32_000
    """Hertz."""

    def __init__(self, folder: Path, words: Path) -> None:
        """Load it, on the GPU where there is one; `words` is the folder of RoBERTa's tables.

        Raises:
            EngineMissing: a file is missing.
            EngineError: it is no such checkpoint.
        """
        is_whole(folder, (WEIGHTS,))
        if any(not (words / name).is_file() for name in WORDS):
            raise EngineMissing("AudioSep reads words by the tables of CLAP. Get them with: assistant models pull clap")
        self._device = "cuda" if torch.cuda.is_available() else "cpu"
        try:
            self._tokens: Any = RobertaTokenizer.from_pretrained(words)
            stored = torch.load(folder / WEIGHTS, map_location="cpu", weights_only=True)
            self._network = ResUNet30(_below(stored, f"{NETWORK}")).to(self._device).eval()
            self._text = _Text(_below(stored, TEXT)).to(self._device).eval()
        except FAULTS as error:
            raise unusable(folder, "AudioSep") from error
        self._brake = Brake(nn.ModuleList((self._network, self._text)))

    @torch.inference_mode()
    def meaning(self, words: str) -> Tensor:
        """What words mean, (1, embedding).

        Raises:
            EngineError: it was stopped.
        """
        with self._brake:
            given = self._tokens([words], return_tensors="pt", truncation=True, max_length=TOKENS)
            found: Tensor = self._text(given["input_ids"].to(self._device))
        return found

    @torch.inference_mode()
    def __call__(self, sound: Samples, meaning: Tensor) -> Samples:
        """What is meant, of mono float32 (n,) at its rate: (n,).

        Raises:
            EngineError: it was stopped.
        """
        short = max(0, 2 * self.rate // 10 - len(sound))
        padded = functional.pad(torch.from_numpy(sound).to(self._device), (0, short))
        with self._brake:
            found: Samples = self._network(padded[None], meaning)[0].float().cpu().numpy()
        return found[: len(sound)]

    def stop(self) -> None:
        """End the call that runs."""
        self._brake.pull()


class _Text(nn.Module):
    """The half of CLAP that reads."""

    def __init__(self, weights: Mapping[str, Tensor]) -> None:
        super().__init__()
        branch = _below(weights, "text_branch.")
        self.text_branch: Any = RobertaModel(_roberta(branch))
        self.text_branch.load_state_dict(
            {name: branch[name] for name in self.text_branch.state_dict() if name in branch}
        )
        first, second = (weights[f"text_projection.{k}.weight"] for k in (0, 2))
        self.text_projection = nn.Sequential(nn.Linear(*first.T.shape), nn.ReLU(), nn.Linear(*second.T.shape))
        self.text_projection.load_state_dict(_below(weights, "text_projection."))

    def forward(self, tokens: Tensor) -> Tensor:
        """Of (1, tokens): (1, embedding), its length 1."""
        return functional.normalize(self.text_projection(self.text_branch(tokens).pooler_output), dim=-1)


def _roberta(weights: Mapping[str, Tensor]) -> RobertaConfig:
    """The sizes of a RoBERTa, read off its weights."""
    words, places = (weights[f"embeddings.{name}_embeddings.weight"] for name in ("word", "position"))
    layers = {name.split(".")[2] for name in weights if name.startswith("encoder.layer.")}
    return RobertaConfig(
        vocab_size=len(words),
        hidden_size=words.shape[1],
        num_hidden_layers=len(layers),
        num_attention_heads=words.shape[1] // HEAD,
        intermediate_size=len(weights["encoder.layer.0.intermediate.dense.weight"]),
        max_position_embeddings=len(places),
        type_vocab_size=1,
        pad_token_id=1,
        layer_norm_eps=1e-5,
    )


def _below(weights: Mapping[str, Tensor], start: str) -> dict[str, Tensor]:
    """Those whose names begin so, without it.

    Raises:
        EngineError: there are none.
    """
    found = {name.removeprefix(start): one for name, one in weights.items() if name.startswith(start)}
    if not found:
        raise EngineError("These are not the weights of an AudioSep.")
    return found
