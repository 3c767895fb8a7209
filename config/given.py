"""Where settings come from: TOML files, the environment and flags, each read into a list of `Given`.

settings.toml   [ears]                    EARSHOT_EARS__PRE_ROLL_S=0.4      --set ears.pre_roll_s=0.4
                pre_roll_s = 0.4
                     └────────────────────────────┴────────────────────────────────┘
                                 Given(key=("ears", "pre_roll_s"), …)
"""

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from assistant.errors import SettingsError
from config.fit import Written

PREFIX = "EARSHOT_"
NOT_SETTINGS = ("EARSHOT_PROFILE", "EARSHOT_CONFIG")
"""Variables that say where settings come from, and are none themselves."""


@dataclass(frozen=True, slots=True)
class Given:
    """A value somebody gave for a setting."""

    key: tuple[str, ...]
    written: Written
    where: str
    """The file, variable or flag it was found in, for the sentence when it does not fit."""

    @property
    def name(self) -> str:
        """The key as it is written in `--set`."""
        return ".".join(self.key)


def from_file(path: Path | Traversable) -> list[Given]:
    """Everything a TOML file sets; relative paths in it start from its folder.

    Raises:
        SettingsError: it cannot be read, or is no TOML.
    """
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise SettingsError(f"The settings file {path} cannot be read: {error.strerror}.") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"The settings file {path} is no valid TOML: {error}.") from error
    base = path.parent if isinstance(path, Path) else Path()
    return [Given(key, Written(value, False, base), str(path)) for key, value in _leaves(table)]


def from_profile(name: str) -> list[Given]:
    """Everything a profile sets.

    Raises:
        SettingsError: there is no such profile.
    """
    if name not in profiles():
        raise SettingsError(f'There is no profile "{name}"; choose one of {", ".join(profiles())}.')
    return from_file(resources.files("config") / f"{name}.toml")


def profiles() -> list[str]:
    """The names of the profiles there are."""
    files = resources.files("config").iterdir()
    return sorted(f.name.removesuffix(".toml") for f in files if f.name.endswith(".toml"))


def from_environment(environment: Mapping[str, str]) -> list[Given]:
    """Everything that variables named `EARSHOT_SECTION__KEY` set."""
    return [
        Given(_key(name), Written(value, True), name)
        for name, value in sorted(environment.items())
        if name.startswith(PREFIX) and name not in NOT_SETTINGS
    ]


def from_flags(flags: Sequence[str]) -> list[Given]:
    """Everything that `--set section.key=value` sets.

    Raises:
        SettingsError: there is no "=" in one.
    """
    return [from_flag(flag) for flag in flags]


def from_flag(flag: str) -> Given:
    """One `section.key=value`.

    Raises:
        SettingsError: there is no "=" in it.
    """
    name, equals, value = flag.partition("=")
    if not equals:
        raise SettingsError(f"--set {flag}: write it as --set section.key=value.")
    return Given(tuple(name.strip().split(".")), Written(value, True), f"--set {name.strip()}")


def _key(variable: str) -> tuple[str, ...]:
    return tuple(variable.removeprefix(PREFIX).lower().split("__"))


def _leaves(table: Mapping[str, Any], above: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], object]]:
    for name, value in table.items():
        if isinstance(value, dict):
            yield from _leaves(value, (*above, name))
        else:
            yield (*above, name), value
