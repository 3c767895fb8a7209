"""What was made, in words: "heavy rain with thunder in the distance, then three dog barks"."""

from collections.abc import Sequence

from models.sound.generation.scene import Step, Wish
from models.sound.generation.space import HEARD

OFFERED = "rain, wind, thunder, sea waves, fire, birds, dogs, footsteps, bells, sirens, engines, crowds and music"


def told(wish: Wish, music: str = "") -> str:
    """All steps, one after the other.

    Args:
        music: what music became of it.
    """
    steps = [said for step in wish.steps if (said := _step(step, music))]
    room = {"": "", "forest": ""}.get(wish.room, f" {'over' if wish.room in HEARD else 'in'} a {wish.room}")
    return ", then ".join(steps) + room


def unknown(text: str) -> str:
    """Where nothing in a request is known."""
    asked = f'out of "{text.strip()}"' if len(text.split()) <= 8 and text.strip() else "out of that"
    return f"I do not know how to make a sound {asked}. Try {OFFERED}."


def left_out(words: Sequence[str]) -> str:
    """What of a request is not there; empty for nothing."""
    named = [one for one in words if one]
    if not named:
        return ""
    return f"I left out {_listed(named)}, which I do not know how to make."


def _step(step: Step, music: str) -> str:
    fore = [music if one.source == "music" and music else one.told for one in step.layers if one.told]
    if not fore:
        return "" if step.layers else "silence"
    first, *rest = fore
    return f"{first} with {_listed(rest)}" if rest else first


def _listed(parts: Sequence[str]) -> str:
    *first, last = parts
    return f"{', '.join(first)} and {last}" if first else last
