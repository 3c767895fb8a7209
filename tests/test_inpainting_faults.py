"""Clicks, dropouts and clipping: found, counted and repaired, and nothing else."""

from pathlib import Path

import numpy as np
import pytest
import soundfile as sf

from assistant.errors import EngineError
from models.sound.inpainting_faults import clicks, dropouts
from models.sound.inpainting_linear import Signal
from router.faults import fault_in
from tests.inpainting_sounds import DATA, both, changed_s, hum, real, repair, snr

# ------------------------------------------------------------------------------ faults


def clicked(sound: Signal, count: int, rate: int) -> tuple[Signal, list[int]]:
    """Clicks of half a millisecond, evenly spread."""
    broken, random = sound.copy(), np.random.default_rng(2)
    places = np.linspace(rate // 10, len(sound) - rate // 10, count).astype(int).tolist()
    for at in places:
        burst = random.standard_normal(rate // 2000) * np.exp(-np.arange(rate // 2000) / 3)
        broken[at : at + len(burst)] += 0.4 * burst / np.abs(burst).max()
    return broken, places


def test_clicks_are_found_and_counted(tmp_path: Path) -> None:
    sound = hum(3.0, 44_100)
    broken, places = clicked(sound, 14, 44_100)
    made = repair(tmp_path, broken, 44_100, fault="clicks")
    assert made.facts["repaired"] == {"clicks": 14}
    spans = made.facts["spans"]
    assert isinstance(spans, list) and len(spans) == 14
    before, after = both(tmp_path, made, "float64")
    assert np.abs(after[:, 0] - sound).max() < 0.02 < np.abs(before[:, 0] - sound).max()


def test_where_there_is_no_fault_nothing_is_made(tmp_path: Path) -> None:
    for fault, sentence in (("clicks", "no clicks in it"), ("dropouts", "no dropouts"), ("clipping", "no clipped")):
        with pytest.raises(EngineError, match=f"I find {sentence}"):
            repair(tmp_path, hum(2.0), 16_000, fault=fault)
    with pytest.raises(EngineError, match="tell me from which second to which"):
        repair(tmp_path, np.zeros(16_000), 16_000, fault="all")
    assert not list((tmp_path / "work").iterdir())


def test_dropouts_are_found_and_pauses_are_not(tmp_path: Path) -> None:
    sound = hum(6.0)
    sound[32_000:40_000] *= np.concatenate((np.linspace(1, 0, 3000), np.zeros(2000), np.linspace(0, 1, 3000)))
    broken = sound.copy()
    for start, length in ((10_000, 100), (20_000, 400), (60_000, 8000)):
        broken[start : start + length] = 0
    made = repair(tmp_path, broken, 16_000, fault="dropouts")
    assert made.facts["repaired"] == {"dropouts": 3}
    assert "made up" in made.notice
    before, after = both(tmp_path, made, "float64")
    assert snr(sound[20_000:20_400], after[20_000:20_400, 0]) > 15
    assert changed_s(before, after, 16_000) == pytest.approx((10_000 / 16_000, 68_000 / 16_000), abs=1e-3)


def test_a_dropout_in_one_channel_is_repaired_in_that_one(tmp_path: Path) -> None:
    sound = hum(2.0, 16_000, 2)
    sound[16_000:16_300, 1] = 0
    made = repair(tmp_path, sound, 16_000, fault="dropouts")
    before, after = both(tmp_path, made)
    assert np.array_equal(before[:, 0], after[:, 0])
    assert not np.array_equal(before[:, 1], after[:, 1])


def test_a_fault_is_looked_for_where_it_was_said_to_be(tmp_path: Path) -> None:
    broken, _ = clicked(hum(6.0), 6, 16_000)
    made = repair(tmp_path, broken, 16_000, fault="clicks", start_s=3.5, end_s=3.5)
    spans = made.facts["spans"]
    assert isinstance(spans, list) and 1 <= len(spans) <= 2
    made = repair(tmp_path, hum(6.0), 16_000, fault="dropouts", start_s=3.0, end_s=3.5)
    assert made.facts["spans"] == [[3.0, 3.5]], "none is found there, so that part is repainted"


@pytest.mark.parametrize("subtype", ["PCM_16", "FLOAT"])
def test_clipped_peaks_are_raised_and_there_is_room_for_them(subtype: str, tmp_path: Path) -> None:
    sound = hum(3.0) / np.abs(hum(3.0)).max()
    clipped = np.clip(sound, -0.6, 0.6) / 0.6
    made = repair(tmp_path, clipped, 16_000, subtype, fault="clipping")
    before, after = both(tmp_path, made, "float64")
    gain = made.facts["gain"]
    assert isinstance(gain, float) and gain < 1 and not made.facts["rest_unchanged"]
    assert np.abs(after).max() <= 0.99 and "quieter" in made.notice
    assert np.abs(after / gain).max() > 1.2, "above the level at which it was cut off"
    scale = float(sound @ after[:, 0] / (after[:, 0] @ after[:, 0]))
    assert snr(sound, scale * after[:, 0]) > snr(sound, 0.6 * before[:, 0]) + 6
    assert sorted(path.name for path in (tmp_path / "work").iterdir()) == ["repaired.wav"]


def test_a_loud_tone_is_not_clipped(tmp_path: Path) -> None:
    for hertz in (40, 200, 1000):
        tone = np.sin(2 * np.pi * hertz * np.arange(32_000) / 16_000) * 0.999
        with pytest.raises(EngineError, match="no clipped parts"):
            repair(tmp_path, tone, 16_000, fault="clipping")


@real
def test_real_speech_is_mostly_left_alone() -> None:
    paths = sorted((DATA / "ljspeech").glob("*.flac"))[:6]
    found = seconds = 0.0
    for path in paths:
        x, rate = sf.read(path)
        found += sum(1 for _ in clicks(x, rate, 0)) + sum(1 for _ in dropouts(x, rate, 2.0**-15, 0))
        seconds += len(x) / rate
    assert 60 * found / seconds < 6


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("Repair the clicks in it.", "clicks"),
        ("There are dropouts in it, repair it.", "dropouts"),
        ("it is clipped, fix it", "clipping"),
        ("take out the crackle and the drop-outs", "all"),
        ("repaint it from two to four seconds", None),
    ],
)
def test_faults_are_known_by_their_names(text: str, fault: str | None) -> None:
    assert fault_in(text) == fault
