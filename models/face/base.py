"""What a face is: something that can be shown in any pose."""

from typing import Protocol

from models.face.motion import Pose
from models.face.sampling import Picture


class Face(Protocol):
    """Shown frame by frame."""

    size: tuple[int, int]
    """Width and height of its pictures, both even."""

    def frame(self, pose: Pose) -> Picture:
        """The face in a pose, RGB of shape (height, width, 3)."""
