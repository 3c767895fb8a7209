"""The command line: what it understands, its exit codes and its sentences, mostly from outside, as a process."""

import json
import logging
import os
import pty
import re
import signal
import subprocess
import sys
import time
from argparse import Namespace
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest
import soundfile as sf

from assistant.__main__ import guarded
from assistant.cli.commands import given, screen_kind
from assistant.cli.logs import logging_to
from assistant.cli.parser import parse
from assistant.events import Artifact
from assistant.workspace import Workspace
from config.settings import Settings, load

PATIENCE_S = 60.0
"""For a process to start on a busy machine."""
TRIES = 3


def environment(home: Path) -> dict[str, str]:
    """This process's, without any of Earshot's variables and with a home of its own."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("EARSHOT_", "XDG_"))}
    return {**kept, "HOME": str(home), "TERM": "xterm"}


def assistant(home: Path, *arguments: str, **variables: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "assistant", *arguments],
        capture_output=True,
        text=True,
        env={**environment(home), **variables},
        timeout=PATIENCE_S,
        check=False,
    )


def talking(home: Path, *arguments: str, out: int = subprocess.PIPE) -> "subprocess.Popen[bytes]":
    """A conversation with a minute of silence in place of the microphone, as a process."""
    recording = home / "silence.wav"
    sf.write(recording, np.zeros(60 * 16000, np.float32), 16000)
    return subprocess.Popen(
        [sys.executable, "-m", "assistant", *arguments, "--input", recording, "--output", home / "said.wav"],
        stdout=out,
        stderr=subprocess.PIPE,
        env=environment(home),
    )


def read_until(descriptor: int, wanted: bytes) -> bytes:
    read = b""
    deadline = time.monotonic() + PATIENCE_S
    while wanted not in read and time.monotonic() < deadline:
        read += os.read(descriptor, 4096)
    assert wanted in read
    return read


def settings_from(*arguments: str, **variables: str) -> Settings:
    found = parse(arguments)
    return load(found.profile, found.config, list(given(found)), {"HOME": "/nowhere", **variables})


# ------------------------------------------------------------------- grammar


def test_without_a_command_it_talks() -> None:
    assert parse([]).command is None
    found = parse(["--input", "a.wav", "b.wav", "--output", "c.wav", "--plain"])
    assert (found.input, found.output) == ([Path("a.wav"), Path("b.wav")], Path("c.wav"))
    assert screen_kind(found) == "plain"


def test_global_flags_stand_before_or_after_the_command() -> None:
    before, after = parse(["--json", "--profile", "desktop", "devices"]), parse(["devices", "--json"])
    assert (before.command, before.json, before.profile) == ("devices", True, "desktop")
    assert (after.command, after.json, after.profile) == ("devices", True, None)
    assert parse(["--set", "a=1", "talk", "--set", "b=2"]).set == ["a=1", "b=2"]
    assert parse(["bench", "asr", "--data", "d", "--json"]).json is True


@pytest.mark.parametrize(
    ("command", "shown", "hidden"),
    [
        ("say", "speed voice language loudspeaker backend json", "microphone recognizer dialogue sessions plain"),
        ("devices", "backend json", "microphone loudspeaker voice plain"),
        ("sessions", "sessions", "voice half-duplex"),
        ("serve", "port microphone recognizer voice dialogue half-duplex", "input output metrics plain"),
        ("doctor", "service microphone recognizer voice json", "half-duplex plain"),
        ("bench latency", "data recognizer voice dialogue half-duplex", "microphone sessions plain"),
        ("eval capability", "task engine data limit seed recognizer voice json", "dialogue half-duplex microphone"),
        ("bench turns", "data limit recognizer language", "voice dialogue half-duplex"),
        ("bench room", "data minutes off-minutes levels seed recognizer voice", "dialogue half-duplex microphone"),
        ("bench wake", "phrase positives negatives clean limit voice", "recognizer dialogue half-duplex data"),
        ("bench tts", "voice against language recognizer", "microphone dialogue half-duplex sessions"),
        ("talk", "input microphone sessions half-duplex plain", ""),
    ],
)
def test_help_shows_the_flags_that_matter_and_the_commands_own_first(
    command: str, shown: str, hidden: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        parse([*command.split(), "--help"])
    printed = capsys.readouterr().out
    listed = re.findall(r"^  (?:-\w[^,]*, )?--([\w-]+)", printed, re.MULTILINE)
    assert {*shown.split(), "help", "profile", "config", "set", "log-level"} <= set(listed)
    assert set(hidden.split()).isdisjoint(re.findall(r"--([\w-]+)", printed))
    assert len(listed) == len(set(listed))
    assert listed.index(shown.split()[0]) < listed.index("profile") or command in ("devices", "sessions")


def test_flags_that_are_not_shown_are_understood() -> None:
    flags = ["--microphone", "3", "--sessions", "here", "--half-duplex", "--plain"]
    found = parse(["say", "Hello", *flags, "-o", "a.wav"])
    assert (found.text, found.microphone, found.sessions) == (["Hello"], "3", "here")
    assert found.half_duplex and found.plain


def test_flags_are_settings() -> None:
    flags = ["--recognizer", "whisper", "--language", "de", "--microphone", "3", "--sessions", "here", "--half-duplex"]
    settings = settings_from(*flags, "--set", "ears.partial_s=2")
    assert (settings.recognizer, settings.language, settings.devices.microphone) == ("whisper", "de", "3")
    assert (settings.sessions, settings.half_duplex, settings.ears.partial_s) == (Path("here"), True, 2.0)


def test_flags_override_variables_and_set_overrides_flags() -> None:
    assert settings_from("--language", "de", EARSHOT_LANGUAGE="fr").language == "de"
    assert settings_from("--language", "de", "--set", "language=it").language == "it"


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["sing"], "invalid choice: 'sing'"),
        (["--loud"], "unrecognized arguments: --loud"),
        (["bench"], "required: KIND"),
        (["bench", "asr"], "required: --data"),
        (["bench", "asr", "--data", "d", "--limit", "0"], "takes a whole number from 1 up, not '0'"),
        (["bench", "wake", "--phrase", "hey you"], "required: --positives"),
        (["bench", "room", "--data", "d", "--minutes", "0"], "takes a number above 0, not '0'"),
        (["bench", "idle", "--seconds", "nan"], "takes a number above 0, not 'nan'"),
        (["bench", "idle", "--engine", "moonshine"], "unrecognized arguments: --engine"),
        (["--plain", "--json"], "not allowed with argument"),
        (["say"], "required: text"),
        (["say", "x", "--speed", "3"], "takes a number from 0.5 to 2, not '3'"),
        (["say", "x", "--pitch", "high"], "takes a number from -12 to 12, not 'high'"),
        (["devices", "--input", "a.wav"], "unrecognized arguments"),
    ],
)
def test_wrong_usage_ends_with_code_two(
    arguments: list[str], complaint: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        parse(arguments)
    assert ended.value.code == 2
    assert complaint in capsys.readouterr().err


def test_reading_the_command_line_imports_nothing_heavy() -> None:
    code = "import sys, assistant.__main__ as m; m.parse([]); print(*(n.partition('.')[0] for n in sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert {"numpy", "rich", "asyncio", "pydantic", "onnxruntime"} & set(done.stdout.split()) == set()


# ------------------------------------------------------ exit codes, sentences


def test_help_and_version(tmp_path: Path) -> None:
    helped, version = assistant(tmp_path, "--help"), assistant(tmp_path, "devices", "--version")
    assert (helped.returncode, version.returncode) == (0, 0)
    for command in ("talk", "serve", "say", "voices", "devices", "doctor", "sessions", "settings", "bench"):
        assert re.search(rf"^    {command} ", helped.stdout, re.MULTILINE)
    assert "one of these: latency, turns, asr, idle, room, wake, tts" in " ".join(helped.stdout.split())
    assert version.stdout.startswith("Earshot")


def test_a_wrong_setting_is_one_sentence_and_code_two(tmp_path: Path) -> None:
    done = assistant(tmp_path, "talk", "--set", "ears.min_silense_s=1")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith('--set ears.min_silense_s: there is no setting "ears.min_silense_s"')
    assert done.stderr.count("\n") == 1


def test_a_wrong_variable_is_one_sentence_and_code_two(tmp_path: Path) -> None:
    done = assistant(tmp_path, "sessions", EARSHOT_SPECULATE="perhaps")
    assert (done.returncode, done.stderr) == (
        2,
        "EARSHOT_SPECULATE: speculate wants true or false, not 'perhaps'.\n",
    )


def test_what_cannot_be_done_is_one_sentence_and_code_one(tmp_path: Path) -> None:
    done = assistant(tmp_path, "talk", "--input", "/nowhere/at/all.wav", "--plain")
    assert done.returncode == 1
    assert re.fullmatch(r"[^\n]*/nowhere/at/all\.wav[^\n]*\n", done.stderr)


def test_a_reader_that_goes_away_is_no_error(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "assistant", "settings"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment(tmp_path))
    assert process.stdout and process.stderr
    process.stdout.close()
    with process.stderr as errors:
        assert (process.wait(PATIENCE_S), errors.read()) == (1, b"")


def test_a_bug_is_one_sentence_with_the_rest_in_the_log(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    log = tmp_path / "earshot.log"
    assert guarded(Namespace(), log) == 1  # nothing was parsed into it
    sentence = capsys.readouterr().err
    assert sentence.startswith("Something is broken in Earshot: AttributeError:")
    assert str(log) in sentence and "Traceback" not in sentence and sentence.count("\n") == 1
    assert "Traceback" in caplog.text


def test_a_thread_that_does_not_end_does_not_keep_the_program(tmp_path: Path) -> None:
    code = (
        "import threading, time, assistant.__main__ as m\n"
        "threading.Thread(target=time.sleep, args=(50,)).start()\n"
        "raise SystemExit(m.main(['sessions']))"
    )
    began = time.monotonic()
    done = subprocess.run([sys.executable, "-c", code], env=environment(tmp_path), capture_output=True, text=True)
    assert done.returncode == 0 and done.stdout.startswith("There are no sessions")
    assert time.monotonic() - began < 30


# ------------------------------------------------------------------ commands


def test_settings_are_printed_as_a_file_that_says_the_same(tmp_path: Path) -> None:
    done = assistant(tmp_path, "settings", "--profile", "handsfree", "--set", "espeak.voice=de")
    assert done.returncode == 0
    file = tmp_path / "settings.toml"
    file.write_text(done.stdout, encoding="utf-8")
    where: Mapping[str, str] = {"HOME": str(tmp_path)}
    flags = given(parse(["--set", "espeak.voice=de"]))
    assert load(file=file, environment=where) == load("handsfree", flags=list(flags), environment=where)
    values = json.loads(assistant(tmp_path, "settings", "--json", "--set", "espeak.voice=de").stdout)
    assert (values["espeak"]["voice"], values["half_duplex"]) == ("de", False)


def test_sessions_are_listed_with_what_was_made_and_can_be_found(tmp_path: Path) -> None:
    root = tmp_path / "sessions"
    older, newer = Workspace(root / "2026-01-01_09-00-00"), Workspace(root / "2026-01-02_09-00-00")
    older.note_turn("you", "hello")
    newer.add(Artifact("the note", Path("/s/note.wav"), "audio", 1.5, 16000))
    listed = assistant(tmp_path, "sessions", "--sessions", str(root))
    assert listed.stdout.splitlines() == [
        f"{newer.folder}  (transcript: 0 lines)",
        "    the note (1.5 s)  /s/note.wav",
        f"{older.folder}  (transcript: 1 line)",
    ]
    found = assistant(tmp_path, "sessions", "NOTE", "--json", "--sessions", str(root))
    row = json.loads(found.stdout)
    assert (row["folder"], row["turns"], row["artifacts"][0]["path"]) == (str(newer.folder), 0, "/s/note.wav")


def test_no_sessions_is_said(tmp_path: Path) -> None:
    folder = tmp_path / ".local/share/earshot/sessions"
    assert assistant(tmp_path, "sessions").stdout == f"There are no sessions in {folder}.\n"
    assert assistant(tmp_path, "sessions", "x").stdout == f"There are no sessions called x in {folder}.\n"
    assert assistant(tmp_path, "sessions", "--json").stdout == ""


# ------------------------------------------------------------- interruptions


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM])
def test_a_conversation_ends_cleanly_within_a_second(tmp_path: Path, sent: signal.Signals) -> None:
    took = next((one for one in (ending_s(tmp_path, sent) for _ in range(TRIES)) if one < 1.0), None)
    assert took is not None, "on a machine that has other work it may take longer once, but not each time"


def ending_s(folder: Path, sent: signal.Signals) -> float:
    """How long it takes to end, in seconds."""
    with talking(folder, "--plain") as process:
        assert process.stdout and process.stderr
        read_until(process.stdout.fileno(), b"state: listening")
        time.sleep(0.3)
        began = time.monotonic()
        process.send_signal(sent)
        code = process.wait(PATIENCE_S)
        took = time.monotonic() - began
        assert (code, process.stderr.read()) == (0, b"")
        return took


def test_an_interrupted_conversation_leaves_the_terminal_as_it_was(tmp_path: Path) -> None:
    ours, theirs = pty.openpty()
    with talking(tmp_path, out=theirs) as process:
        os.close(theirs)
        assert process.stderr
        shown = read_until(ours, b"listening")
        process.send_signal(signal.SIGINT)
        shown += read_until(ours, b"\x1b[?25h")
        assert (process.wait(PATIENCE_S), process.stderr.read()) == (0, b"")
    os.close(ours)
    assert shown.rindex(b"\x1b[?25h") > shown.rindex(b"\x1b[?25l"), "the cursor is back"


# ----------------------------------------------------------------------- log


def test_the_log_goes_to_its_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "state" / "earshot.log"
    with logging_to(path, "info") as log:
        logging.getLogger("earshot.test").info("kept")
        logging.getLogger("earshot.test").debug("what was said")
    logging.getLogger("earshot.test").info("too late")
    assert log == path
    assert re.fullmatch(r"\S+ \S+ INFO earshot\.test: kept\n", path.read_text(encoding="utf-8"))
    assert capsys.readouterr().err == ""


def test_debugging_is_shown_as_well(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with logging_to(tmp_path / "earshot.log", "debug"):
        logging.getLogger("earshot.test").debug("detail")
    assert "detail" in capsys.readouterr().err
    assert "detail" in (tmp_path / "earshot.log").read_text(encoding="utf-8")


def test_a_log_that_cannot_be_written_is_done_without(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with logging_to(tmp_path / "file" / "earshot.log", "info") as log:
        logging.getLogger("earshot.test").warning("to nobody")
    assert log is None
