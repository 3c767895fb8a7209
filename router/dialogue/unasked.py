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
_CALENDAR = re.compile(
    r"(?i)^(?!.*\b(?:alarm|timer|reminder|remind|wake|recording|file|note)s?\b).*"
    r"\b(?:move|reschedule|postpone|cancel|shift|push|delay|book|bring forward|put off)\b.*"
    r"\b(?:meeting|appointment|calendar|lunch|dinner|dentist|flight|reservation)s?\b"
)
"""What is in a calendar, and nothing that rings here."""
_FORMAT = re.compile(
    r"(?i)\b(?:convert|transcode|export|re-?encode)\b.*\b(?:to|into|as|in)\s+(?:an? )?"
    r"(?:mp[34]|flac|ogg|opus|aac|m4a|wav|avi|mkv|mov|webm|gif|jpe?g|png|pdf|4k)\b"
)
"""A file in another format, which is no unit."""


def is_told(text: str, bare: str) -> bool:
    """Whether a turn tells what somebody did, or what to do elsewhere: with a dog, in a calendar, by another program.

    Args:
        text: the turn as it was said.
        bare: its words without courtesies, each followed by a space.
    """
    return bool(
        _OUTING.search(text)
        or _CALENDAR.search(text)
        or _FORMAT.search(text)
        or (_NARRATED.fullmatch(bare) and not _BROKEN.search(text))
    )
