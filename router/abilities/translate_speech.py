"""Speech translation (Table 1): "translate it into Spanish"."""

from typing import Annotated

from router.arguments import Ask, Audio, Language
from router.resources import SOUND, SPOKEN
from router.results import Order, carry_out, outcome
from router.task import Context, Family, Outcome, task
from router.telling import shortened

CANNOT = (
    "I cannot translate speech yet; this version has no engine for it. It takes a translation model. "
    "What I can do is write down what is said."
)

ANY = f"{{audio:{SOUND}|{SPOKEN}}}"


@task(
    f"translate {ANY} (into|to) {{language}}",
    f"what is {ANY} in {{language:spanish|german|french|italian|portuguese|chinese|japanese}}",
    family=Family.AUDIO_TO_TEXT,
    effects=False,
    doing="translating it",
    takes=("audio",),
    examples=(
        "Translate {audio} into {language}.",
        "What does {audio} mean in {language}?",
        "Say in {language} what they say in {audio}.",
        "I would like {audio} in {language}, please.",
        "Could you put the speech in {audio} into {language} for me?",
        "Translate the English speech into {language} speech.",
        "Turn the words of {audio} into {language}.",
        "How would you say that recording in {language}?",
        "My friend only speaks {language}; what is she told in {audio}?",
        "Give me a {language} translation of {audio}.",
        "Interpret {audio} for a {language} speaker.",
        "Translate what I just said.",
    ),
)
async def translate_speech(
    context: Context, language: Annotated[Language, Ask("Into which language?")], audio: Audio = ""
) -> Outcome:
    """Translate the speech in a recording into another language.

    The translation comes as text, whose beginning is read aloud.
    language: the language to translate into. audio: the recording; left out, the latest.
    """
    order = Order(
        translate_speech.name, "text", CANNOT, {"language": language}, sounds={"audio": audio}, own=True, changes=False
    )
    result = await carry_out(context, order)
    words = result.made.text.strip()
    if not words:
        return outcome(result, f"I hear no words in {result.sources['audio'].called}.")
    return outcome(result, f"In {language[:1].upper()}{language[1:]}: {shortened(words)}", text=words)
