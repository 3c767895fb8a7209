"""Questions about a recording that need no reading: who speaks in it, how many, when, and what it is.

    "who is talking in the interview?"   ─▶ transcribe_speech(speakers=True)
    "how many people do you hear?"       ─▶ the same: it says how many there are
    "when does somebody speak?"          ─▶ detect_target_sound(target="speech")
    "what am I hearing?"                 ─▶ caption_audio

They are asked of a recording only where there is one: without, "who is speaking?" asks for the assistant's name.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from assistant.events import Artifact
from router.dialogue.base import Call
from router.dialogue.mentions import is_name, only_one
from router.dialogue.phrases import Grammar
from router.references import reference
from router.task import Phrase, Task, means

_PEOPLE = "(people|persons|speakers|talkers|men|women|humans|participants)"
_SOMEBODY = (
    "(somebody|someone|anybody|anyone|a person|people|they|he|she|the (speaker|speakers|man|woman|person|people|lady)|"
    "a (man|woman|human|voice)|any (people|person))"
)
_SPEAK = "(speak|talk|speaks|talks|say something|speaking|talking|say anything)"
_SPEECH = "[any|some|the|human] (speech|talking|speaking|voice|voices)"
_IN = "[[there|here|heard] [(in|on|within) {audio}]]"
_HEARD = "(do|can|could|did) (you|i|we|one) hear"
_IT = "(this|that|it|this (sound|noise|recording|clip|file)|that (sound|noise|recording|clip|file)|the (sound|noise))"

ASKED: Mapping[str, tuple[Phrase, ...]] = {
    "transcribe_speech": means(
        f"[tell me|do you know] (who|which (people|person)) (is|was|are|were) {_SPEAK} {_IN}",
        f"[tell me] (who|which (people|person)) (speaks|talks|spoke|talked|is heard|can be heard) {_IN}",
        f"[tell me] (who|whom) {_HEARD} [{_SPEAK}] {_IN}",
        f"[tell me] how many [different|other] {_PEOPLE} (talk|speak|spoke|talked|do|(are|were) {_SPEAK}) {_IN}",
        f"[tell me] how many [different|other] ({_PEOPLE}|voices) ({_HEARD}|can be heard|talk|speak) [{_SPEAK}] {_IN}",
        f"[tell me] how many [different|other] {_PEOPLE} (are|were|is) [there] {_IN}",
        "[tell me] how many [different|other] voices (are|were) [there] (in|on) {audio}",
        f"(count|number) [the|all [the]] [different] ({_PEOPLE}|voices) {_IN}",
        "(is|are|was) (there|it|that|this) [just|only] (one|a single|1) (speaker|voice|person) or (two|more|several|2) "
        f"[of them|speakers|voices|people] {_IN}",
        f"(is|are|was|were) there [just|only] (more than one|several|two|2|three|3) (speaker|voice|person|"
        f"speakers|voices|people) {_IN}",
        speakers=True,
    ),
    "detect_target_sound": means(
        f"(when|where|at (which|what) (times|time)) (is|was|are|were) [there] {_SPEECH} {_IN}",
        f"(when|where|at (which|what) (times|time)) {_HEARD} {_SPEECH} {_IN}",
        f"(when|where|at (which|what) (times|time)) (does|do|did|is|are|was) {_SOMEBODY} [start|begin] [to] {_SPEAK} "
        f"{_IN}",
        f"from when to when (does|do|is|are) {_SOMEBODY} {_SPEAK} {_IN}",
        f"(does|do|did|is|are|was) [there] {_SOMEBODY} {_SPEAK} {_IN}",
        f"(is|are|was) there {_SPEECH} {_IN}",
        f"(find|locate|mark) (the|all the|all) (speech|talking) {_IN}",
        target="speech",
    ),
    "caption_audio": means(
        f"what (is|was) {_IT}|what {_HEARD} [in {{audio}}]|what (am|are) (i|we) (hearing|listening to)",
        f"what (does|did) {_IT} sound like|how does {_IT} sound",
        f"tell me what ({_IT} is|(i am|we are) (hearing|listening to)|{_IT} sounds like)",
        f"what (kind|sort|type) of [a|an] (sound|noise|thing|recording) (is|was) {_IT}",
        f"what (sound|noise) (is|was) {_IT}",
    ),
}
"""What is asked for, and how."""


class Listening:
    """Understands these questions."""

    def __init__(self, tasks: Sequence[Task]) -> None:
        self._grammar = Grammar([replace(task, phrases=ASKED[task.name]) for task in tasks if task.name in ASKED])

    def asked(self, text: str, artifacts: Sequence[Artifact]) -> Call | None:
        """What is asked of a recording; None where it is something else, or there is none."""
        if not any(one.kind in ("audio", "video") for one in artifacts):
            return None
        match = self._grammar.exactly(text)
        if match is None:
            return None
        given = dict(match.arguments)
        audio = str(given.pop("audio", ""))
        if reference(audio).words and not is_name(audio, artifacts):
            return None
        named = only_one(audio, artifacts) if reference(audio).words else audio
        return Call(match.task.name, given | ({"audio": named} if named else {}))
