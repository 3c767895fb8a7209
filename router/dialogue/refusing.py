"""What is said to a turn that nothing can be done about: one honest sentence, by what kind of turn it was."""

import re

from router.dialogue.phrases import QUESTION, Words, pattern

CANNOT_SERVE = "I cannot make or order things; ask me what I can do with speech and sound."
CANNOT_DO = "I cannot do that; ask me what I can do with speech and sound."
CANNOT_ANSWER = "I cannot answer that without a language model; one can be set as openai base URL in the settings."
CANNOT_CHAT = "I heard you, but to chat I need a language model; one can be set as openai base URL in the settings."

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
        return CANNOT_DO
    return CANNOT_ANSWER if ASKING.match(str(bare)) or text.rstrip().endswith("?") else CANNOT_CHAT
