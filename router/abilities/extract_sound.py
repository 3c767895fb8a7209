"""Sound extraction (Table 1): "keep only the bird", "take the explosion out of the mix"."""

import re
from typing import Annotated

from assistant.errors import TaskError
from router.arguments import Ask, Audio, EndS, Example, StartS, Target
from router.resources import SOUND
from router.results import Order, Result, carry_out, needs_engine, outcome
from router.task import Context, Family, Outcome, task
from router.telling import the

CANNOT = (
    "I cannot pick one sound out of a mixture yet; this version has no engine for it. "
    "It takes a model for sound extraction. What I can do is cut out a stretch by its times."
)

ANY = f"{{audio:{SOUND}}}"
SOUNDS = (
    "dog|barking|rain|sea|ocean|waves|baby|crying [baby]|baby crying|clock|ticking|sneezing|sneeze|helicopter|chainsaw|"
    "saw|rooster|crowing|fire|crackling [fire]|speech|voice|voices|talking|people|music"
)
REST = f"{{target:(everything|all) [else] (but|except [for]|without|apart from) [the] ({SOUNDS})}}"
LEFT_OUT = f"{{target:[the] ({SOUNDS})}}"
WITHOUT = "sound without the "
"""How the name begins of what is left."""
LITTLE = 0.02
"""Less than this share of the energy is told, since it is soft beside the whole."""


@task(
    f"(extract|isolate) {{target}} from ({ANY}|the mixture|the mix)",
    f"keep only {{target}} (in|of|from) {ANY}",
    f"(extract|isolate|find) {{target}} (in|from) {ANY} (like|as in|by the example of) {{example}}",
    f"(keep|leave|extract|give me|let me hear|i want [to hear]) {REST} [(in|of|from) {ANY}]",
    f"(remove|take out|take away|leave out|cut out) {LEFT_OUT} [(in|of|from) {ANY}]",
    f"(remove|take out|take away|leave out|mute|drop) [the] {LEFT_OUT} [(in|of|from) {ANY}]",
    family=Family.AUDIO_TO_EVENT,
    effects=True,
    doing="picking it out",
    takes=("audio",),
    examples=(
        "Extract {target} from {audio}.",
        "I want to extract {target} from the mixture.",
        "Keep only {target} in {audio}.",
        "Give me just {target}, without the rest of {audio}.",
        "Isolate {target} in {audio}.",
        "Pull {target} out of {audio}.",
        "I only want to hear {target}.",
        "Separate {target} from everything else in {audio}.",
        "Drop everything in {audio} but {target}.",
        "Filter {audio} so that {target} remains.",
        "Between {start_s} and {end_s} there is {target}, get me that alone.",
        "Can you single out {target} in {audio}?",
    ),
)
async def extract_sound(
    context: Context,
    target: Annotated[Target, Ask("Which sound should I keep?")],
    audio: Audio = "",
    start_s: StartS = 0.0,
    end_s: EndS = 0.0,
    example: Example = "",
) -> Outcome:
    """Keep one sound of a mixture, and leave the others out.

    target: the sound to keep, such as "the dog barking", or "everything but the dog". audio: the mixture; left out,
    the latest. start_s, end_s: the part in which it is heard, in seconds; left out, everywhere.
    example: a recording in which the sound is alone, for one that has no name; where that is the mixture itself, the
    sound is alone in it from start_s to end_s.
    """
    needs_engine(context, extract_sound.name, CANNOT)
    if end_s and end_s <= start_s:
        raise TaskError("The part has to end after it begins; from where to where should I look?")
    arguments = {"target": target, "start_s": start_s or None, "end_s": end_s or None}
    sounds = {"audio": audio} | ({"example": example} if example else {})
    order = Order(extract_sound.name, "audio", CANNOT, arguments, sounds=sounds, compared=True)
    result = await carry_out(context, order)
    share = result.made.facts.get("share")
    soft = isinstance(share, float) and share < LITTLE
    return outcome(result, _told(result, soft))


def _told(result: Result, soft: bool) -> str:
    """What it is; where little came of it, that it is hardly there, or that hardly anything else is."""
    name = re.sub(r" \d+$", "", result.artifacts[0].name)  # "the dog 2" is the dog once more
    if not soft:
        return f"Here is {the(name)}."
    if name.startswith(WITHOUT):
        return f"There is hardly anything but {the(name.removeprefix(WITHOUT))} in it, so hardly anything is left."
    if result.made.notice:
        return f"Here is what comes nearest to {the(name)}; it is very soft."
    return f"Here is {the(name)}; it is soft beside the rest."
