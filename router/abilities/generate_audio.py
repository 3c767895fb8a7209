"""Text to audio (Table 1): "make the sound of rain on a tent"."""

import re
from typing import Annotated

from router.arguments import Ask, Seconds, Text
from router.durations import spoken_duration
from router.results import Order, Result, carry_out, outcome
from router.task import Context, Family, Outcome, task
from router.telling import count

CANNOT = (
    "I cannot make sounds from a description: the settings leave no engine for it. "
    "It takes the embedded one, or a model that turns text into sound."
)
LOOPS = re.compile(r"(?i)\b(?:seamless(?:ly)?|loop(?:s|ing|able|ed)?)\b")
NO_LOOPS = re.compile(r"(?i)\b(?:drum|beat|guitar|ukulele|piano|bass) loop")
"""Loops that are music."""

SOUND_OF = "[a|the] [background] (sound|sounds|noise|audio)"


@task(
    f"(make|generate|create|produce) {SOUND_OF} (of|that includes|with) {{text}}",
    "(make|generate|create|compose) [me] [a|some|a piece of] music [that is|with|for|of] {text}",
    family=Family.TEXT_TO_AUDIO,
    effects=True,
    doing="making the sound",
    examples=(
        "Make the sound of {text}.",
        "Generate an audio of {text}.",
        "Can you help me generate a background sound that includes {text}?",
        "Let me hear what {text} sounds like.",
        "I need {seconds} of {text} for a film.",
        "Create a sound effect: {text}.",
        "Generate {text} for {seconds}.",
        "Invent a noise like {text}.",
        "I am tired today, can you generate some music for me?",
        "Compose a tune that is {text}.",
        "Give me an ambience with {text}.",
        "Produce audio from this description: {text}.",
        "How does {text} sound? Make it up.",
        "Fill the room with the sound of {text}.",
    ),
)
async def generate_audio(
    context: Context,
    text: Annotated[Text, Ask("What should I make?")],
    seconds: Seconds | None = None,
    loop: bool = False,
) -> Outcome:
    """Make a sound or music from a description.

    For noises, ambiences and music; for spoken words use synthesize_speech, for words that are sung use sing.
    text: what it should sound like, with all that was said of it: how many, how strong, how far away, on which side,
    in which order, "with", "then" or "in the background", such as "heavy rain on a tent with thunder in the distance,
    then three dog barks on the left"; of music its mood, tempo, key and instruments. seconds: how long all of it is;
    left out, as long as it takes. loop: whether its end is to go on where it begins, without a seam.
    """
    looped = loop or _asks_for_loop(context)
    arguments = {"text": text, "seconds": seconds, "loop": looped or None}
    result = await carry_out(context, Order(generate_audio.name, "audio", CANNOT, arguments))
    return outcome(result, _told(result))


def _asks_for_loop(context: Context) -> bool:
    """Whether the turn's own words ask for a loop: the description that was taken out of them may not."""
    said = context.present.text if context.present else ""
    return bool(LOOPS.search(NO_LOOPS.sub("", said)))


def _told(result: Result) -> str:
    """Such as "Ten seconds of heavy rain with thunder in the distance."; empty where the engine does not tell."""
    facts = result.made.facts
    made, seconds = str(facts.get("made") or ""), facts.get("seconds")
    if not made or not isinstance(seconds, int | float):
        return ""
    joined = ": " if ", then " in made else " of "
    told = made if facts.get("counted") else f"{_span(seconds)}{joined}{made}"
    return f"{told[0].upper()}{told[1:]}.{' It goes round without a seam.' if facts.get('loop') else ''}"


def _span(seconds: float) -> str:
    whole = round(seconds)
    if whole != 1 and 1 < seconds <= 12:
        return f"{count(whole)} seconds"
    return spoken_duration(seconds if seconds < 1 else whole).replace("1 minute", "one minute", whole == 60)
