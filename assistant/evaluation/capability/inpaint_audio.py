"""Audio inpainting: parts of real recordings are lost, and what is put in their place is compared with what was there.

* snr             decibels inside gaps of 5 to 40 ms that hold sound, the median
* spectrum        decibels off in a mel band of a frame, on average, in gaps of 0.1 to 2 s
* seam            decibels by which the energy at the seams, of the second difference, is off, on average
* clicks, dropouts     of those that were put in: the share that was found; "false" is how many are found in a minute of
                  what is whole
* declipping      decibels of SDR gained on sound clipped at 6 dB of headroom too little
* found, made seam, outside     of sounds that words ask for; see `placed_sounds`
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias, cast

import numpy as np
import soundfile as sf
from numpy.typing import NDArray

from assistant import media
from assistant.errors import DataError, EngineError
from assistant.evaluation.capability.base import NOTHING, Bench, Contender, Row
from assistant.evaluation.capability.placed_sounds import placed
from assistant.evaluation.recordings import Row as Recording
from assistant.evaluation.recordings import labelled
from models.base import Job, Json

Signal: TypeAlias = NDArray[np.float64]
Way: TypeAlias = Callable[["Gap"], Signal | None]
"""What puts something in the place of a gap: shape (n,) for the whole recording; None where it refuses."""

SHORT_S, LONG_S = (0.005, 0.01, 0.02, 0.04), (0.1, 0.5, 1.0, 2.0)
MUSIC = ("music", "classical", "acoustic_guitar", "bells", "drum")
TEXTURES = ("rain", "sea_waves", "helicopter", "chainsaw", "crackling_fire")
USUAL = 12
"""Recordings of a kind, where no limit is set."""
GAPS = 2
"""In each."""
AROUND_S = 0.4
"""What is left on both sides of a gap at least."""
AUDIBLE_DB = -10.0
"""A short gap holds sound of this level at least, against the whole recording."""
PLANTED = 10
"""Clicks or dropouts in a recording."""
BANDS, FRAME_S = 32, 0.032
SEAM_S = 0.002


@dataclass(frozen=True, slots=True, eq=False)
class Gap:
    """A part of a recording that is lost."""

    sound: Signal
    rate: int
    start: int
    end: int

    @property
    def broken(self) -> Signal:
        """The recording with nothing there."""
        return self.put(np.zeros(self.end - self.start))

    def put(self, part: Signal) -> Signal:
        """The recording with a part in the place of the lost one."""
        return np.concatenate((self.sound[: self.start], part, self.sound[self.end :]))


def measure(contenders: Sequence[Contender], bench: Bench) -> Iterator[Row]:
    """Yield the figures of all engines, of silence ("(nothing)"), of what follows ("(cut)") and what went before.

    Raises:
        DataError: there are no recordings.
    """
    material = _material(bench)
    if not any(material.values()):
        raise DataError("There are no recordings of speech or sounds to measure with.")
    ways = {NOTHING: lambda gap: gap.broken, "(cut)": _cut, "(loop)": _loop} | {
        one.name: _by(one, bench.folder) for one in contenders
    }
    yield from _short(ways, material, bench)
    yield from _long(ways, material, bench)
    for one in contenders:
        yield from _faults(one, material, bench)
    yield from placed(contenders, bench)


def _material(bench: Bench) -> Mapping[str, list[Recording]]:
    """Recordings by kind, some of each."""
    sounds = [(row, label) for row, label in labelled(bench.recordings.rows("sounds"))]
    every = {
        "speech": bench.recordings.rows("speech") + bench.recordings.rows("voices"),
        "music": [row for row, label in sounds if label in MUSIC] + bench.recordings.rows("singing"),
        "textures": [row for row, label in sounds if label in TEXTURES],
    }
    random = np.random.default_rng(bench.seed)
    return {
        kind: [rows[i] for i in random.permutation(len(rows))[: bench.limit or USUAL]] for kind, rows in every.items()
    }


def _sound(bench: Bench, row: Recording) -> tuple[Signal, int]:
    samples, rate = media.read_audio(bench.recordings.path(row))
    return samples.astype(np.float64), rate


def _gaps(bench: Bench, rows: Sequence[Recording], seconds: float, audible: bool) -> Iterator[Gap]:
    """Parts of the recordings at places of chance."""
    for number, row in enumerate(rows):
        random = np.random.default_rng((bench.seed, number, round(1000 * seconds)))
        sound, rate = _sound(bench, row)
        length, around = round(seconds * rate), round(AROUND_S * rate)
        least = np.mean(sound**2) * 10 ** (AUDIBLE_DB / 10) if audible else -1.0
        room = len(sound) - length - max(around, length)  # whoever cuts it out needs as much after it
        if room <= around:
            continue
        starts = random.integers(around, room, 40).tolist()
        loud = [at for at in starts if np.mean(sound[at : at + length] ** 2) > least]
        yield from (Gap(sound, rate, at, at + length) for at in loud[:GAPS])


# ------------------------------------------------------------------------ who fills it


def _by(contender: Contender, folder: Path) -> Way:
    """Have an engine do it."""

    def fill(gap: Gap) -> Signal | None:
        return _made(contender, folder, gap.broken, gap.rate, start_s=gap.start / gap.rate, end_s=gap.end / gap.rate)

    return fill


def _made(contender: Contender, folder: Path, sound: Signal, rate: int, **arguments: Json) -> Signal | None:
    path = folder / "broken.wav"
    sf.write(path, sound, rate, subtype="DOUBLE")
    try:
        made = contender.run(Job("inpaint_audio", folder, arguments, {"audio": path}))
    except EngineError:
        return None
    return np.asarray(sf.read(made.files[0].path)[0], np.float64)


def _cut(gap: Gap) -> Signal:
    """What one hears there where the gap is cut out: what follows it."""
    return gap.put(gap.sound[gap.end : 2 * gap.end - gap.start])


def _loop(gap: Gap) -> Signal:
    """What went before once more."""
    length = gap.end - gap.start
    before = gap.sound[max(0, gap.start - length) : gap.start]
    return gap.put(np.resize(before, length))


# ----------------------------------------------------------------------------- the gaps


def _short(ways: Mapping[str, Way], material: Mapping[str, list[Recording]], bench: Bench) -> Iterator[Row]:
    for kind in ("speech", "music"):
        for seconds in SHORT_S:
            gaps = list(_gaps(bench, material[kind], seconds, audible=True))
            for name in (name for name in ways if gaps and name not in ("(cut)", "(loop)")):
                found = [_snr(gap, made) for gap in gaps if (made := ways[name](gap)) is not None]
                yield Row(name, f"snr {kind} {seconds * 1000:.0f} ms", float(np.median(found or [0.0])), len(found))


def _long(ways: Mapping[str, Way], material: Mapping[str, list[Recording]], bench: Bench) -> Iterator[Row]:
    for kind, rows in material.items():
        for seconds in LONG_S:
            gaps = list(_gaps(bench, rows, seconds, audible=False))
            for name in (name for name in ways if gaps):
                pairs = [(gap, made) for gap in gaps if (made := ways[name](gap)) is not None]
                for metric, of in (("spectrum", _spectrum), ("seam", _seam)):
                    value = float(np.mean([of(gap, made) for gap, made in pairs] or [0.0]))
                    yield Row(name, f"{metric} {kind} {seconds:g} s", value, len(pairs))


def _snr(gap: Gap, made: Signal) -> float:
    """Decibels, inside the gap."""
    there = gap.sound[gap.start : gap.end]
    return _decibels(np.sum(there**2) / max(1e-20, float(np.sum((there - made[gap.start : gap.end]) ** 2))))


def _spectrum(gap: Gap, made: Signal) -> float:
    """Decibels off in a band of a frame, on average, in the gap and a frame beside it."""
    frame = round(FRAME_S * gap.rate)
    part = slice(max(0, gap.start - frame), gap.end + frame)
    bands = [_mel(x[part], gap.rate, frame) for x in (gap.sound, made)]
    floor = max(1e-12, 1e-6 * bands[0].max())
    there, ours = (10 * np.log10(band + floor) for band in bands)
    return float(np.abs(there - ours).mean())


def _mel(x: Signal, rate: int, frame: int) -> Signal:
    rows = np.lib.stride_tricks.sliding_window_view(x, frame)[:: frame // 2] * np.hanning(frame)
    power = np.abs(np.fft.rfft(rows, axis=1)) ** 2
    bins = np.fft.rfftfreq(frame, 1 / rate)
    top = 2595 * np.log10(1 + min(8000.0, rate / 2) / 700)
    edges = 700 * (10 ** (np.linspace(80.0, top, BANDS + 2) / 2595) - 1)
    up = (bins - edges[:-2, None]) / (edges[1:-1] - edges[:-2])[:, None]
    down = (edges[2:, None] - bins) / (edges[2:] - edges[1:-1])[:, None]
    return np.asarray(power @ np.maximum(0.0, np.minimum(up, down)).T)


def _seam(gap: Gap, made: Signal) -> float:
    """Decibels by which the energy of the second difference is off around both seams."""
    near = round(SEAM_S * gap.rate)
    off = []
    for at in (gap.start, gap.end):
        there, ours = (np.sum(np.diff(x[at - near : at + near], 2) ** 2) + 1e-12 for x in (gap.sound, made))
        off.append(abs(_decibels(ours / there)))
    return float(np.mean(off))


def _decibels(ratio: float) -> float:
    return float(10 * np.log10(max(ratio, 1e-12)))


# --------------------------------------------------------------------------- the faults


def _faults(one: Contender, material: Mapping[str, list[Recording]], bench: Bench) -> Iterator[Row]:
    rows = [row for kind in ("speech", "music") for row in material[kind]]
    for fault, plant in (("clicks", _with_clicks), ("dropouts", _with_dropouts)):
        found, false, seconds = 0.0, 0, 0.0
        for number, row in enumerate(rows):
            sound, rate = _sound(bench, row)
            seconds += len(sound) / rate
            false += len(_spans(one, bench.folder, sound, rate, fault))
            broken, places = plant(sound, rate, np.random.default_rng((bench.seed, number)))
            spans = _spans(one, bench.folder, broken, rate, fault)
            found += sum(any(a <= at / rate < b for a, b in spans) for at in places) / len(places)
        yield Row(one.name, f"{fault} found", found / max(1, len(rows)), len(rows))
        yield Row(one.name, f"{fault} false per minute", 60 * false / max(1e-9, seconds), len(rows))
    gains = [gain for row in rows if (gain := _declipped(one, bench, row)) is not None]
    yield Row(one.name, "declipping gain", float(np.mean(gains or [0.0])), len(gains))


def _spans(one: Contender, folder: Path, sound: Signal, rate: int, fault: str) -> list[tuple[float, float]]:
    """What was repaired, in seconds."""
    path = folder / "broken.wav"
    sf.write(path, np.clip(sound, -1.0, 1.0), rate, subtype="PCM_16")
    try:
        facts = one.run(Job("inpaint_audio", folder, {"fault": fault}, {"audio": path})).facts
    except EngineError:
        return []
    return [(start, end) for start, end in cast(list[tuple[float, float]], facts.get("spans") or [])]


def _with_clicks(sound: Signal, rate: int, random: np.random.Generator) -> tuple[Signal, list[int]]:
    """Bursts that die away within half a millisecond, as loud as the sound or up to five times as loud."""
    broken, places = sound.copy(), list[int]()
    level, length = float(np.sqrt(np.mean(sound**2))), rate // 500
    for at in random.integers(rate // 20, max(rate // 20 + 1, len(sound) - rate // 20), PLANTED).tolist():
        burst = random.standard_normal(length) * np.exp(-np.arange(length) / (rate * random.uniform(3e-5, 4e-4)))
        burst[0] = random.choice((-1.0, 1.0))
        place = slice(at, min(len(sound), at + length))
        broken[place] += (burst / np.abs(burst).max() * random.uniform(1, 5) * level)[: place.stop - at]
        places.append(at + 1)
    return broken, places


def _with_dropouts(sound: Signal, rate: int, random: np.random.Generator) -> tuple[Signal, list[int]]:
    """Stretches of zeros of 2 to 60 ms, where there is sound."""
    broken, places = sound.copy(), list[int]()
    level = float(np.sqrt(np.mean(sound**2)))
    for at in random.integers(rate // 20, max(rate // 20 + 1, len(sound) - rate // 5), 20 * PLANTED).tolist():
        length = int(random.integers(rate // 500, rate // 16))
        clear = not any(abs(at - other) < rate // 6 for other in places)
        if len(places) < PLANTED and clear and np.sqrt(np.mean(sound[at : at + length] ** 2)) > 0.3 * level:
            broken[at : at + length] = 0.0
            places.append(at + length // 2)
    return broken, places or [0]


def _declipped(one: Contender, bench: Bench, row: Recording) -> float | None:
    """Decibels of SDR gained, whatever the level of what is made; None where it finds nothing clipped."""
    sound, rate = _sound(bench, row)
    limit = 0.5 * float(np.abs(sound).max())
    clipped = np.clip(sound, -limit, limit)
    made = _made(one, bench.folder, clipped, rate, fault="clipping")
    return None if made is None else _sdr(sound, made) - _sdr(sound, clipped)


def _sdr(sound: Signal, made: Signal) -> float:
    gain = float(sound @ made) / max(1e-12, float(made @ made))
    return _decibels(np.sum(sound**2) / max(1e-20, float(np.sum((sound - gain * made) ** 2))))
