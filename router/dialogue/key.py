"""The key of a language model's server: read, checked, and shown to nobody."""

import logging
import os
import stat
from pathlib import Path

from assistant.errors import EngineMissing
from router.dialogue.options import OpenAIOptions

NO_KEY = "not-needed"
"""Sent to a server of one's own where no key is set; the SDK insists on one."""

_log = logging.getLogger(__name__)


def find_key(options: OpenAIOptions) -> str:
    """The key from the file or the environment, or `NO_KEY` for a server that may need none.

    Raises:
        EngineMissing: the file cannot be read, what is there can be no key, or OpenAI's own server is to be asked
            without one.
    """
    if options.api_key_file is not None:
        return _checked(_read(options.api_key_file), f"the file {options.api_key_file}")
    if key := os.environ.get(options.api_key_env, "").strip():
        return _checked(key, options.api_key_env)
    if not options.base_url:
        raise EngineMissing(
            f"The language model needs a key: set {options.api_key_env}, or set base_url to a server of yours."
        )
    return NO_KEY


def key_place(options: OpenAIOptions) -> str:
    """Where the key comes from, for a sentence."""
    return options.api_key_env if options.api_key_file is None else f"the file {options.api_key_file.name}"


def _read(path: Path) -> str:
    try:
        mode = path.stat().st_mode
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is no text"
        raise EngineMissing(f"The key for the language model cannot be read from {path}: {reason}.") from None
    if os.name == "posix" and mode & (stat.S_IRWXG | stat.S_IRWXO):
        _log.warning("Others can get at the key in %s; run chmod 600 on it.", path)
    return text.strip()


def _checked(key: str, place: str) -> str:
    """The key, if a header of HTTP can carry it."""
    if not key or not key.isascii() or not key.isprintable() or " " in key:
        raise EngineMissing(f"What is in {place} is no key: it must be one word of plain letters, digits and marks.")
    return key
