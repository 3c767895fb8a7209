"""Whether a sound is asked for, or all but it: "take out the dog", "take out the voice for me"."""

import re

KEPT_ALONE = re.compile(
    r"(?i)\b(?:drop|remove|delete|mute|silence|cut|take|throw|get rid of)\b.*\b(?:everything|all|anything)\b|"
    r"\bwithout (?:the (?:rest|others?)|any|every|all)"
)
"""What is asked for by leaving out all else: "drop everything but the dog"."""
LEFT_OUT = re.compile(
    r"(?i)\b(?:everything|all)(?: else)? (?:but|except(?: for)?|besides|apart from|without)\b|"
    r"\b(?:remove|delete|leave out|without|mute|silence|drop|get rid of)\b|\bfilter out\b|"
    r"\b(?:take|cut|filter|edit|strip|leave) (?:(?!out\b)[\w']+ ){1,6}?out\b(?! of (?:the )?mix)|"
    r"\b(?:take|cut|edit|strip) out\b|\b(?:take|strip|filter) (?:[\w']+ ){0,4}away\b"
)
"""What is asked for without the sound that is named: "everything but the dog"."""
FOR_ME = re.compile(r"(?i)\b(?:take|get|lift|pick|bring|cut)\b.*\bout\b.*\bfor (?:me|us)\b")
"""What is taken out to be had, and not to be rid of it, where it is `WANTED`."""
WANTED = re.compile(
    r"(?i)\b(?:voices?|vocals?|singing|singer|speech|speaker|words|music|melody|piano|guitar|violin|flute|drums?|bass|"
    r"instruments?|song|birds?|birdsong)\b"
)
"""What people listen to for its own sake."""


def sound_meant(said: str, text: str) -> str:
    """The sound to keep, or all but that sound."""
    leaves = not said.lower().startswith(("everything", "all")) and not KEPT_ALONE.search(text)
    if FOR_ME.search(text) and WANTED.search(said):
        return said
    return f"everything but {said}" if leaves and LEFT_OUT.search(text) else said
