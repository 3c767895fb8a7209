"""How well sounds are captioned: CIDEr-D against what we would say of a sound of its kind, and how often a caption
names the kind, another, or none.

The captions it is compared with (`caption_audio.jsonl`, our own) are of kinds of sound, not of single recordings. A
guess that is marked as one ("perhaps") does not count as named.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path

from assistant.errors import DataError
from assistant.evaluation.capability.base import NOTHING, Bench, Contender, Row
from assistant.evaluation.capability.cider import cider_d
from assistant.evaluation.lines import of_type, read_lines, words
from assistant.evaluation.recordings import Recordings, held_out
from assistant.evaluation.recordings import Row as Recording
from models.base import Job, Made

CAPTIONS = Path(__file__).with_name("caption_audio.jsonl")
MOST = 66
TELLING = {
    "dog": "bark",
    "rain": "rain",
    "sea_waves": "wave",
    "crying_baby": "baby",
    "clock_tick": "clock",
    "sneezing": "sneez",
    "helicopter": "helicopter",
    "chainsaw": "chainsaw",
    "rooster": "rooster",
    "crackling_fire": "fire",
    "music": "music",
}
"""What a caption of a kind has in it."""


def measure(contenders: Sequence[Contender], bench: Bench) -> Iterator[Row]:
    """CIDEr-D, and the shares of captions that state the right kind, state a wrong one, and state none.

    Raises:
        DataError: there are no recordings of sounds.
    """
    chosen = sounds(bench.recordings)[: bench.count(MOST)]
    if not chosen:
        raise DataError("There are no recordings of sounds; the folder needs a sounds.jsonl with labels.")
    references = _references()
    wanted = [references[label] for _, label in chosen]
    for contender in (*contenders, Contender(NOTHING, lambda job: Made("A sound."))):
        told = [_caption(contender, bench, row) for row, _ in chosen]
        yield Row(contender.name, "cider_d", sum(cider_d(told, wanted)) / len(told), len(told))
        named = [_stated(text) for text in told]
        right = [label in kinds for kinds, (_, label) in zip(named, chosen, strict=True)]
        wrong = [bool(kinds - {label}) for kinds, (_, label) in zip(named, chosen, strict=True)]
        yield Row(contender.name, "named", sum(right) / len(told), len(told))
        yield Row(contender.name, "misnamed", sum(wrong) / len(told), len(told))
        yield Row(contender.name, "unnamed", sum(not kinds for kinds in named) / len(told), len(told))


def sounds(recordings: Recordings) -> list[tuple[Recording, str]]:
    """Recordings of kinds that there are captions of, the kinds in turn: those held out, where there are some."""
    told = [(row, str(row["labels"][0])) for row in recordings.rows("sounds") if row.get("labels")]
    known = [(row, label) for row, label in told if label in TELLING]
    apart = [(row, label) for row, label in known if held_out(row)] or known
    kinds = [[one for one in apart if one[1] == label] for label in TELLING]
    longest = max(map(len, kinds), default=0)
    return [kind[k] for k in range(longest) for kind in kinds if k < len(kind)]


def _references() -> dict[str, tuple[str, ...]]:
    rows = read_lines(CAPTIONS, lambda row, line: (of_type(row, "label", str, ""), words(row, "captions")))
    return dict(rows)


def _caption(contender: Contender, bench: Bench, row: Recording) -> str:
    job = Job("caption_audio", bench.folder, {}, {"audio": bench.recordings.path(row)}, bench.seed)
    return contender.run(job).text


def _stated(text: str) -> frozenset[str]:
    """The kinds that a caption states; what is said after "perhaps", up to the next clause, is supposed."""
    clauses = text.lower().split(";")[0].replace(" and ", ", ").split(", ")
    stated = " ".join(clause for clause in clauses if not clause.strip().startswith("perhaps"))
    return frozenset(label for label, word in TELLING.items() if word in stated)
