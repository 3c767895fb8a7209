"""The figures of the simulated room on the screen: a column a condition."""

import json
from collections.abc import Mapping, Sequence

from rich.console import Console
from rich.table import Table

NOT_TOLD = "–"
LINES = {
    "minutes": ("own speech, min", "{:.1f}"),
    "self_interruptions": ("self-interruptions", "{}"),
    "self_turns": ("self-made turns", "{}"),
    "interruptions": ("interruptions", "{}"),
    "stopped": ("… stopped it in 250 ms", "{:.1%}"),
    "stop_p50_ms": ("… after, p50 ms", "{}"),
    "stop_p95_ms": ("… after, p95 ms", "{}"),
    "no_turns": ("backchannels and other sounds", "{}"),
    "resumed": ("… went on in 2 s", "{:.1%}"),
    "wer": ("WER", "{:.1%}"),
    "wer_without_echo": ("WER without echo", "{:.1%}"),
}
"""What the table shows of a condition: key, title, how."""


def print_rows(rows: Sequence[Mapping[str, object]], about: Mapping[str, object], as_json: bool) -> None:
    """Print conditions and what they are about: one JSON object, or a table a person can read."""
    if as_json:
        print(json.dumps({"rows": rows, **about}))
        return
    table = Table("echo, dB\ncancellation")
    for row in rows:
        table.add_column(condition(row), justify="right")
    for key, (title, pattern) in LINES.items():
        table.add_row(title, *(cell(row.get(key), pattern) for row in rows))
    console = Console()
    console.print(table)
    for name, value in about.items():
        console.print(f"{name}: {', '.join(value) if isinstance(value, list) else value}")


def condition(row: Mapping[str, object]) -> str:
    """The head of a condition's column."""
    return f"{cell(row['echo_db'], '{:+g}')}\n{row['cancellation']}"


def cell(value: object, pattern: str) -> str:
    """A figure as text; a dash for what is not told."""
    return NOT_TOLD if value is None else pattern.format(value)
