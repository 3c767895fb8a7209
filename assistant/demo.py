"""A conversation to be had without a microphone: recordings that come with installed packages.

The people are real: they read Dickens and Beckett, in recordings inside the `moonshine-voice` wheel (MIT). Between
them a synthesizer asks for things, in another voice than the assistant's.
"""

from importlib.util import find_spec
from pathlib import Path

from assistant.devices.files import Recording
from assistant.events import Manner
from tts.espeak import Espeak
from tts.options import EspeakOptions

ASKING = EspeakOptions(voice="en-us+f2", words_per_minute=140)
TIMES_S = (0.0, 4.3)
"""The first sentence of the tale: the best of times, the worst of times."""


def demonstration() -> list[Recording]:
    """What is said into the microphone, in this order.

    Raises:
        EngineMissing: espeak-ng is not installed.
    """
    asking = Espeak(ASKING)

    def ask(text: str) -> Recording:
        spoken = asking.speak(text, Manner())
        return Recording(spoken.samples, spoken.rate, text)

    return [
        ask("Who are you?"),
        *_read("two_cities.wav", *TIMES_S),
        ask("Please transcribe the last recording."),
        ask("Please record a note."),
        *_read("beckett.wav"),
        ask("Make it faster."),
        ask("Tell me what is in it."),
        ask("What can you do?"),
    ]


def _read(name: str, start_s: float = 0.0, end_s: float | None = None) -> list[Recording]:
    """A stretch of a recording in the wheel; nothing where a wheel has no such recording."""
    spec = find_spec("moonshine_voice")
    path = Path(spec.origin or "").parent / "assets" / name if spec else Path(name)
    if not path.exists():
        return []
    whole = Recording.read(path)
    end = None if end_s is None else round(end_s * whole.rate)
    return [Recording(whole.samples[round(start_s * whole.rate) : end], whole.rate, whole.name)]
