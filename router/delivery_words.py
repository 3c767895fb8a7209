"""The ways of saying how something is to be spoken, and what each of them does."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TypeAlias

from assistant.errors import TaskError
from router.speech import PITCH, Directions
from router.speeds import speed as speed_said
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
NO_MOOD = "I cannot act a mood; this only comes near it."
NO_LANGUAGE = "I have no voice that speaks {}."


Change: TypeAlias = Callable[[Directions, "re.Match[str]"], Directions]

_VERY = r"(?:(?:very|really|extremely|super|so|incredibly|terribly) )"
_BIT = r"(?:a (?:little|tiny|wee) bit |a (?:bit|little|touch) |slightly |somewhat |rather |quite )"
_MUCH = r"(?:much |a lot |far |way )"
_STEP = r"(?:even |still |just )?"
_IN = r"(?:in|with|using|by|as if in|at)"
_OWN = r"(?:(?:a|an|the|your|some) )?"
_TONE = r"(?:voice|pitch|tone|register)"
_SLOWLY = r"(?:slow|slowly|leisurely|unhurriedly)"
_FAST = r"(?:fast|quick|quickly|rapidly|swiftly|speedily|hastily)"
_NUMBER = r"(?:[\d.]+|one|two|three|four|five|six|ten)(?: point \w+)?(?: and a half)?"
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


def _paced(so: Directions, found: re.Match[str]) -> Directions:
    factor = speed_said(found.group())
    return so.faster(factor) if factor else so


def _octaves(so: Directions, found: re.Match[str]) -> Directions:
    amount = {"a": 1, "an": 1, "half an": 0.5, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6}
    number = found["n"].lower()
    size = (float(number) if number[0].isdigit() else amount.get(number, 1)) * (
        12 if found["unit"].startswith("octave") else 1
    )
    moved = so.higher(size if found["way"].startswith(("high", "up")) else -size)
    told = abs(moved.manner.pitch - so.manner.pitch) < size
    return moved.told(f"I can move my voice by {PITCH[1]:.0f} semitones at most.") if told else moved


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
    for word in re.findall(r"[\w-]+", found["adjectives"].lower()):
        so = ADJECTIVES[word](so)
    return so


def _called(so: Directions, found: re.Match[str]) -> Directions:
    return so.by(found["called"] or found["name"])


ADJECTIVES: Mapping[str, Callable[[Directions], Directions]] = {
    **dict.fromkeys(("deep", "low", "dark", "bass", "husky"), lambda so: so.higher(-3.0)),
    **dict.fromkeys(("high", "bright", "squeaky", "light"), lambda so: so.higher(3.0)),
    **dict.fromkeys(("slow", "relaxed"), lambda so: so.faster(0.8)),
    **dict.fromkeys(("calm", "soothing", "sleepy"), lambda so: so.faster(0.9).livelier(0.85)),
    **dict.fromkeys(("fast", "quick"), lambda so: so.faster(1.25)),
    **dict.fromkeys(("soft", "quiet", "gentle"), lambda so: so.louder(-6.0)),
    **dict.fromkeys(("loud", "strong"), lambda so: so.louder(6.0)),
    **dict.fromkeys(("flat", "monotonous", "robotic"), lambda so: so.livelier(0.1)),
    **dict.fromkeys(("lively", "expressive", "animated", "energetic"), lambda so: so.livelier(1.6)),
    **dict.fromkeys(("and", "but", "very"), lambda so: so),
}
"""What each word for a voice does, where several stand together."""
_ADJECTIVES = rf"(?:{'|'.join(ADJECTIVES)})(?:,? (?:and )?(?:{'|'.join(ADJECTIVES)}))+"
_LANGUAGES = "|".join(sorted((*NAMES, *VOICELESS), key=len, reverse=True))
_ENGLISHES = "|".join(sorted(ACCENTS, key=len, reverse=True))
RULES: Sequence[tuple[str, Change]] = (
    (rf"{_IN} (?:an? |the |your )?(?P<adjectives>{_ADJECTIVES}) (?:voice|tone|manner|way)", _voiced),
    (r"as (?:fast|quick|quickly) as (?:you can|possible)", _by_speed(2.0)),
    (r"as (?:slow|slowly) as (?:you can|possible)", _by_speed(0.5)),
    (r"as (?:loud|loudly) as (?:you can|possible)", _by_gain(12.0)),
    (r"as (?:quiet|quietly|soft|softly) as (?:you can|possible)", _by_gain(-18.0)),
    (r"as (?:deep|low|deeply) as (?:you can|possible)", _by_pitch(-8.0)),
    (r"as high as (?:you can|possible)", _by_pitch(8.0)),
    (rf"(?:nice and )(?:{_SLOWLY})", _by_speed(0.8)),
    (r"nice and (?:loud|loudly)", _by_gain(6.0)),
    (r"(?:take|taking) (?:it slow(?:ly)?|your time)", _by_speed(0.8)),
    (rf"{_BIT}(?:{_SLOWLY}|slower|more slowly)", _by_speed(0.9)),
    (rf"{_BIT}(?:{_FAST}|faster|quicker|more quickly)", _by_speed(1.12)),
    (
        rf"{_MUCH}(?:slower|more slowly)|{_VERY}{_SLOWLY}|{_IN} (?:a )?{_VERY}slow (?:voice|speed|pace|tempo)",
        _by_speed(0.64),
    ),
    (
        rf"{_MUCH}(?:faster|quicker|more quickly)|{_VERY}{_FAST}|{_IN} (?:a )?{_VERY}fast (?:voice|"
        rf"speed|pace|tempo)",
        _by_speed(1.5),
    ),
    (
        rf"(?:(?:at|with) )?(?:about )?(?:twice|thrice|half|double|triple|(?:an? |one |"
        rf"two )?(?:third|quarter|half|fifth|tenth)s?|{_NUMBER} times|[\d.]+ ?x|[\w.-]+ ?(?:percent|"
        rf"%))"
        r" (?:as (?:fast|slow|quick|quickly|slowly)|(?:of )?(?:the |your |its )?(?:normal |"
        r"usual |original )?(?:speed|tempo|pace|rate)|faster|slower)",
        _paced,
    ),
    (r"(?:at|with) (?:a )?(?:speed|pace|tempo|rate) of [\w. -]{1,20}?(?:percent|%|times)?", _paced),
    (
        rf"{_STEP}(?:{_SLOWLY}|slower|more slowly)|{_IN} {_OWN}(?:slow|slower|relaxed|calm)"
        rf" (?:voice|speed|pace|tempo)|taking your time",
        _by_speed(0.8),
    ),
    (
        rf"{_STEP}(?:{_FAST}|faster|quicker|more quickly)|{_IN} {_OWN}(?:fast|quick|faster)"
        rf" (?:voice|speed|pace|tempo)|in a hurry",
        _by_speed(1.25),
    ),
    (
        r"(?P<n>half an|an?|one|two|three|four|five|six|\d+) (?P<unit>octave|semitone|"
        r"half.?tone)s? (?P<way>higher|lower|deeper|up|down)",
        _octaves,
    ),
    (rf"{_BIT}(?:deeper|lower)", _by_pitch(-1.0)),
    (rf"{_BIT}higher", _by_pitch(1.0)),
    (
        rf"{_MUCH}(?:deeper|lower)|{_IN} {_OWN}(?:{_VERY}|{_MUCH})(?:deep|low|dark|deeper|"
        rf"lower|low-pitched) {_TONE}",
        _by_pitch(-5.0),
    ),
    (
        rf"{_MUCH}higher|{_IN} {_OWN}(?:{_VERY}|{_MUCH})(?:high|higher|high-pitched|squeaky|shrill) {_TONE}",
        _by_pitch(5.0),
    ),
    (
        rf"{_STEP}(?:deeper|lower)|{_IN} {_OWN}(?:deep|deeper|low|lower|dark|darker|bass|"
        rf"low-pitched|lower-pitched) {_TONE}",
        _by_pitch(-3.0),
    ),
    (
        rf"{_STEP}higher|{_IN} {_OWN}(?:high|higher|bright|brighter|squeaky|shrill|high-pitched|"
        rf"higher-pitched) {_TONE}",
        _by_pitch(3.0),
    ),
    (rf"{_BIT}(?:louder|more loudly)", _by_gain(3.0)),
    (rf"{_BIT}(?:quieter|softer|more quietly|more softly)", _by_gain(-3.0)),
    (
        r"whispering(?:ly)?|(?:in )?(?:a )?whisper(?:ing voice)?|(?:in|with) a whispering voice|"
        r"under your breath",
        _by_gain(-12.0, NO_WHISPER),
    ),
    (
        r"shouting|screaming|yelling|at the top of your (?:voice|lungs)|(?:in|with) a shouting voice",
        _by_gain(9.0, NO_SHOUT),
    ),
    (
        rf"(?:{_MUCH}|{_VERY}|{_STEP})?(?:loud|loudly|louder|more loudly)|{_IN} {_OWN}(?:{_VERY})?"
        rf"loud(?:er)? voice|out loud and clear",
        _by_gain(6.0),
    ),
    (
        rf"(?:{_MUCH}|{_VERY}|{_STEP})?(?:quietly|softly|gently|quieter|softer|more quietly|"
        rf"more softly)|{_IN} {_OWN}(?:{_VERY})?(?:quiet|soft|gentle|quieter|softer) voice",
        _by_gain(-6.0),
    ),
    (
        rf"{_IN} (?:a )?monotone|monotonously|flatly|{_IN} {_OWN}(?:flat|monotonous|robotic|"
        rf"robot) {_TONE}|like a (?:robot|machine)|without (?:any )?(?:melody|expression|"
        rf"emotion)",
        _by_range(0.1),
    ),
    (
        rf"(?:more )?(?:expressively|lively|livelily|animatedly)|livelier|with (?:more|"
        rf"a lot of|lots of|much )?\s?(?:expression|melody|feeling|energy)|{_IN} {_OWN}(?:more )?"
        rf"(?:lively|livelier|expressive|animated|energetic) {_TONE}",
        _by_range(1.6),
    ),
    (
        rf"(?:more )?(?:excitedly|happily|cheerfully|joyfully)|{_IN} {_OWN}(?:happy|cheerful|"
        rf"excited|joyful) {_TONE}",
        lambda so, _: so.livelier(1.5).higher(1.5).faster(1.1).told(NO_MOOD),
    ),
    (
        rf"(?:more )?(?:sadly|gloomily|solemnly)|{_IN} {_OWN}(?:sad|gloomy|solemn|serious) {_TONE}",
        lambda so, _: so.livelier(0.6).higher(-1.5).faster(0.85).told(NO_MOOD),
    ),
    (
        rf"(?:more )?angrily|{_IN} (?:a |an )?angry {_TONE}",
        lambda so, _: so.louder(5.0).higher(-1.0).faster(1.1).told(NO_MOOD),
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
)
"""What each way of saying it does; what comes first is tried first."""
