"""Sounds named in any words, by AudioSep: its network held against another way to compute it, and what is around."""

import time
import tracemalloc
from collections.abc import Mapping
from pathlib import Path
from threading import Event, Timer
from typing import Any

import numpy as np
import pytest
import soundfile as sf
import torch
from torch import Tensor
from torch.nn import functional
from transformers import ClapTextConfig, ClapTextModelWithProjection

from assistant.audio import Samples
from assistant.errors import EngineError, EngineMissing, JobCancelled
from models.base import Card, Job, Made, Report
from models.catalogue import ENGINES, weights
from models.sound.audiosep import AudioSep
from models.sound.described_extraction import Describable, DescribedExtraction
from tests.audiosep_checkpoint import BINS, CONDITION, HIDDEN, WIDTHS, make_checkpoint, make_weights

CARD = Card("audiosep", "extract_sound", "model", "Under test.")
RATE = 32_000


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_checkpoint(tmp_path_factory.mktemp("models") / "audiosep")


@pytest.fixture(scope="module")
def model(folder: Path) -> AudioSep:
    return AudioSep(folder, folder.with_name("clap"))


def quietly(share: float) -> None:
    """A report that nobody reads."""


# --------------------------------------------------------------------- the network


def computed(stored: Mapping[str, Tensor], sound: Tensor, condition: Tensor) -> Tensor:
    """What the network gives, step by step as the paper's own code has it, from weights by their public names."""
    of = {name.removeprefix("ss_model.base."): one for name, one in stored.items()}
    film = {name.removeprefix("ss_model.film."): one for name, one in stored.items()}

    def biased(name: str, x: Tensor) -> Tensor:
        path = name.replace(".", "->").replace("bn", "beta")
        beta = condition @ film[f"{path}.weight"].T + film[f"{path}.bias"]
        return functional.leaky_relu(normal(name, x) + beta[:, :, None, None], 0.01)

    def normal(name: str, x: Tensor) -> Tensor:
        kept = (of[f"{name}.{part}"] for part in ("running_mean", "running_var", "weight", "bias"))
        return functional.batch_norm(x, *kept)

    def block(name: str, x: Tensor) -> Tensor:
        made = functional.conv2d(biased(f"{name}.bn1", x), of[f"{name}.conv1.weight"], padding=1)
        made = functional.conv2d(biased(f"{name}.bn2", made), of[f"{name}.conv2.weight"], padding=1)
        if f"{name}.shortcut.weight" in of:
            x = functional.conv2d(x, of[f"{name}.shortcut.weight"], of[f"{name}.shortcut.bias"])
        return x + made

    window, size = torch.hann_window(2 * (BINS - 1)), 2 * (BINS - 1)
    spectrum = torch.stft(sound, size, 40, window=window, return_complex=True)[0].T
    x = torch.clamp(spectrum.abs() ** 2, min=1e-10).sqrt()[None, None]
    x = normal("bn0", x.transpose(1, 3)).transpose(1, 3)
    frames = x.shape[2]
    x = functional.pad(x, (0, 0, 0, -(-frames // 32) * 32 - frames))[..., :-1]
    x = functional.conv2d(x, of["pre_conv.weight"], of["pre_conv.bias"])
    kept = []
    for k in range(1, 7):
        kept.append(x := block(f"encoder_block{k}.conv_block1", x))
        x = functional.avg_pool2d(x, (1, 2) if k == 6 else (2, 2))
    x = block("conv_block7a.conv_block1", x)
    for k in range(1, 7):
        up = of[f"decoder_block{k}.conv1.weight"]
        x = functional.conv_transpose2d(biased(f"decoder_block{k}.bn1", x), up, stride=tuple(up.shape[2:]))
        x = block(f"decoder_block{k}.conv_block2", torch.cat((x, kept[6 - k]), 1))
    found = functional.conv2d(x, of["after_conv.weight"], of["after_conv.bias"])[0, :, :frames]
    angle = torch.atan2(torch.tanh(found[2]), torch.tanh(found[1])) + spectrum[:, :-1].angle()
    made = torch.polar(torch.sigmoid(found[0]) * spectrum[:, :-1].abs(), angle)
    made = torch.cat((made, torch.zeros_like(made[:, :1])), dim=1)
    return torch.istft(made.T[None], size, 40, window=window, length=sound.shape[-1])


def test_the_network_is_the_public_one(folder: Path, model: AudioSep) -> None:
    stored = torch.load(folder / "pytorch_model.bin", weights_only=True)
    sound = 0.1 * torch.randn((1, 9_000), generator=torch.Generator().manual_seed(1))
    condition = functional.normalize(torch.randn((1, CONDITION), generator=torch.Generator().manual_seed(2)), dim=-1)
    wanted = computed(stored, sound, condition)[0].numpy()
    found = model(sound[0].numpy(), condition)
    assert found.std() > 1e-3 and np.allclose(found, wanted, atol=1e-5)
    other = model(sound[0].numpy(), -condition)
    assert np.abs(found - other).max() > 1e-3


def test_every_weight_of_the_network_is_used(model: AudioSep) -> None:
    stored = {name for name in make_weights() if name.startswith("ss_model.")}
    mine = {f"ss_model.{name}" for name in model._network.state_dict()}
    assert stored - mine == {"ss_model.base.stft.conv_real.weight"} and not mine - stored
    assert len(WIDTHS) == 6


def test_words_mean_what_they_mean_to_clap(folder: Path, model: AudioSep) -> None:
    stored = torch.load(folder / "pytorch_model.bin", weights_only=True)
    text = {k.removeprefix("query_encoder.model."): one for k, one in stored.items() if k.startswith("query_encoder.")}
    names = {
        "text_branch.": "text_model.",
        "projection.0.": "projection.linear1.",
        "projection.2.": "projection.linear2.",
    }
    for theirs, ours in names.items():
        text = {name.replace(theirs, ours): one for name, one in text.items()}
    config = ClapTextConfig(
        **{"vocab_size": 40, "hidden_size": HIDDEN, "num_hidden_layers": 1, "num_attention_heads": 1},
        **{"intermediate_size": 32, "max_position_embeddings": 514, "projection_dim": CONDITION},
        layer_norm_eps=1e-5,
    )
    clap = ClapTextModelWithProjection(config).eval()
    lacking = clap.load_state_dict(text, strict=False)
    assert not lacking.unexpected_keys and all(name.endswith("_ids") for name in lacking.missing_keys)
    tokens = model._tokens(["a dog barks"], return_tensors="pt")
    with torch.inference_mode():
        wanted = functional.normalize(clap(**tokens).text_embeds, dim=-1)
    assert torch.allclose(model.meaning("a dog barks"), wanted, atol=1e-5)


@pytest.mark.parametrize("size", [1, 40, 3_200, 32_001])
def test_sound_is_as_long_as_it_was(model: AudioSep, size: int) -> None:
    sound = 0.1 * np.random.default_rng(0).standard_normal(size).astype(np.float32)
    found = model(sound, model.meaning("dog"))
    assert found.shape == (size,) and found.dtype == np.float32 and np.isfinite(found).all()
    assert np.abs(model(np.zeros(size, np.float32), model.meaning("dog"))).max() < 1e-3


def test_it_ends_before_the_next_layer(model: AudioSep) -> None:
    sound, meaning = np.zeros(60 * RATE, np.float32), model.meaning("dog")
    Timer(0.1, model.stop).start()
    with pytest.raises(EngineError, match="stopped"):
        while True:
            model(sound, meaning)


def test_folders_that_hold_something_else_are_told(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(EngineMissing, match="pytorch_model.bin missing. Pull it again"):
        AudioSep(tmp_path, folder.with_name("clap"))
    with pytest.raises(EngineMissing, match="assistant models pull clap"):
        AudioSep(folder, tmp_path)
    torch.save({"a": torch.zeros(1)}, tmp_path / "pytorch_model.bin")
    with pytest.raises(EngineError, match="not the weights of an AudioSep"):
        AudioSep(tmp_path, folder.with_name("clap"))
    stored = make_weights()
    del stored["ss_model.film.encoder_block2->conv_block1->beta2.bias"]
    torch.save(stored, tmp_path / "pytorch_model.bin")
    with pytest.raises(EngineError, match="holds no AudioSep that can be loaded"):
        AudioSep(tmp_path, folder.with_name("clap"))


# ---------------------------------------------------------------------- the engine


class Below:
    """A `Describable` for which whatever words mean lies below a frequency."""

    rate = RATE

    def __init__(self, hertz: float = 1000.0) -> None:
        self._hertz = hertz
        self.words: list[str] = []
        self.longest = 0

    def meaning(self, words: str) -> str:
        self.words.append(words)
        return words

    def __call__(self, sound: Samples, meaning: Any) -> Samples:
        self.longest = max(self.longest, len(sound))
        spectrum = np.fft.rfft(sound) * (np.fft.rfftfreq(len(sound), 1 / RATE) < self._hertz)
        return np.asarray(np.fft.irfft(spectrum, len(sound)), np.float32)

    def stop(self) -> None:
        """It never takes long."""


class Slow(Below):
    """One that would take a minute, and can be stopped."""

    def __init__(self) -> None:
        super().__init__()
        self._stopped = Event()

    def __call__(self, sound: Samples, meaning: Any) -> Samples:
        self._stopped.wait(60)
        raise EngineError("stopped")

    def stop(self) -> None:
        self._stopped.set()


class Around(DescribedExtraction):
    """Around a model that is here already."""

    def __init__(self, model: Describable) -> None:
        super().__init__(CARD)
        self._model = model


def extracted(folder: Path, model: Below, sound: Any, rate: int, report: Report = quietly, **given: Any) -> Any:
    (folder / "made").mkdir(exist_ok=True)
    sf.write(folder / "a.wav", sound, rate, "FLOAT")
    job = Job("extract_sound", folder / "made", {"target": "the low tone", **given}, {"audio": folder / "a.wav"})
    made: Made = Around(model).run(job, report)
    return made, sf.read(made.files[0].path, always_2d=True)[0]


def tones(seconds: float, rate: int, channels: int = 1) -> tuple[Any, Any]:
    """A low and a high one: (n, channels) each."""
    at = np.arange(round(seconds * rate)) / rate
    gains = np.linspace(1, 0.5, channels)
    return tuple(0.2 * np.sin(2 * np.pi * hertz * at)[:, None] * gains for hertz in (300, 3000))  # type: ignore[return-value]


@pytest.mark.parametrize(
    ("rate", "channels", "seconds"), [(8_000, 1, 12.3), (16_000, 2, 3.0), (44_100, 2, 10.1), (96_000, 1, 2.0)]
)
def test_the_sound_is_kept_at_any_rate_and_length(tmp_path: Path, rate: int, channels: int, seconds: float) -> None:
    low, high = tones(seconds, rate, channels)
    inner = slice(rate // 10, -rate // 10)
    made, kept = extracted(tmp_path, Below(), low + high, rate)
    assert kept.shape == low.shape and np.abs(kept - low)[inner].max() < 5e-3
    assert made.facts == {"rate": rate, "channels": channels, "share": pytest.approx(0.5, abs=0.02), "by": "words"}
    assert made.files[0].name == "low tone"
    made, kept = extracted(tmp_path, Below(), low + high, rate, target="everything but the low tone")
    assert np.abs(kept - high)[inner].max() < 5e-3 and made.files[0].name == "sound without low tone"


def test_a_part_is_given_back_where_one_is_named(tmp_path: Path) -> None:
    low, high = tones(6.0, RATE)
    model = Below()
    _, kept = extracted(tmp_path, model, low + high, RATE, start_s=1.0, end_s=3.5)
    assert len(kept) == round(2.5 * RATE) and model.words == ["the low tone"]


def test_what_is_not_there_is_said(tmp_path: Path) -> None:
    low, _ = tones(2.0, RATE)
    for sound in (low, 0 * low, low[: RATE // 20]):
        with pytest.raises(EngineError, match="I hear no low tone in it"):
            extracted(tmp_path, Below(1.0), sound, RATE)
    assert not list((tmp_path / "made").iterdir())


def test_memory_stays_flat_and_windows_short(tmp_path: Path) -> None:
    model, sound = Below(), np.random.default_rng(0).uniform(-0.5, 0.5, 120 * 16_000)
    (tmp_path / "made").mkdir()
    sf.write(tmp_path / "a.wav", sound, 16_000)
    job = Job("extract_sound", tmp_path / "made", {"target": "rain"}, {"audio": tmp_path / "a.wav"})
    tracemalloc.start()
    try:
        Around(model).run(job, quietly)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert model.longest <= 10 * RATE and peak < 40e6


def test_a_job_that_is_not_wanted_leaves_nothing(tmp_path: Path) -> None:
    begun = time.monotonic()

    def report(share: float) -> None:
        if time.monotonic() - begun > 0.2:
            raise JobCancelled("The job is no longer wanted.")

    with pytest.raises(JobCancelled):
        extracted(tmp_path, Slow(), tones(3.0, RATE)[0], RATE, report)
    assert time.monotonic() - begun < 20.0 and not list((tmp_path / "made").iterdir())


def test_the_engine_of_the_catalogue_is_made(folder: Path, tmp_path: Path) -> None:
    entry = next(one for one in ENGINES if one.card.name == "audiosep")
    assert entry.weights == "audiosep" and weights("audiosep").repo == entry.card.source
    made = DescribedExtraction(entry.card, folder)
    made.load()
    sf.write(tmp_path / "a.wav", sum(tones(1.0, 22_050, 2)), 22_050)
    job = Job("extract_sound", tmp_path, {"target": "a dog, barking"}, {"audio": tmp_path / "a.wav"})
    first = sf.read(made.run(job, quietly).files[0].path)[0]
    assert first.shape == (22_050, 2) and np.array_equal(first, sf.read(made.run(job, quietly).files[0].path)[0])
    made.drop()
