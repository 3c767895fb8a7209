"""Characters: what is not read aloud goes, many ways to write one thing become one, other scripts become Latin."""

import re
import unicodedata
from functools import lru_cache

from anyascii import anyascii

LATIN = "A-Za-zÀ-ÖØ-öø-ňŊ-ž"
"""The letters, as a range of a regular expression, that stay as they are: English, and what Europe adds to it."""
GREEK = "α-ωΑ-Ω"
SIGNS = "°©№§¶€£¥₹₩₽₺₪₫₱฿₿¢×÷±−≈≠≤≥→∞√½⅓⅔¼¾⅕⅖⅗⅘⅙⅚⅛⅜⅝⅞⁰¹²³⁴⁵⁶⁷⁸⁹⁻♯♭‰–—…"
"""Signs that rules know."""

_LETTER = re.compile(f"[{LATIN}{GREEK}]")
_SAME = {
    **dict.fromkeys("‘’‚‛′´ʼʹʻ＇", "'"),
    **dict.fromkeys("“”„‟″«»‹›「」『』《》〈〉", '"'),
    **dict.fromkeys("‐‑‒⁃﹣－", "-"),
    **dict.fromkeys("―⸺⸻", "—"),
    **dict.fromkeys("。．।॥۔։", "."),
    **dict.fromkeys("，、،", ","),
    **dict.fromkeys("？؟", "?"),
    **dict.fromkeys("¿¡", ""),
    **{"！": "!", "；": ";", "؛": ";", "：": ":", "／": "/", "⁄": "/", "∕": "/"},
    **{"µ": "μ", "Ω": "Ω", "º": "°", "℃": "°C", "℉": "°F", "⇒": "→", "⟶": "→", "·": " ", "•": "", "∗": "*"},
    **{"♥": "", "⋅": "×", "∙": "×", "∼": "~", "⩽": "≤", "⩾": "≥", "＄": "$", "％": "%", "＠": "@", "＃": "#"},
}
_DIGRAPHS = {
    **{"->": "→", "=>": "→", "-->": "→", "==>": "→", "<=": "≤", ">=": "≥", "!=": "≠", "==": "=", "===": "="},
    **{"&&": "&", "+/-": "±", "+-": "±", "--": "—", "---": "—"},
}
_SEQUENCE = re.compile(r"\.{2,}[/\\]?|[-=<>!&+/]{2,}")
_ANSI = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")
_GREEK_WORD = re.compile(f"[{GREEK}]{{2,}}")


def cleaned(token: str) -> str:
    """A written word without controls, pictures and marks that stand over letters of other scripts.

    Quotation marks become straight ones and other scripts Latin, by the library `anyascii`. No white space arises.
    """
    if token.isalnum() and token.isascii():
        return token
    if "\x1b" in token:
        token = _ANSI.sub("", token)
    if not token.isascii() or not token.isprintable():
        token = "".join(map(_plain, unicodedata.normalize("NFC", token)))
        token = _GREEK_WORD.sub(lambda m: anyascii(m.group()), token)
    return _SEQUENCE.sub(_digraph, token)


def _digraph(match: re.Match[str]) -> str:
    """Dots that trail off, and signs that are typed as two; but not dots of a path."""
    signs = match.group()
    if signs[0] == ".":
        return "…" if signs[-1] == "." else signs
    return _DIGRAPHS.get(signs, signs)


@lru_cache(4096)
def _plain(character: str) -> str:
    """What takes the place of a character."""
    if character.isascii():
        return character if character.isprintable() else ""
    if character in _SAME:
        return _SAME[character].strip()
    if character in SIGNS or _LETTER.match(character):
        return character
    return _of_category(character, unicodedata.category(character))


def _of_category(character: str, category: str) -> str:
    """Digits become ours; pictures, controls and combining marks go; anything else is written in ASCII."""
    if category == "Nd":
        return str(unicodedata.digit(character))
    if category[0] in "CSZ" or unicodedata.combining(character) or category == "Me":
        return ""
    ascii_ = anyascii(character).strip(" '`")
    return "-".join(word for word in ascii_.split() if word.isprintable())
