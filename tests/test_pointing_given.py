"""What was given since the last turn is what "it" means, whatever was spoken of or played before."""

import asyncio
from pathlib import Path

import numpy as np
import pytest

from assistant.events import Artifact, Heard, Play, Provenance
from assistant.history import AssistantSaid, UserSaid
from router.dialogue.base import Call
from router.pointing import Scene, pointed
from router.references import reference
from router.router import Router
from router.tasks import CATALOGUE
from tests.router_fakes import Scripted, WatchedContext

SPEECH = Artifact("speech", Path("/x/speech.wav"), "audio", made_by="synthesize_speech", id=1)
GIVEN = Artifact("voicemail", Path("/x/voicemail.wav"), "audio", made_by="user", id=2, provenance=Provenance("given"))
PLAYED = (UserSaid("Say hello."), AssistantSaid("Here is the speech.", played=("speech",)))


@pytest.mark.parametrize("said", ["it", "this audio", "the audio", "this recording"])
@pytest.mark.parametrize(("there", "meant"), [(1, GIVEN), (2, SPEECH), (None, SPEECH)])
def test_the_newest_is_meant_where_it_was_given_since_the_last_turn(
    said: str, there: int | None, meant: Artifact
) -> None:
    scene = Scene((SPEECH, GIVEN), (SPEECH, GIVEN), PLAYED, "audio", there=there)
    assert pointed(reference(said), scene) == [meant]


def test_the_router_remembers_what_was_there(tmp_path: Path) -> None:
    context = WatchedContext(tmp_path)
    calls = [(Call("play_back", {"name": "it"}),) for _ in range(3)]
    router = Router(context, Scripted(*calls, explains=False), CATALOGUE)
    certain = asyncio.Event()
    certain.set()

    async def played() -> list[str]:
        context.history.turns.append(UserSaid("Play it."))
        replies = [one async for one in router.answer(Heard("Play it."), certain)]
        found = [one.artifact.name for one in replies if isinstance(one, Play)]
        context.history.turns.append(AssistantSaid("Here it is.", played=tuple(found)))
        return found

    async def talk() -> list[list[str]]:
        tone = np.zeros(1600, np.float32)
        first = context.workspace.save_audio("bell", tone, 16_000, "user", Provenance("given"))
        found = [await played()]
        context.workspace.save_audio("rain", tone, 16_000, "user", Provenance("given"))
        found += [await played()]
        context.history.turns.append(UserSaid(f"What is the {first.name}?"))
        return [*found, await played()]

    assert asyncio.run(talk()) == [["bell"], ["rain"], ["bell"]]
