"""Public diffusion models that make sound, as diffusers has them: what they are, without loading them."""

from collections.abc import Mapping
from dataclasses import dataclass

from models.base import Card, Json

FILES = ("model_index.json", "*/*.json", "*/*.txt", "*/*.safetensors")
"""What diffusers reads of a pipeline; what lies beside its folders is the same in other formats."""
LDM_LICENCE = "CC-BY-NC-SA-4.0"
STABILITY = "Stability AI Community"
"""It is free for those who earn little, and asks the others for an agreement; the hub wants its terms accepted."""


@dataclass(frozen=True, slots=True)
class PublicDiffusion:
    """Weights, and the engines that use them."""

    name: str
    """Of the weights, and of the engine that makes sound from words."""
    repo: str
    size_mb: int
    host_mb: float
    about: str
    licence: str
    options: Mapping[str, Json]
    """Of both engines."""
    tries: int = 1
    """Of the engine that makes sound from words."""
    inpaints: bool = True
    """Whether it is used for a part of a recording too."""

    @property
    def use(self) -> str:
        """As settings."""
        also = f' or models.engines.inpaint_audio = "{self.name}-inpaint"' if self.inpaints else ""
        return f'models.engines.generate_audio = "{self.name}"{also}'

    def card(self, task: str) -> Card:
        """Of the engine for a task."""
        generates = task == "generate_audio"
        return Card(
            self.name if generates else f"{self.name}-inpaint",
            task,
            "model",
            self.about if generates else f"{self.about}, for a part of a recording",
            self.licence,
            commercial=False,
            source=self.repo,
            host_mb=self.host_mb,
        )


_LDM: Mapping[str, Json] = {"steps": 50, "guidance": 3.5}
_STABLE: Mapping[str, Json] = {"steps": 100, "guidance": 7.0}

DIFFUSION: tuple[PublicDiffusion, ...] = (
    PublicDiffusion(
        "audioldm2",
        "cvssp/audioldm2",
        4500,
        5500.0,
        "AudioLDM 2, 1.1 billion parameters, sound and music at 16 kHz from words",
        LDM_LICENCE,
        _LDM,
        tries=3,
    ),
    PublicDiffusion(
        "audioldm2-large",
        "cvssp/audioldm2-large",
        6000,
        7000.0,
        "AudioLDM 2 large, 1.5 billion parameters, sound and music at 16 kHz from words",
        LDM_LICENCE,
        _LDM,
        tries=3,
    ),
    PublicDiffusion(
        "audioldm2-music",
        "cvssp/audioldm2-music",
        4500,
        5500.0,
        "AudioLDM 2 for music, 1.1 billion parameters, at 16 kHz from words",
        LDM_LICENCE,
        _LDM,
        tries=3,
        inpaints=False,
    ),
    PublicDiffusion(
        "stable-audio-open",
        "stabilityai/stable-audio-open-1.0",
        5300,
        6500.0,
        "Stable Audio Open, 1.2 billion parameters, stereo at 44.1 kHz from words",
        STABILITY,
        _STABLE,
    ),
)
