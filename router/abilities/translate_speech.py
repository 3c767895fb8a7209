"""Speech translation (Table 1): "translate it into Spanish"."""

from dataclasses import replace
from typing import Annotated

from pydantic import Field

from assistant.events import Manner, Say
from models.speech.translation_languages import language_called
from router.arguments import Ask, Audio, Language
from router.resources import SOUND, SPOKEN
from router.results import Order, Result, carry_out, outcome
from router.task import Context, Family, Outcome, task
from router.telling import TOLD_WORDS, shortened

CANNOT = "I cannot translate speech now; no engine for it is loaded. What I can do is write down what is said."

ANY = f"{{audio:{SOUND}|{SPOKEN}}}"
NAMED = (
    "{language:spanish|castilian|catalan|galician|esperanto|german|french|italian|portuguese|english|dutch|swedish|polish|"
    "russian|chinese|japanese|korean}"
)


@task(
    f"translate {ANY} (into|to) {{language}}",
    f"what is {ANY} in {NAMED}",
    f"how (do|would) (you|i|we) say ({ANY}|{{text}}) in {NAMED}",
    f"translate the (words|sentence|phrase|word|text) {{text}} (in|into|to) {NAMED}",
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
    context: Context,
    language: Annotated[Language, Ask("Into which language?")],
    audio: Audio = "",
    text: Annotated[str, Field(description="the very words to be translated, where the user says them")] = "",
) -> Outcome:
    """Translate the speech in a recording into another language.

    Or a text, given instead. The translation is spoken in that language, its beginning where it is long, and shown.
    language: the language to translate into. audio: the recording; left out, the latest. text: left out for recordings.
    """
    given = {"language": language, "text": text or None}
    sounds = {} if text else {"audio": audio}
    order = Order(translate_speech.name, "text", CANNOT, given, sounds=sounds, own=True, changes=False)
    result = await carry_out(context, order)
    words = result.made.text.strip()
    if not words:
        return outcome(result, _wordless(result))
    ended = words if words.endswith((".", "?", "!", "…")) else f"{words}."
    target = language_called(language)
    name = target.name if target else language[:1].upper() + language[1:]
    code = str(result.made.facts.get("language") or (target.code if target else ""))
    return _spoken(outcome(result, f"In {name}: {shortened(ended)}", text=words), ended, context.manner, code)


def _wordless(result: Result) -> str:
    """What is said where there is nothing to translate; the engine's own reason goes first."""
    if result.made.notice or not result.sources:
        return "" if result.made.notice else "There is nothing to translate."
    return f"I hear no words in {result.sources['audio'].called}."


def _spoken(told: Outcome, words: str, manner: Manner, language: str) -> Outcome:
    """The outcome with its foreign words in the manner of their language, as they are: no engine rewords them."""
    before, after = told.text.split(": ", 1)
    foreign = words if after.startswith(words) else " ".join(words.split()[: TOLD_WORDS // 2])
    rest = after[len(foreign) :].strip()
    parts = (Say(f"{before}:"), Say(foreign, replace(manner, language=language)), *([Say(rest)] if rest else []))
    return replace(told, parts=parts, verbatim=True)
