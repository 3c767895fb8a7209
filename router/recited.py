"""What is sung where a turn names words that everybody knows, and does not say them: a list, numbers, a scale.

"the days of the week"      ─▶ Monday Tuesday …
"the numbers from one to ten" ─▶ one two … ten
"a D minor scale"           ─▶ do re mi …, on D3 E3 F3 …
"""

import re
from collections.abc import Mapping

from router.numerals import number
from router.telling import count

_LISTS: Mapping[str, str] = {
    r"days(?: of the week)?|weekdays": "Monday Tuesday Wednesday Thursday Friday Saturday Sunday",
    r"months(?: of the year)?": "January February March April May June July August September October November December",
    r"seasons(?: of the year)?|four seasons": "spring summer autumn winter",
    r"planets(?: of the solar system| of our solar system)?": "Mercury Venus Earth Mars Jupiter Saturn Uranus Neptune",
    r"colou?rs of the rainbow|rainbow colou?rs": "red orange yellow green blue indigo violet",
    r"continents": "Africa Antarctica Asia Australia Europe North America South America",
}
_ALL = re.compile(
    rf"(?i)(?:me )?(?:all )?(?:of )?(?:the )?(?:names? of )?(?:all )?(?:the )?"
    rf"(?:{'|'.join(f'(?P<l{at}>{name})' for at, name in enumerate(_LISTS))})[\s.!?]*"
)
_COUNTED = re.compile(
    r"(?i)(?:the )?numbers (?:from )?(?P<first>\w+)(?: up)? to (?P<last>\w+)[\s.!?]*|to (?P<up>\w+)[\s.!?]*"
)
_TONIC = r"[a-g](?:[ -]?(?:sharp|flat))?"
_SCALE = re.compile(
    rf"(?i)(?:me )?(?:an? |the |your )?(?:(?P<before>{_TONIC}) )?(?:(?P<how>major|minor) )?(?:musical )?scale"
    rf"(?: (?:of|in|on) (?P<after>{_TONIC})(?: (?P<mode>major|minor))?)?[\s.!?]*"
    r"|do[ ,-]+re[ ,-]+mi(?:[ ,-]+fa)?(?:[ ,-]+sol?)?(?:[ ,-]+la)?(?:[ ,-]+[ts]i)?(?:[ ,-]+do)?[\s.!?]*"
)
_SYLLABLES = "do re mi fa so la tee do"
"""As English spells them, so that they are said right."""
_STEPS = {"major": (0, 2, 4, 5, 7, 9, 11, 12), "minor": (0, 2, 3, 5, 7, 8, 10, 12)}
_NAMES = ("C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B")
MOST = 30
"""So far is counted."""


def recited(text: str) -> str:
    """The words that are named and not said; empty where a text names none."""
    if found := _ALL.fullmatch(text.strip()):
        return next(words for at, words in enumerate(_LISTS.values()) if found[f"l{at}"])
    if counted := _COUNTED.fullmatch(text.strip()):
        first, last = _number(counted["first"] or "one"), _number(counted["last"] or counted["up"])
        return " ".join(map(count, range(first, last + 1))) if first is not None and last is not None else ""
    return ""


def scale(text: str) -> tuple[str, str]:
    """The syllables of a scale that is named, and its notes, joined by |; both empty where a text names none."""
    found = _SCALE.fullmatch(text.strip())
    if not found:
        return "", ""
    tonic = (found["before"] or found["after"] or "c").lower()
    first = _NAMES.index(tonic[0].upper()) + ("sharp" in tonic) - ("flat" in tonic)
    places = [first + step for step in _STEPS[(found["how"] or found["mode"] or "major").lower()]]
    return _SYLLABLES, " | ".join(f"{_NAMES[place % 12]}{3 + place // 12}" for place in places)


def _number(said: str) -> int | None:
    found = number(said)
    return int(found) if found is not None and found == int(found) and 0 <= found <= MOST else None
