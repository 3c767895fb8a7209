"""What the embedded engine has learned to read: requests, their arguments, and where one ends and the next begins."""

import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from assistant.events import Artifact
from router.dialogue.understanding.filling import answered, filled, quotation
from router.dialogue.understanding.languages import language
from router.dialogue.understanding.network import Network, packed, unpacked
from router.dialogue.understanding.reader import Reader
from router.tasks import CATALOGUE

READER = Reader.load()
TASKS = {task.name: task for task in CATALOGUE}
ARTIFACTS = (Artifact("the rain", Path("rain.wav")), Artifact("second speaker", Path("second.wav")))


def understood(text: str) -> list[tuple[str, dict[str, Any]]]:
    """The tasks of a text with their arguments."""
    return [(r.task, filled(TASKS[r.task], r, ARTIFACTS) if r.task else {}) for r in READER.read(text)]


@pytest.mark.parametrize(
    ("text", "task", "arguments"),
    [
        ("Could you put what she says into Portuguese?", "translate_speech", {"language": "Portuguese"}),
        ("from english into german please, the whole interview", "translate_speech", {"language": "German"}),
        ("I only want the birds, nothing else.", "extract_sound", {"target": "the birds"}),
        ("when does the phone ring in this", "detect_target_sound", {"target": "the phone"}),
        ("Generate speech with the text 'hello, world, again'", "synthesize_speech", {"text": "hello, world, again"}),
        ("Repaint the part from two to four seconds.", "inpaint_audio", {"start_s": 2.0, "end_s": 4.0}),
        ("give me thirty seconds of heavy rain", "generate_audio", {"seconds": 30.0}),
        ("make the sound circle around my head", "make_binaural", {"position": "circle around my head"}),
        ("Transcribe the rain.", "transcribe_speech", {"audio": "the rain"}),
        ("Write out what the second speaker says, with timestamps.", "transcribe_speech", {"audio": "second speaker"}),
        ("the air conditioner is louder than the lady, fix that", "enhance_speech", {}),
    ],
)
def test_other_wordings_are_understood(text: str, task: str, arguments: dict[str, Any]) -> None:
    [(found, given)] = understood(text)
    assert found == task
    assert arguments.items() <= given.items()


@pytest.mark.parametrize(
    ("text", "tasks"),
    [
        ("clean this up, then tell me what they say", ["enhance_speech", "transcribe_speech"]),
        ("Separate the speakers and translate it into Spanish.", ["separate_speech", "translate_speech"]),
        ("extract the dog, put it on my left, and make it louder", ["extract_sound", "make_binaural", "change_sound"]),
        ('Say "stop the music and then go home".', ["synthesize_speech"]),
    ],
)
def test_a_chain_is_cut_into_its_requests(text: str, tasks: list[str]) -> None:
    assert [task for task, _ in understood(text)] == tasks


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("from Dutch into German", "German"),
        ("en español por favor", "Spanish"),
        ("what is this in Scottish Gaelic", "Scottish Gaelic"),
        ("polish the sound", "Polish"),
        ("nothing of the kind", None),
    ],
)
def test_a_language_is_found_by_its_name(text: str, name: str | None) -> None:
    assert language(text) == name


def test_answers_fill_what_was_asked_for() -> None:
    repaint, translate, say = (TASKS[n] for n in ("inpaint_audio", "translate_speech", "synthesize_speech"))
    assert answered(repaint, "start_s", "from two to four seconds") == 2.0
    assert answered(repaint, "end_s", "from two to four seconds") == 4.0
    assert answered(translate, "language", "Spanish, please.") == "Spanish"
    assert answered(translate, "language", "I do not know") is None
    assert answered(say, "text", "Good evening, everyone.") == "Good evening, everyone"


def test_a_quotation_is_whole_and_an_apostrophe_none() -> None:
    assert quotation('say "one, two, and three" slowly') == "one, two, and three"
    assert quotation("say 'it's late, isn't it' please") == "it's late, isn't it"
    assert quotation("what's in Anna's file") == ""


def test_every_task_of_the_catalogue_is_known() -> None:
    assert {name for name in TASKS if TASKS[name].examples} <= set(READER.tasks)


def test_weights_survive_being_packed() -> None:
    weights = {"a.weight": np.linspace(-1, 1, 12, dtype=np.float32).reshape(3, 4), "a.bias": np.ones(4, np.float32)}
    again = unpacked(packed(weights))
    assert again.keys() == weights.keys()
    assert all(np.abs(again[name] - weights[name]).max() < 0.01 for name in weights)


def test_padding_changes_nothing(tmp_path: Path) -> None:
    network = Network.load(Path("router/dialogue/understanding/weights.npz"))
    alone, beside = network([[5, 6, 7]]), network([[5, 6, 7], list(range(5, 45))])
    assert np.abs(alone.tasks[0] - beside.tasks[0]).max() < 1e-3
    assert np.abs(alone.tags[0] - beside.tags[0, :3]).max() < 1e-3


def test_reading_is_quick() -> None:
    spent = []
    for text in ("clean this up, then tell me what they say", "what time is it", "so " * 40 + "transcribe this") * 7:
        began = time.thread_time()
        READER.read(text)
        spent.append(time.thread_time() - began)
    assert np.quantile(spent, 0.95) < 0.03
