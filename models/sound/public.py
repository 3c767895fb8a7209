"""Public models of transformers' that hear: what is known of each, what makes its engine, and what is to be pulled."""

from dataclasses import dataclass

from models.base import Card


@dataclass(frozen=True, slots=True)
class Public:
    """A model on a hub; its weights are called as its engine is."""

    card: Card
    maker: str
    """A function of `models.sound.foundation`."""
    size_mb: int
    """About how much has to be fetched."""


PUBLIC: tuple[Public, ...] = (
    Public(
        Card(
            "ast",
            "detect_sounds",
            "model",
            "The audio spectrogram transformer, 87 million parameters, for 527 kinds of sound, fine on a GPU alone",
            "BSD-3-Clause",
            source="MIT/ast-finetuned-audioset-10-10-0.4593",
            host_mb=1000.0,
        ),
        "ast",
        350,
    ),
    Public(
        Card(
            "pe-a-frame",
            "detect_target_sound",
            "model",
            "PE-A-Frame, 450 million parameters, for any sound that words name, every 40 ms",
            "Apache-2.0",
            source="facebook/pe-a-frame-small",
            host_mb=2500.0,
        ),
        "frames",
        1800,
    ),
    Public(
        Card(
            "clap",
            "detect_target_sound",
            "model",
            "CLAP, 154 million parameters, for any sound that words name, every half second",
            "Apache-2.0",
            source="laion/clap-htsat-unfused",
            host_mb=1300.0,
        ),
        "clap",
        620,
    ),
    Public(
        Card(
            "qwen2-audio",
            "caption_audio",
            "model",
            "Qwen2-Audio, a language model of 8 billion parameters that hears; needs a GPU",
            "Apache-2.0",
            source="Qwen/Qwen2-Audio-7B-Instruct",
            host_mb=2000.0,
            gpu_mb=18_000.0,
        ),
        "language_model",
        16_800,
    ),
    Public(
        Card(
            "audio-flamingo-3",
            "caption_audio",
            "model",
            "Audio Flamingo 3, a language model of 8 billion parameters that hears; needs a GPU",
            "LicenseRef-NVIDIA-OneWay-Noncommercial",
            commercial=False,
            source="nvidia/audio-flamingo-3-hf",
            host_mb=2000.0,
            gpu_mb=18_500.0,
        ),
        "language_model",
        16_600,
    ),
)
"""Those of a task with the preferred one first."""
