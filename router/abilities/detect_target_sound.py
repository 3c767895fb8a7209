"""Target sound detection (Table 3): "when does the dog bark?"."""

from typing import Annotated

from router.arguments import Ask, Audio, Target
from router.resources import SOUND
from router.results import Order, carry_out, outcome
from router.task import Context, Family, Outcome, task
from router.telling import kinds, listed, the, timetable, when

CANNOT = (
    "I cannot look for a sound in a recording yet; this version has no engine for it. "
    "It takes a model that knows sounds by their names."
)

ANY = f"{{audio:{SOUND}}}"
ARTICLES = ("the ", "a ", "an ", "some ", "any ", "my ", "your ")


@task(
    f"when (did|does|do) [the] {{target}} (happen|occur|sound|begin|start) in {ANY}",
    f"when (can|do) (you|i|we|one) hear {{target}} in {ANY}",
    family=Family.AUDIO_TO_EVENT,
    effects=True,
    doing="looking for that sound",
    takes=("audio",),
    examples=(
        "When does {target} happen in {audio}?",
        "Where in {audio} can I hear {target}?",
        "Find {target} in {audio}.",
        "At which times is there {target} in {audio}?",
        "When did the {target} sound happen in the audio?",
        "Is there {target} anywhere in {audio}, and when?",
        "Tell me the start and end time of {target}.",
        "Look for {target} in {audio}.",
        "How many times do you hear {target} in {audio}?",
        "Locate {target} in {audio}.",
        "From when to when can {target} be heard?",
        "Check {audio} for {target}.",
    ),
)
async def detect_target_sound(
    context: Context, target: Annotated[Target, Ask("Which sound should I look for?")], audio: Audio = ""
) -> Outcome:
    """Find when one sound is heard in a recording.

    target: the sound to look for, such as "a dog barking". audio: the recording; left out, the latest.
    """
    order = Order(detect_target_sound.name, "events", CANNOT, {"target": target}, sounds={"audio": audio})
    result = await carry_out(context, order)
    events, name = result.made.events, target if target.lower().startswith(ARTICLES) else the(target)
    if not events:
        return outcome(result, f"I do not hear {name} in it.")
    times = listed([when(kind.spans, result.sources["audio"].seconds) for kind in kinds(events)])
    return outcome(result, f"I hear {name} {times}.", text=timetable(events))
