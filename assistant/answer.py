"""An answer on its way: the router's replies, cut into clauses and made to sound."""

import asyncio
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from typing import assert_never

from assistant.events import Artifact, Heard, Manner, Play, Reply, Say, Show, Spoken, Stages, Working
from assistant.ports import Screen
from assistant.resample import resample
from assistant.stream import Stream, Worker
from assistant.workspace import load_audio
from models.sound.edit import amplify
from router.base import Answerer
from router.task import Unasked
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
    cut_off: bool = False
    """Whether it was over before its end."""
    early: list[Say] = field(default_factory=list)
    """Its words while it is not certain that they will be said."""
    unasked: Unasked | None = None
    """Where it comes from, if the assistant says it of its own accord."""
    silent: bool = True
    """Whether nothing of it was given out yet, neither for the ear nor for the eye."""

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
        async with aclosing(self._replies(answer)) as replies:
            async for reply in replies:
                answer.silent = False
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

    def _replies(self, answer: Answer) -> Stream[Reply]:
        if answer.unasked is not None:
            return answer.unasked.replies()
        return self.router.answer(answer.heard, answer.certain)

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
                sound = await self.worker.run(self._spoken, text, manner or self.router.context.manner)
                answer.reached("first_audio")
                return sound
            case Play(artifact):
                sound = await asyncio.to_thread(self._loaded, artifact)
                answer.reached("first_audio")
            case Working(task, share):
                answer.tasks += [task] if share is None else []
            case Show():
                pass
            case _:
                assert_never(item)
        await answer.certain.wait()
        self.screen.show(item)
        return sound

    def _spoken(self, text: str, manner: Manner) -> Spoken:
        return self._loud(self.voice.speak(text, manner))

    def _loaded(self, artifact: Artifact) -> Spoken:
        """An artifact's sound at the loudspeaker's rate."""
        samples, source = load_audio(artifact.path)
        return self._loud(Spoken(resample(samples, source, self.rate), self.rate, source=artifact.name))

    def _loud(self, sound: Spoken) -> Spoken:
        """As loud as everything is to be played, peaks limited."""
        gain_db = self.router.context.volume_db
        return replace(sound, samples=amplify(sound.samples, sound.rate, gain_db)) if gain_db else sound
