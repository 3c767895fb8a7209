"""Speech separation (Table 1): "separate the two speakers"."""

from typing import Annotated

from pydantic import Field

from router.arguments import Audio
from router.resources import SOUND
from router.results import Order, Result, carry_out, outcome
from router.task import Context, Family, Outcome, task
from router.telling import count

CANNOT = "I cannot separate speakers: there is no engine for it here. One comes with Earshot, so install it again."

ANY = f"{{audio:{SOUND}}}"
PEOPLE = "(speakers|voices|people|talkers|persons)"
SPEAKERS = f"[the] [two|2|both|different] {PEOPLE}"
MORE = f"[(the|all|all the)] {{how_many:three|3|four|4|five|5|six|6|seven|7|eight|8}} [different] {PEOPLE}"
TWO = 2
"""As many voices as are told apart at a time."""


@task(
    f"separate {SPEAKERS} [(in|of|from) {ANY}]",
    f"(split|separate) {ANY} (into|by) {SPEAKERS}",
    f"(separate|isolate|split) {MORE} [(in|of|from) {ANY}]|(split|separate) {ANY} (into|by) {MORE}",
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
async def separate_speech(
    context: Context,
    audio: Audio = "",
    how_many: Annotated[int, Field(ge=1, description="how many people speak, if it was said")] = TWO,
) -> Outcome:
    """Separate people who speak at the same time.

    Every speaker becomes a recording of their own: the first speaker is who speaks first, and "the lower voice" and
    "the higher voice" mean them too. For speech in noise, use enhance_speech.
    audio: the recording; left out, the latest. how_many: of more than two, two are told apart.
    """
    order = Order(separate_speech.name, "audio", CANNOT, sounds={"audio": audio})
    result = await carry_out(context, order)
    fewer = how_many > len(result.artifacts) > 1
    only = f"I can tell {count(len(result.artifacts))} voices apart, not {count(how_many)}. " if fewer else ""
    names = told(result) or outcome(result, several="speakers").text.removesuffix(f" {result.made.notice}")
    return outcome(result, f"{only}{names}", several="speakers")


def told(result: Result) -> str:
    """Who is who, by their voices where these tell it; empty for other numbers of them."""
    match result.made.facts.get("voices"):
        case [str(first), str(second)] if first and second:
            return f"Here are two speakers: first the {first} voice, then the {second} one."
        case [_, _]:
            return "Here are two speakers, first the one and then the other."
        case _:
            return ""
