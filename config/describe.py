"""The settings as a commented TOML file: everything there is, what it means, and what is set.

Defaults stand behind a "#", so that what is printed can be saved as a settings file and changed where wanted.
"""

import ast
import inspect
import json
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import Field, fields, is_dataclass
from enum import Enum
from pathlib import Path
from typing import Any, get_type_hints

from config.fit import wanted

SECRETS = ("key", "token", "password")
"""Settings whose names end so are never printed."""


def as_toml(present: Any, defaults: Any) -> str:
    """A tree of options as TOML; settings that equal their default are commented out."""
    return "\n".join(_section(present, defaults, ())).strip() + "\n"


def as_values(tree: Any) -> dict[str, Any]:
    """A tree of options as values that JSON has, secrets left out."""
    values: dict[str, Any] = {}
    for field in fields(tree):
        value = getattr(tree, field.name)
        if is_dataclass(value):
            values[field.name] = as_values(value)
        elif not field.name.endswith(SECRETS):
            values[field.name] = _value(value)
    return values


def _value(value: object) -> object:
    if isinstance(value, Mapping):
        return {name: _value(inner) for name, inner in value.items()}
    return str(value) if isinstance(value, Path) else value


def _section(present: Any, defaults: Any, path: tuple[str, ...]) -> Iterator[str]:
    plain = [f for f in fields(present) if not is_dataclass(getattr(present, f.name))]
    docs, hints = _docs(type(present)), get_type_hints(type(present))
    if path:
        yield from ("", *_comment(_summary(type(present))), f"[{'.'.join(path)}]")
    for field in plain:
        if doc := docs.get(field.name):
            yield from _comment(doc)
        yield _line(field, getattr(present, field.name), getattr(defaults, field.name), hints[field.name])
    for field in fields(present):
        if field not in plain:
            yield from _section(getattr(present, field.name), getattr(defaults, field.name), (*path, field.name))


def _line(field: Field[Any], value: object, default: object, hint: Any) -> str:
    """`key = value`, behind a "#" where it is the default, has no way to be written, or must not be shown."""
    if field.name.endswith(SECRETS) and value:
        return f'# {field.name} = "…"  # set, and not shown here'
    line = f"{field.name} = {written(value)}"
    note = "" if isinstance(value, bool | int | float) else f"  # {wanted(hint)}"
    return f"# {line}{note}" if value == default or value is None else line


def written(value: object) -> str:
    """A value in TOML's notation; None, which TOML has no word for, as "none"."""
    match value:
        case None:
            return '"none"'
        case bool():
            return str(value).lower()
        case Enum():
            return written(value.value)
        case int() | float():
            return repr(value)
        case tuple() | list():
            return f"[{', '.join(written(v) for v in value)}]"
        case Mapping():
            return f"{{{', '.join(f'{json.dumps(name)} = {written(v)}' for name, v in value.items())}}}"
        case Path() | str():
            return json.dumps(str(value), ensure_ascii=False)
        case _:
            raise TypeError(f"{type(value).__name__} has no notation in TOML")


def _comment(text: str) -> Sequence[str]:
    return [f"# {line}" for line in textwrap.wrap(text, 110)]


def _summary(tree: type) -> str:
    return (inspect.getdoc(tree) or "").partition("\n\n")[0]


def _docs(tree: type) -> Mapping[str, str]:
    """The string under each field of a dataclass: what it means."""
    body = ast.parse(textwrap.dedent(inspect.getsource(tree))).body[0]
    assert isinstance(body, ast.ClassDef)
    found = {}
    for field, below in zip(body.body, body.body[1:], strict=False):
        match field, below:
            case ast.AnnAssign(target=ast.Name(id=name)), ast.Expr(value=ast.Constant(value=str(doc))):
                found[name] = " ".join(doc.split())
    return found
