"""Checkpoints of ESPnet's, small enough for tests and yet real: its own classes, configs and files, random weights.

They make noise. What can be measured of it is when: every token lasts `FRAMES` frames, so that a word of four phones
lasts four times as long. The dictionaries that its phonemizer takes from NLTK are made here too, a few words large.
"""

import argparse
import json
import math
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import torch
import yaml
from nltk.tag.perceptron import PerceptronTagger

RATE, HOP, MELS = 16_000, 64, 20
"""Hertz, samples in a frame, bands."""
FRAMES = 6
"""Frames that each token lasts at normal speed."""
LOG_F0 = (5.2, 0.25)
"""Mean and deviation of the pitch that the checkpoint claims to have been trained on."""
CMUDICT = {
    "good": "G UH1 D",
    "morning": "M AO1 R N IH0 NG",
    "hello": "HH AH0 L OW1",
    "world": "W ER1 L D",
    "yes": "Y EH1 S",
    "a": "AH0",
    "cat": "K AE1 T",
    "i": "AY1",
    "refuse": "R IH0 F Y UW1 Z",
    "the": "DH AH0",
    "ten": "T EH1 N",
    "thirty": "TH ER1 T IY0",
}
"""Words of CMU's dictionary."""
TAGGED = [
    [("i", "PRP"), ("refuse", "VB"), ("the", "DT"), ("refuse", "NN")],
    [("refuse", "VB"), ("a", "DT"), ("cat", "NN")],
]
"""What the tagger is trained on; nouns and verbs sound differently: "I refuse the refuse"."""
VOWELS = ("AA", "AE", "AH", "AO", "AW", "AY", "EH", "ER", "EY", "IH", "IY", "OW", "OY", "UH", "UW")
CONSONANTS = (*"BDFGKLMNPRSTVWYZ", "CH", "DH", "HH", "JH", "NG", "SH", "TH", "ZH")
MARKS = (",", ".", "?", "!", "'")
PHONES = ("<blank>", "<unk>", *CONSONANTS, *(f"{v}{s}" for v in VOWELS for s in "012"), *MARKS, "<sos/eos>")
LETTERS = ("<blank>", "<unk>", "<space>", *"ABCDEFGHIJKLMNOPQRSTUVWXYZ", *MARKS, "<sos/eos>")


@dataclass(frozen=True, slots=True)
class Shape:
    """Which of ESPnet's variants is made."""

    encoder: str = "conformer"
    """Or transformer, for both halves."""
    positions: str = "latest"
    """How a conformer sees distances; or legacy."""
    letters: bool = False
    """Reads letters instead of phones."""
    joint: bool = False
    """With its vocoder in it."""
    speakers: int | None = None


def make_checkpoint(folder: Path, shape: Shape | None = None) -> Path:
    """Write a checkpoint as training leaves it and the hub packs it: `folder`, ready to be loaded."""
    from espnet2.tasks.gan_tts import GANTTSTask
    from espnet2.tasks.tts import TTSTask

    shape = shape or Shape()
    torch.manual_seed(1)
    trained = folder / "exp" / "tts_train_tiny"
    trained.mkdir(parents=True)
    _write_statistics(folder / "exp" / "tts_stats" / "train")
    task = GANTTSTask if shape.joint else TTSTask
    config = vars(task.get_parser().parse_args(["--output_dir", "exp/tts_train_tiny"])) | _config(shape)
    here = _resolved(config, folder)
    model = TTSTask.build_model(argparse.Namespace(**here))
    _settle(model.tts.generator["text2mel"] if shape.joint else model.tts)
    if shape.joint:
        enliven(model.tts.generator["vocoder"])
    torch.save(model.state_dict(), trained / "train.loss.ave_5best.pth")
    (trained / "config.yaml").write_text(yaml.safe_dump(config), encoding="utf-8")
    (folder / "README.md").write_text("---\nlanguage: en\nlicense: cc-by-4.0\n---\nA test.\n", encoding="utf-8")
    return folder


def make_vocoder(folder: Path, hop: int = HOP) -> Path:
    """Write a HiFi-GAN as the Parallel WaveGAN project does: its file of weights."""
    from espnet2.gan_tts.hifigan import HiFiGANGenerator

    torch.manual_seed(2)
    folder.mkdir(parents=True)
    parameters = _generator(hop)
    generator = HiFiGANGenerator(**parameters)
    enliven(generator)
    config = {"sampling_rate": RATE, "hop_size": hop, "num_mels": MELS, "format": "hdf5", "version": "0.5.5"}
    config |= {"generator_type": "HiFiGANGenerator", "generator_params": {**parameters, "use_causal_conv": False}}
    (folder / "config.yml").write_text(yaml.safe_dump(config), encoding="utf-8")
    with h5py.File(folder / "stats.h5", "w") as file:
        file["mean"], file["scale"] = np.linspace(-1.2, -0.8, MELS), np.linspace(0.4, 0.6, MELS)
    path = folder / "checkpoint-2500000steps.pkl"
    torch.save({"model": {"generator": generator.state_dict()}, "steps": 2_500_000}, path)
    return path


def make_nltk_data(folder: Path) -> Path:
    """Write what ESPnet's English phonemizer looks up in NLTK's data, packed as NLTK's downloader leaves it."""
    lines = [f"{word.upper()} 1 {phones}" for word, phones in CMUDICT.items()]
    corpora, taggers = folder / "corpora" / "cmudict", folder / "taggers" / "averaged_perceptron_tagger_eng"
    corpora.mkdir(parents=True)
    taggers.mkdir(parents=True)
    (corpora / "cmudict").write_text("\n".join(lines) + "\n", encoding="utf-8")
    tagger = PerceptronTagger(load=False)
    tagger.train(TAGGED * 3)
    for table, name in zip(tagger.encode_json_obj(), tagger.param_files("eng"), strict=True):
        (taggers / name).write_text(json.dumps(table), encoding="utf-8")
    for data in (corpora, taggers):
        shutil.make_archive(str(data), "zip", data.parent, data.name)
        shutil.rmtree(data)
    return folder


def enliven(vocoder: torch.nn.Module) -> None:
    """Weights that let a signal through; those that training starts from give next to silence."""
    for name, weights in vocoder.named_parameters():
        if name.endswith(("weight_g", "weight_v")) or weights.dim() == 3:
            torch.nn.init.normal_(weights, std=1.0 if name.endswith("weight_g") else 0.3)
        elif weights.dim() == 1:
            torch.nn.init.normal_(weights, std=0.1)


def _config(shape: Shape) -> dict[str, Any]:
    """What differs from ESPnet's defaults, as a recipe's config gives it."""
    layers = {
        "adim": 16, "aheads": 2, "elayers": 1, "eunits": 24, "dlayers": 1, "dunits": 24, "postnet_layers": 2,
        "postnet_chans": 16, "duration_predictor_chans": 16, "pitch_predictor_chans": 16, "energy_predictor_chans": 16,
        "positionwise_conv_kernel_size": 3, "encoder_type": shape.encoder, "decoder_type": shape.encoder,
        "conformer_rel_pos_type": shape.positions, "conformer_dec_kernel_size": 7, "spks": shape.speakers,
    }  # fmt: skip
    statistics = "exp/tts_stats/train"
    joint = {
        "tts": "joint_text2wav",
        "tts_conf": {
            "sampling_rate": RATE,
            "text2mel_type": "fastspeech2",
            "text2mel_params": {"idim": -1, "odim": -1, **layers},
            "vocoder_type": "hifigan_generator",
            "vocoder_params": _generator(),
            "discriminator_type": "hifigan_period_discriminator",
            "discriminator_params": {"period": 2, "channels": 4, "max_downsample_channels": 8},
        },
    }
    return {
        "token_list": list(LETTERS if shape.letters else PHONES),
        "token_type": "char" if shape.letters else "phn",
        "cleaner": "tacotron",
        "g2p": None if shape.letters else "g2p_en_no_space",
        "feats_extract": "fbank",
        "feats_extract_conf": {
            "fs": RATE, "n_fft": 256, "hop_length": HOP, "win_length": None, "fmin": 80, "fmax": 7600, "n_mels": MELS,
        },
        "normalize": "global_mvn",
        "normalize_conf": {"stats_file": f"{statistics}/feats_stats.npz"},
        "pitch_extract": "dio",
        "pitch_extract_conf": {"fs": RATE, "hop_length": HOP, "f0max": 400, "f0min": 80, "reduction_factor": 1},
        "pitch_normalize": "global_mvn",
        "pitch_normalize_conf": {"stats_file": f"{statistics}/pitch_stats.npz"},
        "energy_extract": "energy",
        "energy_extract_conf": {"fs": RATE, "n_fft": 256, "hop_length": HOP, "reduction_factor": 1},
        "energy_normalize": "global_mvn",
        "energy_normalize_conf": {"stats_file": f"{statistics}/energy_stats.npz"},
        **(joint if shape.joint else {"tts": "fastspeech2", "tts_conf": layers}),
    }  # fmt: skip


def _generator(hop: int = HOP) -> dict[str, Any]:
    return {
        "in_channels": MELS, "out_channels": 1, "channels": 16, "kernel_size": 7, "upsample_scales": [8, hop // 8],
        "upsample_kernel_sizes": [16, hop // 4], "resblock_kernel_sizes": [3], "resblock_dilations": [[1, 3]],
    }  # fmt: skip


def _resolved(config: dict[str, Any], folder: Path) -> dict[str, Any]:
    """The config with its files found from here."""
    conf = {k: {"stats_file": str(folder / v["stats_file"])} for k, v in config.items() if k.endswith("normalize_conf")}
    return {**config, **conf}


def _write_statistics(folder: Path) -> None:
    """Sums over what was never there, as ESPnet's collection of statistics writes them."""
    folder.mkdir(parents=True)
    levels = np.linspace(-0.8, -1.4, MELS), np.full(MELS, 0.5)
    for name, (mean, std) in {"feats": levels, "pitch": LOG_F0, "energy": (40.0, 20.0)}.items():
        mean, std = np.atleast_1d(np.asarray(mean, float)), np.atleast_1d(np.asarray(std, float))
        np.savez(folder / f"{name}_stats.npz", count=1000, sum=1000 * mean, sum_square=1000 * (std**2 + mean**2))


def _settle(acoustic: Any) -> None:
    """Every token lasts as long as every other."""
    torch.nn.init.zeros_(acoustic.duration_predictor.linear.weight)
    torch.nn.init.constant_(acoustic.duration_predictor.linear.bias, math.log(FRAMES + 1))
