"""Asking for a talking head: the sound and the picture are told apart, and the reply says how long the film is."""

from pathlib import Path

import numpy as np
import pytest
import soundfile as sf
from PIL import Image

from assistant.clock import run_virtually
from assistant.errors import EngineError
from assistant.events import Artifact, Heard, Provenance
from assistant.workspace import Workspace
from models.base import Job, Made, MadeFile
from models.face.film import Film
from router.abilities.make_talking_head import make_talking_head
from router.task import MOMENT, Context, Moment
from tests.engine_fakes import Models, ScriptedEngine
from tests.router_fakes import tone


def video(job: Job) -> Made:
    if job.arguments.get("look"):
        return Made()
    path = job.folder / "talking-head.mp4"
    with Film(path, (64, 64), job.files["audio"], {}) as film:
        film.write(np.zeros((64, 64, 3), np.uint8))
    return Made(files=(MadeFile(path, "talking head", "video"),), notice="I found 2 faces, and took the largest.")


@pytest.fixture
def context(tmp_path: Path) -> Context:
    workspace = Workspace(tmp_path / "session")
    workspace.save_audio("speech", tone(200, 3.0), 16_000, "user", Provenance("given"))
    picture = tmp_path / "beach.png"
    Image.new("RGB", (8, 8)).save(picture)
    workspace.add(Artifact("beach", picture, "image", made_by="user"))
    return Context(workspace, folder=tmp_path)


@pytest.mark.parametrize(
    ("audio", "image", "files"),
    [
        ("speech", "beach", {"audio", "image"}),
        ("beach", "speech", {"audio", "image"}),
        ("", "speech", {"audio", "image"}),
        ("speech", "", {"audio", "image"}),
    ],
)
def test_sound_and_picture_are_told_apart(context: Context, audio: str, image: str, files: set[str]) -> None:
    engine = ScriptedEngine("make_talking_head", video)
    context.models = Models(engine)
    result = run_virtually(make_talking_head(context, {"audio": audio, "image": image}))
    job = engine.jobs[0]
    assert set(job.files) == files
    assert job.files["audio"].suffix == ".wav"
    assert job.files["image"].suffix == ".png"
    assert result.text.startswith("Here is the talking head, a video of ")
    assert result.text.endswith("I found 2 faces, and took the largest.")
    assert [show.artifact.kind for show in result.show if show.artifact] == ["video"]


def test_who_wants_the_drawn_face_gets_it_though_a_picture_is_there(context: Context) -> None:
    context.models = Models(engine := ScriptedEngine("make_talking_head", video))

    async def ask() -> None:
        MOMENT.set(Moment(Heard("Make a talking head of it with your own face.")))
        await make_talking_head(context, {"audio": "speech"})

    run_virtually(ask())
    assert set(engine.jobs[0].files) == {"audio"}


def test_a_head_that_speaks_first_tells_one_progress_of_both(context: Context, tmp_path: Path) -> None:
    def speech(job: Job) -> Made:
        path = job.folder / "speech.wav"
        sf.write(path, tone(200, 1.0), 16_000)
        return Made(files=(MadeFile(path, "speech", "audio"),))

    context.models = Models(ScriptedEngine("make_talking_head", video), ScriptedEngine("synthesize_speech", speech))
    shares = list[float]()

    async def ask() -> None:
        MOMENT.set(Moment(Heard("Let a face say hello."), shares.append))
        await make_talking_head(context, {"text": "Hello there."})
        assert context.report == shares.append

    run_virtually(ask())
    assert shares == pytest.approx([0.0, 0.0, 0.15, 0.3, 0.65, 1.0]), "it is looked for the face first"


def test_a_head_that_fails_leaves_no_speech_behind(context: Context) -> None:
    def fails(job: Job) -> Made:
        if job.arguments.get("look"):
            return Made()
        raise EngineError("The film could not be written.")

    def speech(job: Job) -> Made:
        path = job.folder / "speech.wav"
        sf.write(path, tone(200, 1.0), 16_000)
        return Made(files=(MadeFile(path, "speech", "audio"),))

    context.models = Models(ScriptedEngine("make_talking_head", fails), ScriptedEngine("synthesize_speech", speech))
    before = [one.name for one in context.workspace.artifacts]
    files = sorted(context.workspace.folder.rglob("*"))
    with pytest.raises(EngineError, match="could not be written"):
        run_virtually(make_talking_head(context, {"text": "Hello there."}))
    assert [one.name for one in context.workspace.artifacts] == before
    assert sorted(context.workspace.folder.rglob("*")) == files


def test_a_picture_without_a_face_is_refused_before_anything_is_spoken(context: Context) -> None:
    def refuses(job: Job) -> Made:
        assert job.arguments.get("look"), "nothing is filmed"
        raise EngineError("I can find no face in this picture.")

    spoken = ScriptedEngine("synthesize_speech", refuses)
    context.models = Models(ScriptedEngine("make_talking_head", refuses), spoken)
    with pytest.raises(EngineError, match="no face"):
        run_virtually(make_talking_head(context, {"text": "Hello there.", "image": "the beach"}))
    assert spoken.jobs == []
