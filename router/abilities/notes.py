"""Notes: "record a note", "take a note: buy milk", "read my notes"."""

import asyncio
from collections.abc import Sequence
from pathlib import Path

from assistant.audio import RATE
from assistant.errors import DataError, TaskError
from assistant.events import Artifact, Heard, Provenance, Show
from assistant.workspace import past_sessions, write_text
from router.resources import removable
from router.task import Context, Family, NextTurn, Outcome, means, task

NOTE = "[quick|new|short|voice|audio] (note|memo)"
ONE = "[the|my|that|this] [last|latest] [voice] (note|memo)"
ALL = "[all] [the|my|these|those] [voice] (notes|memos)"
WITHDRAWN = {"never mind", "nevermind", "cancel", "stop", "forget it", "no", "nothing", "no note", "cancel that"}
READ_AT_MOST = 5
"""How many notes are read aloud; the rest is shown."""


@task(
    f"(record|take|make|write|start|leave|create|save|new) [a|another|one|the|my] {NOTE}",
    f"i want to (record|take|make) a {NOTE}",
    f"(record|take|make|write|leave|save) (a|another|one) {NOTE} [that says|saying|that|to] {{text}}",
    "(note|jot) down {text}",
    "note to self {text}",
    family=Family.AUDIO_TO_AUDIO,
    effects=True,
    examples=(
        "Take a note: {text}.",
        "Record a note.",
        "Make a note that {text}.",
        "Write down that {text}.",
        "Note to self, {text}.",
        "I want to leave a voice memo.",
        "Please remember that {text}.",
        "Jot this down: {text}.",
        "Let me dictate something.",
        "Put a note in my list saying {text}.",
        "Save a quick memo.",
        "Can you note down {text}?",
    ),
)
async def record_note(context: Context, text: str = "") -> Outcome:
    """Record a note.

    text: what to note, where the user said it along with the request; empty to let the user speak it next.
    """
    if text:
        return _written(context, text)
    context.next_turn = NextTurn(record_note.name, _take)
    return Outcome("Go ahead.", verbatim=True)


@task(
    *means(f"(read|tell|show) [me] [back] {ONE} [back|again|to me|aloud]", which="last"),
    *means(f"what (is|was|does) {ONE} [say]|what did i [just] note [down]", which="last"),
    f"(read|tell|show|play) [me] [back] {ALL} [back|again|to me|aloud]",
    f"what (are|were|do) {ALL} [say]|what have i noted [down]",
    "(do i have|are there|have i got) [any] (notes|memos)|how many notes (do i have|are there)",
    family=Family.AUDIO_TO_TEXT,
    effects=True,
    examples=(
        "Read my notes.",
        "What did I note down?",
        "Read me the last note.",
        "What was that memo about?",
        "Do I have any notes?",
        "Tell me what I wrote down earlier.",
        "Go through my notes, please.",
        "Which notes have I made?",
        "What is in my notes?",
        "Read the notes back to me.",
        "What did I want to remember?",
        "List all my memos.",
    ),
)
async def read_notes(context: Context, which: str = "") -> Outcome:
    """Read the user's notes.

    All of this conversation, or if there are none, those of the last conversation with any. Spoken notes are read if
    their words are known, and played if there is only one.
    which: "last" for the latest only; left out, all.
    """
    notes = _notes(context.workspace.artifacts)
    before = "" if notes else "From before: "
    notes = notes or await asyncio.to_thread(_earlier, context.workspace.folder.parent)
    if not notes:
        raise TaskError("You have no notes yet.")
    single = which.strip().lower() in ("last", "latest", "the last", "newest") or len(notes) == 1
    if single:
        return _one(notes[-1], before)
    read = [f"{number}: {_words(note)}" for number, note in enumerate(notes, 1)]
    more = f" The other {len(read) - READ_AT_MOST} are on the screen." if len(read) > READ_AT_MOST else ""
    told = " ".join(_sentence(line) for line in read[:READ_AT_MOST])
    return Outcome(f"{before}You have {len(read)} notes. {told}{more}", show=(Show("\n".join(read)),), verbatim=True)


async def _take(context: Context, heard: Heard) -> Outcome:
    """Keep a turn as a note: its sound, and its words to read."""
    if " ".join(heard.text.lower().replace(",", "").rstrip(".! ").split()) in WITHDRAWN:
        return Outcome("Okay, no note.")
    if not len(heard.audio):
        return _written(context, heard.text)
    origin = Provenance("recorded", "microphone")
    note = context.workspace.save_audio("note", heard.audio, RATE, record_note.name, origin)
    write_text(_transcript(note), heard.text)
    removable(context, note)
    return Outcome(f"I have kept it as the {note.name}.", show=(Show(artifact=note),))


def _written(context: Context, text: str) -> Outcome:
    note = context.workspace.save_text("note", text, record_note.name, Provenance("given"))
    removable(context, note)
    return Outcome(f"Noted: {text.rstrip('.')}.", show=(Show(text, note),))


def _one(note: Artifact, before: str) -> Outcome:
    """One note: its words, and its sound where it has one."""
    play = (note,) if note.kind == "audio" else ()
    return Outcome(f"{before}The note says: {_words(note)}", play=play, show=(Show(artifact=note),), verbatim=True)


def _words(note: Artifact) -> str:
    """What a note says, as it was written, or as it was heard when it was recorded."""
    path = note.path if note.kind == "text" else _transcript(note)
    try:
        return " ".join(path.read_text(encoding="utf-8").split())
    except (OSError, ValueError) as error:
        if note.kind == "text":
            raise DataError(f"The {note.name} cannot be read any more.") from error
        return f"a recording of {note.seconds:.0f} seconds."


def _transcript(note: Artifact) -> Path:
    """Where the words of a spoken note are, beside its sound."""
    return note.path.with_suffix(".words.txt")


def _notes(artifacts: Sequence[Artifact]) -> list[Artifact]:
    return [a for a in artifacts if a.made_by == record_note.name]


def _earlier(root: Path) -> list[Artifact]:
    """The notes of the last session with any."""
    return next((notes for session in past_sessions(root) if (notes := _notes(session.artifacts))), [])


def _sentence(line: str) -> str:
    return line if line.endswith((".", "!", "?")) else f"{line}."
