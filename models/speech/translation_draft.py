"""English as Apertium takes it best: what is to become Spanish, said plainly.

    "Please open the door."  ─▶ Draft("You open the door.", lead="Por favor, ", command=True)

Apertium takes commands for adjectives, stumbles over the order of words in questions, and knows no idioms. A sentence
is therefore given to it as a statement; idioms and times of day go as words that it does not know, and their Spanish
stands in their place afterwards.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from models.speech.translation_rules import replaced, rules
from models.speech.translation_sentences import begun


@dataclass(frozen=True, slots=True)
class Draft:
    """A sentence on its way."""

    text: str
    """English, as Apertium is given it."""
    lead: str = ""
    """Spanish that comes first."""
    tail: str = ""
    """Spanish that comes last, before the closing mark."""
    held: tuple[str, ...] = ()
    """The Spanish of each phrase that Apertium is not shown, by the number in its place."""
    command: bool = False
    source: str = ""
    """The English sentence as it was."""


def drafted(sentence: str) -> Draft:
    """A sentence as Apertium is to be given it."""
    plain = replaced(sentence.replace("’", "'"), _CONTRACTIONS)
    plain, lead, tail = _courteous(plain)
    held: list[str] = []
    for pattern, spanish in _IDIOMS:
        plain = pattern.sub(lambda found, spanish=spanish: _hold(held, spanish(found)), plain)  # type: ignore[misc]
    plain = replaced(plain, _PLAINER)
    command = _COMMAND.match(plain) is not None and not plain.endswith("?")
    if command:
        plain = f"You {'can ' if _FOR_ME.match(plain) else ''}{plain[:1].lower()}{plain[1:]}"
    return Draft(plain, lead, tail, tuple(held), command, sentence)


def is_place(word: str) -> bool:
    """Whether a word stands for a phrase that Apertium was not shown."""
    return _PLACE.fullmatch(word) is not None


_PLACE = re.compile(r"Zq\d+z")


def place(number: int) -> str:
    """The word that stands for the phrase of a number."""
    return f"Zq{number}z"


def _hold(held: list[str], spanish: str) -> str:
    held.append(spanish)
    return place(len(held) - 1)


_CONTRACTIONS = rules(
    (r"\bwon't\b", "will not"),
    (r"\bcan't\b", "cannot"),
    (r"\blet's\b", "let us"),
    (r"n't\b", " not"),
    (r"\b(I)'m\b", r"\1 am"),
    (r"'re\b", " are"),
    (r"'ve\b", " have"),
    (r"'ll\b", " will"),
    (r"'d (like|love|prefer|rather|want)\b", r" would \1"),
    (r"\b(he|she|it|that|there|what|where|who|how)'s (been|got)\b", r"\1 has \2"),
    (r"\b(he|she|it|that|there|what|where|who|how|here)'s\b", r"\1 is"),
)

_PLEASE = re.compile(r"^please,?\s+|,?\s+please(?=\s*[.?!…]?$)", re.IGNORECASE)


def _courteous(text: str) -> tuple[str, str, str]:
    """The text without its "please", and where "por favor" belongs."""
    first, last = text.lower().startswith("please"), _PLEASE.search(text, 1)
    plain = begun(_PLEASE.sub("", text).strip())
    return plain, "Por favor, " if first else "", ", por favor" if last and not first else ""


_HOURS = ("una", "dos", "tres", "cuatro", "cinco", "seis", "siete", "ocho", "nueve", "diez", "once", "doce")
_HOUR_WORDS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_MINUTES: Mapping[str, str] = {
    **{"five": "cinco", "ten": "diez", "twenty": "veinte", "quarter": "cuarto", "a quarter": "cuarto", "half": "media"},
    **{"twenty-five": "veinticinco", "twenty five": "veinticinco", "fifteen": "cuarto", "thirty": "media"},
    **{"forty-five": "cuarenta y cinco", "forty five": "cuarenta y cinco", "15": "cuarto", "30": "media"},
}
_HOUR = rf"(?P<hour>{'|'.join(_HOUR_WORDS)}|1[0-2]|[1-9])"
_PART = r"(?P<part>\s+in the (?:morning|afternoon|evening)|\s+at night|\s*[ap]\.?m\b\.?)?"
_MINUTE = "|".join(sorted(_MINUTES, key=len, reverse=True))
_PARTS = {"m": "mañana", "a": "tarde", "e": "tarde", "n": "noche"}


def _time(found: re.Match[str]) -> str:
    """ "at half past eight in the morning" → "a las ocho y media de la mañana"."""
    parts = found.groupdict()
    hour = parts["hour"].lower()
    number = int(hour) if hour.isdigit() else _HOUR_WORDS.index(hour) + 1
    sign = "menos" if (parts.get("sign") or "").lower() == "to" else "y"
    minute = (parts.get("minute") or "").lower()
    minutes = f" {sign} {_MINUTES.get(minute, minute)}" if minute else ""
    at = {"at": "a ", "until": "hasta ", "from": "desde ", "is": "", "by": "para ", "before": "antes de "}
    article = "la" if number == 1 else "las"
    return f"{at[parts['at'].lower()]}{article} {_HOURS[number - 1]}{minutes}{_part_of_day(parts.get('part') or '')}"


def _part_of_day(part: str) -> str:
    said = part.strip().lower()
    if not said:
        return ""
    key = {"a": "m", "p": "a"}.get(said[0], "") if said.replace(".", "") in ("am", "pm") else ""
    key = key or ("n" if "night" in said else said.split()[-1][0])
    return f" de la {_PARTS[key]}"


def _says(spanish: str) -> Callable[[re.Match[str]], str]:
    return lambda found: found.expand(spanish)


_AT = r"\b(?P<at>at|until|from|by|before)\s+"
_AFTER_TIME = r"(?=\s*(?:[.,;?!…]|$)|\s+(?:on|and|or|every|tomorrow|today|tonight|to|until|Zq)\b)"
_CLAUSE, _STOP = r"(?:(?<=^)|(?<=, )|(?<=\. ))", r"(?=\s*(?:[.,;?!…]|$))"


def _idioms(**phrases: str) -> list[tuple[str, Callable[[re.Match[str]], str]]]:
    """Clauses that are said as they are, `_` for a space."""
    return [(rf"{_CLAUSE}{en.replace('_', ' ')}{_STOP}", _says(es)) for en, es in phrases.items()]


_IDIOMS = tuple(
    (re.compile(pattern, re.IGNORECASE), spanish)
    for pattern, spanish in (
        (rf"{_AT}(?P<minute>{_MINUTE})\s+(?P<sign>past|to)\s+{_HOUR}{_PART}", _time),
        (rf"{_AT}{_HOUR}(?::|\s+)(?P<minute>{_MINUTE}|\d\d){_PART}{_AFTER_TIME}", _time),
        (rf"{_AT}{_HOUR}(?::00)?\s+o'?\s?clock{_PART}", _time),
        (rf"{_AT}{_HOUR}{_PART}{_AFTER_TIME}", _time),
        *_idioms(
            how_are_you_today="cómo estás hoy",
            how_are_you="cómo estás",
            how_are_you_doing="cómo te va",
            what_is_your_name="cómo te llamas",
            what_is_his_name="cómo se llama",
            what_is_her_name="cómo se llama",
            how_old_are_you="cuántos años tienes",
            how_old_is_he="cuántos años tiene",
            how_old_is_she="cuántos años tiene",
            what_time_is_it="qué hora es",
            how_much_is_it="cuánto cuesta",
            what_happened="qué pasó",
            what_is_the_matter="qué pasa",
            you_are_welcome="de nada",
            excuse_me="disculpe",
            i_am_sorry="lo siento",
            never_mind="no importa",
            no_problem="no hay problema",
            nice_to_meet_you="mucho gusto",
            pleased_to_meet_you="mucho gusto",
            hello="hola",
            hi="hola",
            goodbye="adiós",
            good_morning="buenos días",
            good_afternoon="buenas tardes",
            good_evening="buenas tardes",
            good_night="buenas noches",
            good_luck="buena suerte",
            happy_birthday="feliz cumpleaños",
            congratulations="felicidades",
            welcome="bienvenido",
            thanks="gracias",
            thank_you="gracias",
            thank_you_very_much="muchas gracias",
            see_you_soon="hasta pronto",
            see_you_later="hasta luego",
            of_course="por supuesto",
            by_the_way="por cierto",
            hurry_up="date prisa",
            come_in="pasa",
            wait_a_moment="espera un momento",
            just_a_moment="un momento",
            let_us_go="vámonos",
            i_have_no_idea="no tengo ni idea",
            i_do_not_know="no lo sé",
            i_love_you="te quiero",
        ),
        (rf"{_CLAUSE}my name is\b", _says("me llamo")),
        (rf"{_CLAUSE}(?:thank you|thanks) (?:very much )?for\b", _says("gracias por")),
        (rf"{_CLAUSE}see you\b", _says("nos vemos")),
        (r"\bright now\b", _says("ahora mismo")),
        (r"\bof course\b", _says("por supuesto")),
        (r"\bevery day\b", _says("todos los días")),
    )
)

_PRONOUN = r"(I|you|he|she|it|we|they)"
_WH = r"(what|where|when|why|how|who|which [a-z]+|what [a-z]+)"
_UNIT = r"(seconds?|minutes?|hours?|days?|weeks?|months?|years?|centuries)"
_NUMBER = rf"(an?|{'|'.join(_HOUR_WORDS)}|[a-z]+ty(?:-[a-z]+)?|many|several|a few|\d+)"

_SWITCHED = {"on": "connect", "off": "extinguish"}

_PLAINER = rules(
    # questions in the order of statements
    (rf"^(can|could|will|would|should|must|may|might) {_PRONOUN}\b(?=.*\?$)", r"\2 \1"),
    (rf"^(is|are|am|was|were|did|has|have|had) {_PRONOUN}\b(?=.*\?$)", r"\2 \1"),
    (r"^(is|are|was|were) there\b(?=.*\?$)", r"there \1"),
    (rf"^{_WH} (can|could|will|would|should|must|did) {_PRONOUN}\b(?=.*\?$)", r"\1 \3 \2"),
    (rf"\bfor {_NUMBER} {_UNIT}\b", r"during \1 \2"),
    (r"\b(am|are) going to (?=(?:the|a|an|my|your|his|her|our|their)\b|[A-Z])", r"go to "),
    (r"\bis going to (?=(?:the|a|an|my|your|his|her|our|their)\b|[A-Z])", r"goes to "),
    (r"^let us not\b", "we are not going to"),
    (r"^let us\b", "we are going to"),
    (r"\b(turn|switch) ((?:the|my|your|this|that) \w+) (on|off)\b", r"\1 \3 \2"),
    (r"\b(?:turn|switch) (on|off)\b", lambda found: _SWITCHED[found.group(1).lower()]),
    (rf"^{_WH} does ((?:the|a|this|that|my|your|his|her|our|their) \w+) (\w+)", r"\1 \2 \3s"),
    (r"\b(train|bus|plane|flight|boat|ship|ferry) leaves\b", r"\1 goes out"),
    (r"\bturn (left|right)\b", r"turn to the \1"),
    (r"\bplane\b", "aeroplane"),
    (r"\bwould like you to\b", "ask you to"),
    (r"\bnot (have|want|need|see|hear|know) any\b", r"not \1"),
)

_VERBS = (
    "add answer ask be begin boil bring buy call carry change choose clean close come connect continue cook copy "
    "count cut describe disconnect draw drink drive eat enter explain extinguish fill find finish follow forget get "
    "give go help hold keep learn leave lift listen look make measure meet mix move open paint pay phone play press "
    "pull push put read remember repeat rest return run save say search sell send show sing sit sleep speak spend "
    "stand start stay stop study take talk teach tell think throw touch travel try turn use visit wait wake walk wash "
    "watch wear work write"
)
_FOR_ME = re.compile(r"^\w+ (me|us)\b", re.IGNORECASE)
_COMMAND = re.compile(rf"^(do not |never )?({'|'.join(_VERBS.split())})\b(?! (is|are|was|were|has|will|can)\b)", re.I)
