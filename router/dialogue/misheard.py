"""Names of sounds that were heard a little wrong: "the dog bar" is the dog bark, "the tunder" the thunder.

    "dog bar"    a word stands beside it that goes with "bark"      ─▶ "dog bark"      it need not be so like
    "tunder"     no word that people use, and like one that sounds  ─▶ "thunder"
    "reign"      sounds the same as "rain"                          ─▶ "rain"
    "piano"      a word of its own                                  ─▶ as it is

Likeness is of the letters or of the sounds, spelled alike where English says them alike. Only the words for a sound
are to be given: in other sentences a bar is a bar.
"""

import re
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path

from rapidfuzz import fuzz

from models.sound.generation.reader import read
from router.dialogue.base import Call
from router.numerals import words

BESIDE = 66.0
"""From this likeness on, 0 to 100, a word is the one that goes with the word beside it."""
ALIKE = 82.0
"""The same of a word that is no common one, and stands alone."""
CLEARLY = 85.0
"""The same where the rest is understood without it."""
LONG = 6
"""Letters; only longer names are heard as two words."""
SHORTEST = 3
"""Letters; shorter words are taken as they are."""
COMMON = 9000
"""So many of the words that the reading of requests knows are common; it has them by how common they are."""

SOUNDS: Mapping[str, str] = {
    "dog dogs puppy": "bark barks barking growl growling howl howling whine whining",
    "cat cats kitten": "meow meowing purr purring hiss",
    "bird birds": "song singing chirp chirping tweet tweeting twitter",
    "rooster cock": "crow crowing call",
    "cow cows": "moo mooing",
    "horse horses": "neigh neighing gallop galloping hooves",
    "duck ducks": "quack quacking",
    "frog frogs": "croak croaking",
    "owl": "hoot hooting",
    "cricket crickets": "chirp chirping",
    "bee bees": "buzz buzzing",
    "baby": "cry cries crying laugh laughing",
    "people": "talk talking laugh laughing clap clapping sneeze sneezing cough coughing",
    "rain": "drops fall falling",
    "thunder": "clap roll rolling storm",
    "wind": "howl howling",
    "sea ocean": "waves surf",
    "water": "drops drip dripping running stream",
    "fire": "crackle crackles crackling burning alarm",
    "clock": "tick ticks ticking chime",
    "bell bells": "ring rings ringing toll",
    "door": "bell slam slamming knock knocking creak creaking slide sliding open opening",
    "phone telephone": "ring rings ringing",
    "car": "horn engine alarm door",
    "engine": "noise start starting running",
    "train": "whistle horn passing",
    "church": "bell bells",
    "glass": "break breaks breaking shatter",
    "chain": "saw saws",
    "alarm": "clock",
    "keyboard": "typing",
    "foot": "steps step",
    "helicopter chopper chainsaw siren whistle applause laughter footsteps thunderstorm fireworks typing snoring "
    "sneezing coughing cheering crackling barking ticking crowing crying": "",
}
"""Who makes sounds, and what they do."""

HEARD = {name: "target" for name in ("detect_target_sound", "extract_sound")} | {
    name: "text" for name in ("generate_audio", "inpaint_audio")
}
"""Tasks that are told a sound by its name, and which argument holds it."""
MISHEARD = (*HEARD, "make_binaural")
"""Tasks whose requests are heard again with something put right."""
_LEAVING = re.compile(r"(?i)everything (?:else )?but (?:the )?")
_LAST = re.compile(
    r"(?i)\b(?:the|a|an|any|some|only) (?P<thing>(?:[a-z]{3,} )?[a-z]{3,})\b"
    r"(?=(?: (?:out|away|alone|sounds?|noises?|please|in it|in this|from it|for me))*[.?!]*\s*$)"
)
"""The last word of a request, which may be the name of a sound."""
_INTO = re.compile(r"(?i)\b(?:in)?to (?P<thing>[a-z]+(?: [a-z]+){1,3})(?=[.?!]*\s*$)")
BINAURAL = "binaural audio"
"""What people seldom say, so that recognizers write something else."""
AS_BINAURAL = 70.0
"""From this likeness on, 0 to 100, letters alone, something is that: "bangor aladio" has 72, "spatial audio" 64."""
_HEARD_LAST = re.compile(r"(?i)\bhear (?P<thing>[a-z]{3,} [a-z]{3,})(?=[.?!]*\s*$)")
_WORD = re.compile(r"[A-Za-z']+")
_SPELLED = tuple(
    (re.compile(pattern), sound)
    for pattern, sound in (
        (r"^(?:kn|gn|pn)", "n"),
        (r"^wr", "r"),
        (r"ei?gh?n?(?=n)|ei(?=g?n)|ai|ay|ey|a(?=[^aeiouy]e$)", "a"),
        (r"(?<=a)g(?=n)", ""),
        (r"ee|ea|ie|y$", "i"),
        (r"oo|ou|ew", "u"),
        (r"ph", "f"),
        (r"th", "t"),
        (r"ck|[cq](?![eiy])", "k"),
        (r"c", "s"),
        (r"wh", "w"),
        (r"sh|ch|tch", "x"),
        (r"(?<=.)e$", ""),
        (r"(.)\1", r"\1"),
    )
)


def mended(said: str) -> str:
    """The words for a sound, those put right that were heard a little wrong; what is understood stays as it is."""
    known = _sources(said)
    makers = [word.lower() for word in _WORD.findall(said) if _does(word.lower())]
    lost = [maker for maker in makers if not known & _sources(maker)]
    if not known and (joined := _joined(said)):
        return joined
    least = BESIDE if lost or not known else CLEARLY
    made, end = "", 0
    spoken = [*_WORD.finditer(said)]
    for at, word in enumerate(spoken):
        beside = {spoken[k].group().lower() for k in (at - 1, at + 1) if 0 <= k < len(spoken)}
        made += said[end : word.start()] + (_beside(word.group(), beside, least) or _alone(word.group(), not known))
        end = word.end()
    made += said[end:]
    return made if made != said and _sources(made) else said


def _sources(said: str) -> frozenset[str]:
    """The sounds that the rules take words for."""
    return frozenset(layer.source for step in read(said).steps for layer in step.layers)


def corrected(call: Call) -> Call:
    """A call whose words for a sound are put right."""
    name = HEARD.get(call.task, "")
    said = call.arguments.get(name)
    if not isinstance(said, str):
        return call
    lead = _LEAVING.match(said)
    kept = lead.group() if lead else ""
    return replace(call, arguments={**call.arguments, name: kept + mended(said[len(kept) :])})


def reheard(text: str) -> str:
    """A request with the last thing in it put right, where that is no word that people use: "remove the tunder"; or
    where it is like what people seldom say: "transfer it into by neural audio"."""
    into = _INTO.search(text)
    if into and fuzz.ratio(into["thing"].lower().replace(" ", ""), BINAURAL.replace(" ", "")) >= AS_BINAURAL:
        return f"{text[: into.start('thing')]}{BINAURAL}{text[into.end('thing') :]}"
    found = _LAST.search(text)
    if not found:
        return text
    *before, last = found["thing"].split()
    pair = mended(found["thing"]) if before else found["thing"]
    if pair == found["thing"] and last.lower() not in _common():
        pair = " ".join([*before, mended(last)])
    return f"{text[: found.start('thing')]}{pair}{text[found.end('thing') :]}"


def reheard_pair(text: str) -> str:
    """A request with two words at its end put right of which one says what the other does: "the clock sicking"; empty
    where nothing is to be put right."""
    found = _LAST.search(text) or _HEARD_LAST.search(text)
    if not found or len(found["thing"].split()) != 2:
        return ""
    pair = mended(found["thing"])
    first, second = pair.lower().split()[:1], pair.lower().split()[-1]
    fits = pair != found["thing"] and any(second in _does(word) for word in first)
    return f"{text[: found.start('thing')]}{pair}{text[found.end('thing') :]}" if fits else ""


def sounds_like(word: str) -> str:
    """A word as it is said, about: what English spells in several ways is spelled in one."""
    said = word.lower()
    for pattern, sound in _SPELLED:
        said = pattern.sub(sound, said)
    return said


def _joined(said: str) -> str:
    """With two words that are one name heard as two in one: "hell copter"; empty where there are none."""
    for pair in re.finditer(r"(?=\b([A-Za-z]+) ([A-Za-z]+)\b)", said):
        parts = {pair[1].lower(), pair[2].lower()}
        if not parts & (_known() | _ARTICLES):
            near = max(
                (name for name in _known() if len(name) > LONG),
                key=lambda name: _likeness("".join(pair.groups()), name),
            )
            if _likeness((pair[1] + pair[2]).lower(), near) >= ALIKE:
                return f"{said[: pair.start(1)]}{near}{said[pair.end(2) :]}"
    return ""


def _beside(word: str, beside: set[str], least: float) -> str:
    """What goes with a word beside it and is like the word; empty where nothing does."""
    low = word.lower()
    with_it = {name for other in beside for name in _does(other)}
    if makers := [name for other in beside for name in _makers(other) if _same_sound(low, name)]:
        return min(makers)
    if len(low) < SHORTEST or low in _ARTICLES or low in _known() or not with_it:
        return ""
    best = max(sorted(with_it), key=lambda name: _likeness(low, name))
    if least < CLEARLY and not low.endswith(("ing", "s", "y", "ed")):
        return best if _likeness(low, best) >= least else ""
    understood = least == CLEARLY and low in _common() or _inflected(low) or _sources(low)
    return best if fuzz.ratio(low, best) >= least and not understood else ""


def _alone(word: str, unknown: bool) -> str:
    """The name of a sound that a word is like, where nothing is known of what was said; else the word."""
    low = word.lower()
    if not unknown or len(low) < SHORTEST or low in _ARTICLES or low in _known() or _inflected(low):
        return word
    best = max(sorted(_known()), key=lambda name: _likeness(low, name))
    same = sounds_like(low) == sounds_like(best)
    return best if same or (low not in _common() and _likeness(low, best) >= ALIKE) else word


def _inflected(word: str) -> bool:
    """Whether it is a form of a word that is known: "coughs", "meowed"."""
    return any(word.startswith(name) and word[len(name) :] in ("s", "ed", "d", "y", "es") for name in _known())


def _likeness(said: str, name: str) -> float:
    """0 to 100, by letters or by sounds."""
    return max(fuzz.ratio(said, name), fuzz.ratio(sounds_like(said), sounds_like(name)))


def _same_sound(said: str, name: str) -> bool:
    """Whether two words are said alike and written otherwise."""
    return said != name and said not in _known() and sounds_like(said) == sounds_like(name)


@cache
def _makers(doing: str) -> frozenset[str]:
    """Who or what does something that sounds."""
    return frozenset(word for makers, said in SOUNDS.items() if doing in said.split() for word in makers.split())


@cache
def _does(word: str) -> frozenset[str]:
    """What somebody or something does that sounds."""
    return frozenset().union(*(said.split() for makers, said in SOUNDS.items() if word in makers.split()))


@cache
def _known() -> frozenset[str]:
    """All words for sounds, and for who makes them."""
    return frozenset(word for makers, said in SOUNDS.items() for word in f"{makers} {said}".split())


@cache
def _common() -> frozenset[str]:
    """Words that people use."""
    text = (Path(__file__).parent / "understanding" / "vocabulary.txt").read_text(encoding="utf-8")
    return frozenset([word for word in text.splitlines() if word.isalpha()][:COMMON])


_ARTICLES = frozenset(
    words("the a an some any my your his her their its this that of in on at and or with from to for")
)
