"""A microphone and a loudspeaker whose devices go and come back, on a fake sound library and virtual time."""

import asyncio
import logging
from contextlib import AsyncExitStack, aclosing

import numpy as np
import pytest

from assistant.audio import AudioChunk, Samples
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
from assistant.devices.keeper import WAITING_S, Keeper
from assistant.devices.loudspeaker import LiveLoudspeaker
from assistant.devices.microphone import LiveMicrophone
from assistant.errors import DeviceError
from assistant.events import DeviceChanged
from tests.test_devices import block, device

AHEAD_S = 0.06
"""How far ahead of its sounding the fake loudspeaker fetches."""


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
        self.wanted: OutputBlock = lambda count, at, dry: block(count)
        self.taken: set[str] = set()
        """Devices that another program holds."""
        self.restarts = 0
        self.opened = 0
        self.does = (rates, channels)
        self.heard: list[tuple[float, Samples]] = []
        """What sounded, and when; at the rate of the device."""

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
            if stream.form.device.outputs:
                self.swallow(asyncio.get_running_loop().time(), stream.form.rate)

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
                    self.heard.append((now() + AHEAD_S, self.wanted(stream.form.block, now() + AHEAD_S, False)))
            await asyncio.sleep(0.02)

    def swallow(self, now: float, rate: int) -> None:
        """What has not sounded by now never does."""
        self.heard = [(at, samples[: max(0, round((now - at) * rate))]) for at, samples in self.heard]

    def sounded(self) -> Samples:
        """All that sounded, silence left out."""
        whole: Samples = np.concatenate([samples for _, samples in self.heard])
        return np.asarray(whole[whole != 0])

    def _open(self, form: StreamFormat) -> DeviceStream:
        if form.device not in self.present or form.device.name in self.taken:
            raise DeviceError("gone")
        rates, channels = self.does
        if form.rate not in rates or form.channels not in channels:
            raise FormatRefused(f"does not do {form.rate}")
        self.opened += 1
        self.streams.add(stream := FakeStream(self, form))
        return stream


class FakeScout:
    """Sees what is there."""

    def __init__(self, backend: FakeBackend) -> None:
        self.backend = backend
        self.looks = 0

    def look(self) -> list[DeviceInfo] | None:
        self.looks += 1
        return list(self.backend.present)

    def changed(self) -> bool:
        return True


class Setup:
    """Both live devices on a fake backend, kept open."""

    def __init__(self, backend: FakeBackend, options: DeviceOptions, patient: bool = False) -> None:
        self.backend = backend
        self.microphone = LiveMicrophone(backend, options, patient)
        self.loudspeaker = LiveLoudspeaker(backend, options, patient)
        self.chunks: list[AudioChunk] = []
        self.told: list[DeviceChanged] = []
        self.scout = FakeScout(backend)
        self.keeper = Keeper(backend, (self.microphone.stream, self.loudspeaker.stream), self.scout, self.told.append)
        self._patient = patient
        self._stack = AsyncExitStack()

    async def __aenter__(self) -> "Setup":
        await self._stack.enter_async_context(self.keeper.keeping(self._patient))
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


def set_up(backend: FakeBackend, microphone: str = "", patient: bool = False) -> Setup:
    return Setup(backend, DeviceOptions(microphone=microphone, prefer_cancelled=False), patient)


def empty() -> FakeBackend:
    """A library that lists nothing."""
    backend = FakeBackend()
    backend.listed = backend.present = []
    return backend


def ramp(seconds: float, rate: int = 44_100) -> Samples:
    """A sound of which every sample is another one, none of them quiet."""
    return np.linspace(0.1, 0.9, round(seconds * rate), dtype=np.float32)


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


def test_a_microphone_comes_back_within_5_s_in_the_middle_of_a_reply_of_which_nothing_is_lost() -> None:
    async def scene() -> None:
        backend = FakeBackend()
        async with set_up(backend) as devices:
            await backend.run(1.0)
            devices.loudspeaker.buffer.push(ramp(20.0))
            backend.unplug("mic")
            await backend.run(8.0)
            assert backend.restarts == 0, "the reply was torn though there was no microphone"
            backend.plug(device(4, "mic", default_input=True))
            await backend.run(5.0)
            assert backend.restarts == 1
            assert devices.chunks[-1].ends_at == pytest.approx(14.0, abs=0.05)
            await backend.run(10.0)
            np.testing.assert_array_equal(backend.sounded(), ramp(20.0))

    run_virtually(scene())


def test_the_library_is_not_restarted_again_and_again_for_a_device_that_does_not_open() -> None:
    async def scene() -> None:
        backend = FakeBackend()
        async with set_up(backend) as devices:
            devices.loudspeaker.buffer.push(ramp(60.0))
            backend.taken.add("mic")
            next(stream for stream in backend.streams if stream.form.device.inputs).alive = False
            await backend.run(40.0)
            assert backend.restarts == 1 and len(backend.streams) == 1
            backend.taken.clear()
            await backend.run(3.0)
            assert len(backend.streams) == 2 and backend.restarts == 1
            await backend.run(18.0)
            np.testing.assert_array_equal(backend.sounded(), ramp(60.0))

    run_virtually(scene())


def test_a_loudspeaker_comes_back_and_what_it_swallowed_is_heard() -> None:
    async def scene() -> None:
        backend = FakeBackend()
        async with set_up(backend) as devices:
            devices.loudspeaker.buffer.push(ramp(6.0))
            await backend.run(2.0)
            backend.unplug("speaker")
            await backend.run(3.0)
            backend.plug(device(1, "speaker", 0, 2, default_output=True))
            await backend.run(8.0)
            sounded = backend.sounded()
            np.testing.assert_array_equal(np.unique(sounded), ramp(6.0))
            assert len(sounded) - len(ramp(6.0)) <= 882, "more than a block was heard twice"
            assert devices.chunks[-1].ends_at == pytest.approx(13.0, abs=0.05)
            assert [change.present for change in devices.told] == [False, True]

    run_virtually(scene())


def test_what_was_broken_off_is_not_heard_when_the_loudspeaker_is_back() -> None:
    async def scene() -> None:
        backend = FakeBackend()
        async with set_up(backend) as devices:
            devices.loudspeaker.buffer.push(ramp(6.0))
            await backend.run(2.0)
            backend.unplug("speaker")
            await backend.run(1.0)
            devices.loudspeaker.buffer.discard()
            before = len(backend.sounded())
            backend.plug(device(1, "speaker", 0, 2, default_output=True))
            await backend.run(5.0)
            assert len(backend.sounded()) - before <= 0.005 * 44_100  # the fade of what was dropped
            devices.loudspeaker.buffer.push(block(4410, 0.5))
            await backend.run(1.0)
            assert (backend.sounded()[-4410:] == 0.5).all()

    run_virtually(scene())


def test_a_reply_does_not_wait_for_ever_for_a_loudspeaker() -> None:
    async def scene() -> None:
        backend = FakeBackend()
        async with set_up(backend) as devices:
            backend.unplug("speaker")
            devices.loudspeaker.buffer.push(ramp(6.0))
            await backend.run(WAITING_S - 1.0)
            assert devices.loudspeaker.buffer.pending == 6 * 44_100
            await backend.run(2.0)
            assert devices.loudspeaker.buffer.pending == devices.loudspeaker.buffer.played == 0

    run_virtually(scene())


def test_devices_that_are_missing_at_first_are_waited_for_if_there_is_patience() -> None:
    async def scene() -> None:
        backend = FakeBackend((48_000,))
        mic, speaker = backend.present
        backend.present, backend.listed = [], []
        async with set_up(backend, patient=True) as devices:
            assert devices.microphone.rate == devices.loudspeaker.buffer.rate == 48_000
            assert [(change.device, change.present) for change in devices.told] == [
                ("microphone", False),
                ("loudspeaker", False),
            ]
            devices.loudspeaker.buffer.push(block(480_000))
            await backend.run(1.0)
            assert not devices.loudspeaker.buffer.pending, "what nobody can hear piles up"
            backend.plug(mic)
            backend.plug(speaker)
            await backend.run(4.0)
            assert devices.chunks and [change.text for change in devices.told[2:]] == [
                'The microphone "mic" is back.',
                'The loudspeaker "speaker" is back.',
            ]
        with pytest.raises(DeviceError, match="There is no microphone"):
            set_up(empty())

    run_virtually(scene())


def test_a_device_that_comes_back_with_another_rate_is_converted_and_positions_stay() -> None:
    async def scene() -> None:
        backend = FakeBackend()
        async with set_up(backend) as devices:
            buffer = devices.loudspeaker.buffer
            await backend.run(1.0)
            backend.unplug("mic")
            backend.unplug("speaker")
            backend.does = ((48_000,), (1,))
            backend.plug(device(0, "mic", default_input=True))
            backend.plug(device(1, "speaker", 0, 2, default_output=True))
            await backend.run(3.0)
            assert {stream.form.rate for stream in backend.streams} == {48_000}
            assert devices.microphone.rate == buffer.rate == devices.loudspeaker.buffer.rate == 44_100
            assert devices.chunks[-1].rate == 44_100
            assert devices.chunks[-1].ends_at == pytest.approx(4.0, abs=0.06)
            backend.heard.clear()
            pushed_at = asyncio.get_running_loop().time()
            buffer.push(block(44_100, 0.5))
            await backend.run(2.0)
            whole = np.concatenate([samples for _, samples in backend.heard])
            loud = np.flatnonzero(whole > 0.25)
            assert len(loud) == pytest.approx(48_000, abs=20)
            began = backend.heard[0][0] + loud[0] / 48_000
            assert buffer.began_at == pytest.approx(began, abs=0.001) and began - pushed_at < 0.15

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
