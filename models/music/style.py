"""In which manner a song is sung, beside its key and its tempo: "an octave lower, softly, as a man, without vibrato".

A manner stands at the end of a request, one piece behind the other, and is taken off it piece by piece.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

LOUD_DB, SOFT_DB = 5.0, -9.0
VERY = 1.6
"""Times as much where "very" is said."""
OCTAVE = 12
LOWER, LITTLE = 5, 2
"""Semitones of "lower" and "higher", where it is not said by how much; of "a little lower"."""
OTHER_KEY = 3
"""Semitones to "another key"."""
Sound: TypeAlias = Literal["", "hummed", "whistled", "on la"]
Second: TypeAlias = Literal["", "third", "sixth", "octave", "round"]
WIDE, NARROW = 2.0, 0.5
"""Times as wide as usual."""


@dataclass(frozen=True, slots=True)
class Throat:
    """A kind of voice."""

    name: str
    tract: float = 1.0
    """Its resonances lie so many times as high as our own voice's."""
    lower: float = 0.0
    higher: float = 0.0
    """By how many semitones what it sings well ends below and above of what our own voice does."""


OWN = Throat("own")
THROATS: Mapping[str, Throat] = {
    "man": Throat("a man", 0.85, -3.0, -8.0),
    "deep man": Throat("a deep man", 0.8, -5.0, -11.0),
    "child": Throat("a child", 1.18, 5.0, 5.0),
    "opera": Throat("an opera singer", 0.94, 0.0, 3.0),
}
_KINDS: Sequence[tuple[str, str]] = (
    ("opera", r"opera(?:tic)?|diva|prima donna"),
    ("deep man", r"bass|basso|(?:very )?deep|giant|ogre"),
    (
        "child",
        r"child|children|kids?|boys?|girls?|baby|babies|toddler|infant|elf|mouse|chipmunk|small|tiny",
    ),
    (
        "woman",
        r"wom[ae]n|lady|ladies|female|feminine|mother|mom|mum|grandmother|grandma|granny|queen|witch|soprano|mezzo"
        r"|mezzo-soprano|alto|contralto|gal",
    ),
    (
        "man",
        r"m[ae]n|male|masculine|guy|bloke|fellow|gentleman|lad|father|dad|grandfather|grandpa|king|monk|sailor|tenor"
        r"|baritone|pirate|low|dark",
    ),
)
"""What a voice is called, and which it is; what comes first is looked for first."""


@dataclass(frozen=True, slots=True)
class Style:
    """A manner."""

    semitones: float = 0.0
    """Higher than it is written, or than it would be sung."""
    gain_db: float = 0.0
    vibrato: float | None = None
    """Times as wide as usual; None: as usual."""
    voice: str = ""
    """As it was said."""
    said: str = ""
    """All of it in the words in which it was said."""
    sound: Sound = ""
    """How it is made without its words; empty: they are sung."""
    second: Second = ""
    """What other voices sing with it: a third below, the same later."""

    @property
    def throat(self) -> Throat:
        """The kind of voice that is wanted; our own where none was said, or one that is not known."""
        return THROATS.get(kind_of(self.voice), OWN)

    @property
    def known(self) -> bool:
        """Whether there is a voice of the kind that was said."""
        return not self.voice or bool(kind_of(self.voice))


def kind_of(voice: str) -> str:
    """The kind of voice that words name: "a deep male voice" is "deep man"; empty for what is no kind."""
    words = voice.lower().replace("'s", "").replace("’s", "")
    return next((kind for kind, way in _KINDS if re.search(rf"\b(?:{way})\b", words)), "")


_AND = r"(?:[,\s]*\b(?:and|but|then)\b)?"
_BEGIN = rf"{_AND}[,\s]+(?:(?:sing|sung|do|make|perform|give) it )?"
_END = r"(?:\s+(?:please|now|this time|instead))*[.,!\s]*$"
_COUNTS = {"a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "half": 0.5, "": 1}
_INTERVALS = {
    **{"octave": 12, "semitone": 1, "half step": 1, "half tone": 1, "half-step": 1, "whole step": 2, "whole tone": 2},
    **{"tone": 2, "step": 2, "second": 2, "third": 4, "fourth": 5, "fifth": 7, "sixth": 9},
}
_DOWN = "lower|down|deeper|below|under"
_UP = "higher|up|above"
_BIT = r"(?:just )?(?:a (?:(?:little|tiny|wee) )?(?:bit|little|tad|touch|notch)|slightly|somewhat)"
_SHIFT = re.compile(
    rf"(?i){_BEGIN}(?:by )?(?:(?P<count>{'|'.join(filter(None, _COUNTS))}|\d+)\s+)?(?P<step>"
    rf"{'|'.join(sorted(_INTERVALS, key=len, reverse=True))})s?\s+(?P<way>{_DOWN}|{_UP}){_END}"
)
_PITCHED = re.compile(
    rf"(?i){_BEGIN}(?P<much>much |a lot |very |really )?(?P<little>{_BIT} |in a (?:slightly |little |bit )"
    rf"|just a hair )?(?:in a |at a |with a )?(?P<way>lower|deeper|higher)(?: (?:key|pitch|register))?{_END}"
)
_MOVED = re.compile(
    rf"(?i){_BEGIN}(?:take|bring|put|move|pitch|transpose) (?:it|that|this|the (?:song|key)) (?P<way>up|down)"
    rf"(?P<little> {_BIT})?{_END}"
)
_KEYED = re.compile(rf"(?i){_BEGIN}(?:(?:in|into|to|at) )(?:another|a different|some other|a new) (?:key|pitch){_END}")
_LOUD = "louder|loudly|loud|out loud|forte|fortissimo|at the top of (?:your|its|the) (?:lungs|voice)|full voice"
_SOFT = (
    "softly|soft|softer|quietly|quiet|quieter|gently|piano|pianissimo|in a (?:low|soft|quiet|gentle|small) voice"
    "|tenderly|under your breath"
)
_LEVEL = re.compile(
    rf"(?i){_BEGIN}(?P<much>very |really |extremely |much |a lot |even |more |{_BIT} |as )?"
    rf"(?:(?P<loud>{_LOUD})|{_SOFT})"
    rf"(?: as (?:you can|possible))?{_END}"
)
_VIBRATO = re.compile(
    rf"(?i){_BEGIN}(?:(?:with\s+)?(?P<much>without(?: any)?|no|a lot of|lots of|plenty of|much|more|strong|wide|heavy"
    rf"|big|rich|(?:only )?a (?:little|bit of)|some|less|light|slight|gentle|a)|with)"
    rf"\s+(?:vibrato|tremolo|wobble|trembling|quaver){_END}"
)
_MUCH = re.compile(r"(?i)lot|plenty|much|more|strong|wide|heavy|big|rich")
_LITTLE = re.compile(r"(?i)little|bit|less|light|slight|gentle")
_VOICE = re.compile(
    rf"(?i){_BEGIN}(?:(?:as|like) (?:if (?:you|it) (?:were|was) )?(?P<as>(?:an?|the|my|some)\b(?: [\w'’-]+){{1,4}}"
    rf"|(?:wo)?men|children|kids)|(?:in|with|using) (?P<in>(?:an?|the|my)(?: [\w'’-]+){{1,4}}) (?:voice|register|range)"
    rf"|by (?P<by>an? (?:[\w'’-]+ ){{0,2}}(?:m[ae]n|wom[ae]n|child|boy|girl|voice))){_END}"
)
_IT = r"(?: (?:it|that|this|the (?:song|tune|melody)))?"
_WAYS: Sequence[tuple[Sound, str]] = (
    ("hummed", rf"(?:by )?humm?(?:ed|ing)?{_IT}(?: only)?"),
    ("whistled", rf"(?:by )?whistl(?:e|ed|ing){_IT}(?: only)?"),
    (
        "on la",
        r"(?:without|with no|no) (?:any )?(?:words|lyrics|text)|on (?:just )?(?:la|la la|la la la)|wordless(?:ly)?",
    ),
)
_SOUNDS = [(sound, re.compile(rf"(?i){_BEGIN}(?:just |only )?(?:{way}){_END}")) for sound, way in _WAYS]
_VOICES: Sequence[tuple[Second, str]] = (
    ("round", r"(?:as|in|like) (?:an?|the) (?:round|canon)(?: (?:for|with|in) \w+ (?:voices|parts))?"),
    ("sixth", r"in (?:parallel )?sixths"),
    ("octave", r"in octaves|(?:as|with) (?:a )?(?:choir|chorus)"),
    (
        "third",
        r"in (?:parallel )?thirds|as a du(?:et|o)|in (?:two[- ]part )?harmony|(?:as|in|for|with) two (?:parts|voices)"
        r"|(?:with|add|adding) (?:an? |some )?(?:second|other|another|harmony|harmonies|backing|two[- ]part|close)"
        r"(?: (?:voice|part|singer|vocals|harmony|vocal|line))?|harmoni[sz]ed",
    ),
)
_SECONDS = [(second, re.compile(rf"(?i){_BEGIN}(?:{way}){_END}")) for second, way in _VOICES]


def taken(text: str) -> tuple[str, Style]:
    """A request without the last piece of a manner, and that; the text as it is and a plain `Style` where none is."""
    for find in _FINDERS:
        if (found := find(f" {text}")) and found[0].strip():
            rest = found[0].strip(" ,")
            return rest, replace(found[1], said=f" {text}"[len(found[0]) :].strip(" ,.!"))
    return text, Style()


def joined(one: Style, other: Style) -> Style:
    """Both manners at once."""
    return Style(
        one.semitones + other.semitones,
        one.gain_db + other.gain_db,
        one.vibrato if other.vibrato is None else other.vibrato,
        one.voice or other.voice,
        ", ".join(filter(None, (other.said, one.said))),
        one.sound or other.sound,
        one.second or other.second,
    )


def _shifted(text: str) -> tuple[str, Style] | None:
    if found := _SHIFT.search(text):
        said = (found["count"] or "").lower()
        count = float(said) if said.isdigit() else _COUNTS[said]
        semitones = count * _INTERVALS[found["step"].lower()]
        up = re.fullmatch(_UP, found["way"], re.IGNORECASE)
        return text[: found.start()], Style(semitones=semitones if up else -semitones)
    if found := _PITCHED.search(text):
        far = OCTAVE if found["much"] else LITTLE if found["little"] else LOWER
        return text[: found.start()], Style(semitones=far if found["way"].lower() == "higher" else -far)
    if found := _MOVED.search(text):
        far = LITTLE if found["little"] else LOWER
        return text[: found.start()], Style(semitones=far if found["way"].lower() == "up" else -far)
    if found := _KEYED.search(text):
        return text[: found.start()], Style(semitones=OTHER_KEY)
    return None


def _levelled(text: str) -> tuple[str, Style] | None:
    found = _LEVEL.search(text)
    if found is None:
        return None
    much = (found["much"] or "").strip().lower()
    gain = LOUD_DB if found["loud"] else SOFT_DB
    times = 0.5 if re.fullmatch(_BIT, much) else 1.0 if much in ("", "more") else VERY
    return text[: found.start()], Style(gain_db=gain * times)


def _vibrating(text: str) -> tuple[str, Style] | None:
    found = _VIBRATO.search(text)
    if found is None:
        return None
    much = (found["much"] or "").lower()
    none = much.startswith(("without", "no"))
    wide = 0.0 if none else WIDE if _MUCH.search(much) else NARROW if _LITTLE.search(much) else 1.4
    return text[: found.start()], Style(vibrato=wide)


def _voiced(text: str) -> tuple[str, Style] | None:
    found = _VOICE.search(text)
    if found is None:
        return None
    said = found["as"] or found["in"] or found["by"]
    kind = kind_of(said)
    if kind == "opera":
        return text[: found.start()], Style(voice=said, vibrato=WIDE, gain_db=LOUD_DB)
    return (text[: found.start()], Style(voice=said)) if kind else None


def _without_words(text: str) -> tuple[str, Style] | None:
    found = next(((sound, m) for sound, way in _SOUNDS if (m := way.search(text))), None)
    return (text[: found[1].start()], Style(sound=found[0])) if found else None


def _accompanied(text: str) -> tuple[str, Style] | None:
    found = next(((second, m) for second, way in _SECONDS if (m := way.search(text))), None)
    return (text[: found[1].start()], Style(second=found[0])) if found else None


_FINDERS: Sequence[Callable[[str], tuple[str, Style] | None]] = (
    *(_accompanied, _without_words),
    *(_shifted, _levelled, _vibrating, _voiced),
)
