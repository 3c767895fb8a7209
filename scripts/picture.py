"""Draws docs/screen.svg, the picture in the README: .venv/bin/python -m scripts.picture

The screen is the real one. It is shown the end of the conversation that the program holds with its own recordings,
and caught in the middle of a reply. The picture asks for no font or anything else from elsewhere.
"""

from collections.abc import Iterator
from dataclasses import replace
from io import StringIO
from pathlib import Path

from rich.console import Console

from assistant.events import (
    Artifact,
    Event,
    Heard,
    Level,
    Play,
    Said,
    Show,
    Speaking,
    SpeechStarted,
    Stages,
    State,
    StateChanged,
    TurnEnded,
)
from assistant.screen.rich import RichScreen

PICTURE = Path(__file__).parent.parent / "docs" / "screen.svg"
WIDTH = 92
"""Columns, so that the paths of the artifacts fit."""

FOLDER = Path("/home/ada/sessions/2026-11-23_09-15-02")
BECKETT = "Ever tried, ever failed, no matter, try again, fail again, fail better."
DESCRIPTION = (
    "The faster sound is 6.1 seconds long, mono, 16 kilohertz. Its level is 32 decibels below full scale, its peak "
    "11 below. About 50 percent of it is speech."
)
SPOKEN = 9
"""The word of the description that sounds in the picture."""
STAGES = Stages(0.0, 0.181, 0.226, 0.237, 0.241, 0.248)
"""Of "make it faster", on two cores, from the run that gave the words."""

FORMAT = """\
<svg viewBox="0 0 {width} {height}" xmlns="http://www.w3.org/2000/svg">
<style>
.{unique_id}-matrix {{
    font-family: ui-monospace, Menlo, Consolas, "DejaVu Sans Mono", monospace;
    font-size: {char_height}px; line-height: {line_height}px;
}}
.{unique_id}-title {{ font-size: 18px; font-weight: bold; font-family: sans-serif; }}
{styles}
</style>
<defs>
<clipPath id="{unique_id}-clip-terminal"><rect width="{terminal_width}" height="{terminal_height}" /></clipPath>
{lines}
</defs>
{chrome}
<g transform="translate({terminal_x}, {terminal_y})" clip-path="url(#{unique_id}-clip-terminal)">
{backgrounds}
<g class="{unique_id}-matrix" xml:space="preserve">{matrix}</g>
</g>
</svg>
"""


def svg() -> str:
    """The picture."""
    console = Console(
        record=True, file=StringIO(), width=WIDTH, force_terminal=True, color_system="truecolor", highlight=False
    )
    screen = RichScreen(console)  # not entered: what moves is drawn once, at the end
    for event in conversation():
        screen.show(event)
    console.print(screen.face.draw(WIDTH))
    return _without_trailing_space(console.export_svg(title="Earshot", code_format=FORMAT, unique_id="earshot"))


def conversation() -> Iterator[Event]:
    """What the screen is shown, up to the middle of the last reply."""
    note = Artifact("note", FOLDER / "note.wav", seconds=9.184, rate=16_000, made_by="record_note")
    faster = replace(note, name="faster sound", path=FOLDER / "faster-sound.wav", seconds=6.123)
    yield from _turn("Please record a note.", "Go ahead.")
    yield from _turn(BECKETT, "I have kept it as the note.", Show(artifact=note))
    yield from _turn("Make it faster.", "Here it is, faster.", Show(artifact=faster), Play(faster))
    yield from (SpeechStarted(58.4), Heard("Tell me what is in it."), StateChanged(State.SPEAKING), Level(-38.0))
    yield Speaking(tuple(DESCRIPTION.split()), SPOKEN)


def _turn(heard: str, said: str, *between: Event) -> Iterator[Event]:
    """A turn and its reply, whole."""
    yield Heard(heard)
    yield from between
    yield Said(said, interrupted=False)
    yield TurnEnded(STAGES, Heard(heard), said, interrupted=False)


def _without_trailing_space(text: str) -> str:
    return "\n".join(line.rstrip() for line in text.splitlines()) + "\n"


if __name__ == "__main__":
    PICTURE.write_text(svg(), encoding="utf-8")
