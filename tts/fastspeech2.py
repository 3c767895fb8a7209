"""FastSpeech 2 (Ren et al. 2020, arXiv 2006.04558) as a voice: a folder of ONNX networks, run by onnxruntime.

clause ─▶ readings ─▶ phones ─▶ encoder ─▶ durations, pitch, energy, as the manner wants them ─▶ decoder ─▶ vocoder

The durations say when each phone sounds, exact to one frame.
"""

import logging
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from assistant.audio import Samples, silence
from assistant.errors import EngineError, EngineMissing, SettingsError
from assistant.events import Manner, Spoken, Word
from tts.cards import PHONES, read_card, read_phones
from tts.durations import Frames, whole_frames
from tts.level import amplified
from tts.networks import Encoded, Networks
from tts.normalize import Reading, readings
from tts.options import FastSpeech2Options
from tts.phonemes import PAUSES, Phone, Phonemizer
from tts.score import Score, Symbols
from tts.seams import closing_mark, faded, pause_s, trimmed
from tts.tract import resized

LONGEST = 400
"""Phones that are synthesized in one go; attention costs their square."""
CLOSING_S = (0.04, 0.09)
"""Least and most that the voice itself gives to the pause that ends a clause: the sound dies away in it."""
OCTAVE = math.log(2)
"""Of natural log F0, twelve semitones."""
OWN_PITCH, SIZE = 2.0, 0.35
"""Semitones by which a voice moves and stays its own; what share of what is beyond is for the size of who speaks."""
WARM_UP = "Good morning, this is how I sound when I speak to you."

Durations = NDArray[np.float64]

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, eq=False)
class _Take:
    """A score as it was sounded."""

    samples: Samples
    starts: NDArray[np.int64]
    """The sample at which each phone begins, shape (n,)."""
    ends: NDArray[np.int64]


class FastSpeech2:
    """The `Voice` in a folder.

    Raises:
        EngineMissing: a file of it is missing or broken.
        SettingsError: its card does not fit its files.
    """

    def __init__(
        self,
        folder: Path,
        options: FastSpeech2Options | None = None,
        lexicon: Mapping[str, Sequence[str]] | None = None,
    ) -> None:
        self.name = folder.name
        self.card = read_card(folder)
        self.rate = self.card.rate
        self.notice = self.card.notice
        self.language = self.card.language
        self.options = options or FastSpeech2Options()
        symbols = read_phones(folder)
        if self.card.end and self.card.end not in symbols:
            raise SettingsError(f'{folder}: the card names "{self.card.end}" as end, which is not in {PHONES}.')
        self._symbols = Symbols(symbols, self.card.phone_set, self.card.end)
        self._names = tuple(symbols) if self.card.phone_set == "espeak" else ()
        self._phonemizer, self._known = Phonemizer(lexicon), frozenset(lexicon or ())
        self._networks = Networks(folder, self.options.device, self.options.threads)
        self._warm_up()

    def speak(self, clause: str, manner: Manner) -> Spoken:
        """A clause as sound, beginning at once and ending with the pause that its closing mark asks for.

        Raises:
            EngineError: a network fails.
        """
        read = readings(clause, self._known)
        score = self._symbols.score(self._phones(read))
        if not score.sounds.any():
            return Spoken(silence(0, self.rate), self.rate)
        take = self._take(score, manner)
        speech, skipped = trimmed(take.samples, self.rate)
        if not len(speech):
            return Spoken(speech, self.rate)
        words = _words(read, score, take, skipped, len(speech), self.rate)
        loud = faded(amplified(speech, manner.gain_db, self.rate), self.rate)
        pause = silence(self._pause_s(clause) / self._speed(manner), self.rate)
        phones = _timed_phones(self._names, score, take, skipped, len(speech), self.rate) if self._names else ()
        return Spoken(np.concatenate((loud, pause)), self.rate, words, phones=tuple(phones))

    def _phones(self, read: Sequence[Reading]) -> Sequence[Phone]:
        """The phones of a clause; one that nothing closes sounds as if it ended there."""
        phones = self._phonemizer.phones([r.spoken for r in read])
        if phones and phones[-1].symbol not in PAUSES:
            phones.append(Phone(".", phones[-1].word))
        return phones

    def _take(self, score: Score, manner: Manner) -> _Take:
        """The score sounded, piece by piece where it is long."""
        pieces = list(score.pieces(LONGEST))
        takes = [self._sounded(piece, manner, last=piece is pieces[-1]) for piece in pieces]
        offsets = np.cumsum([0, *(len(t.samples) for t in takes)])[:-1]
        return _Take(
            np.concatenate([faded(t.samples, self.rate) for t in takes]) if len(takes) > 1 else takes[0].samples,
            np.concatenate([t.starts + offset for t, offset in zip(takes, offsets, strict=True)]),
            np.concatenate([t.ends + offset for t, offset in zip(takes, offsets, strict=True)]),
        )

    def _sounded(self, score: Score, manner: Manner, last: bool) -> _Take:
        encoded = self._networks.encode(score.ids)
        durations = self._durations(encoded, score, manner)
        if last:
            durations = self._closed(durations, score)
        frames = whole_frames(durations, score.sounds)
        samples = self._voiced(encoded, frames, manner)
        ends = np.cumsum(frames) * self.card.hop
        if len(samples) != ends[-1]:
            raise EngineError(
                f"The voice {self.name} gave {len(samples)} samples for {frames.sum()} frames of {self.card.hop}; "
                "its card does not fit its networks."
            )
        return _Take(samples, ends - frames * self.card.hop, ends)

    def _voiced(self, encoded: Encoded, frames: Frames, manner: Manner) -> Samples:
        """The sound of phones; of somebody larger where the voice is to be much deeper, of somebody smaller where it
        is to be much higher. What the decoder is asked for is then nearer to what the voice itself would say."""
        tract = _tract(self.options.pitch + manner.pitch) if manner.sized else 1.0
        if tract == 1.0 or not self._networks.melodic:
            return self._networks.sound(self._delivered(encoded, manner), frames)
        nearer = self._delivered(encoded, replace(manner, pitch=manner.pitch - 12 * math.log2(tract)))
        mel, f0 = self._networks.spectrum(nearer, frames, nearer.pitch)
        return self._networks.vocode(resized(mel, tract, self.rate), np.asarray(f0 * tract, np.float32))

    # ------------------------------------------------------------- how it is said

    def _durations(self, encoded: Encoded, score: Score, manner: Manner) -> Durations:
        """Frames of every phone, real-valued, shape (n,)."""
        o, frame_s = self.options, self.card.hop / self.rate
        durations = encoded.durations.astype(np.float64)
        for i, mark in enumerate(score.marks):
            if mark in PAUSES:
                own_s = min(max(durations[i] * frame_s, o.shortest_pause_s), o.longest_pause_s)
                set_s = self._set_s(mark)
                durations[i] = (own_s if set_s is None else set_s) / frame_s
        return durations / self._speed(manner)

    def _closed(self, durations: Durations, score: Score) -> Durations:
        """With what stands behind the last sound cut to the little that the sound needs to die away."""
        final = int(np.flatnonzero(score.sounds)[-1]) + 1 if score.sounds.any() else 0
        if final == len(durations):
            return durations
        least, most = (seconds * self.rate / self.card.hop for seconds in CLOSING_S)
        durations[final], durations[final + 1 :] = np.clip(durations[final:].sum(), least, most), 0
        return durations

    def _delivered(self, encoded: Encoded, manner: Manner) -> Encoded:
        """With the melody and the strength that are wanted."""
        o = self.options
        shift = (o.pitch + manner.pitch) * OCTAVE / 12 / self.card.pitch.std
        pitch = (encoded.pitch * o.pitch_range * manner.pitch_range + shift).astype(np.float32)
        return replace(encoded, pitch=pitch, energy=(encoded.energy + o.energy).astype(np.float32))

    def _speed(self, manner: Manner) -> float:
        return self.options.speed * manner.speed

    def _set_s(self, mark: str) -> float | None:
        """Seconds that are set for the pause at a mark; None where that is left to the voice."""
        return self.options.comma_s if mark == "," else self.options.stop_s if mark in PAUSES else None

    def _pause_s(self, clause: str) -> float:
        """Seconds of silence behind a clause."""
        set_s = self._set_s(PAUSES[mark]) if (mark := closing_mark(clause)) in PAUSES else None
        return pause_s(clause) if set_s is None else set_s

    def _warm_up(self) -> None:
        """Speak once, so that the first clause is no slower than others, and what does not fit is known now."""
        try:
            self.speak(WARM_UP, Manner())
        except EngineError as error:
            raise EngineMissing(f"{error} Copy or export it again.") from error
        if self.notice:
            logger.info("%s: %s", self.name, self.notice)


def _tract(pitch: float) -> float:
    """How much higher the resonances lie in a voice that is so many semitones higher than the own."""
    beyond = math.copysign(max(0.0, abs(pitch) - OWN_PITCH), pitch)
    return float(2 ** (SIZE * beyond / 12))


def _words(
    read: Sequence[Reading], score: Score, take: _Take, skipped: int, length: int, rate: int
) -> tuple[Word, ...]:
    """Every written word with the seconds from the first of its sounds to the end of the last; one that is not spoken
    has none of its own.

    `skipped` samples were taken from the front, and `length` are left.
    """
    sounds = np.flatnonzero(score.sounds)
    owners = score.words[sounds]
    firsts, behind = (np.searchsorted(owners, np.arange(len(read)), side) for side in ("left", "right"))
    starts = np.clip(take.starts[sounds] - skipped, 0, length) / rate
    ends = np.clip(take.ends[sounds] - skipped, 0, length) / rate
    words: list[Word] = []
    for reading, first, end in zip(read, firsts, behind, strict=True):
        silent_at = words[-1].end_s if words else 0.0
        span = (float(starts[first]), float(ends[end - 1])) if end > first else (silent_at, silent_at)
        words.append(Word(reading.written, *span))
    return tuple(words)


def _timed_phones(
    names: Sequence[str], score: Score, take: _Take, skipped: int, length: int, rate: int
) -> Iterator[Word]:
    """Every sound by its symbol, with its seconds; arguments as of `_words`."""
    for k in np.flatnonzero(score.sounds):
        start, end = np.clip((take.starts[k] - skipped, take.ends[k] - skipped), 0, length) / rate
        yield Word(names[score.ids[k]], float(start), float(end))
