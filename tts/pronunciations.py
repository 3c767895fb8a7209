"""The user's own pronunciations: a file of words, each with how it is said, in IPA or in ARPABET.

# word        how it is said
Earshot       ˈɪɹʃɑːt
Siobhan       SH IH0 V AO1 N
"""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from assistant.errors import SettingsError
from tts.arpabet import is_arpabet, to_ipa
from tts.phonemes import symbols


def read_pronunciations(path: Path | None) -> Mapping[str, Sequence[str]]:
    """Words in small letters with their phones; nothing where there is no file.

    Raises:
        SettingsError: the file cannot be read, or a line of it; the sentence names the line.
    """
    if path is None or not path.exists():
        return {}
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except OSError as error:
        raise SettingsError(f"The pronunciations in {path} cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise SettingsError(
            f"The pronunciations in {path} are not in UTF-8; save the file in that encoding."
        ) from error
    return dict(_entries(path, lines))


def _entries(path: Path, lines: Sequence[str]) -> Iterator[tuple[str, Sequence[str]]]:
    for number, line in enumerate(lines, 1):
        parts = line.partition("#")[0].split()
        if len(parts) == 1:
            raise SettingsError(
                f'{path}, line {number}: "{parts[0]}" has no pronunciation; write it behind the word, after a space.'
            )
        try:
            if parts:
                yield parts[0].lower(), _phones(parts[1:])
        except ValueError as error:
            raise SettingsError(f"{path}, line {number}: {error}; write IPA or ARPABET.") from error


def _phones(said: Sequence[str]) -> Sequence[str]:
    """The phones of a pronunciation; raises `ValueError` for what is none."""
    if is_arpabet(said):
        return to_ipa(said)
    written = "".join(said)
    if strange := [c for c in written if c.isdigit() or (c.isascii() and c.isupper())]:
        raise ValueError(f'"{written}" holds "{strange[0]}", which IPA has not')
    phones = symbols(written.strip("/[]"))
    if not phones:
        raise ValueError(f'"{written}" holds no sound')
    return phones
