"""The conversation. An answer is one asyncio task; to interrupt the assistant is to cancel it.

Supposed ──▶ an answer is prepared: routed, worded, its first clause synthesized; it waits
SpeechResumed ──▶ it is dropped without a trace
Heard ──▶ it is certain: it speaks, and what it wants to change may change
SpeechStarted ──▶ one that speaks gives way at once; one that does not yet speak waits for what comes
      Supposed, Heard: a turn ──▶ it is dropped, and what was heard of it is remembered
      Supposed, Heard: no turn; Ignored ──▶ it goes on from the word that was cut off

What the assistant says of its own accord is an answer too, that nobody has to wait for.
"""

import asyncio
from contextlib import aclosing
from dataclasses import dataclass, replace
from typing import assert_never

from asr.base import EchoCanceller, Listener
from assistant.answer import Answer, Speech
from assistant.attention import Attention, earcon
from assistant.deliveries import Deliveries
from assistant.errors import EarshotError
from assistant.events import (
    Guessed,
    Heard,
    Ignored,
    Perception,
    Said,
    Show,
    SpeechResumed,
    SpeechStarted,
    Spoken,
    Stages,
    State,
    StateChanged,
    Supposed,
    TurnEnded,
    Woken,
)
from assistant.floor import Floor
from assistant.history import AssistantSaid
from assistant.intake import Intake
from assistant.minutes import Minutes
from assistant.overheard import Meaning
from assistant.playback import Player
from assistant.pointer import point_at_words
from assistant.ports import Loudspeaker, Microphone, Screen
from assistant.recorder import Recorder
from assistant.stream import Stream, Worker, ahead, cancelled
from router.base import Answerer
from tts.base import Voice


@dataclass(frozen=True, slots=True)
class SessionOptions:
    """How the conversation is held."""

    speculate: bool = True
    """Prepare the answer while it is still being decided whether the user is done."""
    ahead_clauses: int = 3
    """How many clauses are synthesized before they are needed."""
    rejoin_s: float = 2.0
    """Who goes on within this time, before anything of the answer was heard, had not been done: both parts are one."""
    wordless_s: float = 1.8
    """A reply that gave way to what has not become words by then goes on."""
    deaf_tail_s: float = 0.3
    """With half duplex: how long the echo of the loudspeaker is waited out."""


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
        self.screen, self.options = screen, options or SessionOptions()
        self.attention = Attention()
        self.player = Player(loudspeaker.buffer)
        self.recorder = Recorder(lambda: self._answer is not None or self.player.buffer.sounding)
        self._intake = Intake(self.player.buffer, screen, self.recorder)
        self.state = State.LISTENING
        self._worker = Worker("voice")
        self._answer: Answer | None = None
        self._floor = Floor(self.player, screen, self.options.wordless_s)
        self._minutes = Minutes(router.context, self.options.rejoin_s)
        self._deliveries = Deliveries(router.context, self._begin)
        router.context.progress = screen.show
        self._last_stages: Stages | None = None
        self._recognized_at: float | None = None
        self._spoke_at = float("-inf")
        self._microphone: Microphone | None = None
        self._group: asyncio.TaskGroup | None = None

    # ------------------------------------------------------------------ the loop

    @property
    def idle(self) -> bool:
        """Whether nobody speaks, no answer is due, and no work goes on of which something will be said."""
        return self.state in (State.LISTENING, State.ASLEEP) and self._answer is None and not self._deliveries.due

    @property
    def canceller(self) -> EchoCanceller | None:
        """Takes the loudspeaker out of the microphone; None where nothing does, or the system has done so."""
        return self._intake.canceller

    @canceller.setter
    def canceller(self, canceller: EchoCanceller | None) -> None:
        self._intake.canceller = self._floor.canceller = canceller

    @property
    def stages(self) -> Stages | None:
        """How far the present answer, or else the last one, has come."""
        return self._reached(self._answer) if self._answer else self._last_stages

    async def run(self, microphone: Microphone) -> None:
        """Converse until the microphone ends, the last answer is over, and work in the background is done and told.

        Raises:
            EarshotError: it cannot go on, because the microphone failed or the session's folder cannot be written.
        """
        if self.canceller:
            self.player.buffer.tap = self.canceller.played
        try:
            async with asyncio.TaskGroup() as group:
                self._group, self._microphone = group, microphone
                beside = [group.create_task(work) for work in (self.router.attend(), self._deliveries.run())]
                sound = self._intake.sound(microphone, self._rest, self._somebody)
                async with aclosing(self.ears.listen(sound)) as perceptions:
                    async for perceived in perceptions:
                        await self._perceive(perceived)
                await self._settled("the microphone ended")
                for task in beside:
                    task.cancel()
        except BaseExceptionGroup as errors:
            raise errors.exceptions[0] from None  # the first; the others came of ending because of it
        finally:
            self._worker.close()
            self.ears.close()
            await self.router.close()
            self._minutes.close()

    def deaf(self) -> bool:
        """Whether the loudspeaker sounds, or did a moment ago."""
        now = asyncio.get_running_loop().time()
        if self.player.buffer.sounding:
            self._spoke_at = now
        return now - self._spoke_at < self.options.deaf_tail_s

    def attentive(self) -> bool:
        """Whether what is said now is meant for the assistant: it was woken, or the conversation goes on."""
        if self.attention.lasts(asyncio.get_running_loop().time()) or self.state is State.HEARING:
            return True
        return self._answer is not None and self.attention.options.listen == "wake" and not self.player.making_sound()

    def wake(self) -> None:
        """Listen to what comes: the phrase was said, or the key pressed."""
        self.attention.wake(asyncio.get_running_loop().time())
        if self._speaking:
            self._floor.give_way()
        elif self.attention.options.earcon and self._answer is None and not self.player.buffer.pending:
            self.player.buffer.push(earcon(self.player.buffer.rate))
        self._deliveries.put_off()
        self._rest()

    def _rest(self) -> None:
        """Be in the state of somebody who is not spoken to."""
        if self.state in (State.LISTENING, State.ASLEEP):
            self._become(State.LISTENING if self.attentive() else State.ASLEEP)

    async def _perceive(self, perceived: Perception) -> None:
        match perceived:
            case Supposed(heard) | (Heard() as heard) if self._no_turn(heard):
                self._passed_over(heard, whole=isinstance(perceived, Heard))
                return
            case _:
                self.screen.show(perceived)
        match perceived:
            case SpeechStarted():
                self._speech_started()
            case Supposed(heard):
                await self._supposed(heard)
            case SpeechResumed():
                await self._resumed()
            case Heard():
                await self._heard(perceived)
            case Ignored(reason=reason):
                self._nothing_said(reason)
            case Guessed(text):
                if self._speaking:
                    self._floor.guessed(text)
            case Woken():
                self.wake()
            case _:
                assert_never(perceived)

    # ------------------------------------------------------------ who has the floor

    def _speech_started(self) -> None:
        self._floor.free.clear()
        self._become(State.HEARING)
        # Before the echo is cancelled well, its onset is no sign of a person; words are.
        if self._speaking and (self.canceller is None or self.canceller.trusted):
            self._floor.give_way()

    def _somebody(self) -> None:
        """The first sign of a person beside the loudspeaker."""
        if self._speaking:
            self._floor.give_way(sure=False)

    async def _resumed(self) -> None:
        if self._speaking:
            self._speech_started()
        else:
            await self._drop()

    @property
    def _speaking(self) -> bool:
        return self._answer is not None and self._answer.speaking

    def _no_turn(self, heard: Heard) -> bool:
        """Whether words change nothing about the answer on its way."""
        if self._answer is None or not self._answer.certain.is_set():
            return False
        return self._floor.weighed(heard) not in (Meaning.TURN, Meaning.STOP)

    def _passed_over(self, heard: Heard, whole: bool) -> None:
        reason = self._floor.weighed(heard).value
        self._floor.go_on(reason)
        if whole:
            self.screen.show(Ignored(heard.started, reason))
            self._nothing_said(reason)
        elif self._speaking:
            self._become(State.SPEAKING)

    def _nothing_said(self, reason: str) -> None:
        self._floor.free.set()
        self._floor.go_on(reason)
        self._answer_after_all()
        waiting = State.LISTENING if self._answer is None else State.THINKING
        self._become(State.SPEAKING if self._speaking else waiting)
        self._rest()

    async def _settled(self, reason: str) -> None:
        """Who is speaking holds the floor no longer; wait until all is said that there is to say."""
        self._floor.go_on(reason)
        if not self._floor.free.is_set():
            self._nothing_said(reason)
        while self._answer is not None or self._deliveries.due:
            if self._answer is not None and self._answer.task:
                await asyncio.wait([self._answer.task])
            await self._deliveries.settled()

    async def _supposed(self, heard: Heard) -> None:
        self._recognized_at = asyncio.get_running_loop().time()
        await self._drop()
        if self.options.speculate:
            self._prepare(self._minutes.rejoined(heard))

    async def _heard(self, heard: Heard) -> None:
        decided_at = asyncio.get_running_loop().time()
        whole = self._minutes.rejoined(heard)
        if self._answer is None or self._answer.heard != whole:
            await self._drop()
            self._prepare(self._minutes.rejoined(heard))
        answer = self._answer
        assert answer is not None
        self._minutes.keep(answer.heard)
        answer.stages = replace(answer.stages, recognized=self._recognized_at, decided=decided_at)
        self._become(State.THINKING)
        self._floor.free.set()
        answer.certain.set()
        for say in answer.early:
            self.screen.show(say)

    # ---------------------------------------------------------------- the answer

    def _prepare(self, heard: Heard) -> Answer:
        assert self._microphone is not None
        return self._begin(Answer(heard, Stages(self._microphone.captured_at(heard.ended))))

    def _begin(self, answer: Answer) -> Answer:
        """Give an answer, in place of any before it."""
        assert self._group is not None
        self._answer = answer
        answer.task = self._group.create_task(self._run(answer))
        return answer

    def _answer_after_all(self) -> None:
        """Begin again with an answer that was dropped, before it sounded, for what then was no turn."""
        stages = self._last_stages
        unanswered = self._minutes.unanswered
        if self._answer or unanswered is None or stages is None or stages.first_sample is not None:
            return
        answer = self._prepare(unanswered)
        answer.stages = replace(answer.stages, recognized=stages.recognized, decided=stages.decided)
        answer.certain.set()
        self._minutes.unanswered = None

    async def _drop(self) -> None:
        """Cancel the answer on its way, and wait until it has put everything away."""
        answer, self._answer = self._answer, None
        self._floor.dropped()
        if answer and answer.task:
            await cancelled(answer.task)

    async def _run(self, answer: Answer) -> None:
        interrupted = True
        try:
            async with aclosing(ahead(self._voiced(answer), self.options.ahead_clauses)) as sounds:
                first = await anext(sounds, None)
                await answer.certain.wait()
                await self._floor.free.wait()
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

    def _voiced(self, answer: Answer) -> Stream[Spoken]:
        return Speech(self.router, self.voice, self.screen, self.player.buffer.rate, self._worker).voiced(answer)

    async def _speak(self, answer: Answer, first: Spoken, others: Stream[Spoken]) -> None:
        async def sounds() -> Stream[Spoken]:
            yield first
            async for sound in others:
                yield sound

        answer.speaking = True
        self._become(State.SPEAKING)
        pointer = asyncio.create_task(point_at_words(self.player, self.screen, self._floor.hold_on))
        try:
            await self.player.play(sounds())
        finally:
            pointer.cancel()

    def _finish(self, answer: Answer, interrupted: bool) -> None:
        """Put on record what was heard of an answer."""
        answer.cut_off = interrupted
        if self._answer is answer:
            self._answer = None
            self._floor.dropped()
        if answer.unasked is None or answer.speaking or not (interrupted or answer.silent):
            self._record(answer)
        if self._floor.free.is_set():
            self.attention.answered(asyncio.get_running_loop().time())
            self._become(State.LISTENING)

    def _record(self, answer: Answer) -> None:
        spoke, interrupted, unasked = answer.speaking, answer.cut_off, answer.unasked is not None
        text = " ".join(word.text for word in self.player.heard()) if spoke else ""
        said = AssistantSaid(text, interrupted, tuple(self.player.played()) if spoke else ())
        if unasked:
            self._minutes.told(said)
        elif interrupted and not (text or said.played or answer.tasks):
            self._minutes.unanswered = answer.heard
        else:
            self._minutes.answered(answer.heard, said)
        stages = self._reached(answer)
        if not unasked:
            self._last_stages = stages
        self.screen.show(Said(text, interrupted))
        self.screen.show(TurnEnded(stages, answer.heard, text, interrupted, tuple(answer.tasks), unasked))

    def _reached(self, answer: Answer) -> Stages:
        """An answer's stages, with the time at which its first sample sounded."""
        if not answer.speaking:
            return answer.stages
        return replace(answer.stages, first_sample=self.player.buffer.began_at)

    def _become(self, state: State) -> None:
        if state is not self.state:
            self.state = state
            self._deliveries.floor(free=state in (State.LISTENING, State.ASLEEP))
            self.screen.show(StateChanged(state))
