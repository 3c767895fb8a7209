"""Two ears that judge where a sound comes from, by the responses of KEMAR as they were measured (a SOFA file).

    sound at two ears ─▶ delay between them, by cross-correlation below 1.5 kHz ─┐
                      ├▶ difference in level, in bands of one ERB ───────────────┼▶ the azimuth whose are likest
                      └▶ colour: what the bands are beside those of the source ──┘

Straight ahead and behind, both ears hear the same; there it is the colour that tells, to who knows the source.

Nothing of it is shared with the engines that place sounds: no minimum phase, no table of delays, no interpolation.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from assistant.audio import Samples
from assistant.errors import DataError, EngineMissing

Floats: TypeAlias = NDArray[np.float64]

LOW_HZ = (100.0, 1500.0)
BANDS = np.arange(6.0, 37.0)
"""On the ERB scale: 0.2 to 14 kHz (Glasberg & Moore 1990)."""
WIDEST_S = 1e-3
DELAY_JND_S, LEVEL_JND_DB, COLOUR_JND_DB = 40e-6, 1.5, 4.0
"""What of each counts as much as the other."""
SHORTEST = 8192
"""Samples that are looked at at least, so that each band has its share."""
AUDIBLE_DB = 50.0
"""Bands that lie so much below the strongest say nothing."""


@dataclass(frozen=True, slots=True, eq=False)
class Cues:
    """What two ears tell of a direction."""

    lead_s: float
    """How much sooner the left ear hears it."""
    louder_db: Floats
    """How much louder it is on the left, shape (bands,); not a number where there is nothing to be heard."""
    levels_db: Floats
    """How loud it is at both ears together, shape (bands,); as that."""


@dataclass(frozen=True, slots=True, eq=False)
class Manikin:
    """Measured responses in the horizontal plane."""

    rate: int
    azimuths: Floats
    """Degrees to the right of straight ahead, shape (n,)."""
    responses: Floats
    """Shape (n, 2, taps); the left ear comes first."""
    known: tuple[Cues, ...]
    """What each direction is known by."""
    colours: Floats
    """How each direction colours sound beside all others, in decibels, shape (n, bands)."""

    def hears(self, sound: Samples, azimuth: float) -> Samples:
        """A mono sound from the measured direction that is nearest, shape (n,) → (n, 2)."""
        nearest = int(np.argmin(np.abs(turn(self.azimuths - azimuth))))
        size = 1 << (len(sound) + self.responses.shape[-1]).bit_length()
        spectra = np.fft.rfft(sound, size) * np.fft.rfft(self.responses[nearest], size)
        return np.asarray(np.fft.irfft(spectra, size)[:, : len(sound)].T, np.float32)

    def locates(self, heard: Samples, source: Samples) -> float:
        """The azimuth that a sound of shape (n, 2) seems to come from, in degrees, to who knows its source."""
        found = cues(heard, self.rate)
        levels = np.stack([one.louder_db for one in self.known]) - found.louder_db
        delays = np.array([one.lead_s for one in self.known]) - found.lead_s
        colour = found.levels_db - cues(np.stack((source, source), axis=1), self.rate).levels_db
        coloured = self.colours - (colour - np.nanmean(colour))
        apart = np.stack((levels / LEVEL_JND_DB, coloured / COLOUR_JND_DB))
        likeness = np.nanmean(apart**2, axis=2).sum(axis=0) + (delays / DELAY_JND_S) ** 2
        return float(self.azimuths[int(np.argmin(likeness))])


def manikin(path: Path) -> Manikin:
    """The responses in a SOFA file (SimpleFreeFieldHRIR).

    Raises:
        EngineMissing: h5py is not here.
        DataError: the file cannot be read.
    """
    try:
        import h5py
    except ImportError as error:
        raise EngineMissing(
            "Reading SOFA files takes the package h5py. Install Earshot with its extra bench."
        ) from error
    try:
        with h5py.File(path) as file:
            left_deg, elevations, _ = np.asarray(file["SourcePosition"], np.float64).T
            level = elevations == 0
            responses, rate = np.asarray(file["Data.IR"], np.float64)[level], round(float(file["Data.SamplingRate"][0]))
    except (OSError, KeyError, ValueError) as error:
        raise DataError(f"{path.name} cannot be read as SOFA: {error}.") from error
    known = tuple(cues(response.T, rate) for response in responses)
    colours = np.stack([one.levels_db for one in known])
    colours -= 10 * np.log10(np.nanmean(10 ** (colours / 10), axis=0))
    return Manikin(rate, turn(-left_deg[level]), responses, known, colours - np.nanmean(colours, axis=1, keepdims=True))


def cues(heard: Samples | Floats, rate: int) -> Cues:
    """What a sound at two ears, shape (n, 2), tells of its direction."""
    left, right = bands(heard, rate)
    both = left + right
    audible = both > both.max() * 10 ** (-AUDIBLE_DB / 10)
    decibels = np.where(audible, 10 * np.log10(np.stack((left / right, both))), np.nan)
    return Cues(lead(heard, rate), decibels[0], decibels[1])


def lead(heard: Samples | Floats, rate: int) -> float:
    """How many seconds sooner the left ear hears it: the peak of the cross-correlation of its low frequencies."""
    size = 1 << (2 * len(heard)).bit_length()
    left, right = np.fft.rfft(np.asarray(heard, np.float64).T, size)
    frequencies = np.fft.rfftfreq(size, 1 / rate)
    kept = (frequencies >= LOW_HZ[0]) & (frequencies <= LOW_HZ[1])
    correlation = np.fft.irfft(right * np.conj(left) * kept, size)
    widest = round(WIDEST_S * rate)
    near = np.concatenate((correlation[-widest - 1 :], correlation[: widest + 2]))
    peak = 1 + int(np.argmax(near[1:-1]))
    before, here, after = near[peak - 1 : peak + 2]
    bend = before - 2 * here + after
    return float((peak - 1 - widest + (0.5 * (before - after) / bend if bend else 0.0)) / rate)


def bands(heard: Samples | Floats, rate: int) -> Floats:
    """The power at each ear in each band, shape (2, bands)."""
    size = max(len(heard), SHORTEST)
    power = np.abs(np.fft.rfft(np.asarray(heard, np.float64).T, size)) ** 2
    erb = 21.4 * np.log10(1 + 0.00437 * np.fft.rfftfreq(size, 1 / rate))
    return np.stack([power[:, np.abs(erb - centre) <= 0.5].sum(axis=1) for centre in BANDS], axis=1) + 1e-20


def turn(degrees: Floats) -> Floats:
    """Angles between -180 and 180."""
    return (degrees + 180) % 360 - 180
