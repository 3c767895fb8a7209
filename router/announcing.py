"""What is said of work that takes its time: that it goes on, how far it is, that it is done, and what was left undone.

A task's `doing` is the words for it, "cleaning it up"; where it has none, its name is.
"""

import re
from collections.abc import Sequence

from assistant.events import Play, Reply, Say

ANNOUNCEMENTS = (
    "One moment, I am {doing}.",
    "I am {doing}, it takes a moment.",
    "Just a moment, I am {doing}.",
    "I am {doing}, bear with me.",
)
"""Said in turn."""
BRIEFLY = ("One moment.", "Just a moment.")
"""The same where it is done before more could be said."""
SOON_S = 3.0
"""What takes less is announced briefly: what is said of it would only keep the result waiting."""

LETTERS_A_SECOND = 15.0
"""How fast a reply is spoken, about."""
SHARE_FROM = 0.02
"""Of less than this nobody can tell how long the rest will take."""
FULLY = 0.995

_SHORT = re.compile(r"[^aeiou]*[aeiou][bdgklmnpt]")
"""Verbs whose last letter is doubled: "cut", "stop", "set"."""


def gerund(name: str) -> str:
    """A task's name as something that is being done: "detect_sounds" is "detecting sounds"."""
    verb, *rest = name.split("_")
    if _SHORT.fullmatch(verb):
        verb += verb[-1]
    elif verb.endswith("e") and not verb.endswith("ee"):
        verb = verb[:-1]
    return " ".join([f"{verb}ing", *rest])


def joined(things: Sequence[str]) -> str:
    """Such as "a, b and c"."""
    return " and ".join(filter(None, (", ".join(things[:-1]), *things[-1:])))


def announced(doing: str, count: int, seconds: float | None = None) -> str:
    """That it takes a moment, or so many seconds more where that is known; the `count`th announcement, from 0, is in
    other words than the one before."""
    if seconds is not None and seconds < SOON_S:
        return BRIEFLY[count % len(BRIEFLY)]
    return ANNOUNCEMENTS[count % len(ANNOUNCEMENTS)].format(doing=doing)


def recalled(doing: Sequence[str], failed: bool) -> str:
    """What the words that follow are about, since something else was talked of meanwhile."""
    return f"This is about {joined(doing)}." if failed else f"I am done {joined(doing)}."


def left_undone(done: Sequence[str], failed: str, after: Sequence[str]) -> str:
    """After the reason why a link of a chain failed: what was done before it, and what was not begun."""
    sentences = [f"I am done {joined(done)}, but not {failed}."] if done else []
    return " ".join([*sentences, *([f"So I have not begun {joined(after)}."] if after else [])])


def left_s(share: float | None, elapsed_s: float) -> float | None:
    """For how many seconds work will still go on, by how far it has come in how many; None where nobody can tell."""
    return None if share is None or share < SHARE_FROM else elapsed_s * (1 - share) / share


def progress(doing: str, share: float | None, elapsed_s: float) -> str:
    """How far work is; `share` is None where it has not told."""
    if share is not None and share >= FULLY:
        return f"I am done {doing}."
    if share is None or share < SHARE_FROM:
        return f"I have been {doing} for {spoken_time(elapsed_s)} and cannot tell yet how long it will take."
    left = spoken_time(left_s(share, elapsed_s) or 0.0).removeprefix("a ")
    return f"I am {doing}, and about {round(100 * share)} percent done; it should take another {left}."


def spoken_time(seconds: float) -> str:
    """A duration, about."""
    if seconds < 1.5:
        return "a second"
    if seconds < 8:
        return f"{round(seconds)} seconds"
    if seconds < 90:
        return f"{5 * round(seconds / 5)} seconds"
    return f"{round(seconds / 60)} minutes"


def lasts_s(reply: Reply) -> float:
    """How long a reply keeps the user listening, in seconds, about."""
    match reply:
        case Say(text):
            return len(text) / LETTERS_A_SECOND
        case Play(artifact):
            return artifact.seconds
        case _:
            return 0.0
