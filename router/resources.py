"""Which sound, picture or video is meant, and what there is: "it", "the last two", "two cities dot wav", a path.

    name ─▶ a path? ─▶ the clipboard? ─▶ the user's own words? ─▶ a name that is known ─▶ what it points at
                                                                     └ artifacts, then files in the folders

Where two are equally likely it asks which one (`Ambiguous`), and takes the next turn's answer among them.
"""

import asyncio
import re
import shutil
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TypeAlias

from assistant.audio import RATE
from assistant.errors import TaskError
from assistant.events import Artifact, Heard, Provenance
from assistant.media import probe
from assistant.workspace import as_artifact
from router.found import Sound
from router.naming import alike, exactly, nearly
from router.paths import as_path, paths_in, written_paths
from router.pointing import (
    NAMED,
    WHICH,
    Scene,
    before_present,
    focus,
    is_pointing,
    lively,
    others,
    placed,
    pointed,
)
from router.references import Reference, normal, reference
from router.task import MOMENT, Ambiguous, Context, Undo

__all__ = [
    "SOUND",
    "SPOKEN",
    "Sound",
    "find_all",
    "find_image",
    "find_one",
    "find_sound",
    "given",
    "keep",
    "keep_file",
    "kinds",
    "paths_in",
    "removable",
    "resources",
    "spoken_list",
]

AUDIO_ENDINGS = (".wav", ".flac", ".ogg", ".opus", ".mp3", ".m4a", ".aac", ".aiff", ".wma")
IMAGE_ENDINGS = (".png", ".jpg", ".jpeg", ".webp", ".gif", ".bmp", ".tiff")
VIDEO_ENDINGS = (".mp4", ".mkv", ".webm", ".mov", ".avi")
ENDINGS = {
    "audio": AUDIO_ENDINGS + VIDEO_ENDINGS,
    "image": IMAGE_ENDINGS,
    "video": VIDEO_ENDINGS,
    "": AUDIO_ENDINGS + IMAGE_ENDINGS + VIDEO_ENDINGS,
}
"""How the names of files end that may be what is looked for."""
MOST_FILES = 1000
"""How many files of a folder are looked at."""
MOST_NAMED = 4
"""How many candidates a question names."""

THING = "sound|clip|audio|file|audio file|sound file|recording|note|memo|voice note|voice memo"
SOUND = f"it|that|this|this one|that one|[the|my|that|this] [last|latest|previous|newest] ({THING})"
"""A phrase for a sound that is known from the conversation."""
SPOKEN = "what i [just] said|what i [just] recorded|my [own] (voice|words)|myself"
"""A phrase for the user's last recording."""

_RECORDING = frozenset(("recording", "recordings"))


Found: TypeAlias = Artifact | Heard
"""Something that was found: a file, or a recording in memory."""


async def find_sound(context: Context, name: str = "", own: bool = False) -> Sound:
    """The sound a user means by `name`; without one, what the dialogue is about, or with `own` what the user said last.

    Raises:
        Ambiguous: it may be several; the sentence asks which.
        TaskError: there is no such sound.
        DataError: its file cannot be read.
    """
    return await _sound(context, _only(await _found(context, name, "audio", own), name))


async def find_image(context: Context, name: str = "") -> Artifact:
    """The picture a user means by `name`; without one, the one the dialogue is about.

    Raises:
        Ambiguous, TaskError, DataError: as `find_sound`.
    """
    return await find_one(context, name, "image")


async def find_one(context: Context, name: str = "", kind: str = "") -> Artifact:
    """The thing of a kind that a user means by `name`, whatever the kind where none is given.

    Raises:
        Ambiguous, TaskError, DataError: as `find_sound`.
    """
    return await _as_file(context, _only(await _found(context, name, kind, own=False), name))


async def find_all(context: Context, name: str, kind: str = "") -> list[Artifact]:
    """Everything a user means by `name`: "the last two", "both speakers", "the rain and the thunder", "all of them".

    Raises:
        Ambiguous, TaskError, DataError: as `find_sound`.
    """
    parts = [part for part in name.replace(",", " and ").split(" and ") if part.strip()]
    if len(parts) > 1 and not exactly(name, [(a.name, a) for a in context.workspace.artifacts]):
        with suppress(Ambiguous, TaskError):
            return [one for part in parts for one in await find_all(context, part, kind)]
    found = await _found(context, name, kind, own=False)
    ref = reference(name)
    several = "plural" in ref or ref.count != 1 or not ref.words or ref.words[-1].endswith("s")
    several = several or len(paths_in(name, context.folder)) > 1
    return [await _as_file(context, one) for one in (found if several else [_only(found, name)])]


async def keep(context: Context, sound: Sound) -> Artifact:
    """The sound as an artifact of this session, written or registered now if it was not.

    Raises:
        DataError: it cannot be written.
    """
    if sound.artifact is None:
        assert sound.heard is not None
        audio = sound.heard.audio
        return context.workspace.save_audio("recording", audio, sound.rate, "user", Provenance("recorded"))
    return await keep_file(context, sound.artifact)


async def keep_file(context: Context, artifact: Artifact) -> Artifact:
    """A file as an artifact of this session, registered now if it was not.

    Raises:
        DataError: the session's folder cannot be written.
    """
    if artifact.id:
        return artifact
    known = context.workspace.known(artifact.path)
    return known or context.workspace.add(await asyncio.to_thread(_kept, context, artifact))


async def given(context: Context, text: str) -> tuple[str, list[Artifact]]:
    """Register the files whose paths stand in a text that was typed: the text with their spoken names instead, and
    they.

    Raises:
        DataError: one cannot be read.
    """
    found: list[Artifact] = []
    for written in reversed(written_paths(text, context.folder)):
        artifact = await asyncio.to_thread(context.workspace.add_file, written.path)
        text = f"{text[: written.start]}{artifact.name}{text[written.end :]}"
        found.insert(0, artifact)
    return text, list({artifact.id: artifact for artifact in found}.values())


def resources(context: Context) -> list[str]:
    """What there is to work on, a line each, oldest first, for a language model."""
    lines = [_line(artifact) for artifact in context.workspace.artifacts]
    last = context.last_recording()
    own = f"last recording of the user: audio, {len(last.audio) / RATE:.1f} seconds, {RATE} hertz, mono" if last else ""
    return [*lines, own] if own else lines


def kinds(context: Context) -> frozenset[str]:
    """The kinds of what there is to work on: audio, image, video, text; a video with sound is audio too."""
    found = {a.kind for a in context.workspace.artifacts}
    with_sound = any(a.kind == "video" and a.rate for a in context.workspace.artifacts)
    return frozenset(found | ({"audio"} if with_sound or context.last_recording() else set()))


def removable(context: Context, artifact: Artifact) -> None:
    """Let "undo" take an artifact back that was made just now."""

    async def take_back(context: Context) -> None:
        context.workspace.remove(artifact.id)

    context.undoable.append(Undo(f"the {artifact.name}", take_back))


def spoken_list(names: Sequence[str], last: str = "and") -> str:
    """Names as they are listed aloud: "the rain, the wind and the sea"."""
    return f" {last} ".join(filter(None, (", ".join(names[:-1]), *names[-1:])))


# --------------------------------------------------------------------------- finding


async def _found(context: Context, name: str, kind: str, own: bool) -> Sequence[Found]:
    """Everything that may be meant; never nothing."""
    if not name.strip():
        return _unnamed(context, _scene(context, kind), own)
    if len(paths := paths_in(name, context.folder)) > 1:
        return [await _file(context, path, kind) for path in paths]
    if path := as_path(name, context.folder):
        return [await _file(context, path, kind)]
    if "clipboard" in normal(name):
        paths = await context.clipboard.files(context.workspace.scratch)
        return [await _file(context, path, kind) for path in paths]
    ref, scene = reference(name), _scene(context, kind).asked()
    if own and ref == reference("it"):
        return _unnamed(context, scene, own)
    if kind in ("audio", "") and (recording := _own(context, ref, scene, own)):
        return recording
    if named := await _named(context, name, ref, scene):
        return named
    if ref.words:
        raise _not_found(scene, name)
    if kind == "audio" and not scene.artifacts and ref.noun not in ("note", "memo"):
        return _unnamed(context, scene, own)
    return pointed(ref, scene)


def _not_found(scene: Scene, name: str) -> TaskError:
    """That nothing is called so; it is asked which is meant, where there are some, but few enough to be named."""
    lacking = f"I found no {scene.noun} called {name}."
    if not scene.kind or not 2 <= len(scene.artifacts) <= MOST_NAMED:
        return TaskError(lacking)
    there = spoken_list([f"the {artifact.name}" for artifact in scene.artifacts], "or")
    return Ambiguous(f"{lacking} {WHICH}{there}?", name)


def _scene(context: Context, kind: str) -> Scene:
    """What can be pointed at; a video is a sound where there is no other."""
    everything = context.workspace.artifacts
    fitting = [a for a in everything if not kind or a.kind == kind]
    if kind == "audio":
        fitting = fitting or [a for a in everything if a.kind == "video" and a.rate]
    turns = before_present(context.history.turns)
    return Scene(fitting, everything, turns, kind, _used(context), MOMENT.get().there)


def _used(context: Context) -> int:
    """The number of what was worked on last; 0 where it is not known."""
    _, arguments = MOMENT.get().before or context.last_call or ("", {})
    found = re.fullmatch(r"number (\d+)", str(arguments.get("audio") or arguments.get("name") or ""))
    return int(found[1]) if found else 0


def _unnamed(context: Context, scene: Scene, own: bool) -> Sequence[Found]:
    """What is meant where nothing, or next to nothing, was said."""
    recording = context.last_recording() if scene.kind in ("audio", "") else None
    found: Sequence[Found] = lively(scene) if own and recording else focus(scene)
    if not found and recording:
        return [recording]
    if not found:
        raise TaskError(f"There is no {scene.noun} yet.")
    return found


def _own(context: Context, ref: Reference, scene: Scene, own: bool) -> Sequence[Found]:
    """What the user said or recorded, where that is meant."""
    recording = context.last_recording()
    if "spoken" in ref and ref.noun not in ("note", "memo"):
        if recording is None:
            raise TaskError("I have no recording of you yet.")
        return [recording]
    mine = ("mine" in ref and ref.noun in _RECORDING) or "recorded" in ref
    if not mine and ref.noun not in _RECORDING or ref.words or ref.number or ref.count != 1 or "other" in ref:
        return []
    recorded = [a for a in scene.artifacts if a.made_by == "record_sound"]
    if recorded:
        return placed(ref if ref.place else replace(ref, place=-1), recorded)
    return [recording] if recording and (mine or own or not scene.artifacts) else []


async def _named(context: Context, name: str, ref: Reference, scene: Scene) -> Sequence[Found]:
    """What is called so: artifacts, and where the words are no pointing ones, files too."""
    known: list[tuple[str, Artifact | Path]] = [(a.name, a) for a in scene.artifacts if not is_pointing(a.name)]
    if not ref.words:
        placing = ref.place or ref.number or ref.count > 1
        exact = exactly(name, known, precise=True) if placing else []
        return [a for a in exact if isinstance(a, Artifact)]
    files = [] if scene.asking else await asyncio.to_thread(_files, context, scene.kind)
    found = exactly(name, known, scene.asking) or exactly(name, files) or _counted(ref, known)
    found = found or nearly(name, known + files)
    if artifacts := [one for one in found if isinstance(one, Artifact)]:
        return others(artifacts, scene) if "other" in ref and len(artifacts) > 1 else placed(ref, artifacts)
    return [await _file(context, path, scene.kind) for path in found[:MOST_NAMED] if isinstance(path, Path)]


def _counted(ref: Reference, known: list[tuple[str, Artifact | Path]]) -> list[Artifact | Path]:
    """Several of a name, or one of several: "both speakers", "the last rain"."""
    several = ref.count != 1 or ref.place or "plural" in ref or ref.words[-1].endswith("s")
    found = alike(ref.words, known) if several else []
    return found if len(found) >= max(2, ref.count) else []


def _files(context: Context, kind: str) -> list[tuple[str, Artifact | Path]]:
    """The files in the session's folder and the working folder that may be meant, with their names."""
    known = {a.path for a in context.workspace.artifacts}
    found: list[tuple[str, Artifact | Path]] = []
    for folder in dict.fromkeys((context.workspace.folder, context.folder)):
        try:
            paths = sorted(folder.iterdir())[:MOST_FILES] if folder.is_dir() else []
        except OSError:
            continue
        found += [(p.name, p) for p in paths if p.suffix.lower() in ENDINGS.get(kind, ()) and p not in known]
    return found


async def _file(context: Context, path: Path, kind: str) -> Artifact:
    """A file as an artifact: registered where the turn is certain, so that "it" means it from there on.

    Raises:
        DataError: it cannot be read, or is of another kind.
    """
    if known := context.workspace.known(path):
        artifact = known
    else:
        artifact = await asyncio.to_thread(as_artifact, path)
        if context.present is not None:
            artifact = context.workspace.add(await asyncio.to_thread(_kept, context, artifact))
    if kind and artifact.kind != kind and not (kind == "audio" and artifact.kind == "video" and artifact.rate):
        raise TaskError(f"The file {path.name} is not a {NAMED[kind]}.")
    return artifact


def _kept(context: Context, artifact: Artifact) -> Artifact:
    """With its file in the session's folder, where it lies among those that are gone afterwards."""
    workspace = context.workspace
    if artifact.path.parent != workspace.scratch:
        return artifact
    path = workspace.free(artifact.name, artifact.path.suffix)
    return replace(artifact, path=Path(shutil.copy(artifact.path, path)))


def _only(found: Sequence[Found], said: str) -> Found:
    """The one that is meant.

    Raises:
        Ambiguous: it may be several.
    """
    if len(found) == 1:
        return found[0]
    names = [f"the {one.name}" if isinstance(one, Artifact) else "your last recording" for one in found]
    shown = names if len(names) <= MOST_NAMED else [*names[: MOST_NAMED - 1], "another one"]
    raise Ambiguous(f"{WHICH}{spoken_list(shown, 'or')}?", said)


async def _sound(context: Context, found: Found) -> Sound:
    if isinstance(found, Heard):
        seconds = len(found.audio) / RATE
        return Sound("your last recording", seconds, RATE, 1, context.workspace, heard=found)
    seconds, rate, channels = found.seconds, found.rate, found.channels
    if not rate:
        media = await asyncio.to_thread(probe, found.path)
        seconds, rate, channels = media.seconds, media.rate, media.channels
    return Sound(found.name, seconds, rate, channels, context.workspace, found)


async def _as_file(context: Context, found: Found) -> Artifact:
    """A recording in memory as a file that is not of the session."""
    if isinstance(found, Artifact):
        return found
    sound = await _sound(context, found)
    recorded = Provenance("recorded")
    return Artifact(sound.name, sound.path, "audio", sound.seconds, RATE, 1, "user", provenance=recorded)


def _line(artifact: Artifact) -> str:
    """An artifact for a language model."""
    facts = [artifact.kind]
    if artifact.seconds:
        facts.append(f"{artifact.seconds:.1f} seconds")
    if artifact.rate:
        facts += [f"{artifact.rate} hertz", {1: "mono", 2: "stereo"}.get(artifact.channels, "several channels")]
    source = f" from {spoken_list([str(parent) for parent in artifact.parents])}" if artifact.parents else ""
    maker = "given by the user" if artifact.made_by in ("", "user") else f"made by {artifact.made_by}{source}"
    return f"{artifact.id}: {artifact.name} ({', '.join([*facts, maker])})"
