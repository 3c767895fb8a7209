"""Voices that tell when they say each phone, and finding the same phones in another recording of the words."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import pytest

from assistant.audio import RATE
from assistant.errors import EngineError
from assistant.events import Manner, Spoken, Word
from assistant.resample import resample
from models.face.alignment import aligned
from models.face.timeline import FPS, gestures, mouths
from models.face.visemes import OPEN, PRESS, REST, VISEMES, visemes_of
from tts.cards import SHIPPED
from tts.espeak import Espeak
from tts.fastspeech2 import FastSpeech2
from tts.pronouncing import pronounced_by

SENTENCE = "Bob and Pam bought a map of Alabama."


@pytest.fixture(scope="module")
def espeak() -> Espeak:
    return Espeak()


@pytest.fixture(scope="module")
def lj() -> FastSpeech2:
    if not (SHIPPED / "lj").is_dir():
        pytest.skip("the voice is not there")
    return FastSpeech2(SHIPPED / "lj")


def check(spoken: Spoken) -> None:
    """Phones lie within the words' sound, one after the other, and are those of the sentence."""
    seconds = len(spoken.samples) / spoken.rate
    assert all(0 <= p.start_s < p.end_s <= seconds for p in spoken.phones)
    assert all(a.end_s <= b.start_s + 1e-9 for a, b in pairwise(spoken.phones))
    assert [p.text[-1] for p in spoken.phones if p.text[-1] in "pbm"] == list("bbpmbmpbm")
    assert spoken.phones[0].start_s < 0.1
    assert spoken.phones[-1].end_s > spoken.words[-1].start_s


def test_espeak_tells_its_phones(espeak: Espeak) -> None:
    check(espeak.speak(SENTENCE, Manner()))


def test_our_own_voice_tells_its_phones(lj: FastSpeech2) -> None:
    check(lj.speak(SENTENCE, Manner()))
    assert not lj.speak("...", Manner()).phones


@pytest.mark.parametrize("manner", [Manner(), Manner(speed=1.3, pitch=4.0), Manner(speed=0.8, pitch=-3.0)])
def test_phones_are_found_in_another_voices_speech(espeak: Espeak, lj: FastSpeech2, manner: Manner) -> None:
    true, said = espeak.speak(SENTENCE, manner), lj.speak(SENTENCE, Manner())
    found, unlike = aligned(resample(true.samples, true.rate, RATE), said)
    lips = [[p for p in phones if p.text[-1] in "pbm"] for phones in (true.phones, found)]
    errors = [_middle(a) - _middle(b) for a, b in zip(*lips, strict=True)]
    assert np.median(np.abs(errors)) < 0.05
    assert unlike < 0.9


def test_nothing_is_found_where_there_is_nothing(espeak: Espeak) -> None:
    said = espeak.speak(SENTENCE, Manner())
    assert aligned(np.zeros(0, np.float32), said)[0] == ()
    phones, unlike = aligned(np.zeros(RATE, np.float32), said)
    assert not np.isnan(unlike)
    assert len(phones) in (0, len(said.phones))


def test_who_tells_no_phones_or_fails_is_left_out() -> None:
    class Scripted:
        name, rate = "scripted", RATE

        def speak(self, clause: str, manner: Manner) -> Spoken:
            if manner.voice == "espeak":
                raise EngineError("It is not there.")
            return Spoken(np.zeros(RATE, np.float32), RATE, (Word(clause, 0.0, 1.0),))

    assert list(pronounced_by(Scripted())("hello")) == []


# ------------------------------------------------------------------------------ mouths


def phones(*rows: tuple[str, float, float]) -> Sequence[Word]:
    return [Word(*row) for row in rows]


def test_every_phone_has_a_viseme_and_a_diphthong_two() -> None:
    assert visemes_of("ˈaɪ") == ("a", "i")
    assert visemes_of("oʊ") == ("o", "u")
    assert visemes_of("ˈɑː") == ("a",)
    assert visemes_of("m") == ("p",)
    assert visemes_of(",") == (REST,)
    assert visemes_of("ɮ") == ("uh",)
    assert len(VISEMES) >= 10


@pytest.mark.parametrize("start_s", [0.3, 0.313, 0.335])
def test_lips_close_though_it_takes_less_than_a_frame(start_s: float) -> None:
    wanted = gestures(phones(("ɑ", 0.0, start_s), ("p", start_s, start_s + 0.02), ("ɑ", start_s + 0.02, 0.7)))
    made = mouths(wanted, 18)
    frame = int((start_s + 0.01) * FPS)
    assert made[frame, OPEN] == 0.0
    assert made[frame, PRESS] == 1.0
    assert made[: frame - 1, OPEN].min() > 0.4


def test_the_mouth_rests_in_a_pause_and_moves_smoothly() -> None:
    made = mouths(gestures(phones(("ɑ", 0.0, 0.4), ("ɑ", 1.4, 1.8))), 50)
    assert made[20:30, OPEN].max() < 0.05
    assert made[5, OPEN] > 0.7
    assert np.abs(np.diff(made[:, OPEN])).max() < 0.85
    assert not mouths([], 5).any()


def test_a_sound_takes_the_colour_of_its_neighbours() -> None:
    beside = [mouths(gestures(phones(("t", 0.0, 0.08), (vowel, 0.08, 0.4))), 10)[1, 1] for vowel in ("iː", "uː")]
    assert beside[0] > beside[1] + 0.3


def _middle(phone: Word) -> float:
    return (phone.start_s + phone.end_s) / 2
