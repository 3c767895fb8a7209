"""The models of the conversation, as the service tells of them, and what may be done to them from outside.

GET  /models                        {"models": [{"name": "whisper-small", "state": "ready", …}]}
POST /models/warm?name=NAME         200 done, 202 on its way, 409 why not
POST /models/drop?name=NAME
"""

import asyncio
from collections.abc import Callable, Coroutine, Mapping
from http import HTTPStatus
from typing import Any

from assistant.errors import EarshotError
from assistant.service.server import Actions, Answer, as_json
from models.residency import Residency
from models.slot import Resident

PATIENCE_S = 8.0
"""How long a client is kept waiting for a model; a little less than the server allows."""


class ModelsPages:
    """Asked on any thread; what it tells is replaced by the loop, and what is asked for is done there."""

    def __init__(self, patience_s: float = PATIENCE_S) -> None:
        self._patience_s = patience_s
        self._residency: Residency | None = None
        self._loop: asyncio.AbstractEventLoop | None = None

    def attach(self, residency: Residency) -> None:
        """Tell of these from now on; called on the loop that they live on."""
        self._residency, self._loop = residency, asyncio.get_running_loop()

    @property
    def actions(self) -> Actions:
        """What can be done, by the path."""
        return {
            "/models/warm": lambda name: self._done(name, lambda models: models.warm(name)),
            "/models/drop": lambda name: self._done(name, lambda models: models.drop(name)),
        }

    def page(self) -> Answer:
        """All models."""
        return as_json({"models": [described(one) for one in self._residency.residents] if self._residency else []})

    def _done(self, name: str, work: Callable[[Residency], Coroutine[Any, Any, None]]) -> Answer:
        residency, loop = self._residency, self._loop
        if residency is None or loop is None or loop.is_closed():
            return _said("The models are not there yet.", HTTPStatus.SERVICE_UNAVAILABLE)
        future = asyncio.run_coroutine_threadsafe(work(residency), loop)
        try:
            future.result(self._patience_s)
        except TimeoutError:
            return _said(f"{name} is on its way.", HTTPStatus.ACCEPTED)
        except EarshotError as error:
            return _said(str(error), HTTPStatus.CONFLICT)
        return as_json({"models": [described(one) for one in residency.residents if one.card.name == name]})


def described(resident: Resident) -> Mapping[str, Any]:
    """A model, for JSON."""
    card = resident.card
    return {
        "name": card.name,
        "task": card.task,
        "state": resident.state,
        "policy": resident.policy,
        "host_mb": round(resident.takes.host_mb, 1),
        "gpu_mb": round(resident.takes.gpu_mb, 1),
        "queued": resident.queued,
        "how": card.how,
        "licence": card.licence,
        "source": card.source,
        "about": card.about,
        "fault": resident.fault,
    }


def _said(text: str, status: HTTPStatus) -> Answer:
    return as_json({"text": text}, status)
