"""A speech-to-text checkpoint, small enough for tests and yet real: transformers' own class, in the public ones' files.

It is trained here, for some seconds, to write a sentence for a sound that rises and another for one that falls.
"""

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from transformers import Speech2TextConfig, Speech2TextFeatureExtractor, Speech2TextForConditionalGeneration

from assistant.audio import RATE, Samples

SENTENCES = {"rising": "Hola mundo.", "falling": "¿Qué tal estás?"}
PIECES = ("<s>", "<pad>", "</s>", "<unk>", "▁Hola", "▁mun", "do", ".", "▁¿", "Qué", "▁tal", "▁est", "ás", "?")
SPELLED = {"rising": "▁Hola ▁mun do .", "falling": "▁¿ Qué ▁tal ▁est ás ?"}
STEPS = 60


def sound(kind: str, seconds: float = 1.0, rate: int = RATE, seed: int = 0) -> Samples:
    """A tone that rises or falls, in a little noise, shape (n,)."""
    size = round(seconds * rate)
    hertz = np.linspace(300, 2400, size) if kind == "rising" else np.linspace(2400, 300, size)
    noise = np.random.default_rng(seed).standard_normal(size)
    return np.asarray(0.3 * np.sin(2 * np.pi * np.cumsum(hertz) / rate) + 0.003 * noise, np.float32)


def make_checkpoint(folder: Path) -> Path:
    """Train it and write it."""
    torch.manual_seed(0)
    folder.mkdir(parents=True)
    extractor = Speech2TextFeatureExtractor()
    model = Speech2TextForConditionalGeneration(_config())
    _train(model, extractor)
    torch.save(model.state_dict(), folder / "pytorch_model.bin")
    told = {**json.loads(_config().to_json_string(use_diff=False)), "num_beams": 2, "max_length": 20}
    (folder / "config.json").write_text(json.dumps(told))
    (folder / "preprocessor_config.json").write_text(extractor.to_json_string())
    (folder / "vocab.json").write_text(json.dumps({piece: k for k, piece in enumerate(PIECES)}))
    return folder


def _config() -> Speech2TextConfig:
    size = {"d_model": 32, "encoder_ffn_dim": 32, "decoder_ffn_dim": 32, "conv_channels": 32}
    layers = {"encoder_layers": 1, "decoder_layers": 1, "encoder_attention_heads": 2, "decoder_attention_heads": 2}
    ids = {"bos_token_id": 0, "pad_token_id": 1, "eos_token_id": 2, "decoder_start_token_id": 2}
    return Speech2TextConfig(vocab_size=len(PIECES), max_target_positions=24, dropout=0.0, **size, **layers, **ids)


def _train(model: Speech2TextForConditionalGeneration, extractor: Speech2TextFeatureExtractor) -> None:
    optimizer = torch.optim.Adam(model.parameters(), lr=5e-3)
    targets = {kind: [*_ids(spelled.split()), 2] for kind, spelled in SPELLED.items()}
    model.train()
    for step in range(STEPS):
        kind = ("rising", "falling")[step % 2]
        given = extractor(sound(kind, 0.8 + 0.1 * (step % 5), seed=step), sampling_rate=RATE, return_tensors="pt")
        loss = model(input_features=given["input_features"], labels=torch.tensor([targets[kind]])).loss
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()


def _ids(pieces: Sequence[str]) -> list[int]:
    return [PIECES.index(piece) for piece in pieces]
