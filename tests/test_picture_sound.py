"""What a picture sounds like: what is measured of it, what is guessed from that, and what is told."""

import asyncio
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from assistant.errors import DataError, JobCancelled
from assistant.events import Artifact, Heard
from assistant.workspace import Workspace
from models.base import Card, Job, Made, MadeFile
from models.picture.look import Look, look
from models.picture.sound import PictureSound
from models.picture.soundscape import soundscape
from models.sound.generation.reader import read
from router.abilities.image_to_audio import image_to_audio
from router.task import MOMENT, Context, Moment
from tests.engine_fakes import Models, ScriptedEngine

SIZE = (120, 160)
CARD = Card("soundscape", "image_to_audio", "procedural", "A test.")


def painted(*bands: tuple[float, tuple[int, int, int], float]) -> Image.Image:
    """Bands from top to bottom: how much of the height, the colour, and how rough."""
    random, rows = np.random.default_rng(0), []
    for share, colour, rough in bands:
        shape = (round(share * SIZE[0]), SIZE[1], 1)
        rows.append(np.array(colour, float) * np.clip(1 + rough * random.standard_normal(shape), 0, 2))
    return Image.fromarray(np.clip(np.concatenate(rows), 0, 255).astype(np.uint8))


SEA = painted((0.5, (120, 170, 230), 0.005), (0.5, (20, 90, 140), 0.06))
FOREST = painted((0.2, (150, 190, 240), 0.005), (0.8, (50, 110, 40), 0.35))
NIGHT = painted((1.0, (8, 8, 16), 0.1))
FIRE = painted((0.6, (10, 8, 8), 0.1), (0.2, (255, 140, 20), 0.05), (0.2, (10, 8, 8), 0.1))
SNOW = painted((0.4, (150, 160, 175), 0.005), (0.6, (235, 238, 242), 0.01))
PAGE = painted((1.0, (250, 250, 250), 0.0))


def sounds(picture: Image.Image) -> str:
    return ", ".join(guess.sound for guess in soundscape(look(picture)))


@pytest.mark.parametrize(
    ("picture", "sound"),
    [(SEA, "sea waves"), (FOREST, "birds"), (NIGHT, "crickets"), (FIRE, "fire"), (SNOW, "wind"), (PAGE, "keyboard")],
)
def test_a_place_sounds_as_it_looks(picture: Image.Image, sound: str) -> None:
    assert sound in sounds(picture)


def test_what_tells_nothing_is_told_as_nothing() -> None:
    grey = painted((1.0, (120, 120, 120), 0.3))
    assert [guess.seen for guess in soundscape(look(grey))] == ["nothing that I can tell"]


@pytest.mark.parametrize("mode", ["RGB", "L", "RGBA", "P", "CMYK", "1"])
@pytest.mark.parametrize("size", [(1, 1), (2, 300), (4000, 30), (160, 120)])
def test_any_picture_can_be_measured(mode: str, size: tuple[int, int]) -> None:
    found = look(SEA.resize(size).convert(mode))
    assert all(np.isfinite(getattr(found, name)) for name in Look.__dataclass_fields__)


def test_every_guess_is_a_sound_that_can_be_made() -> None:
    nothing = dict.fromkeys(Look.__dataclass_fields__, 0.0) | {"sky_bright": 1.0}
    looks: list[dict[str, float]] = [
        {"fire": 0.3, "dark": 0.5}, {"streaks": 0.95, "rough": 0.3}, {"water": 0.2}, {"water": 0.5, "sky": 0.3},
        {"dark": 0.9}, {"dark": 0.9, "stars": 2}, {"dark": 0.9, "stars": 2, "low_stars": 1}, {"dark": 0.9, "lights": 2},
        {"dark": 0.9, "green": 0.5}, {"blank": 0.9, "bright": 0.9}, {"sharp": 0.2, "bright": 0.9}, {"flat": 0.9},
        {"snow": 0.5, "sky": 0.2}, {"leaves": 0.5}, {"grass": 0.5}, {"sky": 0.2, "straight": 0.5, "rough": 0.3},
        {"sky": 0.4, "glow": 0.9, "dark": 0.2}, {"sky": 0.4}, {"sky": 0.4, "green": 0.1}, {"earth": 0.5},
        {"red": 0.2, "earth": 0.3}, {"faces": 1}, {"faces": 2}, {"faces": 5}, {},
    ]  # fmt: skip
    for one in looks:
        for guess in soundscape(Look(**(nothing | one))):  # type: ignore[arg-type]
            wish = read(guess.sound)
            assert wish.steps and not wish.left_out, guess


def made_of(path: Path, folder: Path, **arguments: object) -> Made:
    engine = PictureSound(CARD)
    engine.load()
    folder.mkdir()
    return engine.run(Job("image_to_audio", folder, arguments, {"image": path}), lambda share: None)  # type: ignore[arg-type]


@pytest.fixture
def sea(tmp_path: Path) -> Path:
    SEA.save(tmp_path / "IMG_0001.png")
    return tmp_path / "IMG_0001.png"


def test_the_same_picture_sounds_the_same_and_another_seed_otherwise(sea: Path, tmp_path: Path) -> None:
    made = [made_of(sea, tmp_path / name, seconds=2.0) for name in ("one", "two")]
    other = made_of(sea, tmp_path / "three", seconds=2.0, seed=7)
    one, two, three = (each.files[0].path.read_bytes() for each in (*made, other))
    assert one == two != three
    assert made[0].facts["seen"] and "guess" in made[0].notice


def test_what_it_is_said_to_show_comes_before_its_colours(sea: Path, tmp_path: Path) -> None:
    made = made_of(sea, tmp_path / "one", seconds=2.0, shows="a dog in the rain")
    assert "dog" in str(made.facts["made"]) and made.facts["seen"] == [] and not made.notice


def test_words_that_are_no_sounds_leave_it_to_the_colours(sea: Path, tmp_path: Path) -> None:
    assert "sea waves" in str(made_of(sea, tmp_path / "one", seconds=2.0, shows="IMG 0001").facts["request"])


def test_a_broken_picture_is_told(tmp_path: Path) -> None:
    (tmp_path / "broken.png").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(40))
    with pytest.raises(DataError, match=r"broken\.png cannot be read as a picture"):
        made_of(tmp_path / "broken.png", tmp_path / "one")
    assert not list((tmp_path / "one").iterdir())


def test_nothing_is_left_of_what_is_cancelled(sea: Path, tmp_path: Path) -> None:
    def report(share: float) -> None:
        if share > 0.3:
            raise JobCancelled("no longer wanted")

    (folder := tmp_path / "one").mkdir()
    with pytest.raises(JobCancelled):
        PictureSound(CARD).run(Job("image_to_audio", folder, {"seconds": 60.0}, {"image": sea}), report)
    assert not list(folder.iterdir())


@pytest.mark.parametrize(
    ("facts", "shows", "told"),
    [
        ({"made": "birds", "seen": ["much green", "leaves"]}, "", "I see much green and leaves, so I made birds."),
        ({"made": "sea waves", "seen": []}, "", "By its name, I made sea waves."),
        ({"made": "a dog", "seen": []}, "a dog", "I made a dog."),
    ],
)
def test_it_is_told_why(facts: dict[str, object], shows: str, told: str, sea: Path, tmp_path: Path) -> None:
    def work(job: Job) -> Made:
        assert job.arguments["shows"] == (shows or "beach")
        path = job.folder / "sound.wav"
        path.write_bytes((made_of(sea, tmp_path / "real", seconds=0.5).files[0].path).read_bytes())
        return Made(files=(MadeFile(path, "sound"),), facts=facts)  # type: ignore[arg-type]

    workspace = Workspace(tmp_path / "session")
    workspace.add(Artifact("beach", sea, "image", made_by="user"))
    context = Context(workspace, models=Models(ScriptedEngine("image_to_audio", work)))
    assert asyncio.run(image_to_audio(context, {"shows": shows})).text == told


@pytest.mark.parametrize(
    ("said", "shows"),
    [
        ("What does this picture sound like? It shows a quiet harbour at night.", "a quiet harbour at night"),
        ("Make a sound for this photo of a dog.", "a dog"),
        ("What does this picture sound like?", "beach"),
    ],
)
def test_what_the_user_says_of_a_picture_counts(said: str, shows: str, sea: Path, tmp_path: Path) -> None:
    given: list[object] = []

    def work(job: Job) -> Made:
        given.append(job.arguments["shows"])
        path = job.folder / "sound.wav"
        path.write_bytes(made_of(sea, tmp_path / "real", seconds=0.5).files[0].path.read_bytes())
        return Made(files=(MadeFile(path, "sound"),))

    workspace = Workspace(tmp_path / "session")
    workspace.add(Artifact("beach", sea, "image", made_by="user"))
    context = Context(workspace, models=Models(ScriptedEngine("image_to_audio", work)))

    async def ask() -> None:
        MOMENT.set(Moment(Heard(said)))
        await image_to_audio(context, {})

    asyncio.run(ask())
    assert given == [shows]
