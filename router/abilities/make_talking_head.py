"""Talking head synthesis (Table 1): "make a video of somebody who says this"."""

from router.arguments import Audio, Image
from router.resources import SOUND, SPOKEN
from router.results import Order, carry_out, outcome
from router.task import Context, Family, Outcome, task

CANNOT = (
    "I cannot make videos of talking faces yet; this version has no engine for it. "
    "It takes a model for talking heads, and that a GPU."
)

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

    audio: the speech; left out, the latest. image: a portrait to animate, where the user names one.
    """
    images = {"image": image} if image else {}
    order = Order(make_talking_head.name, "video", CANNOT, sounds={"audio": audio}, images=images)
    return outcome(await carry_out(context, order))
