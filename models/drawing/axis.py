"""Where the marks of an axis stand, and what is written at them."""

import math

STEPS_S = (
    0.001,
    0.002,
    0.005,
    0.01,
    0.02,
    0.05,
    0.1,
    0.2,
    0.5,
    1,
    2,
    5,
    10,
    15,
    30,
    60,
    120,
    300,
    600,
    900,
    1800,
    3600,
)
"""How far apart marks of time may be, in seconds; whole hours beyond."""
MARKS_HZ = (125, 250, 500, 1000, 2000, 4000, 8000, 16000)
SCALES = (1.0, 0.8, 0.6, 0.5, 0.4, 0.3, 0.2, 0.15)
"""What the height of a waveform may stand for, and tenths and hundredths of it."""


def marks_s(seconds: float, most: int) -> list[float]:
    """Round times from 0 to `seconds`, `most` of them or fewer, and at least the 0."""
    step = next((s for s in STEPS_S if seconds / s < most), None)
    step = step or 3600.0 * math.ceil(seconds / 3600.0 / max(1, most - 1))
    return [k * step for k in range(math.floor(seconds / step + 1e-9) + 1)]


def time_text(at: float, seconds: float) -> str:
    """A time on an axis that is `seconds` long: "0.5 s", "1:30", "2:05:00"."""
    if seconds < 60:
        return f"{round(at, 4):g} s"
    whole = round(at)
    minutes = f"{whole % 3600 // 60:02d}:{whole % 60:02d}" if seconds >= 3600 else f"{whole // 60}:{whole % 60:02d}"
    return f"{whole // 3600}:{minutes}" if seconds >= 3600 else minutes


def marks_hz(highest: float) -> list[int]:
    """Octaves below `highest` hertz."""
    return [mark for mark in MARKS_HZ if mark < 0.95 * highest]


def hertz_text(hertz: float) -> str:
    """Such as "500 Hz" or "4 kHz"."""
    return f"{hertz / 1000:g} kHz" if hertz >= 1000 else f"{hertz:g} Hz"


def scale_for(peak: float) -> float:
    """The round number, from 0.0015 to 1, that a waveform of this peak fits into; louder than 1 is cut off."""
    fitting = [scale / 10**power for power in range(3) for scale in SCALES if scale / 10**power >= 0.999 * peak]
    return min(fitting, default=1.0)
