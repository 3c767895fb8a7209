"""Talking head synthesis (Table 1): "make a video of somebody who says this"."""

import asyncio
import re
import shutil
from collections.abc import Awaitable, Callable
from dataclasses import replace

from assistant.errors import TaskError
from assistant.events import Show
from router.abilities.sing import performed
from router.arguments import Audio, Directing, Image, Text
from router.delivery import directed
from router.naming import exactly
from router.partly import part_of
from router.reading_out import cast_as, recorded, words_meant
from router.references import reference
from router.resources import SOUND, SPOKEN, find_image, find_sound
from router.results import Order, Result, carry_out, needs_engine, outcome
from router.speech import Directions, Speech
from router.spoken import spoken_duration
from router.task import Ambiguous, Context, Family, Missing, Outcome, Pending, task

CANNOT = "I cannot make videos of talking faces now; no engine for them is loaded."

DRAWN = re.compile(r"\b(your( own)?|(the )?(built.?in|drawn|usual|default)) (face|head|avatar)\b", re.IGNORECASE)
FIRST = 0.3
"""How much of the work it is to speak or sing the words, where no recording has them."""
QUOTED = re.compile(r"^\s*[\"“](?P<words>[^\"“”]+)[\"”][\s,.]*(?P<rest>.*)$")
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
async def make_talking_head(  # noqa: PLR0913  # all that can be asked for
    context: Context,
    audio: Audio = "",
    image: Image = "",
    text: Text = "",
    sung: bool = False,
    manner: Directing = "",
) -> Outcome:
    """Make a video of a face that speaks a recording or words.

    audio: the speech; left out, the latest. image: a portrait to animate; left out, the latest that the user gave, or
    else a drawn face, which "your own face" asks for. text: the very words to say, where no recording has them.
    sung: whether `text` is sung, as the task sing takes it. manner: how the words are spoken, where that is said.
    """
    needs_engine(context, make_talking_head.name, CANNOT)
    audio, image = await _told_apart(context, audio, image)
    if text and not audio and not sung and (known := await _recorded(context, text)):
        audio, text = known, ""
    if not text:
        audio = await _something(context, audio, image)
    image = image or _given(context)
    if not text:
        return _told(await _filmed(context, audio, image))
    await _seen(context, image)
    text = text if sung or _is_quoted(context, text) else await words_meant(context, text)
    with part_of(context, 0.0, FIRST):
        made, told = await (_song(context, text) if sung else _speech(context, text, manner))
    try:
        with part_of(context, FIRST, 1 - FIRST):
            film = await _filmed(context, f"number {made.artifacts[0].id}", image)
    except BaseException:  # nothing half made is left
        await _undone(context)
        raise
    said = _told(film, told)
    return replace(said, show=(Show(artifact=made.artifacts[0]), *said.show))


async def _seen(context: Context, image: str) -> None:
    """Look for the face before words are spoken that it would have to say.

    Raises:
        TaskError: there is no such picture.
        EngineError: there is no face in it.
        DataError: it cannot be read.
    """
    if image:
        order = Order(make_talking_head.name, "events", CANNOT, {"look": True}, images={"image": image}, changes=False)
        with part_of(context, 0.0, 0.0):
            await carry_out(context, order)


async def _filmed(context: Context, audio: str, image: str) -> Result:
    images = {"image": image} if image else {}
    return await carry_out(
        context, Order(make_talking_head.name, "video", CANNOT, sounds={"audio": audio}, images=images)
    )


async def _undone(context: Context) -> None:
    """Take back the sound that was made for a film that there is not."""
    undo = context.undoable.pop()
    folders = {artifact.path.parent for artifact in context.workspace.artifacts[-1:]}
    await undo.take_back(context)
    for folder in folders:
        await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)


def _told(film: Result, before: str = "") -> Outcome:
    return outcome(film, f"{before} Here is the talking head, {_length(film.artifacts[0].seconds)}.".strip())


async def _something(context: Context, audio: str, image: str) -> str:
    """The sound to be spoken; empty for the latest.

    Raises:
        Missing: there is none, and none was named; the words are asked for.
    """
    try:
        await find_sound(context, audio)
    except Ambiguous:
        return audio
    except TaskError as error:
        if audio and _is_named(audio):
            raise
        given = {"image": image} if image else {}
        raise Missing(Pending(make_talking_head.name, given, "text", "What should it say?")) from error
    return audio


def _is_named(audio: str) -> bool:
    """Whether words for a sound are more than "it" or "this", which may mean the picture."""
    ref = reference(audio)
    return bool(ref.words or ref.number or ref.noun and "image" not in ref.kinds)


async def _recorded(context: Context, text: str) -> str:
    """The recording that words mean which stand where others say what is to be said; empty where they are words."""
    name = _HELD.sub("", text).strip(" .!?")
    ref = reference(name)
    known = [(artifact.name, artifact) for artifact in context.workspace.artifacts if artifact.kind == "audio"]
    pointing = not ref.words and bool(ref.noun or ref.number or ref.place or ref.traits)
    if not (pointing or name != text.strip(" .!?") or exactly(name, known, precise=True)):
        return ""
    return name if await _is(find_sound, context, name) else ""


async def _speech(context: Context, text: str, manner: str) -> tuple[Result, str]:
    """Words in the voice that speaks, or as they are to be spoken, as a sound; and what is told of that.

    Raises:
        TaskError: they cannot be put into a language, or there is no such voice.
        Refused, EngineError, DataError: they cannot be spoken or kept.
    """
    so = Directions(context.manner)
    if quoted := QUOTED.match(text):  # all of it is to be said
        words, manner = quoted["words"], ", ".join(filter(None, (quoted["rest"], manner)))
    else:
        words, so = (text, so) if _is_quoted(context, text) else directed(text, so)
    _, so = directed(manner, so)
    so = await cast_as(context, so, "")
    return await recorded(context, Speech(words or text, so)), " ".join(so.notices)


def _is_quoted(context: Context, text: str) -> bool:
    """Whether the words stood between quotation marks: all of them are to be said."""
    asked = context.present.text if context.present else ""
    return re.search(rf"[\"“”]\s*{re.escape(text)}\s*[\"”]", asked) is not None


async def _song(context: Context, text: str) -> tuple[Result, str]:
    """A song as a sound, and what is told of it.

    Raises:
        Missing: it is not known.
        Refused, EngineError, DataError: it cannot be sung or kept.
    """
    try:
        song, before = await performed(context, {"text": text})
    except Missing as error:
        pending, told = error.pending, {"sung": True, "text": ""}
        raise Missing(replace(pending, task=make_talking_head.name, arguments=told)) from error
    return song, before


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
