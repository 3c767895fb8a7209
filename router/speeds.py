"""Relative tempo as people say it: "twice as fast" is 2, "half speed" 0.5, "20 percent slower" 0.8."""

import re
from collections.abc import Callable

from router.numerals import figured

_N = r"(\d+(?:\.\d+)?)(?![\d.])"
_BARE = rf"{_N}(?! (?:seconds?|minutes?|hours?|percent|to)\b)"
_FAST = r"(?:faster|quicker|more quickly)"
_SLOW = r"(?:slower|more slowly)"
_PACE = r"(?:speed|tempo|pace|rate)"
_THE = r"(?:of |at )?(?:the |its |my |your )?(?:normal |original |usual |regular |full )?"
_UP = r"\b(?:speed(?: \w+){0,4}? up|speed (?:it|that|this)|accelerate(?: \w+){0,4}?)"
_DOWN = r"\b(?:slow(?: \w+){0,4}? down|slow (?:it|that|this))"
_TIMES = {"twice": "2 times", "thrice": "3 times", "double": "2 times", "triple": "3 times", "quadruple": "4 times"}

Read = Callable[[float], float]


def _faster(n: float) -> float:
    """ "three times faster" is three times the speed; "a third faster" is a third more."""
    return n if n > 1 else 1 + n


def _slower(n: float) -> float:
    return 1 / n if n > 1 else 1 - n


def _fast(n: float) -> float:
    return n


def _slow(n: float) -> float:
    return 1 / n if n else 0.0


_RULES: tuple[tuple[re.Pattern[str], Read], ...] = tuple(
    (re.compile(pattern), read)
    for pattern, read in (
        (rf"{_N} percent {_FAST}", lambda n: 1 + n / 100),
        (rf"{_N} percent {_SLOW}", lambda n: 1 - n / 100),
        (rf"(?:{_FAST}|{_UP})(?: by)? {_N} percent", lambda n: 1 + n / 100),
        (rf"(?:{_SLOW}|{_DOWN})(?: by)? {_N} percent", lambda n: 1 - n / 100),
        (rf"{_N} percent (?:as fast|{_THE}{_PACE})", lambda n: n / 100),
        (rf"(?:{_UP}|{_DOWN}) to {_BARE}", _fast),
        (rf"(?:{_PACE}|{_UP}|{_DOWN})(?: (?:of|to|at|is|by))* {_N} percent", lambda n: n / 100),
        (rf"{_N} (?:times |x )?(?:as (?:fast|quick|quickly)|{_THE}{_PACE})", _fast),
        (rf"{_N} (?:times |x )?as (?:slow|slowly)", _slow),
        (rf"{_N} (?:times |x )?{_FAST}|(?:{_FAST}|{_UP})(?: by)? {_BARE}", _faster),
        (rf"{_N} (?:times |x )?{_SLOW}|(?:{_SLOW}|{_DOWN})(?: by)? {_BARE}", _slower),
        (rf"{_PACE}(?: (?:of|to|at|is|by))* {_BARE}|{_N} x\b", _fast),
        (rf"\b(?:normal|original|usual|regular)()(?: speaking| playback)? {_PACE}\b", lambda n: 1.0),
    )
)


def speed(text: str) -> float | None:
    """The relative tempo that a text speaks of; None where it says none, or none that can be.

    A mere "faster" says none: how much is for whoever was asked.
    """
    plain = re.sub(r"\w+", lambda word: _TIMES.get(word.group(), word.group()), figured(text).replace("%", "percent"))
    for pattern, read in _RULES:
        if found := pattern.search(plain):
            said = next((group for group in found.groups() if group), "1")
            factor = read(float(said))
            return factor if 0.01 <= factor <= 100 else None
    return None
