"""The lines at the bottom of the screen that change all the time: what is heard and said now, and how fast it went.

● hearing    ▮▮▮▮▮▮▮▮▮▮▯▯▯▯▯▯▯▯▯▯  -31 dB
you      how is the weath…
earshot  It is cold and bright today.
         separate speech ▰▰▰▰▰▰▰▱▱▱▱▱▱▱▱▱▱▱▱▱  36 %
▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇  412 ms
recognized 105 · answered 106 · voiced 112 · decided 250 · sounded 412
"""

from dataclasses import dataclass, replace
from typing import assert_never

from rich.text import Text

from assistant.events import (
    DeviceChanged,
    Event,
    Guessed,
    Heard,
    Ignored,
    Level,
    Notice,
    Perception,
    Play,
    Resumed,
    Said,
    Say,
    Show,
    Speaking,
    SpeechResumed,
    SpeechStarted,
    Stages,
    State,
    StateChanged,
    Supposed,
    TurnEnded,
    Woken,
    Working,
    Yielded,
)
from assistant.screen.wording import milliseconds, one_line, percent, reached

METER_CELLS = 20
QUIET_DBFS, LOUD_DBFS = -60.0, -6.0
"""What the two ends of the meter stand for."""
CLIPPING_CELL = 18
"""From here on the meter is red."""
REPLY_LINES = 3
"""As much of the reply as is shown around the word being spoken."""
LABEL = 9
"""Width of the column that says who speaks."""
BAR_CELLS = 20
"""Of the bar that says how far a task is."""
SILENT_LEVELS = 30
"""A task of which nothing was told for so many levels, some three seconds, is over."""

STATE_STYLES = {
    State.ASLEEP: "dim",
    State.LISTENING: "green",
    State.HEARING: "bold cyan",
    State.THINKING: "yellow",
    State.SPEAKING: "bold",
}
STAGE_STYLES = {
    "recognized": "cyan",
    "decided": "blue",
    "answered": "yellow",
    "voiced": "magenta",
    "sounded": "green",
}


@dataclass(frozen=True, slots=True)
class Face:
    """What the changing lines are drawn from."""

    state: State = State.LISTENING
    cells: int = 0
    """How many cells of the meter are lit."""
    guess: str = ""
    """The words of a turn that is not over."""
    aside: str = ""
    """What became of the turn or the reply where there are no words to show."""
    words: tuple[str, ...] = ()
    index: int | None = None
    """The word that sounds now; none in a pause."""
    reached: int = -1
    """The last word that has sounded."""
    stages: Stages | None = None
    """The last turn's."""
    task: str = ""
    """What is being worked on, of which it is known how far it is."""
    share: float = 0.0
    """How far, 0 to 1."""
    untold: int = 0
    """Levels since that was told."""

    def after(self, event: Event) -> "Face":
        """The face once an event is known."""
        match event:
            case SpeechStarted() | Guessed() | Supposed() | SpeechResumed() | Heard() | Ignored() | Woken():
                return self._perceived(event)
            case StateChanged(state):
                return replace(self, state=state)
            case Level(dbfs):
                return self._waited(meter_cells(dbfs))
            case Speaking(words, index):
                return replace(self, words=words, index=index, reached=self._reached(words, index), aside="")
            case Working(task, share):
                return self._working(task.replace("_", " "), share)
            case Yielded() | Resumed() | DeviceChanged():
                return self._noticed(event)
            case Said():
                return replace(self, words=(), index=None, reached=-1, aside="")
            case TurnEnded(stages=stages):
                return replace(self, stages=stages)
            case Say() | Play() | Show():
                return self
            case _:
                assert_never(event)

    def _perceived(self, event: Perception) -> "Face":
        match event:
            case SpeechStarted():
                return replace(self, guess="", aside="")
            case Guessed(text):
                return replace(self, guess=text)
            case Supposed(heard):
                return replace(self, guess=heard.text)
            case SpeechResumed():
                return self
            case Heard():
                return replace(self, guess="")
            case Ignored(reason=reason):
                return replace(self, guess="", aside=f"not a turn: {reason}")
            case Woken():
                return replace(self, guess="", aside="I am listening.")
            case _:
                assert_never(event)

    def _noticed(self, event: Notice) -> "Face":
        match event:
            case Yielded(ducked):
                return self if ducked else replace(self, aside="go on …")
            case Resumed(reason=reason):
                return replace(self, guess="", aside=f"not a turn: {reason}")
            case DeviceChanged(text=text):
                return replace(self, aside=text)
            case _:
                assert_never(event)

    def _working(self, task: str, share: float | None) -> "Face":
        """A task that has begun, or has come further."""
        if share is None:
            return replace(self, aside=f"{task} …")
        return replace(self, task=task if share < 1 else "", share=share, untold=0, aside="")

    def _waited(self, cells: int) -> "Face":
        """A tenth of a second later."""
        untold = self.untold + 1 if self.task else 0
        return replace(self, cells=cells, untold=untold, task=self.task if untold < SILENT_LEVELS else "")

    def draw(self, width: int) -> Text:
        """All lines, none wider than `width`."""
        lines = [self._status()]
        if self.guess:
            lines.append(_labelled("you", Text(_tail(self.guess, width - LABEL), "dim italic")))
        if self.words:
            lines += self._reply(width)
        elif self.aside:
            lines.append(_labelled("", Text(one_line(self.aside), "dim")))
        if self.task:
            lines.append(_labelled("", self._bar(width - LABEL)))
        if self.stages:
            lines += timeline(self.stages, width)
        for line in lines:
            line.truncate(width, overflow="ellipsis")
        return Text("\n").join(lines)

    def _status(self) -> Text:
        lit, dark = "▮" * self.cells, "▯" * (METER_CELLS - self.cells)
        line = Text.assemble(("● ", STATE_STYLES[self.state]), (f"{self.state:<11}", STATE_STYLES[self.state]))
        line.append(lit[:CLIPPING_CELL], "green").append(lit[CLIPPING_CELL:], "red").append(dark, "dim")
        return line

    def _bar(self, width: int) -> Text:
        """How far the task is; the bar gives way to its name where it is narrow."""
        note = f"  {percent(self.share)}"
        cells = max(0, min(BAR_CELLS, width - len(self.task) - 1 - len(note)))
        done = round(min(1.0, max(0.0, self.share)) * cells)
        bar = ("▰" * done, "cyan"), ("▱" * (cells - done), "dim")
        return Text.assemble(f"{one_line(self.task)} ", *bar, (note, "dim"))

    def _reply(self, width: int) -> list[Text]:
        """The line of the word being spoken and those around it."""
        rows = _rows(self.words, width - LABEL)
        spoken = next((r for r, row in enumerate(rows) if self.reached in row), 0)
        first = max(0, min(spoken - 1, len(rows) - REPLY_LINES))
        shown = rows[first : first + REPLY_LINES]
        return [_labelled("earshot" if n == 0 else "", self._row(row)) for n, row in enumerate(shown)]

    def _row(self, row: range) -> Text:
        return Text(" ").join(Text(one_line(self.words[i]), self._style(i)) for i in row)

    def _style(self, word: int) -> str:
        if word > self.reached:
            return "dim"
        return "bold reverse" if word == self.index else ""

    def _reached(self, words: tuple[str, ...], index: int | None) -> int:
        """How far a reply has come: in a pause as far as before, if it is the same one or has grown."""
        if index is not None:
            return index
        return self.reached if words[: len(self.words)] == self.words else -1


def meter_cells(dbfs: float) -> int:
    """How many cells of the meter a level lights."""
    share = (dbfs - QUIET_DBFS) / (LOUD_DBFS - QUIET_DBFS)
    return round(min(1.0, max(0.0, share)) * METER_CELLS)


def timeline(stages: Stages, width: int) -> list[Text]:
    """A bar from the end of speech to the last stage that was reached, and its legend; nothing if none was."""
    marks = reached(stages)
    if not marks:
        return []
    total, note = marks[-1][1], f"  {milliseconds(marks[-1][1])}"
    bar, cells = Text(), max(1, width - len(note))
    for name, seconds in marks:
        end = round(seconds / total * cells) if total > 0 else cells
        bar.append("▇" * (end - len(bar)), STAGE_STYLES[name])
    legend = [Text(f"{name} {seconds * 1000:.0f}", STAGE_STYLES[name]) for name, seconds in marks]
    return [bar.append(note, "dim"), Text(" · ", "dim").join(legend)]


def _rows(words: tuple[str, ...], width: int) -> list[range]:
    """The words broken into lines, as ranges of their indices."""
    rows, first, used = [], 0, 0
    for i, word in enumerate(words):
        needed = len(one_line(word)) + 1
        if i > first and used + needed - 1 > width:
            rows.append(range(first, i))
            first, used = i, 0
        used += needed
    return [*rows, range(first, len(words))]


def _labelled(label: str, line: Text) -> Text:
    return Text.assemble((f"{label:<{LABEL}}", "bold"), line)


def _tail(text: str, width: int) -> str:
    """The end of a text that is too long; what is being said stands there."""
    text = one_line(text)
    return text if len(text) <= width else "…" + text[1 - width :]
