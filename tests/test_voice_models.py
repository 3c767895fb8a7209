"""Pocket TTS, SpeechT5 and Chatterbox: what is known of them, and the first two on small checkpoints by their own
packages' classes."""

import importlib.util
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from threading import Timer
from typing import Any

import numpy as np
import pytest
import soundfile as sf

from assistant.audio import Samples
from assistant.errors import EngineError, EngineMissing, JobCancelled
from assistant.evaluation.capability.contenders import candidates
from assistant.resident_imitation import chatterbox_voices, pocket_voices, speecht5_voices
from config.settings import Settings
from models.base import Card, Job, Json
from models.catalogue import ENGINES, make, missing, weights
from models.options import ModelsOptions
from models.process import Process
from models.speech.voice_public import POCKET_LANGUAGES, VOCODER, WORDS, XVECTOR, pocket_weights

NAMES = {"pocket-tts": "CC-BY-4.0", "chatterbox": "MIT", "speecht5": "MIT"}
DATA = Path(__file__).parents[2] / "shared" / "data"


@pytest.mark.parametrize("name", NAMES)
def test_the_catalogue_knows_them(name: str, tmp_path: Path) -> None:
    entry = next(one for one in ENGINES if one.card.name == name)
    assert (entry.card.task, entry.card.how, entry.apart) == ("transfer_style", "model", True)
    assert entry.card.licence == weights(name).licence == NAMES[name] and weights(name).repo == entry.card.source
    assert missing(entry, ModelsOptions(tmp_path)).endswith(f"assistant models pull {name}")
    assert isinstance(make(entry, ModelsOptions(tmp_path)), Process)


def test_each_is_a_contender_that_says_what_it_lacks(tmp_path: Path) -> None:
    found = {one.name: one for one in candidates(Settings()) if one.card.task == "transfer_style"}
    assert {"manner", *NAMES} <= found.keys()
    assert all("assistant models pull" in found[name].lack for name in NAMES)


def test_what_chatterbox_needs_is_said() -> None:
    if importlib.util.find_spec("chatterbox"):
        pytest.skip("Chatterbox is here")
    with pytest.raises(EngineMissing, match="models.interpreters.chatterbox to the Python"):
        chatterbox_voices(Card("chatterbox", "transfer_style", "model", "Under test."), None).load()


# ---------------------------------------------------------------------------------------------------- small checkpoints


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of models, as those that were pulled lie in it."""
    for package in ("torch", "transformers", "pocket_tts", "sentencepiece"):
        pytest.importorskip(package, reason=f"{package} is not here")
    from tests.voice_checkpoints import make_pocket, make_speecht5

    folder = tmp_path_factory.mktemp("models")
    make_pocket(folder)
    make_pocket(folder, "fr", own_words=True)
    make_speecht5(folder)
    return folder


@pytest.fixture
def threads() -> Iterator[None]:
    """Pocket TTS sets how many threads torch has; the other tests keep theirs."""
    import torch

    before = torch.get_num_threads()
    yield
    torch.set_num_threads(before)


def speaker_of(name: str, folder: Path) -> Any:
    if name == "speecht5":
        from models.speech.voice_speecht5 import SpeechT5Voices

        return SpeechT5Voices(folder / name)
    from models.speech.voice_pocket import PocketVoices

    return PocketVoices(folder / name)


def voice(rate: int, hertz: float = 120.0, seconds: float = 4.0) -> Samples:
    at = np.arange(round(seconds * rate)) / rate
    return np.asarray(0.1 * sum(np.sin(2 * np.pi * hertz * k * at) / k for k in range(1, 9)), np.float32)


@pytest.mark.parametrize(("name", "rate"), [("pocket-tts", 24_000), ("speecht5", 16_000)])
@pytest.mark.usefixtures("threads")
def test_it_speaks_and_the_seed_and_the_voice_decide_what_is_heard(name: str, rate: int, folder: Path) -> None:
    speaker = speaker_of(name, folder)
    assert speaker.rate == rate and speaker.languages[0] == "en"
    speaker.hear(voice(rate), "en")
    first = speaker.say("Hello there, my 3 friends.", 5)
    assert first.dtype == np.float32 and first.ndim == 1 and len(first) > rate // 2 and np.isfinite(first).all()
    np.testing.assert_array_equal(speaker.say("Hello there, my 3 friends.", 5), first)
    other = speaker.say("Hello there, my 3 friends.", 6)
    assert other.shape != first.shape or np.abs(other - first).max() > 1e-6
    speaker.hear(
        voice(rate, 260.0) + 0.02 * np.random.default_rng(0).standard_normal(4 * rate).astype(np.float32), "en"
    )
    another = speaker.say("Hello there, my 3 friends.", 5)
    assert another.shape != first.shape or np.abs(another - first).max() > 1e-7


@pytest.mark.parametrize("name", ["pocket-tts", "speecht5"])
@pytest.mark.usefixtures("threads")
def test_it_can_be_stopped_and_speaks_again(name: str, folder: Path) -> None:
    speaker = speaker_of(name, folder)
    speaker.hear(voice(speaker.rate), "en")
    began = time.monotonic()
    timer = Timer(0.1, speaker.stop)
    timer.start()
    with suppress(EngineError):
        speaker.say("It goes on and on, " * 11, 1)
    timer.join()
    assert time.monotonic() - began < 1.5
    assert len(speaker.say("Hello there.", 1))


@pytest.mark.usefixtures("threads")
def test_pocket_tts_takes_the_weights_of_the_language(folder: Path, tmp_path: Path) -> None:
    speaker = speaker_of("pocket-tts", folder)
    assert set(speaker.languages) == set(POCKET_LANGUAGES)
    speaker.hear(voice(24_000), "fr")
    assert len(speaker.say("Bonjour.", 0))
    with pytest.raises(EngineMissing, match="To speak German, .* assistant models pull pocket-tts-de"):
        speaker.hear(voice(24_000), "de")


def linked(folder: Path, to: Path, but: str) -> Path:
    """The same folder of models without one of them."""
    for one in folder.iterdir():
        if one.name != but:
            (to / one.name).symlink_to(one)
    return to


@pytest.mark.parametrize(
    ("name", "but", "says"),
    [
        ("pocket-tts", WORDS, f"assistant models pull {WORDS}"),
        ("pocket-tts", "pocket-tts", "assistant models pull pocket-tts"),
        ("speecht5", VOCODER, "not whole"),
        ("speecht5", XVECTOR, "not whole"),
        ("speecht5", "speecht5", "not whole"),
    ],
)
@pytest.mark.usefixtures("threads")
def test_what_is_missing_is_said(name: str, but: str, says: str, folder: Path, tmp_path: Path) -> None:
    with pytest.raises(EngineMissing, match=says):
        speaker_of(name, linked(folder, tmp_path, but))


@pytest.mark.parametrize(
    ("name", "file"),
    [
        ("pocket-tts", "languages/english/model.safetensors"),
        ("pocket-tts", "languages/english/config.yaml"),
        ("speecht5", "model.safetensors"),
        ("speecht5", "spm_char.model"),
    ],
)
@pytest.mark.usefixtures("threads")
def test_a_broken_file_is_said(name: str, file: str, folder: Path, tmp_path: Path) -> None:
    import shutil

    for one in folder.iterdir():
        shutil.copytree(one, tmp_path / one.name)
    (tmp_path / name / file).write_bytes(b"\x00 nonsense: [")
    with pytest.raises(EngineError, match="holds no .* that can be loaded"):
        speaker_of(name, tmp_path)


def test_the_names_of_weights_are_unlike() -> None:
    names = [pocket_weights(code) for code in POCKET_LANGUAGES]
    assert len(set(names)) == len(names) and names[0] == "pocket-tts" and all(weights(name) for name in names)


# ----------------------------------------------------------------------------------------------------- the whole engine


@pytest.fixture(scope="module")
def spoken() -> Path:
    path = next(iter(sorted((DATA / "speech").glob("*.flac"))), None)
    if path is None:
        pytest.skip("needs the shared recordings")
    return path


@pytest.mark.parametrize(("maker", "name"), [(pocket_voices, "pocket-tts"), (speecht5_voices, "speecht5")])
@pytest.mark.usefixtures("threads")
def test_a_recording_and_a_text_become_a_file(
    maker: Any, name: str, folder: Path, spoken: Path, tmp_path: Path
) -> None:
    entry = next(one for one in ENGINES if one.card.name == name)
    engine = maker(entry.card, folder / name)
    engine.load()
    made = []
    for turn in ("one", "two"):
        (place := tmp_path / turn).mkdir()
        given: dict[str, Json] = {"text": "Here we go. And there it ends, at last.", "consent": True, "voice": True}
        done = engine.run(Job("transfer_style", place, given, {"reference": spoken}, 4), lambda share: None)
        made.append(done.files[0].path.read_bytes())
        with sf.SoundFile(done.files[0].path) as file:
            assert f"by {name}, {entry.card.licence}" in file.comment and file.samplerate == done.facts["rate"]
    assert made[0] == made[1]
    engine.drop()


def test_in_a_process_of_its_own_it_is_ended_in_the_midst(folder: Path, spoken: Path, tmp_path: Path) -> None:
    entry = next(one for one in ENGINES if one.card.name == "pocket-tts")
    engine = make(entry, ModelsOptions(folder))
    engine.load()
    given: dict[str, Json] = {"text": "It goes on and on and on. " * 40, "consent": True, "voice": True}
    at = 0.0

    def report(share: float) -> None:
        nonlocal at
        if share > 0.25:
            at = at or time.monotonic()
            raise JobCancelled("no longer wanted")

    with pytest.raises(JobCancelled):
        engine.run(Job("transfer_style", tmp_path, given, {"reference": spoken}), report)
    assert time.monotonic() - at < 2.0 and not list(tmp_path.iterdir())
    engine.drop()
