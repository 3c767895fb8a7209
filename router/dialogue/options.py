"""How the dialogue engines are tuned. Kept apart from them, so that settings can be read without their libraries."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal


@dataclass(frozen=True, slots=True)
class OpenAIOptions:
    """A chat-completions server: OpenAI's own, or any that speaks its protocol."""

    model: str = "gpt-4.1-mini"
    base_url: str = ""
    """Such as http://localhost:11434/v1; empty for OpenAI's own."""
    api_key_env: str = "OPENAI_API_KEY"
    """The environment variable that holds the key. A server of one's own may need none."""
    api_key_file: Path | None = None
    """A file that holds the key and nothing else, readable by you alone; it goes before the variable."""
    temperature: float | None = 0.0
    """None leaves it to the server; some models accept no other."""
    max_tokens: int = 2048
    """The longest reply."""
    history_tokens: int = 4096
    """How much of the dialogue is sent along, by a careful estimate."""
    summarize: bool = True
    """Have the model condense what of a long dialogue no longer fits; otherwise it is left out."""
    tool_calls: Literal["native", "written"] = "native"
    """How tasks are called: by the protocol, or as text for a model or server that does not know tools. A server that
    says so is understood without this setting."""
    parallel_calls: bool = True
    """Whether the model may call several tasks at once."""
    sees: bool = False
    """Whether the model can see: where a turn is about a picture, the newest one is sent along, at most 512 points
    wide and high."""
    timeout_s: float = 15.0
    """How long the server may be silent before its reply."""
    stall_s: float = 8.0
    """How long it may be silent within its reply."""
    retries: int = 2
    """How often a request is tried again that failed before anything came of it."""
    retry_wait_s: float = 2.0
    """The longest pause before that. A server that wants a longer one is not asked again in this turn."""
    turn_budget_s: float = 60.0
    """How long one turn may wait for the server, all its requests together."""
    turn_tokens: int = 100_000
    """How many tokens one turn may read and write, all its requests together."""
    turn_calls: int = 12
    """How many tasks one turn may call."""

    @property
    def configured(self) -> bool:
        """Whether a server was named. A key alone does not count: it may be there for other programs."""
        return bool(self.base_url)
