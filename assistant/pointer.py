"""Which word of a reply sounds now, for the screen."""

import asyncio
from collections.abc import Callable

from assistant.events import Speaking
from assistant.playback import Player
from assistant.ports import Screen

POINTER_S = 0.05
"""How often it is looked which word sounds."""


async def point_at_words(player: Player, screen: Screen, look: Callable[[], None]) -> None:
    """Keep the screen at the word that sounds, until cancelled; `look` is called each time."""
    shown: Speaking | None = None
    while True:
        words = tuple(word.text for word, _, _ in player.playing.words)
        speaking = Speaking(words, player.speaking())
        if words and speaking != shown:
            screen.show(shown := speaking)
        look()
        await asyncio.sleep(POINTER_S)
