"""What the assistant can do, told in a breath, and written out with ways of asking: of everything, or of a subject.

"what can you do"             ─▶ a sentence of less than eight seconds; the whole is on the screen
"what can you do with music"  ─▶ the tasks whose words speak of music, the same way
"""

import re
from collections.abc import Sequence

from router.announcing import joined
from router.families import NAMES, stems
from router.task import Context, Family, Phrase, Task

TOLD = {
    "sing": "sing",
    "generate_audio": "make sounds",
    "transcribe_speech": "write down speech",
    "set_timer": "set timers",
}
"""What is told aloud first, in a few words each."""
WORDS = TOLD | {
    "enhance_speech": "clean recordings",
    "change_sound": "change sounds",
    "separate_speech": "part voices",
    "image_to_audio": "make the sound of one",
    "make_talking_head": "have a face speak",
    "transfer_style": "speak like somebody",
    "adjust_voice": "speak otherwise",
    "synthesize_speech": "read texts aloud",
    "translate_speech": "translate speech",
    "detect_sounds": "tell which sounds are there",
    "make_binaural": "place sounds around you",
}
"""The same of others, where their names are not how one says it."""
MOST_TOLD = 3
"""Tasks of a subject that are told aloud."""
SUBJECTS = (
    "music song melody tune instrument sing singing piano beat",
    "voice speech speak talk voices words people",
    f"picture {NAMES['image']} face",
    f"{NAMES['video']} face talking head",
    "time clock timer alarm reminder date day",
    "noise hiss hum denoise clean",
    "text file book document letter story",
    "number sum unit calculate convert",
    "headphones stereo binaural space surround",
    "language translate spanish",
)
"""Words that speak of the same."""
_POINTS = re.compile(r"(?i)(?:this|that|these|those|it|them|the|my|last)\b")
"""Words for a thing that is there."""


def everything(able: Sequence[Task]) -> str:
    """A sentence about what can be done; empty where that is nothing worth telling."""
    first = [words for name, words in TOLD.items() if any(task.name == name for task in able)]
    return f"I can {joined(first)}. More is on the screen." if first else ""


def of_subject(able: Sequence[Task], subject: str) -> list[Task]:
    """The tasks that speak of a subject, those first that do so most; none where nothing does."""
    said = stems(subject)
    alike = [stems(group) for group in SUBJECTS]
    wanted = said.union(*(group for group in alike if group & said))
    scores = {task.name: _score(task, wanted) for task in able}
    return sorted((task for task in able if scores[task.name] >= 1.0), key=lambda task: -scores[task.name])


def told_of(subject: str, tasks: Sequence[Task]) -> str:
    """A sentence about what can be done with a subject."""
    work = [task for task in tasks if task.family is not Family.CONVERSATION or task.name in WORDS] or tasks
    words = [WORDS.get(task.name, task.name.replace("_", " ")) for task in work[:MOST_TOLD]]
    more = " More is on the screen." if len(tasks) > len(words) else ""
    return f"For {_bare(subject)} I can {joined(words)}.{more}"


def written_out(tasks: Sequence[Task]) -> str:
    """A line for each task, with a way to ask for it."""
    return "\n".join(f"{t.name.replace('_', ' ')}: {t.about.splitlines()[0]}{_example(t)}" for t in tasks)


def can_talk(context: Context, tasks: Sequence[Task], subject: str) -> tuple[str, str] | None:
    """What is said and what is shown of a subject; None where it is none, or something is called so."""
    if not subject or _POINTS.match(subject.strip()) or context.workspace.find(_bare(subject)) is not None:
        return None
    found = of_subject(tasks, subject)
    return (told_of(subject, found), written_out(found)) if found else None


def _score(task: Task, wanted: frozenset[str]) -> float:
    """How much a task's words speak of what is wanted: its name and what it does, and its ways of being asked for."""
    own = stems(f"{task.name.replace('_', ' ')} {task.about.splitlines()[0]}") & wanted
    asked = [stems(example) & wanted for example in task.examples]
    return 2.0 * len(own) + (sum(map(bool, asked)) / len(asked) if asked else 0.0) * 2


def _bare(subject: str) -> str:
    return re.sub(r"^(?:a|an|the|my|your|some)\s+", "", subject.strip(), flags=re.IGNORECASE)


def _example(task: Task) -> str:
    """A way of asking for it that names nothing; empty where there is none."""
    plain = [example for example in task.examples if "{" not in example]
    phrases = [p.template for p in task.phrases if isinstance(p, Phrase) and not re.search(r"[{(\[|]", p.template)]
    example = next(iter((*plain, *phrases)), "")
    return f' "{example}"' if example else ""
