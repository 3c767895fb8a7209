"""All the sounds that can be made. Where the words of two fit, the longer ones win."""

from models.sound.generation import composing
from models.sound.generation.source import Source
from models.sound.generation.sources_animals import ANIMALS, BIRDS, INSECTS
from models.sound.generation.sources_machines import MACHINES
from models.sound.generation.sources_nature import FIRE, WATER, WEATHER
from models.sound.generation.sources_people import HOME, PEOPLE
from models.sound.generation.sources_signals import IMPACTS, SIGNALS

MUSIC = Source("music", "music", r"(?!)", composing.music)
"""Its words are read by `music_words`."""
SOURCES: tuple[Source, ...] = (
    *(*WEATHER, *WATER, *FIRE, *ANIMALS, *BIRDS, *INSECTS),
    *(*PEOPLE, *HOME, *SIGNALS, *MACHINES, *IMPACTS),
)
"""Those that are known by words of their own."""
BY_NAME = {source.name: source for source in (*SOURCES, MUSIC)}
MASSES = frozenset(source.name for source in (*WEATHER, *WATER, *FIRE)) | {
    "murmur",
    "applause",
    "laughter",
    "footsteps",
}
"""What goes on as a whole, and is no kind of anything else."""
AGENTS = frozenset(source.name for source in (*ANIMALS, *BIRDS, *PEOPLE, *MACHINES))
"""Who does something: of "people clapping" what they do is heard, and not they."""
