"""A program of the user's own that makes talking heads: what it is given, what becomes of its film, how it fails."""

import sys
import time
from pathlib import Path

import av
import numpy as np
import pytest
import soundfile as sf
from PIL import Image

from assistant.errors import DataError, EngineError, EngineMissing, JobCancelled
from models.base import Card, Job, Made
from models.face.film import Film
from models.face.options import TalkingHeadOptions
from models.face.program import HeadProgram

CARD = Card("head-program", "make_talking_head", "model", "For tests")
SLOW = "import subprocess, sys, time; subprocess.Popen(['sleep', '30']); time.sleep(30)"


@pytest.fixture
def job(tmp_path: Path) -> Job:
    (tmp_path / "made").mkdir()
    sf.write(tmp_path / "said.flac", 0.1 * np.ones((8_000, 2)), 16_000)
    Image.new("L", (40, 30), 120).save(tmp_path / "face.jpg")
    with Film(tmp_path / "film.mp4", (64, 48), tmp_path / "said.flac", {"comment": "somebody"}) as film:
        for k in range(12):
            film.write(np.full((48, 64, 3), 20 * k, np.uint8))
    return Job(
        "make_talking_head",
        tmp_path / "made",
        files={"audio": tmp_path / "said.flac", "image": tmp_path / "face.jpg"},
    )


def program(tmp_path: Path, code: str, arguments: str = "{audio} {output}", limit_s: float = 60.0) -> HeadProgram:
    (tmp_path / "program.py").write_text(code)
    command = f'"{sys.executable}" "{tmp_path / "program.py"}" {arguments}'
    return HeadProgram(CARD, TalkingHeadOptions(command, limit_s))


def run(engine: HeadProgram, job: Job) -> Made:
    return engine.run(job, lambda share: None)


def left(job: Job) -> list[str]:
    return sorted(path.name for path in job.folder.iterdir())


def test_its_film_is_kept_and_says_that_it_is_synthetic(tmp_path: Path, job: Job) -> None:
    code = (
        "import shutil, sys, wave\n"
        "audio, image, out, film = sys.argv[1:]\n"
        "assert wave.open(audio).getframerate() == 16000 and open(image, 'rb').read(4) == b'\\x89PNG'\n"
        "shutil.copy(film, out)"
    )
    made = run(program(tmp_path, code, f'{{audio}} {{image}} {{output}} "{tmp_path / "film.mp4"}"'), job)
    assert left(job) == ["talking-head.mp4"]
    with av.open(str(made.files[0].path)) as film:
        assert film.metadata["comment"].startswith("Synthetic")
        assert film.streams.video[0].frames == 12
        assert film.streams.audio[0].codec_context.name == "aac"
    assert made.facts["synthetic"] is True


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("import sys; print('loading'); sys.exit('CUDA is out of memory.')", "failed: CUDA is out of memory."),
        ("import sys; sys.exit(3)", "failed with code 3."),
        ("pass", "made no film"),
        ("raise ValueError('no checkpoint')", "failed: ValueError: no checkpoint"),
    ],
)
def test_its_failure_is_told_in_its_own_words(tmp_path: Path, job: Job, code: str, told: str) -> None:
    with pytest.raises(EngineError, match=told):
        run(program(tmp_path, code), job)
    assert left(job) == []


def test_what_is_no_film_is_refused(tmp_path: Path, job: Job) -> None:
    with pytest.raises(DataError):
        run(program(tmp_path, "import sys; open(sys.argv[2], 'w').write('no film')"), job)
    assert left(job) == []


def test_one_that_takes_too_long_is_killed(tmp_path: Path, job: Job) -> None:
    with pytest.raises(EngineError, match="took longer than"):
        run(program(tmp_path, SLOW, limit_s=0.5), job)
    assert left(job) == []


def test_cancelled_it_is_killed_at_once(tmp_path: Path, job: Job) -> None:
    began = list[float]()

    def report(share: float) -> None:
        if share > 0:
            began.append(time.monotonic())
            raise JobCancelled("Never mind.")

    with pytest.raises(JobCancelled):
        program(tmp_path, SLOW).run(job, report)
    assert time.monotonic() - began[0] < 0.5
    assert left(job) == []


def test_one_that_takes_a_picture_asks_for_it(tmp_path: Path, job: Job) -> None:
    bare = Job(job.task, job.folder, files={"audio": job.files["audio"]})
    with pytest.raises(EngineError, match="picture of a face"):
        run(program(tmp_path, "pass", "{audio} {image} {output}"), bare)


def test_one_that_is_not_there_is_told(job: Job) -> None:
    with pytest.raises(EngineMissing, match=r"talking_head\.command"):
        run(HeadProgram(CARD, TalkingHeadOptions("no-such-program {audio} {output}")), job)


@pytest.mark.parametrize("command", ["run.py", "run.py {audio}", "run.py {output}"])
def test_a_command_without_its_places_is_refused(command: str) -> None:
    with pytest.raises(ValueError, match="holds"):
        TalkingHeadOptions(command)
