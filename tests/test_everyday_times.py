"""Days and times as people say them."""

import random
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from assistant.errors import TaskError
from router.days import day, day_in, easter, spoken_date, spoken_day, wanted
from router.places import place_in, zone
from router.times import REPEATED, moment, spoken_time

NOW = datetime(2026, 11, 23, 14, 0, tzinfo=ZoneInfo("Europe/Berlin"))
"""A Monday."""
TODAY = NOW.date()


def at(month: int, day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, month, day, hour, minute)


MOMENTS: list[tuple[str, datetime | None]] = [
    ("half past six", at(11, 23, 18, 30)),
    ("half six", at(11, 23, 18, 30)),
    ("six thirty", at(11, 23, 18, 30)),
    ("6:30", at(11, 23, 18, 30)),
    ("six thirty am", at(11, 24, 6, 30)),
    ("7 am", at(11, 24, 7)),
    ("7 a.m. sharp", at(11, 24, 7)),
    ("7:30 p.m.", at(11, 23, 19, 30)),
    ("seven", at(11, 23, 19)),
    ("seven o'clock", at(11, 23, 19)),
    ("seven in the morning", at(11, 24, 7)),
    ("07:00", at(11, 24, 7)),
    ("0730", at(11, 24, 7, 30)),
    ("19:00", at(11, 23, 19)),
    ("quarter to nine tomorrow morning", at(11, 24, 8, 45)),
    ("a quarter past two", at(11, 23, 14, 15)),
    ("twenty five to four", at(11, 23, 15, 35)),
    ("ten minutes past five", at(11, 23, 17, 10)),
    ("five oh five", at(11, 23, 17, 5)),
    ("quarter to one", at(11, 24, 0, 45)),
    ("at noon", at(11, 24, 12)),
    ("noon tomorrow", at(11, 24, 12)),
    ("midnight", at(11, 24, 0)),
    ("tonight at nine", at(11, 23, 21)),
    ("9:30 tonight", at(11, 23, 21, 30)),
    ("this evening at six", at(11, 23, 18)),
    ("three this afternoon", at(11, 23, 15)),
    ("three at night", at(11, 24, 3)),
    ("nine tomorrow", at(11, 24, 9)),
    ("friday at 8", at(11, 27, 8)),
    ("seven p.m. on friday", at(11, 27, 19)),
    ("a week from friday at 7", at(12, 4, 7)),
    ("on the 5th at noon", at(12, 5, 12)),
    ("december 25th at 8 am", at(12, 25, 8)),
    ("5 today", at(11, 23, 17)),
    ("1 today", at(11, 23, 13)),
    ("2026-11-24T07:00", at(11, 24, 7)),
    ("in twenty minutes", NOW + timedelta(minutes=20)),
    ("an hour and a half from now", NOW + timedelta(minutes=90)),
    ("tomorrow", None),
    ("lunch", None),
    ("25:00", None),
    ("7:75", None),
    ("", None),
]


@pytest.mark.parametrize(("said", "expected"), MOMENTS)
def test_moments(said: str, expected: datetime | None) -> None:
    found = moment(said, NOW)
    assert found == expected
    assert found is None or (found.tzinfo is None) == (expected is not None and expected.tzinfo is None)


def test_every_time_of_day_is_read_back_as_it_is_spoken() -> None:
    for minute in range(0, 24 * 60, 7):
        when = NOW.replace(hour=minute // 60, minute=minute % 60, tzinfo=None)
        found = moment(f"{spoken_time(when)} tomorrow", NOW)
        assert found == when + timedelta(days=1), spoken_time(when)


def test_moments_without_a_day_are_the_next_ones() -> None:
    chance = random.Random(6)
    for _ in range(500):
        now = NOW + timedelta(minutes=chance.randrange(60 * 24))
        hour, minute = chance.randint(1, 12), chance.randrange(60)
        found = moment(f"{hour}:{minute:02}", now)
        assert found is not None
        ahead = found - now.replace(tzinfo=None)
        assert timedelta(0) < ahead <= timedelta(hours=12) or (hour < 10 and ahead <= timedelta(days=1))
        assert (found.hour - hour) % 12 == 0 and found.minute == minute


@pytest.mark.parametrize(
    "said", ["every weekday at seven", "daily at noon", "each morning at six", "at seven on mondays"]
)
def test_what_comes_back_is_told_from_what_does_not(said: str) -> None:
    assert REPEATED.search(said)
    assert not REPEATED.search("monday at seven")


DAYS: list[tuple[str, date | None]] = [
    ("today", TODAY),
    ("tomorrow", date(2026, 11, 24)),
    ("yesterday", date(2026, 11, 22)),
    ("the day after tomorrow", date(2026, 11, 25)),
    ("friday", date(2026, 11, 27)),
    ("this friday", date(2026, 11, 27)),
    ("next friday", date(2026, 12, 4)),
    ("last friday", date(2026, 11, 20)),
    ("monday", date(2026, 11, 30)),
    ("in three weeks", date(2026, 12, 14)),
    ("three days ago", date(2026, 11, 20)),
    ("a week from friday", date(2026, 12, 4)),
    ("in a month", date(2026, 12, 23)),
    ("in three months", date(2027, 2, 23)),
    ("december 25th", date(2026, 12, 25)),
    ("the twenty-fifth of December", date(2026, 12, 25)),
    ("25 December 2027", date(2027, 12, 25)),
    ("friday the 4th of december", date(2026, 12, 4)),
    ("May the 5th", date(2027, 5, 5)),
    ("the second of may", date(2027, 5, 2)),
    ("12/25", date(2026, 12, 25)),
    ("25/12/2027", date(2027, 12, 25)),
    ("2027-01-31", date(2027, 1, 31)),
    ("the 5th", date(2026, 12, 5)),
    ("feb 29", date(2028, 2, 29)),
    ("Christmas", date(2026, 12, 25)),
    ("New Year's Eve", date(2026, 12, 31)),
    ("easter", date(2027, 3, 28)),
    ("Easter 2028", date(2028, 4, 16)),
    ("thanksgiving", date(2026, 11, 26)),
    ("halloween", date(2027, 10, 31)),
    ("february 30th", None),
    ("in 99999999999 days", None),
    ("christmas 0000", None),
    ("the moon", None),
    ("my birthday", None),
    ("", None),
]


@pytest.mark.parametrize(("said", "expected"), DAYS)
def test_days(said: str, expected: date | None) -> None:
    assert day(said, TODAY) == expected


def test_every_date_is_read_back_as_it_is_spoken() -> None:
    for ahead in range(0, 800, 3):
        when = TODAY + timedelta(days=ahead)
        assert day(spoken_date(when, TODAY), TODAY) == when
        if ahead < 7:
            assert day(spoken_day(when, TODAY), TODAY) == when


@pytest.mark.parametrize(
    ("year", "sunday"), [(1818, (3, 22)), (1943, (4, 25)), (2024, (3, 31)), (2025, (4, 20)), (2038, (4, 25))]
)
def test_easter(year: int, sunday: tuple[int, int]) -> None:
    assert easter(year) == date(year, *sunday)


def test_a_question_after_a_day_is_taken_apart() -> None:
    assert day_in("How many days is it until Christmas Eve this year?", TODAY) == "christmas eve"
    assert day_in("What is this?", TODAY) == ""
    assert wanted("How many days until Christmas?") == "days"
    assert wanted("What week number is it?") == "week"
    assert wanted("What day is tomorrow?") == "date"


@pytest.mark.parametrize(
    ("place", "key"),
    [
        ("Tokyo", "Asia/Tokyo"),
        ("New York", "America/New_York"),
        ("new york", "America/New_York"),
        ("San Francisco", "America/Los_Angeles"),
        ("buenos aires", "America/Argentina/Buenos_Aires"),
        ("Germany", "Europe/Berlin"),
        ("Japan", "Asia/Tokyo"),
        ("the UK", "Europe/London"),
        ("Reykjavik", "Atlantic/Reykjavik"),
        ("Singapor", "Asia/Singapore"),
    ],
)
def test_places(place: str, key: str) -> None:
    expected = NOW.astimezone(ZoneInfo(key))
    assert NOW.astimezone(zone(place, NOW)).utcoffset() == expected.utcoffset()


@pytest.mark.parametrize("place", ["Narnia", "my kitchen", ""])
def test_places_nobody_knows(place: str) -> None:
    with pytest.raises(TaskError, match="large city"):
        zone(place, NOW)


def test_a_country_with_several_times() -> None:
    with pytest.raises(TaskError, match="same time everywhere in Australia"):
        zone("Australia", NOW)


def test_a_question_after_the_time_is_taken_apart() -> None:
    assert place_in("What time is it in New York right now?") == "New York"
    assert place_in("um how late is it in tokyo please") == "tokyo"
    assert place_in("What time is it?") == ""
    assert place_in("What time is it in my kitchen?") == ""
