"""Songs that everybody knows and nobody owns, by heart: words and tunes that are in the public domain.

A note is a degree of the scale, "," an octave lower and "'" an octave higher, ":" and its beats, one if not said;
"_" binds two to a slur. Hyphens part the syllables.
"""

import re
from dataclasses import dataclass

from models.music.score import OCTAVE, Line, Note, Song, Word

MAJOR = (0, 2, 4, 5, 7, 9, 11)
_DEGREE = re.compile(r"([#b]?)([1-7])([,']*)(?::([\d.]+))?")


@dataclass(frozen=True, slots=True)
class Tune:
    """A song by heart."""

    title: str
    names: tuple[str, ...]
    """What else it is called, in small letters."""
    key: str
    """The tonic it is sung on unless another is wanted."""
    tempo: float
    """Beats in a minute."""
    lines: tuple[tuple[str, str], ...]
    """Words and notes."""
    language: str = "en"
    source: str = ""


TUNES: tuple[Tune, ...] = (
    Tune(
        "Happy Birthday",
        ("happy birthday", "happy birthday to you", "the birthday song"),
        "F",
        104,
        (
            ("Hap-py birth-day to you,", "5,:.75 5,:.25 6, 5, 1 7,:2"),
            ("hap-py birth-day to you,", "5,:.75 5,:.25 6, 5, 2 1:2"),
            ("hap-py birth-day dear-est friend,", "5,:.75 5,:.25 5 3 1 7, 6,:2"),
            ("hap-py birth-day to you.", "4:.75 4:.25 3 1 2 1:3"),
        ),
        source="Patty and Mildred Hill, 1893",
    ),
    Tune(
        "Twinkle Twinkle Little Star",
        ("twinkle twinkle", "twinkle twinkle little star", "twinkle little star"),
        "C",
        110,
        (
            ("Twin-kle twin-kle lit-tle star,", "1 1 5 5 6 6 5:2"),
            ("how I won-der what you are.", "4 4 3 3 2 2 1:2"),
            ("Up a-bove the world so high,", "5 5 4 4 3 3 2:2"),
            ("like a dia-mond in the sky.", "5 5 4 4 3 3 2:2"),
            ("Twin-kle twin-kle lit-tle star,", "1 1 5 5 6 6 5:2"),
            ("how I won-der what you are.", "4 4 3 3 2 2 1:3"),
        ),
        source="Jane Taylor, 1806; French tune, 1761",
    ),
    Tune(
        "Row Row Row Your Boat",
        ("row row row your boat", "row your boat", "row row your boat"),
        "C",
        76,
        (
            ("Row, row, row your boat,", "1 1 1:.667 2:.333 3"),
            ("gent-ly down the stream.", "3:.667 2:.333 3:.667 4:.333 5:2"),
            (
                "Mer-ri-ly, mer-ri-ly, mer-ri-ly, mer-ri-ly,",
                "1':.333 1':.333 1':.334 5:.333 5:.333 5:.334 3:.333 3:.333 3:.334 1:.333 1:.333 1:.334",
            ),
            ("life is but a dream.", "5:.667 4:.333 3:.667 2:.333 1:2"),
        ),
        source="traditional, 1852",
    ),
    Tune(
        "Frère Jacques",
        ("frere jacques", "frère jacques"),
        "F",
        108,
        (
            ("Frè-re Jac-ques,", "1 2 3 1"),
            ("Frè-re Jac-ques,", "1 2 3 1"),
            ("dor-mez vous,", "3 4 5:2"),
            ("dor-mez vous?", "3 4 5:2"),
            ("Son-nez les ma-ti-nes,", "5:.5 6:.5 5:.5 4:.5 3 1"),
            ("son-nez les ma-ti-nes,", "5:.5 6:.5 5:.5 4:.5 3 1"),
            ("ding dang dong,", "1 5, 1:2"),
            ("ding dang dong.", "1 5, 1:3"),
        ),
        language="fr",
        source="traditional, about 1780",
    ),
    Tune(
        "Are You Sleeping",
        ("are you sleeping", "brother john", "are you sleeping brother john"),
        "F",
        108,
        (
            ("Are you sleep-ing,", "1 2 3 1"),
            ("are you sleep-ing,", "1 2 3 1"),
            ("bro-ther John,", "3 4 5:2"),
            ("bro-ther John?", "3 4 5:2"),
            ("Morn-ing bells are ring-ing,", "5:.5 6:.5 5:.5 4:.5 3 1"),
            ("morn-ing bells are ring-ing,", "5:.5 6:.5 5:.5 4:.5 3 1"),
            ("ding dang dong,", "1 5, 1:2"),
            ("ding dang dong.", "1 5, 1:3"),
        ),
        source="traditional",
    ),
    Tune(
        "Ode to Joy",
        ("ode to joy", "joyful joyful", "joyful joyful we adore thee", "ode an die freude"),
        "D",
        116,
        (
            ("Joy-ful, joy-ful, we a-dore thee,", "3 3 4 5 5 4 3 2"),
            ("God of glo-ry, Lord of love.", "1 1 2 3 3:1.5 2:.5 2:2"),
            ("Hearts un-fold like flowers be-fore thee,", "3 3 4 5 5 4 3 2"),
            ("ope-ning to the sun a-bove.", "1 1 2 3 2:1.5 1:.5 1:3"),
        ),
        source="Beethoven, 1824; Henry van Dyke, 1907",
    ),
    Tune(
        "Amazing Grace",
        ("amazing grace",),
        "G",
        92,
        (
            ("A-maz-ing grace, how sweet the sound,", "5, 1:2 3:.5_1:.5 3:2 2 1:2 6, 5,:2"),
            ("that saved a wretch like me.", "5, 1:2 3:.5_1:.5 3:2 2 5:4"),
            ("I once was lost, but now am found,", "3 5:2 3:.5_1:.5 3:2 2 1:2 6, 5,:2"),
            ("was blind, but now I see.", "5, 1:2 3:.5_1:.5 3:2 2 1:4"),
        ),
        source="John Newton, 1779; New Britain, 1829",
    ),
    Tune(
        "Jingle Bells",
        ("jingle bells",),
        "G",
        132,
        (
            ("Jin-gle bells, jin-gle bells,", "3 3 3:2 3 3 3:2"),
            ("jin-gle all the way.", "3 5 1:1.5 2:.5 3:4"),
            ("Oh, what fun it is to ride", "4 4 4:1.5 4:.5 4 3 3"),
            ("in a one horse o-pen sleigh.", "3:.5 3:.5 3 2 2 3 2:4"),
            ("Jin-gle bells, jin-gle bells,", "3 3 3:2 3 3 3:2"),
            ("jin-gle all the way.", "3 5 1:1.5 2:.5 3:4"),
            ("Oh, what fun it is to ride", "4 4 4:1.5 4:.5 4 3 3"),
            ("in a one horse o-pen sleigh.", "3:.5 3:.5 5 5 4 2 1:4"),
        ),
        source="James Pierpont, 1857",
    ),
    Tune(
        "Mary Had a Little Lamb",
        ("mary had a little lamb", "little lamb"),
        "D",
        112,
        (
            ("Ma-ry had a lit-tle lamb,", "3 2 1 2 3 3 3:2"),
            ("lit-tle lamb, lit-tle lamb.", "2 2 2:2 3 5 5:2"),
            ("Ma-ry had a lit-tle lamb,", "3 2 1 2 3 3 3"),
            ("its fleece was white as snow.", "3 2 2 3 2 1:4"),
        ),
        source="Sarah Josepha Hale, 1830; Lowell Mason",
    ),
    Tune(
        "London Bridge",
        ("london bridge", "london bridge is falling down"),
        "C",
        112,
        (
            ("Lon-don Bridge is fall-ing down,", "5:1.5 6:.5 5 4 3 4 5:2"),
            ("fall-ing down, fall-ing down.", "2 3 4:2 3 4 5:2"),
            ("Lon-don Bridge is fall-ing down,", "5:1.5 6:.5 5 4 3 4 5:2"),
            ("my fair la-dy.", "2:2 5:2 3 1:3"),
        ),
        source="traditional, 1744",
    ),
    Tune(
        "Silent Night",
        ("silent night", "stille nacht"),
        "Bb",
        84,
        (
            ("Si-lent night, ho-ly night,", "5:.75_6:.25 5:.5 3:1.5 5:.75_6:.25 5:.5 3:1.5"),
            ("all is calm, all is bright.", "2':1 2':.5 7:1.5 1':1 1':.5 5:1.5"),
            ("Round yon vir-gin mo-ther and child,", "6:1 6:.5 1':.75_7:.25 6:.5 5:.75 6:.25 5:.5 3:1.5"),
            ("ho-ly in-fant so ten-der and mild,", "6:1 6:.5 1':.75 7:.25 6:.5 5:.75 6:.25 5:.5 3:1.5"),
            ("sleep in hea-ven-ly peace,", "2':1 2':.5 4':.75 2':.25 7:.5 1':1.5_3':1.5"),
            ("sleep in hea-ven-ly peace.", "1':.5_5:.5 3:.5 5:.75 4:.25 2:.5 1:3"),
        ),
        source="Franz Gruber, 1818; John Freeman Young, 1859",
    ),
)


def song_of(tune: Tune, tonic: float, lines: int | None = None) -> Song:
    """A tune on a tonic, as MIDI numbers it; its first lines where not all are wanted."""
    beat_s = 60.0 / tune.tempo
    sung = tuple(_line(words, notes, tonic, beat_s) for words, notes in tune.lines[:lines])
    return Song(sung, tune.title, tune.language, "by heart")


def cells_of(notes: str, tonic: float, beat_s: float) -> tuple[tuple[Note, ...], ...]:
    """Notes as they are written here; a `ValueError` where they cannot be read."""
    return tuple(tuple(_note(one, tonic, beat_s) for one in cell.split("_")) for cell in notes.split())


def _line(words: str, notes: str, tonic: float, beat_s: float) -> Line:
    cells, used, found = cells_of(notes, tonic, beat_s), 0, list[Word]()
    for word in words.split():
        count = word.count("-") + 1
        found.append(Word(word.replace("-", ""), cells[used : used + count]))
        used += count
    return Line(tuple(found))


def _note(written: str, tonic: float, beat_s: float) -> Note:
    found = _DEGREE.fullmatch(written)
    if found is None:
        raise ValueError(written)
    sign, degree, octaves, beats = found.groups()
    key = tonic + MAJOR[int(degree) - 1] + {"": 0, "#": 1, "b": -1}[sign]
    key += OCTAVE * (octaves.count("'") - octaves.count(","))
    return Note(key, float(beats or 1) * beat_s)
