"""Sound extraction: by name, by example and by part; any rate, any length; what is not there is refused."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from assistant import media
from assistant.audio import Samples
from assistant.errors import DataError, EngineError, JobCancelled
from assistant.evaluation.capability.materials import noisy_speech
from assistant.evaluation.capability.metrics import si_sdr_improvement
from assistant.evaluation.recordings import Recordings, split
from models.base import Card, Job, Json, Made
from models.sound.extraction import Extraction, read_target
from models.sound.extraction_network import CLASSES, MaskNetwork
from models.sound.extraction_ways import ABSENT
from models.sound.spectra import BINS
from models.sound.target_words import meant
from router.dialogue.phrases import Grammar
from router.tasks import CATALOGUE
from tests.extraction_sounds import hiss, quietly, whistle, written

DATA = Path(__file__).parent.parent / "shared" / "data"
if not DATA.is_dir():
    DATA = Path(__file__).parent.parent.parent / "shared" / "data"
real = pytest.mark.skipif(not (DATA / "sounds.jsonl").exists(), reason="takes the real recordings of ../shared/data")
CARD = Card("extraction", "extract_sound", "model", "A small LASSNet")


@pytest.fixture(scope="module")
def engine() -> Extraction:
    made = Extraction(CARD)
    made.load()
    return made


def extracted(
    engine: Extraction, folder: Path, audio: Path, example: Path | None = None, **arguments: Json
) -> tuple[Made, Samples, int]:
    """What was made, its sound of shape (n, channels), and its rate."""
    files = {"audio": audio} | ({"example": example} if example else {})
    (folder / "made").mkdir(exist_ok=True)
    made = engine.run(Job("extract_sound", folder / "made", arguments, files), quietly)
    samples, rate = media.read_audio(made.files[0].path, mono=False)
    return made, samples, rate


# ---------------------------------------------------------------------- by example


@pytest.mark.parametrize(("rate", "channels"), [(8_000, 1), (16_000, 2), (44_100, 1), (96_000, 2)])
def test_a_sound_without_a_name_is_found_by_an_example(
    engine: Extraction, tmp_path: Path, rate: int, channels: int
) -> None:
    target, noise = whistle(3, rate), hiss(3, rate)
    mixture = written(tmp_path / "mix.wav", np.stack([target + noise] * channels, 1), rate)
    example = written(tmp_path / "one.wav", whistle(1.3, 22_050), 22_050)
    made, sound, found = extracted(engine, tmp_path, mixture, example, target="that whistle")
    assert (found, sound.shape) == (rate, (len(target), channels))
    assert si_sdr_improvement(sound[:, -1], target, target + noise) > (5 if rate == 8_000 else 8)
    assert made.files[0].name == "that whistle" and made.facts["by"] == "example"
    assert made.facts["rate"] == rate and made.facts["channels"] == channels and 0 < float(made.facts["share"]) < 1


def test_the_example_may_be_a_part_of_the_recording_itself(engine: Extraction, tmp_path: Path) -> None:
    noise = np.concatenate((np.zeros(16_000, np.float32), hiss(3, 16_000)))
    target = whistle(4, 16_000)
    path = written(tmp_path / "mix.wav", target + noise, 16_000)
    _, sound, _ = extracted(engine, tmp_path, path, path, target="this", start_s=0.0, end_s=1.0)
    assert si_sdr_improvement(sound[:, 0], target, target + noise) > 8
    with pytest.raises(EngineError, match="from when to when"):
        extracted(engine, tmp_path, path, path, target="this")


def test_a_silent_example_is_refused(engine: Extraction, tmp_path: Path) -> None:
    path = written(tmp_path / "mix.wav", hiss(1, 16_000), 16_000)
    silent = written(tmp_path / "silent.wav", np.zeros(16_000, np.float32), 16_000)
    with pytest.raises(EngineError, match="nothing to be heard in that example"):
        extracted(engine, tmp_path, path, silent, target="this sound")
    with pytest.raises(DataError, match="no file"):
        extracted(engine, tmp_path, path, tmp_path / "gone.wav", target="this sound")


def test_everything_but_a_sound_is_the_rest(engine: Extraction, tmp_path: Path) -> None:
    target, noise = whistle(3, 16_000), hiss(3, 16_000)
    path = written(tmp_path / "mix.wav", target + noise, 16_000)
    example = written(tmp_path / "one.wav", whistle(1.3, 16_000), 16_000)
    _, own, _ = extracted(engine, tmp_path, path, example, target="the whistle")
    made, rest, _ = extracted(engine, tmp_path, path, example, target="everything but the whistle")
    assert si_sdr_improvement(rest[:, 0], noise, target + noise) > 5
    assert np.abs(own + rest - (target + noise)[:, None]).max() < 1e-3, "nothing is lost"
    assert made.files[0].name == "sound without the whistle"


# ------------------------------------------------------------------------- by part


def test_what_is_heard_in_a_part_and_not_around_it_is_taken_out(engine: Extraction, tmp_path: Path) -> None:
    target, noise = np.zeros(6 * 16_000, np.float32), hiss(6, 16_000)
    target[32_000:64_000] = whistle(2, 16_000)
    path = written(tmp_path / "mix.wav", target + noise, 16_000)
    made, sound, _ = extracted(engine, tmp_path, path, target="the bell", start_s=2.0, end_s=4.0)
    part = slice(32_000, 64_000)
    assert sound.shape == (32_000, 1) and made.facts["by"] == "part" and not made.notice
    assert si_sdr_improvement(sound[:, 0], target[part], (target + noise)[part]) > 4


def test_a_part_with_nothing_around_it_is_given_as_it_is(engine: Extraction, tmp_path: Path) -> None:
    path = written(tmp_path / "mix.wav", hiss(2, 16_000), 16_000)
    made, sound, _ = extracted(engine, tmp_path, path, target="the bell", start_s=0.01, end_s=2.0)
    assert np.abs(sound[500:-500, 0] - hiss(2, 16_000)[160:][500:-500]).max() < 1e-3
    assert "all of that part" in made.notice


def test_a_part_beyond_the_end_is_refused(engine: Extraction, tmp_path: Path) -> None:
    path = written(tmp_path / "a.wav", hiss(2, 16_000), 16_000)
    with pytest.raises(DataError, match="nothing in .* after 5"):
        extracted(engine, tmp_path, path, target="the bell", start_s=5.0, end_s=6.0)


# ------------------------------------------------------------------------- by name


@pytest.mark.parametrize(
    ("said", "meant_"),
    [
        ("the dog", (False, "the dog")),
        ("the dog, not the cat", (False, "the dog")),
        ("everything but the dog", (True, "the dog")),
        ("Everything except for the rain.", (True, "the rain")),
        ("all without the music", (True, "the music")),
        ("the noteworthy bell", (False, "the noteworthy bell")),
    ],
)
def test_words_say_what_is_to_be_kept(said: str, meant_: tuple[bool, str]) -> None:
    assert read_target(said) == meant_


def test_all_that_the_network_knows_can_be_said() -> None:
    assert all(meant(label)[0].label == label for label in CLASSES)
    assert set(ABSENT) == set(CLASSES)


def test_an_unknown_word_says_what_is_known_and_how_else(engine: Extraction, tmp_path: Path) -> None:
    path = written(tmp_path / "mix.wav", hiss(2, 16_000), 16_000)
    with pytest.raises(EngineError, match=r"sound of the trombone.*speech and music.*example"):
        extracted(engine, tmp_path, path, target="the trombone")
    assert not list((tmp_path / "made").iterdir())


@pytest.mark.parametrize("sound", [np.zeros(16_000), np.zeros(1), np.full(800, 1.0)], ids=["silent", "one", "constant"])
def test_where_there_is_nothing_of_it_nothing_is_made(engine: Extraction, tmp_path: Path, sound: Samples) -> None:
    path = written(tmp_path / "mix.wav", sound.astype(np.float32), 16_000)
    with pytest.raises(EngineError, match="I do not hear a dog in it, so there is nothing to take out"):
        extracted(engine, tmp_path, path, target="the dog")
    assert not list((tmp_path / "made").iterdir())


@pytest.mark.parametrize("frames", [1, 2, 15, 16, 17, 300])
def test_the_network_takes_any_number_of_frames(frames: int) -> None:
    picked = MaskNetwork().pick(np.random.default_rng(0).uniform(0, 1, (frames, BINS)).astype(np.float32), 0)
    assert picked.mask.shape == (frames, BINS) and picked.mask.min() >= 0 and picked.mask.max() <= 1
    assert picked.likely.shape == (len(CLASSES),)


# --------------------------------------------------------------------- real sounds


@pytest.fixture(scope="module")
def clip() -> Callable[[str, int, int], Samples]:
    """A held-out sound of a label, at a rate, five seconds."""
    data = Recordings(DATA)
    rows = split(data.rows("sounds"))[1]

    def found(label: str, number: int, rate: int) -> Samples:
        row = [row for row in rows if row["labels"][0] == label][number]
        sound = data.sound(row, rate)[: 5 * rate]
        return np.asarray(0.2 * sound / (np.std(sound) + 1e-9) / 2, np.float32)

    return found


@real
@pytest.mark.parametrize(("rate", "channels"), [(16_000, 1), (44_100, 2)])
def test_a_rooster_is_picked_out_of_the_sea(
    engine: Extraction, tmp_path: Path, clip: Callable[[str, int, int], Samples], rate: int, channels: int
) -> None:
    target, sea = clip("rooster", 1, rate), clip("sea_waves", 0, rate)
    path = written(tmp_path / "mix.wav", np.stack([target + sea] * channels, 1), rate)
    made, sound, found = extracted(engine, tmp_path, path, target="the crowing rooster")
    assert (found, sound.shape) == (rate, (len(target), channels))
    assert si_sdr_improvement(sound[:, -1], target, target + sea) > 4
    assert made.files[0].name == "rooster"
    again = extracted(engine, tmp_path, path, target="the crowing rooster")[1]
    assert np.array_equal(again, sound)


@real
@pytest.mark.parametrize("target", ["dog", "sneezing", "rain", "baby"])
def test_from_mere_speech_nothing_else_is_extracted(engine: Extraction, tmp_path: Path, target: str) -> None:
    recordings = Recordings(DATA)
    for row in split(recordings.rows("voices"))[1][:3]:
        audio = written(tmp_path / "voice.wav", recordings.sound(row, 16_000), 16_000)
        with pytest.raises(EngineError, match="I do not hear"):
            extracted(engine, tmp_path, audio, target=f"the {target}")


@real
def test_speech_is_picked_out_of_what_goes_on(engine: Extraction, tmp_path: Path) -> None:
    found = []
    for case in noisy_speech(Recordings(DATA), 0.0, ("changing", "beds"), 3, seed=4):
        audio = written(tmp_path / "mixture.wav", case.mixture, case.rate)
        _, sound, _ = extracted(engine, tmp_path, audio, target="the speech")
        found.append(si_sdr_improvement(sound[:, 0], case.clean, case.mixture))
    assert np.mean(found) >= 3


@real
def test_what_is_not_in_a_mixture_is_not_extracted(
    engine: Extraction, tmp_path: Path, clip: Callable[[str, int, int], Samples]
) -> None:
    path = written(tmp_path / "mix.wav", clip("rooster", 1, 16_000) + clip("sea_waves", 0, 16_000), 16_000)
    with pytest.raises(EngineError, match="I do not hear a chainsaw in it"):
        extracted(engine, tmp_path, path, target="the chainsaw")
    assert not list((tmp_path / "made").iterdir())


@real
def test_a_sound_is_left_out_and_nothing_else(
    engine: Extraction, tmp_path: Path, clip: Callable[[str, int, int], Samples]
) -> None:
    target, sea = clip("dog", 1, 16_000), clip("sea_waves", 0, 16_000)
    path = written(tmp_path / "mix.wav", target + sea, 16_000)
    made, rest, _ = extracted(engine, tmp_path, path, target="everything but the dog")
    assert si_sdr_improvement(rest[:, 0], sea, target + sea) > 4
    assert made.files[0].name == "sound without the dog"


@real
def test_an_example_of_what_is_not_in_a_mixture_is_refused(
    engine: Extraction, tmp_path: Path, clip: Callable[[str, int, int], Samples]
) -> None:
    mixture = clip("rooster", 1, 16_000) + clip("sea_waves", 0, 16_000)
    path = written(tmp_path / "mix.wav", mixture, 16_000)
    other = written(tmp_path / "other.wav", clip("chainsaw", 2, 16_000), 16_000)
    same = written(tmp_path / "same.wav", clip("rooster", 3, 16_000), 16_000)
    with pytest.raises(EngineError, match="I do not hear the sound of that example"):
        extracted(engine, tmp_path, path, other, target="this sound")
    assert not list((tmp_path / "made").iterdir())
    _, sound, _ = extracted(engine, tmp_path, path, same, target="this sound")
    assert si_sdr_improvement(sound[:, 0], clip("rooster", 1, 16_000), mixture) > 3


@real
def test_what_clips_is_taken_and_nothing_that_is_made_does(
    engine: Extraction, tmp_path: Path, clip: Callable[[str, int, int], Samples]
) -> None:
    path = written(tmp_path / "mix.wav", np.clip(20 * clip("rooster", 1, 44_100), -1, 1), 44_100)
    _, sound, _ = extracted(engine, tmp_path, path, target="the rooster")
    assert np.isfinite(sound).all() and 0.1 < np.abs(sound).max() < 1


# -------------------------------------------------------------------------- cancel


@pytest.mark.parametrize("after", [0, 1, 40])
@pytest.mark.parametrize("by", ["example", "part"])
def test_a_job_that_is_cancelled_leaves_nothing(engine: Extraction, tmp_path: Path, after: int, by: str) -> None:
    path = written(tmp_path / "mix.wav", hiss(12, 16_000), 16_000)
    example = written(tmp_path / "one.wav", whistle(1, 16_000), 16_000)
    folder, count = tmp_path / "made", 0
    folder.mkdir()

    def report(share: float) -> None:
        nonlocal count
        count += 1
        if count > after:
            raise JobCancelled("no longer wanted")

    files = {"audio": path} | ({"example": example} if by == "example" else {})
    part = {"start_s": 3.0, "end_s": 11.0} if by == "part" else {}
    with pytest.raises(JobCancelled):
        engine.run(Job("extract_sound", folder, {"target": "it", **part}, files), report)
    assert not list(folder.iterdir())


# ------------------------------------------------------------------------ in words


@pytest.mark.parametrize(
    ("said", "target"),
    [
        ("Keep everything but the dog in it.", "everything but the dog"),
        ("Give me everything except the rain", "everything except the rain"),
        ("I want to hear all without the talking in it", "all without the talking"),
        ("Extract the barking from the mixture", "the barking"),
    ],
)
def test_what_is_to_be_left_out_is_not_what_is_extracted(said: str, target: str) -> None:
    match = Grammar(CATALOGUE).match(said)
    assert (match.arguments["target"] if match and match.task.name == "extract_sound" else "") == target
