"""Quantities in words, told in another unit: "five miles in kilometers", "six foot two in centimetres".

    an amount and its unit, perhaps twice  │ the unit without an amount is the one that is wanted
    six foot two                           │ centimetres

What a unit is worth is pint's to know; which words name one is said here, because pint reads "kilos" as kiloseconds.
"""

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import pint

from assistant.errors import TaskError
from router.arithmetic import spoken_number
from router.numerals import Tokens, numeral

NO_RATES = "I have no exchange rates, so I cannot convert money."
NO_TARGET = "Into which unit? Say it like five miles in kilometers."
NO_AMOUNT = "How much of it? Say it like five miles in kilometers."
LONGEST = 5
"""Tokens of a unit's name."""

_CURRENCIES = re.compile(
    r"\b(?:dollars?|euros?|yen|yuan|rupees?|francs?|pesos?|roubles?|rubles?|won|krona|crowns?|sterling|bitcoins?|cents?|"
    r"usd|eur|gbp|chf|jpy|bucks?|quid)\b|[$€£¥]"
)
_ALIASES: Mapping[str, str] = {
    **{"gig": "gigabyte", "meg": "megabyte", "psi": "pound_force_per_square_inch"},
    **{"f": "degree_Fahrenheit", "fahrenheit": "degree_Fahrenheit", "° f": "degree_Fahrenheit"},
    **{"c": "degree_Celsius", "celsius": "degree_Celsius", "centigrade": "degree_Celsius", "° c": "degree_Celsius"},
    **{
        "k": "kelvin",
        "kilo": "kilogram",
        "kg": "kilogram",
        "g": "gram",
        "mg": "milligram",
        "lb": "pound",
        "oz": "ounce",
    },
    **{"km": "kilometer", "m": "meter", "cm": "centimeter", "mm": "millimeter", "mi": "mile", "ft": "foot"},
    **{
        "in": "inch",
        "yd": "yard",
        "feet": "foot",
        "inches": "inch",
        "l": "liter",
        "ml": "milliliter",
        "cl": "centiliter",
    },
    **{
        "dl": "deciliter",
        "gal": "gallon",
        "tbsp": "tablespoon",
        "tsp": "teaspoon",
        "fl oz": "fluid_ounce",
        "ha": "hectare",
    },
    **{
        "s": "second",
        "sec": "second",
        "min": "minute",
        "h": "hour",
        "hr": "hour",
        "ms": "millisecond",
        "tonne": "metric_ton",
    },
    **{"mph": "mile / hour", "kph": "kilometer / hour", "kmh": "kilometer / hour", "km / h": "kilometer / hour"},
    **{"m / s": "meter / second", "knot": "knot", "b": "byte", "kb": "kilobyte", "mb": "megabyte", "gb": "gigabyte"},
    **{
        "tb": "terabyte",
        "kib": "kibibyte",
        "mib": "mebibyte",
        "gib": "gibibyte",
        "stones": "stone",
        "calorie": "kilocalorie",
    },
    **{
        "us gallon": "gallon",
        "imperial gallon": "imperial_gallon",
        "imperial pint": "imperial_pint",
        "uk pint": "imperial_pint",
    },
    **{
        "clock": "",
        "point": "",
        "percent": "",
        "half": "",
        "quarter": "",
        "turn": "",
        "count": "",
        "are": "",
        "bit": "bit",
    },
}
"""How a unit may be called besides its name in pint; empty: no unit here."""
_SPELLING = (("metre", "meter"), ("litre", "liter"), ("gramme", "gram"), ("metric tonne", "metric ton"))
_SKIPPED = ("degree", "degrees", "°", "of")
_MANY = {
    **{"foot": "feet", "inch": "inches", "century": "centuries"},
    **{name: name for name in ("hertz", "stone", "horsepower", "kelvin")},
}


@dataclass(frozen=True, slots=True)
class _Said:
    """A unit that was said; `amount` is None where none was."""

    unit: Any
    amount: float | None
    start: int
    """The index of its first token."""
    end: int
    """The index of the first token after it."""


@cache
def _registry() -> Any:
    return pint.UnitRegistry(cache_folder=None)


def converted(text: str) -> str:
    """A sentence with a quantity in the unit asked for. The first call takes a while.

    Raises:
        TaskError: it is not clear what is asked for, or there is no answer; the sentence says which.
    """
    said = text.lower().replace("’", "'")
    units = _units(Tokens(said))
    if _CURRENCIES.search(said):
        raise TaskError(NO_RATES)
    wanted = [unit for unit in units if unit.amount is None]
    given = _together([unit for unit in units if unit.amount is not None])
    if not wanted:
        raise TaskError(NO_TARGET if given else "I do not know such units.")
    if not given:
        raise TaskError(NO_AMOUNT if len(units) > 1 else f"I know {_many(wanted[0].unit)}, but not the other unit.")
    return _sentence(given, wanted[-1].unit)


def _sentence(given: Sequence[_Said], wanted: Any) -> str:
    quantities = [_registry().Quantity(unit.amount, unit.unit) for unit in given]
    if wanted.dimensionality != quantities[0].dimensionality:
        wanted = _fluid(wanted)
        quantities = [_registry().Quantity(q.magnitude, _fluid(q.units)) for q in quantities]
    try:
        total = quantities[0]
        for quantity in quantities[1:]:
            total = total + quantity
        value = float(total.to(wanted).magnitude)
    except (pint.DimensionalityError, pint.OffsetUnitCalculusError) as error:
        kinds = f"{_many(given[0].unit)} into {_many(wanted)}"
        raise TaskError(f"I cannot turn {kinds}; they measure different things.") from error
    amounts = " and ".join(_amount(float(q.magnitude), q.units) for q in quantities)
    is_ = "is" if len(given) == 1 and given[0].amount == 1 else "are"
    return f"{amounts[:1].upper()}{amounts[1:]} {is_} {_amount(value, wanted, _decimals(value))}."


def _together(given: Sequence[_Said]) -> Sequence[_Said]:
    """The amounts that were said last, as long as they are one: "six feet", "two inches"."""
    first = len(given) - 1
    while first > 0 and given[first].start - given[first - 1].end <= 1 and _is_part(given[first], given[first - 1]):
        first -= 1
    return given[max(first, 0) :]


def _is_part(smaller: _Said, larger: _Said) -> bool:
    """Whether an amount goes on with the next smaller unit."""
    if smaller.unit.dimensionality != larger.unit.dimensionality or "degree_" in str(smaller.unit):
        return False
    one = _registry().Quantity(1, larger.unit)
    return bool(one.to(smaller.unit).magnitude > 1)


def _fluid(unit: Any) -> Any:
    """Ounces may be of weight or of volume."""
    return _registry().Unit("fluid_ounce") if str(unit) == "ounce" else unit


def _decimals(value: float) -> int | None:
    """Three digits that count, and no more than are worth hearing."""
    size = abs(value)
    for places in range(3):
        if math.isclose(round(value, places), value, rel_tol=1e-9):
            return places
    return 0 if size >= 1000 else 1 if size >= 100 else 2 if size >= 1 else None


def _amount(value: float, unit: Any, decimals: int | None = None) -> str:
    number = spoken_number(value, decimals)
    return f"{number} {_one(unit) if number in ('1', '-1') else _many(unit)}"


# ------------------------------------------------------------------ units in words


def _units(tokens: Tokens) -> Sequence[_Said]:
    """The units that are said, each with its amount, in order."""
    found, at = list[_Said](), 0
    while at < len(tokens):
        said = _measured(tokens, at, found[-1] if found else None) or _named(tokens, at)
        if said:
            found.append(said)
        at = said.end if said else at + 1
    return found


def _measured(tokens: Tokens, at: int, before: _Said | None) -> _Said | None:
    """An amount and its unit; behind feet, a bare number is inches, and behind stone, pounds."""
    number = numeral(tokens, at)
    if number is None and tokens.word(at) in ("a", "an", "one"):
        number = (1.0, at + 1)
    if number is None:
        return None
    value, end = number
    if value < 1:
        end = tokens.skip(tokens.skip(end, "of"), "a", "an")
    unit = _unit(tokens, end)
    if unit and not (tokens.word(end) == "in" and tokens.word(end + 1) not in ("to", "into", "in", "as", "=")):
        return _Said(unit[0], value, at, unit[1])
    smaller = {"foot": "inch", "stone": "pound"}.get(str(before.unit)) if before and before.end == at else None
    return (
        _Said(_registry().Unit(smaller), value, at, end) if smaller and before and before.amount is not None else None
    )


def _named(tokens: Tokens, at: int) -> _Said | None:
    """A unit without an amount, such as the one that is wanted."""
    word = tokens.word(at)
    unit = (
        _unit(tokens, at) if word != "in" and (len(word) > 1 or tokens.word(at - 1) in ("in", "to", "into")) else None
    )
    return _Said(unit[0], None, at, unit[1]) if unit else None


def _unit(tokens: Tokens, at: int) -> tuple[Any, int] | None:
    """The unit with the longest name that begins at a token, and the index after it."""
    while tokens.word(at) in _SKIPPED:
        at += 1
    for length in range(LONGEST, 0, -1):
        words = [tokens.word(at + n) for n in range(length)]
        if all(words) and (unit := _by_words(" ".join(words))) is not None:
            return unit, at + length
    return None


@cache
def _by_words(words: str) -> Any:
    """The unit of a name; None where there is none."""
    for british, american in _SPELLING:
        words = words.replace(british, american)
    if part := re.fullmatch(r"(.+?) (?:per|a|an|/) (.+)", words):
        over, under = _by_words(part[1]), _by_words(part[2])
        return None if over is None or under is None else over / under
    if power := re.fullmatch(r"(square|cubic) (.+)", words):
        unit = _by_words(power[2])
        return None if unit is None else unit ** (2 if power[1] == "square" else 3)
    for name in (words, words.removesuffix("s"), words.removesuffix("es")):
        if name in _ALIASES:
            return _registry().Unit(_ALIASES[name]) if _ALIASES[name] else None
    return _by_its_name(words)


def _by_its_name(words: str) -> Any:
    """Pint's unit of just this name, in the singular or the plural; no abbreviations, and no guesses."""
    name = words.replace(" ", "_")
    try:
        unit = _registry().Unit(name)
    except (pint.UndefinedUnitError, pint.errors.DefinitionSyntaxError, ValueError, TypeError, AttributeError):
        return None
    own = str(unit)
    return unit if name in (own, f"{own}s", f"{own}es", _MANY.get(own)) and len(name) > 2 else None


def _one(unit: Any) -> str:
    return _spoken(unit, many=False)


def _many(unit: Any) -> str:
    return _spoken(unit, many=True)


def _spoken(unit: Any, many: bool) -> str:
    """A unit's name as it is said: "miles per hour", "square meters", "degrees Celsius"."""
    over, _, under = str(unit).partition(" / ")
    name, _, power = over.partition(" ** ")
    square = {"2": "square ", "3": "cubic "}.get(power, "")
    if name.startswith("degree_"):
        return f"{'degrees' if many else 'degree'} {name.removeprefix('degree_')}"
    if "_per_" in name:
        name, _, under = name.partition("_per_")
    plural = _MANY.get(name, f"{name}s") if many else name
    return (square + plural + (f" per {under}" if under else "")).replace("_", " ")
