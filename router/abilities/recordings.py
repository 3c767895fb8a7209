"""Speech to text on demand: "transcribe my last recording", "transcribe two cities dot wav"."""

from assistant.errors import TaskError
from assistant.events import Show
from router.sounds import SOUND, SPOKEN, find_sound
from router.task import Context, Family, Outcome, Unfinished, means, task

SPOKEN_WORDS = 60
"""How many words of a transcript are read aloud before the rest is left to the screen."""

ANY = f"{{name:{SOUND}|{SPOKEN}}}"


@task(
    "(transcribe|transcribe (the|my) [audio|sound] (file|recording|clip) [called|named]) {name}",
    f"transcribe {ANY}",
    f"(write down|write out|type|type out|put down|write) {ANY}",
    f"what (was|is) (said|spoken|being said) in {ANY}",
    f"what does {ANY} say|what are the words (in|of) {ANY}",
    f"(turn|convert) {ANY} (into|to) [written] (text|words)",
    f"[(give|get|make|show) [me]] [a|the] (transcript|transcription) [of] {ANY}",
    f"recognize [the] (speech|words) in {ANY}",
    *means("transcribe|what did i [just] (say|record)|what have i [just] said", name=""),
    *means("what did you (hear|understand)|write (it|that|this) down", name=""),
    Unfinished(
        "transcribe (a|an|some|an audio|a sound) (file|recording)|(convert|turn) (speech|audio) (into|to) text",
        "Which recording?",
        "transcribe {answer}",
    ),
    family=Family.AUDIO_TO_TEXT,
    effects=False,
)
async def transcribe_recording(context: Context, name: str = "") -> Outcome:
    """Transcribe a recording or a file.

    name: what it is called; empty for what the user said last.
    """
    if context.transcribe is None:
        raise TaskError("I have no recognizer for recordings; choose one in the settings.")
    sound = await find_sound(context, name, own=True)
    text = (await context.transcribe(sound.samples, sound.rate)).strip()
    if not text:
        return Outcome(f"I hear no words in {_the(sound.name)}.")
    return Outcome(_spoken(text), show=(Show(text),))


def _the(name: str) -> str:
    return name if name.startswith("your") else f"the {name.removeprefix('the ')}"


def _spoken(text: str) -> str:
    """The transcript as far as it is worth hearing."""
    words = text.split()
    if len(words) <= SPOKEN_WORDS:
        return f"It says: {text}"
    return f"It says: {' '.join(words[: SPOKEN_WORDS // 2])} … and so on. All {len(words)} words are on the screen."
