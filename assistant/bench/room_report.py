"""The figures of the simulated room on the screen: a row a condition."""

import json
from collections.abc import Mapping, Sequence

from rich.console import Console
from rich.table import Table

NOT_TOLD = "–"
COLUMNS = {
    "echo_db": ("echo, dB", "{:+g}"),
    "cancellation": ("cancellation", "{}"),
    "minutes": ("own speech, min", "{:.1f}"),
    "self_interruptions": ("self-interruptions", "{}"),
    "self_turns": ("self-made turns", "{}"),
    "stopped": ("stopped in 250 ms", "{:.1%}"),
    "stop_p50_ms": ("stop, p50 ms", "{}"),
    "stop_p95_ms": ("p95 ms", "{}"),
    "resumed": ("resumed in 2 s", "{:.1%}"),
    "wer": ("WER", "{:.1%}"),
    "wer_without_echo": ("WER without echo", "{:.1%}"),
}
"""What the table shows of a row: key, title, how."""


def print_rows(rows: Sequence[Mapping[str, object]], about: Mapping[str, object], as_json: bool) -> None:
    """Print rows and what they are about: one JSON object, or a table a person can read."""
    if as_json:
        print(json.dumps({"rows": rows, **about}))
        return
    table = Table()
    for title, _ in COLUMNS.values():
        table.add_column(title, justify="right")
    for row in rows:
        table.add_row(*cells(row))
    console = Console()
    console.print(table)
    for name, value in about.items():
        console.print(f"{name}: {', '.join(value) if isinstance(value, list) else value}")


def cells(row: Mapping[str, object]) -> list[str]:
    """A row as text, dashes for what is not told."""
    values = ((row.get(key), pattern) for key, (_, pattern) in COLUMNS.items())
    return [NOT_TOLD if value is None else pattern.format(value) for value, pattern in values]
