"""An AudioSep, small enough for tests, in the names and shapes of the public one; the weights are random."""

import json
from pathlib import Path

import torch
from torch import Tensor
from transformers import RobertaConfig, RobertaModel

WIDTHS = (4, 4, 8, 8, 12, 12)
"""Those of the public one are 32, 64, 128, 256, 384 and 384."""
BINS, CONDITION, HIDDEN = 129, 16, 64
"""The public one has 1025 bins, embeddings of 512, and a RoBERTa of 768."""
NET = "ss_model.base."


def make_checkpoint(folder: Path) -> Path:
    """Write it, and RoBERTa's tables beside it, as those of CLAP lie."""
    torch.manual_seed(0)
    folder.mkdir(parents=True)
    torch.save(make_weights(), folder / "pytorch_model.bin")
    words = folder.with_name("clap")
    words.mkdir()
    pieces = ["<s>", "<pad>", "</s>", "<unk>", "<mask>", "Ġ", *"abcdefghijklmnopqrstuvwxyz"]
    (words / "vocab.json").write_text(json.dumps({piece: k for k, piece in enumerate(pieces)}))
    (words / "merges.txt").write_text("#version: 0.2\n")
    return folder


def make_weights() -> dict[str, Tensor]:
    """All of it by name."""
    made = {f"{NET}stft.conv_real.weight": torch.zeros(BINS, 1, 256)}  # stored, and computed anew
    _norm(made, "bn0", BINS)
    _conv(made, "pre_conv", (WIDTHS[0], 1, 1, 1), bias=True)
    for k, (into, out) in enumerate(zip((WIDTHS[0], *WIDTHS), WIDTHS, strict=False), 1):
        _residual(made, f"encoder_block{k}.conv_block1", into, out)
    _residual(made, "conv_block7a.conv_block1", WIDTHS[-1], WIDTHS[-1])
    back = WIDTHS[::-1]
    for k, (into, out) in enumerate(zip((back[0], *back), back, strict=False), 1):
        name = f"decoder_block{k}"
        _norm(made, f"{name}.bn1", into, name.replace(".", "->") + "->beta1")
        _norm(made, f"{name}.bn2", into, name.replace(".", "->") + "->beta2")
        _conv(made, f"{name}.conv1", (into, out, 1 if k == 1 else 2, 2))
        _residual(made, f"{name}.conv_block2", 2 * out, out)
    _conv(made, "after_conv", (3, WIDTHS[0], 1, 1), bias=True)
    return made | _text()


def _text() -> dict[str, Tensor]:
    config = RobertaConfig(
        **{"vocab_size": 40, "hidden_size": HIDDEN, "num_hidden_layers": 1, "num_attention_heads": 1},
        **{"intermediate_size": 32, "max_position_embeddings": 514, "type_vocab_size": 1, "layer_norm_eps": 1e-5},
    )
    start = "query_encoder.model."
    made = {f"{start}text_branch.{name}": one for name, one in RobertaModel(config).state_dict().items()}
    for k, into in ((0, HIDDEN), (2, CONDITION)):
        made[f"{start}text_projection.{k}.weight"] = torch.randn(CONDITION, into) / into**0.5
        made[f"{start}text_projection.{k}.bias"] = 0.1 * torch.randn(CONDITION)
    return made


def _residual(made: dict[str, Tensor], name: str, into: int, out: int) -> None:
    path = name.replace(".", "->")
    _norm(made, f"{name}.bn1", into, f"{path}->beta1")
    _norm(made, f"{name}.bn2", out, f"{path}->beta2")
    _conv(made, f"{name}.conv1", (out, into, 3, 3))
    _conv(made, f"{name}.conv2", (out, out, 3, 3))
    if into != out:
        _conv(made, f"{name}.shortcut", (out, into, 1, 1), bias=True)


def _norm(made: dict[str, Tensor], name: str, size: int, film: str = "") -> None:
    made[f"{NET}{name}.weight"], made[f"{NET}{name}.bias"] = 1 + 0.1 * torch.randn(size), 0.1 * torch.randn(size)
    made[f"{NET}{name}.running_mean"], made[f"{NET}{name}.running_var"] = torch.randn(size) / 9, 0.5 + torch.rand(size)
    made[f"{NET}{name}.num_batches_tracked"] = torch.tensor(9)
    if film:
        made[f"ss_model.film.{film}.weight"] = torch.randn(size, CONDITION) / 4
        made[f"ss_model.film.{film}.bias"] = torch.randn(size) / 9


def _conv(made: dict[str, Tensor], name: str, shape: tuple[int, ...], *, bias: bool = False) -> None:
    made[f"{NET}{name}.weight"] = torch.randn(shape) / (shape[1] * shape[2] * shape[3]) ** 0.5
    if bias:
        made[f"{NET}{name}.bias"] = 0.1 * torch.randn(shape[0])
