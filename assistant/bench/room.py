"""`assistant bench room`: the whole conversation in a simulated room, with its own voice in its ears.

    levels × cancellation      the assistant reads aloud, people speak over it, the room gives both back
    without echo               the same people, room and noise, the loudspeaker muted on the way to the microphone

All of it runs on virtual time with the engines as they are set; recognition takes none of that time. Every condition
has the same script: the same rooms, people and pauses, drawn by the seed.
"""

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from importlib.resources import files
from itertools import cycle, islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeVar

import numpy as np

from assistant.app import Engines
from assistant.audio import RATE, Samples
from assistant.bench.manifest import required
from assistant.bench.room_acoustics import EchoPath, active_dbfs
from assistant.bench.room_conversation import Diary, MakeSession, Reader, Script, Step, hold, turned
from assistant.bench.room_data import Clip, read_clips
from assistant.bench.room_figures import Tally, word_errors
from assistant.bench.room_people import Utterance, backchannels, bursts, interruptions, synthesized
from assistant.bench.room_places import Place, beds, choose_rooms, place
from assistant.bench.room_report import print_rows
from assistant.bench.room_simulated import SimulatedRoom
from assistant.clock import run_virtually
from assistant.errors import DataError
from assistant.events import Manner, Spoken
from assistant.resample import resample
from assistant.session import Session
from assistant.workspace import Workspace
from config.fit import Written
from config.given import Given
from config.settings import Settings
from config.tree import build
from tts.base import Voice

T = TypeVar("T")

SPEAKER_RATE = 48_000
CONVERSATION_S = 180.0
"""How long the assistant speaks in each conversation; then comes another room, and cancellation begins anew."""
STEPS = 14
"""Utterances in each conversation, half of them interruptions."""
GAPS_S = (2.0, 9.0)
"""How long the assistant speaks before each, at least and at most."""
PEOPLE_DBFS = -26.0
"""Active level of people at the microphone."""
NOISE_DBFS = PEOPLE_DBFS - 25.0
OFF = "off"
"""What `echo.canceller` is without cancellation."""


@dataclass(frozen=True, slots=True)
class RoomBench:
    """What is asked of one run."""

    data: Path | None = None
    """A folder of manifests: rooms, noise, people, sounds."""
    minutes: float = 30.0
    """Of own speech at each level, with cancellation."""
    off_minutes: float = 3.0
    """Without: it hears all that it says, which takes long to compute and shows itself soon."""
    levels: tuple[float, ...] = (-6.0, 0.0, 6.0)
    """Decibels of the echo above the people, by active level at the microphone."""
    large: bool = False
    """In rooms that reverberate for long, not those that people talk to machines in."""
    limit: int | None = None
    """How many are drawn from of each kind of utterance; None: all there are."""
    seed: int = 0
    json: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Cast:
    """Everybody and everything that may be heard."""

    interruptions: Sequence[Utterance]
    backchannels: Sequence[Utterance]
    bursts: Sequence[Utterance]
    recorded: bool
    """Whether the backchannels are of people."""


class Remembering:
    """A `Voice` that says the same again without computing it again."""

    def __init__(self, voice: Voice) -> None:
        self.name, self.rate = voice.name, voice.rate
        self._voice = voice
        self._said: dict[tuple[str, Manner], Spoken] = {}

    def speak(self, clause: str, manner: Manner) -> Spoken:
        """A clause as the voice speaks it."""
        key = (clause, manner)
        if key not in self._said:
            self._said[key] = self._voice.speak(clause, manner)
        return self._said[key]


def run(settings: Settings, bench: RoomBench) -> int:
    """Measure, print, and return the exit code.

    Raises:
        EarshotError: the data or an engine cannot be used.
    """
    engines = Engines.load(settings)
    clips = read_clips(required(bench.data))
    chosen = cast(clips, engines.voice.name, settings, bench)
    scripts = write_scripts(clips, chosen, bench)
    texts = passages()
    voice = Remembering(engines.voice)
    spoken = resample(voice.speak(texts[0], Manner()).samples, voice.rate, SPEAKER_RATE)
    with TemporaryDirectory(prefix="earshot-") as folder:

        def make(settings: Settings) -> MakeSession:
            def make_session(diary: Diary, room: SimulatedRoom) -> Session:
                session = replace(engines, settings=settings).session(diary, room, Workspace(Path(folder) / "session"))
                session.router = Reader(session.router.context, texts, room.place.seed)
                session.voice = voice
                return session

            return make_session

        rows = measure(scripts, bench, spoken, {"on": make(settings), OFF: make(without_cancellation(settings))})
    about = {"backchannels": "recorded" if chosen.recorded else "synthesized", "seed": bench.seed}
    print_rows(rows, {**about, "rooms": sorted({s.place.room.name for s in scripts})}, bench.json)
    return 0


def without_cancellation(settings: Settings) -> Settings:
    """The same, with nothing between the microphone and the ears."""
    return build(settings, [Given(("echo", "canceller"), Written(OFF, True), "the benchmark")])


def measure(
    scripts: Sequence[Script], bench: RoomBench, spoken: Samples, make: dict[str, MakeSession]
) -> list[dict[str, object]]:
    """A row for each level and for cancellation on and off, and one without echo.

    `spoken` is some of the assistant's speech at the loudspeaker's rate, for setting the level; `make` makes sessions,
    "on" and "off".
    """
    silent = [replace(script, speech_s=0.0) for script in scripts]
    muted = _tally(silent, lambda _: 0.0, make[OFF], "without echo")
    rows: list[dict[str, object]] = []
    for level in bench.levels:
        for cancellation in ("on", OFF):
            count = conversations(bench.minutes if cancellation == "on" else min(bench.minutes, bench.off_minutes))
            title = f"{level:+g} dB, cancellation {cancellation}"
            loud = _loudness(spoken, PEOPLE_DBFS + level)
            tally = _tally(scripts[:count], loud, make[cancellation], title)
            keys = list(tally.words)
            errors = {"wer": word_errors(tally, keys), "wer_without_echo": word_errors(muted, keys)}
            rows.append({"echo_db": level, "cancellation": cancellation, **tally.figures(), **errors})
    alone = {"echo_db": None, "cancellation": OFF, **muted.figures(), "wer": word_errors(muted, list(muted.words))}
    return [*rows, alone]


def _tally(scripts: Sequence[Script], gain: Callable[[Place], float], make_session: MakeSession, title: str) -> Tally:
    tally = Tally()
    for number, script in enumerate(scripts):
        tally.add(run_virtually(hold(script, gain(script.place), make_session, SPEAKER_RATE)), number)
        done = f"{title}: conversation {number + 1} of {len(scripts)}, {tally.speech_s / 60:.1f} min of speech"
        print(done, file=sys.stderr, flush=True)
    return tally


def _loudness(spoken: Samples, level_dbfs: float) -> Callable[[Place], float]:
    """The gain with which the loudspeaker's active level at the microphone of a place is the one wanted."""

    def gain(there: Place) -> float:
        arrived = EchoPath(there.room.speaker, there.path(SPEAKER_RATE, 1.0)).push(spoken)
        return float(10 ** ((level_dbfs - active_dbfs(arrived, RATE)) / 20))

    return gain


def passages() -> list[str]:
    """What the assistant reads aloud."""
    text = files("assistant.bench").joinpath("texts", "passages.txt").read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line and not line.startswith("#")]


def cast(clips: Sequence[Clip], voice: str, settings: Settings, bench: RoomBench) -> Cast:
    """Who takes part, in an order drawn by the seed; nobody who sounds like the assistant, whose voice is `voice`.

    Raises:
        DataError: nobody speaks in the data.
    """
    draw = np.random.default_rng(bench.seed)
    enough = min(bench.limit or 1000, max(8, conversations(bench.minutes) * STEPS // 4 + 1))
    people = _shuffled(clips, draw)
    known, unknown = (list(islice(interruptions(some, voice), enough)) for some in _by_words(people))
    if not known and not unknown:
        raise DataError("Nobody speaks in the data; speech.jsonl, commands.jsonl or voices.jsonl lists people.")
    recorded = backchannels(_shuffled(clips, draw))
    said = recorded or _shuffled(synthesized(settings), draw)
    sounds = bursts(_shuffled(clips, draw))
    return Cast(alternating(known, unknown), said[: bench.limit], sounds[: bench.limit], bool(recorded))


def write_scripts(clips: Sequence[Clip], chosen: Cast, bench: RoomBench) -> list[Script]:
    """A script for each conversation, another room and other noise each time.

    Raises:
        DataError: there is no room in the data.
    """
    draw = np.random.default_rng(bench.seed + 1)
    rooms = _shuffled(choose_rooms(clips, bench.large), draw)
    noises = _shuffled(beds(clips), draw)
    people = cycle(chosen.interruptions)
    others = cycle(alternating(chosen.backchannels, chosen.bursts))
    prompts = [turned(utterance) for utterance in chosen.interruptions[:8]]
    scripts: list[Script] = []
    for number in range(conversations(bench.minutes)):
        where = place(
            rooms[number % len(rooms)],
            noises[number % len(noises)],
            NOISE_DBFS,
            bench.seed * 1000 + number,
        )
        happening = _shuffled([*islice(people, STEPS // 2), *islice(others, STEPS // 2)], draw)
        steps = [Step(utterance, float(draw.uniform(*GAPS_S))) for utterance in happening]
        seconds = min(CONVERSATION_S, bench.minutes * 60)
        scripts.append(Script(where, steps, prompts, seconds, PEOPLE_DBFS))
    return scripts


def _by_words(clips: Sequence[Clip]) -> tuple[list[Clip], list[Clip]]:
    """Those whose words are known, and the others."""
    return [clip for clip in clips if clip.text], [clip for clip in clips if not clip.text]


def alternating(some: Sequence[Utterance], others: Sequence[Utterance]) -> list[Utterance]:
    """One of each in turn, the fewer again and again; all of one kind where there is no other."""
    if not some or not others:
        return [*some, *others]
    count = max(len(some), len(others))
    pairs = zip(islice(cycle(some), count), islice(cycle(others), count), strict=True)
    return [utterance for pair in pairs for utterance in pair]


def _shuffled(items: Sequence[T], draw: np.random.Generator) -> list[T]:
    return [items[index] for index in draw.permutation(len(items))]


def conversations(minutes: float) -> int:
    """How many conversations have so much of the assistant's speech."""
    return max(1, round(minutes * 60 / CONVERSATION_S))
