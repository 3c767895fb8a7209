"""Style transfer (Table 1): "say 'here we go' in the manner of this recording"."""

import re
from typing import Annotated

from assistant.errors import TaskError
from models.base import Json
from router.arguments import Ask, Reference, Text
from router.consent import grants, is_refused
from router.found import Sound
from router.reading_out import words_meant
from router.resources import SOUND, SPOKEN, find_sound
from router.results import Order, carry_out, needs_engine, outcome
from router.task import Context, Family, Missing, Outcome, Pending, task

CANNOT = (
    "I cannot speak in somebody else's manner; this version has no engine for it. "
    "It takes a model for style transfer. What I can do is say it in one of my own voices."
)
CONSENT = "Does the person in that recording agree that I take on their manner?"
VOICE_CONSENT = (
    "This engine imitates the voice itself, so it could be taken for theirs. "
    "Does the person in that recording agree to just that?"
)
REFUSED = (
    "Without that person's consent I take on nobody's manner. I can say it in one of my own voices, or in your manner, "
    "if you give me a recording of yourself."
)
LEFT = "Then I leave it. I take on somebody's manner only with their consent."
GRANTED = re.compile(r"\b(consents?|consented|permission|permits?|permitted|agrees?|agreed)\b", re.IGNORECASE)
"""Said with the request, it need not be asked."""
DENIED = re.compile(r"\b(without|not|no|never)\b|n't", re.IGNORECASE)
MINE = re.compile(r"\b(i|my|mine|me|myself)\b", re.IGNORECASE)
"""Of what the microphone heard, said by who wants their own manner; anybody may have spoken."""
OWN = ("synthesize_speech", "sing", "transfer_style")
"""What these make is a voice of the assistant's, who agrees."""
PRESUMED = re.compile(
    r"\b(think|guess|suppose|believe|assume|hope|probably|likely|surely|would|should)\b", re.IGNORECASE
)
"""In an answer for somebody who was not asked: not enough for their voice."""
VOICED = "voice"
"""What is agreed to of a voice is noted of the recording under this name: a manner is less, and does not count."""

ANY = f"{{reference:{SOUND}|{SPOKEN}}}"
GRANTING = "[(with|without) (her|his|their|my|the speakers|the speaker's|any) (consent|permission|knowledge)]"
THE_WAY = "(style|manner|voice|tone)"
LIKE = (
    f"(in the {THE_WAY} of|(with|using) the {THE_WAY} of|like [the (speaker|person|man|woman|voice) (in|of|from|on)])"
)


@task(
    f"(say|speak|read) {{text}} {LIKE} {ANY} {GRANTING}",
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
    consent: str = "",
) -> Outcome:
    """Say a text in the manner of somebody in a recording.

    text: the very words to be spoken. reference: the recording whose pitch, pace, tone and colour are taken. consent:
    the user's own answer when asked whether that person agrees; left out until they were asked.
    """
    card = needs_engine(context, transfer_style.name, CANNOT).engine(transfer_style.name)
    text = await words_meant(context, text)
    imitates = card is not None and card.how == "model"
    sound = await find_sound(context, reference)
    if _is_refused(context, sound):
        raise TaskError(REFUSED)
    if not (_voice_agreed if imitates else _agreed)(context, sound, consent):
        asked = {"text": text, "reference": reference}
        raise Missing(Pending(transfer_style.name, asked, "consent", VOICE_CONSENT if imitates else CONSENT))
    given: dict[str, Json] = {"text": text, "consent": True, "voice": imitates}
    order = Order(transfer_style.name, "audio", CANNOT, given, sounds={"reference": reference})
    result = await carry_out(context, order)
    if result.made.facts.get("imitated"):
        return outcome(result, "Here it is in that voice. It is made, and the file says so.")
    return outcome(result, "Here it is in that manner.")


def _is_refused(context: Context, sound: Sound) -> bool:
    """Whether the request itself says that a person does not agree."""
    made = sound.artifact is not None and sound.artifact.made_by in OWN
    return not made and context.present is not None and is_refused(context.present.text)


def _voice_agreed(context: Context, sound: Sound, consent: str) -> bool:
    """Whether somebody's very voice may be imitated: only after the question, whatever came with the request, and
    whoever says that it is theirs.

    Raises:
        TaskError: they do not agree.
    """
    if sound.artifact and sound.artifact.made_by in OWN and sound.artifact.made_by != transfer_style.name:
        return True  # no person's
    kept = sound.path / VOICED
    known = context.consents.get(kept)
    if known:
        return True
    if known is None or not consent:
        context.consents[kept] = False
        return False
    if not grants(consent) or PRESUMED.search(consent):
        del context.consents[kept]
        raise TaskError(LEFT)
    context.consents[kept] = True
    return True


def _agreed(context: Context, sound: Sound, consent: str) -> bool:
    """Whether somebody may be imitated. Each recording is asked about once; before that no answer counts.

    Raises:
        TaskError: they do not agree.
    """
    said = context.present.text if context.present else ""
    if sound.artifact.made_by in OWN if sound.artifact else MINE.search(said):
        return True  # the assistant's own voice, or the user's, who says so
    known = context.consents.get(sound.path)
    if known is None and GRANTED.search(said) and not DENIED.search(said):
        known = context.consents[sound.path] = True
    if known is None or not (known or consent):
        context.consents[sound.path] = False
        return False
    if not known and not grants(consent):
        del context.consents[sound.path]
        raise TaskError(LEFT)
    context.consents[sound.path] = True
    return True
