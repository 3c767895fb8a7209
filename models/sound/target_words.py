"""Which of the known sounds a person means: "somebody sneezing", "the motor saw", "the dog and the rain"."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from rapidfuzz import fuzz, process

from models.sound.detection_classes import LABELS, SILENCE

MEANINGS: Mapping[str, str] = {
    "dog": r"dogs?|pupp(y|ies)|hounds?|bark(s|ed|ing|ings)?|woof(s|ing)?|yap(s|ping)?|doggy",
    "rain": r"rain(s|ing|fall|drops?|y)?|drizzl(e|ing)|downpour|shower of rain",
    "sea waves": r"seas?|oceans?|surf|beach|seaside|(sea ?|ocean )?waves|tide|breakers",
    "crying baby": r"(child(ren)?|kids?) (is |are )?(cry(ing)?|cries|wailing)|crying (child|kid)"
    r"|bab(y|ies)|infants?|newborn|toddlers?|cry(ing)?|cries|wailing",
    "clock ticking": r"clocks?|tick(s|ing)?|tick ?tocks?|watch ticking|wristwatch",
    "sneezing": r"sneez(e|es|ed|ing|er)|a?t?choo",
    "helicopter": r"helicopters?|choppers?|helis?|rotor( blades)?",
    "chainsaw": r"chain ?saws?|(motor|power) ?saws?|saws?|sawing",
    "rooster": r"cock a doodle doo|roosters?|cockerels?|cocks?|crowing",
    "crackling fire": r"fires?|crackl(e|es|ing)|(camp|bon)fires?|fireplace|flames?|burning wood|burning",
    "speech": r"speech|speak(s|ing|ers?)?|talk(s|ing|ers?)?|voices?|conversations?|chatter|people|persons?|somebody"
    r"|someone|words|m[ae]n|wom[ae]n|child(ren)?|boys?|girls?|humans?|dialogue",
    "music": r"music|songs?|melod(y|ies)|tunes?|band|orchestra|instruments?|pianos?|guitars?|violins?|flutes?|trumpets?"
    r"|cellos?|organ|saxophones?|harp|drums?|bass",
    SILENCE: r"silence|silent|quiet|nothing",
}
"""The words for each sound; nothing else of the request may be left but `AROUND`."""
ANOTHER = re.compile(
    r"\b(fire ?(alarm|engine|truck|work|bell|man|hose)s?|gun ?fire|smoke|dog whistle|alarm clock|sound ?waves?"
    r"|micro ?waves?|heat waves?|laugh\w*|giggl\w*|sing\w*|scream\w*|cough\w*|snor\w*|music box|sea ?gulls?"
    r"|sea lions?|rain ?(stick|forest)s?|saw ?dust|growl\w*|howl\w*|cr(y|ies|ying) wolf|clock radio|whisper\w*)\b"
)
"""Words that make another sound of it, or are one that is not known."""
AROUND = re.compile(
    r"\b(the|a|an|some|any|my|your|our|his|her|their|its?|this|that|these|those|is|are|was|were|of|to|in|on|at|from"
    r"|with|by|out|up|off|away|for|all|every|each|one|first|last|very|really|loud(ly)?|soft(ly)?|quiet(ly)?|distant"
    r"|far|near(by)?|big|little|small|old|young|new|sounds?|sounding|noises?|events?|going|being|gets?|getting|starts?"
    r"|stops?|happen(s|ing)?|occurs?|comes?|coming|can|be|heard|hear|there|something|somebody|someone|animal|like|and|or"
    r"|falling|rolling|crashing|breaking|flying|passing|overhead|running|playing|plays|played|ringing in|making|makes"
    r"|blades?|motor|engine|machine|wood|log|flies|hits|shore|against|roof|window|pouring|heavy|light|sound(s|ed)?"
    r"|playing|solo|background|human|male|female|neighbou?r|wall|kitchen|electric|petrol"
    r"|farm|morning|burns?|crows?|ocean|sea|baby|while|when|does|do|did|s|again|lady|guy)\b"
)
"""Words that leave the meaning as it is."""
POINTING = re.compile(
    r"\b(the|a|an|this|that|these|those|it|them|same|very|sounds?|noises?|things?|one|ones|example|again|like|what|is"
    r"|there|here|heard|hear|i|in|of|at)\b"
)
"""Words that name no sound."""
CLOSER: Mapping[str, tuple[str, str]] = {
    "speech": (
        r"m[ae]n|wom[ae]n|child(ren)?|boys?|girls?|male|female|lady|guy",
        "I hear that somebody speaks, but not who.",
    ),
    "music": (
        r"pianos?|guitars?|violins?|flutes?|trumpets?|cellos?|organ|saxophones?|harp|drums?|bass|instruments?|band"
        r"|orchestra|songs?",
        "I hear music as such, but cannot tell the instruments or the songs.",
    ),
}  # fmt: skip
"""Where less is known than was asked for, and what is said of it."""
LIKENESS = 88
"""From here on, 0 to 100, a longer word counts as one that was misheard or mistyped."""
LONG = 6
KNOWN = tuple(
    sorted({w for label in LABELS for w in label.split() if len(w) >= LONG} | {"barking", "sneeze", "infant"})
)


@dataclass(frozen=True, slots=True)
class Meant:
    """A sound that is known."""

    label: str
    notice: str = ""
    """What must be told where less is known than was asked for."""


def meant(said: str) -> tuple[Meant, ...]:
    """The known sounds that words mean, all of them; none where any part of it is not known."""
    text = _plain(said)
    parts = [part for part in re.split(r"\b(?:and|or|as well as|plus)\b|,", text) if part.strip()]
    found = [_meant(part) for part in parts]
    if not found or not all(found):
        return ()
    return tuple(dict.fromkeys(one for one in found if one is not None))


def is_pointing(said: str) -> bool:
    """Whether words name no sound, such as "this sound" or "it"."""
    return not POINTING.sub(" ", _plain(said)).strip()


def _meant(text: str) -> Meant | None:
    if ANOTHER.search(text):
        return None
    text = " ".join(_mended(word) for word in text.split())
    for label in _candidates(text):
        rest = re.sub(rf"\b({MEANINGS[label]})\b", " ", text)
        if not AROUND.sub(" ", rest).strip():
            words, notice = CLOSER.get(label, ("(?!)", ""))
            return Meant(label, notice if re.search(rf"\b({words})\b", text) else "")
    return None


def _candidates(text: str) -> Iterator[str]:
    """The sounds whose words are there; who makes a sound tells less of it than what is done."""
    for label, words in MEANINGS.items():
        if re.search(rf"\b({words})\b", text):
            yield label


def _mended(word: str) -> str:
    """A longer word that is nearly one of the known."""
    if len(word) < LONG or any(re.fullmatch(words, word) for words in MEANINGS.values()):
        return word
    near = process.extractOne(word, KNOWN, scorer=fuzz.ratio, score_cutoff=LIKENESS)
    return str(near[0]) if near else word


def _plain(said: str) -> str:
    return " ".join(
        re.sub(r"[^a-z' ,]", " ", said.lower().replace("’", "'").replace("-", " ")).replace("'s", "").split()
    )
