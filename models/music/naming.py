"""Whether a request names a song, describes one, or is the words to be sung.

"La Marseillaise"            a title: written as names are, and none that is known
"a lullaby for the baby"     a wish: any song of a kind, or about something
"hello my dear friend"       words

A wish is told by its first noun, which is a kind of song with an article before it that means any. A title is told by
how it is written or introduced. What is left are words; short ones may have been a title all the same.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from models.music.tunes import TUNES, Tune

GENERIC = frozenset(("song", "tune", "melody", "number", "piece", "one", "ditty", "something", "anything", "verse"))
"""Nouns that say nothing of what kind of song it is."""
KINDS: Mapping[str, str] = {
    **{"lullaby": "lullaby", "cradle": "lullaby", "carol": "carol", "anthem": "anthem", "hymn": "hymn"},
    **{"shanty": "shanty", "chantey": "shanty", "round": "round", "canon": "round", "rhyme": "rhyme", "march": "march"},
    **{
        "ballad": "ballad",
        "aria": "aria",
        "spiritual": "spiritual",
        "serenade": "love",
        "rap": "rap",
        "psalm": "psalm",
    },
    **{"chorale": "hymn", "opera": "opera", "blues": "blues", "polka": "polka", "madrigal": "madrigal", "jig": "jig"},
}
"""Nouns that do, and by which of its words such a song is known."""
ALIKE: Mapping[str, str] = {
    **{"xmas": "christmas", "child": "children", "kid": "children", "kiddie": "children", "toddler": "children"},
    **{"fall": "sleep", "sleepy": "sleep", "bedtime": "bed", "bedroom": "bed", "goodnight": "sleep", "dream": "sleep"},
    **{"sad": "sad", "slow": "calm", "calming": "calm", "relax": "calm", "relaxing": "calm", "peaceful": "calm"},
    **{"quiet": "calm", "gentle": "calm", "soothing": "calm", "joyful": "happy", "merry": "happy", "jolly": "happy"},
    **{"upbeat": "happy", "cheering": "happy", "cheer": "happy", "glad": "happy", "fun": "funny", "silly": "funny"},
    **{
        "boat": "boat",
        "sailing": "sailor",
        "nautical": "sea",
        "seaman": "sailor",
        "religious": "hymn",
        "gospel": "hymn",
    },
    **{"sacred": "hymn", "star": "star", "farewell": "farewell", "parting": "farewell", "animal": "animal"},
    **{"traditional": "folk", "folksy": "folk", "romantic": "love", "patriotic": "anthem", "snowy": "snow"},
}
"""Other words for the same."""
_LITTLE = frozenset(
    re.findall(
        r"[\w-]+",
        "a an the of by for about on to with from in and or that which is are my me us you your our his her their "
        "this some any another other nice short little pretty lovely favourite favorite good beautiful simple quick "
        "famous known well great sweet small please again will would could can i we it so very really old old-time "
        "classic popular like now make makes made help helps put puts get gets tonight today everybody everyone "
        "music while when something",
    )
)
_KIND = "|".join((*GENERIC, *KINDS))
_ANY = r"(?:an?|some|any|another|one of (?:your|the|those|these)(?: \w+)?|your|me an?|us an?)"
_JOINT = r"(?:about|of|for|from|on|to|with|in|by|that|which|where|while|when|after|before|like|i can|we can|you)"
_WISH = re.compile(
    rf"(?i)^(?:(?:me|us)\s+)?{_ANY}\s+(?P<before>(?:(?!{_JOINT}\b)[\w'’-]+\s+){{0,4}}?)(?P<kind>{_KIND})s?\b"
    rf"(?P<after>\s*(?:,.*)?|\s+{_JOINT}\b.*)$"
)
_SOMETHING = re.compile(
    r"(?i)^(?:(?:me|us)\s+)?(?P<kind>something|anything)(?P<before>)(?P<after>\s*|\s+(?:[\w'’-]+|(?:for|about|to|from|that|like|"
    r"with|in)\b.*))$"
)
_THE = re.compile(
    rf"(?i)^(?:(?:me|us)\s+)?(?:the|our|my)\s+(?P<before>(?:[\w'’-]+\s+){{0,4}}?)(?P<kind>{_KIND})s?(?P<after>\s*|\s+{_JOINT}\b.*)$"
)
_CALLED = re.compile(
    rf"(?i)^(?:(?:an?|the|that)\s+)?(?:\w+\s+)?(?:{_KIND})\s+(?:that is |that's )?"
    rf"(?:called|named|titled|entitled)\s+(?P<title>.+)$"
    rf"|^the (?:{_KIND})\s+(?!{_JOINT}\b)(?P<after>.+)$"
)
_BY = re.compile(r"^(?P<title>.{2,60}?),? (?:by|from) (?:the )?[A-Z][\w.'’-]+(?: [\w.'’-]+){0,3}$")
_FOR = re.compile(r"(?i)\s*for\b")
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
SMALL = 3
"""Letters; words so short are written small within names."""
SHORT = 6
"""Words; what is not longer may have been a title."""


@dataclass(frozen=True, slots=True)
class Wish:
    """A song that was described."""

    kind: str
    """Its word in `Tune.about`; empty: any."""
    topics: tuple[str, ...]
    """What else it is to be."""
    said: str
    """The words for it: "song about the sea"."""
    definite: bool = False
    """Whether one certain song was meant: "the national anthem of Norway"."""


def wish_in(text: str) -> Wish | None:
    """The song that a text describes; None where it describes none."""
    plain = text.strip(" .!?,;")
    for pattern, definite in ((_WISH, False), (_SOMETHING, False), (_THE, True)):
        if found := pattern.match(plain):
            kind = KINDS.get(found["kind"].lower(), "")
            said = re.sub(rf"(?i)^(?:(?:me|us)\s+)?(?:{_ANY}\s+|(?:the|our|my)\s+)", "", plain)
            before, after = _topics(found["before"]), _topics(found["after"])
            if after and _FOR.match(found["after"]) and not any(_is(tune, word) for tune in TUNES for word in after):
                after = ()  # for whom it is sung, and not what it is about
            return Wish(kind, tuple(dict.fromkeys((*before, *after))), said, definite)
    return None


def granted(wish: Wish) -> list[Tune]:
    """The songs by heart that are what is wished for, those that fit best; none where there is none."""
    wanted = [kind for kind in (wish.kind,) if kind] + [*wish.topics]
    fitting = [tune for tune in TUNES if not wish.kind or wish.kind in tune.about]
    if not wish.topics:
        found = [tune for tune in fitting if wish.kind or tune.language == "en"]
        found.sort(key=lambda tune: wish.kind not in tune.names)  # what is called so comes first
        return [] if wish.definite and not wish.kind else found
    marks = [(sum(_is(tune, word) for word in wanted), tune) for tune in fitting]
    best = max((mark for mark, _ in marks), default=0)
    needed = len(wanted) if wish.definite else (1 + bool(wish.kind))
    return [tune for mark, tune in marks if mark == best] if best >= needed else []


def title_in(text: str) -> str:
    """The title that a text is, by how it is introduced or written; empty where nothing tells that it is one."""
    plain = text.strip(" .!?,;")
    if found := _CALLED.match(plain):
        return (found["title"] or found["after"]).strip(" \"'“”‘’")
    if found := _BY.match(plain):
        return found["title"].strip(" \"'“”‘’")
    words = _WORD.findall(plain)
    telling = [word for word in words if len(word) > SMALL] or words
    written = not re.search(r"[,;:.!?]", plain) and not plain.isupper() and len(words) <= SHORT + 2
    return plain if words and written and words[0][0].isupper() and all(w[0].isupper() for w in telling) else ""


def perhaps_title(text: str) -> bool:
    """Whether words are so few, and written so plainly, that they may have been meant as a title."""
    return len(text.split()) <= SHORT and not re.search(r"[,;:.!?\n\"“”]", text.strip(" .!?"))


def titles(tunes: Sequence[Tune] = TUNES) -> list[str]:
    """The names of songs."""
    return [tune.title for tune in tunes]


def _topics(said: str) -> tuple[str, ...]:
    words = [_stem(word.lower()) for word in _WORD.findall(said.lower())]
    return tuple(dict.fromkeys(word for word in words if word not in _LITTLE and word not in GENERIC))


def _is(tune: Tune, word: str) -> bool:
    names = {_stem(w.lower()) for w in _WORD.findall(f"{tune.title} {' '.join(tune.names)}")}
    return word in tune.about or word in names


def _stem(word: str) -> str:
    """A word as it is compared."""
    word = word.removesuffix("'s").removesuffix("’s")
    single = word[:-1] if word.endswith("s") and not word.endswith("ss") and len(word) > SMALL else word
    single = single if single not in ("christma", "u") else word
    return ALIKE.get(single, ALIKE.get(word, single))
