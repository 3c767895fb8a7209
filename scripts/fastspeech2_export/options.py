"""What the export is told."""

from dataclasses import dataclass

import torch

from assistant.errors import SettingsError

FLAGS = {"speaker": "speaker", "language": "language-id"}
"""What is chosen of several, and the flag for it."""


@dataclass(frozen=True, slots=True)
class ExportOptions:
    """Which model becomes which voice."""

    source: str
    """A folder, or a tag of the model hub."""
    vocoder: str = ""
    """The same, or a file of weights; empty where the model has its own."""
    tokenizer: str = ""
    """Where transformers' list of phones is, if not with the model."""
    speaker: int | None = None
    """Which speaker of a model of several."""
    language: int | None = None
    """Which language of a model of several."""
    rate: int | None = None
    """Hertz, where the model does not say."""

    def row(self, what: str, table: torch.Tensor | None) -> torch.Tensor | None:
        """The vector of the speaker or language that is chosen, from a table of shape (count, d); None without a table.

        Raises:
            SettingsError: none is chosen, or one that is not there.
        """
        wanted = self.speaker if what == "speaker" else self.language
        if table is None:
            return None
        if wanted is None or not 0 <= wanted < len(table):
            raise SettingsError(
                f"{self.source} has {len(table)} {what}s; choose one: --{FLAGS[what]} 0 to {len(table) - 1}."
            )
        return table[wanted].detach()
