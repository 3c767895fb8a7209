"""RNNoise (Valin 2018), from the library in the package pyrnnoise: less noise in speech of one channel.

Nothing of the package is imported, since much of what it leans on is only for its command. Where it is not here, or
not for this machine, there is no RNNoise.
"""

import ctypes
import logging
import sys
from importlib.util import find_spec
from pathlib import Path

import numpy as np

from assistant.audio import RATE, Samples
from assistant.resample import ChannelResampler

log = logging.getLogger(__name__)

HERTZ = 48_000
"""What it hears."""
LATE = 2
"""Frames by which what comes out is behind."""
SURE = 0.9
"""How likely it must take a frame, 10 ms, for voice to be sure of it."""
SCALE = np.float32(32768)
"""It expects the range of 16-bit samples."""
LIBRARIES = {"darwin": "librnnoise.dylib", "win32": "rnnoise.dll"}

_Floats = ctypes.POINTER(ctypes.c_float)


class RNNoise:
    """Works on one recording at 16 kHz, pushed in parts; what comes out is aligned with what went in."""

    def __init__(self, library: ctypes.CDLL) -> None:
        """With what `found` gives."""
        self._library, self._size = library, int(library.rnnoise_get_frame_size())
        self._state = ctypes.c_void_p(library.rnnoise_create(None))
        self._up, self._down = ChannelResampler(RATE, HERTZ, 1), ChannelResampler(HERTZ, RATE, 1)
        self._held = np.zeros(0, np.float32)
        self._skip, self._came, self._gave = LATE * self._size, 0, 0
        self._frames, self._sure = 0, 0

    def __del__(self) -> None:
        if self._state:
            self._library.rnnoise_destroy(self._state)
            self._state = ctypes.c_void_p()

    @property
    def voiced(self) -> float:
        """In how much of what came it is sure of a voice, 0 to 1."""
        return self._sure / max(1, self._frames)

    def push(self, samples: Samples) -> Samples:
        """What can be told by now of sound of shape (n,): (m,)."""
        self._came += len(samples)
        return self._given(self._cleaned(self._up.push(samples[:, None])[:, 0]))

    def finish(self) -> Samples:
        """The rest: together, as much as came."""
        rest = self._up.finish()[:, 0]
        silence = np.zeros((LATE + 1) * self._size - (len(self._held) + len(rest)) % self._size, np.float32)
        last, missing = self._cleaned(np.concatenate((rest, silence))), self._came - self._gave
        made = np.concatenate((self._given(last), self._down.finish()[:, 0]))
        return np.pad(made, (0, max(0, missing - len(made))))[:missing]

    def _given(self, cleaned: Samples) -> Samples:
        made = self._down.push(cleaned[:, None])[:, 0]
        self._gave += len(made)
        return made

    def _cleaned(self, samples: Samples) -> Samples:
        """At 48 kHz: whole frames, the delay left out."""
        held = np.concatenate((self._held, samples))
        count = len(held) // self._size * self._size
        frames, self._held = np.ascontiguousarray(held[:count] * SCALE), held[count:]
        made = np.empty_like(frames)
        for start in range(0, count, self._size):
            voice = self._library.rnnoise_process_frame(self._state, _at(made, start), _at(frames, start))
            self._sure += voice > SURE
        self._frames += count // self._size
        skipped = min(self._skip, count)
        self._skip -= skipped
        return np.asarray(made[skipped:] / SCALE, np.float32)


def _at(samples: Samples, start: int) -> "ctypes._Pointer[ctypes.c_float]":
    return samples[start:].ctypes.data_as(_Floats)


def found() -> ctypes.CDLL | None:
    """The library, ready for use; None where there is none that this machine can load, which is logged."""
    path = _path()
    if path is None:
        log.info("RNNoise is not installed: noise is taken out without it")
        return None
    try:
        library = ctypes.CDLL(str(path))
    except OSError as error:
        log.warning("RNNoise cannot be loaded, so noise is taken out without it: %s", error)
        return None
    library.rnnoise_create.argtypes, library.rnnoise_create.restype = [ctypes.c_void_p], ctypes.c_void_p
    library.rnnoise_destroy.argtypes, library.rnnoise_destroy.restype = [ctypes.c_void_p], None
    library.rnnoise_get_frame_size.argtypes, library.rnnoise_get_frame_size.restype = [], ctypes.c_int
    library.rnnoise_process_frame.argtypes = [ctypes.c_void_p, _Floats, _Floats]
    library.rnnoise_process_frame.restype = ctypes.c_float
    return library


def _path() -> Path | None:
    spec = find_spec("pyrnnoise")
    folders = (spec.submodule_search_locations or ()) if spec else ()
    paths = (Path(folder) / LIBRARIES.get(sys.platform, "librnnoise.so") for folder in folders)
    return next((path for path in paths if path.exists()), None)
