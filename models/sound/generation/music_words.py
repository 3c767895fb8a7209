"""The words that music is asked for with: mood, tempo, key, scale, metre, instruments."""

import re
from dataclasses import dataclass

INSTRUMENTS: tuple[tuple[str, str], ...] = (
    ("piano", r"pianos?|keys"),
    ("guitar", r"guitars?|ukuleles?|banjos?|lutes?|mandolins?"),
    ("harp", r"harps?"),
    ("strings", r"strings?|violins?|cellos?|orchestra(?:l)?|violas?|fiddles?"),
    ("flute", r"flutes?|recorders?|panpipes?|whistle tune"),
    ("organ", r"(?<!mouth )organs?|harmonium"),
    ("accordion", r"accordions?|concertinas?|bandoneons?|melodeons?|harmonicas?|mouth organs?"),
    ("bagpipe", r"bag ?pipes?"),
    ("clarinet", r"clarinets?|oboes?|bassoons?"),
    ("saxophone", r"sax(?:ophone)?s?"),
    ("synth", r"synth(?:esi[sz]er)?s?"),
    ("pad", r"pads?|synthwave|drones? music|choirs?|ambient music"),
    ("brass", r"brass|trumpets?|horn section|trombones?|fanfares?"),
    ("bells", r"music box(?:es)?|glockenspiel|xylophones?|marimbas?|vibraphones?|celesta|kalimbas?"),
    ("bass", r"bass(?: guitar)?|double bass"),
    ("drums", r"drums?|percussion|beats?|drum (?:loop|kit|roll|machine)s?|kick drum|claps and"),
)
"""What there is, and how it is called."""
_GENRES = (
    r"music(?:al)?|songs?|tunes?|melod(?:y|ies)|jingles?|lullab(?:y|ies)|waltz(?:es)?|"
    r"jazz(?:y)?|lo ?fi|techno|trance|house music|"
    r"ballads?|blues|ragtime|march(?:es)?|anthems?|symphon(?:y|ies)|sonatas?|chords?|riffs?|"
    r"hip hop|reggae|ska|dub|bossa nova|samba|salsa|rumba|cha cha|latin music|chip ?tunes?|country|folk music|"
    r"drum and bass|dubstep|intros?|outros?|bumpers?|swing|"
    r"soundtracks?|themes?|score|drum loops?|ambient|synthwave|metal|punk|rock|funky?|disco|"
    r"tango|polka|nocturne|etude|"
    r"stings?|compose|upbeat|eerie drone|hymn"
)
MUSIC = re.compile(rf"\b(?:{_GENRES}|{'|'.join(words for _, words in INSTRUMENTS)})\b")
"""Finds that music is meant."""


@dataclass(frozen=True, slots=True)
class Mood:
    """How music is to feel."""

    name: str
    words: str
    scale: str
    bpm: tuple[int, int]
    instruments: tuple[str, ...]
    """The melody's, the chords', and the bass's."""
    drums: str = ""
    busy: float = 0.5
    """How many notes the melody has, 0 to 1."""
    struck: tuple[float, ...] = ()
    """Where in a bar of four its chords are struck, if they have places of their own."""


MOODS: tuple[Mood, ...] = (
    Mood(
        "calm",
        r"calm(?:ing)?|relax(?:ing|ed)?|tired|sleep(?:y|ing)?|peaceful|sooth\w*|gentle|soft|meditat\w*|"
        r"spa|lullab\w*|bed ?time|ambient|dreamy|quiet|rest",
        "major",
        (58, 74),
        ("piano", "pad", "bass"),
        "",
        0.3,
    ),
    Mood(
        "sad",
        r"sad|melanchol\w*|sorrow\w*|mourn\w*|lonely|tragic|tears|gloomy",
        "minor",
        (56, 72),
        ("piano", "strings", "bass"),
        "",
        0.35,
    ),
    Mood(
        "happy",
        r"happy|cheer(?:ful|y)|joy\w*|upbeat|fun|bright|playful|sunny|birthday|merry|energetic|jingle|"
        r"hopeful|uplifting",
        "major",
        (108, 132),
        ("bells", "guitar", "bass"),
        "pop",
        0.7,
    ),
    Mood("bluesy", r"blues|bluesy", "blues", (66, 92), ("guitar", "piano", "bass"), "shuffle", 0.5),
    Mood(
        "chiptune",
        r"chip ?tunes?|8 bit|video ?games?|arcade|retro game",
        "major",
        (132, 160),
        ("square", "square", "square bass"),
        "four",
        0.85,
    ),
    Mood(
        "reggae",
        r"reggae|ska|dub",
        "major",
        (70, 84),
        ("organ", "guitar", "bass"),
        "reggae",
        0.45,
        (0.5, 1.5, 2.5, 3.5),
    ),
    Mood(
        "bossa nova",
        r"bossa ?nova|samba|salsa|rumba|cha cha|latin",
        "major",
        (112, 132),
        ("flute", "guitar", "bass"),
        "bossa",
        0.5,
        (0.0, 1.5, 2.0, 3.5),
    ),
    Mood(
        "country",
        r"country|folk|western|campfire song",
        "major",
        (92, 116),
        ("guitar", "guitar", "bass"),
        "march",
        0.55,
    ),
    Mood(
        "tense",
        r"tense|suspense\w*|scary|spooky|eerie|horror|creepy|dark|mysterious|haunt\w*|ominous|thriller|"
        r"interrogation|halloween",
        "phrygian",
        (64, 84),
        ("strings", "pad", "bass"),
        "pulse",
        0.25,
    ),
    Mood(
        "heroic",
        r"heroic|epic|triumph\w*|victor\w*|fanfare|majestic|march|boss(?: (?:battle|fight|theme))?|"
        r"anthem|adventur\w*|brass",
        "major",
        (92, 116),
        ("brass", "strings", "bass"),
        "march",
        0.5,
    ),
    Mood(
        "techno",
        r"techno|trance|rave",
        "minor",
        (126, 136),
        ("synth", "stab", "synth bass"),
        "techno",
        0.7,
    ),
    Mood(
        "groovy",
        r"funk\w*|house|disco|dance|electro\w*|edm|club|synthwave|eighties|80s|party",
        "dorian",
        (112, 126),
        ("pad", "organ", "bass"),
        "four",
        0.55,
    ),
    Mood(
        "lofi",
        r"lo ?fi|hip hop|chill\w*|study",
        "dorian",
        (72, 84),
        ("piano", "guitar", "bass"),
        "lofi",
        0.4,
    ),
    Mood(
        "jazzy",
        r"jazz\w*|swing|ragtime|lounge",
        "dorian",
        (92, 120),
        ("piano", "guitar", "bass"),
        "swing",
        0.6,
    ),
    Mood(
        "rocking",
        r"rock|metal|punk|doom|riff",
        "minor",
        (112, 144),
        ("guitar", "organ", "bass"),
        "pop",
        0.6,
    ),
)
"""Of those that are said, the first counts; "gentle" and the like only where no other is said."""

KEYS = {"c": 0, "d": 2, "e": 4, "f": 5, "g": 7, "a": 9, "b": 11, "h": 11}
_KEY = re.compile(
    r"\bin (?:the key of )?(?P<note>[a-h])(?P<sign> ?(?:sharp|flat|#|♯|♭))?(?:$|"
    r"[ ,.]+(?P<mode>major|minor|dorian|phrygian|lydian|mixolydian|"
    r"pentatonic)?)(?!\w*(?: \w+)? (?:room|church|hall))"
)
_SCALE = re.compile(r"\b(?P<mode>major|minor|dorian|phrygian|lydian|mixolydian|pentatonic|blues)(?: key| scale)?\b")
_BPM = re.compile(r"\b(?P<number>\d{2,3}) ?(?:bpm|beats (?:per|a) minute)\b")
WALTZ_BPM = 144.0
_FAST = re.compile(r"\b(?:fast|quick|upbeat|lively|presto|allegro|energetic|rapid)\b")
_SLOW = re.compile(r"\b(?:slow(?:ly)?|adagio|largo|lento|drowsy)\b")
_OF_MUSIC = re.compile(r"\b(?:solo|only|just|alone|piece|groove|style|beats?|play\w*|key|bpm|major|minor|in)\b")
_NOT = re.compile(
    r"\b(?:without|no|not|minus|except(?: for)?|leav(?:e|ing) out)\b(?: any| the| a| and)? (?P<what>[\w ,]+)"
)
_THREE = re.compile(r"\b(?:waltz(?:es)?|3 4|three four|3/4|minuet|lullab(?:y|ies))\b")
_SIX = re.compile(r"\b(?:6/8|6 8|jig|tarantella)\b")


@dataclass(frozen=True, slots=True)
class Music:
    """What music is to be; what is not said is None, and drawn."""

    mood: Mood | None = None
    bpm: float | None = None
    key: int | None = None
    """Half tones above C."""
    scale: str | None = None
    beats: int = 4
    """In a bar."""
    instruments: tuple[str, ...] = ()
    alone: bool = False
    """Whether only the instruments that were named play."""
    bare: bool = False
    """Whether drums were asked for in so many words, and not a style that has them."""
    without: tuple[str, ...] = ()
    """Who is not to play."""


def music_of(text: str) -> Music:
    """Read what is said of music, in the form of `models.sound.plain_words.plain`."""
    without = tuple(_named(" ".join(found["what"] for found in _NOT.finditer(text))))
    text = _NOT.sub(" ", text)
    moods = [(m.start(), mood) for mood in MOODS if (m := re.search(rf"\b(?:{mood.words})\b", text))]
    strong = [found for found in moods if found[1].name != "calm"] or moods
    mood = min(strong, key=lambda found: found[0])[1] if strong else None
    key, mode = _key(text)
    named = tuple(name for name in _named(_BPM.sub(" ", text)) if name not in without)
    alone = bool(re.search(r"\b(?:solo|only|just|alone|playing|piece|nothing but)\b", text))
    bare = bool(re.search(r"\b(?:drums?|percussion)\b", text))
    return Music(
        mood,
        _bpm(text, mood),
        key,
        mode,
        3 if _THREE.search(text) else 6 if _SIX.search(text) else 4,
        named,
        alone,
        bare,
        without,
    )


def without_music(text: str) -> str:
    """What is said besides music and how it is."""
    words = "|".join(mood.words for mood in MOODS)
    ways = (_BPM, _KEY, _SCALE, _FAST, _SLOW, _THREE, _SIX, MUSIC, re.compile(rf"\b(?:{words})\b"), _OF_MUSIC)
    for way in ways:
        text = way.sub(" ", text)
    return text


def _named(text: str) -> list[str]:
    """The instruments that words name."""
    return [name for name, words in INSTRUMENTS if re.search(rf"\b(?:{words})\b", text)]


def _key(text: str) -> tuple[int | None, str | None]:
    found, scale = _KEY.search(text), _SCALE.search(text)
    mode = (found and found["mode"]) or (scale and scale["mode"]) or None
    if found is None:
        return None, mode
    sign = found["sign"] or ""
    step = 1 if "sharp" in sign or "#" in sign or "♯" in sign else -1 if sign.strip() else 0
    return (KEYS[found["note"]] + step) % 12, mode


def _bpm(text: str, mood: Mood | None) -> float | None:
    if found := _BPM.search(text):
        return max(30.0, min(240.0, float(found["number"])))
    if mood is None and re.search(r"\bwaltz", text) and not _SLOW.search(text):
        return WALTZ_BPM
    low, high = mood.bpm if mood else (84, 104)
    if _FAST.search(text):
        return max(high * 1.1, 126.0)
    return min(low * 0.95, 66.0) if _SLOW.search(text) else None
