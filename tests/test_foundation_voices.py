"""Public voices of transformers', built small here in the format in which they are published."""

import json
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
import pytest
import soundfile as sf

from assistant.errors import EngineMissing, JobCancelled
from assistant.events import Manner
from assistant.resident_voices import transformers_voice
from models.base import Job
from models.catalogue import ENGINES, WEIGHTS
from models.speech.synthesis_foundation import KEPT, VOICES

torch = pytest.importorskip("torch", reason="public voices need torch")
transformers = pytest.importorskip("transformers", reason="public voices need transformers")
TEXT = "Good morning, everybody. How are you?"


def vits(folder: Path, **told: bool) -> Path:
    """A VITS with random weights, of the letters that MMS has."""
    torch.manual_seed(0)
    letters = "_ abcdefghijklmnopqrstuvwxyz'ɡɹˈˌŋɛəɪʊɔː,.?!"
    config = transformers.VitsConfig(
        vocab_size=len(letters), hidden_size=16, num_hidden_layers=1, num_attention_heads=2, ffn_dim=16, flow_size=16,
        spectrogram_bins=9, upsample_initial_channel=16, upsample_rates=[8, 4], upsample_kernel_sizes=[16, 8],
        resblock_kernel_sizes=[3], resblock_dilation_sizes=[[1, 3]], prior_encoder_num_flows=1,
        prior_encoder_num_wavenet_layers=1, posterior_encoder_num_wavenet_layers=1, depth_separable_num_layers=1,
        duration_predictor_num_flows=1, duration_predictor_filter_channels=16, sampling_rate=16_000,
        use_stochastic_duration_prediction=False, wavenet_dilation_rate=1,
    )  # fmt: skip
    transformers.VitsModel(config).save_pretrained(folder)
    (folder / "vocab.json").write_text(json.dumps({letter: k for k, letter in enumerate(letters)}))
    (folder / "tokenizer_config.json").write_text(json.dumps({"add_blank": True, "normalize": True, **told}))
    return folder


def fastspeech2(folder: Path) -> Path:
    """A FastSpeech 2 with HiFi-GAN with random weights, of ARPABET."""
    torch.manual_seed(0)
    vowels = "AA AE AH AO AW AY EH ER EY IH IY OW OY UH UW".split()  # noqa: SIM905
    codes = ["<blank>", "<unk>", *(f"{v}{n}" for v in vowels for n in range(3)), ",", ".", "?", "!"]
    codes += "B CH D DH F G HH JH K L M N NG P R S SH T TH V W Y Z ZH".split()  # noqa: SIM905
    codes += ["<sos/eos>"]
    usual = transformers.FastSpeech2ConformerConfig()
    small = {**usual.encoder_config, "layers": 1, "num_attention_heads": 2, "linear_units": 16}
    config = transformers.FastSpeech2ConformerConfig(
        hidden_size=16, vocab_size=len(codes), num_mel_bins=8, encoder_linear_units=16, decoder_linear_units=16,
        encoder_layers=1, decoder_layers=1, speech_decoder_postnet_layers=1, speech_decoder_postnet_units=8,
        duration_predictor_channels=8, energy_predictor_channels=8, pitch_predictor_channels=8,
        pitch_predictor_layers=1, encoder_config=small, decoder_config=small,
    )  # fmt: skip
    vocoder = transformers.FastSpeech2ConformerHifiGanConfig(
        model_in_dim=8, upsample_initial_channel=16, upsample_rates=[8, 8], upsample_kernel_sizes=[16, 16],
        resblock_kernel_sizes=[3], resblock_dilation_sizes=[[1, 3]],
    )  # fmt: skip
    both = transformers.FastSpeech2ConformerWithHifiGanConfig(
        model_config=config.to_dict(), vocoder_config=vocoder.to_dict()
    )
    model = transformers.FastSpeech2ConformerWithHifiGan(both)
    with torch.no_grad():
        model.model.duration_predictor.linear.bias.fill_(2.0)
        model.vocoder.conv_post.bias.fill_(0.1)  # what is not trained is hardly heard
        model.vocoder.conv_post.weight.mul_(100)
    model.save_pretrained(folder)
    (folder / "vocab.json").write_text(json.dumps({code: k for k, code in enumerate(codes)}))
    (folder / "tokenizer_config.json").write_text("{}")
    return folder


MAKERS: dict[str, Callable[[Path], Path]] = {
    "fastspeech2": fastspeech2,
    "vits": vits,
    "vits of phones": partial(vits, phonemize=True, normalize=False),
}


@pytest.mark.parametrize("kind", MAKERS)
def test_a_public_voice_speaks_into_a_file(tmp_path: Path, kind: str) -> None:
    engine = transformers_voice(VOICES[0].card, MAKERS[kind](tmp_path / "voice"))
    engine.load()
    made = [tmp_path / name for name in ("one", "two", "slow")]
    for folder, speed in zip(made, (1.0, 1.0, 0.5), strict=True):
        folder.mkdir()
        engine.run(Job("synthesize_speech", folder, {"text": TEXT, "speed": speed}), lambda share: None)
    one, two, slow = (sf.read(folder / "speech.wav")[0] for folder in made)
    assert np.array_equal(one, two) and np.isfinite(one).all() and len(one), "the same each time"
    assert len(slow) > 1.3 * len(one)
    said = engine.run(Job("synthesize_speech", made[0], {"text": TEXT, "pitch": 2.0}), lambda share: None)
    assert said.notice == KEPT


def test_the_voice_tells_its_rate_and_passes_over_what_is_no_word(tmp_path: Path) -> None:
    from tts.transformers_voice import TransformersVoice

    voice = TransformersVoice(vits(tmp_path / "voice"))
    assert voice.rate == 16_000 and not len(voice.speak("… — !", Manner()).samples)


def test_cancelled_it_leaves_nothing(tmp_path: Path) -> None:
    engine = transformers_voice(VOICES[1].card, vits(tmp_path / "voice"))
    engine.load()
    (tmp_path / "made").mkdir()

    def cancels(share: float) -> None:
        if share > 0.3:
            raise JobCancelled("It is no longer wanted.")

    with pytest.raises(JobCancelled):
        engine.run(Job("synthesize_speech", tmp_path / "made", {"text": TEXT * 3}), cancels)
    assert not list((tmp_path / "made").iterdir())


def test_what_is_no_voice_is_said(tmp_path: Path) -> None:
    with pytest.raises(EngineMissing, match="Pull it again"):
        transformers_voice(VOICES[0].card, tmp_path).load()
    folder = vits(tmp_path / "voice")
    (folder / "config.json").write_text(json.dumps({"model_type": "bert"}))
    with pytest.raises(EngineMissing, match="neither"):
        transformers_voice(VOICES[0].card, folder).load()


def test_the_catalogue_has_them_and_tells_what_may_not_be_sold() -> None:
    engines = {entry.card.name: entry for entry in ENGINES}
    pulled = {one.name: one for one in WEIGHTS}
    for voice in VOICES:
        assert engines[voice.card.name].weights == voice.card.name
        assert pulled[voice.card.name].commercial == voice.card.commercial == ("NC" not in voice.card.licence)
    assert engines["espnet-ljspeech"].apart
