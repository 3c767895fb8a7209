"""What is asked of the engine that sings, and what is said of a song."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest
import soundfile as sf

from assistant.clock import run_virtually
from assistant.events import Provenance
from assistant.workspace import Workspace
from models.base import Job, JobDone, Json, Made, MadeFile
from router.abilities.sing import sing, told
from router.results import Order, Result
from router.task import Context
from tests.engine_fakes import Models, ScriptedEngine
from tests.test_sing_files import MUSICXML


def context(folder: Path) -> Context:
    return Context(workspace=Workspace(folder / "session"), folder=folder)


def song(job: Job) -> Made:
    path = job.folder / "song.wav"
    sf.write(path, np.zeros(800), 8000)
    return Made(files=(MadeFile(path, "song"),))


def asked(context: Context, **arguments: str) -> Job:
    """The job that comes of it."""
    engine = ScriptedEngine("sing", song)
    context.models = Models(engine)
    run_virtually(sing(context, arguments))
    (job,) = engine.jobs
    return job


@pytest.mark.parametrize(
    ("text", "notes", "words"),
    [
        ("'hello' on C four and E four", "C four and E four", "hello"),
        ("hello with the notes C4 | E4", "C4 | E4", "hello"),
        ("hello", "C4 | E4", "hello"),
        ("I stand on C", "E4", "I stand on C"),
    ],
)
def test_notes_are_no_words(tmp_path: Path, text: str, notes: str, words: str) -> None:
    job = asked(context(tmp_path), text=text, notes=notes)
    assert job.arguments == {"text": words, "notes": notes}


@pytest.mark.parametrize(
    ("notes", "durations_s"),
    [
        ("C4 | E4. Note duration sequence is 0.4 | 0.8.", ""),
        ("C4 | E4, the durations 0.4 | 0.8", ""),
        ("C4 | E4 and durations of 0.4 | 0.8", ""),
        ("C4 | E4", "0.4 | 0.8."),
        ("C4 | E4, with the durations: 0.4 | 0.8", "0.4 | 0.8"),
    ],
)
def test_durations_are_no_notes(tmp_path: Path, notes: str, durations_s: str) -> None:
    """The paper's Figure 4 says both in one breath."""
    job = asked(context(tmp_path), text="hello", notes=notes, durations_s=durations_s)
    assert (job.arguments["notes"], job.arguments["durations_s"]) == ("C4 | E4", "0.4 | 0.8")


@pytest.mark.parametrize("text", ["the score", "it", "song", "the song", "{path}"])
def test_a_score_is_meant_by_its_name_its_path_or_a_word(tmp_path: Path, text: str) -> None:
    path = tmp_path / "song.musicxml"
    path.write_text(MUSICXML)
    here = context(tmp_path)
    here.workspace.add_file(path)
    assert asked(here, text=text.format(path=path)).files == {"score": path}


def test_words_are_no_score(tmp_path: Path) -> None:
    here = context(tmp_path)
    assert asked(here, text="it").files == {}
    path = tmp_path / "song.musicxml"
    path.write_text(MUSICXML)
    here.workspace.add_file(path)
    assert asked(here, text="hello my friend").files == {}


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        (
            {"title": "Happy Birthday", "seconds": 11.8, "tune": "by heart", "key": "G"},
            "Happy Birthday in G, 12 seconds.",
        ),
        ({"title": "song", "seconds": 4.2, "tune": "made up", "key": "D"}, "Here it is to a tune of my own, in D"),
        ({"title": "song", "seconds": 1.0, "tune": "given", "notes": 1}, "Here it is, on one note, 1 second."),
        ({"title": "Jingle Bells", "seconds": 3.0, "tune": "lent", "key": "G"}, "to the tune of Jingle Bells, in G"),
        ({"title": "A Test", "seconds": 3.0, "tune": "given", "notes": 5}, "A Test on five notes, 3 seconds."),
        ({}, ""),
    ],
)
def test_what_is_said_of_a_song(facts: Mapping[str, Json], said: str) -> None:
    done = JobDone(Made(facts=facts), Provenance("model"))
    found = told(Result(Order("sing", "audio", ""), done, {}))
    assert said in found and bool(said) == bool(found)
