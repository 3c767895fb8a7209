"""Has timers and alarms ring: a chime and a sentence, again and again with growing pauses until something is said.

due ── chime, "Your tea timer is over." ── 4 s ── again ── 8 s ── again …      a turn of the user ends it

What was due while the program was off is told once when it starts; several of them together.
"""

import asyncio
import re
from collections.abc import Sequence
from contextlib import suppress
from functools import partial

import numpy as np
import soundfile as sf

from assistant.alarms import Alarm
from assistant.audio import Samples
from assistant.errors import DataError
from assistant.events import Artifact, Play, Provenance, Reply, Say
from assistant.history import UserSaid
from assistant.stream import Stream
from router.durations import spoken_duration
from router.task import Context, Unasked
from router.times import spoken_time

PAUSES_S = (4.0, 8.0, 16.0, 32.0, 60.0, 0.0)
"""After each time that it rings."""
LATE_S = 90.0
"""Who is told this much later hears when it was due."""
TOLD_MISSED = 3
"""Of several that were due while the program was off, so many are told one by one."""
RATE = 24_000
CHIME = "chime.wav"

_VERBS = frozenset(
    re.findall(
        r"\w+",
        "answer ask bring brush buy call charge check clean close cook do drink eat email feed finish fix flip get "
        "give go have join leave let lock look make meet move open order pack pay phone pick post prepare print put "
        "read ring run send set start stir stop stretch switch take talk tell text turn update visit wake walk wash "
        "watch water write",
    )
)
"""What a label that is something to do begins with."""


async def attend(context: Context) -> None:
    """Ring whatever is due, until cancelled."""
    async with asyncio.TaskGroup() as rings:
        while True:
            due = await context.alarms.rung()
            late = [alarm for alarm in due if -alarm.left_s(context.alarms.now()) > LATE_S]
            if len(late) > 1:
                await context.outbox.put(Unasked(partial(_missed, context, late), tasks=(_task(late[0]),)))
                due = [alarm for alarm in due if alarm not in late]
            for alarm in due:
                rings.create_task(_Ring(context, alarm).run())


async def _missed(context: Context, late: Sequence[Alarm]) -> Stream[Reply]:
    """Tell of several that were due meanwhile, the latest first, and no more than a few one by one."""
    now = context.alarms.now()
    with suppress(DataError):
        yield Play(chime(context))
    latest = sorted(late, key=lambda alarm: -alarm.left_s(now))
    told = " ".join(over(alarm, -alarm.left_s(now)) for alarm in latest[:TOLD_MISSED])
    more = len(latest) - TOLD_MISSED
    yield Say(told + (f" {more} more {'was' if more == 1 else 'were'} due before." if more > 0 else ""))


def _task(alarm: Alarm) -> str:
    return "set_timer" if alarm.timer else "set_alarm"


class _Ring:
    """One of them, ringing."""

    def __init__(self, context: Context, alarm: Alarm) -> None:
        self.context, self.alarm = context, alarm
        self.late_s = -alarm.left_s(context.alarms.now())
        self._told = asyncio.Event()
        self._turns = 0

    async def run(self) -> None:
        """Ring until somebody says something; once where it is late already."""
        for pause_s in PAUSES_S[: 1 if self.late_s > LATE_S else None]:
            self._told.clear()
            await self.context.outbox.put(Unasked(self._replies, tasks=(_task(self.alarm),)))
            await self._told.wait()
            await asyncio.sleep(pause_s)
            if _turns(self.context) > self._turns:
                return

    async def _replies(self) -> Stream[Reply]:
        self._turns = _turns(self.context)
        if self.context.volume_db == -np.inf:
            self.context.volume_db = self.context.unmuted_db
        try:
            with suppress(DataError):  # where nothing can be written, the words must do
                yield Play(chime(self.context))
            late_s = -self.alarm.left_s(self.context.alarms.now())
            yield Say(over(self.alarm, late_s if self.late_s > LATE_S else 0.0))
        finally:
            self._told.set()


def over(alarm: Alarm, late_s: float = 0.0) -> str:
    """What is said when it rings; `late_s`: how long ago that was."""
    label = _addressed(alarm.label)
    thing = named(alarm)
    if late_s:
        what = f"{thing[:1].upper()}{thing[1:]} {'ended' if alarm.timer else 'was due'} {spoken_duration(late_s)} ago"
        return f"{what}: {label}." if is_phrase(alarm.label) else f"{what}."
    if alarm.timer:
        return f"Your timer is over: {label}." if is_phrase(alarm.label) else f"Y{thing[1:]} is over."
    time = f"It is {spoken_time(alarm.at)}"
    return f"{time}: {label}." if is_phrase(alarm.label) else f"{time}. This is {thing}."


def named(alarm: Alarm, whose: str = "your") -> str:
    """What it is called: "your tea timer", "your 5 minute timer", "your alarm"."""
    kind = "timer" if alarm.timer else "alarm"
    if alarm.label and not is_phrase(alarm.label):
        return f"{whose} {_addressed(alarm.label)} {kind}"
    if alarm.timer and not alarm.label:
        length = spoken_duration(alarm.seconds)
        if " and " in length:
            return f"{whose} timer of {length}"
        return f"{whose} {length.removesuffix('s')} timer"
    return f"{whose} {kind}"


def is_phrase(label: str) -> bool:
    """Whether a label is something to do, or too long to stand before a noun."""
    words = label.lower().split()
    return len(words) > 3 or bool(words and words[0] in _VERBS and len(words) > 1)


def _addressed(label: str) -> str:
    """As it is said to whoever said it: "my pills" are "your pills"."""
    label = re.sub(r"^(the|a|an|my) (?=\S+(?: \S+)?$)", "", label) if not is_phrase(label) else label
    return re.sub(r"\b(my|me|I)\b", lambda said: {"my": "your", "me": "you"}.get(said.group(), "you"), label)


def chime(context: Context) -> Artifact:
    """Two soft strokes of a bell, as a file of the session that is not listed among its resources.

    Raises:
        DataError: the folder cannot be written.
    """
    path = context.workspace.path(CHIME)
    sound = bell()
    try:
        if not path.exists():
            sf.write(path, sound, RATE, subtype="PCM_16")
    except (OSError, sf.LibsndfileError) as error:
        raise DataError(f"Cannot write {path}: {error}. Is the disk full?") from error
    seconds = len(sound) / RATE
    return Artifact("chime", path, "audio", seconds, RATE, made_by="alarm", provenance=Provenance("procedural"))


def bell(strokes: Sequence[float] = (880.0, 1318.5)) -> Samples:
    """A stroke for each of the pitches, in hertz, 0.25 s apart; mono float32 at `RATE`, shape (n,)."""
    length, apart = round(1.2 * RATE), round(0.25 * RATE)
    times = np.arange(length) / RATE
    attack = np.minimum(times / 0.005, 1.0)
    sound = np.zeros(length + apart * (len(strokes) - 1))
    for number, hertz in enumerate(strokes):
        partials = ((1.0, 1.0, 4.0), (2.0, 0.35, 7.0), (3.01, 0.15, 11.0))
        stroke = sum(
            level * np.exp(-decay * times) * np.sin(2 * np.pi * hertz * k * times) for k, level, decay in partials
        )
        sound[number * apart : number * apart + length] += attack * stroke
    fade = np.minimum((len(sound) - np.arange(len(sound))) / (0.05 * RATE), 1.0)
    return np.asarray(0.25 * fade * sound / np.abs(sound).max(), np.float32)


def _turns(context: Context) -> int:
    """How often the user has said something."""
    return sum(isinstance(turn, UserSaid) for turn in context.history.turns)
