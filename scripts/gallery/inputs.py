"""What is given along with the queries: sounds by our own voices and our own rules, and pictures that are drawn here.

Nothing in it was recorded: whoever looks at the gallery may do with it what they like.
"""

from collections.abc import Callable
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

from assistant.audio import Samples
from assistant.events import Manner
from assistant.resample import resample
from assistant.workspace import write_wav
from models.sound.generation.arranging import arranged
from models.sound.generation.grain import RATE
from models.sound.generation.mixer import pieces
from models.sound.generation.reader import read
from tts.ensemble import Ensemble

SEED = 7
SIDE = 320
"""Points of a picture."""
HISS_DB = -4.0
"""Of the noise over speech, under the speech."""
LEVEL = 0.1
"""Root mean square of what is mixed."""


class Inputs:
    """Makes what is given, each once."""

    def __init__(self, folder: Path, voices: Ensemble) -> None:
        self.folder = folder
        self._voices = voices

    def made(self, name: str) -> Path:
        """The file of this name, such as "two people"."""
        kind = "png" if name in PICTURES else "wav"
        path = self.folder / f"{name.replace(' ', '-')}.{kind}"
        if not path.exists():
            self.folder.mkdir(parents=True, exist_ok=True)
            if kind == "png":
                PICTURES[name]().save(path)
            else:
                write_wav(path, _limited(SOUNDS[name](self)), RATE)
        return path

    def said(self, text: str, voice: str, pitch: float = 0.0, speed: float = 1.0) -> Samples:
        """A text by one of our voices, shape (n,) at `RATE`."""
        spoken = self._voices.speak(text, Manner(voice=voice, pitch=pitch, speed=speed))
        return _levelled(resample(spoken.samples, spoken.rate, RATE))


def rule_made(text: str, seconds: float) -> Samples:
    """A sound by the rules of `models.sound.generation`, one channel."""
    scene = arranged(read(text), seconds, SEED)
    return _levelled(np.concatenate(list(pieces(scene))).mean(axis=1))


def _after(silence_s: float, samples: Samples) -> Samples:
    return np.concatenate([np.zeros(round(silence_s * RATE), np.float32), samples])


def _mixed(*sounds: Samples) -> Samples:
    size = max(map(len, sounds))
    return np.asarray(np.sum([np.pad(sound, (0, size - len(sound))) for sound in sounds], axis=0, dtype=np.float32))


def _levelled(samples: Samples) -> Samples:
    level = float(np.sqrt(np.mean(np.square(samples)))) or 1.0
    return (samples * (LEVEL / level)).astype(np.float32)


def _limited(samples: Samples) -> Samples:
    return samples * np.float32(min(1.0, 0.9 / max(float(np.abs(samples).max()), 1e-6)))


def _dog_and_speech(inputs: Inputs) -> Samples:
    speech = inputs.said("The children are playing in the garden.", "lj")
    return _mixed(rule_made("a dog barks three times", 2.5), _after(3.0, speech))


def _keyboard(inputs: Inputs) -> Samples:
    return _after(1.9, rule_made("typing on a keyboard", 3.0))


def _explosion(inputs: Inputs) -> Samples:
    return _mixed(np.float32(0.4) * rule_made("rain", 6.0), _after(2.0, rule_made("an explosion", 4.0)))


def _two_people(inputs: Inputs) -> Samples:
    first = inputs.said("We had rain all week, and the river is very high.", "lj")
    second = inputs.said("My train leaves the station at a quarter past nine.", "espeak", -3.0)
    return _mixed(first, second)


def _noisy_speech(inputs: Inputs) -> Samples:
    speech = inputs.said("The meeting was moved to the second floor.", "lj")
    hiss = np.random.default_rng(SEED).normal(0, LEVEL, len(speech) + RATE).astype(np.float32)
    return _mixed(_after(0.5, speech), hiss * np.float32(10 ** (HISS_DB / 20)))


SOUNDS: dict[str, Callable[[Inputs], Samples]] = {
    "rain": lambda inputs: rule_made("heavy rain", 5.0),
    "dog and speech": _dog_and_speech,
    "keyboard": _keyboard,
    "explosion": _explosion,
    "rooster": lambda inputs: rule_made("a rooster", 5.0),
    "two people": _two_people,
    "noisy speech": _noisy_speech,
    "a man": lambda inputs: inputs.said(
        "The first snow fell in the night, and nobody had expected it.", "espeak", -4.0
    ),
    "words": lambda inputs: inputs.said("Good evening. It will be mild and dry tomorrow.", "lj"),
    "algeria": lambda inputs: inputs.said("It can be found in Algeria, Lebanon, Portugal and Spain.", "lj"),
}


def _shaded(top: tuple[int, int, int], bottom: tuple[int, int, int], height: int) -> Image.Image:
    share = np.linspace(0.0, 1.0, height)[:, None, None]
    rows = (1 - share) * np.array(top) + share * np.array(bottom)
    return Image.fromarray(np.repeat(rows, SIDE, axis=1).astype(np.uint8))


def _beach() -> Image.Image:
    picture = Image.new("RGB", (SIDE, SIDE))
    picture.paste(_shaded((90, 155, 225), (190, 220, 245), 150), (0, 0))
    picture.paste(_shaded((20, 90, 150), (70, 160, 190), 100), (0, 150))
    picture.paste(_shaded((225, 205, 150), (240, 220, 170), 70), (0, 250))
    draw = ImageDraw.Draw(picture)
    draw.ellipse((230, 30, 280, 80), fill=(255, 240, 170))
    for place in range(24):
        left, top = (place * 67) % SIDE, 160 + (place * 29) % 84
        draw.line((left, top, left + 26, top), fill=(200, 230, 240), width=2)
    draw.line([(x, 250 + round(5 * np.sin(x / 22))) for x in range(SIDE)], fill=(255, 255, 255), width=5)
    return picture


def _camp_fire() -> Image.Image:
    picture = _shaded((8, 10, 30), (30, 25, 30), SIDE)
    draw = ImageDraw.Draw(picture)
    for place in range(40):
        left, top = (place * 97) % SIDE, (place * 53) % 140
        draw.ellipse((left, top, left + 2, top + 2), fill=(230, 230, 210))
    draw.rectangle((0, 270, SIDE, SIDE), fill=(35, 28, 20))
    draw.line((105, 282, 215, 262), fill=(90, 55, 30), width=14)
    draw.line((105, 262, 215, 282), fill=(80, 48, 26), width=14)
    for half, tall, colour in ((52, 130, (220, 70, 20)), (38, 95, (245, 140, 30)), (22, 60, (255, 225, 110))):
        draw.polygon([(160 - half, 265), (150, 265 - tall), (172, 240 - tall // 2), (160 + half, 265)], fill=colour)
    return picture


PICTURES: dict[str, Callable[[], Image.Image]] = {"picture": _beach, "camp fire": _camp_fire}
