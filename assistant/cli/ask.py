"""`assistant ask`: one whole turn from a text, what is made kept in a session as in a conversation."""

import asyncio
import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, TextIO

from assistant.carried import put_down, take_up, workspace_of
from assistant.cli.say import play
from assistant.devices import open_loudspeaker
from assistant.devices.options import DeviceOptions
from assistant.events import Artifact, Manner, Play, Reply, Show, Spoken
from assistant.media import read_audio
from assistant.parts import Parts
from assistant.resample import resample
from assistant.screen.wording import described, one_line, path_text
from assistant.workspace import Workspace
from assistant.written import Answered, Written, called, why_not
from config.settings import Settings
from router.dialogue.embedded import COURTESIES
from router.router import stepped_in
from tts.base import Voice
from tts.phrasing import Clause, Phrasing

NOBODY_RINGS = "Nothing will ring, as this command ends now; set it in a conversation, or with the service."
"""Timers and alarms are those of whoever stays."""
HOW_TO_ANSWER = 'Answer with: assistant ask --continue "…"'
"""A question waits in its session."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A turn that is written."""

    text: str
    files: tuple[Path, ...] = ()
    """What is given along with it."""
    speak: bool = False
    """Whether the answer is spoken and played on the loudspeaker too."""
    json: bool = False
    go_on: bool = False
    """Whether it goes on with the newest session."""
    session: str = ""
    """The same with the newest of which the name has this in it."""


def ask(settings: Settings, asked: Asked, out: TextIO) -> int:
    """Print the answer and return the exit code: 0, or 1 where what was asked was not done.

    Raises:
        EarshotError: a file cannot be read, an engine is not here, or the session cannot be kept.
    """
    parts, workspace = Parts(settings), workspace_of(settings.sessions, asked.go_on, asked.session)
    for file in asked.files:
        workspace.add_file(file)
    answered, manner = asyncio.run(_answered(parts, workspace, asked.text))
    out.write(json.dumps(as_json(answered), ensure_ascii=False) if asked.json else readable(answered))
    out.write("\n")
    out.flush()
    if asked.speak:
        asyncio.run(aloud(sounds(answered.replies, parts.voice, manner), settings.devices))
    return 1 if error(answered) else 0


async def _answered(parts: Parts, workspace: Workspace, text: str) -> tuple[Answered, Manner]:
    """What comes of the turn, and how the assistant speaks after it."""
    context = parts.context(workspace)
    take_up(context)
    async with parts.answering() as engines, parts.models() as context.models:
        answered = await Written(context, *engines).answer(text)
        if reason := why_not(engines[0]):
            answered = replace(answered, replies=(*answered.replies, Show(stepped_in(reason))))
    on_record(workspace, text, answered)
    put_down(context)
    if context.pending is not None or answered.say.endswith("?"):
        answered = replace(answered, replies=(*answered.replies, Show(HOW_TO_ANSWER)))
    if context.alarms.all:
        answered = replace(answered, failure=NOBODY_RINGS)
    return answered, context.manner


def on_record(workspace: Workspace, text: str, answered: Answered) -> None:
    """Put a turn into the transcript; `text` is empty for what is said without being asked.

    Raises:
        DataError: it cannot be written.
    """
    if text:
        workspace.note_turn("you", text)
    workspace.note_turn("earshot", one_line(answered.say))


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


def readable(answered: Answered, brief: bool = False) -> str:
    """What was said, then what is shown, then the files that were made, each path on a line of its own.

    `brief`: paths in the home folder begin with "~".
    """
    written = path_text if brief else lambda path: one_line(str(path))
    shown = [show.text for show in answered.shown if show.text not in answered.say]
    pictures = [written(path) for show in answered.shown for path in show.pictures]
    made = [line for artifact in answered.made for line in (described(artifact), written(artifact.path))]
    failure = "" if answered.failure in answered.say else answered.failure
    return "\n".join(filter(None, [answered.say, failure, *shown, *made, *pictures])) or "Done."


def _artifact(artifact: Artifact) -> dict[str, Any]:
    return {**asdict(artifact), "path": str(artifact.path), "seconds": round(artifact.seconds, 3)}


def _shown(show: Show) -> dict[str, Any]:
    name = show.artifact.name if show.artifact else None
    return {"text": show.text, "artifact": name, "pictures": [str(path) for path in show.pictures]}


def sounds(replies: Sequence[Reply], voice: Voice, manner: Manner) -> Iterator[Spoken]:
    """The words as speech and the sounds that are played, in the order in which a conversation has them."""
    phrasing = Phrasing()
    items = [item for reply in replies for item in phrasing.push(reply)] + list(phrasing.flush())
    for item in items:
        if isinstance(item, Clause):
            yield voice.speak(item.text, item.manner or manner)
        elif isinstance(item, Play):
            samples, rate = read_audio(item.artifact.path)
            yield Spoken(resample(samples, rate, voice.rate), voice.rate, source=item.artifact.name)


async def aloud(made: Iterator[Spoken], options: DeviceOptions) -> None:
    """Play sounds on the loudspeaker to their end.

    Raises:
        DeviceError: there is none.
    """
    async with open_loudspeaker(options) as loudspeaker:
        await play(made, loudspeaker)
        await asyncio.sleep(2 * options.output_latency_s)  # what left the buffer has yet to sound
