"""A failure in two: what is said of it, and what is for the eye.

    "I cannot make that. The engine x lacks its weights. Get them with: assistant models pull x"
     ─────── said ──────  ────────────────────────────── shown ───────────────────────────────

What a person would have to type, and long lists, are no use to the ear.
"""

import re

ON_SCREEN = "What would help is on the screen."
MOST_COMMAS = 4
"""A sentence with more is a list."""
_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[A-Z`\"'])")
_TYPED = re.compile(
    r"\bassistant models\b|\bpip install\b|\blacks its weights\b|\bA model can do it too\b|(?:^|\s)/\w+/"
)


def parted(failure: str) -> tuple[str, str]:
    """What is said, and what is only shown; all is said where nothing would be left of it."""
    sentences = _SENTENCE.split(failure.strip())
    shown = [one for one in sentences if _TYPED.search(one) or one.count(",") > MOST_COMMAS]
    said = [one for one in sentences if one not in shown]
    if not shown or not said:
        return failure, ""
    return " ".join([*said, ON_SCREEN]), " ".join(shown)
