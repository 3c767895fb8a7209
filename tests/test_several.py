"""Several things asked for in one sentence: timers, names at the end, both speakers; and what a chain plays."""

from pathlib import Path
from typing import Any

import pytest

from assistant.clock import run_virtually
from assistant.events import Artifact, Play, Say
from router.dialogue.base import Call, Request
from router.dialogue.embedded import Embedded
from router.dialogue.several import apart
from router.dialogue.titled import titled
from router.round import apart as each
from router.router import Router
from router.task import Context, Family, Outcome, task
from router.tasks import CATALOGUE
from tests.router_fakes import Scripted, WatchedContext, converse, tone

ENGINE = Embedded(CATALOGUE)


def called(text: str, *artifacts: Artifact) -> list[tuple[str, dict[str, Any]]]:
    pieces = ENGINE._pieces(Request(text, tasks=CATALOGUE, kinds=frozenset({"audio"}), artifacts=artifacts))
    return [(piece.task, dict(piece.arguments)) for piece in pieces if isinstance(piece, Call)]


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("Set a timer for 5 minutes and another for 10.", [5, 10]),
        ("Set a timer for five minutes and another one for ten minutes.", [5, 10]),
        ("Set a timer for five minutes and another four ten.", [5, 10]),  # as recognizers write it
        ("Set two timers, one for 5 minutes and one for 10.", [5, 10]),
        ("Set two timers for five and ten minutes.", [5, 10]),
        ("Set a five minute timer and a ten minute timer.", [5, 10]),
        ("Start a timer for one minute, another for two minutes, and another for 3.", [1, 2, 3]),
        ("Set a timer for five minutes and thirty seconds.", [5.5]),
        ("Set a timer for an hour and a half.", [90]),
    ],
)
def test_a_timer_for_each_length(text: str, minutes: list[float]) -> None:
    assert called(text) == [("set_timer", {"seconds": 60 * length}) for length in minutes]


def test_each_timer_has_its_label() -> None:
    assert called("Set a timer for 10 minutes for the eggs and another for 20 minutes for the rice") == [
        ("set_timer", {"seconds": 600, "label": "eggs"}),
        ("set_timer", {"seconds": 1200, "label": "rice"}),
    ]


@pytest.mark.parametrize(
    ("text", "times"),
    [
        ("Set an alarm for seven and another for eight.", ["seven", "eight"]),
        ("Wake me at seven and at eight tomorrow.", ["seven tomorrow", "eight tomorrow"]),
    ],
)
def test_an_alarm_for_each_time(text: str, times: list[str]) -> None:
    assert called(text) == [("set_alarm", {"time": time}) for time in times]


@pytest.mark.parametrize(
    "text", ["cancel the timer for tea and the one for eggs", "set a timer for ten minutes to call a friend and a cat"]
)
def test_what_is_one_request_stays_whole(text: str) -> None:
    assert apart(text) == [text]


@pytest.mark.parametrize(
    "text", ["Timer for minus five minutes.", "Set a timer for -5 minutes.", "Timer for 0 minutes."]
)
def test_time_that_cannot_pass_is_refused_plainly(text: str, tmp_path: Path) -> None:
    ((name, arguments),) = called(text)
    assert name == "set_timer"
    replies = run_virtually(converse(router_with(tmp_path, Call(name, arguments)), text))
    assert "".join(r.text for r in replies if isinstance(r, Say)).startswith("A timer has to run for some time")


@pytest.mark.parametrize(
    ("text", "tasks"),
    [
        ("Make it louder and call it demo.", ["change_sound", "name_sound"]),
        ("Clean it up, make it louder and call it demo, please.", ["enhance_speech", "change_sound", "name_sound"]),
        ("Cut the first two seconds off and save it as demo.", ["cut_sound", "name_sound"]),
    ],
)
def test_a_name_at_the_end_of_a_chain_is_kept(text: str, tasks: list[str]) -> None:
    found = called(text)
    assert [name for name, _ in found] == tasks
    assert found[-1][1] == {"new_name": "demo"}


def test_a_timer_is_called_by_its_label() -> None:
    assert called("Set a timer for five minutes and call it tea.") == [("set_timer", {"seconds": 300, "label": "tea"})]


@pytest.mark.parametrize("text", ["call it demo", "play this backwards and save it that way", "say hello"])
def test_what_gives_no_name_at_its_end(text: str) -> None:
    assert titled(text) == (text, "")


@pytest.mark.parametrize(
    ("text", "arguments"),
    [
        ("Cut the first two seconds off.", {"start_s": 0.0, "end_s": 2.0, "remove": True}),
        ("Cut the last three seconds off.", {"part": "the last three seconds", "remove": True}),
        ("Keep only the first two seconds.", {"start_s": 0.0, "end_s": 2.0}),
    ],
)
def test_seconds_are_no_names(text: str, arguments: dict[str, Any]) -> None:
    ((name, found),) = called(text)
    assert (name, {k: v for k, v in found.items() if k != "name" or v != "it"}) == ("cut_sound", arguments)


def test_a_thing_is_known_by_its_bare_name() -> None:
    garden = Artifact("garden", Path("garden.wav"), "audio", id=1)
    assert called("What sounds are in garden?", garden) == [("detect_sounds", {"audio": "garden"})]
    assert called("Take the dog out of garden.", garden) == [
        ("extract_sound", {"target": "everything but the dog", "audio": "garden"})
    ]


def test_a_sound_that_is_kept_is_not_a_file_of_that_name() -> None:
    dog = Artifact("dog", Path("dog.wav"), "audio", id=1)
    assert called("Keep only the dog.", dog) == [("extract_sound", {"target": "the dog"})]


def test_what_is_read_aloud_anyway_is_not_read_again() -> None:
    assert [name for name, _ in called("Transcribe it, then read it aloud.")] == ["transcribe_speech"]


def test_both_speakers_are_transcribed_one_after_the_other() -> None:
    chain = called("Separate them and transcribe both.")
    assert chain == [("separate_speech", {}), ("transcribe_speech", {"audio": "both"})]
    assert [call.arguments["audio"] for call in each(Call(*chain[1]))] == ["the first", "the second"]
    assert each(Call("transcribe_speech", {"audio": "it"})) == [Call("transcribe_speech", {"audio": "it"})]


# ------------------------------------------------------------------------ what a chain plays


@task(family=Family.AUDIO_TO_AUDIO, effects=True)
async def generate(context: Context) -> Outcome:
    """Make something of nothing."""
    made = context.workspace.save_audio("storm", tone(100, 1), 16_000, "generate")
    return Outcome("Here is a storm.", play=(made,))


@task(family=Family.AUDIO_TO_AUDIO, effects=True)
async def soften(context: Context) -> Outcome:
    """Make something of the latest."""
    last = context.workspace.artifacts[-1]
    made = context.workspace.save_audio("soft", tone(100, 1), 16_000, "soften", parents=(last.id,))
    return Outcome("Here it is, softer.", play=(made,))


@task(family=Family.AUDIO_TO_TEXT, effects=False)
async def describe(context: Context) -> Outcome:
    """Tell of it."""
    return Outcome("It is a storm.")


def router_with(folder: Path, *calls: Call) -> Router:
    tasks = (generate, soften, describe, *CATALOGUE)
    return Router(WatchedContext(folder), Scripted(calls, explains=False), tasks)


def given(folder: Path, *names: str) -> list[str]:
    replies = run_virtually(converse(router_with(folder, *map(Call, names)), "do it"))
    return [r.artifact.name if isinstance(r, Play) else r.text.strip() for r in replies if isinstance(r, Play | Say)]


def test_of_a_chain_what_came_of_it_is_played_after_the_words(tmp_path: Path) -> None:
    assert given(tmp_path, "generate", "soften", "describe") == [
        "Here is a storm.",
        "Here it is, softer.",
        "It is a storm.",
        "soft",
    ]


def test_what_nothing_was_made_of_is_played_too(tmp_path: Path) -> None:
    assert given(tmp_path, "generate", "describe")[-1] == "storm"


def test_a_single_request_plays_at_once(tmp_path: Path) -> None:
    assert given(tmp_path, "generate") == ["Here is a storm.", "storm"]
