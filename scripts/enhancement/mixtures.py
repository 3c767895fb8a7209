"""Draws noisy speech and what it was before the noise."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assistant.audio import RATE
from scripts.enhancement import synthetic
from scripts.enhancement.material import Material, Sound

Array = NDArray[np.float32]

SHARES = {"beds": 0.2, "noisy": 0.24, "events": 0.1, "made": 0.22, "babble": 0.14, "music": 0.1}
"""How often each kind of noise is drawn."""
PEOPLE_SHARES = (0.35, 0.3, 0.15, 0.2)
"""How often each of `scripts.enhancement.material.PEOPLE` is drawn."""
SNR_DB = (-8.0, 22.0)
CLEAN_SHARE, CLEAN_SNR_DB = 0.12, (22.0, 45.0)
"""How often there is hardly any noise."""
ROOM_SHARE = 0.15
SPEED = (0.6, 1.6)


@dataclass(slots=True)
class Mixer:
    """Draws from material."""

    material: Material
    draw: np.random.Generator
    size: int

    def batch(self, count: int) -> tuple[Array, Array]:
        """Noisy and clean speech, shape (count, size) each."""
        clean = np.stack([self.speech() for _ in range(count)])
        noise = np.stack([self.noise() for _ in range(count)])
        clean, noise = self._equalized(clean, 6.0), self._equalized(noise, 9.0)
        snr = self.draw.uniform(*SNR_DB, count)
        tidy = self.draw.random(count) < CLEAN_SHARE
        snr[tidy] = self.draw.uniform(*CLEAN_SNR_DB, int(tidy.sum()))
        gains = 10 ** (-snr / 20) * _rms(clean) / np.maximum(_rms(noise), 1e-9)
        level = 10 ** (self.draw.uniform(-34, -16, count) / 20) / np.maximum(_rms(clean), 1e-6)
        noisy = (clean + gains[:, None] * noise) * level[:, None]
        return noisy.astype(np.float32), (clean * level[:, None]).astype(np.float32)

    def speech(self) -> Array:
        """Somebody who speaks, shape (size,); now and then in a room."""
        spoken = self._voice()
        if self.draw.random() < ROOM_SHARE and self.material.rooms:
            room = self.material.rooms[int(self.draw.integers(len(self.material.rooms)))]
            spoken = _convolved(spoken, room)
        return synthetic.unit(spoken)

    def noise(self) -> Array:
        """Noise of one kind or two, shape (size,)."""
        made = self._kind()
        if self.draw.random() < 0.25:
            made = made + np.float32(10 ** (self.draw.uniform(-12, 0) / 20)) * self._kind()
        return made

    def _kind(self) -> Array:
        kind = str(self.draw.choice(list(SHARES), p=np.array(list(SHARES.values()))))
        if kind == "babble":
            return self._babble()
        clips = self.material.noise[kind]
        return synthetic.unit(self._excerpt(clips[int(self.draw.integers(len(clips)))], self.draw.uniform(*SPEED)))

    def _babble(self) -> Array:
        voices = [synthetic.unit(self._voice(whole=True)) for _ in range(self.draw.integers(3, 9))]
        loud = 10 ** (self.draw.uniform(-8, 0, len(voices)) / 20)
        return synthetic.unit(np.asarray(sum(g * v for g, v in zip(loud, voices, strict=True)), np.float32))

    def _voice(self, whole: bool = False) -> Array:
        """A stretch of somebody's speech; unless it is to be whole, there may be a pause at an end."""
        shares = np.array(PEOPLE_SHARES[: len(self.material.people)])
        clips = self.material.people[self.draw.choice(len(shares), p=shares / shares.sum())]
        while True:
            stretch = self._excerpt(clips[int(self.draw.integers(len(clips)))])
            if not whole and self.draw.random() < 0.2:
                pause = int(self.draw.uniform(0, 0.5) * self.size)
                stretch[:pause] = 0
            if np.abs(stretch).max() > 1e-3:
                return stretch

    def _excerpt(self, clip: Sound, speed: float = 1.0) -> Array:
        """So much of a clip, from anywhere; one that is too short comes again."""
        needed = int(self.size * speed) + 1
        if len(clip) < needed:
            clip = np.tile(clip, needed // len(clip) + 1)
        start = int(self.draw.integers(0, len(clip) - needed + 1))
        taken = clip[start : start + needed].astype(np.float32)
        if speed == 1.0:
            return taken[: self.size]
        places = np.arange(self.size) * speed
        return np.asarray(np.interp(places, np.arange(needed), taken), np.float32)

    def _equalized(self, sounds: Array, most_db: float) -> Array:
        """Through a smooth filter each, drawn in octaves."""
        spectra = np.fft.rfft(sounds)
        octaves = np.log2(np.linspace(0, RATE / 2, spectra.shape[1]) / 500 + 0.1)
        for spectrum in spectra:
            knots = self.draw.uniform(-most_db, most_db, 7) * self.draw.random()
            spectrum *= 10 ** (np.interp(octaves, np.linspace(-3, 4, 7), knots) / 20)
        return np.fft.irfft(spectra, sounds.shape[1]).astype(np.float32)


def _rms(sounds: Array) -> NDArray[np.float64]:
    return np.asarray(np.sqrt(np.mean(np.square(sounds, dtype=np.float64), axis=-1)))


def _convolved(sound: Array, response: Array) -> Array:
    size = len(sound) + len(response)
    return np.fft.irfft(np.fft.rfft(sound, size) * np.fft.rfft(response, size), size)[: len(sound)].astype(np.float32)
