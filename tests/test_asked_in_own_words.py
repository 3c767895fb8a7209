"""What a person asks about sound in their own words: whose manner, which recording, who speaks, what was misheard."""

import asyncio
from pathlib import Path

import pytest

from assistant.clock import run_virtually
from assistant.errors import EngineError
from assistant.events import Artifact, Provenance, Show
from assistant.history import AssistantSaid
from assistant.workspace import Workspace
from assistant.written import choose, why_not
from router.advice import ON_SCREEN, parted
from router.consent import decides, grants
from router.dialogue.bare import sound_alone, which_lasts
from router.dialogue.base import Call, Request
from router.dialogue.embedded import Embedded
from router.dialogue.misheard import mended
from router.dialogue.unasked import is_told
from router.dialogue.whose import whose
from router.round import guarded
from router.router import Router, stepped_in
from router.task import Context, Pending
from router.tasks import CATALOGUE
from tests.router_fakes import Failing, converse, spoken


def sound(name: str, number: int = 1, made_by: str = "user") -> Artifact:
    return Artifact(name, Path(f"{name}.wav"), "audio", 12.0, 16000, 1, made_by, number, Provenance("given"))


INTERVIEW, STORM = sound("interview"), sound("storm", 2)


@pytest.fixture(scope="module")
def engine() -> Embedded:
    return Embedded(CATALOGUE)


def pieces(
    engine: Embedded, text: str, *there: Artifact, pending: Pending | None = None, said: str = ""
) -> list[object]:
    history = (AssistantSaid(said),) if said else ()
    kinds = frozenset(one.kind for one in there)
    request = Request(text, history, CATALOGUE, pending=pending, kinds=kinds, artifacts=there)

    async def collected() -> list[object]:
        return [piece async for piece in engine.reply(request)]

    return asyncio.run(collected())


def call(engine: Embedded, text: str, *there: Artifact, pending: Pending | None = None, said: str = "") -> Call | None:
    found = pieces(engine, text, *there, pending=pending, said=said)
    return found[0] if len(found) == 1 and isinstance(found[0], Call) else None


# ------------------------------------------------------------------------------------------- whose manner, and consent


@pytest.mark.parametrize(
    ("text", "reference"),
    [
        ("In the manner of this clip, say: the shop is shut.", "this one"),
        ("Say the shop is shut the way she talks.", "interview"),
        ('Say "the shop is shut" like him.', "interview"),
        ("Talk like this woman and say the shop is shut.", "this one"),
    ],
)
def test_the_only_recording_is_the_one_that_is_meant(engine: Embedded, text: str, reference: str) -> None:
    found = call(engine, text, INTERVIEW)
    assert found is not None and found.task == "transfer_style" and found.arguments["reference"] == reference


def test_of_several_it_is_asked_whose(engine: Embedded) -> None:
    found = call(engine, "Say the shop is shut the way she talks.", INTERVIEW, STORM)
    assert found is not None and found.task == "transfer_style" and "reference" not in found.arguments


def test_somebody_who_is_named_is_not_the_recording() -> None:
    assert whose("say hello in the voice of Marie Curie", "hello", [INTERVIEW]) == "Marie Curie"
    assert whose("say hello like her", "hello", [INTERVIEW, sound("speech", 2, "synthesize_speech")]) == "interview"


@pytest.mark.parametrize("answer", ["Yes, they agree.", "she does", "Of course", "no", "Yes, that is me.", "nope"])
def test_the_question_of_consent_is_answered(engine: Embedded, answer: str) -> None:
    pending = Pending("transfer_style", {"text": "hello", "reference": "this one"}, "consent", "Do they agree?")
    found = call(engine, answer, INTERVIEW, pending=pending)
    assert found is not None and found.task == "transfer_style"
    assert str(found.arguments["consent"]).strip(".") == answer.strip(".")


def test_another_request_is_no_consent(engine: Embedded) -> None:
    pending = Pending("transfer_style", {"text": "hello", "reference": "this one"}, "consent", "Do they agree?")
    assert call(engine, "What time is it?", INTERVIEW, pending=pending) == Call("tell_time")


@pytest.mark.parametrize(
    ("answer", "agrees"),
    [
        ("yes", True),
        ("Sure, he does.", True),
        ("they are fine with it", True),
        ("I asked her and she agreed", True),
        ("he does not mind", True),
        ("it is my own voice", True),
        ("no", False),
        ("of course not", False),
        ("yes, but she does not want it", False),
        ("maybe", False),
        ("they would have to agree", False),
        ("if she agrees", False),
        ("the weather is nice", False),
    ],
)
def test_only_a_clear_answer_agrees(answer: str, agrees: bool) -> None:
    assert grants(answer) is agrees


def test_what_begins_with_yes_or_no_decides() -> None:
    assert decides("Nope.") and decides("well, yes") and not decides("what time is it")


# -------------------------------------------------------------------------------------------------- which recording


@pytest.mark.parametrize(
    ("text", "task", "audio"),
    [
        ("What is being said in the storm?", "transcribe_speech", "storm"),
        ("What do they say in the basement?", "transcribe_speech", "the basement"),
        ("How many people talk in the storm recording?", "transcribe_speech", "the storm recording"),
        ("Is there a dog in the attic?", "detect_target_sound", "the attic"),
        ("Translate the attic into German.", "translate_speech", "the attic"),
    ],
)
def test_a_name_is_kept_whether_or_not_anything_is_called_so(
    engine: Embedded, text: str, task: str, audio: str
) -> None:
    found = call(engine, text, STORM, INTERVIEW)
    assert found is not None and (found.task, found.arguments["audio"]) == (task, audio)


@pytest.mark.parametrize("text", ["Is there a bell in the distance?", "Is there a dog in the background?"])
def test_a_part_of_what_is_heard_is_no_name(engine: Embedded, text: str) -> None:
    found = call(engine, text, STORM, INTERVIEW)
    assert found is not None and found.task == "detect_target_sound" and "audio" not in found.arguments


def test_a_single_recording_is_meant_whatever_it_is_called(engine: Embedded) -> None:
    found = call(engine, "Who is talking in the meeting?", INTERVIEW)
    assert found == Call("transcribe_speech", {"speakers": True})


# ------------------------------------------------------------------------------------------------------ who speaks


@pytest.mark.parametrize(
    ("text", "task"),
    [
        ("Who is talking?", "transcribe_speech"),
        ("How many different voices do you hear?", "transcribe_speech"),
        ("Is it one speaker or two?", "transcribe_speech"),
        ("When does anybody speak?", "detect_target_sound"),
        ("Does someone talk in it?", "detect_target_sound"),
        ("Where is the speech?", "detect_target_sound"),
        ("What am I hearing?", "caption_audio"),
        ("How does it sound?", "caption_audio"),
    ],
)
def test_questions_about_a_recording(engine: Embedded, text: str, task: str) -> None:
    found = call(engine, text, INTERVIEW)
    assert found is not None and found.task == task


def test_without_a_recording_who_speaks_is_the_assistant(engine: Embedded) -> None:
    assert call(engine, "Who is speaking?") == Call("introduce")


# ------------------------------------------------------------------------------------------------- acts with care


@pytest.mark.parametrize(
    ("text", "made"),
    [
        ("Lay a cat meow over it at the end, keep the speech.", "a cat meow"),
        ("Add thunder in the end and leave the voice alone.", "thunder"),
        ("Put a bell at the end of the storm.", "a bell"),
    ],
)
def test_what_is_to_stay_is_not_made(engine: Embedded, text: str, made: str) -> None:
    found = call(engine, text, STORM)
    assert found is not None and found.task == "inpaint_audio" and found.arguments["text"] == made


@pytest.mark.parametrize(
    ("text", "target"),
    [
        ("Take out the dog.", "everything but the dog"),
        ("Take the music away.", "everything but the music"),
        ("Take out the voice for me.", "the voice"),
        ("Pull the piano out for me.", "the piano"),
    ],
)
def test_what_is_wanted_is_kept_and_what_is_not_goes(engine: Embedded, text: str, target: str) -> None:
    assert call(engine, text, INTERVIEW) == Call("extract_sound", {"target": target})


@pytest.mark.parametrize(
    ("text", "bare", "told"),
    [
        ("I left out wait.", "i left out wait ", True),
        ("He took the dog out.", "he took the dog out ", True),
        ("Take the dog out for a walk.", "take the dog out for a walk ", True),
        ("I left the dog in, take it out.", "i left the dog in take it out ", False),
        ("Take the dog out.", "take the dog out ", False),
    ],
)
def test_what_is_told_is_not_done(text: str, bare: str, told: bool) -> None:
    assert is_told(text, bare) is told


def test_how_many_speakers_were_said(engine: Embedded) -> None:
    found = call(engine, "Separate the four voices.", INTERVIEW)
    assert found is not None and found.task == "separate_speech" and found.arguments["how_many"] == 4


# ------------------------------------------------------------------------------------- a thing, or how long, alone


@pytest.mark.parametrize("said", ["a duck quacking five times", "two cats fighting", "heavy rain", "three dogs"])
def test_a_sound_by_itself_is_to_be_made(engine: Embedded, said: str) -> None:
    assert sound_alone(said)
    assert call(engine, said) == Call("generate_audio", {"text": said})


@pytest.mark.parametrize(
    "said",
    ["a glass of water", "a train to London", "a cup of tea", "the dog is barking", "my dog", "two glasses of wine"],
)
def test_other_things_are_not(said: str) -> None:
    assert not sound_alone(said)


@pytest.mark.parametrize("said", ["30 seconds", "Ten seconds.", "half a minute please"])
def test_how_long_is_asked_what_for(engine: Embedded, said: str) -> None:
    question = which_lasts(said)
    assert pieces(engine, said) == [question] == pieces(engine, said, INTERVIEW)
    seconds = 10.0 if "Ten" in said else 30.0
    assert call(engine, "a timer", said=question) == Call("set_timer", {"seconds": seconds})
    assert call(engine, "a recording", said=question) == Call("record_sound", {"seconds": seconds})


@pytest.mark.parametrize("said", ["ten seconds of rain", "the first ten seconds", "in ten minutes"])
def test_how_long_something_is_no_such_question(said: str) -> None:
    assert which_lasts(said) == ""


# --------------------------------------------------------------------------------------------------------- misheard


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("the dog bar", "the dog bark"),
        ("the hell copter", "the helicopter"),
        ("the chain sow", "the chain saw"),
        ("reign", "rain"),
        ("the rooter", "the rooster"),
        ("the clock sicking", "the clock ticking"),
    ],
)
def test_a_name_heard_a_little_wrong_is_put_right(said: str, meant: str) -> None:
    assert mended(said) == meant


@pytest.mark.parametrize(
    "said",
    [
        *(
            "the piano",
            "a squeaking door",
            "waves lapping",
            "a frying pan sizzling",
            "somebody coughs",
            "our cat meowed",
        ),
        *("a car door", "people going nuts in a stadium", "an old steam train pulling out of a station", "the sneezes"),
    ],
)
def test_what_is_understood_stays_as_it_is(said: str) -> None:
    assert mended(said) == said


def test_a_request_is_read_again_with_its_name_put_right(engine: Embedded) -> None:
    assert call(engine, "remove the tunder", STORM) == Call("extract_sound", {"target": "everything but the thunder"})


# -------------------------------------------------------------------------------------- who answers, and what is said


def test_who_steps_in_is_shown_each_time_and_told_once(tmp_path: Path) -> None:
    router = Router(Context(Workspace(tmp_path)), Failing(), CATALOGUE, Embedded(CATALOGUE))
    first = run_virtually(converse(router, "Make me a coffee."))
    second = run_virtually(converse(router, "Make me a coffee."))
    assert spoken(first).startswith("The language model is not there.")
    assert not spoken(second).startswith("The language model")
    note = Show(stepped_in("The language model is not there."))
    assert note in first and note in second


def test_a_model_that_is_not_there_is_told_with_the_choice(tmp_path: Path) -> None:
    context = Context(Workspace(tmp_path))
    choice = asyncio.run(choose(context, "What time is it?", Failing(), Embedded(CATALOGUE)))
    assert choice.calls == (Call("tell_time"),) and choice.as_json()["failure"] == "The language model is not there."
    assert why_not(Failing()) == ""


def test_what_would_be_typed_is_shown_and_not_said() -> None:
    long = "I cannot do that. The engine x lacks its weights. Get them with: assistant models pull x"
    said, shown = parted(long)
    assert said == f"I cannot do that. {ON_SCREEN}" and "pull x" in shown
    assert parted("I found no sound called rain.") == ("I found no sound called rain.", "")
    assert parted("Get it with: assistant models pull x") == ("Get it with: assistant models pull x", "")


def test_a_failure_says_little_and_shows_the_rest() -> None:
    async def fails() -> object:
        raise EngineError("I cannot do that. Get it with: assistant models pull x")

    outcome = asyncio.run(guarded("any", fails()))  # type: ignore[arg-type]
    assert outcome.failed and "pull" not in outcome.text and "pull x" in outcome.show[0].text
