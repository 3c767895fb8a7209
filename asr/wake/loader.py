"""The spotters by name."""

from asr.base import Recognizer, Spotter
from asr.options import WakeOptions
from assistant.errors import EngineMissing, SettingsError


def load_spotter(options: WakeOptions, phrase: str = "", recognizer: Recognizer | None = None) -> Spotter:
    """Load the spotter for a phrase, by default the one that is set; `recognizer` lends its model if it has the same.

    Raises:
        SettingsError: there is none of that name, or the phrase or the model's file cannot be used.
        EngineMissing: its package or its weights are not here.
    """
    try:
        match options.engine:
            case "moonshine":
                return _moonshine(options, (phrase or options.phrase,), options.threshold, recognizer)
            case "openwakeword":
                from asr.wake.openwakeword import OpenWakeWord

                return OpenWakeWord(options, phrase)
            case other:
                raise SettingsError(f"There is no wake word engine {other!r}; choose moonshine or openwakeword.")
    except ImportError as error:
        raise EngineMissing(
            f"The wake word engine {options.engine!r} needs a package that is not installed: pip install {error.name}."
        ) from error


def load_stop_spotter(options: WakeOptions, recognizer: Recognizer | None = None) -> Spotter:
    """Load the spotter for the words that stop what is playing; it is of the engine moonshine always.

    Raises:
        SettingsError: one of the words cannot be listened for.
        EngineMissing: the model is not here.
    """
    return _moonshine(options, options.stop_words, options.stop_threshold, recognizer)


def _moonshine(
    options: WakeOptions, phrases: tuple[str, ...], threshold: float, recognizer: Recognizer | None
) -> Spotter:
    from asr.moonshine import Moonshine
    from asr.wake.moonshine import MoonshineSpotter

    network = recognizer.network if isinstance(recognizer, Moonshine) else None
    return MoonshineSpotter(phrases, threshold, network)
