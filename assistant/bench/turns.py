"""Cut-offs against delay of the end-of-turn detectors, from one pass over the recordings.

Every recording is heard once on virtual time by ears that never lose patience; each pause in it is noted with what
a detector may know and how long it lasted. Any detector can then be asked about the same pauses.
"""

from collections.abc import Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from asr.base import Pause, TurnDetector
from asr.ears import Ears
from asr.turns import Punctuation, Silence, TurnOptions
from assistant.bench.manifest import Row
from assistant.bench.truth import speech_end
from assistant.clock import run_virtually
from assistant.devices.files import FileMicrophone, Recording
from assistant.events import SpeechStarted


class Endless:
    """A `TurnDetector` that takes no turn and notes what it was asked."""

    name = "endless"

    def __init__(self) -> None:
        self.pauses: list[Pause] = []

    def patience(self, pause: Pause) -> float:
        """For ever."""
        self.pauses.append(pause)
        return float("inf")


@dataclass(frozen=True, slots=True)
class Traced:
    """A recording with its pauses; times are seconds into the recording."""

    end: float
    """Its last speech sample."""
    onset: float
    pauses: Sequence[Pause]

    def delay(self, detector: TurnDetector) -> float | None:
        """Seconds from the end of speech to the decision, negative where it was cut off; None: never decided."""
        for i, pause in enumerate(self.pauses):
            ends = self.onset + pause.speech_s
            lasted = self.pauses[i + 1].earlier_s[i] if i + 1 < len(self.pauses) else float("inf")
            if lasted >= (wait := detector.patience(pause)):
                return ends + wait - self.end
        return None


def trace(rows: Sequence[Row], make_ears: Callable[[TurnDetector], Ears]) -> list[Traced]:
    """Hear every recording that has speech in it."""
    traced = (_trace(row.recording(), make_ears) for row in rows)
    return [heard for heard in traced if heard is not None]


def _trace(recording: Recording, make_ears: Callable[[TurnDetector], Ears]) -> Traced | None:
    end, detector = speech_end(recording), Endless()
    microphone = FileMicrophone([recording], recording.rate)
    onset = run_virtually(_onset(make_ears(detector), microphone))
    if end is None or onset is None:
        return None
    return Traced(end, onset - microphone.began[0], detector.pauses)


async def _onset(ears: Ears, microphone: FileMicrophone) -> float | None:
    """Where the (only) turn began."""
    async with aclosing(ears.listen(microphone.listen())) as perceptions:
        onsets = [p.at async for p in perceptions if isinstance(p, SpeechStarted)]
    return onsets[0] if onsets else None


def score(heard: Sequence[Traced], detector: TurnDetector) -> dict[str, float | str | None]:
    """Share cut off, and percentiles of the delay of the others; None where there are none."""
    delays = np.array([d for h in heard if (d := h.delay(detector)) is not None])
    kept = delays[delays >= -1e-3]
    return {
        "cut_off": round(float(np.mean(delays < -1e-3)), 4) if len(delays) else None,
        "p50_ms": percentile_ms(kept, 50),
        "p95_ms": percentile_ms(kept, 95),
    }


def percentile_ms(seconds: Sequence[float] | NDArray[np.float64], share: float) -> int | None:
    """A percentile in milliseconds; None of nothing."""
    return round(1000 * float(np.percentile(seconds, share))) if len(seconds) else None


def compare(heard: Sequence[Traced], options: TurnOptions) -> list[dict[str, float | str | None]]:
    """Plain silence of four lengths, and the punctuation detector from hasty to patient."""
    silences: list[tuple[str, TurnDetector]] = [
        (f"silence {s:.1f} s", Silence(replace(options, silence_s=s))) for s in (0.2, 0.3, 0.5, 0.7)
    ]
    scales = (0.6, 0.8, 1.0, 1.25, 1.5, 2.0)
    ours: list[tuple[str, TurnDetector]] = [
        (
            f"punctuation ×{k:g}" + (" (set)" if k == 1 else ""),
            Punctuation(replace(options, shortest_s=options.shortest_s * k, longest_s=options.longest_s * k)),
        )
        for k in scales
    ]
    return [{"detector": name, **score(heard, detector)} for name, detector in (*silences, *ours)]
