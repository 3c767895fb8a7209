"""Who has the floor while the assistant speaks: it gives way to whoever begins, and goes on if that was no turn.

somebody begins ─▶ give_way: words are held, a sound that was made is ducked
      nothing was said, a cough, "mm-hmm" ─▶ go_on, from the word that was cut off
      a turn ─▶ the session drops the reply
"""

import asyncio

from asr.base import EchoCanceller
from assistant.events import Heard, Resumed, Yielded
from assistant.overheard import Meaning, is_murmur, meaning, plain
from assistant.playback import Player
from assistant.ports import Screen

AROUND_S = (3.0, 0.5)
"""Words of a reply that sounded this long ago, or will so soon, may come back as its echo."""

UNSURE_S = 0.5
"""A first sign of speech is confirmed by the ears within this time, or was none."""


class Floor:
    """The floor of one conversation."""

    def __init__(self, player: Player, screen: Screen, wordless_s: float) -> None:
        self.player = player
        self.screen = screen
        self.wordless_s = wordless_s
        """A reply that gave way to what has not become words by then goes on."""
        self.free = asyncio.Event()
        """Set while the user is not speaking."""
        self.free.set()
        self.canceller: EchoCanceller | None = None
        self._yielded_at: float | None = None
        self._ducked = self._worded = self._sure = False

    @property
    def yielded(self) -> bool:
        """Whether a reply has given way and waits."""
        return self._yielded_at is not None

    def give_way(self, sure: bool = True) -> None:
        """Let somebody speak; to a first sign of it that is not `sure` only until it should have been confirmed."""
        if self._yielded_at is None:
            self._yielded_at = asyncio.get_running_loop().time()
            self._ducked, self._worded, self._sure = self.player.give_way(), False, False
            self.screen.show(Yielded(self._ducked))
        self._sure |= sure

    def go_on(self, reason: str) -> None:
        """What was said is no turn: the reply that gave way goes on."""
        if self._yielded_at is not None:
            self.player.go_on()
            self.screen.show(Resumed(asyncio.get_running_loop().time() - self._yielded_at, reason))
            self._yielded_at = None

    def dropped(self) -> None:
        """The reply is over, or was dropped."""
        self._yielded_at = None

    def guessed(self, text: str) -> None:
        """Words are being said over the reply: it gives way to them, also where it did not to their onset."""
        if plain(text) and self.meaning(text) in (Meaning.TURN, Meaning.STOP):
            self.give_way()
            self._worded = True

    def hold_on(self) -> None:
        """Look after a reply that gave way: nobody waits for ever for a sound to become words, and words that follow
        a sound that was ducked are held."""
        if self._yielded_at is None:
            return
        waited = asyncio.get_running_loop().time() - self._yielded_at
        if not self._sure and waited > UNSURE_S:
            self.go_on("no speech")
        elif not self._worded and waited > self.wordless_s:
            self.go_on("no words so far")
        elif self._ducked:
            self._ducked = self.player.give_way()

    def weighed(self, heard: Heard) -> Meaning:
        """What a turn over the reply means, by its words and by how well they were understood."""
        found = self.meaning(heard.text)
        unsure = found is Meaning.TURN and not self.player.asking() and is_murmur(heard)
        return Meaning.MURMUR if unsure else found

    def meaning(self, text: str) -> Meaning:
        """What words said over the reply mean."""
        trusted = self.canceller is not None and self.canceller.trusted
        return meaning(text, self.player.around(*AROUND_S), self.player.asking(), trusted)
