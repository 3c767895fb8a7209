"""What the doctor asks of the machine itself. Everything here is slow, and touches the world."""

import json
import shutil
import socket
import subprocess
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from assistant.devices import listing
from assistant.devices.backend import DeviceInfo
from assistant.errors import EngineMissing
from assistant.service.options import ServiceOptions
from config.settings import Settings
from tts.ensemble import Ensemble

PATIENCE_S = 5.0
"""How long another program or server may take to answer."""


def measure_level(device: DeviceInfo, backend: str) -> float:
    """The level at a microphone in dBFS; raises `DeviceError` where it cannot be opened."""
    return listing.measure_level(device, listing.LEVEL_S, backend)


def load_silero() -> object:
    """The detector of voice activity; raises `EngineMissing`."""
    from asr.vad import Silero

    return Silero()


def load_recognizer(settings: Settings) -> object:
    """The recognizer that is set; raises `EngineMissing`. Weights that are not here are not fetched."""
    from asr.loader import load_recognizer

    if settings.recognizer == "whisper":
        _find_whisper(settings.whisper_options.model)
    return load_recognizer(settings.recognizer, settings.moonshine, settings.whisper_options, settings.language)


def _find_whisper(model: str) -> None:
    from faster_whisper.utils import download_model

    if Path(model).is_dir():
        return
    try:
        download_model(model, local_files_only=True)
    except OSError as error:
        raise EngineMissing(
            f'The weights of Whisper "{model}" are not on this machine. Starting a conversation with them fetches them '
            "once; or set whisper.model to a folder that holds them in CTranslate2's format."
        ) from error
    except ValueError as error:
        raise EngineMissing(f"{error}.") from error


def load_voice(settings: Settings) -> Ensemble:
    """The voice that is set; raises `EngineMissing`."""
    return Ensemble.open(settings.voice, settings.voice_options)


def load_dialogue(settings: Settings) -> object:
    """The language model's client; nothing is sent. Raises `EngineMissing`."""
    from router.dialogue import load_dialogue

    return load_dialogue("openai", settings.openai)


def reach(url: str) -> str:
    """Open a connection to a server and close it; empty if that went well, else why it did not."""
    try:
        parts = urlsplit(url)
        address = (parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80))
        socket.create_connection(address, PATIENCE_S).close()
    except (OSError, ValueError) as error:
        return str(error)
    return ""


def service_health(options: ServiceOptions) -> dict[str, Any] | None:
    """What the service that runs here tells of itself; None if there is none."""
    connection = HTTPConnection(options.address, options.port, timeout=PATIENCE_S)
    try:
        connection.request("GET", "/health")
        told = json.loads(connection.getresponse().read())
    except (OSError, HTTPException, ValueError):
        return None
    finally:
        connection.close()
    return told if isinstance(told, dict) and {"status", "reasons"} <= told.keys() else None


def nvidia_driver() -> str:
    """Names of the GPUs that the NVIDIA driver sees; empty without one."""
    program = shutil.which("nvidia-smi")
    if program is None:
        return ""
    try:
        asked = [program, "--query-gpu=name", "--format=csv,noheader"]
        answer = subprocess.run(asked, capture_output=True, text=True, timeout=PATIENCE_S, check=True)
    except (OSError, subprocess.SubprocessError):
        return ""
    return ", ".join(answer.stdout.split("\n")).strip(", ")


def cuda_devices() -> int:
    """How many GPUs CTranslate2, under faster-whisper, can use."""
    try:
        import ctranslate2
    except ImportError:
        return 0
    return int(ctranslate2.get_cuda_device_count())


def free_mb(folder: Path) -> float:
    """Free megabytes in the file system of a folder that exists."""
    return shutil.disk_usage(folder).free / 1e6
