"""Writes a voice folder: the networks, the phones and the card."""

import json
import shutil
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path

from assistant.errors import SettingsError
from scripts.fastspeech2_export.networks import write_networks
from scripts.fastspeech2_export.source import Source
from tts.cards import CARD, PHONES, Scale
from tts.espnet_folder import notice_of


@dataclass(frozen=True, slots=True)
class Told:
    """What the card says that the model does not know."""

    name: str
    source: str
    description: str = ""
    licence: str = ""
    """Takes the place of what the model says."""
    data: str = ""
    language: str = "en-us"


def write_voice(source: Source, folder: Path, told: Told) -> None:
    """Write the folder whole or not at all; one that is there is replaced, if it is a voice.

    Raises:
        EngineError: the model cannot be exported.
        SettingsError: there is something else in the folder, or a phone that cannot be listed.
    """
    if folder.exists() and not (folder / CARD).is_file() and any(folder.iterdir()):
        raise SettingsError(f"{folder} holds something that is no voice; give a new folder.")
    if any("\n" in symbol or symbol != symbol.strip("\r") for symbol in source.symbols):
        raise SettingsError(f"{told.source} has a phone with an end of line in it, which cannot be listed.")
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".export-") as name:
        made = Path(name) / folder.name
        made.mkdir()
        write_networks(source, made)
        (made / PHONES).write_text("\n".join(source.symbols) + "\n", encoding="utf-8")
        (made / CARD).write_text(card(source, told), encoding="utf-8")
        if folder.exists():
            shutil.rmtree(folder)
        made.replace(folder)


def card(source: Source, told: Told) -> str:
    """The card in TOML."""
    licence = told.licence or source.licence or "unknown"
    entries = {
        "name": told.name,
        "description": told.description or f"FastSpeech 2, exported from {told.source}",
        "language": told.language,
        "rate": source.rate,
        "hop": source.hop,
        "mels": source.mels,
        "licence": licence,
        "notice": notice_of(told.source, licence),
        "data": told.data,
        "phone_set": "arpabet",
        "end": source.end,
    }
    lines = [f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in entries.items() if value != ""]
    return "\n".join([*lines, *_table("pitch", source.pitch), *_table("energy", source.energy)]) + "\n"


def _table(name: str, scale: Scale) -> list[str]:
    return ["", f"[{name}]", *(f"{key} = {float(value)!r}" for key, value in asdict(scale).items())]
