"""What is said to a turn that nothing can be done about: one honest sentence, by what kind of turn it was."""

import re

from router.dialogue.phrases import QUESTION, Words, pattern

CANNOT_SERVE = "I cannot make or order things; ask me what I can do with speech and sound."
CANNOT_DO = 'You said "{}". I cannot do that; ask me what I can do.'
CANNOT_ANSWER = 'You said "{}". I do not know that; I work with sound.'
CANNOT_CHAT = 'You said "{}". I do not know what to do; I work with sound.'
TO_CHAT = "To chat and to answer questions needs a language model; one can be set as openai.base_url in the settings."
"""For the screen, once."""
MOST_WORDS = 6
"""Of a turn, that are told back."""

SERVING = re.compile(
    pattern(
        "(can|could|may) (i|we) (have|get|please)|i (want|need|would (like|love)|will (have|take))|"
        "order|bring|buy|book|(make|get|give|fetch|pour|brew) [me|us]"
    )
)
DOING = re.compile(
    pattern(
        "call|open|stop|close|turn|switch|set|start|play|find|search|show|send|write|read|sing|draw|go|put|add|remove|delete|"
        "move|push|shift|delay|reschedule|postpone|cancel|convert|create|generate|translate|"
        "remind|wake|tell|take|check|help|change|record|say|do not|lock|dim"
    )
)
ASKING = re.compile(
    pattern(
        "who|what|when|where|why|how|which|whose|is|are|was|were|am|do|does|did|has|have|had|should|shall|may|might|can|"
        "could"
    )
)


def refusal(text: str, bare: Words) -> str:
    """The sentence.

    Args:
        text: the turn as it was said.
        bare: its words without courtesies.
    """
    if not bare.words:
        return "Yes?"
    if SERVING.match(str(bare)):
        return CANNOT_SERVE
    if DOING.match(str(bare)) or QUESTION.match(text[: bare.spans[0][0]]):
        return CANNOT_DO.format(told_back(text))
    question = ASKING.match(str(bare)) or text.rstrip().endswith("?")
    return (CANNOT_ANSWER if question else CANNOT_CHAT).format(told_back(text))


def told_back(text: str) -> str:
    """What was understood, as far as it needs to be told."""
    words = text.replace('"', "").split()
    more = " and so on" if len(words) > MOST_WORDS + 1 else ""
    return " ".join(words[: MOST_WORDS if more else None]).rstrip(" .,;:!?") + more


def wants_model(answer: str) -> bool:
    """Whether a refusal says that with a language model there were an answer."""
    return any(_like(answer, sentence) for sentence in (CANNOT_ANSWER, CANNOT_CHAT))


def _like(answer: str, sentence: str) -> bool:
    before, _, after = sentence.partition("{}")
    return answer.startswith(before) and answer.endswith(after)
