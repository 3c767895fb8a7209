"""The way of sound from a loudspeaker to a microphone, as a stream.

    block played ─▶ soft clipping ─▶ the other clock's rate ─▶ small loudspeaker, room response ─▶ at the microphone
      L hertz          harmonics       L(1+drift) → R hertz          FIR, in partitions               R hertz

What comes out is aligned with what went in: output sample `k` is what reaches the microphone `k / rate` seconds after
the first sample sounded, delays of the way included.
"""

from dataclasses import dataclass, field

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from assistant.audio import Samples

PARTITION = 160
"""Samples of the response that are convolved at once; so many may wait inside for more."""
CROSSINGS = 12
"""Zero crossings of the interpolating sinc on either side."""
PHASES = 1024
"""Positions between two samples that are told apart; the error lies 75 dB down."""


@dataclass(frozen=True, slots=True)
class PathOptions:
    """What lies between the buffer of a loudspeaker and a microphone."""

    speaker_rate: int = 48_000
    """Hertz."""
    rate: int = 16_000
    """Hertz; the microphone's."""
    drift_ppm: float = 0.0
    """How much faster the loudspeaker's clock runs than the microphone's, in millionths."""
    delay_s: float = 0.0
    """Seconds that pass before anything arrives, besides what is in the response."""
    drive: float = 0.0
    """How hard the loudspeaker is driven: full scale comes out as tanh(drive) / drive; 0: it is linear."""
    asymmetry: float = 0.1
    """The membrane's rest position, in units of full scale; it gives the even harmonics of a driven loudspeaker."""
    band: tuple[float, float] | None = None
    """Hertz between which the loudspeaker plays, 12 dB an octave beyond; None: everywhere."""
    gain: float = 1.0


class EchoPath:
    """One way from a loudspeaker to a microphone; it remembers what is on its way.

    Streaming equals batch, whatever the sizes of the blocks. Up to `PARTITION` samples and the half of a sinc wait
    inside until more is pushed, some 11 ms in all.
    """

    def __init__(self, response: Samples, options: PathOptions | None = None) -> None:
        """`response`: from loudspeaker to microphone at `options.rate`, shape (n,); [1] is free air."""
        self.options = options or PathOptions()
        chosen = self.options
        if chosen.band is not None:
            response = banded(response, chosen.rate, chosen.band)
        lead = np.zeros(round(chosen.delay_s * chosen.rate), np.float32)
        self._drift = Interpolator(chosen.speaker_rate * (1 + chosen.drift_ppm * 1e-6), chosen.rate)
        self._room = Convolver(np.concatenate((lead, response * np.float32(chosen.gain))))

    def push(self, block: Samples) -> Samples:
        """What can be told by now of what arrives, shape (m,) at `rate`; `block` (n,) is played, at `speaker_rate`."""
        return self._room.push(self._drift.push(driven(block, self.options.drive, self.options.asymmetry)))


def driven(samples: Samples, drive: float, asymmetry: float) -> Samples:
    """Soft clipping without memory, shape kept; small signals pass with a gain of 1."""
    if not drive:
        return samples
    rest = np.float32(drive * asymmetry)
    slope = drive * (1 - np.tanh(rest) ** 2)
    return np.asarray((np.tanh(drive * samples + rest) - np.tanh(rest)) / slope, np.float32)


def banded(response: Samples, rate: int, band: tuple[float, float]) -> Samples:
    """A response behind a second-order Butterworth high-pass and low-pass at `band` hertz, 30 ms longer."""
    length = len(response) + round(0.03 * rate)
    size = 1 << (2 * length - 1).bit_length()
    s = 1j * np.tan(np.pi * np.fft.rfftfreq(size) * (1 - 1e-9))  # the bilinear transform, so that nothing precedes
    low, high = np.tan(np.pi * np.array(band) / rate)
    shape = s**2 / (s**2 + np.sqrt(2) * low * s + low**2) * high**2 / (s**2 + np.sqrt(2) * high * s + high**2)
    return np.fft.irfft(np.fft.rfft(response, size) * shape, size)[:length].astype(np.float32)


class Interpolator:
    """Sound from one rate to any other, irrational ones too, by a windowed sinc.

    Output sample `k` lies at input position `k * source / target`. The signal before the first sample is silence.
    """

    def __init__(self, source: float, target: float) -> None:
        self._step = source / target
        half = round(CROSSINGS * max(1.0, self._step))
        self._half = half
        self._table = _sincs(half, min(1.0, 0.95 / self._step))
        self._made = 0
        self._kept: Samples = np.zeros(half, np.float32)  # the samples from `_from` on
        self._from = -half

    def push(self, samples: Samples) -> Samples:
        """The output samples that can be told by now, shape (m,)."""
        kept = np.concatenate((self._kept, samples))
        ends = self._from + len(kept) - self._half  # what lies before can be told
        last = max(self._made, int(np.ceil(ends / self._step)))
        positions = np.arange(self._made, last) * self._step
        positions = positions[positions < ends - 1]
        self._made += len(positions)
        whole = np.floor(positions).astype(np.int64)
        phase = np.rint((positions - whole) * PHASES).astype(np.int64)
        made = self._sum(kept, whole - self._from, phase)
        unused = max(0, int(self._made * self._step) - self._half - self._from)
        self._kept, self._from = kept[unused:], self._from + unused
        return made

    def _sum(self, kept: Samples, index: NDArray[np.int64], phase: NDArray[np.int64]) -> Samples:
        """Weigh the neighbourhood of each index, shape (m,)."""
        if not len(index):
            return np.zeros(0, np.float32)
        around = sliding_window_view(kept, 2 * self._half)[index - self._half + 1]
        return np.asarray(np.einsum("ij,ij->i", around, self._table[phase]), np.float32)


def _sincs(half: int, cutoff: float) -> NDArray[np.float32]:
    """Weights of the samples from `half - 1` before to `half` after a position, by phase, shape (PHASES + 1, 2 half).

    `cutoff` is in units of half the source's rate. Kaiser's window with beta 9: what lies beyond is 80 dB down.
    """
    fraction = np.arange(PHASES + 1)[:, None] / PHASES
    distance = np.arange(-half + 1, half + 1)[None, :] - fraction
    window = np.i0(9 * np.sqrt(np.maximum(0, 1 - (distance / half) ** 2))) / np.i0(9)
    return np.asarray(cutoff * np.sinc(cutoff * distance) * window, np.float32)


@dataclass(slots=True)
class Convolver:
    """Convolution with a long response, in uniform partitions (Stockham 1966; Kulp 1988, overlap-save)."""

    response: Samples
    """Shape (n,)."""
    _parts: NDArray[np.complex64] = field(init=False)
    _past: NDArray[np.complex64] = field(init=False)
    """Spectra of the blocks before, newest first."""
    _last: Samples = field(init=False)
    _rest: Samples = field(init=False)

    def __post_init__(self) -> None:
        count = max(1, -(-len(self.response) // PARTITION))
        padded = np.zeros((count, PARTITION), np.float32)
        padded.reshape(-1)[: len(self.response)] = self.response
        self._parts = np.fft.rfft(padded, 2 * PARTITION).astype(np.complex64)
        self._past = np.zeros_like(self._parts)
        self._last = np.zeros(PARTITION, np.float32)
        self._rest = np.zeros(0, np.float32)

    def push(self, samples: Samples) -> Samples:
        """The convolved stream as far as whole partitions go, shape (m * PARTITION,)."""
        joined = np.concatenate((self._rest, samples))
        whole = len(joined) - len(joined) % PARTITION
        self._rest = joined[whole:]
        made = [self._block(joined[i : i + PARTITION]) for i in range(0, whole, PARTITION)]
        return np.concatenate(made) if made else np.zeros(0, np.float32)

    def _block(self, block: Samples) -> Samples:
        self._past = np.roll(self._past, 1, axis=0)
        self._past[0] = np.fft.rfft(np.concatenate((self._last, block)))
        self._last = block
        whole = np.fft.irfft(np.einsum("ij,ij->j", self._past, self._parts))
        return whole[PARTITION:].astype(np.float32)


def active_dbfs(samples: Samples, rate: int, margin_db: float = 15.9) -> float:
    """Level of what sounds, pauses left out: frames of 20 ms that lie no more than `margin_db` below the result.

    The margin is that of ITU-T P.56, method B; -120 for silence.
    """
    size = max(1, rate // 50)
    frames = samples[: len(samples) - len(samples) % size].reshape(-1, size)
    power = np.square(frames, dtype=np.float64).mean(axis=1)
    level, before = float(power.mean()) if len(power) else 0.0, -1.0
    while level > before:
        before, active = level, power[power >= level * 10 ** (-margin_db / 10)]
        level = float(active.mean()) if len(active) else 0.0
    return max(-120.0, 10 * float(np.log10(level))) if level > 0 else -120.0
