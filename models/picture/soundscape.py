"""What a place that looks so may sound like: a guess by colours and shapes, and it is told as one.

flat, a page, inside ─▶ not outdoors
dark, lights         ─▶ night
blue rows            ─▶ water, and what is around it
green, dry, built    ─▶ the place
nothing of these     ─▶ wind, which fits more places than any other sound

The thresholds were set by half of the pictures of `assistant eval capability --task image_to_audio`.
"""

from models.picture.guess import Guess
from models.picture.inside import inside
from models.picture.look import Look

WHOLE = 3
"""So many sounds are enough for a place."""
BREEZE = "light wind"


def soundscape(look: Look) -> list[Guess]:
    """The likeliest, the plainest first; never none."""
    unclear = [Guess("nothing that I can tell", BREEZE)]
    within = [] if _burns(look) else inside(look)
    return (within or [*_near(look), *_around(look)] or unclear)[:WHOLE]


def _burns(look: Look) -> bool:
    return look.fire > 0.05 and look.dark > 0.45


def _near(look: Look) -> list[Guess]:
    """What would be heard before all else."""
    found = list[Guess]()
    if _burns(look):
        found.append(Guess("something that glows in the dark", "crackling fire"))
    if look.faces > 2:
        found.append(Guess("several faces", "crowd murmur"))
    if look.streaks > 0.9 and look.rough > 0.1:
        found.append(Guess("streaks as of something that passes", "a car passing from left to right"))
    if look.water > 0.08:
        sea = look.water > 0.4 or look.sand > 0.1
        found.append(Guess("something blue from side to side, perhaps water", "sea waves" if sea else "a brook"))
    return found


def _around(look: Look) -> list[Guess]:
    """What belongs to the place."""
    if look.dark > 0.6 or (look.sky > 0.2 and look.sky_bright < 0.55):
        return _night(look)
    if look.snow > 0.25 and look.sky > 0.05 and look.colours < 0.25:
        return [Guess("something white below, perhaps snow", "cold wind")]
    if look.leaves + look.grass > 0.15:
        return [Guess("much green", "birds"), *([Guess("leaves", BREEZE)] if look.leaves > 0.1 else [])]
    if 0.1 < look.sky < 0.5 and look.straight > 0.36 and look.rough > 0.1:
        return [Guess("straight edges under the sky, perhaps a street", "distant traffic, footsteps")]
    return _open(look)


def _night(look: Look) -> list[Guess]:
    if look.stars > 1 and look.low_stars > 0.5:
        return [Guess("bright specks in the black, and no ground", "shimmering, a low hum")]
    if look.lights > 0.35 and look.green < 0.3:
        return [Guess("lights in the dark, perhaps a town at night", "distant traffic")]
    owl = Guess("much that is green", "an owl in the distance") if look.green > 0.3 else None
    return [Guess("a night", "light wind, crickets"), *([owl] if owl else [])]


def _open(look: Look) -> list[Guess]:
    """Under the sky, where little grows."""
    if look.earth > 0.3 and look.green < 0.05:
        return [Guess("dry ground or rock", BREEZE)]
    if look.sky > 0.25 and look.glow > 0.5 and look.dark > 0.1:
        return [Guess("an evening sky", "light wind, crickets")]
    if look.sky * (1 - look.glow) > 0.15:
        grows = look.green > 0.03 and look.water <= 0.08
        return [Guess("a sky", f"{BREEZE}, birds in the distance" if grows else BREEZE)]
    return []
