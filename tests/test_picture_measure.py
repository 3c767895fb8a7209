"""How image to audio is measured: the rubric itself, and what is made of engines that are right, wrong, or refuse."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from assistant.errors import DataError, EngineError
from assistant.evaluation.capability.base import NOTHING, Bench, Contender
from assistant.evaluation.capability.image_to_audio import GROUPS, RUBRIC, measure, named, pictures
from assistant.evaluation.lines import read_lines
from assistant.evaluation.recordings import Recordings
from models.base import Job, Made
from models.sound.generation.sources import BY_NAME

COLLECTED = ("coffee", "cow", "harbour-at-night", "kite")


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    """With stand-ins for some of the pictures: none of them is looked at here."""
    (data := tmp_path / "data").mkdir()
    Image.new("RGB", (8, 8)).save(data / "a.png")
    rows = [json.dumps({"name": name, "path": "a.png"}) for name in COLLECTED]
    (data / "pictures.jsonl").write_text("\n".join(rows))
    (work := tmp_path / "work").mkdir()
    return Bench(Recordings(data), work)


def saying(text: str) -> Callable[[Job], Made]:
    return lambda job: Made(facts={"request": text})


def figures(bench: Bench, *contenders: Contender) -> dict[tuple[str, str], float]:
    return {(row.engine, row.metric): row.value for row in measure(contenders, bench)}


def test_every_picture_has_a_licence_and_sounds_that_can_be_made() -> None:
    rows = read_lines(RUBRIC, lambda row, line: row)
    assert len(rows) > 40 and len({row["sha256"] for row in rows}) == len({row["name"] for row in rows}) == len(rows)
    assert all(row["licence"] and row["shows"] and row["package"] for row in rows)
    assert {name for row in rows for name in row["sensible"]} <= BY_NAME.keys()
    assert {group for row in rows for group in row["wrong"]} <= GROUPS.keys()
    assert {name for group in GROUPS.values() for name in group.split(",")} <= BY_NAME.keys()
    assert sum(picture.fresh for picture in pictures()) > 40


def test_no_constant_sound_does_for_every_picture() -> None:
    for text in ("wind", "birds", "traffic", "clock ticking", "music", "a brook", "wind, birds, traffic, a clock"):
        sounds = named(Made(facts={"request": text}))
        assert 0 < sum(picture.judged(sounds)[0] for picture in pictures()) < 0.75 * len(pictures())


def test_what_is_right_and_what_is_wrong_is_told(bench: Bench) -> None:
    answers = {"cow": "a cow mooing", "coffee": "dishes", "kite": "wind, traffic", "harbour-at-night": "a dog"}
    asked = iter((*(name.name for name in pictures() if name.name in COLLECTED), *("cow",) * 100))
    found = figures(bench, Contender("one", lambda job: saying(answers[next(asked)])(job)))
    assert found["one", "sensible"] == 0.5 and found["one", "wrong"] == 0.25
    assert found[NOTHING, "sensible"] == found[NOTHING, "wrong"] == 0
    assert found["(light wind)", "sensible"] == 0.5 and found["(light wind)", "wrong"] == 0.25


def test_who_refuses_is_not_sensible(bench: Bench) -> None:
    def refuse(job: Job) -> Made:
        raise EngineError("No.")

    found = figures(bench, Contender("one", refuse))
    assert found["one", "sensible"] == found["one", "wrong"] == 0


def test_without_pictures_it_is_told_how_to_get_them(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"scripts\.collect_pictures"):
        list(measure((), Bench(Recordings(tmp_path), tmp_path)))
