"""Enhancement by a network that was pulled: everything around the network, with networks that are easily known."""

import time
import tracemalloc
from pathlib import Path
from threading import Event

import numpy as np
import pytest
import soundfile as sf

from assistant.audio import RATE, Samples
from assistant.errors import EngineError, EngineMissing, JobCancelled
from assistant.resident_espnet import espnet_enhancement
from models.base import Card, Job, Json, Made, Report
from models.catalogue import ENGINES, missing
from models.options import ModelsOptions
from models.speech.enhancement_foundation import NO_SPEECH, FoundationEnhancement

CARD = Card("espnet-conv-tasnet", "enhance_speech", "model", "A fake.")


class Below:
    """An `Enhancer` for which speech is what lies below a frequency."""

    rate = RATE

    def __init__(self, hertz: float = 1e9, gain: float = 1.0) -> None:
        self._hertz, self._gain = hertz, gain
        self.longest = 0

    def __call__(self, sound: Samples) -> Samples:
        self.longest = max(self.longest, len(sound))
        spectrum = np.fft.rfft(sound) * (np.fft.rfftfreq(len(sound), 1 / RATE) < self._hertz)
        return np.asarray(self._gain * np.fft.irfft(spectrum, len(sound)), np.float32)[None]

    def stop(self) -> None:
        """It never takes long."""


class Slow(Below):
    """One that would take a minute, and can be stopped."""

    def __init__(self) -> None:
        super().__init__()
        self._stopped, self._loaded = Event(), False

    def __call__(self, sound: Samples) -> Samples:
        if self._loaded and self._stopped.wait(60):
            raise EngineError("stopped")
        self._loaded = True
        return super().__call__(sound)

    def stop(self) -> None:
        self._stopped.set()


def quietly(share: float) -> None:
    """A report that nobody reads."""


def cleaned(network: Below, path: Path, report: Report = quietly, **arguments: Json) -> tuple[Made, Samples]:
    folder = path.parent / "made"
    folder.mkdir(exist_ok=True)
    made = FoundationEnhancement(CARD, lambda: network)
    made.load()
    found = made.run(Job("enhance_speech", folder, arguments, {"audio": path}), report)
    return found, sf.read(found.files[0].path, dtype="float32", always_2d=True)[0]


def tones(seconds: float, rate: int, channels: int = 1) -> tuple[Samples, Samples]:
    """Speech, a tone of 300 Hz, and noise, one of 3 kHz; the channels differ: (n, channels) each."""
    at = np.arange(round(seconds * rate)) / rate
    gains = np.linspace(1, 0.5, channels, dtype=np.float32)
    return tuple(np.asarray(0.2 * np.sin(2 * np.pi * f * at)[:, None] * gains, np.float32) for f in (300, 3000))  # type: ignore[return-value]


@pytest.mark.parametrize(
    ("rate", "channels", "seconds"), [(8_000, 1, 7.3), (16_000, 1, 3.0), (44_100, 2, 10.1), (96_000, 1, 0.05)]
)
def test_rate_channels_and_length_stay(tmp_path: Path, rate: int, channels: int, seconds: float) -> None:
    speech, noise = tones(seconds, rate, channels)
    sf.write(tmp_path / "a.wav", speech + noise, rate, "FLOAT")
    made, kept = cleaned(Below(), tmp_path / "a.wav")
    assert made.facts == {"rate": rate, "channels": channels, "strength": 1.0} and not made.notice
    assert kept.shape == speech.shape and np.abs(kept - speech - noise).max() < 2e-3


@pytest.mark.parametrize("rate", [8_000, 48_000])
def test_noise_is_taken_out_across_the_pieces(tmp_path: Path, rate: int) -> None:
    speech, noise = tones(11.0, rate)
    sf.write(tmp_path / "a.wav", speech + noise, rate, "FLOAT")
    for strength in (1.0, 0.5):
        _, kept = cleaned(Below(1000.0), tmp_path / "a.wav", strength=strength)
        inner = slice(rate // 10, -rate // 10)
        assert np.abs(kept - speech - (1 - strength) * noise)[inner].max() < 5e-3


def test_noise_above_what_the_network_knows_goes_with_that_just_below(tmp_path: Path) -> None:
    speech, _ = tones(7.0, 48_000)
    hiss = 0.05 * np.random.default_rng(0).standard_normal((len(speech), 1)).astype(np.float32)
    sf.write(tmp_path / "a.wav", speech + hiss, 48_000, "FLOAT")
    _, kept = cleaned(Below(1000.0), tmp_path / "a.wav")
    above = [np.sum(np.square(np.abs(np.fft.rfft(sound[:, 0])))[len(sound) // 4 :]) for sound in (kept, hiss)]
    assert above[0] < 0.02 * above[1]


def test_silence_clipping_and_what_holds_no_speech(tmp_path: Path) -> None:
    sf.write(tmp_path / "a.wav", np.zeros(4 * RATE), RATE)
    assert not cleaned(Below(), tmp_path / "a.wav")[1].any()
    loud = np.clip(4 * np.sin(np.arange(4 * RATE) / 9), -1, 1)
    sf.write(tmp_path / "a.wav", loud, RATE)
    made, kept = cleaned(Below(gain=1.5), tmp_path / "a.wav")
    assert np.abs(kept).max() < 0.99 and not made.notice
    assert cleaned(Below(gain=0.05), tmp_path / "a.wav")[0].notice == NO_SPEECH


def test_memory_stays_flat_and_pieces_short(tmp_path: Path) -> None:
    sf.write(tmp_path / "a.wav", np.random.default_rng(0).uniform(-0.5, 0.5, 120 * RATE), RATE)
    network = Below()
    tracemalloc.start()
    try:
        cleaned(network, tmp_path / "a.wav")[0]
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert network.longest <= 6 * RATE and peak < 30e6  # of which 7.7 MB are the result, read again


def test_a_job_that_is_not_wanted_leaves_nothing(tmp_path: Path) -> None:
    sf.write(tmp_path / "a.wav", np.full(4 * RATE, 0.1), RATE)
    begun = time.monotonic()

    def report(share: float) -> None:
        if time.monotonic() - begun > 0.2:
            raise JobCancelled("The job is no longer wanted.")

    with pytest.raises(JobCancelled):
        cleaned(Slow(), tmp_path / "a.wav", report)
    assert time.monotonic() - begun < 20.0 and not list((tmp_path / "made").iterdir())


def test_what_is_missing_is_said(tmp_path: Path) -> None:
    with pytest.raises(EngineError, match="from zero"):
        cleaned(Below(), tmp_path / "a.wav", strength=2.0)
    options = ModelsOptions(tmp_path)
    lacks = {one.card.name: missing(one, options) for one in ENGINES if one.card.name.startswith("espnet")}
    assert lacks["espnet-skim"].endswith("assistant models pull espnet-skim")
    assert lacks["espnet-separation"].endswith(f"None are public; put your own into {tmp_path / 'espnet-separation'}.")
    try:
        import espnet2  # noqa: F401
    except ImportError:
        with pytest.raises(EngineMissing, match="needs ESPnet, .* set models.interpreters.espnet-conv-tasnet"):
            espnet_enhancement(CARD, tmp_path, 16_000).load()
