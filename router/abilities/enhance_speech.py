"""Speech enhancement (Table 1): "clean it up", "take the noise out of the interview"."""

import asyncio
from pathlib import Path

from assistant.media import read_audio
from router.arguments import Audio, Strength
from router.resources import SOUND, SPOKEN
from router.results import Order, Result, carry_out, outcome
from router.task import Context, Family, Outcome, means, task

CANNOT = (
    "I cannot take noise out of speech yet; this version has no engine for it. It takes a model for speech enhancement."
)

ANY = f"{{audio:{SOUND}|{SPOKEN}}}"
LITTLE = "(a little|a little bit|a bit|slightly|gently|lightly|more gently|only a little|not too much)"
PART = "(some|part|half|a little|a bit)"
GENTLE = 0.5
NO_SPEECH = "I hear no speech in it, and speech is what I clean; here it is with what I took for noise taken out."
SPEECH = 0.03
"""Less than this share of a recording is no speech worth the name."""
LOOKED_AT_S = 60.0
"""How much of a recording is looked at for speech."""


@task(
    f"(denoise|clean) {ANY} [up]|clean up {ANY}",
    f"(remove|reduce|take out|get rid of) [all] [the] [background] noise (from|in|of) {ANY}",
    f"enhance [the] [speech (in|of)] {ANY}",
    *means(f"(denoise|clean|enhance) {ANY} [up] {LITTLE}", f"clean up {ANY} {LITTLE}", strength=GENTLE),
    *means(
        f"(remove|reduce|take out|get rid of) {PART} [of] [the] [background] noise (from|in|of) {ANY}",
        strength=GENTLE,
    ),
    family=Family.AUDIO_TO_AUDIO,
    effects=True,
    doing="cleaning it up",
    takes=("audio",),
    examples=(
        "Please help me to denoise {audio}.",
        "Remove the background noise from {audio}.",
        "Clean {audio} up.",
        "Make the speech in {audio} clearer.",
        "I can hardly understand the speaker over the hiss, can you fix {audio}?",
        "Enhance the speech in {audio}.",
        "Get rid of the hum and the traffic in {audio}.",
        "Improve the quality of {audio}.",
        "Take the noise out of my recording.",
        "There is too much wind in {audio}, filter it out so that I can hear him.",
        "Restore this noisy voice message.",
        "Can you make what I said sound as if it was recorded in a quiet room?",
    ),
)
async def enhance_speech(context: Context, audio: Audio = "", strength: Strength = 1.0) -> Outcome:
    """Take the noise out of a recording of speech.

    One voice is left, clearer than it was. For two people who speak at once, use separate_speech; to keep a sound that
    is no speech, extract_sound.
    audio: the recording; left out, the latest. strength: how much of the noise to take out; 1 is all of it, and what
    is used if nothing is said, 0.5 half of it, where it should sound more natural or only a little is asked for.
    """
    arguments = {"strength": strength}
    order = Order(enhance_speech.name, "audio", CANNOT, arguments, sounds={"audio": audio}, compared=True)
    result = await carry_out(context, order)
    without = not result.made.notice and await _without_speech(context, result.sources["audio"].path)
    return outcome(result, NO_SPEECH if without else _told(result))


async def _without_speech(context: Context, path: Path) -> bool:
    """Whether hardly any of it is speech, which is all that is kept; False where that cannot be told."""
    if context.speech_share is None:
        return False
    samples, rate = await asyncio.to_thread(lambda: read_audio(path, end_s=LOOKED_AT_S))
    return len(samples) > 0 and await context.speech_share(samples, rate) < SPEECH


def _told(result: Result) -> str:
    """That the noise is gone; not that, where the engine tells that it took out little or nothing."""
    if result.made.notice:
        return "Here it is."
    strength = result.made.facts.get("strength")
    little = isinstance(strength, float) and strength <= GENTLE
    return f"Here it is, cleaned up{' a little' if little else ''}."
