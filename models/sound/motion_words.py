"""A way in words, read: "passes by from left to right", "orbits me twice, anticlockwise", "creeps up from behind".

The words are those that `models.sound.plain_words.plain` gives, without rooms, durations and tempo.
"""

import re
from dataclasses import replace

from models.sound.place_words import place, said
from models.sound.placement import CLOSE_M, EAR_M, FAR_M, Circle, Go, Motion, Pass, Stay, Swing
from models.sound.places import ABOVE, AHEAD, BEHIND, LEFT, RIGHT, USUAL_M, Place
from models.sound.trajectory import located

COMING_M, CAME_M = 8.0, 0.8
"""From where to where something comes closer."""
LEAVES_M = 15.0
PASSING_M, BESIDE_M = 12.0, 2.0
"""From how far away something passes by, and how near it comes."""
HEIGHT_M = 2.0
"""How high above the head it flies."""
SPIRAL_M = (0.6, 6.0)

_WORD = r"left|right|front|back|behind|above|top|below|bottom"
_TAIL = r"(?: (?:ear|side|shoulder|corner|one|1|of me|me|my (?:head|back)))*"
_HEAD = r"(?:the |my )?(?:(?:far|hard|directly) )?"
_SIDES = re.compile(
    rf"\b(?:from )?{_HEAD}(?P<a>(?:{_WORD}){_TAIL}),? (?:(?:round|over|across|all the way|back) )*(?:in)?to "
    rf"{_HEAD}(?P<b>(?:{_WORD}){_TAIL})\b"
)
_FROM_TO = re.compile(
    r"\bfrom (?P<a>.+?)(?: (?:down|up|over|round|across|straight|all the way))*,? "
    r"(?:to|into|onto|towards?|till|until|and out (?:of|at|through)) (?P<b>.+)"
)
_IN_OUT = re.compile(r"\b(?:in|into|in at|in through) (?P<a>.+?) and (?:then )?out (?:of|at|through|by) (?P<b>.+)")
_BETWEEN = re.compile(r"\bbetween (?P<a>.+?) and (?P<b>.+)")
_AND_BACK = re.compile(r",? \b(?:and|then) (?:then )?(?:all the way )?back(?: again)?\b(?! (?:and|to))")
_OVER = re.compile(r"\b(?:over|above|across) (?:the top(?: of (?:me|my head))?|my head|me|head)\b|\boverhead\b")
_ROUND = re.compile(
    r"\b(?:round|around|through|via|by|along) (?:the |my )?(?P<by>back|rear|front|left|right)(?: side)?\b"
)
_SWINGS = re.compile(
    r"\b(?:back and forth|forth and back|to and fro|side to side|ear to ear|ping ?pong\w*|swing\w*|between|pendul\w*"
    r"|alternat\w*|sway\w*)\b"
)
_CIRCLES = re.compile(
    r"\b(?:circ(?:le|les|ling|ular\w*)|orbit\w*|spin\w*|spiral\w*|revolv\w*|rotat\w*|swirl\w*|whirl\w*|laps?|loops?"
    r"|8 ?d|(?:a ?)?round and (?:a ?)?round|a?round(?: in circles)? (?:me|my (?:head|ears?|neck|body)|it"
    r"|the (?:room|head))"
    r"|(?:turn|danc|walk|go|run|fl(?:y|ie)|mov|travel|wander)\w* (?:all )?(?:the way )?a?round|(?:anti)?clockwise)\b"
)
_SPIRALS = re.compile(r"\bspiral\w*")
_TIMES = re.compile(
    r"(?P<number>\d+(?:\.\d+)?) (?:full |complete |whole )?(?:times?|circles?|turns?|rounds?|laps?|rotations?"
    r"|revolutions?|loops?|orbits?)\b"
)
_ONCE = re.compile(
    r"\b(?:once|(?:a|one) (?:single|full|complete|whole) (?:circle|turn|round|lap|rotation|loop|orbit|time))\b"
)
_TWICE, _OFTEN = (
    re.compile(r"\btwice\b"),
    re.compile(r"\b(?:thrice|(?:a few|several|some|many) (?:times|laps|circles))\b"),
)
_STARTING = re.compile(r"\b(?:start|begin)(?:s|ing|ning)?(?: off| out)?(?: from| at| on| in| to)? (?P<where>[^,]+)")
_PASSES = re.compile(
    r"\b(?:pass(?:es|ing|ed)?|past|overtak\w*|whoosh\w*|fly ?by|drive ?by"
    r"|(?:fl(?:y|ies|ying)|driv\w*|go(?:es|ing)?|walk\w*|runn?\w*|rac\w*|zoom\w*|rush\w*|rid\w*|roll\w*|com\w*) by)\b"
)
_VERB = (
    r"(?:go|mov|walk|fl(?:y|ie)|runn?|driv|drift|wander|travel|float|glid|pass|creep|slid|sweep|swoop|zoom|rac|roll|rush"
    r"|pan\b|march|stroll|sail|jump|leap|hop|com|bring|bounc|sneak|crawl|climb|turn|shift|send|sent|throw|disappear|head)\w*"
)
_MOVES = re.compile(rf"\b{_VERB}")
_FLIES = re.compile(
    r"\b(?:fl(?:y|ies|ying|ew)|soar\w*|pass\w*|go(?:es|ing)?|swoop\w*|sail\w*|glid\w*|travel\w*|mov\w*|com\w*|jump\w*)\b"
)
_RISES = re.compile(
    r"\b(?:ris(?:e|es|ing)|ascend\w*|climb\w*|lift\w*|tak\w+ off"
    r"|(?:go|mov|float|fl(?:y|ie)|com)\w* up(?:wards?)?)\b(?! to)"
)
_FALLS = re.compile(r"\b(?:fall\w*|descend\w*|sink\w*|drop\w*|(?:go|mov|float|fl(?:y|ie)|com)\w* down(?:wards?)?)\b")
_COMES = re.compile(
    r"\b(?:approach\w*|clos(?:e|es|ing) in|homing in|(?:creep|sneak)\w*(?: up)?|(?:at|towards?) me|up to (?:me|my)"
    rf"|(?:{_VERB}|gett?\w*|draw\w*|spiral\w*)(?: \w+)? (?:close|near)(?:r|er)?"
    r"|closer and closer|nearer and nearer)\b"
)
_LEAVES = re.compile(
    rf"\b(?:{_VERB}|fad\w*|rid\w*|slip\w*)(?: \w+)? (?:away|off)\b"
    r"|\b(?:reced\w*|disappear\w*|vanish\w*|into the distance|leav(?:e|es|ing)|depart\w*|fad(?:es?|ing) (?:out|into))\b"
    r"|\b(?:further and further|farther and farther|away from me)\b"
)
_TO = re.compile(rf"\b{_VERB}(?: \w+)?? (?:\w+ )?(?:in)?to (?P<b>.+)|^to (?P<c>.+)")


def motion(text: str, here: Place | None = None) -> Motion | None:
    """What the words say that a sound does; None where they say nothing of it.

    Args:
        here: where it is by then.
    """
    for read in (_swinging, _passing, _flying, _between, _circling, _coming, _leaving, _rising, _going):
        if found := read(text, here):
            return found
    where = place(text, _beside(here))
    return Stay(where) if where else None


def _beside(here: Place | None) -> Place | None:
    """What of a place holds for the next one, where that is not said: what is at one ear, goes on at the other."""
    return here if here is None or here.distance <= CLOSE_M else here.at(USUAL_M)


def _swinging(text: str, here: Place | None) -> Motion | None:
    if not _SWINGS.search(text):
        return None
    back = bool(_AND_BACK.search(text))
    text = _AND_BACK.sub(" ", text)
    start, end = _ends(_BETWEEN, text) or _both(text) or (LEFT, RIGHT)
    near = EAR_M if re.search(r"\bears?\b", text) else USUAL_M
    if start.distance == end.distance == USUAL_M:
        start, end = start.at(near), end.at(near)
    return Swing(start, end, _turns(text) or (1.0 if back else None))


def _passing(text: str, here: Place | None) -> Motion | None:
    """On a line to one side of the listener: from left to right in front, from behind to the front on the right."""
    if not _PASSES.search(text) or _OVER.search(text):
        return None
    start, end = _both(text) or _overtaking(text) or (LEFT, RIGHT)
    found = said(_without_ends(text))
    aside = found.place() if found else None
    away = aside.distance if found and found.distance is not None and aside else BESIDE_M
    if abs(start.point[0] - end.point[0]) > abs(start.point[1] - end.point[1]):
        behind = aside is not None and aside.point[1] < -1e-6
        return _line(start, end, Place(180.0 if behind else 0.0).at(away))
    left = aside is not None and aside.point[0] < -1e-6
    return _line(start, end, (LEFT if left else RIGHT).at(away))


def _overtaking(text: str) -> tuple[Place, Place] | None:
    """From behind, where it is overtaken or comes from there; from the front where it comes from there."""
    comes = re.search(r"\bfrom (?P<a>.+)", text)
    start = place(comes["a"]) if comes else None
    if re.search(r"\bovertak", text):
        return BEHIND, AHEAD
    if start is None:
        return None
    return start, replace(start, azimuth=start.azimuth + 180)


def _flying(text: str, here: Place | None) -> Motion | None:
    """Overhead, on a line."""
    if not _OVER.search(text) or not (_FLIES.search(text) or _both(text)):
        return None
    back = _AND_BACK.search(text)
    text = _AND_BACK.sub(" ", text)
    start, end = _both(text) or (None, None)
    if start is None or end is None:
        to = _TO.search(_OVER.sub(" ", text))
        end = place(to["b"] or to["c"]) if to else None
        start = here or (replace(end, azimuth=end.azimuth + 180) if end else AHEAD)
        end = end or replace(start, azimuth=start.azimuth + 180)
    if min(start.distance, end.distance) <= CLOSE_M or back or (here and here.distance <= CLOSE_M):
        top = ABOVE.at(max(start.distance, EAR_M))
        return Go((start, top, end, top, start) if back else (start, top, end))
    return replace(_line(start, end, ABOVE.at(HEIGHT_M)), over=True)


def _between(text: str, here: Place | None) -> Motion | None:
    """From one place to another, by a third if it is said."""
    back = _AND_BACK.search(text)
    text = _AND_BACK.sub(" ", text)
    ends = _both(text)
    if ends is None:
        return None
    start, end = ends
    rest = place(_without_ends(text))
    by = _by(text) or (rest if rest and (rest.azimuth or rest.elevation) else None)
    if by is not None and rest is not None and start.distance == end.distance == USUAL_M:
        start, end = start.at(rest.distance), end.at(rest.distance)
    way = (start, end) if by is None else (start, by.at((start.distance * end.distance) ** 0.5), end)
    return Go((*way, *reversed(way[:-1])) if back else way)


def _circling(text: str, here: Place | None) -> Motion | None:
    if not _CIRCLES.search(text):
        return None
    starting = _STARTING.search(text)
    start = place(starting["where"]) if starting else None
    rest = said(_CIRCLES.sub(" ", _STARTING.sub(" ", text)))
    distance = rest.distance if rest and rest.distance is not None else start.distance if start else USUAL_M
    height = rest.elevation if rest else 0.0
    if rest and rest.azimuth is not None and not starting and abs(height) < 60:
        start = Place(rest.azimuth)
    begin = Place(start.azimuth if start else 0.0, max(-40.0, min(50.0, height)), max(distance, 2 * EAR_M))
    made = Circle(_turns(text), "anticlockwise" not in text, begin, begin.distance)
    return _spiral(text, made) if _SPIRALS.search(text) or _COMES.search(text) or _LEAVES.search(text) else made


def _spiral(text: str, made: Circle) -> Circle:
    near, far = SPIRAL_M
    if re.search(r"\b(?:up|upwards?|ris\w*|ascend\w*)\b", text):
        return replace(made, start=replace(made.start, elevation=-30.0), rise=90.0)
    if re.search(r"\b(?:down|downwards?|descend\w*|fall\w*)\b", text):
        return replace(made, start=replace(made.start, elevation=60.0), rise=-90.0)
    if re.search(r"\b(?:away|out|outwards?|off|further|farther|distance)\b", text):
        return replace(made, start=made.start.at(near), end_m=FAR_M)
    return replace(made, start=made.start.at(far), end_m=near)


def _coming(text: str, here: Place | None) -> Motion | None:
    if not _COMES.search(text):
        return None
    found = said(re.sub(r"\b(?:close|closer|near|nearer|up|towards?)\b", " ", text))
    where = found.place() if found else here or AHEAD
    near = found.distance if found and found.distance is not None and found.distance <= CLOSE_M else CAME_M
    far = max(COMING_M, found.distance or 0.0) if found else COMING_M
    return Go((here.at(far) if here and not found else where.at(far), where.at(near)))


def _leaving(text: str, here: Place | None) -> Motion | None:
    if not _LEAVES.search(text):
        return None
    found = said(re.sub(r"\b(?:away|off|far|further|farther|distance|from me)\b", " ", text))
    there = found.place() if found and found.azimuth is not None else here or AHEAD
    return Go(((here or there).at(min((here or there).distance, USUAL_M)), there.at(LEAVES_M)))


def _rising(text: str, here: Place | None) -> Motion | None:
    up, down = _RISES.search(text), _FALLS.search(text)
    if not up and not down:
        return None
    where = place(re.sub(r"\b(?:up|down)(?:wards?)?\b|\bceiling\b|\bsky\b", " ", text)) or here or AHEAD
    low, high = replace(where, elevation=-35.0), replace(where, elevation=70.0)
    return Go((low, high) if up else (high, low))


def _going(text: str, here: Place | None) -> Motion | None:
    """To a place, from where it is."""
    found = _TO.search(text) if _MOVES.search(text) or text.startswith("to ") and here else None
    there = place(found["b"] or found["c"], _beside(here)) if found else None
    return Go((here or AHEAD, there)) if there and there != (here or AHEAD) else None


# ------------------------------------------------------------------------- two places


def _both(text: str) -> tuple[Place, Place] | None:
    """The two places of "from … to …", "left to right", "into … and out of …"."""
    text = _ROUND.sub(" ", _OVER.sub(" ", text)) if _FROM_TO.search(_ROUND.sub(" ", _OVER.sub(" ", text))) else text
    return _ends(_SIDES, text) or _ends(_IN_OUT, text) or _ends(_FROM_TO, text)


def _ends(pattern: re.Pattern[str], text: str) -> tuple[Place, Place] | None:
    found = pattern.search(text)
    if found is None:
        return None
    a, b = found["a"], found["b"]
    if "o'clock" in a and re.match(r"\d+\b(?! ?o'clock)", b):
        b = re.sub(r"^(\d+)", r"\1 o'clock", b)
    start = place(_far(text, a))
    end = place(_far(text, b), _beside(start))
    return (start, end) if start and end and start != end else None


def _far(text: str, part: str) -> str:
    """A part with the "far" that stands before it."""
    return f"far {part}" if re.search(rf"\bfar {re.escape(part)}", text) else part


def _without_ends(text: str) -> str:
    """What is said besides the two places."""
    for pattern in (_SIDES, _IN_OUT, _FROM_TO):
        if pattern.search(text):
            return pattern.sub(" ", text)
    return re.sub(r"\bfrom .+", " ", text)


def _by(text: str) -> Place | None:
    """By where it goes."""
    if _OVER.search(text):
        return ABOVE
    found = _ROUND.search(text)
    return (
        {"back": BEHIND, "rear": BEHIND, "front": AHEAD, "left": LEFT, "right": RIGHT}[found["by"]] if found else None
    )


def _turns(text: str) -> float | None:
    if found := _TIMES.search(text):
        return max(0.1, float(found["number"]))
    if _TWICE.search(text):
        return 2.0
    if _OFTEN.search(text):
        return 3.0
    return 1.0 if _ONCE.search(text) else None


def _line(start: Place, end: Place, aside: Place) -> Pass:
    """A line between two directions, as far aside as a third place."""
    a = start.at(PASSING_M).point if start.distance <= PASSING_M else start.point
    b = end.at(PASSING_M).point if end.distance <= PASSING_M else end.point
    return Pass(located(a + aside.point), located(b + aside.point))
