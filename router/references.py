"""What a person's words point at: "it", "the last two", "the second speaker", "my last recording", "number three".

    "the second to last recording I made"  ─▶  Reference(place=-2, kinds={audio}, own=True)
    "the last two rain sounds"             ─▶  Reference(place=-1, count=2, kinds={audio}, words=("rain",))

Words are read one after the other; what is no pointing word is part of a name. Nothing is looked up here.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from router.numerals import Tokens, numeral, ordinal, words

ALL = 0
"""The count of "all of them"."""

KINDS: Mapping[str, frozenset[str]] = {
    **dict.fromkeys(words("sound sounds clip clips audio recording recordings track tracks"), frozenset(("audio",))),
    **dict.fromkeys(words("picture pictures image images photo photos photograph drawing"), frozenset(("image",))),
    **dict.fromkeys(words("pic portrait screenshot"), frozenset(("image",))),
    **dict.fromkeys(words("video videos film films movie movies"), frozenset(("video",))),
    **dict.fromkeys(words("note notes memo memos"), frozenset(("audio", "text"))),
    **dict.fromkeys(words("transcript transcripts text"), frozenset(("text",))),
    **dict.fromkeys(words("file files thing things result results item items resource resources output"), frozenset()),
}
"""Nouns for what there is, and the kinds they may be; none: any."""

_ARTICLES = words(
    "a an the my mine your our his her of in from with to at and called named please just me again number"
)
FILLING = frozenset((*_ARTICLES, *words("file audio mono voice very own only one ones this that these those")))
"""Words of which no name is told by."""
_PRONOUNS = frozenset(words("it its that this same"))
_PLURALS = frozenset(words("them these those they both"))
_LAST = frozenset(words("last latest newest recent final"))
_MADE = "made|make|created|generated|produced|did|done|got|played"
_SPOKEN = re.compile(
    r"\b(what|anything|everything|words?|sentence|turn|thing) i (have )?(just )?(said|spoke|told you)\b|\bmyself\b"
    r"|\bmy( own| last)* (voice|words|speech|sentence|turn|utterance)\b(?! (note|memo|recording))"
    r"|\bi (have )?(just )?said\b"
)
_RECORDED = re.compile(
    r"\bi( have)?( just)? (recorded|made|took)\b|\brecording of me\b|\byou( have)?( just)? recorded\b"
)
_RESULT = re.compile(
    rf"\byou( have)?( just)? ({_MADE})\b|\b(result|output)s?\b|\bsynthesi[sz]ed (?=audio|sound|speech)"
)
_GIVEN = re.compile(
    r"\bi( have)?( just)? (gave|sent|dropped|uploaded|dragged|pasted|shared|put in)( to)?( you)?( in)?\b"
)
_BEFORE_LAST = re.compile(
    r"\b(second|next) (to )?last\b|\blast but one\b|\bpenultimate\b|\bprevious\b"
    r"|\b(the )?one before( that| it| last)?\b"
)
_ENDING = re.compile(
    r"(?i)[ .]*(?:\bdot +|\.)(?:wav|wave|flac|ogg|opus|mp3|m4a|aac|aiff|webm|mkv|mp4|mov|avi|png|jpe?g|webp|gif|txt)\b"
)


@dataclass(frozen=True, slots=True)
class Reference:
    """What words point at."""

    words: tuple[str, ...] = ()
    """What is left: words of a name, numbers in digits."""
    kinds: frozenset[str] = frozenset()
    """The kinds it may be by its noun; empty: any."""
    noun: str = ""
    """The last noun for what there is."""
    place: int = 0
    """1 is the first, -1 the last; 0: none was said."""
    count: int = 1
    """How many; `ALL` for all."""
    number: int = 0
    """The number of an artifact; 0: none was said."""
    traits: frozenset[str] = field(default_factory=frozenset)
    """spoken (what the user said) | recorded | result (made by the assistant) | given (by the user) | mine | other |
    original | plural | pronoun"""

    def __contains__(self, trait: str) -> bool:
        return trait in self.traits


@lru_cache(1024)
def reference(name: str) -> Reference:
    """What a name, as it is spoken, points at."""
    text = " ".join(re.findall(r"[^\W_]+(?:'[^\W_]+)?|#", _ENDING.sub("", name.lower().replace("’", "'"))))
    return _Reading(text).read()


@lru_cache(4096)
def bare(name: str) -> str:
    """The words of a name, in lower case, the endings of files gone, parted by single spaces."""
    return " ".join(re.findall(r"[^\W\d_]+|\d+", _ENDING.sub("", name.lower())))


@lru_cache(4096)
def normal(name: str) -> tuple[str, ...]:
    """The words of a name with its numbers in digits: "Take two.wav" and "the second take" have take and 2 in them."""
    tokens = Tokens(bare(name))
    said: list[str] = []
    at = 0
    while at < len(tokens):
        found = ordinal(tokens, at) or (numeral(tokens, at) if tokens.word(at) not in ("a", "an", "half") else None)
        if found and found[0].is_integer():
            said.append(str(int(found[0])))
            at = found[1]
        else:
            said.append(tokens.word(at))
            at += 1
    return tuple(said)


class _Reading:
    """Reads one name."""

    def __init__(self, text: str) -> None:
        self._traits: set[str] = set()
        self._found: dict[str, Any] = {}
        self._words: list[str] = []
        for trait, wording in (("spoken", _SPOKEN), ("recorded", _RECORDED), ("given", _GIVEN), ("result", _RESULT)):
            text = self._taken(trait, wording, text)
        if _BEFORE_LAST.search(text):
            self._found["place"] = -2
            text = _BEFORE_LAST.sub(" ", text)
        self._tokens = Tokens(text)

    def read(self) -> Reference:
        at = 0
        while at < len(self._tokens):
            at = self._number(at) or self._word(at)
        return Reference(tuple(self._words), traits=frozenset(self._traits), **self._found)

    def _taken(self, trait: str, wording: re.Pattern[str], text: str) -> str:
        """The text without the words that say a trait."""
        if not wording.search(text):
            return text
        self._traits.add(trait)
        return re.sub(r"\b(what|that|which)\s*$|^\s*what\b", " ", wording.sub(" ", text).strip())

    def _number(self, at: int) -> int:
        """Read a number or a place in a row; the index after it, or 0 where there is none."""
        named = self._tokens.word(at) in ("number", "no", "nr", "#", "item", "resource")
        start = at + named
        if place := ordinal(self._tokens, start):
            self._found["place"] = int(place[0])
            return place[1]
        found = None if self._tokens.word(start) in ("a", "an", "half", "quarter") else numeral(self._tokens, start)
        if not found or not found[0].is_integer() or (self._tokens.word(start) == "one" and not named):
            return 0
        value, end = int(found[0]), found[1]
        alone = start == 0 and end == len(self._tokens)
        self._found["number" if named or alone else "count"] = value
        if not named and not alone and (self._words or self._found.get("noun")):
            del self._found["count"]
            self._words.append(str(value))
        return end

    def _word(self, at: int) -> int:
        word = self._tokens.word(at)
        if word in KINDS and word != "audio":
            self._found["noun"] = word
            self._found["kinds"] = KINDS[word] or self._found.get("kinds", frozenset())
            if word.endswith("s"):
                self._traits.add("plural")
        elif word in _LAST:
            self._found["place"] = -1
        elif word in ("oldest", "earliest"):
            self._found["place"] = 1
        elif word in _PLURALS:
            self._traits.add("plural")
            self._found.update({"count": 2} if word == "both" else {})
        elif word in ("all", "everything", "every"):
            self._found["count"] = ALL
        else:
            self._trait(word)
        return at + 1

    def _trait(self, word: str) -> None:
        """Read a word that is neither noun nor number."""
        if word in ("other", "another"):
            self._traits.add("other")
        elif word in ("original", "originals"):
            self._traits.add("original")
        elif word in _PRONOUNS:
            self._traits.add("pronoun")
        elif word in ("my", "mine"):
            self._traits.add("mine")
        elif word == "audio":
            self._found.setdefault("kinds", KINDS["audio"])
        elif word != "most" and word not in FILLING:
            self._words.append(word)
