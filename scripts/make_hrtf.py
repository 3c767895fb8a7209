"""Makes models/sound/kemar.npz, the head for binaural sound, from measured responses.

    python -m scripts.make_hrtf mit_kemar_normal_pinna.sofa

SOFA ─▶ one ear ─▶ without what all directions share ─▶ decibels, 0.25 a step
                └▶ delay between the ears that is left when both are made minimum phase, 0.1 µs a step

It prints what is lost: by the steps, and by a given number of taps. h5py comes with the extra "train".
"""

import argparse
from dataclasses import dataclass
from pathlib import Path

import h5py
import numpy as np
from numpy.typing import NDArray

from models.sound.hrtf import FFT, FLOOR_DB, MEASURED_M, STEP_DB, STEP_S, TAPS, Floats, load, minimum_phase

OUTPUT = Path(__file__).parent.parent / "models" / "sound" / "kemar.npz"
BASS_HZ = 170.0
"""Below it the loudspeaker of the measurement gave next to nothing, and the value there holds."""
TREBLE_HZ = 20_000.0
"""Above it as well."""
LOW_HZ = (100.0, 1500.0)
"""Where the delay between the ears is heard."""
FINE = 32
"""How finely samples are divided to find a delay."""


@dataclass(frozen=True, slots=True, eq=False)
class Measured:
    """Responses of the left ear, sorted by elevation and then azimuth, which goes round by the left."""

    rate: int
    left: Floats
    """Shape (directions, taps)."""
    right: Floats
    azimuths: Floats
    elevations: Floats


def main() -> None:
    """Make the file and tell how good it is."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sofa", type=Path, help="MIT KEMAR, normal pinnae, as SOFA (SimpleFreeFieldHRIR)")
    parser.add_argument("--output", type=Path, default=OUTPUT)
    given = parser.parse_args()
    measured = read(given.sofa)
    decibels = equalized(measured)
    save(given.output, measured, decibels)
    report(given.output, measured, decibels)


def read(path: Path) -> Measured:
    """The responses in a SOFA file."""
    with h5py.File(path) as file:
        responses, rate = np.asarray(file["Data.IR"], np.float64), round(float(file["Data.SamplingRate"][0]))
        azimuths, elevations, distances = np.asarray(file["SourcePosition"], np.float64).T
    assert np.allclose(distances, MEASURED_M), "another distance than that of KEMAR"
    order = np.lexsort((azimuths, elevations))
    return Measured(rate, responses[order, 0], responses[order, 1], azimuths[order], elevations[order])


def equalized(measured: Measured) -> Floats:
    """Decibels of each direction over the mean of all directions, shape (directions, taps // 2 + 1).

    What all directions share is the loudspeaker, the microphone, and the ear canal, which headphones go through again.
    """
    power = np.abs(np.fft.rfft(measured.left)) ** 2 + 1e-9
    decibels = 10 * np.log10(power / (solid_angles(measured)[:, None] * power).sum(axis=0))
    frequencies = np.fft.rfftfreq(measured.left.shape[1], 1 / measured.rate)
    first, last = np.searchsorted(frequencies, (BASS_HZ, TREBLE_HZ))
    decibels[:, :first] = decibels[:, first : first + 1]
    decibels[:, last:] = decibels[:, last - 1 : last]
    return np.asarray(decibels, np.float64)


def solid_angles(measured: Measured) -> Floats:
    """The share of the sphere that each direction stands for, shape (directions,)."""
    rings, at, sizes = np.unique(measured.elevations, return_inverse=True, return_counts=True)
    edges = np.sin(np.radians(np.concatenate(([rings[0] - 5], (rings[1:] + rings[:-1]) / 2, [90.0]))))
    shares = np.diff(edges)[at] / sizes[at]
    return np.asarray(shares / shares.sum(), np.float64)


def lead(left: Floats, right: Floats, rate: int) -> Floats:
    """By how many seconds the left ear leads, by the peak of the cross-correlation of low frequencies; shape (n,)."""
    size = 2 * max(left.shape[-1], right.shape[-1])
    frequencies = np.fft.rfftfreq(size, 1 / rate)
    kept = (frequencies >= LOW_HZ[0]) & (frequencies <= LOW_HZ[1])
    cross = np.fft.rfft(right, size) * np.conj(np.fft.rfft(left, size)) * kept
    correlation = np.fft.irfft(cross, size * FINE)
    widest = round(1e-3 * rate * FINE)
    near = np.concatenate((correlation[..., -widest:], correlation[..., : widest + 1]), axis=-1)
    return np.asarray((near.argmax(axis=-1) - widest) / (rate * FINE), np.float64)


def save(path: Path, measured: Measured, decibels: Floats) -> None:
    """Write the file."""
    steps = np.clip(np.round((decibels - FLOOR_DB) / STEP_DB), 0, 255).astype(np.uint8)
    kept = filters(steps.astype(np.float64) * STEP_DB + FLOOR_DB, measured.rate)
    leads = lead(measured.left, measured.right, measured.rate) - lead(kept, kept[mirrored(measured)], measured.rate)
    rings, sizes = np.unique(measured.elevations, return_counts=True)
    np.savez_compressed(
        path,
        magnitudes=steps,
        leads=np.round(leads / STEP_S).astype(np.int16),
        elevations=rings.astype(np.int16),
        sizes=sizes.astype(np.int16),
        rate=np.int32(measured.rate),
    )


def filters(decibels: Floats, rate: int, taps: int = TAPS) -> Floats:
    """Filters of minimum phase, as `models.sound.hrtf.load` makes them at the rate of the measurement."""
    known = np.linspace(0.0, rate / 2, decibels.shape[1])
    wanted = np.fft.rfftfreq(FFT, 1 / rate)
    return minimum_phase(np.stack([np.interp(wanted, known, row) for row in decibels]), taps)


def mirrored(measured: Measured) -> NDArray[np.intp]:
    """For each direction the index of that on the other side."""
    at = measured.azimuths, measured.elevations
    found = {(e, round(a, 2) % 360): i for i, (a, e) in enumerate(zip(*at, strict=True))}
    return np.array([_nearest(found, -a % 360, e) for a, e in zip(*at, strict=True)])


def _nearest(found: dict[tuple[float, float], int], azimuth: float, elevation: float) -> int:
    return min((abs((a - azimuth + 180) % 360 - 180), i) for (e, a), i in found.items() if e == elevation)[1]


def report(path: Path, measured: Measured, decibels: Floats) -> None:
    """Print how large the file is, and what it and shorter filters lose."""
    print(f"{path}: {path.stat().st_size / 1000:.0f} kB, {len(decibels)} directions")
    for taps in (64, 96, 128, 192, 256, 512):
        made = filters(decibels, measured.rate, taps)
        print(f"{taps:4} taps: {deviation(made, decibels, measured.rate):.2f} dB in bands of hearing")
    head = load(path, measured.rate)
    print(f"as stored: {deviation(head.taps.astype(np.float64), decibels, measured.rate):.2f} dB")
    ahead = lead(measured.left, measured.right, measured.rate)
    print(f"the ears are {1e6 * np.abs(ahead).max():.0f} us apart at most")


def deviation(taps: Floats, decibels: Floats, rate: int) -> float:
    """Root mean square of the difference to the measurement, in bands of one ERB from 150 Hz to 16 kHz, in decibels."""
    size = 2 * (decibels.shape[1] - 1)
    made, meant = bands(np.abs(np.fft.rfft(taps, size)) ** 2, rate), bands(10 ** (decibels / 10), rate)
    return float(np.sqrt(np.mean((made - meant) ** 2)))


def bands(power: Floats, rate: int) -> Floats:
    """Powers (n, frequencies) in bands of one ERB, as decibels."""
    frequencies = np.linspace(0.0, rate / 2, power.shape[-1])
    erb = 21.4 * np.log10(1 + 0.00437 * frequencies)
    within = [np.abs(erb - centre) <= 0.5 for centre in np.arange(5.0, 38.0)]
    return np.stack([10 * np.log10(power[:, one].mean(axis=1)) for one in within if one.any()], axis=1)


if __name__ == "__main__":
    main()
