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
from router.consent import decides
from router.delivery import is_directions
from router.dialogue.bare import lasting, sound_alone, which_lasts
from router.dialogue.base import Call, Piece, Request
from router.dialogue.chains import once, unrepeated
from router.dialogue.directing import said_so
from router.dialogue.echoing import in_room, without_room
from router.dialogue.following import about, followed, with_both, without_name
from router.dialogue.looking import looked_at
from router.dialogue.making import sound_described
from router.dialogue.mentions import TASKS as NAMING
from router.dialogue.mentions import Mention, aimed, mentions, only_one
from router.dialogue.misheard import MISHEARD, corrected, reheard, reheard_pair
from router.dialogue.open_questions import FREE, Question, Turn, answers_in_full, is_request
from router.dialogue.phrases import Grammar, Match, Words, pattern
from router.dialogue.placing import can_be_made, placed_sound
from router.dialogue.portraying import face_asked_for
from router.dialogue.read_aloud import read_aloud, spoken_otherwise
from router.dialogue.refusing import refusal
from router.dialogue.remaking import remade
from router.dialogue.several import apart
from router.dialogue.songs import song_asked_for
from router.dialogue.sought import sought, taken_out
from router.dialogue.speakers import Listening
from router.dialogue.titled import titled
from router.dialogue.unasked import NEGATED, is_told
from router.dialogue.understanding.filling import answered, converted, filled, numbered
from router.dialogue.understanding.reader import Reader, Reading
from router.dialogue.weighing import at_hand, which
from router.dialogue.whose import said_as
from router.task import Phrase, Task, Unfinished
from router.whereabouts import place_asked_for, places_asked_for

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
NAMED = 0.2
"""The same, where the name of a sound that can be made is all that is said."""
PORTRAYED = 2
"""Requests: of more than words and the face that says them, each is read by itself."""
BRIEF = 7
"""Words; a follow-up has no more: "and now only the first ten seconds"."""

JOINING = re.compile(r"(?i)(?:(?:and|then|next|now|also|please|finally|after that|afterwards)\b|[\s,.;])*")
"""Words that are no request, but join two."""
HERE = re.compile(pattern("here (is|are|you have|comes)"))
"""What is given and not asked for."""
GIVEN = "Thank you; what shall I do with it?"
VAGUE = ("change_voice", "stop")
"""Tasks that are asked for with words that may vary what was done last: "the other voice", "cancel it"."""
VARYING = {"sing": ("again", "change_sound", "adjust_voice")}
"""Tasks that are asked for with words which vary what was made last, where another task made it: "slower" of a song."""
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
LEFT = "Okay, I will not."


class Embedded:
    """Understands requests by the tasks' phrases, and by what it has learned."""

    name = "embedded"
    explains = False

    def __init__(self, tasks: Sequence[Task] = (), reader: Reader | None = None) -> None:
        self._reader = reader or Reader.load()
        self._grammar, self._listening = Grammar(tasks), Listening(tasks)
        self._courtesies = [(re.compile(pattern(template)), answer) for template, answer in COURTESIES]

    async def reply(self, request: Request) -> Stream[Piece]:
        """Yield a call or several, or one sentence."""
        if self._grammar.tasks is not request.tasks:
            self._grammar, self._listening = Grammar(request.tasks), Listening(request.tasks)
        known = {task.name: task for task in request.tasks}
        pieces = self._pieces(request)
        for piece in pieces:
            if isinstance(piece, Call) and len(pieces) == 1:
                piece = aimed(piece, request.text, request.artifacts, known)
            yield corrected(piece) if isinstance(piece, Call) else piece

    async def close(self) -> None:
        """There is nothing to let go of."""

    def _pieces(self, request: Request) -> Sequence[Piece]:
        exact = _possible(self._grammar.match(request.text))
        if piece := self._completed(request, exact) or self._answered(request, exact):
            return [piece]
        known = {task.name: task for task in request.tasks}
        bare = str(self._grammar.bare(request.text))
        if first := self._by_words(request):
            return [first]
        if again := remade(request.text, bare, request.last_call, request.artifacts):
            return again
        if said := read_aloud(request.text, request.artifacts) or self._directed(request):
            return [said]
        calls = followed(request.text, bare, request.last_call, known)
        if (pair := reheard_pair(request.text)) and (heard := self._heard(request, pair)):
            return heard
        vague = not exact or exact.free or exact.task.name == "change_sound"
        if vague and (said := spoken_otherwise(request.text, request.last_call)):
            return [said]
        if exact and not exact.free and not (calls and exact.task.name in (*VAGUE, *VARYING.get(calls[0].task, ()))):
            return [_piece(exact)]
        other = exact and exact.task.name != "generate_audio"
        if (
            not calls
            and not other
            and (made := sound_described(self._grammar.bare(request.text).text_of(), request.artifacts))
        ):
            return [Call("generate_audio", made)]
        if none := which_lasts(request.text) or self._unasked(request, bare):
            return [none]
        return self._told(request, calls) or self._read(request, exact, known)

    def _by_words(self, request: Request) -> Call | None:
        """What a turn asks for so plainly that nothing else is looked at."""
        return (
            lasting(request.text, request.history)
            or self._portrayed(request)
            or self._listening.asked(request.text, request.artifacts)
            or looked_at(str(self._grammar.bare(request.text)), request.artifacts)
            or taken_out(request.text, request.artifacts)
            or said_as(request.text, request.artifacts)
        )

    def _unasked(self, request: Request, bare: str) -> str:
        """What is said to a turn that speaks of work and asks for none; empty where it is another."""
        if NEGATED.match(bare) and not self._courtesy(request.text):
            return LEFT
        return refusal(request.text, self._grammar.bare(request.text)) if is_told(request.text, bare) else ""

    def _directed(self, request: Request) -> Call | None:
        """Words to be said in some way, where nothing else is asked for."""
        found = said_so(request.text)
        others = self._reader.read(request.text)[1:] if found else ()
        return found if all(is_directions(reading.text) for reading in others) else None

    def _portrayed(self, request: Request) -> Call | None:
        """A face that is to say or sing words of the turn, as they were said; or a song that is wished for."""
        bare = self._grammar.bare(request.text)
        text = request.text[bare.spans[0][0] :] if bare.words else ""
        found = face_asked_for(text, request.artifacts) or song_asked_for(text)
        return found if found and len(self._reader.read(request.text)) <= PORTRAYED else None

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
        if pieces := self._named(request) or self._several(request) or self._resounding(request):
            return pieces
        if calls:
            return calls
        place = place_asked_for(request.text)
        return [Call("make_binaural", place)] if place else []

    def _read(self, request: Request, exact: Match | None, known: Mapping[str, Task]) -> Sequence[Piece]:
        """What a turn comes to by what was learned, and perhaps said word for word."""
        readings = [at_hand(r, known, request.kinds) for r in self._reader.read(request.text)]
        readings = [r for r in readings if not JOINING.fullmatch(r.text)] or readings
        plain = exact and exact.literal >= PLAIN and exact.task.name == readings[0].task in DICTATED
        if plain and not THEN.search(request.text):
            readings = [at_hand(self._reader.read_whole(request.text), known, request.kinds)]
        if len(readings) > 1 and all(r.task in known and r.sure >= SURE for r in readings):
            return unrepeated(once([self._link(r, known[r.task], request) for r in readings], known))
        piece = self._one(request, readings[0], exact, known)
        if isinstance(piece, Call) or piece == GIVEN:
            return [piece]
        found = sought(request.text, request.artifacts)
        return self._reheard(request) or self._unnamed(request) or [found or piece]

    def _unnamed(self, request: Request) -> list[Piece]:
        """What is asked for of a thing by its bare name: "which sounds are in garden" is read as "in it"."""
        text, thing = without_name(request.text, request.artifacts)
        named = [Mention(text, thing)] if thing else mentions(request.text, request.artifacts)
        known = {task.name: task for task in request.tasks}
        for mention in named:
            pieces = self._pieces(replace(request, text=mention.text, artifacts=(), pending=None))
            calls = [piece for piece in pieces if isinstance(piece, Call)]
            name = mention.name if thing else only_one(mention.name, request.artifacts)
            if calls and len(calls) == len(pieces) and (thing or calls[0].task in NAMING):
                return [about(calls[0], name, known) if name else calls[0], *calls[1:]]
        return []

    def _reheard(self, request: Request) -> list[Piece]:
        """What is asked for with the name of a sound that was heard a little wrong: "remove the tunder"."""
        text = reheard(request.text)
        return self._heard(request, text) if text != request.text else []

    def _heard(self, request: Request, text: str) -> list[Piece]:
        """What a turn comes to in other words, where that is about a sound by its name."""
        pieces = [*self._pieces(replace(request, text=text, pending=None))]
        return pieces if any(isinstance(piece, Call) and piece.task in MISHEARD for piece in pieces) else []

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
        return (
            self._followed(request, reading, known)
            or which(reading, known)
            or refusal(request.text, self._grammar.bare(request.text))
        )

    def _made(self, request: Request, reading: Reading) -> Call | None:
        """What is to be made, where a turn says that and nothing else: "three dog barks please"."""
        said = self._grammar.bare(request.text).text_of()
        likely = reading.chances.get("generate_audio", 0.0) >= NAMED and can_be_made(said)
        return Call("generate_audio", {"text": said}) if likely or sound_alone(said) else None

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

    def _resounding(self, request: Request) -> list[Piece]:
        """What is asked for before "and make it echo like a church", and that; nothing where no room is said."""
        text, room = without_room(request.text)
        if not room:
            return []
        pieces = self._pieces(replace(request, text=text, pending=None)) if text else []
        done = all(isinstance(piece, Call) for piece in pieces)
        task, before = request.last_call or ("", {})
        again = [Call(task, before)] if not text and task == "make_binaural" else []
        return in_room(pieces or again, room) if done else []

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
        if pending is None or task is None:
            return None
        if pending.missing == "consent" and decides(request.text):
            return Call(task.name, {**pending.arguments, "consent": request.text})
        if exact and not exact.free:
            return None
        turn, question = self._turn(request), Question(task.name, pending.missing, pending.question)
        if is_request(turn, question):
            return None
        if (given := answers_in_full(turn, question)) is not None and len(request.text.split()) > 1:
            return Call(task.name, {**given, **pending.arguments, pending.missing: given[pending.missing]})
        value = answered(task, pending.missing, request.text)
        named = pending.missing not in FREE and bool(without_name(request.text, request.artifacts)[1])
        if value is None or (isinstance(value, str) and not named and self._is_another(request, task)):
            return None
        reading = self._reader.read_whole(request.text)
        also = {k: v for k, v in filled(task, reading, request.artifacts).items() if not isinstance(v, str)}
        return Call(task.name, {**also, **pending.arguments, pending.missing: value})

    def _turn(self, request: Request) -> Turn:
        """A turn as it is with no question open."""
        alone = replace(request, pending=None, history=(), last_call=None)
        reading = self._reader.read_whole(request.text)
        by_words = self._by_words(alone) or placed_sound(request.text, request.artifacts)
        clear = bool(by_words) or (bool(reading.task) and reading.sure > SURER)
        return Turn(self._grammar.bare(request.text), self._pieces(alone), clear)

    def _is_another(self, request: Request, task: Task) -> bool:
        """Whether a turn that could be any answer is surely a request of its own."""
        reading = self._reader.read_whole(request.text)
        return bool(reading.task) and reading.task != task.name and reading.sure > SURER

    def _answered(self, request: Request, other: Match | None) -> Piece | None:
        """The request made whole by an answer to what was asked back; None where it is none, or a request itself."""
        last = request.history[-1] if request.history else None
        if not isinstance(last, AssistantSaid):
            return None
        phrases = ((t, p) for t in request.tasks for p in t.phrases if isinstance(p, Unfinished))
        task, asked = next(((t, p) for t, p in phrases if p.question == last.text), (None, None))
        if task is None or asked is None:
            return None
        completed = self._grammar.match(asked.then.format(answer=request.text))
        if completed and not completed.free:
            return _piece(completed)
        turn, question = self._turn(request), Question(task.name, "text", asked.question)
        if is_request(turn, question) or (other and not other.free):
            return None
        if (given := answers_in_full(turn, question)) is not None:
            return Call(task.name, given)
        return _piece(completed) if completed else None

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


def _possible(match: Match | None) -> Match | None:
    """A phrase that fits; none where words stand for a number that are no number: "tell me about tax law in Norway"."""
    if match is None or isinstance(match.phrase, Unfinished):
        return match
    return match if numbered(match.task, match.arguments) else None


def _piece(match: Match) -> Piece:
    if isinstance(match.phrase, Unfinished):
        return match.phrase.question
    return Call(match.task.name, converted(match.task, match.arguments, match.text))
