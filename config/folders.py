"""Where Earshot keeps its files, by the XDG base directory specification."""

import os
from collections.abc import Mapping
from pathlib import Path


def data_folder(environment: Mapping[str, str] = os.environ) -> Path:
    """What it makes."""
    return _base(environment, "XDG_DATA_HOME", ".local/share") / "earshot"


def state_folder(environment: Mapping[str, str] = os.environ) -> Path:
    """Its log."""
    return _base(environment, "XDG_STATE_HOME", ".local/state") / "earshot"


def settings_file(environment: Mapping[str, str] = os.environ) -> Path:
    """The user's own settings; the file need not be there."""
    return _base(environment, "XDG_CONFIG_HOME", ".config") / "earshot" / "settings.toml"


def _base(environment: Mapping[str, str], variable: str, default: str) -> Path:
    """A base folder; values that are relative are to be ignored, says the specification."""
    path = Path(environment.get(variable, ""))
    return path if path.is_absolute() else Path(environment.get("HOME") or Path.home()) / default
