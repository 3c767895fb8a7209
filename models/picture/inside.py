"""What is no open country by its looks: a page, a room, a pattern."""

from models.picture.guess import Guess
from models.picture.look import Look

ROOM = "clock ticking in a quiet room"


def inside(look: Look) -> list[Guess]:
    """What it may be; nothing where it looks like outdoors, or like nothing that is known."""
    if look.blank > 0.4 and look.colours < 0.1 and look.bright > 0.6:
        return [Guess("a page or a drawing", "soft keyboard typing")]
    if look.colours < 0.06 and look.sharp > 0.1 and look.bright > 0.5:
        return [Guess("fine grey marks, perhaps a page", "pages turning")]
    if look.dark < 0.5 and _pattern(look):
        return [Guess("even colours and no place", "soft calm music")]
    if _warm(look):
        return [Guess("warm colours and no sky, perhaps a room", ROOM)]
    if look.faces in (1, 2) and look.sky * (1 - look.glow) < 0.2 and look.green < 0.15:
        return [Guess("a face" if look.faces == 1 else "two faces", ROOM)]
    return []


def _pattern(look: Look) -> bool:
    """Whether nothing in it is rough as things are that a camera saw."""
    return look.flat > 0.85 or (look.flat > 0.7 and look.sky < 0.1 and look.water < 0.05)


def _warm(look: Look) -> bool:
    """Whether it is red and brown all over, as rooms are, and has no sky."""
    if look.sky * (1 - look.glow) > 0.05:
        return False
    built = look.straight > 0.34 and look.cool + look.green < 0.06 and look.colours > 0.2
    return look.red > 0.12 and look.earth > 0.1 or built
