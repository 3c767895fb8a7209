"""Figures on the screen."""

import json
from collections.abc import Mapping

from rich.console import Console
from rich.table import Table


def report(figures: Mapping[str, object], as_json: bool) -> None:
    """Print figures: one JSON object, or a table a person can read."""
    if as_json:
        print(json.dumps(figures))
        return
    table = Table(show_header=False)
    for name, value in figures.items():
        table.add_row(name, _shown(value))
    Console().print(table)


def _shown(value: object) -> str:
    match value:
        case {**fields}:
            return "  ".join(f"{name}: {_shown(inner)}" for name, inner in fields.items())
        case [*items]:
            return "\n".join([*_heading(items), *map(_row, items)])
        case _:
            return str(value)


def _heading(items: list[object]) -> list[str]:
    """What the columns are, where the items are rows of some."""
    return ["  ".join(items[0])] if items and isinstance(items[0], dict) else []


def _row(item: object) -> str:
    return "  ".join(map(str, item.values())) if isinstance(item, dict) else str(item)
