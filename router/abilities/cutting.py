"""A part of a sound: "keep the first ten seconds", "take out everything between two and four seconds"."""

from typing import Annotated, TypeAlias

import numpy as np
from pydantic import BeforeValidator, Field

from assistant.audio import Samples
from assistant.errors import TaskError
from assistant.events import Show
from models.sound.edit import faded, spliced
from router.abilities.listening import said_seconds
from router.abilities.sounds import ANY, CALLED, made_of
from router.arguments import Audio
from router.resources import Sound, find_sound
from router.spoken import span_s, spoken_duration
from router.task import Context, Family, Missing, Outcome, Pending, means, task

Place: TypeAlias = Annotated[float | None, BeforeValidator(said_seconds)]
"""A second of a sound."""


@task(
    f"(keep|take|give me|play) only {{part}} of ({ANY}|{CALLED})",
    f"(cut|trim|crop|shorten|clip) ({ANY}|{CALLED}) (to|down to) {{part}}",
    f"(cut|trim|crop) ({ANY}|{CALLED}) (from|between) {{part}}",
    f"cut {{part}} out of ({ANY}|{CALLED}) and keep it",
    *means(
        f"(remove|delete|drop|cut (off|away|out)|take (off|away|out)) {{part}} (of|from) ({ANY}|{CALLED})",
        f"trim {{part}} off ({ANY}|{CALLED})",
        remove=True,
    ),
    family=Family.AUDIO_TO_AUDIO,
    effects=True,
    takes=("audio",),
    doing="cutting it",
    examples=(
        "Cut {name} from {start_s} to {end_s}.",
        "Keep only the first {end_s} of {name}.",
        "Trim {name} to {end_s}.",
        "Give me the part between {start_s} and {end_s}.",
        "Remove everything before {start_s} from {name}.",
        "Take out the stretch from {start_s} to {end_s}.",
        "Crop the recording so that it starts at {start_s}.",
        "Cut off the last {part} of {name}.",
        "I only need {name} from {start_s} on.",
        "Snip {part} out of the clip.",
        "Shorten the sound to its first half.",
        "Extract the segment that runs from {start_s} until {end_s}.",
    ),
)
async def cut_sound(
    context: Context,
    name: Audio = "",
    start_s: Annotated[
        Place, Field(ge=0, description="seconds from the beginning; leave out for the beginning")
    ] = None,
    end_s: Annotated[Place, Field(ge=0, description="seconds from the beginning; leave out for the end")] = None,
    part: Annotated[str, Field(description="the stretch in words where it is no time, as 'the last half minute'")] = "",
    remove: Annotated[bool, Field(description="true to take that stretch out instead of keeping it")] = False,
) -> Outcome:
    """Cut a sound.

    Keep a stretch of it, or with remove=true everything else; the result is a new sound, which is played.
    name: what it is called; left out, the latest.
    """
    sound = await find_sound(context, name)
    if start_s is None and end_s is None and not part:
        known = {"name": name, "remove": remove}
        question = f"Which part should I {'take out' if remove else 'keep'}?"
        raise Missing(Pending(cut_sound.name, known, "part", question))
    start, end = _span(sound, start_s, end_s, part)
    made = await (_without(sound, start, end) if remove else _between(sound, start, end))
    artifact = await made_of(context, sound, made, "shorter", cut_sound.name)
    return Outcome(
        f"Here it is, {spoken_duration(artifact.seconds)} long.", play=(artifact,), show=(Show(artifact=artifact),)
    )


def _span(sound: Sound, start_s: float | None, end_s: float | None, part: str) -> tuple[float, float]:
    """The stretch that is meant, in seconds from the beginning."""
    total = sound.seconds
    if start_s is None and end_s is None:
        said = span_s(part)
        if said is None:
            raise TaskError("I did not understand which part; say something like from two to four seconds.")
        start, end = said.within(total)
    else:
        start, end = start_s or 0.0, total if end_s is None else min(end_s, total)
    if start >= end:
        raise TaskError(f"That part is empty; {sound.called} is {spoken_duration(total)} long.")
    return start, end


async def _between(sound: Sound, start_s: float, end_s: float) -> Samples:
    """A stretch, faded where it was cut: shape (n, channels)."""
    samples = await sound.read(start_s=start_s, end_s=end_s, mono=False)
    return faded(samples, sound.rate, beginning=start_s > 0, end=end_s < sound.seconds)


async def _without(sound: Sound, start_s: float, end_s: float) -> Samples:
    """Everything but a stretch, without a click where it was: shape (n, channels)."""
    nothing = np.zeros((0, sound.channels), np.float32)
    before = await sound.read(end_s=start_s, mono=False) if start_s > 0 else nothing
    after = await sound.read(start_s=end_s, mono=False) if end_s < sound.seconds else nothing
    if not len(before) and not len(after):
        raise TaskError(f"Nothing would be left of {sound.called}.")
    if not len(before) or not len(after):
        return faded(np.concatenate((before, after)), sound.rate, beginning=not len(before), end=not len(after))
    return spliced(before, after, sound.rate)
