"""Audio inpainting without a model: what is lost is made from what is around it, and all else stays as it is.

    Job ─┬ start_s, end_s ─▶ that part, filled ─────────────────────╮
         ├ the same, text ─▶ what the words say, there or over it ──┤
         └ fault ─▶ clicks, dropouts, cut-off peaks, each repaired ─┴▶ WAV

Outside of what was repaired nothing changes by a bit, but where peaks were cut off: they need room.
"""

import re
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias, cast

from assistant.errors import EngineError
from models.base import Card, Job, Json, Made, MadeFile, Report
from models.sound.generation.reader import read
from models.sound.generation.telling import left_out
from models.sound.inpainting_gap import AROUND_S, SHORT_S, filled
from models.sound.inpainting_patches import Wave
from models.sound.inpainting_repair import KINDS, Repairs, Wanted, Work, without_faults
from models.sound.inpainting_rolling import Rolling
from models.sound.inpainting_samples import Copy, Format, format_of
from models.sound.inpainting_text import BESIDE_S as AROUND_MADE_S
from models.sound.inpainting_text import Described, described
from models.wording import span as in_words

ALL = "all"
"""The name of every kind of fault together."""
LONGEST_S, LONGEST_MADE_S = 30.0, 60.0
"""The longest part that is repainted from what is around it, and by words."""
LEFT_S = 0.03
"""What must be left of the sound."""
LEFT_SHARE = 0.05
"""The same, of the part."""
BEYOND_S = 0.01
"""Farther than this behind the end of the recording, its end is told."""
BESIDE_S = 1.0
"""How far from a place that was named a fault may be."""
BRIEF_S = 1.0
"""The longest part that may be one click; it is repainted where no click is found in it."""
SEEDS = 2**31
TOLD = 100
"""Stretches that are told among the facts."""
MADE_UP = "I made that part up from what is around it; words that were there are gone."
QUIETER = "All of it is a little quieter now, because the peaks that were cut off need room."
Fill: TypeAlias = Callable[[Wave, int, int, int, Callable[[], None]], Wave]
"""What belongs from one sample to another of (n, channels) at a rate; the last is called a few times a second."""
AROUND = re.compile(
    r"(?i)\b(?:same|rest|around|background|surround\w*|ambien\w*|atmosphere|room|fits?|neighbou?r\w*|before|after)\b"
)
"""What is around, in words: that can be put there."""
SURELY_AROUND = re.compile(r"(?i)\b(?:same|rest|around|surround\w*|fits?)\b")
"""The same, whatever else is said."""


@dataclass(frozen=True, slots=True)
class Filling:
    """How a part is filled."""

    fill: Fill = filled
    around_s: float = AROUND_S
    """How much on either side it goes by."""
    notice: str = MADE_UP
    """Said of what is too long to be told from what is around it."""
    over: bool = False
    """Whether what is there stays, and the rest need not tell what belongs there."""
    longest_s: float = LONGEST_S
    free: bool = False
    """Whether it may take all of the recording, since it does not go by the rest."""
    open_s: float = 0.0
    """How long it is where no end is said; 0: that has to be said."""
    comment: str = ""
    """What is kept in the file of it."""
    facts: Mapping[str, Json] = field(default_factory=dict)
    """What is told of it besides."""


class Inpainting:
    """An `Engine` of signal processing."""

    def __init__(self, card: Card, folder: Path | None = None) -> None:
        self.card = card

    def load(self) -> None:
        """Nothing: there are no weights."""

    def drop(self) -> None:
        """Nothing."""

    def run(self, job: Job, report: Report) -> Made:
        """Repaint `audio` from `start_s` to `end_s`, or repair the faults of the kind `fault`, there or in all of it.

        Raises:
            EngineError: there is no such part or fault, or it cannot be made; the sentence says what can.
            DataError: the file cannot be read, or the result not written.
            JobCancelled: it is no longer wanted.
        """
        filling = self.filling(job, report)
        source, target = job.files["audio"], job.folder / "repaired.wav"
        stored, span = format_of(source), _span(job.arguments)
        if fault := str(job.arguments.get("fault") or ""):
            repairs = without_faults(source, target, _work(fault, span, stored), report)
            if repairs.count:
                return _told(repairs, stored, target)
            if span is None or not _may_be(fault, span):
                raise EngineError(_none_found(fault))
        part = _part(span, filling, stored)
        return _repainted((source, target), stored, part, report, filling)

    def filling(self, job: Job, report: Report) -> "Filling":
        """How a part is filled that was named.

        Raises:
            EngineError: what is to be heard there cannot be made.
        """
        text = str(job.arguments.get("text") or "").strip()
        if not text or _is_around(text):
            return Filling()
        seed = int(cast(int, job.arguments.get("seed") or 0)) or job.seed or 1 + secrets.randbelow(SEEDS - 1)
        span = _span(job.arguments)
        long = span[1] - span[0] if span and span[1] > span[0] else None
        return _by_words(described(text, seed, bool(job.arguments.get("over")), span is None, long), text)


def _is_around(text: str) -> bool:
    """Whether words ask for more of what is around, and for nothing that can be made: "more of the same room sound"."""
    return bool(AROUND.search(text)) and (bool(SURELY_AROUND.search(text)) or not read(text).steps)


def _by_words(what: Described, text: str) -> Filling:
    """A part that is made as words say."""
    lost = "" if what.over else " What was there is gone."
    notice = f"It was made, not recorded.{lost} {left_out(what.wish.left_out)}".strip()
    facts: dict[str, Json] = {
        **{"made": what.told, "over": what.over, "seed": what.seed},
        **{"recorded": False, "origin": "made, not recorded"},
    }
    if what.counted:
        facts["takes_s"] = round(what.natural_s, 2)
    return Filling(
        fill=what,
        around_s=AROUND_MADE_S,
        notice=notice,
        over=what.over,
        longest_s=LONGEST_MADE_S,
        free=True,
        open_s=what.natural_s if what.over else 0.0,
        comment=f"partly synthetic: {text} (seed {what.seed}; made by rules, not recorded)",
        facts=facts,
    )


def _span(arguments: Mapping[str, Json]) -> tuple[float, float] | None:
    """From which second to which; one place where only that is known."""
    start = arguments.get("start_s")
    if start is None:
        return None
    end = arguments.get("end_s")
    return float(cast(float, start)), float(cast(float, start if end is None else end))


# ---------------------------------------------------------------------------- faults


def _work(fault: str, span: tuple[float, float] | None, stored: Format) -> Work:
    """What is to be looked for, and where."""
    if fault != ALL and fault not in KINDS:
        raise EngineError("I can repair clicks, dropouts and clipping; which of them?")
    kinds = KINDS if fault == ALL else (cast(Wanted, fault),)
    if span is None:
        return Work(stored, kinds)
    start, end = span if span[1] > span[0] else (span[0] - BESIDE_S, span[0] + BESIDE_S)
    return Work(stored, kinds, max(0, round(start * stored.rate)), round(end * stored.rate))


def _may_be(fault: str, span: tuple[float, float]) -> bool:
    """Whether a part may be one fault as a whole, though none is found in it."""
    seconds = span[1] - span[0]
    return seconds > 0 and (fault == "dropouts" or (fault in ("clicks", ALL) and seconds <= BRIEF_S))


def _none_found(fault: str) -> str:
    looked = {ALL: "clicks, dropouts or clipping", "clipping": "clipped parts"}.get(fault, fault)
    if fault == "clipping":
        return "I find no clipped parts in it; its peaks are whole."
    return f"I find no {looked} in it; tell me from which second to which I should repaint."


def _told(repairs: Repairs, stored: Format, target: Path) -> Made:
    counts: dict[str, Json] = {kind: len(spans) for kind, spans in repairs.spans.items()}
    if repairs.peaks:
        counts["clipping"] = repairs.peaks
    spans = sorted(span for spans in repairs.spans.values() for span in spans)
    long = any(end - start > SHORT_S * stored.rate for start, end in spans)
    notices = (QUIETER if repairs.gain < 1 else "", _made_up(len(spans)) if long else "")
    exact = repairs.gain == 1 and not repairs.peaks
    facts = _facts(stored, spans, exact) | {"repaired": counts, "gain": round(repairs.gain, 4)}
    return _made(target, facts, " ".join(filter(None, notices)))


def _made_up(count: int) -> str:
    return (
        MADE_UP if count == 1 else "The longer ones I made up from what is around them; words that were there are gone."
    )


# ----------------------------------------------------------------------------- a part


def _part(span: tuple[float, float] | None, filling: Filling, stored: Format) -> tuple[float, float]:
    """From which second to which; over all of it, or as long as it takes, where that was not said.

    Raises:
        EngineError: it has to be said, or is no part.
    """
    if span is None and filling.over:
        span = 0.0, stored.frames / stored.rate
    if span is None:
        raise EngineError("Tell me from which second to which I should repaint.")
    start, end = span
    end = start + filling.open_s if end == start else end
    if end <= start:
        raise EngineError("The part has to end after it begins; from where to where should I repaint it?")
    if end - start > filling.longest_s:
        longest = in_words(filling.longest_s)
        raise EngineError(f"I can make up {longest} at most; name a shorter part, or ask me to cut it out.")
    return start, end


def _repainted(
    files: tuple[Path, Path], stored: Format, span: tuple[float, float], report: Report, filling: Filling
) -> Made:
    source, target = files
    start, end = (round(seconds * stored.rate) for seconds in span)
    around = round(filling.around_s * stored.rate)
    with Copy(target, stored, filling.comment) as copy:
        rolling = Rolling(source, stored, copy, report)
        for at in range(0, start - around, stored.rate):
            rolling.reach(at + stored.rate)
            rolling.forget(min(at + stored.rate, start - around))
        rolling.reach(end + around)
        beyond = end > rolling.end + stored.rate * BEYOND_S
        end = min(end, rolling.end)
        _check_within(start, end, rolling.end, stored.rate, filling.free)
        first = max(0, start - around)
        wave = rolling.floats(first, end + around)
        rolling.put(start, filling.fill(wave, start - first, end - first, stored.rate, rolling.alive))
        rolling.finish()
    report(1.0)
    did = "so it goes" if filling.over else "so I repainted it"
    notices = (
        f"It ends after {in_words(round(end / stored.rate, 1))}, {did} up to there." if beyond else "",
        filling.notice if end - start > SHORT_S * stored.rate or filling.free else "",
    )
    facts = _facts(stored, [(start, end)], True) | dict(filling.facts)
    return _made(target, facts, " ".join(filter(None, notices)))


def _check_within(start: int, end: int, length: int, rate: int, free: bool) -> None:
    if start >= length:
        raise EngineError(
            f"There is nothing at {in_words(start / rate)}; it is {in_words(length / rate)} long. "
            "From where to where should I repaint it?"
        )
    left = length - (end - start)
    if not free and left < max(LEFT_S * rate, LEFT_SHARE * (end - start)):
        raise EngineError("That is nearly all of it, and nothing is left to go by; name a shorter part.")


def _facts(stored: Format, spans: list[tuple[int, int]], exact: bool) -> dict[str, Json]:
    told: list[Json] = [[round(start / stored.rate, 4), round(end / stored.rate, 4)] for start, end in spans[:TOLD]]
    return {"rate": stored.rate, "channels": stored.channels, "spans": told, "rest_unchanged": exact}


def _made(target: Path, facts: dict[str, Json], notice: str) -> Made:
    return Made(files=(MadeFile(target, "repaired sound"),), facts=facts, notice=notice)
