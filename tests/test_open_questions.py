"""A question that is open: what answers it, and what is a request of its own; and requests that vary what was made."""

import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from assistant.events import Artifact, Provenance
from assistant.history import AssistantSaid
from router.dialogue.base import Call, Request
from router.dialogue.embedded import Embedded
from router.dialogue.looking import looked_at
from router.dialogue.misheard import reheard_pair
from router.dialogue.remaking import NO_BETTER
from router.router import _completes
from router.songs import meant
from router.task import Pending
from router.tasks import CATALOGUE

Given = Mapping[str, Any]


def thing(name: str, number: int = 1, made_by: str = "user", kind: str = "audio") -> Artifact:
    return Artifact(name, Path(f"{name}.wav"), kind, 12.0, 16000, 1, made_by, number, Provenance("given"))


INTERVIEW, STORM = thing("interview"), thing("storm", 2)
QUESTIONS = (
    Pending("transfer_style", {"text": "hi", "reference": "this one"}, "consent", "Do they agree to it?"),
    Pending("transfer_style", {"text": "hi"}, "reference", "Whose manner should I take?"),
    Pending("synthesize_speech", {"voice": "a deep voice"}, "text", "What should I say?"),
    Pending("make_talking_head", {}, "text", "What should it say?"),
    Pending("sing", {"title": "Old Road"}, "text", "I do not know Old Road. Which shall I sing?"),
    Pending("transcribe_speech", {"audio": "the barn"}, "audio", "Which one do you mean?"),
    Pending("detect_target_sound", {}, "target", "What should I listen for?"),
    Pending("cut_sound", {}, "part", "Which part?"),
    Pending("set_alarm", {}, "time", "For what time?"),
    Pending("inpaint_audio", {}, "start_s", "From where?"),
    Pending("set_timer", {"label": "tea"}, "seconds", "For how long?"),
)
REQUESTS = (
    ("What is fifteen times six?", "calculate"),
    ("Give me a song about the moon.", "sing"),
    ("Enhance the interview, please.", "enhance_speech"),
    ("Generate the sound of crickets.", "generate_audio"),
    ("Add a cat meowing at four seconds.", "inpaint_audio"),
    ("Pronounce danke in German.", "synthesize_speech"),
)


@pytest.fixture(scope="module")
def engine() -> Embedded:
    return Embedded(CATALOGUE)


def pieces(
    engine: Embedded,
    text: str,
    *there: Artifact,
    pending: Pending | None = None,
    said: str = "",
    last: tuple[str, Given] | None = None,
) -> list[object]:
    history, kinds = (AssistantSaid(said),) if said else (), frozenset(one.kind for one in there)
    request = Request(text, history, CATALOGUE, pending=pending, kinds=kinds, artifacts=there, last_call=last)

    async def collected() -> list[object]:
        return [piece async for piece in engine.reply(request)]

    return asyncio.run(collected())


def call(engine: Embedded, text: str, *there: Artifact, **more: Any) -> Call:
    (found,) = pieces(engine, text, *there, **more)
    assert isinstance(found, Call), found
    return found


# ---------------------------------------------------------------------------------------------------- open questions


@pytest.mark.parametrize("pending", QUESTIONS, ids=lambda pending: f"{pending.task}.{pending.missing}")
@pytest.mark.parametrize(("text", "task"), REQUESTS)
def test_an_open_question_does_not_swallow_a_request(engine: Embedded, pending: Pending, text: str, task: str) -> None:
    found = call(engine, text, INTERVIEW, STORM, pending=pending)
    assert found.task == task and not any(found.arguments.get(k) == v for k, v in pending.arguments.items())


@pytest.mark.parametrize(("text", "task"), REQUESTS)
@pytest.mark.parametrize("said", ["What should I say?", "What shall last ten seconds: a timer, or a recording?"])
def test_a_question_of_words_does_not_either(engine: Embedded, said: str, text: str, task: str) -> None:
    assert call(engine, text, INTERVIEW, STORM, said=said).task == task


@pytest.mark.parametrize(
    ("number", "text", "given"),
    [
        (0, "Yes, they do.", {"consent": "Yes, they do."}),
        (1, "The second one.", {"reference": "The second one"}),
        (2, "Banana bread.", {"text": "Banana bread", "voice": "a deep voice"}),
        (2, "Say good evening.", {"text": "good evening", "voice": "a deep voice"}),
        (3, "I am late.", {"text": "I am late"}),
        (4, "Sing Jingle Bells.", {"text": "Jingle Bells", "title": "Old Road"}),
        (5, "The storm.", {"audio": "The storm"}),
        (6, "A dog.", {"target": "A dog"}),
        (8, "At seven.", {"time": "At seven"}),
        (9, "At three seconds.", {"start_s": 3.0}),
        (10, "Five minutes.", {"seconds": 300.0, "label": "tea"}),
    ],
)
def test_an_answer_completes_the_request(engine: Embedded, number: int, text: str, given: Given) -> None:
    pending = QUESTIONS[number]
    found = call(engine, text, INTERVIEW, STORM, pending=pending)
    assert found.task == pending.task and given.items() <= found.arguments.items()


@pytest.mark.parametrize(("text", "task"), [("A recording, please.", "record_sound"), ("The timer.", "set_timer")])
def test_what_lasts_is_answered(engine: Embedded, text: str, task: str) -> None:
    found = call(engine, text, INTERVIEW, said="What shall last ten seconds: a timer, or a recording?")
    assert found == Call(task, {"seconds": 10.0})


def test_the_rest_of_a_chain_waits_for_its_own_request_only() -> None:
    pending = QUESTIONS[2]
    assert _completes([Call("synthesize_speech", {"voice": "a deep voice", "text": "hello"})], pending)
    assert not _completes([Call("synthesize_speech", {"text": "obrigado"})], pending)
    assert not _completes([Call("sing", {"text": "hello", "voice": "a deep voice"})], pending)


# ----------------------------------------------------------------------------------------- what varies what was made


@pytest.mark.parametrize(
    ("text", "start_s"),
    [
        ("add a whistle half way through", 6.0),
        ("Put a dog bark in the middle of the recording.", 6.0),
        ("insert a doorbell a quarter of the way through", 3.0),
        ("drop some thunder near the beginning", 0.0),
    ],
)
def test_a_place_may_be_a_share_of_the_recording(engine: Embedded, text: str, start_s: float) -> None:
    found = call(engine, text, INTERVIEW)
    assert (found.task, found.arguments["start_s"], found.arguments["over"]) == ("inpaint_audio", start_s, True)


@pytest.mark.parametrize(
    "text",
    [
        "take the voices out",
        "Strip the vocals out of the song.",
        "Give me the song without the singing",
        "make it instrumental please",
        "filter the singer out, and keep the music",
    ],
)
def test_voices_are_taken_out_and_the_music_stays(engine: Embedded, text: str) -> None:
    found = call(engine, text, thing("song"))
    assert found.task == "extract_sound"
    assert found.arguments["target"].startswith("everything but the ")


def test_voices_that_are_taken_apart_are_separated(engine: Embedded) -> None:
    assert call(engine, "take the voices apart", INTERVIEW).task == "separate_speech"


@pytest.mark.parametrize(
    "text",
    [
        'say "the shop is shut" as they do',
        "Say the shop is shut just as she does.",
        "say the shop is shut like he would",
    ],
)
def test_as_they_do_is_in_their_manner(engine: Embedded, text: str) -> None:
    found = call(engine, text, INTERVIEW)
    assert found == Call("transfer_style", {"text": "the shop is shut", "reference": "interview"})
    assert call(engine, 'say "the shop is shut"', INTERVIEW).task == "synthesize_speech"


@pytest.mark.parametrize(
    ("text", "manner"), [("slower", "slower"), ("a bit faster please", "a bit faster"), ("that was too fast", "slower")]
)
def test_a_song_is_sung_again_in_another_tempo(engine: Embedded, text: str, manner: str) -> None:
    found = call(engine, text, thing("song", made_by="sing"), last=("sing", {"text": "Frere Jacques"}))
    assert found == Call("sing", {"text": "Frere Jacques", "manner": manner})
    assert call(engine, "slower", INTERVIEW, last=("play_back", {})).task == "again"


@pytest.mark.parametrize(
    ("text", "times"),
    [
        ("again", 1),
        ("the same again", 1),
        ("three more takes", 3),
        ("two more, please", 2),
        ("another two versions", 2),
    ],
)
def test_a_sound_is_made_again_as_often_as_that(engine: Embedded, text: str, times: int) -> None:
    made = {"text": "rain on a roof", "seconds": 5.0}
    assert pieces(engine, text, STORM, last=("generate_audio", made)) == [Call("generate_audio", made)] * times


@pytest.mark.parametrize("text", ["better quality", "in a higher quality please", "make it more realistic"])
def test_there_is_no_better_quality_and_that_is_said(engine: Embedded, text: str) -> None:
    made = {"text": "rain on a roof"}
    assert pieces(engine, text, STORM, last=("generate_audio", made)) == [NO_BETTER, Call("generate_audio", made)]


@pytest.mark.parametrize(
    ("text", "language", "told"),
    [
        ("hello my friend in French", "", True),
        ("bonjour mon ami in French", "French", False),
        ("good morning everybody in German, slowly", "", True),
        ("we are one in English", "English", False),
        ("Frere Jacques in French", "French", False),
    ],
)
def test_english_words_are_not_called_french(text: str, language: str, told: bool) -> None:
    song = meant(text, "", {}, 0)
    assert song.language == language and (" in French" not in song.text)
    assert ("I do not translate what I sing" in song.told) is told


def test_a_request_said_in_two_parts_is_one(engine: Embedded) -> None:
    found = call(engine, "Please set this verse to music and sing we sail at dawn and come home late")
    assert found.task == "sing" and found.arguments["text"].startswith("we sail at dawn")


# ------------------------------------------------------------------------------------ misheard; what is not there


@pytest.mark.parametrize(
    ("text", "task", "target"),
    [
        ("get rid of the clock sicking", "extract_sound", "everything but the clock ticking"),
        ("where is the chain sow", "detect_target_sound", "the chain saw"),
        ("do you hear the see waves", "detect_target_sound", "the sea waves"),
        ("Remove the dog barging, please.", "extract_sound", "everything but the dog barking"),
        ("is there a church bill", "detect_target_sound", "a church bell"),
    ],
)
def test_a_sound_that_was_misheard_is_meant(engine: Embedded, text: str, task: str, target: str) -> None:
    found = call(engine, text, INTERVIEW)
    assert (found.task, found.arguments["target"]) == (task, target)


def test_what_is_right_is_left_alone() -> None:
    assert reheard_pair("remove the clock ticking") == "" and reheard_pair("where is the dog house") == ""


@pytest.mark.parametrize(
    "text", ["push my meeting with Tom to Friday", "cancel the dentist on Monday", "convert this clip to MKV"]
)
def test_calendars_and_formats_are_refused(engine: Embedded, text: str) -> None:
    (said,) = pieces(engine, text, thing("clip", kind="video"))
    assert isinstance(said, str) and "I cannot do that" in said


def test_a_picture_is_looked_at_only_where_there_is_one(engine: Embedded) -> None:
    photo = thing("beach", kind="image")
    assert call(engine, "What's in this picture?", photo).task == "image_to_audio"
    assert isinstance(pieces(engine, "What's in this picture?")[0], str)
    assert looked_at("what is in this picture", (INTERVIEW,)) is None
