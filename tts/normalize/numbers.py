"""Numbers in words, as Americans say them."""

import re

from tts.normalize.tables import listed

SMALL = listed(
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen"
)
TENS = ("", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
SCALES = ("", "thousand", "million", "billion", "trillion", "quadrillion", "quintillion")
LONGEST = 3 * len(SCALES) - 3
"""Digits, 18; a longer number is said digit by digit."""
NUMBER = r"(?:\d{1,3}(?:,\d{3})+|\d+)?(?:\.\d+)?(?<=\d)"
"""A number without a sign, as a regular expression."""
SIGNED = rf"[-+−±]?{NUMBER}"
SPAN = rf"{SIGNED}(?:[-–]{NUMBER})?"
"""A number, or two with a dash between them."""

_SPAN = re.compile(rf"({SIGNED})[-–]({NUMBER})")
_SIGNS = {"-": "minus ", "−": "minus ", "+": "plus ", "±": "plus or minus "}
_ORDINALS = {
    **{"one": "first", "two": "second", "three": "third", "five": "fifth", "eight": "eighth", "nine": "ninth"},
    "twelve": "twelfth",
}


def cardinal(number: int) -> str:
    """0 and more: 123 is "one hundred twenty-three"."""
    if number < 1000:
        return _below_thousand(number)
    if len(str(number)) > LONGEST:
        return digits(str(number))
    groups = []
    for scale in SCALES:
        number, group = divmod(number, 1000)
        if group:
            groups.append(f"{_below_thousand(group)} {scale}".strip())
    return " ".join(reversed(groups))


def _below_thousand(number: int) -> str:
    hundreds, rest = divmod(number, 100)
    words = [f"{SMALL[hundreds]} hundred"] if hundreds else []
    if rest or not hundreds:
        tens, ones = divmod(rest, 10)
        small = f"{TENS[tens]}-{SMALL[ones]}" if ones else TENS[tens]
        words.append(SMALL[rest] if rest < 20 else small)
    return " ".join(words)


def ordinal(number: int) -> str:
    """0 and more: 21 is "twenty-first"."""
    words = cardinal(number)
    cut = max(words.rfind(" "), words.rfind("-")) + 1
    last = words[cut:]
    return words[:cut] + (_ORDINALS.get(last) or (f"{last[:-1]}ieth" if last.endswith("y") else f"{last}th"))


def digits(text: str) -> str:
    """The digits one by one; what else the text holds is passed over."""
    return " ".join(SMALL[int(c)] for c in text if c in "0123456789")


def number(text: str) -> str:
    """What `SIGNED` matches: "-1,234.50" is "minus one thousand two hundred thirty-four point five zero"."""
    sign = _SIGNS.get(text[:1], "")
    whole, point, fraction = text.lstrip("-+−±").replace(",", "").partition(".")
    words = _whole(whole) if whole else ""
    return sign + (f"{words} point {digits(fraction)}".strip() if point else words)


def _whole(text: str) -> str:
    """A leading zero, as in 007, and great length make it a row of digits."""
    if len(text) > LONGEST or (len(text) > 1 and text[0] == "0"):
        return digits(text)
    return cardinal(int(text))


def amount(text: str) -> str:
    """What `SPAN` matches: "3-5" is "three to five"."""
    span = _SPAN.fullmatch(text)
    return f"{number(span[1])} to {number(span[2])}" if span else number(text)


def is_one(text: str) -> bool:
    """Whether a noun behind this number is singular."""
    return text.lstrip("-+−") == "1"


def year(number: int) -> str:
    """In pairs where people say pairs: "nineteen eighty-four", "twenty twenty-six", but "two thousand five"."""
    century, rest = divmod(number, 100)
    if not 1100 <= number < 10_000 or 0 < number % 1000 < 10 or number % 1000 == 0:
        return cardinal(number)
    return _pair(century, rest)


def _pair(first: int, second: int) -> str:
    if not second:
        return f"{cardinal(first)} hundred"
    return f"{cardinal(first)} {'oh ' if second < 10 else ''}{cardinal(second)}"


def code(text: str) -> str:
    """Digits that name a thing: H100 "one hundred", 747 "seven forty-seven", 4090 "forty ninety", 90210 one by one."""
    value = int(text[:5])
    if len(text) > 4 or (len(text) > 1 and text[0] == "0"):
        return digits(text)
    if value < 100 or value % 1000 == 0:
        return cardinal(value)
    return _pair(*divmod(value, 100))


def plural(word: str) -> str:
    """The last of some words in the plural: "nineteen nineties", "inches"."""
    if word.endswith(("s", "x", "ch", "sh")):
        return f"{word}es"
    return f"{word[:-1]}ies" if word.endswith("y") and word[-2:-1] not in "aeou" else f"{word}s"
