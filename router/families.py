"""H, the task handler: which tasks are in question, by the modalities at hand, before a dialogue engine chooses.

What needs a picture is not offered where there is none, unless the words speak of a picture or of such a task: then
the engine can call it, and the task says what it lacks. Tasks that need nothing are always offered.
"""

import re
from collections import Counter
from collections.abc import Collection, Sequence
from functools import lru_cache

from router.task import Context, Phrase, Task

NAMES = {
    "audio": "audio sound clip file recording song music track noise wav mp3 flac ogg opus m4a",
    "image": "image picture photo photograph drawing painting screenshot snapshot png jpg jpeg webp",
    "video": "video film movie mp4 mkv mov webm",
}
"""Words that speak of a kind of resource."""
COMMON = 0.2
"""Words that more than this share of the tasks are asked for with tell nothing."""
SHORTEST = 4
"""Letters of a word that may tell something."""


def lacking(task: Task, kinds: Collection[str]) -> tuple[str, ...]:
    """The kinds of resources that a task needs and that are not there."""
    return tuple(kind for kind in task.takes if kind not in kinds)


def narrowed(tasks: Sequence[Task], kinds: Collection[str], text: str) -> tuple[Task, ...]:
    """The tasks that can be done with these kinds of resources, and those that the user's words speak of.

    AudioGPT's task families by modality (Huang et al. 2023, section 3.3, eq. 3-4).
    """
    said = stems(text)
    telling = _telling(tuple((t.name, _asked(t)) for t in tasks)) if any(lacking(t, kinds) for t in tasks) else {}
    return tuple(t for t in tasks if not (missing := lacking(t, kinds)) or said & (_named(missing) | telling[t.name]))


def _named(kinds: Sequence[str]) -> frozenset[str]:
    return frozenset().union(*(stems(f"{kind} {NAMES.get(kind, '')}", 3) for kind in kinds))


def _asked(task: Task) -> str:
    """A task's name and all the ways in which it is asked for, as one text."""
    ways = [p.template for p in task.phrases if isinstance(p, Phrase)]
    return " ".join([task.name.replace("_", " "), *task.examples, *ways])


@lru_cache(maxsize=8)
def _telling(asked: tuple[tuple[str, str], ...]) -> dict[str, frozenset[str]]:
    """For each task the words that are said of it and of few others."""
    words = {name: stems(text, SHORTEST) for name, text in asked}
    often = Counter(word for of_one in words.values() for word in of_one)
    limit = max(1.0, COMMON * len(asked))
    return {name: frozenset(w for w in of_one if often[w] <= limit) for name, of_one in words.items()}


def stems(text: str, shortest: int = 3) -> frozenset[str]:
    """The words of a text without their slots and endings, so that "photos" is "photo"."""
    bare = re.sub(r"\{\w+(:[^}]*)?\}", " ", text.lower())
    return frozenset(_stem(word) for word in re.findall(r"[^\W\d_]\w*", bare) if len(word) >= shortest)


def _stem(word: str) -> str:
    for ending in ("ing", "ed", "s"):
        if len(word) - len(ending) >= 4 and word.endswith(ending):
            return word[: -len(ending)].rstrip("e")
    return word.rstrip("e") if len(word) > 4 else word


NEED_AN_ENGINE = frozenset(
    (
        *("transcribe_speech", "translate_speech", "transfer_style", "enhance_speech", "separate_speech"),
        *("make_binaural", "inpaint_audio", "extract_sound", "detect_sounds", "detect_target_sound"),
        *("caption_audio", "generate_audio", "image_to_audio", "sing", "make_talking_head"),
    )
)
"""The tasks of the paper's Table 1 that an engine does, and nothing else can."""


def can_be_done(context: Context, task: Task) -> bool:
    """Whether a task would be done now and not refused."""
    if task.name not in NEED_AN_ENGINE:
        return True
    return context.models is not None and context.models.engine(task.name) is not None
