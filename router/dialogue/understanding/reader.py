"""Reads requests: cuts what was said into requests, and says for each which task it is and what was said along.

    "clean this up, then tell me what they say"
     ─ enhance_speech ─  ──── transcribe_speech ────

Learned by `scripts/train_understanding.py`; see docs/models/understanding.md.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from itertools import pairwise
from pathlib import Path

import numpy as np
from tokenizers import Encoding, Tokenizer
from tokenizers.models import WordPiece
from tokenizers.normalizers import BertNormalizer
from tokenizers.pre_tokenizers import BertPreTokenizer
from tokenizers.processors import BertProcessing

from router.dialogue.understanding.network import Array, Network, Outputs, softmax

LONGEST = 64
"""How many tokens are looked at; an argument that reaches this far goes on to the end."""
CUT_FROM = 0.1
"""From this probability on a new request begins at a word."""
SURELY = 0.95
"""From this probability on the task before may be meant once more."""
WEAK = 0.6
"""Below this probability of its task, a part of what was said is no request of its own."""

GAP, GAPS = 3, {"text": 8}
"""Tokens; words of the same argument this close to each other belong together."""

START, END = "[CLS]", "[SEP]"
_QUOTED = re.compile(r"[\"“][^\"“”]*[\"”]|(?<!\w)['‘][^'‘’]*['’](?!\w)")
_INSIDE = re.compile(r"[\w'’-]")
_CLOSING = re.compile(r"[\w'’-]*[.!?]*")
_JOINT = re.compile(
    r"(?i)[\s,.;:–—-]*\b(?:and|then|and then|after that|after this|afterwards|finally|next|followed by|also|plus|"
    r"(?:when|once) (?:that is|that's|you are|you're|you have|you've) done(?: that)?|as well as)[\s,]*$"
)
_BEFORE = re.compile(r"(?i)(?:but |and |so )?(?:before|prior to) (?!that\b|this\b)")
_BEFOREHAND = re.compile(
    r"(?i)(?:but |and |only )*(?:first\b|beforehand|before (?:that|this|you do)|after you|once you)"
)


@dataclass(frozen=True, slots=True)
class Reading:
    """A request as it was understood."""

    text: str
    task: str
    """Empty: none of those that are known."""
    sure: float
    """The probability of that, 0 to 1."""
    chances: Mapping[str, float]
    """The probability of every task, and of none under the empty name."""
    said: Mapping[str, str]
    """What was said for arguments that are words: the argument's name, and the stretch of text."""


class Reader:
    """The network with its words and its classes."""

    def __init__(self, network: Network, tokenizer: Tokenizer, tasks: Sequence[str], tags: Sequence[str]) -> None:
        self.tasks = tuple(tasks)
        """The classes, "" for none of these."""
        self._network = network
        self._tokenizer = tokenizer
        self._tags = tuple(tags)

    @classmethod
    def load(cls, folder: Path | None = None) -> "Reader":
        """The reader of this package, or one that was trained anew.

        Raises:
            EngineMissing: the weights are not there.
        """
        folder = folder or Path(str(files(__package__)))
        network = Network(folder)
        labels = json.loads((folder / "labels.json").read_text(encoding="utf-8"))
        return cls(network, tokenizer(folder / "vocabulary.txt"), labels["tasks"], labels["tags"])

    def read(self, text: str) -> list[Reading]:
        """The requests in what was said, in the order in which they are to be done; at least one."""
        whole = self._understood(text)
        cuts = [0, *self._cuts(whole), len(whole.encoded.ids)]
        readings = [self._reading(whole, a, b) for a, b in pairwise(cuts)]
        while (idle := self._idle_cut(whole, cuts, readings)) is not None:
            del cuts[idle]
            readings = [self._reading(whole, a, b) for a, b in pairwise(cuts)]
        return _ordered(readings)

    def _idle_cut(self, whole: "_Whole", cuts: Sequence[int], readings: Sequence[Reading]) -> int | None:
        """A cut that parts no two requests: what is none belongs to the one before it, the first to the next, and the
        same task twice is twice meant only where a new request surely begins."""
        if len(readings) < 2:
            return None
        for at, reading in enumerate(readings):
            if not reading.task or reading.sure < WEAK:
                return max(at, 1)
            if at and reading.task == readings[at - 1].task and whole.begins[cuts[at]] < SURELY:
                return at
        return None

    def read_whole(self, text: str) -> Reading:
        """All of it as one request."""
        whole = self._understood(text)
        return self._reading(whole, 0, len(whole.encoded.ids))

    def _understood(self, text: str) -> "_Whole":
        encoded = self._tokenizer.encode(text)
        encoded.truncate(LONGEST)
        return _Whole(text, encoded, self._network(encoded.ids))

    def _cuts(self, whole: "_Whole") -> list[int]:
        """The tokens at which a new request begins, the first one's left out."""
        quoted = [match.span() for match in _QUOTED.finditer(whole.text)]
        places = [(at, start) for at, (start, end) in enumerate(whole.encoded.offsets) if end > start > 0]
        begins = whole.begins
        return [at for at, start in places if begins[at] > CUT_FROM and not any(a < start < b for a, b in quoted)]

    def _reading(self, whole: "_Whole", first: int, end: int) -> Reading:
        """The request that the tokens from `first` up to `end` make."""
        chances = softmax(whole.outputs.tasks[first:end].mean(0))
        best = int(chances.argmax())
        likely = dict(zip(self.tasks, chances.tolist(), strict=True))
        return Reading(
            whole.stretch(first, end), self.tasks[best], likely[self.tasks[best]], likely, self._said(whole, first, end)
        )

    def _said(self, whole: "_Whole", first: int, end: int) -> dict[str, str]:
        """The longest stretch of text for each argument, in whole words; a short gap does not end one."""
        found: dict[str, str] = {}
        runs: dict[str, tuple[int, int]] = {}
        for at in range(first, end):
            _, _, name = self._tags[int(whole.outputs.tags[at].argmax())].partition("-")
            if not name or not whole.is_word(at):
                continue
            begun, last = runs.get(name, (at, at))
            runs[name] = (begun if at - last <= GAPS.get(name, GAP) else at), at
            stretch = whole.words(*runs[name])
            found[name] = max(found.get(name, ""), stretch, key=len)
        return found


@dataclass(frozen=True, slots=True)
class _Whole:
    """A text as the network reads it."""

    text: str
    encoded: Encoding
    outputs: Outputs

    @property
    def begins(self) -> Array:
        """The probability that a new request begins at each token, shape (n,)."""
        return np.asarray(1 / (1 + np.exp(-self.outputs.begins)), np.float32)

    def is_word(self, token: int) -> bool:
        """Whether it stands for any of the text."""
        start, end = self.encoded.offsets[token]
        return bool(start < end)

    def words(self, first: int, last: int) -> str:
        """The text from a token to another, both included, down to whole words; a mark that closes them belongs to
        them, and all that follows the last token that was looked at."""
        start, end = self.encoded.offsets[first][0], self.encoded.offsets[last][1]
        if self.encoded.overflowing and end >= self.encoded.offsets[-1][1]:
            end = len(self.text)
        while start > 0 and _INSIDE.match(self.text[start - 1]):
            start -= 1
        closing = _CLOSING.match(self.text, end)
        return self.text[start : closing.end() if closing else end]

    def stretch(self, first: int, end: int) -> str:
        """The text of some tokens, without what joins it to the next."""
        if end == len(self.encoded.ids):
            return self.text[self.encoded.offsets[first][0] :].strip()
        stretch = self.text[self.encoded.offsets[first][0] : self.encoded.offsets[end][0]].strip()
        return _JOINT.sub("", stretch).strip(" ,;") or stretch


def _ordered(readings: list[Reading]) -> list[Reading]:
    """The requests in the order in which they are to be done: "before you transcribe it, clean it up"."""
    for at, reading in enumerate(readings[:-1]):
        if _BEFORE.match(reading.text):
            readings[at : at + 2] = readings[at + 1], reading
    for at, reading in enumerate(readings[1:], 1):
        if _BEFOREHAND.match(reading.text):
            readings[at - 1 : at + 1] = reading, readings[at - 1]
    return readings


def tokenizer(vocabulary: Path) -> Tokenizer:
    """WordPiece as BERT has it, lower case, over a vocabulary of a token a line."""
    words = {word: number for number, word in enumerate(vocabulary.read_text(encoding="utf-8").splitlines())}
    made = Tokenizer(WordPiece(words, unk_token="[UNK]"))
    made.normalizer = BertNormalizer(lowercase=True)
    made.pre_tokenizer = BertPreTokenizer()
    made.post_processor = BertProcessing((END, words[END]), (START, words[START]))
    return made
