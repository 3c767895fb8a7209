"""Style transfer (Table 1): "say 'here we go' in the manner of this recording"."""

from typing import Annotated

from router.arguments import Ask, Reference, Text
from router.resources import SOUND, SPOKEN
from router.results import Order, carry_out, outcome
from router.task import Context, Family, Outcome, task

CANNOT = (
    "I cannot speak in somebody else's manner yet; this version has no engine for it. "
    "It takes a model for style transfer. What I can do is say it in one of my own voices."
)

ANY = f"{{reference:{SOUND}|{SPOKEN}}}"
LIKE = "(in the (style|manner|voice|tone) of|like|(with|using) the (style|manner|voice|tone) of)"


@task(
    f"(say|speak|read) {{text}} {LIKE} {ANY}",
    f"(speak|talk) {LIKE} {ANY} the text is {{text}}",
    family=Family.AUDIO_TO_AUDIO,
    effects=True,
    doing="taking on that manner",
    takes=("audio",),
    examples=(
        "Say {text} in the style of {reference}.",
        "Speak using the voice of {reference}. The text is {text}.",
        "Read {text} the way the person in {reference} speaks.",
        "Imitate {reference} and say {text}.",
        "Make it sound like the speaker of {reference} is saying {text}.",
        "Take the tone of {reference} and speak {text} with it.",
        "Clone the voice in {reference} and let it say {text}.",
        "With the emotion of {reference}, say {text}.",
        "Transfer the style of {reference} to the words {text}.",
        "Pronounce {text} in the same manner as {reference}.",
        "Use {reference} as an example of how to speak, the words are {text}.",
        "Generate speech with the style of {reference}, saying {text}.",
    ),
)
async def transfer_style(
    context: Context,
    text: Annotated[Text, Ask("What should I say?")],
    reference: Annotated[Reference, Ask("Whose manner should I take?")],
) -> Outcome:
    """Say a text in the manner of somebody in a recording.

    text: the very words to be spoken. reference: the recording whose voice, tone and pace are taken, with the speaker's
    consent.
    """
    order = Order(transfer_style.name, "audio", CANNOT, {"text": text}, sounds={"reference": reference})
    return outcome(await carry_out(context, order))
