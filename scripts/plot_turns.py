"""Plots cut-offs against delay of the end-of-turn detectors, from what `assistant bench latency --json` printed.

usage: plot_turns.py commands.json speech.json -o docs/turns.png
"""

import argparse
import json
from pathlib import Path

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("results", nargs="+", type=Path)
    parser.add_argument("-o", "--output", type=Path, default=Path("docs/turns.png"))
    arguments = parser.parse_args()
    figure, panels = plt.subplots(1, len(arguments.results), figsize=(5.5 * len(arguments.results), 4.2), squeeze=False)
    for panel, path in zip(panels[0], arguments.results, strict=True):
        draw(panel, path.stem, json.loads(path.read_text()))
    figure.tight_layout()
    figure.savefig(arguments.output, dpi=110)


def draw(panel: plt.Axes, title: str, figures: dict) -> None:
    """One set of recordings: a curve for silence alone, one for ours, a star for the whole program in real time."""
    for family, colour in (("silence", "tab:grey"), ("punctuation", "tab:blue")):
        rows = [row for row in figures["curve"] if row["detector"].startswith(family)]
        for percentile, style in (("p50_ms", "o-"), ("p95_ms", "o:")):
            delays, shares = [row[percentile] for row in rows], [100 * row["cut_off"] for row in rows]
            panel.plot(delays, shares, style, color=colour, label=f"{family}, {percentile[:3]}")
    panel.plot(
        figures["p50_ms"], 100 * figures["cut_off"], "*", color="tab:red", markersize=14, label="end to end, p50"
    )
    panel.set(title=f"{title} (n = {figures['n']})", xlabel="delay after the end of speech, ms", ylabel="cut off, %")
    panel.grid(alpha=0.3)
    panel.legend()


if __name__ == "__main__":
    main()
