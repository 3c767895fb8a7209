"""Sounds at hand: play them, change them, tell what is in them."""

import asyncio
from typing import Literal, TypeAlias

from assistant.audio import Samples
from assistant.errors import TaskError
from assistant.events import Artifact, Show
from models.sound.describe import measure
from models.sound.edit import TEMPO, amplify, reverse, stretch
from router.saying import say_again
from router.sounds import SOUND, SPOKEN, Sound, find_sound, keep
from router.task import Context, Family, Outcome, Unfinished, means, task

Edit: TypeAlias = Literal["louder", "quieter", "reversed", "faster", "slower"]

DEFAULT_DB = 6.0
DEFAULT_FACTOR = 1.5
INAUDIBLE_DBFS = -70.0
PRONOUNS = ("it", "that", "this")
SPEECH_SHARE = 0.05
"""Below this share of its duration, what passes for speech is taken for chance."""

ANY = f"{{name:{SOUND}|{SPOKEN}}}"
CALLED = "[the|my] (file|recording|sound|clip|audio file|sound file|artifact) [called|named] {name}"
FILE = "{name} (dot wav|dot flac|dot mp3|dot ogg|wav|file)"
LISTEN = "play [me] [back]|replay|play back|let me hear|let us hear|i want to hear|listen to"
NOTE = "[the|my|that|this] [last|latest] [voice] (note|memo)"
FAST = "(faster|quicker|more quickly)"
SLOW = "(slower|more slowly)"
QUIET = "(quieter|softer|less loud)"
BIT = "[a bit|a little [bit]|a lot|much|even|slightly]"
BACKWARDS = "(backwards|backward|in reverse|reversed|back to front|the other way round)"


@task(
    f"({LISTEN}) {ANY} [back] [again|once more]",
    f"({LISTEN}) {CALLED}",
    f"({LISTEN}) {FILE}",
    *means("play|play (back|again)|replay|playback", name=""),
    *means(f"(read|tell|show) [me] [back] {NOTE} [back|again|to me]", name="note"),
    *means(f"what (is|was|does) {NOTE} [say]|what did i [just] note [down]", name="note"),
    *means("(how did i sound|play me|let me hear me)", name="what I said"),
    Unfinished("play (a|some|an audio|a sound) (file|recording)", "Which one?", "play the file {answer}"),
    family=Family.AUDIO_TO_AUDIO,
    effects=True,
)
async def play_back(context: Context, name: str = "") -> Outcome:
    """Play a sound back.

    name: what it is called, "last recording" or "note"; empty for the last sound.
    """
    if text := _text_note(context, name):
        return Outcome(f"The note says: {text}", verbatim=True)
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
)
async def change_sound(context: Context, change: Edit, name: str = "", amount: float | None = None) -> Outcome:
    """Change a sound.

    Make it louder, quieter, faster or slower, or turn it backwards; the result is a new sound, which is played.
    name: what it is called; empty for the last sound. amount: decibels for louder and quieter, 6 if not given; a
    factor for faster and slower, 1.5 if not given. The pitch is kept.
    """
    if name in PRONOUNS and change != "reversed" and (said := say_again(context, change)):
        return said
    sound = await find_sound(context, name)
    made = await asyncio.to_thread(_edited, sound, change, amount)
    artifact = context.workspace.save_audio(f"{change} sound", made, sound.rate, change_sound.name)
    return Outcome(f"Here it is, {change}.", play=(artifact,), show=(Show(artifact=artifact),))


@task(
    f"(describe|analyze|analyse|examine|inspect|measure) ({ANY}|{CALLED})",
    f"what (is|can you hear|do you hear) in ({ANY}|{CALLED})",
    f"tell me (about|what is in|what you hear in|more about) ({ANY}|{CALLED})",
    f"how (long|loud) (is|was) ({ANY}|{CALLED})",
    f"is (there|that) [any] (speech|talking|someone speaking|somebody speaking|a voice) in ({ANY}|{CALLED})",
    f"(is ({ANY}) speech|does ({ANY}) (contain|have) [any] (speech|voice|voices))",
    f"what (kind of [a] sound|sort of [a] sound) is {ANY}",
    family=Family.AUDIO_TO_TEXT,
    effects=False,
)
async def describe_sound(context: Context, name: str = "") -> Outcome:
    """Describe a sound.

    Tell how long and how loud it is, and how much of it is speech.
    name: what it is called; empty for the last sound.
    """
    sound = await find_sound(context, name)
    facts = await asyncio.to_thread(measure, sound.samples, sound.rate)
    sides = {1: "mono", 2: "stereo"}.get(sound.channels, f"{sound.channels} channels")
    where = sound.name if sound.artifact is None else f"The {sound.name.removeprefix('the ')}"
    text = (
        f"{where[:1].upper()}{where[1:]} is {_seconds(facts.seconds)} long, {sides}, {sound.rate / 1000:g} kilohertz. "
    )
    if facts.level_dbfs < INAUDIBLE_DBFS:
        return Outcome(f"{text}It is silent.")
    level = f"Its level is {facts.level_dbfs:.0f} decibels below full scale".replace("-", "")
    peak = f"{abs(facts.peak_dbfs):.0f} below" if facts.peak_dbfs <= -0.5 else "at full scale"
    return Outcome(f"{text}{level}, its peak {peak}. {await _speech(context, sound)}".strip())


def _edited(sound: Sound, change: Edit, amount: float | None) -> Samples:
    amount = abs(amount) if amount else None
    match change:
        case "louder":
            return amplify(sound.samples, sound.rate, amount or DEFAULT_DB)
        case "quieter":
            return amplify(sound.samples, sound.rate, -(amount or DEFAULT_DB))
        case "reversed":
            return reverse(sound.samples)
        case "faster":
            return stretch(sound.samples, sound.rate, _tempo(amount))
        case "slower":
            return stretch(sound.samples, sound.rate, 1 / _tempo(amount))


def _tempo(factor: float | None) -> float:
    """The factor, said either way round: "half as fast" may arrive as 2 or as 0.5."""
    factor = factor or DEFAULT_FACTOR
    factor = factor if factor >= 1 else 1 / factor
    if factor > TEMPO[1]:
        raise TaskError(f"I can change the tempo at most {TEMPO[1]:g} times.")
    return factor


async def _speech(context: Context, sound: Sound) -> str:
    """A sentence on how much of it is speech; nothing where no detector is at hand."""
    if context.speech_share is None:
        return ""
    share = await context.speech_share(sound.samples, sound.rate)
    if share < SPEECH_SHARE:
        return "I hear no speech in it."
    return (
        "Nearly all of it is speech." if share > 0.9 else f"About {round(share * 100, -1):.0f} percent of it is speech."
    )


def _seconds(seconds: float) -> str:
    if seconds >= 60:
        minutes = f"{seconds // 60:.0f} minute" + ("s" if seconds >= 120 else "")
        return f"{minutes} and {seconds % 60:.0f} seconds"
    return f"{seconds:.1f} seconds"


def _text_note(context: Context, name: str) -> str:
    """The words of the note that is meant, where it has no sound."""
    wanted = set(name.lower().split())
    if not wanted & {"note", "memo"}:
        return ""
    notes = [a for a in context.workspace.artifacts if a.name.startswith("note")]
    note: Artifact | None = context.workspace.find(name) or (notes[-1] if notes else None)
    return note.path.read_text(encoding="utf-8").strip() if note and note.kind == "text" else ""
