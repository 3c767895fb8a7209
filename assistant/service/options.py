"""What may be chosen about the service."""

from dataclasses import dataclass

HIGHEST_PORT = 65_535


@dataclass(frozen=True, slots=True)
class ServiceOptions:
    """Where it can be asked how it is, and how it ends."""

    address: str = "127.0.0.1"
    """Where /health and /metrics are served. Only programs on this machine reach 127.0.0.1."""
    port: int = 8765
    """Their port; 0 takes any that is free, and the service prints which."""
    drain_s: float = 5.0
    """How long a reply may go on after SIGTERM."""

    def __post_init__(self) -> None:
        if not 0 <= self.port <= HIGHEST_PORT:
            raise ValueError(f"a port is from 0 to {HIGHEST_PORT}")
        if not 0 <= self.drain_s < float("inf"):
            raise ValueError("seconds from 0 up are wanted")
