"""The dialogue engine that needs no model beside a small one of its own, and no network.

    word for word ──▶ a task's phrases (phrases.py)      "slower", "play it back"
    else learned  ──▶ requests, tasks, arguments         "clean this up, then tell me what they say"
    else          ──▶ one sentence that says what it is that it cannot do

It keeps nothing between turns. That an answer belongs to a question ("Say something." "What should I say?" "Banana.")
it is told with the request, or reads off the history.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from assistant.history import AssistantSaid
from assistant.stream import Stream
from router.dialogue.base import Call, Piece, Request
from router.dialogue.following import about, followed, with_both, without_name
from router.dialogue.phrases import QUESTION, Grammar, Match, Words, pattern
from router.dialogue.placing import can_be_made, placed_sound
from router.dialogue.remaking import remade
from router.dialogue.several import apart
from router.dialogue.titled import titled
from router.dialogue.understanding.filling import answered, converted, filled, numbered
from router.dialogue.understanding.reader import Reader, Reading
from router.task import Phrase, Task, Unfinished
from router.whereabouts import place_asked_for, places_asked_for

CANNOT_SERVE = "I cannot make or order things; ask me what I can do with speech and sound."
CANNOT_DO = "I cannot do that; ask me what I can do with speech and sound."
CANNOT_ANSWER = "I cannot answer that without a language model; one can be set as openai base URL in the settings."
CANNOT_CHAT = "I heard you, but to chat I need a language model; one can be set as openai base URL in the settings."

SURE = 0.5
"""From this probability on a task is meant, if it was read and not said word for word."""
SURER = 0.8
"""The same, where words for another task fit as well, or where there are more than `LONG` words."""
LONG = 14
"""Words; most of what is longer, and is not several requests, is none."""
SAYING = re.compile(r"say (?!(?:it|that|this|again|back|what|in) )")
"""A beginning after which everything is to be said."""
PLAIN = 3
"""So many words of a phrase say that what follows is text: "a speech with text"."""
DICTATED = ("synthesize_speech", "record_note")
"""Tasks whose text may hold anything, requests too."""
THEN = re.compile(r"(?i)\b(?:then|after that|afterwards|finally|next)\b")
"""Words by which another request is told from the text of the one before it."""
NOT_SAYING = ("transfer_style", "sing", "repeat", "again", "translate_speech", "make_talking_head")
"""Tasks that are asked for with "say" as well."""
TORN = 0.3
"""From this probability on for each of two tasks, it is asked which of them is meant."""
NAMED = 0.2
"""The same, where the name of a sound that can be made is all that is said."""
OUT_OF_PLACE = 0.25
"""By how much a task is less likely that takes what is not there, such as a picture."""
BRIEF = 7
"""Words; a follow-up has no more: "and now only the first ten seconds"."""

SERVING = re.compile(
    pattern(
        "(can|could|may) (i|we) (have|get|please)|i (want|need|would (like|love)|will (have|take))|"
        "order|bring|buy|book|(make|get|give|fetch|pour|brew) [me|us]"
    )
)
DOING = re.compile(
    pattern(
        "call|open|stop|close|turn|switch|set|start|play|find|search|show|send|write|read|sing|draw|go|put|add|remove|delete|"
        "create|generate|translate|remind|wake|tell|take|check|help|change|record|say|do not|lock|dim"
    )
)
ASKING = re.compile(
    pattern(
        "who|what|when|where|why|how|which|whose|is|are|was|were|am|do|does|did|has|have|had|should|shall|may|might|can|"
        "could"
    )
)
READ_ALOUD = ("transcribe_speech", "translate_speech")
"""Tasks whose result is told word for word."""
JOINING = re.compile(r"(?i)(?:(?:and|then|next|now|also|please|finally|after that|afterwards)\b|[\s,.;])*")
"""Words that are no request, but join two."""
HERE = re.compile(pattern("here (is|are|you have|comes)"))
"""What is given and not asked for."""
GIVEN = "Thank you; what shall I do with it?"
VAGUE = ("change_voice", "stop")
"""Tasks that are asked for with words that may vary what was done last: "the other voice", "cancel it"."""
FOLLOWING = re.compile(
    pattern("and|now|only|just|but|what about|how about|instead|also|same|again|in|into|from|the|all right|try")
)
"""What a follow-up begins with."""
ANOTHER = re.compile(
    r"(?i)(?:and|now|but|okay|what about|how about|and what about),? ((?:the|an?|some|any) [\w' -]+?)[?.! ]*"
)
"""Another thing in the place of the one before: "and the rain?"."""
COURTESIES = (
    ("(thanks|thank you) [very much|so much|a lot] [earshot]", "You are welcome."),
    ("(bye|goodbye|good bye|good night|see you [later]) [earshot]", "Goodbye."),
    ("(hey|hello|hi|good (morning|afternoon|evening)) [there] [earshot]", "Hello."),
    ("[hello|hey|hi] [earshot] (can you hear me|do you hear me|are you there|are you listening)", "Yes, I hear you."),
)
"""What needs no task, and what is answered."""
NEGATED = re.compile(
    pattern("(do not|never) (set|play|record|start|make|delete|send|open|call|cut)|i do not want you to")
)
"""What is not to be done."""
LEFT = "Okay, I will not."


class Embedded:
    """Understands requests by the tasks' phrases, and by what it has learned."""

    name = "embedded"
    explains = False

    def __init__(self, tasks: Sequence[Task] = (), reader: Reader | None = None) -> None:
        self._reader = reader or Reader.load()
        self._grammar = Grammar(tasks)
        self._courtesies = [(re.compile(pattern(template)), answer) for template, answer in COURTESIES]

    async def reply(self, request: Request) -> Stream[Piece]:
        """Yield a call or several, or one sentence."""
        if self._grammar.tasks is not request.tasks:
            self._grammar = Grammar(request.tasks)
        for piece in self._pieces(request):
            yield piece

    async def close(self) -> None:
        """There is nothing to let go of."""

    def _pieces(self, request: Request) -> Sequence[Piece]:
        exact = _possible(self._grammar.match(request.text))
        if piece := self._completed(request, exact) or self._answered(request, exact):
            return [piece]
        known = {task.name: task for task in request.tasks}
        bare = str(self._grammar.bare(request.text))
        if again := remade(request.text, bare, request.last_call, request.artifacts):
            return again
        calls = followed(request.text, bare, request.last_call, known)
        if exact and not exact.free and not (calls and exact.task.name in VAGUE):
            return [_piece(exact)]
        if NEGATED.match(bare) and not self._courtesy(request.text):
            return [LEFT]
        return self._told(request, calls) or self._read(request, exact, known)

    def _told(self, request: Request, calls: list[Call]) -> Sequence[Piece]:
        """What a turn asks for by its words alone, without being read; nothing where it has to be.

        Args:
            calls: the last call varied, where the turn does that.
        """
        if answer := self._courtesy(request.text):
            return [answer]
        if places := places_asked_for(request.text):
            return [Call("make_binaural", place) for place in places]
        if placed := placed_sound(request.text, request.artifacts):
            return [Call("inpaint_audio", placed)]
        if pieces := self._named(request) or self._several(request):
            return pieces
        if calls:
            return calls
        place = place_asked_for(request.text)
        return [Call("make_binaural", place)] if place else []

    def _read(self, request: Request, exact: Match | None, known: Mapping[str, Task]) -> Sequence[Piece]:
        """What a turn comes to by what was learned, and perhaps said word for word."""
        readings = [_placed(r, known, request.kinds) for r in self._reader.read(request.text)]
        readings = [r for r in readings if not JOINING.fullmatch(r.text)] or readings
        plain = exact and exact.literal >= PLAIN and exact.task.name == readings[0].task in DICTATED
        if plain and not THEN.search(request.text):
            readings = [_placed(self._reader.read_whole(request.text), known, request.kinds)]
        if len(readings) > 1 and all(r.task in known and r.sure >= SURE for r in readings):
            return _unrepeated([self._link(r, known[r.task], request) for r in readings])
        piece = self._one(request, readings[0], exact, known)
        return [piece] if isinstance(piece, Call) or piece == GIVEN else self._unnamed(request) or [piece]

    def _unnamed(self, request: Request) -> list[Piece]:
        """What is asked for of a thing by its bare name: "which sounds are in garden" is read as "in it"."""
        text, thing = without_name(request.text, request.artifacts)
        pieces = self._pieces(replace(request, text=text, artifacts=(), pending=None)) if thing else []
        calls = [piece for piece in pieces if isinstance(piece, Call)]
        if not calls or len(calls) < len(pieces):
            return []
        known = {task.name: task for task in request.tasks}
        return [about(calls[0], thing, known), *calls[1:]]

    def _link(self, reading: Reading, task: Task, request: Request) -> Piece:
        """One of several requests."""
        exact = self._grammar.match(reading.text)
        if exact and not exact.free and isinstance(exact.phrase, Phrase):
            return _piece(exact)
        return with_both(Call(task.name, filled(task, reading, request.artifacts)), reading.text)

    def _one(self, request: Request, reading: Reading, exact: Match | None, known: Mapping[str, Task]) -> Piece:
        """What a single request comes to, read and perhaps said word for word."""
        task = known.get(reading.task)
        if exact and exact.corrected and exact.free and task is None and reading.sure > SURER:
            exact = None
        saying = SAYING.match(str(self._grammar.bare(request.text))) and reading.task not in NOT_SAYING
        if exact and (task is None or reading.sure < SURER or exact.task is task or saying):
            piece = _piece(exact)
            if isinstance(piece, Call) and exact.task is task:
                return Call(piece.task, {**filled(task, reading, request.artifacts), **piece.arguments})
            return piece
        if task and request.last_call and request.last_call[0] == task.name and self._follows(request):
            return Call(task.name, {**request.last_call[1], **filled(task, reading, request.artifacts)})
        if reading.task == "generate_audio" and request.artifacts and HERE.match(str(Words.of(request.text))):
            return GIVEN
        if task and reading.sure >= (SURER if len(request.text.split()) > LONG else SURE):
            return Call(task.name, filled(task, reading, request.artifacts))
        if named := self._made(request, reading):
            return named
        return self._followed(request, reading, known) or _which(reading, known) or self._refusal(request.text)

    def _made(self, request: Request, reading: Reading) -> Call | None:
        """What is to be made, where a turn says that and nothing else: "three dog barks please"."""
        said = self._grammar.bare(request.text).text_of()
        likely = reading.chances.get("generate_audio", 0.0) >= NAMED
        return Call("generate_audio", {"text": said}) if likely and can_be_made(said) else None

    # ------------------------------------------------------------------------- more than one call

    def _named(self, request: Request) -> list[Piece]:
        """What is asked for before "and call it demo", and its name; nothing where none is given."""
        text, name = titled(request.text)
        pieces = [*self._pieces(replace(request, text=text, pending=None))] if name else []
        known = {task.name: task for task in request.tasks}
        calls = [piece for piece in pieces if isinstance(piece, Call)]
        if not calls or len(calls) < len(pieces) or any(call.task in DICTATED for call in calls):
            return []
        last = calls[-1]
        takes = known[last.task].schema.get("properties", {})
        if "label" in takes:
            return [*calls[:-1], Call(last.task, {**last.arguments, "label": name})]
        named = known[last.task].effects or "audio" in takes
        return [*calls, Call("name_sound", {"new_name": name})] if named else []

    def _several(self, request: Request) -> list[Piece]:
        """A call for each timer and alarm, where there are more than one."""
        parts = apart(request.text)
        if len(parts) < 2:
            return []
        pieces = [piece for part in parts for piece in self._pieces(replace(request, text=part, pending=None))]
        set_all = all(isinstance(piece, Call) and piece.task in ("set_timer", "set_alarm") for piece in pieces)
        return pieces if set_all else []

    # ------------------------------------------------------------- what belongs to the turn before

    def _completed(self, request: Request, exact: Match | None) -> Call | None:
        """The request of which something was missing, made whole by this turn; None where this is another request."""
        pending = request.pending
        task = next((t for t in request.tasks if pending and t.name == pending.task), None)
        if pending is None or task is None or (exact and not exact.free):
            return None
        value = answered(task, pending.missing, request.text)
        if value is None or (isinstance(value, str) and self._is_another(request, task)):
            return None
        reading = self._reader.read_whole(request.text)
        also = {k: v for k, v in filled(task, reading, request.artifacts).items() if not isinstance(v, str)}
        return Call(task.name, {**also, **pending.arguments, pending.missing: value})

    def _is_another(self, request: Request, task: Task) -> bool:
        """Whether a turn that could be any answer is surely a request of its own."""
        reading = self._reader.read_whole(request.text)
        return bool(reading.task) and reading.task != task.name and reading.sure > SURER

    def _answered(self, request: Request, other: Match | None) -> Piece | None:
        """The request made whole by an answer to what was asked back; None where it is none, or a request itself."""
        last = request.history[-1] if request.history else None
        if not isinstance(last, AssistantSaid):
            return None
        phrases = (p for t in request.tasks for p in t.phrases if isinstance(p, Unfinished))
        asked = next((p for p in phrases if p.question == last.text), None)
        if asked is None:
            return None
        completed = self._grammar.match(asked.then.format(answer=request.text))
        best = other if other and not other.free and (completed is None or completed.free) else completed
        return _piece(best) if best else None

    def _followed(self, request: Request, reading: Reading, known: Mapping[str, Task]) -> Call | None:
        """The last call again with something else: "and in German?", "only the first ten seconds"."""
        name, before = request.last_call or ("", {})
        if name not in known or not self._follows(request):
            return None
        new = filled(known[name], reading, request.artifacts)
        if not new and "target" in before and (other := ANOTHER.fullmatch(request.text)):
            new = {"target": other[1]}
        return Call(name, {**before, **new}) if new else None

    def _follows(self, request: Request) -> bool:
        """Whether a turn is short and begins as what belongs to the turn before does."""
        begins = FOLLOWING.match(str(Words.of(request.text))) or FOLLOWING.match(str(self._grammar.bare(request.text)))
        return len(request.text.split()) <= BRIEF and bool(begins)

    # ------------------------------------------------------------------------------- no request

    def _courtesy(self, text: str) -> str | None:
        words = "".join(f"{word} " for word in re.findall(r"[\w']+", text.lower()))
        return next((answer for regex, answer in self._courtesies if regex.fullmatch(words)), None)

    def _refusal(self, text: str) -> str:
        """One honest sentence, by what kind of turn it was."""
        bare = self._grammar.bare(text)
        if not bare.words:
            return "Yes?"
        if SERVING.match(str(bare)):
            return CANNOT_SERVE
        if DOING.match(str(bare)) or QUESTION.match(text[: bare.spans[0][0]]):
            return CANNOT_DO
        return CANNOT_ANSWER if ASKING.match(str(bare)) or text.rstrip().endswith("?") else CANNOT_CHAT


def _possible(match: Match | None) -> Match | None:
    """A phrase that fits; none where words stand for a number that are no number: "tell me about tax law in Norway"."""
    if match is None or isinstance(match.phrase, Unfinished):
        return match
    return match if numbered(match.task, match.arguments) else None


def _piece(match: Match) -> Piece:
    if isinstance(match.phrase, Unfinished):
        return match.phrase.question
    return Call(match.task.name, converted(match.task, match.arguments, match.text))


def _unrepeated(pieces: list[Piece]) -> list[Piece]:
    """A chain without the wish to hear what is read aloud anyway: "transcribe it, then read it aloud"."""
    tasks = [piece.task if isinstance(piece, Call) else "" for piece in pieces]
    told = [at for at, task in enumerate(tasks) if at and task == "repeat" and tasks[at - 1] in READ_ALOUD]
    return [piece for at, piece in enumerate(pieces) if at not in told]


def _placed(reading: Reading, known: Mapping[str, Task], kinds: frozenset[str]) -> Reading:
    """The reading with what is at hand in mind: the task handler of the paper, section 3.3."""
    likely = {
        name: chance * (OUT_OF_PLACE if name in known and not kinds.issuperset(known[name].takes) else 1.0)
        for name, chance in reading.chances.items()
        if name in known or not name
    }
    best, total = max(likely, key=likely.__getitem__), sum(likely.values())
    return replace(reading, task=best, sure=likely[best] / total, chances=likely)


def _which(reading: Reading, known: Mapping[str, Task]) -> str | None:
    """A question where two tasks are as likely."""
    torn = [name for name, chance in reading.chances.items() if chance >= TORN]
    if len(torn) != 2 or "" in torn:
        return None
    first, second = torn
    return f"Shall I {_summary(known[first])}, or {_summary(known[second])}?"


def _summary(task: Task) -> str:
    """The first line of what it does, as part of a sentence."""
    line = task.about.splitlines()[0].rstrip(".")
    return line[:1].lower() + line[1:]
