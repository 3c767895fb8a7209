"""One clause of a request, such as "two loud dogs barking on the left": its sources, and how and where they are."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from models.sound.generation.grain import Style
from models.sound.generation.music_words import MUSIC, without_music
from models.sound.generation.scene import Layer
from models.sound.generation.source import NUMBERS, Source
from models.sound.generation.sources import AGENTS, BY_NAME, MASSES, SOURCES
from models.sound.generation.timing_words import WORD, seconds_of
from models.sound.generation.words import KINDS, MANNERS, Manner
from models.wording import span

_FILLER = re.compile(
    r"\b(?:the|a|an|some|of|sounds?|noises?|audio|effects?|ambien(?:ce|t)|atmosphere|"
    r"recording|clip|soundscape|my|me|"
    r"is|are|that|which|it|its|there|be|to|for|at|on|in|like|please|just|and|singing|"
    r"playing|calling|going|barking|"
    r"background|generate|make|create|film|movie|story|time|game|by|from|into|very|really|"
    r"kind|bit|lot|lots|any|"
    r"times|someone|somebody|something|put|give|want|need|hear|short|everywhere|people|sleep\w*|what|does|podcast|"
    r"outdoors|scene|bed|i|you|can|help|this|night|morning|evening|day|dusk|dawn|\d+)\b|"
    r"[^\w ]"
)
_TIMES = re.compile(
    r"\b(?:(?P<number>\d+) times|(?P<twice>twice)|(?P<once>once|1 time))\b|" r"\bstrik\w+ (?P<hour>\d+)\b"
)
_BEFORE = re.compile(r"(?P<number>\d+) (?:[a-z]+ ){0,2}$")
_ONE = re.compile(r"\b(?:a|an|single|1) (?:[a-z]+ ){0,2}$")
_ONCE = re.compile(
    r"(?:slam|fall|shut|bang|break)s$|(?:open|clos|smash|crash)(?:s|es)$|^(?!people|\w*[^s]s )\w+ \w+ing$"
)
"""What is done a single time: "the door closes", "glass breaking"."""
_FEW = re.compile(r"\b(?P<word>a few|several|some|many) (?:[a-z]+ ){0,1}$")
_FEWS = {"a few": 3, "several": 4, "some": 3, "many": 7}
_BPM = re.compile(
    r"\b(?:at |with )?(?P<number>\d{2,3}) ?(?:bpm|(?:beats|strokes|steps|ticks|times|knocks)? ?per minute)\b"
)
ENDLESS_S = 100_000.0
"""As long as what it fades with: a share of the layer that it is in."""
_STYLES = frozenset(("pickup", "vinyl"))
"""Sources whose words also tell of what kind music is."""
_GENERAL = frozenset(("white noise", "tone", "avalanche"))
"""Sources whose words also stand for sound as such: they count only where nothing else is said."""
AS_ONE = ("heartbeat",)
"""Sources that go on, though people speak of one: "a heartbeat"."""
OF_ANY = frozenset(("dishes", "avalanche", "bees", "rattle", "creak", "paper", "clink", "thump"))
"""Sources whose verbs many things do."""
FLYING = frozenset(("fly",))
"""Sources whose words also are what others do: "a helicopter flies over"."""
_HERTZ = re.compile(r"(?P<number>\d+(?:\.\d+)?) ?(?P<kilo>k(?:ilo)? ?)?(?:hertz|hz)\b")
MOST = 4
"""How many of a kind are heard each for themselves."""
MOST_TIMES = 60


@dataclass(frozen=True, slots=True)
class Clause:
    """What a clause says."""

    layers: tuple[Layer, ...] = ()
    manners: tuple[tuple[Manner, str], ...] = ()
    rest: str = ""
    """Words that nothing fits."""
    timing: "Timing | None" = None

    @property
    def tells(self) -> bool:
        """Whether it says how something sounds."""
        return bool(self.manners or self.timing)

    def manner_of(self, layer: Layer) -> Layer:
        """A layer in this clause's manner too."""
        made = _in_manner(layer, self.manners)
        return self.timing.of(made) if self.timing else made

    def goes_on(self, layer: Layer) -> Layer:
        """A layer that is so after it was as it is."""
        made = self.manner_of(replace(layer, swell_db=(0.0, 0.0, 0.0), pan=layer.pan[-1:] * 2))
        return replace(
            made,
            swell_db=(*layer.swell_db, *made.swell_db) if any(made.swell_db) else layer.swell_db,
            pan=(*layer.pan, *made.pan) if made.pan != layer.pan[-1:] * 2 else layer.pan,
            gain_db=layer.gain_db,
        )


@dataclass(frozen=True, slots=True)
class Timing:
    """How often it comes, and how it comes out of silence and goes back."""

    every_s: float = 0.0
    fade_in_s: float | None = None
    fade_out_s: float | None = None

    def of(self, layer: Layer) -> Layer:
        """A layer with it."""
        said = [
            f"every {span(self.every_s) if self.every_s != 1 else 'second'}" if self.every_s else "",
            "fading in" if self.fade_in_s is not None else "",
            "fading out" if self.fade_out_s is not None else "",
        ]
        music = layer.source == "music"
        return replace(
            layer,
            count=0 if self.every_s and layer.count == 1 else layer.count,
            every_s=layer.every_s if music else self.every_s or layer.every_s,
            fades_s=(_fade(self.fade_in_s, layer.fades_s[0]), _fade(self.fade_out_s, layer.fades_s[1])),
            told=" ".join([layer.told, *filter(None, said[music:])]) if layer.told else "",
        )


def _fade(seconds: float | None, before: float) -> float:
    return before if seconds is None else seconds or ENDLESS_S


def _timing(text: str) -> tuple[Timing | None, str]:
    """The timing that words tell, and the rest of them."""
    found = {one["kind"]: seconds_of(one) for one in WORD.finditer(text)}
    beat = None if found or MUSIC.search(_BPM.sub(" ", text)) else _BPM.search(text)
    if beat:
        return Timing(60 / max(10.0, float(beat["number"]))), _BPM.sub(" ", text)
    if not found:
        return None, text
    return Timing(found.get("every", 0.0), found.get("fadein"), found.get("fadeout")), WORD.sub(" ", text)


@dataclass(frozen=True, slots=True)
class _Found:
    source: Source
    start: int
    end: int


def clause_of(text: str) -> Clause:
    """Read a clause in the form of `models.sound.generation.timing_words.timed`."""
    timing, text = _timing(text)
    clause = _untimed(text)
    if timing is None:
        return clause
    return replace(clause, layers=tuple(timing.of(layer) for layer in clause.layers), timing=timing)


def _untimed(text: str) -> Clause:
    found, kinds = _kinds(_sources(text), text)
    manners, rest = _manners(text, _taken(found, text))
    if _is_music(text, found):
        layer = _in_manner(Layer("music"), [m for m in manners if _places(m[0])])
        return Clause((layer,), tuple(manners), " ".join(_FILLER.sub(" ", without_music(rest)).split()))
    layers = tuple(layer for one in found for layer in _layers(one, kinds, text, manners))
    return Clause(layers, tuple(manners), " ".join(_FILLER.sub(" ", rest).split()))


def _taken(found: Sequence[_Found], text: str) -> list[tuple[int, int]]:
    """Where the sources are said, and what they are on or in."""
    again = [m.span() for one in found for m in one.source.pattern.finditer(text)]
    places = (words for one in found for words, _ in KINDS.get(one.source.name, ()))
    ons = [m.span() for words in places for m in re.finditer(rf"\b(?:{words})\b", text)]
    mine = [(one.start, one.end) for one in found]
    return mine + [span for span in (*again, *ons) if all(span[1] <= a or b <= span[0] for a, b in mine)]


def _is_music(text: str, found: Sequence[_Found]) -> bool:
    """Whether music is meant: its longest word is longer than those for sounds."""
    longest = max((len(one[0]) for one in MUSIC.finditer(text)), default=0)
    other = _GENERAL | _STYLES
    return longest > 0 and not any(one.source.name not in other and one.end - one.start >= longest for one in found)


def _places(manner: Manner) -> bool:
    heard = manner.background or manner.muffled or bool(manner.far)
    return heard or manner.pan is not None or manner.swell_db is not None


def _sources(text: str) -> list[_Found]:
    """The sources, in their order; the longest words win, and what is done wins over who does it."""
    every = [_Found(source, *m.span()) for source in SOURCES for m in source.pattern.finditer(text)]
    chosen = list[_Found]()
    for one in sorted(every, key=lambda f: f.start - f.end):
        if all(one.end <= other.start or other.end <= one.start for other in chosen):
            chosen.append(one)
    chosen.sort(key=lambda f: f.start)
    special = [one for one in chosen if one.source.name not in _GENERAL]
    return _doings(special or chosen, text)


def _doings(found: Sequence[_Found], text: str) -> list[_Found]:
    made = list[_Found]()
    for one in found:
        before = made[-1] if made else None
        between = text[before.end : one.start].strip() if before else ""
        close = before is not None and between in (
            "",
            "is",
            "are",
            "that",
            "that is",
            "'s",
            "of",
            "of a",
            "of the",
            "starts",
            "being",
        )
        if before and close and one.source.name in FLYING:
            continue
        if (
            before
            and close
            and (before.source is one.source or _of_any(one, text))
            or before
            and close
            and one.source.name in AGENTS
            and (between.startswith("of") or _doing(before, text))
        ):
            made[-1] = _Found(before.source, before.start, one.end)
        elif before and close and (before.source.name in AGENTS or _tells(before, one, text)):
            made[-1] = _Found(one.source, before.start, one.end)
        elif not any(other.source is one.source for other in made):
            made.append(one)
    return made


def _of_any(found: _Found, text: str) -> bool:
    """Whether it is only said how something sounds that is named before it: "a typewriter clattering"."""
    return found.source.name in OF_ANY and _doing(found, text)


def _tells(before: _Found, head: _Found, text: str) -> bool:
    """Whether a thing only says of what kind the next one is: a door knock is a knock, and no door."""
    words = text[before.start : before.end]
    beside = text[before.end : head.start] == " "
    return beside and before.source.name not in MASSES and not words.endswith(("s", "ing"))


def _doing(found: _Found, text: str) -> bool:
    return text[found.start : found.end].endswith("ing")


def _kinds(found: list[_Found], text: str) -> tuple[list[_Found], dict[str, str]]:
    """What each is on or in; what was taken for a source of its own there is none."""
    kinds, gone = dict[str, str](), set[int]()
    for one in found:
        for words, kind in KINDS.get(one.source.name, ()):
            place = re.search(rf"\b(?:{words})\b", text)
            if place and not (one.start <= place.start() < one.end):
                kinds.setdefault(one.source.name, kind)
                gone |= {id(o) for o in found if o is not one and o.start < place.end() and place.start() < o.end}
    return [one for one in found if id(one) not in gone], kinds


def _manners(text: str, taken: Sequence[tuple[int, int]]) -> tuple[list[tuple[Manner, str]], str]:
    """What is said of how and where, and the rest of the words."""
    rest = text
    for start, end in taken:
        rest = rest[:start] + "#" * (end - start) + rest[end:]
    made = list[tuple[Manner, str]]()
    for manner in MANNERS:
        if found := manner.pattern.search(rest):
            made.append((manner, found.group().strip()))
            rest = rest[: found.start()] + " " * len(found.group()) + rest[found.end() :]
    return made, rest.replace("#", " ")


def _layers(one: _Found, kinds: dict[str, str], text: str, manners: Sequence[tuple[Manner, str]]) -> list[Layer]:
    """A source's layers: one, or one for each of several that make it."""
    count, several = _counts(one, text)
    kind = _HERTZ.search(text)
    own = _hertz(kind) if kind and one.source.name == "tone" else kinds.get(one.source.name, one.source.style.kind)
    first = Layer(one.source.name, replace(one.source.style, kind=own), count)
    layer = _in_manner(first, manners)
    if several < 2:
        return [layer]
    places = [-0.7 + 1.4 * k / (several - 1) for k in range(several)]
    told = f"{NUMBERS[several]} {text[one.start : one.end]}"
    return [replace(layer, pan=(p, p), told=told if not k else "") for k, p in enumerate(places)]


def _counts(one: _Found, text: str) -> tuple[int, int]:
    """How often it happens (0: goes on), and how many there are that do it."""
    words, source = text[one.start : one.end], one.source
    if source.one is None:
        return 0, 1
    if found := _TIMES.search(text):
        number = found["number"] or found["hour"] or (2 if found["twice"] else 1)
        return min(MOST_TIMES, int(number)), 1
    before = text[: one.start]
    doing = bool(re.search(r"ing\b", words)) and not source.single
    if found := _BEFORE.search(before):
        number = min(MOST_TIMES, int(found["number"]))
        return (0, min(MOST, number)) if doing else (number, 1)
    if found := _FEW.search(before):
        return (_FEWS[found["word"]] if not doing and source.single else 0), 1
    plural = bool(re.search(r"[^s]s\b|ing$", words)) and not _ONCE.search(words)
    if source.single:
        return (0 if plural and not _ONE.search(before) else 1), 1
    noun = source.noun.split()[-1]
    if source.name in AS_ONE and "single" not in before:
        return 0, 1
    return (1 if _ONE.search(before) and words.endswith(noun) else 0), 1


def _hertz(found: re.Match[str]) -> str:
    return f"{min(18_000.0, max(20.0, float(found['number']) * (1000 if found['kilo'] else 1))):g}"


def _in_manner(layer: Layer, manners: Sequence[tuple[Manner, str]]) -> Layer:
    """A layer, and what is said of it besides."""
    told = _also(layer.told, manners) if layer.told else _told(layer, manners)
    for manner, _ in manners:
        style = layer.style
        style = Style(
            max(-1.0, min(1.0, style.force + manner.force)),
            max(0.4, min(2.5, style.pace * manner.pace)),
            max(0.5, min(2.0, style.pitch * manner.pitch)) if layer.source not in ("rain", "surf", "wind") else 1.0,
            style.kind,
        )
        layer = replace(
            layer,
            style=style,
            gain_db=layer.gain_db + manner.gain_db,
            far=max(layer.far, manner.far),
            muffled=layer.muffled or manner.muffled,
            background=layer.background or manner.background,
            pan=manner.pan or layer.pan,
            swell_db=manner.swell_db or layer.swell_db,
        )
    return replace(layer, told=told)


def _also(told: str, manners: Sequence[tuple[Manner, str]]) -> str:
    """What was told, and where it is or goes besides."""
    return " ".join([told, *(manner.told for manner, _ in manners if manner.told and manner.told not in told)])


def _told(layer: Layer, manners: Sequence[tuple[Manner, str]]) -> str:
    """As it is said: "heavy rain in the distance"."""
    if layer.source == "music":
        return "music"
    said = BY_NAME[layer.source].told(layer.count)
    adjectives = " ".join(words for manner, words in manners if not manner.told and not words.endswith("ly"))
    if adjectives:
        article, _, rest = said.partition(" ")
        if article in ("a", "an"):
            said = f"{'an' if adjectives[0] in 'aeiou' else 'a'} {adjectives} {rest}"
        else:
            said = (
                f"{article} {adjectives} {rest}" if article in NUMBERS or article.isdigit() else f"{adjectives} {said}"
            )
    if layer.style.kind and (place := _ON.get(layer.style.kind)) and layer.source in KINDS:
        said = f"{said} {place}"
    return " ".join([said, *(manner.told for manner, _ in manners if manner.told)])


_ON = {
    "roof": "on a roof",
    "tent": "on a tent",
    "window": "on a window",
    "leaves": "on leaves",
    "gravel": "on gravel",
    "snow": "in snow",
    "grass": "on grass",
    "wood": "on wood",
    "stone": "on stone",
    "water": "in water",
}
