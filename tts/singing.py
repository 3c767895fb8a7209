"""A voice of FastSpeech 2 that sings: phones whose frames and F0 are set from outside.

words ─▶ phones ─▶ encoder ─▶ decoder, vowels as long as they are spoken ─▶ mel, vowels drawn out ─▶ vocoder at F0
                                                                             └ the middle held      └ times `TAKES`

The decoder has heard no vowel of two seconds, so it is asked for a spoken one, and the middle of that is held. The
vocoder draws its pulses at the F0 it is given, to the sample.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from assistant.audio import Samples
from assistant.errors import EngineError
from tts.cards import Card, read_card, read_phones
from tts.durations import Frames
from tts.foreign import foreign
from tts.networks import Encoded, Networks
from tts.phonemes import PAUSES, VOWELS, Phonemizer, plain
from tts.score import Score, Symbols
from tts.tract import resized

SPOKEN_S = 0.2
"""The longest vowel that the decoder is asked for."""
ONSET, CODA = 0.4, 0.35
"""The parts of a spoken vowel that stay as they are before and after what is held."""
TAKES = 6
"""Renderings that are averaged where there is voice: pulses are the same in all, noise is not, and loses 8 dB."""
STEP = 29
"""Frames by which the vocoder's noise is moved from one of them to the next."""
LEAD = 2
FADE = 512
"""Samples over which voice passes into what has none."""
SONORANT = frozenset(("m", "n", "n̩", "ŋ", "l", "əl", "ɹ", "w", "j"))
"""Consonants that always have voice."""
SYLLABIC = frozenset(("n̩",))
ENGLISH = "en"
EVENNESS = 0.75
"""The part of the difference in loudness between vowels that is taken out."""
MOST_GAIN = (-1.0, 1.4)
"""Nepers by which a vowel is made softer and louder at most: -9 and 12 dB."""
CLEARER = 0.35
"""Nepers by which consonants are louder than they are spoken, 3 dB: held vowels drown them."""
REACH = (-2.4, 2.2)
"""Standard deviations of its speech's log F0 within which a voice sings well."""
KEY_OF_A4, HERTZ_OF_A4 = 69, 440.0
LONGEST = 400
"""Phones in a phrase; attention costs their square."""

Kinds = tuple[str, ...]


class SingingVoice:
    """The voice in a folder, made to sing.

    Raises:
        EngineMissing: a file of it is missing or broken.
        SettingsError: its card does not fit its files.
    """

    def __init__(self, folder: Path, threads: int = 2) -> None:
        self.card = read_card(folder)
        self.rate, self.hop = self.card.rate, self.card.hop
        self._known = read_phones(folder)
        self.language = ENGLISH
        """What it has learned."""
        self.lowest, self.highest = (
            KEY_OF_A4 + 12 * (self.card.pitch.mean + far * self.card.pitch.std - math.log(HERTZ_OF_A4)) / math.log(2)
            for far in REACH
        )
        """What it sings well, as MIDI numbers notes: how high its speech goes, and a little further down."""
        self._symbols = Symbols(self._known, self.card.phone_set, self.card.end)
        self._phonemizer = Phonemizer()
        self._networks = Networks(folder, "cpu", threads)

    def phrase(self, words: Sequence[str], language: str = ENGLISH) -> "SungPhrase":
        """Words to be sung in one breath; a language that the voice has not learned by its nearest phones.

        Raises:
            EngineError: there is too much for one breath, or a network fails.
        """
        phones = self._phonemizer.phones(words) if language.startswith(ENGLISH) else foreign(words, language)
        score = self._symbols.score([p for p in phones if p.symbol not in PAUSES])
        if len(score.ids) > LONGEST:
            raise EngineError("That is too much for one breath; put commas or rests into it.")
        if not len(score.ids):
            return SungPhrase((), (), (), np.zeros(0), _Instrument(self.card, self._networks, _nothing(), score))
        encoded = self._networks.encode(score.ids)
        names = tuple(self._known[i] for i in score.ids)
        kinds = tuple("vowel" if is_nucleus(name) else "consonant" for name in names)
        seconds = np.asarray(encoded.durations, np.float64) * self.hop / self.rate
        instrument = _Instrument(self.card, self._networks, encoded, score)
        return SungPhrase(names, kinds, tuple(int(w) for w in score.words), seconds, instrument)


@dataclass(frozen=True, slots=True, eq=False)
class SungPhrase:
    """The n phones of a phrase, and what makes them sound."""

    symbols: tuple[str, ...]
    """espeak-ng's IPA with stress."""
    kinds: Kinds
    """Of each "vowel" or "consonant"; every vowel is a syllable."""
    words: tuple[int, ...]
    """Index of the word that each belongs to, never falling."""
    seconds: NDArray[np.float64]
    """How long each is when it is spoken, shape (n,)."""
    instrument: "_Instrument"

    def sound(self, frames: Frames, hertz: NDArray[np.floating], tract: float = 1.0) -> Samples:
        """The phrase with `frames` (n,) for each phone, at F0 of shape (sum of frames,) → (sum of frames * hop,); with
        a `tract` of less than 1 that of somebody larger, whose resonances lie so many times as high.

        Raises:
            EngineError: a network fails, or it was stopped.
        """
        if not frames.sum():
            return np.zeros(0, np.float32)
        # What is asked of the decoder is what the voice itself would sing there: higher, where a larger body is put on.
        mel, f0 = self.instrument.spectrum(frames, hertz / tract, self.kinds, self.symbols)
        mel, f0 = resized(mel, tract, self.instrument.card.rate), np.asarray(f0 * tract, np.float32)
        return self.instrument.vocoded(mel, f0)

    def stop(self) -> None:
        """End `sound`, which another thread is in."""
        self.instrument.networks.stop()


@dataclass(frozen=True, slots=True, eq=False)
class _Instrument:
    card: Card
    networks: Networks
    encoded: Encoded
    score: Score

    def spectrum(
        self, frames: Frames, hertz: NDArray[np.floating], kinds: Kinds, symbols: Sequence[str]
    ) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """The mel, vowels drawn out, and F0 with 0 where there is no voice."""
        longest = max(1, round(SPOKEN_S * self.card.rate / self.card.hop))
        spoken = np.array([min(f, longest) if k == "vowel" else f for f, k in zip(frames, kinds, strict=True)])
        owners = np.repeat(np.arange(len(frames)), frames)
        pitch = self._pitch(hertz, owners, len(frames))
        mel, f0 = self.networks.spectrum(self.encoded, spoken, pitch)
        mel = mel + _levelling(mel, spoken, kinds)[:, None]
        source = stretched(spoken, frames)
        voiced = f0[np.clip(np.rint(source).astype(int), 0, len(f0) - 1)] > 0
        always = np.array([k == "vowel" or plain(s) in SONORANT for k, s in zip(kinds, symbols, strict=True)])
        voiced |= always[owners]
        return _between(mel, source), np.where(voiced, hertz, 0).astype(np.float32)

    def _pitch(self, hertz: NDArray[np.floating], owners: NDArray[np.int64], count: int) -> NDArray[np.float32]:
        """Normalized log F0 of each phone, its mean over the phone."""
        scale = self.card.pitch
        normal = (np.log(hertz) - scale.mean) / scale.std
        sums = np.bincount(owners, normal, count)
        return (sums / np.maximum(np.bincount(owners, minlength=count), 1)).astype(np.float32)

    def vocoded(self, mel: NDArray[np.float32], f0: NDArray[np.float32]) -> Samples:
        """The mean of several renderings where there is voice, and the first of them where there is none."""
        first = self._take(mel, f0, LEAD)
        mean = first / TAKES
        for k in range(1, TAKES):
            mean += self._take(mel, f0, LEAD + k * STEP) / TAKES
        part = _softened(np.repeat((f0 > 0).astype(np.float64), self.card.hop))
        return np.asarray(part * mean + (1 - part) * first, np.float32)

    def _take(self, mel: NDArray[np.float32], f0: NDArray[np.float32], lead: int) -> Samples:
        """One rendering, behind so many frames without voice that move the noise and not the pulses."""
        before = np.repeat(mel[:1], lead, axis=0)
        sounded = self.networks.vocode(np.concatenate((before, mel)), np.concatenate((np.zeros(lead, np.float32), f0)))
        return sounded[lead * self.card.hop :]


def _softened(voiced: NDArray[np.float64]) -> NDArray[np.float64]:
    """A mean over `FADE` samples around each, (n,) → (n,)."""
    sums = np.cumsum(np.concatenate(([0.0], np.pad(voiced, (FADE // 2, FADE - FADE // 2 - 1), mode="edge"))))
    return np.asarray((sums[FADE:] - sums[:-FADE]) / FADE)


def _levelling(mel: NDArray[np.float32], frames: Frames, kinds: Kinds) -> NDArray[np.float32]:
    """What is added to each frame of a log mel, (T,): vowels about as loud as each other, and consonants clear.

    Speech grows softer to the end of a sentence; a melody does not.
    """
    owners = np.repeat(np.arange(len(frames)), frames)
    vowels = [k for k, kind in enumerate(kinds) if kind == "vowel" and frames[k]]
    if not vowels:
        return np.zeros(len(mel), np.float32)
    power = np.log(np.exp(2 * mel.astype(np.float64)).sum(axis=1)) / 2
    levels = np.array([power[owners == k].max() for k in vowels])
    gains = np.clip(EVENNESS * (np.median(levels) - levels), *MOST_GAIN)
    middles = [float(np.mean(np.flatnonzero(owners == k))) for k in vowels]
    consonants = np.array([kind != "vowel" for kind in kinds], np.float64)[owners]
    clearer = CLEARER * np.convolve(consonants, (0.25, 0.5, 0.25), "same")[: len(mel)]
    return np.asarray(np.interp(np.arange(len(mel)), middles, gains) + clearer, np.float32)


def is_nucleus(symbol: str) -> bool:
    """Whether a phone is the middle of a syllable."""
    return plain(symbol)[0] in VOWELS or plain(symbol) in SYLLABIC


def stretched(spoken: Frames, frames: Frames) -> NDArray[np.float64]:
    """Where in the spoken frames each sung frame is taken from, shape (sum of frames,).

    spoken  |on·|mid|coda|            the middle is held, its edges keep their speed
    sung    |on·|m  i   d|coda|
    """
    starts = np.cumsum(spoken) - spoken
    return np.concatenate(
        [start + _held(int(s), int(f)) for start, s, f in zip(starts, spoken, frames, strict=True)] or [np.zeros(0)]
    )


def _held(spoken: int, sung: int) -> NDArray[np.float64]:
    steps = np.arange(sung, dtype=np.float64)
    if sung <= spoken:
        return steps * (spoken / max(sung, 1))
    onset, coda = spoken * ONSET, spoken * CODA
    held = onset + (steps - onset) * ((spoken - onset - coda) / (sung - onset - coda))
    return np.where(steps < onset, steps, np.where(steps > sung - coda, steps - (sung - spoken), held))


def _between(mel: NDArray[np.float32], places: NDArray[np.float64]) -> NDArray[np.float32]:
    """The rows of a mel at real-valued places, a straight line from one to the next."""
    lower = np.clip(np.floor(places).astype(int), 0, len(mel) - 1)
    upper = np.minimum(lower + 1, len(mel) - 1)
    part = (places - lower)[:, None]
    return np.asarray((1 - part) * mel[lower] + part * mel[upper], np.float32)


def _nothing() -> Encoded:
    empty = np.zeros(0, np.float32)
    return Encoded(empty, empty, empty, empty)
