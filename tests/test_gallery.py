"""The gallery: every query of Figures 3 to 5 is in it, what it links to is there and small; it can be made again."""

import re
from pathlib import Path

import av
import numpy as np
import pytest
import soundfile as sf
from PIL import Image

from assistant.app import Engines
from assistant.clock import run_virtually
from scripts.gallery.files import COLOURS, LONGEST_S, small
from scripts.gallery.inputs import PICTURES, SOUNDS
from scripts.gallery.page import TASKS, page
from scripts.gallery.queries import TALKS
from scripts.make_gallery import Gallery, embedded, make, numbered
from tests.test_table_one import FAMILIES

FOLDER = Path(__file__).parents[1] / "docs" / "gallery"
PAGE = FOLDER / "README.md"
LINK = re.compile(r"\]\(([^)#]+)\)")
LIMITS = {".png": 60_000, ".ogg": 100_000, ".mp4": 300_000, ".md": 60_000}
"""Bytes of a file."""
WHOLE = 2_000_000
"""Bytes of all."""
FIGURES = {3: 12, 4: 5, 5: 5}
"""How many queries the paper has in each."""


def links() -> list[str]:
    return LINK.findall(PAGE.read_text(encoding="utf-8"))


def test_what_it_links_to_is_there_and_nothing_else() -> None:
    assert [link for link in links() if not (FOLDER / link).is_file()] == []
    linked = {link for link in links() if "/" not in link}
    assert {path.name for path in FOLDER.iterdir()} - linked == {"README.md"}


def test_it_is_small() -> None:
    sizes = {path.name: path.stat().st_size for path in FOLDER.iterdir()}
    assert [name for name, size in sizes.items() if size > LIMITS[Path(name).suffix]] == []
    assert sum(sizes.values()) < WHOLE


@pytest.mark.parametrize("figure", FIGURES)
def test_every_query_is_in_it(figure: int) -> None:
    text = PAGE.read_text(encoding="utf-8")
    asked = [query for talk in TALKS if talk.figure == figure for query in talk.queries if not query.ours]
    assert len(asked) == FIGURES[figure]
    assert [query.said for query in asked if f"**The paper asks:** {query.said}\n" not in text] == []


def test_all_that_is_given_can_be_made_and_every_task_of_the_paper_is_told() -> None:
    given = {name for talk in TALKS for query in talk.queries for name in query.given}
    assert given == {*SOUNDS, *PICTURES}
    assert set(FAMILIES) - set(TASKS) == {"transcribe_speech"}  # the figures ask for no transcript


def test_a_query_is_answered_again(tmp_path: Path) -> None:
    talk = next((place, talk) for place, talk in numbered(4) if talk.name.startswith("Image"))
    folder = tmp_path / "gallery"
    folder.mkdir()
    gallery = Gallery(folder, tmp_path, Engines.load(embedded(tmp_path)))
    text = run_virtually(make(gallery, [talk]))
    assert "* called: `image_to_audio`" in text and "fire" in text and "soundscape (procedural)" in text
    assert all((folder / link).is_file() for link in LINK.findall(text) if "/" not in link)
    made = folder / next(link for link in LINK.findall(text) if link.endswith(".ogg"))
    assert (FOLDER / made.name).read_bytes() == made.read_bytes(), "the same request makes another sound"


def test_a_page_of_nothing_is_an_introduction() -> None:
    assert page([]).startswith("# Gallery") and "**The paper asks" not in page([])


@pytest.mark.parametrize("channels", [1, 2])
def test_a_sound_is_cut_and_stays_the_same_to_the_byte(tmp_path: Path, channels: int) -> None:
    tone = np.tile(0.3 * np.sin(np.arange(10 * 16_000) / 8)[:, None], (1, channels))
    sf.write(tmp_path / "tone.wav", tone, 16_000)
    first, second = (small(tmp_path / "tone.wav", "audio", tmp_path / name) for name in ("one", "two"))
    assert first.read_bytes() == second.read_bytes()
    with av.open(str(first)) as container:
        stream = container.streams.audio[0]
        found = np.concatenate([frame.to_ndarray() for frame in container.decode(stream)], axis=1)
    assert stream.codec_context.channels == channels
    seconds = found.size / channels / 48_000
    assert seconds == pytest.approx(LONGEST_S, abs=0.05)


def test_a_picture_has_few_colours_and_is_not_wide(tmp_path: Path) -> None:
    noise = np.random.default_rng(0).integers(0, 255, (300, 900, 3), np.uint8)
    Image.fromarray(noise).save(tmp_path / "noise.png")
    with Image.open(small(tmp_path / "noise.png", "image", tmp_path / "small")) as picture:
        assert picture.width == 640 and len(picture.getcolors() or ()) <= COLOURS
