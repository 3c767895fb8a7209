"""Pictures as they are found: broken, tiny, huge, transparent, moving, turned, and of formats that few have."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from assistant.errors import DataError
from models.base import Card, Job, Made
from models.picture.opening import LARGEST, opened
from models.picture.sound import MOVES, PictureSound

RED, BLUE = (200, 30, 20), (20, 60, 220)


def halves(size: tuple[int, int] = (40, 20)) -> Image.Image:
    """Red on the left, blue on the right."""
    picture = Image.new("RGB", size, RED)
    picture.paste(BLUE, (size[0] // 2, 0, *size))
    return picture


def alike(one: tuple[int, ...], other: tuple[int, ...]) -> bool:
    return bool(np.abs(np.subtract(one[:3], other[:3])).max() < 12)


def made_of(path: Path) -> Made:
    folder = path.parent / f"made of {path.name}"
    folder.mkdir()
    engine = PictureSound(Card("soundscape", "image_to_audio", "procedural", "A test."))
    return engine.run(Job("image_to_audio", folder, {"seconds": 0.5}, {"image": path}), lambda share: None)


def test_transparent_is_white(tmp_path: Path) -> None:
    picture = halves().convert("RGBA")
    picture.putalpha(Image.new("L", picture.size, 0))
    picture.save(tmp_path / "a.png")
    assert opened(tmp_path / "a.png").getpixel((3, 3)) == (255, 255, 255)


def test_a_palette_with_a_transparent_colour(tmp_path: Path) -> None:
    halves().quantize(2).save(tmp_path / "a.gif", transparency=0)
    colours = {opened(tmp_path / "a.gif").getpixel((x, 3)) for x in (3, 30)}
    assert (255, 255, 255) in colours and len(colours) == 2


def test_a_moving_picture_is_seen_as_it_begins_and_that_is_said(tmp_path: Path) -> None:
    first, second = Image.new("RGB", (30, 30), RED), Image.new("RGB", (30, 30), BLUE)
    first.save(tmp_path / "a.gif", save_all=True, append_images=[second])
    found = opened(tmp_path / "a.gif")
    assert alike(found.getpixel((3, 3)), RED) and found.info["frames"] == 2  # type: ignore[arg-type]
    assert made_of(tmp_path / "a.gif").notice.endswith(MOVES)


def test_cmyk_as_printers_have_it(tmp_path: Path) -> None:
    halves().convert("CMYK").save(tmp_path / "a.jpg", quality=95)
    found = opened(tmp_path / "a.jpg")
    assert found.mode == "RGB" and found.getpixel((3, 3))[0] > found.getpixel((3, 3))[2]  # type: ignore[index]
    assert made_of(tmp_path / "a.jpg").files


def test_it_is_turned_as_its_tag_says(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # a telephone held upright
    halves().save(tmp_path / "a.jpg", exif=exif, quality=95)
    found = opened(tmp_path / "a.jpg")
    assert found.size == (20, 40) and alike(found.getpixel((10, 4)), RED)  # type: ignore[arg-type]


@pytest.mark.parametrize("values", [np.arange(3000).reshape(50, 60) * 20, np.zeros((50, 60))])
def test_grey_of_sixteen_bits(values: "np.ndarray[tuple[int, int], np.dtype[np.float64]]", tmp_path: Path) -> None:
    Image.fromarray(values.astype(np.uint16)).save(tmp_path / "a.png")
    found = np.asarray(opened(tmp_path / "a.png"))
    assert found.shape == (50, 60, 3) and int(found.max()) - int(found.min()) in (0, 255)


def test_a_hundred_megapixels(tmp_path: Path) -> None:
    Image.new("L", (10_000, 10_000), 90).save(tmp_path / "a.png")
    found = opened(tmp_path / "a.png")
    assert max(found.size) == LARGEST and found.getpixel((7, 7)) == (90, 90, 90)


def test_more_points_than_anybody_has_memory_for(tmp_path: Path) -> None:
    Image.new("1", (20_000, 20_000)).save(tmp_path / "a.png")
    with pytest.raises(DataError, match=r"a\.png has too many points for me\. Save it smaller"):
        opened(tmp_path / "a.png")


@pytest.mark.parametrize("brand", [b"heic", b"mif1"])
def test_heic_is_told_with_what_to_do(brand: bytes, tmp_path: Path) -> None:
    (tmp_path / "IMG_1.HEIC").write_bytes(b"\0\0\0\x18ftyp" + brand + bytes(400))
    with pytest.raises(DataError, match="is a HEIC picture, which I cannot read. Save it as JPEG or PNG"):
        opened(tmp_path / "IMG_1.HEIC")


def test_half_a_picture_is_told(tmp_path: Path) -> None:
    Image.effect_noise((200, 200), 60).save(tmp_path / "a.png")
    (tmp_path / "a.png").write_bytes((tmp_path / "a.png").read_bytes()[:9000])
    with pytest.raises(DataError, match=r"a\.png cannot be read as a picture\. Is it whole\?"):
        opened(tmp_path / "a.png")


@pytest.mark.parametrize("size", [(1, 1), (3, 2000), (64, 64)])
@pytest.mark.parametrize("colour", ["white", "black", "red", "grey"])
def test_one_colour_of_any_size_makes_a_sound_and_is_not_taken_for_a_place(
    size: tuple[int, int], colour: str, tmp_path: Path
) -> None:
    Image.new("RGB", size, colour).save(tmp_path / "a.png")
    made = made_of(tmp_path / "a.png")
    assert made.files and "guess" in made.notice
    assert not any("sky" in str(seen) or "water" in str(seen) for seen in made.facts["seen"])  # type: ignore[union-attr]
