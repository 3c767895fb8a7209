"""What is to be made: a plan that never changes."""

from dataclasses import dataclass

from models.sound.generation.grain import Style


@dataclass(frozen=True, slots=True)
class Layer:
    """One source in a scene."""

    source: str
    """Its name; "music" is not among the sources."""
    style: Style = Style()
    count: int = 0
    """How often it happens; 0: for as long as the layer lasts."""
    gain_db: float = 0.0
    every_s: float = 0.0
    """From one of them to the next; 0: as the source itself has it."""
    pan: tuple[float, ...] = (0.0, 0.0)
    """Where it is from its beginning to its end, at equal distances in time, from -1 (left) to 1 (right)."""
    far: float = 0.0
    """From 0 (close) to 1 (in the distance)."""
    muffled: bool = False
    swell_db: tuple[float, ...] = (0.0, 0.0, 0.0)
    """By how much it is louder from its beginning to its end, at equal distances in time."""
    fades_s: tuple[float, float] = (0.0, 0.0)
    """How long it comes out of silence and goes back into it; 0: at once."""
    background: bool = False
    later: float = 0.0
    """After which share of its step it begins."""
    start_s: float = 0.0
    seconds: float = 0.0
    told: str = ""
    """As it is said: "thunder in the distance"."""

    @property
    def end_s(self) -> float:
        """When it ends."""
        return self.start_s + self.seconds


@dataclass(frozen=True, slots=True)
class Step:
    """What sounds together, before the next step."""

    layers: tuple[Layer, ...]
    seconds: float | None = None
    """How long it was said to last."""


@dataclass(frozen=True, slots=True)
class Wish:
    """A request that was read, its times still open."""

    steps: tuple[Step, ...]
    seconds: float | None = None
    """Of all of it."""
    room: str = ""
    loop: bool = False
    seed: int | None = None
    left_out: tuple[str, ...] = ()
    """Words for sounds that are not known."""
    unread: tuple[str, ...] = ()
    """Words beside known ones that nothing fits."""
    music: str = ""
    """The words that music is asked for with; empty for none."""


@dataclass(frozen=True, slots=True)
class Scene:
    """A plan: which layers sound when."""

    layers: tuple[Layer, ...]
    seconds: float
    seed: int
    room: str = ""
    loop: bool = False
    music: str = ""
