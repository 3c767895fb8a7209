"""Plots cut-offs against delay of the end-of-turn detectors, from what `assistant bench` printed with --json.

usage: plot_turns.py commands.json speech.json -o docs/turns.png

A file of `bench turns` is drawn a panel a kind; one of `bench latency` has a star besides, for the whole program.
"""

import argparse
import json
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import Any, TypeAlias

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt
from matplotlib.axes import Axes

Row: TypeAlias = dict[str, Any]
FAMILIES = {"silence": "tab:grey", "punctuation": "tab:blue", "cues": "tab:green", "smart": "tab:orange"}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("results", nargs="+", type=Path)
    parser.add_argument("-o", "--output", type=Path, default=Path("docs/turns.png"))
    arguments = parser.parse_args()
    drawn = [panel for path in arguments.results for panel in panels_of(path)]
    figure, places = plt.subplots(1, len(drawn), figsize=(5.5 * len(drawn), 4.2), squeeze=False)
    for place, (title, rows, whole) in zip(places[0], drawn, strict=True):
        draw(place, title, rows)
        if whole:
            draw_whole(place, whole)
        place.legend()
    figure.tight_layout()
    figure.savefig(arguments.output, dpi=110)


def panels_of(path: Path) -> Iterator[tuple[str, list[Row], Row | None]]:
    """Title and curve of each panel, and the figures of the whole program where they are there."""
    figures = json.loads(path.read_text())
    if "curve" in figures:
        yield f"{path.stem} (n = {figures['n']})", figures["curve"], figures
        return
    for kind, rows in groupby(figures["rows"], lambda row: row["kind"]):
        own = list(rows)
        yield f"{kind} (n = {own[0]['n']})", own, None


def draw(panel: Axes, title: str, rows: list[Row]) -> None:
    """One set of recordings: a curve for each family of detectors."""
    for family, colour in FAMILIES.items():
        own = [row for row in rows if row["detector"].startswith(family)]
        for percentile, style in (("p50_ms", "o-"), ("p95_ms", "o:")):
            delays, shares = [row[percentile] for row in own], [100 * row["cut_off"] for row in own]
            if own:
                panel.plot(delays, shares, style, color=colour, label=f"{family}, {percentile[:3]}")
    panel.set(title=title, xlabel="delay after the end of speech, ms", ylabel="cut off, %")
    panel.grid(alpha=0.3)


def draw_whole(panel: Axes, figures: Row) -> None:
    """A star for the whole program in real time."""
    panel.plot(
        figures["p50_ms"], 100 * figures["cut_off"], "*", color="tab:red", markersize=14, label="end to end, p50"
    )


if __name__ == "__main__":
    main()
