"""The sentence about a sound: only what was measured, and what is not sure is said to be so.

"A dog barks from 2 to 4 seconds and rain falls throughout; 10 seconds, rather quiet."
"""

from collections.abc import Sequence
from dataclasses import dataclass

from models.base import SoundEvent

INAUDIBLE_DBFS = -70.0
LOUDNESS = ((-45.0, "very quiet"), (-32.0, "rather quiet"), (-14.0, ""))
"""Below so many decibels of full scale a sound is called that; above the last, loud."""
SPEECH_SHARE = 0.05
"""Below this share of its duration, what passes for speech is taken for chance."""
SHARES = ((0.3, "now and then"), (0.7, "about half of the time"), (0.9, "most of the time"))
THROUGHOUT = 0.9
"""A sound that fills this share of the recording is there throughout."""
SURE = 0.85
"""From this probability on a sound is stated; below it may be there."""
SUPPOSED, SUPPOSITIONS = 0.6, 2
"""How likely a sound must be to be worth a "perhaps", and how many of them are told."""
BRIEF_S = 2.0
"""A recording shorter than this is too little to suppose anything of it, or to tell how often somebody speaks."""
MANY, CERTAIN = 4, 0.95
"""Where so many kinds are heard and none of them for certain, the sound is none of them."""
TOLD = 3
"""Stretches of one sound that are told; more are counted."""
NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")

DOES = {
    "dog": ("a dog", "barks", "barking"),
    "rain": ("rain", "falls", "falling"),
    "sea waves": ("waves", "roll in", "rolling in"),
    "crying baby": ("a baby", "cries", "crying"),
    "clock ticking": ("a clock", "ticks", "ticking"),
    "sneezing": ("somebody", "sneezes", "sneezing"),
    "helicopter": ("a helicopter", "flies", "flying"),
    "chainsaw": ("a chainsaw", "runs", "running"),
    "rooster": ("a rooster", "crows", "crowing"),
    "crackling fire": ("a fire", "crackles", "crackling"),
    "music": ("music", "plays", "playing"),
}
"""Who does what, stated and supposed: "a dog barks", "perhaps a dog barking"."""


LASTING = ("rain", "sea waves", "helicopter", "crackling fire")
"""Sounds that go on: a moment of one, among others, is something else."""
LASTS, LASTS_S = 0.3, 3.0
"""The least share of the recording, or seconds, that one of them goes on for at a time."""
VOICES = ("crying baby", "rooster", "dog")
"""What a voice that sings may be taken for."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What was measured of a sound."""

    seconds: float
    level_dbfs: float
    speech: float = 0.0
    """How much of it is speech, 0 to 1."""
    words: str = ""
    """With which the speech begins."""
    sounds: Sequence[SoundEvent] = ()
    """What else is heard, and when."""
    tempo_bpm: float = 0.0
    """Of its music, in beats a minute; 0 where there is none, or no clear one."""
    sure: bool = True
    """Whether the words are what was said, and not only like it."""
    wordless: bool = False
    """Whether there is a voice in it of which no words come, as of singing."""


def caption(facts: Facts) -> str:
    """The sentence."""
    length = _length(facts.seconds)
    if facts.level_dbfs < INAUDIBLE_DBFS:
        return f"{length} of silence."
    loudness = next((name for limit, name in LOUDNESS if facts.level_dbfs < limit), "loud")
    size = f"{length}, {loudness}" if loudness else length
    clauses = [*_sounds(facts), *_speech(facts)]
    if not clauses:
        return f"A sound without speech or anything else that I know; {size}."
    *before, last = clauses
    told = f"{', '.join(before)} and {last}" if before else last
    return f"{told[:1].upper()}{told[1:]}; {size}."


def _sounds(facts: Facts) -> list[str]:
    """A clause for each kind of sound, what is sure first, then what is heard longest."""
    kinds: dict[str, list[SoundEvent]] = {}
    for event in facts.sounds:
        if event.label in DOES:
            kinds.setdefault(event.label, []).append(event)
    ordered = sorted((e for e in kinds.values() if _goes_on(e, facts)), key=_lasts_s, reverse=True)
    if len(ordered) >= MANY and max(map(_likely, ordered)) < CERTAIN:
        return []
    if facts.wordless:
        ordered = [events for events in ordered if events[0].label not in VOICES]
    least = SURE if facts.seconds < BRIEF_S else SUPPOSED
    sure = [events for events in ordered if _likely(events) >= SURE]
    supposed = [events for events in ordered if least <= _likely(events) < SURE]
    return [_clause(events, facts) for events in (*sure, *supposed[:SUPPOSITIONS])]


def _goes_on(events: Sequence[SoundEvent], facts: Facts) -> bool:
    """Whether a sound is heard for as long as its kind is."""
    longest = max(event.end_s - event.start_s for event in events)
    return events[0].label not in LASTING or longest >= min(LASTS * facts.seconds, LASTS_S)


def _clause(events: Sequence[SoundEvent], facts: Facts) -> str:
    who, does, doing = DOES[events[0].label]
    when = _when(events, facts.seconds)
    if _likely(events) < SURE:
        return f"perhaps {who} {doing} {when}"
    tempo = f" at about {facts.tempo_bpm:.0f} beats a minute" if who == "music" and facts.tempo_bpm else ""
    return f"{who} {does} {when}{tempo}"


def _speech(facts: Facts) -> list[str]:
    if facts.wordless:
        return ["a voice is heard, without words that I know"]
    if facts.speech < SPEECH_SHARE:
        return []
    share = next((words for limit, words in SHARES if facts.speech < limit), "") if facts.seconds >= BRIEF_S else ""
    like = "" if facts.sure else "what sounds like "
    quotation = f', beginning with {like}"{facts.words}"' if facts.words else ""
    return [f"somebody speaks{f' {share}' if share else ''}{quotation}"]


def _likely(events: Sequence[SoundEvent]) -> float:
    return max(event.score for event in events)


def _lasts_s(events: Sequence[SoundEvent]) -> float:
    return sum(event.end_s - event.start_s for event in events)


def _when(events: Sequence[SoundEvent], seconds: float) -> str:
    """ "throughout", "in the first 2 seconds", "from 2 to 4 and at 7 seconds", "five times"."""
    if _lasts_s(events) >= THROUGHOUT * seconds:
        return "throughout"
    if len(events) > TOLD:
        return f"{NUMBERS[len(events)] if len(events) < len(NUMBERS) else len(events)} times"
    last_s = _rounded(events[0].end_s)
    if len(events) == 1 and _rounded(events[0].start_s) == "0" and last_s != "0":
        return "in the first second" if last_s == "1" else f"in the first {last_s} seconds"
    spans = [_span(event.start_s, event.end_s) for event in events]
    *before, last = spans
    told = f"{', '.join(before)} and {last}" if before else last
    return f"{told} second{'' if last == 'at 1' else 's'}"


def _span(start: float, end: float) -> str:
    first, last = (_rounded(second) for second in (start, end))
    return f"at {first}" if first == last else f"from {first} to {last}"


def _rounded(seconds: float) -> str:
    return f"{round(2 * seconds) / 2:g}" if seconds < 10 else f"{seconds:.0f}"


def _length(seconds: float) -> str:
    """Such as "7.3 seconds" or "2 minutes and 5 seconds"."""
    if seconds < 10:
        number = f"{seconds:.1f}".removesuffix(".0")
        return f"{number} second{'s' * (number != '1')}"
    hours, rest = divmod(round(seconds), 3600)
    minutes, seconds = divmod(rest, 60)
    parts = [(hours, "hour"), (minutes, "minute"), (0 if hours else seconds, "second")]
    return " and ".join(f"{count:g} {unit}{'s' * (count != 1)}" for count, unit in parts if count)
