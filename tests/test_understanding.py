"""What the embedded engine has learned to read: requests, their arguments, and where one ends and the next begins."""

import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from assistant.errors import EngineMissing
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
    weights = np.random.default_rng(1).normal(0, 0.05, (64, 96)).astype(np.float32)
    step, zero = np.abs(weights).max(0) / 63, np.zeros(96, np.int8)
    stored = {f"a{end}": value for end, value in packed(weights, step, zero).items()}
    assert stored["a"].nbytes == weights.size // 2
    again = unpacked(stored)["a"]
    assert again.dtype == np.int8
    assert np.corrcoef(weights.ravel(), (again * step).ravel())[0, 1] > 0.99


def test_weights_that_are_missing_are_told_of(tmp_path: Path) -> None:
    with pytest.raises(EngineMissing, match="install"):
        Network(tmp_path)


def test_a_long_text_keeps_its_end() -> None:
    text = " ".join(f"word{n}" for n in range(150))
    [reading] = READER.read(f'Read this aloud: "{text}"')
    assert filled(TASKS["synthesize_speech"], reading)["text"] == text


def test_reading_is_quick() -> None:
    spent = []
    for text in ("clean this up, then tell me what they say", "what time is it", "so " * 40 + "transcribe this") * 7:
        began = time.thread_time()
        READER.read(text)
        spent.append(time.thread_time() - began)
    assert np.quantile(spent, 0.95) < 0.03
