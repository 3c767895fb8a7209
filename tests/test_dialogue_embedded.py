"""What the embedded engine understands, and what it does not."""

import re
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from assistant.clock import run_virtually
from assistant.history import AssistantSaid, Turn, UserSaid
from router.dialogue.base import Call, Piece, Request
from router.dialogue.embedded import LEFT, Embedded
from router.dialogue.phrases import Grammar, Words
from router.dialogue.refusing import CANNOT_ANSWER, CANNOT_CHAT, CANNOT_DO, CANNOT_SERVE, told_back, wants_model
from router.task import Task, Unfinished
from router.tasks import CATALOGUE
from scripts.understanding.sentences import FILLERS
from tests.pace import least

ENGINE = Embedded(CATALOGUE)


def answer(text: str, *history: Turn) -> Piece:
    """The one piece the engine gives."""

    async def ask() -> list[Piece]:
        return [piece async for piece in ENGINE.reply(Request(text, history, CATALOGUE))]

    (piece,) = run_virtually(ask())
    return piece


UNDERSTOOD: list[tuple[str, str, Mapping[str, Any]]] = [
    ("Say hello.", "synthesize_speech", {"text": "hello"}),
    ('Could you please say "Hello, World." slowly?', "synthesize_speech", {"text": "Hello, World.", "how": "slower"}),
    ("hey, um, can you say Good Morning please", "synthesize_speech", {"text": "Good Morning"}),
    ("Can you say good night?", "synthesize_speech", {"text": "good night"}),
    ("Say how are you?", "synthesize_speech", {"text": "how are you?"}),
    ("Say thank you.", "synthesize_speech", {"text": "thank you"}),
    ("say please", "synthesize_speech", {"text": "please"}),
    ('Say "make it louder".', "synthesize_speech", {"text": "make it louder"}),
    ('Say "speak slowly".', "synthesize_speech", {"text": "speak slowly"}),
    ("Say one, two, and three quietly.", "synthesize_speech", {"text": "one, two, and three", "how": "quieter"}),
    ("Read this aloud: the quick brown fox.", "synthesize_speech", {"text": "the quick brown fox"}),
    ("Read the quick brown fox out loud.", "synthesize_speech", {"text": "the quick brown fox"}),
    ("Repeat after me: I will not be late.", "synthesize_speech", {"text": "I will not be late"}),
    ("Generate speech with the text 'good news, everyone'", "synthesize_speech", {"text": "good news, everyone"}),
    ("Slower.", "again", {"change": "slower"}),
    ("A little louder, please!", "again", {"change": "louder"}),
    ("Say that again, but more slowly.", "again", {"change": "slower"}),
    ("Too loud!", "again", {"change": "quieter"}),
    ("Spell banana.", "spell", {"text": "banana"}),
    ("How do you spell Mississippi?", "spell", {"text": "Mississippi"}),
    ("Can you spell the word rhythm for me?", "spell", {"text": "rhythm"}),
    ("Spell it.", "spell", {"text": ""}),
    ("Could you speak more slowly, please?", "adjust_voice", {"change": "slower"}),
    ("Speak up!", "adjust_voice", {"change": "louder"}),
    ("I can't hear you.", "adjust_voice", {"change": "louder"}),
    ("You're talking too fast.", "adjust_voice", {"change": "slower"}),
    ("Speak normally.", "adjust_voice", {"change": "normal"}),
    ("Speak higher, please.", "adjust_voice", {"change": "higher"}),
    ("Could you speak a bit deeper?", "adjust_voice", {"change": "deeper"}),
    ("Speak lower.", "adjust_voice", {"change": "deeper"}),
    ("Talk in a deep voice.", "adjust_voice", {"change": "deeper"}),
    ("Speak in a low voice.", "adjust_voice", {"change": "quieter"}),
    ("Lower your voice.", "adjust_voice", {"change": "quieter"}),
    ("Lower your pitch.", "adjust_voice", {"change": "deeper"}),
    ("Your voice is too high.", "adjust_voice", {"change": "deeper"}),
    ("Higher.", "again", {"change": "higher"}),
    ("Say that again, but deeper.", "again", {"change": "deeper"}),
    ("Say good night in a deep voice.", "synthesize_speech", {"text": "good night", "manner": "in a deep voice"}),
    ("Say it is getting higher.", "synthesize_speech", {"text": "it is getting", "how": "higher"}),
    ("Which voices do you have?", "list_voices", {}),
    ("List your voices.", "list_voices", {}),
    ("What voice are you using?", "list_voices", {}),
    ("Use the other voice.", "change_voice", {"name": ""}),
    ("Change your voice.", "change_voice", {"name": ""}),
    ("Please speak with another voice.", "change_voice", {"name": ""}),
    ("Could you try a different voice?", "change_voice", {"name": ""}),
    ("Use the L.J. voice.", "change_voice", {"name": "L.J"}),
    ("Switch to the espeak voice.", "change_voice", {"name": "espeak"}),
    ("Change your voice to espeak.", "change_voice", {"name": "espeak"}),
    ("Use the voice called Anna.", "change_voice", {"name": "Anna"}),
    ("Go back to your normal voice.", "change_voice", {"name": "default"}),
    ("Record a note.", "record_note", {}),
    ("I'd like you to take a quick note", "record_note", {}),
    ("Take a note: buy milk, eggs and Earl Grey.", "record_note", {"text": "buy milk, eggs and Earl Grey"}),
    ("Make a memo that Anna called.", "record_note", {"text": "Anna called"}),
    ("Jot down 4 p.m., room B", "record_note", {"text": "4 p.m., room B"}),
    ("Play it back.", "play_back", {"name": "it"}),
    ("Play my last recording again", "play_back", {"name": "my last recording"}),
    ("Let me hear the note.", "play_back", {"name": "the note"}),
    ("Read me the note.", "read_notes", {}),
    ("What was my last note?", "read_notes", {}),
    ("Play Two Cities dot wav.", "play_back", {"name": "Two Cities"}),
    ("Play the file called rain in the woods", "play_back", {"name": "rain in the woods"}),
    ("Transcribe my last recording.", "transcribe_speech", {"audio": "my last recording"}),
    ("Please transcribe two_cities.wav", "transcribe_speech", {"audio": "two_cities.wav"}),
    ("What did I just say?", "recall_words", {}),
    ("Write down what I said.", "transcribe_speech", {"audio": "what I said"}),
    ("Turn the recording into text.", "transcribe_speech", {"audio": "the recording"}),
    ("Make it louder.", "change_sound", {"change": "louder", "name": "it"}),
    ("Turn it down a bit.", "change_sound", {"change": "quieter", "name": "it"}),
    ("Play it backwards.", "change_sound", {"change": "reversed", "name": "it"}),
    ("Reverse my recording", "change_sound", {"change": "reversed", "name": "my recording"}),
    ("Play that back twice as fast", "change_sound", {"change": "faster", "name": "that", "amount": 2}),
    ("At half the speed.", "change_sound", {"change": "slower", "amount": 2}),
    ("Slow down the last sound.", "change_sound", {"change": "slower", "name": "the last sound"}),
    ("What's in it?", "caption_audio", {"audio": "it"}),
    ("How long is the note?", "measure_sound", {"name": "the note"}),
    ("Is there any speech in that recording?", "measure_sound", {"name": "that recording"}),
    ("Describe the file called rain", "caption_audio", {"audio": "rain"}),
    ("What can you do?", "list_abilities", {}),
    ("Help me, please.", "list_abilities", {}),
    ("Who are you?", "introduce", {}),
    ("What's your name?", "introduce", {}),
    ("Stop!", "stop", {}),
    ("Okay, stop talking please.", "stop", {}),
    ("Never mind.", "stop", {}),
    ("What did you say?", "repeat", {}),
    ("Say that again.", "repeat", {}),
    ("Sorry, I didn't catch that.", "repeat", {}),
    ("Once more.", "repeat", {}),
]

MISHEARD: list[tuple[str, str, Mapping[str, Any]]] = [
    ("Transcrive my last recording.", "transcribe_speech", {"audio": "my last recording"}),
    ("Trans scribe my last recording.", "transcribe_speech", {"audio": "my last recording"}),
    ("Transcribe my last recordings", "transcribe_speech", {"audio": "my last recordings"}),
    ("Plays it backwords.", "change_sound", {"change": "reversed", "name": "it"}),
    ("Recorded a note.", "record_note", {}),
    ("Recorder note.", "record_note", {}),
    ("Culd you please play it back", "play_back", {"name": "it"}),
    ("Describes the last sound", "caption_audio", {"audio": "the last sound"}),
    ("What are your abilitys?", "list_abilities", {}),
]

ASKED_BACK = [
    ("Say something.", "What should I say?", "Peter Piper", Call("synthesize_speech", {"text": "Peter Piper"})),
    ("Please generate a voice from text.", "What should I say?", "Hi", Call("synthesize_speech", {"text": "Hi"})),
    ("Spell a word for me.", "What should I spell?", "Banana.", Call("spell", {"text": "Banana"})),
    ("Transcribe a file.", "Which recording?", "The note.", Call("transcribe_speech", {"audio": "The note"})),
    ("Play a recording", "Which one?", "Two Cities", Call("play_back", {"name": "Two Cities"})),
    (
        "Change the last sound.",
        "How: louder, quieter, faster, slower or backwards?",
        "A bit faster, please.",
        Call("change_sound", {"change": "faster", "name": "the last sound"}),
    ),
]

SUMS = {"calculate": "twelve times eighty", "convert_units": "five miles in kilometers"}

REFUSED = [
    ("Make me a triple shot light roast iced coffee with milk.", CANNOT_SERVE),
    ("Can I get a large dark roast latte with a bit of brown sugar?", CANNOT_SERVE),
    ("I'd like an eight ounce mocha.", CANNOT_SERVE),
    ("Could you order me a pizza?", CANNOT_SERVE),
    ("Turn on the lights in the kitchen.", CANNOT_DO),
    ("Play some jazz by Miles Davis.", CANNOT_DO),
    ("Could you tell me a joke?", CANNOT_DO),
    ("Stop the car!", CANNOT_DO),
    ("What's the capital of France?", CANNOT_ANSWER),
    ("How long is the Nile?", CANNOT_ANSWER),
    ("The weather is lovely today.", CANNOT_CHAT),
    ("Transcribed by John Smith in 1850.", CANNOT_CHAT),
    ("It was the best of times, it was the worst of times", CANNOT_CHAT),
    ("and noted that Oswald's verbal and clerical potential was, quote, outstanding, end quote.", CANNOT_CHAT),
    ("They made it louder than any sound in the last recording of the year.", CANNOT_CHAT),
    ("Yes.", "Yes?"),
    ("Um.", "Yes?"),
    ("", "Yes?"),
    ("Don't set a timer.", LEFT),
    ("I don't want you to play it.", LEFT),
    ("Hello!", "Hello."),
    ("Thanks a lot, Earshot.", "You are welcome."),
    ("Can you hear me?", "Yes, I hear you."),
]


@pytest.mark.parametrize(("text", "task", "arguments"), UNDERSTOOD + MISHEARD)
def test_a_request_becomes_its_task(text: str, task: str, arguments: Mapping[str, Any]) -> None:
    call = answer(text)
    assert isinstance(call, Call) and call.task == task
    assert arguments.items() <= call.arguments.items()


@pytest.mark.parametrize("task", [task for task in CATALOGUE if task.examples], ids=lambda task: task.name)
def test_the_examples_of_the_catalogue_are_understood(task: Task) -> None:
    fillers = {**FILLERS, "text": SUMS.get(task.name, FILLERS["text"])}
    asked = [re.sub(r"\{(\w+)\}", lambda found: fillers.get(found[1], "it"), text) for text in task.examples]
    wrong = [text for text in asked if not (isinstance(call := answer(text), Call) and call.task == task.name)]
    assert len(wrong) <= len(asked) // 6, wrong


@pytest.mark.parametrize(("request_", "question", "reply", "call"), ASKED_BACK)
def test_what_is_missing_is_asked_for_and_its_answer_completes_the_request(
    request_: str, question: str, reply: str, call: Call
) -> None:
    assert answer(request_) == question
    assert answer(reply, UserSaid(request_), AssistantSaid(question)) == call


def test_a_request_after_a_question_is_a_request() -> None:
    before = (UserSaid("Say something."), AssistantSaid("What should I say?"))
    assert answer("What can you do?", *before) == Call("list_abilities")
    assert answer("Never mind.", *before) == Call("stop")


def test_every_question_leads_on_to_its_own_task() -> None:
    grammar = Grammar(CATALOGUE)
    for task in CATALOGUE:
        for phrase in task.phrases:
            if isinstance(phrase, Unfinished):
                fitting = "backwards" if task.name == "change_sound" else "rain"
                found = grammar.match(phrase.then.format(answer=fitting))
                assert found is not None and found.task is task and not isinstance(found.phrase, Unfinished)


@pytest.mark.parametrize(("text", "sentence"), REFUSED)
def test_what_it_cannot_do_gets_one_sentence_fit_for_its_kind(text: str, sentence: str) -> None:
    assert answer(text) == sentence.format(told_back(text))


def test_a_long_turn_is_told_back_in_part() -> None:
    assert told_back("One two three four five six seven.") == "One two three four five six seven"
    assert told_back('and "noted" that three of them had gone, or so.') == "and noted that three of them and so on"


def test_only_what_a_model_would_answer_says_how_to_have_one() -> None:
    assert wants_model(CANNOT_ANSWER.format("why is it")) and wants_model(CANNOT_CHAT.format("it is late"))
    assert not wants_model(CANNOT_DO.format("open the door")) and not wants_model("Yes?")


def test_without_tasks_everything_is_refused() -> None:
    pieces = Embedded()._pieces(Request("Transcribe this, please."))
    assert len(pieces) == 1 and isinstance(pieces[0], str)


def test_no_phrase_fits_nothing() -> None:
    assert all(not regex.fullmatch("") for _, _, regex in Grammar(CATALOGUE)._phrases)


def test_words_keep_their_place_in_the_text() -> None:
    words = Words.of("Well — I can’t hear  You, Bob!")
    assert words.words == ("well", "i", "cannot", "hear", "you", "bob")
    assert words.verbatim(3, 6) == "hear  You, Bob!"


def test_a_turn_takes_less_than_fifteen_milliseconds() -> None:
    long = "and when the printers of the fifteenth century had learned to make a good sound letter they " * 3
    for text in (long, *(text for text, *_ in UNDERSTOOD[::3]), *(text for text, _ in REFUSED)):
        request = Request(text, (), CATALOGUE)
        assert least(partial(ENGINE._pieces, request), below=0.015) < 0.015, text


def test_read_prose_is_hardly_ever_a_request() -> None:
    texts = Path("../shared/data/lj_texts.txt")
    if not texts.exists():
        pytest.skip("the sentences of LJ Speech are not here")
    lines = texts.read_text(encoding="utf-8").splitlines()[::13]
    taken = [line for line in lines if isinstance(ENGINE._pieces(Request(line, (), CATALOGUE))[0], Call)]
    assert len(taken) <= len(lines) // 100, taken
