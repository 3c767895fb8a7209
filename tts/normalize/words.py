"""Any text without white space, run by run: letters, digits, signs. It knows nothing of neighbours.

_id-v2.1/x=3  →  _ | id | - | v | 2.1 | / | x | = | 3  →  id version two point one slash x equals three
"""

import re
from collections.abc import Sequence

from tts.normalize.characters import GREEK, LATIN
from tts.normalize.clause import MARKS
from tts.normalize.letters import spelled, word
from tts.normalize.numbers import code, digits, number, ordinal, year
from tts.normalize.symbols import FRACTIONS, GREEK_NAMES, SIGNS, SUPERSCRIPTS

_RUN = re.compile(
    rf"""
    [{LATIN}]+ (?:'[{LATIN}]+)*                   # a word
    | \d+ (?:st|nd|rd|th) (?![{LATIN}])           # an ordinal
    | \d+ (?:\.\d+){{2,}}                         # a version
    | \d+ (?:,\d{{3}}(?!\d))* (?:\.\d+)?          # a number
    | [⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+
    | [{GREEK}]
    | .
    """,
    re.DOTALL | re.VERBOSE,
)
_PAUSES = {",": ",", ";": ";", ":": ",", "?": "?", "!": "!", "…": "…", "—": "—", "–": ","}
_OPERATORS = re.compile(r"(?<=\w)[-/](?=\w)")
"""Signs that are operators in equations and nothing of that sort elsewhere."""
_HASH = re.compile(r"(?=[0-9a-f-]*\d)(?=[0-9a-f-]*[a-f])[0-9a-f]{7,}(?:-[0-9a-f]{4,})*")
_HASH_SAID = 6
"""Signs of a long fingerprint that are said."""
_VOWEL = re.compile("[aeiouyAEIOUY]")


def spoken(text: str, *, is_shouted: bool = False) -> str:
    """The words of a text; a mark stands behind the word that it follows."""
    if len(text) < 100 and _HASH.fullmatch(text):
        return " ".join(number(c) if c.isdigit() else c.upper() for c in text.replace("-", "")[: _hash_length(text)])
    if "=" in text:
        text = _OPERATORS.sub(lambda m: "−" if m.group() == "-" else "÷", text)
    runs = _RUN.findall(text.lower() if text.isupper() and "_" in text else text)
    said = [_run(runs, i, is_shouted) for i in range(len(runs))]
    return joined(" ".join(said).split())


def joined(words: Sequence[str]) -> str:
    """Words and marks as one string: a mark clings to the word before it, one at most and none at the beginning."""
    result: list[str] = []
    for piece in words:
        if piece not in MARKS:
            result.append(piece)
        elif result and result[-1][-1] not in MARKS:
            result[-1] += piece
    return " ".join(result)


def _hash_length(text: str) -> int:
    return _HASH_SAID if len(text) > 12 else len(text)


def _run(runs: Sequence[str], index: int, is_shouted: bool) -> str:
    """What is said for one run between its neighbours."""
    run = runs[index]
    before = runs[index - 1] if index else ""
    after = runs[index + 1] if index + 1 < len(runs) else ""
    if run[0] in "0123456789":
        return _figure(f"{runs[index - 2]}-" if before == "-" and index > 1 else before, run, after)
    if run[0].isalpha() and run not in GREEK_NAMES and run[0] not in SUPERSCRIPTS:
        return _letters(run, after, is_shouted)
    return _sign(before, run, after)


def _figure(before: str, run: str, after: str) -> str:
    """Digits; behind a letter, a capital with a hyphen, and in 1080p, they are a name."""
    if run.endswith(("st", "nd", "rd", "th")):
        return ordinal(int(run[:-2])) if len(run) < 18 else digits(run)
    if run.count(".") > 1:
        return " point ".join(number(part) for part in run.split("."))
    is_behind = before[-1:].isalpha() or (before[-1:] == "-" and before[:-1].isalpha() and before[0].isupper())
    if before[-1:] == "-" and before[:-1].islower() and len(run) == 4 and "1100" <= run < "2100":
        return year(int(run))
    is_name = run.isdigit() and (is_behind or (len(run) in (3, 4) and len(after) == 1 and after.isalpha()))
    return code(run) if is_name else number(run)


def _letters(run: str, after: str, is_shouted: bool) -> str:
    if run in ("v", "V") and after[:1].isdigit():
        return "version"
    if len(run) == 1 and run.isascii():
        return run.upper()
    if after in ("=", "^", "²", "³") and len(run) == 2 and not _VOWEL.search(run):
        return spelled(run)
    return word(run, is_shouted=is_shouted)


def _sign(before: str, sign: str, after: str) -> str:
    """A word, a mark or nothing."""
    if sign[0] in SUPERSCRIPTS:
        return _power(before, sign)
    if sign in FRACTIONS:
        return f"and {FRACTIONS[sign]}" if before[-1:].isdigit() else FRACTIONS[sign]
    if sign in "-−–" and after[:1].isdigit() and not before:
        return "minus"
    if sign == ".":
        return _dot(before, after)
    if sign in "#*~:+–":
        return _in_context(before, sign, after)
    return SIGNS.get(sign) or GREEK_NAMES.get(sign) or _PAUSES.get(sign, "")


def _dot(before: str, after: str) -> str:
    """Within a name it is said; between sentences without a space it closes one."""
    if before[-1:].islower() and after[:1].isupper() and after[1:2].islower():
        return "."
    if before[-1:].isdigit() and after[:1].isdigit():
        return "point"
    return "dot" if after[:1].isalnum() else ""


def _in_context(before: str, sign: str, after: str) -> str:
    """Signs that mean different things by what stands around them."""
    is_between_digits = before[-1:].isdigit() and after[:1].isdigit()
    match sign:
        case "#":
            is_note = len(before) == 1 and before.isalpha()
            return "sharp" if is_note else "number" if after[:1].isdigit() else ""
        case "*":
            return "times" if is_between_digits else ""
        case "~":
            return "about" if after[:1].isdigit() else ""
        case "+":
            return "plus"
        case ":":
            return "" if is_between_digits or after in (":", "") or before == ":" else ","
    is_span = is_between_digits or (before[:1].isupper() and after[:1].isupper())
    return "to" if is_span else ","


def _power(before: str, sign: str) -> str:
    value = "".join(SUPERSCRIPTS[c] for c in sign)
    if value.strip("-").isdigit():
        short = {"2": "squared", "3": "cubed"} if before != "10" else {}
        return short.get(value, f"to the power of {number(value)}")
    return ""
