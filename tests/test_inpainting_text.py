"""Parts of a sound filled with what words say: "put a dog bark from two to three seconds"."""

import tracemalloc
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile as sf

from assistant.errors import EngineError, JobCancelled
from models.base import Job
from models.sound.inpainting_seams import laid_over, seamed
from models.sound.inpainting_voices import GIVES_WAY_DB, giving_way
from tests.inpainting_sounds import ENGINE, both, repair

BARK = {"text": "one dog bark", "seed": 3}

VOICES = Path(__file__).parents[2] / "shared" / "data" / "speech"


def hiss(seconds: float, rate: int, channels: int = 1, loud: float = 0.05) -> Any:
    return loud * np.random.default_rng(0).standard_normal((round(seconds * rate), channels))


@pytest.mark.parametrize("over", [True, False])
@pytest.mark.parametrize(
    ("rate", "channels", "subtype"),
    [(8000, 1, "PCM_16"), (16_000, 2, "PCM_24"), (44_100, 3, "PCM_16"), (48_000, 1, "DOUBLE"), (96_000, 2, "FLOAT")],
)
def test_the_part_alone_changes_to_the_bit(rate: int, channels: int, subtype: str, over: bool, tmp_path: Path) -> None:
    made = repair(tmp_path, hiss(4, rate, channels), rate, subtype, **BARK, start_s=2, end_s=3, over=over)
    before, after = both(tmp_path, made, "float64")
    assert before.shape == after.shape
    changed = np.flatnonzero((before != after).any(axis=1))
    assert 2 * rate <= changed[0] and changed[-1] < 3 * rate and len(changed) > 0.4 * rate
    assert (made.facts["rate"], made.facts["channels"]) == (rate, channels)
    assert np.isfinite(after).all() and np.abs(after).max() <= 1


def test_it_says_that_it_was_made_also_in_the_file(tmp_path: Path) -> None:
    made = repair(tmp_path, hiss(4, 16_000), 16_000, **BARK, start_s=2, end_s=3)
    assert made.facts["made"] == "a dog bark" and made.facts["recorded"] is False and made.facts["over"] is False
    assert made.notice == "It was made, not recorded. What was there is gone."
    with sf.SoundFile(made.files[0].path) as file:
        assert "synthetic: one dog bark" in file.comment
    over = repair(tmp_path, hiss(4, 16_000), 16_000, **BARK, start_s=2, end_s=3, over=True)
    assert over.notice == "It was made, not recorded."


def test_what_is_not_known_is_refused_with_what_is(tmp_path: Path) -> None:
    with pytest.raises(EngineError, match=r'do not know how to make a sound out of "a yodel"\. Try rain'):
        repair(tmp_path, hiss(4, 16_000), 16_000, text="a yodel", start_s=2, end_s=3, over=True)
    assert not list((tmp_path / "work").iterdir())
    part = repair(tmp_path, hiss(4, 16_000), 16_000, text="rain and a yodel", start_s=2, end_s=3, seed=1)
    assert "I left out yodel" in part.notice


@pytest.mark.parametrize("loud", [0.005, 0.05, 0.2])
def test_it_is_about_as_loud_as_what_is_around_it(loud: float, tmp_path: Path) -> None:
    made = repair(tmp_path, hiss(4, 16_000, loud=loud), 16_000, text="rain", seed=1, start_s=1, end_s=3)
    _, after = both(tmp_path, made, "float64")
    level = 20 * np.log10(np.sqrt(np.mean(after[18_000:46_000] ** 2)) / loud)
    assert abs(level) < 6


def test_a_place_alone_will_do_for_what_is_laid_over(tmp_path: Path) -> None:
    made = repair(tmp_path, hiss(6, 16_000), 16_000, text="some thunder", seed=1, start_s=5, over=True)
    assert made.facts["spans"] == [[5.0, 6.0]] and "It ends after 6 seconds" in made.notice
    short = repair(tmp_path, hiss(6, 16_000), 16_000, **BARK, start_s=2, over=True)
    (start, end), *_ = short.facts["spans"]  # type: ignore[misc,union-attr]
    assert start == 2 and 0.2 < end - start < 2  # as long as a bark takes
    whole = repair(tmp_path, hiss(3, 16_000), 16_000, text="rain", seed=1, over=True)
    assert whole.facts["spans"] == [[0.0, 3.0]]
    before, after = both(tmp_path, whole, "float64")  # it stays behind what it is laid over
    assert np.sqrt(np.mean((after - before) ** 2)) < 0.8 * np.sqrt(np.mean(before**2))


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ({"text": "rain"}, "From which|from which second"),
        ({"text": "rain", "start_s": 1.0}, "has to end after it begins"),
        ({"text": "rain", "start_s": 1.0, "end_s": 90.0, "over": True}, "at most"),
        ({"text": "rain", "start_s": 9.0, "end_s": 10.0, "over": True}, "nothing at 9 seconds"),
    ],
)
def test_what_is_no_part_is_said(arguments: dict[str, Any], sentence: str, tmp_path: Path) -> None:
    with pytest.raises(EngineError, match=sentence):
        repair(tmp_path, hiss(4, 16_000), 16_000, **arguments)
    assert not list((tmp_path / "work").iterdir())


@pytest.mark.parametrize(
    "sound", [np.zeros(64_000), np.ones(64_000), np.zeros(800)], ids=["silent", "clipped", "brief"]
)
@pytest.mark.parametrize("over", [True, False])
def test_silence_clipped_and_brief_sound(sound: Any, over: bool, tmp_path: Path) -> None:
    seconds = len(sound) / 16_000
    arguments = {"start_s": 0.25 * seconds, "end_s": 0.75 * seconds, "over": over}
    made = repair(tmp_path, sound, 16_000, text="rain", seed=1, **arguments)
    before, after = both(tmp_path, made, "float64")
    assert len(after) == len(before) and np.abs(after).max() <= 1
    if not sound.any() and len(sound) > 800:
        assert np.abs(after[17_000:40_000]).max() > 0.01


def test_one_seed_gives_one_sound_and_none_another(tmp_path: Path) -> None:
    def samples(**arguments: Any) -> Any:
        made = repair(tmp_path, hiss(4, 16_000), 16_000, text="rain", start_s=1, end_s=2, **arguments)
        return both(tmp_path, made, "float64")[1]

    assert np.array_equal(samples(seed=5), samples(seed=5))
    assert not np.array_equal(samples(), samples())


def test_memory_does_not_grow_with_the_length(tmp_path: Path) -> None:
    repair(tmp_path, hiss(4, 8000), 8000, **BARK, start_s=2, end_s=3, over=True)
    path = tmp_path / "long.wav"
    with sf.SoundFile(path, "w", 8000, 1, "PCM_16") as file:
        for _ in range(600):
            file.write(hiss(1, 8000)[:, 0])
    tracemalloc.start()
    job = Job("inpaint_audio", tmp_path / "work", {**BARK, "start_s": 500, "end_s": 501, "over": True}, {"audio": path})
    ENGINE.run(job, lambda share: None)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 16e6


@pytest.mark.parametrize("count", [1, 3, 6])
def test_cancelled_it_leaves_nothing(count: int, tmp_path: Path) -> None:
    calls = 0

    def report(share: float) -> None:
        nonlocal calls
        calls += 1
        if calls >= count:
            raise JobCancelled("It is no longer wanted.")

    path, work = tmp_path / "in.wav", tmp_path / "work"
    work.mkdir()
    sf.write(path, hiss(6, 16_000), 16_000)
    with pytest.raises(JobCancelled):
        arguments = {"text": "rain", "start_s": 1, "end_s": 5, "over": True}
        ENGINE.run(Job("inpaint_audio", work, arguments, {"audio": path}), report)
    assert not list(work.iterdir())


def test_nothing_clips_where_it_is_laid_over_peaks() -> None:
    there = np.sin(np.arange(16_000) / 7)[:, None]
    together = laid_over(np.full((16_000, 1), 0.8), there, 16_000)
    assert np.abs(together).max() <= 1 and together[0, 0] == there[0, 0]


def test_at_the_seams_the_wave_goes_on() -> None:
    wave = np.sin(np.arange(48_000) / 9)[:, None]
    made = np.random.default_rng(0).standard_normal((16_000, 1))
    part = seamed(made.copy(), wave, (16_000, 32_000), 16_000)
    assert abs(part[0, 0] - wave[16_000, 0]) < 0.01 and abs(part[-1, 0] - wave[31_999, 0]) < 0.01
    assert np.array_equal(part[1000:15_000], made[1000:15_000])


def test_what_comes_again_and_again_fills_its_part_and_one_alone_does_not(tmp_path: Path) -> None:
    def after_half(text: str) -> Any:
        made = repair(tmp_path, np.zeros((64_000, 1)), 16_000, text=text, seed=3, start_s=1, end_s=3, over=True)
        _, after = both(tmp_path, made, "float64")
        return np.abs(after[32_000:48_000]).max(), made.facts

    loud, facts = after_half("a dog bark")
    assert loud > 0.05 and facts["made"] == "a dog barking" and "takes_s" not in facts
    quiet, facts = after_half("one dog bark")
    assert quiet < 0.005 and facts["made"] == "a dog bark" and 0.2 < facts["takes_s"] < 1
    slammed, facts = after_half("a door slam")
    assert slammed < 0.05 and facts["made"] == "a slamming door"


def burst(rate: int, seconds: float, gaps: tuple[tuple[float, float], ...]) -> Any:
    """A buzz with pauses."""
    time = np.arange(round(seconds * rate)) / rate
    made = 0.2 * np.sign(np.sin(2 * np.pi * 140 * time))
    for start, end in gaps:
        made[round(start * rate) : round(end * rate)] = 0.0
    return made[:, None]


def test_it_gives_way_to_a_voice_and_comes_back_in_its_pauses() -> None:
    rate = 16_000
    gain = giving_way(burst(rate, 4, ((2.0, 3.0),)), rate)[:, 0]
    assert gain[: round(0.5 * rate)].min() > 0.99  # it is heard when it begins
    assert 20 * np.log10(gain[round(1.5 * rate)]) == pytest.approx(-GIVES_WAY_DB, abs=0.1)
    assert gain[round(2.6 * rate)] > 0.9
    assert 20 * np.log10(gain[round(3.5 * rate)]) == pytest.approx(-GIVES_WAY_DB, abs=0.1)
    assert np.abs(np.diff(gain)).max() < 0.01


@pytest.mark.skipif(not VOICES.is_dir(), reason="there are no recordings of speech")
def test_over_a_voice_it_is_softer_unless_it_is_to_be_loud(tmp_path: Path) -> None:
    path = sorted(VOICES.glob("*.flac"))[0]
    sound, rate = sf.read(path, always_2d=True)

    def over(text: str) -> float:
        made = repair(tmp_path, sound[:, :1], rate, text=text, seed=3, start_s=0.5, end_s=3.5, over=True)
        before, after = both(tmp_path, made, "float64")
        part = slice(round(1.5 * rate), round(3.4 * rate))
        return float(np.sqrt(np.mean((after - before)[part] ** 2) / np.mean(before[part] ** 2)))

    assert over("rain") < 0.9 and over("very loud rain") > 1.5
