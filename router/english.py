"""Whether words are English."""

import re

from router.numerals import words

ENGLISH = frozenset(
    words(
        "the and is are was were have has had you your they them their this that these those with from will "
        "would could "
        "should what when where which who why how good morning evening night hello goodbye thank thanks please "
        "yes my his "
        "her our we she he it i am not of to for but very much today tomorrow yesterday there here can do does "
        "did like "
        "love want need know think go going see friend friends house day time man woman child people water one "
        "two three "
        "welcome sorry happy birthday dear new year name meet nice see later soon"
    )
)
"""Words by which English is told."""
ENGLISH_SHARE = 0.5


def is_english(text: str) -> bool:
    """Whether words are English rather than another language, going by the commonest ones."""
    read = re.findall(r"[^\W\d_]+", text.lower())
    return sum(word in ENGLISH for word in read) >= max(1.0, ENGLISH_SHARE * len(read))
