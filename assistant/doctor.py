"""`assistant doctor`: what this machine has for a conversation, and what to do about what it lacks.

Every check is a small function from what it looks at to a `Finding`. Nothing is sent anywhere, unless the settings
choose a language model on a server: then one connection to that server is opened and closed.
"""

import json
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any, TextIO

from asr.base import EchoCanceller
from asr.echo.loader import load_canceller
from assistant import probes
from assistant.audio import SILENCE_DBFS
from assistant.devices.backend import DeviceInfo, Direction
from assistant.devices.echo_source import SystemCanceller, system_canceller
from assistant.devices.listing import list_devices
from assistant.devices.options import DeviceOptions
from assistant.devices.selection import choose
from assistant.errors import DeviceError, EarshotError
from assistant.findings import Finding, Verdict
from config.settings import Settings
from models.speech.translation_apertium import Apertium, advice
from tts.ensemble import Ensemble
from tts.loader import AUTO

OLDEST = (3, 11)
LITTLE_MB, TOO_LITTLE_MB = 1000, 50
"""Free megabytes; an hour of recordings takes about 115."""
OPENAI_URL = "https://api.openai.com/v1"
"""Where the SDK sends what is said when no other server is set."""


def run(settings: Settings, as_json: bool, out: TextIO, service: bool = False) -> int:
    """Examine this machine, for a service too if asked, and write what was found.

    Returns 1 if a problem prevents talking, or the service, else 0.
    """
    findings = examine(settings) + (examine_service(settings) if service else [])
    write(findings, as_json, out)
    return exit_code(findings)


def write(findings: Sequence[Finding], as_json: bool, out: TextIO) -> None:
    """A table, or a list as JSON."""
    if as_json:
        out.write(json.dumps([asdict(finding) for finding in findings], ensure_ascii=False) + "\n")
    else:
        _print_table(findings, out)


def exit_code(findings: Sequence[Finding]) -> int:
    """1 if anything prevents talking."""
    return int(any(finding.verdict is Verdict.PROBLEM for finding in findings))


def examine(settings: Settings) -> list[Finding]:
    """All checks on this machine, in the order a conversation needs things."""
    return [
        check_python(sys.version_info[:3]),
        *check_sound(settings.devices, list_devices, probes.measure_level),
        check_sound_server(os.environ),
        check_echo(settings, system_canceller(), lambda: load_canceller(settings.echo, False)),
        check_engine("voice activity", probes.load_silero),
        check_engine(f"recognizer {settings.recognizer}", lambda: probes.load_recognizer(settings)),
        check_voice(settings.voice, lambda: probes.load_voice(settings)),
        check_dialogue(settings, lambda: probes.load_dialogue(settings), probes.reach),
        check_translation(Apertium),
        check_gpu(probes.nvidia_driver(), probes.cuda_devices()),
        check_disk(settings.sessions, probes.free_mb),
    ]


def examine_service(settings: Settings) -> list[Finding]:
    """What the service needs where nobody is logged in, and how the one that runs is."""
    from assistant.service import surroundings

    found = surroundings.findings(surroundings.look())
    asked = check_service(probes.service_health(settings.service))
    return [*(replace(finding, name=f"service: {finding.name}") for finding in found), asked]


def check_service(health: Mapping[str, Any] | None) -> Finding:
    """How the service that runs says it is; None where none answers."""
    name = "service: health"
    if health is None:
        advice = "Run scripts/install_service install, or `assistant serve`."
        return Finding(name, Verdict.WARNING, "does not run, or not at this address and port", advice)
    good = health["status"] == "ok"
    return Finding(name, Verdict.OK if good else Verdict.WARNING, health["status"], " ".join(health["reasons"]))


def check_python(version: Sequence[int]) -> Finding:
    """Whether Python is new enough."""
    found = ".".join(map(str, version))
    if tuple(version[:2]) < OLDEST:
        return Finding("python", Verdict.PROBLEM, found, "Install Python 3.11 or newer, and run scripts/talk again.")
    return Finding("python", Verdict.OK, found)


def check_sound(
    options: DeviceOptions,
    list_devices: Callable[[str], Sequence[DeviceInfo]],
    measure: Callable[[DeviceInfo, str], float],
) -> list[Finding]:
    """The sound library, the microphone and the loudspeaker that would be used."""
    try:
        devices = list_devices(options.backend)
    except DeviceError as error:
        return [Finding("sound library", Verdict.PROBLEM, options.backend, str(error))]
    library = Finding("sound library", Verdict.OK, f"{options.backend}, {len(devices)} devices")
    return [
        library,
        check_microphone(devices, options.microphone, lambda device: measure(device, options.backend)),
        check_loudspeaker(devices, options.loudspeaker),
    ]


def check_microphone(devices: Sequence[DeviceInfo], wanted: str, measure: Callable[[DeviceInfo], float]) -> Finding:
    """Whether the microphone is there, opens, and delivers more than zeros."""
    try:
        device = choose(devices, wanted, Direction.INPUT)
        level = measure(device)
    except DeviceError as error:
        return Finding("microphone", Verdict.PROBLEM, wanted or "the default", str(error))
    found = f"{device.name}, {device.rate} Hz, {level:.0f} dBFS"
    if level <= SILENCE_DBFS:
        return Finding("microphone", Verdict.WARNING, found, "It delivers only zeros: is it muted, here or on itself?")
    return Finding("microphone", Verdict.OK, found)


def check_loudspeaker(devices: Sequence[DeviceInfo], wanted: str) -> Finding:
    """Whether the loudspeaker is there."""
    try:
        device = choose(devices, wanted, Direction.OUTPUT)
    except DeviceError as error:
        return Finding("loudspeaker", Verdict.PROBLEM, wanted or "the default", str(error))
    return Finding("loudspeaker", Verdict.OK, f"{device.name}, {device.rate} Hz")


def check_sound_server(environment: Mapping[str, str]) -> Finding:
    """Whether PipeWire or PulseAudio shares the devices among programs."""
    runtime = Path(environment.get("XDG_RUNTIME_DIR", f"/run/user/{os.getuid()}"))
    for name, sign in {"PipeWire": runtime / "pipewire-0", "PulseAudio": runtime / "pulse" / "native"}.items():
        if sign.exists():
            return Finding("sound server", Verdict.OK, name)
    if server := environment.get("PULSE_SERVER"):
        return Finding("sound server", Verdict.OK, f"PulseAudio at {server}")
    advice = "Devices are used directly: a program that holds one keeps Earshot out. PipeWire would share them."
    return Finding("sound server", Verdict.WARNING, "none", advice)


def check_echo(settings: Settings, system: SystemCanceller | None, load: Callable[[], EchoCanceller | None]) -> Finding:
    """What keeps the assistant from hearing itself."""
    if settings.half_duplex:
        return Finding("echo", Verdict.OK, "nothing is heard while it speaks")
    if settings.echo.canceller == "auto" and system and settings.devices.prefer_cancelled:
        return Finding("echo", Verdict.OK, f"cancelled by the system: {system.source}")
    try:
        found = load()
    except EarshotError as error:
        return Finding("echo", Verdict.PROBLEM, settings.echo.canceller, str(error))
    if found is None or settings.echo.canceller == "off":
        advice = "Over loudspeakers it would hear itself: set echo.canceller to auto, or half_duplex to true."
        return Finding("echo", Verdict.WARNING, "not cancelled", advice)
    return Finding("echo", Verdict.OK, f"cancelled by {found.name}")


def check_engine(name: str, load: Callable[[], object]) -> Finding:
    """Whether an engine can be loaded, weights and all."""
    try:
        load()
    except EarshotError as error:
        return Finding(name, Verdict.PROBLEM, "cannot be loaded", str(error))
    return Finding(name, Verdict.OK, "loads")


def check_voice(wanted: str, load: Callable[[], Ensemble]) -> Finding:
    """Which voice would speak, and what is to be told of it; another one may stand in for the best."""
    try:
        ensemble = load()
    except EarshotError as error:
        return Finding(f"voice {wanted}", Verdict.PROBLEM, "cannot be loaded", str(error))
    told = " ".join(ensemble.untold())
    found = f"{ensemble.name} loads" if wanted == AUTO else "loads"
    return Finding(f"voice {wanted}", Verdict.WARNING if ensemble.stands_in else Verdict.OK, found, told)


def check_dialogue(settings: Settings, load: Callable[[], object], reach: Callable[[str], str]) -> Finding:
    """Who answers; if a server does, whether there is a key for it and it can be reached."""
    if settings.answerer == "embedded":
        return Finding("dialogue", Verdict.OK, "embedded; nothing leaves this machine")
    url = settings.openai.base_url or OPENAI_URL
    found = f"{settings.openai.model} at {url}"
    try:
        load()
    except EarshotError as error:
        return Finding("dialogue", Verdict.PROBLEM, found, str(error))
    if refusal := reach(url):
        # The embedded engine steps in for a server that does not answer, so one can still talk.
        advice = f"The server cannot be reached ({refusal}); the embedded engine answers until it can be."
        return Finding("dialogue", Verdict.WARNING, found, advice)
    return Finding("dialogue", Verdict.OK, f"{found}; what is said is sent there as text")


def check_translation(find: Callable[[], Apertium]) -> Finding:
    """Whether speech can be translated, and into what; a conversation does without."""
    try:
        names = [language.name for language in find().targets()]
    except EarshotError as error:
        return Finding("translation", Verdict.WARNING, "not installed", str(error))
    if not names:
        return Finding("translation", Verdict.WARNING, "Apertium, without English", advice())
    return Finding("translation", Verdict.OK, f"Apertium, from English into {', '.join(names)}")


def check_gpu(driver: str, devices: int) -> Finding:
    """Whether a GPU is there for the engines that can use one; none of the embedded ones needs it."""
    if devices:
        return Finding("gpu", Verdict.OK, driver or f"{devices} CUDA device(s)")
    if driver:
        advice = "CTranslate2 cannot use it; install the CUDA 12 libraries (cuBLAS, cuDNN) to run Whisper on it."
        return Finding("gpu", Verdict.WARNING, driver, advice)
    return Finding("gpu", Verdict.OK, "none; the embedded engines need none")


def check_disk(folder: Path, free_mb: Callable[[Path], float]) -> Finding:
    """Whether sessions can be written, and for how long."""
    existing = next(parent for parent in (folder, *folder.parents) if parent.exists())
    if not (existing.is_dir() and os.access(existing, os.W_OK)):
        advice = "It cannot be written; choose another with --sessions DIR or `sessions` in the settings."
        return Finding("sessions", Verdict.PROBLEM, str(folder), advice)
    free = free_mb(existing)
    found = f"{folder}, {free / 1000:.1f} GB free"
    if free >= LITTLE_MB:
        return Finding("sessions", Verdict.OK, found)
    verdict = Verdict.PROBLEM if free < TOO_LITTLE_MB else Verdict.WARNING
    return Finding("sessions", verdict, found, "Free some space, or choose another folder with --sessions DIR.")


def _print_table(findings: Sequence[Finding], out: TextIO) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    styles = {Verdict.OK: "green", Verdict.WARNING: "yellow", Verdict.PROBLEM: "bold red"}
    table = Table(box=None, pad_edge=False)
    for heading in ("check", "", "found"):
        table.add_column(heading, overflow="fold")
    for finding in findings:
        found = Text(finding.found).append(f"\n{finding.advice}" if finding.advice else "", "italic")
        table.add_row(finding.name, Text(finding.verdict, styles[finding.verdict]), found)
    Console(file=out, highlight=False).print(table)
