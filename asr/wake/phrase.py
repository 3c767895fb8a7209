"""Phrases as text: how a recognizer may spell one, and where one stands in what it wrote."""

import re
from collections.abc import Iterator

from rapidfuzz.fuzz import ratio

ALIKE = 72.0
"""Likeness of two keys, 0 to 100, from which leading words count as the phrase."""
MUCH_ALIKE = 86.0
"""The same for words further on."""
ODD_WORD = 4.0
"""What every word more or less than in the phrase costs in likeness."""
MARK = 6.0
"""What a mark behind the last word is worth."""
LEADING = 3
"""How many words may stand before the phrase, such as "okay"."""

SOUNDS = (
    (r"ph", "f"),
    (r"[csx]h|tch", "S"),
    (r"th", "t"),
    (r"gh|h", ""),
    (r"c(?=[eiy])|z", "s"),
    (r"ck|[cqk]|g(?![eiy])", "k"),
    (r"g|j|dge?", "t"),
    (r"x", "ks"),
    (r"v", "f"),
    (r"b", "p"),
    (r"m", "n"),
    (r"[aeiouyw]+", "a"),
)
"""Letters that sound alike, and what stands for them; applied in this order."""

ACCENTS = (
    (r"th", ("t", "s", "f")),
    (r"(?<=[^aeiouy ])e(?=[^aeiouy ]a)", ("i", "ee")),
    (r"^a(?=(th|[^aeiouy ])[aeiouy])", ("a ",)),
    (r"v", ("f", "w")),
    (r"j", ("ch", "y")),
)
"""Letters that many people say otherwise, and how a recognizer writes what it hears then."""
MOST_SPELLINGS = 24


def spellings(phrase: str) -> list[str]:
    """Ways in which a recognizer may write a phrase: casing, and a comma after the first word."""
    first, _, rest = phrase.lower().partition(" ")
    found = [phrase, phrase.lower(), phrase.capitalize(), phrase.title()]
    if rest:
        found += [f"{first.capitalize()}, {rest}", f"{first.capitalize()}, {rest.title()}"]
    return list(dict.fromkeys(found))


def respellings(phrase: str) -> list[str]:
    """Ways in which a recognizer may write a phrase that is said with an accent, without the phrase itself."""
    found = [phrase.lower()]
    for letters, others in ACCENTS:
        found += [re.sub(letters, other, text) for text in found for other in others if re.search(letters, text)]
    return [text.title() for text in dict.fromkeys(found[1:])][:MOST_SPELLINGS]


def key(text: str) -> str:
    """What a text sounds like, roughly: consonants by kind, all vowels alike, nothing doubled."""
    sound = re.sub(r"[^a-z]", "", text.lower())
    for letters, stands in SOUNDS:
        sound = re.sub(letters, stands, sound)
    return re.sub(r"(.)\1+", r"\1", sound)


def without_phrase(text: str, phrase: str) -> str:
    """A text without the phrase and whatever was said before it; as it is where the phrase is not near its beginning.

    >>> without_phrase("Hey, ear shot, what time is it?", "hey earshot")
    'What time is it?'
    """
    words = list(re.finditer(r"\S+", text))
    count = len(phrase.split())
    found = max(_places(words, key(phrase), count), default=None)
    if found is None:
        return text
    rest = text[found[1] :].lstrip(" ,.!?;:-–—")
    return rest[:1].upper() + rest[1:]


def same_first_word(text: str, phrase: str) -> bool:
    """Whether a text begins with the word that a phrase begins with.

    >>> same_first_word("Hey, dear, shot.", "hey earshot"), same_first_word("Who are you?", "hey earshot")
    (True, False)
    """
    firsts = [re.sub(r"[^a-z]", "", words.lower().partition(" ")[0]) for words in (text.strip(), phrase)]
    return firsts[0] == firsts[1]


def _places(words: list[re.Match[str]], wanted: str, count: int) -> Iterator[tuple[float, int]]:
    """Likeness of every stretch of words that may be the phrase, and where in the text it ends."""
    for first in range(min(LEADING + 1, len(words))):
        for last in range(first + max(1, count - 1), min(first + count + 2, len(words)) + 1):
            alike = ratio(wanted, key("".join(word[0] for word in words[first:last])))
            if alike >= (MUCH_ALIKE if first else ALIKE):
                odd, marked = abs(last - first - count), words[last - 1][0][-1] in ",.!?"
                yield alike - ODD_WORD * odd + MARK * marked, words[last - 1].end()
