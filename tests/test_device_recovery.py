"""A microphone and a loudspeaker whose devices go and come back, on a fake sound library and virtual time."""

import asyncio
import logging
from contextlib import AsyncExitStack, aclosing

import numpy as np
import pytest

from assistant.audio import AudioChunk
from assistant.clock import run_virtually
from assistant.devices import DeviceOptions
from assistant.devices.backend import (
    DeviceInfo,
    DeviceStream,
    FormatRefused,
    InputBlock,
    OutputBlock,
    StreamFormat,
)
from assistant.devices.keeper import Keeper
from assistant.devices.loudspeaker import LiveLoudspeaker
from assistant.devices.microphone import LiveMicrophone
from assistant.errors import DeviceError
from tests.test_devices import block, device


class FakeStream:
    """A stream whose device may be pulled out."""

    def __init__(self, host: "FakeBackend", form: StreamFormat) -> None:
        self.alive = True
        self.form = form
        self._host = host

    def close(self) -> None:
        self.alive = False
        self._host.streams.discard(self)


class FakeBackend:
    """A sound library with devices that come and go. It calls back when told to."""

    name = "fake"

    def __init__(self, rates: tuple[int, ...] = (44_100,), channels: tuple[int, ...] = (1,)) -> None:
        self.present = [device(0, "mic", default_input=True), device(1, "speaker", 0, 2, default_output=True)]
        self.listed = list(self.present)
        self.streams: set[FakeStream] = set()
        self.captured: InputBlock = lambda frames, at, lost: None
        self.wanted: OutputBlock = lambda count, at: block(count)
        self.restarts = 0
        self._does = (rates, channels)

    def devices(self) -> list[DeviceInfo]:
        return self.listed

    def open_input(self, form: StreamFormat, captured: InputBlock) -> DeviceStream:
        self.captured = captured
        return self._open(form)

    def open_output(self, form: StreamFormat, wanted: OutputBlock) -> DeviceStream:
        self.wanted = wanted
        return self._open(form)

    def restart(self) -> None:
        assert not self.streams, "restarted under a running stream"
        self.restarts += 1
        self.listed = list(self.present)

    def unplug(self, name: str) -> None:
        self.present = [device for device in self.present if device.name != name]
        for stream in [stream for stream in self.streams if stream.form.device.name == name]:
            stream.alive = False

    def plug(self, device: DeviceInfo) -> None:
        self.present.append(device)

    async def run(self, seconds: float) -> None:
        """Let time pass, calling back every 20 ms as long as a device is there."""
        now = asyncio.get_running_loop().time
        end = now() + seconds
        while now() < end:
            for stream in [stream for stream in self.streams if stream.alive]:
                if stream.form.device.inputs:
                    self.captured(np.full((stream.form.block, stream.form.channels), 0.1, np.float32), now(), False)
                else:
                    self.wanted(stream.form.block, now())
            await asyncio.sleep(0.02)

    def _open(self, form: StreamFormat) -> DeviceStream:
        if form.device.name not in {device.name for device in self.present}:
            raise DeviceError("gone")
        rates, channels = self._does
        if form.rate not in rates or form.channels not in channels:
            raise FormatRefused(f"does not do {form.rate}")
        self.streams.add(stream := FakeStream(self, form))
        return stream


class Setup:
    """Both live devices on a fake backend, kept open."""

    def __init__(self, backend: FakeBackend, options: DeviceOptions) -> None:
        self.backend = backend
        self.microphone = LiveMicrophone(backend, options)
        self.loudspeaker = LiveLoudspeaker(backend, options)
        self.chunks: list[AudioChunk] = []
        self._stack = AsyncExitStack()

    async def __aenter__(self) -> "Setup":
        streams = (self.microphone.stream, self.loudspeaker.stream)
        await self._stack.enter_async_context(Keeper(self.backend, streams).keeping())
        self._task = asyncio.create_task(self._listen())
        await asyncio.sleep(0)
        return self

    async def __aexit__(self, *error: object) -> None:
        self.microphone.end()
        await self._task  # listening ends by itself
        await self._stack.aclose()

    async def _listen(self) -> None:
        async with aclosing(self.microphone.listen()) as stream:
            async for chunk in stream:
                self.chunks.append(chunk)


def set_up(backend: FakeBackend, microphone: str = "") -> Setup:
    return Setup(backend, DeviceOptions(microphone=microphone))


def test_a_microphone_that_comes_back_is_heard_again_and_positions_keep_telling_the_time(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def scene() -> None:
        backend = FakeBackend()
        async with set_up(backend) as devices:
            await backend.run(2.0)
            backend.unplug("mic")
            await backend.run(3.0)
            before = len(devices.chunks)
            backend.plug(device(4, "mic", default_input=True))
            await backend.run(5.0)
            after = devices.chunks[before]
            assert before == 100 and after.start - 100 * 882 > 3 * 44_100
            assert after.start / 44_100 == pytest.approx(devices.chunks[before + 1].start / 44_100 - 0.02)
            assert devices.microphone.captured_at(0.0) == pytest.approx(0.0, abs=0.01)
            assert devices.microphone.dropped == 0
            assert len(backend.streams) == 2
        assert not backend.streams

    with caplog.at_level(logging.WARNING):
        run_virtually(scene())
    assert caplog.messages == [
        'The microphone "mic" stopped working; it is used again as soon as it is back.',
        'The microphone "mic" is back.',
    ]


def test_a_microphone_chosen_by_index_is_found_by_its_name_when_it_comes_back() -> None:
    async def scene() -> None:
        backend = FakeBackend()
        async with set_up(backend, "0") as devices:
            await backend.run(1.0)
            backend.unplug("mic")
            backend.plug(device(0, "webcam", default_input=True))
            await backend.run(2.0)
            assert {stream.form.device.name for stream in backend.streams} == {"speaker"}
            backend.plug(device(5, "mic"))
            await backend.run(5.0)
            assert {stream.form.device.name for stream in backend.streams} == {"mic", "speaker"}
            assert devices.chunks[-1].ends_at == pytest.approx(8.0, abs=0.05)

    run_virtually(scene())


def test_a_reply_is_not_torn_to_look_for_a_lost_microphone() -> None:
    async def scene() -> None:
        backend = FakeBackend()
        async with set_up(backend) as devices:
            await backend.run(1.0)
            devices.loudspeaker.buffer.push(block(10 * 44_100))
            backend.unplug("mic")
            await backend.run(9.5)
            assert backend.restarts == 0
            await backend.run(5.0)
            assert backend.restarts > 0
            assert devices.loudspeaker.buffer.played == 10 * 44_100

    run_virtually(scene())


def test_both_devices_come_back_though_half_a_reply_waits() -> None:
    async def scene() -> None:
        backend = FakeBackend()
        async with set_up(backend) as devices:
            devices.loudspeaker.buffer.push(block(2 * 44_100))
            await backend.run(1.0)
            mic, speaker = backend.present
            backend.unplug("mic")
            backend.unplug("speaker")
            await backend.run(2.0)
            assert 0 < devices.loudspeaker.buffer.pending < 44_100 * 1.1
            backend.plug(mic)
            backend.plug(speaker)
            await backend.run(6.0)
            assert devices.loudspeaker.buffer.pending == 0
            assert devices.chunks[-1].ends_at == pytest.approx(9.0, abs=0.05)

    run_virtually(scene())


def test_a_stream_that_hangs_is_opened_again(caplog: pytest.LogCaptureFixture) -> None:
    async def scene() -> None:
        backend = FakeBackend()
        async with set_up(backend) as devices:
            await backend.run(1.0)
            await asyncio.sleep(2.0)  # both streams alive, no callbacks
            await backend.run(2.0)
            assert devices.chunks[-1].ends_at == pytest.approx(5.0, abs=0.1)

    with caplog.at_level(logging.WARNING):
        run_virtually(scene())
    assert sum("stopped working" in message for message in caplog.messages) == 2
    assert sum('" is back.' in message for message in caplog.messages) == 2


@pytest.mark.parametrize(
    ("rates", "channels", "opened"), [((48_000,), (1,), (48_000, 1)), ((44_100,), (2,), (44_100, 2))]
)
def test_what_a_device_refuses_is_asked_otherwise(
    rates: tuple[int, ...], channels: tuple[int, ...], opened: tuple[int, int]
) -> None:
    async def scene() -> None:
        backend = FakeBackend(rates, channels)
        backend.listed = backend.present = [device(0, "mic", 2), device(1, "speaker", 0, 2)]
        async with set_up(backend) as devices:
            await backend.run(0.5)
            assert {(stream.form.rate, stream.form.channels) for stream in backend.streams} == {opened}
            assert devices.microphone.rate == devices.loudspeaker.buffer.rate == rates[0]
            assert devices.chunks[0].samples.shape == (rates[0] // 50,)
            assert devices.chunks[0].samples[0] == pytest.approx(0.1)

    run_virtually(scene())


def test_a_device_that_refuses_everything_is_an_error_and_leaves_nothing_open() -> None:
    async def scene() -> None:
        backend = FakeBackend(channels=(1,))
        backend.unplug("speaker")
        with pytest.raises(DeviceError, match="gone"):
            async with set_up(backend):
                pass
        assert not backend.streams
        with pytest.raises(FormatRefused, match="does not do 44100"):
            async with set_up(FakeBackend(rates=())):
                pass

    run_virtually(scene())
