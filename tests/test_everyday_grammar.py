"""Everyday requests, understood word for word: which task, and what was said along."""

from collections.abc import Mapping
from typing import Any

import pytest

from router.dialogue.phrases import Grammar
from router.tasks import CATALOGUE

NAMES = (
    *("tell_time", "tell_date", "set_timer", "set_alarm", "list_timers", "cancel_timer", "calculate", "convert_units"),
    *("change_volume", "recall_words", "undo", "do_again"),
)
EVERYDAY = tuple(task for task in CATALOGUE if task.name in NAMES)
GRAMMAR = Grammar(EVERYDAY)

SAID: list[tuple[str, str, Mapping[str, Any]]] = [
    ("What time is it?", "tell_time", {}),
    ("Could you tell me the time, please?", "tell_time", {}),
    ("What time is it in New York?", "tell_time", {"place": "New York"}),
    ("What's the time in Tokyo right now?", "tell_time", {"place": "Tokyo"}),
    ("What day is it today?", "tell_date", {}),
    ("What's today's date?", "tell_date", {}),
    ("What day is it tomorrow?", "tell_date", {"day": "tomorrow"}),
    ("What's the date next Friday?", "tell_date", {"day": "next Friday"}),
    ("How many days until Christmas?", "tell_date", {"day": "Christmas", "want": "days"}),
    ("Which week is it?", "tell_date", {"want": "week"}),
    ("When is Easter", "tell_date", {"day": "Easter"}),
    ("Set a timer for ten minutes.", "set_timer", {"seconds": "ten minutes"}),
    ("Set a 5 minute timer for the tea.", "set_timer", {"seconds": "5 minute", "label": "tea"}),
    ("Set a timer for two minutes called eggs", "set_timer", {"seconds": "two minutes", "label": "eggs"}),
    (
        "Remind me in ten minutes to take the bread out.",
        "set_timer",
        {"seconds": "ten minutes", "label": "take the bread out"},
    ),
    ("Remind me to call mom in an hour", "set_timer", {"label": "call mom", "seconds": "an hour"}),
    ("Count down thirty seconds", "set_timer", {"seconds": "thirty seconds"}),
    ("Set a timer.", "set_timer", {}),
    ("Wake me up at half past six.", "set_alarm", {"time": "half past six"}),
    ("Set an alarm for 7 am tomorrow.", "set_alarm", {"time": "7 am tomorrow"}),
    ("Remind me at noon to take my pills.", "set_alarm", {"time": "noon", "label": "take my pills"}),
    ("Set an alarm.", "set_alarm", {}),
    ("How much time is left?", "list_timers", {}),
    ("Which timers are running?", "list_timers", {}),
    ("What alarms did I set?", "list_timers", {}),
    ("Cancel the timer.", "cancel_timer", {"label": "timer"}),
    ("Cancel the tea timer.", "cancel_timer", {"label": "tea"}),
    ("Delete all my alarms", "cancel_timer", {"label": "all"}),
    ("Turn off the alarm for church", "cancel_timer", {"label": "church"}),
    ("Calculate twelve times eighty.", "calculate", {"text": "twelve times eighty"}),
    ("Convert five miles to kilometers.", "convert_units", {"text": "five miles to kilometers"}),
    ("Turn the volume up.", "change_volume", {"change": "louder"}),
    ("Volume down, please.", "change_volume", {"change": "quieter"}),
    ("Set the volume to 40 percent.", "change_volume", {"level": "40 percent"}),
    ("Mute.", "change_volume", {"change": "mute"}),
    ("Turn the sound back on.", "change_volume", {"change": "unmute"}),
    ("What did I just say?", "recall_words", {}),
    ("Repeat what I just said.", "recall_words", {}),
    ("Undo that.", "undo", {}),
    ("Take it back", "undo", {}),
    ("Do that again.", "do_again", {}),
    ("Same again, please.", "do_again", {}),
]


@pytest.mark.parametrize(("text", "name", "arguments"), SAID)
def test_what_is_asked_for(text: str, name: str, arguments: Mapping[str, Any]) -> None:
    match = GRAMMAR.match(text)
    assert match is not None
    assert (match.task.name, dict(match.arguments)) == (name, arguments)


@pytest.mark.parametrize(
    "text", ["What is the weather?", "How much is the fish?", "Play the rain.", "Tell me a joke.", "I saw her today."]
)
def test_what_is_not_everyday(text: str) -> None:
    assert GRAMMAR.match(text) is None


@pytest.mark.parametrize("name", NAMES)
def test_each_is_described_for_people_and_models(name: str) -> None:
    (task,) = [task for task in EVERYDAY if task.name == name]
    assert 8 <= len(task.examples) <= 15
    assert len({example.lower() for example in task.examples}) == len(task.examples)
    slots = {
        slot for example in task.examples for slot in task.schema.get("properties", {}) if f"{{{slot}}}" in example
    }
    braces = {word.split("}")[0] for example in task.examples for word in example.split("{")[1:]}
    assert slots == braces
    assert task.about.splitlines()[0].endswith(".")
