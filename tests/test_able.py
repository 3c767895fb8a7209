"""What the assistant can do, in a breath: of everything, and of a subject."""

from pathlib import Path

import pytest

from assistant.workspace import Workspace
from router.able import can_talk, everything, of_subject, told_of, written_out
from router.task import Context
from router.tasks import CATALOGUE

LETTERS_A_SECOND = 11.5
"""How fast the voice `lj` reads such sentences."""


def test_everything_is_told_within_eight_seconds_and_written_out_whole() -> None:
    assert 0 < len(everything(CATALOGUE)) / LETTERS_A_SECOND < 8.0
    assert everything([]) == ""
    assert len(written_out(CATALOGUE).splitlines()) == len(CATALOGUE)


@pytest.mark.parametrize(
    ("subject", "task"),
    [
        ("music", "sing"),
        ("songs", "sing"),
        ("a picture", "image_to_audio"),
        ("photos", "image_to_audio"),
        ("noise", "enhance_speech"),
        ("voices", "separate_speech"),
        ("headphones", "make_binaural"),
        ("units", "convert_units"),
        ("alarms", "set_alarm"),
    ],
)
def test_a_subject_finds_its_tasks_and_is_told_in_brief(subject: str, task: str) -> None:
    found = of_subject(CATALOGUE, subject)
    assert task in [one.name for one in found[:6]]
    assert len(told_of(subject, found)) / LETTERS_A_SECOND < 9.0


def test_what_is_no_subject_or_is_there_by_that_name_is_not_taken_for_one(tmp_path: Path) -> None:
    context = Context(Workspace(tmp_path))
    assert can_talk(context, CATALOGUE, "zebras") is None
    assert can_talk(context, CATALOGUE, "this picture") is None
    assert can_talk(context, CATALOGUE, "music") is not None
    context.workspace.save_text("music", "la", "test")
    assert can_talk(context, CATALOGUE, "music") is None
