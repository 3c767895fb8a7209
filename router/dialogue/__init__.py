"""L, the dialogue engines, by name."""

import logging

from assistant.errors import EngineMissing
from router.dialogue.base import Dialogue
from router.dialogue.options import OpenAIOptions

_log = logging.getLogger(__name__)


def load_dialogue(name: str, openai: OpenAIOptions | None = None) -> Dialogue:
    """The dialogue engine called `name`: "embedded" or "openai".

    Raises:
        EngineMissing: there is none of that name, or its package or key is not here.
    """
    try:
        match name:
            case "embedded":
                from router.dialogue.embedded import Embedded
                from router.tasks import CATALOGUE

                return Embedded(CATALOGUE)
            case "openai":
                from router.dialogue.openai import OpenAI

                return OpenAI(openai)
            case _:
                raise EngineMissing(f"There is no dialogue engine {name!r}; choose embedded or openai.")
    except ImportError as error:
        raise EngineMissing(f"The dialogue engine {name!r} needs a package: pip install {error.name}.") from error


def load_answerers(name: str, openai: OpenAIOptions) -> tuple[Dialogue, Dialogue | None]:
    """The dialogue engine that is set as `name`, and the one that answers in its stead where it fails.

    `auto` is a language model while one is set and can be reached, and the embedded engine otherwise.

    Raises:
        EngineMissing: one that was asked for by its name is not here.
    """
    embedded = load_dialogue("embedded")
    if name == "embedded" or (name == "auto" and not openai.configured):
        return embedded, None
    if name != "auto":
        return load_dialogue(name, openai), embedded
    try:
        return _automatic(openai, embedded), embedded
    except EngineMissing as error:
        _log.warning("The language model cannot be used: %s", error)
        return embedded, None


def _automatic(options: OpenAIOptions, embedded: Dialogue) -> Dialogue:
    from router.dialogue.automatic import Automatic
    from router.dialogue.openai import OpenAI

    return Automatic(OpenAI(options), embedded)
