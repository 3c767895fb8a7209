"""Singing synthesis (Table 1): "sing 'hello' on C four and E four", "sing Happy Birthday in G", "sing this score"."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

from assistant.errors import TaskError
from assistant.media import is_score
from models.base import Json
from models.music.asking import Asked, asked
from models.music.notation import NAMES_OF_TONICS
from router.arguments import Ask, Durations, Manner, Notes, Text, Title, Tune, VoiceName
from router.durations import spoken_duration
from router.paths import as_path
from router.results import Order, Result, carry_out, needs_engine, outcome
from router.songs import TASK, Meant, language_in, meant, spoken_so
from router.task import Context, Family, Outcome, task
from router.telling import count

CANNOT = (
    "I cannot sing: the settings leave no engine for it. It takes the embedded one, or a model for singing. "
    "What I can do is say the words."
)
SCORE_WORDS = frozenset(("it", "this", "that", "score", "song", "file", "sheet", "music", "midi", "musicxml", "notes"))
"""Of which the words consist that point at a score."""
_DURATIONS = re.compile(
    r"[\s.,;]*\b(?:and\s+|with\s+)*(?:the\s+)?(?:note\s+)?durations?(?:\s+sequence)?(?:\s+(?:is|are|of))?\s*:?\s*", re.I
)
"""What leads from the notes to their durations."""
_WORDLESS = re.compile(r"\b(hum|whistle)\s+(?:(?:me|us|the|a|tune|melody|song|of|to)\s+)*[\"'“‘]?$")
"""What is said in the place of "sing"."""
_STOPS = " .,;!?…"
_LITTLE = frozenset(("the", "my", "a", "me", "from", "in", "of", "please", "dot", "mid", "xml", "mxl"))


@task(
    "sing [me] [the (words|text|line)] {text}",
    "sing [me] {text} (on|with) the notes {notes}",
    "sing [me] [the words] {text} to the (tune|melody) of {tune}",
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
        "Sing {text} to the tune of {tune}.",
    ),
)
async def sing(  # noqa: PLR0913  # what a user may say of it
    context: Context,
    text: Annotated[Text, Ask("What should I sing?")],
    notes: Notes = "",
    durations_s: Durations = "",
    tune: Tune = "",
    voice: VoiceName = "",
    manner: Manner = "",
    title: Title = "",
) -> Outcome:
    """Sing words, a song that everybody knows, or a score.

    text: the words; or the name of a well-known song, with the key and the tempo where they were said, such as "Happy
    Birthday in G, slowly"; or the name of a file with a score, MusicXML or MIDI. notes: a note for each syllable,
    joined by |, such as "C4 | D#4/Eb4 | rest"; two notes in one place are one syllable drawn over both. durations_s:
    seconds for each note, joined by |. Left out, a tune is made up. tune: the name of a song whose tune the words are
    sung to. voice: who sings: a man, a child. manner: how: "in G, slowly, an octave lower, softly, without vibrato, in
    French". title: where `text` is the words of a song that is not known by heart, its name.
    """
    needs_engine(context, TASK, CANNOT)
    notes, durations_s = _parted(notes, durations_s)
    _check(_parts(notes), _parts(durations_s))
    given = {"text": text, "notes": notes, "durations_s": durations_s, "tune": tune, "voice": voice, "manner": manner}
    result, before = await performed(context, {**given, "title": title})
    return outcome(result, f"{before} {told(result)}".strip())


async def performed(context: Context, given: Mapping[str, str]) -> tuple[Result, str]:
    """A song by the arguments of `sing`, and what has to be said before what is told of it.

    Raises:
        Refused: there is no engine for it.
        Missing: a song is meant that is not known.
        EngineError, DataError: it cannot be sung or kept.
    """
    score, said = _score(context, given["text"]), _besides(context, given["text"])
    song = _meant(context, given, score)
    verb = _verb(context, given["text"])
    manner = ", ".join(filter(None, (given.get("manner"), said.style.said if said else "", verb)))
    wanted = "" if score else language_in(manner)
    if wanted:
        song = spoken_so(song, wanted)
    arguments: dict[str, Json] = {
        "text": song.text,
        "notes": song.notes or None,
        "durations_s": given.get("durations_s") or None,
        "tune": given.get("tune") or None,
        "key": _key_of(said),
        "tempo": _tempo_of(said),
        "voice": given.get("voice") or None,
        "manner": manner or None,
        "language": song.language or None,
    }
    files = {"score": score} if score else {}
    result = await carry_out(context, Order(TASK, "audio", CANNOT, arguments, files=files))
    return result, "" if given.get("manner") and not wanted else song.told


def _meant(context: Context, given: Mapping[str, str], score: Path | None) -> Meant:
    """What is sung; words that come with notes or a tune are words."""
    text, notes = given["text"], given.get("notes", "")
    if score or notes or given.get("tune"):
        return Meant(_without(text, notes), notes)
    said = context.present.text if context.present else ""
    before = said[: max(0, said.lower().find(text.lower()))] if said else ""
    sung = sum(artifact.made_by == TASK for artifact in context.workspace.artifacts)
    return meant(text, before, given, sung)


def told(result: Result) -> str:
    """What was sung, how long, and on which key it ends; empty where the engine does not tell."""
    facts = result.made.facts
    seconds, title = facts.get("seconds"), str(facts.get("title") or "song")
    if not isinstance(seconds, int | float):
        return ""
    lasts, manner = spoken_duration(max(1.0, round(seconds))), facts.get("manner")
    return f"{_subject(facts, title)}{f', {manner}' if manner else ''}, {lasts}."


def _subject(facts: Mapping[str, Json], title: str) -> str:
    match facts.get("tune"):
        case "by heart":
            return f"{title} in {facts.get('key')}"
        case "lent":
            return f"Here it is to the tune of {title}, in {facts.get('key')}"
        case "made up":
            return f"Here it is to a tune of my own, in {facts.get('key')}"
    notes = facts.get("notes")
    sung = f"on {count(notes)} note{'' if notes == 1 else 's'}" if isinstance(notes, int) else ""
    return f"{title} {sung}".strip() if title != "song" else f"Here it is, {sung}".strip(" ,")


def _score(context: Context, text: str) -> Path | None:
    """The file that is meant, where the text is no words to be sung but names a score, or points at the latest."""
    path = as_path(text, context.folder)
    if path is not None and is_score(path):
        return path
    scores = [a for a in context.workspace.artifacts if a.kind == "text" and is_score(a.path)]
    words = text.lower().replace(".", " ").split()
    bare = [word for word in words if word not in _LITTLE]
    for artifact in reversed(scores):
        if bare == artifact.name.lower().split() or text.lower().strip() == artifact.name.lower():
            return artifact.path
    pointing = bool(words) and all(word in SCORE_WORDS or word in _LITTLE for word in words)
    return scores[-1].path if scores and pointing else None


def _without(text: str, notes: str) -> str:
    """The words, where what was taken for them goes on with the notes: "'hello' on C four and E four"."""
    before, found, after = text.rpartition(notes) if notes else ("", "", "")
    if not found or after.strip(" .!?"):
        return text
    words = re.sub(r"(?i)\s*\b(?:on|with|to|at)(?:\s+the\s+notes?)?\s*$", "", before).strip()
    return words.strip("'\"“”‘’") or text


def _verb(context: Context, text: str) -> str:
    """ "hum" or "whistle", where that is said in front of what is to be sung in the place of "sing"."""
    said = context.present.text.lower() if context.present else ""
    found = _WORDLESS.search(said[: max(0, said.find(text.lower()))])
    return found[1] if found else ""


def _besides(context: Context, text: str) -> Asked | None:
    """What the user said of key and tempo behind the words; None where that is not known."""
    said = context.present.text if context.present else ""
    before, found, after = said.lower().rpartition(text.lower())
    return asked(f"x {after.strip(' .,!?')}") if found and after.strip(" .,!?\"'”") else None


def _key_of(said: Asked | None) -> str | None:
    if said is None or said.tonic is None:
        return None
    return f"{NAMES_OF_TONICS[said.tonic]}{' minor' if said.minor else ''}"


def _tempo_of(said: Asked | None) -> str | None:
    if said is None or (said.pace == 1.0 and not said.beats):
        return None
    return f"{said.beats:g} beats per minute" if said.beats else said.paced


def _parted(notes: str, durations: str) -> tuple[str, str]:
    """Notes and durations, where what was taken for notes goes on with the durations, as the paper's figure has it."""
    before, *behind = _DURATIONS.split(notes, maxsplit=1)
    found = durations or (behind[0] if behind else "")
    return before.strip(_STOPS), found.strip(_STOPS)


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
