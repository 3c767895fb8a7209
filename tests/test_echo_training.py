"""What the training of the echo suppressor is made of; skipped where torch is missing (extra `train`)."""

import json
from pathlib import Path

import numpy as np
import pytest
import soundfile as sf

torch = pytest.importorskip("torch", reason="the training needs torch")

from asr.echo.suppressor import BANDS, STEP, Network, Suppressor  # noqa: E402
from assistant.audio import RATE, Samples, dbfs  # noqa: E402
from assistant.errors import DataError  # noqa: E402
from scripts.echo.acoustics import MOST_GAIN_DB, convolved, leveled  # noqa: E402
from scripts.echo.evaluate import evaluated, judged, run  # noqa: E402
from scripts.echo.export import export, read_network, write_network  # noqa: E402
from scripts.echo.network import SEEN, SuppressorNetwork  # noqa: E402
from scripts.echo.recordings import Recordings, is_held_out  # noqa: E402
from scripts.echo.session import Scene, Session  # noqa: E402
from scripts.echo.simulate import Example, Part, examined, filtered, read_examples, simulate  # noqa: E402
from scripts.echo.speak import speak, texts  # noqa: E402
from scripts.echo.train import Plan, Sequences, Training, train  # noqa: E402
from tests.fakes import EnergyActivity, ToneVoice  # noqa: E402

TINY = Plan(steps=6, batch=2, frames=40, hidden=8, every=2)


def syllables(seconds: float, seed: int) -> Samples:
    """Noise that comes and goes."""
    draw = np.random.default_rng(seed)
    noise = np.convolve(draw.standard_normal(round(seconds * RATE)), 0.85 ** np.arange(20), "same")
    loudness = np.clip(np.sin(2 * np.pi * 3.1 * np.arange(len(noise)) / RATE + seed) + 0.3, 0, None)
    return np.asarray(0.05 * noise * loudness, np.float32)


def spoken_over(seconds: float = 4.0) -> Session:
    """An echo all the time, and somebody who speaks in the second half."""
    played = syllables(seconds, 1)
    echo = 0.5 * np.pad(played, (200, 0))[: len(played)]
    speech = np.where(np.arange(len(played)) < len(played) // 2, np.float32(0), syllables(seconds, 2))
    return Session(played, echo, speech, np.float32(1e-4) * syllables(seconds, 3))


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of manifests with a few short sounds of each kind."""
    folder = tmp_path_factory.mktemp("data")
    for kind, count in (("commands", 12), ("voices", 12), ("sounds", 12), ("noise", 1), ("rooms", 2)):
        rows = [{"path": f"{kind}-{number}.wav"} for number in range(count)]
        for number, row in enumerate(rows):
            sound = np.exp(-np.arange(800) / 100) if kind == "rooms" else syllables(0.5, number)
            sf.write(folder / row["path"], sound, RATE)
        (folder / f"{kind}.jsonl").write_text("\n".join(json.dumps(row) for row in rows))
    sf.write(folder / "sounds-0.wav", np.concatenate((np.zeros(RATE), syllables(0.2, 0))), RATE)
    (folder / "lj_texts.txt").write_text("One two three four five six.\nSeven eight nine ten eleven twelve.\n")
    return folder


@pytest.fixture(scope="module")
def far(data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("far")
    speak(texts(data), (ToneVoice(), ToneVoice()), folder, count=20)
    return folder


def test_what_is_all_but_silent_stays_so() -> None:
    silence = np.zeros(RATE, np.float32)
    np.testing.assert_array_equal(leveled(silence, -26), silence)
    faint = np.full(RATE, 1e-5, np.float32)
    assert dbfs(leveled(faint, -26)) == pytest.approx(-100 + MOST_GAIN_DB, abs=0.1)
    assert dbfs(leveled(faint * 1000, -26)) == pytest.approx(-26, abs=0.1)


def test_a_response_is_applied_from_its_beginning() -> None:
    sound = syllables(0.1, 0)
    np.testing.assert_allclose(convolved(sound, np.array([0, 2], np.float32))[1:], 2 * sound[:-1], atol=1e-6)


def test_the_two_sides_have_nothing_in_common_but_noise(data: Path, far: Path) -> None:
    trained, held_out = (Recordings.read(data, far, side) for side in (False, True))
    for name in ("people", "voices", "sounds", "rooms", "far"):
        assert not {c.path for c in getattr(trained, name)} & {c.path for c in getattr(held_out, name)}
    assert len(trained.people) + len(held_out.people) == 24
    assert len(trained.far) + len(held_out.far) == 20
    assert len(trained.noise) == len(held_out.noise) == 1
    assert trained.shares.sum() == pytest.approx(1)


def test_a_fifth_of_all_names_are_held_out() -> None:
    assert np.mean([is_held_out(f"speech/{number}.wav") for number in range(5000)]) == pytest.approx(0.2, abs=0.02)


def test_recordings_without_people_are_refused(tmp_path: Path, far: Path) -> None:
    (tmp_path / "noise.jsonl").write_text('{"path": "a.wav"}')
    with pytest.raises(DataError, match="people"):
        Recordings.read(tmp_path, far, False)


def test_a_session_is_the_same_every_time_and_finite(data: Path, far: Path) -> None:
    recordings = Recordings.read(data, far, False)
    for seed in range(4):
        first, second = (Scene(recordings, np.random.default_rng(seed)).session(6.0) for _ in range(2))
        for name in ("played", "echo", "speech", "other"):
            sound = getattr(first, name)
            assert sound.shape == (6 * RATE,) and np.isfinite(sound).all() and np.abs(sound).max() < 30
            np.testing.assert_array_equal(sound, getattr(second, name))


def test_the_filter_is_given_what_the_program_gives_it() -> None:
    session = spoken_over()
    rest, echo, reference = filtered(session.played, session.echo)
    assert dbfs(rest[2 * RATE :]) < dbfs(session.echo[2 * RATE :]) - 20
    np.testing.assert_allclose(rest + echo, session.echo, atol=1e-5)
    np.testing.assert_allclose(reference[: RATE // 2], session.played[: RATE // 2], atol=1e-3)


class Watched(Network):
    """Remembers what it is shown."""

    def __init__(self, weights: dict[str, np.ndarray]) -> None:
        super().__init__(weights)
        self.seen: list[np.ndarray] = []

    def step(self, features: np.ndarray) -> tuple[np.ndarray, float]:
        self.seen.append(features)
        return super().step(features)


def test_the_network_sees_in_training_what_it_sees_in_the_program() -> None:
    session = spoken_over(2.0)
    weights = {name: array.astype(np.float32) for name, array in SuppressorNetwork(8).weights().items()}
    in_training, in_program = Watched(weights), Watched(weights)
    run(in_training, examined(session, EnergyActivity()))
    microphone = session.echo + session.near
    Suppressor(in_program).push(microphone, *filtered(session.played, microphone))
    assert len(in_training.seen) == len(in_program.seen) == 2 * RATE // STEP - 1
    np.testing.assert_allclose(in_training.seen, in_program.seen, atol=3e-3)  # half precision in between


def test_torch_and_numpy_find_the_same(tmp_path: Path) -> None:
    torch.manual_seed(3)
    network = SuppressorNetwork()
    with torch.no_grad():
        for weight in network.parameters():
            weight.copy_(weight.half().float() * 2)
    write_network(network, tmp_path / "net.npz")
    ours = read_network(tmp_path / "net.npz")
    logs = np.random.default_rng(0).uniform(-9, 1, (1, 60, SEEN, BANDS)).astype(np.float32)
    with torch.no_grad():
        gains, presence = network(torch.from_numpy(logs))
    steps = [ours.step((0.5 * frame + 2).ravel()) for frame in logs[0]]
    np.testing.assert_allclose([g for g, _ in steps], gains[0], atol=1e-3)
    np.testing.assert_allclose([p for _, p in steps], torch.sigmoid(presence[0]), atol=1e-3)
    assert gains.std() > 0.01 and presence.std() > 0.01


def test_from_recordings_to_figures(data: Path, far: Path, tmp_path: Path) -> None:
    part = Part("unseen", True, 2, 5)
    for _ in range(2):  # the second time it is all there
        simulate(Recordings.read(data, far, True), part, tmp_path / part.name, seconds=2.0)
    examples = read_examples(tmp_path / part.name)
    assert len(examples) == 2 and all(example.finite for example in examples)
    train(examples, examples, tmp_path, TINY)
    export(tmp_path / "network.pt", tmp_path / "net.npz")
    figures = evaluated(read_network(tmp_path / "net.npz"), examples)
    assert figures.splitlines()[1].split()[:2] == ["sessions", "2"] and "false_presence" in figures


def test_training_goes_on_where_it_was_stopped(tmp_path: Path) -> None:
    examples = [examined(spoken_over(), EnergyActivity())]
    weights = []
    for name, stopped_after in (("whole", 0), ("parts", 4)):
        (tmp_path / name).mkdir()
        training = Training(TINY)
        for _ in range(stopped_after):
            training.advance([Sequences.of(example) for example in examples])
        training.write(tmp_path / name / "network.pt")
        train(examples, examples, tmp_path / name, TINY)
        weights.append(torch.load(tmp_path / name / "network.pt", weights_only=False)["network"])
    for name, weight in weights[0].items():
        torch.testing.assert_close(weight, weights[1][name])
    assert not torch.equal(weights[0]["input.weight"], Training(TINY).network.input.weight)


def test_the_figures_tell_a_network_that_does_nothing_from_one_that_learned(tmp_path: Path) -> None:
    examples = [examined(spoken_over(), EnergyActivity())]
    network = SuppressorNetwork(8)
    with torch.no_grad():
        for head in (network.gains, network.presence):
            head.weight.zero_()
            head.bias.fill_(20.0)
    write_network(network, tmp_path / "open.npz")
    opened = judged(read_network(tmp_path / "open.npz"), examples[0])
    assert opened.levels.echo_suppressed_db == pytest.approx(opened.levels.echo_filter_db, abs=0.01)
    assert opened.levels.speech_in_echo_db == pytest.approx(0, abs=0.01)
    assert opened.said.all() and opened.absent.any() and opened.present.any()
    (tmp_path / "learned").mkdir()
    train(examples, examples, tmp_path / "learned", Plan(steps=50, batch=2, frames=100, hidden=16, every=50, rate=0.02))
    export(tmp_path / "learned" / "network.pt", tmp_path / "learned.npz")
    learned = judged(read_network(tmp_path / "learned.npz"), examples[0])
    assert learned.levels.echo_suppressed_db < opened.levels.echo_suppressed_db - 3
    assert learned.said[learned.present].mean() > learned.said[learned.absent].mean() + 0.5


def test_examples_that_are_not_finite_are_told(tmp_path: Path) -> None:
    example = examined(spoken_over(1.0), EnergyActivity())
    assert example.finite
    example.write(tmp_path / "0.npz")
    example.rest[0, 0] = np.inf
    assert not example.finite
    assert Example.read(tmp_path / "0.npz").finite
