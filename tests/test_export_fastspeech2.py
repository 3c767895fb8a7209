"""Exported voices give what the models give that they were exported from.

The models are small ones, made here with the classes of the libraries that publish the large ones.
"""

import json
import math
from dataclasses import replace
from pathlib import Path
from shutil import copytree
from typing import Any

import numpy as np
import onnxruntime as ort
import pytest
import torch
from torch import nn

from assistant.errors import SettingsError
from assistant.events import Manner
from scripts.export_fastspeech2 import main, read
from scripts.fastspeech2_export.networks import Decoder, Encoder
from scripts.fastspeech2_export.options import ExportOptions
from scripts.fastspeech2_export.positions import Absolute, OldRelative, Relative
from scripts.fastspeech2_export.source import Parts
from tts.cards import MODELS, read_card, read_phones
from tts.fastspeech2 import FastSpeech2

VOWELS = ("AA", "AE", "AH", "AO", "AW", "AY", "EH", "ER", "EY", "IH", "IY", "OW", "OY", "UH", "UW")
CONSONANTS = (*"BDFGKLMNPRSTVWYZ", "CH", "DH", "HH", "JH", "NG", "SH", "TH", "ZH")
PHONES = ("<blank>", "<unk>", *CONSONANTS, *(v + s for v in VOWELS for s in "012"), *",.?!'", "<sos/eos>")
CHANNELS, MELS, RATE = 16, 8, 16_000
TOLERANCE = 1e-3
"""Of mel, in natural logarithms or deviations."""
pytestmark = pytest.mark.timeout(1200)  # tracing takes long where the processor has other work
LENGTHS = (1, 2, 9, 60)
"""Phones in a clause; the networks are traced with seven."""


class Sessions:
    """A voice folder, run as it is, without a runtime around it."""

    def __init__(self, folder: Path) -> None:
        self.encoder, self.decoder, self.vocoder = (ort.InferenceSession(folder / name) for name in MODELS)

    def encode(self, ids: np.ndarray) -> tuple[np.ndarray, ...]:
        return tuple(self.encoder.run(["hidden", "durations", "pitch", "energy"], {"phones": ids[None]}))

    def mel(self, ids: np.ndarray, frames: np.ndarray | None = None) -> np.ndarray:
        hidden, durations, pitch, energy = self.encode(ids)
        whole = np.rint(durations).astype(np.int64) if frames is None else frames[None]
        whole = whole if whole.any() else np.ones_like(whole)  # as the published models do it
        given = {"hidden": hidden, "durations": whole, "pitch": pitch, "energy": energy}
        mel: np.ndarray = self.decoder.run(["mel"], given)[0]
        return mel

    def samples(self, mel: np.ndarray) -> np.ndarray:
        samples: np.ndarray = self.vocoder.run(["samples"], {"mel": mel})[0]
        return samples


# ---------------------------------------------------------------- transformers


def make_published(folder: Path, vocabulary: bool = True, **changes: object) -> Path:
    """A `FastSpeech2ConformerWithHifiGan` as transformers saves it, with its tokenizer's list of phones."""
    transformers = pytest.importorskip("transformers")
    torch.manual_seed(3)
    predictors = {f"{what}_predictor_channels": CHANNELS for what in ("duration", "pitch", "energy")}
    halves = {
        f"{half}_{key}": n
        for half in ("encoder", "decoder")
        for key, n in {"num_attention_heads": 2, "layers": 1, "linear_units": 24}.items()
    }
    acoustic = transformers.FastSpeech2ConformerConfig(
        hidden_size=CHANNELS,
        vocab_size=len(PHONES),
        num_mel_bins=MELS,
        speech_decoder_postnet_layers=2,
        speech_decoder_postnet_units=CHANNELS,
        **predictors | halves | changes,
    )
    vocoder = transformers.FastSpeech2ConformerHifiGanConfig(
        model_in_dim=MELS,
        upsample_initial_channel=16,
        upsample_rates=[8, 8],
        upsample_kernel_sizes=[16, 16],
        resblock_kernel_sizes=[3],
        resblock_dilation_sizes=[[1, 3]],
    )
    both = transformers.FastSpeech2ConformerWithHifiGanConfig(
        model_config=acoustic.to_dict(), vocoder_config=vocoder.to_dict()
    )
    model = transformers.FastSpeech2ConformerWithHifiGan(both).eval()
    nn.init.constant_(model.model.duration_predictor.linear.bias, math.log(6))
    for weights in model.vocoder.parameters():
        nn.init.normal_(weights, std=0.3 if weights.dim() > 1 else 0.1)
    model.vocoder.mean.copy_(torch.linspace(-0.2, 0.2, MELS))
    model.save_pretrained(folder)
    if vocabulary:
        (folder / "vocab.json").write_text(json.dumps({phone: i for i, phone in enumerate(PHONES)}), encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = make_published(tmp_path_factory.mktemp("published"))
    (folder / "README.md").write_text("---\nlicense: apache-2.0\n---\nA model.\n", encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def voice(published: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("voices") / "small"
    main([str(published), str(folder), "--data", "nothing", "--rate", str(RATE)])
    return folder


def loaded(folder: Path) -> Any:
    from transformers import FastSpeech2ConformerWithHifiGan as Published

    kind: Any = Published  # it has no types
    return kind.from_pretrained(folder).eval()


def clause(length: int) -> np.ndarray:
    """Phones, the last of them the one that ends all clauses."""
    ids = np.random.default_rng(length).integers(2, len(PHONES) - 1, length)
    return np.append(ids[:-1], len(PHONES) - 1)


@pytest.mark.parametrize("length", LENGTHS)
def test_a_voice_gives_the_mel_and_the_sound_of_transformers_model(published, voice, length):
    with torch.no_grad():
        given = loaded(published)(torch.from_numpy(clause(length))[None], return_dict=True)
    sessions = Sessions(voice)
    _, durations, pitch, energy = sessions.encode(clause(length))
    if np.rint(durations).any():
        assert np.array_equal(np.rint(durations), given.duration_outputs.numpy())
    assert np.abs(pitch - given.pitch_outputs[..., 0].numpy()).max() < TOLERANCE
    assert np.abs(energy - given.energy_outputs[..., 0].numpy()).max() < TOLERANCE
    mel = sessions.mel(clause(length))
    assert mel.shape == given.spectrogram.shape and mel.dtype == np.float32
    assert np.abs(mel - given.spectrogram.numpy()).max() < TOLERANCE
    samples = sessions.samples(mel)
    assert samples.shape == (1, mel.shape[1] * 64)
    assert np.abs(samples - given.waveform.numpy()).max() < TOLERANCE
    assert np.abs(samples).max() > 0.01


def test_a_voice_takes_durations_of_any_kind(voice):
    frames = np.array([0, 5, 0, 1, 40, 0])
    mel = Sessions(voice).mel(clause(6), frames)
    assert mel.shape == (1, frames.sum(), MELS)
    assert np.isfinite(mel).all()


def test_the_card_and_the_phones_are_as_the_runtime_reads_them(voice):
    card = read_card(voice)
    assert (card.name, card.rate, card.hop, card.mels) == ("small", RATE, 64, MELS)
    assert (card.phone_set, card.end, card.data) == ("arpabet", "<sos/eos>", "nothing")
    assert (card.licence, card.notice) == ("apache-2.0", "")
    assert 4 < card.pitch.mean < 6
    assert read_phones(voice) == PHONES


def test_the_voice_speaks_and_times_its_words(voice):
    speaker = FastSpeech2(voice)
    spoken = speaker.speak("Hello to the whole world.", Manner())
    assert [word.text for word in spoken.words] == ["Hello", "to", "the", "whole", "world."]
    assert all(a.end_s <= b.start_s < b.end_s for a, b in zip(spoken.words, spoken.words[1:], strict=False))
    assert np.abs(spoken.samples).max() > 0.01


def test_a_tokenizer_lies_with_the_model_or_where_it_is_said_to(tmp_path, capsys):
    model = make_published(tmp_path / "model", vocabulary=False)
    with pytest.raises(SystemExit, match="2"):
        main([str(model), str(tmp_path / "voice")])
    assert "--tokenizer espnet/fastspeech2_conformer" in capsys.readouterr().err
    assert not (tmp_path / "voice").exists()


def test_one_of_several_speakers_is_exported_over_an_earlier_voice(tmp_path, published, voice, capsys):
    model = make_published(tmp_path / "model", vocabulary=False, num_speakers=3)
    copytree(voice, tmp_path / "voices" / "voice")
    given = [str(model), str(tmp_path / "voices" / "voice"), "--tokenizer", str(published)]
    for wrong in ([], ["--speaker", "3"], ["--speaker", "-1"]):
        with pytest.raises(SystemExit):
            main([*given, *wrong])
        assert "has 3 speakers; choose one: --speaker 0 to 2." in capsys.readouterr().err
    assert read_card(tmp_path / "voices" / "voice").name == "small"
    main([*given, "--speaker", "2", "--name", "third", "--licence", "cc-by-nc-4.0"])
    card = read_card(tmp_path / "voices" / "voice")
    assert (card.name, card.licence) == ("third", "cc-by-nc-4.0") and "non-commercial" in card.notice
    assert [path.name for path in (tmp_path / "voices").iterdir()] == ["voice"]
    ids = torch.from_numpy(clause(9))[None]
    with torch.no_grad():
        mel, other = (
            loaded(model)(ids, speaker_ids=torch.tensor([k]), return_dict=True).spectrogram.numpy() for k in (2, 1)
        )
    exported = Sessions(tmp_path / "voices" / "voice").mel(clause(9))
    assert np.abs(exported - mel).max() < TOLERANCE
    assert other.shape != mel.shape or np.abs(exported - other).max() > 10 * TOLERANCE


def test_acoustic_model_and_vocoder_may_come_apart(tmp_path, published):
    both = loaded(published)
    both.model.save_pretrained(tmp_path / "acoustic")
    both.vocoder.save_pretrained(tmp_path / "vocoder")
    options = ExportOptions(str(tmp_path / "acoustic"), tokenizer=str(published))
    with pytest.raises(SettingsError, match="has no vocoder; give one: --vocoder"):
        read(options)
    apart = read(replace(options, vocoder=str(tmp_path / "vocoder")))
    together = read(ExportOptions(str(published)))
    ids = torch.from_numpy(clause(9))[None]
    for one, other in zip(Encoder(apart.parts)(ids), Encoder(together.parts)(ids), strict=True):
        assert torch.equal(one, other)
    mel = torch.randn(1, 5, MELS)
    assert torch.equal(apart.parts.vocoder(mel), together.parts.vocoder(mel))
    assert (apart.symbols, apart.hop, apart.rate) == (together.symbols, together.hop, 22_050)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"speaker_embed_dim": 4}, "wants a speaker's embedding beside the text"),
        ({"reduction_factor": 2}, "makes 2 frames at once"),
    ],
)
def test_what_cannot_be_exported_is_refused(tmp_path, capsys, changes, said):
    with pytest.raises(SystemExit):
        main([str(make_published(tmp_path / "model", **changes)), str(tmp_path / "voice")])
    assert said in capsys.readouterr().err


def test_other_models_and_folders_are_refused(tmp_path, published, capsys):
    (tmp_path / "bert").mkdir()
    (tmp_path / "bert" / "config.json").write_text('{"model_type": "bert"}')
    (tmp_path / "taken").mkdir()
    (tmp_path / "taken" / "thesis.tex").touch()
    tries = {
        "is a bert and no FastSpeech 2": ["bert", "voice"],
        "holds something that is no voice": [str(published), "taken"],
    }
    for said, (source, dest) in tries.items():
        with pytest.raises(SystemExit):
            main([str(tmp_path / source), str(tmp_path / dest)])
        assert said in capsys.readouterr().err
    assert (tmp_path / "taken" / "thesis.tex").exists()


# --------------------------------------------------------------------- ESPnet


@pytest.fixture(scope="module")
def espnet(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where checkpoints of ESPnet's can be made and loaded."""
    nltk = pytest.importorskip("nltk", reason="ESPnet is not installed here; scripts/espnet_test installs it")
    pytest.importorskip("espnet", reason="ESPnet is not installed here; scripts/espnet_test installs it")
    from tests.espnet_checkpoint import make_nltk_data

    folder = tmp_path_factory.mktemp("espnet")
    nltk.data.path.insert(0, str(make_nltk_data(folder / "nltk")))
    return folder


@pytest.mark.parametrize(
    ("encoder", "positions", "joint"),
    [
        ("conformer", "latest", True),
        ("conformer", "legacy", False),
        ("transformer", "latest", False),
    ],
)
def test_a_voice_gives_the_mel_and_the_sound_of_espnets_model(espnet, tmp_path, encoder, positions, joint):
    from tests.espnet_checkpoint import RATE as rate
    from tests.espnet_checkpoint import Shape, make_checkpoint, make_vocoder
    from tts.espnet_voice import EspnetVoice
    from tts.options import EspnetOptions

    source = make_checkpoint(tmp_path / "model", Shape(encoder, positions, joint=joint))
    vocoder = [] if joint else ["--vocoder", str(make_vocoder(tmp_path / "vocoder"))]
    main([str(source), str(tmp_path / "voice"), *vocoder])
    card, sessions = read_card(tmp_path / "voice"), Sessions(tmp_path / "voice")
    assert (card.rate, card.hop, card.end, card.licence) == (rate, 64, "<sos/eos>", "cc-by-4.0")
    assert (card.pitch.mean, card.pitch.std) == pytest.approx((5.2, 0.25))
    model = EspnetVoice(EspnetOptions(str(source), "".join(vocoder[1:]))).synthesizer
    for length in LENGTHS:
        ids = np.random.default_rng(length).integers(2, len(read_phones(tmp_path / "voice")) - 1, length)
        given = model(ids)
        closed = np.append(ids, len(read_phones(tmp_path / "voice")) - 1)
        mel = sessions.mel(closed)
        assert np.abs(mel[0] - given["feat_gen_denorm"].numpy() * math.log(10)).max() < TOLERANCE
        assert np.abs(sessions.samples(mel)[0] - given["wav"].reshape(-1).numpy()).max() < TOLERANCE


def test_espnets_models_that_cannot_be_exported_are_refused(espnet, tmp_path, capsys):
    from tests.espnet_checkpoint import Shape, make_checkpoint

    make_checkpoint(tmp_path / "letters", Shape(letters=True, joint=True))
    make_checkpoint(tmp_path / "mute")
    make_checkpoint(tmp_path / "many", Shape(joint=True, speakers=4))
    tries = {
        "letters": "does not read ARPABET",
        "mute": "has no vocoder in it; give a HiFi-GAN",
        "many": "has 4 speakers; choose one: --speaker 0 to 3.",
    }
    for name, said in tries.items():
        with pytest.raises(SystemExit):
            main([str(tmp_path / name), str(tmp_path / "voice")])
        assert said in capsys.readouterr().err


# ------------------------------------------------------------------ the pieces


def test_length_regulation_repeats_every_phone_for_its_frames():
    class Nothing(nn.Module):
        def forward(self, given: torch.Tensor) -> torch.Tensor:
            return torch.zeros(1, 3, given.size(2))

    one = nn.Identity()
    decoder = Decoder(Parts(one, one, one, one, Nothing(), Nothing(), one, one))
    hidden = torch.arange(15.0).reshape(1, 5, 3)
    for durations in ([1, 1, 1, 1, 1], [3, 0, 0, 2, 4], [0, 7, 0, 0, 0], [0, 0, 0, 0, 1]):
        frames = torch.tensor(durations)
        given = decoder(hidden, frames[None], torch.zeros(1, 5), torch.zeros(1, 5), torch.arange(sum(durations)))
        assert torch.equal(given, hidden.repeat_interleave(frames, dim=1))


@pytest.mark.parametrize("length", [1, 2, 37, 5000, 6001])
def test_positions_are_those_of_transformers_tables(length):
    module = pytest.importorskip("transformers.models.fastspeech2_conformer.modeling_fastspeech2_conformer")
    from transformers import FastSpeech2ConformerConfig

    config = FastSpeech2ConformerConfig(hidden_size=CHANNELS)
    table = module.FastSpeech2ConformerRelPositionalEncoding(config, config.encoder_config).eval()
    given = torch.randn(1, length, CHANNELS)
    for ours, theirs in zip(Relative(CHANNELS)(given), table(given), strict=True):
        assert ours.shape == theirs.shape
        assert (ours - theirs).abs().max() < 1e-3


@pytest.mark.parametrize("length", [1, 2, 37, 4999])
def test_positions_are_those_of_espnets_tables(espnet, length):
    from espnet.nets.pytorch_backend.transformer import embedding

    given = torch.randn(1, length, CHANNELS)
    scaled = embedding.ScaledPositionalEncoding(CHANNELS, 0.0)
    nn.init.constant_(scaled.alpha, 0.7)
    pairs = [
        (Relative(CHANNELS), embedding.RelPositionalEncoding(CHANNELS, 0.0)),
        (OldRelative(CHANNELS), embedding.LegacyRelPositionalEncoding(CHANNELS, 0.0)),
        (Absolute(CHANNELS, math.sqrt(CHANNELS), 1.0), embedding.PositionalEncoding(CHANNELS, 0.0)),
        (Absolute(CHANNELS, 1.0, 0.7), scaled),
    ]
    for ours, theirs in pairs:
        for one, other in zip(_tensors(ours(given)), _tensors(theirs(given)), strict=True):
            assert (one - other).abs().max() < 1e-3


def _tensors(given: torch.Tensor | tuple[torch.Tensor, ...]) -> tuple[torch.Tensor, ...]:
    return given if isinstance(given, tuple) else (given,)
