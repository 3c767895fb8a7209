"""Mono to binaural (Table 1): "make it circle around me"."""

from typing import Annotated

from router.arguments import Ask, Audio, Position
from router.resources import SOUND, SPOKEN, find_sound
from router.results import Order, carry_out, needs_engine, outcome
from router.task import Context, Family, Outcome, task

CANNOT = (
    "I cannot place sounds around you yet; this version has no engine for binaural sound. "
    "It takes one that knows how ears hear directions."
)

ANY = f"{{audio:{SOUND}|{SPOKEN}}}"


@task(
    f"(transfer|turn|convert|make) {ANY} [into|to] binaural [audio|sound]",
    "[help me] (transfer|turn|convert|change) {audio} (into|to) [a] (binaural|binary|binoral|bin aural) [audio|sound]",
    f"(make|let) {ANY} (come|sound) [as if it came] {{position:from behind|from the left|from the right|from above}}",
    family=Family.AUDIO_TO_AUDIO,
    effects=True,
    doing="placing it around you",
    takes=("audio",),
    examples=(
        "Please help me transfer the mono audio into binaural.",
        "Make {audio} binaural.",
        "Put {audio} {position}.",
        "Let {audio} come {position}.",
        "I want to hear {audio} {position}, over headphones.",
        "Place {audio} in space, {position}.",
        "Make {audio} move around my head.",
        "Turn {audio} into 3D sound.",
        "Make it sound as if {audio} was {position}.",
        "Give {audio} a direction: {position}.",
        "Spatialize {audio} {position}.",
        "Let the voice in {audio} walk {position}.",
    ),
)
async def make_binaural(
    context: Context, position: Annotated[Position, Ask("Where should it come from?")], audio: Audio = ""
) -> Outcome:
    """Place a sound around the listener, for headphones.

    The result has two channels, as two ears would hear it.
    position: a place or a path in the user's own words, with a room if one is said: "on my left", "at two o'clock",
    "close to my right ear", "circling me twice", "walks from behind to the front", "far away, in a church".
    audio: the sound; left out, the latest.
    """
    needs_engine(context, make_binaural.name, CANNOT)
    sounds = {"audio": await _unplaced(context, audio)}
    order = Order(make_binaural.name, "audio", CANNOT, {"position": position}, sounds=sounds)
    result = await carry_out(context, order)
    placed = result.made.facts.get("placed")
    return outcome(result, f"Here it is, {placed}." if placed else "")


async def _unplaced(context: Context, audio: str) -> str:
    """The sound, or what it was made from where it was placed already: a sound is placed anew, and not twice.

    Raises:
        TaskError: there is no such sound.
    """
    artifact = (await find_sound(context, audio)).artifact
    placed = artifact is not None and artifact.made_by == make_binaural.name
    known = {one.id for one in context.workspace.artifacts}
    return f"number {artifact.parents[0]}" if placed and artifact and known & {*artifact.parents[:1]} else audio
