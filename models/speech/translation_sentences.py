"""What a recognizer writes, as sentences fit to be translated: parted, and with names in capitals."""

import re
from collections.abc import Collection

_ABBREVIATED = r"(?<!\bMr\.)(?<!\bMrs\.)(?<!\bMs\.)(?<!\bDr\.)(?<!\bSt\.)(?<!\b[A-Z]\.)"
_END = re.compile(rf"(?<=[.?!…]){_ABBREVIATED}\s+(?=[\"'“A-Z0-9])")
_ASKS = re.compile(
    r"(?:^|, )(?:what|where|when|why|how|who|whose|which|(?:do|does|did|is|are|was|were|can|could|will|would|have|has) "
    r"(?:i|you|he|she|it|we|they|there|this|that|the|my|your)) ",
    re.IGNORECASE,
)
_FIRST = re.compile(r"^\W*\w")
_I = re.compile(r"\bi\b(?=$|[\s'’.,;:!?])")


def sentences(text: str) -> list[str]:
    """The sentences of a text, in order."""
    return [part for part in _END.split(" ".join(text.split())) if part]


def cased(sentence: str, names: Collection[str] = ()) -> str:
    """A sentence with a capital at its beginning, at "I" and at the `names`, which are given in lower case.

    it can be found in algeria  →  It can be found in Algeria
    """
    words = [word.capitalize() if word.strip(".,;:!?").lower() in names else word for word in sentence.split(" ")]
    return begun(_I.sub("I", " ".join(words)))


def asking(sentence: str) -> str:
    """A sentence with a question mark, where it has no closing mark and its words ask."""
    return f"{sentence}?" if _ASKS.search(sentence) and sentence[-1:].isalnum() else sentence


def begun(sentence: str) -> str:
    """With a capital at the beginning."""
    return _FIRST.sub(lambda found: found.group().upper(), sentence, count=1)


def lowered(sentence: str) -> bool:
    """Whether nothing in it has a capital, as recognizers without casing write."""
    return sentence.islower()
