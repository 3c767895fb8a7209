"""Words about a sound that are no sound themselves: how strong, how fast, how high, where, and on what."""

import re
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Manner:
    """What a word asks for."""

    words: str
    """A pattern, in the form of `models.sound.plain_words.plain`."""
    force: float = 0.0
    pace: float = 1.0
    pitch: float = 1.0
    gain_db: float = 0.0
    far: float = 0.0
    muffled: bool = False
    background: bool = False
    pan: tuple[float, ...] | None = None
    swell_db: tuple[float, ...] | None = None
    told: str = ""
    """As it is told behind the sound; empty where the word itself is told before it."""

    @property
    def pattern(self) -> re.Pattern[str]:
        """Finds it."""
        return re.compile(rf"\b(?:{self.words})\b")


PASSES = (-14.0, 0.0, -14.0)
COMES = (-20.0, -8.0, 0.0)
LEAVES = (0.0, -8.0, -22.0)
AROUND = (0.0, 0.85, 0.0, -0.85) * 3 + (0.0,)
TO_AND_FRO = (-0.9, 0.9) * 3 + (-0.9,)
_THE = r"(?:the |my )?"

MANNERS: tuple[Manner, ...] = (
    Manner(
        (
            r"(?:(?:fl(?:ies|ying)|go(?:es|ing)|mov(?:es|ing)|runn?(?:s|ing)|turn(?:s|ing)|buzz(?:es|ing)) )?"
            r"(?:(?:circl(?:es|ing)|orbit(?:s|ing)|spinning|spins)(?: (?:all )?(?:a?round|about))?"
            r"(?: (?:me|my head|the room|overhead))?|(?:all )?(?:a?round and round|in circles|a?round (?:me|my head))"
            r"(?: (?:me|my head))?)"
        ),
        pan=AROUND,
        swell_db=(0, -1, 0, -1) * 3 + (0,),
        told="circling",
    ),
    Manner(
        r"(?:moving |going |panning )?(?:back and forth|to and fro|(?:from )?side to side|left to right and back)",
        pan=TO_AND_FRO,
        told="to and fro",
    ),
    Manner(
        (
            rf"(?:pass(?:es|ing)|mov(?:es|ing)|fl(?:ies|ying)|go(?:es|ing)|driv(?:es|ing)|walk(?:s|ing)|runn?(?:s|ing)|"
            rf"pann(?:ed|ing))?"
            rf"(?: (?:by|past|over(?:head)?|across))? ?from {_THE}left to {_THE}right|left to right"
        ),
        pan=(-0.9, 0.9),
        swell_db=(-5, 0, -5),
        told="from left to right",
    ),
    Manner(
        (
            rf"(?:pass(?:es|ing)|mov(?:es|ing)|fl(?:ies|ying)|go(?:es|ing)|driv(?:es|ing)|walk(?:s|ing)|runn?(?:s|ing)|"
            rf"pann(?:ed|ing))?"
            rf"(?: (?:by|past|over(?:head)?|across))? ?from {_THE}right to {_THE}left|right to left"
        ),
        pan=(0.9, -0.9),
        swell_db=(-5, 0, -5),
        told="from right to left",
    ),
    Manner(rf"(?:on|to|at|from) {_THE}(?:far )?left(?: side)?(?: of me)?", pan=(-0.85, -0.85), told="on the left"),
    Manner(rf"(?:on|to|at|from) {_THE}(?:far )?right(?: side)?(?: of me)?", pan=(0.85, 0.85), told="on the right"),
    Manner(rf"(?:in|at|from) {_THE}(?:middle|cent(?:re|er))", pan=(0.0, 0.0), told="in the middle"),
    Manner(
        (
            r"(?:coming|comes?|getting|gets|moving|drawing) (?:closer|nearer)(?: and (?:closer|"
            r"nearer))?|approach(?:es|ing)?(?: from far away)?|com(?:es|ing) (?:towards? me|nearer)|"
            r"(?:slowly |gradually )?roll(?:s|ing) in"
        ),
        swell_db=COMES,
        told="coming closer",
    ),
    Manner(
        (
            r"(?:slowly |gradually |that |which |it )*(?:becom(?:es|ing)|get(?:s|ting)?|grow(?:s|ing)?|"
            r"build(?:s|ing)?) "
            r"(?:(?:louder|stronger|heavier|more intense)(?: and (?:louder|stronger|heavier))?|up)|"
            r"swell(?:s|ing)(?: up)?|crescendo|increasing(?:ly)?(?: loud)?"
        ),
        swell_db=COMES,
        told="growing louder",
    ),
    Manner(
        (
            r"(?:going|goes|running|runs|moving|moves|driving|drives|flying|flies|walking|"
            r"walks) (?:away|off)|leav(?:es|ing)(?: the station)?|pull(?:s|"
            r"ing) out(?: of the station)?|fad(?:es|ing)(?: away)?|(?:getting|gets|becom(?:es|ing)|"
            r"growing|grows) (?:quieter|softer|fainter|weaker)|d(?:ies|ying) (?:away|down|out)|calm(?:s|ing) down|"
            r"(?:disappear(?:s|ing)?|vanish(?:es|ing)?)(?: into the distance)?|"
            r"speed(?:s|ing) (?:away|off)|depart(?:s|ing)|reced(?:es|ing)"
        ),
        swell_db=LEAVES,
        told="going away",
    ),
    Manner(
        (
            r"pass(?:es|ing)(?: by| past| over(?:head)?)?|fl(?:ies|ying) (?:by|past|over(?:head)?)|"
            r"(?:goes|going|driv(?:es|ing)|rac(?:es|ing)|runn?(?:s|ing)|zoom(?:s|ing)) (?:by|past)|overhead"
        ),
        pan=(-0.8, 0.8),
        swell_db=PASSES,
        told="passing by",
    ),
    Manner(
        (
            r"in (?:the )?(?:far )?distance|distant(?:ly)?|(?:from )?far (?:away|off)|from afar|"
            r"(?:a long way|miles) (?:off|away)|over the hills"
        ),
        far=1.0,
        told="in the distance",
    ),
    Manner(r"faint(?:ly)?", far=0.8, told="faintly"),
    Manner(r"(?:very |quite )?(?:close|near)(?: up| by|by)?|right here", gain_db=3.0, told="close by"),
    Manner(r"(?:a lot |lots |plenty )of|(?:much |a lot )?more|lots", force=0.4, pace=1.3, gain_db=4.0),
    Manner(r"(?:a (?:little|bit|touch|hint) of|(?:much |a lot )?less|a (?:little|bit))", force=-0.4, gain_db=-5.0),
    Manner(r"in (?:the )?background|as (?:a )?background", background=True, told="in the background"),
    Manner(
        (
            r"muffled|(?:through|behind|beyond) (?:a |the |my )?(?:closed |thin |thick |shut )?(?:walls?|door|window)|"
            r"next door|in (?:the |an)?(?:next|other|adjoining|neighbouring|adjacent) room|upstairs|"
            r"under a pillow|outside"
        ),
        muffled=True,
        told="muffled",
    ),
    Manner(r"(?:from )?(?:under|below) ?(?:the )?(?:water|the surface)", muffled=True, told="under water"),
    Manner(
        (
            r"(?:very |really |extremely |so )?(?:heavy|heavily|violent(?:ly)?|wild(?:ly)?|raging|"
            r"stormy|torrential|hard|strong(?:ly)?|fierce|roaring|intense|mighty|furious|busy|"
            r"crowded|howling|rough|crashing|thundering)"
        ),
        force=0.8,
    ),
    Manner(
        (
            r"(?:very |really )?(?:light(?:ly)?|gentle|gently|mild|calm|soothing|delicate|slight|"
            r"relaxing|peaceful|lazy|thin|soft(?:ly)?)"
        ),
        force=-0.7,
        gain_db=-2.0,
    ),
    Manner(r"(?:very |really |extremely )?(?:slow(?:ly)?|leisurely|sluggish)", pace=0.65),
    Manner(
        (
            r"(?:very |really |extremely )?(?:fast|quick(?:ly)?|rapid(?:ly)?|hurried|hurrying|"
            r"frantic|hasty|speeding|running)"
        ),
        pace=1.5,
    ),
    Manner(r"(?:very |really |extremely )?(?:loud(?:ly)?|noisy|deafening|booming|blaring)", gain_db=5.0, force=0.3),
    Manner(r"(?:very |really )?(?:quiet(?:ly)?|silent(?:ly)?|low volume)", gain_db=-6.0, force=-0.3),
    Manner(
        (r"(?:very |really )?(?:high(?: pitched)?|shrill|squeaky|young|small|little|tiny|" r"baby(?= \w+s?\b))"),
        pitch=1.3,
        force=-0.3,
    ),
    Manner(
        r"(?:very |really )?(?:low(?: pitched)?|deep|big|large|huge|giant|enormous|old|great)", pitch=0.76, force=0.4
    ),
    Manner(r"(?:angry|angrily|aggressive|nervous|excited)", pace=1.2, force=0.4),
)
"""What comes first is looked for first."""

KINDS: Mapping[str, tuple[tuple[str, str], ...]] = {
    "rain": (
        (r"(?:tin|metal|iron|corrugated)?(?: ?roofs?| ?sheets?)|tin|roofs?|car roof", "roof"),
        (r"tents?|canvas|umbrellas?|awnings?|cloth", "tent"),
        (r"(?:window|glass)(?:es|s)?(?: ?panes?)?|skylight", "window"),
        (r"leaves|trees|forest|foliage|garden|jungle|grass", "leaves"),
    ),
    "footsteps": (
        (r"gravel|shingle|pebbles", "gravel"),
        (r"snow|ice", "snow"),
        (r"(?:dry |dead )?leaves|forest floor", "leaves"),
        (r"grass|lawn|moss|sand|earth|carpet", "grass"),
        (r"wood(?:en)?(?: floor\w*| stairs| planks)?|floorboards|parquet|stairs", "wood"),
        (r"(?:wet )?(?:marble|stones?|tiles?|concrete|asphalt|cobble(?:stone)?s?|pavement)", "stone"),
        (r"(?:puddles?|water|mud)", "water"),
    ),
    "gallop": ((r"cobble(?:stone)?s?|stones?|street|road|pavement|asphalt", "stone"),),
    "trot": ((r"cobble(?:stone)?s?|stones?|street|road|pavement|asphalt", "stone"),),
    "wind": ((r"howl(?:s|ing)?|whistl(?:es|ing)|crack(?:s|ed)?|window", "howling"), (r"trees|leaves|forest", "")),
    "applause": ((r"(?:small|few|handful)", "few"),),
    "murmur": ((r"(?:a|1) (?:man|woman|person|voice)", "one"),),
}
KINDS = {**KINDS, "drizzle": KINDS["rain"]}
"""What a source is on or in, and what that makes of it."""

PLACES: tuple[tuple[str, str], ...] = (
    (r"church|cathedral|temple", "church"),
    (r"(?:concert |large |big |empty )?halls?|gym|warehouse|museum", "hall"),
    (r"caves?|cavern|deep well|well|cellar", "cave"),
    (r"tunnels?|underpass|pipe|corridor", "tunnel"),
    (r"bathroom|shower room|stairwell|staircase", "bathroom"),
    (r"(?:living |small |empty |bed|class)?room|office|house|hut|kitchen|studio|shed|garage", "room"),
    (r"forest|woods?|valley|mountains?|jungle", "forest"),
)
"""Rooms to hear it in, by what is said behind "in"."""

HEARD: tuple[tuple[str, str], ...] = (
    (
        r"(?:over|on|through|via|down|from|out of) (?:the|a|an) (?:(?:old|bad|cheap|land ?line|mobile|cell) )*"
        r"(?:tele)?phone(?: (?:line|call|speaker|receiver))?(?! ring)|walkie talkie|intercom",
        "telephone",
    ),
    (
        r"(?:over|on|through|from|out of) (?:the|a|an) (?:(?:old|cheap|tiny|small|little|car|transistor|kitchen) )*"
        r"(?:radios?|gramophone|tv|television|megaphone|loudspeaker|tannoy)(?: set| speaker)?",
        "radio",
    ),
)
"""What it may be heard over, and how that is called."""

SETTINGS: tuple[tuple[str, str], ...] = (
    (r"(?:heavy |violent )?thunder ?storms?|lightning storm", "heavy rain and thunder and wind"),
    (r"storm at sea|stormy sea|sea storm", "heavy waves and strong wind"),
    (r"(?:a |the )?(?:rain ?forest|jungle)s?", "birds and cicadas and frogs"),
    (r"(?:spooky |dark |haunted )(?:forest|woods?)(?: at night)?", "wind and owl and wolf in the distance and creak"),
    (
        (r"(?:forest|woods?|country(?:side)?|summer|warm|quiet) (?:at |by )?night|night (?:in|" r"on) (?:a|the) \w+"),
        "crickets and owl in the distance",
    ),
    (
        r"(?<!in a )(?<!in the )(?:forest|woods|woodland|(?:(?<=a )|(?<=the ))wood(?! \w))"
        r"(?: at dawn| in the morning)?",
        "birds and light wind",
    ),
    (
        r"(?:summer )?(?:meadow|garden|field|park|village green)s?(?: in summer)?",
        "birds and bees in the background and light wind",
    ),
    (r"harbou?r|port|docks", "waves and gulls and foghorn in the distance"),
    (r"(?:caf[eé]|coffee (?:shop|house)|restaurant)s?", "people and dishes in the background"),
    (r"(?:railway|train) stations?", "people and train in the distance and train whistle in the distance"),
    (r"(?:a |the )?farm(?:yard)?s?", "rooster and cow and hens"),
    (r"airports?", "people and airplane in the distance"),
    (r"swamps?|marsh(?:es)?", "frogs and crickets"),
    (r"office|newsroom", "people in the background and typing and telephone in the distance"),
    (r"kitchen", "dishes and boiling water in the background"),
    (r"construction site|building site", "hammering and drill and truck in the background"),
    (
        r"(?:busy )?(?:city|town)(?: street| centre| center)?|street scene",
        "traffic and car horn in the distance and people in the background",
    ),
    (r"haunted house", "wind and creak and footsteps"),
    (r"blizzard|snow ?storm", "strong howling wind"),
    (r"winter", "howling wind"),
    (r"summer evening|summer", "crickets"),
    (r"dawn chorus|dawn|spring morning", "birds"),
    (r"(?:outer )?space", "spaceship"),
)
"""Places that are many sounds, in the words for these."""
