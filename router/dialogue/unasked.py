"""Turns that speak of work and ask for none: "do not delete it", "I left out wait", "he took the dog out"."""

import re

from router.dialogue.phrases import pattern

NEGATED = re.compile(
    pattern("(do not|never) (set|play|record|start|make|delete|send|open|call|cut)|i do not want you to")
)
"""What is not to be done; the words without courtesies, each followed by a space."""
_NARRATED = re.compile(
    pattern("(i|he|she|we|they|(my|his|her|our) {who}) [just|have|has|had|already|also|only|never|always]")
    + r"(?:left|took|taken|removed|dropped|brought|threw|thrown|put|added) "
    r"(?:(?!then |now |please |so |what |which |how |tell |make )\S+ )*"
)
_BROKEN = re.compile(r"[,;.!?:](?=\s*\w)")
"""More than one clause, of which the second may ask for something."""
_OUTING = re.compile(
    r"(?i)\bout (?:for|to) (?:(?:a|the|his|her|its|their) )?(?:walk|run|dinner|lunch|drink|pee|garden)\b"
)
"""Where a dog goes, and not a sound."""


def is_told(text: str, bare: str) -> bool:
    """Whether a turn tells what somebody did, or what to do elsewhere.

    Args:
        text: the turn as it was said.
        bare: its words without courtesies, each followed by a space.
    """
    return bool(_OUTING.search(text) or (_NARRATED.fullmatch(bare) and not _BROKEN.search(text)))
