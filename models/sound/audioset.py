"""How the 527 sounds of AudioSet (Gemmeke et al. 2017) are called aloud.

Several of its names are one sound to whoever listens ("Bark", "Bow-wow"), and some tell hardly anything ("Sound
effect", "Inside, small room"). Where the embedded network knows a sound too, it is called as there.
"""

from collections.abc import Mapping, Sequence

import numpy as np

from models.sound.stretches import Rows

SAID: Mapping[str, str] = {
    **dict.fromkeys(("Dog", "Bark", "Yip", "Bow-wow", "Growling", "Whimper (dog)", "Howl"), "dog"),
    **dict.fromkeys(("Rain", "Raindrop", "Rain on surface"), "rain"),
    **dict.fromkeys(("Ocean", "Waves, surf"), "sea waves"),
    "Baby cry, infant cry": "crying baby",
    **dict.fromkeys(("Clock", "Tick", "Tick-tock"), "clock ticking"),
    "Sneeze": "sneezing",
    "Chainsaw": "chainsaw",
    "Helicopter": "helicopter",
    "Crowing, cock-a-doodle-doo": "rooster",
    "Fire": "crackling fire",
    **dict.fromkeys(
        (
            *("Speech", "Male speech, man speaking", "Female speech, woman speaking", "Child speech, kid speaking"),
            *("Conversation", "Narration, monologue"),
        ),
        "speech",
    ),
    **dict.fromkeys(("Cat", "Meow", "Purr", "Caterwaul"), "cat"),
    **dict.fromkeys(("Thunderstorm", "Thunder"), "thunder"),
    **dict.fromkeys(("Typing", "Computer keyboard"), "keyboard"),
    **dict.fromkeys(("Telephone", "Telephone bell ringing", "Ringtone"), "telephone"),
    **dict.fromkeys(("Wind", "Wind noise (microphone)", "Rustling leaves"), "wind"),
}
"""Those that are not called by the first of their own names."""
UNSAID = frozenset(
    (
        *("Silence", "Noise", "Environmental noise", "Sound effect", "Sounds of things", "Field recording"),
        *("Inside, small room", "Inside, large room or hall", "Inside, public space", "Reverberation", "Echo"),
        *("Outside, urban or manmade", "Outside, rural or natural", "Animal", "Domestic animals, pets"),
        *("Livestock, farm animals, working animals", "Wild animals", "Vehicle", "Tools", "Power tool", "Mechanisms"),
        *("Domestic sounds, home sounds", "Human sounds", "Human voice", "Hubbub, speech noise, speech babble"),
        *("Generic impact sounds", "Television", "Radio", "Speech synthesizer", "Distortion", "Static"),
    )
)
"""Those that tell nothing, or where the sound was recorded and not what it is."""


def said(name: str) -> str:
    """A sound as it is called aloud; empty for what is not told.

    Names of other tables than AudioSet's pass too: the first of several is taken, in small letters.
    """
    if name in UNSAID:
        return ""
    first = SAID.get(name) or name.split(",")[0].split("(")[0]
    return first.replace("_", " ").strip().lower()


class Vocabulary:
    """The sounds of a network as they are called aloud."""

    def __init__(self, names: Sequence[str]) -> None:
        """`names` are the network's own, in its order."""
        called = [said(name) for name in names]
        self.labels = tuple(dict.fromkeys(label for label in called if label))
        self._columns = [[k for k, one in enumerate(called) if one == label] for label in self.labels]

    def merged(self, likely: Rows) -> Rows:
        """How likely each label is, of the names for it the likeliest: (n, names) → (n, labels)."""
        parts = [likely[:, columns].max(axis=1) for columns in self._columns]
        return np.stack(parts, axis=1) if parts else likely[:, :0]
