"""Makes docs/gallery: the paper's queries, answered by the embedded configuration by voice.

.venv/bin/python -m scripts.make_gallery --to docs/gallery [--only 3]

It takes a few minutes. Jobs are seeded, so that it comes out the same again as far as the engines can.
"""

import argparse
import logging
import re
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from assistant.app import Engines
from assistant.clock import run_virtually
from assistant.devices.files import Recording
from assistant.evaluation.aloud import Reply, Turn, hold
from assistant.events import Artifact, Manner
from config.settings import Settings
from models.base import Models
from scripts.gallery.files import small
from scripts.gallery.inputs import Inputs
from scripts.gallery.page import Shot, page
from scripts.gallery.queries import TALKS, Query, Talk
from tts.ensemble import Ensemble

ASKING = "lj"
"""The voice of who asks."""
SEED = 2023
PEAK = 0.7
RECORDED = Path(__file__).parents[1] / "tests" / "figure3"
"""By CMU's voice slt."""

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Gallery:
    """Where it goes, and what makes it."""

    folder: Path
    work: Path
    engines: Engines

    async def talk(self, talk: Talk, place: int, models: Models) -> list[Shot]:
        """Hold a conversation, and keep small copies of what was given and made."""
        inputs = Inputs(self.work / "inputs", self.engines.voice)
        given = [tuple(inputs.made(name) for name in query.given) for query in talk.queries]
        turns = [Turn(spoken(q, self.engines.voice), paths) for q, paths in zip(talk.queries, given, strict=True)]
        replies = await hold(self.engines, self.work / f"{talk.figure}-{place}", turns, models, SEED)
        shots = []
        for number, (query, paths, reply) in enumerate(zip(talk.queries, given, replies, strict=True), 1):
            prefix = f"{talk.figure}-{number:02d}" if talk.figure == 3 else f"{talk.figure}-{place}{'abc'[number - 1]}"
            logger.info("%s %r: %s", prefix, query.said, reply.say)
            shots.append(Shot(query, reply, self._given(prefix, paths), self._made(prefix, reply)))
        return shots

    def _given(self, prefix: str, paths: Sequence[Path]) -> tuple[Path, ...]:
        kinds = {".png": "image"}
        return tuple(
            small(path, kinds.get(path.suffix, "audio"), self.folder / f"{prefix}-given-{path.stem}") for path in paths
        )

    def _made(self, prefix: str, reply: Reply) -> tuple[Path, ...]:
        """What was made or played, and the last picture of it."""
        there = list({artifact.path: artifact for artifact in (*reply.made, *reply.played)}.values())
        copies = [small(a.path, a.kind, self.folder / f"{prefix}-{slug(a)}") for a in there if a.kind != "text"]
        pictures = [path for show in reply.shown for path in show.pictures]
        return (*copies, *(small(path, "image", self.folder / f"{prefix}-seen") for path in pictures[:1]))


def slug(artifact: Artifact) -> str:
    """Its name as part of a file's name."""
    return re.sub(r"[^a-z0-9]+", "-", artifact.name.lower()).strip("-")[:40].strip("-")


def spoken(query: Query, voices: Ensemble) -> Recording:
    """A query as it is spoken into the microphone."""
    if query.recorded:
        return Recording.read(RECORDED / f"round-{query.recorded}.ogg")
    said = voices.speak(query.read or query.said, Manner(voice=ASKING, speed=query.speed, pitch=query.pitch))
    return Recording(said.samples * (PEAK / max(abs(said.samples).max(), 1e-6)), said.rate)


async def make(gallery: Gallery, talks: Sequence[tuple[int, Talk]]) -> str:
    """Hold the conversations, and give the page."""
    found = []
    async with gallery.engines.models() as models:
        for place, talk in talks:
            found.append((talk, await gallery.talk(talk, place, models)))
    return page(found)


def numbered(only: int = 0) -> list[tuple[int, Talk]]:
    """The conversations with their places in their figures, all or those of one figure."""
    chosen = [talk for talk in TALKS if only in (0, talk.figure)]
    return [([t for t in TALKS if t.figure == talk.figure].index(talk) + 1, talk) for talk in chosen]


def embedded(work: Path) -> Settings:
    """The settings of the embedded configuration, which keeps everything in one folder."""
    return Settings(
        dialogue="embedded", speculate=False, sessions=work, voices=work / "voices", alarms=work / "alarms.json"
    )


def main() -> None:
    """Make the gallery."""
    parser = argparse.ArgumentParser(description="Make docs/gallery.")
    parser.add_argument("--to", type=Path, required=True, metavar="FOLDER")
    parser.add_argument("--only", type=int, default=0, metavar="FIGURE", help="3, 4 or 5")
    arguments = parser.parse_args()
    logging.basicConfig(level=logging.WARNING, format="%(message)s")
    logger.setLevel(logging.INFO)
    arguments.to.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        gallery = Gallery(arguments.to, work, Engines.load(embedded(work)))
        text = run_virtually(make(gallery, numbered(arguments.only)))
    (arguments.to / "README.md").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
