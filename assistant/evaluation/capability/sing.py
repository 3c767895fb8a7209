"""Singing: whether the notes of a score are sung, at their times, and the words understood.

* pitch_error_cents: in the middle of notes of 0.3 s and more, the tracked F0 averaged over a period of vibrato, against
  the score; the median. Pitch that wavers evenly around a note is heard as the note (Shonle & Horan 1980).
* ffe: frames whose voicing is wrong, or whose pitch is off by more than a fifth (Chu & Alwan 2009), on words without
  an unvoiced sound, so that the score alone says where there must be voice.
* onset_error_ms: from a note's time in the score to when its pitch is reached and stays.
* words_recognized: one less the word error rate of Moonshine. dnsmos: how clean and clear it sounds.

A score that was moved by whole octaves is none the worse for it. When the first beat comes is up to the singer. The F0
is tracked by Harvest (Morise 2017; library pyworld), which has nothing to do with what sings.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assistant.audio import RATE, Samples
from assistant.evaluation.capability.base import NOTHING, Bench, Contender, Row
from assistant.evaluation.capability.metrics import lacking
from assistant.evaluation.capability.trials import Tally, first_sound, job, tried
from assistant.evaluation.capability.words import word_errors
from models.base import Card, Job, Made, MadeFile
from models.music.notation import key_of
from models.music.roll import name_of
from models.music.score import Line, Note
from models.music.singing import Singing
from models.music.tunes import TUNES, Tune, song_of
from models.pieces import Writer

TASK = "sing"
WORLD = "(espeak and WORLD)"
FRAME_S = 0.005
LOWEST_HZ, HIGHEST_HZ = 70.0, 900.0
LONG_S, EDGE_S = 0.3, 0.12
VIBRATO_S = 1 / 5.5
REST_S = 0.3
LINES = 4
NEAR_CENTS, GROSS_CENTS = 60.0, 315.0
SEARCH_S = (0.15, 0.2)
MARGIN_S = 0.06
STAYS = 5
MOST_DELAY_S = 1.0
VOICED = (
    ("Twinkle Twinkle Little Star", ("We all are roll-ing a-long", "in a love-ly yel-low moon")),
    ("Ode to Joy", ("We are all a-lone and lone-ly", "on a moon-y riv-er low")),
    ("Mary Had a Little Lamb", ("A-ny day will do for me", "in a gar-den, all a-lone")),
)
"""Words for the first lines of tunes; a line that is not wholly voiced has none."""

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Piece:
    """What is to be sung."""

    text: str
    notes: tuple[tuple[float, float], ...]
    """MIDI number, 0 for a rest, and seconds."""

    @property
    def score(self) -> tuple[str, str]:
        """Notes and durations as a job has them."""
        return (
            " | ".join(name_of(key) if key else "rest" for key, _ in self.notes),
            " | ".join(f"{seconds:.3f}" for _, seconds in self.notes),
        )


def measure(contenders: Sequence[Contender], bench: Bench) -> Iterator[Row]:
    """The figures of each; it takes no recordings.

    Raises:
        EngineMissing: a library that measures is not here.
    """
    ears, tally = _ears(), Tally()
    for contender in (_silent(), _world(), *contenders):
        for tune in TUNES[: bench.count(len(TUNES))]:
            if tune.language == "en":
                _judge_song(tally, contender, bench, piece_of(tune), ears)
        for name, lines in VOICED[: bench.count(len(VOICED))]:
            tune = next(tune for tune in TUNES if tune.title == name)
            _judge_voicing(tally, contender, bench, piece_of(tune, lines))
    yield from tally.rows()


def piece_of(tune: Tune, words: Sequence[str] = ()) -> Piece:
    """The first lines of a tune, each with a rest behind it that its last note gives up; with other words, if given."""
    song = song_of(tune, key_of(tune.key), len(words) or LINES)
    text = " ".join(words) if words else " ".join(line for line, _ in tune.lines[:LINES])
    notes = [one for line in song.lines for one in _with_rest(line)]
    return Piece(text.replace("-", ""), tuple(notes))


def tracked(samples: Samples, rate: int) -> Floats:
    """F0 every `FRAME_S`, in MIDI numbers, 0 where there is no voice: shape (n,)."""
    try:
        import pyworld
    except ImportError as error:
        raise lacking("Singing", "pyworld") from error
    sound = samples.astype(np.float64)
    limits = {"f0_floor": LOWEST_HZ, "f0_ceil": HIGHEST_HZ}
    f0, times = pyworld.harvest(sound, rate, frame_period=1000 * FRAME_S, **limits)
    f0 = pyworld.stonemask(sound, f0, times, rate)
    return np.where(f0 > 0, 69 + 12 * np.log2(np.maximum(f0, 1) / 440), 0.0)


def aligned(f0: Floats, piece: Piece) -> tuple[Floats, Floats]:
    """The track and the score frame by frame, at the delay and the octave at which they agree best."""
    score = _frames(piece)
    best: tuple[float, int, int] = (-1.0, 0, 0)
    for octaves in range(-3, 4):
        for delay in range(0, round(MOST_DELAY_S / FRAME_S), 2):
            agreed = _agreeing(_from(f0, delay, len(score)), score + 12 * octaves * (score > 0))
            best = max(best, (agreed, delay, octaves))
    _, delay, octaves = best
    return _from(f0, delay, len(score)), score + 12 * octaves * (score > 0)


def pitch_errors(f0: Floats, score: Floats) -> list[float]:
    """Cents, of each frame in the middle of a note that is long enough."""
    found = list[float]()
    width = round(VIBRATO_S / FRAME_S)
    for start, end in _spans(score):
        first, last = start + round(EDGE_S / FRAME_S), end - round(EDGE_S / FRAME_S)
        if (end - start) * FRAME_S < LONG_S or last - first < width:
            continue
        cents = 100 * (f0[first:last] - score[start])
        cents = cents[(f0[first:last] > 0) & (np.abs(cents) < 600)]
        if len(cents) >= width:
            found += np.abs(np.convolve(cents, np.full(width, 1 / width), "valid")).tolist()
    return found


def frame_errors(f0: Floats, score: Floats) -> list[bool]:
    """Whether each frame is wrong, those nearest to the edges of rests left out."""
    voiced, margin = score > 0, round(MARGIN_S / FRAME_S)
    edge = np.convolve(np.abs(np.diff(voiced.astype(float), prepend=0.0)), np.ones(2 * margin + 1), "same") > 0
    gross = voiced & (f0 > 0) & (np.abs(f0 - score) * 100 > GROSS_CENTS)
    wrong: list[bool] = (((f0 > 0) != voiced) | gross)[~edge].tolist()
    return wrong


def onset_errors(f0: Floats, score: Floats) -> list[float]:
    """Milliseconds, of each note that is another than the one before."""
    found = list[float]()
    spans = list(_spans(score))
    for (start, _), before in zip(spans, [None, *spans], strict=False):
        if before is not None and before[1] == start and score[before[0]] == score[start]:
            continue
        first = max(0, start - round(SEARCH_S[0] / FRAME_S))
        near = (np.abs(f0[first : start + round(SEARCH_S[1] / FRAME_S)] - score[start]) * 100 < NEAR_CENTS).astype(int)
        runs = np.convolve(near, np.ones(STAYS, int), "valid")
        there = np.flatnonzero(runs == STAYS)
        found.append(1000 * FRAME_S * abs(first + int(there[0]) - start) if len(there) else 1000 * SEARCH_S[1])
    return found


def _judge_song(tally: Tally, contender: Contender, bench: Bench, piece: Piece, ears: "_Ears") -> None:
    samples = _sung(contender, bench, piece)
    if samples is None:
        return
    heard = ears(samples)
    tally.add(contender.name, "words_recognized", max(0.0, 1 - word_errors([heard], [piece.text])))
    if not samples.any():
        return
    f0, score = aligned(tracked(samples, RATE), piece)
    tally.add(contender.name, "pitch_error_cents", float(np.median(pitch_errors(f0, score) or [600.0])))
    tally.add(contender.name, "onset_error_ms", float(np.median(onset_errors(f0, score))))
    for name, value in _opinions(samples).items():
        tally.add(contender.name, name, value)


def _judge_voicing(tally: Tally, contender: Contender, bench: Bench, piece: Piece) -> None:
    samples = _sung(contender, bench, piece)
    if samples is None:
        return
    if not samples.any():
        tally.add(contender.name, "ffe", float(np.mean([key > 0 for key, _ in piece.notes])))
        return
    tally.add(contender.name, "ffe", float(np.mean(frame_errors(*aligned(tracked(samples, RATE), piece)))))


def _sung(contender: Contender, bench: Bench, piece: Piece) -> Samples | None:
    notes, durations = piece.score
    made = tried(contender, job(bench, TASK, {}, text=piece.text, notes=notes, durations_s=durations))
    return first_sound(made, RATE) if made else None


def _opinions(samples: Samples) -> dict[str, float]:
    try:
        from assistant.bench.voice_quality import opinion
    except ImportError as error:
        raise lacking("The sound of a voice", "speechmos") from error
    found = opinion(samples, RATE)
    return {"dnsmos_ovrl": found.overall, "dnsmos_sig": found.signal}


class _Ears:
    """The conversation's own recognizer."""

    def __init__(self) -> None:
        from asr.moonshine import Moonshine

        self._recognizer = Moonshine()

    def __call__(self, samples: Samples) -> str:
        return self._recognizer.transcribe(samples).text if samples.any() else ""


def _ears() -> _Ears:
    return _Ears()


def _silent() -> Contender:
    """Who does nothing: silence as long as the score."""

    def run(wanted: Job) -> Made:
        path = wanted.folder / "silence.wav"
        with Writer(path, RATE, 1) as writer:
            writer.write(np.zeros(10 * RATE, np.float32))
        return Made(files=(MadeFile(path, "silence"),))

    return Contender(NOTHING, run)


def _world() -> Contender:
    """The same score by the same engine with another voice: espeak-ng, taken apart and put together by WORLD."""
    try:
        from assistant.evaluation.capability.world_singer import WorldSinger
    except ImportError as error:
        raise lacking("WORLD", "pyworld") from error
    engine = Singing(Card(WORLD, TASK, "dsp", "espeak-ng made to sing by WORLD"), WorldSinger)
    engine.load()
    return Contender(WORLD, lambda wanted: engine.run(wanted, lambda share: None))


def _frames(piece: Piece) -> Floats:
    """The score frame by frame; what a note is rounded by does not add up over those behind it."""
    ends = np.rint(np.cumsum([seconds for _, seconds in piece.notes]) / FRAME_S).astype(int)
    return np.repeat([key for key, _ in piece.notes], np.diff(ends, prepend=0))


def _with_rest(line: Line) -> list[tuple[float, float]]:
    *notes, last = line.notes
    shorter = Note(last.key, max(LONG_S, last.seconds - REST_S))
    return [*((note.key, note.seconds) for note in (*notes, shorter)), (0.0, REST_S)]


def _spans(score: Floats) -> Iterator[tuple[int, int]]:
    """Where each note begins and ends; equal notes that follow each other are one."""
    edges = [0, *(np.flatnonzero(np.diff(score)) + 1).tolist(), len(score)]
    for start, end in zip(edges, edges[1:], strict=False):
        if score[start] > 0:
            yield start, end


def _from(f0: Floats, delay: int, length: int) -> Floats:
    there = f0[delay : delay + length]
    return np.pad(there, (0, length - len(there)))


def _agreeing(f0: Floats, score: Floats) -> float:
    return float(np.mean((f0 > 0) & (score > 0) & (np.abs(f0 - score) * 100 < NEAR_CENTS)))
