"""Talking head synthesis (Table 1): "make a video of somebody who says this"."""

import re
from collections.abc import Awaitable, Callable

from assistant.errors import TaskError
from router.arguments import Audio, Image
from router.resources import SOUND, SPOKEN, find_image, find_sound
from router.results import Order, carry_out, outcome
from router.spoken import spoken_duration
from router.task import Context, Family, Outcome, task

CANNOT = "I cannot make videos of talking faces now; no engine for them is loaded."

DRAWN = re.compile(r"\b(your( own)?|(the )?(built.?in|drawn|usual|default)) (face|head|avatar)\b", re.IGNORECASE)
ANY = f"{{audio:{SOUND}|{SPOKEN}}}"


@task(
    f"(make|generate|create) a talking (head|human portrait|portrait|face) [video] (from|of|for|based on) {ANY}",
    family=Family.AUDIO_TO_VIDEO,
    effects=True,
    doing="making the video",
    takes=("audio",),
    examples=(
        "Generate a talking human portrait video based on {audio}.",
        "Make a talking head from {audio}.",
        "Let the person in {image} say {audio}.",
        "Animate {image} so that it speaks {audio}.",
        "Create a video of a face that says what is in {audio}.",
        "Give {audio} a face.",
        "I want to see somebody speak these words.",
        "Make {image} talk with the voice in {audio}.",
        "Turn the recording into a video with a speaking person.",
        "Lip sync {image} to {audio}.",
        "Produce a clip in which a portrait reads {audio} out.",
        "Make an avatar that speaks {audio}.",
    ),
)
async def make_talking_head(context: Context, audio: Audio = "", image: Image = "") -> Outcome:
    """Make a video of a face that speaks a recording.

    audio: the speech; left out, the latest. image: a portrait to animate; left out, the latest that the user gave, or
    else a drawn face, which "your own face" asks for.
    """
    audio, image = await _told_apart(context, audio, image)
    image = image or _given(context)
    images = {"image": image} if image else {}
    order = Order(make_talking_head.name, "video", CANNOT, sounds={"audio": audio}, images=images)
    result = await carry_out(context, order)
    return outcome(result, f"Here is the talking head, {_length(result.artifacts[0].seconds)}.")


def _given(context: Context) -> str:
    """The latest picture that the user gave, by its number; empty where there is none, or they want another face."""
    if context.present and DRAWN.search(context.present.text):
        return ""
    pictures = [a for a in context.workspace.artifacts if a.kind == "image" and a.made_by == "user"]
    return f"number {pictures[-1].id}" if pictures else ""


async def _told_apart(context: Context, audio: str, image: str) -> tuple[str, str]:
    """The sound and the picture, where the one was taken for the other: both are said to be what speaks."""
    if not image or await _is(find_image, context, image) or not await _is(find_sound, context, image):
        return audio, image
    return image, audio if audio and await _is(find_image, context, audio) else ""


async def _is(find: Callable[[Context, str], Awaitable[object]], context: Context, name: str) -> bool:
    try:
        await find(context, name)
    except TaskError:
        return False
    return True


def _length(seconds: float) -> str:
    return f"a video of {spoken_duration(max(1.0, round(seconds)))}"
