"""Models in memory: who is loaded, who goes, who waits, and what is said when it fails."""

import asyncio
import math
import time
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from assistant.clock import run_virtually
from assistant.errors import DataError, EarshotError, EngineError, EngineMissing
from models.base import Job, JobDone, Made, Report
from models.budget import Footprint, Held, TooLarge, victims
from models.catalogue import Entry, missing
from models.limits import limit_of
from models.options import ModelsOptions, Policy
from models.residency import Residency
from models.slot import Gauge, State
from models.spec import Spec, built
from models.wording import megabytes, span
from tests.model_fakes import WAITS_S, Gate, Scripted, card, entry

SAY = Job("say_back", Path("/tmp"), {"text": "hello"})


@pytest.fixture(autouse=True)
def _fresh() -> Iterator[None]:
    Scripted.forget()
    yield


def gauge(host_mb: float = math.inf, gpu_mb: float = math.inf) -> Gauge:
    return Gauge(Scripted.memory.used, lambda: Footprint(host_mb, gpu_mb))


def residency(*entries: Entry, host_mb: float = math.inf, **options: Any) -> Residency:
    return Residency(entries, ModelsOptions(**options), gauge(host_mb * 2))


async def said(models: Residency, task: str = "say_back") -> JobDone:
    return await models.run(Job(task, Path("/tmp"), {"text": "hello"}))


async def refused(asked: Awaitable[object]) -> str:
    """The sentence that something is refused with."""
    with pytest.raises(EngineError) as caught:
        await asked
    return str(caught.value)


def states(models: Residency) -> dict[str, State]:
    return {one.card.name: one.state for one in models.residents}


def failing(error: BaseException) -> Callable[..., Any]:
    def work(*_: object) -> Made:
        raise error

    return work


# ----------------------------------------------------------------------- a job


def test_a_job_is_done_by_an_engine_that_is_loaded_once_and_its_result_says_by_whom() -> None:
    async def scenario() -> None:
        models = residency(entry())
        for _ in range(3):
            done = await said(models)
        assert (done.made.text, done.provenance.engine, done.provenance.licence) == ("hello", "echo", "MIT")
        assert done.provenance.how == "model"
        assert Scripted.loads == ["echo"]
        (shown,) = models.residents
        assert (shown.state, shown.takes, shown.policy) == (State.READY, Footprint(100.0), "idle:10m")

    run_virtually(scenario())


def test_progress_is_told_on_the_loop_within_bounds() -> None:
    shares: list[float] = []

    def work(job: Job, report: Report) -> Made:
        for share in (-1.0, math.nan, 0.5, 1.0, 7.0):
            time.sleep(0.06)
            report(share)
        return Made()

    async def scenario() -> None:
        loop = asyncio.get_running_loop()

        def told(share: float) -> None:
            assert asyncio.get_running_loop() is loop
            shares.append(share)

        Scripted.on_run["echo"] = work
        await residency(entry()).run(SAY, told)

    asyncio.run(scenario())
    assert shares == [0.0, 0.0, 0.0, 0.5, 1.0, 1.0]


def test_two_jobs_of_one_model_run_one_after_the_other_and_two_models_at_once() -> None:
    running: list[str] = []
    most: list[int] = []

    def work(name: str) -> Callable[[Job, Report], Made]:
        def run(job: Job, report: Report) -> Made:
            running.append(name)
            assert running.count(name) == 1
            time.sleep(0.05)
            most.append(len(running))
            running.remove(name)
            return Made()

        return run

    async def scenario() -> None:
        Scripted.on_run.update(one=work("one"), two=work("two"))
        models = residency(entry("one", "first"), entry("two", "second"))
        await asyncio.gather(*(said(models, task) for task in ("first", "second") * 3))

    asyncio.run(scenario())
    assert max(most) == 2


def test_more_jobs_than_the_queue_holds_are_refused() -> None:
    async def scenario() -> None:
        gate = Gate()
        Scripted.on_run["echo"] = lambda job, report: gate.wait() or Made()  # type: ignore[func-returns-value]
        models = residency(entry(), queue=2)
        waiting = [asyncio.create_task(said(models)) for _ in range(2)]
        await asyncio.to_thread(gate.reached.wait)
        assert await refused(said(models)) == "The engine echo has 2 jobs to do already; ask again later."
        gate.open.set()
        await asyncio.gather(*waiting)
        await said(models)

    asyncio.run(scenario())


# ----------------------------------------------------------------- cancellation


def test_a_running_job_that_is_cancelled_is_let_be_at_once_and_the_engine_told() -> None:
    async def scenario() -> None:
        gate = Gate()
        Scripted.on_run["echo"] = gate.until_cancelled
        models = residency(entry())
        task = asyncio.create_task(said(models))
        await asyncio.to_thread(gate.reached.wait)
        began = time.monotonic()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        Scripted.on_run.clear()
        assert (await said(models)).made.text == "hello"
        assert time.monotonic() - began < 5  # a run that is not told goes on for ever
        assert Scripted.loads == ["echo"] and Scripted.drops == []

    asyncio.run(scenario())


def test_a_job_that_is_cancelled_in_the_queue_is_never_begun() -> None:
    async def scenario() -> None:
        gate, begun = Gate(), []

        def work(job: Job, report: Report) -> Made:
            begun.append(job.arguments["text"])
            gate.wait()
            return Made()

        Scripted.on_run["echo"] = work
        models = residency(entry())
        first = asyncio.create_task(said(models))
        await asyncio.to_thread(gate.reached.wait)
        second = asyncio.create_task(models.run(Job("say_back", Path("/tmp"), {"text": "no"})))
        await asyncio.sleep(0)
        second.cancel()
        with pytest.raises(asyncio.CancelledError):
            await second
        assert models.residents[0].queued == 1
        gate.open.set()
        await first
        await said(models)
        assert begun == ["hello", "hello"]

    asyncio.run(scenario())


def test_a_job_that_is_cancelled_while_its_model_is_loaded_leaves_a_loaded_model() -> None:
    async def scenario() -> None:
        gate = Gate()
        Scripted.on_load["echo"] = gate.wait
        models = residency(entry())
        task = asyncio.create_task(said(models))
        await asyncio.to_thread(gate.reached.wait)
        assert states(models) == {"echo": State.LOADING}
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        later = asyncio.create_task(said(models))  # joins the same loading
        await asyncio.sleep(0)
        gate.open.set()
        assert (await later).made.text == "hello"
        assert Scripted.loads == ["echo"]

    asyncio.run(scenario())


def test_a_job_that_is_cancelled_while_its_model_waits_for_room_no_longer_waits() -> None:
    async def scenario() -> None:
        gate = Gate()
        Scripted.on_run["one"] = lambda job, report: gate.wait() or Made()  # type: ignore[func-returns-value]
        models = residency(
            entry("one", "first"), entry("two", "second"), entry("small", "third", host_mb=20.0), host_mb=150
        )
        first = asyncio.create_task(said(models, "first"))
        await asyncio.to_thread(gate.reached.wait)
        second = asyncio.create_task(said(models, "second"))
        await asyncio.sleep(0.01)
        assert states(models)["two"] is State.WAITING
        second.cancel()
        with pytest.raises(asyncio.CancelledError):
            await second
        await said(models, "third")  # the way is free for one that fits
        assert states(models) == {"one": State.RUNNING, "two": State.ABSENT, "small": State.READY}
        gate.open.set()
        await first
        await said(models, "second")

    asyncio.run(scenario())


def test_a_job_that_takes_too_long_is_given_up_and_the_model_is_used_again() -> None:
    async def scenario() -> None:
        gate = Gate()
        Scripted.on_run["echo"] = gate.until_cancelled
        models = residency(entry(), timeout_s=0.1)
        assert await refused(said(models)) == "The engine echo was not done within 0.1 seconds."
        Scripted.on_run.clear()
        assert (await said(models)).made.text == "hello"

    asyncio.run(scenario())


def test_a_model_that_is_not_free_in_time_is_not_waited_for() -> None:
    async def scenario() -> None:
        gate = Gate()
        Scripted.on_run["echo"] = lambda job, report: gate.wait() or Made()  # type: ignore[func-returns-value]
        models = residency(entry(), wait_s=0.1)
        first = asyncio.create_task(said(models))
        await asyncio.to_thread(gate.reached.wait)
        assert await refused(said(models)) == "The engine echo was not free within 0.1 seconds."
        gate.open.set()
        await first

    asyncio.run(scenario())


# ----------------------------------------------------------------------- memory


def test_the_least_recently_used_goes_when_memory_is_short() -> None:
    async def scenario() -> None:
        models = residency(*(entry(name, name) for name in "abc"), host_mb=250)
        for task in ("a", "b", "a", "c"):
            await said(models, task)
            await asyncio.sleep(1)
        assert Scripted.drops == ["b"]
        assert states(models) == {"a": State.READY, "b": State.ABSENT, "c": State.READY}
        await said(models, "b")
        assert Scripted.drops == ["b", "a"]

    run_virtually(scenario())


def test_what_runs_is_not_evicted_but_waited_for() -> None:
    async def scenario() -> None:
        gate = Gate()
        Scripted.on_run["a"] = lambda job, report: gate.wait() or Made()  # type: ignore[func-returns-value]
        models = residency(entry("a", "a"), entry("b", "b"), host_mb=150)
        first = asyncio.create_task(said(models, "a"))
        await asyncio.to_thread(gate.reached.wait)
        second = asyncio.create_task(said(models, "b"))
        await asyncio.sleep(0.05)
        assert (Scripted.drops, states(models)["b"]) == ([], State.WAITING)
        gate.open.set()
        await asyncio.gather(first, second)
        assert Scripted.drops == ["a"]

    asyncio.run(scenario())


def test_what_is_being_loaded_is_not_evicted_and_its_memory_is_not_given_twice() -> None:
    async def scenario() -> None:
        gate = Gate()
        Scripted.on_load["a"] = gate.wait
        models = residency(entry("a", "a"), entry("b", "b"), host_mb=150)
        first = asyncio.create_task(said(models, "a"))
        await asyncio.to_thread(gate.reached.wait)
        second = asyncio.create_task(said(models, "b"))
        await asyncio.sleep(0.05)
        assert (Scripted.loads, states(models)) == ([], {"a": State.LOADING, "b": State.WAITING})
        gate.open.set()
        await asyncio.gather(first, second)
        assert (Scripted.loads, Scripted.drops) == (["a", "b"], ["a"])

    asyncio.run(scenario())


def test_a_budget_smaller_than_one_model_is_said() -> None:
    async def scenario() -> None:
        models = residency(entry("big", "a", host_mb=9000.0), entry("b", "b"), host_mb=8000)
        await said(models, "b")
        assert await refused(said(models, "a")) == (
            "The engine big needs about 9 gigabytes of memory, and models have 8 gigabytes in all, together with what "
            "the conversation needs. The setting models.host_mb says how much."
        )
        assert Scripted.drops == []  # nobody went for nothing

    run_virtually(scenario())


def test_a_model_for_the_gpu_says_so_where_there_is_none() -> None:
    async def scenario() -> None:
        models = Residency([entry(gpu_mb=500.0)], gauge=gauge(math.inf, 0.0))
        assert await refused(said(models)) == "The engine echo needs a GPU, and models have none here."

    run_virtually(scenario())


def test_what_a_model_was_measured_to_take_counts_and_not_what_its_card_says() -> None:
    async def scenario() -> None:
        models = residency(entry("a", "a", options={"host_mb": 240.0}), entry("b", "b"), host_mb=250)
        await said(models, "a")
        assert models.residents[0].takes == Footprint(240.0)
        await said(models, "b")
        assert Scripted.drops == ["a"]

    run_virtually(scenario())


def test_an_adopted_engine_is_preferred_counts_and_never_goes() -> None:
    async def scenario() -> None:
        models = residency(entry("a", "say_back"), entry("b", "b"), host_mb=250)
        own = Scripted(card("own"), None)
        models.adopt(own.card, own, Footprint(100.0))
        assert models.engine("say_back") == own.card
        assert (await said(models)).provenance.engine == "own"
        await said(models, "b")
        await models.warm("a")
        assert Scripted.drops == ["b"]
        assert await refused(models.drop("own")) == "The conversation itself needs own; it stays."
        assert models.residents[0].lasting and models.residents[0].policy == "conversation"
        async with models:
            pass
        assert "own" not in Scripted.drops and "a" in Scripted.drops

    run_virtually(scenario())


def test_victims_are_the_least_recently_used_that_help_and_the_cherished_last() -> None:
    held = [
        Held("gpu", Footprint(gpu_mb=100), 1.0),
        Held("dear", Footprint(100), 2.0, cherished=True),
        Held("new", Footprint(100), 5.0),
        Held("old", Footprint(100), 4.0),
        Held("busy", Footprint(100), 0.0, free=False),
    ]
    limit = Footprint(400, 100)
    assert victims(Footprint(), held, limit) == []
    assert victims(Footprint(100), held, limit) == ["old"]
    assert victims(Footprint(200), held, limit) == ["old", "new"]
    assert victims(Footprint(300), held, limit) == ["old", "new", "dear"]
    assert victims(Footprint(400), held, limit) is None
    assert victims(Footprint(0, 50), held, limit) == ["gpu"]
    with pytest.raises(TooLarge):
        victims(Footprint(401), held, limit)
    with pytest.raises(TooLarge):
        victims(Footprint(301), [Held("own", Footprint(100), 0.0, lasting=True)], limit)


# --------------------------------------------------------------------- policies


def test_models_that_are_always_there_are_loaded_in_the_background_at_start() -> None:
    async def scenario() -> None:
        gate = Gate()
        Scripted.on_load["dear"] = gate.wait
        models = residency(entry("dear", "a"), entry("b", "b"), policy={"dear": "always"})
        async with models:
            assert states(models)["dear"] is State.ABSENT  # nobody waited for it
            await asyncio.to_thread(gate.reached.wait)
            gate.open.set()
            await models.warm("dear")
            assert (Scripted.loads, states(models)["dear"]) == (["dear"], State.READY)

    asyncio.run(scenario())
    assert Scripted.drops == ["dear"]


def test_an_idle_model_is_let_go_after_its_time_and_not_while_it_is_used() -> None:
    async def scenario() -> None:
        models = residency(entry("a", "a"), entry("b", "b"), policy={"a": "idle:10m", "b": "on_demand"})
        await said(models, "a")
        await said(models, "b")
        await asyncio.sleep(599)
        await said(models, "a")
        await asyncio.sleep(599)
        assert Scripted.drops == []
        await asyncio.sleep(2)
        assert Scripted.drops == ["a"]
        await asyncio.sleep(100_000)
        assert Scripted.drops == ["a"]

    run_virtually(scenario())


def test_warm_loads_and_drop_lets_go() -> None:
    async def scenario() -> None:
        models = residency(entry())
        await models.warm("echo")
        await models.warm("echo")
        assert states(models) == {"echo": State.READY}
        await models.drop("echo")
        await models.drop("echo")
        assert (Scripted.loads, Scripted.drops, states(models)) == (["echo"], ["echo"], {"echo": State.ABSENT})
        assert await refused(models.warm("what")) == "There is no model what here; there is echo."

    run_virtually(scenario())


@pytest.mark.parametrize(
    ("text", "policy"),
    [
        ("always", Policy("always")),
        ("on_demand", Policy("on_demand")),
        ("idle:90s", Policy("idle", 90)),
        ("idle:10m", Policy("idle", 600)),
        ("Idle:1.5h", Policy("idle", 5400)),
    ],
)
def test_a_policy_is_read_and_written(text: str, policy: Policy) -> None:
    assert Policy.read(text) == policy
    assert Policy.read(str(policy)) == policy


@pytest.mark.parametrize(
    "text", ["", "never", "idle", "idle:", "idle:10", "idle:m", "idle:-1m", "idle:0s", "always:1m"]
)
def test_what_is_no_policy_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="such as"):
        ModelsOptions(policy={"echo": text} if text else {}, default_policy=text or "?")


# ------------------------------------------------------------------------ choice


def test_the_first_engine_for_a_task_is_chosen_and_the_settings_may_choose_another() -> None:
    entries = [entry("best", "say_back"), entry("next", "say_back"), entry("other", "hum")]
    assert residency(*entries).engine("say_back") == entries[0].card
    assert residency(*entries, engines={"say_back": "next"}).engine("say_back") == entries[1].card
    assert residency(*entries, engines={"say_back": "other"}).engine("say_back") is None
    assert residency(*entries).engine("dance") is None


def test_one_that_may_not_be_used_commercially_is_used_only_if_it_is_named() -> None:
    own = entry("own", "say_back", commercial=False)
    assert residency(own).engine("say_back") is None
    assert residency(own, engines={"say_back": "own"}).engine("say_back") == own.card
    assert run_virtually(refused(said(residency(own)))) == (
        "The only engine to say back is own, which may not be used commercially. To use it all the same, name it in "
        "the settings as the engine for say_back."
    )


def test_refusals_say_what_would_help(tmp_path: Path) -> None:
    lacking = Entry(card("whisper-tiny"), "tests.model_fakes:Scripted", weights="whisper-tiny")
    assert run_virtually(refused(said(residency()))) == "There is no engine here yet to say back."
    assert run_virtually(refused(said(residency(lacking, folder=tmp_path)))) == (
        "The engine whisper-tiny lacks its weights. Get them with: assistant models pull whisper-tiny"
    )
    (tmp_path / "whisper-tiny").mkdir()
    assert run_virtually(said(residency(lacking, folder=tmp_path))).made.text == "hello"
    assert Scripted.made["whisper-tiny"].folder == tmp_path / "whisper-tiny"
    assert missing(lacking, ModelsOptions(folder=tmp_path)) == ""
    strange = residency(entry(), engines={"say_back": "what"})
    assert run_virtually(refused(said(strange))) == (
        "The settings want what to say back, and there is no such engine for it."
    )


def test_an_engine_whose_package_is_missing_says_which() -> None:
    with pytest.raises(EngineMissing, match="echo needs a package that is not installed: pip install nowhere_at_all"):
        built(Spec(card(), "nowhere_at_all:Engine"))


# ----------------------------------------------------------------------- failure


def test_one_that_cannot_be_loaded_is_passed_over_and_tried_again_later() -> None:
    async def scenario() -> None:
        Scripted.on_load["best"] = failing(RuntimeError("a secret of its own"))
        models = residency(entry("best", "say_back"), entry("next", "say_back"), pause_s=10)
        assert (await said(models)).provenance.engine == "next"
        assert models.engine("say_back") == card("next", "say_back")
        shown = models.residents[0]
        assert (shown.state, shown.fault) == (
            State.OUT,
            "The engine best broke down. It is tried again after 10 seconds.",
        )
        Scripted.on_load.clear()
        await asyncio.sleep(11)
        assert (await said(models)).provenance.engine == "best"

    run_virtually(scenario())


def test_one_that_crashes_is_taken_out_said_and_restored_and_rests_longer_each_time() -> None:
    async def scenario() -> None:
        Scripted.on_run["echo"] = failing(ZeroDivisionError("a secret"))
        models = residency(entry(), pause_s=10)
        for pause in ("10 seconds", "20 seconds", "40 seconds"):
            sentence = f"The engine echo broke down. It is tried again after {pause}."
            assert await refused(said(models)) == sentence
            assert await refused(said(models)) == sentence  # it is left alone
            await asyncio.sleep(41)
        assert Scripted.drops == ["echo"] * 3
        Scripted.on_run.clear()
        await said(models)
        Scripted.on_run["echo"] = failing(AssertionError())
        assert "10 seconds" in await refused(said(models))  # having done a job, it starts anew

    run_virtually(scenario())


def test_one_that_runs_out_of_memory_makes_others_go_and_can_be_asked_again() -> None:
    async def scenario() -> None:
        Scripted.on_run["big"] = failing(RuntimeError("CUDA out of memory. Tried to allocate 20.00 MiB"))
        models = residency(entry("big", "say_back"), entry("idle", "b"))
        await said(models, "b")
        assert await refused(said(models)) == "The engine big ran out of memory. I made room for it; ask again."
        assert sorted(Scripted.drops) == ["big", "idle"]
        sentence = "The engine big ran out of memory. It is tried again after 30 seconds."
        assert await refused(said(models)) == sentence
        Scripted.on_run.clear()
        await said(models, "b")
        assert await refused(said(models)) == sentence
        await models.drop("idle")  # memory is free
        assert (await said(models)).made.text == "hello"

    run_virtually(scenario())


@pytest.mark.parametrize(
    "error",
    [
        MemoryError(),
        RuntimeError("CUDA failed with error out of memory"),
        RuntimeError("Failed to allocate memory for"),
        type("OutOfMemoryError", (RuntimeError,), {})("no text"),
        RuntimeError("std::bad_alloc"),
    ],
)
def test_want_of_memory_is_known_in_many_words(error: BaseException) -> None:
    Scripted.on_load["echo"] = failing(error)
    sentence = run_virtually(refused(said(residency(entry()))))
    assert sentence == "The engine echo ran out of memory. It is tried again after 15 seconds."


def test_errors_that_are_no_breakdown_are_passed_on_and_the_engine_stays() -> None:
    async def scenario() -> None:
        models = residency(entry())
        for error in (EngineError("There is no speech in it."), DataError("It holds no sound.")):
            Scripted.on_run["echo"] = failing(error)
            with pytest.raises(EarshotError) as caught:
                await said(models)
            assert caught.value is error
        assert (Scripted.drops, states(models)) == ([], {"echo": State.READY})

    run_virtually(scenario())


def test_one_that_is_always_there_comes_back_by_itself() -> None:
    async def scenario() -> None:
        Scripted.on_load["echo"] = failing(OSError("the disk is away"))
        async with residency(entry(), policy={"echo": "always"}, pause_s=5) as models:
            await asyncio.sleep(1)
            assert states(models) == {"echo": State.OUT}
            Scripted.on_load.clear()
            await asyncio.sleep(5)
            assert states(models) == {"echo": State.READY}

    run_virtually(scenario())


# ------------------------------------------------------------------------ the end


def test_the_end_does_not_wait_for_a_thread_that_is_still_at_work() -> None:
    gate = Gate()

    async def scenario() -> None:
        Scripted.on_run["echo"] = lambda job, report: gate.wait() or report(0.5) or Made()  # type: ignore[func-returns-value]
        async with residency(entry()) as models:
            task = asyncio.create_task(said(models))
            await asyncio.to_thread(gate.reached.wait)
        assert await refused(task) == "The engine echo was stopped."

    began = time.monotonic()
    asyncio.run(scenario())
    assert time.monotonic() - began < 0.8 * WAITS_S
    gate.open.set()  # the thread goes on, and reports to a loop that is closed


def test_the_end_of_the_loop_leaves_no_thread_in_trouble() -> None:
    gate, ended = Gate(), []

    def work(job: Job, report: Report) -> Made:
        gate.wait()
        try:
            report(0.5)
        except EngineError as error:
            ended.append(type(error).__name__)
            raise
        return Made()

    async def scenario() -> None:
        Scripted.on_run["echo"] = work
        models = residency(entry())
        asyncio.get_running_loop().create_task(said(models))  # noqa: RUF006
        await asyncio.to_thread(gate.reached.wait)

    asyncio.run(scenario())
    gate.open.set()
    deadline = time.monotonic() + WAITS_S
    while not ended and time.monotonic() < deadline:
        time.sleep(0.01)
    assert ended == ["JobCancelled"]


def test_a_queue_of_a_thousand_jobs_is_done_in_order() -> None:
    async def scenario() -> list[str]:
        models = residency(entry(), queue=1000)
        jobs = (models.run(Job("say_back", Path("/tmp"), {"text": str(n)})) for n in range(1000))
        return [done.made.text for done in await asyncio.gather(*jobs)]

    assert run_virtually(scenario()) == [str(n) for n in range(1000)]


def test_quantities_are_said_as_people_say_them() -> None:
    assert [span(s) for s in (1, 15, 60, 90, 600, 7200)] == [
        "1 second",
        "15 seconds",
        "1 minute",
        "1.5 minutes",
        "10 minutes",
        "2 hours",
    ]
    assert [megabytes(m) for m in (0, 312.4, 1000, 8125)] == [
        "0 megabytes",
        "312 megabytes",
        "1 gigabyte",
        "8.1 gigabytes",
    ]


def test_of_a_gpu_other_programs_keep_what_they_have() -> None:
    gauge = Gauge(lambda: Footprint(1000.0, 30_000.0), lambda: Footprint(16_000.0, 80_000.0))
    assert limit_of(ModelsOptions(), gauge, Footprint(500.0, 10_000.0)) == Footprint(8000.0, 54_000.0)
    assert limit_of(ModelsOptions(host_mb=1.0, gpu_mb=2.0), gauge, Footprint()) == Footprint(1.0, 2.0)


def test_an_engine_that_rests_is_still_the_one_and_says_so_itself() -> None:
    async def scenario() -> None:
        Scripted.on_run["echo"] = failing(ZeroDivisionError())
        models = residency(entry())
        await refused(said(models))
        assert models.engine("say_back") == card()
        assert await refused(said(models)) == "The engine echo broke down. It is tried again after 15 seconds."

    run_virtually(scenario())


def test_an_engine_that_takes_no_notice_counts_as_stuck_until_it_is_done() -> None:
    async def scenario() -> None:
        gate = Gate()
        Scripted.on_run["deaf"] = lambda job, report: gate.wait() or Made()  # type: ignore[func-returns-value]
        models = residency(entry("deaf", "say_back"), entry("next", "say_back"), timeout_s=0.05)
        models.grace_s = 0.05
        assert await refused(said(models)) == "The engine deaf was not done within 0.1 seconds."
        await asyncio.sleep(0.2)
        assert models.residents[0].fault == "The engine deaf is stuck in a job that nobody wants any more."
        assert (await said(models)).provenance.engine == "next"
        gate.open.set()
        await models.warm("deaf")
        Scripted.on_run.clear()
        assert (await said(models)).provenance.engine == "deaf"

    asyncio.run(scenario())
