"""The screen for a terminal: the conversation and its pictures scroll by, and under it lies a `Face` that moves.

It is drawn when something changed and no more than `FPS` times a second, or the drawing would cost more than the
listening does.
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.live import Live
from rich.style import Style
from rich.text import Text

from assistant.events import Artifact, DeviceChanged, Event, Heard, Play, Said, Show, TurnEnded
from assistant.screen.face import LABEL, Face
from assistant.screen.pictures import show_picture
from assistant.screen.terminal import Terminal
from assistant.screen.wording import described, detailed, milliseconds, one_line, origin, path_text

FPS = 12.0
"""Drawings a second, at most."""
METER_FPS = 5.0
"""The same while nothing but the meter moves."""


class RichScreen:
    """A `Screen` for a terminal of 80×24 or more. A context manager: once left, the terminal is as it was."""

    def __init__(
        self,
        console: Console | None = None,
        now: Callable[[], float] = time.monotonic,
        terminal: Terminal | None = None,
    ) -> None:
        self.console = console or Console(highlight=False)
        self.terminal = terminal or Terminal()
        self.face = Face()
        self._drawn = self.face
        self._drawn_at = float("-inf")
        self._made: Artifact | None = None
        self._now = now
        self._live = Live(console=self.console, auto_refresh=False, transient=True, get_renderable=self._draw)

    def __enter__(self) -> Self:
        self._live.start(refresh=True)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._live.stop()

    def show(self, event: Event) -> None:
        """Take note of an event, and draw if it is time to.

        What is put off is drawn with the next event; there are ten a second, since the level is one.
        """
        self.face = self.face.after(event)
        for label, text in said(event):  # each print draws the face below it anew
            self.console.print(self._hanging(label, text))
        if (made := artifact_line(event, self.terminal.links)) and not self._is_shown(event):
            self.console.print(made, soft_wrap=True)
        if isinstance(event, Show):
            for picture in event.pictures:
                show_picture(self.console, picture, self.terminal, LABEL)
        if self._differs() and self._now() - self._drawn_at >= 1 / self._rate():
            self._live.refresh()

    def _is_shown(self, event: Event) -> bool:
        """Whether this is the playing of what was just shown as made."""
        before, self._made = self._made, event.artifact if isinstance(event, Show) else None
        return isinstance(event, Play) and event.artifact == before

    def _differs(self) -> bool:
        """Whether the face looks otherwise than it was drawn."""
        return replace(self.face, untold=self._drawn.untold) != self._drawn

    def _rate(self) -> float:
        meter_only = replace(self.face, cells=self._drawn.cells, untold=self._drawn.untold) == self._drawn
        return METER_FPS if meter_only else FPS

    def _draw(self) -> Text:
        self._drawn, self._drawn_at = self.face, self._now()
        return self.face.draw(self.console.width)

    def _hanging(self, label: str, text: Text) -> Text:
        """The text, wrapped beside its label."""
        lines = text.wrap(self.console, max(1, self.console.width - LABEL)) or [Text()]
        labels = [label] + [""] * (len(lines) - 1)
        return Text("\n").join(Text.assemble((f"{a:<{LABEL}}", "bold"), b) for a, b in zip(labels, lines, strict=True))


def said(event: Event) -> Iterator[tuple[str, Text]]:
    """What an event leaves behind for good in words: who says it, and what."""
    match event:
        case Heard(text=text):
            yield "you", Text(one_line(text))
        case Said(text, interrupted) if text:
            yield "earshot", Text(one_line(text)).append(" — interrupted" if interrupted else "", "yellow")
        case TurnEnded() if (latency := event.latency()) is not None:
            yield "", Text(f"{milliseconds(latency)} after you fell silent", "dim")
        case DeviceChanged(text=text):
            yield "", Text(one_line(text), "yellow")
        case Show(text=text):
            yield from (("", Text(one_line(line))) for line in text.splitlines())


def artifact_line(event: Event, links: bool = False) -> Text | None:
    """What is played or was made, if anything; its path stays whole, on a line of its own, so that it can be copied.

    `links`: the path can be clicked at, by the escape sequence OSC 8.
    """
    match event:
        case Play(artifact):
            sign, what, came = "♪", described(artifact), ""
        case Show(artifact=Artifact() as artifact):
            sign, what, came = "✎", detailed(artifact), origin(artifact.provenance)
        case _:
            return None
    link = artifact.path.absolute().as_uri() if links else None
    path = (path_text(artifact.path), Style(dim=True, link=link))
    head = Text.assemble((f"{'':<{LABEL}}{sign} ", "magenta"), (what, "bold magenta"), f"  {came}" if came else "")
    return head.append("\n").append(*path)
