"""Which sound is meant: "it", "my last recording", "the note", "two cities dot wav"."""

import asyncio
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import soundfile as sf
from rapidfuzz import fuzz

from assistant.audio import RATE, Samples
from assistant.errors import DataError, TaskError
from assistant.events import Artifact
from assistant.workspace import load_audio
from router.task import Context

SUFFIXES = (".wav", ".flac", ".ogg", ".mp3")
ALIKE = 78.0
"""From this score on, 0 to 100, a spoken name and a file's name are the same."""
CONTAINED = 95.0
"""The score of a spoken name whose words are all in the file's name."""

THING = "sound|clip|audio|file|audio file|sound file|recording|note|memo|voice note|voice memo"
SOUND = f"it|that|this|this one|that one|[the|my|that|this] [last|latest|previous|newest] ({THING})"
"""A phrase for a sound that is known from the conversation."""
SPOKEN = "what i [just] said|what i [just] recorded|my [own] (voice|words)|myself"
"""A phrase for the user's last recording."""

_FILLING = {"the", "my", "that", "this", "last", "latest", "previous", "newest", "a", "an", "file", "called"}
_NUMBERS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_DIGITS = {word: str(number) for number, word in enumerate(_NUMBERS)}


@dataclass(frozen=True, slots=True, eq=False)
class Sound:
    """A sound that was found."""

    name: str
    """How to speak of it."""
    samples: Samples
    """Mono float32, shape (n,), whatever the file has."""
    rate: int
    """Hertz."""
    channels: int = 1
    """How many the file has."""
    artifact: Artifact | None = None
    """None for a recording that is only in memory."""

    @property
    def seconds(self) -> float:
        """Duration."""
        return len(self.samples) / self.rate


async def find_sound(context: Context, name: str = "", own: bool = False) -> Sound:
    """The sound a user means by `name`; without one, the last sound, or with `own` the user's last recording.

    Raises:
        TaskError: there is no such sound.
        DataError: its file cannot be read.
    """
    words = set(_words(name)) - _FILLING
    if words & {"i", "voice", "myself", "words"} and not words & {"note", "memo"}:
        if recording := _recording(context):
            return recording
        raise TaskError("I have no recording of you yet.")
    if "recording" in words and words <= {"recording", "audio", "of", "user", "me"}:
        return await _known(context, "recording", own=True)
    if words <= {"it", "one", "sound", "clip", "audio"}:
        return await _known(context, "", own)
    if words & {"note", "memo"} and words <= {"note", "memo", "voice"}:
        return await _known(context, "note", own=False)
    return await _named(context, name)


async def keep(context: Context, sound: Sound, made_by: str = "user") -> Artifact:
    """The sound as a file of this session, written now if it was only in memory."""
    if sound.artifact is not None:
        return sound.artifact
    return context.workspace.save_audio("recording", sound.samples, sound.rate, made_by)


def resources(context: Context) -> list[str]:
    """What there is to work on, a line each, newest last."""
    lines = [
        f"{a.name}: {a.kind}, {a.seconds:.1f} seconds, made by {a.made_by or 'user'}"
        if a.kind == "audio"
        else f"{a.name}: {a.kind}, made by {a.made_by or 'user'}"
        for a in context.workspace.artifacts
    ]
    last = context.last_recording()
    return lines + ([f"last recording of the user: {len(last.audio) / RATE:.1f} seconds"] if last else [])


async def _known(context: Context, prefix: str, own: bool) -> Sound:
    """The last sound whose name begins with `prefix`, or the user's last recording: that first if `own`."""
    recording = _recording(context)
    if own and recording:
        return recording
    audio = [a for a in reversed(context.workspace.artifacts) if a.kind == "audio" and a.name.startswith(prefix)]
    if audio:
        return await _load(audio[0])
    if recording and prefix != "note":
        return recording
    raise TaskError(f"There is no {prefix or 'sound'} yet.")


def _recording(context: Context) -> Sound | None:
    heard = context.last_recording()
    return Sound("your last recording", heard.audio, RATE) if heard else None


async def _named(context: Context, name: str) -> Sound:
    """The artifact or file whose name is most like the one spoken."""
    candidates = await asyncio.to_thread(lambda: list(_candidates(context)))
    scored = [(_likeness(name, spoken), -i) for i, (spoken, _) in enumerate(candidates)]
    best, index = max(scored, default=(0.0, 0))
    if best < ALIKE:
        raise TaskError(f"I found no sound called {name}.")
    return await _load(candidates[-index][1])


def _candidates(context: Context) -> Iterator[tuple[str, Artifact | Path]]:
    """Everything with a name, the likeliest to be meant first."""
    yield from ((a.name, a) for a in reversed(context.workspace.artifacts) if a.kind == "audio")
    for folder in (context.workspace.folder, context.folder):
        files = (f for f in folder.iterdir() if f.suffix.lower() in SUFFIXES) if folder.is_dir() else iter(())
        yield from ((file.stem, file) for file in sorted(files))


def _likeness(spoken: str, name: str) -> float:
    """0 to 100."""
    said, written = _words(spoken), _words(name)
    wanted = [word for word in said if word not in _FILLING] or said
    if set(_digits(wanted)) <= set(_digits(written)):
        return CONTAINED + 5 * len(wanted) / len(written)
    return max(fuzz.ratio(" ".join(wanted), " ".join(written)), fuzz.ratio("".join(wanted), "".join(written)))


def _words(name: str) -> list[str]:
    """Lower case, endings such as "dot wav" gone."""
    bare = re.sub(r"(?i)[ .]*(\bdot +|\.)(wav|wave|flac|ogg|mp3)\b", "", name)
    return re.findall(r"[^\W\d_]+|\d+", bare.lower())


def _digits(words: list[str]) -> list[str]:
    """Digits for number words: "take two" is take 2."""
    return [_DIGITS.get(word, word) for word in words]


async def _load(found: Artifact | Path) -> Sound:
    path = found if isinstance(found, Path) else found.path
    samples, rate = await asyncio.to_thread(load_audio, path)
    artifact = found if isinstance(found, Artifact) else _as_artifact(path)
    return Sound(artifact.name, samples, rate, artifact.channels, artifact)


def _as_artifact(path: Path) -> Artifact:
    """A file that is not of this session, as something to speak of and to play."""
    try:
        info = sf.info(path)
    except (OSError, sf.LibsndfileError) as error:
        raise DataError(f"{path.name} cannot be read as sound.") from error
    return Artifact(path.stem, path, "audio", info.duration, info.samplerate, info.channels, "user")
