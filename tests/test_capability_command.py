"""`assistant eval capability`, the command: its flags, its engines and its table."""

import io
import json
import math
import re
from dataclasses import replace
from pathlib import Path

import pytest

from assistant.arguments import CapabilityArguments
from assistant.cli.parser import parse
from assistant.errors import DataError
from assistant.evaluation.capability import runner as running
from assistant.evaluation.capability.base import NOTHING, Row
from assistant.evaluation.capability.contenders import candidates
from assistant.evaluation.capability.names import CAPABILITIES
from assistant.evaluation.capability.report import Report
from assistant.evaluation.capability.tasks import measure_of
from assistant.evaluation.recordings import Recordings
from config.settings import Settings
from router.tasks import CATALOGUE
from tests.capability_sounds import made_in

TASK = "enhance_speech"


@pytest.fixture
def recordings(tmp_path: Path) -> Recordings:
    return made_in(tmp_path / "data")


def test_the_table_reads_well() -> None:
    report = Report(False, io.StringIO(), io.StringIO())
    report.row("sing", Row("a", "f0_cents", 3.21987, 10))
    report.row("sing", Row("b", "f0_cents", 1234.5, 10))
    report.row(TASK, Row("c", "pesq", math.nan, 0))
    assert isinstance(report.out, io.StringIO)
    lines = report.out.getvalue().splitlines()
    assert [line.split() for line in lines if "f0" in line] == [
        ["a", "f0_cents", "3.22", "10"],
        ["b", "f0_cents", "1234", "10"],
    ]
    assert [line for line in lines if line and not line.startswith(" ")] == ["sing", TASK]
    assert len({len(line) for line in lines if line.startswith(" ")}) == 1


def test_json_has_no_value_where_there_is_none() -> None:
    report = Report(True, io.StringIO(), io.StringIO())
    report.row("sing", Row("a", "x", math.nan, 0))
    assert isinstance(report.out, io.StringIO)
    assert json.loads(report.out.getvalue()) == {"task": "sing", "engine": "a", "metric": "x", "value": None, "n": 0}


# ------------------------------------------------------------------ the command line


def test_names_are_tasks_and_measures_are_found() -> None:
    assert set(CAPABILITIES) <= {task.name for task in CATALOGUE}
    assert len(set(CAPABILITIES)) == len(CAPABILITIES)
    assert measure_of("there_is_none") is None
    for task in CAPABILITIES:
        measure = measure_of(task)
        assert measure is None or callable(measure)


def test_the_conversations_own_engines_and_those_of_the_catalogue_are_contenders(tmp_path: Path) -> None:
    settings = Settings(sessions=tmp_path)
    found = candidates(settings)
    names = {(one.card.task, one.name) for one in found}
    assert {("transcribe_speech", "moonshine"), ("caption_audio", "measures")} <= names
    assert len(found) == len(names)
    from models.catalogue import ENGINES

    assert {(entry.card.task, entry.card.name) for entry in ENGINES} <= names


def test_a_pulled_recognizer_is_a_contender(tmp_path: Path) -> None:
    models = replace(Settings().models, folder=tmp_path)
    (tmp_path / "whisper-tiny").mkdir()
    found = candidates(Settings(sessions=tmp_path, models=models))
    assert [one.name for one in found if one.card.task == "transcribe_speech"] == ["moonshine", "whisper-tiny"]


def test_flags_are_read() -> None:
    flags = "--task sing make_binaural --task enhance_speech --engine a b --data here --limit 4 --seed 7 --json"
    found = parse(["eval", "capability", *flags.split()])
    assert (found.tasks, found.engines) == (["sing", "make_binaural", "enhance_speech"], ["a", "b"])
    assert (found.data, found.limit, found.seed, found.json) == (Path("here"), 4, 7, True)
    for wrong in (["--task", "dance"], ["--limit", "0"], ["--seed", "-1"]):
        with pytest.raises(SystemExit):
            parse(["eval", "capability", *wrong])


def test_help_names_every_task(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        parse(["eval", "capability", "--help"])
    shown = re.sub(r"\s+", " ", capsys.readouterr().out)
    assert all(task in shown for task in CAPABILITIES)


def test_the_command_measures_what_is_here(
    recordings: Recordings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = Settings(sessions=tmp_path, recognizer="moonshine")
    wanted = CapabilityArguments(recordings.folder, ("separate_speech",), limit=1, json=True)
    code = running.run(settings, wanted)
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert NOTHING in {row["engine"] for row in rows}
    assert {row["task"] for row in rows} == {"separate_speech"}
    assert code in (0, 1)
    with pytest.raises(DataError, match="--data"):
        running.run(settings, replace(wanted, data=tmp_path / "none"))
