"""ESPnet's models for enhancement and separation, on small checkpoints that ESPnet's own classes make."""

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
from models.base import Job
from models.catalogue import ENGINES, make
from models.options import ModelsOptions
from models.process import Process
from models.speech.census import NOBODY, ONE

pytest.importorskip("espnet2", reason="ESPnet is not installed here; scripts/espnet_test installs it")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of models, as those that were pulled lie in it."""
    from tests.espnet_enh_checkpoint import make_checkpoint

    folder = tmp_path_factory.mktemp("models")
    make_checkpoint(folder / "espnet-conv-tasnet", "tcn", 16)
    make_checkpoint(folder / "espnet-skim", "skim", 8)
    make_checkpoint(folder / "espnet-separation", "tfgridnet", 16)
    return folder


def network(folder: Path, name: str, voices: int, given: int | None = None) -> Any:
    from models.speech.espnet_enh import Network
    from tts.espnet_folder import find_checkpoint

    found = find_checkpoint(str(folder / name))
    assert found.weights.name == "5epoch.pth"
    return Network(found.config, found.weights, voices, 8_000, given)


def talk(seconds: float, rate: int = 16_000) -> Samples:
    """Two who hum syllables of a third of a second, at two heights, shape (n,)."""
    at = np.arange(round(seconds * rate)) / rate
    voices = [sum(np.sin(2 * np.pi * k * f * at) / k for k in range(1, 15)) for f in (110, 190)]
    return np.asarray(
        sum(0.05 * v * (np.sin(2 * np.pi * (1.3 + i) * at) > 0) for i, v in enumerate(voices)), np.float32
    )


def quietly(share: float) -> None:
    """A report that nobody reads."""


@pytest.mark.parametrize(
    ("name", "voices", "rate", "given"),
    [("espnet-conv-tasnet", 1, 16_000, None), ("espnet-skim", 2, 8_000, None), ("espnet-separation", 2, 16_000, 8_000)],
)
def test_voices_are_as_long_and_as_loud_as_they_are_in_the_sound(folder, name, voices, rate, given):
    made = network(folder, name, voices, given)
    sound = talk(1.0, given or rate)
    found = made(sound)
    assert made.rate == rate and found.shape == (voices, len(sound)) and found.dtype == np.float32
    rest = sound - found.sum(axis=0)
    assert np.abs(found @ rest).max() < 0.05 * float(sound @ sound)  # what is left has nothing more of them
    assert np.array_equal(made(sound), found)
    assert np.allclose(made(3 * sound), 3 * found, atol=1e-3)
    assert not made(np.zeros(40, np.float32)).any() and made(sound[:40]).shape == (voices, 40)


def test_it_gives_what_espnet_gives_but_for_the_level(folder):
    from espnet2.bin.enh_inference import SeparateSpeech

    trained = folder / "espnet-skim" / "exp" / "enh_train_skim_raw"
    theirs = SeparateSpeech(str(trained / "config.yaml"), str(trained / "5epoch.pth"))
    sound = talk(0.5, 8_000)
    level = np.float32(0.05 / np.sqrt(np.mean(np.square(sound))))
    wanted = np.concatenate(theirs((level * sound)[None], fs=8_000))
    for ours, their in zip(network(folder, "espnet-skim", 2)(sound), wanted, strict=True):
        assert abs(float(np.corrcoef(ours, their)[0, 1])) > 0.9999


def test_it_can_be_stopped_in_the_midst(folder):
    made = network(folder, "espnet-separation", 2)
    sound, begun = talk(60.0), time.monotonic()
    Timer(0.05, made.stop).start()
    with pytest.raises(EngineError, match="stopped"):
        made(sound)
    assert time.monotonic() - begun < 20.0
    assert made(sound[:8000]).any()


def test_models_that_do_not_fit_are_refused(folder, tmp_path):
    with pytest.raises(EngineError, match="gives 2 voices, and it takes one of 1"):
        network(folder, "espnet-skim", 1)
    (tmp_path / "x").mkdir()
    (tmp_path / "x" / "config.yaml").write_text("encoder: conv\n")
    (tmp_path / "x" / "5epoch.pth").write_text("5epoch.pth")
    with pytest.raises(EngineError, match="ESPnet cannot load 5epoch.pth"):
        network(tmp_path, "x", 1)


@pytest.mark.parametrize("name", ["espnet-conv-tasnet", "espnet-skim", "espnet-separation"])
def test_the_engines_of_the_catalogue_work_in_a_process_of_their_own(folder, tmp_path, name):
    entry = next(one for one in ENGINES if one.card.name == name)
    made = make(entry, ModelsOptions(folder, interpreters={name: Path(sys.executable)}))
    assert isinstance(made, Process)
    sf.write(tmp_path / "a.wav", np.stack([talk(7.0, 44_100)] * 2, axis=1), 44_100)
    (tmp_path / "made").mkdir()
    job = Job(entry.card.task, tmp_path / "made", {}, {"audio": tmp_path / "a.wav"})
    made.load()
    try:
        if entry.card.task == "enhance_speech":
            file = sf.info(made.run(job, quietly).files[0].path)
            assert (file.samplerate, file.channels, file.frames) == (44_100, 2, 7 * 44_100)
        else:  # whether two people are heard in what nobody said with random weights is left open
            try:
                assert len(made.run(job, quietly).files) == 2
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
