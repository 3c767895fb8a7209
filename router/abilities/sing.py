"""Singing synthesis (Table 1): "sing 'hello' on C four and E four"."""

from typing import Annotated

from assistant.errors import TaskError
from router.arguments import Ask, Durations, Notes, Text, VoiceName
from router.results import Order, carry_out, needs_engine, outcome
from router.task import Context, Family, Outcome, task

CANNOT = (
    "I cannot sing yet; this version has no engine for it. It takes a model for singing. "
    "What I can do is say the words."
)


@task(
    "sing [me] [the (words|text|line)] {text}",
    "sing [me] {text} (on|with) the notes {notes}",
    family=Family.SCORE_TO_AUDIO,
    effects=True,
    doing="practising the song",
    examples=(
        "Sing {text}.",
        "Sing {text} on the notes {notes}.",
        "Generate a piece of singing voice. The text is {text}, the notes are {notes}, the durations {durations_s}.",
        "Can you sing {text} for me?",
        "Perform {text} as a song.",
        "Sing {text} with the notes {notes} and the durations {durations_s}.",
        "Make a singing voice of {text}.",
        "I would like to hear {text} sung by {voice}.",
        "Put {text} to this melody: {notes}.",
        "Let me hear you sing.",
        "Sing the words {text} in the rhythm {durations_s}.",
        "Turn this score into singing: {text}, {notes}.",
    ),
)
async def sing(
    context: Context,
    text: Annotated[Text, Ask("What should I sing?")],
    notes: Notes = "",
    durations_s: Durations = "",
    voice: VoiceName = "",
) -> Outcome:
    """Sing words, on notes where they are given.

    text: the words. notes: a note for each syllable, joined by |, such as "C4 | D#4/Eb4 | rest"; two notes in one place
    are one syllable drawn over both. durations_s: seconds for each note, joined by |. Left out, a tune is made up.
    voice: who sings.
    """
    needs_engine(context, sing.name, CANNOT)
    _check(_parts(notes), _parts(durations_s))
    arguments = {"text": text, "notes": notes or None, "durations_s": durations_s or None, "voice": voice or None}
    return outcome(await carry_out(context, Order(sing.name, "audio", CANNOT, arguments)))


def _check(notes: list[str], durations: list[str]) -> None:
    """Whether they fit together; one duration may stand for all.

    Raises:
        TaskError: they do not.
    """
    if durations and not notes:
        raise TaskError("There are durations but no notes; on which notes should I sing it?")
    if len(durations) > 1 and len(notes) != len(durations):
        raise TaskError(f"There are {len(notes)} notes and {len(durations)} durations; give me one for each note.")


def _parts(joined: str) -> list[str]:
    """What is joined, each for itself: two notes of one syllable have a duration each."""
    return joined.replace("|", " ").replace(",", " ").split()
