"""`assistant chat`, and `assistant ask --continue`: a conversation that is typed, and one that goes on elsewhere."""

import io
import json
import os
import pty
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread

import pytest

from assistant.carried import FILE, put_down, take_up, workspace_of
from assistant.cli.ask import HOW_TO_ANSWER, Asked, ask
from assistant.cli.chat import LEAVING, STOPPED, Chatting, chat
from assistant.cli.parser import parse
from assistant.errors import DataError
from assistant.evaluation.materials import material
from assistant.events import Manner, Say
from assistant.history import AssistantSaid, UserSaid
from assistant.workspace import Workspace, past_sessions
from config.settings import Settings
from router.dialogue.embedded import GIVEN
from router.task import Context, Pending

PATIENCE_S = 30.0


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    folders = {"sessions": tmp_path / "sessions", "voices": tmp_path / "voices", "alarms": tmp_path / "alarms.json"}
    return Settings(**folders, dialogue="embedded")


def chatted(settings: Settings, *lines: str, wanted: Chatting | None = None) -> str:
    out = io.StringIO()
    assert chat(settings, wanted or Chatting(), io.StringIO("".join(f"{line}\n" for line in lines)), out) == 0
    return out.getvalue()


def replied(settings: Settings, text: str, go_on: bool = True) -> tuple[int, str]:
    out = io.StringIO()
    return ask(settings, Asked(text, go_on=go_on), out), out.getvalue()


# ------------------------------------------------------------------------------ lines from a pipe


def test_turns_build_on_each_other(settings: Settings, tmp_path: Path) -> None:
    wanted = Chatting((material(tmp_path, "music.wav"),))
    chatted(settings, "Play it backwards.", "Half as loud.", "Spell banana.", wanted=wanted)
    [session] = past_sessions(settings.sessions)
    assert [a.parents for a in session.artifacts] == [(), (1,), (2,)]
    assert session.turns == 6


def test_each_line_is_answered_with_a_line_of_json(settings: Settings) -> None:
    written = chatted(settings, "Spell banana.", "", "Why is the sky blue?", wanted=Chatting(json=True))
    first, second = map(json.loads, written.splitlines())
    assert first["say"] == "B, A, N, A, N, A." and first["error"] is None
    assert "Why is the sky blue" in second["say"] and second["error"]


def test_a_file_alone_is_taken_and_asked_about(settings: Settings, tmp_path: Path) -> None:
    path = material(tmp_path, "music.wav")
    written = chatted(settings, f"'{path}'", "How long is it?")
    assert written.splitlines()[0] == GIVEN and "6.0 seconds" in written


def test_a_question_is_answered_by_the_next_line(settings: Settings) -> None:
    assert chatted(settings, "Spell a word for me.", "Banana.").splitlines()[-1] == "B, A, N, A, N, A."


def test_a_file_that_cannot_be_read_ends_it_before_it_begins(settings: Settings, tmp_path: Path) -> None:
    with pytest.raises(DataError, match="broken"):
        chatted(settings, "Hello.", wanted=Chatting((material(tmp_path, "broken.wav"),)))


# ------------------------------------------------------------------------------ going on


def test_ask_goes_on_where_it_was(settings: Settings) -> None:
    code, said = replied(settings, "Spell a word for me.", go_on=False)
    assert code == 1 and HOW_TO_ANSWER in said
    assert replied(settings, "Banana.") == (0, "B, A, N, A, N, A.\n")
    assert replied(settings, "What did you say?") == (0, "B, A, N, A, N, A.\n")
    [session] = past_sessions(settings.sessions)
    assert session.turns == 6


def test_chat_goes_on_with_what_ask_has_made(settings: Settings, tmp_path: Path) -> None:
    ask(settings, Asked("Play it backwards.", (material(tmp_path, "music.wav"),)), io.StringIO())
    chatted(settings, "Half as loud.", wanted=Chatting(go_on=True))
    [session] = past_sessions(settings.sessions)
    assert [a.id for a in session.artifacts] == [1, 2, 3] and session.artifacts[-1].parents == (2,)


def test_a_session_is_chosen_by_a_part_of_its_name(settings: Settings) -> None:
    replied(settings, "Spell banana.", go_on=False)
    replied(settings, "Spell cherry.", go_on=False)
    newest, oldest = past_sessions(settings.sessions)
    assert workspace_of(settings.sessions, True).folder == newest.folder
    assert workspace_of(settings.sessions, False, oldest.folder.name).folder == oldest.folder


def test_where_there_is_nothing_to_go_on_with_it_is_said(settings: Settings) -> None:
    with pytest.raises(DataError, match="to go on with"):
        replied(settings, "Spell banana.")


def test_everything_that_is_kept_comes_back(tmp_path: Path) -> None:
    context = Context(Workspace(tmp_path))
    context.history.turns += [UserSaid("Sing."), AssistantSaid("What?", True, ("rain",))]
    context.pending = Pending("sing", {"tempo": 90, "manner": None}, "text", "What?")
    context.manner, context.last_said = Manner(1.25, voice="lj"), Say("Hi", Manner(0.8))
    context.last_call, context.consents = ("spell", {"text": "hi"}), {tmp_path / "her.wav": True}
    put_down(context)
    again = Context(Workspace.reopen(tmp_path))
    take_up(again)
    for name in ("history", "pending", "manner", "last_said", "last_call", "consents"):
        assert getattr(again, name) == getattr(context, name), name


def test_a_session_of_which_nothing_can_be_read_is_gone_on_with_all_the_same(tmp_path: Path) -> None:
    (tmp_path / FILE).write_text("{")
    context = Context(Workspace.reopen(tmp_path))
    take_up(context)
    assert context.history.turns == []


def test_no_number_is_given_twice_when_a_session_goes_on(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path)
    workspace.save_text("one", "1", "test")
    two = workspace.save_text("two", "2", "test")
    workspace.remove(two.id)
    again = Workspace.reopen(tmp_path)
    assert [a.name for a in again.artifacts] == ["one"] and again.save_text("three", "3", "test").id == 3


def test_the_flags() -> None:
    found = parse(["chat", "--with", "a.wav", "--continue", "--json"])
    assert (found.command, found.files, found.go_on, found.json) == ("chat", [Path("a.wav")], True, True)
    assert parse(["ask", "--continue", "Louder."]).text == ["Louder."]
    assert parse(["talk", "--with", "a.wav", "b.png"]).files == [Path("a.wav"), Path("b.png")]


# ------------------------------------------------------------------------------ at a terminal


class Terminal:
    """The program at a terminal of its own."""

    def __init__(self, command: list[str]) -> None:
        self._inside, outside = pty.openpty()
        environment = os.environ | {"TERM": "xterm", "PYTHONUNBUFFERED": "1"}
        self.process = subprocess.Popen(
            command, stdin=outside, stdout=outside, stderr=outside, env=environment, start_new_session=True
        )
        os.close(outside)
        self.text = ""
        Thread(target=self._read, daemon=True).start()

    def type(self, text: str) -> None:
        os.write(self._inside, text.encode())

    def interrupt(self) -> None:
        self.process.send_signal(signal.SIGINT)

    def wait(self, text: str, since: int = 0) -> int:
        """Until a text is shown; where it ends."""
        deadline = time.monotonic() + PATIENCE_S
        while (at := self.text.find(text, since)) < 0:
            assert time.monotonic() < deadline and self.process.poll() is None, self.text[since:]
            time.sleep(0.02)
        return at + len(text)

    def _read(self) -> None:
        while True:
            try:
                self.text += os.read(self._inside, 4096).decode(errors="replace")
            except OSError:
                return


@contextmanager
def terminal(tmp_path: Path) -> Iterator[Terminal]:
    command = [sys.executable, "-m", "assistant", "chat", "--dialogue", "embedded", "--sessions", str(tmp_path / "s")]
    shown = Terminal([*command, "--set", f"alarms={tmp_path / 'alarms.json'}"])
    try:
        shown.wait("> ")
        yield shown
    finally:
        shown.process.kill()
        shown.process.wait()


def test_at_a_terminal_ctrl_d_leaves_and_the_session_is_named(tmp_path: Path) -> None:
    with terminal(tmp_path) as shown:
        shown.type("spell banana\n")
        at = shown.wait("B, A, N, A, N, A.")
        at = shown.wait("> ", at)
        shown.type("\x04")
        assert shown.process.wait(PATIENCE_S) == 0
        [session] = past_sessions(tmp_path / "s")
        assert str(session.folder) in shown.text


def test_ctrl_c_stops_what_goes_on_and_leaves_nothing_undone(tmp_path: Path) -> None:
    with terminal(tmp_path) as shown:
        shown.interrupt()
        at = shown.wait(LEAVING, shown.wait("> "))
        shown.wait("> ", at)
        shown.type("make ten minutes of rain\n")
        at = shown.wait("I am making the sound.", at)
        shown.wait("> ", at)
        shown.interrupt()
        at = shown.wait(STOPPED, at)
        shown.type("spell banana\n")
        shown.wait("B, A, N, A, N, A.", at)


def test_an_alarm_is_told_above_what_is_being_typed(tmp_path: Path) -> None:
    with terminal(tmp_path) as shown:
        shown.type("set a timer for one second\n")
        at = shown.wait("is set for 1 second.")
        shown.type("spell ban")
        at = shown.wait("timer is over.", at)
        shown.wait("> spell ban", at)
        shown.type("ana\n")
        shown.wait("B, A, N, A, N, A.", at)
