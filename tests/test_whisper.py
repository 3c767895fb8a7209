"""Whisper, with a small checkpoint in the public format that is trained and converted here."""

import os
import subprocess
import sys
from pathlib import Path
from shutil import copytree
from typing import Any

import numpy as np
import pytest

from asr.options import WhisperOptions
from asr.pieces import pieces
from asr.whisper import Whisper
from assistant.audio import RATE, Samples, silence
from assistant.errors import EngineError, EngineMissing, SettingsError
from tests.whisper_checkpoint import SENTENCES, WINDOW_S, sound_of

LIGHTS, TIME, RECORDING, MESSAGE, PUERTA = SENTENCES


@pytest.fixture(scope="module")
def whisper(checkpoint: Path) -> Whisper:
    return Whisper(options(checkpoint))


def options(folder: Path, **more: Any) -> WhisperOptions:
    return WhisperOptions(model=str(folder), device="cpu", offline=True, **more)


def noise(seconds: float, level: float) -> Samples:
    return np.random.default_rng(7).normal(0, level, round(seconds * RATE)).astype(np.float32)


@pytest.mark.parametrize("sentence", SENTENCES)
def test_it_recognizes_what_it_was_trained_on(whisper, sentence):
    heard = whisper.transcribe(sound_of(sentence))
    assert heard.text == sentence.strip()
    assert heard.language == SENTENCES[sentence]
    assert heard.tokens == len(sentence.split()) + sentence.endswith((".", "?"))
    assert -0.5 < heard.log_prob < 0
    assert heard.no_speech < 0.3


def test_a_sentence_is_finished_by_its_closing_mark(whisper):
    assert whisper.transcribe(sound_of(LIGHTS)).finished > 0.7
    assert whisper.transcribe(sound_of(TIME)).finished > 0.7
    assert whisper.transcribe(sound_of(MESSAGE)).finished < 0.3


@pytest.mark.parametrize("sound", [silence(2, RATE), noise(3, 0.01), noise(1, 0.1)], ids=["silence", "hiss", "noise"])
def test_silence_and_noise_are_no_speech(whisper, sound):
    assert whisper.transcribe(sound).no_speech > 0.8


def test_nothing_is_nothing(whisper):
    heard = whisper.transcribe(silence(0, RATE))
    assert (heard.text, heard.tokens) == ("", 0)


@pytest.mark.parametrize("samples", [1, 50, 400, 4000])
def test_a_click_does_no_harm(whisper, samples):
    assert whisper.transcribe(np.full(samples, 0.5, np.float32)).tokens <= 20


def test_sound_longer_than_the_window_is_heard_whole(whisper):
    said = (LIGHTS, RECORDING, TIME, LIGHTS)
    sounds = [np.pad(s := sound_of(text), (0, round(4.4 * RATE) - len(s))) for text in said]
    heard = whisper.transcribe(np.concatenate(sounds))
    assert sum(map(len, sounds)) > 2 * WINDOW_S * RATE
    assert heard.text == "".join(said).strip()
    assert heard.tokens == sum(whisper.transcribe(sound).tokens for sound in sounds)
    assert heard.language == "en"


def test_the_second_answer_does_not_depend_on_the_first(whisper):
    first = whisper.transcribe(sound := sound_of(RECORDING))
    whisper.transcribe(sound_of(PUERTA))
    assert whisper.transcribe(sound) == first


def test_a_fixed_language_is_not_detected(checkpoint, whisper):
    sound = sound_of(PUERTA)
    assert whisper.transcribe(sound).language == "es"
    assert Whisper(options(checkpoint, language="en")).transcribe(sound).language == "en"
    spanish = Whisper(options(checkpoint, language="es")).transcribe(sound)
    assert (spanish.language, spanish.text) == ("es", PUERTA.strip())


def test_beams_hear_the_same_and_tell_the_end_by_its_mark(checkpoint, whisper):
    wide = Whisper(options(checkpoint, beam_size=5))
    for sentence in (LIGHTS, MESSAGE):
        greedy, beam = whisper.transcribe(sound := sound_of(sentence)), wide.transcribe(sound)
        assert beam.text == greedy.text
        assert beam.log_prob == pytest.approx(greedy.log_prob, abs=0.05)
    assert wide.transcribe(sound_of(LIGHTS)).finished == 0.9
    assert wide.transcribe(sound_of(MESSAGE)).finished == 0.2


def test_it_is_kept_in_eight_bits_on_the_processor(checkpoint, whisper):
    assert whisper.compute_type.startswith("int8")
    exact = Whisper(options(checkpoint, compute_type="float32"))
    assert exact.compute_type == "float32"
    assert exact.transcribe(sound_of(LIGHTS)).text == LIGHTS.strip()


def test_an_unknown_language_is_refused(checkpoint):
    with pytest.raises(SettingsError, match='does not know the language "klingon"; it knows 1.. by their codes'):
        Whisper(options(checkpoint, language="klingon"))


def test_an_unknown_compute_type_is_refused(checkpoint):
    with pytest.raises(SettingsError, match='cannot compute in "float3" here; choose from auto, .*int8'):
        Whisper(options(checkpoint, compute_type="float3"))


def test_a_gpu_that_is_not_there_is_refused(checkpoint):
    from ctranslate2 import get_cuda_device_count

    if get_cuda_device_count():
        pytest.skip("there is a GPU")
    with pytest.raises(EngineError, match=r'no NVIDIA GPU here\. Set device = "cpu"'):
        Whisper(WhisperOptions(model=str(checkpoint), device="cuda"))


@pytest.mark.gpu
def test_on_the_gpu_it_hears_the_same(checkpoint, whisper):
    from ctranslate2 import get_cuda_device_count

    if not get_cuda_device_count():
        pytest.skip("there is no GPU")
    gpu = Whisper(WhisperOptions(model=str(checkpoint), device="cuda"))
    assert gpu.compute_type == "float16"
    assert gpu.transcribe(sound := sound_of(LIGHTS)).text == whisper.transcribe(sound).text


@pytest.mark.parametrize("path", ["/no/such/folder", "./nor/this", "~/nor-that"])
def test_a_folder_that_is_not_there(path):
    with pytest.raises(EngineMissing, match="There is no folder .* set model to its folder"):
        Whisper(WhisperOptions(model=path, device="cpu"))


@pytest.mark.parametrize("missing", ["model.bin", "tokenizer.json", "config.json"])
def test_a_folder_in_which_something_is_missing(checkpoint, tmp_path, missing):
    folder = copytree(checkpoint, tmp_path / "model")
    (folder / missing).unlink()
    with pytest.raises(EngineMissing, match=f"{missing} missing. Convert one with ct2-transformers-converter"):
        Whisper(options(folder))


def test_a_broken_model(checkpoint, tmp_path):
    folder = copytree(checkpoint, tmp_path / "model")
    (folder / "model.bin").write_bytes(b"not a model at all")
    with pytest.raises(EngineError, match="Whisper failed: "):
        Whisper(options(folder))


def test_a_size_that_does_not_exist():
    with pytest.raises(EngineMissing, match='no Whisper model "gigantic"; there is tiny.en, tiny'):
        Whisper(WhisperOptions(model="gigantic", device="cpu", offline=True))


def test_offline_says_that_it_was_not_downloaded():
    with pytest.raises(EngineMissing, match='"nobody/nothing" was not downloaded yet, and offline is set. To use one'):
        Whisper(WhisperOptions(model="nobody/nothing", device="cpu", offline=True))


def test_a_hub_that_does_not_answer(tmp_path):
    program = (
        "from asr.options import WhisperOptions; from asr.whisper import Whisper\n"
        "from assistant.errors import EngineMissing\n"
        "try: Whisper(WhisperOptions(model='tiny', device='cpu'))\n"
        "except EngineMissing as error: print(error)"
    )
    nowhere = {**os.environ, "HF_ENDPOINT": "http://127.0.0.1:9", "HF_HOME": str(tmp_path)}
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False, env=nowhere)
    assert 'model "tiny" could not be downloaded: ' in done.stdout and "set model to its folder" in done.stdout


@pytest.mark.parametrize("seconds", [0, 1, 29.9, 30, 31, 75])
def test_pieces_are_the_sound_cut_where_it_is_quiet(seconds):
    sound = noise(seconds, 0.1)
    quiet = [(round(t * RATE), round((t + 0.3) * RATE)) for t in range(4, 80, 8)]
    for start, end in quiet:
        sound[start:end] = 0
    cut = list(pieces(sound, 30 * RATE, 10 * RATE))
    assert np.array_equal(np.concatenate([*cut, sound[:0]]), sound)
    assert all(20 * RATE <= len(piece) <= 30 * RATE for piece in cut[:-1])
    ends = np.cumsum([len(piece) for piece in cut])[:-1]
    assert all(any(start < end < stop for start, stop in quiet) for end in ends)
