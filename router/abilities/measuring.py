"""What a sound is in figures: how long, how loud, how many channels, how much of it is speech."""

import asyncio
from collections.abc import Iterator

from assistant.audio import AudioChunk, mono
from assistant.media import blocks
from models.sound.describe import Measures, combined, measure
from router.abilities.sounds import ANY, CALLED
from router.arguments import Audio
from router.resources import Sound, find_sound
from router.spoken import spoken_duration
from router.task import Context, Family, Outcome, task

INAUDIBLE_DBFS = -70.0
SPEECH_SHARE = 0.05
"""Below this share of its duration, what passes for speech is taken for chance."""
BLOCK_S = 60.0
"""How much of a long sound is measured at once."""


@task(
    f"(measure|analyze|analyse|examine|inspect) ({ANY}|{CALLED})",
    f"how (long|loud) (is|was) ({ANY}|{CALLED})",
    f"is (there|that) [any] (speech|talking|someone speaking|somebody speaking|a voice) in ({ANY}|{CALLED})",
    f"(is ({ANY}) speech|does ({ANY}) (contain|have) [any] (speech|voice|voices))",
    f"is ({ANY}) (stereo|mono|in stereo|in mono)|how many channels (does ({ANY}) have|are there)",
    f"what is the (length|duration|level|loudness|volume|sample rate|rate|peak) of ({ANY}|{CALLED})",
    family=Family.AUDIO_TO_TEXT,
    effects=False,
    takes=("audio",),
    doing="measuring it",
    examples=(
        "How long is {name}?",
        "How loud is {name}?",
        "Measure {name}.",
        "Is {name} in stereo?",
        "What is the sample rate of {name}?",
        "How many seconds does the recording last?",
        "How much of {name} is speech?",
        "Is there anybody speaking in {name}?",
        "Tell me the duration of the clip.",
        "What is the peak level of that file?",
        "How many channels does {name} have?",
        "Give me the figures of the sound.",
        "Does the recording clip?",
    ),
)
async def measure_sound(context: Context, name: Audio = "") -> Outcome:
    """Measure a sound.

    Tell how long and how loud it is, its channels and its rate, and how much of it is speech.
    name: what it is called; left out, the latest.
    """
    sound = await find_sound(context, name)
    facts, share = await _measured(context, sound)
    sides = {1: "mono", 2: "stereo"}.get(sound.channels, f"{sound.channels} channels")
    where = sound.called
    text = f"{where[:1].upper()}{where[1:]} is {_length(facts.seconds)} long, {sides}, {sound.rate / 1000:g} kilohertz."
    if facts.level_dbfs < INAUDIBLE_DBFS:
        return Outcome(f"{text} It is silent.")
    level = f"Its level is {abs(facts.level_dbfs):.0f} decibels below full scale"
    peak = f"{abs(facts.peak_dbfs):.0f} below" if facts.peak_dbfs <= -0.5 else "at full scale"
    return Outcome(f"{text} {level}, its peak {peak}. {_speech(share)}".strip())


async def _measured(context: Context, sound: Sound) -> tuple[Measures, float | None]:
    """The figures of all of it, and its share of speech where a detector is at hand; a block at a time."""
    facts: list[Measures] = []
    spoken_s = 0.0
    pieces = _blocks(sound)
    while (block := await asyncio.to_thread(next, pieces, None)) is not None:
        facts.append(await asyncio.to_thread(measure, block.samples, block.rate))
        if context.speech_share is not None:
            spoken_s += block.seconds * await context.speech_share(mono(block.samples), block.rate)
        context.report(min(1.0, block.ends_at / sound.seconds) if sound.seconds else 0.0)
    whole = combined(facts)
    return whole, spoken_s / whole.seconds if context.speech_share and whole.seconds else None


def _blocks(sound: Sound) -> Iterator[AudioChunk]:
    if sound.heard is not None:
        return iter([AudioChunk(sound.heard.audio, sound.rate)])
    return blocks(sound.path, BLOCK_S, mono=False)


def _speech(share: float | None) -> str:
    """A sentence on how much of it is speech; nothing where it is not known."""
    if share is None:
        return ""
    if share < SPEECH_SHARE:
        return "I hear no speech in it."
    return (
        "Nearly all of it is speech." if share > 0.9 else f"About {round(share * 100, -1):.0f} percent of it is speech."
    )


def _length(seconds: float) -> str:
    return f"{seconds:.1f} seconds" if seconds < 60 else spoken_duration(seconds)
