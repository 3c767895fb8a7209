"""Words about how a sound is looked for, and not about the sound: "rain without thunder, three candidates".

three candidates, the best of four      how many tries, of which the best is kept
(in) better quality, a quick draft      steps: how often noise is taken away
100 steps, guidance five                the same, and how closely the words are followed, in numbers
without thunder, no music               what it should not be
"""

import re
from dataclasses import dataclass

from models.base import Json
from models.sound.generation.source import NUMBERS

_NUMBER = rf"(?P<number>\d+|{'|'.join(NUMBERS[1:])})"
_EDGE = r"(?:[,;.]? *\b(?:and|with|using|in|at|out of|from|take|make|give me|as)\b)*[,;.]? *(?:the |a |an )*"
_TRIES = re.compile(rf"(?i){_EDGE}\bbest of {_NUMBER}\b(?: (?:candidates|tries|attempts|versions))?")
_COUNTED = re.compile(
    rf"(?i){_EDGE}\b{_NUMBER} (?:different )?(?:candidates?|tries|attempts|versions)\b(?: to pick from)?"
)
_STEPS = re.compile(
    rf"(?i){_EDGE}(?:\b{_NUMBER} (?:sampling|diffusion|inference|denoising) steps|"
    r"(?<=with )(?P<bare>\d{2,4}) steps)\b"
)
_GUIDANCE = re.compile(rf"(?i){_EDGE}\bguidance(?: scale)?(?: of| at)? {_NUMBER}\b")
_BETTER = re.compile(
    rf"(?i){_EDGE}\b(?:(?:much |even )?better|best|high(?:er|est)?|finest|top|good|studio) (?:possible )?"
    r"(?:sound |audio )?quality\b"
)
_QUICK = re.compile(rf"(?i){_EDGE}\b(?:quick|rough|fast) (?:draft|sketch|preview)(?: of)?\b|\b(?:draft|low) quality\b")
_AVOID = re.compile(
    r"(?i)[,;]?(?: \b(?:but|and|with)\b)* \b(?:without(?: any| the)?|no|not|avoid(?:ing)?)\b"
    r" (?P<what>[\w' -]+?)(?=[,;.]|\bbut\b|\band\b|\bthen\b|\bwith\b|$)"
)
BETTER, QUICK = 200, 20
"""Steps."""


@dataclass(frozen=True, slots=True)
class Making:
    """A request, parted into what it is to sound like and how it is looked for."""

    text: str
    """What it is to sound like."""
    given: dict[str, Json]
    """`candidates`, `steps` and `guidance`, as far as they were said."""
    avoid: str = ""
    """What it should not be; still said in the text that it was taken from, not in `text`."""


def making_of(text: str) -> Making:
    """Read a request. What asks for nothing of the kind stays as it is, to the letter."""
    given, rest = dict[str, Json](), text
    for name, pattern in (("candidates", _TRIES), ("candidates", _COUNTED), ("steps", _STEPS), ("guidance", _GUIDANCE)):
        if found := pattern.search(rest):
            given[name], rest = _value(found["number"] or found["bare"]), _without(rest, found)
    for pattern, steps in ((_BETTER, BETTER), (_QUICK, QUICK)):
        if found := pattern.search(rest):
            given.setdefault("steps", steps)
            rest = _without(rest, found)
    return Making(rest, given)


def avoiding(making: Making) -> Making:
    """With what it should not be taken out of the words, for a model that is told of that apart."""
    found = _AVOID.search(making.text)
    if found is None:
        return making
    more = avoiding(Making(_without(making.text, found), making.given))
    return Making(more.text, more.given, ", ".join(filter(None, (found["what"].strip(), more.avoid))))


def _value(said: str) -> int:
    return int(said) if said.isdigit() else NUMBERS.index(said.lower())


def _without(text: str, found: re.Match[str]) -> str:
    rest = f"{text[: found.start()]} {text[found.end() :]}"
    return re.sub(r"\s+([,.;])", r"\1", " ".join(rest.split())).strip(" ,;")
