"""How it is said: again but slower, louder or higher; from now on; letter by letter."""

from assistant.errors import TaskError
from assistant.events import Manner
from router.abilities.sounds import change_sound
from router.abilities.synthesize_speech import DEEPER, FASTER, HIGHER, LOUDER, QUIETER, SLOWER, TONE, How
from router.reading_out import spoken_again
from router.saying import Change, changed, say_again
from router.task import Context, Family, Outcome, Unfinished, means, task

SPELLED_AT_MOST = 60
"""Characters; who has longer words spelled has been misheard."""

SIGNS = {"-": "hyphen", "'": "apostrophe", ".": "dot", "@": "at", "_": "underscore", "&": "and", "/": "slash"}
BIT = "[just] [a bit|a little [bit]|a lot|much|even|some|slightly]"


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
    examples=(
        "Slower.",
        "A bit louder, please.",
        "Say that again, but more slowly.",
        "That was too fast, once more.",
        "I could not follow, can you say it slower?",
        "Repeat it in a deeper voice.",
        "Not so loud.",
        "Give me that again, quicker this time.",
        "Now the same thing more quietly.",
        "Could I hear that a little higher?",
        "Again, but {change}.",
    ),
)
async def again(context: Context, change: Change) -> Outcome:
    """Give the last thing again, but slower, faster, louder, quieter, higher or deeper: what was said, or played.

    Where there is neither, change how the assistant speaks from now on.
    """
    reply = context.history.last_reply()
    if said := await spoken_again(context, change) or say_again(context, change):
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
        "turn (your voice|yourself) up|raise your voice|[louder [please]] i (cannot|can hardly|can barely) hear you",
        change="louder",
    ),
    *means(f"(speak|talk|be) {BIT} {QUIETER}", "keep your voice down|you are too loud", change="quieter"),
    *means(
        "turn (your voice|yourself) down|lower your voice",
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
    examples=(
        "Speak more slowly from now on.",
        "You talk too fast.",
        "Could you talk a little louder?",
        "Lower your voice.",
        "Speak in a deeper voice.",
        "I can hardly hear you.",
        "Please keep your voice down.",
        "Talk faster, I am in a hurry.",
        "Your voice is too high.",
        "Speak normally again.",
        "From now on be {change}.",
    ),
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
    "how do you spell {text}|how is {text} (spelled|spelt)",
    "how do you (write|spell) [the (word|name)] {text}",
    *means("spell (it|that|this|that word|the word) [out]|spell out (it|that)|how is (it|that) spelled", text=""),
    *means("how do you spell (it|that)", text=""),
    Unfinished("spell [something|a (word|name)]", "What should I spell?", "spell {answer}"),
    family=Family.TEXT_TO_AUDIO,
    effects=False,
    examples=(
        "Spell {text}.",
        "How do you spell {text}?",
        "Can you spell the word {text} for me?",
        "Which letters is {text} written with?",
        "Say {text} letter by letter.",
        "Spell that out, please.",
        "How is {text} written?",
        "Give me the letters of {text}.",
        "I need the spelling of {text}.",
        "Spell what you just said.",
    ),
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
