"""A conversation in the simulated room: the assistant reads on and on, people speak over it as a script has it.

assistant   ▁▁▁████████████████▁▁▁▁▁▁▁▁▁▁▁▁▁█████████████████▁▁▁███████
people      ███            │   ███████████           │      │██
            turn           │   interruption          │      │backchannel
                           └ gap of the step         └ gap ─┘
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np

from assistant.bench.latency import running
from assistant.bench.room_people import Kind, Utterance
from assistant.bench.room_places import Place
from assistant.bench.room_simulated import Played, SimulatedRoom
from assistant.events import Event, Heard, Reply, Resumed, Say, TurnEnded, Yielded
from assistant.session import Session
from assistant.stream import Stream
from router.task import Context

NOTED = (Heard, Yielded, Resumed, TurnEnded)
POLL_S = 0.05
BREAK_S = 0.8
"""Quiet for longer is no pause within a reply."""
PROMPT_S = 4.0
"""Quiet for so long, the assistant is asked for more."""
PATIENCE_S = 30.0
"""After so long an utterance that was to come in mid-reply comes as soon as anything sounds."""
AFTER_S = 2.6
"""How long an utterance is waited out before the next gap begins."""
LATE = 2.0
"""How many times longer than planned a conversation may take."""


class Reader:
    """An `Answerer` that answers every turn with some passages of text, another choice each time."""

    def __init__(self, context: Context, passages: Sequence[str], seed: int = 0, count: int = 3) -> None:
        self.context = context
        self._passages = list(passages)
        self._count = min(count, len(passages))
        self._draw = np.random.default_rng(seed)

    async def answer(self, heard: Heard, certain: asyncio.Event) -> Stream[Reply]:
        """Yield the text; it changes nothing."""
        for index in self._draw.choice(len(self._passages), self._count, replace=False):
            yield Say(self._passages[index] + " ")

    async def attend(self) -> None:
        """Nothing goes on beside it."""

    async def close(self) -> None:
        """Nothing to let go of."""


@dataclass(slots=True)
class Diary:
    """A `Screen` that keeps what matters here, with the loop's time."""

    entries: list[tuple[float, Event]] = field(default_factory=list)

    def show(self, event: Event) -> None:
        """Note it."""
        if isinstance(event, NOTED):
            self.entries.append((asyncio.get_running_loop().time(), event))


@dataclass(frozen=True, slots=True)
class Step:
    """Somebody says or does something."""

    utterance: Utterance
    gap_s: float
    """How long the assistant has been speaking by then without a break."""


@dataclass(frozen=True, slots=True)
class Script:
    """What happens in a conversation."""

    place: Place
    steps: Sequence[Step]
    prompts: Sequence[Utterance]
    """What is said where the assistant is silent; at least one."""
    speech_s: float
    """How long the assistant speaks in all, at least."""
    level_dbfs: float = -26.0
    """Active level of people at the microphone."""

    @property
    def longest_s(self) -> float:
        """When the conversation is ended, whatever is left."""
        planned = self.speech_s + sum(step.gap_s + step.utterance.end_s + AFTER_S for step in self.steps)
        return LATE * planned + 10.0


@dataclass(frozen=True, slots=True)
class Happening:
    """An utterance in the room; loop times of its sound at the microphone."""

    utterance: Utterance
    onset: float
    end: float
    step: int | None = None
    """Its number in the script; None for prompts."""


@dataclass(slots=True)
class Observed:
    """All that is known of a conversation afterwards."""

    played: Played
    happened: list[Happening] = field(default_factory=list)
    events: list[tuple[float, Event]] = field(default_factory=list)
    began: float = 0.0
    """Loop time of the microphone's first sample, as it really was."""
    lasted_s: float = 0.0


MakeSession = Callable[[Diary, SimulatedRoom], Session]


async def hold(script: Script, echo_gain: float, make_session: MakeSession, speaker_rate: int = 48_000) -> Observed:
    """Hold a conversation by a script; `echo_gain` is how loud the loudspeaker is at the microphone."""
    diary = Diary()
    async with SimulatedRoom(script.place, echo_gain, speaker_rate).sounding() as room:
        session = make_session(diary, room)
        async with running(session, room):
            people = _People(script, room)
            await people.follow()
            lasted_s = asyncio.get_running_loop().time()
            entries = list(diary.entries)  # what the end of the conversation adds has no cause in the room
    return Observed(room.played, people.happened, entries, room.true_time(0.0), lasted_s)


class _People:
    """Those in the room."""

    def __init__(self, script: Script, room: SimulatedRoom) -> None:
        self.happened: list[Happening] = []
        self._script = script
        self._room = room
        self._quiet_since = 0.0

    async def follow(self) -> None:
        """Do what the script says."""
        await asyncio.sleep(0.5)
        for number, step in enumerate(self._script.steps):
            if not await self._in_full_flow(step.gap_s):
                return
            await self._make(step.utterance, number)
        while self._room.played.speech_s < self._script.speech_s and not self._late():
            await self._look()

    async def _in_full_flow(self, gap_s: float) -> bool:
        """Wait until the assistant has been speaking for a while; whether it ever did."""
        asked, flows_since = self._time(), None
        while not self._late():
            flowing = await self._look()
            now = self._time()
            flows_since = None if not flowing else now if flows_since is None else flows_since
            if flows_since is not None and (now - flows_since >= gap_s or now - asked >= PATIENCE_S + gap_s):
                return True
        return False

    async def _look(self) -> bool:
        """Wait a little, ask for more where nothing is said; whether the assistant speaks."""
        await asyncio.sleep(POLL_S)
        now, spoke = self._time(), self._room.played.last_at
        if now - spoke <= BREAK_S:
            return True
        if now - max(spoke, self._quiet_since) > (PROMPT_S if self.happened else 0.0):
            prompts = self._script.prompts
            await self._make(prompts[len(self.happened) % len(prompts)])
        return False

    async def _make(self, utterance: Utterance, step: int | None = None) -> None:
        """Say something, and wait it out."""
        heard = utterance.heard(self._script.place.room.people, self._script.level_dbfs)
        at = self._room.say(heard)
        happening = Happening(utterance, at + utterance.onset_s, at + utterance.end_s, step)
        self.happened.append(happening)
        await asyncio.sleep(happening.end - self._time() + (AFTER_S if step is not None else 0.0))
        self._quiet_since = self._time()

    def _late(self) -> bool:
        return self._time() > self._script.longest_s

    def _time(self) -> float:
        return asyncio.get_running_loop().time()


def turned(utterance: Utterance) -> Utterance:
    """The same, said while the assistant is silent."""
    kept = utterance
    return Utterance(Kind.TURN, kept.name, kept.samples, kept.onset_s, kept.end_s, kept.text)
