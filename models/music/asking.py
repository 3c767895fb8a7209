"""What is meant by "happy birthday in G, slowly": which song, on which tonic, how fast, in which manner.

Happy Birthday to Anna in G minor, slowly, as a man
└─── tune ───┘    └name┘   └ key ┘  └tempo  └style
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from models.music.notation import STEPS
from models.music.score import Line, Song, Word, paced
from models.music.style import Style, joined, taken
from models.music.tunes import TUNES, Tune

SLOW, FAST = 1.35, 0.75
"""Times as long as usual."""
TEMPI: Mapping[str, float] = {
    "very slowly": 1.6, "very slow": 1.6, "slowly": SLOW, "slow": SLOW, "slower": SLOW, "largo": 1.6, "adagio": SLOW,
    "andante": 1.15, "moderately": 1.0, "normally": 1.0, "allegro": FAST, "presto": 0.6, "fast": FAST, "faster": FAST,
    "quickly": FAST, "quick": FAST, "very fast": 0.6, "very quickly": 0.6, "as fast as you can": 0.55,
    "as fast as possible": 0.55,
    "as quickly as you can": 0.55, "as slowly as you can": 1.9, "as slow as possible": 1.9, "twice as fast": 0.5,
    "at double speed": 0.5, "half as fast": 2.0, "at half speed": 2.0, "at half the speed": 2.0, "twice as slowly": 2.0,
    "a bit slower": 1.2, "a little slower": 1.2, "a bit faster": 0.85, "a little faster": 0.85, "much faster": 0.6,
    "much slower": 1.6,
}  # fmt: skip
SLOWEST, FASTEST = 3.0, 0.34
NAME = "dearest friend"
"""The words of Happy Birthday in whose place a name is sung."""

_TEMPO = "|".join(sorted((re.escape(word) for word in TEMPI), key=len, reverse=True))
_KEY = re.compile(
    r"[,\s]*\b(?:in|in the key of|in the key|on|key)\s+(?P<note>[A-Ga-g])(?:[\s-]*(?P<sign>sharp|flat|#|♯|b|♭))?"
    r"(?:[\s-]*(?P<mode>major|minor))?(?=[,.!\s]*$|[,\s]+(?:at|and|but|very|" + _TEMPO + r")\b)",
    re.IGNORECASE,
)
_PACE = re.compile(rf"[,\s]*\b(?:and\s+|but\s+|at\s+(?:a\s+)?)?(?P<pace>{_TEMPO})(?:\s+tempo)?[.!\s]*$", re.IGNORECASE)
_BEATS = re.compile(
    r"[,\s]*\b(?:at|with)?\s*(?P<beats>\d{2,3})\s*(?:bpm|beats\s+(?:per|a)\s+minute)[.!\s]*$", re.IGNORECASE
)
_SONG = re.compile(
    r"^(?:the\s+|a\s+|me\s+)*(?:song|tune|carol|melody|words|lullaby)?\s*(?:of|called)?\s*", re.IGNORECASE
)
_LED = re.compile(r"(?i)(?P<manner>(?:(?:very|really) )?(?:\w+ly|slow|fast|loud|soft))\b[\s,:]+")
_BEFORE = re.compile(
    r"(?i)(?:(?:it|this|that|me|these words|the words)\s+)?(?P<manner>[\w' ,-]{4,50}?)\s*:\s*(?P<words>.+)"
)
_GIVEN_TO = re.compile(r"(?i)(.+?),?\s+(?:for|to)\s+(?!the tune)(?:[\w'’-]+\s*){1,4}")
"""A song for somebody."""
_NAMED = re.compile(
    r"^(happy birthday)(?:\s+to\s+you)?,?\s+(?:(?:to|for|dear)\s+(?!you\b)|(?=(?-i:[A-Z][a-z]+)$))"
    r"(?P<name>\w[\w' -]*)$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Asked:
    """A request without its key and tempo, and these."""

    text: str
    tonic: int | None = None
    """0 for C to 11 for B; None where none was named."""
    minor: bool = False
    pace: float = 1.0
    """Times as long as usual."""
    paced: str = ""
    """The word for that."""
    beats: float = 0.0
    """In a minute, where they were named."""
    style: Style = Style()

    @property
    def plain(self) -> bool:
        """Whether nothing was said of how it is sung."""
        return replace(self, text="") == Asked("")


def asked(text: str, key: str = "", tempo: str = "") -> Asked:
    """What a text says of key, tempo and manner, unless key and tempo are given beside it."""
    found = _bare(Asked(_manner_last(text.strip())))
    if key:
        given = _without_key(Asked(f"x in {key}"))
        found = replace(found, tonic=given.tonic, minor=given.minor)
    if tempo:
        paced_so = _without_tempo(Asked(f"x {tempo}"))
        found = replace(found, pace=paced_so.pace, beats=paced_so.beats)
    return found


def _bare(asked_for: Asked) -> Asked:
    """With all that a text says of how it is sung taken off its end, piece by piece."""
    while True:
        found = _without_style(_without_tempo(_without_key(asked_for)))
        if found == asked_for:
            return found
        asked_for = found


def _without_style(asked_for: Asked) -> Asked:
    text, style = taken(asked_for.text)
    return replace(asked_for, text=text, style=joined(asked_for.style, style))


def _manner_last(text: str) -> str:
    """A manner that stands before a song that is known goes behind it: "slowly happy birthday"; so does one before a
    colon: "it like an opera singer: the moon is high"."""
    before = _BEFORE.fullmatch(text)
    if before and _bare(Asked(f"x {before['manner']}")).text == "x":
        return f"{before['words']}, {before['manner']}"
    found = _LED.match(text)
    return f"{text[found.end() :]} {found['manner']}" if found and tune_of(text[found.end() :]) else text


def tune_of(text: str) -> tuple[Tune, int | None, str] | None:
    """The tune that a text names, or whose words it begins with; how many of its lines, and for whom it is sung."""
    named = _NAMED.match(text.strip().rstrip(".!?"))
    plain = _plain(named[1] if named else _SONG.sub("", text.strip(), count=1)) or _plain(text)
    whose = named["name"].strip() if named else ""
    for tune in TUNES:
        if {plain, _plain(text)} & {_plain(tune.title), *map(_plain, tune.names)}:
            return tune, None, whose
    for tune in TUNES:
        for lines in range(1, len(tune.lines) + 1):
            words = " ".join(words for words, _ in tune.lines[:lines])
            if plain == _plain(words.replace("-", "")):
                return tune, lines, ""
    given = _GIVEN_TO.fullmatch(text.strip().rstrip(".!?"))
    return tune_of(given[1]) if given else None


def for_somebody(song: Song, name: str) -> Song:
    """Happy Birthday with a name in it."""
    if not name:
        return song
    return replace(song, lines=tuple(_renamed(line, name) for line in song.lines))


def at_pace(song: Song, wanted: Asked, tempo: float) -> Song:
    """The song as fast as it is wanted; `tempo` is its own in beats a minute."""
    factor = tempo / wanted.beats if wanted.beats else wanted.pace
    return paced(song, min(max(factor, FASTEST), SLOWEST))


def _renamed(line: Line, name: str) -> Line:
    texts = [word.text.strip(",.").lower() for word in line.words]
    if texts[-2:] != NAME.split():
        return line
    *first, dear, friend = line.words
    return replace(line, words=(*first, replace(dear, text="dear", cells=dear.cells[:1]), _word(name, dear, friend)))


def _word(name: str, dear: Word, friend: Word) -> Word:
    return Word(name, (*dear.cells[1:], *friend.cells))


def _without_key(asked_for: Asked) -> Asked:
    found = _KEY.search(asked_for.text)
    if found is None:
        return asked_for
    sign = {"sharp": 1, "#": 1, "♯": 1, "flat": -1, "b": -1, "♭": -1}.get((found["sign"] or "").lower(), 0)
    rest = (asked_for.text[: found.start()] + asked_for.text[found.end() :]).strip(" ,.")
    tonic = (STEPS[found["note"].upper()] + sign) % 12
    return replace(asked_for, text=rest, tonic=tonic, minor=(found["mode"] or "").lower() == "minor")


def _without_tempo(asked_for: Asked) -> Asked:
    if (beats := _BEATS.search(asked_for.text)) and int(beats["beats"]):
        return replace(asked_for, text=asked_for.text[: beats.start()].strip(), beats=float(beats["beats"]))
    if found := _PACE.search(asked_for.text):
        word = found["pace"].lower()
        return replace(
            asked_for, text=asked_for.text[: found.start()].strip(), pace=asked_for.pace * TEMPI[word], paced=word
        )
    return asked_for


def _plain(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.lower().replace("'", "").replace("’", "")))
