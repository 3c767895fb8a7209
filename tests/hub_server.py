"""A hub on this machine that speaks the protocol over a socket, and fails as it is told."""

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import unquote, urlsplit

COMMIT = "0123456789abcdef0123456789abcdef01234567"
LARGE = 1000
"""Files from so many bytes on are kept apart, and known by their SHA-256."""


@dataclass
class HubServer:
    """One repository, and how the hub behaves."""

    files: dict[str, bytes]
    repo: str = "Systran/faster-whisper-tiny"
    commit: str = COMMIT
    licence: str = "mit"
    breaks: list[int] = field(default_factory=list)
    """After how many bytes each next large download ends; none left: it does not."""
    damaged: set[str] = field(default_factory=set)
    """Files of which other bytes are sent than were promised."""
    refusal: tuple[int, str] | None = None
    """A status and an error code for everything."""
    ranges: bool = True
    """Whether it sends files from the middle on."""
    listed: dict[str, Any] = field(default_factory=dict)
    """Changes to what is listed."""
    asked: list[tuple[str, str, str]] = field(default_factory=list)
    """Method, path and range of each request."""
    tokens: list[str] = field(default_factory=list)
    url: str = ""

    def info(self) -> dict[str, Any]:
        """What it tells of the repository."""
        listed = [self._sibling(path, content) for path, content in self.files.items()]
        card = {"license": self.licence} if self.licence else {}
        return {"id": self.repo, "sha": self.commit, "cardData": card, "siblings": listed, **self.listed}

    def _sibling(self, path: str, content: bytes) -> dict[str, Any]:
        git = hashlib.sha1(f"blob {len(content)}\0".encode() + content).hexdigest()
        entry: dict[str, Any] = {"rfilename": path, "size": len(content), "blobId": git}
        if len(content) >= LARGE:
            sha = hashlib.sha256(content).hexdigest()
            entry["lfs"] = {"sha256": sha, "size": len(content), "pointerSize": 134}
        return entry

    @contextmanager
    def running(self) -> Iterator[str]:
        """Serve meanwhile; yields the address."""
        server = _Server(("127.0.0.1", 0), _Handler)
        server.hub = self
        thread = Thread(target=server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        self.url = f"http://127.0.0.1:{server.server_port}"
        try:
            yield self.url
        finally:
            server.shutdown()
            server.server_close()
            thread.join()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    hub: HubServer

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that goes away is no news."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def do_GET(self) -> None:
        hub, path = self.server.hub, unquote(urlsplit(self.path).path)
        hub.asked.append((self.command, path, self.headers.get("Range", "")))
        hub.tokens.append(self.headers.get("Authorization", ""))
        if hub.refusal:
            status, code = hub.refusal
            self._send(status, b"", {"X-Error-Code": code})
        elif path == f"/api/models/{hub.repo}":
            self._send(200, json.dumps(hub.info()).encode(), {"Content-Type": "application/json"})
        elif path.startswith(f"/{hub.repo}/resolve/{hub.commit}/"):
            self._resolve(path.removeprefix(f"/{hub.repo}/resolve/{hub.commit}/"))
        elif path.startswith("/cdn/"):
            self._content(path.removeprefix("/cdn/"))
        else:
            self._send(404, b"", {"X-Error-Code": "RepoNotFound"})

    do_HEAD = do_GET

    def log_message(self, format: str, *args: Any) -> None:
        pass

    def _resolve(self, name: str) -> None:
        hub = self.server.hub
        content = hub.files.get(name)
        if content is None:
            self._send(404, b"", {"X-Error-Code": "EntryNotFound"})
            return
        known = hub._sibling(name, content)
        etag = known["lfs"]["sha256"] if "lfs" in known else known["blobId"]
        headers = {"X-Repo-Commit": hub.commit, "X-Linked-Etag": f'"{etag}"', "X-Linked-Size": str(len(content))}
        if "lfs" in known:
            self._send(302, b"", {**headers, "Location": f"{hub.url}/cdn/{name}"})
        else:
            self._content(name, headers)

    def _content(self, name: str, headers: dict[str, str] | None = None) -> None:
        hub = self.server.hub
        content = hub.files[name]
        if name in hub.damaged:
            content = bytes(255 - byte for byte in content[:100]) + content[100:]
        start = self.headers.get("Range", "") if hub.ranges else ""
        first = int(start.removeprefix("bytes=").partition("-")[0]) if start else 0
        extra = {"Content-Range": f"bytes {first}-{len(content) - 1}/{len(content)}"} if start else {}
        ends = hub.breaks.pop(0) if hub.breaks and len(content) >= LARGE and self.command == "GET" else None
        self._send(206 if start else 200, content[first:], {**(headers or {}), **extra}, ends)

    def _send(self, status: int, body: bytes, headers: dict[str, str], ends: int | None = None) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(body[:ends])
        if ends is not None:
            self.wfile.flush()
            self.close_connection = True
            self.connection.close()
