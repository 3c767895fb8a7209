"""Sounds at hand: play them, change them."""

import asyncio
from typing import Literal, TypeAlias

from assistant.audio import Samples
from assistant.errors import DataError, TaskError
from assistant.events import Artifact, Provenance, Show
from models.sound.edit import TEMPO, amplify, reverse, stretch
from router.arguments import Audio
from router.resources import SOUND, SPOKEN, Sound, find_all, find_sound, keep, removable
from router.saying import say_again
from router.task import Context, Family, Outcome, Unfinished, means, task

Edit: TypeAlias = Literal["louder", "quieter", "reversed", "faster", "slower"]

DEFAULT_DB = 6.0
DEFAULT_FACTOR = 1.5
PRONOUNS = ("it", "that", "this")
DSP = Provenance("dsp", "earshot")
EDITED = ("louder", "quieter", "reversed", "faster", "slower", "shorter")
"""How the names begin of what was made here."""

ANY = f"{{name:{SOUND}|{SPOKEN}}}"
CALLED = "[the|my] (file|recording|sound|clip|audio file|sound file|artifact) [called|named] {name}"
FILE = "{name} (dot wav|dot flac|dot mp3|dot ogg|wav|file)"
LISTEN = "play [me] [back]|replay|play back|let me hear|let us hear|i want to hear|listen to"
FAST = "(faster|quicker|more quickly)"
SLOW = "(slower|more slowly)"
QUIET = "(quieter|softer|less loud)"
BIT = "[a bit|a little [bit]|a lot|much|even|slightly]"
BACKWARDS = "(backwards|backward|in reverse|reversed|back to front|the other way round)"
SEVERAL = "them|both [of them]|all of them|the last (two|three|four|2|3|4) [sounds|recordings]"


@task(
    f"({LISTEN}) {ANY} [back] [again|once more]",
    f"({LISTEN}) {{name:{SEVERAL}}} [back] [again]",
    f"({LISTEN}) {CALLED}",
    f"({LISTEN}) {FILE}",
    *means("play|play (back|again)|replay|playback", name=""),
    *means("(how did i sound|play me|let me hear me)", name="what I said"),
    Unfinished("play (a|some|an audio|a sound) (file|recording)", "Which one?", "play the file {answer}"),
    family=Family.AUDIO_TO_AUDIO,
    effects=True,
    takes=("audio",),
    examples=(
        "Play {name}.",
        "Let me hear {name} again.",
        "Play the last recording back to me.",
        "I want to listen to {name}.",
        "Can you play that sound once more?",
        "Play both of them.",
        "How did I sound?",
        "Put {name} on the loudspeaker.",
        "Replay what I just recorded.",
        "Play the file called {name}.",
        "Start the recording from the beginning.",
        "What does {name} sound like? Let me hear it.",
    ),
)
async def play_back(context: Context, name: Audio = "") -> Outcome:
    """Play a sound back.

    name: what it is called, such as "last recording", "the note", "the last two"; left out, the latest.
    """
    if text := _text_note(context, name):
        return Outcome(f"The note says: {text}", verbatim=True)
    if _several(name):
        found = tuple(await find_all(context, name, "audio"))
        return Outcome("", play=found, show=tuple(Show(artifact=artifact) for artifact in found))
    sound = await find_sound(context, name)
    artifact = await keep(context, sound)
    return Outcome("", play=(artifact,), show=(Show(artifact=artifact),))


@task(
    *means(f"(make|turn|play) {ANY} [back] {BIT} louder", f"(turn|amplify|boost) {ANY} [up] {BIT}", change="louder"),
    *means(f"turn up {ANY} {BIT}|raise the (volume|level) of {ANY} {BIT}", change="louder"),
    *means(f"(make|turn|play) {ANY} [back] {BIT} {QUIET}", f"turn {ANY} down {BIT}", change="quieter"),
    *means(f"turn down {ANY} {BIT}|lower the (volume|level) of {ANY} {BIT}|attenuate {ANY}", change="quieter"),
    *means(f"(make|turn|play|run|reverse) {ANY} [back] {BACKWARDS}", f"reverse {ANY}", change="reversed"),
    *means(f"{BACKWARDS}|play {BACKWARDS}|reverse", change="reversed"),
    *means(f"(make|play) {ANY} [back] {BIT} {FAST}", f"speed {ANY} up {BIT}|speed up {ANY} {BIT}", change="faster"),
    *means(f"(make|play) {ANY} [back] {BIT} {SLOW}", f"slow {ANY} down {BIT}|slow down {ANY} {BIT}", change="slower"),
    *means(f"[(make|play) {ANY} [back]] (twice as fast|at double [the] speed)", change="faster", amount=2),
    *means(f"[(make|play) {ANY} [back]] (half as fast|at half [the] speed)", change="slower", amount=2),
    *means(f"[(make|play) {ANY} [back]] twice as loud", change="louder", amount=10),
    *means(f"[(make|play) {ANY} [back]] half as loud", change="quieter", amount=10),
    Unfinished(
        f"(change|edit|alter|modify) (a|some|{SOUND}|{SPOKEN})",
        "How: louder, quieter, faster, slower or backwards?",
        "make the last sound {answer}",
    ),
    family=Family.AUDIO_TO_AUDIO,
    effects=True,
    takes=("audio",),
    doing="changing the sound",
    examples=(
        "Make {name} {change}.",
        "Turn {name} up a bit.",
        "Play {name} backwards.",
        "Slow {name} down so that I can follow.",
        "Speed the recording up to twice its tempo.",
        "Reverse the sound.",
        "The clip is too quiet, boost it by {amount} decibels.",
        "I need a softer version of {name}.",
        "Can I hear {name} at half speed?",
        "Turn the volume of {name} down.",
        "Make the last recording {change}.",
        "Run the audio in reverse.",
    ),
)
async def change_sound(context: Context, change: Edit, name: Audio = "", amount: float | None = None) -> Outcome:
    """Change a sound.

    Make it louder, quieter, faster or slower, or turn it backwards; the result is a new sound, which is played.
    name: what it is called; left out, the latest. amount: decibels for louder and quieter, 6 if not given; a factor
    for faster and slower, 1.5 if not given. The pitch is kept.
    """
    if name in PRONOUNS and change != "reversed" and (said := say_again(context, change)):
        return said
    sound = await find_sound(context, name)
    samples = await sound.read(mono=False)
    made = await asyncio.to_thread(_edited, samples, sound.rate, change, amount)
    artifact = await made_of(context, sound, made, change, change_sound.name)
    return Outcome(f"Here it is, {change}.", play=(artifact,), show=(Show(artifact=artifact),))


# ---------------------------------------------------------------------------- changing


def _edited(samples: Samples, rate: int, change: Edit, amount: float | None) -> Samples:
    """Samples of shape (n, channels), changed."""
    amount = abs(amount) if amount else None
    match change:
        case "louder":
            return amplify(samples, rate, amount or DEFAULT_DB)
        case "quieter":
            return amplify(samples, rate, -(amount or DEFAULT_DB))
        case "reversed":
            return reverse(samples)
        case "faster":
            return stretch(samples, rate, _tempo(amount))
        case "slower":
            return stretch(samples, rate, 1 / _tempo(amount))


def _tempo(factor: float | None) -> float:
    """The factor, said either way round: "half as fast" may arrive as 2 or as 0.5."""
    factor = factor or DEFAULT_FACTOR
    factor = factor if factor >= 1 else 1 / factor
    if factor > TEMPO[1]:
        raise TaskError(f"I can change the tempo at most {TEMPO[1]:g} times.")
    return factor


async def made_of(context: Context, sound: Sound, samples: Samples, how: str, task: str) -> Artifact:
    """What was made of a sound, as an artifact that can be undone; a file it came of is an artifact from now on."""
    parents = () if sound.artifact is None else ((await keep(context, sound)).id,)
    mixed = samples[:, 0] if samples.ndim == 2 and samples.shape[1] == 1 else samples
    made = await asyncio.to_thread(
        context.workspace.save_audio, _named(sound, how), mixed, sound.rate, task, DSP, parents
    )
    removable(context, made)
    return made


def _named(sound: Sound, how: str) -> str:
    """What a changed sound is called: "louder rain", and "quieter rain" when that is changed again."""
    words = sound.name.split() if sound.artifact is not None else []
    own = [word for word in words if word not in (*EDITED, "sound", "recording") and not word.isdigit()]
    return " ".join([how, *(own or ["sound"])])


# ------------------------------------------------------------------------------ playing


def _several(name: str) -> bool:
    """Whether a name means more than one thing."""
    words = set(name.lower().split())
    counted = words & {"two", "three", "four", "2", "3", "4"} and words & {"last", "first", "these", "those"}
    return bool(words & {"them", "both", "all", "everything"} or counted) or " and " in name


def _text_note(context: Context, name: str) -> str:
    """The words of the note that is meant, where it has no sound."""
    wanted = set(name.lower().split())
    if not wanted & {"note", "memo"}:
        return ""
    notes = [a for a in context.workspace.artifacts if a.name.startswith("note")]
    note: Artifact | None = context.workspace.find(name) or (notes[-1] if notes else None)
    if note is None or note.kind != "text":
        return ""
    try:
        return note.path.read_text(encoding="utf-8").strip()
    except OSError as error:
        raise DataError(f"The {note.name} cannot be read any more.") from error
