"""What the sound server and the system choose, and what follows from it; on fakes and virtual time."""

import asyncio
from contextlib import AsyncExitStack
from typing import Any

import numpy as np
import pytest

from assistant.clock import run_virtually
from assistant.devices.backend import Direction
from assistant.devices.echo_source import SystemCanceller, pair
from assistant.devices.follower import SILENT_S, Follower
from assistant.devices.pulse import Endpoint, endpoint, running
from assistant.devices.selection import choose
from tests.test_device_recovery import FakeBackend, Setup, ramp, set_up
from tests.test_devices import device


class Server:
    """A sound server that moves the streams of a direction."""

    def __init__(self, **ends: Endpoint) -> None:
        self.ends = ends

    def __call__(self, direction: Direction, process: int) -> Endpoint | None:
        return self.ends.get(direction.name)


async def following(stack: AsyncExitStack, devices: Setup, server: Server) -> None:
    follower = Follower(devices.keeper, devices.microphone, devices.scout, server)
    await stack.enter_async_context(follower.following())


WEBCAM, HEADSET = Endpoint("webcam", "Webcam"), Endpoint("headset", "Headset")
MONITOR = Endpoint("speaker.monitor", "Monitor of Speaker", monitor=True)


def test_another_source_is_told_and_one_without_echo_is_known() -> None:
    async def scene() -> None:
        backend, server = FakeBackend(), Server(INPUT=WEBCAM)
        async with set_up(backend) as devices, AsyncExitStack() as stack:
            await following(stack, devices, server)
            assert not devices.microphone.cancels_echo
            server.ends["INPUT"] = Endpoint("ec", "Headset without echo", cancels_echo=True)
            await backend.run(4.0)
            assert devices.microphone.cancels_echo
            assert [change.text for change in devices.told] == ['The microphone is "Headset without echo" now.']

    run_virtually(scene())


def test_a_monitor_in_place_of_the_microphone_is_not_listened_to() -> None:
    async def scene() -> None:
        backend, server = FakeBackend(), Server(INPUT=WEBCAM)
        async with set_up(backend) as devices, AsyncExitStack() as stack:
            await following(stack, devices, server)
            server.ends["INPUT"] = MONITOR
            await backend.run(4.0)
            heard = len(devices.chunks)
            await backend.run(4.0)
            assert len(devices.chunks) == heard
            server.ends["INPUT"] = HEADSET
            await backend.run(4.0)
            assert devices.chunks[-1].ends_at == pytest.approx(12.0, abs=0.05)
            assert [change.present for change in devices.told] == [False, True]

    run_virtually(scene())


def test_a_monitor_that_was_chosen_from_the_first_is_a_microphone() -> None:
    async def scene() -> None:
        backend = FakeBackend()
        async with set_up(backend) as devices, AsyncExitStack() as stack:
            await following(stack, devices, Server(INPUT=MONITOR))
            await backend.run(8.0)
            assert devices.chunks[-1].ends_at == pytest.approx(8.0, abs=0.05) and not devices.told

    run_virtually(scene())


def test_another_default_device_is_used_once_nothing_is_played() -> None:
    async def scene() -> None:
        backend = FakeBackend()
        async with set_up(backend) as devices, AsyncExitStack() as stack:
            await following(stack, devices, Server())
            devices.loudspeaker.buffer.push(ramp(20.0))
            backend.present = [device(0, "mic"), backend.present[1], device(2, "headset", default_input=True)]
            await backend.run(19.0)
            assert backend.restarts == 0
            await backend.run(18.0)
            assert backend.restarts == 1
            assert {stream.form.device.name for stream in backend.streams} == {"headset", "speaker"}
            assert [change.device for change in devices.told] == ['microphone "headset"']

    run_virtually(scene())


def test_a_named_device_is_not_left_for_another_default() -> None:
    async def scene() -> None:
        backend = FakeBackend()
        async with set_up(backend, "mic") as devices, AsyncExitStack() as stack:
            await following(stack, devices, Server())
            backend.present = [device(0, "mic"), backend.present[1], device(2, "headset", default_input=True)]
            await backend.run(30.0)
            assert backend.restarts == 0 and not devices.told

    run_virtually(scene())


def test_a_microphone_of_zeros_is_told_once_opened_once_more_and_told_when_it_has_sound() -> None:
    async def silence(backend: FakeBackend, seconds: float) -> None:
        now = asyncio.get_running_loop().time
        end = now() + seconds
        while now() < end:
            backend.captured(np.zeros((882, 1), np.float32), now(), False)
            backend.wanted(882, now(), False)
            await asyncio.sleep(0.02)

    async def scene() -> None:
        backend = FakeBackend()
        async with set_up(backend) as devices, AsyncExitStack() as stack:
            await following(stack, devices, Server(INPUT=WEBCAM))
            await silence(backend, 3 * SILENT_S)
            assert [change.present for change in devices.told] == [False] and "muted" in devices.told[0].text
            assert backend.opened == 3, "opened more than once more"
            await backend.run(4.0)
            assert [change.present for change in devices.told] == [False, True]

    run_virtually(scene())


# ---------------------------------------------------------------- what the server tells


def row(name: str, driver: str = "module-alsa-card.c", **properties: str) -> dict[str, Any]:
    found = {key.replace("_", "."): value for key, value in properties.items()}
    return {"name": name, "driver": driver, "description": "", "owner_module": 7, "properties": found}


@pytest.mark.parametrize(
    ("told", "cancels"),
    [
        (row("microphone.echo-cancel", "module-echo-cancel.c", device_class="filter"), True),
        (row("aec_mic", "PipeWire", **{"node_link-group": "echo-cancel-812-14"}), True),
        (row("Echo_Cancel Source", "PipeWire"), True),
        (row("alsa_input.usb-Jabra"), False),
        (row("far.echo-cancel.monitor", "module-echo-cancel.c", device_class="monitor"), False),
    ],
)
def test_a_source_without_echo_is_known_by_what_made_it_or_its_name(told: dict[str, Any], cancels: bool) -> None:
    assert endpoint(told).cancels_echo == cancels


def test_the_canceller_is_the_default_one_or_the_first_whole_one() -> None:
    sources = [Endpoint("b", group="2"), Endpoint("a", group="1"), Endpoint("alone", group="3")]
    sinks = [Endpoint("to a", group="1"), Endpoint("to b", group="2")]
    assert pair(sources, sinks, "b") == SystemCanceller("b", "to b", True)
    assert pair(sources, sinks, "alone") == SystemCanceller("a", "to a", False)
    assert pair(sources[2:], sinks, "alone") is None


def test_no_server_is_asked_where_none_runs(tmp_path: Any) -> None:
    assert not running({"XDG_RUNTIME_DIR": str(tmp_path)})
    (tmp_path / "pulse").mkdir()
    (tmp_path / "pulse" / "native").touch()
    assert running({"XDG_RUNTIME_DIR": str(tmp_path)}) and running({"PULSE_SERVER": "tcp:there"})


def test_a_card_is_found_again_under_another_number() -> None:
    listed = [device(0, "HDA Intel: ALC257 (hw:0,0)"), device(1, "USB Audio: - (hw:2,0)")]
    assert choose(listed, "USB Audio: - (hw:1,0)", Direction.INPUT).index == 1
