"""The paper's Figure 3 (Huang et al. 2023): its twelve rounds, spoken by another voice than ours.

The voice is that of `tests/figure3_voices.py`. The conversation is held by the real ears, recognizer, router, tasks and
embedded dialogue engine, on virtual time. Each round is a recording into the microphone; what a person gives along with
it, a sound or a picture, is given just before. After it the right task must have been called, and the reply must make
sense: what the task gives, or the honest refusal where its engine has not landed. `REPLIES` says which it is.
"""

from collections.abc import AsyncIterator, Iterator
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import pytest

from assistant.app import Engines
from assistant.clock import run_virtually
from assistant.devices.files import FileLoudspeaker, FileMicrophone, Recording
from assistant.evaluation.materials import material
from assistant.events import Artifact, Heard, Play, Say, Show
from assistant.session import Session
from assistant.stream import Stream
from assistant.workspace import Workspace
from assistant.written import Noted
from config.settings import Settings
from router.dialogue.base import Call, Piece, Request
from tests.fakes import ListScreen
from tests.figure3_voices import recording

REPLIES: dict[str, Literal["engine", "refusal"]] = {
    "introduce": "engine",
    "list_abilities": "engine",
    "generate_audio": "engine",
    "caption_audio": "engine",
    "detect_sounds": "engine",
    "synthesize_speech": "engine",
    "make_binaural": "engine",
    "transfer_style": "engine",
    "image_to_audio": "engine",
    "inpaint_audio": "engine",
}
"""What comes of each task: its engine's work, or the refusal of one that has not landed."""


@dataclass(frozen=True, slots=True)
class Round:
    """What is asked, what is given along with it, and the task it must come to."""

    said: str
    """In the paper's words."""
    task: str
    arguments: tuple[str, ...] = ()
    """Words that must be in the arguments."""
    given: str = ""
    asks: bool = False
    """Whether it lacks something, which must be asked for."""


ROUNDS = (
    Round("Hi, who are you?", "introduce"),
    Round("What can you do?", "list_abilities"),
    Round("I am tired today, can you generate a music for me?", "generate_audio", ("music",)),
    Round(
        "I try to dub for a movie, can you help me generate a background sound that includes birds singing and people "
        "speaking?",
        "generate_audio",
        ("birds", "people"),
    ),
    Round("Please write a caption based on the audio.", "caption_audio", given="rain.wav"),
    Round("What events in this audio?", "detect_sounds", given="interview.wav"),
    Round(
        "Synthesize a speech with text: my name is Audio GPT, I am happy to help you!", "synthesize_speech", ("happy",)
    ),
    Round("Please transfer the synthesized audio into binaural audio.", "make_binaural", asks=True),
    Round(
        "Speak using the voice of this audio. The text is: here we go.",
        "transfer_style",
        ("here we go",),
        "voicemail.wav",
        asks=True,  # whether the person in it agrees
    ),
    Round("Generate an audio based on the picture.", "image_to_audio", given="picture.png"),
    Round("I want to inpaint the audio.", "inpaint_audio", asks=True),
    Round("The mask region is as follows: from one to two seconds.", "inpaint_audio", ("1", "2")),
)


@dataclass(slots=True)
class Reply:
    """What came of a round."""

    heard: list[str] = field(default_factory=list)
    calls: list[Call] = field(default_factory=list)
    say: str = ""
    shown: list[Show] = field(default_factory=list)
    played: list[Artifact] = field(default_factory=list)
    made: list[Artifact] = field(default_factory=list)


class PerRound(Noted):
    """Notes the calls of each round apart."""

    def __init__(self, engine: Any, replies: list[Reply]) -> None:
        super().__init__(engine)
        self.replies = replies

    async def reply(self, request: Request) -> Stream[Piece]:
        """Yield what the engine does."""
        async with aclosing(super().reply(request)) as pieces:
            async for piece in pieces:
                if isinstance(piece, Call):
                    self.replies[-1].calls.append(piece)
                yield piece


class PerRoundScreen(ListScreen):
    """Sorts what is shown by rounds."""

    def __init__(self, replies: list[Reply]) -> None:
        super().__init__()
        self.replies = replies

    def show(self, event: Any) -> None:
        super().show(event)
        if not self.replies:
            return
        match event:
            case Heard(text):
                self.replies[-1].heard.append(text)
            case Say(text):
                self.replies[-1].say += text
            case Show():
                self.replies[-1].shown.append(event)
            case Play(artifact):
                self.replies[-1].played.append(artifact)


def recordings(workspace: Workspace, replies: list[Reply], files: Path) -> Iterator[Recording]:
    """The rounds, each when the one before it is answered; what belongs to it is given first."""
    for number, round_ in enumerate(ROUNDS, 1):
        if round_.given:
            workspace.add_file(material(files, round_.given))
        known = {artifact.id for artifact in workspace.artifacts}
        replies.append(Reply())
        yield Recording.read(recording(number))
        replies[-1].made = [artifact for artifact in workspace.artifacts if artifact.id not in known]


@asynccontextmanager
async def conversing(
    engines: Engines, folder: Path, replies: list[Reply]
) -> AsyncIterator[tuple[Session, FileMicrophone]]:
    """A session whose microphone hears the rounds."""
    workspace = Workspace(folder / "session")
    async with FileLoudspeaker(None).playing() as loudspeaker:
        session = engines.session(PerRoundScreen(replies), loudspeaker, workspace, cancelled=True)
        router: Any = session.router
        router.dialogue = PerRound(router.dialogue, replies)
        microphone = FileMicrophone(recordings(workspace, replies, folder))
        microphone.free = lambda: session.idle
        async with engines.models() as session.router.context.models:
            yield session, microphone


@pytest.fixture(scope="module")
def replies(tmp_path_factory: pytest.TempPathFactory) -> list[Reply]:
    folder = tmp_path_factory.mktemp("figure3")
    own = {"sessions": folder, "voices": folder, "alarms": folder / "alarms.json"}
    settings = Settings(voice="espeak", dialogue="embedded", speculate=False, **own)
    found: list[Reply] = []

    async def converse() -> None:
        async with conversing(Engines.load(settings), folder, found) as (session, microphone):
            await session.run(microphone)

    run_virtually(converse())
    return found


def refusing(reply: Reply) -> bool:
    """Whether it says that there is no engine for it."""
    return "cannot" in reply.say and "engine" in reply.say


@pytest.mark.parametrize("number", range(1, len(ROUNDS) + 1))
def test_a_round_comes_to_its_task_and_a_sensible_reply(replies: list[Reply], number: int) -> None:
    round_, reply = ROUNDS[number - 1], replies[number - 1]
    print(reply)
    assert reply.calls, f"for {round_.said!r}, heard as {reply.heard}, nothing was called, but said: {reply.say}"
    last = reply.calls[-1]
    assert last.task == round_.task, f"for {round_.said!r}, heard as {reply.heard}"
    given = " ".join(str(value).lower() for value in last.arguments.values())
    assert [words for words in round_.arguments if words not in given] == [], given
    if round_.asks:
        assert reply.say.endswith("?") and not reply.made
    elif REPLIES[round_.task] == "engine":
        assert (reply.say or reply.played) and not refusing(reply)
    else:
        assert refusing(reply) and not reply.made and not reply.played


def test_what_was_heard_is_what_was_said(replies: list[Reply]) -> None:
    assert len(replies) == len(ROUNDS)
    assert [number for number, reply in enumerate(replies, 1) if not reply.heard] == []
