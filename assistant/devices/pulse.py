"""What the sound server knows: PulseAudio, or PipeWire in its place, asked through `pactl`.

Nothing is asked where no server runs, since asking might start one that takes the sound cards away.
"""

import json
import os
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assistant.devices.backend import Direction

PATIENCE_S = 2.0

ENDS = {Direction.INPUT: ("source-outputs", "sources", "source"), Direction.OUTPUT: ("sink-inputs", "sinks", "sink")}
"""Of each direction: what a program's streams are called, what they lead to, and the key from the one to the other."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A source or sink of the sound server."""

    name: str
    description: str = ""
    """What a person would call it."""
    monitor: bool = False
    """Whether it is no microphone but what a loudspeaker plays."""
    cancels_echo: bool = False
    """Whether the server takes the loudspeaker's sound out of it, or is given that sound through it."""
    group: str = ""
    """What a canceller's source and sink have in common."""


def endpoints(direction: Direction) -> dict[int, Endpoint]:
    """All sources or sinks by their index; empty where there is no server."""
    return {row["index"]: endpoint(row) for row in _listed(ENDS[direction][1])}


def endpoint(row: Mapping[str, Any]) -> Endpoint:
    """A row of `pactl --format=json list sources` or `sinks`."""
    properties: dict[str, str] = row.get("properties", {})
    name = str(row["name"])
    monitor = properties.get("device.class") == "monitor" or name.endswith(".monitor")
    return Endpoint(
        name,
        str(row.get("description") or name),
        monitor,
        not monitor and _cancels(name, str(row.get("driver", "")), properties),
        _group(row, properties),
    )


def connected(direction: Direction, process: int) -> Endpoint | None:
    """Where the streams of a process lead; None if it has none there, or nobody can tell."""
    streams, _, key = ENDS[direction]
    for row in _listed(streams):
        if row.get("properties", {}).get("application.process.id") == str(process):
            return endpoints(direction).get(row[key])
    return None


def default_source() -> str:
    """Name of the source that is used where none is named; empty where nobody can tell."""
    return str(_asked("info").get("default_source_name", ""))


def _cancels(name: str, driver: str, properties: Mapping[str, str]) -> bool:
    """By the module that made it, else by the name that people's settings give it."""
    groups = (properties.get("node.link-group", ""), properties.get("node.group", ""))
    told = driver.startswith("module-echo-cancel") or any(group.startswith("echo-cancel") for group in groups)
    plain = name.lower().replace("_", "-")
    return told or "echo-cancel" in plain or "echocancel" in plain


def _group(row: Mapping[str, Any], properties: Mapping[str, str]) -> str:
    """PipeWire names the pair; PulseAudio has both made by one module."""
    return properties.get("node.link-group") or properties.get("node.group") or f"module {row.get('owner_module')}"


def _listed(what: str) -> list[dict[str, Any]]:
    found = _asked("list", what)
    return found if isinstance(found, list) else []


def _asked(*what: str) -> Any:
    """What pactl answers, decoded; an empty mapping where it does not."""
    program = shutil.which("pactl")
    if program is None or not running(os.environ):
        return {}
    try:
        asked = [program, "--format=json", *what]
        environment = os.environ | {"LC_ALL": "C.UTF-8"}
        done = subprocess.run(asked, env=environment, capture_output=True, timeout=PATIENCE_S, check=True)
        return json.loads(done.stdout)
    except (OSError, subprocess.SubprocessError, ValueError):
        return {}


def running(environment: Mapping[str, str]) -> bool:
    """Whether a server seems to be there: it is named, or its socket lies where it is put."""
    if environment.get("PULSE_SERVER"):
        return True
    home = environment.get("XDG_RUNTIME_DIR")
    folders = [environment.get("PULSE_RUNTIME_PATH"), f"{home}/pulse" if home else None, "/run/pulse"]
    return any(folder and (Path(folder) / "native").exists() for folder in folders)
