"""Stretches of a recording as people say them: "from two to four seconds", "the last half minute", "the second half".

    from|between P to|and P     P to P              a range; a bare number takes the other's unit
    from P on    after P        until P             open at one end
    from P for D                D starting at P
    the first D                 the last D          at an edge
    the first|second|last half|third|quarter        a share of the whole
    at P                        P in                a place: it begins and ends there

P is a place: "1:30", "one thirty", "two and a half seconds", "second three", "the beginning"; D is a duration.
"""

from collections.abc import Callable
from dataclasses import dataclass

from router.durations import UNITS_S, duration, unit
from router.numerals import Tokens, numeral, ordinal, two_digits

_FIRST = ("first", "opening", "initial", "beginning")
_LAST = ("last", "final", "closing", "ending")
_LEADS = ("from", "between", "starting", "beginning", "within")
_TO = ("to", "until", "till", "til", "through", "thru", "-", "–", "—")
_ON = ("on", "onwards", "onward", "forward", "forwards")
_UNTIL = ("until", "till", "til", "before", "up")
_SHARES = {"half": 2, "third": 3, "quarter": 4, "fourth": 4, "fifth": 5, "tenth": 10}
_PLACES = {"first": 0, "second": 1, "third": 2, "fourth": 3, "fifth": 4}
_NEVER = float("inf")


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of a recording, and where in the text it was said."""

    start_s: float | None
    """None: from the beginning."""
    end_s: float | None
    """None: to the end. Where it equals `start_s`, a place was said and no stretch."""
    start_char: int
    end_char: int
    from_end: bool = False
    """Whether both count back from the end: the last ten seconds are 10 to 0."""
    of_whole: bool = False
    """Whether both are shares of the whole, 0 to 1, and not seconds."""

    def within(self, total_s: float) -> tuple[float, float]:
        """Start and end in seconds of a recording this long, not outside of it."""
        start, end = self.start_s, self.end_s
        if self.of_whole:
            return (start or 0.0) * total_s, (1.0 if end is None else end) * total_s
        if self.from_end:
            start, end = _back(start, total_s), _back(end, total_s)
        start, end = (0.0 if start is None else start), (total_s if end is None else end)
        return min(max(start, 0.0), total_s), min(max(end, 0.0), total_s)


def _back(place_s: float | None, total_s: float) -> float | None:
    return None if place_s is None else total_s - place_s


@dataclass(frozen=True, slots=True)
class _Place:
    """A place in a recording. `value` counts in units of `unit_s`; without one it is a bare number."""

    value: float
    unit_s: float | None
    end: int

    def seconds(self, other: "_Place") -> float:
        """Where it is; a bare number takes the unit of the other end of the range."""
        return self.value * (self.unit_s or other.unit_s or 1.0)

    @property
    def whole_s(self) -> float:
        return self.value * (self.unit_s or 1.0)


@dataclass(frozen=True, slots=True)
class _Read:
    """A span before it is known where in the text it was."""

    start_s: float | None
    end_s: float | None
    end: int
    from_end: bool = False
    of_whole: bool = False


def span_s(text: str) -> Span | None:
    """The first stretch or place that a text speaks of; None where it speaks of none."""
    tokens = Tokens(text)
    for at in range(len(tokens)):
        for reader in _READERS:
            if read := reader(tokens, at):
                first = at - 1 if tokens.word(at - 1) == "the" and at else at
                chars = tokens[first].start, tokens[read.end - 1].end
                return Span(read.start_s, read.end_s, *chars, read.from_end, read.of_whole)
    return None


# ------------------------------------------------------------------ readers, at one token each


def _share(tokens: Tokens, at: int) -> _Read | None:
    """ "second half", "last third", "middle third", "first two thirds"."""
    word, named = tokens.word(at), tokens.word(at + 1)
    if tokens.word(at - 1) in ("a", "an") or word not in (*_FIRST, *_LAST, *_PLACES, "middle"):
        return None
    if word in (*_FIRST, *_LAST) and (several := _several(tokens, at)):
        return several
    parts = _SHARES.get(named)
    if word == "middle" and named in ("part", "section", "bit"):
        parts = 3
    if parts is None or _is_of_unit(tokens, at + 2):
        return None
    place = {"middle": (parts - 1) / 2, **dict.fromkeys(_FIRST, 0), **dict.fromkeys(_LAST, parts - 1)} | _PLACES
    start = place[word] / parts
    return _Read(start, start + 1 / parts, at + 2, of_whole=True) if start < 1 else None


def _several(tokens: Tokens, at: int) -> _Read | None:
    """ "first two thirds", "last three quarters"."""
    found = numeral(tokens, at + 1)
    if found is None or not 0 < found[0] < 1 or found[1] != at + 3 or _is_of_unit(tokens, found[1]):
        return None
    share, end = found
    start, stop = (0.0, share) if tokens.word(at) in _FIRST else (1 - share, 1.0)
    return _Read(start, stop, end, of_whole=True)


def _is_of_unit(tokens: Tokens, at: int) -> bool:
    """Whether a half is one of a minute: "the last half minute", "the first quarter of an hour"."""
    of = tokens.skip(at, "of")
    return tokens.word(tokens.skip(of, "a", "an")) in UNITS_S


def _edge(tokens: Tokens, at: int) -> _Read | None:
    """ "first ten seconds", "last minute"."""
    word = tokens.word(at)
    if word not in (*_FIRST, *_LAST):
        return None
    part = duration(tokens, at + 1, bare=True)
    if part is None:
        return None
    return _Read(0.0, part.seconds, part.end) if word in _FIRST else _Read(part.seconds, 0.0, part.end, from_end=True)


def _range(tokens: Tokens, at: int) -> _Read | None:
    """ "from two to four seconds", "between 1:20 and 1:45", "2 to 4 seconds", "from a minute on"."""
    lead = tokens.word(at) if tokens.word(at) in _LEADS else ""
    start = _place(tokens, _after_lead(tokens, at) if lead else at)
    if start is None:
        return None
    if lead and (read := _open(tokens, start) or _lasting(tokens, start)):
        return read
    stop = _place(tokens, _after_to(tokens, start.end, lead))
    if stop is None:
        return _from(start) if lead in ("from", "starting", "beginning") else None
    told = stop.unit_s is not None or tokens.word(at) in UNITS_S
    if not lead and (not told or start.whole_s == _NEVER):
        return None  # "ten to five", "five to one"
    begins, ends = start.seconds(stop), stop.seconds(start)
    if start.unit_s is None and begins >= ends:  # "from 50 to two minutes" begins after 50 seconds
        begins = start.value
    return _Read(begins, None if ends == _NEVER else ends, stop.end) if begins < ends else None


def _after_lead(tokens: Tokens, at: int) -> int:
    return tokens.skip(at + 1, "at", "from", "with") if tokens.word(at) in ("starting", "beginning") else at + 1


def _after_to(tokens: Tokens, at: int, lead: str) -> int:
    """The index behind "to" and its like; beyond the end where there is none."""
    word = tokens.word(at)
    if word == "up" and tokens.word(at + 1) in ("to", "until"):
        return at + 2
    if word in _TO or (word == "and" and lead in ("between", "within")):
        return tokens.skip(at + 1, "about", "around")
    return len(tokens)


def _open(tokens: Tokens, start: _Place) -> _Read | None:
    """ "from a minute on", "from ten seconds onwards"."""
    return _Read(start.whole_s, None, start.end + 1) if tokens.word(start.end) in _ON else None


def _lasting(tokens: Tokens, start: _Place) -> _Read | None:
    """ "from one minute for ten seconds"."""
    part = duration(tokens, start.end + 1) if tokens.word(start.end) == "for" else None
    return _Read(start.whole_s, start.whole_s + part.seconds, part.end) if part else None


def _from(start: _Place) -> _Read | None:
    """ "from one minute" and nothing else."""
    return _Read(start.whole_s, None, start.end) if start.unit_s and 0 < start.whole_s < _NEVER else None


def _starting(tokens: Tokens, at: int) -> _Read | None:
    """ "ten seconds starting at one minute"."""
    part = duration(tokens, at)
    if part is None or tokens.word(part.end) not in ("starting", "beginning"):
        return None
    start = _place(tokens, _after_lead(tokens, part.end))
    return _Read(start.whole_s, start.whole_s + part.seconds, start.end) if start else None


def _beyond(tokens: Tokens, at: int) -> _Read | None:
    """ "after ten seconds", "after the first minute", "until 1:30"."""
    word = tokens.word(at)
    if word != "after" and word not in _UNTIL:
        return None
    begins = at + 2 if word == "up" and tokens.word(at + 1) in ("to", "until") else at + 1
    if word == "up" and begins == at + 1:
        return None
    first = tokens.skip(tokens.skip(begins, "the"), *_FIRST)
    place = _place(tokens, first if first > begins + 1 else begins)
    if place is None or place.unit_s is None or not 0 < place.whole_s < _NEVER:
        return None
    return _Read(place.whole_s, None, place.end) if word == "after" else _Read(0.0, place.whole_s, place.end)


def _at(tokens: Tokens, at: int) -> _Read | None:
    """ "at three point five seconds", "at second three", "at the two second mark"."""
    place = _place(tokens, at + 1) if tokens.word(at) in ("at", "around") else None
    return _Read(place.whole_s, place.whole_s, place.end) if place and place.unit_s and place.value < _NEVER else None


def _inside(tokens: Tokens, at: int) -> _Read | None:
    """ "three seconds in", "two seconds after the beginning", "a second before the end"."""
    place = _place(tokens, at)
    if place is None or not place.unit_s or not 0 < place.whole_s < _NEVER:
        return None
    if tokens.word(place.end - 1) in ("in", "mark"):
        return _Read(place.whole_s, place.whole_s, place.end)
    edge = _named(tokens, tokens.skip(place.end + 1, "the"))
    if edge is None or tokens.word(place.end) not in ("from", "after", "before", "into"):
        return None
    return _Read(place.whole_s, place.whole_s, edge.end, from_end=edge.value == _NEVER)


_READERS: tuple[Callable[[Tokens, int], _Read | None], ...] = (
    *(_share, _edge, _starting, _range),
    *(_beyond, _inside, _at),
)

# ------------------------------------------------------------------ places


def _place(tokens: Tokens, at: int) -> _Place | None:
    """The place that begins at a token: an edge, a time, a number of seconds."""
    at = tokens.skip(at, "the")
    place = _named(tokens, at) or _by_unit(tokens, at) or _timed(tokens, at) or _counted(tokens, at)
    if place is None or place.whole_s == _NEVER:
        return place
    end = tokens.skip(place.end, "mark")
    inside = tokens.word(end) == "in" and tokens.word(end + 1) not in ("the", "my", "it", "that", "this", "a")
    return _Place(place.value, place.unit_s, end + inside)


def _named(tokens: Tokens, at: int) -> _Place | None:
    at = tokens.skip(at, "very")
    if tokens.word(at) in ("beginning", "start"):
        return _Place(0.0, 1.0, at + 1)
    return _Place(_NEVER, 1.0, at + 1) if tokens.word(at) == "end" else None


def _by_unit(tokens: Tokens, at: int) -> _Place | None:
    """ "second two", "minutes 1 and a half"."""
    unit_s, found = UNITS_S.get(tokens.word(at)), numeral(tokens, at + 1)
    if unit_s is None or found is None or found[0] < 0:
        return None
    return _Place(found[0], unit_s, found[1])


def _timed(tokens: Tokens, at: int) -> _Place | None:
    """ "1:30", "two and a half seconds", "one thirty"."""
    if part := duration(tokens, at):
        return _Place(part.seconds / part.unit_s, part.unit_s, part.end)
    minutes = numeral(tokens, at)
    if minutes is None or minutes[0] >= 60 or tokens[at].figures is not None and not _spaced(tokens, at):
        return None
    seconds = two_digits(tokens, minutes[1]) if minutes[0].is_integer() else None
    if seconds is None or seconds[0] >= 60:
        return None
    return _Place(minutes[0] * 60 + seconds[0], 1.0, seconds[1])


def _spaced(tokens: Tokens, at: int) -> bool:
    """Whether figures are minutes and two digits of seconds: "1 30"."""
    second = tokens.word(at + 1)
    return second.isdecimal() and len(second) == 2


def _counted(tokens: Tokens, at: int) -> _Place | None:
    """ "the third second", or a bare number."""
    if found := ordinal(tokens, at):
        unit_s = unit(tokens, found[1])
        return _Place(found[0], unit_s, found[1] + (unit_s is not None))
    found = numeral(tokens, at)
    return _Place(found[0], None, found[1]) if found and found[0] >= 0 else None
