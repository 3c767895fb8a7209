"""Text to speech: say this, slower, louder, higher, spell it; and how the assistant speaks from now on."""

from typing import Literal, TypeAlias

from assistant.errors import TaskError
from assistant.events import Manner, Say
from router.abilities.sounds import change_sound
from router.saying import Change, changed, say_again
from router.task import Context, Family, Outcome, Unfinished, means, task

How: TypeAlias = Literal["normal", "slower", "faster", "louder", "quieter", "higher", "deeper"]
SPELLED_AT_MOST = 60
"""Characters; who has longer words spelled has been misheard."""

SIGNS = {"-": "hyphen", "'": "apostrophe", ".": "dot", "@": "at", "_": "underscore", "&": "and", "/": "slash"}
BIT = "[just] [a bit|a little [bit]|a lot|much|even|some|slightly]"
SLOWER = "(slower|more slowly|slowly)"
FASTER = "(faster|more quickly|quickly|quicker|fast)"
LOUDER = "(louder|more loudly|loudly|loud)"
QUIETER = "(quieter|softer|more quietly|more softly|quietly|softly|in a low voice)"
TONE = "(voice|pitch|tone)"
HIGHER = f"(higher|[in|with|at] a (high|higher|high-pitched|higher-pitched|[high|higher] pitched) {TONE})"
DEEPER = f"(deeper|lower|[in|with|at] a (deep|deeper|lower|low-pitched|lower-pitched|[low|lower] pitched) {TONE})"
WHAT = "[the (words|word|sentence|text|phrase|following)|the following (words|word|sentence|text|phrase)]"


@task(
    f"say {WHAT} {{text}}",
    "(read|speak) (aloud|out loud|this|the following [text|sentence]|the (text|words|sentence)) {text}",
    "(read|speak) [this|the following [text]|the (text|words|sentence)] (aloud|out loud) {text}",
    "read {text} (aloud|out loud|to me)",
    "(repeat after me|pronounce) {text}",
    "(turn|convert) {text} (into|to) (speech|spoken words|spoken audio|a voice)",
    "(generate|synthesize|create|make) [a|an|some] (voice|speech|audio|voice audio) "
    "(saying|that says|with the (text|words) [content]|from the (text|words)|for the (text|words)) {text}",
    *means(f"say {WHAT} {{text}} {SLOWER}", f"say {SLOWER} {{text}}", f"{SLOWER} say {{text}}", how="slower"),
    *means(f"say {WHAT} {{text}} {FASTER}", f"say {FASTER} {{text}}", f"{FASTER} say {{text}}", how="faster"),
    *means(f"say {WHAT} {{text}} {LOUDER}", f"say {LOUDER} {{text}}", f"{LOUDER} say {{text}}", how="louder"),
    *means(f"say {WHAT} {{text}} {QUIETER}", f"say {QUIETER} {{text}}", f"{QUIETER} say {{text}}", how="quieter"),
    *means(f"say {WHAT} {{text}} {HIGHER}", how="higher"),
    *means(f"say {WHAT} {{text}} {DEEPER}", how="deeper"),
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
)
async def say_text(context: Context, text: str, how: How = "normal") -> Outcome:
    """Say a text aloud.

    text: the very words to be spoken.
    """
    manner = context.manner if how == "normal" else changed(context.manner, how)
    context.last_said = Say(text, manner)
    return Outcome(text, manner=manner, verbatim=True)


@task(
    *means(f"{BIT} (slower|more slowly)", "too fast|not so fast", change="slower"),
    *means(f"[say|repeat] (it|that|this) [again] [but] {BIT} {SLOWER}", f"again [but] {BIT} {SLOWER}", change="slower"),
    *means(f"{BIT} (faster|quicker|more quickly)", "too slow|not so slow", change="faster"),
    *means(f"[say|repeat] (it|that|this) [again] [but] {BIT} {FASTER}", f"again [but] {BIT} {FASTER}", change="faster"),
    *means(f"{BIT} (louder|more loudly)", "too (quiet|soft)|not so (quiet|soft)", change="louder"),
    *means(f"[say|repeat] (it|that|this) [again] [but] {BIT} {LOUDER}", f"again [but] {BIT} {LOUDER}", change="louder"),
    *means(f"{BIT} (quieter|softer|more quietly|more softly)", "too loud|not so loud", change="quieter"),
    *means(
        f"[say|repeat] (it|that|this) [again] [but] {BIT} {QUIETER}", f"again [but] {BIT} {QUIETER}", change="quieter"
    ),
    *means(f"{BIT} higher", f"[(say|repeat) (it|that|this)] [again] [but] {BIT} {HIGHER}", change="higher"),
    *means(f"{BIT} deeper", f"[(say|repeat) (it|that|this)] [again] [but] {BIT} {DEEPER}", change="deeper"),
    family=Family.CONVERSATION,
    effects=True,
)
async def again(context: Context, change: Change) -> Outcome:
    """Give the last thing again, but slower, faster, louder, quieter, higher or deeper: what was said, or played.

    Where there is neither, change how the assistant speaks from now on.
    """
    reply = context.history.last_reply()
    if said := say_again(context, change):
        return said
    if reply is not None and reply.played:
        if change in ("higher", "deeper"):
            raise TaskError("I can make a sound louder, quieter, faster or slower, but not change its pitch.")
        return await change_sound.run(context, change)
    return await adjust_voice.run(context, change)


@task(
    *means(f"(speak|talk) {BIT} {SLOWER}", f"slow down {BIT}|you are [talking|speaking] too fast", change="slower"),
    *means(f"(speak|talk) {BIT} {FASTER}", f"speed up {BIT}|you are [talking|speaking] too slow", change="faster"),
    *means(f"(speak|talk|be) {BIT} {LOUDER}", "(speak|talk) up|you are too quiet", change="louder"),
    *means(
        "(turn the volume|turn your voice|turn yourself) up|turn up the volume|[raise|increase] (your|the) volume [up]",
        "volume up|raise your voice|i (cannot|can hardly|can barely) hear you",
        change="louder",
    ),
    *means(f"(speak|talk|be) {BIT} {QUIETER}", "keep your voice down|you are too loud", change="quieter"),
    *means(
        "(turn the volume|turn your voice|turn yourself) down|turn down the volume|(lower|decrease) (your|the) volume",
        "volume down|lower your voice",
        change="quieter",
    ),
    *means(
        f"(speak|talk|sound) {BIT} {HIGHER}",
        "(raise|increase) your (pitch|tone)|(make|turn) your (voice|pitch) higher",
        f"(you [sound|are]|your {TONE} is) too (deep|low)",
        change="higher",
    ),
    *means(
        f"(speak|talk|sound) {BIT} {DEEPER}",
        "(lower|decrease) your (pitch|tone)|(make|turn) your (voice|pitch) (deeper|lower)",
        f"(you [sound|are]|your {TONE} is) too high",
        change="deeper",
    ),
    *means("(speak|talk) (normally|at [a] normal (speed|volume)|as before|like before)", change="normal"),
    family=Family.CONVERSATION,
    effects=True,
)
async def adjust_voice(context: Context, change: How) -> Outcome:
    """Change how the assistant speaks from now on."""
    manner = Manner(voice=context.manner.voice) if change == "normal" else changed(context.manner, change)
    if manner == context.manner and change != "normal":
        raise TaskError(f"I cannot speak any {change}.")
    context.manner = manner
    return Outcome("Okay, as usual again." if change == "normal" else f"Okay, {change} from now on.")


@task(
    "spell [out] [the (word|words|name)] {text}",
    "how (do you spell|is) {text} [spelled|spelt]",
    "how do you (write|spell) [the (word|name)] {text}",
    *means("spell (it|that|this|that word|the word) [out]|spell out (it|that)|how is (it|that) spelled", text=""),
    *means("how do you spell (it|that)", text=""),
    Unfinished("spell [something|a (word|name)]", "What should I spell?", "spell {answer}"),
    family=Family.TEXT_TO_AUDIO,
    effects=False,
)
async def spell(context: Context, text: str = "") -> Outcome:
    """Spell a word.

    text: the word or name; empty for what was said last.
    """
    last = context.history.last_reply()
    text = text or (context.last_said.text if context.last_said else "") or (last.text if last else "")
    letters = ". ".join(", ".join(SIGNS.get(c, c.upper()) for c in word) for word in _spellable(text))
    if not letters:
        raise TaskError("There is nothing to spell yet.")
    if len(text) > SPELLED_AT_MOST:
        raise TaskError("That is too long to spell; give me a word or two.")
    return Outcome(f"{letters}.", verbatim=True)


def _spellable(text: str) -> list[str]:
    """The words, each down to the characters that can be spelled."""
    words = ("".join(c for c in word if c.isalnum() or c in SIGNS) for word in text.strip(".!?\"' ").split())
    return [word for word in words if word]
