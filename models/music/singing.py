"""Singing as a job: words, or a song by heart, or a score in a file, sung line by line into a WAV.

text, notes, durations ┐
a tune by its name     ├▶ Song ─▶ into the voice's range ─▶ Line ─▶ phones, frames, F0 ─▶ voice ─▶ Writer
MusicXML, MIDI         ┘                                      └ a breath before each
"""

from collections.abc import Callable, Sequence
from functools import partial

import numpy as np

from assistant.audio import Samples
from assistant.errors import EngineError
from models.attended import attended
from models.base import Card, Job, Json, Made, MadeFile, Report
from models.music.breath import breath
from models.music.choosing import Wanted, chosen
from models.music.delivery import TAIL_S, delivered, with_vibrato
from models.music.fitting import nuclei
from models.music.notation import NAMES_OF_TONICS
from models.music.ranging import in_range
from models.music.roll import Roll, name_of
from models.music.score import OCTAVE, Line, Song, with_breaths, wordless
from models.music.style import Style, kind_of
from models.music.voice import Phrase, Singer
from models.pieces import Writer

START_S = 0.25
"""Silence before the first beat, for the consonants that come before it."""
LEAST_ROOM_S = 0.02
SYLLABLE = "la"
"""What is sung where no words are wanted."""
BREATH_GAP_S = 0.06
"""Between a breath and the voice."""
FADE_IN_S = 0.005
KNEE = 0.6
"""Of full scale; what is louder is held back the more."""
TAGS = {"software": "Earshot", "comment": "synthetic: sung by a synthesizer in a voice of its own, not recorded"}
"""What the file says of itself."""
LANGUAGES = {"cmn": "Mandarin", "fr": "French", "de": "German"}


class Singing:
    """An `Engine` around a voice that sings."""

    def __init__(self, card: Card, load: Callable[[], Singer]) -> None:
        """`load` raises EngineMissing where the voice is not here."""
        self.card = card
        self._load = load
        self._singer: Singer | None = None

    def load(self) -> None:
        """Load the voice, and sing a word, so that the first song is as quick as the others."""
        self._singer = self._load()
        phrase = self._singer.phrase(["la"], self._singer.language)
        frames = np.full(len(phrase.kinds), 8, np.int64)
        phrase.sound(frames, np.full(int(frames.sum()), 220.0))

    def drop(self) -> None:
        """Let the voice go."""
        self._singer = None

    def run(self, job: Job, report: Report) -> Made:
        """Sing `text`, on `notes` with `durations_s`, or to the `tune` of that name, in `key`, at `tempo`; or the file
        `score`. Without any notes it is a song that is known by heart, or a tune is made up.

        Raises:
            EngineError: there are no words, or notes that cannot be read.
            DataError: the score cannot be read, or the song not be written.
            JobCancelled: it is no longer wanted; no file is left.
        """
        assert self._singer is not None, "loaded before it is run"
        report(0.0)
        singer = _Attended(self._singer, lambda: report(0.0))
        song, moved = in_range(chosen(Wanted.of(job), singer), singer)
        song = with_breaths(wordless(song, SYLLABLE) if song.style.sound else song)
        if not song.notes:
            raise EngineError("There is nothing in that which I can sing; tell me the words, or the name of a song.")
        path = job.folder / "song.wav"
        roll = Roll(song, START_S)
        with Writer(path, singer.rate, 1, TAGS) as writer:
            sung = _Performance(self._singer, writer, roll, song.style, np.random.default_rng(job.seed))
            for k, line in enumerate(song.lines):
                before = sum(one.rest_s + one.seconds for one in song.lines[:k]) / max(song.seconds, 1e-9)
                sung.sing(line, song.language, partial(report, min(before, 0.99)))
        report(1.0)
        notice = " ".join(
            filter(
                None, (song.notice, moved, _foreign(song, singer), _voice_notice(job, self.card), _lacking(song.style))
            )
        )
        name = song.title.lower() if song.title else "song"
        return Made(
            "", (MadeFile(path, name),), posteriors=roll.drawn(), facts=facts_of(song, sung.seconds), notice=notice
        )


class _Performance:
    """A song while it is sung: what was written, and when the next line begins."""

    def __init__(self, singer: Singer, writer: Writer, roll: Roll, style: Style, random: np.random.Generator) -> None:
        self._singer, self._writer, self._roll, self._random = singer, writer, roll, random
        self._manners, self._tract = with_vibrato(style.vibrato), style.throat.tract
        self._gain = 10 ** (style.gain_db / 20)
        self._time = START_S
        """The end of the last line by the score, in seconds."""
        self._written = 0
        """Samples."""

    @property
    def seconds(self) -> float:
        """How long the file is."""
        return self._written / self._singer.rate

    def sing(self, line: Line, language: str, tick: Callable[[], None]) -> None:
        """Add a line, at its time, with the breath before it."""
        tick()
        beat_s, rate, hop = self._time + line.rest_s, self._singer.rate, self._singer.hop
        self._time = beat_s + line.seconds
        phrase = self._singer.phrase([word.text for word in line.words], language)
        carriers, cells = nuclei(phrase, line.words)
        if not carriers:
            return
        room_s = max(LEAST_ROOM_S, beat_s - self.seconds - LEAST_ROOM_S)
        sung = delivered(_seconds(phrase), carriers, cells, room_s, hop / rate, self._manners)
        samples = attended(lambda: phrase.sound(sung.frames, sung.hertz, self._tract), tick, phrase.stop)
        samples = _faded(samples, rate) * np.float32(self._gain)
        samples = limited(samples) if self._gain > 1 else samples
        start = max(self._written, round(beat_s * rate) - sung.lead * hop)
        self._put(self._pause(start - self._written))
        self._roll.sung(start / rate, hop / rate, sung.hertz.tolist())
        self._put(samples)

    def _pause(self, count: int) -> Samples:
        """So many samples without singing, with a breath at their end where there is time for one."""
        pause = np.zeros(count, np.float32)
        drawn = breath(count / self._singer.rate - BREATH_GAP_S, self._singer.rate, self._random)
        behind = count - round(BREATH_GAP_S * self._singer.rate)
        pause[behind - len(drawn) : behind] = drawn
        return pause

    def _put(self, samples: Samples) -> None:
        self._writer.write(samples)
        self._written += len(samples)


class _Attended:
    """A `Singer` that tells before each phrase that it is at work."""

    def __init__(self, singer: Singer, tick: Callable[[], None]) -> None:
        self._singer, self._tick = singer, tick
        self.rate, self.hop, self.language = singer.rate, singer.hop, singer.language
        self.lowest, self.highest = singer.lowest, singer.highest

    def phrase(self, words: Sequence[str], language: str) -> Phrase:
        """As the singer's."""
        self._tick()
        return self._singer.phrase(words, language)


def limited(samples: Samples) -> Samples:
    """Peaks beyond `KNEE` bent to stay below full scale."""
    size = np.abs(samples)
    bent = KNEE + (1 - KNEE) * np.tanh((size - KNEE) / (1 - KNEE))
    return np.asarray(np.where(size > KNEE, np.sign(samples) * bent, samples), np.float32)


def _seconds(phrase: Phrase) -> "np.ndarray[tuple[int], np.dtype[np.float64]]":
    return np.asarray(phrase.seconds, np.float64)


def _faded(samples: Samples, rate: int) -> Samples:
    """With soft edges."""
    faded = samples.copy()
    rise, fall = min(len(faded), round(FADE_IN_S * rate)), min(len(faded), round(TAIL_S * rate))
    faded[:rise] *= np.linspace(0, 1, rise, dtype=np.float32)
    if fall:
        faded[-fall:] *= np.linspace(1, 0, fall, dtype=np.float32)
    return faded


def _foreign(song: Song, singer: Singer) -> str:
    if song.language.startswith(singer.language):
        return ""
    named = LANGUAGES.get(song.language, "the other language")
    return f"My voice has only learned English, so I sang the {named} with the English sounds nearest to it."


def _voice_notice(job: Job, card: Card) -> str:
    wanted = str(job.arguments.get("voice") or "").strip().lower()
    known = ("", "you", "your voice", "your own voice", "yourself", "lj", card.name)
    if wanted in known or kind_of(wanted):
        return ""
    return "Only my own voice can sing, as it is, lower like a man's or higher like a child's, so it is that one."


def _lacking(style: Style) -> str:
    """What of a manner is left out."""
    sound = {"hummed": "I cannot hum, so I sang it on la.", "whistled": "I cannot whistle, so I sang it on la."}
    many = "I have one voice at a time, so I sang it alone." if style.second else ""
    return " ".join(filter(None, (sound.get(style.sound, ""), many)))


def facts_of(song: Song, seconds: float) -> dict[str, Json]:
    """What is told of a song that was sung, and lasts so long."""
    keys = [note.key for note in song.notes]
    return {
        "title": song.title,
        "seconds": round(seconds, 2),
        "notes": len(keys),
        "lines": len(song.lines),
        "lowest": name_of(min(keys)),
        "highest": name_of(max(keys)),
        "key": song.key or NAMES_OF_TONICS[round(keys[-1]) % OCTAVE],
        "tune": song.tune,
        "manner": f"as {song.style.throat.name}" if song.style.throat.tract != 1 else "",
    }
