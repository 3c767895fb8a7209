"""Another copy of a shared library that this process has loaded, for when the first one can no longer be used."""

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

MAPS = Path("/proc/self/maps")


Library = TypeVar("Library")


def second_copy(name: str, load: Callable[[str], Library]) -> Library:
    """Load the library whose file's name begins so once more; it shares nothing with the first.

    Raises:
        OSError: it is not loaded, or cannot be copied or loaded; always where there is no /proc.
    """
    loaded = (Path(line.split(maxsplit=5)[-1]) for line in MAPS.read_text().splitlines() if "/" in line)
    path = next((path for path in loaded if path.name.startswith(name)), None)
    if path is None:
        raise OSError(f"no library {name} is loaded")
    # The system takes a file that it has loaded for the same library; a copy it does not know.
    with tempfile.NamedTemporaryFile(suffix=".so") as copy:
        copy.write(path.read_bytes())
        copy.flush()
        return load(copy.name)
