"""The ways of saying how something is to be spoken, and what each of them does."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TypeAlias

from assistant.errors import TaskError
from router import delivery_amounts, delivery_effects, delivery_moods
from router.delivery_moods import BY_ADJECTIVE, HOW, strength
from router.speech import Directions
from router.spoken import durations_in
from tts.tongues import ACCENTS, NAMES, VOICELESS

WOMAN, MAN = "lj", "espeak"
"""Which of the shipped voices sounds like whom."""
NO_MAN = "I have no man's voice here; this is my own, deeper."
NO_WHISPER = "I cannot whisper; this is as softly as I speak."
NO_SHOUT = "I cannot shout; this is as loud as I speak."
NO_CHILD = "I have no child's voice; this is my own, higher."
NO_AGE = "I have no old voice; this is my own, deeper and slower."
NO_ACCENT = "I have no {} accent; I have American, British, Scottish and Caribbean ones."
NO_SUCH_VOICE = "I have no {} voice, so this is my usual one."
NO_LANGUAGE = "I have no voice that speaks {}."


Change: TypeAlias = Callable[[Directions, "re.Match[str]"], Directions]

_VERY = r"(?:(?:very|really|extremely|super|so|incredibly|terribly) )"
_BIT = r"(?:a (?:little|tiny|wee) bit |a (?:bit|little|touch) |slightly |somewhat |rather |quite )"
_MUCH = r"(?:much |a lot |far |way )"
_STEP = r"(?:even |still |just )?"
_IN = r"(?:in|with|using|by|as if in|at)"
_OWN = r"(?:(?:a|an|the|your|some) )?"
_TONE = r"(?:voice|pitch|tone|register)"
_PACE = r"(?:voice|speed|pace|tempo)"
_SLOWLY = r"(?:slow|slowly|leisurely|unhurriedly)"
_FAST = r"(?:fast|quick|quickly|rapidly|swiftly|speedily|hastily)"
_PERSON = (
    r"(?:(?:in|with|using|by) (?:a|an|the|your|some) {0}(?:'?s'?)?(?: voice)?|"
    r"(?:as|like)(?: if you were)? (?:a |an |the )?{0})"
)
_SENTENCES = r"(?:sentences?|words?|lines?|phrases?|paragraphs?|them|each|every sentence)"


def _by_speed(factor: float) -> Change:
    return lambda so, _: so.faster(factor)


def _by_pitch(semitones: float) -> Change:
    return lambda so, _: so.higher(semitones)


def _by_gain(decibels: float, notice: str = "") -> Change:
    return lambda so, _: so.louder(decibels).told(notice) if notice else so.louder(decibels)


def _by_pause(factor: float) -> Change:
    return lambda so, _: replace(so, pause=min(8.0, so.pause * factor))


def _by_range(factor: float, notice: str = "") -> Change:
    return lambda so, _: so.livelier(factor).told(notice) if notice else so.livelier(factor)


def _paused(so: Directions, found: re.Match[str]) -> Directions:
    times = durations_in(found.group())
    return replace(so, pause_s=min(10.0, times[0][2])) if times else replace(so, pause=so.pause * 2)


def _spoken_in(so: Directions, found: re.Match[str]) -> Directions:
    said = " ".join(found["language"].lower().split())
    if said in VOICELESS:
        raise TaskError(NO_LANGUAGE.format(said.title()))
    code = NAMES[said]
    return replace(so, manner=replace(so.manner, language="" if code == "en" else code))


def _accented(so: Directions, found: re.Match[str]) -> Directions:
    said = " ".join((found["accent"] or found["english"]).lower().split())
    code = ACCENTS.get(said, ACCENTS.get(said.split()[-1]))
    if code is None:
        return so.told(NO_ACCENT.format(said.title()))
    if not code:
        return replace(so, manner=replace(so.manner, language=""))
    return replace(so, manner=replace(so.manner, language=code, voice=MAN))


def _voiced(so: Directions, found: re.Match[str]) -> Directions:
    """With each adjective, as strong as the word before it makes it: "a very deep and slow voice"."""
    before = ""
    for word in re.findall(r"[a-z-]+", found["adjectives"].lower()):
        if word in BY_ADJECTIVE:
            so = BY_ADJECTIVE[word].change(so, strength(before))
        elif word in ADJECTIVES:
            so = ADJECTIVES[word](so, strength(before))
        before = f"{before} {word}" if strength(word) != 1.0 else ""
    return so


def _odd(so: Directions, found: re.Match[str]) -> Directions:
    return so.told(NO_SUCH_VOICE.format(found["odd"].lower()))


def _called(so: Directions, found: re.Match[str]) -> Directions:
    return so.by(found["called"] or found["name"])


ADJECTIVES: Mapping[str, Callable[[Directions, float], Directions]] = {
    **dict.fromkeys(("deep", "low", "dark", "bass", "husky", "low-pitched"), lambda so, much: so.higher(-5.0 * much)),
    **dict.fromkeys(("deeper", "lower", "darker", "lower-pitched"), lambda so, much: so.higher(-3.0 * much)),
    **dict.fromkeys(
        ("high", "squeaky", "light", "shrill", "high-pitched", "thin", "tiny"), lambda so, much: so.higher(4.5 * much)
    ),
    **dict.fromkeys(("higher", "brighter", "higher-pitched", "lighter"), lambda so, much: so.higher(3.0 * much)),
    **dict.fromkeys(("slow", "relaxed", "slower", "leisurely"), lambda so, much: so.faster(0.8**much)),
    **dict.fromkeys(("calm", "soothing", "peaceful", "calming"), lambda so, much: so.faster(0.9**much).livelier(0.85)),
    **dict.fromkeys(("fast", "quick", "faster", "rapid", "hurried"), lambda so, much: so.faster(1.25**much)),
    **dict.fromkeys(
        ("soft", "quiet", "gentle", "softer", "quieter", "hushed"), lambda so, much: so.louder(-6.0 * much)
    ),
    **dict.fromkeys(("loud", "strong", "louder", "booming", "powerful"), lambda so, much: so.louder(6.0 * much)),
    **dict.fromkeys(("flat", "monotonous", "robotic", "robot", "monotone"), lambda so, _: so.livelier(0.1)),
    **dict.fromkeys(("lively", "expressive", "animated", "energetic", "livelier"), lambda so, _: so.livelier(1.6)),
    **dict.fromkeys(("whispering", "whispered", "breathy"), lambda so, _: so.louder(-12.0).told(NO_WHISPER)),
    **dict.fromkeys(("shouting", "screaming", "yelling"), lambda so, _: so.louder(9.0).told(NO_SHOUT)),
    **dict.fromkeys(("normal", "usual", "clear", "natural"), lambda so, _: so),
}
"""What each word for a voice does, by how much of it is wanted: 1, or more behind "very"."""
_ADJECTIVE = rf"{HOW}(?:{'|'.join(sorted((*ADJECTIVES, *BY_ADJECTIVE), key=len, reverse=True))})(?:[ -]sounding)?"
_ADJECTIVES = rf"{_ADJECTIVE}(?:,? (?:and |but |yet )?{_ADJECTIVE})*"
_MANNER = (
    r"(?:(?:tone|sort|kind|way) of (?:voice|tone|speaking)|voice|tone|pitch|register|manner|mood|way|style|fashion)"
)
_LANGUAGES = "|".join(sorted((*NAMES, *VOICELESS), key=len, reverse=True))
_ENGLISHES = "|".join(sorted(ACCENTS, key=len, reverse=True))
RULES: Sequence[tuple[str, Change]] = (
    *delivery_amounts.RULES,
    *delivery_effects.RULES,
    *delivery_moods.RULES,
    (rf"{_IN} {_OWN}(?P<adjectives>{_ADJECTIVES}) {_MANNER}", _voiced),
    (r"as (?:fast|quick|quickly) as (?:you can|possible)", _by_speed(2.0)),
    (r"as (?:slow|slowly) as (?:you can|possible)", _by_speed(0.5)),
    (r"as (?:loud|loudly) as (?:you can|possible)", _by_gain(12.0)),
    (r"as (?:quiet|quietly|soft|softly) as (?:you can|possible)", _by_gain(-18.0)),
    (r"as (?:deep|low|deeply) as (?:you can|possible)", _by_pitch(-8.0)),
    (r"as high as (?:you can|possible)", _by_pitch(8.0)),
    (rf"(?:nice and )(?:{_SLOWLY})", _by_speed(0.8)),
    (r"nice and (?:loud|loudly)", _by_gain(6.0)),
    (r"out loud|aloud", lambda so, _: so),
    (r"(?:take|taking) (?:it slow(?:ly)?|your time)", _by_speed(0.8)),
    (rf"{_BIT}(?:{_SLOWLY}|slower|more slowly)", _by_speed(0.9)),
    (rf"{_BIT}(?:{_FAST}|faster|quicker|more quickly)", _by_speed(1.12)),
    (rf"{_MUCH}(?:slower|more slowly)|{_VERY}{_SLOWLY}|{_IN} (?:a )?{_VERY}slow {_PACE}", _by_speed(0.64)),
    (rf"{_MUCH}(?:faster|quicker|more quickly)|{_VERY}{_FAST}|{_IN} (?:a )?{_VERY}fast {_PACE}", _by_speed(1.5)),
    (
        rf"{_STEP}(?:{_SLOWLY}|slower|more slowly)|{_IN} {_OWN}(?:slow|slower|relaxed|calm) {_PACE}|taking your time",
        _by_speed(0.8),
    ),
    (
        rf"{_STEP}(?:{_FAST}|faster|quicker|more quickly)|{_IN} {_OWN}(?:fast|quick|faster) {_PACE}|in a hurry",
        _by_speed(1.25),
    ),
    (rf"{_BIT}(?:deeper|lower)", _by_pitch(-1.0)),
    (rf"{_BIT}higher", _by_pitch(1.0)),
    (rf"{_MUCH}(?:deeper|lower)|{_IN} {_OWN}{_MUCH}(?:deeper|lower|darker) {_TONE}", _by_pitch(-5.0)),
    (rf"{_MUCH}higher|{_IN} {_OWN}{_MUCH}(?:higher|brighter) {_TONE}", _by_pitch(5.0)),
    (rf"{_STEP}(?:deeper|lower)", _by_pitch(-3.0)),
    (rf"{_STEP}higher", _by_pitch(3.0)),
    (rf"{_BIT}(?:louder|more loudly)", _by_gain(3.0)),
    (rf"{_BIT}(?:quieter|softer|more quietly|more softly)", _by_gain(-3.0)),
    (r"whispering(?:ly)?|(?:(?:in|as|like) )?(?:a )?whisper|under your breath", _by_gain(-12.0, NO_WHISPER)),
    (r"shouting|screaming|yelling|at the top of your (?:voice|lungs)", _by_gain(9.0, NO_SHOUT)),
    (rf"(?:{_MUCH}|{_VERY}|{_STEP})?(?:loud|loudly|louder|more loudly)|out loud and clear", _by_gain(6.0)),
    (
        rf"(?:{_MUCH}|{_VERY}|{_STEP})?(?:quietly|softly|gently|quieter|softer|more quietly|more softly)",
        _by_gain(-6.0),
    ),
    (
        rf"{_IN} (?:a )?monotone|monotonously|flatly|like a (?:robot|machine)|"
        rf"without (?:any )?(?:melody|expression|emotion)",
        _by_range(0.1),
    ),
    (r"calmly|peacefully|soothingly|in peace", lambda so, _: so.faster(0.9).livelier(0.85)),
    (
        r"(?:more )?(?:expressively|lively|livelily|animatedly)|livelier|with (?:more|a lot of|lots of|much )?\s?"
        r"(?:expression|melody|feeling|emotion|energy)",
        _by_range(1.6),
    ),
    (
        rf"{_IN} (?:a )?(?:pause|break|gap|silence)s? of [\w. -]+?(?:seconds?|minutes?)"
        rf"(?: (?:between|after) (?:the |each |every |all )?{_SENTENCES})?",
        _paused,
    ),
    (
        rf"(?:with |and )?[\w. -]{{1,16}}? seconds? (?:of )?(?:pause|silence|break) (?:between|"
        rf"after) (?:the |each |every |all )?{_SENTENCES}",
        _paused,
    ),
    (
        rf"with (?:very long|much longer) (?:pauses|breaks)(?: (?:between|after) (?:the |"
        rf"each |every |all )?{_SENTENCES})?",
        _by_pause(4.0),
    ),
    (
        rf"with (?:long|longer|more|bigger|many) (?:pauses|breaks)(?: (?:between|after)"
        rf" (?:the |each |every |all )?{_SENTENCES})?",
        _by_pause(2.5),
    ),
    (
        rf"with (?:short|shorter|smaller|fewer|less) (?:pauses|breaks)(?: (?:between|after)"
        rf" (?:the |each |every |all )?{_SENTENCES})?",
        _by_pause(0.5),
    ),
    (
        rf"without (?:any )?(?:pauses|breaks|pausing)(?: (?:between|after) (?:the |each |"
        rf"every |all )?{_SENTENCES})?|with no (?:pauses|breaks)",
        _by_pause(0.05),
    ),
    (
        _PERSON.format(r"(?:little |small |young )?(?:child|kid|boy|girl|baby|toddler|children)"),
        lambda so, _: so.by("child"),
    ),
    (
        _PERSON.format(r"old (?:wo)?m[ae]n"),
        lambda so, found: so.by("man" if "wom" not in found.group() else "woman").higher(-2).faster(0.85).told(NO_AGE),
    ),
    (_PERSON.format(r"(?:deep )?(?:man|male|men|masculine|gentleman|guy|dad|father)"), lambda so, _: so.by("man")),
    (_PERSON.format(r"(?:woman|female|women|feminine|lady|mother|mom)"), lambda so, _: so.by("woman")),
    (
        r"(?:(?:in|with|using|by) )?(?:the|your|a|an) (?:other|another|different|second|"
        r"next) (?:voice|one)|(?:in|with|using|by) another voice|in a different voice",
        lambda so, _: so.by("other"),
    ),
    (r"(?:in|with|using) your (?:own|normal|usual) voice", lambda so, _: so.by("own")),
    (rf"{_IN} an? (?P<accent>[\w-]+(?: [\w-]+)?) accent|in (?P<english>{_ENGLISHES}) english", _accented),
    (rf"(?:in|auf|en|into|to) (?:the )?(?P<language>{_LANGUAGES})(?: language| voice)?", _spoken_in),
    (rf"(?:in|with) (?:a |the |your )?(?P<language>{_LANGUAGES}) (?:voice|pronunciation|speaker)", _spoken_in),
    (
        r"(?:in|with|using|by) (?:the |your )?(?:voice (?:called |named |of )?(?P<called>[\w-]{2,})"
        r"|(?P<name>[\w-]{2,}) voice)",
        _called,
    ),
    (r"(?:in|with|using) an? (?P<odd>[\w-]+(?: [\w-]+)?) (?:voice|tone of voice)", _odd),
)
"""What each way of saying it does; what comes first is tried first."""
OTHERS: frozenset[Change] = frozenset((_called, _spoken_in))
"""Ways that other tasks may be meant by: a voice by its name, a language to be put into."""
