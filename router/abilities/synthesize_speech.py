"""Text to speech (Table 1): "say hello slowly", "synthesize speech with the text …", "read it into a file"."""

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Annotated, Literal, TypeAlias

from assistant.events import Manner, Say
from router.arguments import Ask, Speed, Text, VoiceName
from router.casting import cast
from router.results import Order, carry_out, outcome
from router.saying import SPEED, Change, changed
from router.task import Context, Family, Outcome, Unfinished, means, task

How: TypeAlias = Literal["normal", "slower", "faster", "louder", "quieter", "higher", "deeper"]

CANNOT = "I can say it, but not keep it as a file; no engine for that is loaded."
SAID_WORDS = 60
"""How many words are simply said; more are spoken into a file, which can be stopped, kept and played again."""

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
async def synthesize_speech(
    context: Context,
    text: Annotated[Text, Ask("What should I say?")],
    voice: VoiceName = "",
    speed: Speed = 1.0,
    how: How = "normal",
    save: bool | None = None,
) -> Outcome:
    """Say a text aloud, or speak it into a file.

    text: the very words to be spoken. voice, speed: where the user names them. how: in which way, next to how you speak
    anyway.
    save: true where the user wants speech to be generated or kept, as a recording that can be worked on; false where
    something is only to be said now. Long texts are always kept.
    """
    if tone := _tone(voice):
        voice, how = "", tone if how == "normal" else how
    manner = _manner(context, how, speed)
    if chosen := await cast(context, voice):
        manner = replace(manner, voice=chosen)
    if _to_be_kept(context, text, save):
        return await _kept(context, text, manner)
    context.last_said = Say(text, manner)
    return Outcome(text, manner=manner, verbatim=True)


def _manner(context: Context, how: How, speed: float) -> Manner:
    manner = context.manner if how == "normal" else changed(context.manner, how)
    if speed == 1.0:
        return manner
    slowest, fastest = SPEED
    return replace(manner, speed=min(max(manner.speed * speed, slowest), fastest))


def _tone(voice: str) -> Change | None:
    """What "a deep voice" asks for; None for a voice's name."""
    said = set(voice.lower().split())
    return next((change for change, words in TONES.items() if said & words), None)


def _to_be_kept(context: Context, text: str, save: bool | None) -> bool:
    """Whether it is spoken into a file: it is asked for, or long, or asked for as a piece of work.

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


async def _kept(context: Context, text: str, manner: Manner) -> Outcome:
    """The text as a recording, in the voice that speaks unless another was asked for."""
    given = {"text": text, "voice": manner.voice or None, "speed": manner.speed}
    order = Order(synthesize_speech.name, "audio", CANNOT, {**given, "pitch": manner.pitch, "gain_db": manner.gain_db})
    return outcome(await carry_out(context, order))
