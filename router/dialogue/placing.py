"""Requests to put a sound that is made into one there is, told by their words.

"put a dog bark from two to three seconds"  ─▶ text, start_s, end_s, over
"add some thunder at five seconds"          ─▶ text, start_s, over
"lay a bark over the end, keep the voice"   ─▶ text, over; the task finds the end
"mix rain over the whole thing"             ─▶ text, over
"fill the gap with rain"                    ─▶ not here: it is read
"""

import re
from collections.abc import Sequence
from typing import Any

from assistant.events import Artifact
from models.sound.generation.reader import read
from router.spoken import durations_in, span_s
from router.whereabouts import is_place

_BEFORE = (
    r"(?:(?:hey|okay|ok|now|and|then|also|please|earshot|(?:can|could|would|will) you|i want(?: you)? to|let(?:'s| us))"
    r"[\s,]+)*"
)
_PUT = re.compile(
    rf"(?i){_BEFORE}(?:put|add|append|mix|lay|overlay|insert|place|drop|drag|blend|have|let there be|sneak|throw|stick)"
    r"(?: in)?\s+(?P<what>.+)"
)
_OVER = re.compile(
    r"(?i)[\s,]+(?:mixed |laid |on top |all )?"
    r"(?:over|on top of|into|onto|to|in|on|of|under|underneath|behind|throughout) "
    r"(?:it|that|this|them|everything|all of (?:it|that|this)|(?:the|this|that|my) (?:whole |entire |last |latest )?"
    r"(?:thing|sound|audio|clip|file|recording|track|mix|whole))(?: all)?\b"
)
_KEPT = re.compile(
    r"(?i)[\s,;.]+(?:(?:and|but|while|so)\s+)?(?:please\s+)?(?:you\s+)?"
    r"(?:keep(?:ing)?|leav(?:e|ing)|without (?:touching|changing|losing|removing)|"
    r"(?:do not|don't|never) (?:touch|change|remove|lose))"
    r"\s+(?:the |his |her |my |their |that |this |all )*(?:voices?|speech|speakers?|words|talking|rest|original|"
    r"recording|music|sounds?|everything|everything else|it|what is there)\b"
    r"(?:\s+(?:alone|as (?:it|they) (?:is|are)|untouched|unchanged|intact|in|there|too|the same))?(?=\s*(?:$|[,.]))"
)
"""What is to stay as it is, as it does."""
_ENDING = re.compile(
    r"(?i)[\s,]+(?:at|to|towards|near|in|on|over) (?:the|its) (?:very )?end\b(?: of (?:it|that|this)\b)?"
)
"""Where it is heard, told by the task itself, which knows how long the recording is."""
_SHARES = (
    (
        1 / 2,
        r"(?:at |around |about )?half[- ]?way(?: through| in(?:to)?| along)?|"
        r"(?:in|at|near|around|over|towards?) the (?:very )?middle",
    ),
    (1 / 3, r"(?:at )?(?:a|one) third (?:of the way )?(?:through|in(?:to)?|along)"),
    (2 / 3, r"(?:at )?two thirds (?:of the way )?(?:through|in(?:to)?|along)"),
    (1 / 4, r"(?:at )?(?:a|one) quarter (?:of the way )?(?:through|in(?:to)?|along)"),
    (3 / 4, r"(?:at )?three quarters (?:of the way )?(?:through|in(?:to)?|along)"),
    (0.0, r"(?:at|in|near|towards) the (?:very )?(?:beginning|start)"),
)
"""Where it is heard, as a share of the recording."""
_OF_IT = r"(?: (?:of |in )?(?:it|that|this|the (?:whole |entire )?(?:recording|clip|file|sound|audio|track|thing)))?\b"
_APPENDED = re.compile(r"(?i)\bappend\b")
_TOP = re.compile(r"(?i)[\s,]+(?:on top|over the top|please|too|as well|also|there)\s*(?=$|[.,!?])")
_NAMED = re.compile(
    r"(?i)[\s,]+(?:to|into|in|on|over|onto|on top of|of) (?:the |my )?{}\b(?: (?:recording|file|clip|sound))?"
)
_OTHER = re.compile(
    r"(?i)\b(?:timer|alarm|reminder|appointment|meeting|note|volume|decibels?|silence|pause|echo|fade|marker|cut)s?\b"
)
"""What is put elsewhere than into a sound, or is no sound."""
_CAR = re.compile(r"(?i)\b(?:car|burglar|fire|smoke) alarms?\b|\balarm (?:bell|clock)s?\b")
_NEW = re.compile(r"(?i)(?:a|an|some) ")
_THERE = re.compile(
    r"(?i)(?:it|that|this|them|(?:the|my|his|her|its|this|that|these) (?:\w+ )?"
    r"(?:voice|speaker|person|recording|sound|one|clip|file|track|part|first|second|other|last)s?)\b(?! of\b)"
)
"""What is there already, and not to be made."""
_EDGES = re.compile(r"(?i)^(?:(?:the (?:sound|noise) |a sound )?of)\s+|[\s,]+(?:for|at|from|to|in|of|and|between)$")


def placed_sound(text: str, artifacts: Sequence[Artifact] = ()) -> dict[str, Any]:
    """The arguments of `inpaint_audio`; nothing where a turn does not ask to put a sound that can be made somewhere."""
    said = _KEPT.sub("", text.replace("’", "'") + " ")
    found = _PUT.fullmatch(said.strip(" .,!?"))
    if not found or _OTHER.search(_CAR.sub(" ", found["what"])):
        return {}
    what, where = _timed(found["what"])
    at_end = _ENDING.search(what) or _APPENDED.search(text)
    what = _ENDING.sub(" ", what).strip()
    what, named = _without_name(what, artifacts)
    if not where and not at_end:
        what, where = _at_share(what, named, artifacts)
    bare = _TOP.sub(" ", _OVER.sub(" ", f"{what} ")).strip()
    anywhere = bool(where) or bool(named) or bare != what.strip() or (at_end is not None and bool(artifacts))
    bare = " ".join(_EDGES.sub("", bare).strip(" ,.").split())
    new = (bool(where) or at_end is not None) and _NEW.match(bare) is not None  # the engine says what it can make
    if not anywhere or _THERE.match(bare) or is_place(bare) or not (new or can_be_made(bare)):
        return {}
    return {"text": bare, **where, "over": True} | ({"audio": named} if named else {})


def can_be_made(what: str) -> bool:
    """Whether words ask for a sound that the rules know, and for nothing besides."""
    wish = read(what)
    return any(step.layers for step in wish.steps) and not wish.left_out


def _at_share(said: str, named: str, artifacts: Sequence[Artifact]) -> tuple[str, dict[str, float]]:
    """The words without a place told as a share of the recording, and that place: "half way through"."""
    sounds = [one for one in artifacts if one.kind in ("audio", "video") and one.seconds]
    meant = next((one for one in reversed(sounds) if not named or one.name == named), None)
    for share, way in _SHARES:
        found = re.search(rf"(?i)[\s,]+(?:in )?(?:{way}){_OF_IT}", said)
        if found and meant:
            return f"{said[: found.start()]}{said[found.end() :]}", {"start_s": round(share * meant.seconds, 2)}
    return said, {}


def _timed(said: str) -> tuple[str, dict[str, float]]:
    """The words without the times in them, and the part that these say."""
    span = span_s(said)
    if span is None or span.from_end or span.of_whole or (span.start_s is None and span.end_s is None):
        return said, {}
    rest = f"{said[: span.start_char]} {said[span.end_char :]}"
    start, end = span.start_s or 0.0, span.end_s
    if end is None or end == start:
        end = None
        if lasting := durations_in(rest):
            first, last, seconds = lasting[0]
            rest, end = f"{rest[:first]} {rest[last:]}", start + seconds
    rest = re.sub(r"(?i)\b(?:at|from|for|between|on)\s*(?=\s{2}|$|,|\b(?:to|over|in|on)\b)", " ", rest)
    part = {"start_s": start} | ({} if end is None else {"end_s": end})
    return " ".join(rest.split()), part


def _without_name(what: str, artifacts: Sequence[Artifact]) -> tuple[str, str]:
    """The words without the sound that it is put into, and its name, where one is named."""
    for artifact in sorted(artifacts, key=lambda one: -len(one.name)):
        words = r"[\W_]+".join(re.findall(r"[a-z0-9]+", artifact.name.lower()))
        found = re.search(_NAMED.pattern.format(words), what) if words and artifact.kind in ("audio", "video") else None
        if found:
            return f"{what[: found.start()]} {what[found.end() :]}".strip(), artifact.name
    return what, ""
