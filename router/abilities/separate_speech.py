"""Speech separation (Table 1): "separate the two speakers"."""

from router.arguments import Audio
from router.resources import SOUND
from router.results import Order, Result, carry_out, outcome
from router.task import Context, Family, Outcome, task

CANNOT = "I cannot separate speakers: there is no engine for it here. One comes with Earshot, so install it again."

ANY = f"{{audio:{SOUND}}}"
SPEAKERS = "[the] [two|2|both|different|three|3] (speakers|voices|people|talkers)"


@task(
    f"separate {SPEAKERS} [(in|of|from) {ANY}]",
    f"(split|separate) {ANY} (into|by) {SPEAKERS}",
    family=Family.AUDIO_TO_AUDIO,
    effects=True,
    doing="separating them",
    takes=("audio",),
    examples=(
        "Separate the speakers in {audio}.",
        "Can you help me to separate the mixture speech into two speakers?",
        "Two people talk over each other in {audio}, pull them apart.",
        "Give me each voice in {audio} as a file of its own.",
        "Split {audio} by speaker.",
        "I want to hear only one of the two people who talk at once in {audio}.",
        "Untangle the voices in {audio}.",
        "Divide {audio} into one track for each person.",
        "Who says what in {audio}? Make a recording of each of them.",
        "Isolate the different talkers in {audio}.",
        "They interrupt each other all the time, separate them.",
        "Get me the man and the woman in {audio} as separate recordings.",
    ),
)
async def separate_speech(context: Context, audio: Audio = "") -> Outcome:
    """Separate people who speak at the same time.

    Every speaker becomes a recording of their own: the first speaker is who speaks first, and "the lower voice" and
    "the higher voice" mean them too. For speech in noise, use enhance_speech.
    audio: the recording; left out, the latest.
    """
    order = Order(separate_speech.name, "audio", CANNOT, sounds={"audio": audio})
    result = await carry_out(context, order)
    return outcome(result, told(result), several="speakers")


def told(result: Result) -> str:
    """Who is who, by their voices where these tell it; empty for other numbers of them."""
    match result.made.facts.get("voices"):
        case [str(first), str(second)] if first and second:
            return f"Here are two speakers: first the {first} voice, then the {second} one."
        case [_, _]:
            return "Here are two speakers, first the one and then the other."
        case _:
            return ""
