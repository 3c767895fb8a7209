"""What a person says of where a sound is to be, understood: places, ways, rooms, one after the other.

"start on the far left, circle me twice, then whisper in my ear, in a church"
 │ plain words, the room taken out
 ├ parts: "start on the far left" "circle me twice" "whisper in my ear"
 └ each a motion, with its pace and its seconds ─▶ Placement
"""

import re
from dataclasses import replace

from assistant.errors import EngineError
from models.sound.motion_words import motion
from models.sound.placement import Circle, Go, Pass, Placement, Stay, Step, Swing
from models.sound.places import AHEAD, Place
from models.sound.plain_words import plain
from models.sound.room_words import room_in
from models.sound.trajectory import CIRCLE_S

SLOW, QUICK = 0.5, 2.5
ASK = (
    "I do not know where that is. Name a place or a way around you, such as on my left, close to my right ear, at two "
    "o'clock, far away behind me, or circling me twice."
)
_STARTS = re.compile(r"\b(?:start|begin)(?:s|ning|ing)?\b")
_ENDS = re.compile(r"\b(?:end|stop|finish|land|arriv)\w*\b")
_PARTS = re.compile(
    r"(?P<then>[,;.]? ?(?:\band )?\b(?:then|after (?:that|which)|afterwards|finally|next(?! to))\b"
    r"(?! (?:all the way )?back(?: again)?(?:$|[,.]))"
    r",?)"
    r"|,? \band (?=(?:stop|stay|end|finish|land|arriv|disappear|vanish|wander|drift|overtak|fad|clos(?:e|es|ing) in"
    r"|com|go(?:es|ing)?\b|mov|walk|fl(?:y|ies)|leav|whisper|circl)\w*)"
    r"| (?=end(?:s|ing)? up\b)"
)
_SECONDS = re.compile(
    r"\b(?:for|in|within|during|over|lasting|tak(?:es|ing)) (?:about |the (?:first|last|next) )?"
    r"(?P<number>\d+(?:\.\d+)?|a|an) (?P<unit>seconds?|secs?|s|minutes?|min)\b"
)
_EVERY = re.compile(r"\b(?:every|each|per) (?P<number>\d+(?:\.\d+)?) seconds?\b")
_SLOWLY = re.compile(r"\b(?:slow(?:ly)?|gradual(?:ly)?|gentl[ey]|gently|leisurely|lazily)\b")
_QUICKLY = re.compile(
    r"\b(?:quick(?:ly)?|fast|rapid(?:ly)?|swift(?:ly)?|speed(?:ing|ily)?|hurried(?:ly)?|rushing|racing)\b"
)
_EVERYWHERE = re.compile(
    r"\b(?:all (?:around|round|about)(?: me)?|all sides|every ?where|every (?:side|direction)|all (?:the )?directions"
    r"|surround\w*|envelop\w*)\b"
)
_MOVES = re.compile(r"\b(?:go|mov|walk|fl(?:y|ie)|run|circl|spin|danc|travel|turn|float|wander)\w*\b")


def understood(said: str) -> Placement:
    """Where the sound is to be, as a user said it.

    Raises:
        EngineError: that is not to be understood; the sentence asks for a place and tells what can be said.
    """
    room, text = room_in(plain(said))
    if _EVERYWHERE.search(text) and not _MOVES.search(text):
        return Placement((), room)
    steps = _steps(text)
    if not steps and not room:
        raise EngineError(ASK)
    return Placement(tuple(steps or [Step(Stay(AHEAD))]), room)


def _steps(text: str) -> list[Step]:
    steps, before = list[Step](), ""
    for part, connective in _parted(text):
        step = _step(part, _end(steps[-1]) if steps else None)
        if step is None:
            continue
        loose = not connective or bool(_STARTS.search(before))
        steps = (
            [*steps[:-1], _one(steps[-1], step, part)]
            if steps and loose and _is_one(steps[-1], step, part)
            else [*steps, step]
        )
        before = part
    return steps


def _parted(text: str) -> list[tuple[str, str]]:
    """The parts of what was said, each with the "then" that stands before it, or nothing."""
    parts, connective, at = list[tuple[str, str]](), "", 0
    for found in _PARTS.finditer(text):
        parts.append((text[at : found.start()], connective))
        connective, at = found["then"] or "", found.end()
    return [*parts, (text[at:], connective)]


def _step(part: str, here: Place | None) -> Step | None:
    seconds, part = _seconds(part)
    every = _EVERY.search(part)
    part = _EVERY.sub(" ", part)
    slow, quick = _SLOWLY.search(part), _QUICKLY.search(part)
    pace = CIRCLE_S / max(0.2, float(every["number"])) if every else SLOW if slow else QUICK if quick else 1.0
    found = motion(" ".join(_QUICKLY.sub(" ", _SLOWLY.sub(" ", part)).split()), here)
    return Step(found, seconds, pace) if found else None


def _seconds(part: str) -> tuple[float | None, str]:
    found = _SECONDS.search(part)
    if found is None:
        return None, part
    number = 1.0 if found["number"].startswith("a") else float(found["number"])
    return number * (60 if found["unit"].startswith("m") else 1), _SECONDS.sub(" ", part)


def _end(step: Step) -> Place:
    """Where a step ends."""
    match step.motion:
        case Stay(place):
            return place
        case Go(places):
            return places[-1]
        case Pass(_, end):
            return end
        case Circle(_, _, start, end_m):
            return start.at(end_m)
        case Swing(start):
            return start


def _is_one(first: Step, second: Step, part: str) -> bool:
    """Whether the first of two steps only says where the second begins."""
    if first.seconds is not None or not isinstance(first.motion, Stay | Go):
        return False
    if isinstance(second.motion, Stay):
        return bool(_ENDS.search(part))
    return isinstance(second.motion, Go | Pass | Circle)


def _one(first: Step, second: Step, part: str) -> Step:
    """Two steps as one way, from where the first begins."""
    begins = first.motion.places[0] if isinstance(first.motion, Go) else _end(first)
    match second.motion:
        case Stay(place):
            return replace(second, motion=Go((begins, place)), pace=first.pace)
        case Go(places):
            return replace(second, motion=Go((begins, *places[1:])))
        case Circle():
            return replace(second, motion=replace(second.motion, start=begins))
        case _:
            return second
