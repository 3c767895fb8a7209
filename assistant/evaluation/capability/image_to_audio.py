"""Image to audio: whether what is made for a picture could be heard there, judged by a rubric.

`image_to_audio.jsonl` tells of each picture what a person sees in it, which sounds would be sensible there and which
would be wrong. It was written by looking at the pictures before any engine was asked. What an engine makes is known by
the words that it made it of (`request` in its facts), read as a request for sounds is read.

* sensible: the share of pictures for which at least one sensible sound is made, and none that is wrong.
* wrong: the share for which at least one wrong sound is made.
* Of those where the same sound would not do for all: by day in the open a breath of wind is seldom wrong, and most
  pictures are such. So "sensible, not by day" is told too, the share of the others: evening, night, indoors, no place.
* All are told for those that were at hand when the rules were made ("set by"), and for the "fresh" ones, which no
  engine was shown before. Thresholds were set by half of the former.

Who does nothing is measured beside them, and who makes the same for every picture. A sound of no list is neither.
"""

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assistant.errors import DataError
from assistant.evaluation.capability.base import NOTHING, Bench, Contender, Row
from assistant.evaluation.capability.trials import Tally, job, tried
from assistant.evaluation.lines import read_lines
from models.base import Job, Made
from models.sound.generation.reader import read

TASK = "image_to_audio"
RUBRIC = Path(__file__).with_suffix(".jsonl")
KIND = "pictures"
"""The manifest that the folder of pictures holds."""
SECONDS = 2.0
TWICE = 8
"""So many are asked for a second time."""
CONSTANT = ("light wind, birds in the distance", "light wind", "distant traffic, footsteps", "clock ticking")
"""What is made for every picture by who does not look at it."""
GROUPS = {
    "songbirds": "birds,cuckoo,woodpecker,dove,rooster",
    "insects": "crickets,cicadas,bees,fly,mosquito",
    "owl": "owl",
    "night": "crickets,owl,wolf",
    "wild": "crickets,cicadas,owl,wolf,frogs,lion",
    "country": "wind,rain,drizzle,thunder,birds,cuckoo,woodpecker,dove,crow,crickets,cicadas,owl,wolf,frogs",
    "water": "surf,brook,waterfall,rain,drizzle,splash,bubbles,underwater,drip",
    "sea": "surf,gulls,boat,foghorn",
    "city": "traffic,car horn,passing,truck,motorcycle,engine,siren,train",
    "room": "clock,keyboard,typewriter,fan,dishes,vacuum,paper,air conditioner",
    "fire": "fire,frying",
    "people": "murmur,children,applause,cheering,laughter,footsteps",
}
"""Sounds that are wrong together, by the names of their sources."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture and its rubric."""

    name: str
    sha256: str
    when: str
    """"day", "evening", "night", "indoors", "unclear", or "none": it shows no place."""
    sensible: frozenset[str]
    wrong: frozenset[str]
    fresh: bool = False
    """Whether nothing is set by it."""

    def judged(self, sounds: frozenset[str]) -> tuple[bool, bool]:
        """Whether sounds are sensible, and whether one of them is wrong."""
        wrong = bool(sounds & self.wrong)
        return bool(sounds & self.sensible) and not wrong, wrong


def pictures() -> list[Picture]:
    """All that the rubric tells of.

    Raises:
        DataError: it cannot be read.
    """

    def picture(row: Mapping[str, Any], line: int) -> Picture:
        sensible = frozenset(_words(row["sensible"]))
        wrong = {name for group in _words(row["wrong"]) for name in GROUPS[group].split(",")}
        bad, fresh = frozenset(wrong) - sensible, row.get("fresh") is True
        return Picture(str(row["name"]), str(row["sha256"]), str(row["when"]), sensible, bad, fresh)

    return read_lines(RUBRIC, picture)


def measure(contenders: Sequence[Contender], bench: Bench) -> Iterator[Row]:
    """The figures of each.

    Raises:
        DataError: the pictures are not there.
    """
    files = {str(row["name"]): bench.recordings.path(row) for row in bench.recordings.rows(KIND)}
    found = [(picture, files[picture.name]) for picture in pictures() if picture.name in files]
    if not found:
        raise DataError("It takes pictures: python -m scripts.collect_pictures puts them into a folder for --data.")
    found, tally = found[: bench.count(len(found))], Tally()
    for contender in (Contender(NOTHING, lambda job: Made()), *map(_constant, CONSTANT), *contenders):
        for picture, path in found:
            _judge(tally, contender, bench, picture, path)
    for contender in contenders:
        for _, path in found[:TWICE]:
            one, other = (_bytes(tried(contender, job(bench, TASK, {"image": path}, seconds=SECONDS))) for _ in "12")
            tally.add(contender.name, "same_bytes", float(one == other))
    yield from tally.rows()


def named(made: Made | None) -> frozenset[str]:
    """The sources of the sounds that were made, by the words that they were made of."""
    wish = read(str(made.facts.get("request") or "") if made else "")
    return frozenset(layer.source for step in wish.steps for layer in step.layers)


def _judge(tally: Tally, contender: Contender, bench: Bench, picture: Picture, path: Path) -> None:
    began = time.process_time()
    made = tried(contender, job(bench, TASK, {"image": path}, seconds=SECONDS))
    took = time.process_time() - began
    sensible, wrong = picture.judged(named(made))
    half = "fresh" if picture.fresh else "set by"
    for metric, value in (("sensible", sensible), ("wrong", wrong)):
        tally.add(contender.name, metric, float(value))
        tally.add(contender.name, f"{metric}, {half}", float(value))
    if picture.when != "day":
        tally.add(contender.name, f"sensible, not by day, {half}", float(sensible))
    if made and made.files:
        tally.add(contender.name, "processor seconds a second", took / SECONDS)


def _constant(text: str) -> Contender:
    def run(job: Job) -> Made:
        return Made(facts={"request": text})

    return Contender(f"({text})", run)


def _bytes(made: Made | None) -> bytes:
    return made.files[0].path.read_bytes() if made and made.files else b""


def _words(value: object) -> list[str]:
    return [str(one) for one in value] if isinstance(value, list) else []
