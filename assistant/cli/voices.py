"""The voices, as the list shows them."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import TextIO

from rich.console import Console
from rich.table import Table
from rich.text import Text

from tts.catalogue import Listed


def as_json(voice: Listed) -> str:
    """One line."""
    return json.dumps(asdict(voice), ensure_ascii=False)


def print_voices(voices: Sequence[Listed], out: TextIO) -> None:
    """A table, and below it what to do about voices that cannot be used."""
    table = Table(box=None, pad_edge=False)
    for heading in ("", "name", "kind", "language", "rate", "licence", "where"):
        table.add_column(heading, justify="right" if heading == "rate" else "left", overflow="fold")
    for voice in voices:
        rate = f"{voice.rate} Hz" if voice.rate else ""
        cells = (voice.name, voice.kind, voice.language, rate, voice.licence, voice.where)
        table.add_row("*" if voice.chosen else "", *(Text(cell, "dim" if voice.fault else "") for cell in cells))
    console = Console(file=out, highlight=False)
    console.print(table)
    for voice in voices:
        for remark in filter(None, (voice.notice, voice.fault)):
            console.print(Text(f"{voice.name}: {remark}"))
    console.print("* speaks; choose another with --voice NAME, or `voice` in the settings")
