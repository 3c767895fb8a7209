"""Reads a request for sound: "three dog barks, then heavy rain for ten seconds with thunder in the distance".

    steps     three dog barks | heavy rain for ten seconds with thunder in the distance
    clauses                   | heavy rain                 | thunder in the distance
    layers    dog × 3         | rain, force 0.8            | thunder, far

It goes by words: what no source and no manner fits is left out, and told.
"""

import re
from collections.abc import Sequence
from dataclasses import replace

from models.sound.generation.clauses import Clause, clause_of
from models.sound.generation.grain import Style
from models.sound.generation.music_words import MUSIC
from models.sound.generation.scene import Layer, Step, Wish
from models.sound.generation.sources import BY_NAME
from models.sound.generation.timing_words import per, timed
from models.sound.generation.words import HEARD, PLACES, SETTINGS
from models.sound.plain_words import plain

_FORMS = tuple(
    (re.compile(pattern), said)
    for pattern, said in (
        (r"\b(?:a |one )?half (?:a |an )?(minute|hour)\b", r"0.5 \1"),
        (r"\b(?:a |one )?quarter of (?:a |an )?(minute|hour)\b", r"0.25 \1"),
        (r"\bthree quarters of (?:a |an )?(minute|hour)\b", r"0.75 \1"),
        (r"\b(?:a|an|one) (minute|hour|second) and a half\b", r"1.5 \1"),
        (r"\b(?:a|an) (minute|hour)\b", r"1 \1"),
        (r"\bfor a second\b", "for 1 second"),
    )
)
_DURATION = re.compile(
    r"(?:\b(?:for|about|lasting|during|over|some|around|it lasts|last|takes)\s+)*"
    r"(?P<number>\d+(?:\.\d+)?) ?(?P<unit>seconds?|secs?|s|minutes?|mins?|"
    r"hours?)\b(?: ish)?(?: long| each| of)?(?: (?:it|music)\b)?"
)
_UNITS_S = {"s": 1.0, "m": 60.0, "h": 3600.0}
_SEED = re.compile(r"\b(?:with |from )?(?:the )?seed (?:number )?(\d+)\b")
_LOOP = re.compile(
    r"\b(?:as |in |a |an |which |that |can be |be |and |so that it )*(?:(?:seamless|endless|"
    r"perfect)(?:ly)? )*(?:loop(?:s|ed|ing|able)?|seamless(?:ly)?)\b(?: of)?"
)
_THEN = re.compile(
    r"[,;.]? *(?:\band )?\b(?:then|followed by|after that|after which|afterwards?|"
    r"subsequently|next,|finally|and later|later)\b,?|;|\. |\bbefore\b|\buntil\b"
)
_AFTER = re.compile(r"^(?P<second>.+?),? \bafter (?P<first>(?!that|which).+)$")
_BESIDE = re.compile(
    r",|\.|\b(?:and|with|while|whilst|as|over|plus|along with|together with|accompanied by|"
    r"against|amid|among|including|includes|inside|next to|beside|but|when|where|or)\b"
)
_ALSO = re.compile(r"\b(?:and|with|a|an|the|some|also|my|too|as well)\b|[^\w]")
_WITHOUT = re.compile(
    r"\b(?:but |and |with )*(?:without|no|not|minus|except(?: for)?|leav(?:e|ing) out)\b(?! more than)"
    r"(?: any| the| a)? [\w ]+?(?=,|\bbut\b|\band (?!no\b)|\bthen\b|\bwith\b|$)"
)
"""What is not wanted is not made."""
_NUMBERED = re.compile(
    r"\b(?:(?:one|1) after (?:the other|another)|in (?:turn|succession)|(?:first|at first)(?=,| ))\b"
)
"""Words for an order that is there anyway."""
_LATER = re.compile(
    r"\b(?:(?:coming |rolling |setting |starting |beginning |kicking |fading )(?:in )?)?(?:about |roughly |around )?"
    r"(?P<part>half ?way(?: in| through(?: it)?)?|in the middle|a third of the way(?: in| through)?|"
    r"(?:at|towards|near) the (?:very )?end|after a while)\b"
)
"""When within its step something begins."""
_SHARES = (("half", 0.5), ("middle", 0.5), ("third", 0.33), ("end", 0.75), ("while", 0.4))
_SILENCE = re.compile(r"\b(?:silence|silent|pause|nothing|stops)\b")
_OVER = tuple((re.compile(rf"\b(?:{words})\b"), name) for words, name in HEARD)
_INSIDE = tuple(
    (
        re.compile(
            rf"\b(?:in|inside|from inside|within|down) (?:a|an|the|my) "
            rf"(?!next|other|adjoining|neighbouring)(?:\w+ )?(?:{words})\b"
        ),
        room,
    )
    for words, room in PLACES
)
_TOGETHER = re.compile(r"\b(?:with|while|whilst|as|over|plus|during|at (?:the same time|once)|together)\b")
_ALL = re.compile(r"\b(?:all|everything|both)\b")
_SETTINGS = tuple((re.compile(rf"\b(?:{words})\b"), said) for words, said in SETTINGS)
PAUSE_S = 1.0


def read(text: str) -> Wish:
    """What is asked for; a wish without steps where nothing in it is known."""
    said = _plain(text)
    seed, said = _seed(said)
    unwanted = " ".join(found[0] for found in _WITHOUT.finditer(said))
    loop = bool(_LOOP.search(said)) and not re.search(r"\b(?:drum|beat|ukulele|guitar) loop\b", said)
    said = _WITHOUT.sub(" ", _LOOP.sub(" ", said) if loop else said)
    room, said = _room(said)
    parts = _ordered(_NUMBERED.sub(" ", said))
    steps, left_out = list[Step](), list[str]()
    for part in parts:
        step, unknown, more = _step(part)
        left_out += unknown
        if step is not None:
            steps += _told_in_order(step, part)
        elif more and steps:
            steps[-1] = _going_on(steps[-1], more)
    while steps and not steps[-1].layers and steps[-1].seconds is None:
        steps.pop()
    known = tuple(steps) if any(step.layers for step in steps) else ()
    unread = tuple(
        clause.rest for part in parts for clause in _clauses(_duration(part)[1]) if clause.layers and clause.rest
    )
    music = (
        f"{said} {unwanted}".strip()
        if MUSIC.search(said) and any(layer.source == "music" for s in known for layer in s.layers)
        else ""
    )
    if music:
        left_out = [words for words in left_out if len(words.split()) == 1 and steps and len(steps[0].layers) > 1]
        known = tuple(replace(step, layers=tuple(_named(layer, music) for layer in step.layers)) for step in known)
    whole = known[0].seconds if len(known) == 1 else None
    return Wish(known, whole, room, loop, seed, tuple(left_out), unread, music)


def _told_in_order(step: Step, part: str) -> list[Step]:
    """A step for each of what happens one by one: "a door opens, footsteps, and the door closes"."""
    happening = [layer for layer in step.layers if layer.count and not layer.every_s and BY_NAME[layer.source].single]
    if len(happening) < 2 or step.seconds is not None or any(layer.background for layer in step.layers):
        return [step]
    if _TOGETHER.search(part) or any(layer.later for layer in step.layers):
        return [step]
    return [Step((layer,)) for layer in step.layers]


def _going_on(step: Step, clauses: Sequence[Clause]) -> Step:
    """A step that is so after it was as it is: "then it gets louder"."""
    layers = step.layers
    for clause in clauses:
        layers = tuple(clause.goes_on(layer) for layer in layers)
    return replace(step, layers=layers)


def _named(layer: Layer, music: str) -> Layer:
    return replace(layer, style=Style(kind=music)) if layer.source == "music" else layer


def _plain(text: str) -> str:
    said = per(text.lower().replace("-", " ").replace("’", "'"))
    for pattern, instead in _FORMS:
        said = pattern.sub(instead, said)
    return timed(plain(said))


def _seed(said: str) -> tuple[int | None, str]:
    found = _SEED.search(said)
    return (int(found[1]), _SEED.sub(" ", said)) if found else (None, said)


def _room(said: str) -> tuple[str, str]:
    """The room it is heard in, and the rest. A place is a room only to what is said besides."""
    for pattern, name in _OVER:
        if pattern.search(said) and any(step.layers for step in (_step(pattern.sub(" ", said))[0],) if step):
            return name, pattern.sub(" ", said)
    for pattern, room in _INSIDE:
        if pattern.search(said):
            rest = pattern.sub(" ", said)
            return (room, rest) if clause_of(rest).layers else ("", said)
    return "", said


def _ordered(said: str) -> list[str]:
    """The steps, the first one first."""
    if found := _AFTER.match(said):
        return [*_ordered(found["first"]), *_ordered(found["second"])]
    return [part for part in (one.strip(" ,.") for one in _THEN.split(said)) if part]


def _step(part: str) -> tuple[Step | None, list[str], list[Clause]]:
    """What sounds together, what of it is not known, and what is said of no sound in it."""
    seconds, rest = _duration(part)
    if _SILENCE.search(rest) and not clause_of(_SILENCE.sub(" ", rest)).layers:
        return Step((), seconds or PAUSE_S), [], []
    layers, unknown, open_ = list[Layer](), list[str](), list[Clause]()
    for clause in _clauses(rest):
        if clause.layers:
            layers += clause.layers
        elif clause.tells and layers and _ALL.search(clause.rest):
            layers = [clause.manner_of(layer) for layer in layers]
        elif clause.tells and layers:
            layers[-1] = clause.manner_of(layers[-1])
        elif clause.tells:
            open_.append(clause)
        elif clause.rest:
            unknown.append(clause.rest)
    found = _once(layers)
    return (Step(tuple(found), seconds) if found else None), unknown, open_


def _clauses(rest: str) -> list[Clause]:
    """What is said of each sound; of a place that is many sounds, what is said holds for all of them."""
    expanded, around = _expanded(rest)
    parts = [_clause(one) for one in _BESIDE.split(_split_where_late(expanded)) if _ALSO.sub("", one)]
    if around is None:
        return parts
    return [replace(part, layers=tuple(around.manner_of(layer) for layer in part.layers)) for part in parts]


def _split_where_late(part: str) -> str:
    """With a comma behind what begins later: "thunder halfway through a rainstorm" are two."""
    return _LATER.sub(lambda found: f"{found.group()},", part)


def _clause(said: str) -> Clause:
    """A clause, which may begin later than its step."""
    found = _LATER.search(said)
    if found is None:
        return clause_of(said)
    share = next(share for word, share in _SHARES if word in found["part"])
    clause = clause_of(_LATER.sub(" ", said))
    return replace(clause, layers=tuple(replace(layer, later=share) for layer in clause.layers))


def _duration(part: str) -> tuple[float | None, str]:
    found = _DURATION.search(part)
    if found is None:
        return None, part
    seconds = float(found["number"]) * _UNITS_S[found["unit"][0]]
    return seconds, f"{part[: found.start()]} {part[found.end() :]}".strip()


def _expanded(part: str) -> tuple[str, Clause | None]:
    """With places in the words for what sounds there, and what is said of all of that."""
    for pattern, said in _SETTINGS:
        if pattern.search(part):
            around = clause_of(pattern.sub(" ", part, count=1))
            if around.tells and not around.layers and not around.rest:
                return said, around
            return pattern.sub(f" {said} ", part, count=1), None
    return part, None


def _once(layers: Sequence[Layer]) -> list[Layer]:
    """All of music as one layer, and the same thing said twice as one."""
    made = list[Layer]()
    for layer in layers:
        same = next((k for k, other in enumerate(made) if other.source == layer.source), None)
        if same is not None and layer.count and not made[same].count and layer.source != "music":
            made[same] = layer
        elif same is None or (
            layer.source != "music" and (layer.pan != made[same].pan or layer.style != made[same].style)
        ):
            made.append(layer)
        else:
            made[same] = replace(made[same], background=made[same].background or layer.background)
    return made
