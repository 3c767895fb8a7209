"""Words in other scripts are spoken by a voice that can read them."""

import numpy as np
import pytest

from assistant.events import Manner, Spoken, Word
from tts.ensemble import Ensemble
from tts.espeak_library import shared
from tts.tongues import ACCENTS, NAMES, SCRIPTS, runs, script_language


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Good morning", ""),
        ("Déjà vu, señor Łukasz", ""),
        ("Привет, как дела?", "ru"),
        ("Привіт, друже", "uk"),
        ("你好，世界", "cmn"),
        ("東京に行きます。", "ja"),
        ("안녕하세요", "ko"),
        ("مرحبا", "ar"),
        ("Καλημέρα", "el"),
        ("नमस्ते", "hi"),
        ("", ""),
        ("1, 2, 3 … ☃", ""),
    ],
)
def test_a_script_has_its_language(text: str, code: str) -> None:
    assert script_language(text) == code


@pytest.mark.parametrize(
    "text", ["I met 李雷 and Ольга.", "Москва 2024 год", "π is 3", "AI技术很好", "東京", " Привет "]
)
def test_stretches_are_joined_as_they_were(text: str) -> None:
    assert "".join(piece for piece, _ in runs(text)) == text


def test_each_stretch_has_its_language() -> None:
    assert runs("I met 李雷 and Ольга.") == [("I met ", ""), ("李雷 ", "cmn"), ("and ", ""), ("Ольга.", "ru")]
    assert runs("Ω is a sign") == [("Ω is a sign", "")]


@pytest.mark.parametrize("code", sorted({*SCRIPTS.values(), *NAMES.values(), *filter(None, ACCENTS.values())}))
def test_espeak_has_a_voice_of_all_that_are_named(code: str) -> None:
    from tts.espeak import NEAREST

    assert shared().has(NEAREST.get(code, code))


class Told:
    """A voice of one word a second, that knows what it was given."""

    def __init__(self, name: str, language: str = "") -> None:
        self.name, self.rate, self.language = name, 100, language
        self.given: list[tuple[str, str]] = []

    def speak(self, clause: str, manner: Manner) -> Spoken:
        self.given.append((clause, manner.language))
        words = tuple(Word(word, float(k), k + 1.0) for k, word in enumerate(clause.split()))
        return Spoken(np.zeros(100 * len(words), np.float32), 100, words)


def test_the_ensemble_gives_other_scripts_to_the_voice_that_reads_them() -> None:
    voices = {"lj": Told("lj", "en-us"), "espeak": Told("espeak")}
    spoken = Ensemble("lj", ["espeak"], voices.__getitem__).speak("I met 李雷 twice.", Manner())
    assert voices["lj"].given == [("I met ", ""), ("twice.", "")] and voices["espeak"].given == [("李雷 ", "cmn")]
    assert [(word.text, word.start_s) for word in spoken.words] == [("I", 0), ("met", 1), ("李雷", 2), ("twice.", 3)]
    assert len(spoken.samples) == 400
