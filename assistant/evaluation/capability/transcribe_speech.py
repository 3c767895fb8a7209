"""Speech recognition: how right the words are, how fast, and who is said to speak when.

Word and character errors after the normalization of the Whisper paper: of LJ Speech, one reader; and of sentences of
LibriSpeech by many. Diarization errors (DER, collar 0.25 s) in conversations made of voices that nothing was trained
on, and how often the number of people is right.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from assistant.audio import RATE, Samples
from assistant.errors import DataError
from assistant.evaluation.capability.base import NOTHING, Bench, Contender
from assistant.evaluation.capability.base import Row as Figure
from assistant.evaluation.capability.conversations import Conversation, Part, conversations, errors
from assistant.evaluation.capability.trials import job, tried, written
from assistant.evaluation.capability.words import character_errors, word_errors
from assistant.evaluation.recordings import Row
from assistant.resident import speech_in
from models.base import Json

TASK = "transcribe_speech"
SETS: dict[str, tuple[str, Callable[[Row], bool]]] = {
    "ljspeech": ("ljspeech", lambda row: True),
    "librispeech": ("speech", lambda row: row.get("dataset") == "LibriSpeech"),
}
SENTENCES = 100
TALKS = 8
"""Of each number of people."""


def measure(contenders: Sequence[Contender], bench: Bench) -> Iterator[Figure]:
    """The figures of each.

    Raises:
        DataError: there are no recordings with transcripts.
    """
    rows = {name: _rows(bench, name) for name in SETS}
    if not any(rows.values()):
        raise DataError("There are no recordings with transcripts in that folder.")
    for name, its in rows.items():
        yield from _words(contenders, bench, name, its)
    for number in (1, 2, 3):
        talks = list(conversations(bench.recordings, bench.count(TALKS), number, bench.seed))
        if talks:
            yield from _speakers(contenders, bench, talks, number)


def _rows(bench: Bench, name: str) -> list[Row]:
    kind, wanted = SETS[name]
    found = [row for row in bench.recordings.rows(kind) if wanted(row) and row.get("lang", "en") == "en"]
    return found[: bench.count(SENTENCES)]


def _words(contenders: Sequence[Contender], bench: Bench, name: str, rows: Sequence[Row]) -> Iterator[Figure]:
    if not rows:
        return
    true = [str(row["text"]) for row in rows]
    yield Figure(NOTHING, f"wer {name}", word_errors([""] * len(true), true), len(true))
    for contender in contenders:
        told, began = list[str](), time.process_time()
        for row in rows:
            made = tried(contender, job(bench, TASK, {"audio": bench.recordings.path(row)}))
            told.append(made.text if made else "")
        times = sum(float(row["dur"]) for row in rows) / max(time.process_time() - began, 1e-9)
        yield Figure(contender.name, f"wer {name}", word_errors(told, true), len(true))
        yield Figure(contender.name, f"cer {name}", character_errors(told, true), len(true))
        yield Figure(contender.name, f"times real time {name}", times, len(true))


def _speakers(
    contenders: Sequence[Contender], bench: Bench, talks: Sequence[Conversation], number: int
) -> Iterator[Figure]:
    paths = [written(bench, talk.samples, RATE) for talk in talks]
    speech = [speech_in(talk.samples) for talk in talks]
    everything = [[Part(0.0, len(talk.samples) / RATE, 0)] for talk in talks]
    yield Figure(NOTHING, f"der {number} speakers", _rate(talks, everything, speech), len(talks))
    for contender in contenders:
        told = [_told(contender, bench, path) for path in paths]
        if any(parts is None for parts in told):  # it does not tell speakers apart
            continue
        known = [parts or [] for parts in told]
        right = sum(len({p.speaker for p in its}) == number for its in known)
        yield Figure(contender.name, f"der {number} speakers", _rate(talks, known, speech), len(talks))
        yield Figure(contender.name, f"right number of {number} speakers", right / len(talks), len(talks))


def _rate(talks: Sequence[Conversation], told: Sequence[Sequence[Part]], speech: Sequence[Samples]) -> float:
    found = [errors(talk.parts, its, heard) for talk, its, heard in zip(talks, told, speech, strict=True)]
    return sum(wrong for wrong, _ in found) / max(1e-9, sum(all_s for _, all_s in found))


def _told(contender: Contender, bench: Bench, path: Path) -> list[Part] | None:
    """Who speaks when, by an engine; None where it does not say."""
    made = tried(contender, job(bench, TASK, {"audio": path}, speakers=True))
    turns = made.facts.get("turns") if made else None
    rows = [turn for turn in turns if isinstance(turn, dict)] if isinstance(turns, list) else None
    return None if rows is None else [_part(row) for row in rows]


def _part(row: dict[str, Json]) -> Part:
    start, end, speaker = (row[key] for key in ("start_s", "end_s", "speaker"))
    assert isinstance(start, float | int) and isinstance(end, float | int) and isinstance(speaker, int)
    return Part(start, end, speaker)
