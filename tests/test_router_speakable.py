"""Markup out, words in, whatever the pieces."""

import pytest

from router.speakable import Speakable

WRITTEN = [
    ("Hello there.", "Hello there."),
    ("**Bold** and *italic*, __both__ and `code`.", "Bold and italic, both and code."),
    ("# Title\nText.", "Title. Text."),
    ("- milk\n- eggs\n- tea", "milk. eggs. tea"),
    ("1. First\n2. Second.", "1. First. 2. Second."),
    ("See [the page](https://example.org/a_b).", "See the page."),
    ("> quoted\n\n---\n\nplain", "quoted. plain"),
    ("```python\nprint\n```\nDone.", "print. Done."),
    ("| a | b |\n|---|---|\n| c | d |", "a b c d"),
    ("Two * three is 6 😀!", "Two times three is 6 !"),
    ("snake_case and it's 5-6", "snake_case and it's 5-6"),
    ("", ""),
]


@pytest.mark.parametrize(("written", "said"), WRITTEN)
@pytest.mark.parametrize("size", [1, 2, 3, 7, 1000])
def test_pieces_of_any_size_come_to_the_same(written: str, said: str, size: int) -> None:
    clean = Speakable()
    pieces = [clean.push(written[i : i + size]) for i in range(0, len(written), size)]
    assert ("".join(pieces) + clean.flush()).rstrip() == said


def test_a_word_is_given_out_as_soon_as_it_is_whole() -> None:
    clean = Speakable()
    assert [clean.push(piece) for piece in ("Hel", "lo the", "re. ")] == ["", "Hello ", "there. "]
