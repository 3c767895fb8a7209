"""A throat: a buzzing glottis and breath through formants that change."""

import numpy as np
from numpy.random import Generator

from assistant.audio import Samples
from models.sound.generation.grain import samples_of
from models.sound.generation.noise import Colour, moving, noise
from models.sound.generation.tones import Curve, curve, even, rough, saw, softened


def cry(
    seconds: float, pitch: Curve, colours: list[Colour], loud: Curve, rng: Generator, hoarse: tuple[float, float]
) -> Samples:
    """A voice: a buzzing glottis and breath, through a throat that changes.

    Args:
        pitch: hertz over the time.
        colours: the throat's spectra over the time.
        loud: amplitude over the time.
        hoarse: how much noise there is beside the buzz, and how unsteady the pitch is.
    """
    breath, shake = hoarse
    count = samples_of(seconds)
    hertz = curve(count, pitch) * rough(count, 60, shake, rng)
    buzz = even(saw(hertz)) + np.float32(breath) * noise(count, ((20, 0), (20_000, 0)), rng)
    made = moving(np.asarray(buzz, np.float32), colours) * curve(count, loud)
    return softened(np.asarray(made, np.float32), 0.004, 0.01)
