"""Mono to binaural: the head's responses, the way over a sound's own length, and the engine with real and made sound.

AudioGPT took one of five ways at random, and cut it only where it was longer than the sound; here the way is as said,
and takes as long as the sound.
"""

import itertools
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

import numpy as np
import pytest
import soundfile as sf

from assistant.audio import Samples, dbfs
from assistant.errors import DataError, EngineError, JobCancelled
from models.base import Job, Made
from models.catalogue import ENGINES, make
from models.options import ModelsOptions
from models.sound.binaural import RATES, WEIGHTS, Binaural, Looked
from models.sound.delay_line import read
from models.sound.hrtf import load
from models.sound.placement import Circle, Go, Pass, Stay, Step, Swing
from models.sound.places import AHEAD, BEHIND, LEFT, RIGHT, Place
from models.sound.room import ROOMS, echoes, late
from models.sound.scene import Spread
from models.sound.trajectory import planned

DATA = Path(__file__).parent.parent.parent / "shared" / "data"
RATE = 44_100


@pytest.fixture(scope="module")
def engine() -> Binaural:
    made = make(next(entry for entry in ENGINES if entry.card.task == "make_binaural"), ModelsOptions())
    made.load()
    assert isinstance(made, Binaural)
    return made


Placing: TypeAlias = Callable[..., tuple[Made, Samples]]
"""Places a sound as words say: what was made, and its sound of shape (n, 2)."""


@pytest.fixture
def placed(engine: Binaural, tmp_path: Path) -> Placing:
    numbers = itertools.count()

    def run(sound: Samples, position: str, rate: int = RATE) -> tuple[Made, Samples]:
        folder = tmp_path / str(next(numbers))
        folder.mkdir()
        sf.write(folder / "given.wav", sound, rate, subtype="FLOAT")
        job = Job("make_binaural", folder, {"position": position}, {"audio": folder / "given.wav"})
        made = engine.run(job, lambda share: None)
        heard, made_at = sf.read(made.files[0].path, dtype="float32")
        assert made_at == made.facts["rate"] == RATES[rate >= RATES[1]]
        assert heard.ndim == 2 and heard.shape[1] == made.facts["channels"] == 2
        assert np.isfinite(heard).all() and np.abs(heard).max(initial=0) < 1
        return made, heard

    return run


def noise(seconds: float, rate: int = RATE, level: float = 0.05) -> Samples:
    return np.asarray(level * np.random.default_rng(1).standard_normal(round(seconds * rate)), np.float32)


def tilt_db(heard: Samples) -> float:
    """How much louder it is on the right."""
    return dbfs(heard[:, 1]) - dbfs(heard[:, 0])


# ------------------------------------------------------------------------- the head


@pytest.mark.parametrize("rate", RATES)
def test_the_head_is_symmetric_and_delays_grow_to_the_side(rate: int) -> None:
    head = load(WEIGHTS, rate)
    azimuths, level = np.arange(0.0, 91.0, 5.0), np.zeros(19)
    lead = head.lead(-azimuths, level)
    assert abs(lead[0]) < 1e-6 and (np.diff(lead) > -15e-6).all()
    assert 550e-6 < lead[-1] < 700e-6
    assert np.allclose(lead, -head.lead(azimuths, level), atol=1e-6)
    left, right = head.left(azimuths, level).of(head.taps), head.right(-azimuths, level).of(head.taps)
    assert np.allclose(left, right)


def test_a_direction_between_others_lies_between_them() -> None:
    head = load(WEIGHTS, RATE)
    mix = head.left(np.array([12.5, 359.0, -1.0, 40.0]), np.array([5.0, 0.0, 0.0, 90.0]))
    assert np.allclose(mix.weight.sum(axis=1), 1) and (mix.weight >= 0).all()
    assert np.allclose(mix.of(head.taps)[1], mix.of(head.taps)[2], atol=1e-6)
    assert np.allclose(mix.of(head.taps)[3], head.taps[-1], atol=1e-6), "overhead there is one response"


def test_below_what_was_measured_the_sides_draw_together() -> None:
    head = load(WEIGHTS, RATE)
    lead = head.lead(np.full(4, -90.0), np.array([-40.0, -60.0, -80.0, -90.0]))
    assert (np.diff(lead) < 0).all() and abs(lead[-1]) < 1e-5


def test_a_file_that_is_no_head_is_told(tmp_path: Path) -> None:
    (tmp_path / "head.npz").write_bytes(b"nothing")
    with pytest.raises(EngineError, match="install"):
        load(tmp_path / "head.npz", RATE)


@pytest.mark.parametrize("hertz", [100, 3_000, 12_000])
def test_a_delay_between_samples_is_exact(hertz: int) -> None:
    seconds = np.arange(4000) / RATE
    tone = np.sin(2 * np.pi * hertz * seconds).astype(np.float32)
    places = np.arange(100, 3900) + np.linspace(0.0, 20.0, 3800)
    exact = np.sin(2 * np.pi * hertz * places / RATE)
    assert np.abs(read(tone, places) - exact).max() < 0.006


# ------------------------------------------------------------------------- the way


@pytest.mark.parametrize("seconds", [0.05, 1.0, 7.3, 600.0])
@pytest.mark.parametrize(
    ("motion", "start", "end"),
    [
        (Go((LEFT, RIGHT)), LEFT, RIGHT),
        (Circle(2), AHEAD, AHEAD),
        (Circle(0.5, clockwise=False), AHEAD, BEHIND),
        (Swing(LEFT, RIGHT, 3), LEFT, LEFT),
        (Stay(RIGHT), RIGHT, RIGHT),
    ],
)
def test_a_way_takes_as_long_as_the_sound(seconds: float, motion: Circle, start: Place, end: Place) -> None:
    way = planned([Step(motion)], seconds)
    assert way.seconds == pytest.approx(seconds)
    first, last = way.at(np.array([0.0, seconds]))
    assert np.allclose(first, start.point, atol=1e-6) and np.allclose(last, end.point, atol=1e-6)


def test_from_left_to_right_it_passes_in_front_and_back_to_front_by_the_right() -> None:
    for places, middle in (((LEFT, RIGHT), AHEAD), ((RIGHT, LEFT), AHEAD), ((BEHIND, AHEAD), RIGHT)):
        way = planned([Step(Go(places))], 2.0)
        assert np.allclose(way.at(np.array([1.0]))[0], middle.point, atol=1e-6)
    turning = planned([Step(Circle(1))], 4.0).at(np.array([1.0, 2.0, 3.0]))
    assert np.allclose(turning, [RIGHT.point, BEHIND.point, LEFT.point], atol=1e-6), "clockwise is by the right"


def test_steps_follow_each_other_without_a_leap() -> None:
    steps = [Step(Stay(LEFT.at(0.2)), 3.0), Step(Circle(2)), Step(Stay(Place(0, 90))), Step(Go((BEHIND, AHEAD)))]
    way = planned(steps, 20.0)
    points = way.at(np.linspace(0, 20, 4001))
    assert np.linalg.norm(np.diff(points, axis=0), axis=1).max() < 0.08
    assert np.allclose(points[599], LEFT.at(0.2).point, atol=1e-6)
    assert way.seconds == pytest.approx(20.0)


def test_times_that_do_not_fit_are_shortened_and_what_is_left_is_spent_at_the_end() -> None:
    short = planned([Step(Stay(LEFT), 3.0), Step(Stay(RIGHT))], 2.0)
    assert np.allclose(short.at(np.array([0.0, 2.0])), [LEFT.point, RIGHT.point])
    longer = planned([Step(Go((LEFT, RIGHT)), 3.0)], 10.0)
    assert np.allclose(longer.at(np.array([3.0, 10.0])), [RIGHT.point, RIGHT.point], atol=1e-6)


def test_a_short_sound_passes_by_on_a_short_way() -> None:
    motion = Pass(Place(-80, 0, 12), Place(80, 0, 12))
    assert planned([Step(motion)], 0.2).legs[0].start.distance < 4
    assert planned([Step(motion)], 10.0).legs[0].start.distance == pytest.approx(12)
    assert planned([Step(motion)], 10.0).passes and not planned([Step(Go((LEFT, RIGHT.at(5))))], 3.0).passes


# ------------------------------------------------------------------------- rooms


@pytest.mark.parametrize("name", ROOMS)
def test_a_room_holds_sounds_within_its_walls_and_answers_after_them(name: str) -> None:
    room = ROOMS[name]
    away = np.array([Place(a, e, 500.0).point for a in range(0, 360, 30) for e in (-80, 0, 80)])
    inside = room.within(away) + room.listener
    if room.decay_s:
        assert (inside > 0.2).all() and (inside < room.size - 0.2).all()
    found = echoes(room, Place(50).point)
    assert (found.delays_s > 0).all() and (found.gains < 1).all()
    assert len(found.points) == (24 if room.decay_s else 1)


def test_the_tail_decays_as_long_as_is_told() -> None:
    room = ROOMS["church"]
    tail = late(room, RATE)
    levels = [dbfs(tail[round(t * RATE) : round((t + 0.1) * RATE)]) for t in (0.3, 0.3 + room.decay_s / 2)]
    assert levels[0] - levels[1] == pytest.approx(33, abs=4), "30 at 1 kHz"
    assert not tail[: round(0.05 * RATE)].any() and np.array_equal(tail, late(room, RATE))


# ------------------------------------------------------------------------- the engine


@pytest.mark.parametrize("rate", [8_000, 16_000, 22_050, 44_100, 48_000, 96_000])
@pytest.mark.parametrize("seconds", [0.05, 1.7])
def test_any_rate_and_length_is_placed_and_stays_as_long(placed: Placing, rate: int, seconds: float) -> None:
    made, heard = placed(noise(seconds, rate), "on my right", rate)
    assert len(heard) == round(round(seconds * rate) * RATES[rate >= RATES[1]] / rate)
    assert tilt_db(heard) > 4
    assert made.facts["source_rate"] == rate and made.facts["source_channels"] == 1


def test_sides_are_where_they_are_said(placed: Placing) -> None:
    sound = noise(0.5)
    tilts = {words: tilt_db(placed(sound, words)[1]) for words in ("on my left", "behind me", "ahead", "on my right")}
    assert tilts["on my left"] == pytest.approx(-tilts["on my right"], abs=0.1) and tilts["on my right"] > 10
    assert abs(tilts["behind me"]) < 0.1 and abs(tilts["ahead"]) < 0.1


def test_near_and_far(placed: Placing) -> None:
    sound = noise(0.5)
    near, usual, far = (
        placed(sound, words)[1] for words in ("in my right ear", "on my right", "far away on the right")
    )
    assert dbfs(near) > dbfs(usual) > dbfs(far) > dbfs(usual) - 18
    assert tilt_db(near) > tilt_db(usual) + 5, "what is near is louder at the near ear alone"
    treble = [
        np.abs(np.fft.rfft(one[:, 1]))[8000:].mean() / np.abs(np.fft.rfft(one[:, 1])).mean() for one in (usual, far)
    ]
    assert treble[1] < 0.9 * treble[0], "air takes the treble"


def test_a_way_spans_the_sound_and_no_more(placed: Placing) -> None:
    for seconds in (1.0, 6.0):
        _, heard = placed(noise(seconds), "moves from left to right")
        tenth = len(heard) // 10
        tilts = [tilt_db(heard[k * tenth : (k + 1) * tenth]) for k in range(10)]
        assert tilts[0] < -10 and tilts[-1] > 10
        assert all(later > before - 1.5 for before, later in itertools.pairwise(tilts))
        assert abs(tilts[4] + tilts[5]) < 1.5, "it is in front in the middle"
        assert len(heard) == round(seconds * RATE)


def test_it_goes_round_as_often_as_is_said(placed: Placing) -> None:
    _, heard = placed(noise(4.0), "circles me twice")
    part = len(heard) // 16
    signs = [np.sign(round(tilt_db(heard[k * part : (k + 1) * part]))) for k in range(16)]
    assert signs[1:3] == signs[9:11] == [1, 1] and signs[5:7] == signs[13:15] == [-1, -1]
    _, other = placed(noise(4.0), "circles me twice, counter-clockwise")
    assert tilt_db(other[part : 3 * part]) < -5


def test_moving_does_not_click(placed: Placing) -> None:
    seconds = np.arange(2 * RATE) / RATE
    tone = (0.2 * np.sin(2 * np.pi * 300 * seconds) * np.minimum(1, np.minimum(seconds, seconds[::-1]) * 20)).astype(
        np.float32
    )
    still = max(np.abs(np.diff(placed(tone, words)[1], 2, axis=0)).max() for words in ("left", "ahead", "right"))
    for words in (
        "circles me five times",
        "passes by from left to right",
        "back and forth between my ears, three times",
    ):
        moving = np.abs(np.diff(placed(tone, words)[1], 2, axis=0)).max()
        assert moving < 2.2 * still, words  # what comes as near as an ear is louder; a click is sharper by far


def test_what_passes_by_falls_in_pitch_and_ends_in_time(placed: Placing) -> None:
    seconds = np.arange(4 * RATE) / RATE
    tone = (0.2 * np.sin(2 * np.pi * 1000 * seconds)).astype(np.float32)
    _, heard = placed(tone, "drives past me quickly from left to right")
    loud = heard.sum(axis=1)

    def pitch(part: Samples) -> float:
        return float(np.argmax(np.abs(np.fft.rfft(part * np.hanning(len(part)), 1 << 20)))) * RATE / (1 << 20)

    first, last = pitch(loud[4410 : 4410 + 22050]), pitch(loud[-26460:-4410])
    assert first > 1005 and last < 995 and first - 1000 == pytest.approx(1000 - last, rel=0.2)
    assert len(heard) == len(tone) and np.abs(loud[-200:]).max() > 0.005, "it sounds to its end"


def test_a_room_rings_on_and_tells_so(placed: Placing) -> None:
    sound = noise(0.5)
    made, heard = placed(sound, "on my left, in a church")
    assert made.facts["placed"] == "on your left in a church"
    assert len(heard) == round(0.5 * RATE) + round(ROOMS["church"].decay_s * RATE)
    after = heard[round(0.6 * RATE) : round(1.0 * RATE)]
    assert -35 < dbfs(after) - dbfs(heard[: RATE // 2]) < -3
    assert abs(dbfs(heard[: RATE // 2]) - dbfs(sound)) < 6
    assert dbfs(heard[-RATE // 20 :]) < dbfs(after) - 35


def test_from_all_sides_it_comes_from_none(placed: Placing) -> None:
    made, heard = placed(noise(1.0), "from all around me")
    assert abs(tilt_db(heard)) < 1.5 and made.facts["placed"] == "all around you"
    alike = np.corrcoef(heard[:, 0], heard[:, 1])[0, 1]
    assert abs(alike) < 0.6, "the ears hear different things"


def test_channels_that_differ_stand_apart_and_others_together(placed: Placing) -> None:
    one, other = noise(1.0), np.random.default_rng(9).standard_normal(RATE).astype(np.float32) * 0.05
    made, together = placed(np.stack((one, one), axis=1), "ahead")
    assert np.allclose(together, placed(one, "ahead")[1], atol=1e-3) and made.facts["source_channels"] == 2
    _, apart = placed(np.stack((one, np.zeros_like(one)), axis=1), "ahead")
    assert tilt_db(apart) < -4, "what is on the left alone remains more to the left"
    _, against = placed(np.stack((one, -one), axis=1), "on my right")
    assert dbfs(against) > dbfs(one) - 10, "channels against each other do not cancel"
    _, both = placed(np.stack((one, other), axis=1), "ahead")
    assert abs(dbfs(both) - dbfs(one)) < 4


def test_channels_stand_the_farther_apart_the_less_they_are_alike() -> None:
    looks = [Looked(RATE, 2, 10, 1.0, alike, 1.0).spread for alike in (1.0, 0.5, 0.0, -1.0)]
    assert [spread.angles for spread in looks] == [(), (-15.0, 15.0), (-30.0, 30.0), (-30.0, 30.0)]
    assert [round(spread.gain, 3) for spread in looks] == [0.5, 0.577, 0.707, 0.707]
    assert Looked(RATE, 6, 10).spread == Spread((), 1 / 6)


def test_loud_sound_does_not_clip_and_quiet_sound_stays_quiet(placed: Placing) -> None:
    square = np.sign(np.sin(2 * np.pi * 200 * np.arange(RATE) / RATE)).astype(np.float32)
    made, heard = placed(square, "in my left ear")
    assert 0.9 < np.abs(heard).max() < 1 and not made.notice
    quiet = noise(1.0, level=0.002)
    assert abs(dbfs(placed(quiet, "ahead")[1]) - dbfs(quiet)) < 3


def test_silence_stays_silent_and_is_told(placed: Placing) -> None:
    made, heard = placed(np.zeros(RATE, np.float32), "circling me twice, in a large hall")
    assert not heard.any() and "silence" in made.notice


def test_what_is_no_number_does_no_harm(placed: Placing) -> None:
    sound = noise(0.3)
    sound[100:110] = np.nan
    placed(sound, "behind me")


def test_it_is_the_same_every_time(placed: Placing) -> None:
    words = "circle around me, far away, in a cave"
    assert np.array_equal(placed(noise(0.4), words)[1], placed(noise(0.4), words)[1])


@pytest.mark.parametrize("position", ["", "banana", "somewhere nice"])
def test_words_that_name_no_place_are_asked_back(engine: Binaural, tmp_path: Path, position: str) -> None:
    sf.write(tmp_path / "a.wav", noise(0.2), RATE)
    with pytest.raises(EngineError, match="such as on my left"):
        engine.run(
            Job("make_binaural", tmp_path, {"position": position}, {"audio": tmp_path / "a.wav"}), lambda s: None
        )
    assert [path.name for path in tmp_path.iterdir()] == ["a.wav"]


def test_what_cannot_be_read_leaves_nothing(engine: Binaural, tmp_path: Path) -> None:
    (tmp_path / "a.wav").write_bytes(b"RIFF and nothing more")
    with pytest.raises(DataError, match=r"a\.wav"):
        engine.run(Job("make_binaural", tmp_path, {"position": "left"}, {"audio": tmp_path / "a.wav"}), lambda s: None)
    assert [path.name for path in tmp_path.iterdir()] == ["a.wav"]


def test_it_reports_and_what_is_cancelled_leaves_nothing(engine: Binaural, tmp_path: Path) -> None:
    sf.write(tmp_path / "a.wav", noise(20.0, 16_000), 16_000)
    shares = list[float]()

    def report(share: float) -> None:
        shares.append(share)
        if share > 0.4:
            raise JobCancelled("no longer wanted")

    with pytest.raises(JobCancelled):
        engine.run(Job("make_binaural", tmp_path, {"position": "circling me"}, {"audio": tmp_path / "a.wav"}), report)
    assert [path.name for path in tmp_path.iterdir()] == ["a.wav"]
    assert shares == sorted(shares) and max(np.diff(shares)) < 0.06


def test_memory_does_not_grow_with_the_length(engine: Binaural, tmp_path: Path) -> None:
    peaks = []
    for seconds in (8, 64):
        folder = tmp_path / str(seconds)
        folder.mkdir()
        sf.write(folder / "a.wav", noise(seconds, 8_000), 8_000)
        tracemalloc.start()
        engine.run(
            Job("make_binaural", folder, {"position": "circling me"}, {"audio": folder / "a.wav"}), lambda s: None
        )
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < 1.25 * peaks[0] and peaks[1] < 100e6


@pytest.mark.skipif(not DATA.is_dir(), reason="there are no recordings")
@pytest.mark.parametrize("words", ["close to my left ear", "walks from behind to the front, in a small room"])
def test_recordings_keep_about_their_loudness(engine: Binaural, tmp_path: Path, words: str) -> None:
    for path in sorted((DATA / "speech").glob("*.flac"))[:2] + sorted((DATA / "sounds").glob("*.ogg"))[:2]:
        given, _ = sf.read(path, dtype="float32")
        made = engine.run(Job("make_binaural", tmp_path, {"position": words}, {"audio": path}), lambda s: None)
        heard, rate = sf.read(made.files[0].path, dtype="float32")
        assert abs(dbfs(heard[: round(len(given) * rate / rate)]) - dbfs(given)) < 12
        assert np.abs(heard).max() < 1
