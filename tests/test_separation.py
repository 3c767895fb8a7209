"""Separation of two speakers: everything around the network, with a separator that knows the voices; and the network
itself where it is there."""

import threading
import time
import tracemalloc
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
import soundfile as sf

from assistant.audio import RATE, Samples
from assistant.clock import run_virtually
from assistant.errors import EngineError, EngineMissing, JobCancelled
from assistant.evaluation.capability.materials import two_speakers
from assistant.evaluation.recordings import Recordings
from assistant.events import Provenance
from assistant.resample import resample
from assistant.workspace import Workspace
from models.attended import EVERY_S, attended
from models.base import Card, Job, Made, Report
from models.speech.separation import HOP_S, Separation, Separator
from models.speech.separation_network import RATE as NETWORK_RATE
from models.speech.separation_network import WEIGHTS, Network
from models.speech.sides import on_sides
from router.abilities.separate_speech import told
from router.resources import find_all, find_sound
from router.results import Order, Result, carry_out, outcome
from router.task import Context
from tests.engine_fakes import Models
from tests.separation_fakes import Knowing, gained
from tests.separation_sounds import LOW_HZ, mixed, pair, voice

CARD = Card("fake", "separate_speech", "model", "A fake.")
DATA = Path(__file__).parents[2] / "shared" / "data"


def everywhere(samples: Samples) -> Samples:
    """A detector for which whatever is not silent is speech."""
    padded = np.pad(samples, (0, -len(samples) % 512)).reshape(-1, 512)
    return np.asarray(np.abs(padded).max(axis=1, initial=0) > 0.01, np.float32)


def quietly(share: float) -> None:
    """A report that nobody reads."""


def engine(separator: Separator) -> Separation:
    made = Separation(CARD, everywhere, lambda: separator)
    made.load()
    return made


class Turning:
    """A `Separator` that gives each voice a quarter of a second by turns, and notes how much it was given at once."""

    def __init__(self) -> None:
        self.longest = 0

    def __call__(self, mixture: Samples) -> Samples:
        self.longest = max(self.longest, len(mixture))
        first = mixture * (np.arange(len(mixture)) % (NETWORK_RATE // 2) < NETWORK_RATE // 4)
        return np.stack((first, mixture - first)).astype(np.float32)

    def stop(self) -> None:
        """It never takes long."""


class Alone:
    """A `Separator` that hears one voice, and hardly anything beside it, as the network does that was taught so."""

    def __call__(self, mixture: Samples) -> Samples:
        return np.stack((0.98 * mixture, 0.02 * mixture)).astype(np.float32)

    def stop(self) -> None:
        """It never takes long."""


class Slow:
    """A `Separator` that would take a minute, and can be stopped."""

    def __init__(self) -> None:
        self._stopped = threading.Event()
        self._loaded = False

    def __call__(self, mixture: Samples) -> Samples:
        if self._loaded and self._stopped.wait(60):
            raise EngineError("stopped")
        self._loaded = True
        return np.stack((mixture, mixture))

    def stop(self) -> None:
        self._stopped.set()


def knowing(voices: Sequence[Samples], rate: int, seed: int = 0) -> Knowing:
    return Knowing([resample(v, rate, NETWORK_RATE) for v in voices], round(HOP_S * NETWORK_RATE), seed)


def parted(folder: Path, mixture: Samples, rate: int, separator: Separator, report: Report = quietly) -> Made:
    """What the engine makes of a sound of shape (n,) or (n, channels)."""
    sf.write(folder / "mix.wav", mixture, rate, subtype="FLOAT")
    out = folder / "out"
    out.mkdir(exist_ok=True)
    return engine(separator).run(Job("separate_speech", out, {}, {"audio": folder / "mix.wav"}), report)


def sounds(made: Made) -> list[Samples]:
    return [sf.read(file.path, dtype="float32")[0] for file in made.files]


# ------------------------------------------------------------------------- engine


@pytest.mark.parametrize("rate", [8000, 22050, 48000])
@pytest.mark.parametrize("channels", [1, 2])
def test_two_voices_become_two_files_at_any_rate(tmp_path: Path, rate: int, channels: int) -> None:
    voices = pair(7.7, rate)
    mixture = voices[0] + voices[1]
    given = np.stack([mixture] * channels, axis=1)
    made = parted(tmp_path, given, rate, knowing(voices, rate, seed=rate))
    found = sounds(made)
    assert [f.name for f in made.files] == ["first speaker, lower voice", "second speaker, higher voice"]
    assert [len(v) for v in found] == [len(mixture)] * 2 and sf.info(made.files[0].path).samplerate == rate
    assert np.abs(sum(found) - mixture).max() < 2e-4
    assert gained(found, voices, mixture) > 8
    facts = made.facts
    assert (facts["rate"], facts["channels"], facts["input_rate"], facts["input_channels"]) == (rate, 1, rate, channels)
    assert facts["voices"] == ["lower", "higher"]


def test_a_low_rate_is_raised(tmp_path: Path) -> None:
    voices = pair(2, 4000)
    made = parted(tmp_path, voices[0] + voices[1], 4000, Turning())
    assert made.facts["rate"] == NETWORK_RATE and made.facts["input_rate"] == 4000
    assert all(abs(sf.info(f.path).frames - 2 * NETWORK_RATE) <= 1 for f in made.files)


def test_who_speaks_first_is_the_first_speaker(tmp_path: Path) -> None:
    low, high = (v.copy() for v in pair(8))
    low[: 2 * RATE] = 0
    for seed in range(3):
        made = parted(tmp_path, low + high, RATE, knowing((low, high), RATE, seed))
        assert [f.name for f in made.files] == ["first speaker, higher voice", "second speaker, lower voice"]
        assert [f.path.name for f in made.files] == ["first-speaker.wav", "second-speaker.wav"]
        assert gained(sounds(made)[::1], (high, low), high + low) > 8


def test_speakers_stay_who_they_are_for_as_long_as_they_talk(tmp_path: Path) -> None:
    voices = pair(31)
    separator = knowing(voices, RATE, seed=3)
    made = parted(tmp_path, voices[0] + voices[1], RATE, separator)
    assert 0 < sum(separator.orders) < len(separator.orders), "they came in changing order"
    assert gained(sounds(made), voices, voices[0] + voices[1]) > 8


@pytest.mark.parametrize("seconds", [1.0, HOP_S, HOP_S + 0.01, 2 * HOP_S, 9.1])
def test_any_length_is_kept_to_the_sample(tmp_path: Path, seconds: float) -> None:
    mixture = mixed(seconds)
    made = parted(tmp_path, mixture, RATE, Turning())
    assert [len(v) for v in sounds(made)] == [len(mixture)] * 2


def test_it_makes_the_same_again(tmp_path: Path) -> None:
    voices = pair(7)
    first = sounds(parted(tmp_path, voices[0] + voices[1], RATE, knowing(voices, RATE)))
    second = sounds(parted(tmp_path, voices[0] + voices[1], RATE, knowing(voices, RATE)))
    assert all(np.array_equal(a, b) for a, b in zip(first, second, strict=True))


def test_loud_sound_does_not_clip_and_broken_samples_do_no_harm(tmp_path: Path) -> None:
    mixture = np.clip(20 * mixed(4), -1, 1)
    mixture[1000:1010] = np.nan
    found = sounds(parted(tmp_path, mixture, RATE, Turning()))
    assert all(np.isfinite(v).all() and np.abs(v).max() < 1 for v in found)


def test_speakers_stay_as_loud_beside_each_other_where_one_of_them_would_clip(tmp_path: Path) -> None:
    near, far = pair(7.0)
    voices = (10 * near, 2 * far)  # a file of floats may hold more than full scale
    mixture = voices[0] + voices[1]
    found = sounds(parted(tmp_path, mixture, RATE, knowing(voices, RATE)))
    both = found[0] + found[1]
    gain = float(both @ mixture) / float(mixture @ mixture)
    assert gain < 0.5 and np.abs(np.stack(found)).max() < 0.99
    assert np.abs(both - gain * mixture).max() < 2e-3


def test_who_has_a_channel_is_left_as_recorded(tmp_path: Path) -> None:
    low, high = pair(8)
    low, high = low + 0.01 * high, high + 0.01 * low  # a little of each is on the other's channel
    made = parted(tmp_path, np.stack((high, low), axis=1), RATE, Alone())
    found = {file.name.split(", ")[1]: sound for file, sound in zip(made.files, sounds(made), strict=True)}
    assert np.allclose(found["lower voice"], low, atol=1e-4) and np.allclose(found["higher voice"], high, atol=1e-4)
    assert "channel" in made.notice


@pytest.mark.parametrize("other", ["the same", "quieter", "silence"])
def test_channels_with_the_same_in_them_are_no_two_people(tmp_path: Path, other: str) -> None:
    mixture = mixed(6)
    gain = {"the same": 1.0, "quieter": 0.1, "silence": 0.0}[other]
    sf.write(tmp_path / "mix.wav", np.stack((mixture, gain * mixture), axis=1), RATE)
    assert not on_sides(tmp_path / "mix.wav", everywhere)


def test_silence_is_refused_and_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(EngineError, match="nobody speak"):
        parted(tmp_path, np.zeros(5 * RATE, np.float32), RATE, Turning())
    assert not list((tmp_path / "out").iterdir())


def test_one_person_is_not_made_two(tmp_path: Path) -> None:
    with pytest.raises(EngineError, match="only one voice"):
        parted(tmp_path, voice(LOW_HZ, 5, 1), RATE, Alone())
    assert not list((tmp_path / "out").iterdir())


@pytest.mark.parametrize("seconds", [0.0001, 0.05])
def test_a_moment_of_sound_is_refused_in_words(tmp_path: Path, seconds: float) -> None:
    with pytest.raises(EngineError, match="nothing to separate"):
        parted(tmp_path, np.full(max(1, round(seconds * RATE)), 0.1, np.float32), RATE, Alone())


def test_memory_does_not_grow_with_length(tmp_path: Path) -> None:
    """Four minutes take no more than one does."""
    peaks = []
    minute = np.tile(mixed(6), 10)
    for minutes in (1, 4):
        with sf.SoundFile(tmp_path / "mix.wav", "w", RATE, 1) as file:
            for _ in range(minutes):
                file.write(minute)
        (tmp_path / f"{minutes}").mkdir()
        separator = Turning()
        job = Job("separate_speech", tmp_path / f"{minutes}", {}, {"audio": tmp_path / "mix.wav"})
        tracemalloc.start()
        made = engine(separator).run(job, quietly)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
        assert sf.info(made.files[0].path).frames == minutes * 60 * RATE
        assert separator.longest == round(2 * HOP_S * NETWORK_RATE)
    assert peaks[1] < 1.2 * peaks[0]


def test_progress_is_told_from_beginning_to_end(tmp_path: Path) -> None:
    shares: list[float] = []
    parted(tmp_path, mixed(20), RATE, Turning(), shares.append)
    assert shares == sorted(shares) and shares[-1] == 1.0 and len(set(shares)) >= 5


def test_it_is_cancelled_within_the_network_and_leaves_nothing(tmp_path: Path) -> None:
    began = time.monotonic()

    def unwanted(share: float) -> None:
        raise JobCancelled("no longer wanted")

    with pytest.raises(JobCancelled):
        parted(tmp_path, mixed(4), RATE, Slow(), unwanted)
    assert time.monotonic() - began < 20  # left alone, it takes a minute
    assert not list((tmp_path / "out").iterdir())


def test_work_is_attended_and_its_errors_come_through() -> None:
    asked: list[float] = []

    def works() -> int:
        time.sleep(2.5 * EVERY_S)
        return 7

    assert attended(works, lambda: asked.append(0.0), lambda: None) == 7 and asked

    def fails() -> int:
        raise EngineError("no")

    with pytest.raises(EngineError, match="no"):
        attended(fails, lambda: None, lambda: None)


# ------------------------------------------------------------------------- ability


def result_of(folder: Path) -> tuple[Result, Context]:
    """Two voices, parted by way of the task."""
    voices = pair(4)
    context = Context(Workspace(folder / "session"), folder=folder)
    context.workspace.save_audio("talk", voices[0] + voices[1], RATE, "user", Provenance("given"))
    context.models = Models(engine(knowing(voices, RATE)))
    return run_virtually(carry_out(context, Order("separate_speech", "audio", "", sounds={"audio": "talk"}))), context


def test_it_is_told_who_is_who(tmp_path: Path) -> None:
    result, _ = result_of(tmp_path)
    assert outcome(result, told(result)).text == "Here are two speakers: first the lower voice, then the higher one."


@pytest.mark.parametrize(
    ("said", "which"),
    [
        ("the first speaker", 0),
        ("the second speaker", 1),
        ("speaker two", 1),
        ("the lower voice", 0),
        ("the higher voice", 1),
        ("the higher one", 1),
        ("the last speaker", 1),
    ],
)
def test_speakers_are_found_by_place_and_by_voice(tmp_path: Path, said: str, which: int) -> None:
    result, context = result_of(tmp_path)
    assert run_virtually(find_sound(context, said)).artifact == result.artifacts[which]
    assert run_virtually(find_all(context, "both speakers")) == list(result.artifacts)


# ------------------------------------------------------------------------ network


@pytest.fixture(scope="module")
def network() -> Network:
    if not WEIGHTS.is_file():
        pytest.skip(f"{WEIGHTS.name} is not there")
    return Network()


@pytest.mark.parametrize("size", [1, 799, 800, 801, 8_000, 48_123, 64_000])
def test_the_network_takes_any_length(network: Network, size: int) -> None:
    found = network(voice(150, 8, 1, NETWORK_RATE)[:size])
    assert found.shape == (2, size) and found.dtype == np.float32 and np.isfinite(found).all()


def test_the_network_keeps_levels_and_hears_nothing_in_silence(network: Network) -> None:
    mixture = mixed(3, NETWORK_RATE)
    assert np.allclose(network(0.01 * mixture), 0.01 * network(mixture), atol=1e-5)
    assert not network(np.zeros(8000, np.float32)).any()


def test_the_network_can_be_stopped(network: Network) -> None:
    mixture = np.random.default_rng(0).standard_normal(64_000).astype(np.float32)

    def unwanted() -> None:
        raise JobCancelled("no longer wanted")

    with pytest.raises(JobCancelled):
        attended(lambda: [network(mixture) for _ in range(100)], unwanted, network.stop)


def test_a_network_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(EngineMissing, match=r"nothing\.onnx"):
        Network(tmp_path / "nothing.onnx")
    (tmp_path / "broken.onnx").write_bytes(b"no network")
    with pytest.raises(EngineMissing, match=r"broken\.onnx"):
        Network(tmp_path / "broken.onnx")


def test_real_people_are_parted(network: Network, tmp_path: Path) -> None:
    """Of people it never heard; of some pairs it makes next to nothing, so that only the mean tells how it does."""
    if not DATA.is_dir():
        pytest.skip("the recordings are not there")
    gains = []
    for k, case in enumerate(two_speakers(Recordings(DATA), 6, 0, (0.0, 0.0))):
        (tmp_path / f"{k}").mkdir()
        made = parted(tmp_path / f"{k}", case.mixture, case.rate, network)
        gains.append(gained(sounds(made), case.sources, case.mixture))
    assert np.mean(gains) > 6
