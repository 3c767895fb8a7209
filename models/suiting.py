"""Which engine suits a job: by the languages that they translate into or sing, as cards say, and by the sounds that
they know."""

from models.base import Card, Job
from models.music.fitting import language_of
from models.sound.target_words import is_pointing, meant
from models.speech.translation_languages import language_called

IN_THE_TREE = "in the tree"
"""Where the weights of embedded networks come from, which know few sounds by name."""


ALIKE = frozenset(("sing",))
"""Tasks in which no engine does what another refuses: notes that cannot be read, words that are not there."""


def fitness(card: Card, job: Job) -> int:
    """2 where an engine is known to do such a job, 1 where that is not known, and 0 where it cannot."""
    if job.task == "detect_target_sound" and is_unknown(job):
        return 0 if card.source == IN_THE_TREE else 2
    if not card.languages:
        return 1
    if job.task == "sing":
        return 2 if language_of(str(job.arguments.get("text") or "")) in card.languages else 0
    wanted = language_called(str(job.arguments.get("language") or ""))
    return 2 if wanted and wanted.code in card.languages and "audio" in job.files else 0


def is_unknown(job: Job) -> bool:
    """Whether a sound is named that the embedded network does not know, and not shown by an example."""
    words = str(job.arguments.get("target") or "")
    shown = "example" in job.files or job.arguments.get("end_s")
    return not shown and not is_pointing(words) and not meant(words)
