"""The voices, as the list shows them."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import TextIO

from rich.console import Console
from rich.table import Table
from rich.text import Text

from assistant.screen.wording import one_line
from tts.catalogue import Listed


def as_json(voice: Listed) -> str:
    """One line."""
    return json.dumps(asdict(voice), ensure_ascii=False)


def print_voices(voices: Sequence[Listed], out: TextIO) -> None:
    """A table: what each voice is, its facts in short, and what to do where it cannot be used."""
    table = Table(box=None, pad_edge=False)
    for heading in ("", "name", "what it is"):
        table.add_column(heading, overflow="fold")
    for voice in voices:
        table.add_row("*" if voice.chosen else "", Text(one_line(voice.name)), _described(voice))
    console = Console(file=out, highlight=False)
    console.print(table)
    console.print("* speaks; choose another with --voice NAME, or `voice` in the settings")


def _described(voice: Listed) -> Text:
    rate = f"{voice.rate} Hz" if voice.rate else ""
    facts = ", ".join(filter(None, (voice.kind, voice.language, rate, voice.licence, voice.place)))
    lines = ((voice.about, ""), (facts, "dim"), (voice.notice, ""), (voice.fault, ""))
    return Text("\n").join(Text(one_line(text), style) for text, style in lines if text)
