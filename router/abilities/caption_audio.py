"""Audio captioning (Table 1): "what is in it?", "describe the recording"."""

from router.arguments import Audio
from router.resources import SOUND, SPOKEN
from router.results import Order, carry_out, outcome
from router.task import Context, Family, Outcome, task

CANNOT = (
    "I cannot describe sounds in words now; no engine for captions is loaded. "
    "What I can do is measure how long and how loud it is."
)

ANY = f"{{audio:{SOUND}|{SPOKEN}}}"
CALLED = "[the|my] (file|recording|sound|clip|audio file|sound file) [called|named] {audio}"


@task(
    f"(describe|caption) ({ANY}|{CALLED})",
    f"(write|give me|make) a (caption|description) (for|of) ({ANY}|{CALLED})",
    f"what (is|can you hear|do you hear) in ({ANY}|{CALLED})",
    f"tell me (about|what is in|what you hear in|more about) ({ANY}|{CALLED})",
    f"what (kind of [a] sound|sort of [a] sound) is {ANY}",
    family=Family.AUDIO_TO_TEXT,
    effects=False,
    doing="listening to it",
    takes=("audio",),
    examples=(
        "Describe {audio} in words.",
        "What is in {audio}?",
        "Write a caption for {audio}.",
        "Tell me what you hear in {audio}.",
        "What is going on in {audio}?",
        "Summarize {audio} in one sentence.",
        "Can you put into words what {audio} sounds like?",
        "What kind of a sound is {audio}?",
        "Caption this audio clip.",
        "I cannot listen to it now, what is that sound like?",
        "Explain to a deaf person what can be heard in {audio}.",
        "Give me a short description of the recording.",
    ),
)
async def caption_audio(context: Context, audio: Audio = "") -> Outcome:
    """Describe a sound in a sentence.

    For what it is as a whole. For which sounds are in it and when, use detect_sounds; for the words that are spoken,
    transcribe_speech; for length and loudness in figures, measure_sound.
    audio: the sound; left out, the latest.
    """
    order = Order(caption_audio.name, "text", CANNOT, sounds={"audio": audio}, changes=False)
    result = await carry_out(context, order)
    return outcome(result, result.made.text or "I have no words for it.", text=result.made.text)
