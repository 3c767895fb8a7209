"""The contract of echo cancellers, kept by every engine, and which one is loaded for what is set."""

from dataclasses import replace

import numpy as np
import pytest

from asr.base import EchoCanceller
from asr.echo.loader import load_canceller
from asr.options import EchoOptions
from assistant.audio import RATE, AudioChunk, Samples
from assistant.errors import SettingsError
from tests.test_echo import echo_of, power_db, response, speechlike

BLOCK = RATE // 50
LATENCY_S = 0.05
"""Of the loudspeaker."""
ENGINES = {
    "kalman": EchoOptions(canceller="kalman"),
    "webrtc": EchoOptions(canceller="webrtc"),
    "kalman with noise suppression": EchoOptions(canceller="kalman", noise_suppression=True),
}


@pytest.fixture(params=list(ENGINES))
def canceller(request: pytest.FixtureRequest) -> EchoCanceller:
    """Each engine."""
    if request.param != "kalman":
        pytest.importorskip("livekit", reason="needs the extra webrtc")
    loaded = load_canceller(ENGINES[request.param], cancelled=False)
    assert loaded is not None
    return loaded


def converse(canceller: EchoCanceller, played: Samples, heard: Samples) -> Samples:
    """Play and hear, block by block, the loudspeaker ahead as devices are; what is left, shape (n,)."""
    ahead, left = round(LATENCY_S * RATE / BLOCK) + 1, []
    for block in range(len(heard) // BLOCK):
        for due in range(ahead) if block == 0 else [block + ahead - 1]:
            sound = np.pad(played[due * BLOCK : (due + 1) * BLOCK], (0, BLOCK))[:BLOCK]
            canceller.played(sound, RATE, due * BLOCK / RATE)
        start = block * BLOCK
        left.append(canceller.push(AudioChunk(heard[start : start + BLOCK], RATE, start), lambda at: at))
    assert [chunk.rate for chunk in left] == [RATE] * len(left)
    assert [chunk.start for chunk in left] == list(np.cumsum([0, *(len(c.samples) for c in left)])[:-1]), "no gap"
    return np.concatenate([chunk.samples for chunk in left])


def test_the_echo_goes_and_then_it_is_trusted(canceller: EchoCanceller) -> None:
    played = speechlike(8)
    heard = echo_of(played, response())
    assert not canceller.trusted
    left = converse(canceller, played, heard)
    assert len(heard) - 2 * BLOCK < len(left) <= len(heard)
    late = slice(5 * RATE, 7 * RATE)
    assert power_db(heard[late]) - power_db(left[late]) > 20
    assert canceller.trusted


def test_who_speaks_while_nothing_sounds_is_heard(canceller: EchoCanceller) -> None:
    person = speechlike(4)
    left = converse(canceller, np.zeros_like(person), person)
    assert power_db(left[RATE:]) == pytest.approx(power_db(person[RATE : len(left)]), abs=3)
    assert not canceller.trusted


def test_what_the_system_cancels_is_not_cancelled_again(canceller: EchoCanceller) -> None:
    played = speechlike(4)
    heard = echo_of(played, response())
    canceller.unneeded = lambda: True
    left = converse(canceller, played, heard)
    assert power_db(left[RATE:]) == pytest.approx(power_db(heard[RATE : len(left)]), abs=3)


@pytest.mark.parametrize(
    ("canceller", "cancelled", "name"),
    [
        ("auto", False, "kalman"),
        ("auto", True, None),
        ("kalman", True, "kalman"),
        ("off", False, None),
    ],
)
def test_the_engine_that_is_set_is_loaded(canceller: str, cancelled: bool, name: str | None) -> None:
    loaded = load_canceller(EchoOptions(canceller=canceller), cancelled)  # type: ignore[arg-type]
    assert (loaded.name if loaded else None) == name


def test_sound_is_conditioned_without_a_canceller_too() -> None:
    pytest.importorskip("livekit", reason="needs the extra webrtc")
    loaded = load_canceller(EchoOptions(canceller="off", gain_control=True), cancelled=False)
    assert loaded is not None and loaded.unneeded()


def test_an_engine_that_is_none_is_a_sentence() -> None:
    with pytest.raises(SettingsError, match="choose auto, kalman, webrtc or off"):
        load_canceller(replace(EchoOptions(), canceller="speex"), cancelled=False)  # type: ignore[arg-type]
