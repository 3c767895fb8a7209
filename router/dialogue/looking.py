"""What is asked about a picture and could be meant of a sound: "what is this?", "what do you see?", "describe it".

"what does this sound like?"     the newest thing is a picture    the picture
"what is in the photo?"          a picture is named               the picture
"what is this?"                  the newest thing is a sound      left to others
"""

import re
from collections.abc import Sequence

from assistant.events import Artifact
from router.dialogue.base import Call

TASK = "image_to_audio"
_NAMED = (
    r"(?:the|this|that|my|our) (?:new |last |latest )?(?:picture|image|photo|photograph|snapshot|pic|drawing|painting)"
)
_POINTED = r"it|this|that|here|there"
_ASKED = (
    r"(?:what|which things)(?: else)? (?:is|are|can|do|could|would|might)(?: (?:i|you|we|one))?(?: there)?"
    r"(?: (?:see|seen|make out|recogni[sz]e|find|looking at|shown|visible|to be seen|to see))?(?: (?:in|on|at|of))?",
    r"what (?:does|would|might|could) (?={what}).*? (?:sound like|show|depict)",
    r"what (?:am i|are you|are we) (?:looking at|seeing)(?: (?:in|on))?",
    r"(?:tell me )?what (?:you (?:can )?see|is (?:shown|visible|to be seen))(?: (?:in|on))?",
    r"(?:tell me )?what (?:is|it is|this is|that is)(?: (?:in|on))?",
    r"(?:describe|look at|tell me about|say something about|have a look at)",
)
_OF_SIGHT = re.compile(r"\b(?:see|seen|seeing|looking|look|shows?|shown|visible|depicts?|recogni[sz]e)\b")


def looked_at(words: str, artifacts: Sequence[Artifact]) -> Call | None:
    """The picture to be looked at and made to sound; None where the words ask for something else.

    Args:
        words: lower case, without marks and courtesies.
        artifacts: the newest last.
    """
    if not any(one.kind == "image" for one in artifacts):
        return None
    words = words.strip()
    named = _fits(words, _NAMED)
    pointed = _given(artifacts[-1]) and (_fits(words, _POINTED) or bool(_OF_SIGHT.search(words)) and _bare(words))
    return Call(TASK, {}) if named or pointed else None


def _given(artifact: Artifact) -> bool:
    """Whether it is a picture that the user gave: one that was drawn of a sound is not what is asked about."""
    return artifact.kind == "image" and artifact.made_by == "user"


def _fits(words: str, what: str) -> bool:
    """Whether words ask about `what`, and about nothing besides."""
    return any(re.fullmatch(rf"{_asked(form, what)}(?: (?:like|about|to you))?", words) for form in _ASKED)


def _asked(form: str, what: str) -> str:
    if "{what}" in form:
        return form.replace("(?={what}).*?", f"(?:{what})")
    return rf"{form} (?:{what})"


def _bare(words: str) -> bool:
    """Whether words ask what is to be seen, and name nothing."""
    return any("{what}" not in form and re.fullmatch(form, words) for form in _ASKED)
