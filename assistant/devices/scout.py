"""Looks which sound devices there are without touching the streams that run.

A sound library sees the devices that were there when it was started, and starting it again ends its streams. A process
of its own (`lister.py`) sees those of now: 0.06 s of one core, asked for only while something is missing or may have
changed.
"""

import json
import logging
import os
import subprocess
import sys
from pathlib import Path
from typing import Protocol

from assistant.devices import lister
from assistant.devices.backend import DeviceInfo

logger = logging.getLogger(__name__)

PATIENCE_S = 5.0

CARDS = Path("/proc/asound/cards")
"""Linux's list of sound cards."""


class Scout(Protocol):
    """Tells which devices there are now."""

    def look(self) -> list[DeviceInfo] | None:
        """All devices, as the library would list them if it were started now; None if that cannot be told. Blocking."""

    def changed(self) -> bool:
        """Whether a look may show other devices than the last one did; cheap, False where that is certain."""


class ProcessScout:
    """Asks a process of its own."""

    def __init__(self, backend: str) -> None:
        self._backend = backend
        self._cards = _cards()

    def look(self) -> list[DeviceInfo] | None:
        """All devices of now; None if the process does not tell."""
        self._cards = _cards()
        command = [sys.executable, "-P", lister.__file__, self._backend]
        environment = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
        try:
            done = subprocess.run(command, env=environment, capture_output=True, timeout=PATIENCE_S, check=True)
            return [DeviceInfo(**row) for row in json.loads(done.stdout)]
        except (OSError, subprocess.SubprocessError, ValueError, TypeError) as error:
            logger.debug("the devices cannot be listed: %s", error)
            return None

    def changed(self) -> bool:
        """On Linux, whether a sound card came or went; elsewhere nothing cheap tells."""
        return not CARDS.exists() or _cards() != self._cards


def _cards() -> str:
    try:
        return CARDS.read_text()
    except OSError:
        return ""
