"""What is laid over a voice, in words: "with an echo", "as if in a church", "over a telephone", "sounding muffled".

Each is one of `models.speech.effects.EFFECTS`.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TypeAlias

from router.speech import Directions

Change: TypeAlias = Callable[[Directions, "re.Match[str]"], Directions]
_NOUNS: Mapping[str, str] = {
    "echo": r"echo(?:es)?",
    "hall": r"(?:hall )?reverb(?:eration)?|room sound",
    "telephone": r"(?:tele)?phone effect|radio effect",
    "megaphone": r"mega-?phone|loud-?speaker effect",
    "muffled": r"muffling",
}
"""What an effect is called by itself."""
_PLACES: Mapping[str, str] = {
    "echo": r"canyon|valley|mountains?|well|ravine|gorge",
    "hall": r"hall|concert hall|church|cathedral|cave|bathroom|tunnel|stadium|room|chapel|dome|staircase|swimming pool",
    "telephone": r"(?:tele)?phone|phone call|radio|walkie.?talkie|intercom|phone line",
    "megaphone": r"mega-?phone|bull-?horn|loud-?speaker|loud-?hailer|tannoy|p ?a system|public address system",
    "muffled": r"wall|door|water|underwater|next room|pillow|blanket",
}
"""Where, or through what, something is spoken."""
_MUCH = (
    r"(?:(?:an?|the|some|your) )?(?:(?:lots? of|bit of|little|touch of|much|strong|heavy|long|big|slight|nice|clear)"
    r"(?: of)? )?"
)
_KIND = r"(?:(?:empty|old|large|big|huge|small|deep|dark|narrow|broken|closed|thick|bad|concert) )*"
_AS_IF = (
    r"(?:as if|as though|like)(?: (?:you|it|he|she|they|i|we|somebody|someone))?(?:'re|'s)?(?: (?:were|was|are|is|came|"
    r"comes|coming|spoke|speak|speaking|talked|talking|standing|stood|said|spoken|heard|played|calling|being))*"
)
_WHERE = r"(?:in|into|inside|through|over|on|from|down|out of|at|via|behind|under|across)"
_DEVICES = "|".join(f"(?P<{effect}>{_PLACES[effect]})" for effect in ("telephone", "megaphone"))
_ADDED = r"(?: (?:effects?|filter|on (?:it|top|your voice)|added|to it))?"


def _any(names: Mapping[str, str], behind: str = "") -> str:
    return "|".join(f"(?P<{effect}>(?:{said}){behind})" for effect, said in names.items())


def _laid(so: Directions, found: re.Match[str]) -> Directions:
    given = found.groupdict()
    return replace(so, effect=next(name for name in _PLACES if given.get(name)))


RULES: Sequence[tuple[str, Change]] = (
    (rf"(?:with|using|adding|add|plus) {_MUCH}(?:{_any(_NOUNS)}){_ADDED}", _laid),
    (
        rf"(?:with|using|adding|add|plus) {_MUCH}{_KIND}(?:{_any(_PLACES, ' (?:effect|filter|acoustics?|sound)')})",
        _laid,
    ),
    (rf"{_AS_IF}(?: from)? {_WHERE} (?:an? |the |my )?{_KIND}(?:{_any(_PLACES)})", _laid),
    (rf"(?:through|over|via) an? {_KIND}(?:{_DEVICES})", _laid),
    (r"(?:sounding )?(?:(?P<echo>echoing(?:ly)?|with it echoing)|(?P<muffled>muffled))", _laid),
)
"""What each way of saying it does."""
