"""Checkpoints that hear, small enough for tests and yet real: transformers' own classes, in the public ones' files.

The weights are random.
"""

import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from tokenizers import Tokenizer, models, pre_tokenizers
from transformers import (
    ASTConfig,
    ASTFeatureExtractor,
    ASTForAudioClassification,
    AudioFlamingo3Config,
    AudioFlamingo3ForConditionalGeneration,
    AudioFlamingo3Processor,
    ClapConfig,
    ClapFeatureExtractor,
    ClapModel,
    PeAudioConfig,
    PeAudioFeatureExtractor,
    PeAudioFrameLevelModel,
    PreTrainedTokenizerFast,
    Qwen2AudioConfig,
    Qwen2AudioForConditionalGeneration,
    Qwen2AudioProcessor,
    WhisperFeatureExtractor,
)

SOUNDS = (
    "Speech",
    "Dog",
    "Bark",
    "Silence",
    "Music",
    "Inside, small room",
    "Typing",
    "Vehicle horn, car horn, honking",
)
SIZE: dict[str, Any] = {"hidden_size": 16, "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 16}
WORDS = ("this", "is", "a", "sound", "of", "dog", "rain", "music", "horn", "keyboard", "noise", ".")


def make_ast(folder: Path) -> Path:
    """One that knows `SOUNDS`."""
    torch.manual_seed(0)
    names = dict(enumerate(SOUNDS))
    config = ASTConfig(**SIZE, max_length=1024, id2label=names, label2id={name: k for k, name in names.items()})
    ASTForAudioClassification(config).save_pretrained(folder)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # some of its lowest mel bands hold nothing
        ASTFeatureExtractor().save_pretrained(folder)
    return folder


def make_clap(folder: Path) -> Path:
    """As "unfused" is."""
    torch.manual_seed(0)
    audio = {
        **{"depths": [1, 1], "num_attention_heads": [1, 2], "patch_embeds_hidden_size": 8, "hidden_size": 16},
        **{"num_hidden_layers": 2, "window_size": 8},
    }
    text = {**SIZE, "vocab_size": 64, "max_position_embeddings": 80}
    config = ClapConfig(text_config=text, audio_config=audio, projection_dim=16)
    ClapModel(config).save_pretrained(folder)
    ClapFeatureExtractor(truncation="rand_trunc").save_pretrained(folder)
    _tokenizer().save_pretrained(folder)
    return folder


def make_frames(folder: Path) -> Path:
    """One that answers every 40 ms."""
    torch.manual_seed(0)
    dac = {
        "model_type": "dac",
        "encoder_hidden_size": 4,
        "codebook_dim": 8,
        "decoder_hidden_size": 16,
        "hidden_size": 64,
    }
    dac |= {"downsampling_ratios": [2, 8, 10, 12], "n_codebooks": 1}
    audio = {"dac_config": dac, "hidden_size": 16, "intermediate_size": 16, "num_hidden_layers": 1}
    audio |= {"num_attention_heads": 2, "head_dim": 8}
    text = {"model_type": "modernbert", "hidden_size": 16, "intermediate_size": 16, "num_hidden_layers": 1}
    text |= {"num_attention_heads": 2, "vocab_size": 64, "pad_token_id": 0, "bos_token_id": 1, "eos_token_id": 2}
    text |= {"cls_token_id": 1, "sep_token_id": 2}
    model = PeAudioFrameLevelModel(PeAudioConfig(text_config=text, audio_config=audio))
    torch.nn.init.constant_(model.text_audio_logit_scale, 0.5)
    model.save_pretrained(folder)
    PeAudioFeatureExtractor().save_pretrained(folder)
    _tokenizer().save_pretrained(folder)
    return folder


def make_language_model(folder: Path) -> Path:
    """A Qwen2-Audio that says what its random weights make it say."""
    torch.manual_seed(0)
    encoder = {"encoder_layers": 1, "encoder_attention_heads": 2, "encoder_ffn_dim": 16, "d_model": 16}
    special = ("<|AUDIO|>", "<|audio_bos|>", "<|audio_eos|>", "<|im_start|>", "<|im_end|>")
    tokenizer = _tokenizer((*special, "A", "dog", "barks", "loudly"))
    text = {
        **SIZE,
        "num_key_value_heads": 1,
        "vocab_size": len(tokenizer),
        "model_type": "qwen2",
        "tie_word_embeddings": False,
    }
    audio_token: Any = tokenizer.convert_tokens_to_ids("<|AUDIO|>")
    config = Qwen2AudioConfig(audio_config=encoder, text_config=text, audio_token_index=audio_token)
    model = Qwen2AudioForConditionalGeneration(config)
    model.generation_config.eos_token_id = tokenizer.convert_tokens_to_ids("<|im_end|>")
    model.generation_config.pad_token_id = 0
    model.save_pretrained(folder)
    features = WhisperFeatureExtractor(feature_size=128)
    Qwen2AudioProcessor(features, tokenizer).save_pretrained(folder)
    return folder


def make_flamingo(folder: Path) -> Path:
    """An Audio Flamingo 3; what is said to it is cast in a form as the public one brings along."""
    torch.manual_seed(0)
    tokenizer = _tokenizer(("<|sound|>", "<|im_start|>", "<|im_end|>", "A", "dog"))
    encoder = {**SIZE, "num_mel_bins": 128}
    text = {**SIZE, "num_key_value_heads": 1, "vocab_size": len(tokenizer), "model_type": "qwen2"}
    audio_token: Any = tokenizer.convert_tokens_to_ids("<|sound|>")
    config = AudioFlamingo3Config(audio_config=encoder, text_config=text, audio_token_id=audio_token)
    model = AudioFlamingo3ForConditionalGeneration(config)
    model.generation_config.eos_token_id = tokenizer.convert_tokens_to_ids("<|im_end|>")
    model.generation_config.pad_token_id = 0
    model.save_pretrained(folder)
    part = "{% if part['type'] == 'audio' %}<|sound|>{% else %}{{ part['text'] }}{% endif %}"
    parts = "{% for part in message['content'] %}" + part + "{% endfor %}"
    form = "{% for message in messages %}<|im_start|>" + parts + "<|im_end|>{% endfor %}<|im_start|>"
    features = WhisperFeatureExtractor(feature_size=128)
    AudioFlamingo3Processor(features, tokenizer, chat_template=form, audio_token="<|sound|>").save_pretrained(folder)
    return folder


def _tokenizer(more: Sequence[str] = ()) -> PreTrainedTokenizerFast:
    """Whole words; what it does not know is [UNK]."""
    special = ["[PAD]", "[CLS]", "[SEP]", "[UNK]"]
    table = {word: k for k, word in enumerate(dict.fromkeys((*special, *more, *WORDS)))}
    inner = Tokenizer(models.WordLevel(table, unk_token="[UNK]"))
    inner.pre_tokenizer = pre_tokenizers.Whitespace()
    made = PreTrainedTokenizerFast(
        tokenizer_object=inner, pad_token="[PAD]", cls_token="[CLS]", sep_token="[SEP]", unk_token="[UNK]"
    )
    made.add_special_tokens({"additional_special_tokens": [word for word in more if word.startswith("<|")]})
    made.model_max_length = 77
    return made
