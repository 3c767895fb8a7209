"""Speech translation as a job: what is said is written down, and its sentences go through Apertium.

    audio ─▶ transcription ─▶ sentences ─▶ rules before ─▶ Apertium ─▶ rules after ─▶ text
    text ─────────────────────────┘         (from English into Spanish)

A translation by rules is a draft, and says so.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import TypeAlias

from assistant.errors import EngineError
from models.base import Card, Job, Made, Report
from models.speech.translation_apertium import PACKAGES, Apertium, Mode, Translated
from models.speech.translation_draft import drafted, is_place
from models.speech.translation_languages import ENGLISH, Language, language_called, language_of
from models.speech.translation_sentences import asking, cased, lowered, sentences
from models.speech.translation_spanish import finished

Transcribe: TypeAlias = Callable[[Job, Report], Made]
"""What is said in the `audio` of a job; its language is the fact "language", English where there is none."""

DRAFT = "This is a draft made by rules."
HEARING = 0.9
"""How much of the work is to hear what is said."""
AT_ONCE = 20
"""Sentences that are translated at once, in about a quarter second."""


class SpeechTranslation:
    """An `Engine` around a recognizer and Apertium. Nothing stays in memory: the program runs for each job."""

    def __init__(self, card: Card, transcribe: Transcribe) -> None:
        self.card = card
        self._transcribe = transcribe

    def load(self) -> None:
        """Look whether the program is there.

        Raises:
            EngineMissing: it is not; the sentence names its packages.
        """
        Apertium()

    def drop(self) -> None:
        """Nothing."""

    def run(self, job: Job, report: Report) -> Made:
        """Translate what is said in `audio`, or the `text` instead, into `language`.

        The facts have the codes of both languages, what was said, and how many words stay as they were.

        Raises:
            EngineMissing: the program is not installed.
            EngineError: it cannot translate between these languages.
            DataError: the file cannot be read.
            JobCancelled: it is no longer wanted.
        """
        apertium = Apertium()
        target = _target(str(job.arguments.get("language", "")), apertium)
        said = self._said(job, report)
        source = language_of(str(said.facts.get("language") or "")) or ENGLISH
        facts = {"language": target.code, "source_language": source.code, "transcript": said.text}
        if not said.text or source == target:
            told = f"That is in {target.name} already." if said.text else said.notice
            return Made(said.text, facts=facts, notice=told)
        way = _way(apertium, source, target)
        made = list(_translated(said.text, way, apertium, report))
        unknown = sum(len(one.unknown) for one in made)
        text = " ".join(one.text for one in made)
        notice = " ".join(filter(None, (said.notice, _notice(way, unknown))))
        return Made(text, facts={**facts, "unknown": unknown}, notice=notice)

    def _said(self, job: Job, report: Report) -> Made:
        """The words to be translated, and what is known of them."""
        if text := str(job.arguments.get("text") or "").strip():
            return Made(text)
        hearing = replace(job, task="transcribe_speech", arguments={})
        return self._transcribe(hearing, lambda share: report(HEARING * share))


def _target(name: str, apertium: Apertium) -> Language:
    """The language that is asked for, if anything leads to it.

    Raises:
        EngineError: it is unknown, or no rules that are installed lead to it.
    """
    target = language_called(name)
    if target and any(apertium.route(mode.source, target) for mode in apertium.modes):
        return target
    called = target.name if target else name.strip() or "that language"
    raise EngineError(f"I cannot translate into {called} here{_offer(apertium, ENGLISH)}{_package(target)}")


def _way(apertium: Apertium, source: Language, target: Language) -> tuple[Mode, ...]:
    """The modes that lead from one language to the other.

    Raises:
        EngineError: none do.
    """
    if way := apertium.route(source, target):
        return way
    raise EngineError(f"I cannot translate {source.name} into {target.name} here{_offer(apertium, source)}")


def _offer(apertium: Apertium, source: Language) -> str:
    """What can be done instead, as the end of a sentence."""
    names = [one.name for one in apertium.targets(source)]
    return f"; from {source.name} I can into {_listed(names)}." if names else "."


def _package(target: Language | None) -> str:
    """What it takes for a language, as a short sentence of its own."""
    if target and target.code in PACKAGES:
        return f" Install {PACKAGES[target.code]} to add it."
    return " That takes a translation model."


def _translated(text: str, way: Sequence[Mode], apertium: Apertium, report: Report) -> Iterator[Translated]:
    """The sentences of a text in the language to which a way leads, in order."""
    parts = sentences(text)
    for start in range(0, len(parts), AT_ONCE):
        report(HEARING + (1 - HEARING) * start / len(parts))
        group = parts[start : start + AT_ONCE]
        unknown = [()] * len(group)
        for number, mode in enumerate(way):
            done = _step(group, mode, apertium)
            unknown = unknown if number else [one.unknown for one in done]  # type: ignore[misc]
            group = [one.text for one in done]
        yield from (Translated(text, words) for text, words in zip(group, unknown, strict=True))
    report(1.0)


def _step(group: Sequence[str], mode: Mode, apertium: Apertium) -> list[Translated]:
    """Sentences in the next language."""
    named = _named(group, mode, apertium)
    if (mode.source.code, mode.target.code) != ("en", "es"):
        return apertium.translate(named, mode)
    drafts = [drafted(sentence) for sentence in named]
    came = apertium.translate([draft.text for draft in drafts], mode)
    return [
        Translated(finished(one.text, draft), tuple(word for word in one.unknown if not is_place(word)))
        for one, draft in zip(came, drafts, strict=True)
    ]


def _named(group: Sequence[str], mode: Mode, apertium: Apertium) -> list[str]:
    """Sentences with the names in them in capitals, where the recognizer wrote none.

    What the dictionary does not know in small letters and does in capitals is a name.
    """
    if not any(lowered(sentence) for sentence in group):
        return [asking(cased(sentence)) for sentence in group]
    unknown = sorted({word for one in apertium.translate(group, mode) for word in one.unknown})
    again = apertium.translate([word.capitalize() for word in unknown], mode)
    names = {word for word, one in zip(unknown, again, strict=True) if not one.unknown}
    return [asking(cased(one, names if lowered(one) else ())) for one in group]


def _notice(way: Sequence[Mode], unknown: int) -> str:
    """What is to be told of a translation."""
    by = f" It went by way of {_listed([mode.target.name for mode in way[:-1]])}." if len(way) > 1 else ""
    kept = f" I do not know {unknown} of its words; they stay as they were." if unknown > 1 else ""
    return DRAFT + by + (" I do not know one of its words; it stays as it was." if unknown == 1 else kept)


def _listed(names: Sequence[str]) -> str:
    *first, last = names
    return f"{', '.join(first)} and {last}" if first else last
