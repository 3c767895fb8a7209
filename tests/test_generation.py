"""Sounds made by rules: every source, scenes, loops, and the engine that makes them."""

import tracemalloc
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile as sf

from assistant.audio import Samples
from assistant.errors import EngineError, JobCancelled
from models.base import Card, Job, Made
from models.sound.detection import Detector, found
from models.sound.generation.arranging import arranged
from models.sound.generation.engine import SoundGeneration
from models.sound.generation.grain import RATE, Grain
from models.sound.generation.instruments import PLAYED
from models.sound.generation.limiter import CEILING, Limiter
from models.sound.generation.long import ROUND_S
from models.sound.generation.loudness import loudness_db
from models.sound.generation.mixer import pieces
from models.sound.generation.noise import filtered
from models.sound.generation.reader import read
from models.sound.generation.scene import Layer, Scene
from models.sound.generation.sources import BY_NAME, SOURCES
from models.sound.generation.track import Track

CARD = Card("foley", "generate_audio", "procedural", "By rules.")


def rendered(scene: Scene) -> Samples:
    return np.concatenate(list(pieces(scene)))


def asked(text: str, seconds: float | None = None, seed: int = 1) -> Samples:
    return rendered(arranged(read(text), seconds, seed))


def alone(name: str, seconds: float = 1.0, seed: int = 1) -> Samples:
    return rendered(Scene((Layer(name, BY_NAME[name].style, seconds=seconds),), seconds, seed))


@pytest.fixture
def engine() -> SoundGeneration:
    made = SoundGeneration(CARD)
    made.load()
    return made


def run(engine: SoundGeneration, folder: Path, seed: int = 0, **arguments: str | float | bool) -> Made:
    return engine.run(Job("generate_audio", folder, arguments, seed=seed), lambda share: None)


# ------------------------------------------------------------------------ sources


@pytest.mark.parametrize("name", [source.name for source in SOURCES])
def test_a_source_is_as_long_and_as_loud_as_it_should_be_and_its_seed_decides(name: str) -> None:
    one, again, other = alone(name), alone(name), alone(name, seed=2)
    assert one.shape == (RATE, 2) and one.dtype == np.float32
    assert np.isfinite(one).all()
    assert 0.02 < np.abs(one).max() <= CEILING + 1e-6
    assert -32 < loudness_db(one) < -9
    assert np.array_equal(one, again)
    if name != "tone":
        assert not np.array_equal(one, other)


def test_there_are_more_than_forty_and_each_has_words_of_its_own() -> None:
    assert len(BY_NAME) == len(SOURCES) + 1 > 100
    for source in SOURCES:
        assert (source.stream is None) != (source.one is None) or source.noun, source.name


@pytest.mark.parametrize("sizes", [[44_100], [1, 7, 5000, 39_092], [11_025] * 4])
def test_a_track_is_the_same_in_ragged_pieces(sizes: list[int]) -> None:
    def grains() -> Iterator[Grain]:
        rng = np.random.default_rng(0)
        for k in range(9):
            yield Grain(k * 5000, rng.standard_normal((9000, 2), dtype=np.float32))

    whole, track = Track(grains()).take(44_100), Track(grains())
    assert np.allclose(np.concatenate([track.take(size) for size in sizes]), whole, atol=1e-6)


@pytest.mark.parametrize("size", [100, 999, 44_100])
def test_the_limiter_leaves_what_is_low_and_lets_nothing_over_its_ceiling(size: int) -> None:
    rng = np.random.default_rng(0)
    sound = (0.2 * rng.standard_normal((44_100, 2))).astype(np.float32).clip(-0.6, 0.6)
    loud = sound.copy()
    loud[20_000:20_010] = 9.0
    for given in (sound, loud):
        limiter = Limiter()
        parts = [limiter.push(given[k : k + size]) for k in range(0, len(given), size)]
        made = np.concatenate([*parts, limiter.finish()])
        assert made.shape == given.shape
        assert np.abs(made).max() <= CEILING + 1e-6
    assert np.array_equal(made[:19_000], sound[:19_000])


# ------------------------------------------------------------------------- scenes


def test_left_is_left_and_what_passes_goes_from_one_side_to_the_other() -> None:
    left, right = np.mean(np.square(asked("rain on the left", 3)), axis=0)
    assert left > 20 * right
    passing = np.square(asked("a helicopter flying from left to right", 6))
    assert passing[: 2 * RATE, 0].mean() > 3 * passing[: 2 * RATE, 1].mean()
    assert passing[4 * RATE :, 1].mean() > 3 * passing[4 * RATE :, 0].mean()


def test_what_is_far_is_softer_and_duller() -> None:
    def brightness(sound: Samples) -> float:
        power = np.abs(np.fft.rfft(sound.mean(axis=1))) ** 2
        return float(power[len(power) // 6 :].sum() / power.sum())

    near, far = asked("white noise", 4), asked("white noise in the distance", 4)
    assert loudness_db(far) < loudness_db(near) - 5
    assert brightness(far) < brightness(near) / 4


def test_steps_come_when_they_should() -> None:
    sound = asked("rain for two seconds, then silence for one second, then wind for two seconds")
    assert len(sound) == 5 * RATE
    level = np.sqrt(np.mean(np.square(sound.reshape(-1, RATE // 10 * 2)), axis=1))
    assert level[2:18].min() > 0.01
    assert level[24:29].max() < 0.002
    assert level[36:48].min() > 0.005


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("three knocks", 3),
        ("five beeps", 5),
        ("two door slams", 2),
        ("a duck quacking five times", 5),
        ("four caws", 4),
        ("six clucks", 6),
        ("three grunts", 3),
    ],
)
def test_as_many_are_heard_as_were_asked_for(text: str, number: int) -> None:
    level = np.sqrt(np.mean(np.square(asked(text)[: len(asked(text)) // 882 * 882].reshape(-1, 882 * 2)), axis=1))
    loud = level > 0.15 * level.max()
    assert int(np.sum(loud[1:] & ~loud[:-1]) + loud[0]) == number


@pytest.mark.parametrize("text", ["rain", "a helicopter", "calm piano music"])
def test_a_loop_has_no_seam(text: str) -> None:
    scene = replace(arranged(read(text), 6.0, 3), loop=True)
    sound = rendered(scene)
    assert len(sound) == 6 * RATE
    steps = np.abs(np.diff(sound.mean(axis=1)))
    assert abs(float(sound[0].mean() - sound[-1].mean())) <= np.quantile(steps, 0.9999) + 1e-4
    around = np.concatenate((sound[-RATE // 4 :], sound[: RATE // 4]))
    assert loudness_db(around) > loudness_db(sound) - 9


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("a dog barking", "dog"),
        ("heavy rain", "rain"),
        ("ocean waves", "sea waves"),
        ("a baby crying", "crying baby"),
        ("a clock ticking", "clock ticking"),
        ("two sneezes", "sneezing"),
        ("a chainsaw", "chainsaw"),
        ("a rooster crowing", "rooster"),
        ("a camp fire", "crackling fire"),
        ("a big wood fire", "crackling fire"),
        ("a helicopter hovering", "helicopter"),
        ("heavy rain on a tin roof", "rain"),
    ],
)
def test_a_detector_that_knows_real_recordings_names_it(text: str, label: str) -> None:
    detector = Detector()
    named = 0
    for seed in (11, 12, 13):
        answers = detector.answers(asked(text, 6, seed), RATE)
        named += label in {event.label for event in found(answers.posteriors, answers.levels_db).events}
    assert named >= 2


def test_waves_rise_and_break_without_a_jump() -> None:
    """From one twentieth of a second to the next, also in the heights alone."""
    for seed in (1, 2, 3):
        sound = asked("sea waves", 20, seed).mean(axis=1)
        for heard in (sound, filtered(sound, ((20, -80), (2500, -80), (3000, 0), (20_000, 0)))):
            frames = heard[RATE : 19 * RATE].reshape(-1, RATE // 20)
            level = 10 * np.log10(np.mean(np.square(frames), axis=1))
            assert np.abs(np.diff(level)).max() < 5


def test_an_accordion_beats_and_an_organ_does_not() -> None:
    """Two reeds a little apart are louder and softer by turns; pipes are not."""

    def depth(who: str) -> float:
        made = PLAYED[who](440.0, 2.0, 0.5, np.random.default_rng(1))[RATE // 4 : RATE // 4 + 1500 * 40]
        level = np.sqrt(np.mean(np.square(made.reshape(-1, 1500)), axis=1))
        return float(level.std() / level.mean())

    assert depth("accordion") > 0.1 > 0.05 > depth("organ")


def test_techno_is_struck_on_every_beat() -> None:
    sound = asked("techno at 120 bpm", 12.0).mean(axis=1)
    low = filtered(sound, ((20, 0), (90, 0), (140, -60), (20_000, -90)))
    level = np.sqrt(np.mean(np.square(low[: 10 * RATE].reshape(-1, RATE // 50)), axis=1))
    onsets = np.flatnonzero((level[1:] > 2 * level[:-1]) & (level[1:] > 0.3 * level.max()))
    gaps = np.diff(onsets[np.diff(onsets, prepend=-9) > 5]) / 50
    assert np.median(gaps) == pytest.approx(0.5, abs=0.04)


def test_candidates_and_quality_are_told_to_mean_nothing_to_rules(engine: SoundGeneration, tmp_path: Path) -> None:
    made = run(engine, tmp_path, text="rain, three candidates", seconds=1)
    assert made.facts["made"] == "rain" and "one take at a time" in made.notice


# ------------------------------------------------------------------------- engine


def test_it_makes_what_was_asked_for_and_says_so_in_the_file(engine: SoundGeneration, tmp_path: Path) -> None:
    made = run(engine, tmp_path, text="heavy rain with thunder in the distance", seconds=3)
    (file,) = made.files
    with sf.SoundFile(file.path) as sound:
        assert (sound.samplerate, sound.channels, sound.frames) == (44_100, 2, 3 * 44_100)
        assert sound.comment.startswith("synthetic: heavy rain with thunder in the distance")
        assert sound.software.startswith("Earshot")
    assert made.facts["made"] == "heavy rain with thunder in the distance"
    assert made.facts["recorded"] is False
    assert file.name == "heavy rain"


def test_no_two_are_alike_unless_the_seed_is(engine: SoundGeneration, tmp_path: Path) -> None:
    def one(name: str, seed: int = 0) -> tuple[Samples, int]:
        folder = tmp_path / name
        folder.mkdir()
        made = run(engine, folder, seed, text="a dog barking", seconds=2)
        return sf.read(made.files[0].path)[0], int(str(made.facts["seed"]))

    (first, seed), (second, other) = one("a"), one("b")
    assert seed != other and not np.array_equal(first, second)
    assert np.array_equal(first, one("c", seed)[0])


@pytest.mark.parametrize("text", ["", "a quetzalcoatl", "the smell of roses"])
def test_what_it_does_not_know_at_all_it_refuses(engine: SoundGeneration, tmp_path: Path, text: str) -> None:
    with pytest.raises(EngineError, match="Try rain, wind"):
        run(engine, tmp_path, text=text)
    assert list(tmp_path.iterdir()) == []


def test_what_it_knows_in_part_it_makes_and_names_the_rest(engine: SoundGeneration, tmp_path: Path) -> None:
    made = run(engine, tmp_path, text="rain and a quetzalcoatl", seconds=1)
    assert made.facts["made"] == "rain"
    assert made.notice == "I left out quetzalcoatl, which I do not know how to make."


@pytest.mark.parametrize("seconds", [0.05, 1.0, 7.3])
def test_it_is_as_long_as_was_asked_for(engine: SoundGeneration, tmp_path: Path, seconds: float) -> None:
    made = run(engine, tmp_path, text="rain, then a door slam", seconds=seconds)
    assert sf.info(made.files[0].path).frames == round(seconds * RATE)


def test_more_than_an_hour_of_what_changes_is_refused(engine: SoundGeneration, tmp_path: Path) -> None:
    with pytest.raises(EngineError, match="up to an hour"):
        run(engine, tmp_path, text="rain for 70 minutes, then thunder")


def test_more_than_an_hour_of_the_same_is_a_loop(engine: SoundGeneration, tmp_path: Path) -> None:
    made = run(engine, tmp_path, text="white noise for eight hours")
    assert made.facts["loop"] and made.facts["seconds"] == ROUND_S
    assert made.notice.startswith("8 hours would be too large a file")
    assert made.files[0].path.suffix == ".ogg" and sf.info(made.files[0].path).frames == round(ROUND_S * RATE)


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("five beeps, one every two seconds", (0, 2, 4, 6, 8)),
        ("a beep every three seconds for ten seconds", (0, 3, 6, 9)),
        ("four beeps, half a second apart", (0, 0.5, 1, 1.5)),
        ("a beep twice a minute for a minute", (0, 30)),
    ],
)
def test_what_comes_at_a_rate_does(
    engine: SoundGeneration, tmp_path: Path, text: str, places: tuple[float, ...]
) -> None:
    samples, rate = sf.read(run(engine, tmp_path, text=text).files[0].path, dtype="float32")
    loud = np.abs(samples).max(axis=1) > 0.1
    begun = np.flatnonzero(loud & ~np.concatenate(([False], loud[:-1]))) / rate
    heard = [at for at, before in zip(begun, [-1.0, *begun[:-1]], strict=True) if at - before > 0.2]
    assert heard == pytest.approx(places, abs=0.03)


def test_what_fades_begins_and_ends_in_silence(engine: SoundGeneration, tmp_path: Path) -> None:
    text = "white noise that fades in over three seconds and fades out over two seconds"
    samples, rate = sf.read(run(engine, tmp_path, text=text).files[0].path, dtype="float32")
    level = np.sqrt(np.mean(np.square(samples[: 10 * rate].reshape(100, -1)), axis=1))
    assert level[0] < 0.05 * level[50] and level[99] < 0.05 * level[50]
    assert level[15] < 0.6 * level[35] and level[90] < 0.6 * level[70]


def test_silence_at_the_end_is_there(engine: SoundGeneration, tmp_path: Path) -> None:
    samples, rate = sf.read(
        run(engine, tmp_path, text="rain for two seconds, and finally silence for three seconds").files[0].path
    )
    assert len(samples) == 5 * rate and np.abs(samples[round(2.7 * rate) :]).max() < 1e-3


@pytest.mark.parametrize("how", ["over the telephone", "from an old radio"])
def test_what_it_is_heard_over_leaves_no_bass(engine: SoundGeneration, tmp_path: Path, how: str) -> None:
    samples, rate = sf.read(run(engine, tmp_path, text=f"pink noise {how}", seconds=2).files[0].path)
    power = np.abs(np.fft.rfft(samples[:, 0])) ** 2
    hertz = np.fft.rfftfreq(len(samples), 1 / rate)
    assert power[hertz < 120].mean() < 0.01 * power[(hertz > 600) & (hertz < 2000)].mean()


def test_cancelled_it_leaves_nothing(engine: SoundGeneration, tmp_path: Path) -> None:
    told = list[float]()

    def report(share: float) -> None:
        told.append(share)
        if share > 0:
            raise JobCancelled

    with pytest.raises(JobCancelled):
        engine.run(Job("generate_audio", tmp_path, {"text": "rain", "seconds": 600}), report)
    assert len(told) == 2 and told[1] < 0.01
    assert list(tmp_path.iterdir()) == []


def test_memory_does_not_grow_with_the_length() -> None:
    def most(seconds: float) -> int:
        tracemalloc.start()
        for piece in pieces(arranged(read("rain with a dog barking in the distance"), seconds, 1)):
            assert len(piece) <= 2 * RATE
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return peak

    assert most(40) < most(9) * 1.2
