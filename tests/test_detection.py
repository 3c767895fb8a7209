"""Sound detection: what the network sees, what becomes of its answers, and the engine on recordings of any kind."""

import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import soundfile as sf
from numpy.typing import NDArray

from assistant.audio import Samples
from assistant.errors import DataError, EngineMissing, JobCancelled
from assistant.evaluation.capability.scenes import ABOVE_DB, Clip, clip, scenes
from assistant.evaluation.capability.segments import Counts, marks
from assistant.evaluation.recordings import Recordings
from assistant.resample import resample
from models.base import Card, Job, Made, SoundEvent
from models.sound.activity import active, closed, runs
from models.sound.detection import HOP_S, MOST_ROWS, STEP, Detector, SoundDetection, found
from models.sound.detection_classes import CLASSES, LABELS, SILENCE
from models.sound.detection_events import events, events_of, silences, smoothed
from models.sound.detection_features import BANDS, HOP, RATE, levels_db, powers

DATA = Path(__file__).parents[2] / "shared" / "data"
CARD = Card("listener", "detect_sounds", "model", "A network.")
ROOSTER = "sounds/esc-10-4-164064-A.ogg"


@pytest.fixture(scope="module")
def engine() -> SoundDetection:
    made = SoundDetection(CARD)
    made.load()
    return made


@pytest.fixture(scope="module")
def recordings() -> Recordings:
    if not (DATA / "sounds.jsonl").exists():
        pytest.skip("needs the recordings in ../shared/data")
    return Recordings(DATA)


def of_kind(recordings: Recordings, label: str) -> Iterator[Samples]:
    """The recordings of a kind, those of one fold."""
    for row in recordings.rows("sounds"):
        if row["labels"][0] == label and row.get("fold") == 2:
            yield recordings.sound(row, RATE)


def ran(engine: SoundDetection, folder: Path, sound: Samples, rate: int = RATE) -> Made:
    sf.write(folder / "sound.wav", sound, rate, subtype="FLOAT")
    return engine.run(Job("detect_sounds", folder, files={"audio": folder / "sound.wav"}), lambda share: None)


def noise(seconds: float, rate: int = RATE) -> Samples:
    return np.asarray(0.05 * np.random.default_rng(1).standard_normal(round(seconds * rate)), np.float32)


def rows(*stretches: tuple[float, int]) -> NDArray[np.float32]:
    return np.concatenate([np.full(count, p, np.float32) for p, count in stretches])


# ------------------------------------------------------------------------ what it sees


@pytest.mark.parametrize(("count", "frames"), [(0, 0), (1, 1), (HOP, 1), (HOP + 1, 2), (10 * HOP, 10)])
def test_there_is_a_frame_for_each_20_ms_begun(count: int, frames: int) -> None:
    assert powers(np.zeros(count, np.float32)).shape == (frames, BANDS)


def test_a_sine_at_full_scale_has_the_power_one_in_the_band_of_its_pitch() -> None:
    tones = [np.sin(2 * np.pi * hertz * np.arange(RATE) / RATE).astype(np.float32) for hertz in (200, 1000, 5000)]
    bands = [powers(tone)[25] for tone in tones]
    assert all(0.4 < band.sum() < 2.5 for band in bands)
    assert bands[0].argmax() < bands[1].argmax() < bands[2].argmax()
    assert levels_db(powers(tones[1]))[25] == pytest.approx(0, abs=4)


def test_channels_are_averaged_as_powers_so_that_opposite_ones_do_not_cancel() -> None:
    mono = noise(0.5)
    assert powers(np.stack([mono, -mono], axis=1)) == pytest.approx(powers(mono), rel=1e-4)


# -------------------------------------------------------------------- when it is heard


def test_silence_within_a_recording_is_none_of_its_sound() -> None:
    levels = rows((-90, 20), (-20, 10), (-90, 50), (-25, 10), (-90, 20))
    assert runs(active(levels, 30.0, 5)) == [(20, 30), (80, 90)]
    assert runs(active(levels, 30.0, 50)) == [(20, 90)]
    assert not active(np.full(30, -90, np.float32), 30.0, 5).any()
    assert active(np.full(30, -20, np.float32), 30.0, 5).all()


def test_pauses_are_filled_but_not_those_at_the_ends() -> None:
    heard = np.array([0, 0, 1, 0, 1, 0, 0, 0, 1, 0], np.bool_)
    assert runs(closed(heard, 1)) == [(2, 5), (8, 9)]
    assert runs(closed(heard, 3)) == [(2, 9)]


def test_an_event_must_get_high_and_goes_on_while_it_is_not_low() -> None:
    kind = CLASSES[0]
    likely = rows((0.0, 25), (kind.low + 0.05, 20), (1.0, 25), (kind.low + 0.05, 20), (0.0, 40), (kind.high - 0.1, 20))
    (event,) = events_of(likely, HOP_S, kind)
    assert event.label == "dog" and event.score == pytest.approx(1, abs=0.01)
    assert event.start_s == pytest.approx(1.0, abs=kind.smooth_s / 2)
    assert event.end_s == pytest.approx(3.6, abs=kind.smooth_s / 2)


def test_two_sounds_at_once_are_two_events() -> None:
    likely = np.zeros((100, len(LABELS)), np.float32)
    likely[20:60, 0] = likely[40:90, 1] = 1
    assert [event.label for event in events(likely, HOP_S)] == ["dog", "rain"]


def test_silence_is_told_from_two_seconds_on() -> None:
    levels = rows((-20, 50), (-70, 40), (-20, 10), (-70, 60))
    assert list(silences(levels, HOP_S)) == [SoundEvent(SILENCE, 4.0, 6.4)]
    assert list(silences(np.full(5, -100, np.float32), HOP_S)) == [SoundEvent(SILENCE, 0.0, 0.2)]


def test_a_mean_at_the_ends_is_of_what_is_there() -> None:
    assert smoothed(np.array([3, 0, 0, 6], np.float32), 3) == pytest.approx([1.5, 1, 2, 3])


def test_long_recordings_are_shown_coarsely_and_told_finely() -> None:
    answers = np.zeros((10 * MOST_ROWS, len(LABELS)), np.float32)
    answers[101:200, 3] = 0.9
    made = found(answers, np.full(len(answers), -20, np.float32))
    assert made.posteriors is not None and len(made.posteriors.rows) == MOST_ROWS
    assert made.posteriors.hop_s == pytest.approx(10 * HOP_S)
    assert made.posteriors.rows[15][3] == pytest.approx(0.9)
    assert [event.label for event in made.events] == ["crying baby"]


# ------------------------------------------------------------------------- the network


def test_weights_that_are_not_there_are_told(tmp_path: Path) -> None:
    with pytest.raises(EngineMissing, match="Install"):
        Detector(tmp_path / "none.onnx")


@pytest.mark.parametrize("seconds", [0.0, 0.01, 0.05, 1.0, 12.9, 26.0])
def test_there_is_an_answer_for_each_40_ms_begun(seconds: float) -> None:
    answers = Detector().posteriors(noise(seconds), RATE)
    assert answers.shape == (-(-round(seconds * RATE) // STEP), len(LABELS))
    assert np.isfinite(answers).all() and answers.min(initial=0) >= 0 and answers.max(initial=0) <= 1


def test_windows_that_overlap_answer_as_one_would() -> None:
    """The first window of a longer sound is told what comes after it, and the second what was before."""
    detector, sound = Detector(), noise(34.0) * np.repeat(np.random.default_rng(2).random(34), RATE).astype(np.float32)
    whole = detector.posteriors(sound, RATE)
    later = detector.posteriors(sound[10 * RATE :], RATE)
    inside = round(4 / HOP_S)
    assert later[inside:] == pytest.approx(whole[round(10 / HOP_S) + inside :], abs=2e-3)


# -------------------------------------------------------------------------- the engine


@pytest.mark.parametrize("label", ["dog", "rain", "sea_waves", "crying_baby", "rooster", "helicopter", "chainsaw"])
def test_real_sounds_are_told(engine: SoundDetection, recordings: Recordings, tmp_path: Path, label: str) -> None:
    """All but a few: the first four of a fold."""
    spoken = label.replace("_", " ")
    made = [ran(engine, tmp_path, sound) for _, sound in zip(range(4), of_kind(recordings, label), strict=False)]
    assert sum(spoken in {event.label for event in one.events} for one in made) >= 3


def test_speech_is_speech_and_nothing_else(engine: SoundDetection, recordings: Recordings, tmp_path: Path) -> None:
    for row in (*recordings.rows("voices")[:6], *recordings.rows("commands")[:6]):
        made = ran(engine, tmp_path, recordings.sound(row, RATE))
        assert {event.label for event in made.events} - {SILENCE} == {"speech"}


def test_a_copy_at_another_rate_or_in_stereo_gives_the_same(
    engine: SoundDetection, recordings: Recordings, tmp_path: Path
) -> None:
    row = next(row for row in recordings.rows("sounds") if row["labels"][0] == "rooster")
    sound = recordings.sound(row, 44_100)
    first = ran(engine, tmp_path, sound, 44_100)
    for other, rate in ((resample(sound, 44_100, RATE), RATE), (np.stack([sound, sound], axis=1), 44_100)):
        made = ran(engine, tmp_path, other, rate)
        assert [event.label for event in made.events] == [event.label for event in first.events]
        for one, same in zip(made.events, first.events, strict=True):
            assert (one.start_s, one.end_s) == pytest.approx((same.start_s, same.end_s), abs=0.13)


@pytest.mark.parametrize("rate", [8_000, 22_050, 96_000])
@pytest.mark.parametrize("channels", [1, 2])
def test_any_rate_and_channels(engine: SoundDetection, tmp_path: Path, rate: int, channels: int) -> None:
    made = ran(engine, tmp_path, np.stack([noise(1.0, rate)] * channels, axis=1), rate)
    assert made.posteriors is not None and made.posteriors.labels == (*LABELS, SILENCE)
    assert made.posteriors.hop_s == HOP_S and len(made.posteriors.rows) == 25
    assert all(0 <= p <= 1 for row in made.posteriors.rows for p in row)


def test_silence_clipping_and_very_short_sounds(engine: SoundDetection, tmp_path: Path) -> None:
    assert [e.label for e in ran(engine, tmp_path, np.zeros(3 * RATE, np.float32)).events] == [SILENCE]
    for sound in (np.sign(noise(2.0)), noise(0.05), np.ones(RATE, np.float32)):
        made = ran(engine, tmp_path, sound)
        assert made.posteriors is not None and np.isfinite(np.array(made.posteriors.rows)).all()


def test_the_same_comes_of_the_same(engine: SoundDetection, tmp_path: Path) -> None:
    assert ran(engine, tmp_path, noise(15.0)) == ran(engine, tmp_path, noise(15.0))


def test_ten_minutes_take_no_more_memory_than_one(engine: SoundDetection, tmp_path: Path) -> None:
    peaks = []
    for minutes in (1, 10):
        with sf.SoundFile(tmp_path / "long.wav", "w", 8_000, 1) as file:
            for _ in range(minutes):
                file.write(noise(60.0, 8_000))
        tracemalloc.start()
        engine.run(Job("detect_sounds", tmp_path, files={"audio": tmp_path / "long.wav"}), lambda share: None)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < peaks[0] + 8e6


def test_it_reports_and_is_cancelled(engine: SoundDetection, tmp_path: Path) -> None:
    sf.write(tmp_path / "long.wav", noise(45.0), RATE)
    told: list[float] = []

    def report(share: float) -> None:
        told.append(share)
        if share > 0.3:
            raise JobCancelled

    with pytest.raises(JobCancelled):
        engine.run(Job("detect_sounds", tmp_path, files={"audio": tmp_path / "long.wav"}), report)
    assert told == sorted(told) and told[-1] < 0.6
    assert [path.name for path in tmp_path.iterdir()] == ["long.wav"]


def test_a_file_that_is_no_sound_is_told(engine: SoundDetection, tmp_path: Path) -> None:
    (tmp_path / "a.wav").write_text("no sound")
    with pytest.raises(DataError):
        engine.run(Job("detect_sounds", tmp_path, files={"audio": tmp_path / "a.wav"}), lambda share: None)


# --------------------------------------------------------------------- how it is measured


def test_segments_are_counted_as_sed_eval_does() -> None:
    """A sound that begins at 0.9 s and ends at 2.1 s is in the segments 0, 1 and 2."""
    there = [SoundEvent("dog", 0.9, 2.1), SoundEvent("rain", 0.0, 1.0)]
    assert marks(there, 5.0) == {("dog", 0), ("dog", 1), ("dog", 2), ("rain", 0)}
    counts = Counts()
    counts.add(there, [SoundEvent("dog", 1.0, 3.5), SoundEvent("sea", 4.0, 9.0)], 5.0)
    assert (counts.right, counts.false, counts.missed) == (2, 3 - 1, 2)
    assert counts.f_score == pytest.approx(2 * 2 / (4 + 2 + 2))


def test_scenes_hold_what_is_written_of_them() -> None:
    tone = np.sin(2 * np.pi * 3000 * np.arange(2 * RATE) / RATE).astype(np.float32)
    quiet = np.zeros(RATE, np.float32)
    one = clip(np.concatenate((quiet, tone[:RATE], quiet)), "dog")
    assert one is not None and one.spans[0] == pytest.approx((0.0, 1.0), abs=0.08)
    for scene in scenes([one, Clip("rain", tone, ((0.0, 2.0),))], [noise(5.0)], 3, seed=4):
        assert 10 <= scene.seconds <= 30 and np.abs(scene.samples).max() <= 0.5001
        assert 2 <= len(scene.clips) <= 5
        level = levels_db(powers(scene.samples))
        there = np.zeros(len(level), np.bool_)
        for event in scene.events:
            there[round(event.start_s * 50) + 2 : round(event.end_s * 50) - 2] = True
        assert level[there].mean() > np.median(level[~there]) + ABOVE_DB[0]
