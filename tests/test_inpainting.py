"""Audio inpainting: lost parts, clicks, dropouts and clipping; what is not repaired stays the same to the bit."""

import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile as sf

from assistant.errors import DataError, EngineError, JobCancelled
from models.base import Job
from models.catalogue import ENGINES
from models.sound.inpainting_linear import Signal, interpolated, levinson
from tests.inpainting_sounds import ENGINE, MUSIC, RAIN, SPEECH, both, changed_s, hum, quietly, real, repair, snr

# ------------------------------------------------------------------- interpolation


def test_the_predictor_of_an_autoregressive_process_is_found() -> None:
    random = np.random.default_rng(0)
    x = np.zeros(60_000)
    for n in range(2, len(x)):
        x[n] = 1.6 * x[n - 1] - 0.81 * x[n - 2] + random.standard_normal()
    r = np.array([x[: len(x) - k] @ x[k:] for k in range(3)])
    assert levinson(r) == pytest.approx([1, -1.6, 0.81], abs=0.02)


@pytest.mark.parametrize("gap_s", [0.001, 0.005, 0.02, 0.04])
def test_what_is_regular_comes_back(gap_s: float) -> None:
    x, start, length = hum(1.0), 8000, round(gap_s * 16_000)
    made = interpolated(x[start - 960 : start + length + 960], 960, 960 + length, 320)
    assert snr(x[start : start + length], made) > 20


def test_what_is_in_the_gap_is_not_used() -> None:
    x = hum(0.2)
    other = x.copy()
    other[1500:1600] = 0.9
    assert np.array_equal(interpolated(x, 1500, 1600, 64), interpolated(other, 1500, 1600, 64))


@real
@pytest.mark.parametrize(("path", "floor_db"), [(SPEECH, 10.0), (MUSIC, 12.0)])
def test_short_gaps_of_real_sound(path: Path, floor_db: float, tmp_path: Path) -> None:
    """The loudest places, one in half a second: 10 ms."""
    x, rate = sf.read(path, stop=48_000 * 8)
    found = []
    for start in range(rate, len(x) - rate, rate // 2):
        at = start + int(np.argmax(np.convolve(x[start : start + rate // 2] ** 2, np.ones(rate // 100), "same")))
        made = repair(tmp_path, x, rate, "FLOAT", start_s=at / rate, end_s=at / rate + 0.01)
        after = sf.read(made.files[0].path)[0]
        found.append(snr(x[at : at + rate // 100], after[at : at + rate // 100]))
    assert np.median(found) > floor_db


# ------------------------------------------------------------------- the rest of the file


@pytest.mark.parametrize("rate", [8_000, 16_000, 22_050, 44_100, 96_000])
@pytest.mark.parametrize("channels", [1, 2])
@pytest.mark.parametrize("length_s", [0.01, 0.3])
def test_nothing_else_changes_at_any_rate(rate: int, channels: int, length_s: float, tmp_path: Path) -> None:
    made = repair(tmp_path, hum(1.5, rate, channels), rate, start_s=0.7, end_s=0.7 + length_s)
    before, after = both(tmp_path, made)
    assert before.shape == after.shape
    start, end = changed_s(before, after, rate)
    assert 0.7 - 1 / rate <= start and end <= 0.7 + length_s + 1 / rate
    assert made.facts["rate"] == rate and made.facts["channels"] == channels and made.facts["rest_unchanged"]
    assert sf.info(made.files[0].path).samplerate == rate


@pytest.mark.parametrize(
    ("subtype", "form", "expected"),
    [
        ("PCM_16", "WAV", "PCM_16"),
        ("PCM_24", "WAV", "PCM_24"),
        ("PCM_32", "WAV", "PCM_32"),
        ("PCM_U8", "WAV", "PCM_U8"),
        ("FLOAT", "WAV", "FLOAT"),
        ("DOUBLE", "WAV", "DOUBLE"),
        ("ULAW", "WAV", "PCM_16"),
        ("PCM_16", "FLAC", "PCM_16"),
        ("PCM_24", "FLAC", "PCM_24"),
        ("PCM_16", "AIFF", "PCM_16"),
    ],
)
def test_samples_are_kept_as_they_are_stored(subtype: str, form: str, expected: str, tmp_path: Path) -> None:
    made = repair(tmp_path, hum(1.0, 16_000, 2), 16_000, subtype, form, start_s=0.5, end_s=0.6)
    assert sf.info(made.files[0].path).subtype == expected
    kind = "float64" if expected in ("FLOAT", "DOUBLE") else "int32"
    before, after = both(tmp_path, made, kind, f"in.{form.lower()}")
    assert np.array_equal(before[:8000], after[:8000]) and np.array_equal(before[9600:], after[9600:])
    assert not np.array_equal(before[8000:9600], after[8000:9600])


def test_what_was_decoded_is_kept_as_floats(tmp_path: Path) -> None:
    made = repair(tmp_path, hum(2.0), 16_000, "VORBIS", "OGG", start_s=1.0, end_s=1.01)
    before, after = both(tmp_path, made, "float32", "in.ogg")
    assert sf.info(made.files[0].path).subtype == "FLOAT"
    assert np.array_equal(before[:16_000], after[:16_000]) and np.array_equal(before[16_160:], after[16_160:])


@pytest.mark.parametrize("length", [848, 848 * 256 + 1, 31_337])
def test_bug_8_any_length_stays_as_long_as_it_is(length: int, tmp_path: Path) -> None:
    made = repair(tmp_path, hum(15.0)[:length], 16_000, start_s=0.02, end_s=0.03)
    assert sf.info(made.files[0].path).frames == length


# ------------------------------------------------------------------------- long parts


def test_a_short_part_is_no_invention_and_a_long_one_is_told_of(tmp_path: Path) -> None:
    assert repair(tmp_path, hum(2.0), 16_000, start_s=1.0, end_s=1.04).notice == ""
    notice = repair(tmp_path, hum(2.0), 16_000, start_s=1.0, end_s=1.1).notice
    assert notice == "I made that part up from what is around it; words that were there are gone."


def spectrum(x: Signal) -> Signal:
    """Decibels by 16 bands, shape (16,)."""
    power = np.abs(np.fft.rfft(x * np.hanning(len(x)))) ** 2
    return np.array([10 * np.log10(band.mean() + 1e-9) for band in np.array_split(power, 16)])


@real
@pytest.mark.parametrize("path", [RAIN, MUSIC])
@pytest.mark.parametrize("seconds", [0.1, 0.5, 1.0])
def test_a_long_part_sounds_like_what_was_there(path: Path, seconds: float, tmp_path: Path) -> None:
    x, rate = sf.read(path, stop=48_000 * 5, always_2d=True)
    start, end = 2 * rate, 2 * rate + round(seconds * rate)
    broken = x.copy()
    broken[start:end] = 0
    made = repair(tmp_path, broken, rate, "FLOAT", start_s=2.0, end_s=2.0 + seconds)
    after = sf.read(made.files[0].path, always_2d=True)[0]
    there, ours, silent = (spectrum(one[start:end, 0]) for one in (x, after, broken))
    assert np.abs(there - ours).mean() < 9 < np.abs(there - silent).mean()


def test_a_rhythm_goes_on(tmp_path: Path) -> None:
    """Beats every half second, one of them lost: it is put where it belongs."""
    rate = 16_000
    x = 0.01 * np.random.default_rng(0).standard_normal(6 * rate)
    for at in range(rate // 4, len(x) - 2000, rate // 2):
        x[at : at + 1600] += 0.5 * np.sin(2 * np.pi * 200 * np.arange(1600) / rate) * np.exp(-np.arange(1600) / 400)
    beat = rate // 4 + 5 * (rate // 2)
    broken = x.copy()
    broken[beat - 1600 : beat + 3200] = 0
    made = repair(tmp_path, broken, rate, start_s=(beat - 1600) / rate, end_s=(beat + 3200) / rate)
    after = sf.read(made.files[0].path)[0]
    assert abs(int(np.argmax(np.abs(after[beat - 1600 : beat + 3200]))) - 1600) < 200


def test_channels_stay_together(tmp_path: Path) -> None:
    left = np.random.default_rng(0).standard_normal(48_000) * 0.1
    made = repair(tmp_path, np.stack((left, 0.5 * left), axis=1), 16_000, "FLOAT", start_s=1.0, end_s=1.5)
    after = sf.read(made.files[0].path)[0][16_500:23_500]
    assert np.corrcoef(after.T)[0, 1] > 0.99
    assert np.sqrt(np.mean(after[:, 1] ** 2) / np.mean(after[:, 0] ** 2)) == pytest.approx(0.5, abs=0.02)


@pytest.mark.parametrize(("start_s", "end_s"), [(0.0, 0.02), (0.0, 0.5), (1.98, 2.0), (1.5, 2.0), (0.05, 1.9)])
def test_it_reaches_to_the_edges(start_s: float, end_s: float, tmp_path: Path) -> None:
    made = repair(tmp_path, hum(2.0), 16_000, start_s=start_s, end_s=end_s)
    before, after = both(tmp_path, made, "float64")
    part = slice(round(start_s * 16_000), round(end_s * 16_000))
    assert before.shape == after.shape and np.isfinite(after).all() and np.abs(after).max() < 1.0
    assert np.sqrt(np.mean(after[part] ** 2)) > 0.1 * np.sqrt(np.mean(before[part] ** 2))


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ({"start_s": 1.0, "end_s": 0.5}, "has to end after it begins"),
        ({"start_s": 1.0, "end_s": 1.0}, "has to end after it begins"),
        ({"start_s": 7.0, "end_s": 8.0}, "nothing at 7 seconds; it is 2 seconds long"),
        ({"start_s": 0.0, "end_s": 2.0}, "nearly all of it"),
        ({"start_s": 0.0, "end_s": 60.0}, "at most"),
        ({"start_s": 0.5, "end_s": 1.0, "text": "a yodel"}, "do not know how to make .* Try rain"),
        ({"fault": "typos"}, "which of them"),
        ({}, "from which second"),
    ],
)
def test_what_cannot_be_done_is_said_and_nothing_is_left(
    arguments: dict[str, Any], sentence: str, tmp_path: Path
) -> None:
    with pytest.raises(EngineError, match=sentence):
        repair(tmp_path, hum(2.0), 16_000, **arguments)
    assert not list((tmp_path / "work").iterdir())


def test_a_part_that_reaches_beyond_the_end_ends_there(tmp_path: Path) -> None:
    made = repair(tmp_path, hum(2.0), 16_000, start_s=1.99, end_s=5.0)
    assert made.notice == "It ends after 2 seconds, so I repainted it up to there."
    assert made.facts["spans"] == [[1.99, 2.0]]


@pytest.mark.parametrize("text", ["more of the same room sound", "the background", "what fits the rest"])
def test_more_of_the_same_can_be_asked_for(text: str, tmp_path: Path) -> None:
    assert repair(tmp_path, hum(2.0), 16_000, start_s=1.0, end_s=1.2, text=text).files


@pytest.mark.parametrize("sound", [np.zeros(800), np.zeros(32_000), np.ones(32_000), hum(0.05)])
def test_silence_and_very_short_sounds(sound: Signal, tmp_path: Path) -> None:
    made = repair(tmp_path, sound, 16_000, start_s=0.02, end_s=0.03)
    before, after = both(tmp_path, made, "float64")
    assert np.isfinite(after).all() and np.abs(after).max() <= 1.0
    if not sound.any():
        assert not after.any()


# -------------------------------------------------------------------------------- as an engine


def test_the_same_comes_out_again(tmp_path: Path) -> None:
    first = sf.read(repair(tmp_path, hum(3.0), 16_000, start_s=1.0, end_s=1.6).files[0].path)[0]
    again = sf.read(repair(tmp_path, hum(3.0), 16_000, start_s=1.0, end_s=1.6).files[0].path)[0]
    assert np.array_equal(first, again)


@pytest.mark.parametrize("arguments", [{"start_s": 400.0, "end_s": 400.5}, {"fault": "dropouts"}])
def test_memory_does_not_grow_with_the_length(arguments: dict[str, Any], tmp_path: Path) -> None:
    peaks = []
    for minutes in (1, 10):
        sound = np.tile((hum(10.0, 8_000) * 32_000).astype(np.int16), 6 * minutes)
        sound[40_000:40_100] = 0
        late = {k: v * minutes / 10 for k, v in arguments.items()} if "fault" not in arguments else arguments
        sf.write(tmp_path / "long.wav", sound, 8_000, subtype="PCM_16")
        del sound
        tracemalloc.start()
        ENGINE.run(Job("inpaint_audio", tmp_path, late, {"audio": tmp_path / "long.wav"}), quietly)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < 1.3 * peaks[0] + 2**20


def cancelled_at(count: int) -> Callable[[float], None]:
    """A report that wants no more once it was called so often."""
    calls = 0

    def report(share: float) -> None:
        nonlocal calls
        assert 0 <= share <= 1
        calls += 1
        if calls >= count:
            raise JobCancelled("It is no longer wanted.")

    return report


@pytest.mark.parametrize(
    "arguments", [{"start_s": 4.0, "end_s": 5.0}, {"fault": "clicks"}, {"fault": "clipping"}, {"fault": "all"}]
)
@pytest.mark.parametrize("count", [1, 3, 6, 9])
def test_cancelled_it_leaves_nothing(arguments: dict[str, Any], count: int, tmp_path: Path) -> None:
    sound = np.clip(3 * hum(9.0), -0.5, 0.5)
    sf.write(tmp_path / "in.wav", sound, 16_000)
    work = tmp_path / "work"
    work.mkdir()
    with pytest.raises(JobCancelled):
        ENGINE.run(Job("inpaint_audio", work, arguments, {"audio": tmp_path / "in.wav"}), cancelled_at(count))
    assert not list(work.iterdir())


def test_what_cannot_be_read_is_said(tmp_path: Path) -> None:
    (tmp_path / "a.wav").write_bytes(b"RIFF and nothing more")
    with pytest.raises(DataError, match=r"a\.wav"):
        ENGINE.run(Job("inpaint_audio", tmp_path, {"fault": "all"}, {"audio": tmp_path / "a.wav"}), quietly)


def test_it_is_in_the_catalogue() -> None:
    (entry,) = [entry for entry in ENGINES if entry.card.name == "repair"]
    assert entry.card.task == "inpaint_audio" and entry.target == "models.sound.inpainting:Inpainting"
