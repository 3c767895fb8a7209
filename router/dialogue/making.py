"""Requests for sounds that are made, told by their words: turns that describe a sound and say nothing besides.

"a car drives past from right to left"     ─▶ a description, as a whole
"seven church bells, one every two seconds" ─▶ the same: rates, orders and fades belong to it
"rain for ten seconds"                     ─▶ its text, and how long all of it is
"I like rain", "close the door"            ─▶ none
"""

import re
from collections.abc import Sequence
from typing import Any

from assistant.events import Artifact
from models.sound.generation.music_words import music_of
from models.sound.generation.reader import read
from models.sound.generation.scene import Wish
from router.spoken import durations_in

_ASKS = re.compile(
    r"(?i)^(?:(?:hey|hi|okay|ok|now|and|then|please|earshot|(?:can|could|would|will) you|help me(?: to)?|"
    r"i(?:'d| would) like(?: you)?(?: to)?|i want(?: you)?(?: to)?|i need(?: you)?(?: to)?|"
    r"let me hear|let us hear|let's hear|give me|make|generate|create|produce|"
    r"compose|play|come up with|record|simulate|imitate|do|build|write)\b[\s,]*)+"
    r"(?:(?:me|us|for me|for us)\b[\s,]*)?"
    r"(?:(?:(?:a|an|the|some) )?(?:short |little |background |audio |nice )*"
    r"(?:sounds?(?: effects?)?|noises?|audio(?: clip)?|sfx|recordings?|clips?|soundscape|ambience|atmosphere)"
    r"\s*(?:of|like|with|that includes|for|:|,)\s*)?"
)
_PLEASE = re.compile(r"(?i)[\s,]*\b(?:please|for me|now|thanks|thank you)\b[\s.!]*$")
_NOT_BEGINS = re.compile(
    r"(?i)(?:i|i'm|i've|we|he|she|they|it|it's|you|there|this|that|these|those|what|which|who|whose|how|why|when|where|"
    r"is|are|was|were|do|does|did|don't|no|not|my|your|his|her|their|our|and|or|but|with|without|only|just|now|also|more|less|"
    r"again|open|close|shut|stop|start|put|add|mix|lay|insert|play|make|take|cut|call|name|set|turn|find|remove|extract|"
    r"bleep|beep out|give|get|want|need|keep|leave|let|hear|pull|show|help|please|compose|generate|create|produce|"
    r"invent|read|say|spell|tell|sing|listen|look|record|on|in|at|to|from|behind|above)\b"
)
"""How a description of a sound that is to be made does not begin."""
_JUST = re.compile(r"(?i)(?:just|only)\s+(?=(?:the )?(?:drums?|percussion|piano|guitar|strings|bass)\b)")
_SPOKEN = re.compile(
    r"(?i)\b(?:voices?|speak\w*|speech|talk\w*|says?|saying|words?|named?|timer|reminder)\b|background noise|\?\s*$"
)
_LATER = re.compile(
    r"(?i)\bin (?:an?|one|two|three|five|ten|\w+teen|\w+ty|\d+) (?:seconds?|minutes?|hours?)\b(?! intervals?)"
)
_BEGINS = re.compile(
    r"(?i)(?:an?|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|a few|several|some|many|lots of|\d+)\b"
)
_LEAD = re.compile(r"(?i)\s*,?\s*\b(?:for|of|lasting|about|around|during|over|that lasts|which lasts)\s*$")
_FOLLOW = re.compile(r"(?i)^\s*(?:long\b|of\b)?")


def sound_described(said: str, artifacts: Sequence[Artifact] = ()) -> dict[str, Any]:
    """The arguments of `generate_audio` for a turn that describes a sound and nothing else; none where it does not.

    Args:
        said: the turn without courtesies.
        artifacts: what there is: the name of one of them means that one.
    """
    said = _PLEASE.sub("", said.strip(" .!"))
    bare = said if any(one.kind == "audio" for one in artifacts) else _JUST.sub("", said)
    if _NOT_BEGINS.match(bare) or _SPOKEN.search(said) or _LATER.search(said) or _is_of(said, artifacts):
        return {}
    wish = read(said)
    if not _whole(wish) or (len(said.split()) < 2 and not wish.music):
        return {}
    if re.match(r"(?i)the\b", said) and not _told_as_story(wish):
        return {}
    return parted(said, wish) if _BEGINS.match(said) or len(said.split()) > 1 or wish.music else {}


def in_full(said: str, text: str) -> dict[str, Any]:
    """The same for a turn that asks to make something, where what was taken for its description leaves out of it.

    Args:
        said: what was taken for the description; may be empty.
        text: all that was said.
    """
    whole = _PLEASE.sub("", _ASKS.sub("", text.strip(" .!?"), count=1)).strip(" ,.")
    wish, part = read(whole), read(said)
    if not wish.steps or len(wish.left_out) > len(part.left_out) or _LATER.search(whole):
        return {}
    return {} if part.steps and _told(part) == _told(wish) else parted(whole, wish)


def at_times(said: str) -> bool:
    """Whether a description says how often something comes, so that what it says of time is no length."""
    return any(layer.every_s for step in read(said).steps for layer in step.layers)


def parted(said: str, wish: Wish) -> dict[str, Any]:
    """A description and how long all of it is, where it is of one step and says that once."""
    found = durations_in(said)
    if len(found) != 1 or wish.seconds is None or abs(found[0][2] - wish.seconds) > 1e-6:
        return {"text": said}
    first, last, seconds = found[0]
    before, after = _LEAD.sub("", said[:first]), _FOLLOW.sub("", said[last:])
    text = " ".join(f"{before} {after}".split()).strip(" ,")
    return {"text": text, "seconds": seconds} if _told(read(text)) == _told(wish) else {"text": said}


def _whole(wish: Wish) -> bool:
    """Whether all of its words are of sounds that can be made, and how they are."""
    return any(step.layers for step in wish.steps) and not wish.left_out and not wish.unread


def _told_as_story(wish: Wish) -> bool:
    """Whether it has an order or a rate, so that it is no statement."""
    return len(wish.steps) > 1 or any(layer.every_s for step in wish.steps for layer in step.layers)


def _is_of(said: str, artifacts: Sequence[Artifact]) -> bool:
    """Whether something that there is, is named."""
    words = f" {' '.join(re.findall(r'[a-z0-9]+', said.lower()))} "
    return any(f" {one.name.lower()} " in words for one in artifacts if one.kind in ("audio", "video"))


def _told(wish: Wish) -> tuple[Any, ...]:
    """What a wish comes to, without the words that music is asked for with, and without how long it is."""
    steps = tuple(
        tuple(
            (
                one.source,
                one.count,
                one.every_s,
                one.pan,
                one.swell_db,
                one.fades_s,
                one.far,
                one.muffled,
                one.background,
                one.gain_db,
                "" if one.source == "music" else one.style,
            )
            for one in step.layers
        )
        for step in wish.steps
    )
    times = tuple(step.seconds for step in wish.steps) if len(wish.steps) > 1 else ()
    return steps, times, wish.room, wish.loop, _music(wish)


def _music(wish: Wish) -> tuple[Any, ...]:
    return (music_of(wish.music),) if wish.music else ()
