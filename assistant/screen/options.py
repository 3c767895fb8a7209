"""What may be chosen about the screen."""

from dataclasses import dataclass
from typing import Literal, TypeAlias

ImagesChoice: TypeAlias = Literal["auto", "kitty", "iterm", "sixel", "blocks", "none"]


@dataclass(frozen=True, slots=True)
class ScreenOptions:
    """How pictures are shown in a terminal."""

    images: ImagesChoice = "auto"
    """What the terminal understands: `kitty` is the protocol of kitty and Ghostty, `iterm` that of iTerm2 and WezTerm,
    `sixel` is for foot, Konsole, mintty and mlterm. `blocks` are pictures made of letters, which show everywhere;
    `none` shows the path alone. `auto` goes by what the terminal says of itself in the environment, and draws blocks
    inside tmux and screen, where it is not certain that an image would arrive. A protocol that is named is used there
    too; tmux must have `allow-passthrough on`."""
    picture_lines: int = 12
    """How many lines a picture takes at most."""
