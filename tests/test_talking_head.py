"""Talking heads: the film and its sound, lips in time with phones, any audio, what is refused, and what is left."""

import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import av
import numpy as np
import pytest
import soundfile as sf

from assistant.audio import RATE, Samples
from assistant.errors import DataError, JobCancelled
from assistant.evaluation.capability.lips import fit, frames, opening
from assistant.events import Manner, Spoken
from assistant.media import probe
from models.base import Card, Job, Made
from models.face.drawn import DrawnFace
from models.face.film import Film
from models.face.listening import Listener
from models.face.motion import Pose, motion
from models.face.talking_head import SILENT, WORDLESS, TalkingHead
from models.face.visemes import REST, VISEMES, shape
from tts.espeak import Espeak

CARD = Card("speaker", "make_talking_head", "procedural", "For tests")
SENTENCE = "Bob and Pam bought a map of Alabama in May."


@pytest.fixture(scope="module")
def espeak() -> Espeak:
    return Espeak()


@pytest.fixture(scope="module")
def spoken(espeak: Espeak) -> Spoken:
    return espeak.speak(SENTENCE, Manner())


def loud(samples: Samples) -> Samples:
    """Speech wherever there is sound: a voice detector for tests without noise."""
    padded = np.concatenate((samples, np.zeros(-len(samples) % 512, np.float32))).reshape(-1, 512)
    return (np.sqrt((padded**2).mean(axis=1)) > 0.003).astype(np.float32)


def engine(espeak: Espeak, words: str | None = SENTENCE) -> TalkingHead:
    """One that is told what was said, and has another of espeak's voices to lay beside it."""
    recognize = None if words is None else (lambda samples: words)
    return TalkingHead(CARD, recognize, loud, lambda text: [espeak.speak(text, Manner(pitch=4.0, speed=0.9))])


def filmed(head: TalkingHead, folder: Path, audio: Path, **arguments: bool) -> Made:
    folder.mkdir(exist_ok=True)
    return head.run(Job("make_talking_head", folder, arguments, {"audio": audio}), lambda share: None)


@pytest.fixture(scope="module")
def made(espeak: Espeak, spoken: Spoken, tmp_path_factory: pytest.TempPathFactory) -> Made:
    folder = tmp_path_factory.mktemp("head")
    sf.write(folder / "said.wav", spoken.samples, spoken.rate)
    return filmed(engine(espeak), folder / "made", folder / "said.wav")


# ---------------------------------------------------------------------------- the film


def test_the_film_is_as_long_as_the_sound_and_has_it(made: Made, spoken: Spoken) -> None:
    path = made.files[0].path
    seconds = len(spoken.samples) / spoken.rate
    with av.open(str(path)) as film:
        video, sound = film.streams.video[0], film.streams.audio[0]
        assert (video.codec_context.name, sound.codec_context.name) == ("h264", "aac")
        assert (video.width, video.height, video.average_rate) == (512, 512, 25)
        assert sound.rate == spoken.rate
        assert video.frames == int(np.ceil(seconds * 25))
    assert probe(path).kind == "video"
    assert probe(path).seconds == pytest.approx(seconds, abs=0.08)
    assert [file.name for file in path.parent.iterdir()] == ["talking-head.mp4"]


def test_it_says_that_it_is_synthetic(made: Made) -> None:
    with av.open(str(made.files[0].path)) as film:
        assert "Synthetic: made by Earshot" in film.metadata["comment"]
    assert made.facts["synthetic"] is True
    assert made.facts["by_words_s"] == pytest.approx(float(str(made.facts["seconds"])), abs=1.0)


def test_lips_close_and_open_when_the_sounds_are_heard(made: Made, spoken: Spoken) -> None:
    found = fit(opening(frames(made.files[0].path)), spoken.phones)
    assert len(found.errors_s) > 10
    assert np.median(np.abs(found.errors_s)) <= 0.06
    assert abs(found.lag_s) <= 0.041
    assert found.correlation > 0.4


def test_the_measure_sees_a_film_that_is_late_and_one_that_stands_still(made: Made, spoken: Spoken) -> None:
    curve = opening(frames(made.files[0].path))
    late, still = fit(np.roll(curve, 5), spoken.phones), fit(np.zeros(len(curve)), spoken.phones)
    here = fit(curve, spoken.phones)
    assert late.lag_s - here.lag_s == pytest.approx(0.2, abs=0.041)
    assert np.median(np.abs(still.errors_s)) > 0.1
    assert still.correlation == 0.0


def test_the_same_sound_gives_the_same_film(espeak: Espeak, tmp_path: Path) -> None:
    said = espeak.speak("Hello.", Manner())  # once: espeak never says a thing twice alike
    sf.write(tmp_path / "a.wav", said.samples, said.rate)
    head = TalkingHead(CARD, lambda samples: "hello", loud, lambda text: [said])
    one, other = (filmed(head, tmp_path / name, tmp_path / "a.wav") for name in ("1", "2"))
    assert one.facts["by_words_s"]
    assert one.files[0].path.read_bytes() == other.files[0].path.read_bytes()


# ----------------------------------------------------------------------------- any sound


@pytest.mark.parametrize(
    ("rate", "channels", "kept"), [(8_000, 1, 8_000), (44_100, 2, 44_100), (96_000, 1, 96_000), (37_800, 6, 48_000)]
)
def test_any_rate_and_any_channels(espeak: Espeak, tmp_path: Path, rate: int, channels: int, kept: int) -> None:
    tone = 0.3 * np.sin(2 * np.pi * 200 * np.arange(round(0.4 * rate)) / rate)
    sf.write(tmp_path / "a.wav", np.column_stack([tone] * channels), rate)
    found = probe(filmed(engine(espeak, ""), tmp_path / "made", tmp_path / "a.wav").files[0].path)
    assert (found.rate, found.channels) == (kept, min(2, channels))


@pytest.mark.parametrize("seconds", [0.002, 0.05, 1.0])
def test_silence_and_what_is_too_short_keep_the_mouth_closed(espeak: Espeak, tmp_path: Path, seconds: float) -> None:
    sf.write(tmp_path / "a.wav", np.zeros(max(1, round(seconds * 16_000)), np.float32), 16_000)
    made = filmed(engine(espeak), tmp_path / "made", tmp_path / "a.wav", still=True)
    assert made.notice == SILENT
    film = frames(made.files[0].path)
    assert len(film) == max(1, int(np.ceil(seconds * 25)))
    assert np.ptp(opening(film)) < 0.01


def test_clipped_noise_without_words_moves_the_mouth_by_its_sound(espeak: Espeak, tmp_path: Path) -> None:
    chance = np.random.default_rng(1)
    wave = np.clip(3 * chance.standard_normal(16_000) * (np.arange(16_000) % 8_000 < 5_000), -1, 1)
    sf.write(tmp_path / "a.wav", wave, 16_000)
    made = filmed(engine(espeak, ""), tmp_path / "made", tmp_path / "a.wav")
    assert made.notice == WORDLESS


def test_without_a_recognizer_the_mouth_goes_by_the_sound(espeak: Espeak, spoken: Spoken, tmp_path: Path) -> None:
    sf.write(tmp_path / "a.wav", spoken.samples, spoken.rate)
    performance = Listener(None, loud, lambda text: ()).perform(tmp_path / "a.wav", lambda share: None)
    assert performance.aligned_s == 0
    assert performance.mouths[:, 0].max() > 0.3
    assert not np.isnan(performance.mouths).any()


def test_words_that_were_not_said_are_not_believed(espeak: Espeak, tmp_path: Path) -> None:
    noise = 0.1 * np.random.default_rng(2).standard_normal(2 * RATE).astype(np.float32)
    sf.write(tmp_path / "a.wav", noise, RATE)
    listener = Listener(lambda samples: SENTENCE, loud, lambda text: [espeak.speak(text, Manner())])
    assert listener.perform(tmp_path / "a.wav", lambda share: None).aligned_s == 0


def test_a_file_that_is_no_sound_is_refused_and_leaves_nothing(espeak: Espeak, tmp_path: Path) -> None:
    (tmp_path / "a.wav").write_bytes(b"nothing of the kind")
    with pytest.raises(DataError):
        filmed(engine(espeak), tmp_path / "made", tmp_path / "a.wav")
    assert not list((tmp_path / "made").iterdir())


def test_listening_to_ten_minutes_takes_little_memory(espeak: Espeak, tmp_path: Path) -> None:
    with sf.SoundFile(tmp_path / "a.wav", "w", RATE, 1) as file:
        for _ in range(10):
            file.write(np.zeros(60 * RATE, np.float32))
    listener = Listener(None, loud, lambda text: ())
    listener.perform(tmp_path / "a.wav", lambda share: None)
    tracemalloc.start()
    try:
        performance = listener.perform(tmp_path / "a.wav", lambda share: None)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert performance.frames == 15_000
    assert peak < 90e6  # a minute of windows, whatever the length


@pytest.mark.parametrize("at", [0.0, 0.2, 0.31, 0.7])
def test_cancelled_it_leaves_nothing(espeak: Espeak, spoken: Spoken, tmp_path: Path, at: float) -> None:
    sf.write(tmp_path / "a.wav", spoken.samples, spoken.rate)
    folder = tmp_path / "made"
    folder.mkdir()

    def report(share: float) -> None:
        if share >= at:
            raise JobCancelled("Never mind.")

    with pytest.raises(JobCancelled):
        engine(espeak).run(Job("make_talking_head", folder, files={"audio": tmp_path / "a.wav"}), report)
    assert not list(folder.iterdir())


def test_a_film_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    sf.write(tmp_path / "a.wav", np.zeros(RATE, np.float32), RATE)
    (tmp_path / "made").mkdir()
    with (
        pytest.raises(DataError, match="Cannot write"),
        Film(tmp_path / "nowhere" / "film.mp4", (64, 64), tmp_path / "a.wav", {}) as film,
    ):
        for _ in range(60):
            film.write(np.zeros((64, 64, 3), np.uint8))


# ------------------------------------------------------------------------------ the face


def test_there_are_ten_shapes_of_the_mouth_and_more() -> None:
    face = DrawnFace()
    seen = {name: face.frame(Pose(shape(name)))[320:420, 190:322] for name in VISEMES}
    different = [
        (a, b)
        for k, a in enumerate(seen)
        for b in list(seen)[k + 1 :]
        if np.abs(seen[a].astype(int) - seen[b].astype(int)).mean() < 0.4
    ]
    assert len(seen) >= 10
    assert not different


def test_a_mouth_that_is_wide_open_shows_more_than_one_that_is_closed() -> None:
    face = DrawnFace()
    film = np.stack([face.frame(Pose(shape(name))) for name in (REST, "p", "i", "a")])
    rest, closed, spread, wide = opening(film)
    assert wide > spread > max(rest, closed)


def test_lids_close() -> None:
    face = DrawnFace()
    eyes = (slice(250, 286), slice(176, 236))
    opened, shut = (face.frame(Pose(shape(REST), lids=lids))[eyes].astype(int) for lids in (0.0, 1.0))
    assert (opened.min(axis=2) > 225).sum() > 100
    assert (shut.min(axis=2) > 225).sum() == 0


def test_the_head_moves_within_bounds_and_blinks(espeak: Espeak, spoken: Spoken, tmp_path: Path) -> None:
    sf.write(tmp_path / "a.wav", np.tile(spoken.samples, 4), spoken.rate)
    performance = Listener(None, loud, lambda text: ()).perform(tmp_path / "a.wav", lambda share: None)
    moved, other = motion(performance, 0), motion(performance, 1)
    for curve in (moved.yaw, moved.nod, moved.roll):
        assert np.abs(curve).max() <= 1.0
        assert np.abs(np.diff(curve)).max() < 0.25
        assert np.abs(curve).max() > 0.02
    blinks = int((np.diff((moved.lids > 0.9).astype(int)) == 1).sum())
    assert performance.seconds / 7 < blinks < performance.seconds / 1.5
    assert not np.array_equal(moved.yaw, other.yaw)
    still = motion(performance, 0, still=True)
    assert not still.yaw.any() and still.lids.any()


@pytest.fixture(autouse=True)
def _nothing_is_left(tmp_path: Path) -> Iterator[None]:
    yield
    assert not list(tmp_path.rglob("*.draft*"))
