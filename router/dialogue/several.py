"""One sentence that asks for several of the same: timers and alarms.

"set a timer for 5 minutes and another for 10"     ─▶ "set a timer for 5 minutes", "set a timer for 10 minutes"
"set two timers for five and ten minutes"          ─▶ "set a timer for five minutes", "set a timer for ten minutes"
"wake me at seven and at eight tomorrow"           ─▶ "wake me at seven tomorrow", "wake me at eight tomorrow"
"""

import re
from collections.abc import Sequence

from router.spoken import durations_in, number

_NOUN = re.compile(r"(?i)\b(timer|alarm)s?\b")
_NEXT = r"(?:another|one|the other)\b|a (?:second|third) (?:one|timer|alarm)\b|an?\b[^,]*?\b(?:timer|alarm)\b"
_JOINT = re.compile(rf"(?i)(?:\s*,)?\s+(?:and|plus|as well as)\s+(?:also\s+|then\s+)?(?={_NEXT})|\s*,\s*(?={_NEXT})")
_LEAD = re.compile(r"(?i)^(?:another|one|an?|the other|a second|a third)\b(?:\s+(?:one|more)\b)*\s*")
_FOUR = re.compile(
    r"(?i)^(?:four|fore|4) (?=\d|(?:one|two|three|four|five|six|seven|eight|nine|\w*t(?:een|y)|ten|half)\b)"
)
"""A "for", as recognizers write it before a number."""
_EACH = re.compile(r"(?i)\b(?:timer|alarm)s\s+(?P<of>for|of|at)\s+(?P<all>.+?)[.?!]*$")
_AGAIN = re.compile(
    r"(?i)^(?P<asked>.*?\bwake me(?: up)?) (?P<first>at .+?),? and (?:then )?(?:again )?(?P<second>at .+)$"
)
_AND = re.compile(r"(?i)\s*,\s*(?:and\s+)?|\s+and\s+")
_UNIT = re.compile(r"(?i)\b(?:seconds?|secs?|minutes?|mins?|hours?|hrs?)\b")
_DAY = re.compile(r"(?i)\s+(?:tomorrow|tonight|today|(?:on )?\w+day)(?: (?:morning|evening|afternoon|night))?[.?!]*$")
_WHEN = re.compile(
    r"(?i)\b(?:for|of|at) (?:\d|(?:half|quarter|noon|midnight|one|two|three|four|five|six|seven|eight|nine|ten|eleven"
    r"|twelve)\b)"
)
_BARE = re.compile(r"(?i)\b(for|of)\s+([\w-]+(?: (?:and a half|point \w+))?)")


def apart(text: str) -> list[str]:
    """A sentence for each timer or alarm; the text itself where it asks for no more than one."""
    if found := _AGAIN.match(text):
        return _on_the_same_day([f"{found['asked']} {found[part]}" for part in ("first", "second")])
    noun = _NOUN.search(text)
    if noun is None:
        return [text]
    kind = noun[1].lower()
    parts = _listed(text, kind) or _joined(text, kind)
    return [text] if len(parts) < 2 else _on_the_same_day(parts) if kind == "alarm" else _with_units(parts)


def _listed(text: str, kind: str) -> list[str]:
    """Those of "timers for five and ten minutes"."""
    found = _EACH.search(text)
    if not found:
        return []
    named = _AND.split(found["all"])
    timed = all(durations_in(one) or number(one) is not None for one in named)
    return [f"set {_kind(kind)} {found['of']} {one}" for one in named] if timed or kind == "alarm" else []


def _joined(text: str, kind: str) -> list[str]:
    """Those of "a timer for five minutes and another for ten"."""
    first, *others = _JOINT.split(text)
    if not others or not all(_says_when(other) for other in others):
        return []
    asked = [_alone(other, kind) for other in others]
    return [first, *asked] if durations_in(first) or _WHEN.search(first) else asked


def _alone(part: str, kind: str) -> str:
    """A part as a sentence: "another for 10", "a ten minute timer"."""
    rest = _FOUR.sub("for ", _LEAD.sub("", part))
    noun = _NOUN.search(rest)
    return (
        f"set {_article(noun[1] if noun and not noun.start() else '')}{rest}" if noun else f"set {_kind(kind)} {rest}"
    )


def _says_when(part: str) -> bool:
    rest = _LEAD.sub("", part)
    words = re.findall(r"[\w:.-]+", rest)
    return bool(durations_in(rest)) or any(number(word.strip(".")) is not None for word in words)


def _kind(kind: str) -> str:
    return f"{_article(kind)}{kind}"


def _article(noun: str) -> str:
    return "an " if noun.lower() == "alarm" else "a "


def _with_units(parts: Sequence[str]) -> list[str]:
    """Lengths that lack their unit take that of another: "for 5 minutes and another for 10"."""
    unit = next((found[0] for part in parts if (found := _UNIT.search(part))), "minutes")
    unit = unit if unit.endswith("s") else f"{unit}s"
    return [part if durations_in(part) or "alarm" in part.lower() else _in_units(part, unit) for part in parts]


def _in_units(part: str, unit: str) -> str:
    return _BARE.sub(lambda found: f"{found[0]} {unit}", part, count=1)


def _on_the_same_day(parts: Sequence[str]) -> list[str]:
    """A day that is said at the end is meant for all."""
    day = _DAY.search(parts[-1])
    return [*parts] if not day else [part if _DAY.search(part) else part.rstrip(" .?!") + day[0] for part in parts]
