"""Which song is meant by what somebody wants to have sung: one that is known, one of a kind, words, or bare notes.

text ─▶ quoted, or called words ─▶ words
     ─▶ a song by heart         ─▶ that
     ─▶ a wish ("a lullaby")    ─▶ a song by heart that is one      ─ none ─▶ asked back
     ─▶ a title                 ─▶ it is not known                         ─▶ asked back
     ─▶ else                    ─▶ words, and it is told that no song is known by that name
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from models.music.asking import asked, tune_of
from models.music.naming import Wish, granted, perhaps_title, title_in, wish_in
from models.music.notation import beats, notes_alone
from models.music.tunes import TUNES, Tune
from router.dialogue.understanding.languages import LANGUAGES, OWN_NAMES
from router.english import is_english
from router.recited import recited, scale
from router.task import Missing, Pending
from router.telling import count, listed

TASK = "sing"
ENGLISH = "English"
NAMED = 4
"""How many songs are named where one is not known."""
TOLD_KINDS = (("lullabies", "lullaby"), ("carols", "carol"), ("shanties", "shanty"), ("hymns", "hymn"))
"""Kinds of songs that are named to who asks which are known, each with its word in `Tune.about`."""
SYLLABLE = "la"
"""What is sung on bare notes."""
_QUOTED = re.compile(r"\s*[\"“].+[\"”]\s*|\s*(?<!\w)['‘].+['’]\s*", re.DOTALL)
_AROUND = re.compile(
    r"(?i)^(?:(?:okay|ok|then|well|so|sing|how about|what about|let us have|let's have|maybe|perhaps|please|take|try|"
    r"just|i want|i would like|i'd like)[\s,]+)+|[\s,]+(?:then|please|instead)[.!?\s]*$"
)
"""What stands around the name of a song in an answer."""
_CALLED_WORDS = re.compile(
    r"(?i)(?:\b(?:words|word|text|line|lines|lyrics|lyric|verse|sentence|phrase|poem|following|saying|says)\b"
    r"(?: (?:is|are|of))?\s*:?|[:\"“])\s*$"
)
"""What stands before words that are words for sure."""
_LANGUAGES = "|".join(sorted(map(re.escape, (*LANGUAGES, *OWN_NAMES)), key=len, reverse=True))
_IN_LANGUAGE = re.compile(rf"(?i)[,\s]+(?:in|into)\s+(?P<name>{_LANGUAGES})\b(?P<rest>.*)$")

_SONGS = "(songs|tunes|melodies|carols|lullabies|music|nursery rhymes|hymns)"
_WHICH = "(which|what|how many|what other|what kind of|what sort of|what kinds of|which other)"
ASKED = (
    f"{_WHICH} {_SONGS} (do you know|can you sing|could you sing|do you have|have you got|are there|do you sing|"
    "can i (ask for|choose from|have|hear)|will you sing|are in your repertoire|have you learned) [by heart]",
    f"(list|name|show me|tell me|give me|read me) [all|some] [of] [the|your] {_SONGS} "
    "[that] [you (know|can sing|have)]",
    f"(list|name|show me|tell me|give me) (which|what) {_SONGS} you (know|can sing|have)",
    "what (can|could|do) you sing|what is (in|on) your repertoire|what songs are in your repertoire|"
    "what is there to sing|what singing can you do|tell me what you can sing",
    f"do you (know|have) (any|some|other|any other|many|a few) {_SONGS} [by heart]",
    "(do you know|have you got|do you have|which|what) [any|some|a|an] (song|songs|tune|tunes) [do you know] "
    "about {topic}",
    "(do you know|have you got|do you have) (any|some|other|a) {topic} (song|songs|carols|tunes)",
)
"""Ways of asking which songs are known."""


@dataclass(frozen=True, slots=True)
class Meant:
    """What is sung."""

    text: str
    notes: str = ""
    language: str = ""
    """Its English name, where one was asked for."""
    told: str = ""
    """What has to be said of the choice."""


def meant(text: str, before: str, arguments: Mapping[str, Any], sung: int) -> Meant:
    """What a text stands for that somebody wants to have sung.

    Args:
        text: it, with the manner in which it is to be sung.
        before: what the user said in front of it.
        arguments: those of the request, of which `title` names a song whose words the text is said to be.
        sung: how many songs were sung so far; who wants any gets another each time.

    Raises:
        Missing: a song is meant that is not known; the words are asked for.
    """
    bare = asked(text).text
    if _QUOTED.fullmatch(bare) or tune_of(bare):
        return _in_language(text)
    if arguments.get("title"):
        answer = _AROUND.sub("", bare)
        return _in_language(text.replace(bare, answer) if tune_of(answer) or wish_in(answer) else text)
    if alone := notes_alone(bare):
        return Meant(" ".join([SYLLABLE] * sum(1 for beat in beats(alone) if beat.notes)), alone)
    if _CALLED_WORDS.search(before):
        return _in_language(text)
    syllables, notes = next((found for found in map(scale, (text, bare)) if found[0]), ("", ""))
    if syllables:
        return Meant(syllables, notes)
    if words := recited(bare):
        return Meant(text.replace(bare, words))
    if wish := wish_in(bare):
        return Meant(text.replace(bare, _granted(wish, arguments, sung).title))
    return _named(_in_language(text), arguments)


def _named(found: Meant, arguments: Mapping[str, Any]) -> Meant:
    """A title that is not known, or words that may have been meant as one."""
    bare = asked(found.text).text
    if tune_of(bare) or found.told:
        return found
    if title := title_in(bare):
        raise _unknown(title, f"I do not know {title}.", arguments)
    if not perhaps_title(bare):
        return found
    return replace(found, told=f"I know no song called {bare.strip(' .!?')}, so I took that for the words.")


def _granted(wish: Wish, arguments: Mapping[str, Any], sung: int) -> Tune:
    """A song by heart that is what is wished for.

    Raises:
        Missing: there is none.
    """
    if tunes := granted(wish):
        return tunes[sung % len(tunes)]
    if wish.definite:
        raise _unknown(wish.said, f"I do not know the {wish.said}.", arguments)
    raise _unknown(wish.said, f"I know no {wish.said}.", arguments)


def _unknown(title: str, said: str, arguments: Mapping[str, Any]) -> Missing:
    others = listed(_names(TUNES)[:: max(1, len(TUNES) // NAMED)][:NAMED])
    question = f"{said} I know {others} and some more; which shall I sing? Or tell me the words, and I make up a tune."
    given = {name: value for name, value in arguments.items() if value and name != "text"}
    return Missing(Pending(TASK, {**given, "title": title}, "text", question))


def _in_language(text: str) -> Meant:
    """The text without the language it is to be sung in, and that."""
    found = _IN_LANGUAGE.search(f" {text}")
    if found is None or asked(f"x {found['rest']}").text.strip(" .!?,") != "x":
        return Meant(text)
    name = found["name"].lower()
    rest = (f" {text}"[: found.start()] + found["rest"]).strip()
    return spoken_so(Meant(rest), OWN_NAMES.get(name, name.title())) if rest else Meant(text)


def spoken_so(song: Meant, wanted: str) -> Meant:
    """A song in a language that was asked for, by its English name; English words stay what they are, and that is told.

    A song by heart keeps it: there may be other words to its tune.
    """
    bare = asked(song.text).text
    if not wanted or wanted == ENGLISH or tune_of(bare) or wish_in(bare) or not is_english(bare):
        return replace(song, language=wanted or song.language)
    told = f"Those words are English, and I do not translate what I sing; tell me the words in {wanted} for that."
    return replace(song, language="", told=told)


def language_in(manner: str) -> str:
    """The language that a manner names: "in French, slowly"; empty for none."""
    return _in_language(f"la {manner}").language


def known(topic: str = "") -> tuple[str, list[str]]:
    """What is told of the songs that are known, of those about a topic where one is given; and all their names."""
    wish = wish_in(f"a song about {topic}") if topic else None
    tunes = granted(wish) if wish else list(TUNES)
    names = _names(tunes)
    if not names:
        return f"I know no song about {topic}, but {count(len(TUNES))} others; ask which.", []
    if len(names) <= NAMED:
        return f"I know {listed(names)}.", names
    some = listed([kind for kind, word in TOLD_KINDS if any(word in tune.about for tune in tunes)])
    kinds = f", {some} among them" if some and not topic else f", such as {listed(names[:2])}"
    return f"I know {count(len(names))} songs by heart{kinds}; they are on the screen.", names


def _names(tunes: Sequence[Tune]) -> list[str]:
    return [tune.title for tune in tunes]
