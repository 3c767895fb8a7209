"""Notes: "record a note", "take a note: buy milk"."""

from assistant.audio import RATE
from assistant.events import Heard, Show
from router.task import Context, Family, NextTurn, Outcome, task

NOTE = "[quick|new|short|voice|audio] (note|memo)"
WITHDRAWN = {"never mind", "nevermind", "cancel", "stop", "forget it", "no", "nothing", "no note", "cancel that"}


@task(
    f"(record|take|make|write|start|leave|create|save|new) [a|another|one|the|my] {NOTE}",
    f"i want to (record|take|make) a {NOTE}",
    f"(record|take|make|write|leave|save) (a|another|one) {NOTE} [that says|saying|that|to] {{text}}",
    "(note|jot) down {text}",
    "note to self {text}",
    family=Family.AUDIO_TO_AUDIO,
    effects=True,
)
async def record_note(context: Context, text: str = "") -> Outcome:
    """Record a note.

    text: what to note, where the user said it along with the request; empty to let the user speak it next.
    """
    if text:
        return _written(context, text)
    context.next_turn = NextTurn(record_note.name, _take)
    return Outcome("Go ahead.", verbatim=True)


async def _take(context: Context, heard: Heard) -> Outcome:
    """Keep a turn as a note: its sound, and its words to read."""
    if " ".join(heard.text.lower().replace(",", "").rstrip(".! ").split()) in WITHDRAWN:
        return Outcome("Okay, no note.")
    if not len(heard.audio):
        return _written(context, heard.text)
    note = context.workspace.save_audio("note", heard.audio, RATE, record_note.name)
    return Outcome(f"I have kept it as the {note.name}.", show=(Show(artifact=note),))


def _written(context: Context, text: str) -> Outcome:
    note = context.workspace.save_text("note", text, record_note.name)
    return Outcome(f"Noted: {text.rstrip('.')}.", show=(Show(text, note),))
