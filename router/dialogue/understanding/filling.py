"""Fills a task's arguments from what was said: stretches of text, numbers, languages, choices, names of resources."""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any, TypeAlias

from assistant.events import Artifact
from router.days import day_in, wanted
from router.dialogue.understanding.describing import described
from router.dialogue.understanding.keeping import sound_meant
from router.dialogue.understanding.languages import language
from router.dialogue.understanding.reader import Reading
from router.dialogue.whose import whose, without_consent
from router.faults import fault_in
from router.places import place_in
from router.spoken import duration_s, durations_in, figured, number, span_s, speed
from router.task import Task

Given: TypeAlias = Mapping[str, Any]

QUOTED = re.compile(r"[\"“]([^\"“”]+)[\"”]|(?<!\w)['‘]([^\"]+?)['’](?!\w)")
"""Words between quotation marks; an apostrophe within a word is none."""
ORDINAL = "first|second|third|fourth|fifth|last|latest|newest|previous|other|original|earlier"
HEAD = (
    "speaker|voice|person|recording|clip|sound|file|track|note|memo|one|take|part|result|picture|photo|image|video|song"
)
UNTIMED = r"(?!\s+(?:(?:and a half|point \w+)\s+)?(?:milli)?(?:seconds?|secs?|minutes?|mins?|hours?)\b)"
"""No unit of time follows: "the first two seconds" are no things."""
SCORE = re.compile(r"(?i)(?:[\s|,/.\d]|\brest\b|\b[a-g](?:#|b|♯|♭)?\d?\b)+")
"""Notes or durations, and nothing else."""
POINTED = re.compile(
    rf"(?i)\b((?:the|my|your|that|this|these|those|both)\s+)?((?:{ORDINAL})\s+(?:two|three|{HEAD})s?(?:\s+(?:{HEAD})s?)?)\b{UNTIMED}"
    rf"|\bnumber\s+(?:\d+|one|two|three|four|five|six|seven|eight|nine|ten)\b"
    r"|\bwhat (?:i|you) (?:just )?(?:said|recorded|made|played)\b|\bmy (?:own )?(?:voice|recording|words|note|memo)\b"
    r"|\bthe (?:clipboard|note|memo)\b"
    rf"|\bthe (?:{ORDINAL})(?=\s*(?:$|[.,?!;]|(?:and|into|in|to|for)\b))"
)
"""Ways of pointing at something there is; "it" and "the recording" are whatever is latest, and so say nothing."""

CHANGES: Sequence[tuple[str, str]] = (
    ("unmute", r"unmute|un-mute|(sound|volume|audio) (back )?on|turn the sound back"),
    ("mute", r"mute|silen(ce|t)|(sound|volume|audio) off|shut .* up"),
    ("normal", r"normal(ly)?|usual|default|as before|regular|like before|reset|ordinary"),
    ("reversed", r"backwards?|revers\w*|back to front|the other way (a)?round|end to (the )?(start|beginning)"),
    ("higher", r"(pitch|voice) (\w+ ){0,3}(low|deep)|too deep|raise your (voice|pitch)"),
    ("deeper", r"too high|squeak\w*|chipmunk|lower your (voice|pitch)|mickey"),
    (
        "slower",
        r"(too|so|that|as) (fast|quick)\w*|half (the |its |that )?(speed|tempo)|less fast|rush\w*|hurry\w*|rac(es|ing)",
    ),
    ("slower", r"take your time|rattl\w*|slow\w* (\w+ ){0,4}down|keep up"),
    ("faster", r"too slow\w*|drag\w*|pick up the pace|hurry up|(twice|double) (the |its )?(speed|tempo|as fast)"),
    ("louder", r"too (quiet|soft|low|faint)\w*|whispering|(can't|cannot|can not|barely|hardly) (\w+ )?hear|speak up"),
    ("quieter", r"too loud\w*|deafen\w*|less loud|not so loud|blasting|shouting|tone (it|that) down"),
    ("slower", r"slow\w*"),
    ("faster", r"fast\w*|quick\w*|speed\w*|pace"),
    ("quieter", r"quiet\w*|soft\w*|gentl\w*|whisper\w*|down|decreas\w*|reduc\w*|drop|lower"),
    ("louder", r"loud\w*|up|raise|boost|amplif\w*|increas\w*|crank|more volume|bump|gain"),
    ("higher", r"higher|high|brighter"),
    ("deeper", r"deep\w*|low(er)?|baritone|bass\w*|darker"),
)
"""How each change is said; what comes first is looked for first."""
LEVEL = re.compile(
    r"(?i)\b(?:to|at|level)\s+([\w -]+?)\s*(?:percent|%|$|please|on\b|out\b|[.,?!])|([\w-]+)\s*(?:percent|%)"
)
SPOKEN = ("synthesize_speech", "transfer_style", "sing", "record_note")
"""Tasks whose text is said: the mark that closes it belongs to it."""
EMPTY = ("", "the", "a", "an", "it", "that", "this", "them", "my", "your", "of")
"""Words that name nothing."""
WORKED_OUT = ("calculate", "convert_units")
"""Tasks that read the whole sentence themselves."""
OVER = re.compile(r"(?i)\b(?:put|add|mix|lay|overlay|insert|drop|blend|have)\b(?!.*\b(?:instead|in place|replac\w*)\b)")
"""What is to be heard over what is there, and not in its place."""
PUT = re.compile(
    r"(?i)\b(?:fill|replace|repaint|cover|swap|overwrite)\b.*\b(?:with|by)\s+((?:an?|some|the sound of)\s+[\w' -]+)"
)
"""What is to be heard in the place of a part."""
RANGE = re.compile(
    r"(?<![\w.:])(\d+(?::\d\d)?(?:\.\d+)?)\s*(?:s|secs?|seconds?)?,?\s*(?:-|–|—|to|till|until|through|and|,)\s*"
    r"(?:the )?(\d+(?::\d\d)?(?:\.\d+)?)(?![\w:])"
)
"""Two numbers that are a stretch, where nothing else is said of them."""
KINDS = {"audio": ("audio", "video"), "reference": ("audio", "video"), "image": ("image",), "video": ("video",)}
"""What a resource may be."""
REMOVED = re.compile(
    r"(?i)\b(?:remov\w*|delet\w*|drop|without|get rid|(?:cut|take|chop|throw) (?:it |that )?(?:out|off|away)"
    r"|(?:cut|take|chop|throw|trim|snip|clip|lop|shave) (?:the|its) (?:[\w.:-]+ ){1,6}?(?:off|away)"
    r"|trim (?:off )?the (?:first|last))\b(?!.*\bkeep\b)"
)
MINUS = re.compile(r"(?i)(?:\b(?:minus|negative)\s+|(?:^|\s)[-−–]\s?)$")
WORK = re.compile(r"(?i)\b(?:job|work\w*|task|process\w*|computing|render\w*|abort|in the background)\b")
LATEST = re.compile(r"(?i)\b(?:last|latest|newest|most recent)\b")
STRENGTHS: Sequence[tuple[float, str]] = (
    (0.3, r"(just |only )?a (tiny|very little|wee)( bit)?|barely|hardly|the slightest"),
    (0.5, r"(just |only )?a (little|bit|touch)|slightly|gently|lightly|softly|mildly|carefully"),
    (0.5, r"half|partly|not too much"),
    (1.0, r"completely|entirely|fully|totally|as (much|well|strong\w*) as (you can|possible)|all the way"),
    (1.0, r"strongly|aggressive\w*|thoroughly|every (last )?bit"),
)
"""How much of the noise goes, as it is said; what comes first is looked for first."""
HOW_MANY = re.compile(
    r"(?i)\b(two|three|four|five|six|seven|eight|\d) (?:different )?(?:speakers?|voices?|people|talkers?|persons?|"
    r"(?:wo)?men|tracks|parts)\b"
)
PLACED = re.compile(
    r"(?i),?\s+(?:(?:as if |like )?(?:in|inside|outdoors|outside|far away|close|slowly|quickly)\b"
    r"|(?:anti-?|counter-?)?clockwise\b|(?:and )?then (?:in|on|to|behind|from)\b).*"
)
"""What belongs to a place that stands before it: a room, a manner, the next place."""
UNENDED = (" a", " an", " the", " my", " in", " of", " to", " from")
"""How a place does not end."""
BROKEN_OFF = re.compile(r"[^.,;?!]+")
WHO = re.compile(
    r"(?i)\bwho (says|said|speaks|spoke|talks|is (speaking|talking))\b|\bby speakers?\b|\bdiari\w+"
    r"|\bspeaker (labels?|names|turns)\b|\beach (of them|speaker|person|voice) sa(ys|id)\b|\bdoes each\b.*\bsay\b"
)
SUBTITLES = re.compile(r"(?i)time ?stamp|time ?code|subtitle|\bsrt\b|\bvtt\b|caption file|\btimings?\b")


def filled(task: Task, reading: Reading, artifacts: Sequence[Artifact] = ()) -> dict[str, Any]:
    """The arguments of a task that the words give."""
    takes: Mapping[str, Any] = task.schema.get("properties", {})
    if task.name in WORKED_OUT:
        return {"text": reading.text}
    given: dict[str, Any] = {}
    for name, schema in takes.items():
        value = _value(name, schema, reading, artifacts)
        if isinstance(value, str) and name != "text":
            value = "" if value.lower().strip(" ?!.") in EMPTY else value
        elif isinstance(value, str) and task.name not in SPOKEN:
            value = _tidy(value)
        if value is not None and value != "":
            given[name] = value
    if given.get("target") and given.get("audio"):
        given["target"] = re.sub(rf"(?i)\s+(?:in|from|of) (?:the )?{re.escape(given['audio'])}$", "", given["target"])
    given = _fitted(task, given, reading)
    return {name: value for name, value in given.items() if value is not None}


def _fitted(task: Task, given: dict[str, Any], reading: Reading) -> dict[str, Any]:
    """The arguments as the task wants them, where it has a way of its own."""
    if task.name == "extract_sound" and given.get("target"):
        given["target"] = sound_meant(given["target"], reading.text)
    if task.name == "generate_audio":
        given |= described(given.get("text", ""), reading.text)
    if task.name == "transfer_style" and given.get("text") and not quotation(reading.text):
        given["text"] = without_consent(given["text"])
    if task.name == "inpaint_audio":
        given = _to_be_heard(given, reading.text)
    return given


def _to_be_heard(given: dict[str, Any], text: str) -> dict[str, Any]:
    """With what is to be heard in a part; over what is there only where both are said."""
    if not given.get("text") and (put := PUT.search(text)):
        given["text"] = put[1]
    return given if {"text", "start_s"} <= given.keys() else {k: v for k, v in given.items() if k != "over"}


def converted(task: Task, arguments: Given, text: str = "") -> dict[str, Any]:
    """Arguments of a phrase with the numbers among them read, and with the sound that is left out in `text` as such."""
    takes: Mapping[str, Any] = task.schema.get("properties", {})
    read = {name: _as_number(takes.get(name, {}), value) for name, value in arguments.items()}
    if task.name == "extract_sound" and read.get("target"):
        read["target"] = sound_meant(read["target"], text)
    return read


def numbered(task: Task, arguments: Given) -> bool:
    """Whether words stand for every number that a phrase has in it."""
    takes: Mapping[str, Any] = task.schema.get("properties", {})
    read = converted(task, arguments)
    return not any(_counts(takes.get(name, {})) and isinstance(value, str) and value for name, value in read.items())


def _counts(schema: Given) -> bool:
    """Whether an argument is a number."""
    return bool({schema.get("type"), *(one.get("type") for one in schema.get("anyOf", ()))} & {"number", "integer"})


def _as_number(schema: Given, value: Any) -> Any:
    if not isinstance(value, str) or not _counts(schema):
        return value
    read = _number(value.replace("%", "").replace("percent", ""))
    return value if read is None else read


def answered(task: Task, missing: str, text: str) -> Any:
    """What an answer gives for the one argument that was asked for; None where it says nothing of the kind."""
    schema = task.schema.get("properties", {}).get(missing, {})
    bare = text.strip().rstrip(".!").strip()
    match schema.get("type"):
        case "number" | "integer":
            start, end = _span(text) if missing in ("start_s", "end_s") else (None, None)
            said = start if missing == "start_s" else end
            return _number(text) if said is None else said
        case _ if missing == "language":
            return language(text)
        case _ if missing == "change":
            return _change(schema, text)
        case _:
            return quotation(text) or bare or None


def quotation(text: str) -> str:
    """The longest that stands between quotation marks and is no notes or durations; empty where nothing does."""
    found = [(a or b).strip() for a, b in QUOTED.findall(text)]
    return max((one for one in found if not SCORE.fullmatch(one)), key=len, default="")


def _value(name: str, schema: Given, reading: Reading, artifacts: Sequence[Artifact]) -> Any:
    read = _READERS.get(name)
    if read is not None:
        return read(reading)
    if name in ("audio", "image", "reference", "name", "video"):
        fitting = [one for one in artifacts if one.kind in KINDS.get(name, (one.kind,))]
        found = pointed_at(reading, fitting, name)
        return found or (whose(reading.text, reading.said.get("text", ""), fitting) if name == "reference" else "")
    if name == "change":
        return _change(schema, reading.text)
    if schema.get("type") != "string":
        return None
    return _tidy(reading.said.get(name, ""))


def pointed_at(reading: Reading, artifacts: Sequence[Artifact], name: str) -> str:
    """The resource that the words name or point at; empty for whatever is latest."""
    elsewhere = [said.lower() for slot, said in reading.said.items() if slot not in ("name", "audio")]
    named = _named(_without(reading.text, elsewhere), artifacts)
    if named:
        return named
    if name == "name" and reading.said.get("name"):
        return _tidy(reading.said["name"])
    pointed = (found.group().strip() for found in POINTED.finditer(reading.text))
    return next((p for p in pointed if not any(p.lower() in said for said in elsewhere)), "")


_IN = re.compile(r"\s(?:in|from|of)\s")


def _without(text: str, parts: Sequence[str]) -> str:
    """A text in lower case without parts of it: the dog that is to be kept is not the recording called dog."""
    text = text.lower()
    for part in parts:
        text = text.replace(_IN.split(part)[0], " ", 1)
    return text


def _named(text: str, artifacts: Sequence[Artifact]) -> str:
    """The longest of the artifacts' names that is said."""
    heard = f" {' '.join(re.findall(r'[a-z0-9]+', text.lower()))} "
    names = ((a.name, " ".join(re.findall(r"[a-z0-9]+", a.name.lower()))) for a in artifacts)
    found = [name for name, spoken in names if spoken and f" {spoken} " in heard]
    return max(found, key=len, default="")


def _text(reading: Reading) -> str:
    """All of the words; the mark that closes them may belong to them."""
    return quotation(reading.text) or reading.said.get("text", "").strip('"“” ,;:')


def _span(text: str) -> tuple[float | None, float | None]:
    """Start and end in seconds, as far as they are said."""
    span = span_s(text)
    if span and not (span.from_end or span.of_whole) and span.start_s != span.end_s:
        return span.start_s, span.end_s
    if found := RANGE.search(figured(text)):
        return _clock(found[1]), _clock(found[2])
    if span and span.start_s is not None and not (span.from_end or span.of_whole):
        apart = (one for one in durations_in(text) if one[0] >= span.end_char or one[1] <= span.start_char)
        lasting = next((seconds for *_, seconds in apart), 0.0)  # "at ten seconds, for half a second"
        return span.start_s, span.start_s + lasting
    return (None, None) if span is None or span.from_end or span.of_whole else (span.start_s, span.end_s)


def _clock(said: str) -> float:
    minutes, _, seconds = said.rpartition(":")
    return 60 * float(minutes or 0) + float(seconds)


def _seconds(reading: Reading) -> float | None:
    found = durations_in(reading.text)
    return _signed(reading.text, found[0]) if found else duration_s(reading.text)


def _number(text: str) -> float | None:
    found = durations_in(text)
    return _signed(text, found[0]) if found else number(text.strip(" .!?"))


def _signed(text: str, duration: tuple[int, int, float]) -> float:
    """Seconds, less than none where "minus" stands before them."""
    return -duration[2] if MINUS.search(text[: duration[0]]) else duration[2]


def _level(reading: Reading) -> float | None:
    for found in LEVEL.finditer(reading.text):
        if (level := number((found[1] or found[2]).strip())) is not None:
            return level
    return None


def _amount(reading: Reading) -> float | None:
    """Decibels, or a factor."""
    if found := re.search(r"(?i)([\w. -]{1,24}?)\s*(?:decibels?|db)\b", reading.text):
        words = found[1].split()
        parts = (number(" ".join(words[at:])) for at in range(len(words)))
        return next((part for part in parts if part is not None), None)
    return speed(reading.text)


def strength_in(text: str) -> float | None:
    """How much of the noise is to go, 0 to 1; None where that is not said."""
    if found := re.search(r"(?i)\b([\w-]+) ?(?:%|percent)", text):
        share = number(found[1])
        return None if share is None else min(1.0, share / 100)
    return next((value for value, way in STRENGTHS if re.search(rf"(?i)\b(?:{way})\b", text)), None)


def _position(reading: Reading) -> str:
    """The place, with the room or the manner that follows it."""
    said = _tidy(reading.said.get("position", ""))
    goes_on = BROKEN_OFF if said.lower().endswith(UNENDED) else PLACED
    more = goes_on.match(reading.text, reading.text.find(said) + len(said)) if said else None
    return _tidy(said + more.group()) if more else said


def _fault(reading: Reading) -> str | None:
    """What is to be repaired, where no stretch of time is said."""
    return fault_in(reading.text) if _span(reading.text)[0] is None else None


def _how_many(reading: Reading) -> int | None:
    """How many people there are said to be."""
    found = HOW_MANY.search(reading.text)
    said = number(found[1]) if found else None
    return round(said) if said is not None and said >= 1 else None


def _part(reading: Reading) -> str | None:
    """The words for a stretch that only the sound's own length tells, such as "the last ten seconds"."""
    span = span_s(reading.text)
    return reading.text[span.start_char : span.end_char] if span and (span.from_end or span.of_whole) else None


def _said(pattern: re.Pattern[str], value: Any = True) -> Callable[[Reading], Any]:
    """Gives a value where a pattern is found."""
    return lambda reading: value if pattern.search(reading.text) else None


def _change(schema: Given, text: str) -> str | None:
    choices = [choice for choice in schema.get("enum", ()) if choice]
    heard = text.lower().replace("’", "'")
    return next((c for c, way in CHANGES if c in choices and re.search(rf"\b(?:{way})\b", heard)), None)


def _tidy(said: str) -> str:
    return said.strip().strip('"“”').strip(" ,;:").rstrip(".!?").strip()


_READERS: Mapping[str, Callable[[Reading], Any]] = {
    "text": _text,
    "language": lambda reading: language(reading.text),
    "start_s": lambda reading: _span(reading.text)[0],
    "end_s": lambda reading: _span(reading.text)[1],
    "seconds": _seconds,
    "speed": lambda reading: speed(reading.text),
    "level": _level,
    "amount": _amount,
    "timestamps": _said(SUBTITLES),
    "speakers": _said(WHO),
    "strength": lambda reading: strength_in(reading.text),
    "fault": _fault,
    "over": _said(OVER),
    "position": _position,
    "how_many": _how_many,
    "example": lambda reading: None,
    "part": _part,
    "remove": _said(REMOVED),
    "work": _said(WORK),
    "which": _said(LATEST, "last"),
    "how": lambda reading: None,
    "place": lambda reading: place_in(reading.text),
    "day": lambda reading: day_in(reading.text, date.today()),
    "want": lambda reading: wanted(reading.text),
}
