"""Draws docs/voice.png: one sentence by several voices, and the training curve.

usage: plot_voice.py --human manifest.jsonl --clip LJ001-0007 --voice lj espeak --curve curve.csv -o docs/voice.png

Each spectrogram has the pitch over it and a line where each word begins: as the voice tells it, or as the aligner finds
it where nobody tells. The curve is a CSV with the columns step, phase, name and value, a panel for each phase.
"""

import argparse
import csv
import io
import sys
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import matplotlib
import numpy as np

matplotlib.use("Agg")
import matplotlib.pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from PIL import Image

from assistant.audio import RATE
from assistant.bench.manifest import read_manifests
from assistant.bench.synthesizers import PROGRAMS, TEACHER, OwnVoice, Synthesizer, named
from assistant.bench.voice_alignment import Aligner
from assistant.bench.voice_pitch import FRAME_S, pitch
from assistant.bench.voice_texts import Sentence, own_sentences
from assistant.errors import DataError, EarshotError
from assistant.events import Spoken, Word
from assistant.resample import resample
from config.settings import Settings, load
from tts.loader import load_voice

HIGHEST = 5000
"""Hertz drawn."""
FLOOR_DB, TOP_DB = -90, -20
WINDOW, HOP = 512, 80
"""Of the spectrogram, in samples at 16 kHz."""

DASHES: tuple[Literal["-", "--", ":", "-."], ...] = ("-", "--", ":", "-.")


@dataclass(frozen=True, slots=True)
class Heard:
    """A panel: who speaks, and what came of it."""

    name: str
    spoken: Spoken
    words: tuple[Word, ...]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--human", type=Path, help="a manifest with a recording of the sentence")
    parser.add_argument("--clip", default="", help="a part of the recording's file name")
    parser.add_argument("--voice", nargs="+", default=["auto", TEACHER, "espeak"], help="who reads it")
    parser.add_argument("--curve", type=Path, help="the CSV that training wrote")
    parser.add_argument("-o", "--output", type=Path, default=Path("docs/voice.png"))
    arguments = parser.parse_args()
    try:
        sentence, person = chosen(arguments.human, arguments.clip)
        heard = [*person, *read_by(arguments.voice, sentence, load())]
        curve = read_curve(arguments.curve) if arguments.curve else {}
    except EarshotError as error:
        sys.exit(str(error))
    draw(heard, curve, sentence.spoken, arguments.output)


def chosen(manifest: Path | None, clip: str) -> tuple[Sentence, list[Heard]]:
    """The sentence, and the recording of it where there is one.

    Raises:
        DataError: there is none of that name.
    """
    if manifest is None:
        return own_sentences()[0], []
    rows = [row for row in read_manifests(manifest) if row.text and clip in row.path.name]
    if not rows:
        raise DataError(f"{manifest} has no recording with a text that is called {clip}.")
    recording = rows[0].recording()
    spoken = Spoken(recording.samples, recording.rate)
    return Sentence(rows[0].text, rows[0].text), [Heard("human", spoken, found(spoken, rows[0].text))]


def read_by(names: Iterable[str], sentence: Sentence, settings: Settings) -> list[Heard]:
    """The sentence by everybody who is here; who is not is said on stderr."""
    heard: list[Heard] = []
    for name in names:
        try:
            with closing(reader(name, settings)) as synthesizer:
                spoken = synthesizer.say(sentence)
        except EarshotError as error:
            print(f"{name} is left out: {error}", file=sys.stderr)
            continue
        if any(other.name == synthesizer.name for other in heard):
            continue  # "auto" may be one of the others
        heard.append(Heard(synthesizer.name, spoken, spoken.words or found(spoken, sentence.spoken)))
    return heard


def reader(name: str, settings: Settings) -> Synthesizer:
    """Whoever a name stands for, as in `assistant bench tts`."""
    if name.partition(":")[0] in PROGRAMS:
        return named(PROGRAMS.get(name, (name,))[0])
    return OwnVoice(load_voice(name, settings.voice_options))


def found(spoken: Spoken, text: str) -> tuple[Word, ...]:
    """The words where the aligner finds them; none where it does not."""
    return tuple(Aligner().align(spoken.samples, spoken.rate, text) or ())


def read_curve(path: Path) -> dict[str, dict[str, list[tuple[int, float]]]]:
    """Phase → name → steps and values.

    Raises:
        DataError: it cannot be read, or has other columns.
    """
    curve: dict[str, dict[str, list[tuple[int, float]]]] = {}
    try:
        with path.open(newline="", encoding="utf-8") as file:
            for row in csv.DictReader(file):
                points = curve.setdefault(row["phase"], {}).setdefault(row["name"], [])
                points.append((int(row["step"]), float(row["value"])))
    except OSError as error:
        raise DataError(f"Cannot read the curve {path}: {error.strerror}.") from error
    except (KeyError, TypeError, ValueError) as error:
        raise DataError(f"{path} is no training curve: its columns are step, phase, name and value.") from error
    return curve


def draw(heard: list[Heard], curve: dict[str, dict[str, list[tuple[int, float]]]], title: str, output: Path) -> None:
    """The spectrograms, one below the other, and the phases of the training side by side below them."""
    heights = [1.0] * len(heard) + ([1.6] if curve else [])
    figure = plt.figure(figsize=(11, 2.0 * sum(heights) + 0.6), layout="constrained")
    grid = figure.add_gridspec(len(heights), max(1, len(curve)), height_ratios=heights)
    longest = max((len(h.spoken.samples) / h.spoken.rate for h in heard), default=1.0)
    for i, one in enumerate(heard):
        draw_sound(figure.add_subplot(grid[i, :]), one, longest)
    for i, (phase, names) in enumerate(curve.items()):
        draw_phase(figure.add_subplot(grid[len(heard), i]), phase, names)
    figure.suptitle(f"“{title}”", fontsize=11)
    output.parent.mkdir(parents=True, exist_ok=True)
    save(figure, output)


def save(figure: Figure, output: Path) -> None:
    """As a PNG of 64 colours, a third of the size of one in all of them."""
    page = io.BytesIO()
    figure.savefig(page, dpi=90)
    Image.open(page).convert("RGB").quantize(64, dither=Image.Dither.NONE).save(output, "PNG", optimize=True)


def draw_sound(panel: Axes, heard: Heard, longest: float) -> None:
    """A spectrogram up to 5 kHz, pitch on an axis of its own at the right, words at the foot."""
    samples = resample(heard.spoken.samples, heard.spoken.rate, RATE)
    quiet = np.float32(1e-6) * np.random.default_rng(0).standard_normal(len(samples)).astype(np.float32)
    panel.specgram(
        samples + quiet, NFFT=WINDOW, Fs=RATE, noverlap=WINDOW - HOP, cmap="magma", vmin=FLOOR_DB - 30, vmax=TOP_DB - 30
    )
    panel.set(xlim=(0, longest), ylim=(0, HIGHEST), ylabel="Hz")
    panel.set_title(heard.name, loc="left", fontsize=9)
    for word in heard.words:
        panel.axvline(word.start_s, color="white", linewidth=0.6, alpha=0.8)
        panel.text(word.start_s + 0.01, HIGHEST * 0.97, word.text, color="white", fontsize=6.5, va="top", clip_on=True)
    melody = pitch(samples, RATE)
    axis = panel.twinx()
    axis.plot(np.arange(len(melody)) * FRAME_S, np.where(melody > 0, melody, np.nan), color="cyan", linewidth=1.6)
    axis.set_ylim(50, 450)
    axis.set_ylabel("F0, Hz", color="teal")


def draw_phase(panel: Axes, phase: str, names: dict[str, list[tuple[int, float]]]) -> None:
    """What was noted in one phase of the training: a colour for each measure, a dash for what each is of."""
    measures = list(dict.fromkeys(name.rpartition("_")[2] for name in names))
    sources = list(dict.fromkeys(name.rpartition("_")[0] for name in names))
    for name, points in names.items():
        source, _, measure = name.rpartition("_")
        steps, values = zip(*sorted(points), strict=True)
        panel.plot(steps, values, DASHES[sources.index(source) % len(DASHES)], color=f"C{measures.index(measure)}")
    panel.set(title=phase, xlabel="step")
    if all(value > 0 for points in names.values() for _, value in points):
        panel.set_yscale("log")
    panel.grid(alpha=0.3)
    keys = [Line2D([], [], color=f"C{i}", label=measure) for i, measure in enumerate(measures)]
    for i, source in enumerate(sources):
        label = source.replace("_", " ") or "training"
        keys.append(Line2D([], [], color="black", linestyle=DASHES[i % len(DASHES)], label=label))
    panel.legend(handles=keys, fontsize=6, loc="upper right", ncols=2, framealpha=0.6)


if __name__ == "__main__":
    main()
