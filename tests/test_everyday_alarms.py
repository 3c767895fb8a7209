"""Timers and alarms: kept, found again, and ringing on virtual time."""

import asyncio
import json
import random
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from assistant.alarms import Alarm, Alarms
from assistant.clock import run_virtually
from assistant.errors import DataError, TaskError
from assistant.events import Play, Reply, Say
from assistant.history import UserSaid
from assistant.stream import cancelled
from assistant.workspace import Workspace, load_audio
from router.abilities.memory import undo
from router.abilities.timers import cancel_timer, list_timers, set_alarm, set_timer
from router.dialogue.base import Call
from router.ringing import PAUSES_S, attend, bell, over
from router.router import Router
from router.task import Context, Missing, Outcome, Task
from tests.router_fakes import Scripted, collected, converse, spoken

BERLIN = ZoneInfo("Europe/Berlin")
MONDAY = datetime(2026, 11, 23, 14, 0, tzinfo=BERLIN)


class Clock:
    """A clock on the wall that goes with the loop, and can be set."""

    def __init__(self, start: datetime = MONDAY) -> None:
        self.start = start.astimezone(UTC)
        self.slept_s = 0.0

    def now(self) -> datetime:
        return (self.start + timedelta(seconds=self.elapsed())).astimezone(BERLIN)

    def elapsed(self) -> float:
        try:
            return asyncio.get_running_loop().time() + self.slept_s
        except RuntimeError:
            return self.slept_s

    def set(self, by: timedelta) -> None:
        self.start += by


class House:
    """A context whose alarms ring, and whoever is told."""

    def __init__(self, folder: Path, clock: Clock | None = None, path: Path | None = None) -> None:
        self.clock = clock or Clock()
        self.context = Context(Workspace(folder / "session"))
        self.context.alarms = Alarms(path, self.clock.now, self.clock.elapsed)
        self.told: list[tuple[float, str]] = []
        self.answers_after: float | None = None

    async def ask(self, task: Task, **arguments: Any) -> str:
        return (await task(self.context, arguments)).text

    async def listens(self) -> None:
        """Take what is to be said, and note when; say something after a while, if so minded."""
        loop = asyncio.get_running_loop()
        while True:
            unasked = await self.context.outbox.get()
            replies = await collected(unasked.replies())
            self.told.append((round(loop.time(), 1), spoken(replies)))
            self.replies: list[Reply] = replies
            if self.answers_after is not None:
                loop.call_later(self.answers_after, self.context.history.add, UserSaid("thanks"))

    async def during(self, seconds: float) -> None:
        """Let time go by with the alarms attended."""
        tasks = [asyncio.create_task(attend(self.context)), asyncio.create_task(self.listens())]
        await asyncio.sleep(seconds)
        for task in tasks:
            await cancelled(task)


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path)


def live(main: Callable[[], Coroutine[Any, Any, None]]) -> None:
    run_virtually(main())


# ------------------------------------------------------------------------- ringing


def test_a_timer_rings_on_time_with_a_chime_and_its_name(house: House) -> None:
    async def main() -> None:
        assert await house.ask(set_timer, seconds=300, label="tea") == "Your tea timer is set for 5 minutes."
        house.answers_after = 1.0
        await house.during(400)

    live(main)
    assert house.told == [(300.0, "Your tea timer is over.")]
    play, say = house.replies
    assert isinstance(play, Play) and isinstance(say, Say)
    sound, rate = load_audio(play.artifact.path)
    assert len(sound) / rate == pytest.approx(play.artifact.seconds)
    assert house.context.workspace.artifacts == []


def test_it_rings_again_with_growing_pauses_until_something_is_said(house: House) -> None:
    async def main() -> None:
        await house.ask(set_timer, seconds=60)
        await house.during(75)
        house.context.history.add(UserSaid("okay okay"))
        await house.during(300)

    live(main)
    assert [at for at, _ in house.told] == [60.0, 64.0, 72.0]
    assert house.told[0][1] == "Your 1 minute timer is over."


def test_it_gives_up_in_the_end(house: House) -> None:
    async def main() -> None:
        await house.ask(set_timer, seconds=10)
        await house.during(3600)

    live(main)
    assert len(house.told) == len(PAUSES_S)


def test_what_was_said_before_it_rang_does_not_silence_it(house: House) -> None:
    async def main() -> None:
        await house.ask(set_timer, seconds=10)
        house.context.history.add(UserSaid("something else"))
        await house.during(15)

    live(main)
    assert [at for at, _ in house.told] == [10.0, 14.0]


def test_several_ring_each_at_its_time(house: House) -> None:
    async def main() -> None:
        house.answers_after = 0.5
        for seconds, label in ((120, "eggs"), (60, "tea"), (60.5, "take the bread out")):
            await house.ask(set_timer, seconds=seconds, label=label)
        await house.during(200)

    live(main)
    assert house.told == [
        (60.0, "Your tea timer is over."),
        (60.5, "Your timer is over: take the bread out."),
        (120.0, "Your eggs timer is over."),
    ]


def test_a_timer_that_is_set_while_another_is_waited_for_is_not_missed(house: House) -> None:
    async def main() -> None:
        house.answers_after = 0.5
        await house.ask(set_timer, seconds=3000)

        async def later() -> None:
            await asyncio.sleep(7)
            await house.ask(set_timer, seconds=1, label="quick")

        async with asyncio.TaskGroup() as group:
            group.create_task(later())
            group.create_task(house.during(20))

    live(main)
    assert house.told == [(8.0, "Your quick timer is over.")]


def test_an_alarm_rings_when_the_wall_says_so(house: House) -> None:
    async def main() -> None:
        assert await house.ask(set_alarm, time="half past two") == "Your alarm is set for 2:30 PM."
        assert (
            await house.ask(set_alarm, time="2:31 pm", label="take my pills") == "Okay, I will remind you at 2:31 PM."
        )
        house.answers_after = 1.0
        await house.during(3600)

    live(main)
    assert house.told == [(1800.0, "It is 2:30 PM. This is your alarm."), (1860.0, "It is 2:31 PM: take your pills.")]


def test_muted_or_not_it_is_heard(house: House) -> None:
    async def main() -> None:
        house.context.volume_db = -np.inf
        await house.ask(set_timer, seconds=1)
        await house.during(2)

    live(main)
    assert house.context.volume_db == 0.0


# ------------------------------------------------------------------------- clocks


def test_summer_time_begins_and_the_alarm_is_on_the_new_time(tmp_path: Path) -> None:
    house = House(tmp_path, Clock(datetime(2027, 3, 27, 22, 0, tzinfo=BERLIN)))

    async def main() -> None:
        await house.ask(set_alarm, time="7 am tomorrow")
        await house.ask(set_timer, seconds=10 * 3600, label="sleep")
        house.answers_after = 1.0
        await house.during(12 * 3600)

    live(main)
    assert house.told == [  # nine hours of wall clock are eight
        (8 * 3600.0, "It is 7 AM. This is your alarm."),
        (10 * 3600.0, "Your sleep timer is over."),
    ]


def test_an_alarm_at_a_time_that_is_skipped_rings_at_the_next_one(tmp_path: Path) -> None:
    house = House(tmp_path, Clock(datetime(2027, 3, 28, 1, 0, tzinfo=BERLIN)))

    async def main() -> None:
        await house.ask(set_alarm, time="half past two at night")
        house.answers_after = 1.0
        await house.during(2 * 3600)

    live(main)
    assert [at for at, _ in house.told] == [3600.0]


@pytest.mark.parametrize("by", [timedelta(hours=1), timedelta(hours=-3)])
def test_who_sets_the_clock_sets_alarms_and_not_timers(house: House, by: timedelta) -> None:
    async def main() -> None:
        await house.ask(set_timer, seconds=600)
        await house.ask(set_alarm, time="6 pm")
        house.answers_after = 1.0

        async def later() -> None:
            await asyncio.sleep(100)
            house.clock.set(by)

        async with asyncio.TaskGroup() as group:
            group.create_task(later())
            group.create_task(house.during(24_000 - by.total_seconds()))

    live(main)
    assert sorted(at for at, _ in house.told) == sorted([600.0, 4 * 3600 - by.total_seconds()])


def test_who_sleeps_wakes_up_late_and_hears_how_late(house: House) -> None:
    async def main() -> None:
        await house.ask(set_timer, seconds=600, label="tea")

        async def later() -> None:
            await asyncio.sleep(100)
            house.clock.slept_s = 1700.0

        async with asyncio.TaskGroup() as group:
            group.create_task(later())
            group.create_task(house.during(300))

    live(main)
    assert len(house.told) == 1
    at, text = house.told[0]
    assert 100 <= at <= 130
    assert text == "Your tea timer ended 20 minutes and 20 seconds ago."


def test_several_that_were_missed_are_told_together(tmp_path: Path) -> None:
    path, clock = tmp_path / "alarms.json", Clock()

    async def before() -> None:
        house = House(tmp_path, clock, path)
        for minutes in (1, 2, 3, 4, 5):
            await house.ask(set_timer, seconds=60 * minutes)

    live(before)
    clock.set(timedelta(minutes=35))
    after = House(tmp_path, clock, path)
    live(lambda: after.during(300))
    assert [text for _, text in after.told] == [
        "Your 5 minute timer ended 30 minutes ago. Your 4 minute timer ended 31 minutes ago. "
        "Your 3 minute timer ended 32 minutes ago. 2 more were due before."
    ]


# ------------------------------------------------------------------------- kept


def test_they_survive_a_restart(tmp_path: Path) -> None:
    path, clock = tmp_path / "data" / "alarms.json", Clock()

    async def before() -> None:
        house = House(tmp_path, clock, path)
        await house.ask(set_timer, seconds=600, label="tea")
        await house.ask(set_timer, seconds=7200, label="roast")
        await house.ask(set_alarm, time="seven tomorrow", label="Zoë's début")

    live(before)
    clock.set(timedelta(minutes=30))
    after = House(tmp_path, clock, path)

    async def again() -> None:
        after.answers_after = 1.0
        await after.during(5500)
        assert await after.ask(list_timers) == "Your Zoë's début alarm is set for 7 AM tomorrow."

    live(again)
    assert after.told == [(0.0, "Your tea timer ended 20 minutes ago."), (5400.0, "Your roast timer is over.")]


def test_a_file_that_is_broken_is_put_aside(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    path = tmp_path / "alarms.json"
    for content in ("[{", '{"a": 1}', '[{"id": 1}]', "[3]", '[{"id": 1, "at": "x", "seconds": 1, "label": ""}]'):
        path.write_text(content, encoding="utf-8")
        assert Alarms(path).all == []
        assert path.with_suffix(".broken").read_text(encoding="utf-8") == content
        assert not path.exists()
    assert "put aside" in caplog.text


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    alarms = Alarms(tmp_path / "file" / "alarms.json")
    with pytest.raises(DataError, match="cannot keep timers"):
        alarms.set_timer(10)
    assert alarms.all == []


def test_everything_is_read_back_from_the_file(tmp_path: Path) -> None:
    path, chance = tmp_path / "alarms.json", random.Random(7)
    alarms = Alarms(path)
    for _ in range(40):
        label = "".join(chance.choices('abc "\\\n\u00e9\u4e2d', k=chance.randrange(9)))
        if chance.random() < 0.5:
            alarms.set_timer(chance.uniform(10, 1e6), label)
        else:
            alarms.set_alarm(datetime(2030, 1, 1) + timedelta(minutes=chance.randrange(10**6)), label)
        if chance.random() < 0.3:
            alarms.remove(chance.choice(alarms.all))
        assert sorted(Alarms(path).all, key=lambda a: a.id) == sorted(alarms.all, key=lambda a: a.id)
    assert len({alarm.id for alarm in alarms.all}) == len(alarms.all)
    assert json.loads(path.read_text(encoding="utf-8"))


# ------------------------------------------------------------------------- asked for


def test_they_are_listed_with_what_is_left(house: House) -> None:
    async def main() -> None:
        assert await house.ask(list_timers) == "No timer or alarm is set."
        await house.ask(set_timer, seconds=600, label="the tea")
        await house.ask(set_alarm, time="7 am on friday")
        await house.ask(set_timer, seconds=90, label="call mom")
        await asyncio.sleep(30)
        tea = "Your tea timer has 9 minutes and 30 seconds left."
        alarm = "Your alarm is set for 7 AM on Friday."
        assert await house.ask(list_timers) == f"In 1 minute: call mom. {tea} {alarm}"
        assert await house.ask(list_timers, label="tea") == "Your tea timer has 9 minutes and 30 seconds left."

    live(main)


def test_one_is_cancelled_by_what_it_is_called(house: House) -> None:
    async def main() -> None:
        with pytest.raises(TaskError, match="No timer or alarm is set"):
            await house.ask(cancel_timer)
        for seconds, label in ((600, "tea"), (1200, "pasta"), (300, "")):
            await house.ask(set_timer, seconds=seconds, label=label)
        await house.ask(set_alarm, time="7 am tomorrow")
        assert await house.ask(cancel_timer, label="the past a timer") == "Okay, I cancelled the pasta timer."
        assert await house.ask(cancel_timer, label="5 minute timer") == "Okay, I cancelled the 5 minute timer."
        assert await house.ask(cancel_timer, label="alarm") == "Okay, I cancelled the alarm."
        with pytest.raises(TaskError, match=r"no such timer. Your tea timer has 10 minutes left."):
            await house.ask(cancel_timer, label="laundry")
        assert await house.ask(cancel_timer) == "Okay, I cancelled the tea timer."

    live(main)
    assert house.context.alarms.all == []


def test_with_several_it_asks_which(house: House) -> None:
    async def main() -> None:
        await house.ask(set_timer, seconds=600, label="tea")
        await house.ask(set_alarm, time="7 am tomorrow")
        with pytest.raises(Missing, match="Which one: the tea timer or the alarm for 7 AM tomorrow?") as asked:
            await house.ask(cancel_timer)
        assert (asked.value.pending.task, asked.value.pending.missing) == ("cancel_timer", "label")
        assert await house.ask(cancel_timer, label="7 am") == "Okay, I cancelled the alarm."
        await house.ask(set_timer, seconds=60)
        assert await house.ask(cancel_timer, label="all") == "Okay, I cancelled all 2."
        assert house.context.alarms.all == []
        assert await house.ask(undo) == "Okay, I took back cancelling all 2."
        assert len(house.context.alarms.all) == 2

    live(main)


def test_setting_is_undone(house: House) -> None:
    async def main() -> None:
        await house.ask(set_timer, seconds=600, label="tea")
        assert await house.ask(undo) == "Okay, I took back the tea timer."
        with pytest.raises(TaskError, match="nothing that I could undo"):
            await house.ask(undo)

    live(main)
    assert house.context.alarms.all == []


def test_what_is_missing_is_asked_for(house: House) -> None:
    async def main() -> None:
        for arguments in ({}, {"seconds": "the tea"}):
            with pytest.raises(Missing, match="For how long?"):
                await set_timer(house.context, arguments)
        with pytest.raises(Missing, match="For what time?"):
            await set_alarm(house.context, {})
        with pytest.raises(Missing, match="did not understand the time") as asked:
            await set_alarm(house.context, {"time": "lunch", "label": "soup"})
        assert asked.value.pending.arguments == {"label": "soup"}
        assert await house.ask(set_timer, seconds="ten minutes for the eggs") == "Your timer is set for 10 minutes."

    live(main)


def test_what_cannot_be_set_is_refused(house: House) -> None:
    async def main() -> None:
        with pytest.raises(TaskError, match="one time only"):
            await house.ask(set_alarm, time="every weekday at seven")
        with pytest.raises(TaskError, match="over already"):
            await house.ask(set_alarm, time="1 pm today")
        with pytest.raises(TaskError):
            await house.ask(set_timer, seconds=0)
        with pytest.raises(TaskError):
            await house.ask(set_timer, seconds=1e9)

    live(main)


@pytest.mark.parametrize(
    ("label", "text"),
    [
        ("", "Your timer of 1 hour and 20 minutes is over."),
        ("my tea", "Your tea timer is over."),
        ("the green tea", "Your green tea timer is over."),
        ("call my mother", "Your timer is over: call your mother."),
        ("chocolate chip cookies with nuts", "Your timer is over: chocolate chip cookies with nuts."),
    ],
)
def test_what_is_said_when_it_rings(label: str, text: str) -> None:
    assert over(Alarm(1, MONDAY.astimezone(UTC), 4800.0, label)) == text


def test_the_bell_is_soft_and_does_not_click() -> None:
    sound = bell()
    assert np.abs(sound).max() == pytest.approx(0.25, abs=0.01)
    assert np.abs(sound[0]) < 0.001 and np.abs(sound[-1]) < 0.001


def test_outcomes_are_fit_to_be_spoken(house: House) -> None:
    async def main() -> None:
        outcome: Outcome = await set_timer(house.context, {"seconds": 1})
        assert outcome.text == "Your timer is set for 1 second."

    live(main)


def test_the_router_has_them_ring_beside_the_conversation(house: House) -> None:
    call = Call("set_timer", {"seconds": 30, "label": "tea"})
    router = Router(house.context, Scripted((call,), explains=False))
    house.context.attendants.append(attend)

    async def main() -> None:
        attending = asyncio.create_task(router.attend())
        assert spoken(await converse(router, "Set a tea timer.")) == "Your tea timer is set for 30 seconds."
        unasked = await house.context.outbox.get()
        assert asyncio.get_running_loop().time() == pytest.approx(30.0, abs=0.1)
        assert spoken(await collected(unasked.replies())) == "Your tea timer is over."
        assert unasked.tasks == ("set_timer",)
        await cancelled(attending)

    live(main)
