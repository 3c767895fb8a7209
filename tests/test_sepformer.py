"""SepFormers by SpeechBrain, on small checkpoints that its own classes make; the first tests need no SpeechBrain."""

import sys
import time
from pathlib import Path
from threading import Timer
from typing import Any

import numpy as np
import pytest
import soundfile as sf

from assistant.audio import Samples
from assistant.errors import EngineError, EngineMissing, JobCancelled
from models.base import Card, Job
from models.catalogue import ENGINES, make, missing, weights
from models.options import ModelsOptions
from models.process import Process
from models.speech.census import NOBODY, ONE
from models.speech.levels import fitted
from models.speech.sepformer_loading import load_sepformer
from models.speech.sepformer_public import CARDS, MB

NAMES = [card.name for card in CARDS]


def speechbrain() -> Any:
    """SpeechBrain; the test is skipped where it cannot be imported, as beside another torch than torchaudio's."""
    return pytest.importorskip("speechbrain.inference.separation", reason="SpeechBrain is not here", exc_type=Exception)


@pytest.mark.parametrize("name", NAMES)
def test_the_catalogue_knows_them(name: str, tmp_path: Path) -> None:
    entry = next(one for one in ENGINES if one.card.name == name)
    assert entry.apart and entry.card.commercial and entry.card.licence == weights(name).licence == "Apache-2.0"
    assert weights(name).size_mb == MB[name] and weights(name).repo == f"speechbrain/{name}"
    assert missing(entry, ModelsOptions(tmp_path)).endswith(f"assistant models pull {name}")
    assert isinstance(make(entry, ModelsOptions(tmp_path)), Process)


def test_what_it_needs_is_said_where_it_is_not_here(tmp_path: Path) -> None:
    try:
        import speechbrain.inference.separation  # noqa: F401
    except (ImportError, RuntimeError, OSError):
        card = Card("sepformer-wsj02mix", "separate_speech", "model", "Under test.")
        with pytest.raises(
            EngineMissing, match="its extra speechbrain there, and set models.interpreters.sepformer-wsj"
        ):
            load_sepformer(card, tmp_path)


def test_voices_are_brought_to_their_level() -> None:
    random = np.random.default_rng(0)
    voices = np.asarray(random.standard_normal((2, 4000)), np.float32)
    sound = 0.3 * voices[0] - 0.02 * voices[1]
    assert np.allclose(fitted(voices, sound), np.stack((0.3 * voices[0], -0.02 * voices[1])), atol=1e-3)


# ---------------------------------------------------------------- with SpeechBrain


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of models, as those that were pulled lie in it."""
    speechbrain()
    from tests.sepformer_checkpoint import make_checkpoint

    folder = tmp_path_factory.mktemp("models")
    make_checkpoint(folder / "sepformer-wsj02mix", 8_000)
    make_checkpoint(folder / "sepformer-whamr16k", 16_000)
    make_checkpoint(folder / "three", 8_000, 3)
    return folder


def network(folder: Path, name: str) -> Any:
    return load_sepformer(Card(name, "separate_speech", "model", "Under test."), folder / name)


def talk(seconds: float, rate: int) -> Samples:
    """Two who hum syllables of a third of a second, at two heights, shape (n,)."""
    at = np.arange(round(seconds * rate)) / rate
    voices = [sum(np.sin(2 * np.pi * k * f * at) / k for k in range(1, 15)) for f in (110, 190)]
    return np.asarray(
        sum(0.05 * v * (np.sin(2 * np.pi * (1.3 + i) * at) > 0) for i, v in enumerate(voices)), np.float32
    )


@pytest.mark.parametrize(("name", "rate"), [("sepformer-wsj02mix", 8_000), ("sepformer-whamr16k", 16_000)])
def test_voices_are_as_long_and_as_loud_as_they_are_in_the_sound(folder: Path, name: str, rate: int) -> None:
    made, sound = network(folder, name), talk(1.0, 8_000)
    found = made(sound)
    assert made.rate == rate and found.shape == (2, len(sound)) and found.dtype == np.float32
    rest = sound - found.sum(axis=0)
    assert np.abs(found @ rest).max() < 0.05 * float(sound @ sound)  # what is left has nothing more of them
    assert np.array_equal(made(sound), found)
    assert not made(np.zeros(40, np.float32)).any() and made(sound[:40]).shape == (2, 40)


def test_it_gives_what_speechbrain_gives_but_for_the_level(folder: Path) -> None:
    import torch

    sound = talk(0.5, 8_000)
    theirs = speechbrain().SepformerSeparation.from_hparams(str(folder / "sepformer-wsj02mix"))
    level = np.float32(0.05 / np.sqrt(np.mean(np.square(sound))))
    wanted = theirs.separate_batch(torch.from_numpy(level * sound)[None])[0].detach().numpy().T
    for ours, their in zip(network(folder, "sepformer-wsj02mix")(sound), wanted, strict=True):
        assert abs(float(np.corrcoef(ours, their)[0, 1])) > 0.9999


def test_it_can_be_stopped_in_the_midst(folder: Path) -> None:
    made, sound, begun = network(folder, "sepformer-wsj02mix"), talk(60.0, 8_000), time.monotonic()
    Timer(0.05, made.stop).start()
    with pytest.raises(EngineError, match="stopped"):
        made(sound)
    assert time.monotonic() - begun < 20.0
    assert made(sound[:8000]).any()


def test_models_that_do_not_fit_are_refused(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(EngineError, match="gives 3 voices, and it takes one of 2"):
        network(folder, "three")
    with pytest.raises(EngineMissing, match="hyperparams.yaml and encoder.ckpt"):
        network(tmp_path, "nothing")
    for file in (folder / "three").iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    (tmp_path / "masknet.ckpt").write_text("<html>")
    with pytest.raises(EngineError, match="SpeechBrain cannot load"):
        network(tmp_path.parent, tmp_path.name)


def test_the_engine_of_the_catalogue_works_in_a_process_of_its_own(folder: Path, tmp_path: Path) -> None:
    entry = next(one for one in ENGINES if one.card.name == "sepformer-wsj02mix")
    made = make(entry, ModelsOptions(folder, interpreters={entry.card.name: Path(sys.executable)}))
    sf.write(tmp_path / "a.wav", np.stack([talk(7.0, 44_100)] * 2, axis=1), 44_100)
    (tmp_path / "made").mkdir()
    job = Job("separate_speech", tmp_path / "made", {}, {"audio": tmp_path / "a.wav"})
    made.load()
    try:
        try:  # whether two people are heard in what nobody said with random weights is left open
            assert len(made.run(job, lambda share: None).files) == 2
        except EngineMissing:
            raise
        except EngineError as error:
            assert str(error) in (ONE, NOBODY)

        def unwanted(share: float) -> None:
            raise JobCancelled("The job is no longer wanted.")

        with pytest.raises(JobCancelled):
            made.run(job, unwanted)
    finally:
        made.drop()
