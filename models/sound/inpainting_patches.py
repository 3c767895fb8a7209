"""Long parts made up from what is around them: taken from where it sounds alike, fitted at the seams and in colour.

    1. places      where before and after sound as they do around the part (inpainting_places)
    2. alignment   moved by up to 6 ms so that the waves meet on either side (WSOLA)
    3. colour      its spectrum over time bent towards what is likely: the mean of the best places, and near the seams
                   what is beside them
    4. seams       the wave before goes on for 12 ms, and gives way        ───╲╱██████╲╱───

Where no place is alike on both sides, or none is long enough, the part is made in two halves, and these perhaps in two.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from models.sound.inpainting_linear import continued
from models.sound.inpainting_mel import HOP_S, Frames, Matrix, Spectra, floor_of
from models.sound.inpainting_places import Mask, Part, places

Wave: TypeAlias = NDArray[np.float64]
"""Shape (n, channels)."""

PLACES = 16
"""How many places tell what is likely."""
SHIFT_S, ALIGNED_S = 0.006, 0.015
"""How far a patch is moved to fit, and how much of the wave is compared."""
SEAM_S = 0.012
MEMORY_S, ORDER_S = 0.06, 0.015
"""How much of the wave tells how it goes on, and how far back each sample looks."""
LASTING_S, BESIDE = 0.15, 3
"""How far into the part what is beside it is likely; and the frames that tell what that is."""
LOWERED_DB, RAISED_DB = 40.0, 20.0
"""How much a band is changed at most."""
UNLIKE_DB = 6.0
"""From here on, on each side, a place is so unlike that each half does better for itself."""
HALVED_S, SHORTEST_S = 0.2, 0.04
"""The shortest part that is made in halves for that, and where there is no place for the whole."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of what is lost, in samples."""

    start: int
    end: int
    before: bool = True
    """Whether it has to be like what is before it."""
    after: bool = True

    @property
    def length(self) -> int:
        """In samples."""
        return self.end - self.start

    @property
    def sides(self) -> int:
        """How many sides it has to be like."""
        return self.before + self.after


@dataclass(frozen=True, slots=True, eq=False)
class Scene:
    """A part that is lost, with what is around it; it begins on a frame."""

    wave: Wave
    """What is lost is zeros, until it is filled."""
    start: int
    end: int
    frames: Frames
    mel: Matrix
    known: Mask
    filled: Mask
    """Which of the frames that were not known have been filled."""
    floor: float
    """The least power that counts, in a band."""
    alive: Callable[[], None]
    """Called many times a second; what it raises passes through."""

    def places(self, piece: Piece) -> list[tuple[int, float]]:
        """Where a piece might be taken from."""
        hop = self.frames.hop
        first, last = piece.start // hop, piece.start // hop + -(-(piece.end - piece.start) // hop)
        before, after = piece.before and piece.start > 0, piece.after and piece.end < len(self.wave)
        return places(self.mel, (self.known, self.filled), Part(first, last, before, after), PLACES, self.alive)

    def put(self, at: int, patch: Wave) -> None:
        """Fill a piece, so that the next one is fitted to it."""
        self.wave[at : at + len(patch)] = patch
        hop = self.frames.hop
        first, last = at // hop, (at + len(patch)) // hop
        beside = min(first, self.frames.size // hop)
        bands = self.frames.bands(self.wave[(first - beside) * hop : at + len(patch)], self.alive)
        self.mel[first:last] = 10 * np.log10(bands[beside : beside + last - first] + self.floor)
        self.filled[first:last] = True


def made_up(wave: Wave, start: int, end: int, rate: int, alive: Callable[[], None]) -> Wave:
    """What may have been from `start` to `end`: shape (end - start, channels). What is there is not used.

    Args:
        alive: called a few times a second; what it raises passes through.
    """
    scene = _scene(wave, (start, end), rate, alive)
    _fill(scene, Piece(scene.start, scene.end))
    return scene.wave[scene.start : scene.end]


def _fill(scene: Scene, piece: Piece) -> None:
    found, rate = scene.places(piece), scene.frames.rate
    unlike = bool(found) and piece.sides > 1 and found[0][1] > UNLIKE_DB * piece.sides
    if (unlike and piece.length > HALVED_S * rate) or (not found and piece.length > SHORTEST_S * rate):
        hop = scene.frames.hop
        middle = (piece.start + piece.length // 2) // hop * hop
        _fill(scene, Piece(piece.start, middle, piece.before, after=False))
        _fill(scene, Piece(middle, piece.end, not unlike, piece.after))
    elif found:
        scene.put(piece.start, _fitted(scene, piece.start, piece.length, found))
    else:
        scene.put(piece.start, _faded(scene, piece))


def _scene(wave: Wave, part: tuple[int, int], rate: int, alive: Callable[[], None]) -> Scene:
    frames = Frames(rate)
    cut = part[0] % frames.hop
    wave, start, end = wave[cut:].copy(), part[0] - cut, part[1] - cut
    wave[start:end] = 0.0
    bands = frames.bands(wave, alive)
    floor, touched = floor_of(bands), frames.size // 2 // frames.hop + 1
    known = np.ones(len(bands), bool)
    known[max(0, start // frames.hop - touched + 1) : -(-end // frames.hop) + touched] = False
    mel = 10 * np.log10(bands + floor)
    return Scene(wave, start, end, frames, mel, known, np.zeros(len(bands), bool), floor, alive)


def _fitted(scene: Scene, at: int, length: int, found: Sequence[tuple[int, float]]) -> Wave:
    """The patch for `length` samples from `at` on."""
    best = found[0][0] * scene.frames.hop
    patch = _aligned(scene, at, length, best)
    patch = _coloured(scene, patch, _likely(scene, at, length, found))
    size = min(round(SEAM_S * scene.frames.rate), length // 4)
    rising = np.sin(np.arange(size) / max(1, size) * np.pi / 2)[:, None] ** 2
    memory = round(MEMORY_S * scene.frames.rate)
    if at > 0:
        before = _onward(scene.wave[max(0, at - memory) : at], size, scene.frames.rate)
        patch[:size] = patch[:size] * rising + before * (1 - rising)
    if at + length == scene.end < len(scene.wave):
        after = _onward(scene.wave[scene.end : scene.end + memory][::-1], size, scene.frames.rate)[::-1]
        patch[length - size :] = patch[length - size :] * rising[::-1] + after * (1 - rising[::-1])
    return patch


def _onward(wave: Wave, size: int, rate: int) -> Wave:
    return np.stack([continued(channel, size, round(ORDER_S * rate)) for channel in wave.T], axis=1)


def _faded(scene: Scene, piece: Piece) -> Wave:
    """Where there is nothing to take from: what is around, dying away."""
    length, memory, rate = piece.length, round(MEMORY_S * scene.frames.rate), scene.frames.rate
    ramp = np.linspace(1.0, 0.0, length)[:, None]
    made = np.zeros((length, scene.wave.shape[1]))
    if piece.start:
        made += _onward(scene.wave[max(0, piece.start - memory) : piece.start], length, rate) * ramp
    if piece.end < len(scene.wave):
        after = scene.wave[piece.end : piece.end + memory]
        made += _onward(after[::-1], length, rate)[::-1] * ramp[::-1]
    return made


# ------------------------------------------------------------------------- alignment


def _aligned(scene: Scene, at: int, length: int, best: int) -> Wave:
    """The sound from `best` on, moved so that it fits before, and, from some place in its middle on, so that it fits
    after: shape (length, channels)."""
    wave, size = scene.wave, round(ALIGNED_S * scene.frames.rate)
    left = _shift(scene, wave[max(0, at - size) : at], best - min(size, at))
    right = 0
    if at + length == scene.end:
        right = _shift(scene, wave[scene.end : scene.end + size], best + length)
    one, other = (_taken(wave, best + shift, length) for shift in (left, right))
    return one if left == right else _joined(one, other, min(round(SEAM_S * scene.frames.rate), length // 3))


def _taken(wave: Wave, at: int, length: int) -> Wave:
    at = min(max(0, at), max(0, len(wave) - length))
    return wave[at : at + length].copy()


def _shift(scene: Scene, reference: Wave, at: int) -> int:
    """By how many samples what is at `at` has to be moved to be most like `reference`."""
    reach, size = round(SHIFT_S * scene.frames.rate), len(reference)
    first, last = at - reach, at + size + reach
    if not size or first < 0 or last > len(scene.wave) or not reference.any():
        return 0
    likeness = np.zeros(2 * reach + 1)
    energy = np.full(2 * reach + 1, 1e-12)
    for channel, wanted in zip(scene.wave[first:last].T, reference.T, strict=True):
        likeness += np.correlate(channel, wanted, "valid")
        energy += np.convolve(channel**2, np.ones(size), "valid")
    return int(np.argmax(likeness / np.sqrt(energy))) - reach


def _joined(one: Wave, other: Wave, size: int) -> Wave:
    """The first, going over into the second within `size` samples, where they are most alike in the middle third."""
    length = len(one)
    if size < 1:
        return one
    starts = range(length // 3, max(length // 3 + 1, 2 * length // 3 - size), max(1, size // 12))
    at = max(starts, key=lambda start: _likeness(one[start : start + size], other[start : start + size]))
    weight = np.concatenate((np.zeros(at), np.linspace(0.0, 1.0, size), np.ones(length - at - size)))[:, None]
    return one * (1 - weight) + other * weight


def _likeness(one: Wave, other: Wave) -> float:
    return float(np.sum(one * other) / np.sqrt(np.sum(one**2) * np.sum(other**2) + 1e-12))


# ---------------------------------------------------------------------------- colour


def _likely(scene: Scene, at: int, length: int, found: Sequence[tuple[int, float]]) -> Matrix:
    """The spectrum that is to be expected: the mean of the places, the better ones counting more, and near what is
    known that, on its way from one side to the other. Shape (frames, bands)."""
    count = -(-length // scene.frames.hop) + 1
    share = np.exp(found[0][1] - np.array([cost for _, cost in found]))
    rows = np.stack([scene.mel[np.minimum(np.arange(place, place + count), len(scene.mel) - 1)] for place, _ in found])
    likely = np.tensordot(share / share.sum(), rows, axes=1)
    frames = at // scene.frames.hop + np.arange(count)
    sides = _sides(scene)
    if not sides:
        return np.asarray(likely)
    first, last = sides[0][0], sides[-1][0]
    way = np.clip((frames - first) / max(1, last - first), 0.0, 1.0)[:, None]
    near = np.min([np.abs(frames - frame) for frame, _ in sides], axis=0)
    counts = np.exp(-near * HOP_S / LASTING_S)[:, None]
    return np.asarray((1 - counts) * likely + counts * ((1 - way) * sides[0][1] + way * sides[-1][1]))


def _sides(scene: Scene) -> list[tuple[int, Matrix]]:
    """The frames in which what is lost begins and ends, and the spectrum beside it: shape (bands,) each."""
    known = np.flatnonzero(scene.known)
    before, after = known[known * scene.frames.hop < scene.start], known[known * scene.frames.hop >= scene.end]
    sides = list[tuple[int, Matrix]]()
    if len(before):
        sides.append((scene.start // scene.frames.hop, scene.mel[before[-BESIDE:]].mean(axis=0)))
    if len(after):
        sides.append((scene.end // scene.frames.hop, scene.mel[after[:BESIDE]].mean(axis=0)))
    return sides


def _coloured(scene: Scene, patch: Wave, likely: Matrix) -> Wave:
    """The patch with each band of each frame as loud as is likely, all channels alike."""
    frames, filters = scene.frames, scene.frames.filters()
    spectra, power = list[Spectra](), np.zeros((1 + len(patch) // frames.hop, frames.size // 2 + 1))
    for channel in patch.T:
        scene.alive()
        spectra.append(frames.spectra(channel))
        power += np.abs(spectra[-1]) ** 2
    own = np.maximum(10 * np.log10(power @ filters.T + 1e-12), scene.mel.min())
    gains = np.clip(likely[: len(own)] - own, -LOWERED_DB, RAISED_DB)
    shape = filters / np.maximum(filters.sum(axis=0), 1e-9)
    factors = 10 ** ((gains @ shape) / 20)
    return np.stack([frames.signal(one * factors, len(patch)) for one in spectra], axis=1)
