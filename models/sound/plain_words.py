"""What people say of places in one form: lower case, digits for numbers, "me" and "my" for the listener.

"Forty-five degrees to the player's right, right by his ear" ─▶ "45 degrees to my right, by my ear"
"""

import re

_ONES = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
]
_TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
_SMALL = {word: n for n, word in enumerate(_ONES)}
_LARGE = {word: 10 * n for n, word in enumerate(_TENS, 2)}
_BELOW_HUNDRED = rf"(?:(?:{'|'.join(_TENS)})(?: (?:{'|'.join(_ONES[1:10])}))?|{'|'.join(reversed(_ONES))})"
_NUMBER = re.compile(
    rf"\b(?:(?P<hundreds>a|one|two|three) hundred(?: and)?(?: (?P<rest>{_BELOW_HUNDRED}))?|(?P<below>{_BELOW_HUNDRED}))"
    rf"(?P<half> and a half)?(?: point (?P<tenths>{'|'.join(_ONES[:10])}))?\b"
)
_FORMS = tuple(
    (re.compile(pattern), said)
    for pattern, said in (
        (r"[’`]", "'"),
        (r"°", " degrees "),
        (r"(?<=[a-z])-(?=[a-z])|(?<=\d)-(?=[a-z])", " "),
        (r"\b(?:minus|negative) (?=\w)", "-"),
        (r"\bo'? ?clock\b", "o'clock"),
        (r"\b(?:anti|counter) ?clockwise\b", "anticlockwise"),
        (r"\ba couple of\b", "2"),
        (r"\b(?:a )?half (?:a |an )?(?=met|second|turn|circle|round|lap|rotation|orbit)", "0.5 "),
        (r"\b(?:a )?quarter (?:of a |a )?(?=turn|circle|round|lap|rotation|orbit)", "0.25 "),
        (
            r"\b(?:the )?(?:listener|player|user|hearer|audience|person)'s\b|\b(?:your|our|his|their)\b|\b1's\b",
            "my",
        ),
        (r"\b(?:the )?(?:listener|player|user|hearer|audience)\b|\b(?:us|you|myself|yourself|ourselves)\b", "me"),
        (r"\bin back of\b|\bat the back of\b|\bto the rear of\b", "behind"),
        (r"\b(left|right) hand\b", r"\1"),
        (r"\b1 ear to the other\b", "left ear to right ear"),
        (r"\b1 (?:side|end) to the other\b", "left to right"),
        (r"\b(?:all right|alright|right now|right away|please)\b", " "),
        (r"\b(end(?:s|ing)?) up\b", r"\1"),
        (r"\bup (?=close)", " "),
        (r"\bover (?=there|here|on\b|to\b|by\b)", " "),
        (
            r"(?<!the )(?<!my )(?<!hard )(?<!far )(?<!front )(?<!back )(?<!to )\bright (?=behind|in\b|above|below|under"
            r"|over|by\b|up\b|next|at\b|beside|near|on\b|into|ahead|before|against|close|around|inside|to my left)",
            "",
        ),
    )
)
"""Words that say the same in another way, and a "right" that only means "just"."""


def plain(said: str) -> str:
    """The words in that form, parted by single spaces."""
    text = f" {said.lower()} "
    for pattern, instead in _FORMS[:5]:
        text = pattern.sub(instead, text)
    text = _NUMBER.sub(_figures, text)
    for pattern, instead in _FORMS[5:]:
        text = pattern.sub(instead, text)
    return " ".join(text.split())


def _figures(found: re.Match[str]) -> str:
    words = (found["rest"] or found["below"] or "zero").split()
    value = 100.0 * _SMALL.get(found["hundreds"], 1) if found["hundreds"] else 0.0  # "a hundred" is one
    value += sum(_SMALL.get(word, _LARGE.get(word, 0)) for word in words)
    value += 0.5 if found["half"] else 0.0
    value += _SMALL[found["tenths"]] / 10 if found["tenths"] else 0.0
    return f"{value:g}"
