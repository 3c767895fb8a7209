"""`assistant eval robustness`: what becomes of requests that are hard (section 4.4 of the paper).

Scripted dialogues go through the real router, tasks and dialogue engine, and through the real recognizer and engines
where there are some; see `assistant.evaluation.workbench` for the others. After each turn it is checked what must be
true then, and what must be true always: there is an answer, without markup, and nothing broke.

* task_accuracy      of the turns for which tasks are expected: these were called, in this order
* argument_accuracy  of those whose calls say something: and every argument expected was among its own
* refused            of the turns in which nothing may be done: nothing was, and a sentence said so
* chains             of the dialogues that are long chains: every turn was right
* turns, dialogues   of all: everything expected was true
"""

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from assistant.arguments import EvalArguments
from assistant.bench.report import report
from assistant.errors import DataError
from assistant.evaluation.checking import Outcome, arguments_right, calls_right, faults, refused
from assistant.evaluation.dialogues import Script, ScriptedTurn, read_scripts
from assistant.evaluation.materials import material
from assistant.evaluation.measuring import HERE, Sessions, with_engine
from assistant.evaluation.shares import Share
from assistant.evaluation.workbench import Workbench
from assistant.parts import Parts
from assistant.written import Answered, Watch, Written
from config.settings import Settings
from router.dialogue.base import Dialogue
from router.task import Context

SCRIPTS = HERE / "robustness.jsonl"
CHAINS = "long_chains"
"""The kind of the dialogues that count as chains."""


@dataclass(frozen=True, slots=True)
class JudgedTurn:
    """A turn, and what came of it."""

    script: Script
    place: int
    """Its number in the dialogue, from 1."""
    outcome: Outcome

    @property
    def turn(self) -> ScriptedTurn:
        """The turn itself."""
        return self.script.turns[self.place - 1]

    @property
    def faults(self) -> list[str]:
        """What was not as expected."""
        return faults(self.turn, self.outcome)


def run(settings: Settings, arguments: EvalArguments) -> int:
    """Measure, print, and return the exit code.

    Raises:
        EarshotError: the data or the engine cannot be used.
    """
    scripts = read_scripts(arguments.data or SCRIPTS)
    settings = with_engine(settings, arguments)
    judged = asyncio.run(judge(scripts, Parts(settings)))
    report({"engine": settings.answerer, **figures(judged)}, arguments.json)
    return 0


async def judge(scripts: Sequence[Script], parts: Parts) -> list[JudgedTurn]:
    """What comes of every turn with the engine that is set.

    Raises:
        DataError: a dialogue names a file that is not there to be given.
    """
    watch, judged = Watch.over(), []
    with Sessions.temporary() as sessions:
        async with parts.answering(fallback=False) as (dialogue, _), parts.models() as models:
            for script in scripts:
                context = parts.context(sessions.new())
                context.models = models
                stage = _Stage(context, sessions, dialogue, watch)
                judged += [JudgedTurn(script, n, await stage.turn(turn)) for n, turn in enumerate(script.turns, 1)]
    return judged


class _Stage:
    """A session in which a dialogue is played."""

    def __init__(self, context: Context, sessions: Sessions, dialogue: Dialogue, watch: Watch) -> None:
        self._sessions = sessions
        self._context = context
        self._workbench = _fitted(self._context)
        self._written = Written(self._context, dialogue, watch=watch)

    async def turn(self, turn: ScriptedTurn) -> Outcome:
        """What comes of a turn."""
        self._workbench.fails = turn.fails
        notices = [notice for name in turn.files if (notice := self._given(name))]
        answered = await self._written.answer(self._filled(turn.say))
        return Outcome(answered, " ".join(notices), self._context.pending is not None, self._origins(answered))

    def _origins(self, answered: Answered) -> frozenset[str]:
        parents = {number for artifact in answered.made for number in artifact.parents}
        return frozenset(a.name for a in self._context.workspace.artifacts if a.id in parents)

    def _given(self, name: str) -> str:
        """Give a file; what the user is told where it cannot be read."""
        path = material(self._sessions.files, name)
        try:
            self._context.workspace.add_file(path)
        except DataError as error:
            return str(error)
        return ""

    def _filled(self, text: str) -> str:
        """The text, with paths in place of files in braces."""
        head, brace, rest = text.partition("{")
        if not brace:
            return text
        name, _, tail = rest.partition("}")
        return f"{head}{material(self._sessions.files, name)}{self._filled(tail)}"


def _fitted(context: Context) -> Workbench:
    """Put a workbench in place of the engines."""
    context.models = workbench = Workbench(context.models)
    return workbench


# -------------------------------------------------------------------------- figures


def figures(judged: Sequence[JudgedTurn]) -> dict[str, object]:
    """What is reported."""
    dialogues = _by_dialogue(judged)
    calling = [one for one in judged if one.turn.expect.calls]
    saying = [one for one in calling if any(call.arguments for call in one.turn.expect.calls or ())]
    refusing = [one for one in judged if one.turn.expect.refused]
    return {
        "n": len(dialogues),
        **Share.of(calls_right(one.turn, one.outcome) for one in calling).figures("task_accuracy"),
        **Share.of(arguments_right(one.turn, one.outcome) for one in saying).figures("argument_accuracy"),
        **Share.of(refused(one.outcome) for one in refusing).figures("refused"),
        **_right(dialogue for dialogue in dialogues if dialogue[0].script.kind == CHAINS).figures("chains"),
        **Share.of(not one.faults for one in judged).figures("turns"),
        **_right(dialogues).figures("dialogues"),
        "kinds": [_row(kind, dialogues) for kind in dict.fromkeys(d[0].script.kind for d in dialogues)],
        "wrong": [{"line": one.script.line, "turn": one.place, "faults": one.faults} for one in judged if one.faults],
    }


def _by_dialogue(judged: Sequence[JudgedTurn]) -> list[list[JudgedTurn]]:
    dialogues: dict[int, list[JudgedTurn]] = {}
    for one in judged:
        dialogues.setdefault(one.script.line, []).append(one)
    return list(dialogues.values())


def _right(dialogues: Iterable[Sequence[JudgedTurn]]) -> Share:
    """Of dialogues, those in which every turn was right."""
    return Share.of(not any(one.faults for one in dialogue) for dialogue in dialogues)


def _row(kind: str, dialogues: Sequence[Sequence[JudgedTurn]]) -> dict[str, object]:
    of_kind = [dialogue for dialogue in dialogues if dialogue[0].script.kind == kind]
    turns = Share.of(not one.faults for dialogue in of_kind for one in dialogue)
    return {"kind": kind, "n": len(of_kind), "dialogues": _right(of_kind).value, "turns": turns.value}
