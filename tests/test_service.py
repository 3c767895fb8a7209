"""The service around a conversation: when it is ready, how it is asked, how it ends."""

import asyncio
import http.client
import json
import logging
import mmap
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from http import HTTPStatus
from io import StringIO
from pathlib import Path

import numpy as np
import pytest
from prometheus_client.parser import text_string_to_metric_families

from assistant.errors import EngineError, ServiceError
from assistant.events import (
    DeviceChanged,
    Event,
    Heard,
    Ignored,
    Level,
    Resumed,
    Said,
    Say,
    Show,
    Stages,
    State,
    StateChanged,
    TurnEnded,
    Woken,
    Working,
    Yielded,
)
from assistant.memory import largest_bytes, resident_bytes
from assistant.ports import Screen
from assistant.service.health import SILENT_S, STUCK_S, Health, Status
from assistant.service.lines import Lines, reason_class
from assistant.service.metrics import REASONS, Metrics
from assistant.service.notify import Notifier
from assistant.service.options import ServiceOptions
from assistant.service.residents import Residents
from assistant.service.resources import GpuMemory, gpu_memory
from assistant.service.server import CLIENTS, READ_S, Answer, serving
from assistant.service.service import HURRIED, Conversation, Service
from tests.test_screen import CONVERSATION

ANYWHERE = ServiceOptions(port=0)
LOST = DeviceChanged('microphone "USB Audio"', False, "The microphone was unplugged.")
BACK = DeviceChanged('microphone "USB Audio"', True, "The microphone is back.")
SECRET = "swordfish"
HEARD = Heard(SECRET, audio=np.ones(10, np.float32))


class Clock:
    """Time that a test moves."""

    def __init__(self) -> None:
        self.at = 100.0

    def __call__(self) -> float:
        return self.at


# -------------------------------------------------------------------- notify


@pytest.fixture
def heard(tmp_path: Path) -> Iterator[socket.socket]:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listening:
        listening.bind(str(tmp_path / "notify"))
        listening.settimeout(5)
        yield listening


def test_states_are_datagrams_to_the_socket_of_the_environment(heard: socket.socket) -> None:
    notifier = Notifier.from_environment({"NOTIFY_SOCKET": heard.getsockname(), "WATCHDOG_USEC": "3000000"})
    assert notifier.watchdog_s == 3.0
    notifier.ready("Listening.")
    notifier.status("Waiting.")
    notifier.alive()
    notifier.stopping()
    told = [heard.recv(4096) for _ in range(4)]
    assert told == [b"READY=1\nSTATUS=Listening.", b"STATUS=Waiting.", b"WATCHDOG=1", b"STOPPING=1\nSTATUS=Stopping."]


def test_an_abstract_socket_will_do() -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listening:
        listening.bind("")  # the system chooses an abstract name
        listening.settimeout(5)
        name = listening.getsockname().decode()
        Notifier("@" + name[1:]).alive()
        assert listening.recv(100) == b"WATCHDOG=1"


@pytest.mark.parametrize(
    "environment", [{}, {"NOTIFY_SOCKET": "/nowhere/notify"}, {"NOTIFY_SOCKET": "vsock:2:1"}, {"NOTIFY_SOCKET": "/"}]
)
def test_a_supervisor_that_is_not_there_is_not_missed(environment: dict[str, str]) -> None:
    Notifier.from_environment(environment).ready("Listening.")


def test_a_supervisor_that_does_not_listen_does_not_hold_up_anything(heard: socket.socket) -> None:
    for _ in range(5000):
        Notifier(heard.getsockname()).alive()


@pytest.mark.parametrize("usec", ["", "0", "-1", "soon"])
def test_no_watchdog_is_none(usec: str) -> None:
    assert Notifier.from_environment({"WATCHDOG_USEC": usec}).watchdog_s is None


def test_the_watchdog_of_another_process_is_not_ours() -> None:
    assert Notifier.from_environment({"WATCHDOG_USEC": "1000000", "WATCHDOG_PID": "1"}).watchdog_s is None


# -------------------------------------------------------------------- health


def health(*events: Event) -> tuple[Health, Clock]:
    clock = Clock()
    made = Health(lambda: ["No sound server listens."], clock)
    made.ready()
    for event in events:
        made.show(event)
    return made, clock


def test_before_it_is_ready_it_starts() -> None:
    report = Health().report()
    assert (report.status, report.fields["devices"]) == (Status.STARTING, {})


def test_it_is_well() -> None:
    well, clock = health(StateChanged(State.LISTENING), Level(-40), TurnEnded(Stages(0.0), HEARD, "", False))
    clock.at += 3
    well.engines = {"recognizer": "moonshine"}
    well.beat()
    fields = dict(well.report().fields)
    assert fields.pop("since")
    assert fields == {
        "status": "ok",
        "state": "listening",
        "engines": {"recognizer": "moonshine"},
        "devices": {"microphone": True, "loudspeaker": True},
        "last_turn_age_s": 3.0,
        "reasons": [],
    }


def test_a_device_that_is_away_is_told_with_why_and_forgotten_when_it_is_back() -> None:
    without, _ = health(LOST)
    report = without.report()
    assert (report.status, report.fields["devices"]["microphone"]) == (Status.DEGRADED, False)
    assert report.fields["reasons"] == ["The microphone was unplugged.", "No sound server listens."]
    without.show(BACK)
    assert without.report().status is Status.OK


def test_a_microphone_that_hangs_is_noticed_and_one_that_is_away_is_not_taken_for_hanging() -> None:
    hanging, clock = health(Level(-40))
    clock.at += SILENT_S
    hanging.beat()
    assert not hanging.hears
    assert "delivered nothing for 5 s" in hanging.report().fields["reasons"][0]
    hanging.show(LOST)
    clock.at += 60
    assert hanging.hears
    hanging.show(BACK)
    assert hanging.hears, "one that is back is given time"
    hanging.stopping()
    clock.at += 60
    assert hanging.hears, "nobody listens any longer"


def test_a_loop_that_hangs_is_told_by_the_thread_that_still_answers() -> None:
    hanging, clock = health()
    clock.at += STUCK_S + 1
    hanging.show(Level(-40))
    (reason,) = hanging.report().fields["reasons"]
    assert "has not come round for 6 s" in reason


# ------------------------------------------------------------------- metrics


def metrics(*events: Event) -> dict[str, float]:
    made = Metrics(Clock())
    for event in events:
        made.show(event)
    return values(made)


def values(made: Metrics) -> dict[str, float]:
    """Every sample, its labels in its name."""
    families = text_string_to_metric_families(made.text().decode())
    samples = (sample for family in families for sample in family.samples)
    return {"/".join((sample.name, *dict(sorted(sample.labels.items())).values())): sample.value for sample in samples}


def test_everything_is_there_before_anything_happened() -> None:
    nothing = metrics()
    for name in ("turns", "interruptions", "wakes", "microphone_dropped_samples"):
        assert nothing[f"earshot_{name}_total"] == 0
    for stage in ("recognized", "decided", "first_token", "first_audio", "first_sample"):
        assert nothing[f"earshot_stage_seconds_count/{stage}"] == 0
    assert nothing["earshot_device_losses_total/loudspeaker"] == 0
    assert nothing["process_resident_memory_bytes"] > 1e6


def test_a_turn_is_counted_with_its_stages() -> None:
    stages = Stages(10.0, 10.12, 10.3, 10.31, 10.35, 10.42)
    counted = metrics(TurnEnded(stages, HEARD, "", True), TurnEnded(Stages(11.0, 11.06), HEARD, "", False))
    assert (counted["earshot_turns_total"], counted["earshot_interruptions_total"]) == (2, 1)
    assert counted["earshot_stage_seconds_bucket/0.1/recognized"] == 1
    assert counted["earshot_stage_seconds_bucket/0.15/recognized"] == 2
    assert counted["earshot_stage_seconds_sum/first_sample"] == pytest.approx(0.42)
    assert counted["earshot_stage_seconds_count/first_sample"] == 1


def test_what_happens_besides_is_counted_by_its_kind() -> None:
    events = (Woken("hey", 1.0), Resumed(0.4, "no words"), Ignored(1.0, "too short"), Ignored(2.0, "too short"), LOST)
    counted = metrics(*events, BACK, StateChanged(State.HEARING))
    assert counted["earshot_wakes_total"] == 1
    assert counted["earshot_resumes_total/no words"] == 1
    assert counted["earshot_ignored_total/too short"] == 2
    assert counted["earshot_device_losses_total/microphone"] == 1
    assert (counted["earshot_state/hearing"], counted["earshot_state/listening"]) == (1, 0)


def test_what_is_read_when_it_is_asked_for() -> None:
    clock = Clock()
    made = Metrics(clock)
    made.live.dropped = lambda: 480
    made.live.residents = lambda: {"moonshine": 90_000_000}
    made.live.devices = lambda: {"microphone": False}
    made.live.gpus = lambda: [GpuMemory(0, 5, 80)]
    clock.at += 7
    read = values(made)
    assert read["earshot_microphone_dropped_samples_total"] == 480
    assert read["earshot_models_resident"] == 1
    assert read["earshot_model_memory_bytes/moonshine"] == 9e7
    assert read["earshot_device_present/microphone"] == 0
    assert read["earshot_gpu_memory_used_bytes/0"] == 5
    assert read["earshot_uptime_seconds"] == 7


def test_errors_in_the_log_are_counted() -> None:
    made = Metrics()
    log = logging.Logger("ours")
    log.addHandler(made.counting_errors())
    log.info("fine")
    log.warning("not so fine")
    log.error(SECRET)
    assert (values(made)["earshot_errors_total/warning"], values(made)["earshot_errors_total/error"]) == (1, 1)
    assert SECRET not in made.text().decode()


def test_reasons_that_could_quote_somebody_are_not_told_and_there_is_an_end_of_them() -> None:
    assert [reason_class(r) for r in ("too short", 'it said "x"', "The server: no.", "a" * 41)] == ["too short"] + [
        "other"
    ] * 3
    counted = metrics(*(Ignored(0.0, "reason " + "x" * n) for n in range(1, REASONS + 5)))
    assert len([name for name in counted if name.startswith("earshot_ignored_total/")]) == REASONS + 1
    assert counted["earshot_ignored_total/other"] == 4


def test_the_memory_of_models_is_what_the_process_grew_by() -> None:
    sizes = iter((100, 190, 180))
    residents = Residents(lambda: next(sizes))
    residents.begin()
    residents.loaded("moonshine")
    residents.loaded("lj")
    assert residents.bytes_of == {"moonshine": 90, "lj": 0}


def test_the_machine_tells_its_memory() -> None:
    before = resident_bytes()
    with mmap.mmap(-1, 64_000_000) as held:  # not an array: that may lie where another one was
        held.write(bytes(64_000_000))
        assert 32e6 < resident_bytes() - before < 160e6


def test_the_most_memory_that_was_is_ours_and_not_that_of_who_started_us() -> None:
    held = np.ones(40_000_000)
    assert largest_bytes() > 320e6
    told = "from assistant.memory import largest_bytes; print(largest_bytes())"
    child = int(subprocess.run([sys.executable, "-c", told], capture_output=True, check=True).stdout)
    assert held.nbytes == 320e6 and 3e6 < child < 100e6


def test_where_there_is_no_driver_there_is_no_gpu() -> None:
    assert gpu_memory("libnothing-of-the-kind.so") == []
    assert gpu_memory("libc.so.6") == [], "a library without the functions"


# --------------------------------------------------------------------- lines


def test_lines_tell_what_happens_and_nothing_that_was_said() -> None:
    out = StringIO()
    lines = Lines(out)
    spoken = (HEARD, Say(SECRET), Said(SECRET, False), Show(SECRET), Ignored(1.0, f'"{SECRET}"'), Woken(SECRET, 1.0))
    for event in (*spoken, Working("record_note"), *CONVERSATION):
        lines.show(event)
    assert SECRET not in out.getvalue()
    said = {"play", "note", "here", "two", "lines"}
    assert not said & set(out.getvalue().lower().replace('"', " ").split())
    assert "turn: recognized 100 ms, answered 120 ms" in out.getvalue()


def test_each_line_is_one_and_controls_nothing() -> None:
    out = StringIO()
    Lines(out).show(replace(LOST, text="It\nis\x1b[2Jgone."))
    assert out.getvalue() == "device: It is [2Jgone.\n"


class Gone(StringIO):
    def write(self, text: str) -> int:
        raise BrokenPipeError


def test_a_journal_that_is_gone_does_not_end_the_conversation() -> None:
    Lines(Gone()).show(Yielded(False))


# -------------------------------------------------------------------- server


def pages() -> dict[str, Callable[[], Answer]]:
    return {"/health": lambda: Answer(b"well", "text/plain")}


def asked(place: str, path: str = "/health", method: str = "GET", host: str = "localhost") -> http.client.HTTPResponse:
    connection = http.client.HTTPConnection(place.removeprefix("http://"), timeout=5)
    connection.request(method, path, headers={"Host": host})
    response = connection.getresponse()
    response.body = response.read()  # type: ignore[attr-defined]
    connection.close()
    return response


def test_pages_are_got_and_nothing_else() -> None:
    with serving(ANYWHERE, pages()) as place:
        assert asked(place).body == b"well"  # type: ignore[attr-defined]
        assert asked(place, "/health?verbose").status == 200
        assert [asked(place, path).status for path in ("/", "/health/", "/../health")] == [404] * 3
        refused = [asked(place, method=method) for method in ("POST", "PUT", "HEAD", "OPTIONS", "DELETE", "BREW")]
        assert [response.status for response in refused] == [405] * 6
        assert refused[0].getheader("Allow") == "GET"
        assert asked(place).getheader("Access-Control-Allow-Origin") is None


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("localhost:8765", 200),
        ("LOCALHOST", 200),
        ("127.0.0.1", 200),
        ("[::1]:8765", 200),
        ("192.168.1.7:80", 200),
        ("evil.example", 403),
        ("localhost.evil.example:8765", 403),
        ("127.0.0.1.evil.example", 403),
        ("", 403),
    ],
)
def test_a_name_that_somebody_could_point_here_is_refused(host: str, status: int) -> None:
    with serving(ANYWHERE, pages()) as place:
        assert asked(place, host=host).status == status


def test_a_port_that_is_taken_is_a_sentence() -> None:
    with serving(ANYWHERE, pages()) as place:
        taken = ServiceOptions(port=int(place.rpartition(":")[2]))
        with pytest.raises(ServiceError, match="another port with --port N"), serving(taken, pages()):
            pass


def test_an_address_that_is_not_here_is_a_sentence() -> None:
    with pytest.raises(ServiceError, match=r"192\.0\.2\.1"), serving(ServiceOptions("192.0.2.1", 0), pages()):
        pass


def test_clients_that_hang_keep_no_other_out_for_long() -> None:
    with serving(ANYWHERE, pages()) as place:
        host, _, port = place.removeprefix("http://").partition(":")
        hanging = [socket.create_connection((host, int(port))) for _ in range(CLIENTS)]
        time.sleep(0.2)
        with pytest.raises((ConnectionError, http.client.HTTPException)):
            asked(place)
        deadline = time.monotonic() + READ_S + 5
        while time.monotonic() < deadline:
            try:
                assert asked(place).status == 200
                break
            except (ConnectionError, http.client.HTTPException):
                time.sleep(0.1)
        else:
            pytest.fail("the server never came free")
        for client in hanging:
            client.close()
    assert not [thread for thread in threading.enumerate() if thread.name == "http"]


def test_garbage_is_answered_in_peace() -> None:
    with serving(ANYWHERE, pages()) as place:
        host, _, port = place.removeprefix("http://").partition(":")
        for garbage in (b"\x16\x03\x01\x02\x00\n\n", b"GET\n\n", b"GET /" + b"a" * 70_000 + b" HTTP/1.1\r\n\r\n"):
            with socket.create_connection((host, int(port)), timeout=5) as client:
                client.sendall(garbage)
                client.shutdown(socket.SHUT_WR)
                while client.recv(4096):
                    pass
        assert asked(place).status == 200


# ------------------------------------------------------------------- service


@dataclass
class FakeConversation:
    """A `Conversation` that lasts until it is ended, and then as long as its reply."""

    screen: Screen
    answering: bool = False
    reply_s: float = 0.0
    over: asyncio.Event = field(default_factory=asyncio.Event)
    begun: asyncio.Event = field(default_factory=asyncio.Event)
    log: list[str] = field(default_factory=list)

    async def run(self) -> None:
        self.begun.set()
        try:
            await self.over.wait()
            await asyncio.sleep(self.reply_s)
            self.log.append("done")
        finally:
            self.log.append("put away")

    def end(self) -> None:
        self.over.set()


@dataclass
class Stage:
    """A service, its conversation, and what others hear of it."""

    service: Service
    out: StringIO
    heard: socket.socket
    conversation: FakeConversation | None = None
    reply_s: float | None = None
    before: tuple[Event, ...] = ()
    clock: Clock = field(default_factory=Clock)

    @asynccontextmanager
    async def hold(self, screen: Screen) -> AsyncIterator[Conversation]:
        for event in self.before:
            screen.show(event)
        self.conversation = FakeConversation(screen, self.reply_s is not None, self.reply_s or 0.0)
        yield self.conversation

    def told(self) -> list[str]:
        self.heard.setblocking(False)
        lines: list[str] = []
        try:
            while True:
                lines += self.heard.recv(4096).decode().splitlines()
        except BlockingIOError:
            return lines

    def get(self, path: str) -> tuple[int, str]:
        place = next(word for word in self.out.getvalue().split() if word.startswith("http")).removesuffix("/health,")
        response = asked(place, path)
        return response.status, response.body.decode()  # type: ignore[attr-defined]

    def run(self, act: Callable[[FakeConversation], Awaitable[None]]) -> int:
        """Serve, and act once the conversation runs; the exit code."""

        async def both() -> int:
            serving = asyncio.create_task(self.service.run(self.hold))
            while not (self.conversation and self.conversation.begun.is_set()):
                await asyncio.sleep(0.01)
                if serving.done():
                    return await serving
            await act(self.conversation)
            return await asyncio.wait_for(serving, 10)

        return asyncio.run(both())


@pytest.fixture
def stage(heard: socket.socket) -> Stage:
    out = StringIO()
    notifier = Notifier(heard.getsockname(), 0.2)
    clock = Clock()
    service = Service(replace(ANYWHERE, drain_s=0.5), notifier, out, lambda: ["No sound server."], clock)
    return Stage(service, out, heard, clock=clock)


async def sigterm(conversation: FakeConversation) -> None:
    signal.raise_signal(signal.SIGTERM)


def test_it_is_ready_answers_and_ends_when_told(stage: Stage) -> None:
    async def act(conversation: FakeConversation) -> None:
        status, text = await asyncio.to_thread(stage.get, "/health")
        assert (status, json.loads(text)["status"]) == (HTTPStatus.OK, "ok")
        assert "earshot_uptime_seconds" in (await asyncio.to_thread(stage.get, "/metrics"))[1]
        await sigterm(conversation)

    assert stage.run(act) == 0
    assert stage.conversation and stage.conversation.log == ["put away"]
    told = [line for line in stage.told() if line != "WATCHDOG=1"]
    assert told == [
        "STATUS=Loading the engines.",
        "READY=1",
        "STATUS=Listening.",
        "STOPPING=1",
        "STATUS=Stopping.",
    ]
    assert stage.out.getvalue().splitlines()[1:] == ["service: ready. Listening.", "service: stopping"]


def test_a_reply_that_sounds_is_finished(stage: Stage) -> None:
    stage.reply_s = 0.2
    assert stage.run(sigterm) == 0
    assert stage.conversation and stage.conversation.log == ["done", "put away"]


def test_a_reply_that_goes_on_too_long_is_cut(stage: Stage) -> None:
    stage.reply_s = 60
    began = time.monotonic()
    assert stage.run(sigterm) == 0
    assert 0.5 <= time.monotonic() - began < 30  # of 60
    assert stage.conversation and stage.conversation.log == ["put away"]


def test_a_reply_that_nobody_hears_is_not_waited_for(stage: Stage) -> None:
    stage.reply_s = 60
    stage.service.options = replace(ANYWHERE, drain_s=60)
    stage.before = (DeviceChanged("loudspeaker", False, "There is no loudspeaker."),)
    assert stage.run(sigterm) == 0


@pytest.mark.parametrize("second", [signal.SIGTERM, signal.SIGINT])
def test_told_twice_it_ends_at_once(stage: Stage, second: signal.Signals) -> None:
    stage.reply_s = 60
    stage.service.options = replace(ANYWHERE, drain_s=60)

    async def twice(conversation: FakeConversation) -> None:
        await sigterm(conversation)
        await asyncio.sleep(0.1)
        assert conversation.log == []
        signal.raise_signal(second)

    assert stage.run(twice) == HURRIED


def test_a_device_that_is_away_from_the_start_is_told_everywhere(stage: Stage) -> None:
    stage.before = (LOST,)

    async def act(conversation: FakeConversation) -> None:
        status, text = await asyncio.to_thread(stage.get, "/health")
        assert (status, json.loads(text)["status"]) == (HTTPStatus.SERVICE_UNAVAILABLE, "degraded")
        conversation.screen.show(BACK)
        assert (await asyncio.to_thread(stage.get, "/health"))[0] == HTTPStatus.OK
        await sigterm(conversation)

    assert stage.run(act) == 0
    told = stage.told()
    assert told[told.index("READY=1") + 1] == "STATUS=The microphone was unplugged."
    assert "STATUS=Listening." in told
    assert {
        "device: The microphone was unplugged.",
        "device: No sound server.",
        "device: The microphone is back.",
    } < set(stage.out.getvalue().splitlines())


def test_the_watchdog_is_fed_while_sound_comes_in_or_is_known_to_be_away_and_not_otherwise(stage: Stage) -> None:
    async def act(conversation: FakeConversation) -> None:
        await asyncio.sleep(0.35)
        assert stage.told().count("WATCHDOG=1") >= 3
        stage.clock.at += SILENT_S + 1
        await asyncio.sleep(0.15)
        stage.told()
        await asyncio.sleep(0.35)
        assert "WATCHDOG=1" not in stage.told()
        conversation.screen.show(LOST)
        await asyncio.sleep(0.35)
        assert "WATCHDOG=1" in stage.told()
        await sigterm(conversation)

    assert stage.run(act) == 0


def test_what_ends_by_itself_or_fails_is_told(stage: Stage) -> None:
    async def end(conversation: FakeConversation) -> None:
        conversation.end()

    with pytest.raises(ServiceError, match="came to an end"):
        stage.run(end)


def test_engines_that_cannot_be_loaded_end_it_with_their_sentence(heard: socket.socket) -> None:
    @asynccontextmanager
    async def fails(screen: Screen) -> AsyncIterator[Conversation]:
        raise EngineError("Install it.")
        yield

    service = Service(ANYWHERE, Notifier(heard.getsockname()), StringIO())
    with pytest.raises(EngineError, match="Install it"):
        asyncio.run(service.run(fails))
    assert b"STOPPING=1" in heard.recv(4096) + heard.recv(4096)


def test_it_can_be_stopped_while_it_starts(heard: socket.socket) -> None:
    @asynccontextmanager
    async def slow(screen: Screen) -> AsyncIterator[Conversation]:
        await asyncio.sleep(0.05)
        signal.raise_signal(signal.SIGTERM)
        await asyncio.sleep(60)
        yield FakeConversation(screen)

    assert asyncio.run(Service(ANYWHERE, Notifier(), StringIO()).run(slow)) == 0


def test_a_port_that_is_taken_ends_it_before_anything_is_loaded() -> None:
    def never(screen: Screen) -> Coroutine[None, None, None]:
        raise AssertionError("nothing is to be loaded")

    with socket.create_server(("127.0.0.1", 0)) as other:
        service = Service(ServiceOptions(port=other.getsockname()[1]), Notifier(), StringIO())
        with pytest.raises(ServiceError):
            asyncio.run(service.run(never))  # type: ignore[arg-type]
