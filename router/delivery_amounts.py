"""How much faster, higher or louder something is to be spoken, in numbers: "at 50 percent speed", "3 semitones higher".

"half as fast", "with a speed of 80 percent"      ─▶ tempo
"an octave deeper", "20 percent higher"           ─▶ pitch
"twice as loud", "at half volume", "6 decibels up" ─▶ loudness
"""

import math
import re
from collections.abc import Callable, Sequence
from typing import TypeAlias

from assistant.errors import TaskError
from router.numerals import figured
from router.speech import PITCH, Directions
from router.speeds import speed as speed_said

NO_SPEED = "I cannot speak at that speed; ask for one from half to twice the usual."
NO_VOLUME = "At that volume nothing would be heard; ask for a half, or for more quietly."
NO_PITCH = "I cannot speak at that pitch; ask for some semitones higher or deeper."
FURTHEST = "I can move my voice by {:.0f} semitones at most."
Change: TypeAlias = Callable[[Directions, "re.Match[str]"], Directions]

_WORD = (
    r"(?:zero|no|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|"
    r"seventeen|eighteen|nineteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundred|thousand|point|"
    r"a hundred|and a half|and a quarter)"
)
_SHARE = r"(?:(?:an? |one |two |three )?(?:half|third|quarter|fifth|tenth)s?(?: an?)?)"
AMOUNT = (
    rf"(?:(?:by |about |around |exactly |only |just )?(?:minus |negative |-)?"
    rf"(?:twice|thrice|double|triple|quadruple|half an|{_SHARE}|an?|-?[\d.,]*\d|{_WORD}(?:[ -]{_WORD})*)"
    rf"(?: ?(?:percent|per cent|%)| times| ?x\b)?)"
)
_OF = r"(?:of )?(?:the |your |its )?(?:normal |usual |original |regular |full )?"
_PACE = r"(?:speed|tempo|pace|rate)"
_LEVEL = r"(?:volume|loudness|level)"
_TONES = r"(?P<unit>octave|semi-?tone|half.?tone|half.?step|whole.?tone|whole.?step|tone|step|percent|per cent|%)s?"
_UNITS = {"octave": 12.0, "whole": 2.0, "tone": 2.0, "step": 2.0}
_WAY = r"(?P<way>higher|lower|deeper|up|down)"
_TIMES = {"twice": 2.0, "double": 2.0, "thrice": 3.0, "triple": 3.0, "quadruple": 4.0}


def _number(said: str) -> float:
    """The first number in words; 1 where "a" is all there is, negative behind "minus"."""
    said = said.lower()
    if word := re.search(rf"\b({'|'.join(_TIMES)})\b", said):
        return _TIMES[word[1]]
    plain = re.sub(r"\bno\b", "0", re.sub(r"\b(?:minus|negative) ", "-", said))
    found = re.search(r"-?\d+(?:\.\d+)?", figured(plain).replace("- ", "-"))
    return float(found.group()) if found else 0.5 if "half" in said else 1.0


def _share(said: str) -> float:
    """The same as a factor: 0.5 for fifty percent."""
    return _number(said) * (0.01 if re.search(r"percent|per cent|%", said.lower()) else 1.0)


def _paced(so: Directions, found: re.Match[str]) -> Directions:
    said = re.sub(r"\bper cent\b", "percent", found.group().lower())
    factor = None if re.search(r"minus|negative", said) or _number(said) <= 0 else speed_said(said)
    if factor is None:
        raise TaskError(NO_SPEED)
    return so.faster(factor)


def _moved(so: Directions, found: re.Match[str]) -> Directions:
    size, unit = _number(found["n"]), found["unit"].lower()
    up = found["way"].lower() in ("higher", "up")
    if unit in ("percent", "per cent", "%"):
        ratio = 1 + size / 100 * (1 if up else -1)
        if ratio <= 0:
            raise TaskError(NO_PITCH)
        return _by(so, 12 * math.log2(ratio))
    steps = size * next((worth for name, worth in _UNITS.items() if unit.startswith(name)), 1.0)
    return _by(so, steps if up else -steps)


def _pitched(so: Directions, found: re.Match[str]) -> Directions:
    """ "At half the pitch" is an octave deeper."""
    ratio = _share(found["n"])
    if ratio <= 0:
        raise TaskError(NO_PITCH)
    return _by(so, 12 * math.log2(ratio))


def _by(so: Directions, semitones: float) -> Directions:
    moved = so.higher(round(semitones, 2))
    told = abs(moved.manner.pitch - so.manner.pitch) < abs(semitones) - 0.01
    return moved.told(FURTHEST.format(PITCH[1])) if told else moved


def _loud(so: Directions, found: re.Match[str]) -> Directions:
    """ "Twice as loud" is twice the amplitude; "20 percent louder" a fifth more."""
    said, size = found["how"].lower(), _share(found["n"])
    more = said.startswith(("loud", "more loud"))
    if said.startswith("as "):
        ratio = size if "loud" in said else 1 / size if size > 1 else size
    elif re.search(r"times|twice|double|triple|x$", found["n"].lower()):
        ratio = size if more else 1 / max(size, 1e-6)
    else:
        ratio = 1 + size if more else 1 - size
    return _at_ratio(so, ratio)


def _level(so: Directions, found: re.Match[str]) -> Directions:
    return _at_ratio(so, _share(found["n"]))


def _at_ratio(so: Directions, ratio: float) -> Directions:
    if ratio <= 0.01:
        raise TaskError(NO_VOLUME)
    return so.louder(round(20 * math.log10(ratio), 1))


def _decibels(so: Directions, found: re.Match[str]) -> Directions:
    size = _number(found["n"])
    return so.louder(size if found["way"].lower() in ("louder", "up", "more") else -size)


_SLOWER = r"(?:fast|slow|quick|quickly|slowly)"
RULES: Sequence[tuple[str, Change]] = (
    (rf"(?:(?:at|with|in) )?(?:an? )?{AMOUNT} (?:as {_SLOWER}|{_OF}{_PACE})", _paced),
    (rf"(?:at |with )?{AMOUNT} (?:faster|slower|quicker|more quickly|more slowly)", _paced),
    (rf"(?:faster|slower|quicker) by {AMOUNT}", _paced),
    (rf"(?:at|with|in) (?:an? |the )?{_PACE} (?:of |at |is |equal to )?{AMOUNT}", _paced),
    (rf"(?:pitched |moved |shifted )?(?P<n>{AMOUNT}) {_TONES} {_WAY}", _moved),
    (rf"(?:pitched |moved |shifted )?{_WAY} by (?P<n>{AMOUNT}) {_TONES}", _moved),
    (rf"pitched {_WAY} (?P<n>{AMOUNT}) {_TONES}", _moved),
    (rf"(?:at|with) (?P<n>{AMOUNT}) {_OF}pitch", _pitched),
    (rf"(?:at |with )?(?P<n>{AMOUNT}) (?P<how>as (?:loud|quiet|soft)(?:ly)?)", _loud),
    (rf"(?P<n>{AMOUNT}) (?P<how>louder|quieter|softer|more loudly|more quietly|more softly)", _loud),
    (rf"(?P<how>louder|quieter|softer) by (?P<n>{AMOUNT})", _loud),
    (rf"(?P<n>{AMOUNT}) (?:decibels?|db) (?P<way>louder|quieter|softer|up|down|more|less)", _decibels),
    (rf"(?P<way>louder|quieter|softer) by (?P<n>{AMOUNT}) (?:decibels?|db)", _decibels),
    (rf"(?:at|with|on) (?:an? )?(?P<n>{AMOUNT}) {_OF}{_LEVEL}", _level),
    (rf"(?:at|with) (?:an? |the )?{_LEVEL} (?:of |at )?(?P<n>{AMOUNT})", _level),
    (rf"(?:at|on) (?:full|maximum|highest|top) {_LEVEL}", lambda so, _: so.louder(12.0)),
)
"""What each way of saying it does."""
