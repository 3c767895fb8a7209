"""Answers GET on some paths, and POST on others, on threads of its own: it answers when the conversation hangs, and a
client that hangs holds nothing but its thread.

Only hosts given as a number, or as localhost, are answered, so that no page in a browser gets in by a name of its own
that leads here (DNS rebinding). What changes something also wants a header that no page may send elsewhere unasked.
"""

import ipaddress
import json
import logging
import socket
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import BoundedSemaphore, Thread, Timer
from typing import Any, TypeAlias
from urllib.parse import parse_qs, urlsplit

from assistant.errors import ServiceError
from assistant.service.options import ServiceOptions

logger = logging.getLogger(__name__)

CLIENTS = 8
"""How many are served at once; more are sent away."""
READ_S = 3.0
"""How long a client may say nothing."""
WHOLE_S = 10.0
"""How long it may take in all."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a path answers."""

    body: bytes
    content_type: str
    status: HTTPStatus = HTTPStatus.OK


Routes: TypeAlias = Mapping[str, Callable[[], Answer]]
"""What makes the answer, by the path. Called on any thread."""


Actions: TypeAlias = Mapping[str, Callable[[str], Answer]]
"""What is done for a POST, by the path; given the `name` of its query. Called on any thread."""
ASKED_BY = "X-Earshot"
"""The header of what changes something."""


def as_json(fields: Mapping[str, Any], status: HTTPStatus = HTTPStatus.OK) -> Answer:
    """An answer for programs that people can read too."""
    return Answer((json.dumps(fields, ensure_ascii=False, indent=2) + "\n").encode(), "application/json", status)


@contextmanager
def serving(options: ServiceOptions, routes: Routes, actions: Actions | None = None) -> Iterator[str]:
    """Answer meanwhile; yields where, such as "http://127.0.0.1:8765".

    Raises:
        ServiceError: the address or port cannot be had; the sentence says what to do.
    """
    server = _bound(options, routes)
    server.actions = actions or {}
    thread = Thread(target=server.serve_forever, args=(0.1,), name="http", daemon=True)
    thread.start()
    try:
        yield server.place
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _bound(options: ServiceOptions, routes: Routes) -> "_Server":
    place = f"{options.address}:{options.port}"
    try:
        return _Server(options, routes)
    except OSError as error:
        raise ServiceError(
            f"Nothing can be served at {place} ({error.strerror or error}); if another Earshot runs, stop it, or "
            "choose another port with --port N, or `service.port` in the settings."
        ) from error


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    actions: Actions

    def __init__(self, options: ServiceOptions, routes: Routes) -> None:
        self.address_family = socket.AF_INET6 if ":" in options.address else socket.AF_INET
        self.routes = routes
        self._free = BoundedSemaphore(CLIENTS)
        super().__init__((options.address, options.port), _Handler)

    @property
    def place(self) -> str:
        """Where it answers."""
        host, port = str(self.server_address[0]), self.server_address[1]
        return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"

    def server_bind(self) -> None:
        """Bind without asking a name server what this machine is called, as the base class would."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.socket.bind(self.server_address)
        self.server_address = self.socket.getsockname()
        self.server_name, self.server_port = str(self.server_address[0]), int(self.server_address[1])

    def process_request(self, request: Any, client_address: Any) -> None:
        """Serve a client on a thread, if not too many are being served."""
        if self._free.acquire(blocking=False):
            super().process_request(request, client_address)
        else:
            self.shutdown_request(request)

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        """Serve it, for no longer than it may take."""
        limit = Timer(WHOLE_S, self.shutdown_request, (request,))
        limit.daemon = True
        limit.start()
        try:
            super().process_request_thread(request, client_address)
        finally:
            limit.cancel()
            self._free.release()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that breaks off is nobody's fault; anything else is for the log."""
        logger.debug("a client was not served", exc_info=True)


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    timeout = READ_S
    server_version = "earshot"
    sys_version = ""

    def do_GET(self) -> None:
        """Answer."""
        route = self.server.routes.get(self.path.partition("?")[0])
        if not _is_local_name(self.headers.get("Host", "")):
            self._refuse(HTTPStatus.FORBIDDEN, "Ask for localhost or a numeric address.")
        elif route is None:
            self._refuse(HTTPStatus.NOT_FOUND, f"There are {' and '.join(self.server.routes)}.")
        else:
            self._answer(route())

    def do_POST(self) -> None:
        """Do something."""
        parts = urlsplit(self.path)
        action = self.server.actions.get(parts.path)
        name = parse_qs(parts.query).get("name", [""])[0]
        if not _is_local_name(self.headers.get("Host", "")):
            self._refuse(HTTPStatus.FORBIDDEN, "Ask for localhost or a numeric address.")
        elif action is None:
            self._refuse(HTTPStatus.METHOD_NOT_ALLOWED, "Ask with GET.")
        elif ASKED_BY not in self.headers:
            self._refuse(HTTPStatus.FORBIDDEN, f"Ask with the header {ASKED_BY}: 1.")
        else:
            self._answer(action(name))

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """Refuse what is no request, and methods other than GET, in a plain sentence."""
        unknown = code == HTTPStatus.NOT_IMPLEMENTED
        self._refuse(HTTPStatus.METHOD_NOT_ALLOWED if unknown else HTTPStatus(code), "Ask with GET.")

    def log_message(self, format: str, *args: Any) -> None:
        """Who asks is no news."""

    def _refuse(self, status: HTTPStatus, why: str) -> None:
        self._answer(Answer(f"{why}\n".encode(), "text/plain; charset=utf-8", status))

    def _answer(self, answer: Answer) -> None:
        self.close_connection = True
        self.send_response(answer.status)
        self.send_header("Content-Type", answer.content_type)
        self.send_header("Content-Length", str(len(answer.body)))
        self.send_header("Cache-Control", "no-store")
        self.send_header("X-Content-Type-Options", "nosniff")
        if answer.status is HTTPStatus.METHOD_NOT_ALLOWED:
            self.send_header("Allow", "GET")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(answer.body)


def _is_local_name(host: str) -> bool:
    """Whether a Host header names no host by a name that somebody could have pointed here."""
    name = host.rpartition(":")[0] if not host.endswith("]") and host.rpartition(":")[2].isdecimal() else host
    name = name.strip("[]")
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return name.lower().rstrip(".") == "localhost"
    return True
