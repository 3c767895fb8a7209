"""Checkpoints that make sound, small enough for tests and yet real: diffusers' and transformers' own classes make them.

Files and folders are those of the public ones; the weights are random.
"""

import json
from pathlib import Path

import torch
from diffusers import (
    AudioLDM2Pipeline,
    AudioLDM2ProjectionModel,
    AudioLDM2UNet2DConditionModel,
    AutoencoderKL,
    AutoencoderOobleck,
    CosineDPMSolverMultistepScheduler,
    DDIMScheduler,
    StableAudioDiTModel,
    StableAudioPipeline,
    StableAudioProjectionModel,
)
from transformers import (
    ClapAudioConfig,
    ClapConfig,
    ClapFeatureExtractor,
    ClapModel,
    ClapTextConfig,
    GPT2Config,
    GPT2Model,
    RobertaTokenizer,
    SpeechT5HifiGan,
    SpeechT5HifiGanConfig,
    T5Config,
    T5EncoderModel,
    T5Tokenizer,
)

WORDS = ("dog", "bark", "rain", "on", "a", "tent", "low", "quality")
LDM_SECONDS = 2.56
"""The window of the small AudioLDM 2; that of the public ones is four times as long."""
STABLE_SECONDS = 2.048
"""The longest sound of the small Stable Audio."""


def make_audioldm2(folder: Path) -> Path:
    """Write an AudioLDM 2: 16 kHz, one channel."""
    torch.manual_seed(0)
    AudioLDM2Pipeline(
        vae=AutoencoderKL(
            **{"in_channels": 1, "out_channels": 1, "latent_channels": 8, "norm_num_groups": 8, "layers_per_block": 1},
            block_out_channels=(8, 8, 16),
            down_block_types=("DownEncoderBlock2D",) * 3,
            up_block_types=("UpDecoderBlock2D",) * 3,
        ),
        text_encoder=ClapModel(_clap()),
        text_encoder_2=_t5(),
        projection_model=AudioLDM2ProjectionModel(text_encoder_dim=16, text_encoder_1_dim=16, langauge_model_dim=16),
        language_model=GPT2Model(
            GPT2Config(n_embd=16, n_head=2, n_layer=1, vocab_size=40, n_positions=99, max_new_tokens=8)
        ),
        tokenizer=_roberta(folder.with_name(f"{folder.name}-words")),
        tokenizer_2=_t5_words(),
        feature_extractor=ClapFeatureExtractor(
            sampling_rate=48_000, feature_size=64, max_length_s=10, truncation="rand_trunc"
        ),
        unet=_unet(),
        scheduler=DDIMScheduler(
            beta_start=0.0015, beta_end=0.0195, beta_schedule="scaled_linear", clip_sample=False, set_alpha_to_one=False
        ),
        vocoder=_vocoder(),
    ).save_pretrained(folder)
    return folder


def make_stable_audio(folder: Path) -> Path:
    """Write a Stable Audio Open: 16 kHz here, two channels."""
    torch.manual_seed(0)
    StableAudioPipeline(
        vae=AutoencoderOobleck(
            **{"encoder_hidden_size": 16, "decoder_channels": 8, "decoder_input_channels": 8, "audio_channels": 2},
            downsampling_ratios=[8, 32],
            channel_multiples=[1, 2],
            sampling_rate=16_000,
        ),
        text_encoder=_t5(),
        projection_model=StableAudioProjectionModel(text_encoder_dim=16, conditioning_dim=16, min_value=0, max_value=8),
        tokenizer=_t5_words(),
        transformer=StableAudioDiTModel(
            **{"sample_size": round(STABLE_SECONDS * 16_000) // 256, "in_channels": 8, "out_channels": 8},
            **{"num_layers": 1, "attention_head_dim": 8, "num_attention_heads": 2, "num_key_value_attention_heads": 2},
            **{"cross_attention_dim": 16, "cross_attention_input_dim": 16, "global_states_input_dim": 32},
            time_proj_dim=16,
        ),
        scheduler=CosineDPMSolverMultistepScheduler(
            prediction_type="v_prediction", sigma_data=1.0, sigma_schedule="exponential"
        ),
    ).save_pretrained(folder)
    return folder


def _unet() -> AudioLDM2UNet2DConditionModel:
    return AudioLDM2UNet2DConditionModel(
        **{"sample_size": 64, "in_channels": 8, "out_channels": 8, "layers_per_block": 1, "norm_num_groups": 8},
        block_out_channels=(16, 32),
        attention_head_dim=8,
        down_block_types=("DownBlock2D", "CrossAttnDownBlock2D"),
        up_block_types=("CrossAttnUpBlock2D", "UpBlock2D"),
        cross_attention_dim=([None, 16, 16], [None, 16, 16]),
    )


def _vocoder() -> SpeechT5HifiGan:
    """One that sounds: as it is begun, it is all but silent."""
    shape = {"upsample_rates": [5, 4, 8], "upsample_kernel_sizes": [11, 8, 16], "resblock_kernel_sizes": [3]}
    made = SpeechT5HifiGan(
        SpeechT5HifiGanConfig(
            **shape,
            model_in_dim=64,
            sampling_rate=16_000,
            upsample_initial_channel=16,
            resblock_dilation_sizes=[[1]],
            normalize_before=False,
        )
    )
    for weights in made.parameters():
        if weights.dim() > 1:
            torch.nn.init.kaiming_normal_(weights)
    return made


def _clap() -> ClapConfig:
    text = ClapTextConfig(
        **{"vocab_size": 60, "hidden_size": 16, "intermediate_size": 16, "num_hidden_layers": 1},
        **{"num_attention_heads": 2, "projection_dim": 16, "pad_token_id": 1, "bos_token_id": 0, "eos_token_id": 2},
        max_position_embeddings=80,
    )
    audio = ClapAudioConfig(
        **{"spec_size": 256, "num_mel_bins": 64, "window_size": 4, "hidden_size": 32, "projection_dim": 16},
        **{"patch_size": 2, "patch_stride": 2, "patch_embed_input_channels": 1, "patch_embeds_hidden_size": 16},
        depths=[1, 1],
        num_attention_heads=[2, 2],
    )
    return ClapConfig(text_config=text.to_dict(), audio_config=audio.to_dict(), projection_dim=16)


def _t5() -> T5EncoderModel:
    return T5EncoderModel(T5Config(vocab_size=40, d_model=16, d_ff=16, d_kv=8, num_heads=2, num_layers=1))


def _t5_words() -> T5Tokenizer:
    pieces = ("<pad>", "</s>", "<unk>", *(f"▁{word}" for word in WORDS))
    return T5Tokenizer(vocab=[(piece, -1.0) for piece in pieces], extra_ids=0, model_max_length=24)


def _roberta(folder: Path) -> RobertaTokenizer:
    folder.mkdir(parents=True)
    pieces = ["<s>", "<pad>", "</s>", "<unk>", "<mask>", "Ġ", *"abcdefghijklmnopqrstuvwxyz"]
    (folder / "vocab.json").write_text(json.dumps({piece: k for k, piece in enumerate(pieces)}))
    (folder / "merges.txt").write_text("#version: 0.2\n")
    return RobertaTokenizer.from_pretrained(folder, model_max_length=77)
