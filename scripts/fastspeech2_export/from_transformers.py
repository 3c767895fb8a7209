"""FastSpeech 2 in transformers: `FastSpeech2ConformerWithHifiGan`, or a `FastSpeech2ConformerModel` and its vocoder."""

import json
import math
from pathlib import Path
from typing import Any

import torch
from torch import nn
from transformers import (
    AutoConfig,
    FastSpeech2ConformerHifiGan,
    FastSpeech2ConformerModel,
    FastSpeech2ConformerWithHifiGan,
)

from assistant.errors import EngineMissing, SettingsError
from scripts.fastspeech2_export.options import ExportOptions
from scripts.fastspeech2_export.positions import Relative
from scripts.fastspeech2_export.source import First, LogDurations, Offset, Parts, Source
from tts.cards import Scale
from tts.espnet_folder import folder_of, licence_of

WHOLE, ACOUSTIC = "fastspeech2_conformer_with_hifigan", "fastspeech2_conformer"
"""Kinds of models, as their config.json names them."""
PUBLISHED_TOKENIZER = "espnet/fastspeech2_conformer"
PUBLISHED_RATE = 22_050
"""Hertz of the published models, whose configs do not say."""
END = "<sos/eos>"
FILES = ["*.json", "*.safetensors", "*.bin", "*.md"]
LJSPEECH_PITCH = Scale(5.40, 0.24)
"""Of log F0 averaged over phones, as measured on 40 clips of LJSpeech; the published models do not carry theirs."""


def read(options: ExportOptions) -> Source:
    """A model of transformers', from a folder or from the hub.

    Raises:
        EngineMissing: it, its vocoder or its tokenizer is not there.
        SettingsError: it is of another kind, or wants more than text.
    """
    root = folder_of(options.source, FILES)
    model, vocoder = _models(root, options)
    config = model.config
    if config.reduction_factor != 1:
        raise SettingsError(f"{options.source} makes {config.reduction_factor} frames at once, which is not supported.")
    symbols = _symbols(root if not options.tokenizer else folder_of(options.tokenizer, FILES), config.vocab_size)
    stated: int = getattr(vocoder.config, "sampling_rate", PUBLISHED_RATE)
    return Source(
        parts=_parts(model, vocoder, _offset(model, options)),
        symbols=symbols,
        end=END if END in symbols else "",
        rate=options.rate or stated,
        hop=math.prod(vocoder.config.upsample_rates),
        mels=config.num_mel_bins,
        licence=licence_of(root),
        pitch=LJSPEECH_PITCH,
    )


def _models(root: Path, options: ExportOptions) -> tuple[Any, Any]:
    """The acoustic model and the vocoder."""
    try:
        kind = AutoConfig.from_pretrained(root).model_type
        if kind == WHOLE and not options.vocoder:
            both = _loaded(FastSpeech2ConformerWithHifiGan, root)
            return both.model, both.vocoder
        if kind == WHOLE:
            model = _loaded(FastSpeech2ConformerWithHifiGan, root).model
        elif kind == ACOUSTIC and options.vocoder:
            model = _loaded(FastSpeech2ConformerModel, root)
        elif kind == ACOUSTIC:
            raise SettingsError(f"{options.source} has no vocoder; give one: --vocoder espnet/{ACOUSTIC}_hifigan.")
        else:
            raise SettingsError(f"{options.source} is a {kind} and no FastSpeech 2; give a {WHOLE}.")
        return model, _loaded(FastSpeech2ConformerHifiGan, folder_of(options.vocoder, FILES))
    except (OSError, ValueError) as error:
        raise EngineMissing(f"{options.source} cannot be loaded by transformers; fetch it again.") from error


def _loaded(kind: Any, root: Path) -> Any:
    return kind.from_pretrained(root).eval()


def _symbols(folder: Path, size: int) -> tuple[str, ...]:
    """The phones of the tokenizer, by their ids; ids that it leaves out get names that no phone has."""
    path = folder / "vocab.json"
    if not path.is_file():
        raise EngineMissing(
            f"{folder} holds no vocab.json with the phones; say where that is: --tokenizer {PUBLISHED_TOKENIZER}."
        )
    ids: dict[str, int] = json.loads(path.read_text(encoding="utf-8"))
    if max(ids.values(), default=-1) >= size:
        raise SettingsError(
            f"{path} has {max(ids.values()) + 1} phones and the model {size}; they do not belong together."
        )
    by_id = {i: symbol for symbol, i in ids.items()}
    return tuple(by_id.get(i, f"<unused{i}>") for i in range(size))


def _offset(model: Any, options: ExportOptions) -> torch.Tensor | None:
    """The vector of the speaker and the language that are chosen; None where there is nothing to choose."""
    if model.speaker_embed_dim:
        raise SettingsError(f"{options.source} wants a speaker's embedding beside the text, which cannot be exported.")
    chosen = [
        options.row("speaker", model.speaker_id_embedding.weight if model.multispeaker_model else None),
        options.row("language", model.language_id_embedding.weight if model.multilingual_model else None),
    ]
    vectors = [vector for vector in chosen if vector is not None]
    return torch.stack(vectors).sum(0) if vectors else None


def _parts(model: Any, vocoder: nn.Module, offset: torch.Tensor | None) -> Parts:
    channels = model.config.hidden_size
    model.encoder.pos_enc, model.decoder.pos_enc = Relative(channels), Relative(channels)
    encoder: nn.Module = First(model.encoder)
    return Parts(
        encoder=encoder if offset is None else Offset(encoder, offset),
        log_durations=LogDurations(model.duration_predictor.conv_layers, model.duration_predictor.linear),
        pitch=model.pitch_predictor,
        energy=model.energy_predictor,
        pitch_embedding=model.pitch_embed.conv,
        energy_embedding=model.energy_embed.conv,
        decoder=nn.Sequential(First(model.decoder), _Postnet(model.speech_decoder_postnet)),
        vocoder=vocoder,
    )


class _Postnet(nn.Module):
    """The second thing that the postnet gives: the mel behind it."""

    def __init__(self, network: nn.Module) -> None:
        super().__init__()
        self.network = network

    def forward(self, hidden: torch.Tensor) -> torch.Tensor:
        mel: torch.Tensor = self.network(hidden)[1]
        return mel
