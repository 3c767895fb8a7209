"""Tells whoever started the service how it is, by systemd's protocol: a datagram of VARIABLE=value to a local socket.

Source: sd_notify(3) and sd_watchdog_enabled(3).
"""

import logging
import os
import socket
from collections.abc import Mapping
from dataclasses import dataclass

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Notifier:
    """Sends states to a supervisor; without one, to nobody."""

    address: str = ""
    """Path of the socket, or "@" and the name of an abstract one; empty for no supervisor."""
    watchdog_s: float | None = None
    """Seconds without a sign of life after which the supervisor ends the service; None if it does not watch."""

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> "Notifier":
        """The supervisor that NOTIFY_SOCKET, WATCHDOG_USEC and WATCHDOG_PID tell of."""
        micros = environment.get("WATCHDOG_USEC", "")
        ours = environment.get("WATCHDOG_PID", str(os.getpid())) == str(os.getpid())
        watched = ours and micros.isdecimal() and int(micros) > 0
        return cls(environment.get("NOTIFY_SOCKET", ""), int(micros) / 1e6 if watched else None)

    def ready(self, status: str) -> None:
        """The service does its work from now on."""
        self._send(f"READY=1\nSTATUS={status}")

    def status(self, status: str) -> None:
        """A line for people."""
        self._send(f"STATUS={status}")

    def stopping(self) -> None:
        """The service has begun to end."""
        self._send("STOPPING=1\nSTATUS=Stopping.")

    def alive(self) -> None:
        """A sign of life."""
        self._send("WATCHDOG=1")

    def _send(self, message: str) -> None:
        """Never blocks and never fails: a supervisor that does not listen must not end the conversation."""
        if self.address[:1] not in ("/", "@"):
            return
        where = "\0" + self.address[1:] if self.address.startswith("@") else self.address
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as out:
                out.setblocking(False)
                out.sendto(message.encode(), where)
        except OSError as error:
            logger.debug("the supervisor was not told: %s", error)
