"""Turns what a person wrote into what a setting holds: text or a TOML value into a typed value, or a sentence why not.

"0.4"  ─┐
 0.4   ─┴─ fit(…, float) ──▶ 0.4          "of course" ── fit(…, bool) ──▶ Misfit("true or false")
"""

import math
import types
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Any, Literal, Union, get_args, get_origin

TRUTHS = {"true": True, "yes": True, "on": True, "1": True, "false": False, "no": False, "off": False, "0": False}
NOTHING = ("", "none", "null")


class Misfit(Exception):
    """A value does not fit its setting; the text says what would."""


@dataclass(frozen=True, slots=True)
class Written:
    """A value as it was written."""

    value: object
    text: bool
    """Whether it comes from a variable or a flag, where everything is text, or from TOML, where things have types."""
    base: Path = Path()
    """The folder that relative paths start from."""


def fit(written: Written, hint: Any) -> Any:
    """The value as the annotation wants it.

    Raises:
        Misfit: it is not what the annotation wants.
    """
    origin = get_origin(hint)
    if origin in (Union, types.UnionType):
        return _union(written, get_args(hint))
    if origin is Literal:
        return _choice(written.value, [*get_args(hint)])
    if origin in (tuple, Sequence):
        return _tuple(written, get_args(hint))
    if origin is Mapping:
        raise Misfit(wanted(hint))  # its names are set one by one
    if isinstance(hint, type) and issubclass(hint, Enum):
        return hint(_choice(written.value, [member.value for member in hint]))
    return _scalar(written, hint)


def wanted(hint: Any) -> str:
    """What a setting of this type takes, in words."""
    origin, arguments = get_origin(hint), get_args(hint)
    if origin in (Union, types.UnionType):
        return " or ".join(dict.fromkeys(wanted(a) for a in _in_order(arguments)))
    if origin is Literal:
        return _one_of([*arguments])
    if origin in (tuple, Sequence):
        return f"a list, each {wanted(arguments[0])}"
    if origin is Mapping:
        return f"a table: names, each with {wanted(arguments[1])}"
    if isinstance(hint, type) and issubclass(hint, Enum):
        return _one_of([member.value for member in hint])
    return _SCALARS[hint][0]


def _one_of(choices: Sequence[object]) -> str:
    named = [f'"{c}"' if isinstance(c, str) else str(c) for c in choices]
    return named[0] if len(named) == 1 else ", ".join(named[:-1]) + f" or {named[-1]}"


def _choice(value: object, choices: Sequence[object]) -> object:
    for choice in choices:
        if value == choice or (isinstance(value, str) and value == str(choice)):
            return choice
    raise Misfit(_one_of(choices))


def _in_order(members: Sequence[Any]) -> list[Any]:
    """The members of a union with text last, since everything a person types fits that."""
    return sorted(members, key=lambda member: member in (str, Path))


def _union(written: Written, members: Sequence[Any]) -> Any:
    for member in _in_order(members):
        try:
            return fit(written, member)
        except Misfit:
            continue
    raise Misfit(" or ".join(dict.fromkeys(wanted(m) for m in _in_order(members))))


def _tuple(written: Written, members: Sequence[Any]) -> tuple[Any, ...]:
    value = written.value
    if written.text and isinstance(value, str):
        value = [part.strip() for part in value.split(",")] if value.strip() else []
    if not isinstance(value, list):
        raise Misfit(f"a list, each {wanted(members[0])}")
    hints = [members[0]] * len(value) if len(members) == 1 or members[-1] is Ellipsis else members
    if len(hints) != len(value):
        raise Misfit(f"a list of {len(hints)}")
    return tuple(fit(Written(v, written.text, written.base), h) for v, h in zip(value, hints, strict=True))


def _scalar(written: Written, hint: Any) -> Any:
    words, convert = _SCALARS[hint]
    try:
        return convert(written)
    except (ValueError, TypeError, KeyError) as error:
        raise Misfit(words) from error


def _truth(written: Written) -> bool:
    if written.text:
        return TRUTHS[str(written.value).strip().lower()]
    if not isinstance(written.value, bool):
        raise TypeError
    return written.value


def _integer(written: Written) -> int:
    if written.text:
        return int(str(written.value))
    if isinstance(written.value, bool) or not isinstance(written.value, int):
        raise TypeError
    return written.value


def _number(written: Written) -> float:
    if not written.text and (isinstance(written.value, bool) or not isinstance(written.value, (int, float))):
        raise TypeError
    number = float(str(written.value))
    if not math.isfinite(number):
        raise ValueError
    return number


def _text(written: Written) -> str:
    if not isinstance(written.value, str):
        raise TypeError
    return written.value


def _path(written: Written) -> Path:
    if not _text(written):
        raise ValueError
    return written.base / Path(_text(written)).expanduser()


def _nothing(written: Written) -> None:
    if not (isinstance(written.value, str) and written.value.lower() in NOTHING):
        raise TypeError


_SCALARS: dict[Any, tuple[str, Callable[[Written], Any]]] = {
    bool: ("true or false", _truth),
    int: ("a whole number", _integer),
    float: ("a number", _number),
    str: ("text", _text),
    Path: ("a path", _path),
    type(None): ('"none"', _nothing),
}
