"""Text to speech (Table 1): "say hello slowly", "synthesize speech with the text …", "read this letter to me"."""

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Annotated, Literal, TypeAlias

from assistant.errors import TaskError
from assistant.events import Manner
from models.speech.text_portion import Portion
from router.arguments import Ask, Directing, PartOfText, Speed, Text, VoiceName
from router.delivery import directed, is_directions
from router.portion_words import portion_in
from router.reading_out import SAID_WORDS, cast_as, document, gone, last_speech, read_out, say_it
from router.saying import Change, changed
from router.speech import SPEED, Directions, Speech
from router.task import Context, Family, Outcome, Unfinished, means, task

How: TypeAlias = Literal["normal", "slower", "faster", "louder", "quieter", "higher", "deeper"]


TONES: Mapping[Change, frozenset[str]] = {
    "deeper": frozenset(("deep", "deeper", "low", "lower", "low-pitched")),
    "higher": frozenset(("high", "higher", "high-pitched", "squeaky")),
    "quieter": frozenset(("quiet", "soft", "whispering", "whisper")),
    "louder": frozenset(("loud", "shouting")),
}
"""Words that speak of a voice's tone and are no name."""

SLOWER = "(slower|more slowly|slowly)"
FASTER = "(faster|more quickly|quickly|quicker|fast)"
LOUDER = "(louder|more loudly|loudly|loud)"
QUIETER = "(quieter|softer|more quietly|more softly|quietly|softly|in a low voice)"
TONE = "(voice|pitch|tone)"
HIGHER = f"(higher|[in|with|at] a (high|higher|high-pitched|higher-pitched|[high|higher] pitched) {TONE})"
DEEPER = f"(deeper|lower|[in|with|at] a (deep|deeper|lower|low-pitched|lower-pitched|[low|lower] pitched) {TONE})"
WHAT = "[the (words|word|sentence|text|phrase|following)|the following (words|word|sentence|text|phrase)]"
MAKE = "(generate|synthesize|synthesise|create|make|produce)"
INTO = "(to|in|into|as) (a|an|the) [new] [sound|audio|wav|wave] (file|recording|clip)"

SAY_IT = re.compile(r"(?i)^(?:(?:and|but|please)\s+)*(?:(?:say|read|speak|do) (?:it|that|this)\s+)?")
"""What may stand between a text and how it is to be said."""
LEADING = re.compile(r"^[\"“](?P<words>[^\"“”]+)[\"”],?\s+(?P<rest>(?:in|with|as|like|at|and|but)\b.*)$")
HANGING = re.compile(r"(?i)[\s,]*\b(?:and |but )?(?:quite|very|rather|really)?\s*$")
QUOTED = re.compile(r"^[\"“](?P<words>[^\"“”]*)[\"”]$")
NONE = Directions(Manner())
_WORK = re.compile(
    r"\b(generate|synthesi[sz]e|create|produce|convert|transform|turn|save|record|export|file|wav|mp3|clip|voice-?over|"
    r"narrat\w*|recording|audio)\b",
    re.IGNORECASE,
)
"""Words by which somebody asks for a piece of work and not just to hear something."""


@task(
    f"say {WHAT} {{text}}",
    "(read|speak) (aloud|out loud|this|the following [text|sentence]|the (text|words|sentence)) {text}",
    "(read|speak) [this|the following [text]|the (text|words|sentence)] (aloud|out loud) {text}",
    "read {text} (aloud|out loud|to me)",
    "(repeat after me|pronounce) {text}",
    "(turn|convert) {text} (into|to) (speech|spoken words|spoken audio|a voice)",
    f"{MAKE} [a|an|some] (voice|speech|audio|voice audio) "
    "(saying|that says|with [the] (text|words) [content]|from the (text|words)|for the (text|words)) {text}",
    *means(f"say {WHAT} {{text}} {SLOWER}", f"say {SLOWER} {{text}}", f"{SLOWER} say {{text}}", how="slower"),
    *means(f"say {WHAT} {{text}} {FASTER}", f"say {FASTER} {{text}}", f"{FASTER} say {{text}}", how="faster"),
    *means(f"say {WHAT} {{text}} {LOUDER}", f"say {LOUDER} {{text}}", f"{LOUDER} say {{text}}", how="louder"),
    *means(f"say {WHAT} {{text}} {QUIETER}", f"say {QUIETER} {{text}}", f"{QUIETER} say {{text}}", how="quieter"),
    *means(f"say {WHAT} {{text}} {HIGHER}", how="higher"),
    *means(f"say {WHAT} {{text}} {DEEPER}", how="deeper"),
    *means(f"(say|speak|read) {{text}} {INTO}", f"(save|record) {WHAT} {{text}} as speech", save=True),
    Unfinished(
        "say [something|a (sentence|text|word)]|(read|speak) [something|a text] (aloud|out loud)"
        "|(turn|convert|transform) [a|some|my|the|your] [written] (text|words) (into|to) [natural sounding] [spoken] "
        "(speech|audio|words)"
        "|(generate|synthesize|create) [a|some] (voice|speech) [audio] [(from|for|with) [a|the|my] text [content]]",
        "What should I say?",
        "say {answer}",
    ),
    family=Family.TEXT_TO_AUDIO,
    effects=True,
    doing="speaking it into a file",
    examples=(
        "Say {text}.",
        "Read this aloud: {text}",
        "Synthesize a speech with the text {text}.",
        "Can you synthesize a voice audio with the text content {text}?",
        "Convert {text} into natural-sounding speech.",
        "Please generate a voice from this text: {text}",
        "Transform these written words into spoken audio: {text}",
        "Let me hear how {text} sounds when it is spoken.",
        "Speak the sentence {text} at {speed}.",
        "Say {text} in {voice}.",
        "Record {text} in your own voice and save it as a file.",
        "Make a voice-over that says {text}.",
        "Narrate the following: {text}",
        "Repeat after me: {text}",
        "Bring this content to life with speech synthesis: {text}",
    ),
)
async def synthesize_speech(  # noqa: PLR0913  # all that can be asked for
    context: Context,
    text: Annotated[Text, Ask("What should I say?")],
    voice: VoiceName = "",
    speed: Speed = 1.0,
    how: How = "normal",
    save: bool | None = None,
    manner: Directing = "",
    part: PartOfText = "",
) -> Outcome:
    """Say a text or read a file, aloud or into a recording.

    text: the very words to be spoken; or the name or path of a file of text, or "it" for what was said last. voice,
    speed: where the user names them. how: in which way, next to how you speak anyway.
    save: true where the user wants speech to be generated or kept, as a recording that can be worked on; false where
    something is only to be said now. Long texts are always kept. manner: anything else that is said of how to speak.
    part: where only a part of a file is to be read.
    """
    if tone := _tone(voice):
        voice, how = "", tone if how == "normal" else how
    if found := LEADING.match(text):  # what is behind a quotation is how to say it
        text, manner = found["words"], ", ".join(filter(None, (manner, HANGING.sub("", found["rest"]))))
    directing = is_directions(f"in {voice}")
    around = "" if manner or voice or speed != 1.0 or how != "normal" else _behind(context, text)
    words, heard = (text, NONE) if _is_quoted(context, text) else directed(text, NONE)
    source = document(context, words or text)
    before = None if source else last_speech(context, words or text)
    if source is None and before is None and (missing := gone(context, words)):
        raise missing
    start = replace(before.directions, notices=()) if before else Directions(context.manner)
    if heard.manner.speed != 1.0:  # the same words were read twice
        speed, how = 1.0, "normal" if how in ("slower", "faster") else how
    start = replace(start, manner=_manner(start.manner, how, speed))
    _, so = directed(", ".join(filter(None, (manner, around, f"in {voice}" if directing else ""))), start)
    if words and heard != NONE:
        words, so = directed(text, so)
    words = QUOTED.sub(r"\g<words>", words)
    so = await cast_as(context, so, "" if directing else voice)
    if source:
        speech = Speech("", so, source.path, _portion(part), source.name, kept=bool(save))
        return await read_out(context, speech)
    if before and before.document:
        return await read_out(context, replace(before, directions=so, portion=_portion(part) or before.portion))
    words = before.text if before else words or text  # directions are all there is to say
    kept = _to_be_kept(context, words, save) or bool(before and before.kept)
    return await say_it(context, Speech(words, so, kept=kept), save is not False)


def _portion(part: str) -> Portion | None:
    """The part of a file that is meant; None for all of it.

    Raises:
        TaskError: it is not clear which.
    """
    if not part.strip():
        return None
    if found := portion_in(part):
        return found.portion
    raise TaskError("Which part is that? Tell me a chapter, a paragraph or a sentence by its number.")


def _manner(manner: Manner, how: How, speed: float) -> Manner:
    manner = manner if how == "normal" else changed(manner, how)
    if speed == 1.0:
        return manner
    slowest, fastest = SPEED
    return replace(manner, speed=min(max(manner.speed * speed, slowest), fastest))


def _tone(voice: str) -> Change | None:
    """What "a deep voice" asks for; None for a voice's name."""
    said = set(voice.lower().split())
    return next((change for change, words in TONES.items() if said & words), None)


def _to_be_kept(context: Context, text: str, save: bool | None) -> bool:
    """Whether it is given out as a recording: it is asked for, or long, or asked for as a piece of work.

    The last two only where it can be done: to hear it is then better than to be told that it cannot be kept.
    """
    if save is not None:
        return save
    if context.models is None or context.models.engine(synthesize_speech.name) is None:
        return False
    return len(text.split()) > SAID_WORDS or _WORK.search(_around(context, text)) is not None


def _around(context: Context, text: str) -> str:
    """What the user said besides the text itself; empty where that cannot be told apart."""
    asked = context.present.text if context.present else ""
    before, found, after = asked.lower().partition(text.lower())
    return f"{before} {after}" if found else ""


def _is_quoted(context: Context, text: str) -> bool:
    """Whether the text stood between quotation marks: all of it is to be said."""
    asked = context.present.text if context.present else ""
    return re.search(rf"[\"“'‘]\s*{re.escape(text)}[.!?,]?\s*[\"”'’]", asked) is not None


def _behind(context: Context, text: str) -> str:
    """What the user said behind the text, where that is nothing but directions."""
    asked = context.present.text if context.present else ""
    _, found, after = asked.rpartition(text)
    after = SAY_IT.sub("", after.strip(" .,!?\"'”’")) if found and text.strip() else ""
    return after if after and is_directions(after) else ""
