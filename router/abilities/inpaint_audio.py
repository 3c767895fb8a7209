"""Audio inpainting (Table 1): "repaint it from two to four seconds"."""

from typing import Annotated

from assistant.errors import TaskError
from router.arguments import Ask, Audio, EndS, StartS, Text
from router.resources import SOUND
from router.results import Order, carry_out, needs_engine, outcome
from router.task import Context, Family, Outcome, task

CANNOT = (
    "I cannot repaint part of a sound yet; this version has no engine for it. It takes a model that makes sound. "
    "What I can do is cut the part out."
)

ANY = f"{{audio:{SOUND}}}"


@task(
    f"(inpaint|repaint) {ANY}",
    "i want to (inpaint|repaint) (the|an|some) audio",
    family=Family.AUDIO_TO_AUDIO,
    effects=True,
    doing="repainting that part",
    takes=("audio",),
    examples=(
        "I want to inpaint {audio}.",
        "Repaint {audio} from {start_s} to {end_s}.",
        "Redo {audio} between {start_s} and {end_s}.",
        "Fill in the gap from {start_s} to {end_s} in {audio}.",
        "There is a dropout at {start_s}, repair it until {end_s}.",
        "Replace what is between {start_s} and {end_s} with {text}.",
        "Make up new sound for {start_s} to {end_s} that fits the rest of {audio}.",
        "Mask {audio} from {start_s} to {end_s} and predict what belongs there.",
        "The part from {start_s} to {end_s} is broken, invent it anew.",
        "Cover the cough from {start_s} to {end_s} so that nobody notices.",
        "Regenerate the damaged section of {audio}.",
        "Restore the missing part of {audio} from {start_s} until {end_s}.",
    ),
)
async def inpaint_audio(
    context: Context,
    start_s: Annotated[StartS, Ask("Which part should I repaint?")],
    end_s: Annotated[EndS, Ask("Until which second?")],
    audio: Audio = "",
    text: Text = "",
) -> Outcome:
    """Make a part of a sound anew.

    What is made fits what is around it.
    start_s, end_s: from where to where. audio: the sound; left out, the latest. text: what should be heard there, where
    the user says so.
    """
    needs_engine(context, inpaint_audio.name, CANNOT)
    if end_s <= start_s:
        raise TaskError("The part has to end after it begins; from where to where should I repaint it?")
    arguments = {"start_s": start_s, "end_s": end_s, "text": text or None}
    order = Order(inpaint_audio.name, "audio", CANNOT, arguments, sounds={"audio": audio}, compared=True)
    return outcome(await carry_out(context, order))
