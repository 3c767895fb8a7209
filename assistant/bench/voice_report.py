"""The figures of `assistant bench tts` as one table: a row a measure, a column a synthesizer."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from rich.console import Console
from rich.table import Table

from assistant.bench.voice_takes import Figures

NOT_TOLD = "–"
FILE_WIDTH = 180
"""Columns where nobody's screen sets a limit."""
PARTS = ("substitutions", "insertions", "deletions", "words")


@dataclass(frozen=True, slots=True)
class Line:
    """A row of the table."""

    label: str
    keys: tuple[str, ...]
    """The figures it shows."""
    pattern: str

    def cell(self, figures: Figures) -> str:
        """The figures of one synthesizer, or a dash where they are not told."""
        values = [figures.get(key) for key in self.keys]
        return NOT_TOLD if None in values else self.pattern.format(*values)


SPEED = (
    Line("texts", ("texts",), "{}"),
    Line("real-time factor", ("rtf",), "{:.3f}"),
    Line("first audio, p50 (p95), ms", ("first_audio_ms", "first_audio_p95_ms"), "{:.0f} ({:.0f})"),
)
REST = (
    Line("DNSMOS overall", ("dnsmos_ovrl",), "{:.2f}"),
    Line("DNSMOS signal, background", ("dnsmos_sig", "dnsmos_bak"), "{:.2f}, {:.2f}"),
    Line("F0 mean, Hz", ("f0_mean_hz",), "{:.0f}"),
    Line("F0 range, 5 to 95 %, semitones", ("f0_range_st",), "{:.1f}"),
    Line("F0 correlation with the teacher", ("f0_correlation",), "{:.2f}"),
    Line("FFE against the teacher", ("ffe",), "{:.1%}"),
    Line("MCD against the teacher, dB", ("mcd_db",), "{:.2f}"),
    Line("word boundaries off, p50 (p90), ms", ("boundary_ms", "boundary_p90_ms"), "{:.0f} ({:.0f})"),
)


def table(results: Mapping[str, Figures]) -> list[list[str]]:
    """The head and the rows; what nobody has a figure for is left out."""
    lines = [*SPEED, *_word_lines(results, "moonshine", "wer"), *_word_lines(results, "whisper", "whisper"), *REST]
    rows = [[line.label, *(line.cell(figures) for figures in results.values())] for line in lines]
    return [["", *results], *(row for row in rows if set(row[1:]) != {NOT_TOLD})]


def print_table(results: Mapping[str, Figures], notes: Sequence[str]) -> None:
    """For a person, on the screen."""
    head, *rows = table(results)
    drawn = Table()
    for i, name in enumerate(head):
        drawn.add_column(name.replace(":", "\n"), justify="right" if i else "left", overflow="fold")
    for row in rows:
        drawn.add_row(*row)
    console = Console(highlight=False)
    if not console.is_terminal:
        console.width = max(console.width, FILE_WIDTH)
    console.print(drawn)
    for note in notes:
        console.print(note, markup=False)


def markdown(results: Mapping[str, Figures], notes: Sequence[str]) -> str:
    """For a page."""
    head, *rows = table(results)
    rule = ["---", *["---:"] * (len(head) - 1)]
    lines = ["| " + " | ".join(row) + " |" for row in (head, rule, *rows)]
    return "\n".join([*lines, "", *(f"* {note}" for note in notes)]).rstrip() + "\n"


def _word_lines(results: Mapping[str, Figures], recognizer: str, prefix: str) -> Iterator[Line]:
    """The word errors of one recognizer: of all texts, in parts, and of each list."""
    yield Line(f"word error by {recognizer}", (prefix,), "{:.1%}")
    parts = tuple(f"{prefix}_{part}" for part in PARTS[:3])
    yield Line("  substituted, inserted, deleted", parts, "{:.1%}, {:.1%}, {:.1%}")
    keys = dict.fromkeys(key for figures in results.values() for key in figures if key.startswith(f"{prefix}_"))
    for key in keys:
        group = key.removeprefix(f"{prefix}_")
        if group not in PARTS:
            yield Line(f"  {group}", (key,), "{:.1%}")
