"""The virtual room: a private PulseAudio with a microphone and a loudspeaker that are wires.

    room.play ──▶ mic ─────┐ left                  ┌▶ left + rear: microphone ──▶ the program under test
                           ├──▶ room ──▶ monitor ──┼▶ left, right: room.record(), sample by sample on one time axis
    the program ▶ speaker ─┤ right                 └▶ right: played ─┐
                  echo ────┘ rear                                    │
                    ▲───────────── room.echo(gain_db, delay_ms) ─────┘

    with VirtualRoom(tmp_path) as room:
        program = subprocess.Popen([...], env=room.env)
        with room.record() as recording:
            room.play(question, 16_000).wait()
        silent = recording.last_sound(recording.speaker) - recording.first_sound(recording.mic)

The environment must be set before PortAudio is, so the program under test is a process of its own. Needs no sound
card, no systemd and no user other than root.
"""

import json
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
from types import TracebackType
from typing import Any

import numpy as np
import pytest

from assistant.audio import Samples, mono
from assistant.workspace import load_audio

RATE = 48_000
"""Hertz; the room's own rate."""

AUDIBLE = 0.01
"""The amplitude from which on something counts as sound; the room itself is digitally silent."""

STARTING_S = 10.0

TOOLS = ("pulseaudio", "pactl", "pacat", "parec")
PLUGIN = "alsa-lib/libasound_module_pcm_pulse.so"

MICROPHONE_PCM = 'pcm.microphone { type pulse device "microphone" }'
SPEAKER_PCM = 'pcm.speaker { type pulse device "speaker" }'
WIRED = """
pcm.!default { type asym playback.pcm "speaker" capture.pcm "microphone" }
ctl.!default { type pulse }
"""
FOLLOWING = """
pcm.!default { type pulse }
ctl.!default { type pulse }
"""
"""As a desktop has it: the default is what the sound server says."""

MODULES = (
    "module-native-protocol-unix socket={folder}/native auth-anonymous=1",
    "module-cli-protocol-unix socket={folder}/cli",
    f"module-null-sink sink_name=room rate={RATE} format=float32le channels=3 "
    "channel_map=front-left,front-right,rear-center norewinds=1",
    "module-remap-sink sink_name=mic master=room channels=1 channel_map=mono master_channel_map=front-left remix=no",
    "module-remap-sink sink_name=echo master=room channels=1 channel_map=mono master_channel_map=rear-center remix=no",
)
PLAYED = (
    "module-remap-source source_name=played master=room.monitor channels=1 channel_map=mono "
    "master_channel_map=front-right remix=no"
)
SPEAKER = (
    "module-remap-sink sink_name=speaker master=room channels=1 channel_map=mono "
    "master_channel_map=front-right remix=no"
)
MICROPHONE = (
    "module-remap-source source_name=microphone master=room.monitor channels=2 channel_map=front-left,front-right "
    "master_channel_map=front-left,rear-center remix=no"
)
HALVED_DB = 20 * np.log10(2)
"""What PulseAudio takes off when it makes one channel of the microphone's two."""


def missing() -> str:
    """Why there can be no virtual room on this machine; empty if there can."""
    absent = [tool for tool in TOOLS if not shutil.which(tool)]
    if absent:
        return f"no virtual room: {', '.join(absent)} missing (scripts/install_audio.sh installs it)"
    if not any(Path("/usr/lib").glob(f"*/{PLUGIN}")) and not any(Path("/usr").glob(f"lib*/{PLUGIN}")):
        return "no virtual room: libasound2-plugins missing (scripts/install_audio.sh installs it)"
    return ""


room_test = [pytest.mark.audio, pytest.mark.skipif(bool(missing()), reason=missing() or "there is a room")]
"""Marks for tests that need the room: `pytestmark = room_test`."""


class Playback:
    """A sound on its way into the microphone."""

    def __init__(self, process: "subprocess.Popen[bytes]", seconds: float) -> None:
        self._process = process
        self.seconds = seconds
        """Its duration."""
        self.asked_at = time.monotonic()
        """When it was asked for; it sounds about 0.1 s later. The recording tells exactly."""

    def wait(self) -> None:
        """Until it has been played to its end."""
        assert self._process.wait(self.seconds + STARTING_S) == 0, "the room did not play the sound"

    def stop(self) -> None:
        """Break it off."""
        self._process.kill()
        self._process.wait()


class Recording:
    """What the room heard: the microphone's side and the loudspeaker's, with times of `time.monotonic()`.

    Both sides are two channels of one stream, so between them positions are exact; in absolute time they are right to
    about 10 ms.
    """

    rate = RATE

    def __init__(self, env: dict[str, str]) -> None:
        self._process = subprocess.Popen(
            ["parec", "--raw", "--format=float32le", f"--rate={RATE}", "--channels=2"]
            + ["--channel-map=front-left,front-right", "--no-remix", "--device=room.monitor", "--latency-msec=10"],
            env=env,
            stdout=subprocess.PIPE,
        )
        self._data = bytearray()
        self._begins: list[float] = []
        self._thread = Thread(target=self._read, daemon=True)
        self._thread.start()

    @property
    def mic(self) -> Samples:
        """What was played into the microphone, shape (n,)."""
        return self._side(0)

    @property
    def speaker(self) -> Samples:
        """What came out of the loudspeaker, shape (n,)."""
        return self._side(1)

    @property
    def began_at(self) -> float:
        """When the first sample sounded. Chunks come late and never early, so the earliest claim is right."""
        return min(self._begins)

    def first_sound(self, side: Samples, after: float = 0.0) -> float | None:
        """When a side is first audible at or after a time, or None."""
        index = np.flatnonzero(np.abs(side[self._index(after) :]) > AUDIBLE)
        return self.began_at + (self._index(after) + int(index[0])) / RATE if len(index) else None

    def last_sound(self, side: Samples, before: float = float("inf")) -> float | None:
        """When a side was last audible before a time, or None."""
        heard = side if before == float("inf") else side[: self._index(before)]
        index = np.flatnonzero(np.abs(heard) > AUDIBLE)
        return self.began_at + (int(index[-1]) + 1) / RATE if len(index) else None

    def silent_from(self, side: Samples, after: float, gap_s: float = 0.2) -> float:
        """When a side fell silent for at least `gap_s`, at or after a time; `after` if it was silent then."""
        start = self._index(after)
        heard = np.flatnonzero(np.abs(side[start:]) > AUDIBLE) / RATE
        edges = np.concatenate(([0.0], heard, [np.inf]))
        return after + float(edges[np.flatnonzero(np.diff(edges) > gap_s)[0]])

    def wait_for_sound(self, side: str, timeout_s: float, after: float = 0.0) -> float:
        """Wait until `side` ("mic" or "speaker") is audible, and tell since when."""
        deadline = time.monotonic() + timeout_s
        while time.monotonic() < deadline:
            if self._begins and (at := self.first_sound(getattr(self, side), after)):
                return at
            time.sleep(0.02)
        raise AssertionError(f"nothing was heard at the {side} for {timeout_s} s")

    def stop(self) -> None:
        """End the recording once all that sounded by now is in it."""
        time.sleep(0.1)
        self._process.terminate()
        self._process.wait()
        self._thread.join()
        if self._process.stdout:
            self._process.stdout.close()

    def _index(self, at: float) -> int:
        return max(0, round((at - self.began_at) * RATE))

    def _side(self, channel: int) -> Samples:
        whole = len(self._data) // 8 * 8
        return np.frombuffer(bytes(self._data[:whole]), np.float32).reshape(-1, 2)[:, channel]

    def _read(self) -> None:
        assert self._process.stdout is not None
        while data := self._process.stdout.read1(1 << 16):  # type: ignore[attr-defined]
            self._data += data
            self._begins.append(time.monotonic() - len(self._data) / 8 / RATE)


class VirtualRoom:
    """A PulseAudio of its own under `folder`, from `__enter__` to `__exit__`."""

    def __init__(self, folder: Path, following: bool = False) -> None:
        """`following`: the default device is the sound server's, which may change, not this room's wires."""
        self.folder = folder.absolute()
        self.env = self._environment()
        """For the process under test."""
        self._daemon: subprocess.Popen[bytes] | None = None
        self._default = FOLLOWING if following else WIRED
        self._microphone = ""
        self._speaker = ""
        self._playing: list[Playback] = []

    def __enter__(self) -> "VirtualRoom":
        (self.folder / "home").mkdir(parents=True, exist_ok=True)
        self.list_devices()
        self._daemon = self._start()
        try:
            self._wait_until_up()
            self.plug_microphone()
            self.plug_speaker()
        except BaseException:
            self._end()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._end()

    def play(self, sound: Path | Samples, rate: int = RATE) -> Playback:
        """Play a file, or mono float32 of shape (n,) at `rate`, into the microphone; returns at once."""
        samples, rate = load_audio(sound) if isinstance(sound, Path) else (mono(sound), rate)
        file = self.folder / f"sound-{len(self._playing)}.f32"
        np.asarray(samples, "<f4").tofile(file)
        command = ["pacat", "--playback", "--raw", "--format=float32le", f"--rate={rate}", "--channels=1"]
        process = subprocess.Popen([*command, "--device=mic", "--latency-msec=20", str(file)], env=self.env)
        self._playing.append(Playback(process, len(samples) / rate))
        return self._playing[-1]

    @contextmanager
    def record(self) -> Iterator[Recording]:
        """Record both sides meanwhile; look at what was recorded during or after."""
        recording = Recording(self.env)
        try:
            deadline = time.monotonic() + STARTING_S
            while not recording.mic.any() and not len(recording.mic):
                assert time.monotonic() < deadline, "the room does not record"
                time.sleep(0.005)
            yield recording
        finally:
            recording.stop()

    @contextmanager
    def echo(self, gain_db: float = -6.0, delay_ms: int = 40) -> Iterator[None]:
        """Let the microphone hear the loudspeaker meanwhile, so much louder and so much later. `record` does not.

        The delay holds to a millisecond from 30 ms on; less than that PulseAudio does not do without gaps.
        """
        played = self._load(PLAYED)
        arguments = f"source=played sink=echo latency_msec={delay_ms} adjust_time=0 remix=no"
        module = self._load(f"module-loopback {arguments} source_dont_move=1 sink_dont_move=1")
        try:
            stream = next(row["index"] for row in self._listed("sink-inputs") if str(row["owner_module"]) == module)
            self._control("set-sink-input-volume", str(stream), f"{gain_db}dB")
            yield
        finally:
            self.remove(module)
            self.remove(played)

    def unplug_microphone(self, listed: bool = True) -> None:
        """Take the microphone away. Whoever listened to it gets an error, and it cannot be opened.

        If it is not `listed` any more, whoever looks for devices from now on does not find it.
        """
        self._unplug(self._microphone, self.listeners(), "kill-source-output")
        self.list_devices(microphone=listed)

    def leave_microphone(self) -> None:
        """Take the microphone away as the sound server does it: who listened hears the loudspeaker in its place."""
        self._control("unload-module", self._microphone)

    def leads_to(self) -> set[str]:
        """The sources and sinks that programs listen at and play into."""
        names = {("source", row["index"]): row["name"] for row in self._listed("sources")}
        names |= {("sink", row["index"]): row["name"] for row in self._listed("sinks")}
        streams = [("source", row) for row in self._listed("source-outputs")]
        streams += [("sink", row) for row in self._listed("sink-inputs")]
        of_programs = [(kind, row) for kind, row in streams if "application.process.id" in row["properties"]]
        return {str(names[kind, row[kind]]) for kind, row in of_programs}

    def plug_microphone(self) -> None:
        """Put the microphone back."""
        self.list_devices()
        self._microphone = self._load(MICROPHONE)
        self._control("set-source-volume", "microphone", f"{HALVED_DB:.3f}dB")
        self._control("set-default-source", "microphone")

    def unplug_speaker(self) -> None:
        """Take the loudspeaker away. What was on its way to it is lost."""
        self._unplug(self._speaker, self.players(), "kill-sink-input")

    def plug_speaker(self) -> None:
        """Put the loudspeaker back."""
        self._speaker = self._load(SPEAKER)
        self._control("set-default-sink", "speaker")

    def add_canceller(self) -> str:
        """Load PulseAudio's echo canceller as `microphone.echo-cancel` and `far.echo-cancel`; the module's number.

        It hangs between two wires of one room, so its loudspeaker leads into another one.
        """
        self._load("module-null-sink sink_name=far")
        return self._load("module-echo-cancel source_master=microphone sink_master=far aec_method=webrtc")

    def add_microphone(self, name: str) -> None:
        """Another microphone, which hears nothing, and the system's choice from now on."""
        self._load(f"module-null-source source_name={name}")
        self._control("set-default-source", name)

    def remove(self, module: str) -> None:
        """Unload a module by its number."""
        self._control("unload-module", module)

    def hide(self, hidden: bool = True) -> None:
        """Let nobody connect, as before a sound server was started; or let them. Who is connected stays so."""
        door, away = self.folder / "native", self.folder / "native.hidden"
        (door if hidden else away).rename(away if hidden else door)

    def list_devices(self, microphone: bool = True) -> None:
        """Write down which devices ALSA knows."""
        lines = [*([MICROPHONE_PCM] if microphone else []), SPEAKER_PCM, self._default]
        (self.folder / "asound.conf").write_text("\n".join(lines))

    def freeze(self, frozen: bool = True) -> None:
        """Let everything stand still, as when a device hangs without an error; or go on."""
        self._control("suspend-sink", "room", str(int(frozen)))

    def listeners(self) -> list[int]:
        """PulseAudio's indices of the streams that listen to the microphone."""
        sources = {source["name"]: source["index"] for source in self._listed("sources")}
        return [out["index"] for out in self._listed("source-outputs") if out["source"] == sources.get("microphone")]

    def players(self) -> list[int]:
        """PulseAudio's indices of the streams that play through the loudspeaker."""
        sinks = {sink["name"]: sink["index"] for sink in self._listed("sinks")}
        return [into["index"] for into in self._listed("sink-inputs") if into["sink"] == sinks.get("speaker")]

    def _unplug(self, module: str, streams: list[int], kill: str) -> None:
        self._control("unload-module", module)
        # PulseAudio moves the streams elsewhere, such as into the room beside the wires; unplugging is meant here.
        for stream in streams:
            self._command(f"{kill} {stream}")

    def _load(self, module: str) -> str:
        return self._control("load-module", *module.split()).strip()

    def _listed(self, what: str) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = json.loads(self._control("--format=json", "list", what))
        return rows

    def _control(self, *arguments: str) -> str:
        done = subprocess.run(["pactl", *arguments], env=self.env, capture_output=True, text=True, timeout=STARTING_S)
        assert done.returncode == 0, f"pactl {' '.join(arguments)}: {done.stderr}"
        return done.stdout

    def _command(self, line: str) -> None:
        """Say something to PulseAudio's own prompt, which can do what pactl cannot, and wait for its answer."""
        with socket.socket(socket.AF_UNIX) as prompt:
            prompt.settimeout(STARTING_S)
            prompt.connect(str(self.folder / "cli"))
            prompt.sendall(f"{line}\n".encode())
            prompt.shutdown(socket.SHUT_WR)
            while prompt.recv(4096):
                pass

    def _environment(self) -> dict[str, str]:
        folder = self.folder
        strange = ("PULSE_", "ALSA_", "PIPEWIRE_", "DBUS_", "DISPLAY", "WAYLAND_", "JACK_")
        env = {name: value for name, value in os.environ.items() if not name.startswith(strange)}
        return env | {
            "HOME": str(folder / "home"),
            "XDG_RUNTIME_DIR": str(folder),
            "XDG_CONFIG_HOME": str(folder / "home"),
            "PULSE_RUNTIME_PATH": str(folder / "pulse"),
            "PULSE_STATE_PATH": str(folder / "state"),
            "PULSE_SERVER": f"unix:{folder / 'native'}",
            "ALSA_CONFIG_PATH": str(folder / "asound.conf"),
            "JACK_NO_START_SERVER": "1",
        }

    def _start(self) -> "subprocess.Popen[bytes]":
        flags = ["-n", "--daemonize=no", "--use-pid-file=no", "--exit-idle-time=-1", "--disallow-exit"]
        flags += ["--realtime=yes", "--high-priority=yes", "--log-level=error"]
        for module in MODULES:
            flags += ["-L", module.format(folder=self.folder)]
        log = (self.folder / "pulseaudio.log").open("wb")
        with log:
            return subprocess.Popen(["pulseaudio", *flags], env=self.env, stdout=log, stderr=log)

    def _wait_until_up(self) -> None:
        deadline = time.monotonic() + STARTING_S
        while subprocess.run(["pactl", "info"], env=self.env, capture_output=True).returncode:
            assert self._daemon and self._daemon.poll() is None and time.monotonic() < deadline, (
                f"PulseAudio does not start: {(self.folder / 'pulseaudio.log').read_text()}"
            )
            time.sleep(0.02)

    def _end(self) -> None:
        for playback in self._playing:
            playback.stop()
        if self._daemon:
            self._daemon.terminate()
            try:
                self._daemon.wait(2)
            except subprocess.TimeoutExpired:
                self._daemon.kill()
                self._daemon.wait()
