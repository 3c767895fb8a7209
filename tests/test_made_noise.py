"""Noise that is made by rule to measure with, and recordings of which another fold is held out."""

import json
from pathlib import Path

import numpy as np
import pytest

from assistant.audio import RATE
from assistant.evaluation.capability.made_noise import BLADES_HZ, MADE
from assistant.evaluation.recordings import held_out
from scripts.measure_untaught import Turned


def octaves_db(name: str) -> list[float]:
    """The power in each of four octaves from 250 Hz, in decibels."""
    power = np.abs(np.fft.rfft(MADE[name](np.random.default_rng(1)))) ** 2
    hertz = np.fft.rfftfreq(2 * (len(power) - 1), 1 / RATE)
    bands = [(hertz >= low) & (hertz < 2 * low) for low in (250, 500, 1000, 2000)]
    return [float(10 * np.log10(power[band].sum())) for band in bands]


@pytest.mark.parametrize(("name", "slope_db"), [("white", 3.0), ("pink", 0.0), ("fan", -3.0)])
def test_octaves_differ_as_they_should(name: str, slope_db: float) -> None:
    found = octaves_db(name)[1:]  # the hum of the blades lies below
    assert np.diff(found) == pytest.approx([slope_db] * 2, abs=0.7)


def test_a_fan_hums() -> None:
    power = np.abs(np.fft.rfft(MADE["fan"](np.random.default_rng(1)))) ** 2
    hertz = np.fft.rfftfreq(2 * (len(power) - 1), 1 / RATE)
    around = (hertz > BLADES_HZ - 20) & (hertz < BLADES_HZ + 20)
    assert power[np.abs(hertz - BLADES_HZ).argmin()] > 20 * np.median(power[around])


def test_the_same_chance_gives_the_same() -> None:
    for make in MADE.values():
        assert np.array_equal(make(np.random.default_rng(3)), make(np.random.default_rng(3)))


def test_another_fold_is_held_out(tmp_path: Path) -> None:
    rows = [{"path": f"{fold}.ogg", "fold": fold, "labels": ["dog"]} for fold in (1, 2, 3, 4)]
    lines = [json.dumps(row) for row in [*rows, {"path": "x.ogg", "labels": ["cat"]}]]
    (tmp_path / "sounds.jsonl").write_text("\n".join(lines) + "\n")
    for fold in (1, 2, 3, 4):
        out = [row["path"] for row in Turned(tmp_path, fold).rows("sounds") if held_out(row)]
        assert out == [f"{fold}.ogg"]
