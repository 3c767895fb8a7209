"""Builds a tree of options dataclasses from what was given, and refuses by name what has no place in it."""

from collections.abc import Iterable, Mapping
from dataclasses import fields, is_dataclass, replace
from difflib import get_close_matches
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

from assistant.errors import SettingsError
from config.fit import Misfit, fit
from config.given import Given

T = TypeVar("T")


def build(defaults: T, given: Iterable[Given]) -> T:
    """The tree with what was given put in, later ones over earlier ones.

    Raises:
        SettingsError: a key is unknown, or a value does not fit.
    """
    hints = leaves(type(defaults))
    values: dict[tuple[str, ...], tuple[Any, Given]] = {}
    for one in given:
        if table := _table(one.key, hints):
            known = values[table][0] if table in values else {}
            values[table] = ({**known, ".".join(one.key[len(table) :]): _fitted_in(table, one, hints)}, one)
        else:
            values[one.key] = (_fitted(one, hints), one)
    return _replaced(defaults, (), values)


def leaves(tree: type, above: tuple[str, ...] = ()) -> Mapping[tuple[str, ...], Any]:
    """Every setting under an options dataclass: its key and its annotation, in the order they are written."""
    found: dict[tuple[str, ...], Any] = {}
    hints = get_type_hints(tree)
    for field in fields(tree):
        hint = hints[field.name]
        inner = leaves(hint, (*above, field.name)) if is_dataclass(hint) and isinstance(hint, type) else None
        found.update(inner if inner is not None else {(*above, field.name): hint})
    return found


def _table(key: tuple[str, ...], hints: Mapping[tuple[str, ...], Any]) -> tuple[str, ...]:
    """The setting that is a table of names which anybody may choose, and that the key leads into; empty if none."""
    above = (key[:size] for size in range(1, len(key)))
    return next((key for key in above if key in hints and get_origin(hints[key]) is Mapping), ())


def _fitted_in(table: tuple[str, ...], given: Given, hints: Mapping[tuple[str, ...], Any]) -> Any:
    return _fitted(given, {given.key: get_args(hints[table])[1]})


def _fitted(given: Given, hints: Mapping[tuple[str, ...], Any]) -> Any:
    if given.key not in hints:
        raise SettingsError(f'{given.where}: there is no setting "{given.name}"{_suggestion(given, hints)}')
    try:
        return fit(given.written, hints[given.key])
    except Misfit as error:
        raise SettingsError(f"{given.where}: {given.name} wants {error}, not {given.written.value!r}.") from error


def _suggestion(given: Given, hints: Mapping[tuple[str, ...], Any]) -> str:
    if inside := [key[-1] for key in hints if key[:-1] == given.key]:
        return f"; that is a section, with {', '.join(inside)}."
    names = [".".join(key) for key in hints]
    same_section = [".".join(key) for key in hints if key[:-1] == given.key[:-1]]
    same_name = [name for name in names if get_close_matches(given.key[-1], [name.split(".")[-1]], 1, 0.8)]
    near = get_close_matches(given.name, same_section, 1, 0.75) or same_name or get_close_matches(given.name, names, 1)
    return f"; did you mean {near[0]}?" if near else "; `assistant settings` lists them all."


def _replaced(tree: T, above: tuple[str, ...], values: Mapping[tuple[str, ...], tuple[Any, Given]]) -> T:
    """The tree with the values below `above` put in."""
    changes: dict[str, Any] = {}
    culprit: Given | None = None
    for field in fields(tree):  # type: ignore[arg-type]  # a dataclass, as every section is
        key, present = (*above, field.name), getattr(tree, field.name)
        if key in values:
            changes[field.name], culprit = values[key]
        elif is_dataclass(present) and any(k[: len(key)] == key for k in values):
            changes[field.name] = _replaced(present, key, values)
    try:
        return replace(tree, **changes) if changes else tree  # type: ignore[type-var]
    except ValueError as error:
        if culprit is None:
            raise
        raise SettingsError(f"{culprit.where}: {culprit.name} does not fit: {error}.") from error
