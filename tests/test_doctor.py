"""The doctor: each check against machines that are well and machines that are not."""

import json
import os
import socket
import subprocess
import sys
from collections.abc import Callable, Sequence
from io import StringIO
from pathlib import Path

import pytest

from asr.base import EchoCanceller
from asr.echo.loader import load_canceller
from asr.options import EchoOptions
from assistant import probes
from assistant.devices.backend import DeviceInfo
from assistant.devices.echo_source import SystemCanceller
from assistant.devices.options import DeviceOptions
from assistant.doctor import (
    check_dialogue,
    check_disk,
    check_echo,
    check_engine,
    check_gpu,
    check_loudspeaker,
    check_microphone,
    check_python,
    check_sound,
    check_sound_server,
    exit_code,
    write,
)
from assistant.errors import DeviceError, EngineMissing
from assistant.findings import Finding, Verdict
from config.given import from_flags
from config.settings import Settings, load

MICROPHONE = DeviceInfo(0, "USB Microphone", "ALSA", 1, 0, 48000, default_input=True)
LOUDSPEAKER = DeviceInfo(1, "Speakers", "ALSA", 0, 2, 44100, default_output=True)
BOTH = (MICROPHONE, LOUDSPEAKER)


def settings(*flags: str) -> Settings:
    return load(flags=from_flags(flags), environment={"HOME": "/nowhere"})


def level(dbfs: float) -> Callable[[DeviceInfo], float]:
    return lambda device: dbfs


def raises(error: Exception) -> Callable[..., str]:
    def fail(*_: object) -> str:
        raise error

    return fail


def never(*_: object) -> str:
    raise AssertionError("this must not be asked")


def loads() -> object:
    return object()


@pytest.mark.parametrize(
    ("version", "verdict"), [((3, 10, 9), "problem"), ((3, 11, 0), "ok"), ((3, 14, 1), "ok"), ((4, 0, 0), "ok")]
)
def test_python(version: Sequence[int], verdict: str) -> None:
    finding = check_python(version)
    assert (finding.verdict, finding.found) == (verdict, ".".join(map(str, version)))
    assert bool(finding.advice) == (verdict == "problem")


def test_a_microphone_that_works_is_told_with_its_rate_and_level() -> None:
    finding = check_microphone(BOTH, "", level(-52.4))
    assert finding == Finding("microphone", Verdict.OK, "USB Microphone, 48000 Hz, -52 dBFS")


def test_a_muted_microphone_is_a_warning() -> None:
    finding = check_microphone(BOTH, "", level(-120.0))
    assert (finding.verdict, "muted" in finding.advice) == (Verdict.WARNING, True)


def test_a_microphone_that_is_in_use_is_a_problem() -> None:
    finding = check_microphone(BOTH, "", raises(DeviceError("It is in use.")))  # type: ignore[arg-type]
    assert finding == Finding("microphone", Verdict.PROBLEM, "the default", "It is in use.")


def test_a_microphone_that_is_not_there_is_a_problem() -> None:
    assert check_microphone(BOTH, "Bluetooth", level(0)).verdict is Verdict.PROBLEM
    assert check_microphone((LOUDSPEAKER,), "", level(0)).verdict is Verdict.PROBLEM


def test_a_loudspeaker() -> None:
    assert check_loudspeaker(BOTH, "") == Finding("loudspeaker", Verdict.OK, "Speakers, 44100 Hz")
    assert check_loudspeaker((MICROPHONE,), "").verdict is Verdict.PROBLEM


def test_without_a_sound_library_nothing_is_said_of_devices() -> None:
    missing = DeviceError("PortAudio is missing; install it.")

    def fail(backend: str) -> Sequence[DeviceInfo]:
        raise missing

    findings = check_sound(DeviceOptions(), fail, lambda device, backend: 0.0)
    assert findings == [Finding("sound library", Verdict.PROBLEM, "sounddevice", str(missing))]


def test_sound_is_checked_through_the_backend_that_is_set() -> None:
    asked: list[str] = []

    def devices(backend: str) -> Sequence[DeviceInfo]:
        asked.append(backend)
        return BOTH

    def measure(device: DeviceInfo, backend: str) -> float:
        asked.append(f"{backend}: {device.name}")
        return -40.0

    findings = check_sound(DeviceOptions(backend="pyaudio"), devices, measure)
    assert [finding.verdict for finding in findings] == [Verdict.OK] * 3
    assert asked == ["pyaudio", "pyaudio: USB Microphone"]


@pytest.mark.parametrize(("sign", "name"), [("pipewire-0", "PipeWire"), ("pulse/native", "PulseAudio")])
def test_a_sound_server_is_known_by_its_socket(tmp_path: Path, sign: str, name: str) -> None:
    (tmp_path / sign).parent.mkdir(exist_ok=True)
    (tmp_path / sign).touch()
    assert check_sound_server({"XDG_RUNTIME_DIR": str(tmp_path)}) == Finding("sound server", Verdict.OK, name)


def test_a_sound_server_elsewhere_and_none(tmp_path: Path) -> None:
    here = {"XDG_RUNTIME_DIR": str(tmp_path)}
    assert check_sound_server({**here, "PULSE_SERVER": "tcp:box"}).found == "PulseAudio at tcp:box"
    assert check_sound_server(here).verdict is Verdict.WARNING


def test_an_engine_that_loads_and_one_that_does_not() -> None:
    assert check_engine("voice", loads) == Finding("voice", Verdict.OK, "loads")
    finding = check_engine("voice", raises(EngineMissing("Install it.")))
    assert finding == Finding("voice", Verdict.PROBLEM, "cannot be loaded", "Install it.")


@pytest.mark.parametrize("flags", [[], ["dialogue=embedded", "openai.base_url=http://box/v1"]])
def test_with_the_embedded_engine_no_server_is_asked(flags: list[str]) -> None:
    finding = check_dialogue(settings(*flags), never, never)
    assert finding == Finding("dialogue", Verdict.OK, "embedded; nothing leaves this machine")


@pytest.mark.parametrize("dialogue", ["auto", "openai"])
def test_the_server_that_is_set_is_reached(dialogue: str) -> None:
    asked: list[str] = []

    def reach(url: str) -> str:
        asked.append(url)
        return ""

    finding = check_dialogue(settings(f"dialogue={dialogue}", "openai.base_url=http://box:1/v1"), loads, reach)
    assert (finding.verdict, asked) == (Verdict.OK, ["http://box:1/v1"])
    assert "what is said is sent there" in finding.found


def test_a_server_that_does_not_answer_is_a_warning_since_the_embedded_engine_steps_in() -> None:
    finding = check_dialogue(settings("openai.base_url=http://box:1/v1"), loads, lambda url: "refused")
    assert (finding.verdict, "refused" in finding.advice) == (Verdict.WARNING, True)


def test_a_missing_key_is_a_problem_and_nothing_is_sent() -> None:
    finding = check_dialogue(settings("dialogue=openai"), raises(EngineMissing("Set the key.")), never)
    assert (finding.verdict, finding.advice) == (Verdict.PROBLEM, "Set the key.")


@pytest.mark.parametrize(
    ("driver", "devices", "verdict", "found"),
    [
        ("", 0, Verdict.OK, "none; the embedded engines need none"),
        ("H100", 1, Verdict.OK, "H100"),
        ("", 2, Verdict.OK, "2 CUDA device(s)"),
        ("H100", 0, Verdict.WARNING, "H100"),
    ],
)
def test_a_gpu(driver: str, devices: int, verdict: Verdict, found: str) -> None:
    finding = check_gpu(driver, devices)
    assert (finding.verdict, finding.found) == (verdict, found)


@pytest.mark.parametrize(("free", "verdict"), [(50_000, Verdict.OK), (999, Verdict.WARNING), (49, Verdict.PROBLEM)])
def test_the_disk_is_that_of_the_sessions_folder(tmp_path: Path, free: float, verdict: Verdict) -> None:
    asked: list[Path] = []

    def free_mb(folder: Path) -> float:
        asked.append(folder)
        return free

    finding = check_disk(tmp_path / "not" / "yet" / "there", free_mb)
    assert (finding.verdict, asked) == (verdict, [tmp_path])
    assert not (tmp_path / "not").exists(), "a check leaves nothing behind"


def test_a_file_where_the_sessions_folder_should_be_is_a_problem(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    finding = check_disk(tmp_path / "file" / "sessions", lambda folder: 1e6)
    assert (finding.verdict, "--sessions" in finding.advice) == (Verdict.PROBLEM, True)


FINDINGS = (
    Finding("python", Verdict.OK, "3.11.7"),
    Finding("microphone", Verdict.WARNING, "USB", "Is it muted?"),
    Finding("voice", Verdict.PROBLEM, "cannot be loaded", "Install it."),
)


def test_only_a_problem_makes_the_exit_code_one() -> None:
    assert [exit_code(FINDINGS[:n]) for n in range(4)] == [0, 0, 0, 1]


def test_the_table_says_what_to_do() -> None:
    out = StringIO()
    write(FINDINGS, False, out)
    assert [line.rstrip() for line in out.getvalue().splitlines()] == [
        "check                found",
        "python      ok       3.11.7",
        "microphone  warning  USB",
        "                     Is it muted?",
        "voice       problem  cannot be loaded",
        "                     Install it.",
    ]


def test_the_list_as_json() -> None:
    out = StringIO()
    write(FINDINGS, True, out)
    assert json.loads(out.getvalue())[1] == {
        "name": "microphone",
        "verdict": "warning",
        "found": "USB",
        "advice": "Is it muted?",
    }


def test_a_server_is_reached_and_missed() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        assert probes.reach(f"http://127.0.0.1:{port}/v1") == ""
    assert "refused" in probes.reach(f"http://127.0.0.1:{port}/v1")
    assert probes.reach("http://[broken") != ""
    assert probes.reach("http://127.0.0.1:99999999/") != ""


def test_the_embedded_engines_load_on_this_machine() -> None:
    chosen = settings()
    for name, probe in {
        "silero": probes.load_silero,
        "recognizer": lambda: probes.load_recognizer(chosen),
        "voice": lambda: probes.load_voice(chosen),
    }.items():
        assert check_engine(name, probe).verdict is Verdict.OK


@pytest.mark.parametrize(
    ("model", "words"), [("tiny.en", "are not on this machine"), ("biggest", "Invalid model size")]
)
def test_weights_that_are_not_here_are_named_and_not_fetched(model: str, words: str, tmp_path: Path) -> None:
    code = (
        "from assistant import probes; from assistant.doctor import check_engine\n"
        "from config.settings import load; from config.given import from_flags\n"
        f"chosen = load(flags=from_flags(['recognizer=whisper', 'whisper.model={model}']))\n"
        "print(check_engine('recognizer', lambda: probes.load_recognizer(chosen)).advice)"
    )
    nowhere = {"HOME": str(tmp_path), "HF_HOME": str(tmp_path), "PATH": os.environ["PATH"]}
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, capture_output=True, text=True, env=nowhere, timeout=60, check=True)
    assert words in done.stdout
    assert not any(path.is_file() and path.stat().st_size > 10_000 for path in tmp_path.rglob("*"))


def test_the_machine_itself_can_be_asked(tmp_path: Path) -> None:
    assert probes.free_mb(tmp_path) > 0
    assert probes.cuda_devices() >= 0
    assert "\n" not in probes.nvidia_driver()


@pytest.mark.parametrize(
    ("settings", "system", "verdict", "found"),
    [
        (Settings(), None, Verdict.OK, "cancelled by kalman"),
        (Settings(), SystemCanceller("clean", "far", True), Verdict.OK, "cancelled by the system: clean"),
        (Settings(half_duplex=True), None, Verdict.OK, "nothing is heard while it speaks"),
        (Settings(echo=EchoOptions("off")), None, Verdict.WARNING, "not cancelled"),
    ],
)
def test_what_is_done_about_the_echo(
    settings: Settings, system: SystemCanceller | None, verdict: Verdict, found: str
) -> None:
    finding = check_echo(settings, system, lambda: load_canceller(settings.echo, False))
    assert (finding.verdict, finding.found) == (verdict, found)


def test_a_canceller_that_is_not_installed_is_a_problem() -> None:
    def missing() -> EchoCanceller | None:
        raise EngineMissing("pip install livekit")

    finding = check_echo(Settings(echo=EchoOptions("webrtc")), None, missing)
    assert finding.verdict is Verdict.PROBLEM and "livekit" in finding.advice
