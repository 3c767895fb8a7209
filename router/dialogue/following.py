"""Turns that vary what was done last: "stronger", "closer", "the other voice", "in French please", "the rest".

Each is told by its words alone, since it makes no request by itself, and gives the last call with something else.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

from assistant.events import Artifact
from models.music.asking import asked
from router.dialogue.base import Call
from router.dialogue.phrases import Words, pattern
from router.dialogue.understanding.filling import strength_in
from router.dialogue.understanding.languages import language
from router.spoken import span_s
from router.task import Family, Task
from router.whereabouts import is_place, moved

Given: TypeAlias = Mapping[str, Any]

STEP = 0.35
"""How much stronger or gentler the same is done, where it is not said."""

_AGAIN = (
    "[and|now|but|okay|no] [please|make it|make that|do it|do that|try it|clean it [up]] "
    "[a little|a bit|a little bit|a lot|slightly|much|even|still]"
)
STRONGER = re.compile(
    pattern(f"{_AGAIN} (stronger|harder|more|more strongly|more aggressively|take out more) [of it] [please]")
)
GENTLER = re.compile(
    pattern(
        f"{_AGAIN} (gentler|weaker|less|softer|lighter|more gently|less strong|less strongly|less aggressive) [please]|"
        "[that (is|was)] (not so|too) (strong|strongly|hard|much) [please]"
    )
)
OF_NOISE = re.compile(pattern("[and|now|but] [only|just] [take out|remove] {share} [of] [the] noise [please]"))
SHARES: Sequence[tuple[float, re.Pattern[str]]] = (
    (0.5, re.compile(pattern(f"{_AGAIN} half as (strong|strongly|much) [please]|[with|at] half [the] strength"))),
    (
        1.0,
        re.compile(
            pattern(
                f"{_AGAIN} as (strong|strongly|much|hard) as (you can|possible)|[with|at] (full|maximum) strength|"
                "[take out] all of (it|the noise)"
            )
        ),
    ),
)
"""How strong it is to be, where that is said outright."""
REST = re.compile(pattern("[and|now|play|give me|only|just] (the rest|everything else|the opposite) [of it] [now]"))
"""What was left out in place of what was kept."""
POINTED = re.compile(
    r"(?:(?:what about|how about|the same (?:with|for|to)|do (?:it|that|the same) (?:with|for|to)|try|with|for|also|but"
    r"|only|just) )?(?P<which>the (?:other|first|second|third|last|previous|next|lower|higher|deeper)"
    r"(?: (?:one|voice|speaker|person|recording|file|clip|sound|track))?) (?:(?:too|as well|now|instead|again) )?"
)
"""Another thing of those there are, and nothing else."""
AROUND_PLACE = re.compile(r"(?i)^(?:(?:and|now|but|then|okay|please|so)\b[\s,]*)+|[\s,]*\bplease\W*$")
CANCELLED = re.compile("(?:cancel|delete|remove|clear) (?:it|that|this|that one) ")
AROUND_MANNER = re.compile(
    r"(?i)^(?:(?:and|now|but|then|okay|please|again|once more|sing|do|make|try|it|that|this"
    r"|give|the same|(?:can|could) you)\b[\s,]*)+|[\s,]*\b(?:please|now|again|this time|instead)\W*$"
)
"""What stands around the manner in which a song is to be sung again."""
SHOWS = re.compile(
    r"(?i)(?:(?:no|well|actually|but|and|sorry)[\s,]+)*(?:it|this|that|the (?:picture|photo|image))"
    r"(?:['’]s| is| shows| was)(?: (?:a (?:picture|photo|painting|drawing) of|supposed to be|meant to be|actually))*"
    r"\s+(?P<what>(?!(?:the (?:same|other|wrong|right)|an? (?:bit|little|good|nice|bad|great|pity|shame|joke))\b)"
    r"(?:an?|the|my|our|some|in|at|on)\s.+?)[\s.!?]*"
)
"""What a picture is said to show, after its sound was made."""
TOO = re.compile(
    r"(?i)(?:(?:is|was|'s)\s+)?(?:a (?:bit|little) |much |far |way )?(?:too|not so|not that|less)"
    r" (fast|slow|high|low|deep|loud|soft|quiet)"
)
OPPOSITE = {
    **{"fast": "slower", "slow": "faster", "high": "lower", "low": "higher", "deep": "higher"},
    **{"loud": "softer", "soft": "louder", "quiet": "louder"},
}
"""What was too much of a song, and how it is to be instead."""
PACED = (
    ("slower", re.compile(r"(?i)slow (?:(?:it|that|the song|this) )?down(?: a (?:bit|little))?|more slowly")),
    (
        "faster",
        re.compile(
            r"(?i)speed (?:(?:it|that|the song|this) )?up(?: a (?:bit|little))?"
            r"|(?:a (?:bit|little) )?quicker|more quickly"
        ),
    ),
)
"""Other words for the tempo of a song."""
CALLED = ("play_back", "measure_sound", "change_sound", "cut_sound", "tell_provenance")
"""Tasks whose sound is called `name`."""
EACH = ("transcribe_speech", "translate_speech", "enhance_speech", "caption_audio", "detect_sounds")
"""Tasks that may be done to both of two speakers."""
SPOKEN_IN = re.compile(
    r"(?i)(?:(?:and|now|but|okay|please|in|into|to|again|what about|how about)\b[\s,]*)*(\w+)"
    r"[\s,]*(?:please|now)?[.?!\s]*"
)
"""A language, and nothing else."""
ONLY = re.compile(r"(?i)(?:(?:and|now|but|okay|please|do|it|that|for|of)\b[\s,]*)*\b(?:only|just)\b(?P<rest>.*)")
"""A part of what was looked at as a whole."""
_AROUND_PART = re.compile(r"(?i)(?:\b(?:for|of|in|from|the|part|it|please|now|this|time)\b|[\s.,?!])*")
BOTH = re.compile(r"(?i)\bboth\b|\beach (?:of (?:them|those)|one|speaker|voice|person)\b")
READS = (Family.AUDIO_TO_TEXT, Family.AUDIO_TO_EVENT)
"""Families whose tasks tell what is in a sound."""


def followed(text: str, bare: str, last: tuple[str, Given] | None, known: Mapping[str, Task]) -> list[Call]:
    """The last call varied; nothing where a turn does not do that.

    Args:
        text: the turn as it was said.
        bare: its words without courtesies, each followed by a space.
        last: what was done last, with its arguments.
        known: the tasks by name.
    """
    if last is None or last[0] not in known:
        return []
    task, before = known[last[0]], last[1]
    for vary in _WAYS:
        if calls := vary(text, bare, task, before):
            return calls
    return []


def with_both(call: Call, text: str) -> Call:
    """A call that is meant for each of two: "separate them and transcribe both"."""
    if call.task not in EACH or "audio" in call.arguments or not BOTH.search(text):
        return call
    return Call(call.task, {**call.arguments, "audio": "both"})


def without_name(text: str, artifacts: Sequence[Artifact]) -> tuple[str, str]:
    """The text with "it" in place of the name of a sound, and the name; the text and nothing where none is said."""
    for name in sorted((artifact.name for artifact in artifacts if artifact.kind == "audio"), key=len, reverse=True):
        words = r"[\W_]+".join(re.findall(r"[a-z0-9]+", name.lower()))
        found = words and re.search(rf"(?i)\b(?:(?:the|my) )?{words}\b(?: (?:recording|file|clip|sound))?", text)
        if found:
            return f"{text[: found.start()]}it{text[found.end() :]}", name
    return text, ""


def about(call: Call, name: str, known: Mapping[str, Task]) -> Call:
    """A call that is about a thing of that name."""
    argument = _resource(known[call.task])
    return Call(call.task, {**call.arguments, argument: name}) if argument else call


def _stronger(text: str, bare: str, task: Task, before: Given) -> list[Call]:
    """ "Stronger" or "not so much"; what was done with all its strength, to what came of it."""
    if "strength" not in _takes(task):
        return []
    strength = float(before.get("strength", 1.0))
    if OF_NOISE.fullmatch(str(Words.of(text))) and (some := strength_in(text)) is not None:
        return [Call(task.name, {**before, "strength": some})]
    if (share := next((share for share, way in SHARES if way.fullmatch(bare)), None)) is not None:
        return [Call(task.name, {**before, "strength": share if share == 1 else round(share * strength, 2)})]
    if GENTLER.fullmatch(bare):
        return [Call(task.name, {**before, "strength": round(max(0.2, strength - STEP), 2)})]
    if not STRONGER.fullmatch(bare):
        return []
    if strength >= 1:
        return [Call(task.name)]
    return [Call(task.name, {**before, "strength": round(min(1.0, strength + STEP), 2)})]


def _inverted(text: str, bare: str, task: Task, before: Given) -> list[Call]:
    """What was left out, in place of what was kept."""
    if task.name != "extract_sound" or not REST.fullmatch(bare):
        return []
    kept = re.sub(
        r"(?i)^(?:everything|all)(?: else)? (?:but|except(?: for)?|without|apart from) ", "", before["target"]
    )
    target = kept if kept != before["target"] else f"everything but {kept}"
    return [Call(task.name, {**before, "target": target})]


def _elsewhere(text: str, bare: str, task: Task, before: Given) -> list[Call]:
    """At another place: "behind me", "closer", "in a church"."""
    said = bare.strip()
    if task.name != "make_binaural" or not is_place(said):
        return []
    place = AROUND_PLACE.sub("", text).strip(" .!?,") if is_place(text) else said
    return [Call(task.name, {**before, "position": moved(str(before.get("position", "")), place)})]


def _shown(text: str, bare: str, task: Task, before: Given) -> list[Call]:
    """The sound of a picture by what it is said to show: "it is a harbour"."""
    found = SHOWS.fullmatch(text.strip()) if task.name == "image_to_audio" else None
    return [Call(task.name, {**before, "shows": found["what"]})] if found else []


def _to_another(text: str, bare: str, task: Task, before: Given) -> list[Call]:
    """The same with another thing; of speakers who were just parted, another one is heard."""
    found = POINTED.fullmatch(bare)
    if not found:
        return []
    if task.name == "separate_speech":
        return [Call("play_back", {"name": found["which"]})]
    argument = _resource(task)
    return [Call(task.name, {**before, argument: found["which"]})] if argument else []


def _translated(text: str, bare: str, task: Task, before: Given) -> list[Call]:
    """Into another language, or into one at all what was written down before."""
    found = SPOKEN_IN.fullmatch(text)
    named = language(found[1]) if found else None
    if not named or task.name not in ("translate_speech", "transcribe_speech"):
        return []
    kept = before if task.name == "translate_speech" else {k: v for k, v in before.items() if k == "audio"}
    return [Call("translate_speech", {**kept, "language": named})]


def _cancelled(text: str, bare: str, task: Task, before: Given) -> list[Call]:
    """What was set, not to ring after all."""
    timed = task.name in ("set_timer", "set_alarm", "list_timers")
    return [Call("cancel_timer")] if timed and CANCELLED.fullmatch(bare) else []


def _sung(text: str, bare: str, task: Task, before: Given) -> list[Call]:
    """The song again in another manner: "slower", "an octave lower", "now as a man", "in G please"."""
    if task.name != "sing":
        return []
    said = AROUND_MANNER.sub("", text).strip(" .!?,")
    if much := TOO.fullmatch(said):
        said = OPPOSITE[much[1].lower()]
    said = next((slower for slower, way in PACED if way.fullmatch(said)), said)
    manner = asked(f"x, {said}") if said else asked("x")
    if manner.text.strip(" ,") != "x" or manner.plain:
        return []
    also = ", ".join(filter(None, (str(before.get("manner") or ""), said)))
    return [Call(task.name, {**before, "manner": also})]


def _of_a_part(text: str, bare: str, task: Task, before: Given) -> list[Call]:
    """What was told of a whole sound, of a part of it: "and now only the first ten seconds"."""
    found = ONLY.fullmatch(text)
    span = span_s(found["rest"]) if found else None
    if found is None or span is None or task.family not in READS or "audio" not in _takes(task):
        return []
    part = found["rest"][span.start_char : span.end_char]
    if not _AROUND_PART.fullmatch(found["rest"].replace(part, " ")):
        return []
    if task.name == "extract_sound" or "text" in before:
        return []
    sound = {"name": before["audio"]} if before.get("audio") else {}
    again = {name: value for name, value in before.items() if name != "audio"}
    return [Call("cut_sound", {**sound, "part": part}), Call(task.name, again)]


def _resource(task: Task) -> str:
    """The argument for the sound that a task is about; empty where there is none."""
    return "audio" if "audio" in _takes(task) else "name" if task.name in CALLED else ""


def _takes(task: Task) -> Given:
    takes: Given = task.schema.get("properties", {})
    return takes


_WAYS: Sequence[Callable[[str, str, Task, Given], list[Call]]] = (
    _stronger,
    _inverted,
    _elsewhere,
    _shown,
    _to_another,
    _translated,
    _cancelled,
    _of_a_part,
    _sung,
)
