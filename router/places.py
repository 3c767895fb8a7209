"""Where it is what time: places by the time zone database, its countries, and some large cities besides."""

import re
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from importlib.resources import files
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from rapidfuzz import fuzz, process

from assistant.errors import TaskError

ALIKE = 88.0
"""From this likeness on, 0 to 100, a place was meant; recognizers write names as they like."""

_ELSEWHERE: Mapping[str, str] = {
    "America/Los_Angeles": "california|san francisco|seattle|san diego|las vegas|silicon valley|portland|pacific|la",
    "America/Denver": "colorado|salt lake city|mountain",
    "America/Chicago": "texas|dallas|houston|austin|new orleans|minneapolis|central",
    "America/New_York": "nyc|boston|washington|miami|florida|philadelphia|atlanta|the east coast|eastern|washington dc",
    "America/Toronto": "montreal|ottawa|quebec",
    "America/Sao_Paulo": "rio|rio de janeiro",
    "Pacific/Honolulu": "hawaii",
    "Europe/London": "england|scotland|wales|edinburgh|manchester|uk|united kingdom|great britain|greenwich",
    "Europe/Berlin": "munich|frankfurt|hamburg|cologne",
    "Europe/Madrid": "barcelona",
    "Europe/Rome": "milan|venice|naples",
    "Europe/Zurich": "geneva",
    "Europe/Kyiv": "kiev",
    "Europe/Istanbul": "ankara",
    "Europe/Moscow": "saint petersburg|st petersburg",
    "Asia/Shanghai": "beijing|shenzhen",
    "Asia/Kolkata": "mumbai|delhi|new delhi|bangalore",
    "Asia/Tokyo": "osaka|kyoto",
    "Asia/Dubai": "abu dhabi",
    "Africa/Johannesburg": "cape town",
    "Australia/Sydney": "canberra",
    "UTC": "utc|gmt|universal|zulu",
}
"""Places that the database does not name."""
_IN = re.compile(
    r"\b(?:in|over in|for|at) (?:the city of )?(?P<place>[^\W\d][\w .'-]*?)"
    r"(?: (?:right now|now|currently|at the moment|please|today|time))*[?.!]*$",
    re.IGNORECASE,
)
_TIME = re.compile(r"\b(?P<place>[\w .'-]+?) time\b", re.IGNORECASE)


def place_in(text: str) -> str:
    """The place that a question after the time names; empty where it names none that is known."""
    found = _IN.search(text.strip()) or _TIME.search(text)
    said = found["place"] if found else ""
    words = said.split()
    tails = (" ".join(words[first:]) for first in range(len(words)))
    return next((tail for tail in tails if _plain(tail) in _zones()), "")


def zone(place: str, now: datetime) -> ZoneInfo:
    """The time zone of a place.

    Raises:
        TaskError: it is not known, or the place has several times now.
    """
    name = _plain(place)
    known = _zones()
    if name not in known:
        likely = process.extractOne(name, known.keys(), scorer=fuzz.ratio, score_cutoff=ALIKE)
        if likely is None:
            raise TaskError(f"I do not know what time it is in {place}; name a large city near it.")
        name = likely[0]
    zones = [ZoneInfo(key) for key in known[name]]
    if len({now.astimezone(zone).utcoffset() for zone in zones}) > 1:
        raise TaskError(f"It is not the same time everywhere in {place}; name a city.")
    return zones[0]


def _plain(place: str) -> str:
    words = re.sub(r"[^\w ]", "", place.lower().replace("-", " ").replace("_", " ")).split()
    return " ".join(words[1:] if words[:1] == ["the"] and len(words) > 1 else words)


@cache
def _zones() -> Mapping[str, tuple[str, ...]]:
    """The names of places, and the zones of each: one for a city, one or more for a country."""
    named = {_plain(key.rpartition("/")[2]): (key,) for key in sorted(available_timezones()) if _is_city(key)}
    elsewhere = {_plain(name): (key,) for key, names in _ELSEWHERE.items() for name in names.split("|")}
    return {**_countries(), **named, **elsewhere}


def _is_city(key: str) -> bool:
    return "/" in key and not key.startswith(("Etc/", "SystemV/", "posix/", "right/", "US/", "Canada/"))


def _countries() -> Mapping[str, tuple[str, ...]]:
    """Countries by the tables of the database."""
    codes = dict(row.split("\t")[:2] for row in _rows("iso3166.tab"))
    zones: dict[str, tuple[str, ...]] = {}
    for row in _rows("zone.tab"):
        code, _, key, *_ = row.split("\t")
        if _exists(key):
            zones[code] = (*zones.get(code, ()), key)
    spellings = {"US": "united states of america|usa|us|america|the states", "GB": "britain", "KR": "south korea|korea"}
    names = (
        (spelling, code) for code, name in codes.items() for spelling in (name, *spellings.get(code, "").split("|"))
    )
    return {_plain(re.sub(r"\(.*\)", "", name)): zones[code] for name, code in names if name and code in zones}


def _rows(table: str) -> list[str]:
    text = (files("tzdata") / "zoneinfo" / table).read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line and not line.startswith("#")]


def _exists(key: str) -> bool:
    try:
        ZoneInfo(key)
    except ZoneInfoNotFoundError:
        return False
    return True
