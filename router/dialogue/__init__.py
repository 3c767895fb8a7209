"""L, the dialogue engines, by name."""

from assistant.errors import EngineMissing
from router.dialogue.base import Dialogue
from router.dialogue.options import OpenAIOptions


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
