"""Models that see and were pulled: what they say of a picture is made to sound, and told."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from threading import Event
from typing import Any

import numpy as np
import pytest
from PIL import Image

from assistant.errors import EngineError, EngineMissing, JobCancelled
from assistant.events import Artifact
from assistant.media import probe
from assistant.workspace import Workspace
from models.base import Card, Engine, Job, Json, Made
from models.catalogue import ENGINES, WEIGHTS, make, weights
from models.options import ModelsOptions
from models.picture.described import DescribedSound
from models.picture.public import CARDS, SEEING_ENGINES
from models.sound.generation.engine import SoundGeneration
from router.abilities.image_to_audio import image_to_audio
from router.task import Context
from tests.engine_fakes import Models, ScriptedEngine

CARD = Card("seer", "image_to_audio", "model", "A test.")


class Says:
    """Sees the same in every picture: a `Seer`."""

    def __init__(self, words: str) -> None:
        self.words, self.seen = words, list[tuple[int, int]]()

    def __call__(self, picture: Image.Image) -> str:
        self.seen.append(picture.size)
        return self.words

    def stop(self) -> None:
        """It is never long at it."""


class Waits(Says):
    """Says nothing until it is stopped."""

    def __init__(self) -> None:
        super().__init__("")
        self.stopped, self.warm = Event(), False

    def __call__(self, picture: Image.Image) -> str:
        if self.warm and not self.stopped.wait(20):
            raise AssertionError("it was not stopped")
        self.warm = True
        return "rain"

    def stop(self) -> None:
        self.stopped.set()


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    grass = np.zeros((60, 80, 3), np.uint8) + np.array([40, 140, 30], np.uint8)
    grass += np.random.default_rng(0).integers(0, 50, (60, 80, 1), np.uint8)
    Image.fromarray(grass).save(tmp_path / "IMG_1.png")
    return tmp_path / "IMG_1.png"


def loaded(seer: Says, reads: bool = True) -> Engine:
    engine = DescribedSound(CARD, lambda: seer, SoundGeneration(CARD), reads)
    engine.load()
    return engine


def run(engine: Engine, picture: Path, name: str = "one", **arguments: Json) -> Made:
    (folder := picture.parent / name).mkdir()
    given: dict[str, Json] = {"seconds": 1.0, **arguments}
    return engine.run(Job("image_to_audio", folder, given, {"image": picture}), lambda share: None)


def test_what_is_seen_is_made_and_kept_in_the_file(picture: Path) -> None:
    made = run(loaded(Says("a dog on a beach.")), picture)
    assert made.facts["caption"] == made.facts["request"] == "a dog on a beach" and made.facts["seen"] == []
    assert "dog" in str(made.facts["made"]) and not made.notice
    assert b"a dog on a beach" in made.files[0].path.read_bytes()
    assert probe(made.files[0].path).seconds == pytest.approx(1.0)


def test_the_same_picture_sounds_the_same(picture: Path) -> None:
    engine = loaded(Says("rain on a roof"))
    one, other = (run(engine, picture, name).files[0].path.read_bytes() for name in ("one", "two"))
    assert one == other


def test_where_nothing_of_it_sounds_it_goes_by_the_colours_and_says_so(picture: Path) -> None:
    made = run(loaded(Says("a sculpture")), picture)
    assert made.facts["caption"] == "a sculpture" and "birds" in str(made.facts["request"])
    assert made.facts["seen"] and "guess" in made.notice


def test_what_the_user_says_it_shows_is_believed_and_not_looked_for(picture: Path) -> None:
    seer = Says("a cat")
    made = run(loaded(seer), picture, shows="thunder and rain")
    assert made.facts["request"] == "thunder and rain" and made.facts["caption"] == ""
    assert len(seer.seen) == 1  # when it was loaded


def test_a_model_that_is_at_it_is_stopped_when_nobody_waits_any_more(picture: Path) -> None:
    seer, told = Waits(), list[float]()
    engine = loaded(seer)

    def report(share: float) -> None:
        told.append(share)
        if len(told) > 1:
            raise JobCancelled("no longer wanted")

    (folder := picture.parent / "one").mkdir()
    with pytest.raises(JobCancelled):
        engine.run(Job("image_to_audio", folder, {}, {"image": picture}), report)
    assert seer.stopped.is_set() and not list(folder.iterdir())


@pytest.mark.parametrize(
    ("facts", "told"),
    [
        ({"made": "a dog", "caption": "A dog on a beach"}, "I see a dog on a beach; it sounds like a dog."),
        (
            {"made": "birds", "caption": "a sculpture", "seen": ["much green"]},
            "I see a sculpture, and much green; it sounds like birds.",
        ),
    ],
)
def test_it_is_told_what_was_seen(facts: dict[str, Json], told: str, picture: Path) -> None:
    def work(job: Job) -> Made:
        return Made(files=run(loaded(Says("rain")), picture).files, facts=facts)

    workspace = Workspace(picture.parent / "session")
    workspace.add(Artifact("IMG 1", picture, "image", made_by="user"))
    context = Context(workspace, models=Models(ScriptedEngine("image_to_audio", work)))
    assert asyncio.run(image_to_audio(context, {})).text == told


def test_every_public_model_can_be_pulled_and_makes_its_engine() -> None:
    for card in CARDS:
        listed = weights(card.name)
        assert (listed.repo, listed.licence, listed.task) == (card.source, card.licence, "image_to_audio")
    names = {one.name for one in WEIGHTS}
    assert all(entry in ENGINES and entry.weights in names for entry in SEEING_ENGINES)
    both = next(entry for entry in SEEING_ENGINES if entry.card.name == "blip-audioldm2")
    assert both.options["sounds"] in names and not both.card.commercial


# ------------------------------------------------------------- a real network, small


@pytest.fixture
def network(tmp_path: Path) -> Callable[[], Engine]:
    pytest.importorskip("transformers", reason="transformers is not installed here")
    from tests.seeing_checkpoint import make_blip

    make_blip(tmp_path / "models" / "blip")
    entry = next(entry for entry in SEEING_ENGINES if entry.card.name == "blip")
    return lambda: make(entry, ModelsOptions(folder=tmp_path / "models"))


def test_a_small_blip_says_what_the_library_makes_of_the_same_picture(
    network: Callable[[], Engine], picture: Path, tmp_path: Path
) -> None:
    import torch
    from transformers import AutoTokenizer, BlipForConditionalGeneration, BlipImageProcessorPil

    engine = network()
    engine.load()
    made = run(engine, picture)
    folder = tmp_path / "models" / "blip"
    model: Any = BlipForConditionalGeneration.from_pretrained(folder)
    points = BlipImageProcessorPil.from_pretrained(folder)(Image.open(picture), return_tensors="pt")["pixel_values"]
    with torch.inference_mode():
        ids = model.eval().generate(pixel_values=points, do_sample=False, max_new_tokens=40)
    said = str(AutoTokenizer.from_pretrained(folder).decode(ids[0], skip_special_tokens=True))
    assert made.facts["caption"] == said.strip() and said
    assert made.files[0].path.exists()


def test_a_folder_that_is_not_whole_or_holds_something_else_is_told(
    network: Callable[[], Engine], tmp_path: Path
) -> None:
    folder = tmp_path / "models" / "blip"
    (folder / "config.json").write_text('{"model_type": "bert"}')
    with pytest.raises(EngineError, match="holds no model that describes pictures"):
        network().load()
    (folder / "preprocessor_config.json").unlink()
    with pytest.raises(EngineMissing, match=r"preprocessor_config\.json missing. Pull it again"):
        network().load()
