"""A picture that is shown to a language model which can see."""

import base64
import io
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from assistant.events import Artifact
from router.dialogue.base import Request
from tests.chat_client import reply, served
from tests.chat_server import Reply

BEACH = Image.new("RGB", (2000, 1000), (30, 120, 200))


@pytest.fixture
def beach(tmp_path: Path) -> Artifact:
    BEACH.save(tmp_path / "beach.png")
    return Artifact("beach", tmp_path / "beach.png", "image", id=1)


def asked(request: Request, **options: Any) -> Any:
    """What the user's turn is when it is sent."""

    async def work(engine: Any, server: Any) -> None:
        await reply(engine, request)

    _, server = served(work, Reply.of("I see."), **options)
    return server.requests[0]["messages"][-1]["content"]


def test_the_newest_picture_is_shown_small(beach: Artifact) -> None:
    text, shown = asked(Request("What does it sound like?", artifacts=(beach,)), sees=True)
    assert text == {"type": "text", "text": "What does it sound like?"}
    kind, data = shown["image_url"]["url"].split(";base64,")
    assert kind == "data:image/jpeg"
    assert Image.open(io.BytesIO(base64.b64decode(data))).size == (512, 256)


def test_nothing_is_shown_to_a_model_of_which_it_is_not_known_that_it_sees(beach: Artifact) -> None:
    assert asked(Request("What does it sound like?", artifacts=(beach,))) == "What does it sound like?"


@pytest.mark.parametrize(("text", "shown"), [("Play it backwards.", False), ("Now a sound for the photo.", True)])
def test_a_picture_is_only_shown_where_a_turn_is_about_it(text: str, shown: bool, beach: Artifact) -> None:
    rain = Artifact("rain", Path("rain.wav"), id=2)
    assert isinstance(asked(Request(text, artifacts=(beach, rain)), sees=True), list) is shown


def test_a_broken_picture_is_not_shown(tmp_path: Path) -> None:
    (tmp_path / "broken.png").write_bytes(b"no picture")
    broken = Artifact("broken", tmp_path / "broken.png", "image", id=1)
    assert asked(Request("Look at this picture.", artifacts=(broken,)), sees=True) == "Look at this picture."
