"""How the dialogue engines are tuned. Kept apart from them, so that settings can be read without their libraries."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class OpenAIOptions:
    """A chat-completions server: OpenAI's own, or any that speaks its protocol."""

    model: str = "gpt-4.1-mini"
    base_url: str = ""
    """Such as http://localhost:11434/v1; empty for OpenAI's own."""
    api_key_env: str = "OPENAI_API_KEY"
    """The environment variable that holds the key. A server of one's own may need none."""
    temperature: float | None = 0.0
    """None leaves it to the server; some models accept no other."""
    max_tokens: int = 2048
    """The longest reply."""
    history_tokens: int = 4096
    """How much of the dialogue is sent along, by a careful estimate."""
    timeout_s: float = 15.0
    """How long the server may be silent, before its reply or within it."""

    @property
    def configured(self) -> bool:
        """Whether a server was named. A key alone does not count: it may be there for other programs."""
        return bool(self.base_url)
