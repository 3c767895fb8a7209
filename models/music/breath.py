"""The sound of drawing breath before a line: soft noise that swells, shaped like an open mouth."""

import numpy as np

from assistant.audio import Samples

LEVEL = 0.012
"""Its loudest, RMS of full scale; about 26 dB below the voice."""
LONGEST_S, SHORTEST_S = 0.32, 0.12
BANDS_HZ = ((600.0, 300.0, 0.5), (1700.0, 500.0, 1.0), (3600.0, 1200.0, 0.8))
"""Centre, width and weight of what is heard of a breath."""
PEAK = 0.7
"""Where in it it is loudest."""


def breath(seconds: float, rate: int, random: np.random.Generator) -> Samples:
    """A breath that fills at most so many seconds, at a rate in hertz: shape (n,); empty where there is no time."""
    length = min(seconds, LONGEST_S)
    if length < SHORTEST_S:
        return np.zeros(0, np.float32)
    count = round(length * rate)
    spectrum = np.fft.rfft(random.standard_normal(count))
    hertz = np.fft.rfftfreq(count, 1 / rate)
    spectrum *= sum(weight * np.exp(-(((hertz - centre) / width) ** 2)) for centre, width, weight in BANDS_HZ)
    noise = np.fft.irfft(spectrum, count)
    place = np.linspace(0, 1, count)
    swell = np.where(place < PEAK, place / PEAK, (1 - place) / (1 - PEAK)) ** 1.5
    return np.asarray(noise / max(float(noise.std()), 1e-9) * LEVEL * swell, np.float32)
