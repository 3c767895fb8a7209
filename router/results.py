"""Model assignment and response generation: a job goes to its engine, and what came of it is kept, shown and told.

Order ─▶ is there an engine? ─▶ resources ─▶ Job ─▶ Models.run ─▶ Made ─▶ artifacts, pictures ─▶ Result ─▶ Outcome
                └ no: Refused
"""

import asyncio
import logging
import shutil
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Literal, TypeAlias

from assistant.errors import DataError, EngineError, TaskError
from assistant.events import Artifact, Provenance, Show
from assistant.media import Media, probe
from models.base import Job, JobDone, Json, Made, MadeFile, Models, Posteriors
from router.resources import Sound, find_image, find_sound, keep
from router.task import Context, Outcome, Undo
from router.telling import count, listed, the

_log = logging.getLogger(__name__)

Kind: TypeAlias = Literal["audio", "video", "text", "events"]


class Refused(TaskError):
    """There is no engine for a task: nothing was done, and nothing else was done instead."""

    provenance = Provenance("refused")


@dataclass(frozen=True, slots=True)
class Order:
    """What a task wants of its engine."""

    task: str
    makes: Kind
    """What must come of it, unless there is nothing to find."""
    cannot: str
    """Said where there is no engine: what it cannot do, and what would make it possible."""
    arguments: Mapping[str, Json] = field(default_factory=dict)
    """What is not given is None, and not passed on."""
    sounds: Mapping[str, str] = field(default_factory=dict)
    """Names of sounds as the user said them, by argument; empty for the latest."""
    images: Mapping[str, str] = field(default_factory=dict)
    files: Mapping[str, Path] = field(default_factory=dict)
    """What is neither sound nor picture, such as a score, by argument."""
    own: bool = False
    """Whether the user's own last recording is meant where no sound is named."""
    compared: bool = False
    """Whether what is made is to be seen beside what it was made of."""
    changes: bool = True
    """Whether anything is kept: what was made, and recordings that are only in memory."""


@dataclass(frozen=True, slots=True)
class Source:
    """A resource that was used."""

    called: str
    """Its name within a sentence."""
    path: Path
    seconds: float = 0.0
    artifact: Artifact | None = None
    """None for a recording that is only in memory, where nothing is kept."""


@dataclass(frozen=True, slots=True)
class Result:
    """What came of an order, its files registered."""

    order: Order
    done: JobDone
    sources: Mapping[str, Source]
    """What it was made from, by argument."""
    artifacts: tuple[Artifact, ...] = ()
    pictures: tuple[tuple[Path, ...], ...] = ()
    """Of each artifact, or of the source where nothing was made."""

    @property
    def made(self) -> Made:
        """What the engine gave."""
        return self.done.made


def needs_engine(context: Context, task: str, cannot: str) -> Models:
    """Those who do the work, if there is one for the task.

    Raises:
        Refused: there is none; `cannot` says so, or what the one lacks that the settings name.
    """
    if context.models is None:
        raise Refused(cannot)
    if context.models.engine(task) is None:
        raise Refused(context.models.lack(task) or cannot)
    return context.models


async def carry_out(context: Context, order: Order) -> Result:
    """Have an order done, and keep what came of it.

    Raises:
        Refused: there is no engine for it.
        TaskError: a resource is not there.
        EngineError: it could not be done, or nothing came of it.
        DataError: a file cannot be read or written.
    """
    models = needs_engine(context, order.task, order.cannot)
    sources = await _sources(context, order)
    folder = _folder(context, order)
    try:
        files = {argument: source.path for argument, source in sources.items()} | dict(order.files)
        given = {name: value for name, value in order.arguments.items() if value is not None}
        done = await models.run(Job(order.task, folder, given, files), context.report)
        _check(order, done)
        made = [await _described(order, file, done, sources) for file in done.made.files if order.changes]
        before = files["audio"] if order.compared and made else None
        seen = (made or _artifacts(sources)[:1]) if order.changes else ()
        pictures = await _drawn(context, seen, folder, done.made.posteriors, before)
        artifacts = tuple(context.workspace.add(artifact) for artifact in made)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    _tidied(folder, order.changes)
    if artifacts:
        context.undoable.append(_undo(artifacts))
    return Result(order, done, sources, artifacts, pictures)


def outcome(result: Result, told: str = "", several: str = "sounds", text: str = "") -> Outcome:
    """A result as it is given out: in words, with its sounds played, and everything to be seen.

    Args:
        told: what is said of it; left out, the names of what was made.
        several: what more than one of them are called.
        text: what is shown besides.
    """
    told = told or _presented([a.name for a in result.artifacts], several)
    notice = result.made.notice
    shown = [Show(artifact=a, pictures=p) for a, p in zip(result.artifacts, result.pictures, strict=False)]
    if text or not result.artifacts:
        source = next(iter(_artifacts(result.sources)), None)
        pictures = () if result.artifacts else tuple(path for paths in result.pictures for path in paths)
        shown.insert(0, Show(text, source if pictures else None, pictures))
    play = tuple(a for a in result.artifacts if a.kind == "audio" or (a.kind == "video" and a.rate))
    used = {name: f"number {s.artifact.id}" for name, s in result.sources.items() if s.artifact and s.artifact.id}
    words = " ".join(filter(None, (told, notice)))
    return Outcome(words, play, tuple(s for s in shown if s != Show()), used=used)


def _presented(names: Sequence[str], several: str) -> str:
    """What was made, by name."""
    if len(names) == 1:
        return f"Here is {the(names[0])}."
    return f"Here are {count(len(names))} {several}: {listed([the(name) for name in names])}." if names else ""


# ------------------------------------------------------------------------- the work


def _folder(context: Context, order: Order) -> Path:
    """A new folder for what the engine makes, in the session's only where something is kept."""
    home = context.workspace.path("") if order.changes else context.workspace.scratch
    names = (f"{order.task}{'' if k == 1 else f'-{k}'}".replace("_", "-") for k in range(1, 10_000))
    folder = next(folder for name in names if not (folder := home / name).exists())
    try:
        folder.mkdir()
    except OSError as error:
        raise DataError(f"Cannot make {folder}: {error.strerror}. Is the disk full?") from error
    return folder


async def _sources(context: Context, order: Order) -> Mapping[str, Source]:
    """The resources, by argument. What is no artifact of the session becomes one where anything is kept."""
    sounds = {argument: await find_sound(context, name, order.own) for argument, name in order.sounds.items()}
    images = {argument: await find_image(context, name) for argument, name in order.images.items()}
    used = {argument: await _source(context, sound, order.changes) for argument, sound in sounds.items()}
    return used | {argument: Source(the(image.name), image.path, artifact=image) for argument, image in images.items()}


async def _source(context: Context, sound: Sound, changes: bool) -> Source:
    artifact = await keep(context, sound) if changes else sound.artifact
    return Source(sound.called, artifact.path if artifact else sound.path, sound.seconds, artifact)


def _undo(artifacts: Sequence[Artifact]) -> Undo:
    async def take_back(context: Context) -> None:
        for artifact in artifacts:
            context.workspace.remove(artifact.id)

    return Undo(listed([the(a.name) for a in artifacts]), take_back)


def _check(order: Order, done: JobDone) -> None:
    """Whether the engine made what it was asked for; nothing else will do.

    Raises:
        EngineError: it did not.
    """
    kinds = {file.kind for file in done.made.files if file.path.is_file()}
    lost = [file for file in done.made.files if not file.path.is_file()]
    if lost or (order.makes in ("audio", "video") and order.makes not in kinds):
        raise EngineError(f"The engine {done.provenance.engine} came to its end and made no {order.makes}.")


async def _described(order: Order, file: MadeFile, done: JobDone, sources: Mapping[str, Source]) -> Artifact:
    """A file that was made, as an artifact that is not registered yet."""
    found = Media("text") if file.kind == "text" else await asyncio.to_thread(probe, file.path)
    parents = tuple(dict.fromkeys(a.id for a in _artifacts(sources) if a.id))
    made = Artifact(file.name, file.path, file.kind, found.seconds, found.rate, found.channels, order.task)
    return replace(made, provenance=done.provenance, parents=parents)


def _artifacts(sources: Mapping[str, Source]) -> tuple[Artifact, ...]:
    return tuple(source.artifact for source in sources.values() if source.artifact)


async def _drawn(
    context: Context, seen: Sequence[Artifact], folder: Path, posteriors: Posteriors | None, before: Path | None
) -> tuple[tuple[Path, ...], ...]:
    """Pictures of each thing that can be seen. What cannot be drawn is done without."""
    draw = context.draw
    if draw is None:
        return ((),) * len(seen)
    pictures = list[tuple[Path, ...]]()
    for artifact in seen:
        try:
            work = partial(draw, artifact.kind, artifact.path, folder, posteriors, before)
            pictures.append(await asyncio.to_thread(work))
        except DataError as error:
            _log.warning("No picture of %s: %s", artifact.kind, type(error).__name__)
            pictures.append(())
    return tuple(pictures)


def _tidied(folder: Path, keep: bool) -> None:
    """Take the folder away where nothing was put into it, or nothing is kept."""
    if keep:
        with suppress(OSError):
            folder.rmdir()
    else:
        shutil.rmtree(folder, ignore_errors=True)
