"""A checkpoint that translates speech, small enough for tests and yet real: ESPnet's own classes make it.

Files and folders are those of the public MultiDecoder; the weights are random.
"""

import argparse
from pathlib import Path
from typing import Any

import torch
import yaml

SPOKEN = ["<blank>", "<unk>", *"abcdefghijklmnopqrstuvwxyz", "<space>", "<sos/eos>"]
WRITTEN = ["<blank>", "<unk>", *"abcdefghijklmnopqrstuvwxyzäöüß", "<space>", "<sos/eos>"]
SIZE = {"attention_heads": 2, "linear_units": 16, "num_blocks": 1}


def make_checkpoint(folder: Path) -> Path:
    """Write one as the hub packs it."""
    from espnet2.tasks.st import STTask

    torch.manual_seed(1)
    trained = folder / "exp" / "st_train_st_md_conformer_raw_en_de"
    trained.mkdir(parents=True)
    config = vars(STTask.get_parser().parse_args(["--output_dir", str(trained.relative_to(folder))])) | _model()
    model = STTask.build_model(argparse.Namespace(**config))
    torch.save(model.state_dict(), trained / "valid.acc.ave_10best.pth")
    (trained / "config.yaml").write_text(yaml.safe_dump(config), encoding="utf-8")
    named = {"files": {"st_model_file": f"exp/{trained.name}/valid.acc.ave_10best.pth"}}
    named["yaml_files"] = {"st_train_config": f"exp/{trained.name}/config.yaml"}
    (folder / "meta.yaml").write_text(yaml.safe_dump(named), encoding="utf-8")
    return folder


def _model() -> dict[str, Any]:
    """As the recipe of MuST-C has it, but smaller, and with letters in the place of pieces of words."""
    conformer = {**SIZE, "output_size": 16, "macaron_style": True, "rel_pos_type": "latest", "use_cnn_module": True}
    conformer |= {"pos_enc_layer_type": "rel_pos", "selfattention_layer_type": "rel_selfattn", "cnn_module_kernel": 3}
    return {
        **{"token_list": WRITTEN, "token_type": "char", "src_token_list": SPOKEN, "src_token_type": "char"},
        **{"frontend": "default", "frontend_conf": {"fs": "16k", "n_fft": 400, "hop_length": 160}},
        **{"specaug": None, "normalize": "utterance_mvn", "normalize_conf": {}},
        **{"encoder": "conformer", "encoder_conf": {**conformer, "input_layer": "conv2d"}},
        **{"md_encoder": "conformer", "md_encoder_conf": {**conformer, "input_layer": None}},
        **{"decoder": "transformer_md", "decoder_conf": SIZE},
        **{"extra_asr_decoder": "transformer", "extra_asr_decoder_conf": SIZE},
        "model_conf": {"asr_weight": 0.3, "mt_weight": 0.0, "mtlalpha": 0.3, "report_bleu": False},
    }
