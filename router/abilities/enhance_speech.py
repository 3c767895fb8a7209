"""Speech enhancement (Table 1): "clean it up", "take the noise out of the interview"."""

from router.arguments import Audio
from router.resources import SOUND, SPOKEN
from router.results import Order, carry_out, outcome
from router.task import Context, Family, Outcome, task

CANNOT = (
    "I cannot take noise out of speech yet; this version has no engine for it. It takes a model for speech enhancement."
)

ANY = f"{{audio:{SOUND}|{SPOKEN}}}"


@task(
    f"(denoise|clean) {ANY} [up]|clean up {ANY}",
    f"(remove|reduce|take out|get rid of) [all] [the] [background] noise (from|in|of) {ANY}",
    f"enhance [the] [speech (in|of)] {ANY}",
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
async def enhance_speech(context: Context, audio: Audio = "") -> Outcome:
    """Take the noise out of a recording of speech.

    One voice is left, clearer than it was. For two people who speak at once, use separate_speech; to keep a sound that
    is no speech, extract_sound.
    audio: the recording; left out, the latest.
    """
    return outcome(
        await carry_out(context, Order(enhance_speech.name, "audio", CANNOT, sounds={"audio": audio}, compared=True))
    )
