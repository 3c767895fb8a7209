"""Recording on request: "listen to this", "record ten seconds", "record until I say stop".

turn      "Record the birds."                    "Stop."
reply          "Recording."                          "That was eight seconds; I have kept it as the recording."
recorder                    ├──────────────────────┤ what is said meanwhile is part of it, and no request
"""

import asyncio
import re
from dataclasses import dataclass
from typing import Annotated

from pydantic import BeforeValidator, Field

from assistant.audio import Samples, dbfs
from assistant.errors import EarshotError, TaskError
from assistant.events import Heard, Provenance, Reply, Say, Show
from assistant.stream import Stream
from router.resources import removable
from router.spoken import duration_s, spoken_duration
from router.task import Context, Family, NextTurn, Outcome, Unasked, means, task

USUAL_S = 10.0
"""How long is recorded where nothing was said about it."""
LONGEST_S = 600.0
"""How long is recorded at most, also "until I say stop"."""
BEFORE_STOP_S = 0.25
"""So much before the word that ends it, a recording ends."""
SILENT_DBFS = -75.0

NO_MICROPHONE = "I have no microphone to record with here."
AT_ONCE = "I am recording already; say stop to end it."

_ENDS = re.compile(
    r"(okay |ok |now |please |and |you can |earshot )*"
    r"(stop|end|finish|done|enough|cut|that is (it|all|enough)|that's (it|all|enough)|thank you|thanks)"
    r"( (it|that|now|please|here|recording|listening|the recording|you can stop|earshot))*"
)
_WITHDRAWN = re.compile(
    r"(okay |no )*(cancel|never ?mind|forget|discard|delete|throw)( (it|that|away|the recording|this|about it))*"
)


def said_seconds(value: object) -> object:
    """Words for a duration in seconds: "half a minute" is 30; what is no such words is left to be checked."""
    seconds = duration_s(value) if isinstance(value, str) else None
    return value if seconds is None else seconds


SOME = "(the sound of|what it sounds like here|this|that|the sounds|what you hear|the (room|noise|music|street|birds))"
MORE = "[something|a sound|a recording|sound|audio|(the|a) [next] recording]"


@task(
    f"record {SOME}",
    "listen to this|listen [closely|carefully] [now]|have a listen|start (recording|a recording|to record)",
    "[make|take|do|start] [a|another|me a] [new] (sound|audio) recording|make [a|another] [new] recording",
    f"record {MORE} [for] {{seconds}}|make a {{seconds}} [long] recording|listen for {{seconds}}",
    f"(record|listen) {MORE} for {{seconds}}",
    *means(
        f"(record|listen|start recording|keep recording) [{SOME}] until i (say stop|say so|tell you|stop you)",
        "record [everything] from now on|keep recording",
        seconds=LONGEST_S,
    ),
    family=Family.AUDIO_TO_AUDIO,
    effects=True,
    examples=(
        "Record for {seconds}.",
        "Listen to this.",
        "Record the sound of the street.",
        "Make a recording of what you hear.",
        "Can you record this song for {seconds}?",
        "Record until I say stop.",
        "Please start recording the meeting now.",
        "Take down the sounds around you for the next {seconds}.",
        "Listen to the birds outside and keep it.",
        "I want you to capture this noise.",
        "Use the microphone and record {seconds}.",
        "Hear that? Record it.",
        "Keep a recording of the rain for {seconds}.",
    ),
)
async def record_sound(
    context: Context,
    seconds: Annotated[
        float,
        BeforeValidator(said_seconds),
        Field(gt=0, description="how long, in seconds; 600 for 'until I say stop'; leave out if not said"),
    ] = USUAL_S,
) -> Outcome:
    """Record what the microphone hears.

    Any sound, not only speech; the result is a new sound called "recording". The user ends it early by "stop". For a
    spoken note use record_note instead.
    seconds: how long; left out, ten seconds.
    """
    if context.record is None:
        raise TaskError(NO_MICROPHONE)
    if seconds > LONGEST_S:
        raise TaskError(f"I can record {spoken_duration(LONGEST_S)} at most.")
    if context.next_turn is not None:
        raise TaskError(AT_ONCE)
    take = _Take(context, seconds, asyncio.get_running_loop().create_future())
    take.begin()
    until = "until you say stop" if seconds == LONGEST_S else f"for {spoken_duration(seconds)}"
    return Outcome(f"I am recording {until}.", verbatim=True)


@dataclass(slots=True, eq=False)
class _Take:
    """A recording on its way. While it lasts, what is said is part of it."""

    context: Context
    seconds: float
    stop: "asyncio.Future[float]"
    work: "asyncio.Task[Outcome] | None" = None
    told: bool = False
    """Whether the turn that ended it is answered with what came of it."""

    def begin(self) -> None:
        """Record beside the conversation."""
        self.context.next_turn = NextTurn(record_sound.name, self.take)
        self.work = asyncio.create_task(self._record())

    async def take(self, context: Context, heard: Heard) -> Outcome:
        """A turn that was heard meanwhile: the end of it, or a part of it."""
        assert self.work is not None
        said = re.sub(r"[^\w' ]+", "", heard.text.lower()).strip()
        if _WITHDRAWN.fullmatch(said):
            self.told = True
            self.work.cancel()
            await asyncio.wait([self.work])
            return Outcome("Okay, nothing recorded.")
        if not _ENDS.fullmatch(said):
            if not self.work.done():
                context.next_turn = NextTurn(record_sound.name, self.take)
            return Outcome("")
        self.told = True
        if not self.stop.done():
            spoken = len(heard.audio) > 0
            self.stop.set_result(heard.started - BEFORE_STOP_S if spoken else float("inf"))
        return await self.work

    async def _record(self) -> Outcome:
        """The recording, kept; told of its own accord where no turn ended it."""
        context = self.context
        assert context.record is not None
        try:
            outcome = self._kept(*await context.record(self.seconds, self.stop))
        except EarshotError as error:
            outcome = Outcome(str(error), failed=True)
        finally:
            if context.next_turn and context.next_turn.task == record_sound.name:
                context.next_turn = None
        if not self.told:
            context.outbox.put_nowait(Unasked(lambda: _replies(outcome), tasks=(record_sound.name,)))
        return outcome

    def _kept(self, samples: Samples, rate: int) -> Outcome:
        if not len(samples):
            return Outcome("That was too short, there is nothing on it.", failed=True)
        made = self.context.workspace.save_audio(
            "recording", samples, rate, record_sound.name, Provenance("recorded", "microphone")
        )
        removable(self.context, made)
        silent = " It is silent; is the microphone on?" if dbfs(samples) < SILENT_DBFS else ""
        return Outcome(
            f"I have {spoken_duration(made.seconds)} as the {made.name}.{silent}", show=(Show(artifact=made),)
        )


async def _replies(outcome: Outcome) -> Stream[Reply]:
    yield Say(outcome.text)
    for shown in outcome.show:
        yield shown
