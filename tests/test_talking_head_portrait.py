"""Portraits that speak: faces and mouths are found, what is no face is refused, and all but mouth and lids stays."""

from pathlib import Path
from typing import NoReturn

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from assistant.errors import DataError, EngineError, EngineMissing
from models.face.motion import Pose
from models.face.portrait import FACELESS, Portrait, portray
from models.face.visemes import OPEN, REST, shape

pytest.importorskip("skimage", reason="the extra face is not installed")

IMAGES = Path(__file__).parents[2] / "shared" / "data" / "images"
PORTRAIT = IMAGES / "scikit-image-astronaut.png"


@pytest.fixture(scope="module")
def picture() -> Image.Image:
    if not PORTRAIT.is_file():
        pytest.skip("there are no shared pictures")
    return Image.open(PORTRAIT).convert("RGB")


def saved(picture: Image.Image, folder: Path, name: str = "p.png", **options: object) -> Path:
    picture.save(folder / name, **options)  # type: ignore[arg-type]
    return folder / name


def portrait(path: Path) -> Portrait:
    face, _ = portray(path)
    assert isinstance(face, Portrait)
    return face


def dark_columns(face: Portrait, mouth: NDArray[np.float32]) -> tuple[int, int]:
    """How many points of the mouth are dark, and in how many columns."""
    m = face.features.mouth
    rows, columns = slice(round(m.y - 30), round(m.y + 45)), slice(round(m.x - 1.2 * m.half), round(m.x + 1.2 * m.half))
    dark = face.frame(Pose(mouth))[rows, columns].mean(axis=2) < 80
    return int(dark.sum()), int(dark.any(axis=0).sum())


def changed(face: Portrait, mouth: NDArray[np.float32], lids: float = 0.0) -> NDArray[np.bool_]:
    frame = face.frame(Pose(mouth, lids)).astype(int)
    return np.abs(frame - face.picture.astype(int)).max(axis=2) > 12


def test_the_mouth_is_found_where_it_is(picture: Image.Image) -> None:
    face = portrait(PORTRAIT)
    rows, columns = np.nonzero(changed(face, shape("a")))
    scale = 512 / 301  # the part around the face, 3.2 times as large, made 512 points high
    assert face.size == (512, 512)
    assert np.ptp(columns) < 0.3 * 512
    assert 20 * scale < np.ptp(columns) < 80 * scale
    assert face.features.mouth.half == pytest.approx(19.5 * scale, rel=0.2)
    assert rows.min() > 220 and rows.max() < 420


def test_all_but_mouth_and_lids_stays(picture: Image.Image) -> None:
    face = portrait(PORTRAIT)
    for name in ("a", "u", "p"):
        frame = face.frame(Pose(shape(name), lids=1.0))
        kept = ~face.moving()
        assert kept.mean() > 0.75
        assert np.array_equal(frame[kept], face.picture[kept])


def test_a_mouth_opens_and_closes(picture: Image.Image) -> None:
    face = portrait(PORTRAIT)
    dark = {name: dark_columns(face, shape(name))[0] for name in ("a", "i", "p")}
    assert dark["a"] > 1.5 * dark["i"]
    assert dark["p"] < 0.15 * dark["a"]


def test_lids_move_only_the_eyes(picture: Image.Image) -> None:
    face = portrait(PORTRAIT)
    both = changed(face, shape(REST), lids=1.0) & ~changed(face, shape(REST))
    rows, columns = np.nonzero(both)
    assert len(rows) > 60
    assert rows.max() < 230
    assert columns.min() < 256 < columns.max() or np.ptp(columns) > 60


def test_the_head_moves_and_the_edge_does_not(picture: Image.Image) -> None:
    face = portrait(PORTRAIT)
    moved = face.frame(Pose(shape(REST), yaw=1.0, nod=1.0, roll=1.0)).astype(int)
    apart = np.abs(moved - face.frame(Pose(shape(REST))).astype(int)).max(axis=2)
    assert apart[100:300, 150:350].mean() > 2
    assert np.concatenate((apart[0], apart[-1], apart[:, 0], apart[:, -1])).max() <= 1


@pytest.mark.parametrize("how", ["grey", "alpha", "large", "mirrored", "small"])
def test_any_kind_of_picture(picture: Image.Image, tmp_path: Path, how: str) -> None:
    kinds = {
        "grey": lambda: picture.convert("L"),
        "alpha": lambda: picture.convert("RGBA"),
        "large": lambda: picture.resize((2600, 2600)),
        "mirrored": lambda: picture.transpose(Image.Transpose.FLIP_LEFT_RIGHT),
        "small": lambda: picture.crop((130, 20, 330, 233)),
    }
    face = portrait(saved(kinds[how](), tmp_path))
    assert max(face.size) == 512
    assert not any(side % 2 for side in face.size)
    frame = face.frame(Pose(shape("a"), yaw=0.5))
    assert frame.shape == (face.size[1], face.size[0], 3)
    mouth = face.features.mouth
    assert mouth.y / face.size[1] == pytest.approx({"small": 0.6}.get(how, 0.51), abs=0.06)


def test_a_picture_that_lies_on_its_side_is_set_upright(picture: Image.Image, tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned right by a quarter
    turned = picture.transpose(Image.Transpose.ROTATE_90)
    assert portrait(saved(turned, tmp_path, "p.jpg", exif=exif)).size == (512, 512)


def test_of_several_faces_the_largest_speaks(picture: Image.Image, tmp_path: Path) -> None:
    two = Image.new("RGB", (900, 512), (120, 120, 120))
    two.paste(picture, (0, 0))
    two.paste(picture.crop((130, 20, 330, 220)).resize((300, 300)), (560, 100))
    face, told = portray(saved(two, tmp_path))
    assert told.startswith("I found 2 faces")
    assert isinstance(face, Portrait)


@pytest.mark.parametrize("name", ["scikit-image-chelsea.png", "scikit-image-rocket.jpg"])
def test_a_picture_without_a_face_is_refused(name: str) -> None:
    if not (IMAGES / name).is_file():
        pytest.skip("there are no shared pictures")
    with pytest.raises(EngineError, match="no face in this picture") as told:
        portray(IMAGES / name)
    assert str(told.value) == FACELESS


@pytest.mark.parametrize("size", [(1, 1), (20, 400), (640, 480)])
def test_an_empty_picture_is_refused(tmp_path: Path, size: tuple[int, int]) -> None:
    with pytest.raises(EngineError, match="no face"):
        portray(saved(Image.new("RGB", size, (200, 160, 140)), tmp_path))


def test_what_is_no_picture_is_told(tmp_path: Path) -> None:
    (tmp_path / "p.png").write_bytes(b"no picture")
    with pytest.raises(DataError):
        portray(tmp_path / "p.png")


def test_without_the_package_the_sentence_names_the_extra(tmp_path: Path) -> None:
    def lacking() -> NoReturn:
        raise ImportError("skimage")

    with pytest.raises(EngineMissing, match="its extra face"):
        portray(tmp_path / "p.png", lacking)


def test_rounded_lips_are_narrower(picture: Image.Image) -> None:
    face = portrait(PORTRAIT)
    wide, narrow = shape("e"), shape("w")
    wide[OPEN] = narrow[OPEN] = 0.5
    assert dark_columns(face, narrow)[1] < dark_columns(face, wide)[1]


def test_a_smile_is_found_from_corner_to_corner_and_closes(picture: Image.Image) -> None:
    face = portrait(PORTRAIT)
    m = face.features.mouth
    assert m.half == pytest.approx(34, abs=3), "measured by hand"
    rows, columns = slice(round(m.y - 14), round(m.y + 10)), slice(round(m.x - m.half), round(m.x + m.half))

    def teeth(frame: NDArray[np.uint8]) -> int:
        part = frame[rows, columns].astype(float)
        pale = part.max(axis=2) - part.min(axis=2) < 0.12 * part.max(axis=2)
        return int((pale & (part.mean(axis=2) > 150)).sum())

    assert teeth(face.picture) > 100
    assert all(teeth(face.frame(Pose(shape(name)))) < 0.2 * teeth(face.picture) for name in ("p", REST))


def test_a_mouth_that_narrows_leaves_no_tear_where_the_redrawn_part_begins(picture: Image.Image) -> None:
    face = portrait(PORTRAIT)
    top = face.features.mouth.y - 0.19 * face.features.box.size
    assert np.nonzero(changed(face, shape("w")))[0].min() > top + 1.5
