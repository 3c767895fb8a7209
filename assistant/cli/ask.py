"""`assistant ask`: one whole turn from a text, what is made kept in a session as in a conversation."""

import asyncio
import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, TextIO

from assistant.cli.say import play
from assistant.devices import open_loudspeaker
from assistant.devices.options import DeviceOptions
from assistant.events import Artifact, Manner, Play, Reply, Show, Spoken
from assistant.media import read_audio
from assistant.parts import Parts
from assistant.resample import resample
from assistant.screen.wording import described, one_line
from assistant.workspace import Workspace
from assistant.written import Answered, Written, called, why_not
from config.settings import Settings
from router.dialogue.embedded import COURTESIES
from router.router import stepped_in
from router.task import Pending
from tts.base import Voice
from tts.phrasing import Clause, Phrasing

NOBODY_RINGS = "Nothing will ring, as this command ends now; set it in a conversation, or with the service."
"""Timers and alarms are those of whoever stays."""
NOBODY_WAITS = "This command ends here; ask again with the answer in the same sentence."
NOBODY_AGREES = "This command ends here; where they do agree, ask again and say so: with her consent, say …"
"""A question is answered in a conversation; here what is asked has to say it all."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A turn that is written."""

    text: str
    files: tuple[Path, ...] = ()
    """What is given along with it."""
    speak: bool = False
    """Whether the answer is spoken and played on the loudspeaker too."""
    json: bool = False


def ask(settings: Settings, asked: Asked, out: TextIO) -> int:
    """Print the answer and return the exit code: 0, or 1 where what was asked was not done.

    Raises:
        EarshotError: a file cannot be read, an engine is not here, or the session cannot be kept.
    """
    parts, workspace = Parts(settings), Workspace.create(settings.sessions)
    for file in asked.files:
        workspace.add_file(file)
    answered, manner = asyncio.run(_answered(parts, workspace, asked.text))
    out.write(json.dumps(as_json(answered), ensure_ascii=False) if asked.json else readable(answered))
    out.write("\n")
    out.flush()
    if asked.speak:
        _aloud(_sounds(answered.replies, parts.voice, manner), settings.devices)
    return 1 if error(answered) else 0


async def _answered(parts: Parts, workspace: Workspace, text: str) -> tuple[Answered, Manner]:
    """What comes of the turn, and how the assistant speaks after it."""
    context = parts.context(workspace)
    async with parts.answering() as engines, parts.models() as context.models:
        answered = await Written(context, *engines).answer(text)
        if reason := why_not(engines[0]):
            answered = replace(answered, replies=(*answered.replies, Show(stepped_in(reason))))
    workspace.note_turn("you", text)
    workspace.note_turn("earshot", one_line(answered.say))
    if context.pending is not None:
        answered = replace(answered, replies=(*answered.replies, Show(_waits(context.pending))))
    if context.alarms.all:
        answered = replace(answered, failure=NOBODY_RINGS)
    return answered, context.manner


def _waits(pending: Pending) -> str:
    return NOBODY_AGREES if pending.missing == "consent" else NOBODY_WAITS


def error(answered: Answered) -> str:
    """Why what was asked was not done, as a sentence; empty where it was."""
    courteous = any(answered.say == answer for _, answer in COURTESIES)
    return answered.error or ("" if answered.calls or answered.chats or courteous else answered.say)


def as_json(answered: Answered) -> dict[str, Any]:
    """The answer as plain data."""
    return {
        "say": answered.say,
        "calls": [called(call) for call in answered.calls],
        "artifacts": [_artifact(artifact) for artifact in answered.made],
        "shown": [_shown(show) for show in answered.shown],
        "error": error(answered) or None,
    }


def readable(answered: Answered) -> str:
    """What was said, then what is shown, then the files that were made."""
    shown = [show.text for show in answered.shown if show.text not in answered.say]
    pictures = [f"    {one_line(str(path))}" for show in answered.shown for path in show.pictures]
    made = [f"    {described(artifact)}  {one_line(str(artifact.path))}" for artifact in answered.made]
    failure = "" if answered.failure in answered.say else answered.failure
    return "\n".join(filter(None, [answered.say, failure, *shown, *made, *pictures])) or "Done."


def _artifact(artifact: Artifact) -> dict[str, Any]:
    return {**asdict(artifact), "path": str(artifact.path), "seconds": round(artifact.seconds, 3)}


def _shown(show: Show) -> dict[str, Any]:
    name = show.artifact.name if show.artifact else None
    return {"text": show.text, "artifact": name, "pictures": [str(path) for path in show.pictures]}


def _sounds(replies: Sequence[Reply], voice: Voice, manner: Manner) -> Iterator[Spoken]:
    """The words as speech and the sounds that are played, in the order in which a conversation has them."""
    phrasing = Phrasing()
    items = [item for reply in replies for item in phrasing.push(reply)] + list(phrasing.flush())
    for item in items:
        if isinstance(item, Clause):
            yield voice.speak(item.text, item.manner or manner)
        elif isinstance(item, Play):
            samples, rate = read_audio(item.artifact.path)
            yield Spoken(resample(samples, rate, voice.rate), voice.rate, source=item.artifact.name)


def _aloud(sounds: Iterator[Spoken], options: DeviceOptions) -> None:
    async def aloud() -> None:
        async with open_loudspeaker(options) as loudspeaker:
            await play(sounds, loudspeaker)
            await asyncio.sleep(2 * options.output_latency_s)  # what left the buffer has yet to sound

    asyncio.run(aloud())
