"""What several test files share because it takes long to make."""

from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def checkpoint(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small Whisper in the public format, trained here on a few sentences."""
    from tests.whisper_checkpoint import make_checkpoint

    return make_checkpoint(tmp_path_factory.mktemp("whisper"))
