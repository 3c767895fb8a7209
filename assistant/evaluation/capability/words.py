"""How near words come to what they should be: word and character errors, and translations against references."""

from collections.abc import Sequence

import jiwer

from assistant.bench.asr import normalizer
from assistant.evaluation.capability.metrics import lacking


def word_errors(told: Sequence[str], true: Sequence[str], language: str = "en") -> float:
    """Errors by word, all texts together, after the normalization of the Whisper paper; 0 where all are right.

    Texts of which nothing remains after that do not count; not a number where none counts.
    """
    theirs, ours = _normalized(true, told, language)
    return float(jiwer.wer(theirs, ours)) if theirs else float("nan")


def character_errors(told: Sequence[str], true: Sequence[str], language: str = "en") -> float:
    """Errors by character; as `word_errors`."""
    theirs, ours = _normalized(true, told, language)
    return float(jiwer.cer(theirs, ours)) if theirs else float("nan")


def bleu(told: Sequence[str], true: Sequence[str]) -> float:
    """BLEU of all texts together, 0 to 100, cased, punctuation counted (Papineni et al. 2002; library sacrebleu).

    Raises:
        EngineMissing: the library is not here.
    """
    try:
        import sacrebleu
    except ImportError as error:
        raise lacking("BLEU", "sacrebleu") from error
    return float(sacrebleu.corpus_bleu(list(told), [list(true)]).score)


def chrf(told: Sequence[str], true: Sequence[str]) -> float:
    """chrF of all texts together, 0 to 100 (Popović 2015; library sacrebleu).

    Raises:
        EngineMissing: the library is not here.
    """
    try:
        import sacrebleu
    except ImportError as error:
        raise lacking("chrF", "sacrebleu") from error
    return float(sacrebleu.corpus_chrf(list(told), [list(true)]).score)


def _normalized(true: Sequence[str], told: Sequence[str], language: str) -> tuple[list[str], list[str]]:
    normalized = normalizer(language)
    pairs = [(normalized(theirs), normalized(ours)) for theirs, ours in zip(true, told, strict=True)]
    kept = [(theirs, ours) for theirs, ours in pairs if theirs]
    return [theirs for theirs, _ in kept], [ours for _, ours in kept]
