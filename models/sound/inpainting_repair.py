"""Faults found and repaired in all of a recording, a stretch at a time.

          margin   core   margin
    ──────[······│██████│······]─────     what was repaired is repaired already where the next stretch sees it

In each stretch cut-off peaks come first, then dropouts, whose edges would pass for clicks, then clicks.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path
from typing import Literal, TypeAlias, get_args

from models.base import Report
from models.pieces import CEILING
from models.sound.inpainting_clipping import Levels, unclipped
from models.sound.inpainting_faults import Fault, Kind, clicks, dropouts
from models.sound.inpainting_gap import SHORT_S, filled
from models.sound.inpainting_patches import Wave
from models.sound.inpainting_rolling import Rolling
from models.sound.inpainting_samples import Copy, Format, blocks

Wanted: TypeAlias = Kind | Literal["clipping"]
KINDS: tuple[Wanted, ...] = ("clipping", *get_args(Kind))

CORE_S, MARGIN_S = 4.0, 4.0
"""How much is repaired at once, and how much is at hand around it: the longest dropout, and what it is made of."""
CLOSE_S = 0.25
"""The same around clicks."""
BESIDE_S = 0.05
"""What peaks are made of, around a stretch."""
FIRST_SHARE = 0.3
"""Of the work on clipped sound is the first look at all of it."""


@dataclass(slots=True)
class Repairs:
    """What was repaired, as stretches in samples by kind; a fault in several channels is one."""

    spans: dict[Kind, list[tuple[int, int]]] = field(default_factory=dict)
    peaks: int = 0
    """How many flat tops were given a peak."""
    gain: float = 1.0
    """By how much all of it was scaled."""
    length: int = 0
    """Of the recording, in samples."""

    @property
    def count(self) -> int:
        """How many in all."""
        return self.peaks + sum(map(len, self.spans.values()))

    def note(self, fault: Fault) -> None:
        """Another one; where it overlaps with the last, the same."""
        spans = self.spans.setdefault(fault.kind, [])
        if spans and fault.start < spans[-1][1]:
            spans[-1] = spans[-1][0], max(spans[-1][1], fault.end)
        else:
            spans.append((fault.start, fault.end))


@dataclass(frozen=True, slots=True)
class Work:
    """What is to be repaired, and where: samples, without an end to the end of the recording."""

    stored: Format
    kinds: Sequence[Wanted]
    start: int = 0
    end: int | None = None
    levels: Levels | None = None
    """Where the wave is cut off; None: that is left as it is."""

    def holds(self, start: int, end: int) -> bool:
        """Whether a stretch lies at least partly where faults are looked for."""
        return end > self.start and (self.end is None or start < self.end)


def without_faults(source: Path, target: Path, work: Work, report: Report) -> Repairs:
    """Repair a recording into a WAV file. With no fault found there is none; without clipping in it, the file is the
    same to the bit outside of what was repaired.

    Raises:
        DataError: it cannot be read, or written.
        JobCancelled: it is no longer wanted.
    """
    levels = _levels(source, work.stored, report) if "clipping" in work.kinds else None
    if levels is None or not levels.clipped:
        with Copy(target, work.stored) as copy:
            repairs = _repaired(Rolling(source, work.stored, copy, report), work)
    else:
        repairs = _unclipped(source, target, Work(work.stored, work.kinds, work.start, work.end, levels), report)
    if not repairs.count:
        target.unlink(missing_ok=True)
    return repairs


def _levels(source: Path, stored: Format, report: Report) -> Levels:
    """Where the wave is cut off."""
    levels, at = Levels(stored.channels, stored.step), 0
    for block in blocks(source, stored):
        report(min(FIRST_SHARE, FIRST_SHARE * at / stored.frames))
        levels.push(stored.floats(block))
        at += len(block)
    return levels


def _unclipped(source: Path, target: Path, work: Work, report: Report) -> Repairs:
    """By way of a draft of floats: how much quieter it has to be is known only at its end."""
    draft = target.with_suffix(".draft.wav")
    loose = Format(work.stored.rate, work.stored.channels, work.stored.frames, exact=True)
    try:
        with Copy(draft, loose) as copy:
            rest = _after(report, FIRST_SHARE)
            rolling = Rolling(source, work.stored, copy, rest)
            repairs = _repaired(rolling, work)
        repairs.gain = min(1.0, CEILING / max(rolling.peak, 1e-9))
        with Copy(target, work.stored) as copy:
            for block in blocks(draft, loose):
                report(1.0)
                copy.write(work.stored.stored(block * repairs.gain))
    finally:
        draft.unlink(missing_ok=True)
    return repairs


def _after(report: Report, share: float) -> Report:
    return lambda done: report(share + (1 - share) * done)


def _repaired(rolling: Rolling, work: Work) -> Repairs:
    repairs = Repairs()
    for start, end in _stretches(rolling, work.stored.rate):
        if work.holds(start, end):
            _repair(rolling, work, (start, end), repairs)
    repairs.length = rolling.end
    return repairs


def _stretches(rolling: Rolling, rate: int) -> Iterator[tuple[int, int]]:
    """The cores, one after the other, with the margins at hand."""
    core, margin, at = round(CORE_S * rate), round(MARGIN_S * rate), 0
    while at == 0 or not (rolling.ended and at >= rolling.end):
        rolling.reach(at + core + margin)
        yield at, min(at + core, rolling.end)
        at += core
        rolling.forget(at - margin)
    rolling.finish()


def _repair(rolling: Rolling, work: Work, core: tuple[int, int], repairs: Repairs) -> None:
    """All that begins in a core."""
    if work.levels:
        _raise_peaks(rolling, work, core, repairs)
    for kind, margin_s in (("dropouts", MARGIN_S), ("clicks", CLOSE_S)):
        if kind in work.kinds:
            margin = round(margin_s * work.stored.rate)
            first = max(0, core[0] - margin)
            wave = rolling.floats(first, core[1] + margin)
            for faults in _together(_found(wave, kind, work.stored, rolling)):
                at, to = first + faults[0].start, first + faults[0].end
                if core[0] <= at < core[1] and work.holds(at, to):
                    _fill(rolling, wave, faults, first, work.stored.rate)
                    repairs.note(Fault(faults[0].kind, at, to, faults[0].channel))


def _together(faults: Iterable[Fault]) -> Iterator[list[Fault]]:
    """Those that several channels have at the very same time, in order."""
    ordered = sorted(faults, key=lambda one: (one.start, one.end, one.channel))
    yield from (list(same) for _, same in groupby(ordered, key=lambda one: (one.start, one.end)))


def _found(wave: Wave, kind: str, stored: Format, rolling: Rolling) -> Iterator[Fault]:
    for channel, x in enumerate(wave.T):
        rolling.alive()
        found = clicks(x, stored.rate, channel) if kind == "clicks" else dropouts(x, stored.rate, stored.step, channel)
        yield from found


def _fill(rolling: Rolling, wave: Wave, faults: Sequence[Fault], first: int, rate: int) -> None:
    """Repair the channels that have a fault; what is made up for one is made up going by all."""
    start, end, channels = faults[0].start, faults[0].end, [fault.channel for fault in faults]
    if end - start > SHORT_S * rate:
        made = filled(wave, start, end, rate, rolling.alive)[:, channels]
    else:
        made = filled(wave[:, channels], start, end, rate, rolling.alive)
    wave[start:end, channels] = made
    rolling.put(first + start, wave[start:end], channels)


def _raise_peaks(rolling: Rolling, work: Work, core: tuple[int, int], repairs: Repairs) -> None:
    assert work.levels is not None
    beside = round(BESIDE_S * work.stored.rate)
    first = max(0, core[0] - beside)
    wave = rolling.floats(first, core[1] + beside)
    start, end = core[0] - first, core[1] - first
    if work.end is not None:
        end = min(end, work.end - first)
    start = max(start, work.start - first)
    for channel, levels in enumerate(work.levels.levels):
        wave[:, channel], count = unclipped(wave[:, channel], (start, end), levels, work.stored.rate, rolling.alive)
        repairs.peaks += count
    rolling.put(first, wave)
