"""Which part of a text is to be read, in words.

"the last paragraph"                  "the first three sentences"
"from paragraph two on"               "everything after chapter four"
"paragraphs two to four"              "skip the first paragraph and read the rest"

Words become signs, "the first three sentences" ─▶ "the o1 n3 u:sentence", among which places are looked for.
"""

import re
from dataclasses import dataclass

from models.speech.text_portion import ROMANS, WORDS, Portion, Span, Unit
from router.numerals import words

ORDINALS = words(
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth "
    "sixteenth seventeenth eighteenth nineteenth twentieth"
)
_ORDINALS = {word: number for number, word in enumerate(ORDINALS, 1)}
_ORDINALS |= {"opening": 1, "initial": 1, "last": -1, "final": -1, "closing": -1, "penultimate": -2}
_NUMBERS = {word: number for number, word in enumerate(WORDS, 1)}
_NUMBERS |= {"thirty": 30, "forty": 40, "fifty": 50, "hundred": 100, "couple": 2, "few": 3}
_ROMANS = {word: number for number, word in enumerate(ROMANS, 1)}
_UNITS: dict[str, Unit] = {
    "chapter": "chapter", "part": "chapter", "section": "chapter", "act": "chapter", "paragraph": "paragraph",
    "line": "paragraph", "verse": "paragraph", "stanza": "paragraph", "sentence": "sentence", "word": "word",
}  # fmt: skip
LAST = 10**6
"""Up to the end."""
_O, _N, _U = r"o(-?\d+)", r"n(\d+)", r"u:(\w+)"
_SEVERAL = re.compile(rf"(?:the )?{_O} (?:(to|through|until|and) )(?:the )?{_O} {_U}")
_PLACE = re.compile(rf"(?:the )?{_O}(?: {_N}(?: of)?)? {_U}|(?:the )?{_U} (?:number )?[no](-?\d+)")
_TO = re.compile(
    r" (?:and )?(?:to|through|until|till|up to) (?:and including )?(?:the )?(?:u:\w+ )?[no](-?\d+)(?: u:\w+)?"
)
_AND = re.compile(r",? (?:and|plus) (?:the )?(?:u:\w+ )?[no](-?\d+)(?: u:\w+)?")
_FROM = re.compile(
    r"(?:(?:everything|all|on|reading|it) )*"
    r"(?:from|(?:start|starting|begin|beginning|go on|continue)(?: reading)? (?:it )?(?:at|from|with|in))"
    r"(?: the (?:start|beginning) of)? $"
)
_AFTER = re.compile(r"(?:(?:everything|all|only|what comes|what is|the rest) )*(?:after|behind|following|past) $")
_BEFORE = re.compile(r"(?:(?:everything|all|only|what comes|what is) )*(?P<how>before|up to|until|till) $")
_WITHOUT = re.compile(
    r"(?:(?:everything|all|it|this|but) )*(?:skip|skipping|without|leave out|leaving out|omit|omitting|except|"
    r"except for|but not|all but|everything but|not) $"
)
_ON = re.compile(r" (?:(?:on|onwards?|forwards?)\b(?: to the end)?|(?:to|till|until|through|up to) the end)")
_REST = re.compile(r" (?:and |then )*(?:(?:read|with) )?(?:me )?(?:the rest|what is left|everything else)(?: of it)?")
_HALF = re.compile(r"(?:the )?o(1|2|-1) (?:half|part half)(?: of)?")
_ENDS = (
    (
        re.compile(r"(?:the |its )(?:beginning|start|opening|intro(?:duction)?)\b(?: of)?"),
        Portion("paragraph", ((1, 1),)),
    ),
    (re.compile(r"(?:the |its )(?:end|ending|conclusion|very end)\b(?: of)?"), Portion("paragraph", ((-1, -1),))),
    (re.compile(r"(?:the |its )?(?:titles?|headings?|headlines?|heading)\b(?: of)?"), Portion("title", ((1, 1),))),
)


@dataclass(frozen=True, slots=True)
class Found:
    """A part of a text that was asked for."""

    portion: Portion
    rest: str
    """What else was said."""


def portion_in(text: str) -> Found | None:
    """The part of a text that words speak of; None where they speak of none."""
    said = re.findall(r"[^\W_]+(?:'[^\W_]+)*", text.replace("’", "'"))
    coded = " ".join(_signs(said))
    found = _several(coded) or _placed(coded) or _ended(coded)
    if found is None:
        return None
    portion, start, end = found
    first, behind = coded[:start].count(" "), coded[:end].count(" ") + 1
    return Found(portion, " ".join((*said[:first], *said[behind:])))


def _signs(said: list[str]) -> list[str]:
    """Each word as a sign: `o3` third, `n3` three, `u:sentence`, or itself."""
    signs = list[str]()
    for word in map(str.lower, said):
        unit = _UNITS.get(word) or _UNITS.get(word.removesuffix("s"))
        behind_unit = bool(signs) and signs[-1].startswith("u:")
        if unit:
            signs.append(f"u:{unit}")
        elif word in _ORDINALS or re.fullmatch(r"\d+(?:st|nd|rd|th)", word):
            signs.append(f"o{_ORDINALS.get(word) or int(word[:-2])}")
        elif word in _NUMBERS or word.isdecimal() or (behind_unit and word in _ROMANS):
            signs.append(f"n{_NUMBERS.get(word) or (int(word) if word.isdecimal() else _ROMANS[word])}")
        else:
            signs.append(word)
    return signs


def _several(coded: str) -> tuple[Portion, int, int] | None:
    """ "The second and third chapters", "the second to the last sentence"."""
    if not (found := _SEVERAL.search(coded)):
        return None
    first, last = int(found[1]), int(found[3])
    spans: tuple[Span, ...] = ((first, first), (last, last)) if found[2] == "and" else ((first, last),)
    portion = Portion(_unit(found[4]), spans)
    start = found.start() - (len(before[0]) if (before := _FROM.search(coded[: found.start()])) else 0)
    return portion, start, found.end()


def _placed(coded: str) -> tuple[Portion, int, int] | None:
    found = _PLACE.search(coded)
    if found is None:
        return None
    unit, spans = _unit(found[3] or found[4]), [_span(found)]
    end = found.end()
    ranged = _TO.match(coded, end)
    if ranged:
        spans, end = [(spans[0][0], int(ranged[1]))], ranged.end()
    while joined := _AND.match(coded, end):
        spans.append((int(joined[1]), int(joined[1])))
        end = joined.end()
    portion, start, end = _related(Portion(unit, tuple(spans)), coded, found.start(), end, bool(ranged))
    return portion, start, end


def _related(portion: Portion, coded: str, start: int, end: int, ranged: bool) -> tuple[Portion, int, int]:
    """With what stands before and behind: "from … on", "after …", "skip … and read the rest"."""
    (first, last), before = portion.spans[0], coded[:start]
    if found := _FROM.search(before):
        spans: tuple[Span, ...] = portion.spans if ranged else ((first, LAST),)
        on = _ON.match(coded, end)
        return Portion(portion.unit, spans), found.start(), on.end() if on else end
    if found := _AFTER.search(before):
        return Portion(portion.unit, ((last + 1, LAST),) if last != -1 else ((1, LAST),)), found.start(), end
    if found := _BEFORE.search(before):
        upto = first - 1 if found["how"] == "before" else last
        return Portion(portion.unit, ((1, upto),)), found.start(), end
    if found := _WITHOUT.search(before):
        rest = _REST.match(coded, end)
        return Portion(portion.unit, portion.spans, without=True), found.start(), rest.end() if rest else end
    if on := _ON.match(coded, end):
        return Portion(portion.unit, ((first, LAST),)), start, on.end()
    return portion, start, end


def _ended(coded: str) -> tuple[Portion, int, int] | None:
    """ "The second half", "the beginning", "the title"."""
    if found := _HALF.search(coded):
        half = 1 if found[1] == "1" else 2
        return Portion("half", ((half, half),)), found.start(), found.end()
    ends = ((form.search(coded), portion) for form, portion in _ENDS)
    return next(((portion, found.start(), found.end()) for found, portion in ends if found), None)


def _span(found: re.Match[str]) -> Span:
    if found[5]:
        return int(found[5]), int(found[5])
    at, count = int(found[1]), int(found[2] or 1)
    return (-count, -1) if at == -1 else (at, at + count - 1)


def _unit(name: str) -> Unit:
    return next(unit for unit in _UNITS.values() if unit == name)
