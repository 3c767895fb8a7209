"""Numbers, durations, spans and tempo as people say them, and as recognizers write them."""

import random
import re

import pytest

from router.spoken import Span, duration_s, durations_in, figured, number, span_s, speed, spoken_duration
from tts.normalize.numbers import cardinal

# ------------------------------------------------------------------------- numbers

NUMBERS: list[tuple[str, float | None]] = [
    ("twelve", 12),
    ("Twelve.", 12),
    ("zero", 0),
    ("12", 12),
    ("1,200.5", 1200.5),
    ("twenty-five", 25),
    ("twenty five", 25),
    ("a hundred", 100),
    ("a hundred and five", 105),
    ("one hundred five", 105),
    ("twelve hundred", 1200),
    ("2 hundred", 200),
    ("two thousand and five", 2005),
    ("five hundred twenty thousand", 520_000),
    ("two million three hundred thousand and five", 2_300_005),
    ("a thousand", 1000),
    ("1.5 million", 1_500_000),
    ("one and a half million", 1_500_000),
    ("half a million", 500_000),
    ("a dozen", 12),
    ("half a dozen", 6),
    ("a couple", 2),
    ("half", 0.5),
    ("a half", 0.5),
    ("a quarter", 0.25),
    ("a third", 1 / 3),
    ("three quarters", 0.75),
    ("two thirds", 2 / 3),
    ("a tenth", 0.1),
    ("two and a half", 2.5),
    ("2 and a half", 2.5),
    ("2 1/2", 2.5),
    ("2½", 2.5),
    ("3/4", 0.75),
    ("one and three quarters", 1.75),
    ("a hundred and a half", 100.5),
    ("three point five", 3.5),
    ("3 point 5", 3.5),
    ("three point one four one six", 3.1416),
    ("zero point oh five", 0.05),
    ("point five", 0.5),
    (".5", 0.5),
    ("point twenty five", 0.25),
    ("two point five million", 2_500_000),
    ("minus five", -5),
    ("negative two and a half", -2.5),
    ("-5", -5),
    ("one fifty", 150),
    ("one oh five", 105),
    ("nineteen eighty four", 1984),
    ("twenty twenty six", 2026),
    ("about ten", 10),
    ("third", None),
    ("twenty-fifth", None),
    ("a", None),
    ("one hundred and two hundred", None),
    ("ten minutes", None),
    ("two or three", None),
    ("1/0", None),
    ("point", None),
    ("1:30", None),
    ("", None),
    ("...", None),
]


@pytest.mark.parametrize(("said", "value"), NUMBERS)
def test_numbers(said: str, value: float | None) -> None:
    assert number(said) == (value if value is None else pytest.approx(value, rel=1e-12))


def test_every_number_is_read_back_however_it_is_said() -> None:
    chance = random.Random(1)
    for _ in range(1000):
        value = chance.randrange(10 ** chance.randint(1, 12))
        words = cardinal(value)
        british = words.replace(" hundred ", " hundred and ") if chance.random() < 0.5 else words
        assert number(words) == value, words
        assert number(words.replace("-", " ")) == value
        assert number(british) == value, british
        assert number(f"{value:,}") == number(str(value)) == value
        assert number(f"minus {words}") == -value


def test_decimals_and_mixed_numbers_are_read_back() -> None:
    chance = random.Random(2)
    names = {0.5: "a half", 0.25: "a quarter", 0.75: "three quarters"}
    for _ in range(1000):
        whole, digits = chance.randrange(1000), [chance.randrange(10) for _ in range(chance.randint(1, 4))]
        said = f"{cardinal(whole)} point {' '.join(cardinal(d) for d in digits)}"
        assert number(said) == pytest.approx(float(f"{whole}.{''.join(map(str, digits))}"), rel=1e-12), said
        part = chance.choice(list(names))
        assert number(f"{cardinal(whole)} and {names[part]}") == whole + part
    assert figured("between one hundred and two hundred and twenty-five, or 2-4") == "between 100 and 225 , or 2 - 4"


# ------------------------------------------------------------------------- durations

DURATIONS: list[tuple[str, float | None]] = [
    ("a minute and a half", 90),
    ("two and a half hours", 9000),
    ("two hours and a half", 9000),
    ("90 seconds", 90),
    ("ninety seconds", 90),
    ("half an hour", 1800),
    ("a half hour", 1800),
    ("an hour and twenty minutes", 4800),
    ("one hour, twenty minutes and five seconds", 4805),
    ("an hour and three quarters", 6300),
    ("quarter of an hour", 900),
    ("a quarter of an hour", 900),
    ("three quarters of an hour", 2700),
    ("a tenth of a second", 0.1),
    ("half a second", 0.5),
    ("1.5 hours", 5400),
    ("2 1/2 minutes", 150),
    ("1:30", 90),
    ("1:02:03", 3723),
    ("1:30 hours", 5400),
    ("1:30 minutes", 90),
    ("5m 30s", 330),
    ("2h30", 9000),
    ("10s", 10),
    ("10-second", 10),
    ("250 milliseconds", 0.25),
    ("a minute thirty", 90),
    ("one hour twenty", 4800),
    ("two minutes and ten", 130),
    ("a minute and a half second", 60.5),
    ("a couple of minutes", 120),
    ("a dozen minutes", 720),
    ("a second", 1),
    ("a week", 604_800),
    ("two days and four hours", 187_200),
    ("for about ten minutes, please", 600),
    ("ten minutes from now", 600),
    ("ninety", None),
    ("minute", None),
    ("ten minutes or twenty minutes", None),
    ("two minutes and half an hour", None),
    ("a second speaker", None),
    ("five minutes of rain", None),
    ("", None),
]


@pytest.mark.parametrize(("said", "seconds"), DURATIONS)
def test_durations(said: str, seconds: float | None) -> None:
    assert duration_s(said) == (seconds if seconds is None else pytest.approx(seconds))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Set a timer for 10 minutes and another for twenty seconds.", [("10 minutes", 600), ("twenty seconds", 20)]),
        ("Two minutes and half an hour", [("Two minutes", 120), ("half an hour", 1800)]),
        ("10 seconds and 20 seconds", [("10 seconds", 10), ("20 seconds", 20)]),
        ("five minutes and two for ten", [("five minutes", 300)]),
        ("remind me in ten minutes to call 2 people", [("ten minutes", 600)]),
        ("a 3-minute egg and a second one", [("3-minute", 180)]),
        ("wake me at 7:30, or 8:15 pm", []),
        ("a timer for 1:30", [("1:30", 90)]),
        ("the second half of the second minute", []),
    ],
)
def test_durations_are_found_where_they_stand(text: str, found: list[tuple[str, float]]) -> None:
    assert [(text[start:end], seconds) for start, end, seconds in durations_in(text)] == found


def test_every_duration_is_read_back_as_it_is_spoken() -> None:
    chance = random.Random(3)
    for _ in range(700):
        hours, minutes, seconds = chance.randrange(24), chance.randrange(60), chance.randrange(60)
        total = hours * 3600 + minutes * 60 + seconds
        parts = [(hours, "hour"), (minutes, "minute"), (seconds, "second")]
        named = [f"{cardinal(n)} {unit}{'s' * (n != 1)}" for n, unit in parts if n] or ["0 seconds"]
        said = chance.choice([" ", " and ", ", "]).join(named)
        assert duration_s(said) == total, said
        assert duration_s(f"{hours}:{minutes:02}:{seconds:02}") == total
        assert duration_s(spoken_duration(total)) == (total // 60 * 60 if hours else total)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "0 seconds"),
        (0.5, "0.5 seconds"),
        (1, "1 second"),
        (59.7, "1 minute"),
        (61, "1 minute and 1 second"),
        (3600, "1 hour"),
        (4800, "1 hour and 20 minutes"),
        (90_061, "1 day and 1 hour"),
    ],
)
def test_durations_are_spoken_to_their_two_largest_units(seconds: float, words: str) -> None:
    assert spoken_duration(seconds) == words


# ------------------------------------------------------------------------- spans

Found = tuple[float | None, float | None, str]

SECONDS: list[tuple[str, Found]] = [
    ("repaint from two to four seconds", (2, 4, "from two to four seconds")),
    ("2 to 4 seconds", (2, 4, "2 to 4 seconds")),
    ("2-4 seconds please", (2, 4, "2-4 seconds")),
    ("2–4 s", (2, 4, "2–4 s")),
    ("from 2.5s to 4s", (2.5, 4, "from 2.5s to 4s")),
    ("between 1:20 and 1:45", (80, 105, "between 1:20 and 1:45")),
    ("one thirty to one forty five", (90, 105, "one thirty to one forty five")),
    ("from 1 30 to 1 45", (90, 105, "from 1 30 to 1 45")),
    ("from one oh five to two minutes", (65, 120, "from one oh five to two minutes")),
    ("from 10 to 20", (10, 20, "from 10 to 20")),
    ("between two and four", (2, 4, "between two and four")),
    (
        "from two and a half to four and a quarter seconds",
        (2.5, 4.25, "from two and a half to four and a quarter seconds"),
    ),
    ("from two seconds to four", (2, 4, "from two seconds to four")),
    ("from one to two minutes", (60, 120, "from one to two minutes")),
    ("from 50 to two minutes", (50, 120, "from 50 to two minutes")),
    ("from one minute thirty to two minutes", (90, 120, "from one minute thirty to two minutes")),
    (
        "between a hundred and one hundred and ten seconds",
        (100, 110, "between a hundred and one hundred and ten seconds"),
    ),
    ("from half a second to one second", (0.5, 1, "from half a second to one second")),
    ("from second two to second four", (2, 4, "from second two to second four")),
    ("seconds two through four", (2, 4, "seconds two through four")),
    ("from the third to the fifth second", (3, 5, "from the third to the fifth second")),
    ("from the beginning to one minute", (0, 60, "from the beginning to one minute")),
    ("from one minute to the end", (60, None, "from one minute to the end")),
    ("from ten seconds on", (10, None, "from ten seconds on")),
    ("starting at ten seconds", (10, None, "starting at ten seconds")),
    ("remove everything after 1:30", (90, None, "after 1:30")),
    ("after the first ten seconds", (10, None, "after the first ten seconds")),
    ("until 1:30", (0, 90, "until 1:30")),
    ("up to two minutes", (0, 120, "up to two minutes")),
    ("from one minute for ten seconds", (60, 70, "from one minute for ten seconds")),
    ("ten seconds starting at one minute", (60, 70, "ten seconds starting at one minute")),
    ("cut the first ten seconds", (0, 10, "the first ten seconds")),
    ("the first minute and a half", (0, 90, "the first minute and a half")),
    ("in the first half minute", (0, 30, "the first half minute")),
    ("at three point five seconds", (3.5, 3.5, "at three point five seconds")),
    ("at 1:30", (90, 90, "at 1:30")),
    ("at the two second mark", (2, 2, "at the two second mark")),
    ("at second three", (3, 3, "at second three")),
    ("three seconds in", (3, 3, "three seconds in")),
    ("two seconds after the beginning", (2, 2, "two seconds after the beginning")),
]


@pytest.mark.parametrize(("text", "expected"), SECONDS)
def test_spans(text: str, expected: Found) -> None:
    span = span_s(text)
    assert span is not None and not span.from_end and not span.of_whole
    assert (span.start_s, span.end_s, text[span.start_char : span.end_char]) == expected


@pytest.mark.parametrize(
    ("text", "within_100"),
    [
        ("the last ten seconds", (90, 100)),
        ("the last half minute", (70, 100)),
        ("the final minute and a half", (10, 100)),
        ("the last three minutes", (0, 100)),
        ("a second before the end", (99, 99)),
        ("the first half", (0, 50)),
        ("the second half of it", (50, 100)),
        ("the last half", (50, 100)),
        ("the third quarter", (50, 75)),
        ("the middle third", (33.333, 66.667)),
        ("the middle part", (33.333, 66.667)),
        ("the first two thirds", (0, 66.667)),
        ("the last three quarters", (25, 100)),
        ("from ten seconds on", (10, 100)),
        ("from 90 to 120 seconds", (90, 100)),
        ("until 1:30", (0, 90)),
    ],
)
def test_spans_in_a_recording_of_100_seconds(text: str, within_100: tuple[float, float]) -> None:
    span = span_s(text)
    assert span is not None
    assert span.within(100.0) == pytest.approx(within_100, abs=0.001)


@pytest.mark.parametrize(
    "text",
    [
        "extract the dog",
        "the second speaker",
        "play the second one",
        "the first 2 sounds",
        "the last one",
        "from 2 speakers",
        "ten to five",
        "from three to two seconds",
        "from the start",
        "set a timer for ten minutes",
        "a half",
        "",
    ],
)
def test_what_is_no_span(text: str) -> None:
    assert span_s(text) is None


def test_every_range_is_read_back() -> None:
    chance = random.Random(4)
    for _ in range(300):
        start = chance.randrange(100)
        end = start + chance.randint(1, 100)
        a, b = cardinal(start), cardinal(end)
        shapes = [
            f"from {a} to {b} seconds",
            f"between {a} and {b} seconds",
            f"{start} to {end} seconds",
            f"from {start}-{end} s",
            f"from {start // 60}:{start % 60:02} to {end // 60}:{end % 60:02}",
            f"from {a} seconds until {b} seconds",
        ]
        for shape in shapes:
            span = span_s(f"please repaint it {shape} now")
            assert span is not None, shape
            assert (span.start_s, span.end_s) == (start, end), shape


def test_no_text_is_too_odd() -> None:
    chance = random.Random(5)
    words = re.findall(
        r"\S+",
        "from to a an and half minute seconds one thirty : 1:30 2 - – , . first last the second third of point percent "
        "until between at in hundred million 1/2 ½ faster speed times 'em ² ٣ 5th x",
    )
    for _ in range(1000):
        text = " ".join(chance.choices(words, k=chance.randint(0, 9)))
        number(text), duration_s(text), speed(text), figured(text)
        for start, end, seconds in durations_in(text):
            assert 0 <= start < end <= len(text) and seconds >= 0
        if span := span_s(text):
            assert 0 <= span.start_char < span.end_char <= len(text)
            start_s, end_s = span.within(60.0)
            assert 0 <= start_s <= end_s <= 60, (text, span)


def test_a_span_is_cut_to_the_recording() -> None:
    assert Span(50.0, None, 0, 1).within(20.0) == (20.0, 20.0)
    assert Span(None, 5.0, 0, 1).within(20.0) == (0.0, 5.0)
    assert Span(30.0, 10.0, 0, 1, from_end=True).within(20.0) == (0.0, 10.0)


# ------------------------------------------------------------------------- tempo

SPEEDS: list[tuple[str, float | None]] = [
    ("twice as fast", 2),
    ("Say it three times as fast", 3),
    ("one and a half times as fast", 1.5),
    ("half as fast", 0.5),
    ("half speed", 0.5),
    ("at half the speed", 0.5),
    ("quarter speed", 0.25),
    ("double speed", 2),
    ("triple the speed", 3),
    ("twice the normal speed", 2),
    ("at one and a quarter times the speed", 1.25),
    ("20 percent slower", 0.8),
    ("20% faster", 1.2),
    ("ten percent more slowly", 0.9),
    ("speed it up by 20 percent", 1.2),
    ("slow it down by 20 percent", 0.8),
    ("slow it down to 80 percent", 0.8),
    ("speed it up to 150 percent", 1.5),
    ("at 80 percent speed", 0.8),
    ("80 percent of the original speed", 0.8),
    ("set the speed to 1.5", 1.5),
    ("at speed two", 2),
    ("at 2x speed", 2),
    ("1.5x", 1.5),
    ("speed 0.5", 0.5),
    ("1.25 times faster", 1.25),
    ("three times slower", 1 / 3),
    ("twice as slow", 0.5),
    ("half as slow", 2),
    ("a third faster", 4 / 3),
    ("a quarter slower", 0.75),
    ("speed up by half", 1.5),
    ("slow it down by half", 0.5),
    ("slow it down two times", 0.5),
    ("at normal speed", 1),
    ("faster", None),
    ("a bit slower", None),
    ("120 percent slower", None),
    ("speed up two seconds of it", None),
    ("play the dog twice", None),
    ("", None),
]


@pytest.mark.parametrize(("said", "factor"), SPEEDS)
def test_speeds(said: str, factor: float | None) -> None:
    assert speed(said) == (factor if factor is None else pytest.approx(factor))
