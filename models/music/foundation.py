"""Singing by a public model, such as VISinger, that was trained on Mandarin songs: an engine around it.

text, notes, a score ─▶ Song ─▶ into the range ─▶ Line ─▶ pinyin, phones ─▶ the model, attended ─▶ Writer
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import NoReturn, Protocol

import numpy as np
from numpy.typing import NDArray

from assistant.audio import RATE, Samples
from assistant.errors import EngineError
from assistant.resample import resample
from models.attended import attended
from models.base import Card, Job, Made, MadeFile, Report
from models.music.choosing import Wanted, chosen
from models.music.fitting import MANDARIN
from models.music.foundation_score import Syllable
from models.music.pinyin import phones_of
from models.music.ranging import in_range
from models.music.roll import Roll
from models.music.score import Line, with_breaths
from models.music.singing import START_S, facts_of
from models.pieces import Writer
from models.speech.pitch_track import HOP, pitch_track

LOWEST, HIGHEST = 54.0, 76.0
"""MIDI numbers between which a woman's voice that sings pop is at home: F sharp 3 to E5."""
MOST_LEAD_S, LEAST_LEAD_S = 0.4, 0.15
"""Of the rest before a line the part that the model breathes in, and with less of which it does not."""
FADE_S = 0.005
TAGS = {"software": "Earshot", "comment": "synthetic: sung by {name}, a model trained on songs, not recorded"}
"""What the file says of itself."""
ANY_NAME = frozenset(("", "you", "your voice", "your own voice", "yourself"))
NO_WORDS = "There is nothing in that which I can sing; tell me the words and the notes."


class Model(Protocol):
    """What sings a line."""

    rate: int
    """Hertz."""
    phones: frozenset[str]
    """All that it knows."""

    def __call__(self, syllables: Sequence[Syllable], lead_s: float, seed: int) -> Samples:
        """The line behind a breath of `lead_s`, mono float32 of shape (n,).

        Raises:
            EngineError: it was stopped, or fails.
        """

    def stop(self) -> None:
        """End the call that runs, from another thread."""


class FoundationSinging:
    """An `Engine` around a model that sings Mandarin."""

    def __init__(self, card: Card, load: Callable[[], Model]) -> None:
        """`load` raises EngineMissing where the model is not here."""
        self.card = card
        self._load = load
        self._model: Model | None = None

    def load(self) -> None:
        """Load the model."""
        self._model = self._load()

    def drop(self) -> None:
        """Let the model go."""
        self._model = None

    def run(self, job: Job, report: Report) -> Made:
        """Sing `text`, characters or pinyin, on `notes` with `durations_s`, or the file `score`; without notes to a
        tune that is made up.

        Raises:
            EngineError: there are no words, they are not Mandarin, or notes cannot be read.
            DataError: the score cannot be read, or the song not be written.
            JobCancelled: it is no longer wanted; no file is left.
        """
        assert self._model is not None, "loaded before it is run"
        report(0.0)
        model, singer = self._model, _Range(self._model.rate)
        song, moved = in_range(chosen(Wanted.of(job), singer), singer)
        song = with_breaths(song)
        if not song.notes:
            raise EngineError(NO_WORDS)
        lines = [_syllables(line, model) for line in song.lines]
        path, roll = job.folder / "song.wav", Roll(song, START_S)
        tags = {**TAGS, "comment": TAGS["comment"].format(name=self.card.name)}
        with Writer(path, model.rate, 1, tags) as writer:
            sung = _Performance(model, writer, roll, job.seed)
            for k, (line, syllables) in enumerate(zip(song.lines, lines, strict=True)):
                sung.sing(line, syllables, partial(report, k / len(lines)))
        report(1.0)
        notice = " ".join(filter(None, (song.notice, moved, _voice_notice(job, self.card))))
        file = MadeFile(path, song.title.lower() or "song")
        facts = {**facts_of(song, sung.written / model.rate), "rate": model.rate}
        return Made("", (file,), posteriors=roll.drawn(), facts=facts, notice=notice)


class _Performance:
    """A song while it is sung: what was written, and when the next line begins."""

    def __init__(self, model: Model, writer: Writer, roll: Roll, seed: int) -> None:
        self._model, self._writer, self._roll, self._seed = model, writer, roll, seed
        self._time = START_S
        """The end of the last line by the score, in seconds."""
        self.written = 0
        """Samples."""

    def sing(self, line: Line, syllables: Sequence[Syllable], alive: Callable[[], None]) -> None:
        """Add a line at its time; the model takes its own durations, so one that is late begins at once."""
        alive()
        beat_s, rate = self._time + line.rest_s, self._model.rate
        self._time = beat_s + line.seconds
        lead_s = min(MOST_LEAD_S, beat_s - self.written / rate)
        lead_s = lead_s if lead_s >= LEAST_LEAD_S else 0.0
        samples = attended(lambda: self._model(syllables, lead_s, self._seed), alive, self._model.stop)
        start = max(self.written, round((beat_s - lead_s) * rate))
        self._writer.write(np.zeros(start - self.written, np.float32))
        self._writer.write(_faded(samples, rate))
        self.written = start + len(samples)
        self._roll.sung(start / rate, HOP / RATE / 2, _melody(samples, rate).tolist())


@dataclass(frozen=True, slots=True)
class _Spoken:
    """Words of which each is a syllable, as all are in Mandarin: a `Phrase` that is counted and not sung."""

    symbols: tuple[str, ...]

    @property
    def kinds(self) -> tuple[str, ...]:
        return ("vowel",) * len(self.symbols)

    @property
    def words(self) -> tuple[int, ...]:
        return tuple(range(len(self.symbols)))

    @property
    def seconds(self) -> NDArray[np.float64]:
        return np.full(len(self.symbols), 0.2)

    def sound(self, frames: NDArray[np.int64], hertz: NDArray[np.floating], tract: float = 1.0) -> NoReturn:
        raise EngineError(NO_WORDS)

    def stop(self) -> None:
        pass


class _Range:
    """The `Singer` by which a song is chosen and moved to where the model sings."""

    def __init__(self, rate: int) -> None:
        self.rate, self.hop, self.language = rate, 1, MANDARIN
        self.lowest, self.highest = LOWEST, HIGHEST

    def phrase(self, words: Sequence[str], language: str) -> _Spoken:
        """The words, a syllable each."""
        return _Spoken(tuple(words))


def _syllables(line: Line, model: Model) -> list[Syllable]:
    """The words of a line on their notes."""
    phones = phones_of([word.text for word in line.words], model.phones)
    notes = (tuple(note for cell in word.cells for note in cell) for word in line.words)
    return [Syllable(*one) for one in zip(phones, notes, strict=True)]


def _melody(samples: Samples, rate: int) -> NDArray[np.float64]:
    """F0 in hertz every 5 ms, 1 where there is none; listened to an octave lower, since singing goes above speech."""
    return np.asarray(np.nan_to_num(2 ** (pitch_track(resample(samples, rate, 2 * RATE)) + 1), nan=1.0))


def _faded(samples: Samples, rate: int) -> Samples:
    """With soft edges."""
    faded, edge = samples.copy(), min(len(samples) // 2, round(FADE_S * rate))
    if edge:
        faded[:edge] *= np.linspace(0, 1, edge, dtype=np.float32)
        faded[-edge:] *= np.linspace(1, 0, edge, dtype=np.float32)
    return faded


def _voice_notice(job: Job, card: Card) -> str:
    wanted = str(job.arguments.get("voice") or "").strip().lower()
    return "" if wanted in ANY_NAME or wanted == card.name else f"{card.name} has one voice, so it is that one."
