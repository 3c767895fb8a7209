"""A place in words, read: "slightly to the left and above", "at 2 o'clock, an arm's length away", "in my right ear".

    side, front, height ─▶ direction       each is said or not; "slightly" makes it less
    metres, "far away", "ear" ─▶ distance

The words are those that `models.sound.plain_words.plain` gives.
"""

import re
from dataclasses import dataclass

import numpy as np

from models.sound.placement import CLOSE_M, EAR_M, FAR_M
from models.sound.places import USUAL_M, Place

VERY_FAR_M = 30.0
ACROSS_M = 4.0
ARM_M = 0.7
SHOULDER_M = 0.3
SLIGHT = 0.35
"""What "slightly" leaves of a direction."""

_SIDES = {
    "left": re.compile(r"\bleft(?:wards?)?\b"),
    "right": re.compile(r"\bright(?:wards?)?\b"),
    "front": re.compile(
        r"\b(?:in front|front|ahead|before me|facing me|opposite|forwards?|middle|cent(?:er|re)|nose)\b"
    ),
    "back": re.compile(r"\b(?:behind|back|rear|backwards|neck)\b"),
    "up": re.compile(
        r"\b(?:above|over(?:head)?|up(?:wards?)?|top|ceiling|sky|roof|high(?:er)?|upstairs|gallery|heaven)\b"
    ),
    "down": re.compile(
        r"\b(?:below|beneath|under(?:neath)?|down(?:wards?|stairs)?|floor|ground|low(?:er)?|feet|bottom)\b"
    ),
}
_BEFORE = re.compile(
    r"\b(?:slightly|a (?:bit|little|touch|tad)|somewhat)(?: further| more| off)?(?: to| on| from)?(?: the| my)? ?$"
)
_AFTER = re.compile(
    r"^(?: of me| side)?,? (?:slightly|a (?:bit|little|touch|tad))\b(?! (?:below|above|up|down|further|low|high))"
)
_DEGREES = re.compile(r"(?P<number>-?\d+(?:\.\d+)?) ?degrees?\b")
_VERTICAL = re.compile(r"^[^,]{0,16}\b(?:up|above|over|high|elevation|down|below|under|low)\b")
_ELEVATION = re.compile(r"\belevation(?: of)? $")
_CLOCK = re.compile(r"\b(\d{1,2})(?::00)? ?o'clock\b")
_BESIDE = re.compile(r"\b(?:beside|next to|alongside|at my side|by my side)\b")
_METRES = {
    "m": 1.0,
    "met": 1.0,
    "f": 0.3048,
    "y": 0.9144,
    "s": 0.75,
    "p": 0.75,
    "i": 0.0254,
    "c": 0.01,
    "k": 1000.0,
    "mi": 1609.0,
}
"""Units by how they begin."""
_LENGTH = re.compile(
    r"\b(?P<number>\d+(?:\.\d+)?|an?) ?"
    r"(?P<unit>met(?:re|er)s?|m|feet|foot|ft|yards?|steps?|paces?|inch(?:es)?|centimet(?:re|er)s?|cm|"
    r"kilomet(?:re|er)s?|km|miles?)\b"
)
_NOT_NEAR_ME = r"(?! the (?:floor|ground|ceiling|wall|top))"
_DISTANCES = tuple(
    (re.compile(pattern), metres)
    for pattern, metres in (
        (r"\barm'?s'? length\b", ARM_M),
        (r"\bears?\b(?! (?:level|height))|\bwhisper\w*", EAR_M),
        (r"\bshoulders?\b|\bneck\b", SHOULDER_M),
        (r"\b(?:very|so|really|extremely) (?:far|distant)\b|\bhorizon\b|\bmiles\b", VERY_FAR_M),
        (
            r"\bfar (?:left|right|front|back|side|corner|end)\b|\bacross the\b|\bother (?:end|side) of\b|\bcorner\b",
            ACROSS_M,
        ),
        (r"\b(?:further|farther)\b", 2.5 * USUAL_M),
        (r"\b(?:far|distant|distance|afar|away|remote)\b", FAR_M),
        (
            rf"\b(?:close(?:r|st|ly| by)?|near(?:by|er)?{_NOT_NEAR_ME}|next to|beside|intimate\w*"
            r"|just (?:behind|before|above|below))\b",
            CLOSE_M,
        ),
    )
)
"""Words for distances; what comes first counts."""


@dataclass(frozen=True, slots=True)
class Said:
    """What was said of a place."""

    azimuth: float | None
    """Degrees; None where no direction was said."""
    elevation: float
    distance: float | None
    """Metres; None where none was said."""

    def place(self, otherwise: Place | None = None) -> Place:
        """The place; what was not said is as in another one."""
        other = otherwise or Place(0.0)
        distance = other.distance if self.distance is None else self.distance
        if self.azimuth is None:
            return other.at(distance)
        return Place(self.azimuth, self.elevation, distance)


def said(text: str) -> Said | None:
    """What is said of a place; None where nothing is."""
    distance, rest = _distance(text)
    weights = {name: _weight(pattern, rest) for name, pattern in _SIDES.items()}
    azimuth = _azimuth(weights, rest)
    elevation = _elevation(weights, azimuth is not None, rest)
    if azimuth is None and not elevation and distance is None:
        return None
    if azimuth is None and elevation:
        azimuth = 0.0
    return Said(azimuth, elevation, distance)


def place(text: str, otherwise: Place | None = None) -> Place | None:
    """The place that the words say; None where they say none."""
    found = said(text)
    return found.place(otherwise) if found else None


def _weight(pattern: re.Pattern[str], text: str) -> float:
    """How much of a direction is said: 0, `SLIGHT`, or 1."""
    found = [
        SLIGHT if _BEFORE.search(text[: m.start()]) or _AFTER.search(text[m.end() :]) else 1.0
        for m in pattern.finditer(text)
    ]
    return max(found, default=0.0)


def _azimuth(weights: dict[str, float], text: str) -> float | None:
    if clock := _CLOCK.search(text):
        return _half(30.0 * int(clock[1]))
    side, ahead = weights["right"] - weights["left"], weights["front"] - weights["back"]
    if (degrees := _flat_degrees(text)) is not None:
        turned = degrees * (-1 if side < 0 else 1)
        return _half(float(np.sign(turned) or 1) * (180 - abs(turned)) if ahead < 0 and side else turned)
    if not side and not ahead:
        return 90.0 if _BESIDE.search(text) or re.search(r"\b(?:shoulder|ear)\b(?! (?:level|height))", text) else None
    if "corner" in text or (0 < abs(side) < 1 and not ahead):
        ahead = ahead or 1.0
    return float(np.degrees(np.arctan2(side, ahead)))


def _elevation(weights: dict[str, float], beside: bool, text: str) -> float:
    for found in _DEGREES.finditer(text):
        before, after = text[: found.start()], text[found.end() :]
        if _ELEVATION.search(before) or _VERTICAL.search(after):
            down = re.search(r"^[^,]{0,16}\b(?:down|below|under|low)\b", after)
            return float(np.clip(float(found["number"]) * (-1 if down else 1), -90, 90))
    up = weights["up"] - weights["down"]
    if not up:
        return 0.0
    whole = abs(up) == 1.0
    if not beside:
        return 90.0 * up if whole else float(np.sign(up)) * 30.0
    if up > 0:
        return 45.0 if whole else 20.0
    return -35.0 if whole else -15.0


def _flat_degrees(text: str) -> float | None:
    """Degrees to a side: the first that are not up or down."""
    for found in _DEGREES.finditer(text):
        if not _ELEVATION.search(text[: found.start()]) and not _VERTICAL.search(text[found.end() :]):
            return float(found["number"])
    azimuth = re.search(r"\bazimuth(?: of)? (-?\d+(?:\.\d+)?)", text)
    return float(azimuth[1]) if azimuth else None


def _distance(text: str) -> tuple[float | None, str]:
    """Metres, and what is said besides; words such as "ear" remain, since they also tell a side."""
    if found := _LENGTH.search(text):
        number = 1.0 if found["number"].startswith("a") else float(found["number"])
        unit = found["unit"]
        scale = _METRES.get(unit[:3]) or _METRES.get(unit[:2] if unit.startswith("mi") else unit[:1], 1.0)
        return float(np.clip(number * scale, EAR_M, 100.0)), text[: found.start()] + text[found.end() :]
    return next((metres for pattern, metres in _DISTANCES if pattern.search(text)), None), text


def _half(degrees: float) -> float:
    """The same azimuth between -180 and 180 degrees."""
    turned = (degrees + 180) % 360 - 180
    return 180.0 if turned == -180 else turned
