"""Reading sound, pictures and video of any format, and saying why where it cannot be done."""

import os
import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
import soundfile as sf

from assistant import containers, media
from assistant.errors import DataError
from assistant.media import blocks, probe, read_audio, read_image
from tests.media_files import CODECS, tones, write_picture, write_sound

EXACT = ("wav", "flac", "ogg", "aiff", "caf", "w64", "au")


def pitch_of(samples: np.ndarray, rate: int) -> float:
    """The strongest frequency, hertz."""
    spectrum = np.abs(np.fft.rfft(samples * np.hanning(len(samples))))
    return float(np.argmax(spectrum) * rate / len(samples))


# ------------------------------------------------------------------------- what is read


@pytest.mark.parametrize("ending", EXACT)
@pytest.mark.parametrize(("rate", "channels"), [(8_000, 1), (44_100, 2), (48_000, 6)])
def test_formats_that_are_exact_come_to_the_sample(tmp_path: Path, ending: str, rate: int, channels: int) -> None:
    sound = tones(1.5, rate, channels)
    path = tmp_path / f"sound.{ending}"
    sf.write(path, sound, rate)
    samples, read_rate = read_audio(path, mono=False)
    assert (samples.shape, samples.dtype, read_rate) == (sound.shape, np.float32, rate)
    if ending == "ogg":
        full = [c for c in range(channels) if c != 5]  # the sixth of 5.1 is, in Vorbis, for low sounds only
        assert all(np.corrcoef(samples[:, c], sound[:, c])[0, 1] > 0.99 for c in full)
    else:
        assert np.allclose(samples, sound, atol=1e-4)
    assert read_audio(path)[0].shape == (len(sound),)
    assert probe(path) == media.Media("audio", pytest.approx(1.5), rate, channels)


@pytest.mark.parametrize("ending", CODECS)
@pytest.mark.parametrize("channels", [1, 2, 6])
def test_compressed_formats_keep_their_channels_rate_and_length(tmp_path: Path, ending: str, channels: int) -> None:
    if ending == ".mp3" and channels == 6:
        pytest.skip("MP3 has two channels at most")
    path = write_sound(tmp_path / f"sound{ending}", tones(2.0, 48_000, channels), 48_000)
    samples, rate = read_audio(path, mono=False)
    assert rate == 48_000 and samples.shape[1] == channels
    assert len(samples) / rate == pytest.approx(2.0, abs=0.08)
    middle = samples[24_000:72_000]
    heard = sorted(pitch_of(middle[:, channel], rate) for channel in range(channels))
    low = {600} if channels == 6 else set()  # the fourth of 5.1 is for low sounds only
    for hertz in {300 + 100 * channel for channel in range(channels)} - low:
        assert min(abs(hertz - found) for found in heard) < 3
    assert probe(path).kind == "audio"
    assert probe(path).channels == channels


@pytest.mark.parametrize("rate", [8_000, 11_025, 16_000, 22_050, 32_000, 44_100, 96_000])
def test_any_rate_is_kept(tmp_path: Path, rate: int) -> None:
    sf.write(tmp_path / "a.flac", tones(0.5, rate, 2), rate)
    samples, read_rate = read_audio(tmp_path / "a.flac")
    assert read_rate == rate and len(samples) == round(0.5 * rate)


def test_the_sound_of_a_video_is_read_and_its_kind_told(tmp_path: Path) -> None:
    path = write_sound(tmp_path / "clip.mp4", tones(1.0, 48_000, 2), 48_000, pictures=10)
    found = probe(path)
    assert (found.kind, found.rate, found.channels) == ("video", 48_000, 2)
    assert found.seconds == pytest.approx(1.0, abs=0.1)
    samples, rate = read_audio(path, mono=False)
    assert pitch_of(samples[12_000:36_000, 1], rate) == pytest.approx(400, abs=3)


def test_a_file_is_what_it_holds_and_not_what_it_is_called(tmp_path: Path) -> None:
    sf.write(tmp_path / "a.flac", tones(0.5, 16_000, 1), 16_000)
    (tmp_path / "a.flac").rename(tmp_path / "picture.png")
    assert probe(tmp_path / "picture.png").kind == "audio"
    write_picture(tmp_path / "b.png", np.zeros((4, 4, 3), np.uint8), "png").rename(tmp_path / "sound.wav")
    assert probe(tmp_path / "sound.wav").kind == "image"
    with pytest.raises(DataError, match="holds no sound"):
        read_audio(tmp_path / "sound.wav")


def test_numbers_that_are_none_become_silence(tmp_path: Path) -> None:
    sound = np.array([0.1, np.nan, np.inf, -np.inf], np.float32)
    sf.write(tmp_path / "odd.wav", sound, 16_000, subtype="FLOAT")
    assert np.allclose(read_audio(tmp_path / "odd.wav")[0], [0.1, 0.0, 1.0, -1.0])


# ----------------------------------------------------------------------- parts and blocks


def lag(part: np.ndarray, of: np.ndarray) -> int:
    """By how many samples one is later than the other, for which they are most alike."""
    alike = np.fft.irfft(np.fft.rfft(part, 2 * len(of)) * np.conj(np.fft.rfft(of, 2 * len(of))))
    at = int(np.argmax(alike))
    return at if at < len(of) else at - 2 * len(of)


@pytest.mark.parametrize("ending", [".wav", ".flac", ".ogg", *CODECS])
@pytest.mark.parametrize(("start", "end"), [(0.0, 0.3), (0.25, 1.5), (2.0, 2.75), (3.5, None), (0.0, None)])
def test_a_part_is_that_part_of_the_whole(tmp_path: Path, ending: str, start: float, end: float | None) -> None:
    """Also where the file is entered in the middle: to the sample, or to a millisecond where its clock is no finer."""
    rate = 48_000
    at = np.arange(4 * rate) / rate
    sweep = (0.4 * np.sin(2 * np.pi * (200 * at + 500 * at**2))).astype(np.float32)
    path = tmp_path / f"sweep{ending}"
    if ending in CODECS:
        write_sound(path, sweep[:, None], rate)
    else:
        sf.write(path, sweep, rate)
    whole, _ = read_audio(path)
    part, _ = read_audio(path, start_s=start, end_s=end)
    expected = whole[round(start * rate) : None if end is None else round(end * rate)]
    tolerance = rate // 1000 if ending in (".webm", ".mkv") else 0
    assert abs(len(part) - len(expected)) <= tolerance
    assert abs(lag(part[: len(expected)], expected)) <= tolerance


@pytest.mark.parametrize("ending", [".wav", ".m4a", ".webm"])
@pytest.mark.parametrize("seconds", [0.013, 0.5, 1.0, 10.0])
def test_blocks_are_the_whole_cut_into_equal_pieces(tmp_path: Path, ending: str, seconds: float) -> None:
    path = tmp_path / f"a{ending}"
    if ending == ".wav":
        sf.write(path, tones(2.3, 16_000, 2), 16_000)
    else:
        write_sound(path, tones(2.3, 48_000, 2), 48_000)
    whole, rate = read_audio(path, mono=False)
    pieces = list(blocks(path, seconds, mono=False))
    assert np.array_equal(np.concatenate([p.samples for p in pieces]), whole)
    assert {len(p.samples) for p in pieces[:-1]} <= {round(seconds * rate)}
    assert [p.start for p in pieces] == list(range(0, len(whole), round(seconds * rate)))


@pytest.mark.parametrize("ending", [".flac", ".m4a"])
def test_memory_stays_flat_however_long_a_file_is(tmp_path: Path, ending: str) -> None:
    path, sound = tmp_path / f"long{ending}", np.tile(tones(1.0, 16_000, 1), (45, 1))
    if ending == ".flac":
        sf.write(path, sound, 16_000)
    else:
        write_sound(path, sound, 16_000)
    tracemalloc.start()
    seconds = sum(block.seconds for block in blocks(path, 1.0))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert seconds == pytest.approx(45, abs=0.2)
    assert peak < sound.nbytes / 4


def test_what_lies_beyond_the_end_is_said(tmp_path: Path) -> None:
    sf.write(tmp_path / "a.wav", tones(1.0, 16_000, 1), 16_000)
    with pytest.raises(DataError, match=r"nothing in a\.wav after 5\.0 seconds; it is 1\.0 seconds long"):
        read_audio(tmp_path / "a.wav", start_s=5.0)
    assert len(read_audio(tmp_path / "a.wav", start_s=0.5, end_s=9.0)[0]) == 8_000


# ------------------------------------------------------------------------------- pictures


@pytest.mark.parametrize(
    ("ending", "codec", "error"), [("png", "png", 0), ("jpg", "mjpeg", 12), ("gif", "gif", 80), ("webp", "libwebp", 25)]
)
def test_pictures_come_as_rows_of_colours(tmp_path: Path, ending: str, codec: str, error: int) -> None:
    pixels = np.zeros((40, 60, 3), np.uint8)
    pixels[:20, :, 0] = pixels[20:, :, 2] = 224  # red above blue
    path = write_picture(tmp_path / f"flag.{ending}", pixels, codec)
    read = read_image(path)
    assert (read.shape, read.dtype) == ((40, 60, 3), np.uint8)
    assert np.abs(read.astype(int) - pixels).max() <= max(error, 0) or np.abs(read.astype(int) - pixels).mean() < error
    assert probe(path) == media.Media("image")


def test_what_is_transparent_is_white(tmp_path: Path) -> None:
    pixels = np.zeros((4, 4, 4), np.uint8)
    pixels[:, :2, 3] = 255
    read = read_image(write_picture(tmp_path / "a.png", pixels, "png", "rgba"))
    assert read[0, 0].tolist() == [0, 0, 0] and read[0, 3].tolist() == [255, 255, 255]


@pytest.mark.parametrize(("orientation", "turns"), [(1, 0), (3, 2), (6, 3), (8, 1)])
def test_photographs_are_upright(tmp_path: Path, orientation: int, turns: int) -> None:
    image = pytest.importorskip("PIL.Image", reason="Pillow writes the orientation")
    pixels = np.zeros((32, 48, 3), np.uint8)
    pixels[:16, :24] = 255  # a light corner
    exif = image.Exif()
    exif[0x0112] = orientation
    image.fromarray(pixels).save(tmp_path / "photo.jpg", exif=exif, quality=95)
    read = read_image(tmp_path / "photo.jpg")
    expected = np.rot90(pixels, turns)
    assert read.shape == expected.shape
    assert np.abs(read.astype(int) - expected).mean() < 5


def test_real_pictures_are_read() -> None:
    folder = Path("../shared/data/images")
    if not folder.exists():
        pytest.skip("the pictures are not here")
    shapes = {path.name: read_image(path).shape for path in sorted(folder.iterdir())}
    assert shapes["scikit-image-astronaut.png"] == (512, 512, 3)
    assert all(shape[2] == 3 for shape in shapes.values())


def test_a_cover_makes_no_video(tmp_path: Path) -> None:
    image = pytest.importorskip("PIL.Image", reason="Pillow writes the cover")
    image.new("RGB", (8, 8), "red").save(tmp_path / "cover.jpg")
    cover = (tmp_path / "cover.jpg").read_bytes()
    body = b"\0image/jpeg\0\3\0" + cover
    frame = b"APIC" + len(body).to_bytes(4, "big") + b"\0\0" + body
    size = len(frame)
    tag = b"ID3\3\0\0" + bytes((size >> shift) & 0x7F for shift in (21, 14, 7, 0)) + frame
    song = write_sound(tmp_path / "song.mp3", tones(1.0, 44_100, 2), 44_100)
    song.write_bytes(tag + song.read_bytes())
    assert probe(song).kind == "audio"
    assert len(read_audio(song)[0]) == pytest.approx(44_100, abs=2_400)


# ------------------------------------------------------------------------- what is refused


@contextmanager
def nobody() -> Iterator[None]:
    """Be somebody who may not read what others keep to themselves."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


def test_what_is_not_there_or_no_file_is_said(tmp_path: Path) -> None:
    for path, sentence in (
        (tmp_path / "none.wav", f"There is no file {tmp_path / 'none.wav'}."),
        (tmp_path, f"{tmp_path.name} is a folder, not a file."),
        (Path("/dev/zero"), "zero is not an ordinary file."),
        (tmp_path / ("x" * 400), f"{'x' * 60} cannot be opened: File name too long."),
        (Path("a\0b.wav"), "There is no file of that name."),
    ):
        for reader in (probe, read_audio, read_image):
            with pytest.raises(DataError) as raised:
                reader(path)
            assert str(raised.value) == sentence


def test_a_file_that_may_not_be_read_is_said() -> None:
    folder = Path("/tmp") / f"earshot-test-{os.getpid()}"
    folder.mkdir()
    path = folder / "secret.wav"
    try:
        sf.write(path, tones(0.1, 16_000, 1), 16_000)
        path.chmod(0)
        folder.chmod(0o755)
        with nobody(), pytest.raises(DataError, match=r"^I am not allowed to read secret\.wav\.$"):
            read_audio(path)
    finally:
        path.unlink()
        folder.rmdir()


@pytest.mark.parametrize("name", ["a.wav", "a.flac", "a.mp3", "a.m4a", "a.mp4", "a.ogg", "a.webm", "a.png", "a.jpg"])
def test_an_empty_file_or_one_of_anything_else_is_said(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(b"")
    with pytest.raises(DataError, match=f"^{name} is empty"):
        probe(path)
    for junk in (os.urandom(5000), b"RIFF and nothing more", b"fLaC", b"OggS" * 50, b"\0" * 100, b"hello " * 99):
        path.write_bytes(junk)
        for reader in (read_audio, read_image):
            with pytest.raises(DataError) as raised:
                reader(path)
            assert str(raised.value).startswith(name) and str(raised.value).endswith(".")
            assert len(str(raised.value)) < 120


@pytest.mark.parametrize("ending", ["wav", "flac", "aiff"])
def test_a_file_that_is_cut_off_says_so_and_still_gives_what_is_there(tmp_path: Path, ending: str) -> None:
    noise = np.random.default_rng(0).uniform(-0.5, 0.5, 16_000 * 8)
    path = tmp_path / f"half.{ending}"
    sf.write(path, noise, 16_000)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    with pytest.raises(DataError, match=r"half\.\w+ is cut off.* of its 8\.0 seconds"):
        read_audio(path)
    assert np.allclose(read_audio(path, end_s=2.0)[0], noise[:32_000], atol=1e-3)
    came = 0.0
    with pytest.raises(DataError, match="is cut off"):
        for block in blocks(path, 0.5):
            came += block.seconds
    assert came >= 2.5


@pytest.mark.parametrize("ending", [".m4a", ".mp4", ".webm", ".mkv"])
@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_containers_that_are_cut_off_are_said(tmp_path: Path, ending: str, share: float) -> None:
    noise = np.random.default_rng(0).uniform(-0.5, 0.5, (48_000 * 6, 1)).astype(np.float32)
    path = write_sound(tmp_path / f"half{ending}", noise, 48_000)
    path.write_bytes(path.read_bytes()[: round(path.stat().st_size * share)])
    with pytest.raises(DataError, match="cut off|cannot be read|broken|holds no sound"):
        read_audio(path)


@pytest.mark.parametrize("ending", [".wav", ".flac", ".mp3", ".m4a", ".webm", ".ogg"])
def test_damage_anywhere_is_a_sentence_or_a_sound(tmp_path: Path, ending: str) -> None:
    rate, sound = 48_000, tones(1.0, 48_000, 2)
    path = tmp_path / f"a{ending}"
    if ending in CODECS:
        write_sound(path, sound, rate)
    else:
        sf.write(path, sound, rate)
    whole = path.read_bytes()
    random = np.random.default_rng(1)
    for _ in range(40):
        data = bytearray(whole)
        for place in random.integers(0, len(data), 20):
            data[place] = int(random.integers(256))
        path.write_bytes(bytes(data[: int(random.integers(1, len(data)))]))
        try:
            samples, _ = read_audio(path)
        except DataError as error:
            assert str(error).endswith(".")
        else:
            assert np.isfinite(samples).all() and samples.ndim == 1


def test_an_empty_sound_is_said(tmp_path: Path) -> None:
    sf.write(tmp_path / "none.wav", np.zeros(0, np.float32), 16_000)
    with pytest.raises(DataError, match=r"^none\.wav holds no sound\.$"):
        read_audio(tmp_path / "none.wav")


def test_what_is_too_long_at_once_is_said_with_the_limit(tmp_path: Path) -> None:
    """It is said at once, and a part of it can be read."""
    path, seconds, frame = tmp_path / "days.wav", 400, 192_000 * 16
    sf.write(path, np.zeros((100, 8), np.float32), 192_000, subtype="PCM_16")
    with path.open("r+b") as file:
        header = file.read(200)
        data = header.index(b"data")
        file.seek(4)
        file.write((data + frame * seconds).to_bytes(4, "little"))
        file.seek(data + 4)
        file.write((frame * seconds).to_bytes(4, "little"))
        file.truncate(data + 8 + frame * seconds)  # a hole, which takes no room on the disk
    with pytest.raises(DataError, match=r"^days\.wav is too long to work on at once; cut it to 6 minutes or less\.$"):
        read_audio(path, mono=False)
    assert read_audio(path, start_s=390, mono=False)[0].shape == (1_920_000, 8)


def test_a_picture_too_large_is_said_with_the_limit(tmp_path: Path) -> None:
    image = pytest.importorskip("PIL.Image", reason="Pillow writes large pictures of little")
    image.new("1", (10_500, 10_000)).save(tmp_path / "wall.png")
    with pytest.raises(DataError, match=r"^wall\.png is too large: 10500 by 10000 points, and I take 100 million"):
        read_image(tmp_path / "wall.png")


def test_a_playlist_in_disguise_opens_nothing(tmp_path: Path) -> None:
    secret = write_sound(tmp_path / "secret.aac", tones(0.5, 48_000, 1), 48_000)
    for text in (
        f"#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\nfile://{secret}\n#EXT-X-ENDLIST\n",
        f"ffconcat version 1.0\nfile '{secret}'\n",
    ):
        (tmp_path / "song.wav").write_text(text)
        with pytest.raises(DataError, match="cannot be read"):
            read_audio(tmp_path / "song.wav")


def test_text_is_told_by_its_name_and_content(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("Grüße\n", encoding="utf-8")
    (tmp_path / "b.txt").write_bytes(b"\xff\xfe\0")
    assert probe(tmp_path / "a.txt") == media.Media("text")
    with pytest.raises(DataError, match="no text that I can read"):
        probe(tmp_path / "b.txt")
    with pytest.raises(DataError, match="is no picture|cannot be read"):
        read_image(tmp_path / "a.txt")


def test_the_limits_are_those_that_are_said() -> None:
    assert media.LARGEST_SOUND == 2**31 and containers.LARGEST_PICTURE == 100_000_000


@pytest.mark.parametrize("brand", [b"heic", b"mif1"])
def test_a_picture_of_a_telephone_is_told_with_what_to_do(brand: bytes, tmp_path: Path) -> None:
    (tmp_path / "IMG_1.HEIC").write_bytes(b"\0\0\0\x18ftyp" + brand + bytes(400))
    with pytest.raises(DataError, match="is a HEIC picture, which I cannot read. Save it as JPEG or PNG"):
        probe(tmp_path / "IMG_1.HEIC")
