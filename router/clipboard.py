"""The clipboard: paths, a picture or a sound in it, by the desktop's own programs.

Wayland: wl-paste        X11: xclip        macOS: pbpaste, which knows text only
"""

import asyncio
import os
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from assistant.errors import TaskError
from router.paths import as_path, paths_in

MISSING = "I cannot look into the clipboard; wl-paste or xclip has to be installed, and a desktop to be running."
NOTHING = "There is no file, picture or sound in the clipboard."
LARGEST = 2**28
"""Bytes that are taken from it."""
TIMEOUT_S = 5.0

_TYPES = {
    "image/png": ".png",
    "image/jpeg": ".jpg",
    "image/webp": ".webp",
    "image/gif": ".gif",
    "image/bmp": ".bmp",
    "image/tiff": ".tiff",
    "audio/wav": ".wav",
    "audio/x-wav": ".wav",
    "audio/flac": ".flac",
    "audio/ogg": ".ogg",
    "audio/mpeg": ".mp3",
    "audio/mp4": ".m4a",
}
"""What may be in it besides paths, and how a file of it is called."""
_FILES = frozenset(("text/uri-list", "x-special/gnome-copied-files"))
_PATHS = ("text/uri-list", "x-special/gnome-copied-files", "text/plain;charset=utf-8", "text/plain", "UTF8_STRING")


@dataclass(frozen=True, slots=True)
class Clipboard:
    """The clipboard of the desktop that `environment` tells of."""

    environment: Mapping[str, str] = field(default_factory=lambda: dict(os.environ))

    async def files(self, folder: Path) -> list[Path]:
        """The files in it. A picture or a sound without a file is written into `folder` first.

        Raises:
            TaskError: it cannot be looked into, or there is nothing of the kind in it.
        """
        listed = (await self._output(self._lists())).decode(errors="replace")
        kinds = [kind.strip() for kind in listed.splitlines()]
        if _FILES.isdisjoint(kinds) and (kind := next((k for k in kinds if k in _TYPES), None)):
            return [await self._written(kind, folder)]
        text = await self._output(self._pastes(next((k for k in _PATHS if k in kinds), _PATHS[-1])))
        found = [path for line in text.decode(errors="replace").splitlines() for path in _paths(line)]
        if not found:
            raise TaskError(NOTHING)
        return list(dict.fromkeys(found))

    def _lists(self) -> Sequence[str]:
        """The program that lists the kinds of what is in it."""
        if paste := self._program("wl-paste", "WAYLAND_DISPLAY"):
            return (paste, "--list-types")
        if clip := self._program("xclip", "DISPLAY"):
            return (clip, "-selection", "clipboard", "-o", "-t", "TARGETS")
        if paste := self._program("pbpaste"):
            return (paste, "-Prefer", "none")
        raise TaskError(MISSING)

    def _pastes(self, kind: str) -> Sequence[str]:
        """The program that gives what is in it."""
        if paste := self._program("wl-paste", "WAYLAND_DISPLAY"):
            return (paste, "--no-newline", "--type", kind)
        if clip := self._program("xclip", "DISPLAY"):
            return (clip, "-selection", "clipboard", "-o", "-t", kind)
        return (self._program("pbpaste") or "pbpaste",)

    def _program(self, name: str, display: str = "") -> str | None:
        there = not display or self.environment.get(display)
        return shutil.which(name, path=self.environment.get("PATH")) if there else None

    async def _output(self, command: Sequence[str]) -> bytes:
        """What a program writes; nothing where it fails, as these do on an empty clipboard."""
        process = await asyncio.create_subprocess_exec(
            *command,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            env=dict(self.environment),
            limit=LARGEST,
        )
        try:
            out, _ = await asyncio.wait_for(process.communicate(), TIMEOUT_S)
        except TimeoutError as error:
            raise TaskError("The clipboard does not answer.") from error
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
        return out if process.returncode == 0 else b""

    async def _written(self, kind: str, folder: Path) -> Path:
        data = await self._output(self._pastes(kind))
        if not 0 < len(data) <= LARGEST:
            raise TaskError(NOTHING)
        try:
            return await asyncio.to_thread(_write, data, folder, _TYPES[kind])
        except OSError as error:
            raise TaskError("What is in the clipboard cannot be written down; is the disk full?") from error


def _write(data: bytes, folder: Path, suffix: str) -> Path:
    names = (f"clipboard{'' if n == 1 else f' {n}'}{suffix}" for n in range(1, 10_000))
    path = next(folder / name for name in names if not (folder / name).exists())
    path.write_bytes(data)
    return path


def _paths(line: str) -> list[Path]:
    """The files that a line of it names."""
    path = as_path(line) if line.strip() else None
    return [path] if path and path.is_file() else paths_in(line)
