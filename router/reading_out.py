"""Speaking at the user's wish: a text, or a file of text however long, as sound that is kept.

short text ─▶ spoken at once, and kept                                    so that "put it on my left" means it
long text  ─▶ speech.wav, played
file       ─▶ as its text; of several parts each is kept as it is made, and in the end all are bound into one
"""

import asyncio
import re
import shutil
from dataclasses import replace

from assistant.errors import EngineError, TaskError
from assistant.events import Artifact, Say, Show
from assistant.media import is_score
from assistant.texts import REFUSED
from models.base import Json
from models.speech.text_file import ENDINGS, Part, TextFile, parts_of, read_text
from models.speech.text_portion import portion_of
from router.casting import aloud, cast
from router.delivery import MAN, NO_CHILD, NO_MAN, WOMAN
from router.durations import spoken_duration
from router.english import is_english
from router.numerals import words
from router.partly import part_of
from router.paths import as_path
from router.portion_words import portion_in
from router.results import Order, Refused, Result, carry_out, outcome
from router.saying import Change, changed
from router.speech import Directions, Speech
from router.task import Context, Outcome
from router.telling import the
from tts.tongues import language_name

TASK = "synthesize_speech"
CANNOT = "I can say it, but not keep it as a file; no engine for that is loaded."
NO_FILE = "There is no text here that I could read; give me a file, or its path."
NOT_SO_LONG = "That text is in English and too long for me to put into {}; I can read it as it is, or a part of it."
TRANSLATED_WORDS = 400
"""How many words of a file are put into another language."""
SAID_WORDS = 60
"""How many words are simply said; more are spoken into a file, which can be stopped, kept and played again."""
DOCUMENTS = frozenset(
    words(
        "file files document text letter book story article page web webpage email mail message chapter poem "
        "essay paper "
        "report recipe manual script speech subtitles manuscript novel contents content attachment thing whole "
        "entire"
    )
)
"""What people call what they hand over to be read."""
LITTLE = frozenset(
    words(
        "it this that these those the my your a an all of to me for us please aloud out loud attached given "
        "here from in "
        "whole entire everything is what says say dot txt md html srt vtt epub docx odt now and then read open called "
        "named titled with its chapters chapter mark marks markers one each separate only just me"
    )
)
CALLED = re.compile(r"(?i)^(?:the |my |a )?(?:file|document|text|book|story|letter) (?:called|named|titled) [\w .-]+$")
"""A file by its name."""
AGAIN = frozenset(words("it this that again the same thing once more text words sentence now but please speech"))
"""Words that mean what was said last."""


def document(context: Context, text: str) -> Artifact | None:
    """The file of text that is meant by words; None where they are the text themselves.

    Raises:
        DataError: there is such a file, and it cannot be read.
    """
    path = as_path(text, context.folder)
    if path is not None and path.suffix.lower() in (*ENDINGS, *REFUSED):
        if path.suffix.lower() in REFUSED:
            read_text(path)
        return context.workspace.add_file(path)
    said = _words(text)
    last = context.last_speech
    for artifact in reversed([a for a in context.workspace.artifacts if a.kind == "text" and not is_score(a.path)]):
        named = set(_words(artifact.name)) | set(_words(artifact.path.name))
        if last and artifact.id <= last.there and set(said) <= AGAIN and not set(said) & {"text", "file"}:
            return None
        if said and set(said) <= LITTLE | DOCUMENTS | named:
            return artifact
    return None


def last_speech(context: Context, text: str) -> Speech | None:
    """What was spoken last, where words mean that."""
    return context.last_speech if set(_words(text)) <= AGAIN else None


def gone(context: Context, text: str) -> TaskError | None:
    """What to say to who wants a file read that is not there; None where that is not so."""
    said = context.present.text if context.present else ""
    found = portion_in(text)
    about = set(_words(found.rest if found else text)) | ({"it"} if found else set())
    wants = re.match(r"(?i)\W*(?:(?:please|can|could|would|will|you|now|and)\W+)*(?:read|narrate|recite|open)\b", said)
    lacking = about <= LITTLE | DOCUMENTS and about & (DOCUMENTS | {"it", "this"})
    return TaskError(NO_FILE) if wants and (lacking or CALLED.search(text)) else None


async def words_meant(context: Context, text: str) -> str:
    """What is in the file, or the part of it, that words name; the words themselves where they name none.

    Raises:
        DataError: it cannot be read, or has no such part.
    """
    found = portion_in(text)
    source = document(context, (found.rest or "the file") if found else text)
    if source is None:
        return text
    read = portion_of(await asyncio.to_thread(read_text, source.path), found.portion if found else None)
    return " ".join(_spoken(read))


async def cast_as(context: Context, so: Directions, voice: str) -> Directions:
    """With the voice that is meant by its name or its kind.

    Raises:
        TaskError: there is none of that name, or no other one.
        EarshotError: it cannot be loaded.
    """
    match so.named:
        case "":
            chosen = await cast(context, voice)
        case "child":
            so, chosen = so.higher(5.0).told(NO_CHILD), so.manner.voice
        case "man" if MAN not in context.voices:
            so, chosen = so.higher(-4.0).told(NO_MAN), so.manner.voice
        case "man" | "woman":
            kind = MAN if so.named == "man" else WOMAN
            chosen = await cast(context, kind) if kind in context.voices else so.manner.voice
        case "own":
            return replace(so, named="", manner=replace(so.manner, voice="", language=""))
        case "other":
            chosen = await cast(context, _other(context, so.manner.voice))
        case named:
            chosen = await cast(context, named)
    language = so.manner.language
    accent = (
        language if chosen in ("", MAN) or not language.startswith("en") else ""
    )  # the others have one of their own
    return replace(so, named="", manner=replace(so.manner, voice=chosen or so.manner.voice, language=accent))


def _other(context: Context, voice: str) -> str:
    voices = context.voices
    if len(voices) < 2:
        raise TaskError("I have no other voice here.")
    return voices[(voices.index(voice or voices[0]) + 1) % len(voices)]


# ------------------------------------------------------------------------------ a text


async def say_it(context: Context, speech: Speech, keep: bool = True) -> Outcome:
    """Say a text; it is kept too, where that can be done.

    Raises:
        Refused: it is wanted as a recording, and there is no engine.
        TaskError: it is to be in a language that it cannot be put into.
        EarshotError: it cannot be done.
    """
    speech = await _in_its_language(context, speech)
    if speech.kept or speech.directions.effect:
        result = await carry_out(context, _order(speech))
        return _remembered(context, speech, outcome(result, _told(speech, result)))
    said = _said(context, speech)
    if not keep or context.models is None or context.models.engine(TASK) is None:
        return _remembered(context, speech, said)
    try:
        result = await carry_out(context, _order(speech))
    except EngineError:  # what cannot be kept is still said
        return _remembered(context, speech, said)
    context.undoable.pop()  # nobody takes back what was merely said
    shown = Show(artifact=result.artifacts[0], pictures=result.pictures[0])
    return _remembered(context, speech, replace(said, show=(*said.show, shown)))


async def recorded(context: Context, speech: Speech) -> Result:
    """A text as a recording, for other work to be done with it.

    Raises:
        Refused: there is no engine.
        TaskError: it is to be in a language that it cannot be put into.
        EarshotError: it cannot be done.
    """
    return await carry_out(context, _order(await _in_its_language(context, speech)))


async def spoken_again(context: Context, change: Change) -> Outcome | None:
    """What was said last at the user's wish once more, a step slower or the like; None unless that was the last reply.

    Raises:
        TaskError: it goes no further.
        EarshotError: it cannot be done.
    """
    last, reply = context.last_speech, context.history.last_reply()
    if last is None or reply is None or not _is_reply(last.told, reply.text):
        return None
    manner = changed(last.directions.manner, change)
    if manner == last.directions.manner:
        raise TaskError(f"I cannot say it any {change}.")
    again = replace(last, directions=replace(last.directions, manner=manner, notices=()))
    return await (read_out(context, again) if last.document else say_it(context, again))


def _is_reply(told: str, heard: str) -> bool:
    """Whether what was heard is what was told, its beginning where it was cut off, or that behind "one moment"."""
    told, heard = " ".join(told.split()), " ".join(heard.split())
    return bool(told) and bool(heard) and (told.startswith(heard) or told[:60] in heard)


def _said(context: Context, speech: Speech) -> Outcome:
    """The text as a reply, with what must be told of it."""
    so = speech.directions
    context.last_said = Say(speech.text, so.manner)
    shown = (Show(heard),) if (heard := _heard_from(speech)) else ()
    if not so.notices:
        return Outcome(speech.text, manner=so.manner, verbatim=True, show=shown)
    closed = speech.text if speech.text[-1:] in ".!?…。！？\"'”" else f"{speech.text}."
    parts = (Say(closed, so.manner), *(Say(notice) for notice in so.notices))
    return Outcome(" ".join(part.text for part in parts), verbatim=True, show=shown, parts=parts)


def _remembered(context: Context, speech: Speech, said: Outcome) -> Outcome:
    there = max((a.id for a in context.workspace.artifacts), default=0)
    context.last_speech = replace(speech, told=said.text, there=there)
    return said


def _heard_from(speech: Speech) -> str:
    """Who speaks, where it is another voice or language; empty where it is not."""
    manner = speech.directions.manner
    if manner.language:
        return f"Spoken by {MAN}, in {language_name(manner.language)}."
    return f"Spoken by {aloud(manner.voice)}." if manner.voice else ""


def _told(speech: Speech, result: Result) -> str:
    """What is said of a recording."""
    seconds = result.made.facts.get("seconds")
    lasts = spoken_duration(max(1.0, round(seconds))) if isinstance(seconds, int | float) else ""
    here = f"Here is {the(result.artifacts[0].name)}"
    long = isinstance(seconds, int | float) and seconds > 20
    return " ".join(
        (f"{here}, {lasts}." if long else f"{here}.", *filter(None, (_heard_from(speech),)), *_notices(speech))
    )


def _notices(speech: Speech) -> tuple[str, ...]:
    return speech.directions.notices


def _order(speech: Speech, **more: Json) -> Order:
    manner, so = speech.directions.manner, speech.directions
    given: dict[str, Json] = {"voice": manner.voice or None, "speed": manner.speed, "pitch": manner.pitch}
    given |= {"gain_db": manner.gain_db, "language": manner.language or None, "pause_s": so.pause_s}
    given |= {"pitch_range": manner.pitch_range if manner.pitch_range != 1.0 else None}
    given |= {"pause": so.pause if so.pause != 1.0 else None, "title": _title(speech) or None}
    given |= {"effect": so.effect or None, **more}
    if speech.document:
        given |= {"portion": speech.portion.as_json() if speech.portion else None}
        return Order(TASK, "audio", CANNOT, given, files={"document": speech.document})
    return Order(TASK, "audio", CANNOT, {"text": speech.text, **given})


def _title(speech: Speech) -> str:
    """What a recording is called; empty where nothing is known."""
    return f"{speech.name} reading" if speech.name else ""


# ------------------------------------------------------------------------------ languages


async def _in_its_language(context: Context, speech: Speech) -> Speech:
    """English words that are to be said in another language, put into it.

    Raises:
        TaskError: there is nothing that could.
    """
    code = speech.directions.manner.language
    if not code or code.startswith("en") or not is_english(speech.text):
        return speech
    name = language_name(code)
    order = Order("translate_speech", "text", "", {"text": speech.text, "language": name}, changes=False)
    try:
        made = (await carry_out(context, order)).made
    except (EngineError, Refused) as error:
        raise TaskError(f"I cannot put that into {name}; tell me the words in {name}, and I will say them.") from error
    return replace(speech, text=made.text)


# ------------------------------------------------------------------------------ a file


async def read_out(context: Context, speech: Speech) -> Outcome:
    """Read a file aloud: a short one at once, a long one as a recording.

    Raises:
        DataError: it cannot be read.
        Refused: it is long, and there is no engine.
        EarshotError: it cannot be done. Of a file of several parts, those are kept that were made.
    """
    assert speech.document is not None
    whole = await asyncio.to_thread(read_text, speech.document)
    text = portion_of(whole, speech.portion)
    parts = parts_of(text)
    apart = speech.kept and len(parts) > 1
    if text.words <= (TRANSLATED_WORDS if _is_foreign(speech, text) else SAID_WORDS) and not apart:
        said = await say_it(context, replace(speech, text=" ".join(_spoken(text)), document=None))
        return _remembered(context, speech, said)
    if _is_foreign(speech, text):
        raise TaskError(NOT_SO_LONG.format(language_name(speech.directions.manner.language)))
    if len(parts) > 1:
        result = await _bound(context, speech, parts)
    else:
        result = await carry_out(context, _order(speech))
    return _remembered(context, speech, outcome(result, _told(speech, result)))


def _is_foreign(speech: Speech, text: TextFile) -> bool:
    """Whether English is to be read in another language."""
    language = speech.directions.manner.language
    return bool(language) and not language.startswith("en") and is_english(" ".join(_spoken(text)[:20]))


def _spoken(text: TextFile) -> list[str]:
    return [one for part in parts_of(text) for one in part.paragraphs]


async def _bound(context: Context, speech: Speech, parts: tuple[Part, ...]) -> Result:
    """A long text: each part is kept as it is made, until all are bound into one."""
    made, letters, undoable = list[Artifact](), sum(part.letters for part in parts), len(context.undoable)
    name = _title(speech) or "reading"
    for number, part in enumerate(parts):
        done = sum(one.letters for one in parts[:number]) / letters
        with part_of(context, 0.97 * done, 0.97 * part.letters / letters):
            try:
                order = _order(speech, part=number, title=f"{name}, part {number + 1}")
                made += (await carry_out(context, order)).artifacts
            except EngineError as error:
                raise TaskError(f"{error} {number} of {len(parts)} parts are made and kept.") from error
    titles: list[Json] = [part.title for part in parts]
    files = {f"part {number}": artifact.path for number, artifact in enumerate(made)}
    with part_of(context, 0.97, 0.03):
        order = Order(TASK, "audio", CANNOT, {"bind": True, "titles": titles, "title": name}, files=files)
        result = await carry_out(context, order)
    del context.undoable[undoable:-1]
    for artifact in made:
        context.workspace.remove(artifact.id)
        await asyncio.to_thread(shutil.rmtree, artifact.path.parent, ignore_errors=True)
    return result


def _words(text: str) -> list[str]:
    return re.findall(r"[^\W_]+(?:'[^\W_]+)*", text.lower().replace("’", "'"))
