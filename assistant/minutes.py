"""What is put on record of a conversation: in the history, for what comes, and in the transcript, for people.

A turn is kept when it is certain, and what was heard of its answer when that is over. Who goes on before anything of
the answer was heard had not been done: both parts become one turn.
"""

from dataclasses import replace

import numpy as np

from assistant.audio import RATE, silence
from assistant.events import Heard
from assistant.history import AssistantSaid, UserSaid
from router.task import Context


class Minutes:
    """The record of one conversation."""

    def __init__(self, context: Context, rejoin_s: float) -> None:
        self.context = context
        self.rejoin_s = rejoin_s
        """Who goes on within this time had not been done."""
        self.unanswered: Heard | None = None
        """The last turn, where nothing of its answer was heard."""

    def rejoined(self, heard: Heard) -> Heard:
        """With what was said just before it, where that has had no answer."""
        before = self.unanswered
        if before is None or heard.started - before.ended > self.rejoin_s:
            return heard
        return rejoined(before, heard)

    def keep(self, heard: Heard) -> None:
        """Remember what was said; a turn in two parts replaces its first part."""
        before = self.unanswered
        if before is not None and heard.started == before.started:
            self.context.history.turns.pop()
            self.context.recordings.pop()
        elif before is not None:
            self._note("you", before.text)
        self.unanswered = None
        self.context.history.add(UserSaid(heard.text))
        self.context.recordings.append(heard)

    def answered(self, heard: Heard, said: AssistantSaid) -> None:
        """Remember a turn's answer, as far as it was heard."""
        self._note("you", heard.text)
        self.told(said)

    def told(self, said: AssistantSaid) -> None:
        """Remember what the assistant said of its own accord, as far as it was heard."""
        self.context.history.add(said)
        self._note("earshot", said.text + (" —" if said.interrupted else ""))

    def close(self) -> None:
        """Put the last turn on record, if it was not answered any more."""
        if self.unanswered is not None:
            self._note("you", self.unanswered.text)

    def _note(self, who: str, text: str) -> None:
        self.context.workspace.note_turn(who, text)


def rejoined(first: Heard, second: Heard) -> Heard:
    """Two parts of a turn as one."""
    gap = silence(max(0.0, second.started - first.ended), RATE)
    return replace(
        second,
        text=f"{first.text} {second.text}",
        started=first.started,
        audio=np.concatenate((first.audio, gap, second.audio)),
    )
