"""Sound by diffusion: diffusers' pipelines on small checkpoints of their own classes, and what is built around them."""

import fnmatch
import json
import time
from collections.abc import Callable
from pathlib import Path
from threading import Timer
from typing import Any

import numpy as np
import pytest
import soundfile as sf
import torch
from diffusers import AudioLDM2Pipeline
from transformers import GPT2LMHeadModel, GPT2Model

from assistant.audio import Samples
from assistant.clock import run_virtually
from assistant.errors import EngineError, EngineMissing
from models.base import Card, Job
from models.catalogue import ENGINES, missing, weights
from models.options import ModelsOptions
from models.residency import Residency
from models.sound.diffusion import Painter, Wish
from models.sound.diffusion_audioldm import AudioLDM2, LogMel
from models.sound.diffusion_loading import load_painter
from models.sound.diffusion_public import DIFFUSION, FILES
from models.sound.diffusion_sampling import frames_kept, loaded, quietly
from models.sound.diffusion_stable import StableAudio
from tests.diffusion_checkpoint import LDM_SECONDS, STABLE_SECONDS, make_audioldm2, make_stable_audio

CARD = Card("audioldm2", "generate_audio", "model", "Under test.")
KINDS: dict[str, tuple[Callable[[Path], Path], float]] = {
    "audioldm2": (make_audioldm2, LDM_SECONDS),
    "stable-audio-open": (make_stable_audio, STABLE_SECONDS),
}
FEW = 3
"""Steps."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of models, as those that were pulled lie in it."""
    folder = tmp_path_factory.mktemp("models")
    with quietly():
        for name, (make, _) in KINDS.items():
            make(folder / name)
    return folder


@pytest.fixture(scope="module", params=list(KINDS))
def painter(request: pytest.FixtureRequest, folder: Path) -> Painter:
    return load_painter(CARD, folder / request.param)


def noise(painter: Painter, seconds: float = 2.0, seed: int = 0) -> Samples:
    random = np.random.default_rng(seed)
    return 0.1 * random.standard_normal((round(seconds * painter.rate), painter.channels), np.float32)


def all_but(sound: Samples, start: float, end: float) -> Any:
    """What is known where a part is not, from one share of the sound to another."""
    known = np.ones(len(sound), bool)
    known[round(start * len(sound)) : round(end * len(sound))] = False
    return known


# ------------------------------------------------------------------- the pipelines


def test_the_index_tells_which_model_it_is(folder: Path) -> None:
    ldm, stable = (load_painter(CARD, folder / name) for name in KINDS)
    assert isinstance(ldm, AudioLDM2) and (ldm.channels, ldm.ranks) == (1, True)
    assert isinstance(stable, StableAudio) and (stable.channels, stable.ranks) == (2, False)
    assert [one.window / one.rate for one in (ldm, stable)] == [LDM_SECONDS, STABLE_SECONDS]


def test_sound_is_made_again_by_the_same_seed_and_words(painter: Painter) -> None:
    nothing = np.zeros_like(noise(painter))
    known, wish = np.zeros(len(nothing), bool), Wish("dog bark", FEW, avoid="low quality")
    made = painter(nothing, known, wish)
    assert made.shape == nothing.shape and made.dtype == np.float32
    assert np.isfinite(made).all() and made.std() > 1e-3 and painter.share == 1
    assert np.array_equal(painter(nothing, known, wish), made)
    for other in (Wish("dog bark", FEW, seed=1), Wish("rain on a tent", FEW), Wish("dog bark", FEW, 1.0)):
        assert not np.allclose(painter(nothing, known, other), made, atol=1e-6)


def test_what_is_lost_is_not_looked_at_and_what_is_known_is(painter: Painter) -> None:
    sound, other = noise(painter), noise(painter)
    known, wish = all_but(sound, 0.4, 0.6), Wish("", FEW)
    other[~known] = 0.9
    made = painter(sound, known, wish)
    assert np.array_equal(painter(other, known, wish), made)
    assert not np.array_equal(painter(noise(painter, seed=5), known, wish), made)


def test_what_is_all_known_comes_back_whatever_the_seed(painter: Painter) -> None:
    sound = noise(painter)
    known = np.ones(len(sound), bool)
    assert len(sound) < painter.window  # what follows is unknown, and differs; what is far from it hardly does
    one, two = (painter(sound, known, Wish("", FEW, seed=seed))[: len(sound) // 2] for seed in (0, 1))
    assert np.abs(one - two).max() < 0.05 * np.abs(one).max()


def test_known_latents_are_put_back_at_every_step(folder: Path) -> None:
    """The latents after sampling are those of what is known, to the last bit, and others elsewhere."""
    made = load_painter(CARD, folder / "audioldm2")
    assert isinstance(made, AudioLDM2)
    random = torch.Generator().manual_seed(3)
    known = torch.randn((1, 8, 64, 16), generator=random)
    keep = (torch.arange(64) < 40)[None, None, :, None]
    with made._sampling.call():
        found = [
            made._sampling.audio(known, keep, Wish("", FEW, seed=seed), audio_length_in_s=2.56, output_type="latent")
            for seed in (0, 1)
        ]
    for latents in found:
        assert torch.equal(latents[:, :, :40], known[:, :, :40])
        assert (latents[:, :, 40:] - known[:, :, 40:]).abs().mean() > 0.1
    assert not torch.allclose(found[0][:, :, 40:], found[1][:, :, 40:])


def test_only_frames_that_see_nothing_lost_are_kept() -> None:
    known = np.array([1] * 8 + [1, 0] + [1] * 6, bool)
    assert frames_kept(known, 2).tolist() == [True, True, True, False, False, False, True, True]
    assert not frames_kept(np.zeros(8, bool), 2).any() and frames_kept(np.ones(8, bool), 2).all()


def test_soft_sound_is_heard_as_loud_and_given_back_as_soft(folder: Path) -> None:
    made = load_painter(CARD, folder / "audioldm2")
    sound = noise(made)
    known, wish = all_but(sound, 0.4, 0.6), Wish("", FEW)
    assert np.allclose(made(0.5 * sound, known, wish), 0.5 * made(sound, known, wish), atol=1e-4)


def test_the_spectrum_is_that_of_slaney() -> None:
    """Computed another way: librosa's bands, on frames taken one by one."""
    filters = pytest.importorskip("librosa.filters")
    sound = np.random.default_rng(0).standard_normal(16_000)
    padded = np.pad(sound, 432, "reflect")
    window = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(1024) / 1024)
    frames = np.stack([padded[at : at + 1024] * window for at in range(0, 16_000, 160)])
    wanted = np.log(np.abs(np.fft.rfft(frames)) @ filters.mel(sr=16_000, n_fft=1024, n_mels=64).T)
    found = LogMel(16_000, 160, 64)(torch.from_numpy(sound.astype(np.float32))).numpy()
    assert found.shape == (100, 64) and np.allclose(found, wanted, atol=1e-3)


def test_clap_tells_how_well_words_fit(folder: Path) -> None:
    made = load_painter(CARD, folder / "audioldm2")
    found = [made.likeness(noise(made, seconds), "dog bark") for seconds in (0.1, 2.0, 12.0)]
    assert all(-1 <= one <= 1 for one in found) and made.likeness(noise(made, 2.0), "dog bark") == found[1]


def test_it_ends_before_the_next_layer(painter: Painter) -> None:
    nothing, begun = np.zeros_like(noise(painter)), time.monotonic()
    Timer(0.2, painter.stop).start()
    with pytest.raises(EngineError, match="stopped"):
        painter(nothing, np.zeros(len(nothing), bool), Wish("dog", 1000))
    stopped_s = time.monotonic() - begun
    begun = time.monotonic()
    assert painter(nothing, np.zeros(len(nothing), bool), Wish("dog", 1)).any()
    assert stopped_s < 0.2 + 100 * (time.monotonic() - begun), "not after a thousand steps"


# --------------------------------------------------------------------- the folders


def test_folders_that_hold_something_else_are_told(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(EngineMissing, match="model_index.json missing. Pull it again"):
        load_painter(CARD, tmp_path)
    index = tmp_path / "model_index.json"
    index.write_text(json.dumps({"_class_name": "FluxPipeline"}))
    with pytest.raises(EngineError, match="is a FluxPipeline, and I use no such model"):
        load_painter(CARD, tmp_path)
    index.write_bytes((folder / "audioldm2" / "model_index.json").read_bytes())
    with pytest.raises(EngineError, match="holds no AudioLDM2Pipeline of diffusers that can be loaded"):
        load_painter(CARD, tmp_path)


def test_what_is_pulled_is_what_is_read(folder: Path, tmp_path: Path) -> None:
    for name in KINDS:
        for path in (folder / name).rglob("*"):
            written = path.relative_to(folder / name).as_posix()
            if path.is_file() and any(fnmatch.fnmatch(written, pattern) for pattern in FILES):
                (tmp_path / name / written).parent.mkdir(parents=True, exist_ok=True)
                (tmp_path / name / written).write_bytes(path.read_bytes())
        assert load_painter(CARD, tmp_path / name).window
    assert not any(fnmatch.fnmatch("model.safetensors", pattern) for pattern in FILES)


def test_gpt_2_may_be_stored_as_either_class(folder: Path, tmp_path: Path) -> None:
    pipe = loaded(AudioLDM2Pipeline, folder / "audioldm2")
    assert type(pipe.language_model) is GPT2Model  # as the public ones have it
    writing = GPT2LMHeadModel(pipe.language_model.config)
    writing.transformer = pipe.language_model
    pipe.register_modules(language_model=writing)
    pipe.save_pretrained(tmp_path / "other")
    one, two = (load_painter(CARD, path) for path in (folder / "audioldm2", tmp_path / "other"))
    nothing = np.zeros((one.window, 1), np.float32)
    known, wish = np.zeros(one.window, bool), Wish("dog bark", 1)
    assert np.allclose(one(nothing, known, wish), two(nothing, known, wish), atol=1e-4)


@pytest.mark.parametrize("one", DIFFUSION, ids=lambda one: one.name)
def test_the_catalogue_has_them_for_those_who_ask(one: Any, tmp_path: Path) -> None:
    entries = [entry for entry in ENGINES if entry.weights == one.name]
    assert [entry.card.task for entry in entries] == ["generate_audio", "inpaint_audio"][: len(entries)]
    assert len(entries) == 1 + one.inpaints and not any(entry.card.commercial for entry in entries)
    known = weights(one.name)
    assert not known.commercial and known.repo == one.repo and known.licence == entries[0].card.licence
    assert all(f'"{entry.card.name}"' in known.use for entry in entries)
    assert missing(entries[0], ModelsOptions(tmp_path)).endswith(f"assistant models pull {one.name}")


def test_the_engines_of_the_catalogue_make_sound(folder: Path, tmp_path: Path) -> None:
    """Whole, with a small AudioLDM 2, as the settings would have it."""
    sf.write(tmp_path / "a.wav", 0.1 * np.random.default_rng(0).standard_normal((40_000, 2)), 8_000)
    options = ModelsOptions(folder, engines={"generate_audio": "audioldm2", "inpaint_audio": "audioldm2-inpaint"})
    shared = {"text": "dog bark", "steps": 2}
    jobs = (
        Job("generate_audio", tmp_path, {**shared, "seconds": 3.0, "candidates": 2}),
        Job("inpaint_audio", tmp_path, {**shared, "start_s": 1.0, "end_s": 2.0}, {"audio": tmp_path / "a.wav"}),
    )

    async def ask() -> list[Any]:
        async with Residency([entry for entry in ENGINES if entry.weights == "audioldm2"], options) as models:
            return [await models.run(job) for job in jobs]

    made, filled = run_virtually(ask())
    assert sf.info(made.made.files[0].path).frames == 48_000 and made.provenance.licence == "CC-BY-NC-SA-4.0"
    before, after = (sf.read(path, always_2d=True)[0] for path in (tmp_path / "a.wav", filled.made.files[0].path))
    changed = np.flatnonzero((before != after).any(axis=1))
    assert changed[0] >= 8_000 and changed[-1] < 16_000 and filled.provenance.engine == "audioldm2-inpaint"
