"""FastSpeech 2 in ESPnet: a folder of training, or a tag of the hub, with a HiFi-GAN of its own or beside it."""

import math
import warnings
from typing import Any

import torch
from torch import nn

from assistant.errors import EngineMissing, SettingsError
from scripts.fastspeech2_export.options import ExportOptions
from scripts.fastspeech2_export.positions import Absolute, OldRelative, Relative
from scripts.fastspeech2_export.source import Affine, First, LogDurations, Offset, Parts, Source
from tts.cards import Scale
from tts.espnet_folder import find_checkpoint, mended

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # of ESPnet's dependencies, about themselves
    from espnet.nets.pytorch_backend.transformer.embedding import (
        LegacyRelPositionalEncoding,
        PositionalEncoding,
        RelPositionalEncoding,
        ScaledPositionalEncoding,
    )
    from espnet2.gan_tts.joint import JointText2Wav
    from espnet2.tasks.tts import TTSTask
    from espnet2.tts.fastspeech2 import FastSpeech2

    from tts.espnet_vocoder import HifiGan, load_hifigan


def read(options: ExportOptions) -> Source:
    """A model of ESPnet's, from a folder or from the hub.

    Raises:
        EngineMissing: it or its vocoder is not there, or not whole.
        SettingsError: it is no FastSpeech 2, or wants more than text.
    """
    checkpoint = find_checkpoint(options.source)
    with mended(checkpoint) as config, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model, trained = TTSTask.build_model_from_file(config, checkpoint.weights, "cpu")
    model.eval()
    acoustic = _acoustic(model.tts, options)
    vocoder = _vocoder(model, options)
    return Source(
        parts=_parts(model, acoustic, vocoder, _offset(acoustic, options)),
        symbols=tuple(trained.token_list),
        end=trained.token_list[acoustic.eos],
        rate=vocoder.fs,
        hop=vocoder.hop,
        mels=acoustic.odim,
        licence=checkpoint.licence,
        pitch=_pitch(model),
        energy=_scale(model.energy_normalize),
    )


def _acoustic(model: nn.Module, options: ExportOptions) -> FastSpeech2:
    acoustic = model.generator["text2mel"] if isinstance(model, JointText2Wav) else model
    if not isinstance(acoustic, FastSpeech2):
        raise SettingsError(f"{options.source} is no FastSpeech 2 but a {type(acoustic).__name__}.")
    if acoustic.use_gst or acoustic.spk_embed_dim:
        raise SettingsError(f"{options.source} wants a speaker's sound beside the text, which cannot be exported.")
    if acoustic.reduction_factor != 1:
        raise SettingsError(
            f"{options.source} makes {acoustic.reduction_factor} frames at once, which is not supported."
        )
    return acoustic


def _vocoder(model: Any, options: ExportOptions) -> HifiGan:
    """The vocoder that is given, else the model's own, as a network that takes spectrograms as they were measured."""
    if options.vocoder:
        return load_hifigan(options.vocoder)
    if not isinstance(model.tts, JointText2Wav):
        raise EngineMissing(
            f"{options.source} has no vocoder in it; give a HiFi-GAN of the Parallel WaveGAN project: --vocoder FOLDER."
        )
    generator = model.tts.generator["vocoder"]
    if model.tts.use_pqmf or not hasattr(generator, "upsample_factor"):
        raise SettingsError(f"The vocoder of {options.source} is no HiFi-GAN of one band, which cannot be exported.")
    generator.remove_weight_norm()
    mean, std = _mel_statistics(model)
    return HifiGan(generator, int(model.tts.fs), mean, std).eval()


def _offset(acoustic: FastSpeech2, options: ExportOptions) -> torch.Tensor | None:
    """The vector of the speaker and the language that are chosen; None where there is nothing to choose."""
    chosen = [
        options.row("speaker", acoustic.sid_emb.weight if acoustic.spks else None),
        options.row("language", acoustic.lid_emb.weight if acoustic.langs else None),
    ]
    vectors = [vector for vector in chosen if vector is not None]
    return torch.stack(vectors).sum(0) if vectors else None


def _parts(model: Any, acoustic: FastSpeech2, vocoder: HifiGan, offset: torch.Tensor | None) -> Parts:
    for network in (acoustic.encoder, acoustic.decoder):
        network.embed[-1] = _positions(network.embed[-1])
    encoder: nn.Module = First(acoustic.encoder)
    mean, std = _mel_statistics(model)
    ln = _natural(model)
    return Parts(
        encoder=encoder if offset is None else Offset(encoder, offset),
        log_durations=LogDurations(acoustic.duration_predictor.conv, acoustic.duration_predictor.linear),
        pitch=acoustic.pitch_predictor,
        energy=acoustic.energy_predictor,
        pitch_embedding=acoustic.pitch_embed[0],
        energy_embedding=acoustic.energy_embed[0],
        decoder=nn.Sequential(First(acoustic.decoder), _Postnet(acoustic), Affine(std * ln, mean * ln)),
        vocoder=nn.Sequential(
            Affine(1 / (vocoder.scale * ln), -vocoder.mean / vocoder.scale), _Generator(vocoder.generator)
        ),
    )


def _positions(module: nn.Module) -> nn.Module:
    """The same without its table."""
    if isinstance(module, ScaledPositionalEncoding):
        return Absolute(module.d_model, 1.0, float(module.alpha))
    if isinstance(module, LegacyRelPositionalEncoding):
        return OldRelative(module.d_model)
    if isinstance(module, PositionalEncoding):
        return Absolute(module.d_model, math.sqrt(module.d_model), 1.0)
    if isinstance(module, RelPositionalEncoding):
        return Relative(module.d_model)
    raise SettingsError(f"The model counts positions by {type(module).__name__}, which cannot be exported.")


def _mel_statistics(model: Any) -> tuple[torch.Tensor, torch.Tensor]:
    """Mean and deviation of the spectrograms that the model was trained on, shape (m,)."""
    normalize = model.normalize
    return (
        (torch.tensor(0.0), torch.tensor(1.0)) if normalize is None else (normalize.mean.float(), normalize.std.float())
    )


def _natural(model: Any) -> float:
    """What a logarithm of the model's is to be multiplied by to be a natural one."""
    base = getattr(getattr(model.feats_extract, "logmel", None), "log_base", None)
    return 1.0 if base is None else math.log(base)


def _pitch(model: Any) -> Scale:
    """Of natural log F0; of a model trained on F0 itself, the tangent at its mean."""
    scale = _scale(model.pitch_normalize)
    if getattr(model.pitch_extract, "use_log_f0", True) or scale.mean <= 0:
        return scale
    return Scale(math.log(scale.mean), scale.std / scale.mean)


def _scale(normalize: Any) -> Scale:
    return Scale() if normalize is None else Scale(float(normalize.mean), float(normalize.std))


class _Postnet(nn.Module):
    """Decoded states → mel, as the model was trained to give it: normalized."""

    def __init__(self, acoustic: FastSpeech2) -> None:
        super().__init__()
        self.feat_out, self.postnet = acoustic.feat_out, acoustic.postnet

    def forward(self, hidden: torch.Tensor) -> torch.Tensor:
        before: torch.Tensor = self.feat_out(hidden)
        if self.postnet is None:
            return before
        mel: torch.Tensor = before + self.postnet(before.transpose(1, 2)).transpose(1, 2)
        return mel


class _Generator(nn.Module):
    """Mel (1, T, m) → samples (1, T * hop)."""

    def __init__(self, generator: nn.Module) -> None:
        super().__init__()
        self.generator = generator

    def forward(self, mel: torch.Tensor) -> torch.Tensor:
        samples: torch.Tensor = self.generator(mel.transpose(1, 2)).squeeze(1)
        return samples
