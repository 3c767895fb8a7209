"""Getting at a language model's server: the key, whether it is there, and when it is asked again."""

import asyncio
import logging
import time
from contextlib import aclosing
from pathlib import Path
from typing import Any

import pytest

from assistant.errors import EngineError, EngineMissing
from config.describe import as_toml, as_values
from router.dialogue import load_dialogue
from router.dialogue.base import Piece, Request
from router.dialogue.embedded import Embedded
from router.dialogue.openai import OpenAI, reachable
from router.dialogue.options import OpenAIOptions
from tests.chat_client import KEY, KEY_ENV, key, options, pieces, reply, served
from tests.chat_server import Answer, ChatServer, Raw, Reply, Silence, Status, call

# ------------------------------------------------------------------------------- trying again


def test_what_failed_before_anything_came_of_it_is_tried_again() -> None:
    answers = Status(503), Reply.of(call(0, "a", "spell", '{"te'), ending="dropped"), Reply.of("Hello.")
    given, server = pieces(*answers, retries=2)
    assert (given, len(server.requests)) == (["Hello."], 3)
    assert server.requests[0] == server.requests[2]


def test_what_was_begun_is_not_tried_again() -> None:
    async def broken(engine: OpenAI, server: ChatServer) -> list[Piece]:
        got: list[Piece] = []
        with pytest.raises(EngineError, match="broke off"):
            async with aclosing(engine.reply(Request("Hi."))) as reply:
                async for piece in reply:
                    got.append(piece)  # noqa: PERF401  # what came before the error is wanted
        return got

    got, server = served(broken, Reply.of("One", ending="dropped"), Reply.of("Two"), retries=2)
    assert (got, len(server.requests)) == (["One"], 1)


PATIENCE_S = 20.0
"""So much later a busy machine may be; what is forbidden is told by the number of requests."""
AGAIN: list[tuple[str, Answer, dict[str, Any], int, float]] = [
    ("no more often than is set", Status(500), {"retries": 1}, 2, 0.0),
    ("not where it is of no use", Status(401), {"retries": 2}, 1, 0.0),
    ("not after waiting in vain", Silence(), {"retries": 2, "timeout_s": 0.5}, 1, 0.5),
    ("as late as the server asks", Status(429, headers={"Retry-After": "0.4"}), {"retries": 1}, 2, 0.4),
    ("in milliseconds", Status(429, headers={"Retry-After-Ms": "300"}), {"retries": 1}, 2, 0.3),
    ("not if that is too late", Status(429, headers={"Retry-After": "3"}), {"retries": 1}, 1, 0.0),
    ("not beyond the turn", Status(429, headers={"Retry-After": "1"}), {"retries": 1, "turn_budget_s": 0.5}, 1, 0.0),
    (
        "nor at a late date",
        Status(503, headers={"Date": "Wed, 21 Oct 2026 07:28:00 GMT", "Retry-After": "Wed, 21 Oct 2026 07:29:00 GMT"}),
        {"retries": 1},
        1,
        0.0,
    ),
    ("not without money", Status(429, '{"error": {"code": "insufficient_quota"}}'), {"retries": 2}, 1, 0.0),
]


@pytest.mark.parametrize(("answer", "limits", "requests", "least_s"), [a[1:] for a in AGAIN], ids=[a[0] for a in AGAIN])
def test_how_often_and_when_it_is_tried_again(
    answer: Answer, limits: dict[str, Any], requests: int, least_s: float
) -> None:
    async def failing(engine: OpenAI, server: ChatServer) -> float:
        began = time.monotonic()
        with pytest.raises(EngineError):
            await reply(engine)
        return time.monotonic() - began

    took, server = served(failing, answer, **limits)
    assert len(server.requests) == requests
    assert least_s <= took < least_s + PATIENCE_S


# ---------------------------------------------------------------------- is it there


PAGE = "<html><body>It works!</body></html>"
PROBES: list[tuple[str, Answer, str]] = [
    ("there", Raw('{"data": []}', "application/json"), ""),
    ("there, without a list", Status(404), ""),
    ("the key", Status(401), "refuses the key"),
    ("down", Status(503), "status 503"),
    ("a page", Raw(PAGE, "text/html"), "a page is there"),
    ("silence", Silence(), "did not answer within 2 seconds"),
]


@pytest.mark.parametrize(("models", "why_not"), [p[1:] for p in PROBES], ids=[p[0] for p in PROBES])
def test_whether_it_is_reachable(models: Answer, why_not: str) -> None:
    async def probed() -> tuple[str, ChatServer]:
        async with ChatServer(Reply.of("Hi."), models=models) as server:
            return await reachable(options(server.url)), server

    with key():
        told, server = asyncio.run(probed())
    assert why_not in told if why_not else not told
    assert not server.requests and server.headers[0].startswith("GET /v1/models")


# ------------------------------------------------------------------------------- loading


def test_without_a_key_openais_own_server_is_refused() -> None:
    with pytest.raises(EngineMissing, match=f"set {KEY_ENV}, or set base_url"):
        load_dialogue("openai", OpenAIOptions(api_key_env=KEY_ENV))


def test_a_server_of_ones_own_needs_no_key() -> None:
    engine = load_dialogue("openai", OpenAIOptions(api_key_env=KEY_ENV, base_url="http://127.0.0.1:9/v1"))
    assert isinstance(engine, OpenAI) and engine.explains


def test_engines_by_name() -> None:
    assert isinstance(load_dialogue("embedded"), Embedded)
    with pytest.raises(EngineMissing, match="choose embedded or openai"):
        load_dialogue("parrot")


# ------------------------------------------------------------------------------- the key


def key_file(folder: Path, text: str, mode: int = 0o600) -> Path:
    path = folder / "key.txt"
    path.write_text(text)
    path.chmod(mode)
    return path


def test_the_key_may_be_in_a_file_of_ones_own(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    _, server = pieces(Reply.of("Hi."), api_key_file=key_file(tmp_path, "from-the-file\n"))
    assert "Bearer from-the-file" in server.headers[0], "it goes before the variable"
    assert not [r for r in caplog.records if r.levelno >= logging.WARNING]


def test_a_key_that_others_may_read_is_told(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    OpenAI(OpenAIOptions(api_key_file=key_file(tmp_path, KEY, 0o644)))
    (told,) = [r.getMessage() for r in caplog.records if r.levelno >= logging.WARNING]
    assert "chmod 600" in told and KEY not in told


@pytest.mark.parametrize("text", ["", "two words", "käse", "a\nb"])
def test_what_can_be_no_key_is_refused_and_not_shown(tmp_path: Path, text: str) -> None:
    with pytest.raises(EngineMissing, match="is no key") as caught:
        OpenAI(OpenAIOptions(api_key_file=key_file(tmp_path, text)))
    assert not text or text not in str(caught.value)


def test_a_key_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(EngineMissing, match="cannot be read from"):
        OpenAI(OpenAIOptions(api_key_file=tmp_path / "none"))
    (tmp_path / "binary").write_bytes(b"\xff\xfe")
    with pytest.raises(EngineMissing, match="it is no text"):
        OpenAI(OpenAIOptions(api_key_file=tmp_path / "binary"))


def test_the_key_is_shown_nowhere(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    async def refused(engine: OpenAI, server: ChatServer) -> str:
        with pytest.raises(EngineError) as caught:
            await reply(engine)
        return f"{engine!r} {vars(engine)!r} {caught.value!r} {caught.value}"

    caplog.set_level(logging.DEBUG)
    path = key_file(tmp_path, KEY)
    shown, server = served(refused, Status(401, KEY), api_key_file=path)
    written = options(server.url, api_key_file=path)
    shown += as_toml(written, OpenAIOptions()) + str(as_values(written)) + repr(written)
    assert KEY in server.headers[0] and KEY not in shown + caplog.text
    assert str(path) in as_toml(written, OpenAIOptions())
