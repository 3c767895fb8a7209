"""What the benchmarks make of their measurements."""

from pathlib import Path

import pytest

from asr.base import Pause, Transcript
from asr.turns import Silence, TurnOptions
from assistant.bench.latency import Timing, summary
from assistant.bench.manifest import read_manifests
from assistant.bench.turns import Looked, Traced, score
from assistant.errors import DataError


def timing(first_reply_s: float | None, turns: int = 1) -> Timing:
    stages = {} if first_reply_s is None else {"decided": abs(first_reply_s) - 0.02}
    return Timing(stages, first_reply_s, turns)


def test_percentiles_are_of_those_that_were_not_cut_off() -> None:
    figures = summary([timing(0.2), timing(0.3), timing(0.4), timing(-5.0, turns=2), timing(None, turns=0)])
    assert (figures["n"], figures["p50_ms"], figures["p95_ms"]) == (5, 300, 390)
    assert (figures["cut_off"], figures["split"], figures["unanswered"]) == (0.2, 0.2, 1)
    assert figures["stages"]["decided"]["p50_ms"] == 280
    assert figures["stages"]["first_sample"]["p50_ms"] is None


def test_nothing_but_cut_off_recordings_is_no_error() -> None:
    assert summary([timing(-1.0)])["p50_ms"] is None


def traced(*pauses: float) -> Traced:
    """Speech of a second before each pause, pauses of the lengths given, then silence; it begins at 0."""
    ends, found = 0.0, []
    for i in range(len(pauses) + 1):
        ends += 1.0
        found.append([Looked(Pause(Transcript("hello"), ends, pauses[:i]))])
        ends += pauses[i] if i < len(pauses) else 0.0
    return Traced(end=ends, onset=0.0, pauses=found)


def test_a_detector_is_scored_by_the_first_pause_that_it_takes_for_the_end() -> None:
    recordings = [traced(), traced(0.3), traced(0.6)]
    figures = {s: score(recordings, Silence(TurnOptions(silence_s=s))) for s in (0.2, 0.5, 0.7)}
    assert [figures[s]["cut_off"] for s in figures] == pytest.approx([0.6667, 0.3333, 0.0])
    assert [figures[s]["p50_ms"] for s in figures] == [224, 512, 704]


def test_manifests_of_a_folder_and_their_faults(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text('{"path": "x.wav", "text": "hi"}\n\n{"path": "y.wav", "lang": "de"}\n')
    (tmp_path / "b.jsonl").write_text('{"path": "z.wav", "text": null}\n')
    rows = read_manifests(tmp_path)
    assert [(r.path.name, r.text, r.language) for r in rows] == [
        ("x.wav", "hi", "en"),
        ("y.wav", "", "de"),
        ("z.wav", "", "en"),
    ]
    assert rows[0].path == tmp_path / "x.wav"
    assert len(read_manifests(tmp_path, limit=2)) == 2
    (tmp_path / "b.jsonl").write_text("[]\n")
    with pytest.raises(DataError, match="line 1"):
        read_manifests(tmp_path)
    with pytest.raises(DataError, match="Cannot read"):
        read_manifests(tmp_path / "none.jsonl")
