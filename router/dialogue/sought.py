"""Sounds that are looked for or taken out of a recording by a name that the rules know.

"where is the chain saw?"         ─▶ detect_target_sound(target="the chain saw")
"remove the clock ticking"        ─▶ extract_sound(target="everything but the clock ticking"): no alarm is meant
"take the voices out"             ─▶ extract_sound(target="everything but the voices"): the music stays
"the music without the singing"   ─▶ the same of the singing
"""

import re
from collections.abc import Sequence

from assistant.events import Artifact
from router.dialogue.base import Call
from router.dialogue.placing import can_be_made

_BEFORE = (
    r"(?:(?:hey|okay|ok|now|and|then|also|but|so|please|earshot|(?:can|could|would|will) you|i want you to|"
    r"i(?:'d| would) like you to)[\s,]+)*"
)
_AFTER = (
    r"(?:[\s,]+(?:please|now|for me|(?:in|from|of|out of) (?:it|this|that|the (?:recording|file|clip|sound))|there))*"
)
_WHAT = r"(?P<what>(?:(?:the|a|an|any|some|that|this)\s+)?[a-z' -]+?)"
_SOUGHT = re.compile(
    rf"(?i){_BEFORE}(?:(?:where|when|at what times?) (?:is|are|was|were|(?:do|can|could) (?:you|i|we) hear)(?: there)?|"
    r"(?:do|can|could|did) (?:you|we|i) hear|(?:is|are|was|were) there|find|look for|listen for|search for)\s+"
    rf"{_WHAT}{_AFTER}[\s.?!]*"
)
_RINGS = re.compile(
    rf"(?i){_BEFORE}when (?:does|do|did)\s+{_WHAT}(?:\s+(?:ring|sound|begin|start|come|go off)){_AFTER}[\s.?!]*"
)
_TAKEN = re.compile(
    rf"(?i){_BEFORE}(?:remove|get rid of|take out|cut out|filter out|eliminate)\s+{_WHAT}{_AFTER}[\s.!?]*"
)
_MUSIC = "(?:music|rest|band|instruments|song|backing|accompaniment)"
_KEPT = (
    r"(?:[\s,]+(?:and |but )?(?:keep|leave|keeping|leaving) (?:only |just )?(?:the |all the )?"
    rf"{_MUSIC}(?: (?:in|there|alone|only))?)?"
)
_VOICES = (
    r"(?P<voices>(?:the |all |all the |any |all of the |his |her |their )?(?:lead )?(?:vocals?|voices?|singing|singers?"
    r"|vocalists?|human voices?))"
)
_VOICES_OUT = re.compile(
    rf"(?i){_BEFORE}(?:take|get|filter|leave|strip|cut)\s+{_VOICES}\s+(?:out|away|off)"
    rf"(?: of (?:it|this|that|the (?:song|music|recording|track)))?{_KEPT}{_AFTER}[\s.!?]*"
)
_DROPPED = re.compile(
    rf"(?i){_BEFORE}(?:keep (?:only |just )?(?:the )?{_MUSIC}[\s,]+(?:and|but)\s+)?"
    rf"(?:(?:lose|drop|silence|mute)\s+{_VOICES}{_KEPT}|"
    rf"(?:i (?:want|need|would like)|i'd like)\s+{_VOICES.replace('P<voices>', 'P<gone>')}"
    rf"\s+(?:to be )?(?:taken out|left out|filtered out|cut out|removed|gone|out)){_AFTER}[\s.!?]*"
)
_WITHOUT = re.compile(
    rf"(?i){_BEFORE}(?:(?:i (?:want|need|would like|'d like)|i'd like|give me|let me hear|play(?: me)?|keep|make it)"
    r"\s+)?"
    r"(?:only |just )?(?:the |this |that )?(?:music|song|track|instruments|band|backing|accompaniment|recording|it)\s+"
    rf"(?:but )?(?:without|minus|with no)\s+{_VOICES}{_AFTER}[\s.!?]*"
)
_INSTRUMENTAL = re.compile(
    rf"(?i){_BEFORE}(?:make|turn|give me|i want)\s+(?:me )?(?:it|this|that|the (?:song|music|track|recording))?\s*"
    rf"(?:into |as )?(?:an? |the )?(?:instrumental|karaoke)(?: (?:version|track|mix))?"
    rf"(?: of (?:it|this|that))?{_AFTER}[\s.!?]*"
)
_OTHERS = re.compile(
    r"(?i)\b(?:timers?|alarms?|reminders?|notes?|silences?|pauses?|files?|music|voices?|speech|speaking|"
    r"noises?|hiss|hum|background|static|echo|reverb)\b"
)
"""What is asked for in other ways."""
VOICES = "the voices"
LONGEST = 4
"""Words of a sound's name, its article with them."""


def sought(text: str, artifacts: Sequence[Artifact]) -> Call | None:
    """What is looked for in a recording, where it is a sound that the rules know; None for any other turn."""
    found = (_SOUGHT.fullmatch(text) or _RINGS.fullmatch(text)) if _recorded(artifacts) else None
    if found is None or not _sounds(found["what"]):
        return None
    return Call("detect_target_sound", {"target": found["what"].strip()})


def taken_out(text: str, artifacts: Sequence[Artifact]) -> Call | None:
    """What is not to be heard any more in a recording; None for any other turn."""
    if not _recorded(artifacts):
        return None
    if _INSTRUMENTAL.fullmatch(text):
        return _without(VOICES)
    if dropped := _DROPPED.fullmatch(text):
        return _without(dropped["voices"] or dropped["gone"])
    if voices := _VOICES_OUT.fullmatch(text) or _WITHOUT.fullmatch(text):
        return _without(voices["voices"])
    found = _TAKEN.fullmatch(text)
    return _without(found["what"]) if found and _sounds(found["what"]) else None


def _without(what: str) -> Call:
    return Call("extract_sound", {"target": f"everything but {what.strip()}"})


def _recorded(artifacts: Sequence[Artifact]) -> bool:
    return any(one.kind in ("audio", "video") for one in artifacts)


def _sounds(what: str) -> bool:
    """Whether words name a sound, and nothing that is asked for in other ways."""
    return len(what.split()) <= LONGEST and not _OTHERS.search(what) and can_be_made(what)
