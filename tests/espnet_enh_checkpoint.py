"""Checkpoints that enhance or separate speech, small enough for tests and yet real: ESPnet's own classes make them.

Files and folders are those of the public ones; the weights are random.
"""

import argparse
from pathlib import Path
from typing import Any

import torch
import yaml

CONV = {"encoder": "conv", "decoder": "conv", "encoder_conf": {"channel": 16, "kernel_size": 20, "stride": 10}}
SEPARATORS: dict[str, dict[str, Any]] = {
    "tcn": {
        **CONV,
        "decoder_conf": CONV["encoder_conf"],
        "separator": "tcn",
        "separator_conf": {"num_spk": 1, "layer": 2, "stack": 1, "bottleneck_dim": 8, "hidden_dim": 16, "kernel": 3},
    },
    "skim": {
        **CONV,
        "decoder_conf": CONV["encoder_conf"],
        "separator": "skim",
        "separator_conf": {"causal": False, "num_spk": 2, "layer": 1, "unit": 8, "segment_size": 50},
    },
    "tfgridnet": {
        "encoder": "same",
        "decoder": "same",
        "separator": "tfgridnet",
        "separator_conf": {
            **{"n_srcs": 2, "n_fft": 64, "stride": 32, "n_layers": 1, "lstm_hidden_units": 8, "attn_n_head": 1},
            **{"attn_approx_qk_dim": 16, "emb_dim": 4, "emb_ks": 4, "emb_hs": 4},
        },
    },
}
"""As the recipes of CHiME-4 and WSJ0-2mix have them, but smaller."""


def make_checkpoint(folder: Path, kind: str, kilohertz: int) -> Path:
    """Write one as the hub packs it, with the name of a link in the place of the best weights, as CHiME-4's has it."""
    from espnet2.tasks.enh import EnhancementTask

    torch.manual_seed(1)
    trained = folder / "exp" / f"enh_train_{kind}_raw"
    trained.mkdir(parents=True)
    config = vars(EnhancementTask.get_parser().parse_args(["--output_dir", str(trained.relative_to(folder))]))
    shapes = [f"exp/enh_stats_{kilohertz}k/train/speech_mix_shape"]
    config |= {**SEPARATORS[kind], "train_shape_file": shapes, "criterions": [_criterion()], "model_conf": {}}
    model = EnhancementTask.build_model(argparse.Namespace(**config))
    torch.save(model.state_dict(), trained / "5epoch.pth")
    (trained / "valid.loss.best.pth").write_text("5epoch.pth")
    (trained / "config.yaml").write_text(yaml.safe_dump(config), encoding="utf-8")
    named = {"files": {"model_file": f"exp/{trained.name}/5epoch.pth"}}
    named["yaml_files"] = {"train_config": f"exp/{trained.name}/config.yaml"}
    (folder / "meta.yaml").write_text(yaml.safe_dump(named), encoding="utf-8")
    return folder


def _criterion() -> dict[str, Any]:
    return {"name": "si_snr", "conf": {}, "wrapper": "fixed_order", "wrapper_conf": {"weight": 1.0}}
