"""What measures a task. A measure is imported when it is its turn."""

from importlib import import_module
from importlib.util import find_spec

from assistant.errors import EngineMissing
from assistant.evaluation.capability.base import Measure


def measure_of(task: str, package: str = __package__) -> Measure | None:
    """What measures a task: the module of its name in a package; None where there is none.

    Raises:
        EngineMissing: it needs a package that is not installed.
    """
    name = f"{package}.{task}"
    if find_spec(name) is None:
        return None
    try:
        measure: Measure = import_module(name).measure
    except ImportError as error:
        raise EngineMissing(
            f"To measure it takes a package that is not installed: pip install {error.name}."
        ) from error
    return measure
