"""Checkpoints that sing, small enough for tests and yet real: ESPnet's own classes make them.

Files and folders are those of the public VISinger of Opencpop; the weights are random.
"""

import argparse
from pathlib import Path
from typing import Any

RATE, HOP = 16_000, 256
FINALS = (
    "a ai an ang ao e ei en eng er i ia ian iang iao ie in ing iong iu o ong ou u ua uai uan uang ui un uo v van ve vn"
)
TOKENS = ("<blank>", "<unk>", "SP", "AP", *"bpmfdtnlgkhjqxrzcsyw", "zh", "ch", "sh", *FINALS.split(), "<sos/eos>")


def make_checkpoint(folder: Path, kind: str = "visinger") -> Path:
    """Write one as the hub packs it: "visinger" or "visinger2"."""
    import torch
    import yaml
    from espnet2.tasks.gan_svs import GANSVSTask

    torch.manual_seed(1)
    trained = folder / "exp" / f"svs_{kind}_normal"
    trained.mkdir(parents=True)
    config = vars(GANSVSTask.get_parser().parse_args(["--output_dir", str(trained.relative_to(folder))]))
    config |= _model(kind)
    model = GANSVSTask.build_model(argparse.Namespace(**config))
    torch.save(model.state_dict(), trained / "500epoch.pth")
    (trained / "config.yaml").write_text(yaml.safe_dump(config), encoding="utf-8")
    named = {"files": {"model_file": f"exp/{trained.name}/500epoch.pth"}}
    named["yaml_files"] = {"train_config": f"exp/{trained.name}/config.yaml"}
    (folder / "meta.yaml").write_text(yaml.safe_dump(named), encoding="utf-8")
    return folder


def _model(kind: str) -> dict[str, Any]:
    """As the recipe of Opencpop has it, but smaller and at a lower rate."""
    sound = {"fs": RATE, "n_fft": 1024, "win_length": 1024, "hop_length": HOP}
    return {
        **{"token_list": list(TOKENS), "token_type": "phn", "fs": RATE, "cleaner": None, "g2p": None},
        **{"feats_extract": "fbank", "feats_extract_conf": {**sound, "n_mels": 80, "fmin": 0, "fmax": RATE // 2}},
        **{"score_feats_extract": "syllable_score_feats", "score_feats_extract_conf": sound},
        **{"normalize": None, "normalize_conf": {}, "pitch_extract": None, "ying_extract": None},
        **{"energy_extract": None, "pitch_normalize": None, "energy_normalize": None, "model_conf": {}},
        **{"svs": "vits", "svs_conf": _singer(kind, sound), "input_size": None, "postfrontend": None},
    }


def _singer(kind: str, sound: dict[str, int]) -> dict[str, Any]:
    generator = {
        **{"hidden_channels": 16, "spks": -1, "global_channels": -1, "segment_size": 8, "flow_flows": -1},
        **{"text_encoder_blocks": 1, "text_encoder_positionwise_conv_kernel_size": 3, "decoder_channels": 32},
        **{"text_encoder_conformer_kernel_size": -1, "use_conformer_conv_in_text_encoder": False},
        **{"decoder_upsample_scales": [8, 8, 2, 2], "decoder_upsample_kernel_sizes": [16, 16, 4, 4]},
        **{"posterior_encoder_layers": 1, "posterior_encoder_kernel_size": 3, "use_phoneme_predictor": False},
    }
    return {
        **{"generator_type": kind, "vocoder_generator_type": "hifigan", "generator_params": generator},
        **{"discriminator_type": "hifigan_multi_period_discriminator", "discriminator_params": {"periods": [2]}},
        **{"mel_loss_params": {**sound, "n_mels": 80}, "sampling_rate": RATE},
    }
