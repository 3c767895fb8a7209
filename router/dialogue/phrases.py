"""From words to a task without a model: every task's phrases, compiled in one place.

"Um, could you please say Hello, World slowly?"
 um could you please say hello  world slowly
 ----- courtesy ---- say {text: Hello, World} slowly     → synthesize_speech(text="Hello, World", how="slower")

A phrase becomes a regular expression over lower-case words; what a slot holds is cut out of the text as it was said.
Where nothing fits exactly, words that are nearly those of some phrase are taken for them: recognizers mishear.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from rapidfuzz import fuzz, process

from router.task import Phrase, Task, Unfinished

BEFORE = (
    "hey|hi|hello|okay|ok|um|uh|er|erm|ah|oh|well|so|now|then|and|alright|right|yes|yeah|please|kindly|just|earshot|"
    "assistant|(could|can|would|will) you|would you mind|i want you to|i need you to|i would (like|love) [for] you to|"
    "go ahead and|thanks|thank you|sorry"
)
"""Courtesies before a request."""
AFTER = "please|for me|if you (can|please|would)|will you|would you|right now|thanks|thank you|earshot"
"""Courtesies after it."""
QUESTION = re.compile(r".*\b(?:could|can|would|will) you\b", re.IGNORECASE)
"""Courtesies that make a request a question, so that its mark is not part of what was asked for."""
INTERROGATIVES = frozenset(("how", "what", "which", "who", "when", "where", "is", "does", "do", "did", "are", "was"))

CONTRACTIONS = {"n't": "not", "'s": "is", "'re": "are", "'m": "am", "'d": "would", "'ll": "will", "'ve": "have"}
IRREGULAR = {"can't": "cannot", "won't": "will not", "let's": "let us"}

CORRECTED_FROM = 4
"""Letters; shorter words are taken as they are."""
ALIKE = 80.0
"""From this likeness on, 0 to 100, a word may be a phrase's word misheard."""
JOINED = 90.0
"""From this likeness on, two words may be one of a phrase's, heard as two."""
SURE = 90.0
"""The mean likeness of a phrase's own words from which it was meant."""
SURE_FREE = 95.0
"""The same where words of any kind follow, as they do in prose."""

_TOKEN = re.compile(r"\{\w+:|\{\w+\}|[()\[\]|}]|[^\s()\[\]|{}]+")
_SYNTAX = {"(": "(?:", "[": "(?:", "]": ")?", ")": ")", "|": "|", "}": ")"}
_GROUP = re.compile(r"(?P<name>\w+?)_\d+(?P<free>_free)?")
_LEADING = re.compile(r"^(?:[\s,:;–—]|-(?!\d))+")
"""Marks before what a slot holds; the sign of a number is none."""
_QUOTED = re.compile(r"[\"“](.*)[\"”]|['‘](.*)['’]", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Match:
    """A phrase that fits."""

    task: Task
    phrase: Phrase | Unfinished
    arguments: Mapping[str, Any]
    """Those that the phrase means and those that were said, in the user's own words."""
    literal: int
    """How many of the words are the phrase's own."""
    free: int
    """How many of the words are the user's own, in slots that take any."""
    corrected: bool = False
    """Whether words were taken for others that they are nearly like."""
    text: str = ""
    """All that was said."""

    def rank(self) -> tuple[int, bool]:
        """What fits better ranks higher: more words of its own, then whole before unfinished."""
        return self.literal, isinstance(self.phrase, Phrase)


@dataclass(frozen=True, slots=True)
class Words:
    """A text as lower-case words, each with its place in the text."""

    text: str
    words: tuple[str, ...]
    spans: tuple[tuple[int, int], ...]
    likeness: tuple[float, ...]
    """How like what was said each word is, 0 to 100; less than 100 where it was corrected."""

    @classmethod
    def of(cls, text: str) -> "Words":
        """Split a text; a contraction becomes two words at one place."""
        pieces = re.finditer(r"\S+", text.replace("’", "'"))
        found = [(word, piece.span()) for piece in pieces for word in _spelled_out(piece.group())]
        return cls(text, tuple(w for w, _ in found), tuple(s for _, s in found), (100.0,) * len(found))

    def cut(self, first: int, end: int) -> "Words":
        """The words from `first` up to `end`."""
        return Words(self.text, self.words[first:end], self.spans[first:end], self.likeness[first:end])

    def verbatim(self, first: int, end: int) -> str:
        """The stretch of text from word `first` up to word `end`."""
        return self.text[self.spans[first][0] : self.spans[end - 1][1]] if first < end else ""

    def text_of(self) -> str:
        """The stretch of text that all of the words are."""
        return self.verbatim(0, len(self.words)).strip(" .,;:!?")

    def __str__(self) -> str:
        """Every word followed by a space, as the patterns want it."""
        return "".join(f"{word} " for word in self.words)


class Grammar:
    """All phrases of all tasks."""

    def __init__(self, tasks: Sequence[Task]) -> None:
        self.tasks = tasks
        self._phrases = [(t, p, re.compile(pattern(p.template))) for t in tasks for p in t.phrases]
        self._before = re.compile(f"(?:{pattern(BEFORE)})*")
        self._after = re.compile(f"(?:{pattern(AFTER)})*$")
        words = {w for _, p, _ in self._phrases for w in _literals(p.template)} | set(_literals(BEFORE))
        self._words = frozenset(words)
        self._vocabulary = sorted(w for w in words if len(w) >= CORRECTED_FROM)
        self._openings = {w for _, p, _ in self._phrases for w in _openings(p.template)} | set(_literals(BEFORE))

    def match(self, text: str) -> Match | None:
        """The phrase that fits best, or None."""
        heard = Words.of(text)
        return self._best(heard) or self._best(self._corrected(heard))

    def exactly(self, text: str) -> Match | None:
        """The phrase that fits best to the letter, or None."""
        return self._best(Words.of(text))

    def bare(self, text: str) -> Words:
        """The words without the courtesies around them."""
        return self._without_end(self._without_beginning(Words.of(text)))

    def _best(self, heard: Words) -> Match | None:
        heard = self._without_beginning(heard)
        ways = dict.fromkeys((self._without_end(heard), heard))  # "say thank you" ends in no courtesy
        return max((m for way in ways for m in self._matches(way)), key=Match.rank, default=None)

    def _matches(self, heard: Words) -> Iterator[Match]:
        text = str(heard)
        for task, phrase, regex in self._phrases:
            if (found := regex.fullmatch(text)) and (match := _read(task, phrase, found, heard)):
                yield match

    def _without_beginning(self, heard: Words) -> Words:
        begin = self._before.match(str(heard))
        return heard.cut(begin.group().count(" ") if begin else 0, len(heard.words))

    def _without_end(self, heard: Words) -> Words:
        end = self._after.search(str(heard))
        return heard.cut(0, len(heard.words) - (end.group().count(" ") if end else 0))

    def _corrected(self, heard: Words) -> Words:
        """The words, those that nearly are in the vocabulary replaced by it."""
        heard = self._joined(self._without_beginning(heard))
        nearest = [self._nearest(word, ALIKE) for word in heard.words]
        first = heard.words[0] if heard.words else ""
        if len(first) >= CORRECTED_FROM and first not in self._openings:  # "recorded": ours, but not to begin with
            nearest[0] = _most_like(first, self._openings, ALIKE)
        return replace(heard, words=tuple(w for w, _ in nearest), likeness=tuple(score for _, score in nearest))

    def _joined(self, heard: Words) -> Words:
        """Two words that together are one of the vocabulary ("trans scribe") joined."""
        words, spans = list(heard.words), list(heard.spans)
        for i in range(len(words) - 2, -1, -1):
            together = words[i] + words[i + 1]
            if self._words.isdisjoint(words[i : i + 2]) and self._nearest(together, JOINED)[0] != together:
                words[i : i + 2], spans[i : i + 2] = [together], [(spans[i][0], spans[i + 1][1])]
        return Words(heard.text, tuple(words), tuple(spans), (100.0,) * len(words))

    def _nearest(self, word: str, least: float) -> tuple[str, float]:
        """The word of the vocabulary that is most like it, and how like; the word itself where none is."""
        if len(word) < CORRECTED_FROM or word in self._words:
            return word, 100.0
        return _most_like(word, self._vocabulary, least)


def pattern(template: str) -> str:
    """A phrase's template as a regular expression over words that each end in a space."""
    pieces = (_SYNTAX.get(token) or _piece(token, i) for i, token in enumerate(_TOKEN.findall(template)))
    return f"(?:{''.join(pieces)})"


def _piece(token: str, index: int) -> str:
    """A word or a slot; slots are numbered, because one may stand in several branches of a choice."""
    if token.endswith("}"):
        return rf"(?P<{token[1:-1]}_{index}_free>(?:\S+ )+?)"
    if token.endswith(":"):
        return f"(?P<{token[1:-1]}_{index}>"
    return f"{re.escape(token)} "


def _literals(template: str) -> Iterator[str]:
    """The words of a template that are no slots."""
    return (t for t in _TOKEN.findall(template) if t not in _SYNTAX and not t.startswith("{"))


def _openings(template: str) -> Iterator[str]:
    """The words of a template that may begin a request."""
    opening, outer = True, [True]
    for token in _TOKEN.findall(template):
        if token in ("(", "[") or token.endswith(":"):
            outer.append(opening)
        elif token in (")", "]", "}"):
            opening = outer.pop() and token == "]"
        elif token == "|":
            opening = outer[-1]
        else:
            if opening and not token.startswith("{"):
                yield token
            opening = False


def _most_like(word: str, words: Iterable[str], least: float) -> tuple[str, float]:
    """The one of the words that is most like it, and how like; the word itself where none is."""
    found = process.extractOne(word, words, scorer=fuzz.ratio, score_cutoff=least)
    return (found[0], found[1]) if found else (word, 100.0)


def _spelled_out(piece: str) -> list[str]:
    """A word as it is compared: lower case, without punctuation around it, contractions in full."""
    word = re.sub(r"^\W+|\W+$", "", piece.lower())
    if word in IRREGULAR:
        return IRREGULAR[word].split()
    ending = next((e for e in CONTRACTIONS if word.endswith(e) and len(word) > len(e)), None)
    if ending:
        return [word.removesuffix(ending), CONTRACTIONS[ending]]
    return [word] if word else []


def _read(task: Task, phrase: Phrase | Unfinished, found: re.Match[str], heard: Words) -> Match | None:
    """What a match says; None where a quotation is torn, or too many words had to be corrected."""
    slots: dict[str, Any] = dict(phrase.arguments) if isinstance(phrase, Phrase) else {}
    own = set(range(len(heard.words)))
    for group, said in found.groupdict().items():
        if said is None:
            continue
        first = found.string[: found.start(group)].count(" ")
        end = first + said.count(" ")
        parts = _GROUP.fullmatch(group)
        assert parts is not None
        asked = heard.words[0] in INTERROGATIVES or QUESTION.match(heard.text[: heard.spans[0][0]]) is not None
        value = _tidy(heard.verbatim(first, end), asked)
        if not value or value.count('"') % 2 or value.count("“") != value.count("”"):
            return None
        slots[parts["name"]] = value
        own -= set(range(first, end)) if parts["free"] else set()
    free = len(heard.words) - len(own)
    likeness = [heard.likeness[i] for i in own]
    sure = _surely(likeness, SURE_FREE if free else SURE)
    corrected = min(likeness, default=100) < 100
    return Match(task, phrase, slots, len(own), free, corrected, heard.text) if sure else None


def _surely(likeness: Sequence[float], least: float) -> bool:
    """Whether the phrase's own words were said: exactly, or several of them nearly."""
    return all(like == 100 for like in likeness) or (len(likeness) > 1 and sum(likeness) / len(likeness) >= least)


def _tidy(said: str, asked: bool) -> str:
    """What a slot holds: a quotation as it stands, else the words without the punctuation around them."""
    said = _LEADING.sub("", said.strip())
    if quoted := _QUOTED.fullmatch(said.rstrip(".,;:?!")):
        return str(quoted[1] or quoted[2] or "").strip()
    return said.rstrip(" .,;:?" if asked else " .,;:")
