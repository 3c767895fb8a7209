"""The voices the assistant can speak with: which there are, and speaking with another one."""

from dataclasses import replace

from rapidfuzz import fuzz

from assistant.errors import TaskError
from assistant.events import Show
from router.task import Context, Family, Outcome, means, task

ALIKE = 65.0
"""From this likeness on, 0 to 100, a voice was meant; recognizers write names as they like."""
DEFAULT = "default"
"""Stands for the voice that is set."""

USE = "(use|take|try|choose|switch [back] to|change [back] to|go back to|(speak|talk) [to me] (with|in|using))"
OTHER = "[the|your] (other|another|a different|different|next|some other|a new)"
USUAL = "[the|your] (normal|usual|default|first|old|own|previous|original)"


@task(
    "(which|what) voices (do you (have|know)|have you got|are there|can you (use|do|speak with)|can i choose [from])",
    "(list|show [me]|tell me) [all] (your|the) voices|tell me (which|what) voices (you have|there are)",
    "how many voices (do you have|are there)|do you have (another|other|more|any other|different) (voice|voices)",
    "(which|what|whose) voice (is (this|that)|do you (use|have)|are you (using|speaking with))",
    "what is (your|this) voice called",
    family=Family.CONVERSATION,
    effects=False,
)
async def list_voices(context: Context) -> Outcome:
    """Tell which voices the assistant has, and which it speaks with."""
    now = _present(context)
    others = [_aloud(name) for name in context.voices if name != now]
    if not others:
        return Outcome(f"This is {_aloud(now)}; I have no other voice.")
    return Outcome(f"This is {_aloud(now)}. I can also speak with {_listed(others)}.")


@task(
    *means(f"{USE} {OTHER} (voice|one)", f"{OTHER} voice", name=""),
    *means("(change|switch) [your|the] (voice|voices)|(speak|talk|sound) differently|sound different", name=""),
    *means("(can|could|may) i (hear|have|try) (another|a different|the other|your other) voice", name=""),
    *means(f"{USE} {USUAL} voice [again]|change your voice back", name=DEFAULT),
    f"{USE} [the|a|an|your] voice [called|named|of] {{name}}",
    f"{USE} [the|a|an|your] {{name}} voice",
    "(change|switch|set) (your|the) voice to [the|a|an] {name} [voice]",
    family=Family.CONVERSATION,
    effects=True,
)
async def change_voice(context: Context, name: str = "") -> Outcome:
    """Speak with another voice from now on.

    name: what the voice is called; empty for the next one, "default" for the one that is set.
    """
    chosen = _wanted(context, name)
    if chosen == _present(context):
        return Outcome(f"This is {_aloud(chosen)} already.")
    notice = await context.load_voice(chosen) if context.load_voice else ""
    context.manner = replace(context.manner, voice=chosen)
    return Outcome(f"Okay, this is {_aloud(chosen)}.", show=(Show(notice),) if notice else ())


def _present(context: Context) -> str:
    """The name of the voice that speaks."""
    if not context.voices:
        raise TaskError("I cannot choose a voice here.")
    return context.manner.voice or context.voices[0]


def _wanted(context: Context, name: str) -> str:
    """The name of the voice that is meant."""
    voices, now = context.voices, _present(context)
    if name == DEFAULT:
        return voices[0]
    if not name:
        if len(voices) < 2:
            raise TaskError(f"I have no other voice than {_aloud(now)}.")
        return voices[(voices.index(now) + 1) % len(voices)]
    likeness = {voice: _likeness(name, voice) for voice in voices}
    best = max(voices, key=likeness.__getitem__)
    if likeness[best] < ALIKE:
        raise TaskError(f"I have no voice called {name}; I have {_listed([_aloud(voice) for voice in voices])}.")
    return best


def _likeness(said: str, voice: str) -> float:
    """How like two names are, 0 to 100, by their letters, or by their consonants: "el jay" is lj."""
    letters = ["".join(c for c in text.lower() if c.isalnum()) for text in (said, voice)]
    consonants = ["".join(c for c in text if c not in "aeiou") for text in letters]
    return max(fuzz.ratio(*letters), fuzz.ratio(*consonants))


def _listed(names: list[str]) -> str:
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))


def _aloud(name: str) -> str:
    """A voice's name as it is spoken: short ones letter by letter."""
    return name.upper() if len(name) <= 3 else name.replace("_", " ").replace("-", " ")
