"""SepFormers, small enough for tests and yet real: SpeechBrain's own classes, in the files of the public ones.

The weights are random.
"""

from pathlib import Path

import torch
from hyperpyyaml import load_hyperpyyaml

HYPERPARAMS = """\
sample_rate: {rate}
num_spks: {voices}
Encoder: !new:speechbrain.lobes.models.dual_path.Encoder
  kernel_size: 16
  out_channels: 16
SBtfintra: !new:speechbrain.lobes.models.dual_path.SBTransformerBlock
  num_layers: 1
  d_model: 16
  nhead: 2
  d_ffn: 16
  dropout: 0
  use_positional_encoding: true
  norm_before: true
SBtfinter: !new:speechbrain.lobes.models.dual_path.SBTransformerBlock
  num_layers: 1
  d_model: 16
  nhead: 2
  d_ffn: 16
  dropout: 0
  use_positional_encoding: true
  norm_before: true
MaskNet: !new:speechbrain.lobes.models.dual_path.Dual_Path_Model
  num_spks: !ref <num_spks>
  in_channels: 16
  out_channels: 16
  num_layers: 1
  K: 50
  intra_model: !ref <SBtfintra>
  inter_model: !ref <SBtfinter>
  norm: ln
  linear_layer_after_inter_intra: false
  skip_around_intra: true
Decoder: !new:speechbrain.lobes.models.dual_path.Decoder
  in_channels: 16
  out_channels: 1
  kernel_size: 16
  stride: 8
  bias: false
modules:
  encoder: !ref <Encoder>
  decoder: !ref <Decoder>
  masknet: !ref <MaskNet>
pretrainer: !new:speechbrain.utils.parameter_transfer.Pretrainer
  loadables:
    masknet: !ref <MaskNet>
    encoder: !ref <Encoder>
    decoder: !ref <Decoder>
"""


def make_checkpoint(folder: Path, rate: int, voices: int = 2) -> Path:
    """Write one that gives so many voices, and was trained at a rate in hertz."""
    torch.manual_seed(1)
    folder.mkdir(parents=True)
    written = HYPERPARAMS.format(rate=rate, voices=voices)
    (folder / "hyperparams.yaml").write_text(written, encoding="utf-8")
    for name, part in load_hyperpyyaml(written)["modules"].items():
        torch.save(part.state_dict(), folder / f"{name}.ckpt")
    return folder
