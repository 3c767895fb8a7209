"""How well one sound is found in mixed scenes: by its name, by a description, by an example; and what is made of a
sound that is not there, or not known.

What `detect_sounds` says of the embedded network's figures holds here too.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import soundfile as sf

from assistant.errors import DataError, EngineError
from assistant.evaluation.capability.base import NOTHING, Bench, Contender, Row
from assistant.evaluation.capability.detect_sounds import beds, everything, sounds, written
from assistant.evaluation.capability.scenes import Clip, Scene, scenes
from assistant.evaluation.capability.segments import Counts
from models.base import Job, Json, Made, SoundEvent
from models.sound.detection_features import RATE

SCENES = 40
DESCRIBED: Mapping[str, tuple[str, ...]] = {
    "dog": ("a dog barking", "the barking", "the neighbour's dog"),
    "rain": ("raindrops", "rain on the roof", "it raining"),
    "sea waves": ("the ocean", "waves crashing on the shore", "the surf"),
    "crying baby": ("an infant crying", "the baby", "a child crying"),
    "clock ticking": ("the clock", "ticking", "the ticking of a clock"),
    "sneezing": ("somebody sneezing", "a sneeze", "the sneezes"),
    "helicopter": ("a chopper", "a helicopter flying overhead", "the helicopters"),
    "chainsaw": ("a motor saw", "the chain saw", "sawing"),
    "rooster": ("a cockerel", "the crowing", "a rooster crowing"),
    "crackling fire": ("the campfire", "a fire burning", "crackling"),
    "speech": ("somebody talking", "a voice", "people talking"),
}
"""What people call the sounds."""
UNKNOWN = ("the keyboard", "an owl", "thunder", "the doorbell", "a gunshot", "a car horn", "the fire alarm", "laughter")
"""Sounds that nobody who knows the twelve can find by name."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A sound to be found in a scene."""

    scene: Scene
    path: Path
    label: str

    @property
    def there(self) -> list[SoundEvent]:
        """When it is heard."""
        return [event for event in self.scene.events if event.label == self.label]


def measure(contenders: Sequence[Contender], bench: Bench) -> Iterator[Row]:
    """The segment-based F-score by name, description and example; how often a sound is heard that is not there; and
    how many sounds are refused that are not known.

    Raises:
        DataError: there are no recordings of sounds.
    """
    known = sounds(bench.recordings)
    if not known:
        raise DataError("There are no recordings of sounds; the folder needs a sounds.jsonl with labels.")
    material = everything(bench.recordings, known)
    count = SCENES if bench.limit is None else min(SCENES, bench.limit)
    mixed = list(scenes(material, beds(bench.recordings), count, bench.seed))
    for contender in (*contenders, Contender(NOTHING, lambda job: Made())):
        yield from _named(contender, mixed, bench)
        yield from _by_example(contender, mixed, material, bench)
        yield from _unknown(contender, mixed, bench)


def _named(contender: Contender, mixed: Sequence[Scene], bench: Bench) -> Iterator[Row]:
    by_name, by_words, absent, wrong = Counts(), Counts(), 0, 0
    random = np.random.default_rng(bench.seed)
    for asked in _questions(mixed, bench.folder):
        _count(by_name, asked, _found(contender, asked, {"target": f"the {asked.label}"}))
        words = DESCRIBED[asked.label]
        _count(by_words, asked, _found(contender, asked, {"target": words[random.integers(len(words))]}))
    for scene in mixed:
        path = written(scene.samples, bench.folder)
        for label in sorted(set(DESCRIBED) - {event.label for event in scene.events}):
            absent += 1
            wrong += bool(_found(contender, Asked(scene, path, label), {"target": f"the {label}"}))
    yield Row(contender.name, "segment F1 by name", by_name.f_score, len(mixed))
    yield Row(contender.name, "segment F1 by words", by_words.f_score, len(mixed))
    yield Row(contender.name, "heard where it is not", wrong / max(1, absent), absent)


def _by_example(contender: Contender, mixed: Sequence[Scene], clips: Sequence[Clip], bench: Bench) -> Iterator[Row]:
    kind, same, random = Counts(), Counts(), np.random.default_rng(bench.seed)
    for asked in _questions(mixed, bench.folder):
        used = [k for k in asked.scene.clips if clips[k].label == asked.label]
        others = [k for k, one in enumerate(clips) if one.label == asked.label and k not in used]
        for counts, choice in ((kind, others), (same, used)):
            if choice:
                example = _example(clips[int(random.choice(choice))], bench.folder)
                _count(counts, asked, _found(contender, asked, {"target": "this sound"}, example))
    yield Row(contender.name, "segment F1 by another recording", kind.f_score, len(mixed))
    yield Row(contender.name, "segment F1 by the same recording", same.f_score, len(mixed))


def _unknown(contender: Contender, mixed: Sequence[Scene], bench: Bench) -> Iterator[Row]:
    path, refused = written(mixed[0].samples, bench.folder), 0
    for target in UNKNOWN:
        try:
            contender.run(Job("detect_target_sound", bench.folder, {"target": target}, {"audio": path}))
        except EngineError:
            refused += 1
    yield Row(contender.name, "refused of what is not known", refused / len(UNKNOWN), len(UNKNOWN))


def _questions(mixed: Sequence[Scene], folder: Path) -> Iterator[Asked]:
    """Each scene with each of its sounds that there are words for."""
    for scene in mixed:
        path = written(scene.samples, folder)
        for label in sorted({event.label for event in scene.events} & set(DESCRIBED)):
            yield Asked(scene, path, label)


def _found(
    contender: Contender, asked: Asked, arguments: Mapping[str, Json], example: Path | None = None
) -> list[SoundEvent]:
    """What an engine finds; nothing where it refuses."""
    files = {"audio": asked.path} | ({"example": example} if example else {})
    try:
        made = contender.run(Job("detect_target_sound", asked.path.parent, arguments, files))
    except EngineError:
        return []
    return [replace(event, label=asked.label) for event in made.events]


def _count(counts: Counts, asked: Asked, found: Sequence[SoundEvent]) -> None:
    counts.add(asked.there, found, asked.scene.seconds)


def _example(clip: Clip, folder: Path) -> Path:
    path = folder / "example.wav"
    sf.write(path, clip.samples * 0.5 / max(1e-6, float(np.abs(clip.samples).max())), RATE, subtype="PCM_16")
    return path
