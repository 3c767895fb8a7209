"""Results in words, as they are said: a list, a long text, what was heard when.

[dog 1.9-3.8, dog 4.0-4.2, rain 0-10] of ten seconds → "a dog from two to four seconds, and rain throughout"
"""

from collections.abc import Sequence
from dataclasses import dataclass

from models.base import SoundEvent
from router.numerals import words

TOLD_WORDS = 60
"""How many words of a text are read aloud before the rest is left to the screen."""
TOLD_SOUNDS = 4
"""How many kinds of sound are told."""
TOLD_TIMES = 3
"""How often one kind of sound is told."""
GAP_S = 0.5
"""Two stretches of the same sound with no more between them are one."""
THROUGHOUT = 0.9
"""A sound that fills this share of the recording is there throughout."""
FINE_S = 10.0
"""Before this, times are told to half a second, later to a second."""

_COUNTS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_MASS = words(
    "rain wind music speech applause thunder water traffic noise laughter silence fire surf hiss hum static chatter "
    "percussion people children birds crickets footsteps typing"
)
"""Sounds that take no article, as their last word."""
_SINGULAR = ("ss", "us", "is")
"""How words end that are one thing for all their s."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of sound, and the stretches in which it is heard."""

    label: str
    spans: tuple[tuple[float, float], ...]
    score: float

    @property
    def seconds(self) -> float:
        """How long it is heard altogether."""
        return sum(end - start for start, end in self.spans)


def the(name: str) -> str:
    """A resource's name as part of a sentence: "the first speaker", "your last recording"."""
    return name if name.lower().startswith(("your ", "the ", "what ")) else f"the {name}"


def listed(names: Sequence[str]) -> str:
    """One, two and three; a comma stands before the "and" where a part has more than two words."""
    *first, last = names or ("",)
    if not first:
        return last
    comma = "," if any(len(name.split()) > 2 for name in names) else ""
    return f"{', '.join(first)}{comma} and {last}"


def count(number: int) -> str:
    """Small numbers in words."""
    return _COUNTS[number] if 0 <= number < len(_COUNTS) else str(number)


def shortened(text: str) -> str:
    """A text as far as it is worth hearing."""
    words = text.split()
    if len(words) <= TOLD_WORDS:
        return text
    return f"{' '.join(words[: TOLD_WORDS // 2])} … and so on. All {len(words)} words are on the screen."


# ------------------------------------------------------------------------ events


def kinds(events: Sequence[SoundEvent]) -> list[Kind]:
    """The sounds by kind, stretches that nearly touch joined; what is heard longest first."""
    labels = dict.fromkeys(event.label for event in events)
    found = [_kind(label, [e for e in events if e.label == label]) for label in labels]
    return sorted(found, key=lambda kind: -kind.seconds)


def told(events: Sequence[SoundEvent], seconds: float = 0.0) -> str:
    """What is heard in a recording of so many seconds, as part of a sentence; empty for nothing."""
    found = kinds(events)
    parts = [f"{_named(kind.label)} {when(kind.spans, seconds)}" for kind in found[:TOLD_SOUNDS]]
    more = len(found) - len(parts)
    return listed([*parts, *([f"{count(more)} more"] if more else [])])


def when(spans: Sequence[tuple[float, float]], seconds: float = 0.0) -> str:
    """Stretches of a recording of so many seconds: "from two to four seconds and at nine seconds", "throughout"."""
    if seconds and sum(end - start for start, end in spans) >= THROUGHOUT * seconds:
        return "throughout"
    more = len(spans) - TOLD_TIMES
    parts = [_span(start, end, seconds) for start, end in spans[:TOLD_TIMES]]
    if more > 0:
        return f"{', '.join(parts)}, and {f'{count(more)} more times' if more > 1 else 'once more'}"
    *first, last = parts
    return f"{', '.join(first)} and {last}" if first else last


def timetable(events: Sequence[SoundEvent]) -> str:
    """All events, a line each, to be read."""
    ordered = sorted(events, key=lambda e: (e.start_s, e.end_s))
    return "\n".join(f"{_clock(e.start_s)}-{_clock(e.end_s)}  {e.label}  {e.score:.0%}" for e in ordered)


def _kind(label: str, events: Sequence[SoundEvent]) -> Kind:
    spans: list[tuple[float, float]] = []
    for event in sorted(events, key=lambda e: e.start_s):
        if spans and event.start_s - spans[-1][1] <= GAP_S:
            spans[-1] = spans[-1][0], max(spans[-1][1], event.end_s)
        else:
            spans.append((event.start_s, event.end_s))
    return Kind(label, tuple(spans), max(e.score for e in events))


def _named(label: str) -> str:
    """A label as it is said: "a dog", "an engine", "rain", "footsteps", "a dog barking"."""
    label = label.strip()
    words = label.lower().split() or [""]
    last = words[-1]
    plural = last.endswith("s") and not last.endswith(_SINGULAR)
    doing = len(words) == 1 and last.endswith("ing")
    if words[0] in ("a", "an", "the", "some") or last in _MASS or words[0] in _MASS or plural or doing:
        return label
    return f"{'an' if last and words[0][0] in 'aeiou' else 'a'} {label}"


def _span(start: float, end: float, seconds: float) -> str:
    begin, stop = _rounded(start), _rounded(end)
    if begin == stop:
        return f"at {_moment(begin)}" if begin else "at the beginning"
    if not begin:
        return f"in the first {_moment(stop, joined=True)}"
    if seconds and _rounded(seconds) <= stop:
        return f"from {_moment(begin)} on"
    return f"from {_bare(begin, stop)} to {_moment(stop)}"


def _rounded(seconds: float) -> float:
    """To half a second, or to a second where half a one no longer matters."""
    return round(seconds * 2) / 2 if seconds < FINE_S else float(round(seconds))


def _bare(seconds: float, end: float) -> str:
    """The beginning of a stretch, without the unit where its end has the same."""
    return _number(seconds) if end < 60 and seconds >= 1 else _moment(seconds)


def _moment(seconds: float, joined: bool = False) -> str:
    """Such as "two seconds", "one and a half seconds", "one minute 20"; `joined` where "first" stands before it."""
    if seconds >= 60:
        minutes, rest = divmod(round(seconds), 60)
        return f"{count(minutes)} minute{'s' * (minutes > 1)}" + (f" {count(rest)}" if rest else "")
    if seconds == 0.5:
        return "half second" if joined else "half a second"
    if seconds == 1 and joined:
        return "second"
    return f"{_number(seconds)} second{'s' * (seconds != 1)}"


def _number(seconds: float) -> str:
    whole = count(int(seconds))
    return f"{whole} and a half" if seconds % 1 else whole


def _clock(seconds: float) -> str:
    """0:01.9"""
    minutes, rest = divmod(round(seconds, 1), 60)
    return f"{minutes:.0f}:{rest:04.1f}"
