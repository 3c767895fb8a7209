"""`assistant route`: what would be done about a text, for either engine, and that nothing is done."""

import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from assistant.cli.parser import parse
from assistant.cli.route import readable, route
from assistant.clock import run_virtually
from assistant.errors import DataError, EngineError
from assistant.evaluation.materials import material
from assistant.workspace import Workspace
from assistant.written import Choice, choose
from config.settings import Settings
from router.dialogue.base import Call
from router.dialogue.options import OpenAIOptions
from router.task import Context
from tests.chat_server import Reply, Status, call
from tests.router_fakes import Failing, Scripted
from tests.served import served

SPELL = Call("spell", {"text": "cat"})


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(sessions=tmp_path / "sessions", voices=tmp_path / "voices", dialogue="embedded")


def routed(settings: Settings, text: str, *files: Path, as_json: bool = True) -> str:
    out = io.StringIO()
    assert route(settings, text, files, as_json, out) == 0
    return out.getvalue()


def model(url: str) -> OpenAIOptions:
    return OpenAIOptions(model="tiny", base_url=url, api_key_env="EARSHOT_NO_KEY")


# ------------------------------------------------------------------------- the command


def test_the_choice_is_one_line_of_json_in_this_shape(settings: Settings) -> None:
    printed = routed(settings, "Spell banana.")
    assert json.loads(printed) == {"calls": [{"task": "spell", "arguments": {"text": "banana"}}], "say": ""}
    assert printed.count("\n") == 1


def test_what_is_not_supported_is_words_and_no_call(settings: Settings) -> None:
    found = json.loads(routed(settings, "Book a table for two at the Italian place."))
    assert found["calls"] == [] and found["say"]


def test_a_person_gets_a_line_that_can_be_read(settings: Settings) -> None:
    assert routed(settings, "Spell banana.", as_json=False) == "spell(text='banana')\n"
    both = Choice((Call("enhance_speech"), Call("translate_speech", {"language": "Spanish"})), "At\nonce.")
    assert readable(both) == "enhance_speech(), then translate_speech(language='Spanish'): At once."
    assert readable(Choice((), "")) == "(nothing)"


def test_nothing_is_done_and_nothing_is_kept(settings: Settings, tmp_path: Path) -> None:
    recording = material(tmp_path, "music.wav")
    before = recording.read_bytes()
    found = json.loads(routed(settings, "Play it backwards.", recording))
    assert [c["task"] for c in found["calls"]] == ["change_sound"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["music.wav"]
    assert recording.read_bytes() == before


def test_a_file_that_cannot_be_read_is_told(settings: Settings, tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"nix\.wav"):
        routed(settings, "Transcribe it.", tmp_path / "nix.wav")
    with pytest.raises(DataError, match="broken"):
        routed(settings, "Transcribe it.", material(tmp_path, "broken.wav"))


def test_a_language_model_is_asked_with_the_resources_and_does_nothing(settings: Settings, tmp_path: Path) -> None:
    answer = Reply.of("Gladly. ", call(0, "a", "separate_speech", "{}"))
    with served(answer) as server:
        set_up = Settings(sessions=settings.sessions, dialogue="openai", openai=model(server.url))
        found = json.loads(routed(set_up, "Pull them apart.", material(tmp_path, "interview.wav")))
    assert found == {"calls": [{"task": "separate_speech", "arguments": {}}], "say": "Gladly."}
    assert len(server.requests) == 1
    assert "interview" in json.dumps(server.requests[0]["messages"])


def test_where_the_language_model_fails_the_embedded_engine_chooses(settings: Settings) -> None:
    with served(Status(500)) as server:
        set_up = Settings(sessions=settings.sessions, dialogue="openai", openai=model(server.url))
        found = json.loads(routed(set_up, "Spell banana."))
    assert found["calls"] == [{"task": "spell", "arguments": {"text": "banana"}}]


def test_the_flags() -> None:
    found = parse(["route", "Clean", "it.", "--with", "a.wav", "b.png", "--json", "--dialogue", "openai"])
    assert (found.text, found.files) == (["Clean", "it."], [Path("a.wav"), Path("b.png")])
    assert (found.json, found.dialogue) == (True, "openai")


def test_neither_a_recognizer_nor_a_voice_is_loaded(tmp_path: Path) -> None:
    script = (
        "import sys; from assistant.__main__ import main; code = main(['route', 'Spell banana.', '--json'])\n"
        "print(code, [m for m in ('moonshine_voice', 'asr.moonshine', 'tts.espeak', 'tts.fastspeech2', 'torch',"
        " 'assistant.session', 'sounddevice') if m in sys.modules])"
    )
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("EARSHOT_", "XDG_"))}
    environment = {**kept, "HOME": str(tmp_path)}
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, env=environment, timeout=60)
    assert done.stdout.splitlines()[-1] == "0 []", done.stderr


# ------------------------------------------------------------------------- the choice


def test_calls_of_a_round_are_seen_and_withheld(tmp_path: Path) -> None:
    engine = Scripted(("Let me see. ", SPELL, Call("introduce")))
    context = Context(Workspace(tmp_path / "session"))
    choice = run_virtually(choose(context, "Spell cat, and who are you?", engine))
    assert choice == Choice((SPELL, Call("introduce")), "Let me see.")
    assert not (tmp_path / "session").exists()


def test_a_chain_called_for_one_by_one_is_seen_whole(tmp_path: Path) -> None:
    engine = Scripted((SPELL,), (Call("introduce"),), ("There.",))
    choice = run_virtually(choose(Context(Workspace(tmp_path)), "Both.", engine, rounds=5))
    assert choice == Choice((SPELL, Call("introduce")), "There.")
    assert [call.task for call in (done.call for done in engine.requests[-1].done)] == ["spell", "introduce"]


def test_an_engine_that_does_not_explain_is_asked_once(tmp_path: Path) -> None:
    engine = Scripted((SPELL,), explains=False)
    choice = run_virtually(choose(Context(Workspace(tmp_path)), "Both.", engine, rounds=5))
    assert choice.calls == (SPELL,) and len(engine.requests) == 1


def test_calls_of_an_engine_that_fails_midway_do_not_count(tmp_path: Path) -> None:
    engine = Scripted((SPELL, EngineError("The connection broke.")))
    second = Scripted((Call("introduce"),), explains=False)
    choice = run_virtually(choose(Context(Workspace(tmp_path)), "Who are you?", engine, second))
    assert choice.calls == (Call("introduce"),) and choice.failure == "The connection broke."


def test_without_another_engine_the_reason_is_said(tmp_path: Path) -> None:
    choice = run_virtually(choose(Context(Workspace(tmp_path)), "Who are you?", Failing()))
    assert choice == Choice((), "The language model is not there.", "The language model is not there.")
