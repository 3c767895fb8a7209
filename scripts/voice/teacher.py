"""The teacher: Festival's HTS voice of CMU ARCTIC's slt, which speaks any amount of text and says when each phone was.

It needs Debian's packages festival and festvox-us-slt-hts. The sentences are those of LJ Speech, most of them cut at
their punctuation, because the assistant speaks in clauses, and the replies of an assistant, in replies.txt.
"""

import random
import re
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

VOICE = "cmu_us_slt_arctic_hts"
HOURS = 5.2
CHARACTERS_PER_SECOND = 15
LONGEST = 150
"""Characters of a training sentence."""
_PLAIN = re.compile(r"[A-Za-z ,.;:?!'\"()-]+")
_SCHEME = f"""(voice_{VOICE})
(define (say_to words base)
  (set! utt (eval (list (quote Utterance) (quote Text) words)))
  (utt.synth utt)
  (utt.save.segs utt (string-append base ".segs"))
  (utt.save.wave utt (string-append base ".wav") 'riff))
"""


def texts(sentences: Sequence[str], unwanted: set[str], seed: int = 7) -> list[str]:
    """What the teacher is to read: clauses of the sentences, questions and exclamations, then the replies."""
    wanted = [s for s in dict.fromkeys(sentences) if s not in unwanted]
    replies = (Path(__file__).parent / "replies.txt").read_text().splitlines()
    return [*_clauses(wanted, random.Random(seed)), *_lively(wanted), *replies]


def _clauses(sentences: list[str], choice: random.Random) -> list[str]:
    """Enough of the sentences, shuffled; every third one whole if it is short, the others in clauses."""
    choice.shuffle(sentences)
    chosen: list[str] = []
    left = HOURS * 3600 * CHARACTERS_PER_SECOND
    for i, sentence in enumerate(sentences):
        if left < 0:
            break
        if _PLAIN.fullmatch(sentence):
            clauses = [c for c in _cut(_unquoted(sentence), i % 3 == 0, choice) if 4 <= len(c) <= LONGEST]
            chosen += clauses
            left -= sum(map(len, clauses))
    return chosen


def _unquoted(sentence: str) -> str:
    return re.sub(r"[\"()]", "", sentence).replace("--", ", ")


def _cut(sentence: str, whole: bool, choice: random.Random) -> list[str]:
    """The sentence in clauses; very short ones mostly stay with the one that follows."""
    if whole and len(sentence) < LONGEST:
        return [sentence]
    clauses: list[str] = []
    for clause in (c.strip() for c in re.split(r"(?<=[,;:.?!])\s", sentence)):
        if clauses and len(clauses[-1]) < 18 and choice.random() < 0.7:
            clauses[-1] += " " + clause
        else:
            clauses.append(clause)
    return clauses


def _lively(sentences: Sequence[str]) -> list[str]:
    """All short questions and exclamations, which are few in LJ Speech."""
    clauses = (c.strip() for s in sentences for c in re.split(r"(?<=[,;:.?!])\s", _unquoted(s)))
    return sorted({c for c in clauses if c.endswith(("?", "!")) and _PLAIN.fullmatch(c) and 8 <= len(c) <= LONGEST})


def speak(lines: Sequence[str], folder: Path) -> None:
    """Writes NNNNN.wav (32 kHz) and NNNNN.segs for every line that is not there yet.

    Raises:
        FileNotFoundError: there is no `festival` on this machine.
    """
    folder.mkdir(parents=True, exist_ok=True)
    missing = [i for i in range(len(lines)) if not (folder / f"{i:05d}.wav").exists()]
    with tempfile.NamedTemporaryFile("w", suffix=".scm") as script:
        script.write(_SCHEME)
        script.writelines(f'(say_to "{lines[i]}" "{folder}/{i:05d}")\n' for i in missing)
        script.flush()
        subprocess.run(["festival", "-b", script.name], check=True)
