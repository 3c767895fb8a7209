"""Sound of any length, piece by piece, and files in which nothing clips."""

from contextlib import ExitStack
from pathlib import Path

import numpy as np
import pytest
import soundfile as sf

from assistant.errors import DataError
from assistant.resample import ChannelResampler, resample
from models.pieces import CEILING, Peak, Writer, pieces


@pytest.fixture
def noise(tmp_path: Path) -> Path:
    sound = np.random.default_rng(0).normal(0, 0.2, (44100 * 3 + 123, 2)).astype(np.float32)
    sf.write(tmp_path / "noise.wav", sound, 44100, subtype="FLOAT")
    return tmp_path / "noise.wav"


@pytest.mark.parametrize("rate", [None, 8000, 16000, 48000])
def test_the_pieces_are_the_whole_sound(noise: Path, rate: int | None) -> None:
    found = list(pieces(noise, 1.0, rate))
    whole, _ = sf.read(noise, dtype="float32")
    target = rate or 44100
    joined = np.concatenate([piece.samples for piece in found])
    assert len(joined) == round(len(whole) * target / 44100)
    wanted = np.stack([resample(np.ascontiguousarray(whole[:, k]), 44100, target) for k in (0, 1)], 1)
    assert np.abs(joined - wanted).max() < 1e-3
    assert [piece.start for piece in found] == [k * target for k in range(len(found))]
    assert all(len(piece.samples) == target for piece in found[:-1])
    assert [piece.last for piece in found] == [False] * (len(found) - 1) + [True]
    assert found[-1].share == 1.0


def test_mono_is_the_average_of_the_channels(noise: Path) -> None:
    whole, _ = sf.read(noise, dtype="float32")
    joined = np.concatenate([piece.samples for piece in pieces(noise, 0.7, mono=True)])
    assert joined.shape == (len(whole), 1)
    assert np.allclose(joined[:, 0], whole.mean(1), atol=1e-6)


def test_a_sound_shorter_than_a_piece_is_one_piece(tmp_path: Path) -> None:
    sf.write(tmp_path / "short.wav", np.full(50, 0.5, np.float32), 8000)
    (piece,) = pieces(tmp_path / "short.wav", 1.0)
    assert piece.samples.shape == (50, 1)
    assert piece.last


def test_what_is_no_sound_is_told(tmp_path: Path) -> None:
    (tmp_path / "no.wav").write_bytes(b"no sound at all")
    with pytest.raises(DataError, match=r"no\.wav"):
        list(pieces(tmp_path / "no.wav", 1.0))


@pytest.mark.parametrize("level", [0.1, 1.0, 7.5])
def test_nothing_that_is_written_clips(tmp_path: Path, level: float) -> None:
    sound = level * np.random.default_rng(1).uniform(-1, 1, (9000, 2)).astype(np.float32)
    with Writer(tmp_path / "made.wav", 16000, 2) as writer:
        for part in np.array_split(sound, 7):
            writer.write(part)
    made, rate = sf.read(tmp_path / "made.wav", dtype="float32")
    gain = min(1.0, CEILING / float(np.abs(sound).max()))
    assert rate == 16000
    assert np.allclose(made, sound * gain, atol=1e-4)
    assert [path.name for path in tmp_path.iterdir()] == ["made.wav"]


@pytest.mark.parametrize("level", [0.1, 0.8, 7.5])
def test_files_that_share_a_peak_stay_as_loud_beside_each_other(tmp_path: Path, level: float) -> None:
    chance = np.random.default_rng(2)
    loud = level * chance.uniform(-1, 1, 5000).astype(np.float32)
    sounds = {"loud": loud, "quiet": 0.2 * loud[::-1], "middling": 0.7 * loud}
    peak = Peak()
    with ExitStack() as files:
        writers = {n: files.enter_context(Writer(tmp_path / f"{n}.wav", 16000, 1, peak=peak)) for n in sounds}
        for name, writer in writers.items():
            writer.write(sounds[name])
    gain = min(1.0, CEILING / float(np.abs(loud).max()))
    for name, sound in sounds.items():
        made = sf.read(tmp_path / f"{name}.wav", dtype="float32")[0]
        assert np.allclose(made, gain * sound, atol=1e-4), name


def test_who_gives_up_leaves_no_file(tmp_path: Path) -> None:
    def give_up() -> None:
        with Writer(tmp_path / "made.wav", 16000, 1) as writer:
            writer.write(np.zeros(100, np.float32))
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        give_up()
    assert not list(tmp_path.iterdir())


def test_a_file_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="Cannot write"):
        Writer(tmp_path / "nowhere" / "made.wav", 16000, 1)


@pytest.mark.parametrize(("source", "target"), [(8000, 16000), (48000, 44100), (16000, 16000)])
def test_nothing_is_lost_between_rates(source: int, target: int) -> None:
    resampler = ChannelResampler(source, target, 1)
    sound = np.sin(np.arange(source) * 2 * np.pi * 300 / source).astype(np.float32)[:, None]
    made = np.concatenate([*(resampler.push(part) for part in np.array_split(sound, 9)), resampler.finish()])
    wanted = np.sin(np.arange(target) * 2 * np.pi * 300 / target)
    inner = slice(target // 10, -target // 10)
    assert len(made) == target
    assert np.abs(made[inner, 0] - wanted[inner]).max() < 1e-3
