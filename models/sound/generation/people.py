"""People without words: crying, sneezing, laughing, snoring, clapping, murmuring."""

import numpy as np
from numpy.random import Generator

from assistant.audio import Samples
from models.sound.generation.grain import RATE, Style, samples_of
from models.sound.generation.noise import Colour, crackles, filtered, moving, noise
from models.sound.generation.throat import cry
from models.sound.generation.tones import added, curve, decay, formants, sine, softened, struck


def baby(style: Style, rng: Generator) -> Samples:
    """A cry and the breath after it."""
    top = 470 * style.pitch * rng.uniform(0.9, 1.12)
    seconds = rng.uniform(0.65, 1.25) / style.pace**0.5
    wide = formants(((1050, 300, 0), (1700, 400, -2), (3100, 500, -4), (4600, 900, -12)), 1.0, -30)
    narrow = formants(((800, 300, 0), (1300, 300, -6), (2900, 500, -12)), 2.0, -34)
    loud = ((0, 0.0), (0.1, 0.6), (0.3, 1.0), (0.7, 0.9), (0.9, 0.5), (1, 0.0))
    pitch = ((0, 0.75 * top), (0.15, top), (0.5, 1.06 * top), (0.85, 0.95 * top), (1, 0.7 * top))
    out = cry(seconds, pitch, [narrow, wide, wide, wide, narrow], loud, rng, (0.1, 0.03))
    count = samples_of(rng.uniform(0.2, 0.3))
    breath = noise(count, ((300, -12), (1500, 0), (4000, -6), (12_000, -20)), rng) * curve(
        count, ((0, 0), (0.6, 1), (1, 0))
    )
    return added([(0.0, out), (seconds + 0.08, np.asarray(0.025 * breath, np.float32))])


def sneeze(style: Style, rng: Generator) -> Samples:
    """A breath drawn in, a burst of air, and the voice that goes with it."""
    size = style.pitch * rng.uniform(0.85, 1.2)
    inhale, burst = samples_of(rng.uniform(0.25, 0.5)), samples_of(rng.uniform(0.16, 0.24))
    draw = noise(inhale, ((250, -12), (900, 0), (2500, -4), (9000, -18)), rng) * curve(
        inhale, ((0, 0), (0.8, 1), (1, 0))
    )
    hiss = moving(noise(burst, ((150, 0), (16_000, 0)), rng), [
        formants(((1400 * size, 1200, -4), (3500 * size, 3000, 0), (6500, 4000, -4)), 0.0, -14),
        formants(((500 * size, 500, 0), (1300 * size, 900, -6), (3500, 2500, -12)), 1.0, -22),
    ])  # fmt: skip
    hiss = np.asarray(hiss * curve(burst, ((0, 0.0), (0.06, 1), (0.4, 0.7), (1, 0.1))), np.float32)
    oo = formants(((420 * size, 200, 0), (950 * size, 300, -6), (2500 * size, 500, -18)), 3.0, -36)
    ah = formants(((750 * size, 250, 0), (1250 * size, 300, -3), (2600 * size, 500, -12)), 2.0, -34)
    pitch = 250 * size
    voice = cry(rng.uniform(0.22, 0.34), ((0, 1.3 * pitch), (0.3, pitch), (1, 0.7 * pitch)), [ah, oo, oo],
                ((0, 0.3), (0.2, 1), (0.6, 0.6), (1, 0)), rng, (0.4, 0.03))  # fmt: skip
    ahh = cry(0.16, ((0, 0.9 * pitch), (1, 1.3 * pitch)), [ah], ((0, 0), (0.5, 1), (1, 0)), rng, (0.5, 0.03))
    start = inhale / RATE + 0.05
    return softened(added([
        (0.0, np.asarray(0.08 * draw, np.float32)), (start - 0.12, 0.25 * ahh),
        (start, np.asarray(0.5 * hiss, np.float32)), (start + 0.05, 0.9 * voice),
    ]), 0.01, 0.05)  # fmt: skip


def heartbeat(style: Style, rng: Generator) -> Samples:
    """Lub, dub."""

    def thump(hertz: float, seconds: float) -> Samples:
        count = samples_of(seconds)
        tone = sine(hertz * style.pitch * curve(count, ((0, 1.3), (1, 0.75)))) * decay(count, seconds / 3.5)
        skin = 0.25 * noise(count, ((40, 0), (160, -4), (600, -26)), rng) * decay(count, seconds / 6)
        return softened(np.asarray(tone + skin, np.float32), 0.008, 0.03)

    return added([(0, thump(58, 0.16)), (0.29 / style.pace**0.5, 0.7 * thump(72, 0.12))])


FLOORS: dict[str, tuple[tuple[float, ...], Colour, float, float]] = {
    "": ((140, 310, 900), ((150, -6), (600, 0), (2500, -12), (9000, -30)), 0.5, 0.02),
    "gravel": ((120,), ((600, -12), (2500, 0), (6000, -2), (12_000, -14)), 1.6, 0.07),
    "snow": ((90,), ((400, -10), (1500, 0), (4500, -4), (10_000, -20)), 1.3, 0.1),
    "leaves": ((90,), ((900, -14), (4000, 0), (9000, -3), (15_000, -16)), 1.6, 0.09),
    "grass": ((100,), ((500, -8), (2500, 0), (7000, -8), (13_000, -24)), 0.6, 0.06),
    "wood": ((110, 240, 520, 1150), ((200, -4), (900, 0), (3000, -16), (9000, -34)), 0.25, 0.015),
    "stone": ((300, 1250, 2600), ((400, -6), (1800, 0), (5000, -6), (12_000, -22)), 0.45, 0.012),
    "water": ((120,), ((300, -6), (1200, 0), (4000, -4), (10_000, -20)), 1.4, 0.12),
}
"""What a floor gives: tones, the colour of what grates, how much of it, and how long."""


def footstep(style: Style, rng: Generator) -> Samples:
    """A heel, and the sole after it."""
    tones, colour, grating, seconds = FLOORS.get(style.kind, FLOORS[""])
    lift = style.pitch * rng.uniform(0.9, 1.1)
    parts = list[tuple[float, Samples]]()
    for at, level in ((0.0, 1.0), (rng.uniform(0.06, 0.1) / style.pace**0.5, 0.55)):
        thud = struck(
            [(f * lift * rng.uniform(0.97, 1.03), 1 / (1 + k), 9 / f) for k, f in enumerate(tones)], 0.15, rng
        )
        count = samples_of(3.5 * seconds)
        grit = noise(count, colour, rng) * decay(count, seconds)
        if seconds > 0.03:
            grit = grit * (0.4 + np.abs(filtered(crackles(count, 300, rng), ((20, 0), (2000, 0), (9000, -24)))) * 3)
        sole = np.float32(0.6 * grating) * softened(np.asarray(grit, np.float32), 0.004, 0.02)
        parts.append((at, added([(0, thud * np.float32(level)), (0, sole * np.float32(level))])))
    return added(parts)
