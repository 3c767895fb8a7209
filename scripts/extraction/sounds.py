"""The sounds to learn from and to test on, by class, mono at 16 kHz."""

import logging
from collections import defaultdict

import numpy as np

from assistant.audio import Samples
from assistant.evaluation.recordings import Recordings, Row, held_out
from scripts.extraction.music import music

RATE = 16000
NAMES = (
    *("dog", "rain", "sea_waves", "crying_baby", "clock_tick", "sneezing", "helicopter", "chainsaw", "rooster"),
    *("crackling_fire", "speech", "music"),
)
"""The classes, in the order of the network's outputs."""
TUNES, TUNE_S = 90, 8.0
"""Music made by rule."""
UNSEEN_MUSIC = "acoustic_guitar"
"""The label of the music that is tested on."""
QUIET = 1e-4
"""What is below at the ends of a clip is cut off: many are filled up with digital silence."""

log = logging.getLogger("extraction")


def sounds(data: Recordings, unseen: bool) -> dict[str, list[Samples]]:
    """The sounds of each class, "" for those of none: the held-out ones or the others."""
    found = defaultdict[str, list[Samples]](list)
    for kind in ("sounds", "voices", "speech", "noise"):
        for row in data.rows(kind):
            if _is_unseen(row) == unseen and (clip := _trimmed(data.sound(row, RATE))).size > RATE // 10:
                found[_class(kind, row)].append(clip)
    if not unseen:
        draw = np.random.default_rng(7)
        found["music"] += _parts(found["music"]) + [music(TUNE_S, RATE, draw) for _ in range(TUNES)]
    log.info("%s: %s", "unseen" if unseen else "seen", {name: len(clips) for name, clips in found.items()})
    return dict(found)


def everything(data: Recordings) -> dict[str, list[Samples]]:
    """All sounds of each class, but for what people say who are held out."""
    seen, unseen = sounds(data, unseen=False), sounds(data, unseen=True)
    return seen | {name: seen[name] + clips for name, clips in unseen.items() if name != "speech"}


def _is_unseen(row: Row) -> bool:
    return held_out(row) or UNSEEN_MUSIC in row.get("labels", ())


def _class(kind: str, row: Row) -> str:
    if kind in ("voices", "speech"):
        return "speech"
    label = (row.get("labels") or [""])[0]
    return label if label in NAMES else ""


def _trimmed(clip: Samples) -> Samples:
    loud = np.flatnonzero(np.abs(clip) > QUIET)
    return clip[loud[0] : loud[-1] + 1] if len(loud) else clip[:0]


def _parts(clips: list[Samples]) -> list[Samples]:
    """Long music as often as its length deserves."""
    return [clip for clip in clips for _ in range(len(clip) // (8 * RATE))]
