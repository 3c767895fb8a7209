"""The task handler: which tasks are in question, by what is at hand and what is said."""

import json

import pytest

from router.arguments import Audio, Image
from router.dialogue.messages import tools
from router.dialogue.usage import text_tokens
from router.families import lacking, narrowed
from router.task import Context, Family, Outcome, task
from router.tasks import CATALOGUE


@task("what time is it", family=Family.CONVERSATION, effects=False, examples=("Can you please tell me the time?",))
async def tell_time(context: Context) -> Outcome:
    """Tell the time."""
    return Outcome("Noon.")


@task(
    "clean {audio} up",
    family=Family.AUDIO_TO_AUDIO,
    effects=True,
    examples=("Can you please remove the hiss from {audio}?",),
    takes=("audio",),
)
async def enhance_speech(context: Context, audio: Audio = "") -> Outcome:
    """Clean up speech."""
    return Outcome("Done.")


@task(family=Family.IMAGE_TO_AUDIO, effects=True, examples=("Can you make this sound?",), takes=("image",))
async def image_to_audio(context: Context, image: Image = "") -> Outcome:
    """Make a sound that fits a picture."""
    return Outcome("Done.")


@task(family=Family.AUDIO_TO_VIDEO, effects=True, examples=("Let the face speak.",), takes=("image", "audio"))
async def make_talking_head(context: Context, image: Image = "", audio: Audio = "") -> Outcome:
    """Let a face speak."""
    return Outcome("Done.")


@task("spell {text}", family=Family.CONVERSATION, effects=False, examples=("Can you please spell {text}?",))
async def spell(context: Context, text: str) -> Outcome:
    """Spell a word."""
    return Outcome("S.")


TASKS = (tell_time, enhance_speech, image_to_audio, make_talking_head, spell)
ALWAYS = ["tell_time", "spell"]


@pytest.mark.parametrize(
    ("kinds", "text", "more"),
    [
        ((), "Can you please tell me the time?", []),
        ((), "What can you do?", []),
        (("audio",), "What can you do?", ["enhance_speech"]),
        (("image",), "What can you do?", ["image_to_audio"]),
        (("audio", "image"), "", ["enhance_speech", "image_to_audio", "make_talking_head"]),
        ((), "Make a sound of my picture.", ["enhance_speech", "image_to_audio", "make_talking_head"]),
        ((), "What do these photos sound like?", ["enhance_speech", "image_to_audio", "make_talking_head"]),
        ((), "Listen to beach.jpg", ["image_to_audio", "make_talking_head"]),
        ((), "Remove the hiss from my interview.", ["enhance_speech"]),
        ((), "Could you clean the interview up?", ["enhance_speech"]),
        ((), "Let her face speak", ["make_talking_head"]),
    ],
)
def test_tasks_are_offered_by_what_is_at_hand_and_what_is_said(
    kinds: tuple[str, ...], text: str, more: list[str]
) -> None:
    offered = [t.name for t in narrowed(TASKS, kinds, text)]
    assert offered == [t.name for t in TASKS if t.name in (*ALWAYS, *more)]


def test_what_is_lacking() -> None:
    assert lacking(make_talking_head, {"audio"}) == ("image",)
    assert lacking(make_talking_head, {"audio", "image"}) == ()


def test_it_saves_tokens_and_loses_no_task_that_is_asked_for() -> None:
    needy = [t for t in CATALOGUE if t.takes]
    if not needy:
        pytest.skip("no task of the catalogue needs a resource")

    def cost(tasks: object) -> int:
        return text_tokens(json.dumps(tools(tasks)))  # type: ignore[arg-type]

    everything, few = cost(CATALOGUE), cost(narrowed(CATALOGUE, (), "Good morning!"))
    assert few < everything - 0.5 * cost(needy)
    asked = [(t, example) for t in needy for example in t.examples]
    lost = [(t.name, example) for t, example in asked if t not in narrowed(CATALOGUE, (), example)]
    assert len(lost) < 0.1 * len(asked), lost
