"""Who reads: the voices that were asked for, and what they are compared with."""

from collections.abc import Callable, Iterator, Sequence

from assistant.bench.synthesizers import PROGRAMS, OwnVoice, Synthesizer, named
from assistant.errors import EngineError
from config.settings import Settings
from tts.loader import chosen, load_voice

HUMAN = "human"
AGAINST = ("espeak", "flite", "festival", HUMAN)
"""What is compared with, unless something else is asked for."""


def cast(
    settings: Settings, voices: Sequence[str], against: Sequence[str], leave_out: Callable[[str], None]
) -> Iterator[Synthesizer]:
    """Each once, in order, made when it is its turn. Whoever is in `against` and not here is left out with a sentence.

    Raises:
        SettingsError: there is no voice of a name.
        EngineMissing: a voice that was asked for is not installed.
    """
    wanted = dict.fromkeys(chosen(name, settings.voice_options) for name in voices or (settings.voice,))
    for name in wanted:
        yield _own(name, settings)
    for name in dict.fromkeys(part for whole in against for part in PROGRAMS.get(whole, (whole,))):
        if name in wanted or name == HUMAN:
            continue
        try:
            yield named(name) if name.partition(":")[0] in PROGRAMS else _own(name, settings)
        except EngineError as error:
            leave_out(f"{name} is left out: {error}")


def _own(name: str, settings: Settings) -> Synthesizer:
    return OwnVoice(load_voice(name, settings.voice_options), name)
