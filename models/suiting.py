"""Which engine suits a job, by what their cards say of the languages that they translate into."""

from models.base import Card, Job
from models.speech.translation_languages import language_called


def fitness(card: Card, job: Job) -> int:
    """2 where an engine says that it does the language of a job, 1 where it does not say, and 0 where it cannot."""
    if not card.languages:
        return 1
    wanted = language_called(str(job.arguments.get("language") or ""))
    return 2 if wanted and wanted.code in card.languages and "audio" in job.files else 0
