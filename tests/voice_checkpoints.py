"""Models that imitate voices, small enough for tests and yet real: their packages' own classes, in the public files.

The weights are random: what they say is noise.
"""

import string
from pathlib import Path
from typing import Any

import safetensors.torch
import sentencepiece
import torch
import yaml
from pocket_tts import TTSModel
from pocket_tts.utils.config import CONFIGS_DIR
from tokenizers import Tokenizer, models, pre_tokenizers
from transformers import SpeechT5Config, SpeechT5ForTextToSpeech, SpeechT5HifiGan, SpeechT5HifiGanConfig

from models.speech.voice_public import POCKET_LANGUAGES, VOCODER, WORDS, XVECTOR, pocket_weights
from models.speech.xvector import SIZE, XVector

LETTERS = string.ascii_letters + string.digits + " .,;:!?'-éèñß"
NEVER = -20.0
"""How likely a model without an end is to stop, before the sigmoid."""
NETWORK: dict[str, Any] = {
    "flow": {"depth": 1, "dim": 16},
    "transformer": {"d_model": 32, "hidden_scale": 1, "max_period": 10000, "num_heads": 2, "num_layers": 1},
}
CODEC: dict[str, Any] = {
    "seanet": {"dimension": 32, "n_filters": 4},
    "transformer": {"d_model": 32, "num_heads": 2, "num_layers": 1, "dim_feedforward": 32, "input_dimension": 32},
}


def make_pocket(folder: Path, language: str = "en", own_words: bool = False) -> Path:
    """A Pocket TTS of that language, which never stops of itself, and its tokenizer beside it or within it."""
    torch.manual_seed(0)
    called = POCKET_LANGUAGES[language][0]
    place = folder / pocket_weights(language) / "languages" / called
    words = (place.parents[1] if own_words else folder / WORDS) / "languages" / called
    for made in (place, words):
        made.mkdir(parents=True, exist_ok=True)
    _letters().save(str(words / "tokenizer.json"))
    described = _small(yaml.safe_load((CONFIGS_DIR / f"{called}.yaml").read_text()), words / "tokenizer.json")
    (place / "config.yaml").write_text(yaml.safe_dump(described))
    model = TTSModel.load_model(config=place / "config.yaml")
    torch.nn.init.normal_(model.flow_lm.speaker_proj_weight, std=0.3)
    model.flow_lm.emb_std.fill_(1.0)
    model.flow_lm.emb_mean.zero_()
    torch.nn.init.constant_(model.flow_lm.out_eos.bias, NEVER)
    safetensors.torch.save_file(model.state_dict(), place / "model.safetensors")
    return place.parents[1]


def _small(described: dict[str, Any], tokenizer: Path) -> dict[str, Any]:
    """The configuration of a public model, of few numbers, and as yet without weights."""
    flow, codec = described["flow_lm"], described["mimi"]
    flow |= NETWORK
    flow["lookup_table"] |= {"dim": 32, "n_bins": len(LETTERS) + 1, "tokenizer_path": str(tokenizer)}
    codec["seanet"] |= CODEC["seanet"]
    codec["transformer"] |= CODEC["transformer"] | {"output_dimensions": [32]}
    codec |= {"inner_dim": 8, "outer_dim": 32, "quantizer": {"dimension": 8, "output_dimension": 32}}
    return described | {"weights_path": None, "weights_path_without_voice_cloning": None}


def _letters() -> Tokenizer:
    names = {letter: number for number, letter in enumerate(["<unk>", *LETTERS])}
    made = Tokenizer(models.WordLevel(names, "<unk>"))
    made.pre_tokenizer = pre_tokenizers.Split("", "isolated")
    return made


def make_speecht5(folder: Path) -> Path:
    """A SpeechT5, its vocoder and the x-vectors beside it."""
    torch.manual_seed(0)
    place = folder / "speecht5"
    place.mkdir(parents=True)
    lines = iter([*LETTERS.split(" "), *(f"{letter} {letter}" for letter in LETTERS.replace(" ", ""))] * 3)
    sentencepiece.SentencePieceTrainer.Train(
        sentence_iterator=lines,
        model_prefix=str(place / "spm_char"),
        model_type="char",
        vocab_size=80,
        hard_vocab_limit=False,
        bos_id=0,
        pad_id=1,
        eos_id=2,
        unk_id=3,
        minloglevel=2,
    )
    (place / "spm_char.vocab").unlink()
    config = SpeechT5Config(
        vocab_size=90,
        hidden_size=24,
        encoder_layers=1,
        encoder_attention_heads=2,
        encoder_ffn_dim=24,
        decoder_layers=1,
        decoder_attention_heads=2,
        decoder_ffn_dim=24,
        speech_decoder_prenet_units=16,
        speech_decoder_postnet_units=16,
        speech_decoder_postnet_layers=2,
        speaker_embedding_dim=SIZE,
        max_speech_positions=4000,
        max_text_positions=600,
    )
    model = SpeechT5ForTextToSpeech(config)
    torch.nn.init.constant_(model.speech_decoder_postnet.prob_out.bias, NEVER)
    model.save_pretrained(place)
    small = SpeechT5HifiGanConfig(upsample_initial_channel=64, resblock_kernel_sizes=[3], resblock_dilation_sizes=[[1]])
    vocoder = SpeechT5HifiGan(small)
    for layer in (one for one in vocoder.modules() if isinstance(one, torch.nn.Conv1d | torch.nn.ConvTranspose1d)):
        torch.nn.init.xavier_normal_(layer.weight)
    vocoder.save_pretrained(folder / VOCODER)
    (folder / XVECTOR).mkdir()
    torch.save(XVector().state_dict(), folder / XVECTOR / "embedding_model.ckpt")
    return place
