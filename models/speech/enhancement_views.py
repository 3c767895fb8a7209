"""What three say of a recording: at each place in the spectrum, how much is speech.

    NETWORK     our own: knows most of how speech goes on
    RNNOISE     trained on many more people and noises
    LOG_MMSE    takes out what goes on as it is, whatever it sounds like

Where RNNoise is not here, the network speaks for it.
"""

import ctypes
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assistant.audio import Samples
from models.speech.enhancement_frames import HOP, spectrum
from models.speech.enhancement_masks import MaskNetwork, Masks
from models.speech.enhancement_stretches import Stretch, Stretches
from models.speech.log_mmse import gains
from models.speech.rnnoise import RNNoise, found

NETWORK, RNNOISE, LOG_MMSE = range(3)
VIEWS = 3
QUIET = 1e-5
"""Of the mean amplitude: below it, nothing was taken out."""


class Viewers:
    """The three, loaded; they keep nothing between recordings."""

    def __init__(self, network: MaskNetwork | None = None, rnnoise: ctypes.CDLL | None = None) -> None:
        self.network = network or MaskNetwork()
        self.rnnoise = rnnoise

    @classmethod
    def loaded(cls) -> "Viewers":
        """With all that is here.

        Raises:
            EngineMissing: the weights of the network are not here.
        """
        return cls(rnnoise=found())


@dataclass(frozen=True, slots=True, eq=False)
class Heard:
    """A part of a recording at 16 kHz, and what is said of it."""

    sound: Samples
    """Shape (n, channels), from the beginning of the first frame to past the end of the last."""
    spectra: NDArray[np.complex64]
    """Shape (frames, BINS, channels)."""
    power: Masks
    """All channels together, shape (frames, BINS)."""
    views: Masks
    """Shape (VIEWS, frames, BINS), 0 to 1."""
    last: bool


class Listening:
    """Hears one recording, pushed in parts of any size; all channels have the same masks."""

    def __init__(self, viewers: Viewers, channels: int) -> None:
        self._network = viewers.network
        self._rnnoise = RNNoise(viewers.rnnoise) if viewers.rnnoise is not None else None
        self._stretches = Stretches(channels + 1)
        self._held = np.zeros((0, channels), np.float32)

    @property
    def voiced(self) -> float | None:
        """In how much of it RNNoise is sure of a voice, 0 to 1; None where it is not here."""
        return None if self._rnnoise is None else self._rnnoise.voiced

    def push(self, samples: Samples) -> Iterator[Heard]:
        """What can be told by now of sound of shape (n, channels)."""
        cleaned = samples.mean(axis=1) if self._rnnoise is None else self._rnnoise.push(samples.mean(axis=1))
        for stretch in self._stretches.push(self._beside(samples, cleaned)):
            yield self._heard(stretch)

    def finish(self) -> Iterator[Heard]:
        """The rest; the last of it says so."""
        if self._rnnoise is not None:
            for stretch in self._stretches.push(self._beside(self._held[:0], self._rnnoise.finish())):
                yield self._heard(stretch)
        yield self._heard(self._stretches.finish())

    def _beside(self, samples: Samples, cleaned: Samples) -> Samples:
        """What was held and what came, as far as RNNoise has it, and that as another channel."""
        held = np.concatenate((self._held, samples))
        self._held = held[len(cleaned) :]
        return np.concatenate((held[: len(cleaned)], cleaned[:, None]), axis=1)

    def _heard(self, stretch: Stretch) -> Heard:
        sound, cleaned = stretch.samples[:, :-1], stretch.samples[:, -1]
        spectra = np.stack([spectrum(channel) for channel in sound.T], axis=-1)
        power = np.mean(np.square(np.abs(spectra)), axis=-1)
        mine = self._network.masks(power)
        theirs = mine if self._rnnoise is None else kept(spectrum(cleaned), spectra.mean(axis=-1))
        core = slice(stretch.first, stretch.first + stretch.count)
        views = np.stack((mine, theirs, gains(power)))[:, core]
        return Heard(sound[stretch.first * HOP :], spectra[core], power[core], views, stretch.last)


def kept(cleaned: NDArray[np.complex64], noisy: NDArray[np.complex64]) -> Masks:
    """How much of a spectrum is left at each place after cleaning: at most all."""
    quiet = np.float32(QUIET * np.sqrt(np.mean(np.square(np.abs(noisy))))) + np.float32(1e-12)
    return np.minimum((np.abs(cleaned) + quiet) / (np.abs(noisy) + quiet), 1).astype(np.float32)
