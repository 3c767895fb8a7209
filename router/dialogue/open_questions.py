"""What was asked back, and a turn that answers it or asks for something else: one rule for every question.

    "What should I say?"     "banana"                       ─▶ the answer
                             "say banana"                   ─▶ the answer: it begins with the question's own verb
                             "pronounce it in Portuguese"   ─▶ a request
    "Do they agree?"         "yes, they do"                 ─▶ the answer, whatever else it could be
                             "give me a song about rain"    ─▶ a request
    "From where?"            "at three seconds"             ─▶ the answer
                             "set a timer"                  ─▶ a request

A turn is a request of its own where it begins as requests and questions do, and comes to something by itself.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from router.dialogue.base import Call, Piece
from router.dialogue.phrases import INTERROGATIVES, Words
from router.numerals import words

FREE = ("text", "label")
"""Arguments that may be any words, and so words that sound like a request too."""
_VERBS = frozenset(
    words(
        "add announce animate append book build bring call cancel caption change check clean compute convert count "
        "create cut declip denoise delete describe detect do draw enhance explain extract fetch find forget generate "
        "get give hear help imitate increase insert isolate keep let list listen lower make mark measure mix move mute "
        "name narrate note open order pause perform place play pronounce put quiet raise read recite record reduce "
        "remind remove rename repair repeat replace restore run save say search send separate set show shorten sing "
        "speak spell split start stop switch take tell transcribe translate trim turn undo wake what's who's where's "
        "write i'd is are can could would shall should please"
    )
)


@dataclass(frozen=True, slots=True)
class Question:
    """What was asked back."""

    task: str
    """The task that it is asked for."""
    missing: str
    """The argument that an answer gives."""
    text: str


@dataclass(frozen=True, slots=True)
class Turn:
    """A turn that may answer it."""

    bare: Words
    """Its words without courtesies."""
    own: Sequence[Piece]
    """What it comes to with no question open."""
    clear: bool
    """Whether that is beyond doubt: its words say so, or it was surely read so."""


def is_request(turn: Turn, question: Question) -> bool:
    """Whether a turn asks for something of its own, and does not answer."""
    calls = [piece for piece in turn.own if isinstance(piece, Call)]
    if not calls or len(calls) < len(turn.own) or not _begins(turn.bare):
        return False
    if [call.task for call in calls] == [question.task]:
        return not answers_in_full(turn, question) and (turn.clear or question.missing in calls[0].arguments)
    return turn.clear or question.missing not in FREE


def answers_in_full(turn: Turn, question: Question) -> Mapping[str, Any] | None:
    """The arguments of an answer that is the request again, with what was asked for in it; None for any other turn.

    Of words that may be any, it has to begin with the question's own verb: "What should I say?" "Say good morning."
    """
    one = turn.own[0] if len(turn.own) == 1 else None
    if not isinstance(one, Call) or one.task != question.task or question.missing not in one.arguments:
        return None
    asked = Words.of(question.text).words
    return (
        one.arguments if question.missing not in FREE or turn.bare.words[:1] and turn.bare.words[0] in asked else None
    )


def _begins(bare: Words) -> bool:
    return bool(bare.words) and (bare.words[0] in _VERBS or bare.words[0] in INTERROGATIVES)
