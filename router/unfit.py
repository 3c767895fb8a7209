"""What is said where an argument of a task does not fit: "the number of seconds must be more than zero"."""

from collections.abc import Mapping, Sequence
from typing import Any

_UNITS = {"_s": " in seconds", "_db": " in decibels", "_hz": " in hertz"}
_BOUNDS = {"greater_than": "more than", "greater_than_equal": "at least", "less_than": "less than",
           "less_than_equal": "at most"}  # fmt: skip
_LIMITS = ("gt", "ge", "lt", "le")
_KINDS = {"float": "a number", "int": "a whole number", "bool": "yes or no", "string": "words"}


def unfit(faults: Sequence[Mapping[str, Any]]) -> str:
    """What pydantic found, as a part of a sentence; `faults` as `ValidationError.errors()` gives them."""
    return ", and ".join(map(_fault, faults))


def _fault(fault: Mapping[str, Any]) -> str:
    kind, context = str(fault["type"]), fault.get("ctx", {})
    name = _name(str(fault["loc"][0]) if fault["loc"] else "it")
    if kind == "missing":
        return f"{name} is missing"
    if kind == "extra_forbidden":
        return f"{name} means nothing here"
    if kind in _BOUNDS:
        limit = next(context[bound] for bound in _LIMITS if bound in context)
        return f"{name} must be {_BOUNDS[kind]} {'zero' if limit == 0 else f'{limit:g}'}"
    if kind == "literal_error":
        return f"{name} must be {str(context['expected']).replace(chr(39), '')}"
    wanted = next((said for begin, said in _KINDS.items() if kind.startswith(begin)), "something else")
    return f"{name} must be {wanted}"


def _name(argument: str) -> str:
    """An argument in words: "start_s" is the start in seconds."""
    if argument == "seconds":
        return "the number of seconds"
    unit = next((end for end in _UNITS if argument.endswith(end)), "")
    return f"the {argument.removesuffix(unit).replace('_', ' ')}{_UNITS.get(unit, '')}"
