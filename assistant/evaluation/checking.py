"""Whether what came of a turn is what had to."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from assistant.evaluation.dialogues import Expectation, ExpectedCall, ScriptedTurn
from assistant.evaluation.fitting import all_fit, fits
from assistant.written import Answered
from router.dialogue.base import Call

MARKUP = re.compile(r"[*#`]{1,}|\]\(|</?\w+>|[{}]|\w+_\w+")
"""What is not fit to be spoken: markup, braces, and the names of tasks."""
BROKE = "inside me"
"""Part of what is said when a task ends with a bug."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a scripted turn."""

    answered: Answered
    notice: str = ""
    """What was said of files that cannot be read, before the answer."""
    pending: bool = False
    """Whether a task waits for what it asked for."""
    origins: frozenset[str] = frozenset()
    """The names of what the artifacts were made from."""

    @property
    def say(self) -> str:
        """All that was said."""
        return f"{self.notice} {self.answered.say}".strip()

    @property
    def made(self) -> Counter[str]:
        """How many artifacts of each kind were made."""
        return Counter(artifact.kind for artifact in self.answered.made)


def faults(turn: ScriptedTurn, outcome: Outcome) -> list[str]:
    """What is not as it must be, a line each."""
    expect = turn.expect
    found = list(_always(turn, outcome))
    if not calls_right(turn, outcome):
        found.append(f"called {_named(outcome.answered.calls)}, not {_expected(expect)}")
    elif not arguments_right(turn, outcome):
        found.append(f"arguments {[dict(call.arguments) for call in outcome.answered.calls]}")
    if expect.refused is not None and refused(outcome) is not expect.refused:
        found.append("was not refused" if expect.refused else "was refused")
    if expect.asks is not None and asks(outcome) is not expect.asks:
        found.append("did not ask back" if expect.asks else "asked back")
    return [*found, *_words(expect, outcome.say), *_artifacts(expect, outcome), *_origins(expect, outcome)]


def calls_right(turn: ScriptedTurn, outcome: Outcome) -> bool:
    """Whether the tasks that were called are those expected, in this order."""
    expected, calls = turn.expect.calls, outcome.answered.calls
    if expected is None:
        return True
    return len(expected) == len(calls) and all(c.task in e.tasks for e, c in zip(expected, calls, strict=True))


def arguments_right(turn: ScriptedTurn, outcome: Outcome) -> bool:
    """Whether the calls are right, and so are their arguments."""
    expected: tuple[ExpectedCall, ...] = turn.expect.calls or ()
    pairs = zip(expected, outcome.answered.calls, strict=False)
    return calls_right(turn, outcome) and all(all_fit(e.arguments, c.arguments) for e, c in pairs)


def refused(outcome: Outcome) -> bool:
    """Whether nothing was done and nothing made, and something was said."""
    done = [ended for ended in outcome.answered.ended if not ended.failure]
    return not done and not outcome.answered.made and bool(outcome.say)


def asks(outcome: Outcome) -> bool:
    """Whether something was asked back."""
    return outcome.pending or outcome.say.endswith("?")


def _always(turn: ScriptedTurn, outcome: Outcome) -> Iterator[str]:
    """What may be in no answer."""
    answered = outcome.answered
    if not (outcome.say or answered.played or answered.shown):
        yield "there was no answer"
    if markup := MARKUP.search(outcome.say):
        yield f"said {markup[0]!r}, which is not fit to be spoken"
    if BROKE in outcome.say and "crash" not in turn.fails.values():
        yield "something broke"


def _words(expect: Expectation, say: str) -> Iterator[str]:
    said = f"in {say!r}"
    yield from (f"no {text!r} {said}" for text in expect.says_contains if not fits(text, say))
    if expect.says_any and not any(fits(text, say) for text in expect.says_any):
        yield f"none of {', '.join(expect.says_any)} {said}"
    yield from (f"{text!r} {said}" for text in expect.says_none if fits(text, say))


def _artifacts(expect: Expectation, outcome: Outcome) -> Iterator[str]:
    made: Mapping[str, int] = outcome.made
    match expect.artifacts:
        case int(number) if number == 0 and outcome.made.total():
            yield f"made {dict(made)}"
        case int(number) if outcome.made.total() < number:
            yield f"made {dict(made)}, not {number}"
        case tuple(kinds) if Counter(kinds) - outcome.made:
            yield f"made {dict(made)}, not {', '.join(kinds)}"


def _origins(expect: Expectation, outcome: Outcome) -> Iterator[str]:
    lost = [name for name in expect.of if name not in outcome.origins]
    if lost:
        yield f"made from {', '.join(sorted(outcome.origins)) or 'nothing'}, not {', '.join(lost)}"


def _named(calls: tuple[Call, ...]) -> str:
    return ", ".join(call.task for call in calls) or "nothing"


def _expected(expect: Expectation) -> str:
    return ", ".join("|".join(call.tasks) for call in expect.calls or ()) or "nothing"
