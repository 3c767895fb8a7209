"""The dialogue so far (C in the paper): what the user said, and what of the replies was really heard."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class UserSaid:
    """A turn of the user."""

    text: str


@dataclass(frozen=True, slots=True)
class AssistantSaid:
    """A reply, as far as it left the loudspeaker."""

    text: str
    """The words that were heard to their end, and no others."""
    interrupted: bool = False
    played: tuple[str, ...] = ()
    """Names of the artifacts whose sound was begun."""


Turn = UserSaid | AssistantSaid


@dataclass(slots=True)
class History:
    """The turns, oldest first."""

    turns: list[Turn] = field(default_factory=list)

    def add(self, turn: Turn) -> None:
        """Append a turn."""
        self.turns.append(turn)

    def last_reply(self) -> AssistantSaid | None:
        """The latest reply of which anything was heard."""
        return next((t for t in reversed(self.turns) if isinstance(t, AssistantSaid) and (t.text or t.played)), None)
