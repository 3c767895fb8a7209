"""Which of many names was said: to the letter, in part, or nearly, as recognizers write names as they like."""

from collections.abc import Sequence
from typing import TypeAlias, TypeVar

from rapidfuzz import fuzz

from router.references import FILLING, bare, normal, reference

ALIKE = 78.0
"""From this score on, 0 to 100, a spoken name and another are the same."""
CONTAINED = 95.0
"""The score of a spoken name whose words are all in the other."""
EQUAL = 1.0
"""Names whose scores differ by no more are equally likely."""

T = TypeVar("T")
Named: TypeAlias = Sequence[tuple[str, T]]
"""Things with their names."""


def exactly(said: str, named: Named[T], precise: bool = False) -> list[T]:
    """Those that are called what was said, in any order of words: "speaker two" is the second speaker.

    Where others are numbered after such a name ("rain", "rain 2") they are as likely, unless `precise`.
    """
    wanted = _telling(normal(said))
    found = [thing for name, thing in named if sorted(_telling(normal(name))) == sorted(wanted)]
    if not found or precise or any(word.isdigit() for word in wanted):
        return found
    numbered = [thing for name, thing in named if _is_numbered(normal(name), wanted)]
    return found + [thing for thing in numbered if thing not in found]


def nearly(said: str, named: Named[T]) -> list[T]:
    """Those whose names are most like what was said, in their order; several where they are equally likely."""
    whole, ref = " ".join(_telling(tuple(bare(said).split()))), reference(said)
    told = " ".join(ref.words)
    first, then = (told, whole) if ref.place else (whole, told)  # the last speaker is no first speaker
    return _best(first, named) or _best(then, named)


def alike(words: Sequence[str], named: Named[T]) -> list[T]:
    """Those in whose names all of the words are, in the singular or the plural: the speakers."""
    wanted = {word.removesuffix("s") for word in words}
    return [thing for name, thing in named if wanted and wanted <= {w.removesuffix("s") for w in normal(name)}]


def _best(wanted: str, named: Named[T]) -> list[T]:
    scores = [_likeness(wanted, name) for name, _ in named] if wanted else []
    best = max(scores, default=0.0)
    return [thing for (_, thing), s in zip(named, scores, strict=True) if s >= best - EQUAL] if best >= ALIKE else []


def _telling(words: tuple[str, ...]) -> tuple[str, ...]:
    """The words by which a name is told, or all where none would be left."""
    return tuple(word for word in words if word not in FILLING) or words


def _is_numbered(name: tuple[str, ...], wanted: tuple[str, ...]) -> bool:
    return name[-1:] != () and name[-1].isdigit() and _telling(name[:-1]) == wanted


def _likeness(wanted: str, name: str) -> float:
    """0 to 100."""
    said, written = normal(wanted), normal(name)
    if set(said) <= set(written):
        return CONTAINED + (100 - CONTAINED) * len(said) / len(written)
    letters = bare(name)
    return max(fuzz.ratio(wanted, letters), fuzz.ratio(wanted.replace(" ", ""), letters.replace(" ", "")))
