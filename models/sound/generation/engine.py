"""Text to audio by rules: an engine that reads a request, makes a scene of it, and the sound of that.

"heavy rain with thunder in the distance" ─▶ Wish ─▶ Scene ─▶ pieces ─▶ WAV, 44.1 kHz, two channels
"""

import secrets
from dataclasses import replace
from pathlib import Path

import numpy as np

from assistant.errors import EngineError
from models.base import Card, Job, Json, Made, MadeFile, Report
from models.pieces import Writer
from models.sound.generation.arranging import arranged
from models.sound.generation.composing import composed
from models.sound.generation.grain import RATE
from models.sound.generation.layer_sound import chance
from models.sound.generation.long import COMPRESSED_S, LONGEST_S, ROUND_S, OggWriter, told_round, told_size
from models.sound.generation.mixer import pieces
from models.sound.generation.reader import read
from models.sound.generation.scene import Scene, Wish
from models.sound.generation.telling import left_out, told, unknown
from models.sound.making_words import making_of

SEEDS = 2**31
RELATIONS = frozenset(("from", "to", "in", "on", "at", "with", "of", "behind", "over", "under", "that", "and"))
BY_RULES = (
    "I make sounds by rules, one take at a time; several candidates and a better quality need a model that turns "
    "text into sound."
)
LONGEST_NAME = 4
"""Words."""


class SoundGeneration:
    """An `Engine` that makes sounds and music from a description."""

    def __init__(self, card: Card, folder: Path | None = None) -> None:
        self.card = card

    def load(self) -> None:
        """Make a tenth of a second of noise, so that the first job is as quick as the others."""
        scene = arranged(read("white noise"), 0.1, 0)
        assert sum(map(len, pieces(scene))) > 0

    def run(self, job: Job, report: Report) -> Made:
        """Make what `text` says, `seconds` long if that is given, the same to the bit for the same `seed`.

        A seed of 0 is none: one is drawn, and told in `Made.facts`. With `loop`, or where the words say so, the end
        goes on where the beginning begins.

        Raises:
            EngineError: nothing in the text is known, or it is to be too long; the sentence says what would be known.
            DataError: the file cannot be written.
            JobCancelled: it is no longer wanted.
        """
        making = making_of(str(job.arguments.get("text") or ""))
        text = making.text
        wish = read(text)
        if not wish.steps:
            raise EngineError(unknown(text))
        seed = wish.seed or int(_number(job.arguments.get("seed")) or job.seed) or 1 + secrets.randbelow(SEEDS - 1)
        scene, asked_s = _scene(wish, _whole_s(job, wish), seed, bool(job.arguments.get("loop")))
        path = job.folder / f"sound.{'ogg' if scene.seconds >= COMPRESSED_S else 'wav'}"
        tags = {"software": "Earshot", "comment": f"synthetic: {text} (seed {seed}; made by rules, not recorded)"}
        _write(scene, path, tags, report)
        name = told(wish, _music(scene))
        facts: dict[str, Json] = {
            **{"made": name, "seconds": round(scene.seconds, 3), "seed": seed, "rate": RATE, "channels": 2},
            **{"loop": scene.loop, "counted": _counted(wish), "recorded": False, "origin": "made, not recorded"},
        }
        size = told_round(asked_s) if asked_s > LONGEST_S else told_size(path, scene.seconds)
        notice = " ".join(filter(None, (_notice(wish, bool(making.given)), size)))
        return Made(files=(MadeFile(path, short(wish)),), facts=facts, notice=notice)

    def drop(self) -> None:
        """There is nothing to let go."""


def _notice(wish: Wish, asked: bool) -> str:
    """What is not there, and what means nothing to rules.

    Args:
        asked: whether candidates, steps or a better quality were asked for.
    """
    return " ".join(filter(None, (left_out(wish.left_out), BY_RULES if asked else "")))


def _music(scene: Scene) -> str:
    """What music became of a wish for it; empty where there is none."""
    places = ((place, layer) for place, layer in enumerate(scene.layers) if layer.source == "music")
    found = next(places, None)
    return composed(found[1].style, chance(scene.seed, found[1], found[0])).told if found else ""


def _counted(wish: Wish) -> bool:
    """Whether all of it happens so many times, so that how long it is says little."""
    return all(layer.count for step in wish.steps for layer in step.layers)


def short(wish: Wish) -> str:
    """What a sound is called: its first words, up to where it tells where or of what."""
    first = next((layer.told for step in wish.steps for layer in step.layers if layer.told), "sound")
    words = [word for word in first.split() if word not in ("a", "an", "the")]
    end = next((k for k, word in enumerate(words) if k and word in RELATIONS), len(words))
    return " ".join(words[: min(end, LONGEST_NAME)])


def _whole_s(job: Job, wish: Wish) -> float | None:
    """How long all of it is to be. What was said of one of its steps is not that."""
    seconds = _number(job.arguments.get("seconds"))
    return None if len(wish.steps) > 1 and seconds in {step.seconds for step in wish.steps} else seconds


def _scene(wish: Wish, seconds: float | None, seed: int, loop: bool) -> tuple[Scene, float]:
    """The scene, and how long it was to be: what goes on for more than an hour is a loop.

    Raises:
        EngineError: it is no time, or too long for what does not go on the same.
    """
    if seconds is not None and not seconds > 0:
        raise EngineError("I can make sounds of up to an hour. Say how many seconds or minutes it should be.")
    scene = arranged(wish, seconds, seed)
    asked_s = scene.seconds
    if asked_s > LONGEST_S:
        if len(wish.steps) > 1 or any(layer.count for layer in scene.layers):
            raise EngineError("I can make sounds of up to an hour. Say how many seconds or minutes it should be.")
        return replace(arranged(wish, ROUND_S, seed), loop=True), asked_s
    return replace(scene, loop=scene.loop or loop), asked_s


def _write(scene: Scene, path: Path, tags: dict[str, str], report: Report) -> None:
    """Piece by piece: what is in memory does not grow with the length."""
    total, done = max(1, round(scene.seconds * RATE)), 0
    report(0.0)
    with OggWriter(path, tags) if path.suffix == ".ogg" else Writer(path, RATE, 2, tags) as writer:
        for piece in pieces(scene):
            writer.write(np.ascontiguousarray(piece))
            done += len(piece)
            report(min(1.0, done / total))


def _number(value: Json) -> float | None:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None
