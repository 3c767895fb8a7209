"""The conversation. An answer is one asyncio task; to interrupt the assistant is to cancel it.

Supposed ──▶ an answer is prepared: routed, worded, its first clause synthesized; it waits
SpeechResumed ──▶ it is dropped without a trace
Heard ──▶ it is certain: it speaks, and what it wants to change may change
SpeechStarted ──▶ one that speaks is silenced; one that does not yet speak waits for what comes
"""

import asyncio
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from typing import assert_never

import numpy as np

from asr.base import Listener
from assistant.audio import RATE, AudioChunk, dbfs, silence
from assistant.errors import EarshotError
from assistant.events import (
    Artifact,
    Guessed,
    Heard,
    Ignored,
    Level,
    Perception,
    Play,
    Said,
    Say,
    Show,
    Speaking,
    SpeechResumed,
    SpeechStarted,
    Spoken,
    Stages,
    State,
    StateChanged,
    Supposed,
    TurnEnded,
    Woken,
    Working,
)
from assistant.history import AssistantSaid, UserSaid
from assistant.playback import Player
from assistant.ports import Loudspeaker, Microphone, Screen
from assistant.resample import resample
from assistant.stream import Stream, Worker, ahead, cancelled
from assistant.workspace import load_audio
from router.base import Answerer
from tts.base import Voice
from tts.phrasing import Clause, Item, Phrasing

POINTER_S = 0.05
"""How often it is looked which word sounds."""
METER_S = 0.1
"""How often the microphone's level is shown."""


@dataclass(frozen=True, slots=True)
class SessionOptions:
    """How the conversation is held."""

    speculate: bool = True
    """Prepare the answer while it is still being decided whether the user is done."""
    ahead_clauses: int = 3
    """How many clauses are synthesized before they are needed."""
    rejoin_s: float = 2.0
    """Who goes on within this time, before anything of the answer was heard, had not been done: both parts are one."""
    deaf_tail_s: float = 0.3
    """With half duplex: how long the echo of the loudspeaker is waited out."""


@dataclass(slots=True, eq=False)
class _Answer:
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


class Session:
    """One conversation over one microphone and one loudspeaker."""

    def __init__(
        self,
        ears: Listener,
        router: Answerer,
        voice: Voice,
        loudspeaker: Loudspeaker,
        screen: Screen,
        options: SessionOptions | None = None,
    ) -> None:
        self.ears = ears
        self.router = router
        self.voice = voice
        self.screen = screen
        self.options = options or SessionOptions()
        self.player = Player(loudspeaker.buffer)
        self.state = State.LISTENING
        self._worker = Worker("voice")
        self._answer: _Answer | None = None
        self._floor = asyncio.Event()  # set while the user is not speaking
        self._floor.set()
        self._unanswered: Heard | None = None
        self._last_stages: Stages | None = None
        self._recognized_at: float | None = None
        self._spoke_at = float("-inf")
        self._microphone: Microphone | None = None
        self._group: asyncio.TaskGroup | None = None

    # ------------------------------------------------------------------ the loop

    @property
    def idle(self) -> bool:
        """Whether nobody speaks and no answer is due."""
        return self.state is State.LISTENING and self._answer is None

    @property
    def stages(self) -> Stages | None:
        """How far the present answer, or else the last one, has come."""
        return self._reached(self._answer) if self._answer else self._last_stages

    async def run(self, microphone: Microphone) -> None:
        """Converse until the microphone ends and the last answer is over.

        Raises:
            EarshotError: it cannot go on, because the microphone failed or the session's folder cannot be written.
        """
        try:
            async with asyncio.TaskGroup() as group:
                self._group, self._microphone = group, microphone
                async with aclosing(self.ears.listen(self._metered(microphone))) as perceptions:
                    async for perceived in perceptions:
                        self.screen.show(perceived)
                        await self._perceive(perceived)
        except BaseExceptionGroup as errors:
            raise errors.exceptions[0] from None  # the first; the others came of ending because of it
        finally:
            self._worker.close()
            self.ears.close()
            await self.router.close()
            if self._unanswered is not None:
                self.router.context.workspace.note_turn("you", self._unanswered.text)

    def deaf(self) -> bool:
        """Whether the loudspeaker sounds, or did a moment ago."""
        now = asyncio.get_running_loop().time()
        if self.player.buffer.pending:
            self._spoke_at = now
        return now - self._spoke_at < self.options.deaf_tail_s

    async def _perceive(self, perceived: Perception) -> None:
        match perceived:
            case SpeechStarted():
                await self._speech_started()
            case Supposed(heard):
                await self._supposed(heard)
            case SpeechResumed():
                await self._drop()
            case Heard():
                await self._heard(perceived)
            case Ignored():
                self._floor.set()
                self._answer_after_all()
                self._become(State.LISTENING if self._answer is None else State.THINKING)
            case Guessed() | Woken():
                pass
            case _:
                assert_never(perceived)

    async def _speech_started(self) -> None:
        self._floor.clear()
        self._become(State.HEARING)
        if self._answer and self._answer.speaking:
            await self._drop()

    async def _supposed(self, heard: Heard) -> None:
        self._recognized_at = asyncio.get_running_loop().time()
        await self._drop()
        if self.options.speculate:
            self._prepare(self._rejoined(heard))

    async def _heard(self, heard: Heard) -> None:
        decided_at = asyncio.get_running_loop().time()
        if self._answer is None or self._answer.heard != self._rejoined(heard):
            await self._drop()
            self._prepare(self._rejoined(heard))
        answer = self._answer
        assert answer is not None
        self._keep(answer.heard)
        answer.stages = replace(answer.stages, recognized=self._recognized_at, decided=decided_at)
        self._become(State.THINKING)
        self._floor.set()
        answer.certain.set()
        for say in answer.early:
            self.screen.show(say)

    def _rejoined(self, heard: Heard) -> Heard:
        """With what was said just before it, where that has had no answer."""
        before = self._unanswered
        if before is None or heard.started - before.ended > self.options.rejoin_s:
            return heard
        gap = silence(max(0.0, heard.started - before.ended), RATE)
        return replace(
            heard,
            text=f"{before.text} {heard.text}",
            started=before.started,
            audio=np.concatenate((before.audio, gap, heard.audio)),
        )

    def _keep(self, heard: Heard) -> None:
        """Remember what was said; a turn in two parts replaces its first part."""
        context, before = self.router.context, self._unanswered
        if before is not None and heard.started == before.started:
            context.history.turns.pop()
            context.recordings.pop()
        elif before is not None:
            context.workspace.note_turn("you", before.text)
        self._unanswered = None
        context.history.add(UserSaid(heard.text))
        context.recordings.append(heard)

    # ---------------------------------------------------------------- the answer

    def _prepare(self, heard: Heard) -> _Answer:
        assert self._microphone is not None and self._group is not None
        self._answer = answer = _Answer(heard, Stages(self._microphone.captured_at(heard.ended)))
        answer.task = self._group.create_task(self._run(answer))
        return answer

    def _answer_after_all(self) -> None:
        """Begin again with an answer that was dropped, before it sounded, for what then was no turn."""
        stages = self._last_stages
        if self._answer or self._unanswered is None or stages is None or stages.first_sample is not None:
            return
        answer = self._prepare(self._unanswered)
        answer.stages = replace(answer.stages, recognized=stages.recognized, decided=stages.decided)
        answer.certain.set()
        self._unanswered = None

    async def _drop(self) -> None:
        """Cancel the answer on its way, and wait until it has put everything away."""
        answer, self._answer = self._answer, None
        if answer and answer.task:
            await cancelled(answer.task)

    async def _run(self, answer: _Answer) -> None:
        interrupted = True
        try:
            async with aclosing(ahead(self._voiced(answer), self.options.ahead_clauses)) as sounds:
                first = await anext(sounds, None)
                await answer.certain.wait()
                await self._floor.wait()
                if first is not None:
                    await self._speak(answer, first, sounds)
            interrupted = False
        except EarshotError as error:
            await answer.certain.wait()
            interrupted = False
            self.screen.show(Show(str(error)))
        finally:
            if answer.certain.is_set():
                self._finish(answer, interrupted)

    async def _speak(self, answer: _Answer, first: Spoken, others: Stream[Spoken]) -> None:
        async def sounds() -> Stream[Spoken]:
            yield first
            async for sound in others:
                yield sound

        answer.speaking = True
        self._become(State.SPEAKING)
        pointer = asyncio.create_task(self._point_at_words())
        try:
            await self.player.play(sounds())
        finally:
            pointer.cancel()

    async def _point_at_words(self) -> None:
        """Keep the screen at the word that sounds."""
        shown: Speaking | None = None
        while True:
            words = tuple(word.text for word, _, _ in self.player.playing.words)
            speaking = Speaking(words, self.player.speaking())
            if words and speaking != shown:
                self.screen.show(shown := speaking)
            await asyncio.sleep(POINTER_S)

    def _finish(self, answer: _Answer, interrupted: bool) -> None:
        """Put on record what was heard of an answer."""
        spoke = answer.speaking
        text = " ".join(word.text for word in self.player.heard()) if spoke else ""
        played = tuple(self.player.played()) if spoke else ()
        if interrupted and not (text or played or answer.tasks):
            self._unanswered = answer.heard
        else:
            context = self.router.context
            context.history.add(AssistantSaid(text, interrupted, played))
            context.workspace.note_turn("you", answer.heard.text)
            context.workspace.note_turn("earshot", text + (" —" if interrupted else ""))
        self._last_stages = stages = self._reached(answer)
        if self._answer is answer:
            self._answer = None
        self.screen.show(Said(text, interrupted))
        self.screen.show(TurnEnded(stages, answer.heard, text, interrupted, tuple(answer.tasks)))
        if self._floor.is_set():
            self._become(State.LISTENING)

    def _reached(self, answer: _Answer) -> Stages:
        """An answer's stages, with the time at which its first sample sounded."""
        if not answer.speaking:
            return answer.stages
        return replace(answer.stages, first_sample=self.player.buffer.began_at)

    # ------------------------------------------------------- from words to sound

    async def _voiced(self, answer: _Answer) -> Stream[Spoken]:
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

    def _worded(self, answer: _Answer, say: Say) -> None:
        """Show words, or keep them until they are certain."""
        if answer.certain.is_set():
            self.screen.show(say)
        else:
            answer.early.append(say)

    async def _sounded(self, answer: _Answer, item: Item) -> Spoken | None:
        """One thing of a reply as sound; None for what makes none."""
        sound: Spoken | None = None
        match item:
            case Clause(text, manner):
                sound = await self._worker.run(self.voice.speak, text, manner or self.router.context.manner)
                answer.reached("first_audio")
                return sound
            case Play(artifact):
                sound = await asyncio.to_thread(_load, artifact, self.player.buffer.rate)
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

    async def _metered(self, microphone: Microphone) -> Stream[AudioChunk]:
        """The microphone, with its level shown."""
        shown_at = 0.0
        async with aclosing(microphone.listen()) as chunks:
            async for chunk in chunks:
                if chunk.ends_at - shown_at >= METER_S:
                    shown_at = chunk.ends_at
                    self.screen.show(Level(dbfs(chunk.samples)))
                yield chunk

    def _become(self, state: State) -> None:
        if state is not self.state:
            self.state = state
            self.screen.show(StateChanged(state))


def _load(artifact: Artifact, rate: int) -> Spoken:
    """An artifact's sound at the loudspeaker's rate."""
    samples, source = load_audio(artifact.path)
    return Spoken(resample(samples, source, rate), rate, source=artifact.name)
