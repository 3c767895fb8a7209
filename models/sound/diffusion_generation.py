"""Text to audio by a diffusion model that was pulled: several tries, the best of them, and as long as is wanted.

try 1  ▒▒▒▒▒▒▒▒
try 2  ████████  ◀── goes best with the words
then       ████░░░░          the end of what is there is known, the rest is made to go on from it
               ░░░░▒▒▒▒
"""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np

from assistant.audio import Samples
from assistant.errors import EngineError
from models.base import Card, Job, Json, Made, MadeFile, Report
from models.pieces import Writer
from models.sound.diffusion import Painter, Wish, wish_of
from models.sound.diffusion_loading import load_painter
from models.sound.diffusion_work import Work
from models.sound.making_words import avoiding, making_of
from models.wording import span

USUAL_S, SHORTEST_S, LONGEST_S = 10.0, 0.1, 600.0
MOST_TRIES = 8
SHARED = 0.25
"""Of a window, that the next one knows."""
FADE_S = 0.05
"""Of the end."""
LOOP_S = 1.0
"""How long the end of a loop takes to go over into its beginning, at most; of a short one a quarter."""
PEAK, LOUDER = 0.7, 8.0
"""What the sound is brought to, and by how much it is raised at most."""
SILENT = 1e-4
NOTHING = "It came out silent. Say it in other words, or try it again."


class DiffusionGeneration:
    """An `Engine`."""

    def __init__(
        self, card: Card, folder: Path | None = None, steps: int = 50, guidance: float = 3.5, tries: int = 1
    ) -> None:
        """`steps`, `guidance` and `tries` are what is usual; a job may say otherwise."""
        self.card = card
        self._folder = folder
        self._usual = Wish(steps=steps, guidance=guidance, avoid="low quality")
        self._tries = tries
        self._painter: Painter | None = None

    def load(self) -> None:
        """Load the model.

        Raises:
            EngineMissing: a package or a file is missing.
            EngineError: it cannot be loaded.
        """
        self._painter = load_painter(self.card, self._folder)

    def drop(self) -> None:
        """Let go of it."""
        self._painter = None

    def run(self, job: Job, report: Report) -> Made:
        """Make what `text` says, `seconds` long; with `loop`, its end goes on where it begins. `steps`, `guidance` (how
        closely the words are followed), `candidates` (how many tries) and `avoid` may be given, or said in the text.

        Raises:
            EngineError: there are no words, or a number is out of range.
            DataError: the file cannot be written.
            JobCancelled: it is no longer wanted.
        """
        painter = self._painter
        assert painter is not None, "loaded before it is run"
        job = _with_words_read(job)
        wish, seconds = wish_of(job, self._usual), _seconds(job)
        if not wish.text:
            raise EngineError("Tell me what it should sound like.")
        tries = _tries(job, self._tries) if painter.ranks else 1
        loop, total = bool(job.arguments.get("loop")), round(seconds * painter.rate)
        shared = min(round(LOOP_S * painter.rate), total // 4) if loop else 0
        windows = _Windows(painter, total + shared)
        work = Work(painter, report, tries + windows.more)
        report(0.0)
        first, likeness = _best(work, windows.first, wish, tries)
        peak = float(np.abs(first).max())
        path = job.folder / "generated.wav"
        with Writer(path, painter.rate, painter.channels) as writer:
            gain = np.float32(min(LOUDER, PEAK / peak) if peak > SILENT else 1.0)
            made = _continued(work, first, windows, wish)
            fade = 0 if loop else round(FADE_S * painter.rate)
            for part in _looped(_ended(made, windows.total, fade), shared):
                writer.write(part * gain)
        report(1.0)
        facts: dict[str, Json] = {"rate": painter.rate, "channels": painter.channels, "seed": job.seed}
        facts |= {
            "made": _told(wish.text),
            "seconds": round(seconds, 2),
            "loop": loop,
            "steps": wish.steps,
            "guidance": wish.guidance,
            "candidates": tries,
        }
        facts |= {"likeness": round(likeness, 3)} if tries > 1 else {}
        notice = NOTHING if peak <= SILENT else ""
        return Made(files=(MadeFile(path, _name(wish.text)),), facts=facts, notice=notice)


class _Windows:
    """How a sound of some length is made of windows, in samples."""

    def __init__(self, painter: Painter, total: int) -> None:
        self.total = total
        self.first = min(painter.window, max(painter.shortest, total))
        self.shared = round(SHARED * painter.window)
        self._painter = painter
        step = painter.window - self.shared
        self.more = -(-max(0, total - self.first) // step)
        """How many follow the first one."""

    def next(self, left: int) -> int:
        """How long the next one is, where so much is still to be made."""
        return min(self._painter.window, max(self._painter.shortest, self.shared + left))


def _best(work: Work, length: int, wish: Wish, tries: int) -> tuple[Samples, float]:
    """The window that goes best with the words, and how well it does, -1 to 1."""
    nothing, known = np.zeros((length, work.painter.channels), np.float32), np.zeros(length, bool)
    best, likeness = nothing, -np.inf
    for k in range(tries):
        made = work.paint(nothing, known, replace(wish, seed=wish.seed + k))
        found = work.likeness(made, wish.text) if tries > 1 else 0.0
        if found > likeness:
            best, likeness = made, found
    return best, likeness


def _continued(work: Work, first: Samples, windows: _Windows, wish: Wish) -> Iterator[Samples]:
    """The sound, part by part: at least as much as is wanted."""
    made, done = first, 0
    for k in range(windows.more):
        shared, done = made[-windows.shared :], done + len(made) - windows.shared
        yield made[: -windows.shared]
        length = windows.next(windows.total - done - windows.shared)
        sound = np.concatenate((shared, np.zeros((length - len(shared), shared.shape[1]), np.float32)))
        made = work.paint(sound, np.arange(length) < len(shared), replace(wish, seed=wish.seed + MOST_TRIES + k))
        rising = np.linspace(0, 1, len(shared), dtype=np.float32)[:, None]
        made[: len(shared)] = shared * (1 - rising) + made[: len(shared)] * rising
    yield made


def _ended(parts: Iterator[Samples], total: int, most: int) -> Iterator[Samples]:
    """So many samples of a sound, which fades out within as many samples."""
    left = total
    for part in parts:
        kept = part[:left].copy()
        left -= len(kept)
        if not left:
            fade = min(most, len(kept))
            kept[len(kept) - fade :] *= np.linspace(1, 0, fade, dtype=np.float32)[:, None]
        yield kept
        if not left:
            return


def _looped(parts: Iterator[Samples], shared: int) -> Iterator[Samples]:
    """A sound, shorter by what is shared: its beginning is taken away, and its end goes over into that."""
    if not shared:
        yield from parts
        return
    held = next(parts)
    while len(held) < 2 * shared:
        held = np.concatenate((held, next(parts)))
    head, held = held[:shared], held[shared:]
    for part in parts:
        held = np.concatenate((held, part))
        yield held[:-shared]
        held = held[-shared:]
    turn = np.linspace(0, np.pi / 2, shared, dtype=np.float32)[:, None]
    yield held[:-shared]
    yield held[-shared:] * np.cos(turn) + head * np.sin(turn)


def _with_words_read(job: Job) -> Job:
    """With what its text says of how the sound is looked for among the arguments; what is given there counts more."""
    making = avoiding(making_of(str(job.arguments.get("text") or "")))
    said: dict[str, Json] = {**making.given, **({"avoid": making.avoid} if making.avoid else {})}
    return replace(job, arguments={**said, **job.arguments, "text": making.text})


def _seconds(job: Job) -> float:
    given = job.arguments.get("seconds", USUAL_S)
    if not isinstance(given, int | float) or not SHORTEST_S <= given <= LONGEST_S:
        raise EngineError(f"I can make from a tenth of a second up to {span(LONGEST_S)}; how long should it be?")
    return float(given)


def _tries(job: Job, usual: int) -> int:
    given = job.arguments.get("candidates", usual)
    if not isinstance(given, int) or not 1 <= given <= MOST_TRIES:
        raise EngineError(f"I can make from one to {MOST_TRIES} tries.")
    return given


def _told(text: str) -> str:
    """The words, to be said within a sentence."""
    return text[:1].lower() + text[1:].rstrip(" .!?")


def _name(text: str) -> str:
    """What it is called aloud: the first words."""
    words = "".join(c if c.isalnum() or c in " '-" else " " for c in text.lower()).split()
    return " ".join(words[:6]) or "sound"
