"""Sums and units, as people say them."""

import random
from pathlib import Path

import pytest

from assistant.clock import run_virtually
from assistant.errors import TaskError
from assistant.workspace import Workspace
from router.abilities.sums import calculate, convert_units
from router.arithmetic import BY_ZERO, NO_LOGARITHM, NO_ROOT, TOO_LARGE, UNCLEAR, evaluate, is_sum, spoken_number
from router.quantities import converted
from router.task import Context
from tts.normalize.numbers import cardinal

SUMS: list[tuple[str, float]] = [
    ("twelve times eighty", 960),
    ("what's twelve times eighty?", 960),
    ("5 x 6", 30),
    ("100-5", 95),
    ("ten minus five", 5),
    ("ten minus minus five", 15),
    ("three and a half plus a quarter", 3.75),
    ("three quarters minus one half", 0.25),
    ("a hundred and twenty divided by seven plus one", 120 / 7 + 1),
    ("forty two over five", 8.4),
    ("(2+3)*4", 20),
    ("two plus three times four", 14),
    ("15 % of 80", 12),
    ("seventeen percent of four hundred and twenty", 71.4),
    ("fifteen per cent of eighteen thousand", 2700),
    ("a tip of 20 percent on 45.80", 9.16),
    ("a 20 percent tip on $45.80", 9.16),
    ("10% off 80", 72),
    ("80 plus 10 percent", 88),
    ("80 minus 10 percent", 72),
    ("45 dollars less 20 percent", 36),
    ("20 percent more than 50", 60),
    ("what percent of 80 is 20", 25),
    ("20 is what percent of 80", 25),
    ("half of 80", 40),
    ("a third of 90", 30),
    ("two thirds of a hundred and twenty", 80),
    ("the square root of two", 2**0.5),
    ("sqrt(2) * 48000", 2**0.5 * 48000),
    ("the square root of 16 plus 9", 13),
    ("the cube root of 27", 3),
    ("5 squared plus three cubed", 52),
    ("2 to the power of 10", 1024),
    ("ten to the third power", 1000),
    ("2^10", 1024),
    ("2 to the power of minus one", 0.5),
    ("five factorial", 120),
    ("5!", 120),
    ("20 times log10 of 0.5", -6.020599913279624),
    ("17 modulo 5", 2),
    ("the remainder of 17 divided by 5", 2),
    ("the sum of three, four and five", 12),
    ("the average of 3, 4 and 5", 4),
    ("the product of six and seven", 42),
    ("seven and eight and nine together", 24),
    ("add 5 to 7", 12),
    ("subtract 3 from 10", 7),
    ("37 from 112", 75),
    ("divide a thousand by eight", 125),
    ("multiply six by seven", 42),
    ("the difference between nine and four", 5),
    ("how many times does 7 go into 84", 12),
    ("twice twelve", 24),
    ("three and a half scoops times six feeds is how much", 21),
    ("I have three hundred forty minus eighty five, how much is it?", 255),
    ("19.99 plus 4.50 minus 3", 21.49),
    ("1/3", 1 / 3),
]


@pytest.mark.parametrize(("text", "value"), SUMS)
def test_sums(text: str, value: float) -> None:
    assert evaluate(text) == pytest.approx(value, rel=1e-9)
    assert is_sum(text)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("7 divided by 0", BY_ZERO),
        ("17 modulo 0", BY_ZERO),
        ("0 to the power of minus one", BY_ZERO),
        ("9 to the power of 9999999", TOO_LARGE),
        ("9**9**9**9", TOO_LARGE),
        ("10 to the power of 999 times 1.5", TOO_LARGE),
        ("a thousand factorial", TOO_LARGE),
        ("the square root of minus four", NO_ROOT),
        ("log of zero", NO_LOGARITHM),
        ("the weather", UNCLEAR),
        ("twelve", UNCLEAR),
        ("six by seven", UNCLEAR),
        ("99 bottles", UNCLEAR),
        ("the sine of 30 plus 1", UNCLEAR),
        ("2 +", UNCLEAR),
        ("((((1 + 2", UNCLEAR),
        ("__import__('os').system('true')", UNCLEAR),
        ("exec(1)", UNCLEAR),
        ("x.__class__ + 1", UNCLEAR),
        ("1 + " * 200 + "1", UNCLEAR),
        ("", UNCLEAR),
    ],
)
def test_what_cannot_be_worked_out_is_told(text: str, reason: str) -> None:
    with pytest.raises(TaskError) as refused:
        evaluate(text)
    assert str(refused.value) == reason


def test_any_sum_of_signs_is_what_python_says() -> None:
    chance, words = random.Random(8), {"plus": "+", "minus": "-", "times": "*", "divided by": "/"}
    for _ in range(400):
        numbers = [chance.randint(1, 2000) for _ in range(chance.randint(2, 5))]
        signs = [chance.choice(list(words)) for _ in numbers[1:]]
        said, written = cardinal(numbers[0]), str(numbers[0])
        for sign, number in zip(signs, numbers[1:], strict=True):
            said += f" {sign} {cardinal(number)}"
            written += f" {words[sign]} {number}"
        assert evaluate(said) == pytest.approx(eval(written), rel=1e-9), said
        assert evaluate(written) == pytest.approx(eval(written), rel=1e-9), written


def test_odd_words_are_worked_out_or_refused() -> None:
    chance = random.Random(9)
    words = ["plus", "minus", "5", "(", ")", "percent", "of", "root", "square", "to", "the", "power", "!", "log", "two"]
    for _ in range(2000):
        text = " ".join(chance.choices(words, k=chance.randint(1, 8)))
        try:
            assert isinstance(evaluate(text), (int, float))
        except TaskError as error:
            assert str(error) in (UNCLEAR, BY_ZERO, TOO_LARGE, NO_ROOT, NO_LOGARITHM)


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (960, "960"),
        (1234567, "1,234,567"),
        (-5.5, "-5.5"),
        (0, "0"),
        (2**0.5, "about 1.4142"),
        (120 / 7, "about 17.14"),
        (1234.5678, "about 1,234.57"),
        (0.1 + 0.2, "0.3"),
        (0.000123456, "about 0.000123"),
        (2.0**100, "about 1.27 times 10 to the power of 30"),
    ],
)
def test_numbers_are_rounded_for_the_ear(value: float, words: str) -> None:
    assert spoken_number(value) == words


UNITS: list[tuple[str, str]] = [
    ("five miles in kilometers", "5 miles are about 8.05 kilometers."),
    ("how many kilometers are five miles", "5 miles are about 8.05 kilometers."),
    ("ten miles is how many kilometres", "10 miles are about 16.09 kilometers."),
    ("350 fahrenheit to celsius", "350 degrees Fahrenheit are about 176.7 degrees Celsius."),
    ("minus 40 celsius in fahrenheit", "-40 degrees Celsius are -40 degrees Fahrenheit."),
    ("0 celsius in kelvin", "0 degrees Celsius are 273.15 kelvin."),
    ("how many grams are in two pounds", "2 pounds are about 907.2 grams."),
    ("70 kilos in pounds", "70 kilograms are about 154.3 pounds."),
    ("a gallon in liters", "1 gallon is about 3.79 liters."),
    ("two cups to millilitres", "2 cups are about 473.2 milliliters."),
    ("how many teaspoons in a tablespoon", "1 tablespoon is 3 teaspoons."),
    ("8 ounces in grams", "8 ounces are about 226.8 grams."),
    ("8 ounces in milliliters", "8 fluid ounces are about 236.6 milliliters."),
    ("six foot two in centimetres", "6 feet and 2 inches are 187.96 centimeters."),
    ("eight pounds six ounces in kilos", "8 pounds and 6 ounces are about 3.8 kilograms."),
    ("eleven stone, that's how many kilos", "11 stone are about 69.85 kilograms."),
    ("72 in to mm", "72 inches are 1,828.8 millimeters."),
    ("an inch in centimeters", "1 inch is 2.54 centimeters."),
    ("how many feet are in a mile", "1 mile is 5,280 feet."),
    ("half a mile in meters", "0.5 miles are about 804.7 meters."),
    ("60 mph in kph", "60 miles per hour are about 96.56 kilometers per hour."),
    ("20 knots in kilometers an hour", "20 knots are 37.04 kilometers per hour."),
    ("5 m/s in km/h", "5 meters per second are 18 kilometers per hour."),
    ("10 square meters in square feet", "10 square meters are about 107.6 square feet."),
    ("40 acres into hectares", "40 acres are about 16.19 hectares."),
    ("3 cubic feet in liters", "3 cubic feet are about 84.95 liters."),
    ("ninety minutes as hours", "90 minutes are 1.5 hours."),
    ("how many seconds in a day", "1 day is 86,400 seconds."),
    ("2 gigs in megabytes", "2 gigabytes are 2,000 megabytes."),
    ("3.5 GiB to megabytes", "3.5 gibibytes are about 3,758 megabytes."),
    ("I've forty pounds of camera gear; what's forty pounds in kilos?", "40 pounds are about 18.14 kilograms."),
]


@pytest.mark.parametrize(("text", "sentence"), UNITS)
def test_units(text: str, sentence: str) -> None:
    assert converted(text) == sentence


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("50 dollars in euros", "no exchange rates"),
        ("how much is £20 in euros", "no exchange rates"),
        ("five smoots in meters", "I know meters, but not the other unit"),
        ("5 miles in kilograms", "cannot turn miles into kilograms"),
        ("20 degrees celsius in meters", "cannot turn degrees Celsius into meters"),
        ("5 miles", "Into which unit"),
        ("knots to mph", "How much of it"),
        ("one thing in another", "do not know such units"),
        ("", "do not know such units"),
    ],
)
def test_what_cannot_be_converted_is_told(text: str, reason: str) -> None:
    with pytest.raises(TaskError, match=reason):
        converted(text)


def test_there_and_back_again() -> None:
    chance = random.Random(10)
    pairs = [("miles", "kilometers"), ("pounds", "kilograms"), ("celsius", "fahrenheit"), ("gallons", "liters")]
    for _ in range(60):
        value, (one, other) = chance.randint(2, 900), chance.choice(pairs)
        there = converted(f"{value} {one} in {other}").rstrip(".").replace("degrees ", "")
        amount = there.split(" are ")[1].removeprefix("about ").replace(",", "")
        back = converted(f"{amount} in {one}").rstrip(".").replace("degrees ", "")
        again = float(back.split(" are ")[1].removeprefix("about ").replace(",", "").split()[0])
        assert again == pytest.approx(value, rel=0.01, abs=0.3)


def test_both_are_spoken_as_sentences(tmp_path: Path) -> None:
    async def main() -> list[str]:
        context = Context(Workspace(tmp_path))
        sums = await calculate(context, {"text": "twelve times eighty"})
        units = await convert_units(context, {"text": "five miles in kilometers"})
        return [sums.text, units.text]

    assert run_virtually(main()) == ["That is 960.", "5 miles are about 8.05 kilometers."]
