"""Notes and durations as they are written, or said: "C#4/Db4 | A4 | rest", "0.4 | 0.8 0.2 | 1".

A cell between bars is a syllable; two notes in one are a slur. Where there are no bars, each note is a cell.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.errors import EngineError
from models.music.score import OCTAVE, Note

STEPS = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11, "H": 11}
"""H is what B is called in German."""
NAMES_OF_TONICS = ("C", "C sharp", "D", "E flat", "E", "F", "F sharp", "G", "A flat", "A", "B flat", "B")
"""As they are said."""
RESTS = frozenset(("rest", "r", "sp", "ap", "pause", "silence", "-"))
LOWEST, HIGHEST = -24.0, 168.0
"""What is beyond is no note that anybody writes."""
USUAL_S = 0.5
"""A note of which nobody said how long."""
LAST_S = 1.0
"""The last of these."""
LONGEST_S = 60.0
SHORTEST_S = 0.03
FIRST_OCTAVE = 4

_SAID = {
    "zero": "0", "one": "1", "two": "2", "three": "3", "four": "4", "five": "5", "six": "6", "seven": "7", "eight": "8",
}  # fmt: skip
_NOTE = re.compile(r"([A-Ha-h])(##?|♯|bb?|♭|s)?(-?\d{1,3})?", re.ASCII)
_BETWEEN = re.compile(r"(?<=[A-Ha-h])[\s-]+(sharp|flat)\b", re.IGNORECASE)
_OCTAVE = re.compile(rf"(?<=[A-Ha-h#b♯♭])[\s-]+({'|'.join(_SAID)}|\d)\b(?!\.)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Beat:
    """A cell of a score, before words are put to it: notes, or a rest."""

    notes: tuple[Note, ...]
    rest_s: float = 0.0


def beats(notes: str, durations: str = "") -> list[Beat]:
    """The cells of a score in the paper's format.

    Raises:
        EngineError: a note or a duration cannot be read, or there are not as many of one as of the other.
    """
    cells = _cells(notes)
    count = sum(map(len, cells))
    if not count:
        raise EngineError("There are no notes in that; give me notes such as C4, D sharp 4 or rest.")
    seconds = iter(_seconds(durations, count))
    return [_beat([(key, next(seconds)) for key in cell]) for cell in cells]


def key_of(name: str, octave: int = FIRST_OCTAVE) -> float:
    """The MIDI number of a note by its name, such as "C#4/Db4"; `octave` where it names none.

    Raises:
        EngineError: it is no note.
    """
    first = name.split("/")[0].strip()
    found = _NOTE.fullmatch(first)
    if found is None:
        raise EngineError(f'There is no note "{name}"; notes go from A to G, such as C4, D#4, E flat 4 or rest.')
    sign = found[2] or ""
    shift = -len(sign) if sign.startswith(("b", "♭")) else len(sign)
    key = float(OCTAVE * (int(found[3] or octave) + 1) + STEPS[found[1].upper()] + shift)
    if not LOWEST <= key <= HIGHEST:
        raise EngineError(f"There is no note {name}; the octaves that are sung have the numbers 2 to 6, such as C4.")
    return key


_LETTER = r"[A-Ga-gHh](?:#|b|♯|♭|[\s-]+(?:sharp|flat))?"
_AT = rf"(?:{_LETTER})(?:[\s-]*(?:\d{{1,3}}|{'|'.join(_SAID)}))"
_LARGE = _LETTER.replace("a-g", "").replace("h", "")
_ALONE = re.compile(
    rf"(?:(?:on|just|only)\s+)?(?:(?:an?|the)\s+)?(?:(?P<where>high|low|middle)\s+)?(?:notes?\s+)?"
    rf"(?P<notes>(?:{_AT}|{_LARGE})(?:[\s,|]+(?:and\s+|then\s+)?(?:{_AT}|{_LETTER}))*)"
)
OCTAVES = {"high": 5, "low": 3, "middle": 4}


def notes_alone(text: str) -> str:
    """The notes, where a text is nothing else: "C E G", "a high C", "H", "the note F sharp 4"; empty where it is not.

    Small letters are notes only where their octave is named, since "a" is a word.
    """
    found = _ALONE.fullmatch(text.strip(" .!?"))
    if found is None:
        return ""
    where = OCTAVES.get(found["where"] or "")
    return f"{found['notes']}{where}" if where and not found["notes"][-1].isdigit() else found["notes"]


def _cells(notes: str) -> list[list[float | None]]:
    plain = _OCTAVE.sub(lambda m: _SAID.get(m[1].lower(), m[1]), _BETWEEN.sub(_sign, notes))
    plain = re.sub(r"\band\b|\bthen\b|[,;]", " ", plain, flags=re.IGNORECASE)
    plain = re.sub(r"\s*/\s*", "/", plain)
    cells = plain.split("|") if "|" in plain else plain.split()
    found, octave = list[list[float | None]](), FIRST_OCTAVE
    for cell in cells:
        keys = [_key(token, octave) for token in cell.split()]
        octave = next((int(key // OCTAVE) - 1 for key in reversed(keys) if key is not None), octave)
        found.append(keys)
    return [cell for cell in found if cell]


def _sign(found: "re.Match[str]") -> str:
    return "#" if found[1].lower() == "sharp" else "b"


def _key(token: str, octave: int) -> float | None:
    return None if token.lower() in RESTS else key_of(token, octave)


def _seconds(durations: str, count: int) -> Sequence[float]:
    """A duration for each note; one for all, or none, will do."""
    given = [_duration(token) for token in re.sub(r"[|,;]", " ", durations).split() if token.lower() not in _UNITS]
    if not given:
        return [*[USUAL_S] * (count - 1), LAST_S]
    if len(given) == 1:
        return given * count
    if len(given) != count:
        raise EngineError(f"There are {count} notes and {len(given)} durations; give me one for each note.")
    return given


_UNITS = frozenset(("s", "second", "seconds", "sec", "and"))


def _duration(token: str) -> float:
    try:
        seconds = float(token.rstrip("s"))
    except ValueError as error:
        raise EngineError(f'I cannot read the duration "{token}"; write seconds such as 0.4.') from error
    if not SHORTEST_S <= seconds <= LONGEST_S:
        raise EngineError(f"A note cannot last {token} seconds; give me between a tenth of a second and a minute.")
    return seconds


def _beat(cell: Sequence[tuple[float | None, float]]) -> Beat:
    """Rests within a cell belong to the note before them."""
    rest = sum(seconds for key, seconds in cell if key is None)
    notes = tuple(Note(key, seconds) for key, seconds in cell if key is not None)
    if not notes:
        return Beat((), rest)
    return Beat((*notes[:-1], Note(notes[-1].key, notes[-1].seconds + rest)))
