"""How near a sound comes to what it should be. Two sounds are compared as far as the
reference reaches: of what an estimate lacks there, silence takes the place.

Of sounds found in time: `segments.py`. Of words: `words.py` and `cider.py`.
"""

import warnings
from collections.abc import Sequence
from itertools import permutations
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from assistant.audio import RATE, Samples
from assistant.errors import EngineMissing
from assistant.resample import resample
from models.drawing.sound import filters

MOST_DB = 100.0
"""A ratio in decibels is never told to be more than this, or less than its negative: means stay finite."""
MEL_WINDOW_S = 0.032
MEL_FLOOR = 1e-8
"""Power that is added to each band: what lies 80 dB below full scale is as good as silence."""
LEAST_PESQ = 1.0
"""Of silence in place of speech."""

_Signal: TypeAlias = NDArray[np.float64]


def si_sdr(estimate: Samples, reference: Samples) -> float:
    """Scale-invariant signal-to-distortion ratio in decibels (Le Roux et al. 2019), means taken off, as SI-SNR has it.

    Both of shape (n,). `MOST_DB` of what is the same up to its level, its negative of silence.
    """
    made, true = _paired(estimate, reference)
    made, true = made - _mean(made), true - _mean(true)
    energy = float(true @ true)
    target = true * (float(made @ true) / energy) if energy else np.zeros_like(true)
    return _ratio_db(target, made - target)


def si_sdr_improvement(estimate: Samples, reference: Samples, mixture: Samples) -> float:
    """By how many decibels an estimate is nearer to the reference than the mixture was."""
    return si_sdr(estimate, reference) - si_sdr(mixture, reference)


def si_sdr_permuted(estimates: Sequence[Samples], references: Sequence[Samples]) -> tuple[float, tuple[int, ...]]:
    """The mean SI-SDR of the best assignment (Yu et al. 2017), and which estimate it gives each reference.

    Raises:
        ValueError: there are fewer estimates than references.
    """
    if len(estimates) < len(references):
        raise ValueError(f"{len(references)} sounds cannot be told by {len(estimates)}")
    each = [[si_sdr(estimate, reference) for reference in references] for estimate in estimates]
    found = permutations(range(len(estimates)), len(references))
    scored = [(float(np.mean([each[e][r] for r, e in enumerate(order)])), order) for order in found]
    return max(scored, key=lambda one: one[0])


def snr(estimate: Samples, reference: Samples) -> float:
    """Signal-to-noise ratio in decibels: the reference against what differs from it, the level counted."""
    made, true = _paired(estimate, reference)
    return _ratio_db(true, made - true)


def pesq(estimate: Samples, reference: Samples, rate: int) -> float:
    """PESQ, wide band (ITU-T P.862.2; library pesq), 1 to 4.6, of sounds at a rate in hertz.

    Not a number where the reference holds nothing that counts as speech, or is shorter than a quarter of a second.

    Raises:
        EngineMissing: the library is not here.
    """
    try:
        import pesq as itu
    except ImportError as error:
        raise lacking("PESQ", "pesq") from error
    made, true = _paired(_at_16k(estimate, rate), _at_16k(reference, rate))
    if not true.any():
        return float("nan")
    if not made.any():
        return LEAST_PESQ
    try:
        return float(itu.pesq(RATE, true.astype(np.float32), made.astype(np.float32), "wb"))
    except (itu.NoUtterancesError, itu.BufferTooShortError):
        return float("nan")


def stoi(estimate: Samples, reference: Samples, rate: int, *, extended: bool = False) -> float:
    """Short-time objective intelligibility, 0 to 1 (Taal et al. 2011; extended: Jensen and Taal 2016; library pystoi).

    Not a number where the reference has less than 0.4 s of sound.

    Raises:
        EngineMissing: the library is not here.
    """
    try:
        from pystoi import stoi as intelligibility
    except ImportError as error:
        raise lacking("STOI", "pystoi") from error
    made, true = _paired(_at_16k(estimate, rate), _at_16k(reference, rate))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            return float(intelligibility(true, made, RATE, extended))
        except RuntimeWarning:
            return float("nan")


def log_mel_distance(estimate: Samples, reference: Samples, rate: int) -> float:
    """The root mean square of what two log-mel spectra differ by, in decibels; 0 of what sounds the same."""
    made, true = _paired(estimate, reference)
    return float(np.sqrt(np.mean(np.square(log_mel(made, rate) - log_mel(true, rate)))))


def log_mel(samples: NDArray[np.floating], rate: int) -> NDArray[np.float64]:
    """Shape (n,) → (frames, bands), decibels, in windows of 32 ms that overlap by half."""
    size = 2 * round(MEL_WINDOW_S * rate / 2)
    padded = np.pad(samples.astype(np.float64), (size // 2, size))
    frames = np.lib.stride_tricks.sliding_window_view(padded, size)[:: size // 2]
    window = np.hanning(size + 1)[:-1]
    power = np.square(np.abs(np.fft.rfft(frames * window))) * (4.0 / (size * np.square(window).sum()))
    return np.asarray(10.0 * np.log10(power @ filters(rate, size).T.astype(np.float64) + MEL_FLOOR))


def lacking(what: str, package: str) -> EngineMissing:
    """What is raised where a library is not here that something is measured with."""
    return EngineMissing(f"{what} is measured with the package {package}. Install Earshot with its extra bench.")


def _paired(estimate: NDArray[np.floating], reference: NDArray[np.floating]) -> tuple[_Signal, _Signal]:
    made = estimate[: len(reference)].astype(np.float64)
    return np.pad(made, (0, len(reference) - len(made))), reference.astype(np.float64)


def _mean(samples: _Signal) -> float:
    return float(samples.mean()) if len(samples) else 0.0


def _ratio_db(signal: _Signal, noise: _Signal) -> float:
    """`MOST_DB` at most either way; silence is worth nothing."""
    top, bottom = float(signal @ signal), float(noise @ noise)
    if top == 0.0:
        return -MOST_DB
    return float(np.clip(10.0 * np.log10(top / bottom), -MOST_DB, MOST_DB)) if bottom else MOST_DB


def _at_16k(samples: Samples, rate: int) -> Samples:
    return resample(np.asarray(samples, np.float32), rate, RATE)
