"""Which of the voices is meant by a name, as recognizers write it: "el jay" is lj."""

from rapidfuzz import fuzz

from assistant.errors import TaskError
from router.task import Context
from router.telling import listed

ALIKE = 65.0
"""From this likeness on, 0 to 100, a voice was meant; recognizers write names as they like."""
USUAL = frozenset(("default", "usual", "normal", "own", "first", "present", "same"))
"""What stands for the voice that is set."""
_FILLING = frozenset(("a", "an", "the", "your", "in", "with", "of", "voice", "called", "named"))


async def cast(context: Context, name: str) -> str:
    """The voice that is meant by a name, loaded so that it can speak; empty for the one that is set.

    Raises:
        TaskError: there is none of that name, or there is no choice.
        EarshotError: it cannot be loaded.
    """
    said = [word for word in name.split() if word.lower() not in _FILLING]
    if not said or {word.lower() for word in said} <= USUAL:
        return ""
    if not context.voices:
        raise TaskError("I cannot choose a voice here.")
    wanted = " ".join(said)
    best = max(context.voices, key=lambda voice: likeness(wanted, voice))
    if likeness(wanted, best) < ALIKE:
        raise TaskError(f"I have no voice called {wanted}; I have {listed([aloud(v) for v in context.voices])}.")
    if context.load_voice:
        await context.load_voice(best)
    return best


def likeness(said: str, voice: str) -> float:
    """How like two names are, 0 to 100, by their letters, or by their consonants."""
    letters = ["".join(c for c in text.lower() if c.isalnum()) for text in (said, voice)]
    consonants = ["".join(c for c in text if c not in "aeiou") for text in letters]
    return max(fuzz.ratio(*letters), fuzz.ratio(*consonants))


def aloud(name: str) -> str:
    """A voice's name as it is spoken: short ones letter by letter."""
    return name.upper() if len(name) <= 3 else name.replace("_", " ").replace("-", " ")
