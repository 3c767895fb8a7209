"""Engines in processes of their own: real ones."""

import asyncio
import logging
import os
import signal
import stat
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from assistant.errors import DataError, EngineError, EngineMissing, JobCancelled
from models import wire
from models.base import Job, Made, MadeFile, Posteriors, SoundEvent
from models.faults import EngineBroken, OutOfMemory
from models.options import ModelsOptions
from models.process import Process
from models.residency import Residency
from models.slot import State
from models.spec import Spec
from tests.model_fakes import card, entry


def process(loads: str = "", interpreter: Path | None = None, grace_s: float = 3.0) -> Process:
    options = {"loads": loads} if loads else {}
    return Process(Spec(card(), "tests.model_fakes:Obedient", None, options), interpreter, grace_s)


@pytest.fixture
def engine() -> Iterator[Process]:
    made = process(grace_s=0.3)
    made.load()
    yield made
    made.drop()


def job(folder: Path, text: str) -> Job:
    return Job("say_back", folder, {"text": text}, seed=7)


def ignore(share: float) -> None:
    """A report that nobody reads."""


def children() -> list[psutil.Process]:
    """Processes of ours that run or are left behind."""
    return list(psutil.Process().children())


def gone(pid: int) -> bool:
    """Whether a process ends soon and leaves nothing."""
    deadline = time.monotonic() + 5
    while psutil.pid_exists(pid) and time.monotonic() < deadline:
        time.sleep(0.01)
    return not psutil.pid_exists(pid)


def test_a_job_and_its_result_go_there_and_back_whole(engine: Process, tmp_path: Path) -> None:
    (tmp_path / "given.txt").write_text("ünïcode\nand lines")
    shares: list[float] = []
    made = engine.run(
        Job("say_back", tmp_path, {"text": "höre\n{", "n": [1, None, True]}, {"audio": tmp_path / "given.txt"}, 7),
        shares.append,
    )
    assert made == Made(
        "höre\n{",
        (MadeFile(tmp_path / "made.txt", "the copy", "text"),),
        (SoundEvent("dog", 1.0, 2.5, 0.75),),
        Posteriors(("dog", "rain"), 0.5, ((0.25, 0.75), (1.0, 0.0))),
        {"seed": 7, "task": "say_back"},
        "It did not help.",
    )
    assert (tmp_path / "made.txt").read_text() == "ünïcode\nand lines"
    assert 0.5 in shares


def test_what_libraries_print_goes_to_the_debug_log(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG, "models.child"):
        made = process()
        made.load()
        made.drop()
    said = [(record.levelname, record.getMessage()) for record in caplog.records]
    assert ("DEBUG", "echo: a library prints on standard output") in said
    assert ("DEBUG", "echo: a library prints on standard error") in said
    assert {level for level, _ in said} == {"DEBUG"}


def test_it_takes_the_memory_that_its_process_says(engine: Process) -> None:
    assert 5 < engine.takes.host_mb < 2000
    assert engine.takes.gpu_mb == 0


def test_dropped_it_is_gone_and_leaves_no_zombie(engine: Process) -> None:
    pid = engine.pid
    assert pid is not None and psutil.pid_exists(pid)
    engine.drop()
    assert not psutil.pid_exists(pid)
    assert (engine.alive, engine.pid) == (False, None)
    assert pid not in [child.pid for child in children()]


@pytest.mark.parametrize("text", ["die", "abort"])
def test_one_that_dies_in_a_job_is_noticed_and_started_again(engine: Process, tmp_path: Path, text: str) -> None:
    pid = engine.pid
    began = time.monotonic()
    with pytest.raises(EngineBroken, match=r"^The process of the engine echo died\.$"):
        engine.run(job(tmp_path, text), ignore)
    assert time.monotonic() - began < 5
    assert pid is not None and gone(pid)
    assert not engine.alive
    assert engine.run(job(tmp_path, "pid"), ignore).text == str(engine.pid) != str(pid)


def test_one_that_is_killed_between_jobs_is_started_again(engine: Process, tmp_path: Path) -> None:
    pid = engine.pid
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    assert gone(pid)
    assert engine.run(job(tmp_path, "hello"), ignore).text == "hello"


def test_a_job_that_is_not_wanted_is_cancelled_and_the_process_stays(engine: Process, tmp_path: Path) -> None:
    pid, asked = engine.pid, []

    def report(share: float) -> None:
        asked.append(time.monotonic())
        if len(asked) == 3:
            raise JobCancelled("The job is no longer wanted.")

    with pytest.raises(JobCancelled):
        engine.run(job(tmp_path, "loop"), report)
    assert time.monotonic() - asked[-1] < 0.5
    assert engine.run(job(tmp_path, "pid"), ignore).text == str(pid)


def test_one_that_takes_no_notice_is_ended(engine: Process, tmp_path: Path) -> None:
    pid = engine.pid
    began = time.monotonic()

    def report(share: float) -> None:
        if time.monotonic() - began > 0.3:
            raise JobCancelled("The job is no longer wanted.")

    with pytest.raises(JobCancelled):
        engine.run(job(tmp_path, "deaf"), report)
    assert time.monotonic() - began < 3
    assert pid is not None and gone(pid)
    assert engine.run(job(tmp_path, "hello"), ignore).text == "hello"


def test_numbers_that_are_none_become_null_or_are_nonsense(engine: Process, tmp_path: Path) -> None:
    assert engine.run(job(tmp_path, "nan"), ignore).facts == {"level": None, "levels": [1.0, None]}
    with pytest.raises(EngineBroken, match="in a way that I do not understand"):
        engine.run(job(tmp_path, "nan event"), ignore)
    given = Job("say_back", tmp_path, {"text": "hello", "level": float("nan")})
    assert engine.run(given, ignore).text == "hello"


def test_its_errors_are_ours_and_its_secrets_are_for_the_log(engine: Process, tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"^The file holds no sound\.$"):
        engine.run(job(tmp_path, "data"), ignore)
    with pytest.raises(OutOfMemory, match=r"^The engine echo ran out of memory\.$"):
        engine.run(job(tmp_path, "memory"), ignore)
    for text in ("raise", "exit"):
        with pytest.raises(EngineBroken, match=r"^The engine echo broke down\.$"):
            engine.run(job(tmp_path, text), ignore)


@pytest.mark.parametrize(
    ("loads", "error", "sentence"),
    [
        ("missing", EngineBroken, "The engine echo broke down."),
        ("dies", EngineBroken, "The process of the engine echo died."),
        ("memory", OutOfMemory, "The engine echo ran out of memory."),
    ],
)
def test_one_that_cannot_be_loaded_says_why_and_is_gone(loads: str, error: type[EngineError], sentence: str) -> None:
    before = len(children())
    made = process(loads)
    with pytest.raises(error) as caught:
        made.load()
    assert str(caught.value) == sentence
    assert not made.alive
    assert len(children()) == before


def test_an_interpreter_that_is_not_there_is_named() -> None:
    with pytest.raises(EngineMissing, match=r"^The interpreter of echo, /nowhere/python, cannot be started"):
        process(interpreter=Path("/nowhere/python")).load()


def test_an_interpreter_that_is_no_python_is_no_engine() -> None:
    with pytest.raises(EngineBroken, match="died"):
        process(interpreter=Path("/bin/false")).load()


def test_a_package_that_its_interpreter_lacks_is_named() -> None:
    made = Process(Spec(card(), "nowhere_at_all:Engine"))
    with pytest.raises(EngineMissing, match="pip install nowhere_at_all"):
        made.load()


def test_another_program_may_be_an_engine_if_it_speaks_the_same(tmp_path: Path) -> None:
    script = tmp_path / "python"
    script.write_text(
        "#!/bin/sh\n"
        "read spec\n"
        'echo \'{"ready": {"host_mb": 12.5, "gpu_mb": 0}}\'\n'
        "while read job; do\n"
        '    echo \'{"share": 0.5, "id": 1}\'\n'
        '    echo \'{"made": {"text": "from the shell"}, "id": 1}\'\n'
        "done\n"
    )
    script.chmod(script.stat().st_mode | stat.S_IXUSR)
    made = process(interpreter=script)
    made.load()
    assert made.takes.host_mb == 12.5
    assert made.run(job(tmp_path, "hello"), ignore).text == "from the shell"
    made.drop()


@pytest.mark.parametrize("answer", ["hello", '{"made": {"facts": {"x": NaN}}, "id": 1}', "[1]", '{"made": 7, "id": 1}'])
def test_nonsense_is_called_so(tmp_path: Path, answer: str) -> None:
    script = tmp_path / "python"
    script.write_text(f"#!/bin/sh\nread spec\necho '{{\"ready\": {{}}}}'\nread job\necho '{answer}'\nread end\n")
    script.chmod(script.stat().st_mode | stat.S_IXUSR)
    made = process(interpreter=script)
    made.load()
    with pytest.raises(EngineBroken, match="in a way that I do not understand"):
        made.run(job(tmp_path, "hello"), ignore)
    made.drop()


def test_a_residency_starts_it_again_when_it_dies_and_ends_it_with_itself(tmp_path: Path) -> None:
    async def scenario() -> None:
        options = ModelsOptions(pause_s=0.2, interpreters={"echo": Path(sys.executable)})
        async with Residency([entry(kind="Obedient")], options) as models:
            first = (await models.run(job(tmp_path, "pid"))).made.text
            with pytest.raises(EngineError, match=r"died\. It is tried again after 0\.2 seconds\.$"):
                await models.run(job(tmp_path, "die"))
            assert models.residents[0].state is State.OUT
            await asyncio.sleep(0.3)
            second = (await models.run(job(tmp_path, "pid"))).made.text
            assert second != first
            os.kill(int(second), signal.SIGKILL)
            assert gone(int(second))
            third = (await models.run(job(tmp_path, "pid"))).made.text  # noticed before the job, so it is not lost
            assert models.residents[0].takes.host_mb > 5
        assert gone(int(third))

    asyncio.run(scenario())


def test_the_end_ends_a_process_in_the_midst_of_a_job(tmp_path: Path) -> None:
    before = len(children())

    async def scenario() -> None:
        async with Residency([entry(kind="Obedient", apart=True)]) as models:
            task = asyncio.create_task(models.run(job(tmp_path, "loop")))
            while models.residents[0].state is not State.RUNNING:  # noqa: ASYNC110
                await asyncio.sleep(0.01)
        with pytest.raises(EngineError):
            await task

    asyncio.run(scenario())
    assert len(children()) == before


def test_a_process_whose_parent_dies_ends_too(tmp_path: Path) -> None:
    made = process()
    made.load()
    pid = made.pid
    assert pid is not None and made._child is not None and made._child._process.stdin is not None
    made._child._process.stdin.close()  # what the system does with the pipes of the dead
    assert gone(pid)
    made.drop()


def test_a_message_is_one_line_without_nan() -> None:
    with pytest.raises(ValueError, match="JSON"):
        wire.line({"share": float("nan")})
    assert wire.line({"text": "a\nb"}).count(b"\n") == 1
    assert wire.plain({"a": (1, float("inf")), "path": Path("/x"), 3: {"b"}}) == {
        "a": [1, None],
        "path": "/x",
        "3": "{'b'}",
    }
