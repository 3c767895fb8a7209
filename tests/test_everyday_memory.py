"""The clock, the volume, and what was said and done before."""

import asyncio
import math
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from assistant.alarms import Alarms
from assistant.clock import run_virtually
from assistant.errors import TaskError
from assistant.events import Heard
from assistant.history import AssistantSaid, UserSaid
from assistant.workspace import Workspace
from router.abilities.clock import tell_date, tell_time
from router.abilities.memory import do_again, recall_words, undo
from router.abilities.volume import change_volume, decibels, percent
from router.task import MOMENT, Context, Family, Moment, Outcome, Task, Undo, task

NOW = datetime(2026, 11, 23, 14, 5, tzinfo=ZoneInfo("Europe/Berlin"))


@pytest.fixture
def context(tmp_path: Path) -> Context:
    return Context(Workspace(tmp_path), alarms=Alarms(None, lambda: NOW, lambda: 0.0))


def says(ability: Task, context: Context, **arguments: Any) -> str:
    async def main() -> Outcome:
        return await ability(context, arguments)

    return run_virtually(main()).text


# ------------------------------------------------------------------------- the clock


def test_the_time_here_and_elsewhere(context: Context) -> None:
    assert says(tell_time, context) == "It is 2:05 PM."
    assert says(tell_time, context, place="new york") == "In New York it is 8:05 AM."
    assert says(tell_time, context, place="Auckland") == "In Auckland it is 2:05 AM, tomorrow."
    with pytest.raises(TaskError, match="what time it is in Narnia"):
        says(tell_time, context, place="Narnia")


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        ({}, "Today is Monday, November 23rd, 2026."),
        ({"day": "tomorrow"}, "Tomorrow is Tuesday, November 24th, 2026."),
        ({"day": "next Friday"}, "That is Friday, December 4th, 2026."),
        ({"day": "Easter"}, "That is Sunday, March 28th, 2027."),
        ({"day": "yesterday"}, "Yesterday was Sunday, November 22nd, 2026."),
        ({"day": "Christmas", "want": "days"}, "It is 32 days until Friday, December 25th."),
        ({"day": "tomorrow", "want": "days"}, "It is 1 day until Tuesday, November 24th."),
        ({"day": "today", "want": "days"}, "That is today, Monday, November 23rd."),
        ({"day": "a week ago", "want": "days"}, "Monday, November 16th was 7 days ago."),
        ({"want": "week"}, "Today is in week 48."),
    ],
)
def test_dates(context: Context, arguments: dict[str, str], text: str) -> None:
    assert says(tell_date, context, **arguments) == text


def test_a_day_nobody_knows(context: Context) -> None:
    with pytest.raises(TaskError, match="I do not know when my birthday is"):
        says(tell_date, context, day="my birthday")


# ------------------------------------------------------------------------- the volume


def test_the_volume_goes_up_and_down_and_is_told(context: Context) -> None:
    assert says(change_volume, context) == "The volume is at 50 percent."
    assert says(change_volume, context, change="louder") == "The volume is at 71 percent."
    assert context.volume_db == pytest.approx(6.0)
    assert says(change_volume, context, level="forty percent") == "The volume is at 40 percent."
    assert says(change_volume, context, level=100, change="quieter") == "The volume is at 100 percent."
    assert context.volume_db == pytest.approx(12.04, abs=0.01)
    with pytest.raises(TaskError, match="cannot be any louder"):
        says(change_volume, context, change="louder")
    for _ in range(6):
        says(change_volume, context, change="quieter")
    says(change_volume, context, level=2)
    with pytest.raises(TaskError, match="cannot be any quieter"):
        says(change_volume, context, change="quieter")


def test_muting_forgets_no_level(context: Context) -> None:
    says(change_volume, context, level=30)
    assert says(change_volume, context, change="mute") == "The sound is off."
    assert says(change_volume, context, change="mute") == "The sound is off."
    assert context.volume_db == -math.inf
    assert says(change_volume, context, change="unmute") == "The volume is at 30 percent."
    assert says(change_volume, context, level=0) == "The sound is off."
    assert says(change_volume, context, change="louder") == "The volume is at 30 percent."


@pytest.mark.parametrize("level", [101, -1, "a banana"])
def test_a_level_that_is_none(context: Context, level: object) -> None:
    with pytest.raises(TaskError):
        says(change_volume, context, level=level)
    assert context.volume_db == 0.0


def test_levels_and_decibels_are_two_names_of_one_thing() -> None:
    for level in (1, 2, 25, 50, 99, 100):
        assert percent(decibels(level)) == pytest.approx(level)


def test_a_change_of_volume_is_undone(context: Context) -> None:
    says(change_volume, context, level=80)
    says(change_volume, context, change="mute")
    assert says(undo, context) == "Okay, I took back the change of volume."
    assert percent(context.volume_db) == pytest.approx(80)
    says(undo, context)
    assert context.volume_db == 0.0


# ------------------------------------------------------------------------- what was before


def test_the_words_of_the_turn_before_are_recalled(context: Context) -> None:
    with pytest.raises(TaskError, match="said nothing before"):
        says(recall_words, context)
    context.history.add(UserSaid("The Wi-Fi's name is Zoë."))
    context.history.add(AssistantSaid("Noted."))
    assert says(recall_words, context) == "You said: The Wi-Fi's name is Zoë."


def test_the_question_itself_is_not_what_was_said(context: Context) -> None:
    context.history.add(UserSaid("hello"))
    context.history.add(UserSaid("what did I just"))

    async def main() -> str:
        MOMENT.set(Moment(Heard("what did I just say")))
        return (await recall_words(context, {})).text

    assert asyncio.run(main()) == "You said: hello"


def test_undo_goes_back_one_by_one(context: Context) -> None:
    done: list[str] = []

    def noting(what: str) -> Undo:
        async def take_back(context: Context) -> None:
            done.append(what)

        return Undo(what, take_back)

    context.undoable += [noting("the note"), noting("the rain")]
    assert says(undo, context) == "Okay, I took back the rain."
    assert says(undo, context) == "Okay, I took back the note."
    with pytest.raises(TaskError, match="nothing that I could undo"):
        says(undo, context)
    assert done == ["the rain", "the note"]


@task(family=Family.CONVERSATION, effects=True)
async def count(context: Context, by: int) -> Outcome:
    """Count."""
    context.history.add(AssistantSaid(str(by)))
    return Outcome(f"That was {by}.")


def test_the_last_task_is_done_again_with_the_same_arguments(context: Context) -> None:
    context.tasks = (count, undo, do_again)
    with pytest.raises(TaskError, match="nothing that I could do again"):
        says(do_again, context)
    context.last_call = ("count", {"by": 3})
    assert says(do_again, context) == "That was 3."
    assert context.history.turns == [AssistantSaid("3")]
    for name in ("undo", "do_again", "gone"):
        context.last_call = (name, {})
        with pytest.raises(TaskError, match="nothing that I could do again"):
            says(do_again, context)
