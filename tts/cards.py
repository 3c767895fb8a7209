"""Voices as folders, and the card in each that says what it is.

voices/lj/
    voice.toml      the card
    phones.txt      one symbol a line; the line's number, from 0, is its id
    encoder.onnx    phones → hidden, durations, pitch, energy
    decoder.onnx    hidden, durations, pitch, energy → mel (and f0)
    vocoder.onnx    mel (and f0) → samples
"""

import math
import tomllib
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, field, fields
from pathlib import Path
from typing import Any, TypeVar

from assistant.errors import EngineMissing, SettingsError

CARD = "voice.toml"
PHONES = "phones.txt"
MODELS = ("encoder.onnx", "decoder.onnx", "vocoder.onnx")
PHONE_SETS = ("espeak", "arpabet")
SHIPPED = Path(__file__).parent / "voices"
"""Where the voices are that come with the installation."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Scale:
    """What a normalized quantity stands for: `mean + std * normalized`."""

    mean: float = 0.0
    std: float = 1.0


@dataclass(frozen=True, slots=True)
class Card:
    """What a voice says of itself."""

    name: str
    rate: int
    """Hertz."""
    hop: int
    """Samples in a frame."""
    mels: int
    """Bands of the spectrogram."""
    licence: str
    description: str = ""
    language: str = "en-us"
    notice: str = ""
    """What everybody who uses it must be told, where its licence restricts that."""
    data: str = ""
    """What it was trained on."""
    phone_set: str = "espeak"
    """How its phones are written: "espeak" for IPA as espeak-ng writes it, or "arpabet"."""
    end: str = ""
    """A phone that stands behind all others, where the model was trained with one."""
    pitch: Scale = field(default_factory=Scale)
    """Of the natural logarithm of hertz."""
    energy: Scale = field(default_factory=Scale)


def voice_folders(own: Path | None = None) -> Mapping[str, Path]:
    """Every voice folder by its name: those that come with the installation, then the user's, which go first."""
    places = [SHIPPED] if own is None else [SHIPPED, own]
    found = {card.parent.name: card.parent for place in places for card in sorted(place.glob(f"*/{CARD}"))}
    return dict(sorted(found.items()))


def read_card(folder: Path) -> Card:
    """The card of a voice.

    Raises:
        EngineMissing: there is none.
        SettingsError: it is no TOML, lacks something, or says something that cannot be.
    """
    path = folder / CARD
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise EngineMissing(
            f"The voice in {folder} cannot be used: its {CARD} cannot be read ({error.strerror})."
        ) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path} is no valid TOML: {error}.") from error
    try:
        card = _filled(Card, table)
        _check(card)
    except ValueError as error:
        raise SettingsError(f"{path}: {error}.") from error
    return card


def read_phones(folder: Path) -> tuple[str, ...]:
    """The symbols of a voice, in the order of their ids.

    Raises:
        EngineMissing: there is no list of them.
        SettingsError: the list is empty, or holds one twice.
    """
    path = folder / PHONES
    try:
        symbols = tuple(path.read_text(encoding="utf-8").rstrip("\n").split("\n"))
    except OSError as error:
        raise EngineMissing(
            f"The voice in {folder} is not whole: {PHONES} cannot be read ({error.strerror})."
        ) from error
    except UnicodeDecodeError as error:
        raise SettingsError(f"{path} is not in UTF-8.") from error
    if twice := sorted({s for s in symbols if symbols.count(s) > 1}):
        raise SettingsError(f"{path}: {', '.join(twice)} stands there twice.")
    if not any(s.strip() for s in symbols):
        raise SettingsError(f"{path} is empty; it wants one phone a line.")
    return symbols


def _filled(kind: type[T], table: Mapping[str, object], above: str = "") -> T:
    """A dataclass from a table of TOML; raises `ValueError` naming the key that does not fit."""
    known = {f.name: f for f in fields(kind)}  # type: ignore[arg-type]  # a dataclass
    if unknown := sorted(set(table) - set(known)):
        raise ValueError(f'there is no key "{above}{unknown[0]}"; there are {", ".join(known)}')
    for name, one in known.items():
        if name not in table and one.default is MISSING and one.default_factory is MISSING:
            raise ValueError(f'the key "{above}{name}" is missing')
    return kind(**{name: _value(known[name].type, value, above + name) for name, value in table.items()})


def _value(kind: Any, value: object, name: str) -> object:
    if kind is Scale:
        if not isinstance(value, dict):
            raise ValueError(f"{name} wants a table with mean and std")
        return _filled(Scale, value, f"{name}.")
    accepted = (int, float) if kind is float else kind
    if not isinstance(value, accepted) or isinstance(value, bool):
        raise ValueError(f"{name} wants {'text' if kind is str else 'a number'}, not {value!r}")
    return kind(value)


def _check(card: Card) -> None:
    """Raise `ValueError` for what no voice can have."""
    for name in ("rate", "hop", "mels"):
        if getattr(card, name) <= 0:
            raise ValueError(f"{name} wants a number above 0")
    for name, scale in (("pitch", card.pitch), ("energy", card.energy)):
        if not (math.isfinite(scale.mean) and 0 < scale.std < math.inf):
            raise ValueError(f"{name}.std wants a number above 0")
    if card.phone_set not in PHONE_SETS:
        raise ValueError(f'phone_set is "espeak" or "arpabet", not "{card.phone_set}"')
