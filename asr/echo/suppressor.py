"""What the linear filter leaves of the echo, taken away band by band, and whether anybody else speaks.

A small recurrent network compares, in 32 bands, what is left with the echo that was modelled, the reference and the
microphone. It was trained by `scripts/echo`; see docs/models/echo.md. Its steps are a few matrix products, which numpy
does in some 0.1 ms a frame.

 hops ─▶ frames of 32 ms, every 16 ms ─▶ bands ─▶ network ─┬─ gains ─▶ frame ─▶ overlap-add ─▶ take()
                                                           └─ presence
"""

from collections import deque
from importlib import resources

import numpy as np
from numpy.typing import NDArray

from assistant.audio import RATE, Samples

FRAME = 512
STEP = 256
BANDS = 32
LATE = FRAME - STEP // 2
"""Samples by which what is taken lies behind what was pushed."""
FLOOR = 1e-9
WEIGHTS = "suppressor.npz"

Array = NDArray[np.float32]


def bands(rate: int = RATE) -> Array:
    """Triangular bands on the ERB scale (Glasberg and Moore 1990), each bin shared out wholly: (BANDS, bins)."""
    frequencies = np.arange(FRAME // 2 + 1) * rate / FRAME
    scale = 21.4 * np.log10(1 + 0.00437 * frequencies)
    first, last = 21.4 * np.log10(1 + 0.00437 * np.array([40.0, 7900.0]))
    centres = np.linspace(first, last, BANDS)
    width = centres[1] - centres[0]
    weights = np.clip(1 - np.abs(scale - centres[:, None]) / width, 0, None)
    weights[0, scale < first] = weights[-1, scale > last] = 1
    return np.asarray(weights / weights.sum(axis=0), np.float32)


class Network:
    """The recurrent network: a layer, two of gated recurrent units (Cho et al. 2014), and two heads."""

    def __init__(self, weights: dict[str, Array]) -> None:
        self._w = weights
        self.state: list[Array] = []
        self.reset()

    @classmethod
    def load(cls) -> "Network":
        """The network that comes with the program."""
        with resources.files("asr.echo").joinpath(WEIGHTS).open("rb") as file, np.load(file) as stored:
            return cls({name: stored[name].astype(np.float32) for name in stored.files})

    def reset(self) -> None:
        """Forget what was heard."""
        self.state = [np.zeros(len(self._w["hidden0"][0]), np.float32) for _ in range(2)]

    def step(self, features: Array) -> tuple[Array, float]:
        """From a frame's features, shape (4 * BANDS,), to gains of shape (BANDS,) and presence, all from 0 to 1."""
        w = self._w
        x = np.maximum(w["input"] @ features + w["input_bias"], 0)
        for layer in range(2):
            x = self.state[layer] = self._unit(layer, x)
        gains = _sigmoid(w["gains"] @ x + w["gains_bias"])
        return gains, float(_sigmoid(w["presence"] @ x + w["presence_bias"])[0])

    def _unit(self, layer: int, x: Array) -> Array:
        """One step of a gated recurrent unit, its gates in the order reset, update, new."""
        w, before = self._w, self.state[layer]
        given = np.split(w[f"given{layer}"] @ x + w[f"given_bias{layer}"], 3)
        hidden = np.split(w[f"hidden{layer}"] @ before + w[f"hidden_bias{layer}"], 3)
        reset, update = _sigmoid(given[0] + hidden[0]), _sigmoid(given[1] + hidden[1])
        return np.asarray((1 - update) * np.tanh(given[2] + reset * hidden[2]) + update * before, np.float32)


class Suppressor:
    """Takes hops in, and gives the same number of samples out, `LATE` later, with the presence of a speaker."""

    def __init__(self, network: Network | None = None) -> None:
        self._network = network or Network.load()
        self._bands = bands()
        self._window = np.sqrt(np.hanning(FRAME + 1)[:FRAME]).astype(np.float32)
        self._pushed = np.zeros((4, 0), np.float32)
        self._echoes: deque[bool] = deque([False], maxlen=FRAME // STEP)
        self._overlap = np.zeros(FRAME, np.float32)
        self._out = np.zeros(LATE, np.float32)
        self._presence: deque[float] = deque([1.0] * (LATE // STEP + 1))
        self._taken = 0
        self.signs = 0
        """Frames in a row, the latest included, in which more likely than not somebody speaks over the echo."""

    def push(self, microphone: Samples, rest: Samples, echo: Samples, reference: Samples) -> None:
        """Take a hop of each, shape (n,), while the loudspeaker is heard."""
        self._push(np.stack((rest, echo, reference, microphone)), echoes=True)

    def pass_by(self, microphone: Samples) -> None:
        """Take a hop of the microphone, shape (n,), in which there is no echo; it is left as it is."""
        silent = np.zeros_like(microphone)
        self._push(np.stack((microphone, silent, silent, microphone)), echoes=False)

    def take(self, count: int) -> tuple[Samples, float]:
        """The next samples, shape (count,), and how likely somebody speaks in them; silence where none are left."""
        out, self._out = self._out[:count], self._out[count:]
        self._taken += len(out)
        presence = [self._presence[i] for i in range(min(len(self._presence), -(-count // STEP)))]
        while self._taken >= STEP and self._presence:
            self._presence.popleft()
            self._taken -= STEP
        return np.pad(out, (0, count - len(out))), max(presence, default=1.0)

    def _push(self, hop: Array, echoes: bool) -> None:
        self._pushed = np.concatenate((self._pushed, hop), axis=1)
        self._echoes[-1] |= echoes
        while self._pushed.shape[1] >= FRAME:
            self._frame(self._pushed[:, :FRAME])
            self._pushed = self._pushed[:, STEP:]
            self._echoes.append(echoes)

    def _frame(self, sounds: Array) -> None:
        if any(self._echoes):
            frame, presence = self._suppressed(sounds)
            self.signs = self.signs + 1 if presence > 0.5 else 0
        else:
            self._network.reset()
            self.signs = 0
            frame, presence = sounds[0] * self._window, 1.0
        self._overlap += frame * self._window
        self._out = np.concatenate((self._out, self._overlap[:STEP]))
        self._overlap = np.concatenate((self._overlap[STEP:], np.zeros(STEP, np.float32)))
        self._presence.append(presence)

    def _suppressed(self, sounds: Array) -> tuple[Array, float]:
        spectra = np.fft.rfft(sounds * self._window, axis=1)
        powers = (np.square(spectra.real) + np.square(spectra.imag)) @ self._bands.T
        features = np.asarray(0.5 * np.log10(powers + FLOOR) + 2, np.float32).ravel()
        gains, presence = self._network.step(features)
        return np.asarray(np.fft.irfft(spectra[0] * (gains @ self._bands)), np.float32), presence


def _sigmoid(x: Array) -> Array:
    return np.asarray(1 / (1 + np.exp(-np.clip(x, -30, 30))), np.float32)
