"""`assistant eval consistency`: is the right task chosen, with the right arguments (section 4.2 of the paper).

Each prompt is the first turn of a session in which there are as many small files of each kind as it says. What the
router would do is compared with what was asked for; nothing is carried out.

* task_accuracy      of the requests for one task: it is called, and nothing else
* argument_accuracy  of those that say something: and every argument expected is among its own
* refused            of the requests that are not supported: nothing is called
* chains             of the requests for several tasks: these are called in this order
"""

import asyncio
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from time import perf_counter

import numpy as np

from assistant.arguments import EvalArguments
from assistant.bench.report import report
from assistant.errors import EngineError
from assistant.evaluation.fitting import all_fit
from assistant.evaluation.materials import of_kinds
from assistant.evaluation.measuring import HERE, Sessions, with_engine
from assistant.evaluation.prompts import Prompt, read_prompts
from assistant.evaluation.shares import Share
from assistant.parts import Parts
from assistant.written import Choice, choose
from config.settings import Settings
from router.dialogue.base import Dialogue
from router.router import MAX_ROUNDS

PROMPTS = HERE / "consistency.jsonl"
WORST = 15
"""How many confusions are listed."""
NOTHING = "(nothing)"


@dataclass(frozen=True, slots=True)
class Judged:
    """A prompt, and what came of it."""

    prompt: Prompt
    choice: Choice
    seconds: float = 0.0
    """How long the choice took."""

    @property
    def called(self) -> tuple[str, ...]:
        """The tasks that were called."""
        return tuple(call.task for call in self.choice.calls)

    @property
    def task_right(self) -> bool:
        """Whether what was called is what was asked for: a task, several, or none."""
        prompt = self.prompt
        return self.called == (prompt.chain or ((prompt.task,) if prompt.task else ()))

    @property
    def arguments_right(self) -> bool:
        """Whether the task is right, and all that was said arrived."""
        return self.task_right and all_fit(self.prompt.arguments, self.choice.calls[0].arguments)


def run(settings: Settings, arguments: EvalArguments) -> int:
    """Measure, print, and return the exit code.

    Raises:
        EarshotError: the data or the engine cannot be used.
    """
    prompts = read_prompts(arguments.data or PROMPTS)
    settings = with_engine(settings, arguments)
    judged = asyncio.run(judge(prompts, Parts(settings)))
    report({"engine": settings.answerer, **figures(judged)}, arguments.json)
    return 0


async def judge(prompts: Sequence[Prompt], parts: Parts) -> list[Judged]:
    """What the engine that is set makes of each prompt.

    Raises:
        EngineError: it did not answer a single one.
    """
    with Sessions.temporary() as sessions:
        async with parts.answering(fallback=False) as (dialogue, _):
            await _judged(prompts[0], parts, dialogue, sessions)  # what is loaded at the first turn is not its time
            judged = [await _judged(prompt, parts, dialogue, sessions) for prompt in prompts]
    if all(one.choice.failure for one in judged):
        raise EngineError(judged[0].choice.failure)
    return judged


async def _judged(prompt: Prompt, parts: Parts, dialogue: Dialogue, sessions: Sessions) -> Judged:
    workspace = sessions.new()
    for path in of_kinds(sessions.files, prompt.resources):
        workspace.add_file(path)
    context = parts.context(workspace)
    began = perf_counter()
    choice = await choose(context, prompt.text, dialogue, rounds=MAX_ROUNDS if prompt.chain else 1)
    return Judged(prompt, choice, perf_counter() - began)


# -------------------------------------------------------------------------- figures


def figures(judged: Sequence[Judged]) -> dict[str, object]:
    """What is reported."""
    single = [one for one in judged if one.prompt.task]
    saying = [one for one in single if one.prompt.arguments]
    chains = [one for one in judged if one.prompt.chain]
    unsupported = [one for one in judged if not one.prompt.task and not one.prompt.chain]
    milliseconds = [1000 * one.seconds for one in judged]
    return {
        "n": len(judged),
        **Share.of(one.task_right for one in single).figures("task_accuracy"),
        **Share.of(one.arguments_right for one in saying).figures("argument_accuracy"),
        **Share.of(one.task_right for one in unsupported).figures("refused"),
        **Share.of(one.task_right for one in chains).figures("chains"),
        "counts": {"tasks": len(single), "arguments": len(saying), "refused": len(unsupported), "chains": len(chains)},
        "chains_by_length": _by_length(chains),
        "unanswered": sum(bool(one.choice.failure) for one in judged),
        "routing_ms_p50": round(float(np.percentile(milliseconds, 50)), 2),
        "routing_ms_p95": round(float(np.percentile(milliseconds, 95)), 2),
        "tasks": [_row(name, rows) for name, rows in _grouped(single, lambda one: one.prompt.task or "")],
        "confusions": _confusions(judged),
        "arguments_missed": _missed(saying),
    }


def _by_length(chains: Sequence[Judged]) -> dict[str, float | None]:
    grouped = _grouped(chains, lambda one: str(len(one.prompt.chain)))
    return {length: Share.of(one.task_right for one in rows).value for length, rows in grouped}


def _row(name: str, rows: Sequence[Judged]) -> dict[str, object]:
    saying = [one for one in rows if one.prompt.arguments]
    share, arguments = Share.of(one.task_right for one in rows), Share.of(one.arguments_right for one in saying)
    return {"task": name, "n": share.n, "accuracy": share.value, "arguments": arguments.value}


def _confusions(judged: Iterable[Judged]) -> list[dict[str, object]]:
    """The commonest pairs of what was asked for and what was called, and the lines where that was so."""
    wrong = [one for one in judged if not one.task_right]
    pairs: Counter[tuple[str, str]] = Counter(_pair(one) for one in wrong)
    return [
        {"expected": pair[0], "called": pair[1], "n": n, "lines": [o.prompt.line for o in wrong if _pair(o) == pair]}
        for pair, n in pairs.most_common(WORST)
    ]


def _missed(judged: Iterable[Judged]) -> list[dict[str, object]]:
    """The arguments that were not as expected though the task was right, the commonest first, with their lines."""
    lines: dict[str, list[int]] = {}
    for one in judged:
        for name, value in one.prompt.arguments.items() if one.task_right else ():
            if not all_fit({name: value}, one.choice.calls[0].arguments):
                lines.setdefault(f"{one.prompt.task}.{name}", []).append(one.prompt.line)
    return [{"argument": name, "n": len(at), "lines": at} for name, at in sorted(lines.items(), key=_commonest)][:WORST]


def _commonest(item: tuple[str, list[int]]) -> int:
    return -len(item[1])


def _pair(one: Judged) -> tuple[str, str]:
    expected = one.prompt.chain or ((one.prompt.task,) if one.prompt.task else ())
    return " ".join(expected) or NOTHING, " ".join(one.called) or NOTHING


def _grouped(judged: Iterable[Judged], key: Callable[[Judged], str]) -> list[tuple[str, list[Judged]]]:
    groups: dict[str, list[Judged]] = {}
    for one in judged:
        groups.setdefault(key(one), []).append(one)
    return sorted(groups.items())
