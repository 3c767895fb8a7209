"""A placement in words, as part of a sentence: "circling you twice, then close to your left ear, in a church"."""

from collections.abc import Sequence
from typing import assert_never

from models.sound.placement import CLOSE_M, Circle, Go, Pass, Placement, Stay, Step, Swing
from models.sound.places import USUAL_M, Place
from models.sound.room import ROOMS

AWAY_M = 6.0
"""From here on, something is far away."""
_TIMES = {0.5: " half a turn", 1.0: " once", 2.0: " twice", 3.0: " three times", 4.0: " four times", 5.0: " five times"}
_COMPASS = ("front", "front right", "right", "back right", "back", "back left", "left", "front left")
_AT = {
    "front": "in front of you",
    "front right": "in front of you to the right",
    "right": "on your right",
    "back right": "behind you to the right",
    "back": "behind you",
    "back left": "behind you to the left",
    "left": "on your left",
    "front left": "in front of you to the left",
    "top": "above you",
    "bottom": "below you",
}
_FROM = {
    "front": "the front",
    "front right": "the front right",
    "right": "the right",
    "back right": "the back right",
    "back": "behind",
    "back left": "the back left",
    "left": "the left",
    "front left": "the front left",
    "top": "above",
    "bottom": "below",
}
_TO = _FROM | {"back": "behind you", "top": "above you", "bottom": "below you"}
_ALONG = _FROM | {"back": "the back", "top": "the top", "bottom": "the bottom"}


def told(placement: Placement) -> str:
    """What was understood of where a sound is and how it moves."""
    said = ", then ".join(_step(step) for step in placement.steps) if placement.steps else "all around you"
    comma = "," if len(placement.steps) > 1 else ""
    return f"{said}{comma} {ROOMS[placement.room].told}" if placement.room else said


def named(placement: Placement) -> str:
    """What the sound that is made may be called."""
    if not placement.steps:
        return "sound all around"
    motion = placement.steps[0].motion
    if len(placement.steps) > 1 or isinstance(motion, Go):
        return "moving sound"
    match motion:
        case Stay(place):
            return f"sound {_named(side_of(place))}"
        case Circle():
            return "circling sound"
        case Pass():
            return "passing sound"
        case Swing():
            return "swinging sound"
        case _:
            raise AssertionError(motion)


def side_of(place: Place) -> str:
    """The side on which a place is: one of eight, the top, or the bottom."""
    if abs(place.elevation) > 60:
        return "top" if place.elevation > 0 else "bottom"
    return _COMPASS[round(place.azimuth / 45) % 8]


def at(place: Place) -> str:
    """A place, such as "far away on your left"."""
    side = side_of(place)
    if place.distance <= 0.4 and side in ("left", "right"):
        return f"close to your {side} ear"
    height = {1: "high up ", -1: "low "}.get(_height(place), "") if side not in ("top", "bottom") else ""
    away = "close " if place.distance <= CLOSE_M else "far away " if place.distance >= AWAY_M else ""
    aside = place.azimuth % 360
    little = 8 < min(aside, 360 - aside) < 22.5 and side == "front"
    return away + height + _AT[side] + (f" a little to the {'right' if aside < 180 else 'left'}" if little else "")


def _named(side: str) -> str:
    plain = {"top": "above", "bottom": "below", "front": "in front", "back": "behind"}
    return plain.get(side, f"{'on' if side in ('left', 'right') else 'at'} the {side}")


def _height(place: Place) -> int:
    return (place.elevation >= 30) - (place.elevation <= -25)


def _step(step: Step) -> str:
    motion = step.motion
    match motion:
        case Stay(place):
            return at(place)
        case Go(places):
            return _going(places)
        case Pass(start, end, over):
            ends = f"from {_FROM[side_of(_flat(start))]} to {_ALONG[side_of(_flat(end))]}"
            return f"flying over you {ends}" if over else f"passing you {ends}"
        case Circle():
            return _circling(motion)
        case Swing(start, end):
            return f"going back and forth between {_ALONG[side_of(start)]} and {_ALONG[side_of(end)]}"
        case _:
            assert_never(motion)


def _flat(place: Place) -> Place:
    """The end of a line, as the direction it comes from."""
    x, y, _ = place.point
    return Place(90.0 * round(place.azimuth / 90), 0.0) if abs(abs(x) - abs(y)) > 1 else place


def _going(places: Sequence[Place]) -> str:
    first, last = places[0], places[-1]
    if side_of(first) == side_of(last) and len(places) == 2:
        nearer = last.distance < first.distance
        return f"coming closer, {at(last.at(USUAL_M))}" if nearer else f"going away, {at(last.at(USUAL_M))}"
    if len(places) > 2 and first == last:
        return f"going from {_FROM[side_of(first)]} to {_TO[side_of(places[len(places) // 2])]} and back"
    by = {"back": " behind you", "front": " in front of you", "top": " over you"}
    way = by.get(side_of(places[1]), "") if len(places) == 3 else ""
    away = " and away" if last.distance > 2 * first.distance else ""
    return f"going{way} from {_FROM[side_of(first)]} to {_TO[side_of(last)]}{away}"


def _circling(motion: Circle) -> str:
    near, far = sorted((motion.start.distance, motion.end_m))
    times = "" if motion.turns is None else _TIMES.get(motion.turns, f" {motion.turns:g} times")
    round_ = "" if motion.clockwise else ", counterclockwise"
    if motion.rise:
        return f"spiralling {'up' if motion.rise > 0 else 'down'} around you{times}{round_}"
    if near != far:
        return f"spiralling {'towards' if motion.end_m == near else 'away from'} you{times}{round_}"
    distance = " close by" if near <= CLOSE_M else " far away" if near >= AWAY_M else ""
    return f"circling you{times}{distance}{round_}"
