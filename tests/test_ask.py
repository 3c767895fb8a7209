"""`assistant ask`: a whole turn from a text, what it prints, what it keeps, and how it ends."""

import asyncio
import io
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import soundfile as sf

from assistant.cli.ask import NOBODY_RINGS, Asked, ask, readable
from assistant.cli.parser import parse
from assistant.clock import run_virtually
from assistant.errors import DataError, TaskError
from assistant.evaluation.materials import material
from assistant.events import Artifact, Say, Show
from assistant.history import AssistantSaid, UserSaid
from assistant.workspace import Workspace, past_sessions
from assistant.written import Answered, Watch, Written
from config.settings import Settings
from router.dialogue.base import Call
from router.dialogue.options import OpenAIOptions
from router.task import Context, Family, Outcome, Task, task
from tests.chat_server import Reply, call
from tests.router_fakes import Failing, Scripted
from tests.served import served

LONG_S = 30.0


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(sessions=tmp_path / "sessions", voices=tmp_path / "voices", dialogue="embedded")


def asked(settings: Settings, text: str, *files: Path, code: int = 0) -> Mapping[str, Any]:
    out = io.StringIO()
    assert ask(settings, Asked(text, files, json=True), out) == code
    assert out.getvalue().count("\n") == 1
    answer: Mapping[str, Any] = json.loads(out.getvalue())
    return answer


# ------------------------------------------------------------------------ the command


def test_the_answer_is_one_object(settings: Settings) -> None:
    assert asked(settings, "Spell banana.") == {
        "say": "B, A, N, A, N, A.",
        "calls": [{"task": "spell", "arguments": {"text": "banana"}}],
        "artifacts": [],
        "shown": [],
        "error": None,
    }


def test_what_is_made_is_in_a_session_and_described(settings: Settings, tmp_path: Path) -> None:
    answer = asked(settings, "Play it backwards.", material(tmp_path, "music.wav"))
    [made] = answer["artifacts"]
    assert {"id", "name", "path", "kind", "seconds", "rate", "channels", "provenance"} <= set(made)
    assert (made["kind"], made["rate"], made["channels"], made["seconds"]) == ("audio", 16000, 1, 6.0)
    assert Path(made["path"]).is_relative_to(settings.sessions)
    assert sf.info(made["path"]).duration == 6.0
    assert answer["error"] is None


def test_the_session_has_what_was_given_what_was_made_and_what_was_said(settings: Settings, tmp_path: Path) -> None:
    asked(settings, "Play it backwards.", material(tmp_path, "music.wav"))
    [session] = past_sessions(settings.sessions)
    assert session.artifacts[0].name == "music" and len(session.artifacts) == 2
    transcript = (session.folder / "transcript.txt").read_text().splitlines()
    assert transcript[0] == "you: Play it backwards." and transcript[1].startswith("earshot: ")


def test_what_is_refused_ends_with_one_and_the_sentence(settings: Settings) -> None:
    answer = asked(settings, "Book a table for two at the Italian place.", code=1)
    assert answer["calls"] == [] and answer["error"] == answer["say"] != ""


def test_a_courtesy_is_an_answer(settings: Settings) -> None:
    assert asked(settings, "Good morning.") == {
        "say": "Hello.",
        "calls": [],
        "artifacts": [],
        "shown": [],
        "error": None,
    }


def test_a_timer_that_nobody_would_ring_is_not_set(settings: Settings) -> None:
    answer = asked(settings, "Set a timer for ten minutes.", code=1)
    assert [c["task"] for c in answer["calls"]] == ["set_timer"]
    assert answer["error"] == NOBODY_RINGS
    out = io.StringIO()
    assert ask(settings, Asked("Set a timer for ten minutes."), out) == 1
    assert NOBODY_RINGS in out.getvalue()


def test_what_fails_ends_with_one_and_the_sentence(settings: Settings) -> None:
    answer = asked(settings, "Play it backwards.", code=1)
    assert [c["task"] for c in answer["calls"]] == ["change_sound"]
    assert answer["error"] and answer["error"] in answer["say"]
    assert answer["artifacts"] == []


def test_a_file_that_cannot_be_read_is_told_before_anything_is_done(settings: Settings, tmp_path: Path) -> None:
    with pytest.raises(DataError, match="broken"):
        ask(settings, Asked("Play it.", (material(tmp_path, "broken.wav"),)), io.StringIO())
    assert list(past_sessions(settings.sessions)) == []


def test_a_language_model_explains_what_came_of_its_calls(settings: Settings) -> None:
    first, then = Reply.of(call(0, "a", "introduce", "{}")), Reply.of("I am ", "Earshot.")
    with served(first, then) as server:
        openai = OpenAIOptions(model="tiny", base_url=server.url, api_key_env="EARSHOT_NO_KEY")
        answer = asked(Settings(sessions=settings.sessions, dialogue="openai", openai=openai), "Who are you?")
    assert (answer["say"], answer["error"]) == ("I am Earshot.", None)
    assert answer["calls"] == [{"task": "introduce", "arguments": {}}]


def test_words_alone_are_an_answer_of_a_language_model(settings: Settings) -> None:
    with served(Reply.of("Paris.")) as server:
        openai = OpenAIOptions(model="tiny", base_url=server.url, api_key_env="EARSHOT_NO_KEY")
        answer = asked(Settings(sessions=settings.sessions, dialogue="openai", openai=openai), "Capital of France?")
    assert (answer["say"], answer["calls"], answer["error"]) == ("Paris.", [], None)


def test_a_person_gets_the_words_what_is_shown_and_the_files() -> None:
    made = Artifact("first speaker", Path("/s/first.wav"), seconds=2.0, rate=16000)
    shown = Show("Two people.", made, (Path("/s/first.png"),))
    answered = Answered((Say("Here they are."), shown), (), (), (made,))
    assert readable(answered).splitlines() == [
        "Here they are.",
        "Two people.",
        "first speaker (2.0 s)",
        "/s/first.wav",
        "/s/first.png",
    ]


def test_the_flags() -> None:
    found = parse(["ask", "Clean it.", "--with", "a.wav", "--speak", "--sessions", "here"])
    assert (found.text, found.files, found.speak, found.sessions) == (["Clean it."], [Path("a.wav")], True, "here")


# ------------------------------------------------------------------------ written turns


@task("take long", family=Family.CONVERSATION, effects=True)
async def take_long(context: Context) -> Outcome:
    """Take long."""
    await asyncio.sleep(LONG_S)
    made = context.workspace.save_text("result", "it", "take_long")
    return Outcome("It is done.", show=(Show(artifact=made),))


@task("fail", family=Family.CONVERSATION, effects=True)
async def fail(context: Context) -> Outcome:
    """Fail."""
    raise TaskError("That did not work.")


@task("break", family=Family.CONVERSATION, effects=True)
async def break_down(context: Context) -> Outcome:
    """Break."""
    raise ZeroDivisionError


TASKS: tuple[Task, ...] = (take_long, fail, break_down)


def turns(folder: Path, engine: Any, *texts: str) -> tuple[list[Answered], Context]:
    context = Context(Workspace(folder / "session"))

    async def converse() -> list[Answered]:
        written = Written(context, engine, watch=Watch.over(TASKS))
        return [await written.answer(text) for text in texts]

    return run_virtually(converse()), context


def test_work_that_takes_long_is_waited_for(tmp_path: Path) -> None:
    [answered], context = turns(tmp_path, Scripted((Call("take_long"),), explains=False), "Take long.")
    assert answered.say.endswith("It is done.")
    assert [artifact.name for artifact in answered.made] == ["result"]
    assert [(e.task, e.failure) for e in answered.ended] == [("take_long", "")]
    assert context.history.turns == [UserSaid("Take long."), AssistantSaid(answered.say)]


def test_a_turn_tells_of_its_own_calls_and_makings_only(tmp_path: Path) -> None:
    engine = Scripted((Call("take_long"),), (Call("fail"),), explains=False)
    [_, second], _ = turns(tmp_path, engine, "Take long.", "Fail.")
    assert [call.task for call in second.calls] == ["fail"]
    assert second.made == () and second.error == "That did not work."


def test_a_bug_in_a_task_is_an_error_without_its_details(tmp_path: Path) -> None:
    [answered], _ = turns(tmp_path, Scripted((Call("break_down"),), explains=False), "Break.")
    assert answered.error and "Zero" not in answered.error
    assert answered.say and "Zero" not in answered.say


def test_a_call_for_what_there_is_not_is_an_error(tmp_path: Path) -> None:
    [answered], _ = turns(tmp_path, Scripted((Call("nonsense"),), explains=False), "Do nonsense.")
    assert answered.ended == () and answered.error == answered.say != ""


def test_what_is_done_at_the_second_try_is_done(tmp_path: Path) -> None:
    wrong, right = Call("take_long", {"for": "ever"}), Call("take_long")
    [answered], _ = turns(tmp_path, Scripted((wrong,), (right,), ("Done.",)), "Take long.")
    assert [bool(ended.failure) for ended in answered.ended] == [True, False]
    assert answered.error == ""


def test_an_engine_that_fails_is_an_error(tmp_path: Path) -> None:
    [answered], _ = turns(tmp_path, Failing(), "Hello.")
    assert answered.error == answered.say == "The language model is not there."
