"""Parts the words of two stretches that share some of their sound, so that nothing is said twice."""

from difflib import SequenceMatcher

SHARED = 12
"""How many words at the end of one and at the beginning of the other may be the same ones."""
TELLING = 4
"""Letters; a shorter word that stands alone in both is chance."""


def parted(before: str, after: str) -> tuple[str, str]:
    """The two texts without what both have of the sound they share.

    before:  "… the sun is out and the bir"             → "… the"
    after:       "sun is out and the birds sing"        → "sun is out and the birds sing"
    """
    first, second = before.split(), after.split()
    tail, head = first[-SHARED:], second[:SHARED]
    match = SequenceMatcher(None, _plain(tail), _plain(head), autojunk=False).find_longest_match()
    same = _plain(tail[match.a : match.a + match.size])
    if match.size == 0 or (match.size == 1 and len(same[0]) < TELLING):
        return before, after
    return " ".join(first[: len(first) - len(tail) + match.a]), " ".join(second[match.b :])


def _plain(words: list[str]) -> list[str]:
    return ["".join(c for c in word.lower() if c.isalnum()) for word in words]
