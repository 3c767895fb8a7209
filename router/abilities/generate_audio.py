"""Text to audio (Table 1): "make the sound of rain on a tent"."""

from typing import Annotated

from router.arguments import Ask, Seconds, Text
from router.results import Order, carry_out, outcome
from router.task import Context, Family, Outcome, task

CANNOT = (
    "I cannot make sounds from a description yet; this version has no engine for it. "
    "It takes a model that turns text into sound."
)
USUAL_S = 10.0

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
    context: Context, text: Annotated[Text, Ask("What should I make?")], seconds: Seconds = USUAL_S
) -> Outcome:
    """Make a sound or music from a description.

    For noises, ambiences and music; for spoken words use synthesize_speech, for words that are sung use sing.
    text: what it should sound like, such as "rain on a tent". seconds: how long; ten if not said.
    """
    order = Order(generate_audio.name, "audio", CANNOT, {"text": text, "seconds": seconds})
    return outcome(await carry_out(context, order))
