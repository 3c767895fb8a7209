"""Opens the screen that fits where the output goes."""

import os
from collections.abc import Mapping
from contextlib import AbstractContextManager
from typing import Literal, TextIO, TypeAlias

from assistant.ports import Screen
from assistant.screen.jsonl import JsonScreen
from assistant.screen.options import ScreenOptions
from assistant.screen.plain import PlainScreen

Kind: TypeAlias = Literal["auto", "plain", "json"]


def open_screen(
    kind: Kind,
    out: TextIO,
    partials: bool = False,
    options: ScreenOptions | None = None,
    environment: Mapping[str, str] = os.environ,
) -> AbstractContextManager[Screen]:
    """The screen of a kind, to be entered; `auto` is the moving one on a terminal and plain lines elsewhere.

    `partials` concerns plain lines only: whether what is still changing is written too.
    """
    match kind:
        case "json":
            return JsonScreen(out)
        case "auto" if out.isatty() and environment.get("TERM", "dumb") != "dumb":
            from rich.console import Console

            from assistant.screen.rich import RichScreen
            from assistant.screen.terminal import look_at

            return RichScreen(
                Console(file=out, highlight=False), terminal=look_at(out, options or ScreenOptions(), environment)
            )
        case _:
            return PlainScreen(out, partials)
