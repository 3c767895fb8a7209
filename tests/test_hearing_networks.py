"""Public models that hear, on small checkpoints of transformers' own classes: they give what the library gives."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile as sf

from assistant.audio import Samples
from assistant.errors import EngineError, EngineMissing, JobCancelled
from models.attended import EVERY_S, attended
from models.base import Job, Json, Made
from models.catalogue import ENGINES, make
from models.options import ModelsOptions
from models.sound.stretches import Stretch

pytest.importorskip("transformers", reason="transformers is not installed here")

import torch

from models.brake import Brake
from models.sound.caption_language import LanguageModel, _conversation
from models.sound.detection_ast import WIDTH, SpectrogramTransformer
from models.sound.target_clap import OTHERS, SAYING, Clap
from models.sound.target_detection import LIKE
from models.sound.target_foundation import Wanted
from models.sound.target_frames import FrameLevel
from tests.hearing_checkpoints import SOUNDS, make_ast, make_clap, make_flamingo, make_frames, make_language_model

MAKERS: dict[str, Callable[[Path], Path]] = {
    "ast": make_ast,
    "clap": make_clap,
    "pe-a-frame": make_frames,
    "qwen2-audio": make_language_model,
    "audio-flamingo-3": make_flamingo,
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of models, as those that were pulled lie in it."""
    folder = tmp_path_factory.mktemp("models")
    for name, maker in MAKERS.items():
        maker(folder / name)
    return folder


def noise(seconds: float, rate: int, seed: int = 0) -> Samples:
    return 0.1 * np.random.default_rng(seed).standard_normal(round(seconds * rate)).astype(np.float32)


AGAIN = 5000
"""Times that a call is made where it is to be stopped: a small network may be quicker than anybody can stop it."""
SOON_S = 20.0
"""Where nobody stops them, so many calls take minutes."""


def quietly(share: float) -> None:
    """A report that nobody reads."""


def stopped(work: Callable[[], Any], stop: Callable[[], None]) -> float:
    """How long work goes on after it is no longer wanted, in seconds; it is done again and again, so that it lasts."""
    begun = time.monotonic()

    def alive() -> None:
        raise JobCancelled("The job is no longer wanted.")

    with pytest.raises(JobCancelled):
        attended(lambda: [work() for _ in range(AGAIN)], alive, stop)
    return time.monotonic() - begun - EVERY_S


# -------------------------------------------------------------------------- each


@pytest.mark.parametrize(
    ("name", "given"),
    [
        *(("ast", {}), ("clap", {"target": "a dog"}), ("clap", {"target": "this", "start_s": 0.5, "end_s": 1.5})),
        *(
            ("pe-a-frame", {"target": "a dog and a horn"}),
            ("pe-a-frame", {"target": "it", "start_s": 1.0, "end_s": 1.3}),
        ),
        *(("qwen2-audio", {}), ("audio-flamingo-3", {})),
    ],
)
def test_the_engines_of_the_catalogue_hear_files_of_any_kind(
    folder: Path, tmp_path: Path, name: str, given: dict[str, Json]
) -> None:
    entry = next(one for one in ENGINES if one.card.name == name)
    engine = make(entry, ModelsOptions(folder))
    engine.load()

    def run(sound: Samples, rate: int) -> Made:
        sf.write(tmp_path / "a.wav", sound, rate, "FLOAT")
        return engine.run(Job(entry.card.task, tmp_path, given, {"audio": tmp_path / "a.wav"}), quietly)

    stereo = np.stack([noise(2.3, 44_100)] * 2, axis=1)
    made = run(stereo, 44_100)
    assert made == run(stereo, 44_100) and made.facts["seconds"] == pytest.approx(2.3, abs=0.01)
    assert all(np.isfinite(row).all() for row in (made.posteriors.rows if made.posteriors else ()))
    assert run(np.full(3 * 8_000, 0.9, np.float32), 8_000).facts["seconds"] == pytest.approx(3.0, abs=0.01)
    if not given.get("end_s"):
        assert run(noise(0.05, 96_000), 96_000).facts["seconds"] == pytest.approx(0.05, abs=0.01)
        assert run(np.zeros(8_000, np.float32), 8_000).text in ("", "1 second of silence.")
    engine.drop()


@pytest.mark.parametrize(
    ("maker", "lost"),
    [
        (SpectrogramTransformer, "preprocessor_config.json"),
        (Clap, "tokenizer.json"),
        (FrameLevel, "config.json"),
        (LanguageModel, "tokenizer.json"),
    ],
)
def test_what_is_no_checkpoint_is_refused(tmp_path: Path, maker: Callable[[Path], Any], lost: str) -> None:
    for name in {"config.json", "preprocessor_config.json", "tokenizer.json"} - {lost}:
        (tmp_path / name).write_text("{}")
    with pytest.raises(EngineMissing, match=f"not whole: {lost} missing. Pull it again."):
        maker(tmp_path)
    (tmp_path / lost).write_text("{}")
    with pytest.raises(EngineError, match="that can be loaded"):
        maker(tmp_path)


# --------------------------------------------------------------------------- AST


def test_a_window_is_heard_as_the_library_hears_it(folder: Path) -> None:
    made = SpectrogramTransformer(folder / "ast")
    assert made.names == SOUNDS
    sound = noise(8.0, 16_000)
    given = made._features(sound, sampling_rate=16_000, return_tensors="pt")
    wanted = made._model(**given).logits.sigmoid()[0].detach().numpy()
    assert np.allclose(made._likely([sound])[0], wanted, atol=1e-6)
    rows = made(Stretch(np.tile(sound, 3), 0, 12, 1.0))
    assert rows.shape == (12, len(SOUNDS)) and ((rows > 0) & (rows < 1)).all()
    # The fifth cell lies in the four windows that begin with the second to the fifth.
    four = [made._likely([np.tile(sound, 3)[k * 32_000 :][: WIDTH * 32_000]])[0] for k in (1, 2, 3, 4)]
    assert np.allclose(rows[4], np.exp(np.log(four).mean(axis=0)), atol=1e-5)


def test_the_spectrogram_transformer_can_be_stopped(folder: Path) -> None:
    made = SpectrogramTransformer(folder / "ast")
    assert stopped(lambda: made(Stretch(noise(60, 16_000), 0, 30, 1.0)), made.stop) < SOON_S
    assert len(made(Stretch(noise(2, 16_000), 0, 1, 1.0))) == 1


# -------------------------------------------------------------------------- CLAP


def test_texts_and_sounds_are_those_of_clap(folder: Path) -> None:
    made = Clap(folder / "clap")
    texts = made._tokens([SAYING.format("dog"), SAYING.format("music")], padding=True, return_tensors="pt")
    sound = noise(4.0, 48_000)
    heard = made._features(sound, sampling_rate=48_000, return_tensors="pt")
    with torch.no_grad():
        wanted = made._model(**texts, **heard)
    assert np.allclose(made.named(["dog", "music"]), wanted.text_embeds.numpy(), atol=1e-5)
    assert np.allclose(made._vectors([sound])[0], wanted.audio_embeds[0].numpy(), atol=1e-5)
    assert made.like(noise(9.0, 48_000)).shape == (1, 16)


def test_how_likely_a_sound_is_stands_against_others(folder: Path) -> None:
    made = Clap(folder / "clap")
    made._others = np.eye(16, dtype=np.float32)[1 : len(OTHERS)]
    own = np.eye(16, dtype=np.float32)[:1]
    scale = made._model.logit_scale_a.exp().item()
    likely = made._likely(np.concatenate((own, np.eye(16, dtype=np.float32)[1:2])), own)[:, 0]
    assert likely[0] == pytest.approx(np.exp(scale) / (np.exp(scale) + 15), rel=1e-4) and likely[1] < 0.01
    made._others = np.concatenate((own, made._others))  # what means the same does not stand against it
    assert made._likely(own, own)[0, 0] == pytest.approx(likely[0], rel=1e-4)


def test_a_stretch_that_is_the_example_is_like_it(folder: Path) -> None:
    made = Clap(folder / "clap")
    sound = noise(4.0, 48_000)
    wanted = Wanted((LIKE,), made.like(sound), True)
    alike = made(Stretch(np.tile(sound, 3), 0, 24, 1.0), wanted)
    assert alike.shape == (24, 1) and alike[4:20].min() > 0.95
    assert stopped(lambda: made(Stretch(noise(30, 48_000), 0, 60, 1.0), wanted), made.stop) < SOON_S


# -------------------------------------------------------------------- PE-A-Frame


def test_frames_are_those_of_the_library(folder: Path) -> None:
    made = FrameLevel(folder / "pe-a-frame")
    assert made.grid.cell_s == pytest.approx(0.04)
    sound = noise(2.0, 48_000)
    texts = made._tokens(["dog", "music"], padding=True, return_tensors="pt")
    with torch.no_grad():
        given = torch.from_numpy(sound)[None, None]
        wanted = made._model(texts["input_ids"], given, attention_mask=texts["attention_mask"]).logits_audio_text[0]
    likely = made(Stretch(sound, 0, 50, 1.0), Wanted(("dog", "music"), made.named(["dog", "music"])))
    assert np.allclose(likely, wanted.sigmoid().numpy().T, atol=1e-4)
    part = made(Stretch(sound, 10, 25, 1.0), Wanted(("dog", "music"), made.named(["dog", "music"])))
    assert np.array_equal(part, likely[10:35])


def test_frames_like_an_example_are_found_and_the_call_can_be_stopped(folder: Path) -> None:
    made = FrameLevel(folder / "pe-a-frame")
    sound = noise(2.0, 48_000)
    alike = made(Stretch(sound, 0, 50, 1.0), Wanted((LIKE,), made.like(sound), True))
    assert alike.shape == (50, 1) and float(alike.mean()) > 0.8 and float(alike.max()) <= 1.0001
    wanted = Wanted(("dog",), made.named(["dog"]))
    assert stopped(lambda: made(Stretch(noise(12, 48_000), 0, 250, 1.0), wanted), made.stop) < SOON_S


# ---------------------------------------------------------------- language model


def test_a_language_model_says_what_the_library_makes_it_say(folder: Path) -> None:
    made = LanguageModel(folder / "qwen2-audio")
    sound = noise(1.0, 16_000)
    asked = made._processor.apply_chat_template(_conversation(), add_generation_prompt=True, tokenize=False)
    assert "<|audio_bos|><|AUDIO|><|audio_eos|>" in asked and asked.endswith("<|im_start|>assistant\n")
    given = made._processor(text=[asked], audio=[sound], sampling_rate=16_000, return_tensors="pt")
    ids = made._model.generate(**given, do_sample=False, max_new_tokens=80)[0, given["input_ids"].shape[1] :]
    said = made._processor.tokenizer.decode(ids, skip_special_tokens=True)
    assert made(sound) == said and said
    assert made(sound[:10]) == made(sound[:10])
    assert stopped(lambda: made(noise(30, 16_000)), made.stop) < SOON_S


def test_a_brake_lets_go_for_the_next_call() -> None:
    layer = torch.nn.Sequential(torch.nn.Linear(2, 2))
    brake = Brake(layer)
    with pytest.raises(EngineError, match="stopped"), brake:
        brake.pull()
        layer(torch.zeros(2))
    with brake:
        assert layer(torch.zeros(2)).shape == (2,)
