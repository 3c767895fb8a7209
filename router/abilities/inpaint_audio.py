"""Audio inpainting (Table 1): "repaint it from two to four seconds", "repair the clicks", "put a dog bark there"."""

import re
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, TypeAlias, cast

from pydantic import Field, WithJsonSchema

from assistant.errors import TaskError
from models.base import Json
from models.sound.generation.source import NUMBERS
from router.arguments import Audio, Text
from router.faults import FaultName
from router.resources import SOUND, find_sound
from router.results import Order, carry_out, needs_engine, outcome
from router.task import Context, Family, Missing, Outcome, Pending, means, task
from router.telling import count, listed

CANNOT = (
    "I cannot repaint part of a sound yet; this version has no engine for it. It takes a model that makes sound. "
    "What I can do is cut the part out."
)

ANY = f"{{audio:{SOUND}}}"
REPAIR = "(repair|fix|mend|remove|restore|correct|take out|get rid of)"
CLICKS, DROPOUTS, CLIPPING = "(clicks|crackles|crackling|pops)", "(dropouts|drop outs)", "(clipping|clipped parts)"

_SECOND = {"type": "number", "minimum": 0, "description": "seconds from the beginning of the recording"}
Second: TypeAlias = Annotated[float | None, Field(ge=0), WithJsonSchema(_SECOND)]
"""A second of a recording; None where it was not said."""
Fault: TypeAlias = Annotated[
    FaultName | None,
    WithJsonSchema(
        {
            "type": "string",
            "enum": ["clicks", "dropouts", "clipping", "all"],
            "description": "what is to be found and repaired without being told where; leave out where a part is named",
        }
    ),
]
WHICH, UNTIL = "Which part should I repaint?", "Until which second?"
ONE = {"clicks": "click", "dropouts": "dropout", "clipping": "clipped peak"}
"""How one of each kind is called."""


def _faults(named: str, fault: FaultName, *ways: str) -> tuple[Any, ...]:
    """Ways of asking for the repair of one kind of fault."""
    return means(
        f"{REPAIR} [all] [the] {named} [(in|from|of|on) {ANY}]",
        f"(there are|there is|i hear) [some|many|a lot of] {named} (in|on) {ANY} [please] {REPAIR} (it|them|that)",
        *ways,
        fault=fault,
    )


ENDING = re.compile(r"\b(at|to|towards|near|in|on|over) (the|its) (very )?end\b|\bappend\b", re.IGNORECASE)
LAST_S = 1.5
"""How long before the end something begins that is to be heard there."""
SEVERAL = re.compile(rf"(?:{'|'.join(NUMBERS[2:])}|\d+) ")
"""What is told of several begins so."""
BRIEFER_S = 0.4
"""What is over so much before the end of its part is told by its beginning."""


@task(
    f"(inpaint|repaint) {ANY}",
    "i want to (inpaint|repaint) (the|an|some) audio",
    *_faults(CLICKS, "clicks", f"(declick|de click) {ANY}"),
    *_faults(DROPOUTS, "dropouts"),
    *_faults(
        CLIPPING,
        "clipping",
        f"(declip|de clip) {ANY}",
        f"{ANY} is (clipped|clipping|overdriven) [please] [(repair|fix|mend|restore) (it|that)]",
    ),
    *_faults("(faults|glitches|clicks and dropouts|dropouts and clicks)", "all"),
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
        "Repair the clicks in {audio}.",
        "There are dropouts in {audio}, repair it.",
        "The peaks of {audio} are clipped, fix it.",
    ),
)
async def inpaint_audio(  # noqa: PLR0913  # what a user may say of it
    context: Context,
    start_s: Second = None,
    end_s: Second = None,
    audio: Audio = "",
    text: Text = "",
    fault: Fault = None,
    over: bool = False,
) -> Outcome:
    """Repaint a part of a sound, add to it, or repair it.

    What is made fits what is around it; the rest stays as it is.
    start_s, end_s: from where to where; not needed where a fault is named. audio: the sound; left out, the latest.
    text: what should be heard there, where the user says so, such as "a dog bark". fault: what is to be found and
    repaired wherever it is. over: whether the text is to be heard over what is there ("put", "add", "mix in"), with
    end_s or both left out where they were not said; else it takes the place of what is there ("fill", "replace").
    """
    over = over and bool(text) and not fault
    said = {"start_s": start_s, "end_s": end_s, "audio": audio or None, "text": text or None, "fault": fault}
    if not over:
        _ask_for_what_is_missing({name: value for name, value in said.items() if value is not None})
    needs_engine(context, inpaint_audio.name, CANNOT)
    _check_part(start_s, end_s, bool(fault) or over)
    if over and start_s is None and context.present and ENDING.search(context.present.text):
        start_s = max(0.0, round((await find_sound(context, audio)).seconds - LAST_S, 2))
    arguments: dict[str, Json] = {"start_s": start_s, "end_s": end_s, "text": text or None, "fault": fault}
    arguments |= {"over": over or None}
    order = Order(inpaint_audio.name, "audio", CANNOT, arguments, sounds={"audio": audio}, compared=True)
    result = await carry_out(context, order)
    return outcome(result, _told(result.made.facts))


def _check_part(start_s: float | None, end_s: float | None, place: bool) -> None:
    """Whether it is a part, or a place where that will do.

    Raises:
        TaskError: it is none.
    """
    if start_s is not None and end_s is not None and (end_s < start_s or (end_s == start_s and not place)):
        raise TaskError("The part has to end after it begins; from where to where should I repaint it?")


def _ask_for_what_is_missing(said: Mapping[str, Any]) -> None:
    """Ask for the part, where neither it nor a fault was named.

    Raises:
        Missing: with the question.
    """
    lacking = [(name, asked) for name, asked in (("start_s", WHICH), ("end_s", UNTIL)) if name not in said]
    if lacking and "fault" not in said:
        raise Missing(Pending(inpaint_audio.name, said, *lacking[0]))


def _told(facts: Mapping[str, Json]) -> str:
    """What was put there, or how many of what were repaired; empty where it was a part that was named and no more."""
    if made := str(facts.get("made") or ""):
        start, end = cast(Sequence[Sequence[float]], facts["spans"])[0]
        takes = facts.get("takes_s")
        if isinstance(takes, int | float) and start + takes < end - BRIEFER_S and made.startswith(("a ", "an ")):
            return f"Now there is {made} at {_second(start)} {'second' if _second(start) == 'one' else 'seconds'}."
        are = "are" if SEVERAL.match(made) else "is"
        return f"Now there {are} {made} from {_second(start)} to {_second(end)} seconds."
    found = cast(Mapping[str, int], facts.get("repaired") or {})
    parts = [f"{count(number)} {ONE[kind]}{'' if number == 1 else 's'}" for kind, number in found.items() if number]
    return f"I repaired {listed(parts)}." if parts else ""


def _second(place: float) -> str:
    """As it is said."""
    return count(round(place)) if abs(place - round(place)) < 0.05 else f"{round(place, 1):g}"
