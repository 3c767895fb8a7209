"""Words for times that are no length: how often something comes, how it fades, that it stops.

"one every two seconds", "twice a minute", "two seconds apart"  ─▶ every2p0, every30p0, every2p0
"fading in over five seconds", "fades out"                      ─▶ fadein5p0, fadeout0p0
"and stops", "at the end two seconds of nothing"                ─▶ then stops, then 2 seconds of nothing

Each becomes one word, so that what is read after it takes no part of it for how long all of it is.
"""

import re

_UNIT = r"(?P<unit>seconds?|secs?|minutes?|mins?|hours?)"
_NUMBER = r"(?P<number>\d+(?:\.\d+)?)"
_UNITS_S = {"s": 1.0, "m": 60.0, "h": 3600.0}
_EACH = r"(?:\b(?:and|with|then|each|exactly|about|roughly|1|one|once|a stroke|a new 1)\b,? ?)*"
_EVERY = re.compile(rf"{_EACH}\bevery (?:(?P<other>other|second) (?=\w)|{_NUMBER} ?)?{_UNIT}\b")
_TIMES = re.compile(rf"\b(?P<times>(?:1|one)(?: \w+)?|once|twice|\d+ times?) (?:per|each) {_UNIT}\b(?! long)")
_APART = (
    re.compile(
        rf"\b(?:each |all |at |about )*{_NUMBER} ?{_UNIT} (?:apart|from each other|between (?:them|each|the \w+|1 and "
        r"the next)|in between)\b"
    ),
    re.compile(
        rf"\b(?:at|in|with) (?:an? )?(?:interval|gap|pause|break|distance)s? of {_NUMBER} ?{_UNIT}"
        r"(?: (?:in )?between(?: (?:them|each|the \w+))?)?"
    ),
    re.compile(
        rf"\b(?:at|in|with) (?:an? )?{_NUMBER} ?{_UNIT}(?: of)? (?:intervals?|gaps?|pauses?|breaks?|silence)"
        r"(?: (?:in )?between(?: (?:them|each|the \w+))?)?"
    ),
)
_A = re.compile(
    r"\b(once|twice|times?|beats?|strokes?|steps?|ticks?|knocks?|claps?|drops?|strikes?|one|1) "
    r"(?:a|an|each|every|in a|in every) (second|minute|hour)\b"
)
_OVER = rf"(?: (?:over|for|within|in|during|across) (?:the )?(?:first |last |final )?{_NUMBER} ?{_UNIT})?"
_FADES = (
    ("fadein", re.compile(rf"\b(?:that |which |it |slowly |gently |and )*fad(?:es?|ing) (?:it )?in\b{_OVER}")),
    (
        "fadeout",
        re.compile(
            rf"\b(?:that |which |it |slowly |gently |and )*fad(?:es?|ing) (?:it )?"
            rf"(?:out|to (?:silence|nothing))\b{_OVER}"
        ),
    ),
)
_IN_AND_OUT = re.compile(r"\bfad(es?|ing) in and out\b")
_STOPS = re.compile(
    r",? *\b(?:and|but|then|before it|until it) (?:then |it )*(?:(?:suddenly|abruptly|all of a sudden) )?"
    r"(?:stops?|ends?|breaks? off|is over|falls? silent|goes silent)\b(?: (?:suddenly|abruptly|dead))?"
)
_AT_LAST = re.compile(
    r",? *\b(?:and )?(?:(?:right )?at the (?:very )?end|in the end|to finish|last(?:ly| of all)),? "
    r"(?=(?:\d+(?:\.\d+)? \w+ of )?(?:silence|nothing|quiet\b|a pause))"
)
WORD = re.compile(r"\b(?P<kind>every|fadein|fadeout)(?P<whole>\d+)p(?P<part>\d+)\b")
"""What such words become."""


def timed(said: str) -> str:
    """The words of `models.sound.plain_words.plain`, with each rate and fade as one word."""
    said = _IN_AND_OUT.sub("fading in and fading out", _AT_LAST.sub(" then ", _STOPS.sub(" then stops ", said)))
    said = _EVERY.sub(lambda found: _word("every", _every_s(found)), said)
    said = _TIMES.sub(lambda found: _word("every", _share_s(found)), said)
    for pattern in _APART:
        said = pattern.sub(lambda found: _word("every", _seconds(found)), said)
    for kind, pattern in _FADES:
        said = pattern.sub(lambda found, kind=kind: _word(kind, _seconds(found)), said)  # type: ignore[misc]
    return said


def per(said: str) -> str:
    """With "a minute" behind a count as "per minute": "twice a minute"."""
    return _A.sub(r"\1 per \2", said)


def seconds_of(found: re.Match[str]) -> float:
    """How many seconds a `WORD` says."""
    return float(f"{found['whole']}.{found['part']}")


def _word(kind: str, seconds: float) -> str:
    whole, part = f"{seconds:.3f}".split(".")
    return f" {kind}{whole}p{part} "


def _seconds(found: re.Match[str]) -> float:
    return float(found["number"] or 0) * _UNITS_S[found["unit"][0]] if found["number"] else 0.0


def _every_s(found: re.Match[str]) -> float:
    unit = _UNITS_S[found["unit"][0]]
    return unit * (2.0 if found["other"] else float(found["number"] or 1))


def _share_s(found: re.Match[str]) -> float:
    first = found["times"].split()[0]
    times = {"one": 1.0, "once": 1.0, "twice": 2.0}.get(first) or float(first)
    return _UNITS_S[found["unit"][0]] / max(times, 1e-3)
