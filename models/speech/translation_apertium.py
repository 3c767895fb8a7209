"""Apertium (Forcada et al. 2011), a free machine translator by rules and dictionaries, as a program beside us.

    sentences ─▶ one paragraph each ─▶ apertium MODE … ─▶ paragraphs ─▶ sentences, and the words it does not know

It is a separate program under the GPL, version 2, from the system's packages; nothing of it is in Earshot. What it can
do depends on the language pairs that are installed: each brings modes such as "eng-spa".
"""

import os
import re
import subprocess
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from shutil import which

from assistant.errors import EngineError, EngineMissing
from models.speech.translation_languages import ENGLISH, LANGUAGES, Language, language_of

PROGRAM = "apertium"
PACKAGES = {
    "es": "apertium-eng-spa",
    "ca": "apertium-eng-cat",
    "gl": "apertium-en-gl",
    "eo": "apertium-eo-en",
    "sh": "apertium-hbs-eng",
}
"""Debian's packages of rules from English, by the code of the other language."""
USUAL = "es"
"""What is advised where no pair is installed."""
LONGEST_S = 60.0
"""After this, the program hangs."""
MOST_STEPS = 2
"""Languages on the way; each one costs much of what is right."""

_PARAGRAPH = "\n\n"
_MARK = "*"
_SIGNS = re.compile(r"[*#@](?=\w)")
"""Before words that it does not know, or cannot inflect."""


@dataclass(frozen=True, slots=True)
class Mode:
    """A way to translate."""

    name: str
    """As the program calls it, such as "eng-spa"."""
    source: Language
    target: Language


@dataclass(frozen=True, slots=True)
class Translated:
    """A sentence in the other language."""

    text: str
    unknown: tuple[str, ...] = ()
    """Words that are not in the dictionary, and stand in it as they were."""


class Apertium:
    """The program.

    Raises:
        EngineMissing: it is not installed, or no pair of languages is; the sentence names the packages.
    """

    def __init__(self, program: str = PROGRAM) -> None:
        path = which(program)
        if path is None:
            raise EngineMissing(advice())
        self._path = path
        self.modes = modes_of(self._run("-l"))
        if not self.modes:
            raise EngineMissing(advice())

    def route(self, source: Language, target: Language) -> tuple[Mode, ...] | None:
        """The shortest way from one language to another, over `MOST_STEPS` at most; None where there is none."""
        ways: deque[tuple[Mode, ...]] = deque((mode,) for mode in self.modes if mode.source == source)
        while ways:
            way = ways.popleft()
            if way[-1].target == target:
                return way
            if len(way) < MOST_STEPS:
                ways.extend((*way, mode) for mode in self.modes if mode.source == way[-1].target != target)
        return None

    def targets(self, source: Language = ENGLISH) -> tuple[Language, ...]:
        """What can be translated into, from a language."""
        return tuple(one for one in LANGUAGES if one != source and self.route(source, one))

    def translate(self, sentences: Sequence[str], mode: Mode) -> list[Translated]:
        """Translate sentences, each on its own.

        Raises:
            EngineError: the program fails.
        """
        lines = [" ".join(sentence.replace(_MARK, " ").split()) for sentence in sentences]
        given = [line for line in lines if line]
        if not given:
            return [Translated("") for _ in lines]
        came = self._run(mode.name, text=_PARAGRAPH.join(given) + "\n").strip("\n").split(_PARAGRAPH)
        if len(came) != len(given):
            raise EngineError("The translator gave back another number of sentences than it was given.")
        made = iter(came)
        return [_read(next(made)) if line else Translated("") for line in lines]

    def _run(self, *arguments: str, text: str = "") -> str:
        try:
            done = subprocess.run(
                [self._path, *arguments],
                input=text,
                capture_output=True,
                encoding="utf-8",
                timeout=LONGEST_S,
                check=True,
                env={**os.environ, "LC_ALL": "C.UTF-8"},
            )
        except (OSError, UnicodeDecodeError, subprocess.SubprocessError) as error:
            raise EngineError(
                "The translator Apertium failed. Reinstall its packages, or try a shorter text."
            ) from error
        return done.stdout


def advice(target: Language | None = None) -> str:
    """What to install to translate from English into a language; left out, into the usual one."""
    package = PACKAGES[target.code if target and target.code in PACKAGES else USUAL]
    return (
        f"To translate I need the program Apertium and its rules. On Debian or Ubuntu, install them with: "
        f"sudo apt-get install apertium {package}"
    )


def modes_of(listing: str) -> tuple[Mode, ...]:
    """The modes in what `apertium -l` prints; variants such as "eng-cat_valencia" and other tools are left out."""
    names = [line.strip() for line in listing.splitlines()]
    found = {name: [language_of(part) for part in name.split("-")] for name in names if name.count("-") == 1}
    return tuple(
        Mode(name, source, target) for name, (source, target) in found.items() if source and target and "_" not in name
    )


def _read(text: str) -> Translated:
    """What the program printed, its marks taken out."""
    words = [word.strip(".,;:!?¡¿\"'()") for word in text.split()]
    unknown = tuple(word[1:] for word in words if word.startswith(_MARK) and len(word) > 1)
    return Translated(" ".join(_SIGNS.sub("", text).split()), unknown)
