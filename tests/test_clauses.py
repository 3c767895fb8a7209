"""Cutting streamed text into clauses."""

import random
import re
from time import thread_time

import pytest

from tts.clauses import ClauseOptions, Clauses

STORY = (
    "Of course, Dr. Smith; the report is here. It was 3.5 MB at 10:30, e.g. in the U.S. office — see "
    "https://example.com/a,b?c:d.html for more! “Really?” she asked… Yes. No. 5 is No. 5, no? No.\n\n"
    "1. First of all, this.\n2. Then that; and, since it is a rather long sentence with many words in it, "
    "a comma may end it: as here, at J. R. R. Tolkien's (p. 12), 1,234 times... and so on and so forth without any "
    + "mark whatsoever for a very long time " * 9
    + "これは文です。次の文です。\tI'm done–or not – bye 😀"
)


def clauses(*pieces: str, options: ClauseOptions | None = None) -> list[str]:
    """What comes out when the text arrives in these pieces."""
    splitter = Clauses(options)
    return [clause for piece in pieces for clause in splitter.push(piece)] + splitter.flush()


def ragged(text: str, random_: random.Random) -> list[str]:
    """The text in pieces of 0 to 12 characters."""
    pieces, at = [], 0
    while at < len(text):
        size = random_.randint(0, 12)
        pieces.append(text[at : at + size])
        at += size
    return pieces


def scrambled(random_: random.Random) -> str:
    """A text of nothing but trouble."""
    bits = [" ", "\n", ".", ",", "!", "?", "…", "—", "–", '"', ")", "a", "No", "Dr", "3", "U.S", "word", "。", ":", "*"]
    return "".join(random_.choices(bits, k=200))


@pytest.mark.parametrize("seed", range(20))
def test_streaming_equals_batch(seed):
    random_ = random.Random(seed)
    assert clauses(*ragged(STORY, random_)) == clauses(STORY)
    text, options = scrambled(random_), ClauseOptions(longest=30, long=12)
    assert clauses(*ragged(text, random_), options=options) == clauses(text, options=options)


def test_letter_by_letter_equals_batch():
    assert clauses(*STORY) == clauses(STORY)


@pytest.mark.parametrize("text", [STORY, *(scrambled(random.Random(seed)) for seed in range(20))])
def test_the_clauses_joined_are_the_text(text):
    pieces = clauses(text)
    assert re.sub(r"\s", "", "".join(pieces)) == re.sub(r"\s", "", text)
    assert all(p and p == p.strip() for p in pieces)


def test_the_clauses_of_a_story():
    assert clauses(STORY)[:8] == [
        "Of course, Dr. Smith;",
        "the report is here.",
        "It was 3.5 MB at 10:30, e.g. in the U.S. office — see https://example.com/a,b?c:d.html for more!",
        "“Really?”",
        "she asked… Yes.",
        "No. 5 is No. 5, no?",
        "No.",
        "1. First of all, this.",
    ]


@pytest.mark.parametrize(
    "whole",
    [
        "It takes about 3.5 seconds",
        "Please ask Dr. Smith or Mrs. Jones",
        "Sound, e.g. recordings of many voices",
        "We meet at 10:30 on the hour",
        "Look at https://example.com/x,y.html?a:b;c now",
        "People in the U.S. Army and the U.K. like it",
        "Between 1,000 and 2,000,000 of them",
        "Written by J. R. R. Tolkien himself",
        "Take room No. 5 on the left",
        "It was over at 5 p.m. yesterday",
        "A well-known and state-of-the-art thing",
        "The file note.wav is in folder.d here",
        "Yahoo!like words?inside",
    ],
)
def test_never_split(whole):
    assert clauses("Here you are. ", whole) == ["Here you are.", whole]
    assert clauses(whole) == [whole]


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("Certainly not, I would say", "Certainly not,"),
        ("Yes. I can do that. And more", "Yes. I can do that."),
        ("Oh, well, I think so, yes", "Oh, well, I think so,"),
        ("I do think so: it is late", "I do think so:"),
        ("I do think so—it is late", "I do think so—"),
        ("I do think so – it is late", "I do think so –"),
        ("“I do think so.” It is late", "“I do think so.”"),
        ("I do think so?! It is late", "I do think so?!"),
    ],
)
def test_the_first_clause_goes_out_as_soon_as_it_is_certain(text, first):
    splitter = Clauses()
    given = [splitter.push(letter) for letter in text]
    out = next(k for k, pieces in enumerate(given) if pieces)
    assert given[out] == [first]
    assert out <= len(first)


def test_later_clauses_are_sentences_unless_long():
    start = "This is the beginning, "
    assert clauses(start, "well, yes, it is. ") == ["This is the beginning,", "well, yes, it is."]
    long = "and after some sixty characters without any mark to stop at, there is one"
    assert clauses(start, long)[1:] == long.replace(", ", ",|").split("|")


def test_text_without_marks_is_cut_at_a_space():
    pieces = clauses("word " * 100)
    assert all(100 < len(p) <= 160 for p in pieces[:-1])
    assert " ".join(pieces).split() == ["word"] * 100
    splitter = Clauses(ClauseOptions(longest=20))
    assert splitter.push("somewhat more than twenty letters") == ["somewhat more than"]


def test_a_run_without_spaces_stays_whole():
    assert clauses("x" * 400 + " and more") == ["x" * 400, "and more"]


@pytest.mark.parametrize("text", ["", " ", "\n\n", "\t \n"])
def test_nothing_gives_nothing(text):
    assert clauses(text) == []


def test_flush_gives_the_rest_and_begins_anew():
    splitter = Clauses()
    assert splitter.push("This is enough, and ") == ["This is enough,"]
    assert splitter.flush() == ["and"]
    assert splitter.push("Yes, ") == []
    assert splitter.flush() == ["Yes,"]


def test_a_long_reply_letter_by_letter_is_quick():
    began = thread_time()
    clauses(*(STORY * 10))
    assert thread_time() - began < 5
