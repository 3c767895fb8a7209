"""Moods in which something is to be spoken: "angrily", "in a sad tone", "as if you were tired", "with joy".

Nobody here can act: each mood is the pace, pitch, melody and loudness that people have in it, and it is said so.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from router.numerals import words
from router.speech import Directions

Change: TypeAlias = Callable[[Directions, "re.Match[str]"], Directions]
NO_MOOD = "I cannot act a mood; this only comes near it."
NO_ACTING = "I cannot act that, so this is my usual way of speaking."


@dataclass(frozen=True, slots=True)
class Mood:
    """How people speak in a mood, relative to their usual way."""

    adjectives: tuple[str, ...]
    nouns: tuple[str, ...]
    speed: float = 1.0
    pitch: float = 0.0
    """Semitones."""
    gain_db: float = 0.0
    melody: float = 1.0

    def change(self, so: Directions, strength: float = 1.0) -> Directions:
        """With this mood, more or less of it."""
        so = so.faster(self.speed**strength).higher(round(self.pitch * strength, 2))
        so = so.louder(round(self.gain_db * strength, 1)).livelier(self.melody**strength)
        return so.told(NO_MOOD)


def _mood(adjectives: str, nouns: str, **so: float) -> Mood:
    return Mood(words(adjectives), words(nouns), **so)


MOODS: Sequence[Mood] = (
    _mood(
        "angry furious mad enraged annoyed irritated cross aggressive outraged grumpy stern strict",
        "anger rage fury annoyance",
        speed=1.12, pitch=-1.0, gain_db=5.0, melody=1.3,
    ),
    _mood(
        "sad sorrowful gloomy unhappy melancholic melancholy mournful depressed heartbroken tearful miserable",
        "sadness sorrow grief melancholy tears",
        speed=0.82, pitch=-1.5, gain_db=-2.0, melody=0.6,
    ),
    _mood(
        "happy cheerful joyful joyous glad merry jolly upbeat delighted playful friendly bright sunny amused",
        "joy happiness cheer delight cheerfulness",
        speed=1.08, pitch=1.5, gain_db=1.0, melody=1.5,
    ),
    _mood(
        "excited enthusiastic thrilled eager ecstatic passionate hyper",
        "excitement enthusiasm passion",
        speed=1.18, pitch=2.0, gain_db=3.0, melody=1.7,
    ),
    _mood(
        "afraid scared frightened fearful terrified nervous anxious worried panicked shy",
        "fear terror panic worry anxiety",
        speed=1.15, pitch=2.0, gain_db=-2.0, melody=0.8,
    ),
    _mood("surprised amazed astonished shocked", "surprise amazement astonishment wonder", pitch=2.0, melody=1.8),
    _mood(
        "tired sleepy exhausted weary bored drowsy lazy drunk", "tiredness boredom exhaustion", speed=0.78,
        pitch=-1.5, gain_db=-3.0, melody=0.5,
    ),
    _mood(
        "serious solemn grave formal important official dramatic epic proud heroic",
        "gravity solemnity drama pride authority",
        speed=0.88, pitch=-1.5, gain_db=1.0, melody=1.1,
    ),
    _mood(
        "mysterious spooky scary creepy eerie ghostly sinister evil menacing", "mystery menace suspense", speed=0.78,
        pitch=-3.0, gain_db=-3.0, melody=0.8,
    ),
    _mood(
        "tender loving romantic affectionate warm kind caring compassionate sweet",
        "love tenderness affection warmth compassion",
        speed=0.9, gain_db=-3.0, melody=1.1,
    ),
)  # fmt: skip
BY_ADJECTIVE: Mapping[str, Mood] = {word: mood for mood in MOODS for word in mood.adjectives}
_BY_NOUN = {word: mood for mood in MOODS for word in mood.nouns}
_ADVERBS = words(
    "angrily furiously madly aggressively grumpily sternly sadly sorrowfully gloomily mournfully happily cheerfully "
    "joyfully joyously gladly merrily playfully excitedly enthusiastically eagerly passionately fearfully nervously "
    "anxiously surprisedly tiredly sleepily wearily lazily seriously solemnly gravely formally dramatically proudly "
    "mysteriously spookily eerily tenderly lovingly romantically affectionately warmly sweetly"
)
STRENGTHS: Mapping[str, float] = {
    **dict.fromkeys(("very", "really", "extremely", "super", "incredibly", "terribly", "so", "much"), 1.6),
    **dict.fromkeys(("slightly", "little", "bit", "somewhat", "touch"), 0.5),
}
"""What words before another make of it."""
HOW = (
    rf"(?:(?:an? (?:little |tiny )?(?:bit|little|touch) |more |quite |rather |pretty )?(?:(?:{'|'.join(STRENGTHS)}) )*)"
)


def strength(said: str) -> float:
    """How strong "very" or "a little" before a word makes it."""
    return next((STRENGTHS[word] for word in re.findall(r"\w+", said.lower()) if word in STRENGTHS), 1.0)


def _stem(word: str) -> Mood:
    """The mood of an adverb: "angrily" has the adjective that begins as it does."""
    return next(
        mood for end in range(len(word), 2, -1) for one, mood in BY_ADJECTIVE.items() if one[:end] == word[:end]
    )


def _in_mood(so: Directions, found: re.Match[str]) -> Directions:
    given = found.groupdict()
    said, noun, adverb = ((given.get(name) or "").lower() for name in ("mood", "feeling", "adverb"))
    mood = BY_ADJECTIVE.get(said) or _BY_NOUN.get(noun) or _stem(adverb)
    return mood.change(so, strength(found.group()))


def _unacted(so: Directions, _: re.Match[str]) -> Directions:
    return so.told(NO_ACTING)


_ADJECTIVE = rf"(?P<mood>{'|'.join(BY_ADJECTIVE)})"
_NOUN = rf"(?P<feeling>{'|'.join(_BY_NOUN)})"
_WHO = r"(?:you|he|she|they|i|we|it|somebody|someone|one|a person|somebody who|someone who|the speaker|your voice)"
_BEING = (
    r"(?:'re|'s| were| was| are| is| be| feel| feels| felt| sound| sounds| sounded| had been| have been)"
    r"(?: (?:being|feeling|getting))?"
)
_PERSON = r"(?:person|one|teacher|mother|father|parent|boss|judge|priest|ghost|friend|customer|teenager)"
RULES: Sequence[tuple[str, Change]] = (
    (rf"{HOW}(?P<adverb>{'|'.join(_ADVERBS)})", _in_mood),
    (rf"(?:as if|as though|like) {_WHO}{_BEING} {HOW}{_ADJECTIVE}", _in_mood),
    (rf"(?:sounding|feeling|being|sound|and be|and sound) {HOW}{_ADJECTIVE}", _in_mood),
    (rf"(?:as|like) an? {HOW}{_ADJECTIVE} {_PERSON}", _in_mood),
    (
        r"(?:with|in|full of|filled with|out of) "
        r"(?:a lot of |lots of |great |some |much |deep |pure |a touch of |a bit of )?"
        rf"{_NOUN}(?: in (?:your|the|her|his) voice)?",
        _in_mood,
    ),
    (r"(?:as if|as though) you (?:were|are|was|had|have|would|could)(?: [\w'-]+){1,6}", _unacted),
    (r"like you (?:were|are)(?: [\w'-]+){1,5}", _unacted),
)  # fmt: skip
"""What each way of saying it does."""
