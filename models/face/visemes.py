"""Visemes: what a mouth looks like for each sound of speech.

phone ─▶ its viseme, of a diphthong two ─▶ six numbers of a `Mouth`, and how strongly each of them is insisted on

The grouping is that of the fourteen visemes of MPEG-4 (ISO/IEC 14496-2, table of visemes) and a mouth at rest.
"""

from dataclasses import astuple, dataclass

import numpy as np
from numpy.typing import NDArray

Shapes = NDArray[np.float32]
"""Mouths, a row each, in the order of the fields of `Mouth`: shape (n, 6)."""


@dataclass(frozen=True, slots=True)
class Mouth:
    """A shape of the mouth."""

    open: float = 0.0
    """How far the lips are apart, 0 to 1."""
    wide: float = 0.0
    """From -1, rounded and pushed forward, to 1, spread."""
    teeth: float = 0.0
    """How much of the teeth is seen, 0 to 1."""
    tongue: float = 0.0
    """How near the tip of the tongue is to the upper teeth, 0 to 1."""
    tuck: float = 0.0
    """How far the lower lip lies under the upper teeth, 0 to 1."""
    press: float = 0.0
    """How firmly the lips are closed, 0 to 1."""


SIZE = len(astuple(Mouth()))
OPEN, WIDE, TEETH, TONGUE, TUCK, PRESS = range(SIZE)


@dataclass(frozen=True, slots=True)
class Viseme:
    """A shape, and how much it resists what its neighbours want, for the opening and for the rest."""

    mouth: Mouth
    hold: float = 1.0
    hold_wide: float = 1.0


REST = "rest"
VISEMES = {
    REST: Viseme(Mouth(), 0.8, 0.4),
    "p": Viseme(Mouth(press=1.0), 3.0, 0.3),
    "f": Viseme(Mouth(0.1, 0.1, 0.7, tuck=1.0), 3.0, 0.4),
    "th": Viseme(Mouth(0.24, 0.1, 0.5, 1.0), 1.6, 0.4),
    "t": Viseme(Mouth(0.2, 0.1, 0.6, 0.7), 1.0, 0.2),
    "k": Viseme(Mouth(0.28, 0.0, 0.2), 0.5, 0.2),
    "s": Viseme(Mouth(0.14, 0.35, 1.0), 2.0, 0.6),
    "sh": Viseme(Mouth(0.2, -0.6, 0.9), 2.0, 1.4),
    "r": Viseme(Mouth(0.24, -0.45, 0.3, 0.2), 1.0, 1.0),
    "w": Viseme(Mouth(0.16, -1.0), 2.2, 2.2),
    "u": Viseme(Mouth(0.24, -0.9), 1.4, 1.6),
    "o": Viseme(Mouth(0.58, -0.6, 0.1), 1.4, 1.4),
    "a": Viseme(Mouth(1.0, 0.05, 0.4), 1.6, 0.8),
    "e": Viseme(Mouth(0.68, 0.45, 0.5), 1.4, 1.0),
    "i": Viseme(Mouth(0.36, 0.8, 0.7), 1.2, 1.2),
    "uh": Viseme(Mouth(0.52, 0.05, 0.3), 1.0, 0.6),
}
"""All of them; the hold of what lips do themselves, p and f, is the strongest."""

_SOUNDS = {
    "p": "pbmɱ",
    "f": "fvɸβ",
    "th": "θð",
    "t": "tdnlɾɲʎɫɬ",
    "k": "kɡghŋxçɣqχʔɦ",
    "s": "sz",
    "sh": "ʃʒɕʑ",
    "r": "ɹrʁɻ",
    "w": "wʍɥ",
    "u": "uʊyɯʉ",
    "o": "oɔøœɒ",
    "a": "ɑaɐ",
    "e": "ɛæe",
    "i": "iɪjɨᵻ",
    "uh": "əʌɜɚɝɤ",
}
OF_SOUND = {letter: name for name, letters in _SOUNDS.items() for letter in letters}
"""The viseme of each letter of IPA."""
OPENNESS = {name: viseme.mouth.open for name, viseme in VISEMES.items()}


def visemes_of(symbol: str) -> tuple[str, ...]:
    """The visemes of a phone in IPA, such as "ˈaɪ": one, of diphthongs and affricates two; of pauses the rest.

    A phone of unknown letters is taken for a vowel in the middle of the mouth.
    """
    found = [OF_SOUND[letter] for letter in symbol if letter in OF_SOUND]
    if not found:
        return ("uh",) if any(letter.isalpha() for letter in symbol) else (REST,)
    return tuple(name for k, name in enumerate(found) if not k or found[k - 1] != name)[:2]


def shape(name: str) -> Shapes:
    """The numbers of a viseme, float32 of shape (6,)."""
    return np.array(astuple(VISEMES[name].mouth), np.float32)
