"""Whether taking noise out of a recording helps, judged by the masks themselves.

A mask M is the share of the power P at a place in the spectrum that is taken for speech (Wiener's filter). Of a
recording that makes

    speech  S = Σ M P        noise  N = Σ (1 - M) P        what is wrong afterwards  E = Σ M (1 - M) P

so that the signal-to-noise ratio was S / N before and is about S / E after it. The sums leave out what lies below the
voice. Rumble there may be in the way, or belong to the recording as its tiny hum does; the quieter everything else is,
the more it is left alone.
"""

from dataclasses import dataclass

import numpy as np

from models.speech.enhancement_frames import BINS, FRAME
from models.speech.enhancement_masks import Masks

SILENT = 1e-9
"""Mean square of a sample, below which a recording is silence: -90 dBFS."""
CLEAN_DB = (14.0, 20.0)
"""Between these ratios of speech to noise less and less is taken out, and above the second nothing."""
HELPS_DB = (1.0, 4.0)
"""Between these improvements more and more is taken out, below the first little."""
LEAST = 0.4
"""Of the noise that is taken out where it hardly helps."""
HARDLY = 0.55
"""Where less than this is taken out, it is said why."""
VOICE = 5
"""The lowest bin that counts, 156 Hz."""
RUMBLE_DB = (8.0, 16.0)
"""Between these ratios less and less is taken out below the voice, and above the second nothing."""
FRAME_POWER = FRAME / 2 * BINS
"""The power of a frame's spectrum, all bins together, of noise whose samples have a mean square of 1; about."""
NO_SPEECH_DB = -14.0
"""The ratio below which there is hardly any speech."""


@dataclass(slots=True)
class Survey:
    """What the masks of a recording add up to."""

    power: float = 0.0
    speech: float = 0.0
    wrong: float = 0.0
    whole: float = 0.0
    """The power with what lies below the voice."""
    frames: int = 0

    def add(self, power: Masks, masks: Masks) -> None:
        """A part of it: float32 of shape (frames, BINS) each."""
        self.whole += float(np.sum(power, dtype=np.float64))
        power, masks = power[:, VOICE:], masks[:, VOICE:]
        self.power += float(np.sum(power, dtype=np.float64))
        self.speech += float(np.sum(power * masks, dtype=np.float64))
        self.wrong += float(np.sum(power * masks * (1 - masks), dtype=np.float64))
        self.frames += len(power)

    @property
    def silent(self) -> bool:
        """Whether there is nothing in it."""
        return self.whole <= SILENT * FRAME_POWER * max(1, self.frames)

    @property
    def snr_db(self) -> float:
        """How far the speech lies above the noise."""
        return _decibels(self.speech, self.power - self.speech)

    @property
    def gain_db(self) -> float:
        """By how much that would be better afterwards."""
        return _decibels(self.power - self.speech, self.wrong)


@dataclass(frozen=True, slots=True)
class Judgement:
    """How much of the noise should be taken out, and what is to be said of it."""

    share: float
    """0 to 1."""
    rumble: float = 1.0
    """Of that, how much below the voice, 0 to 1."""
    notice: str = ""

    @property
    def weights(self) -> Masks:
        """How much of the noise is taken out in each bin, share left aside: float32 of shape (BINS,)."""
        weights = np.ones(BINS, np.float32)
        weights[:VOICE] = self.rumble
        return weights


def judged(survey: Survey) -> Judgement:
    """Whether it helps."""
    if survey.silent:
        return Judgement(0.0, notice="There is nothing to be heard in it.")
    if survey.snr_db < NO_SPEECH_DB:
        return Judgement(1.0, notice="I hear hardly any speech in it, so little is left.")
    noisy, rumble = 1 - _between(survey.snr_db, CLEAN_DB), 1 - _between(survey.snr_db, RUMBLE_DB)
    helps = LEAST + (1 - LEAST) * _between(survey.gain_db, HELPS_DB)
    return Judgement(noisy * helps, rumble, _notice(noisy, helps))


def _notice(noisy: float, helps: float) -> str:
    if noisy < HARDLY:
        nearly = "nearly " if noisy else ""
        return f"I hear hardly any noise in it, so I left it {nearly}as it was."
    if helps < HARDLY:
        return "What sounds around the voice is too much like it, so I took out only a little."
    return ""


def _between(value: float, limits: tuple[float, float]) -> float:
    return float(np.clip((value - limits[0]) / (limits[1] - limits[0]), 0, 1))


def _decibels(upper: float, lower: float) -> float:
    return float(10 * np.log10(max(upper, 1e-20) / max(lower, 1e-20)))
