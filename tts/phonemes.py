"""From words to the phones that a voice is trained on: espeak-ng's, with stress, and the pauses that marks ask for.

spoken:  "the"      "record,"               "of the"  "ten thirty."
phones:  ð ə        ɹ ˈɛ k ɚ d  ,           ʌ v ð ə   t ˈɛ n θ ˈɜː ɾ i  .
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from rapidfuzz.distance import Levenshtein

from tts.espeak_library import Delivery, shared

STRESS = "ˈˌ"
VOWELS = "aeiouæɐɑɒɔəɚɛɜɝɪʊʌᵻ"
"""Letters that a vowel begins with."""
PAUSES = {",": ",", ";": ",", ":": ",", "—": ",", "–": ",", ".": ".", "…": ".", "?": "?", "!": "!"}
"""The pause that each mark is spoken as."""
LANGUAGE = "en-us"

_SEPARATOR = "_"
_SYMBOLS = re.compile(
    f"[{STRESS}]?(?:tʃ|dʒ|aɪɚ|aɪə|[aeɔ]ɪ|aʊ|oʊ|[ɔɑoɛʊɪ]ːɹ|[ɛɪʊ]ɹ|əl|n̩|[iuɑɔɜ]ː|\\w)ː?"  # noqa: RUF001
)
"""A phone in IPA that is written without gaps."""
_LETTER_A = re.compile(r"^A(?='|$)")
"""A capital that stands alone is the letter; espeak takes this one for the article."""
_MARK = re.compile(rf"[{re.escape(''.join(PAUSES))}]+$")


@dataclass(frozen=True, slots=True)
class Phone:
    """One sound, or one pause."""

    symbol: str
    """espeak-ng's IPA with its stress mark in front, such as "ˈoʊ"; or a mark of `PAUSES`."""
    word: int
    """Index of the spoken string that it belongs to; a pause belongs to the one before it."""


@dataclass(frozen=True, slots=True)
class _Unit:
    """A single word, with the index of the string that it stands in."""

    word: str
    index: int
    mark: str = ""


class Phonemizer:
    """Says how words are pronounced, in the context of their neighbours.

    `lexicon` gives the user's own pronunciations: word in small letters → its symbols.

    Raises:
        EngineMissing: espeak-ng cannot be loaded.
    """

    def __init__(self, lexicon: Mapping[str, Sequence[str]] | None = None) -> None:
        self._lexicon = dict(lexicon or {})
        self._espeak = shared()
        self._delivery = Delivery(LANGUAGE, words_per_minute=160, pitch=50, pitch_range=50, word_gap=0)

    def phones(self, spoken: Sequence[str]) -> list[Phone]:
        """The phones of a clause; each string holds no word, one or several, and may end with a mark."""
        phones: list[Phone] = []
        for stretch in _stretches(_units(spoken)):
            for unit, symbols in zip(stretch, self._pronounced([u.word for u in stretch]), strict=True):
                phones += (Phone(symbol, unit.index) for symbol in symbols)
            if phones and (mark := stretch[-1].mark):
                phones.append(Phone(mark, stretch[-1].index))
        return phones

    def _pronounced(self, words: list[str]) -> list[Sequence[str]]:
        """The symbols of each word of a stretch without marks."""
        spelt = [_LETTER_A.sub("eigh", word) for word in words]
        groups = self._espoken(" ".join(spelt))
        if len(groups) != len(words):
            alone = [[s for group in self._espoken(word) for s in group] for word in spelt]
            groups = _dealt([s for group in groups for s in group], alone)
        return [self._lexicon.get(w.lower(), group) for w, group in zip(words, groups, strict=True)]

    def _espoken(self, text: str) -> list[list[str]]:
        """What espeak makes of it, a list for each of the words that it sees."""
        stretches = self._espeak.phonemes(text, self._delivery, _SEPARATOR)
        groups = " ".join(stretches).split()
        return [[s for s in group.split(_SEPARATOR) if s.strip(STRESS)] for group in groups]


def symbols(ipa: str) -> tuple[str, ...]:
    """The phones of a pronunciation in IPA: "ˈkɑːɹdi" → k ˈɑːɹ d i. What is no letter is passed over.

    A stress mark may stand before its syllable or, as espeak has it, before its vowel.
    """
    found: list[str] = []
    stress = ""
    for symbol in _SYMBOLS.findall(ipa):
        stress = symbol[0] if symbol[0] in STRESS else stress
        is_vowel = plain(symbol)[0] in VOWELS
        found.append((stress if is_vowel else "") + plain(symbol))
        stress = "" if is_vowel else stress
    return tuple(found)


def plain(symbol: str) -> str:
    """A symbol without its stress."""
    return symbol.lstrip(STRESS)


def _units(spoken: Iterable[str]) -> list[_Unit]:
    units = []
    for index, string in enumerate(spoken):
        for word in string.split():
            mark = _MARK.search(word)
            units.append(_Unit(_MARK.sub("", word), index, PAUSES[mark.group()[0]] if mark else ""))
    return units


def _stretches(units: list[_Unit]) -> list[list[_Unit]]:
    """The units between marks; a mark closes its stretch."""
    closed = 0
    numbers = []
    for unit in units:
        numbers.append(closed)
        closed += bool(unit.mark)
    return [[u for _, u in group] for _, group in groupby(zip(numbers, units, strict=True), key=lambda pair: pair[0])]


def _dealt(together: list[str], alone: list[list[str]]) -> list[list[str]]:
    """The phones of words said together, dealt to the words by likeness to how each sounds alone.

    espeak joins some words ("of the") and splits others at their hyphens, so that its groups are not the words.
    """
    owners = [i for i, word in enumerate(alone) for _ in word]
    dealt: list[list[str]] = [[] for _ in alone]
    if not owners:
        return dealt
    flat = [plain(s) for word in alone for s in word]
    for block in Levenshtein.opcodes(flat, [plain(s) for s in together]):
        count = block.dest_end - block.dest_start
        for k in range(count):
            source = block.src_start + k * (block.src_end - block.src_start) // count
            dealt[owners[min(source, len(owners) - 1)]].append(together[block.dest_start + k])
    return dealt
