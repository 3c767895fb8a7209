"""What conversations in the simulated room come to: counts against the truth of who spoke when."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

import jiwer
from whisper_normalizer.english import EnglishTextNormalizer

from assistant.bench.room_conversation import Happening, Observed
from assistant.bench.room_people import Kind
from assistant.bench.turns import percentile_ms
from assistant.events import Heard, Resumed, TurnEnded, Yielded

AFTERWARDS_S = 1.0
"""Who yields within this time of a sound did so because of it: detection and reverberation take a while."""
EARLY_S = 0.1
"""How much earlier than the offline detector one may hear the beginning of a sound."""
AT_ONCE_S = 0.25
"""An interruption stops the sound within this time."""
ON_AGAIN_S = 2.0
"""A reply goes on within this time after a sound that was no turn."""
SOUNDING_S = 0.5
"""Sound within this time before somebody speaks: the assistant was speaking."""
STILL_S = 0.3
"""What sounds later than this after yielding is not stopped by it."""
SLACK_S = 0.3
"""How much longer than what was said a turn may be."""

Key: TypeAlias = tuple[int, int]
"""Which conversation, which step of its script."""
NORMALIZED = EnglishTextNormalizer()


@dataclass(slots=True)
class Tally:
    """Counts of one condition: a level, cancellation on or off."""

    self_interruptions: int = 0
    self_turns: int = 0
    stops: list[float | None] = field(default_factory=list)
    """Seconds from onset to silence of each interruption; None: it did not stop."""
    returns: int = 0
    """How often a stopped reply came back while the person was still speaking."""
    resumptions: dict[Kind, list[float | None]] = field(default_factory=dict)
    """Seconds from the end of what was no turn until the reply went on, 0 where it never stopped; None: it did not."""
    words: dict[Key, tuple[str, str]] = field(default_factory=dict)
    """What was said and what was heard of each interruption whose words are known."""
    speech_s: float = 0.0
    lasted_s: float = 0.0

    def add(self, observed: Observed, conversation: int) -> None:
        """Count a conversation."""
        looked = _Looked(observed)
        self.speech_s += observed.played.speech_s
        self.lasted_s += observed.lasted_s
        self.self_interruptions += len(looked.unprovoked())
        self.self_turns += len(looked.self_made())
        for happening in observed.happened:
            if happening.step is not None:
                self._count(looked, happening, (conversation, happening.step))

    def _count(self, looked: "_Looked", happening: Happening, key: Key) -> None:
        kind, spoke = happening.utterance.kind, looked.spoke(happening)
        if kind is Kind.INTERRUPTION:
            if happening.utterance.text:
                self.words[key] = (happening.utterance.text, looked.words(happening))
            if spoke:
                self.stops.append(looked.stopped_after(happening))
                self.returns += looked.came_back(happening)
        elif spoke and not looked.done(happening):
            self.resumptions.setdefault(kind, []).append(looked.resumed_after(happening))

    def figures(self) -> dict[str, object]:
        """The figures but the words'."""
        times = [time for time in self.stops if time is not None]
        others = [after for afters in self.resumptions.values() for after in afters]
        return {
            "minutes": round(self.speech_s / 60, 1),
            "self_interruptions": self.self_interruptions,
            "self_turns": self.self_turns,
            "interruptions": len(self.stops),
            "stopped": _share([time is not None and time <= AT_ONCE_S for time in self.stops]),
            "stop_p50_ms": percentile_ms(times, 50),
            "stop_p95_ms": percentile_ms(times, 95),
            "returned": self.returns,
            "no_turns": len(others),
            "resumed": _share([after is not None for after in others]),
            **{f"resumed_{kind.value}s": _share([a is not None for a in afters]) for kind, afters in self._kinds()},
        }

    def _kinds(self) -> list[tuple[Kind, list[float | None]]]:
        return [(kind, self.resumptions.get(kind, [])) for kind in (Kind.BACKCHANNEL, Kind.BURST)]


def word_errors(tally: Tally, keys: Sequence[Key]) -> float | None:
    """Word error rate over some interruptions, after Whisper's normalization; None where nothing is to be compared."""
    pairs = [tuple(map(NORMALIZED, tally.words[key])) for key in keys if key in tally.words]
    pairs = [(truth, ours) for truth, ours in pairs if truth]
    return round(float(jiwer.wer([t for t, _ in pairs], [o for _, o in pairs])), 4) if pairs else None


def _share(truths: Sequence[bool]) -> float | None:
    return round(sum(truths) / len(truths), 4) if truths else None


class _Looked:
    """A conversation, looked at from several sides."""

    def __init__(self, observed: Observed) -> None:
        self._observed = observed
        self._played = observed.played
        self.yields = yields(observed)
        self._heards = [
            (at, observed.began + event.started, observed.began + event.ended, event.text)
            for at, event in observed.events
            if isinstance(event, Heard)
        ]
        self._ends = [(at, e.interrupted) for at, e in observed.events if isinstance(e, TurnEnded) and _sounded(e)]

    def unprovoked(self) -> list[float]:
        """When it yielded although nobody made a sound."""
        spans = [(h.onset - EARLY_S, h.end + AFTERWARDS_S) for h in self._observed.happened]
        return [at for at in self.yields if not any(start <= at <= end for start, end in spans)]

    def self_made(self) -> list[str]:
        """Turns in which nobody made a sound."""
        return [text for _, started, ended, text in self._heards if self._owner(started, ended) is None]

    def spoke(self, happening: Happening) -> bool:
        """Whether the assistant was speaking when it happened."""
        return self._played.last_before(happening.onset) > happening.onset - SOUNDING_S

    def done(self, happening: Happening) -> bool:
        """Whether the reply came to its end by itself, so that it had nothing to go on with."""
        return any(happening.onset <= at <= happening.end + ON_AGAIN_S and not cut for at, cut in self._ends)

    def stopped_after(self, happening: Happening) -> float | None:
        """Seconds from the onset to the last sound of the reply, 0 at least; None: it did not yield."""
        silent = self._silent_at(happening)
        return None if silent is None else max(0.0, silent - happening.onset)

    def came_back(self, happening: Happening) -> bool:
        """Whether the reply stopped and went on while the person still spoke."""
        silent = self._silent_at(happening)
        return silent is not None and self._played.first_after(silent + STILL_S) < happening.end

    def resumed_after(self, happening: Happening) -> float | None:
        """Seconds from the end of what was no turn until the reply went on; None: it took it for a turn, or waited."""
        until = happening.end + ON_AGAIN_S
        taken = any(self._owner(started, ended) is happening for _, started, ended, _ in self._heards)
        if taken or any(cut and happening.onset <= at <= until for at, cut in self._ends):
            return None
        silent = self._silent_at(happening)
        if silent is None:
            return 0.0
        back = self._played.first_after(silent + 0.001)
        return max(0.0, back - happening.end) if back <= until else None

    def words(self, happening: Happening) -> str:
        """What was heard of it."""
        return " ".join(text for _, start, end, text in self._heards if self._owner(start, end) is happening)

    def _silent_at(self, happening: Happening) -> float | None:
        """When the reply fell silent because of it, by the last sound that left."""
        span = (happening.onset - EARLY_S, happening.end + AFTERWARDS_S)
        found = [at for at in self.yields if span[0] <= at <= span[1]]
        return self._played.last_before(found[0] + STILL_S) if found else None

    def _owner(self, started: float, ended: float) -> Happening | None:
        """Whose sound a turn is, by how long they overlap; None: nobody's."""
        laps = [(min(ended, h.end + SLACK_S) - max(started, h.onset - SLACK_S), h) for h in self._observed.happened]
        longest, owner = max(laps, key=lambda lap: lap[0], default=(0.0, None))
        return owner if longest > 0 else None


def yields(observed: Observed) -> list[float]:
    """When replies that sounded yielded: paused, or were cut off without a pause before."""
    found: list[float] = []
    yielding = False
    for at, event in observed.events:
        if isinstance(event, Yielded) or (isinstance(event, TurnEnded) and event.interrupted and _sounded(event)):
            if not yielding:
                found.append(at)
            yielding = isinstance(event, Yielded)
        elif isinstance(event, Resumed | TurnEnded):
            yielding = False
    return found


def _sounded(ended: TurnEnded) -> bool:
    return ended.stages.first_sample is not None
