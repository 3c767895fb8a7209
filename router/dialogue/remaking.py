"""Turns that vary a sound that was made: "longer", "another one", "without the thunder", "with birds too", "as a loop",
"further away", "from left to right", "more thunder".

Each is told by its words alone, and gives the last call of `generate_audio` with something else.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

from assistant.events import Artifact
from models.sound.generation.music_words import MUSIC
from router.dialogue.base import Call, Piece
from router.dialogue.phrases import pattern
from router.dialogue.placing import can_be_made
from router.spoken import durations_in

Given: TypeAlias = Mapping[str, Any]

TASK = "generate_audio"
USUAL_S, MUSIC_S, LONGEST_S, SHORTEST_S = 10.0, 30.0, 3600.0, 0.5
"""How long a sound and music are where it is not known."""
_AND = "[and|now|but|okay|ok|no|please] [make it|make that|do it|i want it|i would like it|can it be]"
_MUCH = "[a little|a bit|a little bit|slightly|a lot|much|even|still]"
_END = "[please|now|again|this time|instead]"
LONGER: Sequence[tuple[float, re.Pattern[str]]] = (
    (1.25, re.compile(pattern(f"{_AND} (a little|a bit|a little bit|slightly) longer {_END}"))),
    (0.75, re.compile(pattern(f"{_AND} (a little|a bit|a little bit|slightly) shorter {_END}"))),
    (2.0, re.compile(pattern(f"{_AND} (twice as long|double the length|double as long) {_END}"))),
    (0.5, re.compile(pattern(f"{_AND} (half as long|half the length) {_END}"))),
    (2.0, re.compile(pattern(f"{_AND} [a lot|much|even|still] longer {_END}|[that (is|was)] too short {_END}"))),
    (0.5, re.compile(pattern(f"{_AND} [a lot|much|even|still] shorter {_END}|[that (is|was)] too long {_END}"))),
)
"""By how much longer each way of saying makes it; what comes first is looked for first."""
LASTING = re.compile(
    pattern(f"{_AND} [for|to be|to last|last|be] {{time}} [long] {_END}|[it should|let it] last {{time}} {_END}")
)
ANOTHER = re.compile(
    pattern(
        "[and|now|okay|please] [make|give me|generate|do|try|let me hear|play] [me]"
        " (another [one|take|version]|a different (one|take|version)|a new (one|take|version)|one more [time|take]"
        "|it again|that again|it once more|again|once more|it differently|something different|the same [thing] again"
        "|the same once more|the same) [please]"
        "|[and|now|okay|please] the same [thing|one|sound] (again|once more) [please]"
    )
)
_MORE = "(two|three|four|five|2|3|4|5|a couple [of]|a few)"
_TAKES = "(takes|versions|variations|variants|ones|tries|attempts|times|of (them|those|these))"
SEVERAL = re.compile(
    pattern(
        "[and|now|okay|please] [i want|i would like|make|give me|generate|do|try|let me hear|can i (have|get)] [me] "
        f"(another {{count:{_MORE}}} [{_TAKES}]|{{count:{_MORE}}} (more|other|different|further|new) [{_TAKES}]) "
        "[please]"
    )
)
COUNTS = {"two": 2, "three": 3, "four": 4, "five": 5, "a couple": 2, "a couple of": 2, "a few": 3}
BETTER = re.compile(
    pattern(
        f"{_AND} [in|with|at|of] [a|an] {_MUCH} (better|higher|the best|the highest|more realistic|more natural) "
        f"[sound] (quality|one|version|take) {_END}|{_AND} {_MUCH} (better|more realistic|more natural) {_END}"
    )
)
NO_BETTER = "I make it as well as I can; here is another take."
LOOP = re.compile(
    pattern(
        f"{_AND} [as|into|in|be] (a [seamless|endless|perfect] loop|loop [seamlessly]|loopable|seamless) {_END}"
        f"|[and|now|please] loop (it|that) [seamlessly] {_END}|[and|now] [please] [let it] loop {_END}"
    )
)
PACE = re.compile(
    pattern(f"{_AND} {_MUCH} (slower|faster|quicker|more slowly|more quickly) {_END}|[that (is|was)] too (fast|slow)")
)
SLOW = re.compile(r"\b(?:slower|slowly|too fast)\b")
PACES = re.compile(r"(?i)\b(?:very |really )?(?:slow(?:ly)?|fast|quick(?:ly)?)\b[ ,]*")
DISTANCES: Mapping[str, re.Pattern[str]] = {
    "far away": re.compile(
        pattern(
            f"{_AND} {_MUCH} [from] (further|farther|further away|farther away|further off|more distant) {_END}"
            f"|{_AND} [from] (far away|in the distance) {_END}"
            f"|(move|put|take|send) (it|that) {_MUCH} (further|farther) [away|off|back] {_END}"
            "|[that (is|was)] (too close|too near|much too close)"
        )
    ),
    "close by": re.compile(
        pattern(
            f"{_AND} {_MUCH} [from] (closer [by]|nearer|close (by|up)|nearby|less (distant|far away)) {_END}"
            f"|(move|put|take|bring) (it|that) {_MUCH} (closer|nearer) {_END}"
            "|[that (is|was)] (too far|too far away|too distant)"
        )
    ),
}
"""Ways of saying that a sound is to be elsewhere, by what its description gets."""
AWAY = re.compile(
    r"(?i),?\s*\b(?:(?:from|in) (?:far away|the distance|nearby)|far (?:away|off)|close (?:by|up)|nearby|distant)\b"
)
WAY = re.compile(
    r"(?i)(?:(?:and|now|but|okay|please|make it|let it|have it|it|should|go|goes|going|move|moves|moving|pass|passes|"
    r"passing|pan|panning|from)[\s,]+)*(?:the )?(?P<start>left|right) to (?:the )?(?P<end>left|right)"
    r"(?: (?:please|now|instead))*[\s.!?]*"
)
ROUND = re.compile(pattern(f"{_AND} [from|in] (the other way [round|around]|the other direction) {_END}"))
PATH = re.compile(r"(?i),?\s*\bfrom (?:the )?(?P<start>left|right) to (?:the )?(?P<end>left|right)\b")
_OF_ONE = re.compile(
    r"(?i)(?:(?:and|now|but|okay|please|a little|a bit|a lot|much|even|make|with|the|some)[\s,]+)*"
    r"(?P<how>more|less|fewer|louder|softer|quieter|stronger|heavier|lighter|faster|slower)\s+(?:of the |the )?"
    r"(?P<what>[\w' -]+?)(?:[\s,]+(?:please|now|again|this time|in it))*[\s.!?]*"
)
_MADE_SO = re.compile(
    r"(?i)(?:(?:and|now|but|okay|please)[\s,]+)*make (?:the )?(?P<what>[\w' -]+?)"
    r"(?: a little| a bit| a lot| much| even)? "
    r"(?P<how>louder|softer|quieter|stronger|heavier|lighter|faster|slower)(?:[\s,]+(?:please|now|again))*[\s.!?]*"
)
HOW: Mapping[str, str] = {
    "more": "lots of",
    "less": "soft",
    "fewer": "a few",
    "louder": "loud",
    "softer": "soft",
    "quieter": "soft",
    "stronger": "heavy",
    "heavier": "heavy",
    "lighter": "light",
    "faster": "fast",
    "slower": "slow",
}
"""What one of several sounds is told to be that is to be more of something."""
_HOW_IT_WAS = re.compile(r"(?i)^(?:(?:lots of|loud|soft|a few|heavy|light|fast|slow|an?|the|some)\s+)+")
WITHOUT = re.compile(
    r"(?i)(?:(?:and|now|but|okay|please|the same|make it|again|do it|this time)[\s,]+)*"
    r"(?:without|no|minus|leave out|leave off|lose|drop|not)(?: any| the| that| those| so much)?\s+(?P<what>[\w' -]+?)"
    r"(?:[\s,]+(?:please|now|this time|again|in it))*[\s.!?]*"
)
_VERB = "play|stop|make|record|sing|tell|say|put|cut|show|save|call|count|find|what|how"
WITH = re.compile(
    r"(?i)(?:(?:now|but|okay|please|the same|make it|again|do it|this time)[\s,]+)*"
    r"(?:and also|and with|also with|with|and|add|plus|together with|also)\s+(?:in )?"
    rf"(?!(?:{_VERB})\b)(?P<what>[\w' -]+?)"
    r"(?:[\s,]+(?:please|now|too|as well|also|this time|to (?:it|that|the mix)|in it|on top))*[\s.!?]*"
)
_JOINT = re.compile(r"(?i)(\s*(?:,? and then\b|,? followed by\b|,? then\b|,? (?:and|with|plus|over|while|as)\b|,)\s*)")
_LITTLE = re.compile(r"\b(?:a|an|the|some|any|of|sounds?|noises?)\b|[^\w ]")


def remade(text: str, bare: str, last: tuple[str, Given] | None, artifacts: Sequence[Artifact] = ()) -> list[Piece]:
    """The last sound made otherwise; nothing where none was made last, or a turn does not ask for that.

    Args:
        text: the turn as it was said.
        bare: its words without courtesies, each followed by a space.
        last: what was done last, with its arguments.
        artifacts: what there is, newest last.
    """
    if last is None or last[0] != TASK or not last[1].get("text"):
        return []
    before = last[1]
    if several := SEVERAL.fullmatch(bare):
        said = next(value for value in several.groupdict().values() if value).strip()
        return [Call(TASK, dict(before)) for _ in range(COUNTS.get(said) or int(said))]
    if BETTER.fullmatch(bare):
        return [NO_BETTER, Call(TASK, dict(before))]
    for vary in _WAYS:
        if (changed := vary(text, bare, before, artifacts)) is not None:
            return [Call(TASK, {**before, **changed})]
    return []


def _lasting(text: str, bare: str, before: Given, artifacts: Sequence[Artifact]) -> Given | None:
    """Longer, shorter, or for so many seconds."""
    factor = next((factor for factor, way in LONGER if way.fullmatch(bare)), None)
    if factor is not None:
        seconds = min(LONGEST_S, max(SHORTEST_S, round(factor * _seconds(before, artifacts), 1)))
        return {"seconds": seconds, "text": _untimed(before["text"])}
    found = durations_in(text)
    if len(found) == 1 and (said := LASTING.fullmatch(bare)):
        rest = text[: found[0][0]] + text[found[0][1] :]
        if not re.search(r"(?i)\b(?:cut|play|timer|wake|only|first|last|at|from|in|of)\b", rest) and said:
            return {"seconds": found[0][2], "text": _untimed(before["text"])}
    return None


def _seconds(before: Given, artifacts: Sequence[Artifact]) -> float:
    """How long it was."""
    made = next((one for one in reversed(artifacts) if one.made_by == TASK and one.seconds), None)
    usual = MUSIC_S if MUSIC.search(str(before["text"]).lower()) else USUAL_S
    return made.seconds if made else float(before.get("seconds") or usual)


def _untimed(text: str) -> str:
    """A description of one step without how long it was to be."""
    found = durations_in(text)
    if len(found) != 1:
        return text
    first, last, _ = found[0]
    kept = re.sub(r"(?i)\s*\b(?:for|of|lasting)\s*$", "", text[:first]) + re.sub(r"(?i)^\s*of\b", "", text[last:])
    return kept.strip() or text


def _another(text: str, bare: str, before: Given, artifacts: Sequence[Artifact]) -> Given | None:
    return {} if ANOTHER.fullmatch(bare) else None


def _looped(text: str, bare: str, before: Given, artifacts: Sequence[Artifact]) -> Given | None:
    return {"loop": True} if LOOP.fullmatch(bare) else None


def _paced(text: str, bare: str, before: Given, artifacts: Sequence[Artifact]) -> Given | None:
    if not PACE.fullmatch(bare):
        return None
    plain = PACES.sub("", before["text"]).strip(" ,")
    return {"text": f"{plain}, {'slow' if SLOW.search(bare) else 'fast'}"}


def _without(text: str, bare: str, before: Given, artifacts: Sequence[Artifact]) -> Given | None:
    """The description without one of the sounds in it."""
    found = WITHOUT.fullmatch(text)
    what = _words(found["what"]) if found else set()
    parts = _JOINT.split(str(before["text"]))
    kept = [at for at in range(0, len(parts), 2) if not what <= _words(parts[at])]
    if not what or not kept or 2 * len(kept) > len(parts):
        return None
    joined = "".join((parts[at - 1] if at and number else "") + parts[at] for number, at in enumerate(kept))
    return {"text": joined.strip(" ,")}


def _with(text: str, bare: str, before: Given, artifacts: Sequence[Artifact]) -> Given | None:
    """The description with another sound in it."""
    found = WITH.fullmatch(text)
    if not found or not can_be_made(found["what"]):
        return None
    return {"text": f"{str(before['text']).rstrip(' .,')} with {found['what']}"}


def _distant(text: str, bare: str, before: Given, artifacts: Sequence[Artifact]) -> Given | None:
    """All of its sounds farther away, or nearer."""
    where = next((where for where, way in DISTANCES.items() if way.fullmatch(bare)), None)
    if where is None:
        return None
    parts = _JOINT.split(AWAY.sub("", str(before["text"])).strip(" ,."))
    return {"text": "".join(part if at % 2 or not part.strip() else f"{part} {where}" for at, part in enumerate(parts))}


def _moving(text: str, bare: str, before: Given, artifacts: Sequence[Artifact]) -> Given | None:
    """From one side to the other."""
    there, found = PATH.search(str(before["text"])), WAY.fullmatch(text.strip())
    if there and ROUND.fullmatch(bare):
        start, end = there["end"], there["start"]
    elif found and found["start"].lower() != found["end"].lower():
        start, end = found["start"].lower(), found["end"].lower()
    else:
        return None
    return {"text": f"{PATH.sub('', str(before['text'])).rstrip(' .,')}, from {start} to {end}"}


def _one_of_them(text: str, bare: str, before: Given, artifacts: Sequence[Artifact]) -> Given | None:
    """One of its sounds stronger, softer, faster: "more thunder"."""
    parts = _JOINT.split(str(before["text"]))
    found = _OF_ONE.fullmatch(text.strip()) or (_MADE_SO.fullmatch(text.strip()) if len(parts) > 1 else None)
    if not found:
        return None
    what = _words(found["what"])
    at = next((at for at in range(0, len(parts), 2) if what and _are_in(what, parts[at])), None)
    if at is None:
        return None
    parts[at] = f"{HOW[found['how'].lower()]} {_HOW_IT_WAS.sub('', parts[at].strip())}"
    return {"text": "".join(parts)}


def _are_in(what: set[str], part: str) -> bool:
    """Whether words name the sound of a part of a description: "steps" are footsteps."""
    return all(any(there.endswith(word) for there in _words(part)) for word in what)


def _words(said: str) -> set[str]:
    """What sounds, each word in the singular."""
    return {word.removesuffix("s") for word in _LITTLE.sub(" ", said.lower()).split()}


_WAYS: Sequence[Callable[[str, str, Given, Sequence[Artifact]], Given | None]] = (
    _lasting,
    _another,
    _looped,
    _paced,
    _distant,
    _moving,
    _one_of_them,
    _without,
    _with,
)
