"""Sound detection (Table 1): "which sounds are in it, and when?"."""

from router.arguments import Audio
from router.resources import SOUND
from router.results import Order, carry_out, outcome
from router.task import Context, Family, Outcome, task
from router.telling import THROUGHOUT, timetable, told

CANNOT = (
    "I cannot recognize sounds yet; this version has no engine for it. It takes a model for sound detection. "
    "What I can do is describe how loud it is and how much of it is speech."
)

SILENT = "silence"

ANY = f"{{audio:{SOUND}}}"


@task(
    f"(which|what) (sounds|events|sound events|noises) are (there in|in) {ANY}",
    f"(detect|list|find) [all] [the] (sounds|events|sound events) in {ANY}",
    f"what happens in {ANY}",
    family=Family.AUDIO_TO_EVENT,
    effects=True,
    doing="looking for sounds in it",
    takes=("audio",),
    examples=(
        "What events are in {audio}?",
        "Which sounds can be heard in {audio}, and when?",
        "Detect the sound events in {audio}.",
        "What happens in {audio} and at what time?",
        "List everything that makes a noise in {audio}.",
        "Tell me the start and end of each sound in {audio}.",
        "Make me a timeline of the sounds in {audio}.",
        "Is there a dog or an engine or anything like that in {audio}?",
        "Find out what noises were recorded.",
        "What event is in the audio, and when does it start and end?",
        "Analyze {audio} for sounds.",
        "Label the sounds in {audio} over time.",
    ),
)
async def detect_sounds(context: Context, audio: Audio = "") -> Outcome:
    """Tell which sounds are in a recording, and when.

    All kinds of sound at once, such as speech, a dog, rain, applause, each with its times. For one sound that the user
    names, use detect_target_sound.
    audio: the recording; left out, the latest.
    """
    result = await carry_out(context, Order(detect_sounds.name, "events", CANNOT, sounds={"audio": audio}))
    events, seconds = result.made.events, result.sources["audio"].seconds
    if not events:
        return outcome(result, "I hear nothing in it that I know.")
    if {event.label for event in events} == {SILENT}:
        whole = sum(event.end_s - event.start_s for event in events) >= THROUGHOUT * seconds
        return outcome(result, "It is silent." if whole else "I hear nothing in it that I know, and some silence.")
    return outcome(result, f"I hear {told(events, seconds)}.", text=timetable(events))
