"""What both evaluations share: the engine that is measured, and conversations for it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from assistant.arguments import EvalArguments
from assistant.workspace import Workspace
from config.fit import Written
from config.given import Given
from config.settings import Settings
from config.tree import build

HERE = Path(__file__).parent
"""Where the data is that comes with Earshot."""


def with_engine(settings: Settings, arguments: EvalArguments) -> Settings:
    """The settings with the dialogue engine that is to be measured.

    Raises:
        SettingsError: there is none of this name.
    """
    if arguments.engine is None:
        return settings
    return build(settings, [Given(("dialogue",), Written(arguments.engine, True), "--engine")])


class Sessions:
    """Session after session in a folder that goes away."""

    def __init__(self, root: Path) -> None:
        self.files = root / "files"
        self.files.mkdir()
        self._root, self._count = root, 0

    @classmethod
    @contextmanager
    def temporary(cls) -> "Iterator[Sessions]":
        """For as long as the context lasts."""
        with TemporaryDirectory(prefix="earshot-") as folder:
            yield cls(Path(folder))

    def new(self) -> Workspace:
        """An empty session."""
        self._count += 1
        return Workspace(self._root / f"session-{self._count}")
