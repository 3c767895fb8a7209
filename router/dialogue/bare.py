"""Turns that say no more than a thing: a sound, or how long.

"two cats fighting"   ─▶ a sound that can be made: it is meant to be, where nothing else fits
"ten seconds"         ─▶ asked back what shall last so long; "a timer" or "a recording" is the answer
"""

import re
from collections.abc import Sequence

from assistant.history import AssistantSaid, Turn
from models.sound.generation.reader import read
from router.dialogue.base import Call
from router.numerals import words
from router.spoken import duration_s, durations_in, spoken_duration

_ONE = r"(?:an?|one|two|three|four|five|six|seven|eight|nine|ten|a few|several|some|lots of|many|a lot of|\d+)"
_NOUN = re.compile(rf"(?i){_ONE}\s+[\w' -]+")
_MASS = re.compile(
    r"(?i)(?:(?:heavy|light|gentle|soft|loud|distant|pouring|howling|strong|crackling|rolling|steady|quiet)\s+)*"
    r"(?P<head>\w+)(?:\s+[\w'-]+){0,6}"
)
_SEVERAL = re.compile(r"(?i)(?!an?\b|one\b|some\b|a lot\b)\w+|.*\b(?:once|twice|times)\b")
_DOING = re.compile(r"(?i)\w{2,}ing\b|\b(?:sounds?|noises?)\b")
"""What sounds does something: a cup of tea and a train to London do not."""
_VERBS = re.compile(
    r"(?i)\b(?:is|are|was|were|am|be|been|has|have|had|do|does|did|will|would|can|could|should|may|might|must|went|came"
    r"|said|told|got|made|think|thought|know|knew|want|wanted|need|needed|like|liked|love|loved|hate|hated|i|i'm|me|my"
    r"|we|you|your|he|she|they|us|his|her|their|who|what|when|where|why|how|not|n't|yes|no|today|yesterday|tomorrow"
    r"|tonight|again|because|if|that)\b"
)
"""Words of a sentence, which a thing by itself has none of."""
_HEADS = frozenset(
    words(
        "rain wind thunder thunderstorm surf waves footsteps applause birds crickets laughter traffic snow hail fire "
        "steps bells frogs cats dogs ducks horses cows sheep wolves owls bees hooves drums music typing snoring"
    )
)
"""Sounds that are called so without an article."""
_AFTER = re.compile(r"(?i)\s*,?\s*\b(?:please|now|for me)\s*$")
_ASKS = "What shall last {}: a timer, or a recording?"
_ASKED = re.compile(r"What shall last (?P<long>.+): a timer, or a recording\?$")
_TIMER = re.compile(r"(?i)\b(?:timer|first|former|countdown|count down|yes)\b")
_RECORDING = re.compile(r"(?i)\b(?:record\w*|second one|latter|microphone)\b")
_AROUND_KIND = re.compile(
    r"(?i)(?:\b(?:an?|the|my|set|start|make|it|that|is|for|to|please|i|mean|meant|want|would|like|just|one|let|be|us|me|"
    r"s|d|with|by|okay|well|um|option|thing|then|of|course)\b|[\s.,!?'’])*"
)
"""What may stand around "a timer" where that is the answer; anything else makes another request of it."""
_SURROUND = re.compile(r"(?i)(?:for|about|just|only|please|make it|and|a|an|the|another|of|\s|[.,!?])*")


def sound_alone(said: str) -> bool:
    """Whether words are the name of a sound that the rules can make, and no sentence."""
    said = _AFTER.sub("", said.strip(" .!"))
    if _VERBS.search(said) or said.endswith("?"):
        return False
    mass, several = _MASS.fullmatch(said), _SEVERAL.match(said) and " of " not in said
    going_on = _NOUN.fullmatch(said) and (several or _DOING.search(said))
    if not going_on and not (mass and mass["head"].lower() in _HEADS):
        return False
    wish = read(said)
    known = any(step.layers for step in wish.steps)
    return known and sum(len(rest.split()) for rest in wish.left_out) <= 1


def which_lasts(text: str) -> str:
    """What to ask where a turn is a duration and nothing else; empty where it is something else."""
    found = durations_in(text)
    if len(found) != 1 or not _SURROUND.fullmatch(text[: found[0][0]] + text[found[0][1] :]):
        return ""
    return _ASKS.format(spoken_duration(found[0][2]))


def lasting(text: str, turns: Sequence[Turn]) -> Call | None:
    """What is to last so long, where that was just asked; None where it is not answered."""
    last = turns[-1] if turns else None
    asked = _ASKED.search(last.text) if isinstance(last, AssistantSaid) else None
    seconds = duration_s(asked["long"]) if asked else None
    if seconds is None:
        return None
    for kind, task in ((_RECORDING, "record_sound"), (_TIMER, "set_timer")):
        if kind.search(text) and _AROUND_KIND.fullmatch(kind.sub(" ", text)):
            return Call(task, {"seconds": seconds})
    return None
