"""An engine's own process: speaks `models.wire` on standard input and output. `python -P -m models.worker`

What libraries print goes to standard error, since standard output is the wire. It ends when its input does, which it
also does when the parent dies.
"""

import os
import sys
import time
from collections.abc import Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Lock
from typing import Any, BinaryIO

from assistant.errors import JobCancelled
from assistant.memory import largest_bytes
from models import wire
from models.base import Engine, Json, Made
from models.spec import Spec, built

TELL_S = 0.05
"""How often progress is told at most."""


class Worker:
    """Reads on the thread it is run on, and works on another."""

    def __init__(self, wires: BinaryIO) -> None:
        self._wires = wires
        self._lock = Lock()
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="engine")
        self._unwanted: set[int] = set()
        self._engine: Engine | None = None

    def run(self, lines: BinaryIO) -> None:
        """Do what comes in until nothing does."""
        for given in lines:
            message = wire.parsed(given)
            if "spec" in message:
                loaded = self._thread.submit(self._load, wire.to_spec(message["spec"]))
                loaded.add_done_callback(self._ready)
            elif "cancel" in message:
                self._unwanted.add(message["cancel"])
            else:
                self._begin(int(message["id"]), message["job"])

    def _begin(self, number: int, fields: Mapping[str, Any]) -> None:
        done = self._thread.submit(self._work, number, fields)
        done.add_done_callback(lambda future: self._answer(number, future))

    def _load(self, spec: Spec) -> None:
        engine = built(spec)
        engine.load()
        self._engine = engine

    def _work(self, number: int, fields: Mapping[str, Any]) -> Made:
        assert self._engine is not None, "a job came before the engine was loaded"
        told_at = 0.0

        def report(share: float) -> None:
            nonlocal told_at
            if number in self._unwanted:
                raise JobCancelled("The job is no longer wanted.")
            now = time.monotonic()
            if now - told_at >= TELL_S or share >= 1:
                told_at = now
                self._send({"share": wire.plain(share), "id": number})

        return self._engine.run(wire.to_job(fields), report)

    def _ready(self, loaded: "Future[None]") -> None:
        error = loaded.exception()
        self._send({"failed": wire.from_error(error)} if error else {"ready": _memory()})

    def _answer(self, number: int, done: "Future[Made]") -> None:
        if error := done.exception():
            self._send({"failed": wire.from_error(error), "id": number})
        else:
            self._send({"made": wire.from_made(done.result()), "id": number})

    def _send(self, message: Mapping[str, Json]) -> None:
        with self._lock:
            self._wires.write(wire.line(message))
            self._wires.flush()


def _memory() -> Json:
    """The most that this process took so far, which is about what its engine takes, in megabytes."""
    torch: Any = sys.modules.get("torch")
    gpu = torch.cuda.memory_reserved() if torch and torch.cuda.is_available() else 0
    return {"host_mb": largest_bytes() / 1e6, "gpu_mb": gpu / 1e6}


def main() -> None:
    """Be an engine."""
    wires = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    Worker(wires).run(sys.stdin.buffer)
    os._exit(0)  # its thread may be in the midst of a job that nobody waits for


if __name__ == "__main__":
    main()
