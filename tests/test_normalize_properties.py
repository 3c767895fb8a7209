"""What holds of the words for any text whatever: shape, alphabet, time."""

import random
import re
from functools import partial
from time import thread_time

import pytest

from tests.pace import least
from tests.test_normalize import TABLE
from tts.normalize import readings
from tts.timing import written

TEXT = "It cost $3.5 million on Nov 23, 2026, at 10:30 p.m., or €5 per km/h; see main.py, H100 and me@example.com."
TOKENS = [token for text, _ in TABLE for token in text.split()]
CHARACTERS = "".join(TOKENS) + "😀\u200d\x00\x1b\ud800é漢字жש١٢٣½²—–…“”‘’$€£°%#@/\\.,:;!?-+*=<>()[]{}_`~^&|'\""
LETTER = "A-Za-zÀ-ÖØ-öø-ž"
WORD = rf"[{LETTER}](?:[{LETTER}'-]*[{LETTER}])?"
SPOKEN = re.compile(rf"(?:{WORD}[,.?!;:—…]?(?: {WORD}[,.?!;:—…]?)*)?")
"""Words of letters, apostrophes and hyphens, each with one mark behind it at most."""
LONG = 10_000
ENDLESS = [
    *("a", "A", "1", "9", "$", "-", "–", ".", "/", "(", "[", "<", "*", "_", "=", "#", "&#", "'", "\\", "²", "½"),
    *("1,", "a/", "a.", "1:", "1-", "1/", "a-", "I-", "a@", "a'", "Aa", "1a", "<a", "](", "x=", "é", "א", "漢", "😀"),
    *(" 1", " A", " $5", " ~5", " Nov 3", " (", " +1 22", " 1 000", " St.", "http://a.", "\x1b[", "0.", "..", "--"),
]


def holds(text: str) -> None:
    """One reading for each token, and only what a voice can say."""
    found = readings(text)
    assert [r.written for r in found] == [t.text for t in written(text)]
    assert [r for r in found if not SPOKEN.fullmatch(r.spoken)] == []


def ragged(random_: random.Random) -> list[str]:
    """Texts of nothing but trouble."""
    token = random_.choice(TOKENS)
    cut = random_.randrange(len(token) + 1)
    return [
        " ".join(random_.choices(TOKENS, k=8)),
        "".join(random_.choices(CHARACTERS + "     ", k=40)),
        "".join(random_.choices("0123456789.,:/-$%+eax ", k=15)),
        "".join(chr(random_.randrange(0x110000)) for _ in range(10)),
        token[:cut] + random_.choice(CHARACTERS) + token[cut:],
    ]


def seconds(text: str, below: float = 0.0) -> float:
    """What a text takes of the processor."""
    return least(partial(readings, text), below)


@pytest.mark.parametrize("seed", range(20))
def test_any_text_gives_words_for_each_token(seed):
    random_ = random.Random(seed)
    for _ in range(60):
        for text in ragged(random_):
            holds(text)


@pytest.mark.parametrize("text", [text for text, _ in TABLE])
def test_the_table_holds_to_the_alphabet(text):
    holds(text)


@pytest.mark.parametrize("character", sorted(set(CHARACTERS)))
def test_one_character(character):
    holds(character)


@pytest.mark.parametrize("unit", ENDLESS)
def test_ten_thousand_characters_take_no_time(unit):
    text = (unit * LONG)[:LONG]
    began = thread_time()
    holds(text)
    holds(text + "!")
    assert thread_time() - began < 5  # with a square in it, minutes


def test_time_grows_with_the_text_and_not_with_its_square():
    assert seconds(TEXT * 100) < 30 * seconds(TEXT * 10)


def test_a_clause_takes_less_than_a_millisecond():
    assert seconds(TEXT, below=0.001) < 0.001


@pytest.mark.parametrize("text", ["the quick brown fox jumps over", "Well, well-known words don't change; do they?"])
def test_plain_words_stay_as_they_are(text):
    assert " ".join(r.spoken for r in readings(text)) == text


def test_a_long_text_keeps_its_place():
    found = readings("word 12 " * 1250)
    assert [r.spoken for r in found] == ["word", "twelve"] * 1250
