"""The paper's Figure 3 (Huang et al. 2023): its twelve rounds, spoken by another voice than ours.

The voice is that of `tests/figure3_voices.py`. The conversation is held by the real ears, recognizer, router, tasks and
embedded dialogue engine, on virtual time. Each round is a recording into the microphone; what a person gives along with
it, a sound or a picture, is given just before. After it the right task must have been called, and the reply must make
sense: what the task gives, or the honest refusal where its engine has not landed. `REPLIES` says which it is.
"""

from dataclasses import dataclass
from typing import Literal

import pytest

from assistant.app import Engines
from assistant.clock import run_virtually
from assistant.devices.files import Recording
from assistant.evaluation.aloud import Reply, Turn, hold
from assistant.evaluation.materials import material
from config.settings import Settings
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


@pytest.fixture(scope="module")
def replies(tmp_path_factory: pytest.TempPathFactory) -> list[Reply]:
    folder = tmp_path_factory.mktemp("figure3")
    own = {"sessions": folder, "voices": folder, "alarms": folder / "alarms.json"}
    settings = Settings(voice="espeak", dialogue="embedded", speculate=False, **own)
    turns = [
        Turn(Recording.read(recording(number)), (material(folder, round_.given),) if round_.given else ())
        for number, round_ in enumerate(ROUNDS, 1)
    ]
    return run_virtually(hold(Engines.load(settings), folder / "session", turns))


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
