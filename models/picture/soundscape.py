"""What a place that looks so may sound like: a guess by colours and shapes, and it is told as one."""

from dataclasses import dataclass

from models.picture.look import Look

WHOLE = 3
"""So many sounds are enough for a place."""


@dataclass(frozen=True, slots=True)
class Guess:
    """Something that may be seen, and what it would sound like."""

    seen: str
    """Within a sentence, such as "a blue sky"."""
    sound: str
    """As a request for a sound."""


def soundscape(look: Look) -> list[Guess]:
    """The likeliest, the plainest first; never none."""
    return [*_near(look), *_around(look)][:WHOLE] or [Guess("nothing that I can tell", "clock ticking in a quiet room")]


def _near(look: Look) -> list[Guess]:
    """What would be heard before all else."""
    found = list[Guess]()
    if look.fire > 0.05 and look.dark > 0.45:
        found.append(Guess("something that glows in the dark", "crackling fire"))
    if look.faces > 2:
        found.append(Guess("several faces", "crowd murmur"))
    if look.streaks > 0.55 and look.rough > 0.1:
        found.append(Guess("streaks as of something that passes", "a car passing from left to right"))
    if look.water > 0.12:
        open_water = look.sky > 0.1 or look.sand > 0.1
        found.append(Guess("something blue below, perhaps water", "sea waves" if open_water else "a brook"))
    return found


def _around(look: Look) -> list[Guess]:
    """What belongs to the place."""
    green = look.leaves + look.grass
    if look.dark > 0.6:
        return [Guess("a night", "light wind" if look.stars > 1 else "crickets, an owl in the distance")]
    if look.blank > 0.4 and look.colours < 0.1 and look.bright > 0.6:
        return [Guess("a page or a drawing", "soft keyboard typing")]
    if look.snow > 0.25 and look.sky > 0.05 and look.colours < 0.25:
        return [Guess("something white below, perhaps snow", "cold wind")]
    if green > 0.15:
        wind = [Guess("leaves", "light wind")] if look.leaves > 0.1 else []
        return [Guess("much green", "birds"), *wind]
    if 0.1 < look.sky < 0.5 and look.straight > 0.36 and look.rough > 0.1:
        return [Guess("straight edges under the sky, perhaps a street", "distant traffic, footsteps")]
    if look.sky > 0.25 and look.glow > 0.5 and look.dark > 0.1:
        return [Guess("an evening sky", "crickets")]
    if look.sky * (1 - look.glow) > 0.15:
        return [Guess("a sky", "light wind, birds in the distance")]
    if look.faces:
        return [Guess("a face", "clock ticking in a quiet room")]
    return []
