"""Talking head synthesis (Table 1): "make a video of somebody who says this"."""

import re
from collections.abc import Awaitable, Callable
from dataclasses import replace

from assistant.errors import TaskError
from models.base import Json
from router.abilities.sing import performed
from router.arguments import Audio, Image, Text
from router.naming import exactly
from router.partly import part_of
from router.references import reference
from router.resources import SOUND, SPOKEN, find_image, find_sound
from router.results import Order, carry_out, needs_engine, outcome
from router.spoken import spoken_duration
from router.task import Ambiguous, Context, Family, Missing, Outcome, Pending, task

CANNOT = "I cannot make videos of talking faces now; no engine for them is loaded."

DRAWN = re.compile(r"\b(your( own)?|(the )?(built.?in|drawn|usual|default)) (face|head|avatar)\b", re.IGNORECASE)
FIRST = 0.3
"""How much of the work it is to speak or sing the words, where no recording has them."""
CANNOT_SAY = "I can let a face speak a recording, but no engine is loaded that speaks words into one."
_HELD = re.compile(
    r"(?i)^(?:what (?:is|was) (?:said )?(?:in|on)|what's (?:in|on)|"
    r"(?:the )?(?:words|speech|voice) (?:in|of|from|on))\s+"
)
"""What leads to a recording that holds the words."""
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
async def make_talking_head(
    context: Context, audio: Audio = "", image: Image = "", text: Text = "", sung: bool = False
) -> Outcome:
    """Make a video of a face that speaks a recording or words.

    audio: the speech; left out, the latest. image: a portrait to animate; left out, the latest that the user gave, or
    else a drawn face, which "your own face" asks for. text: the very words to say, where no recording has them.
    sung: whether `text` is sung, as the task sing takes it.
    """
    needs_engine(context, make_talking_head.name, CANNOT)
    audio, image = await _told_apart(context, audio, image)
    told = ""
    if text and not audio and not sung and (recorded := await _recorded(context, text)):
        audio, text = recorded, ""
    begun = FIRST if text else 0.0
    if text:
        with part_of(context, 0.0, FIRST):
            audio, told = await (_song(context, text) if sung else _speech(context, text))
    elif not audio:
        await _something(context, image)
    image = image or _given(context)
    images = {"image": image} if image else {}
    order = Order(make_talking_head.name, "video", CANNOT, sounds={"audio": audio}, images=images)
    with part_of(context, begun, 1 - begun):
        result = await carry_out(context, order)
    return outcome(result, f"{told} Here is the talking head, {_length(result.artifacts[0].seconds)}.".strip())


async def _something(context: Context, image: str) -> None:
    """Whether there is something to be spoken.

    Raises:
        Missing: there is not; the words are asked for.
    """
    try:
        await find_sound(context)
    except Ambiguous:
        return
    except TaskError as error:
        given = {"image": image} if image else {}
        raise Missing(Pending(make_talking_head.name, given, "text", "What should it say?")) from error


async def _recorded(context: Context, text: str) -> str:
    """The recording that words mean which stand where others say what is to be said; empty where they are words."""
    name = _HELD.sub("", text).strip(" .!?")
    ref = reference(name)
    known = [(artifact.name, artifact) for artifact in context.workspace.artifacts if artifact.kind == "audio"]
    pointing = not ref.words and bool(ref.noun or ref.number or ref.place or ref.traits)
    if not (pointing or name != text.strip(" .!?") or exactly(name, known, precise=True)):
        return ""
    return name if await _is(find_sound, context, name) else ""


async def _speech(context: Context, text: str) -> tuple[str, str]:
    """Words in the voice that speaks, as a sound: its number, and nothing to tell.

    Raises:
        Refused, EngineError, DataError: they cannot be spoken or kept.
    """
    manner = context.manner
    given: dict[str, Json] = {"text": text, "voice": manner.voice or None, "speed": manner.speed, "pitch": manner.pitch}
    spoken = await carry_out(context, Order("synthesize_speech", "audio", CANNOT_SAY, given))
    return f"number {spoken.artifacts[0].id}", ""


async def _song(context: Context, text: str) -> tuple[str, str]:
    """A song as a sound: its number, and what is told of it.

    Raises:
        Missing: it is not known.
        Refused, EngineError, DataError: it cannot be sung or kept.
    """
    try:
        song, before = await performed(context, {"text": text})
    except Missing as error:
        pending, told = error.pending, {"sung": True, "text": ""}
        raise Missing(replace(pending, task=make_talking_head.name, arguments=told)) from error
    return f"number {song.artifacts[0].id}", before


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
