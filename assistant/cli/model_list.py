"""`assistant models` without more: what there is, and what of it is resident.

a line each      name  state  memory  task  what it is        cut to the terminal's width; whole in a pipe
one, or --all    the same with licence, source, policy and what is in the way, in lines below the name
"""

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TextIO

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from assistant.cli.models import ask_service
from assistant.errors import EngineMissing
from assistant.screen.wording import one_line
from config.settings import Settings
from models.base import Card
from models.catalogue import ENGINES, WEIGHTS, Weights, missing

RESIDENT = ("ready", "running", "loading", "waiting", "out")
COLUMNS = ("name", "state", "memory", "task", "what it is")
MORE = "`assistant models show NAME` tells all of one, `assistant models --all` of each."


@dataclass(frozen=True, slots=True)
class ListArguments:
    """What is to be listed."""

    name: str = ""
    """One model; empty: each."""
    all: bool = False
    """All that is known of each."""
    json: bool = False


def show_models(settings: Settings, wanted: ListArguments, out: TextIO) -> int:
    """Print models, and which of them are resident in the service that runs; the exit code.

    Raises:
        EngineMissing: there is none of the name.
        ServiceError: what answers as the service is none.
    """
    served = ask_service(settings.service, "GET", "/models")
    rows = merged(served["models"] if served else [], known(settings))
    rows = [_named(wanted.name, rows)] if wanted.name else rows
    if wanted.json:
        for row in rows:
            print(json.dumps(row, ensure_ascii=False), file=out)
    elif wanted.name or wanted.all:
        _print_all(rows, Console(file=out, highlight=False))
    else:
        _print_short(rows, served is not None, out)
    return 0


def known(settings: Settings) -> Iterator[dict[str, Any]]:
    """Every model that there is without looking at a service."""
    from assistant.resident import pulled_recognizers, recognizer_card, voice_card
    from tts.catalogue import ABSENT, voices

    yield _row(recognizer_card(settings), "set")
    for voice in voices(settings.voice, settings.voice_options):
        state = "absent" if voice.place == ABSENT or voice.fault else "set" if voice.chosen else "here"
        yield _row(voice_card(voice.name, settings), state, fault=voice.fault)
    for entry in (*ENGINES, *pulled_recognizers(settings)):
        lack = missing(entry, settings.models)
        policy = str(settings.models.policy_of(entry.card.name))
        yield _row(entry.card, "absent" if lack else "here", policy, lack)
    for one in WEIGHTS:
        here = (settings.models.folder / one.name).is_dir()
        yield _row(_card_of(one), "here" if here else "to be pulled", size_mb=one.size_mb)


def merged(served: Sequence[Mapping[str, Any]], others: Iterator[dict[str, Any]]) -> list[dict[str, Any]]:
    """Each model once, as the service tells of it, or else as it is known here."""
    rows: dict[str, dict[str, Any]] = {row["name"]: dict(row) for row in served}
    for row in others:
        rows.setdefault(row["name"], row)
    return list(rows.values())


def _named(name: str, rows: Sequence[dict[str, Any]]) -> dict[str, Any]:
    found = next((row for row in rows if row["name"] == name), None)
    if found is None:
        raise EngineMissing(f"There is no model {name}; `assistant models` lists them.")
    return found


def _row(card: Card, state: str, policy: str = "", fault: str = "", size_mb: float = 0.0) -> dict[str, Any]:
    return {
        "name": card.name,
        "task": card.task,
        "state": state,
        "policy": policy,
        "host_mb": None,
        "gpu_mb": None,
        "queued": 0,
        "how": card.how,
        "licence": card.licence,
        "source": card.source,
        "about": card.about,
        "fault": fault,
        **({"download_mb": size_mb} if size_mb else {}),
    }


def _card_of(one: Weights) -> Card:
    return Card(one.name, one.task, "model", one.about, one.licence, one.commercial, one.repo)


# ----------------------------------------------------------------- a line each


def _print_short(rows: Sequence[Mapping[str, Any]], served: bool, out: TextIO) -> None:
    """On a terminal headed, and cut to its width; in a pipe whole lines of models alone, and the rest on stderr."""
    console = Console(file=out, highlight=False)
    lines = _aligned([COLUMNS, *map(_cells, rows)])
    if console.is_terminal:
        for line in lines:
            console.print(Text(line), style="bold" if line is lines[0] else "", no_wrap=True, overflow="ellipsis")
    else:
        print(*lines[1:], sep="\n", file=out)
    print(f"{_footnote(served, rows)}\n{MORE}", file=out if console.is_terminal else sys.stderr)


def _aligned(lines: Sequence[Sequence[str]]) -> list[str]:
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return ["  ".join(cell.ljust(width) for cell, width in zip(cells, widths, strict=True)).rstrip() for cells in lines]


def _cells(row: Mapping[str, Any]) -> tuple[str, ...]:
    told = row["name"], row["state"], _memory(row) or "-", str(row["task"]).replace("_", " "), row["about"]
    return tuple(one_line(str(text)) for text in told)


def _memory(row: Mapping[str, Any]) -> str:
    parts = [f"{row['host_mb']:.0f} MB"] if row["host_mb"] else []
    parts += [f"{row['gpu_mb']:.0f} MB GPU"] if row["gpu_mb"] else []
    return " + ".join(parts)


def _footnote(served: bool, rows: Sequence[Mapping[str, Any]]) -> str:
    if not served:
        return "No service is running, so nothing is resident; `assistant models warm NAME` measures what one takes."
    total = sum(row["host_mb"] or 0 for row in rows)
    resident = sum(row["state"] in RESIDENT for row in rows)
    return f"{resident} resident in the service, {total:.0f} MB in all; each as the process grew when it was loaded."


# ------------------------------------------------------------------ all of one


def _print_all(rows: Sequence[Mapping[str, Any]], console: Console) -> None:
    """Names, and below each what is known of it: folded on a terminal, a fact a line in a pipe."""
    for row in rows:
        console.print(Text(one_line(row["name"])), style="bold")
        for text in map(one_line, _facts(row)):
            if console.is_terminal:
                console.print(Padding(Text(text), (0, 0, 0, 4)))
            else:
                print(f"    {text}", file=console.file)


def _facts(row: Mapping[str, Any]) -> Iterator[str]:
    size = f"{row['download_mb']:.0f} MB to pull" if row["state"] == "to be pulled" else ""
    yield row["about"]
    for facts in (
        (str(row["task"]).replace("_", " "), row["how"], row["state"], _memory(row), row["policy"], size),
        (row["licence"], row["source"]),
        (row["fault"],),
    ):
        if told := ", ".join(str(fact) for fact in facts if fact):
            yield told
