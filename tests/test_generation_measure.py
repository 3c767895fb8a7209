"""How generated sound is measured, on sounds of which the figures are known."""

import numpy as np
import pytest

from assistant.evaluation.capability.generate_audio import RATE, alike, bursts, seam_db, sounding


def tones(*spans: tuple[float, float], seconds: float = 4.0) -> np.ndarray:
    time = np.arange(round(seconds * RATE)) / RATE
    loud = np.zeros(len(time))
    for start, end in spans:
        loud[(time >= start) & (time < end)] = 1
    return np.asarray(np.repeat((0.3 * loud * np.sin(2 * np.pi * 440 * time))[:, None], 2, axis=1), np.float32)


@pytest.mark.parametrize("number", [0, 1, 3, 5])
def test_bursts_are_counted(number: int) -> None:
    assert bursts(tones(*((0.5 * k + 0.2, 0.5 * k + 0.4) for k in range(number)))) == number


def test_what_sounds_is_found() -> None:
    (first, second) = sounding(tones((0.5, 1.5), (3.0, 3.6)), 0.5)
    assert first == pytest.approx((0.5, 1.5), abs=0.03)
    assert second == pytest.approx((3.0, 3.6), abs=0.03)


def test_the_same_is_alike_at_any_delay_and_noise_is_not() -> None:
    rng = np.random.default_rng(0)
    one, other = (rng.standard_normal((RATE, 2)).astype(np.float32) for _ in range(2))
    assert alike(one, np.roll(one, 1000, axis=0)) > 0.9
    assert alike(one, other) < 0.05


def test_a_step_between_end_and_beginning_is_a_seam() -> None:
    time = np.arange(RATE) / RATE
    whole = np.repeat(np.sin(2 * np.pi * 100 * time)[:, None], 2, axis=1).astype(np.float32)
    assert seam_db(whole) < 3
    assert seam_db(whole[: -RATE // 400]) > 20
