"""Pictures of results: what is in them, where it is, and that they are the same each time."""

import time
import tracemalloc
from collections.abc import Sequence
from pathlib import Path

import av
import numpy as np
import pytest
import soundfile as sf
from numpy.typing import NDArray
from PIL import Image

from assistant.errors import DataError
from models.base import Posteriors
from models.drawing.axis import hertz_text, marks_hz, marks_s, scale_for, time_text
from models.drawing.canvas import GREY, PAPER, WIDTH
from models.drawing.colours import loudness_map, ramp, to_lab
from models.drawing.folding import MOST, Folding
from models.drawing.panel import KEYWORD, Panel, read, written
from models.drawing.plots import SWING
from models.drawing.sound import Envelope, Mel, from_mel, to_mel
from models.pictures import before_after, frames, mel, pictures_of, posteriorgram, sound, waveform

RATE = 16_000
SPEECH = Path(__file__).parent.parent.parent / "shared" / "data" / "speech"


def tone(hertz: float, seconds: float = 2.0, gain: float = 0.5, rate: int = RATE) -> NDArray[np.float32]:
    return (gain * np.sin(2 * np.pi * hertz * np.arange(round(seconds * rate)) / rate)).astype(np.float32)


def points(path: Path) -> NDArray[np.int64]:
    with Image.open(path) as picture:
        return np.asarray(picture.convert("RGB")).astype(np.int64)


def panels(path: Path) -> tuple[Panel, ...]:
    with Image.open(path) as picture:
        return read(str(picture.info[KEYWORD]))


def inside(path: Path, panel: Panel) -> NDArray[np.int64]:
    left, top, right, bottom = panel.box
    return points(path)[top:bottom, left:right]


def brightness(part: NDArray[np.int64]) -> NDArray[np.float64]:
    return to_lab(part.reshape(-1, 3).astype(np.uint8))[:, 0].reshape(part.shape[:2])


# --------------------------------------------------------------------------- colours


def test_the_map_of_loudness_grows_lighter_in_steps_that_look_alike() -> None:
    lab = to_lab(loudness_map())
    steps = np.linalg.norm(np.diff(lab[::8], axis=0), axis=1)  # single steps are as coarse as eight bits are
    assert (np.diff(lab[:, 0]) > -1e-3).all()
    assert lab[0, 0] < 0.2 and lab[-1, 0] > 0.95
    assert steps.std() / steps.mean() < 0.05


def test_a_ramp_goes_from_paper_to_ink_at_an_even_pace() -> None:
    colours = ramp((255, 255, 255), (34, 34, 46))
    assert colours[0].tolist() == [255, 255, 255] and colours[-1].tolist() == [34, 34, 46]
    lightness = to_lab(colours)[:, 0]
    assert np.abs(lightness - np.linspace(lightness[0], lightness[-1], 256)).max() < 0.004


def test_colours_come_back_from_oklab_as_they_were() -> None:
    from models.drawing.colours import to_srgb

    colours = np.random.default_rng(0).integers(0, 256, (500, 3), dtype=np.uint8)
    assert (to_srgb(to_lab(colours)) == colours).all()


# ------------------------------------------------------------------------------ axes


@pytest.mark.parametrize(
    ("seconds", "most", "texts"),
    [
        (8.4, 8, ["0 s", "2 s", "4 s", "6 s", "8 s"]),
        (2.0, 8, ["0 s", "0.5 s", "1 s", "1.5 s", "2 s"]),
        (0.01, 8, ["0 s", "0.002 s", "0.004 s", "0.006 s", "0.008 s", "0.01 s"]),
        (90.0, 8, ["0:00", "0:15", "0:30", "0:45", "1:00", "1:15", "1:30"]),
        (7200.0, 8, ["0:00:00", "0:30:00", "1:00:00", "1:30:00", "2:00:00"]),
        (36000.0, 4, ["0:00:00", "4:00:00", "8:00:00"]),
        (0.0, 8, ["0 s"]),
    ],
)
def test_marks_of_time_are_round_and_few(seconds: float, most: int, texts: Sequence[str]) -> None:
    marks = marks_s(seconds, most)
    assert [time_text(at, seconds) for at in marks] == texts
    assert len(marks) <= most


def test_marks_of_pitch_are_octaves_below_the_highest() -> None:
    assert [hertz_text(hertz) for hertz in marks_hz(4000)][-2:] == ["1 kHz", "2 kHz"]
    assert marks_hz(8000)[-1] == 4000


@pytest.mark.parametrize(("peak", "scale"), [(0.0, 0.0015), (0.012, 0.015), (0.21, 0.3), (0.9, 1.0), (3.0, 1.0)])
def test_a_waveform_fits_its_scale(peak: float, scale: float) -> None:
    assert scale_for(peak) == pytest.approx(scale)


def test_panels_are_read_as_they_were_written() -> None:
    some = (Panel("wave", (1, 2, 3, 4), 2.5), Panel("rows", (0, 0, 9, 9), 1.0, ("a dog", "rain")))
    assert read(written(some)) == some


@pytest.mark.parametrize(
    "text", ["", "no", "3", "{}", "[1]", '[{"kind": "pie", "box": [1, 2, 3, 4]}]', '[{"kind": 1}]']
)
def test_what_is_no_note_of_panels_is_none(text: str) -> None:
    assert read(text) == ()


# ----------------------------------------------------------------------------- sound


def greatest(rows: NDArray[np.float32]) -> NDArray[np.float32]:
    return np.asarray(rows.max(axis=1))


@pytest.mark.parametrize("lengths", [[100_000], [1] * 300 + [99_700], [7, 50_000, 3, 49_990]])
def test_folded_rows_are_the_same_for_pieces_of_any_length(lengths: Sequence[int]) -> None:
    rows = np.random.default_rng(0).standard_normal((100_000, 2)).astype(np.float32)
    folding = Folding(greatest)
    for piece in np.split(rows, np.cumsum(lengths)[:-1]):
        folding.push(piece)
    columns = folding.columns(10)
    assert folding.came == 100_000 and len(np.concatenate(columns)) <= MOST + 20
    slack = folding.span
    for k, column in enumerate(columns):
        near = rows[max(0, k * 10_000 - slack) : (k + 1) * 10_000 + slack]
        assert (rows[k * 10_000 + slack : (k + 1) * 10_000 - slack].max(axis=0) <= column.max(axis=0)).all()
        assert (column.max(axis=0) <= near.max(axis=0)).all()


def test_few_rows_fill_many_columns() -> None:
    folding = Folding(greatest)
    folding.push(np.array([[1.0], [2.0]], np.float32))
    assert [float(column.max()) for column in folding.columns(6)] == [1, 1, 1, 2, 2, 2]


@pytest.mark.parametrize("lengths", [[32_000], [1, 15_999, 16_000], [500] * 64])
def test_a_sound_in_pieces_looks_as_it_does_whole(lengths: Sequence[int]) -> None:
    noise = np.random.default_rng(1).uniform(-0.5, 0.5, (32_000, 2)).astype(np.float32)
    noise[16_000:] *= 0.01

    def seen(pieces: Sequence[NDArray[np.float32]]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        envelope, spectrum = Envelope(RATE, 2.0, 100), Mel(RATE, 2.0, 100)
        for piece in pieces:
            envelope.push(piece)
            spectrum.push(piece)
        return envelope.swing(100).most, spectrum.decibels(100)

    whole, pieces = seen([noise]), seen(np.split(noise, np.cumsum(lengths)[:-1]))
    np.testing.assert_allclose(pieces[0], whole[0], atol=1e-6)
    np.testing.assert_allclose(pieces[1], whole[1], atol=1e-2)


@pytest.mark.parametrize("rate", [8_000, 16_000, 44_100, 48_000])
def test_a_sine_at_full_scale_is_about_0_db_in_its_own_band(rate: int) -> None:
    spectrum = Mel(rate, 1.0, 50)
    spectrum.push(tone(1000, 1.0, 1.0, rate)[:, None])
    decibels = spectrum.decibels(50)[:, 25]
    edges = from_mel(np.linspace(0.0, to_mel(rate / 2), len(decibels) + 2))
    assert abs(float(decibels.max())) < 3.0
    assert edges[decibels.argmax()] <= 1000 <= edges[decibels.argmax() + 2]


def test_time_in_a_mel_is_where_it_is_in_the_sound() -> None:
    click = np.zeros((RATE, 1), np.float32)
    click[RATE // 4] = 1.0
    spectrum = Mel(RATE, 1.0, 200)
    spectrum.push(click)
    assert abs(int(spectrum.decibels(200).sum(axis=0).argmax()) - 50) <= 1


# -------------------------------------------------------------------------- pictures


def test_a_sound_is_drawn_where_its_energy_is(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    sound(np.concatenate([np.zeros(RATE, np.float32), tone(2000, 1.0)]), RATE, path)
    wave, spectrum = panels(path)
    assert (wave.kind, spectrum.kind) == ("wave", "map") and wave.seconds == 2.0
    assert points(path).shape[1] == WIDTH
    bright = brightness(inside(path, spectrum))
    half = bright.shape[1] // 2
    assert bright[:, : half - 10].max() < 0.25 < 0.9 < bright[:, half + 10 :].max()
    row = bright[:, half + half // 2].argmax()
    expected = (1 - float(to_mel(2000) / to_mel(8000))) * (bright.shape[0] - 1)
    assert abs(row - expected) < 4
    inked = (inside(path, wave) == SWING).all(axis=2).sum(axis=0)
    assert inked[: half - 2].sum() == 0 and (inked[half + 2 :] > 20).mean() > 0.95


def test_a_waveform_swings_as_far_as_its_scale_says(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    waveform(tone(3000, gain=0.4), RATE, path)
    (panel,) = panels(path)
    part = inside(path, panel)
    inked = np.flatnonzero((part != PAPER).any(axis=2).mean(axis=1) > 0.9)
    assert inked[0] <= 3 and len(part) - inked[-1] <= 4, "0.4 fits into 0.4"


def test_channels_have_lanes_of_their_own(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    waveform(np.stack([tone(300), np.zeros(2 * RATE, np.float32)], axis=1), RATE, path)
    part = inside(path, panels(path)[0])
    inked = (part != PAPER).any(axis=2).sum(axis=0)
    upper, lower = np.split((part != PAPER).any(axis=2), 2)
    assert lower.sum(axis=0).max() == 1, "silence is a line one point thick"
    assert np.median(upper.sum(axis=0)) > 50 and inked.min() > 1


def test_many_channels_are_one_lane(tmp_path: Path) -> None:
    one, many = tmp_path / "one.png", tmp_path / "many.png"
    waveform(tone(300), RATE, one)
    waveform(np.repeat(tone(300)[:, None], 6, axis=1), RATE, many)
    assert (points(one) == points(many)).all()


def test_marks_of_time_stand_at_their_times(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    mel(tone(440, 4.0), RATE, path)
    (panel,) = panels(path)
    left, _, right, bottom = panel.box
    row = points(path)[bottom + 2]
    ticks = np.flatnonzero((row == GREY).all(axis=1))
    assert ticks.tolist() == [min(right - 1, left + round(at / 4.0 * (right - left))) for at in marks_s(4.0, 8)]


def test_a_picture_is_the_same_to_the_byte(tmp_path: Path) -> None:
    noise = np.random.default_rng(2).uniform(-1, 1, RATE).astype(np.float32)
    for name in ("a", "b"):
        sound(noise, RATE, tmp_path / f"{name}.png", "the note")
    assert (tmp_path / "a.png").read_bytes() == (tmp_path / "b.png").read_bytes()


@pytest.mark.parametrize("title", ["", "das Geräusch", "雨の音", "a title " * 40, "a\nb\x1b[2J"])
def test_a_title_of_any_letters_and_length_is_written(tmp_path: Path, title: str) -> None:
    path = tmp_path / "a.png"
    sound(tone(440), RATE, path, title)
    above = points(path)[: panels(path)[0].box[1]]
    assert bool((above != PAPER).any()) == bool(title)
    assert (above[:, -6:] == PAPER).all()


@pytest.mark.parametrize(
    "samples",
    [
        np.zeros(1, np.float32),
        np.zeros(3 * RATE, np.float32),
        np.full(50, np.nan, np.float32),
        np.ones(7, np.float32) * 9,
    ],
    ids=["one sample", "silence", "no numbers", "too loud"],
)
def test_any_sound_gives_a_picture(tmp_path: Path, samples: NDArray[np.float32]) -> None:
    sound(samples, RATE, tmp_path / "a.png")
    assert points(tmp_path / "a.png").shape[1] == WIDTH


def test_silence_is_dark(tmp_path: Path) -> None:
    quiet = np.random.default_rng(3).normal(0, 1e-6, RATE).astype(np.float32)
    sound(quiet, RATE, tmp_path / "a.png")
    assert brightness(inside(tmp_path / "a.png", panels(tmp_path / "a.png")[1])).max() < 0.3


def test_no_sound_is_told(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="holds no sound"):
        waveform(np.zeros(0, np.float32), RATE, tmp_path / "a.png")


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="Cannot write"):
        sound(tone(440), RATE, tmp_path / "none" / "a.png")


def test_two_sounds_stand_on_the_same_scales(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    before_after(tone(1000, 4.0, 0.5), tone(1000, 2.0, 0.005), RATE, path)
    before, after = panels(path)
    assert (before.labels, after.labels) == (("before",), ("after",))
    widths = [panel.box[2] - panel.box[0] for panel in (before, after)]
    assert widths[1] == pytest.approx(widths[0] / 2, abs=1) and after.seconds == 2.0
    loud, soft = (brightness(inside(path, panel)).max() for panel in (before, after))
    assert loud - soft > 0.3, "40 dB are half of the scale"


# -------------------------------------------------------------------------- events


def posteriors(*columns: Sequence[float], labels: Sequence[str] = ("dog", "rain"), hop_s: float = 0.5) -> Posteriors:
    return Posteriors(tuple(labels), hop_s, tuple(map(tuple, columns)))


def test_the_likelier_the_darker_and_at_its_time(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    posteriorgram(posteriors((0, 0.5), (1, 0.5), (0, 0.5), (0, 0.5)), path)
    (panel,) = panels(path)
    assert (panel.kind, panel.labels, panel.seconds) == ("rows", ("dog", "rain"), 2.0)
    bright = brightness(inside(path, panel))
    height, width = bright.shape
    dog, rain = bright[height // 4], bright[3 * height // 4]
    assert dog[round(width * 0.375)] == pytest.approx(dog.min()) and dog.min() < 0.3
    assert dog[: round(width * 0.25) - 1].min() > 0.99 and dog[round(width * 0.5) + 1 :].min() > 0.99
    assert rain.std() < 0.01 and rain.mean() == pytest.approx((1 + dog.min()) / 2, abs=0.02)


def test_of_many_labels_the_likeliest_are_drawn_in_their_order(tmp_path: Path) -> None:
    labels = [f"sound {k}" for k in range(500)]
    row = [0.01] * 500
    row[400], row[7] = 0.9, 0.8
    posteriorgram(posteriors(row, labels=labels), tmp_path / "a.png")
    shown = panels(tmp_path / "a.png")[0].labels
    assert len(shown) == 12
    assert shown.index("sound 7") < shown.index("sound 400")


def test_a_short_event_among_hours_is_seen(tmp_path: Path) -> None:
    rows = [(0.0, 0.0)] * 50_000
    rows[25_000] = (1.0, 0.0)
    posteriorgram(posteriors(*rows), tmp_path / "a.png")
    assert brightness(inside(tmp_path / "a.png", panels(tmp_path / "a.png")[0])).min() < 0.3


@pytest.mark.parametrize("nothing", [posteriors(), posteriors((), labels=()), posteriors((1.0,))])
def test_posteriors_without_anything_are_told(tmp_path: Path, nothing: Posteriors) -> None:
    with pytest.raises(DataError, match="nothing to draw"):
        posteriorgram(nothing, tmp_path / "a.png")


def test_long_labels_are_cut_and_no_numbers_are_nothing(tmp_path: Path) -> None:
    posteriorgram(posteriors((float("nan"), 7.0), labels=("x" * 300, "b")), tmp_path / "a.png")
    (panel,) = panels(tmp_path / "a.png")
    assert panel.labels[0].endswith("...") and panel.box[0] < WIDTH / 3


# --------------------------------------------------------------------------- video


def video(path: Path, width: int, height: int, count: int, fps: int = 10) -> Path:
    """Frames whose red grows from 0 to 200."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream("mpeg4", rate=fps)
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        for k in range(count):
            frame = np.zeros((height, width, 3), np.uint8)
            frame[..., 0] = 200 * k // max(1, count - 1)
            container.mux(stream.encode(av.VideoFrame.from_ndarray(frame, format="rgb24")))
        container.mux(stream.encode())
    return path


def reds(path: Path, rows: int, across: int) -> list[int]:
    picture = points(path)
    centres = [(r + 0.4) / rows for r in range(rows)], [(c + 0.5) / across for c in range(across)]
    return [int(picture[int(y * len(picture)), int(x * WIDTH), 0]) for y in centres[0] for x in centres[1]]


@pytest.mark.parametrize(("width", "height", "rows"), [(160, 90, 2), (96, 96, 1)])
def test_frames_are_spread_over_the_time(tmp_path: Path, width: int, height: int, rows: int) -> None:
    frames(video(tmp_path / "a.mp4", width, height, 40), tmp_path / "a.png")
    seen = reds(tmp_path / "a.png", rows, 8 // rows)
    expected = [200 * (k + 0.5) / 8 for k in range(8)]
    assert np.abs(np.array(seen) - expected).max() < 16


def test_a_video_of_few_frames_shows_each_once(tmp_path: Path) -> None:
    frames(video(tmp_path / "a.mp4", 96, 96, 2), tmp_path / "a.png", 8)
    picture = points(tmp_path / "a.png")
    assert picture[20, 100, 0] < 40 and picture[20, WIDTH - 600, 0] > 160


def test_a_video_that_is_cut_off_shows_what_there_is(tmp_path: Path) -> None:
    path = video(tmp_path / "a.mkv", 96, 96, 60)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    frames(path, tmp_path / "a.png", 4)
    assert points(tmp_path / "a.png").shape[1] == WIDTH


def test_what_is_no_video_is_told(tmp_path: Path) -> None:
    sf.write(tmp_path / "a.wav", tone(440), RATE)
    (tmp_path / "b.mp4").write_bytes(b"nothing" * 99)
    for name, words in (("a.wav", "is no video"), ("b.mp4", "broken"), ("c.mp4", "cannot be read")):
        with pytest.raises(DataError, match=words):
            frames(tmp_path / name, tmp_path / "x.png")


# -------------------------------------------------------------------- pictures of files


def test_a_sound_file_gives_what_its_samples_do(tmp_path: Path) -> None:
    samples = np.stack([tone(440, 12.0), tone(900, 12.0)], axis=1)
    sf.write(tmp_path / "rain.wav", samples, RATE, subtype="FLOAT")
    (picture,) = pictures_of("audio", tmp_path / "rain.wav", tmp_path)
    sound(samples, RATE, tmp_path / "other.png")
    assert picture == tmp_path / "rain.png"
    assert (points(picture) == points(tmp_path / "other.png")).all()


def test_events_are_a_second_picture(tmp_path: Path) -> None:
    sf.write(tmp_path / "rain.wav", tone(440), RATE)
    made = pictures_of("audio", tmp_path / "rain.wav", tmp_path, posteriors((0.1, 0.9)))
    assert made == (tmp_path / "rain.png", tmp_path / "rain-events.png")
    assert panels(made[1])[0].kind == "rows"
    assert pictures_of("audio", tmp_path / "rain.wav", tmp_path, posteriors()) == made[:1]


def test_what_a_sound_was_made_of_is_drawn_with_it(tmp_path: Path) -> None:
    sf.write(tmp_path / "rain.wav", tone(440), RATE)
    sf.write(tmp_path / "noisy.wav", tone(440, 2.0, rate=48_000), 48_000)
    (picture,) = pictures_of("audio", tmp_path / "rain.wav", tmp_path, before=tmp_path / "noisy.wav")
    assert [panel.labels for panel in panels(picture)] == [("before",), ("after",)]


def test_an_image_is_made_smaller_and_never_overwritten(tmp_path: Path) -> None:
    Image.new("RGB", (1800, 600), (10, 200, 30)).save(tmp_path / "castle.png")
    before = (tmp_path / "castle.png").read_bytes()
    (picture,) = pictures_of("image", tmp_path / "castle.png", tmp_path)
    assert picture == tmp_path / "castle-small.png"
    assert points(picture).shape == (300, 900, 3) and (points(picture) == (10, 200, 30)).all()
    assert (tmp_path / "castle.png").read_bytes() == before


def test_video_and_text(tmp_path: Path) -> None:
    video(tmp_path / "head.mp4", 96, 96, 10)
    assert pictures_of("video", tmp_path / "head.mp4", tmp_path) == (tmp_path / "head.png",)
    assert pictures_of("text", tmp_path / "words.txt", tmp_path) == ()


@pytest.mark.parametrize("kind", ["audio", "video", "image"])
def test_a_broken_file_is_told(tmp_path: Path, kind: str) -> None:
    (tmp_path / "a.bin").write_bytes(bytes(range(256)) * 8)
    with pytest.raises(DataError):
        pictures_of(kind, tmp_path / "a.bin", tmp_path)


def test_hours_are_looked_at_in_flat_memory_and_little_time(tmp_path: Path) -> None:
    with sf.SoundFile(tmp_path / "long.wav", "w", 8_000, 2, "PCM_16") as file:
        for minute in range(10):
            file.write(np.repeat(tone(100 + 100 * minute, 60.0, rate=8_000)[:, None], 2, axis=1))
    pictures_of("audio", tmp_path / "long.wav", tmp_path)  # imports and fonts are not what is measured
    tracemalloc.start()
    began = time.process_time()
    (picture,) = pictures_of("audio", tmp_path / "long.wav", tmp_path)
    seconds, peak = time.process_time() - began, tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 20e6, "the samples alone are 38 MB"
    assert seconds < 10 * 1.0
    bright = brightness(inside(picture, panels(picture)[1]))
    first, last = bright[:, 10].argmax(), bright[:, -10].argmax()
    assert first > last + 20, "the tone climbs from minute to minute"


@pytest.mark.skipif(not SPEECH.is_dir(), reason="needs ../shared/data/speech")
def test_speech_is_seen_between_its_pauses(tmp_path: Path) -> None:
    path = next(p for p in sorted(SPEECH.rglob("*")) if p.suffix in (".flac", ".wav"))
    (picture,) = pictures_of("audio", path, tmp_path)
    bright = brightness(inside(picture, panels(picture)[1]))
    assert bright.max() > 0.9 and bright.std() > 0.1
