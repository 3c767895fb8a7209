"""An answer on its way: the router's replies, cut into clauses and made to sound."""

import asyncio
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from typing import assert_never

import numpy as np

from assistant.audio import RATE, silence
from assistant.events import Artifact, Heard, Play, Say, Show, Spoken, Stages, Working
from assistant.ports import Screen
from assistant.resample import resample
from assistant.stream import Stream, Worker
from assistant.workspace import load_audio
from router.base import Answerer
from tts.base import Voice
from tts.phrasing import Clause, Item, Phrasing


@dataclass(slots=True, eq=False)
class Answer:
    """An answer on its way."""

    heard: Heard
    stages: Stages
    certain: asyncio.Event = field(default_factory=asyncio.Event)
    tasks: list[str] = field(default_factory=list)
    task: "asyncio.Task[None] | None" = None
    speaking: bool = False
    early: list[Say] = field(default_factory=list)
    """Its words while it is not certain that they will be said."""

    def reached(self, stage: str) -> None:
        """Note the time when a stage is reached first."""
        if getattr(self.stages, stage) is None:
            self.stages = replace(self.stages, **{stage: asyncio.get_running_loop().time()})


@dataclass(frozen=True, slots=True)
class Speech:
    """Turns replies into sound."""

    router: Answerer
    voice: Voice
    screen: Screen
    rate: int
    """Hertz, of what artifacts are converted to."""
    worker: Worker

    async def voiced(self, answer: Answer) -> Stream[Spoken]:
        """The reply as sound, clause by clause, as it is generated."""
        phrasing = Phrasing()
        async with aclosing(self.router.answer(answer.heard, answer.certain)) as replies:
            async for reply in replies:
                if isinstance(reply, Say | Play):
                    answer.reached("first_token")
                if isinstance(reply, Say):
                    self._worded(answer, reply)
                for item in phrasing.push(reply):
                    if sound := await self._sounded(answer, item):
                        yield sound
        for item in phrasing.flush():
            if sound := await self._sounded(answer, item):
                yield sound

    def _worded(self, answer: Answer, say: Say) -> None:
        """Show words, or keep them until they are certain."""
        if answer.certain.is_set():
            self.screen.show(say)
        else:
            answer.early.append(say)

    async def _sounded(self, answer: Answer, item: Item) -> Spoken | None:
        """One thing of a reply as sound; None for what makes none."""
        sound: Spoken | None = None
        match item:
            case Clause(text, manner):
                sound = await self.worker.run(self.voice.speak, text, manner or self.router.context.manner)
                answer.reached("first_audio")
                return sound
            case Play(artifact):
                sound = await asyncio.to_thread(_load, artifact, self.rate)
                answer.reached("first_audio")
            case Working(task):
                answer.tasks.append(task)
            case Show():
                pass
            case _:
                assert_never(item)
        await answer.certain.wait()
        self.screen.show(item)
        return sound


def rejoined(first: Heard, second: Heard) -> Heard:
    """Two parts of a turn as one."""
    gap = silence(max(0.0, second.started - first.ended), RATE)
    return replace(
        second,
        text=f"{first.text} {second.text}",
        started=first.started,
        audio=np.concatenate((first.audio, gap, second.audio)),
    )


def _load(artifact: Artifact, rate: int) -> Spoken:
    """An artifact's sound at the loudspeaker's rate."""
    samples, source = load_audio(artifact.path)
    return Spoken(resample(samples, source, rate), rate, source=artifact.name)
