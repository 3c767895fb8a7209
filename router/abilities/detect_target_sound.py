"""Target sound detection (Table 3): "when does the dog bark?"."""

import re
from collections.abc import Sequence
from typing import Annotated

from assistant.errors import TaskError
from router.arguments import Ask, Audio, EndS, Example, StartS, Target
from router.resources import SOUND, find_sound
from router.results import Order, carry_out, outcome
from router.task import MOMENT, Context, Family, Missing, Outcome, Pending, task
from router.telling import THROUGHOUT, TOLD_TIMES, count, kinds, the, timetable, told, when

CANNOT = (
    "I cannot look for a sound in a recording yet; this version has no engine for it. "
    "It takes a model that knows sounds by their names."
)

ANY = f"{{audio:{SOUND}}}"
OTHER = "[the|my|your] (other|second|first|last|original|next) (file|recording|sound|clip|one)"
SAME = "{target:(the|this|that) [same|very] (sound|noise)|the same [again]}"
WHERE = f"[again] [in ({ANY}|{{audio:{OTHER}}})]"
AGAIN = "{target:(the|this|that) (sound|noise)} (in|from|like) {example}"
ARTICLES = ("the ", "a ", "an ", "some ", "any ", "my ", "your ", "this ", "that ", "somebody ", "someone ", "people ")
POINTING = ("it", "this", "that", "somebody", "someone", "people")
UNCOUNTED = ("speech", "music", "silence")
"""Sounds that take no article."""
NAMELESS = re.compile(r"(?i)(?:the |this |that )?(?:same |very )?(?:sound|noise|one|it|this|that|same)?(?: again)?")
"""Words that name no sound."""
LOOKING = ("detect_target_sound", "extract_sound")
"""Tasks with a sound that is looked for."""
COARSE_S = 60.0
"""From here on, tenths of a second are no longer told."""


@task(
    f"when (did|does|do) [the] {{target}} (happen|occur|sound|begin|start) in {ANY}",
    f"when (can|do) (you|i|we|one) hear {{target}} in {ANY}",
    f"(find|look for) {AGAIN} [again] in {ANY}",
    f"when (is|do you hear) {AGAIN} [heard] [again] in {ANY}",
    f"(find|look for|search for|locate) {SAME} {WHERE}",
    f"(find|look for|search for|locate) {SAME} (from|between) {{start_s}} (to|and|until) {{end_s}} {WHERE}",
    f"(where|when) [else] (is|do you hear|can you hear) {SAME} [heard] {WHERE}",
    f"(where|when) [else] does {SAME} (come|occur|appear|happen|sound) {WHERE}",
    f"(does|is) {SAME} (come up|occur|appear|happen|there|heard) [anywhere] {WHERE}",
    f"(find|look for|search for|locate) {SAME} [again] in {{audio}}",
    f"(find|look for|search for) {SAME} (from|between) {{start_s}} (to|and|until) {{end_s}} [again] in {{audio}}",
    f"(does|is) {SAME} (come up|occur|appear|happen|there|heard) [again] in {{audio}}",
    "when (does|did) it {target:rain|thunder|bark|crow|tick|crackle}",
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
    context: Context,
    target: Annotated[Target, Ask("Which sound should I look for?")],
    audio: Audio = "",
    example: Example = "",
    start_s: StartS = 0.0,
    end_s: EndS = 0.0,
) -> Outcome:
    """Find when one sound is heard in a recording.

    target: the sound to look for, such as "a dog barking"; "this sound" where there is an example. audio: the
    recording; left out, the latest. example: a recording of the sound to find again; left out where it is named.
    start_s, end_s: of a sound that has a name, where to look; of another, where it is heard, as an example to find it
    again; left out, everywhere.
    """
    if end_s and end_s <= start_s:
        raise TaskError("The part has to end after it begins; from where to where should I look?")
    if NAMELESS.fullmatch(target.strip()) and not (example or end_s):
        target, audio, example = await _meant(context, target, audio)
    arguments = {"target": target, "start_s": start_s or None, "end_s": end_s or None}
    sounds = {"audio": audio} | ({"example": example} if example else {})
    result = await carry_out(context, Order(detect_target_sound.name, "events", CANNOT, arguments, sounds=sounds))
    events, name = result.made.events, "it" if example else _named(target)
    if not events:
        return outcome(result, f"I do not hear {name} in it.")
    heard, seconds = kinds(events), result.sources["audio"].seconds
    found = f"{name} {times(heard[0].spans, seconds)}" if len(heard) == 1 else told(events, seconds)
    return outcome(result, f"I hear {found}.", text=timetable(events))


async def _meant(context: Context, target: str, audio: str) -> tuple[str, str, str]:
    """What "this sound" is: the target, the recording to look in, and the example.

    It is the one that was looked for last; else what the dialogue is about, to be found in what it came from.

    Raises:
        Missing: it may be any sound of a recording; it is asked where it is heard.
        TaskError: there is no such recording.
    """
    name, before = MOMENT.get().before or context.last_call or ("", {})
    named = str(before.get("target", "")).removeprefix("everything but ") if name in LOOKING else ""
    if named and not NAMELESS.fullmatch(named.strip()):
        return named, audio or str(before.get("audio", "")), ""
    alone = await find_sound(context, "it")
    made = bool(alone.artifact and alone.artifact.parents)
    if not made and not audio:
        known = {"target": target, "audio": audio}
        raise Missing(Pending(detect_target_sound.name, known, "start_s", "From where to where is it heard?"))
    return target, audio or "the original", f"number {alone.artifact.id}" if alone.ids and alone.artifact else "it"


def times(spans: Sequence[tuple[float, float]], seconds: float) -> str:
    """Stretches to a tenth of a second: "from 1.9 to 3.8 and from 5.9 to 9.3 seconds"; late ones more coarsely."""
    filled = seconds and sum(end - start for start, end in spans) >= THROUGHOUT * seconds
    if filled or max(end for _, end in spans[:TOLD_TIMES]) >= COARSE_S:
        return when(spans, seconds)
    parts = [f"from {_tenths(start)} to {_tenths(end)}" for start, end in spans[:TOLD_TIMES]]
    more = len(spans) - len(parts)
    first = f"{', '.join(parts) if more else _joined(parts)} seconds"
    return first + (f", and {count(more)} more times" if more > 1 else ", and once more" if more else "")


def _joined(parts: Sequence[str]) -> str:
    *first, last = parts
    return f"{', '.join(first)} and {last}" if first else last


def _tenths(seconds: float) -> str:
    return f"{seconds:.1f}".removesuffix(".0")


def _named(target: str) -> str:
    bare = target.lower().startswith(ARTICLES) or target.lower() in (*POINTING, *UNCOUNTED)
    return target if bare else the(target)
