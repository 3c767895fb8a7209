"""The sixteen tasks of the paper: what the catalogue says of each, what an engine is asked, what is given out, and the
honest refusal where there is no engine. AudioGPT's bugs 1, 2, 5, 10 and 11 are tests here."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile as sf

from assistant.clock import run_virtually
from assistant.errors import EngineError, TaskError
from assistant.events import Artifact, Heard, Provenance
from assistant.workspace import Workspace
from models.base import Job, Json, Made, MadeFile, SoundEvent
from router.abilities.transfer_style import VOICED
from router.results import Refused
from router.task import MOMENT, Context, Family, Missing, Moment, Outcome
from router.tasks import CATALOGUE
from tests.engine_fakes import Models, ScriptedEngine
from tests.router_fakes import tone

FAMILIES = {
    "transcribe_speech": Family.AUDIO_TO_TEXT,
    "translate_speech": Family.AUDIO_TO_TEXT,
    "caption_audio": Family.AUDIO_TO_TEXT,
    "transfer_style": Family.AUDIO_TO_AUDIO,
    "enhance_speech": Family.AUDIO_TO_AUDIO,
    "separate_speech": Family.AUDIO_TO_AUDIO,
    "make_binaural": Family.AUDIO_TO_AUDIO,
    "inpaint_audio": Family.AUDIO_TO_AUDIO,
    "extract_sound": Family.AUDIO_TO_EVENT,
    "detect_sounds": Family.AUDIO_TO_EVENT,
    "detect_target_sound": Family.AUDIO_TO_EVENT,
    "synthesize_speech": Family.TEXT_TO_AUDIO,
    "generate_audio": Family.TEXT_TO_AUDIO,
    "image_to_audio": Family.IMAGE_TO_AUDIO,
    "sing": Family.SCORE_TO_AUDIO,
    "make_talking_head": Family.AUDIO_TO_VIDEO,
}
"""As section 3.3 of the paper has them, and target detection beside detection."""

COMMAS = "My name is Audio GPT, I am happy, very happy, to help you!"

GIVEN: Mapping[str, Mapping[str, Any]] = {
    "transcribe_speech": {"audio": "rain"},
    "translate_speech": {"audio": "rain", "language": "Spanish"},
    "caption_audio": {"audio": "rain"},
    "transfer_style": {"reference": "rain", "text": COMMAS},
    "enhance_speech": {"audio": "rain"},
    "separate_speech": {"audio": "rain"},
    "make_binaural": {"audio": "rain", "position": "circling me twice"},
    "inpaint_audio": {"audio": "rain", "start_s": 2, "end_s": 4.5, "text": "birds, many of them"},
    "extract_sound": {"audio": "rain", "target": "the dog, not the cat"},
    "detect_sounds": {"audio": "rain"},
    "detect_target_sound": {"audio": "rain", "target": "the keyboard"},
    "synthesize_speech": {"text": COMMAS, "save": True},
    "generate_audio": {"text": "birds singing, and people speaking", "seconds": 7},
    "image_to_audio": {"image": "beach", "seconds": 7},
    "sing": {"text": "hello, hello", "notes": "C4 | D#4/Eb4 E4 | rest", "durations_s": "0.4 | 0.8 0.2 | 1"},
    "make_talking_head": {"audio": "rain", "image": "beach"},
}
"""A whole request for each, by the names of the resources that `context` has."""

RESOURCES = ("audio", "reference", "image")

ASKED = {
    "translate_speech": {"language": "Into which language?"},
    "transfer_style": {"text": "What should I say?", "reference": "Whose manner should I take?"},
    "make_binaural": {"position": "Where should it come from?"},
    "inpaint_audio": {"start_s": "Which part should I repaint?"},
    "extract_sound": {"target": "Which sound should I keep?"},
    "detect_target_sound": {"target": "Which sound should I look for?"},
    "synthesize_speech": {"text": "What should I say?"},
    "generate_audio": {"text": "What should I make?"},
    "sing": {"text": "What should I sing?"},
}

TASKS = {task.name: task for task in CATALOGUE if task.name in FAMILIES}


def made_files(job: Job, *names: str) -> tuple[MadeFile, ...]:
    """Half a second of sound for each name."""
    for name in names:
        sf.write(job.folder / f"{name}.wav", tone(300, 0.5), 16_000)
    return tuple(MadeFile(job.folder / f"{name}.wav", name) for name in names)


def video(job: Job) -> Made:
    """Something that is called a video; sound in a container of its own is as good as one for the router."""
    (file,) = made_files(job, "head")
    return Made(files=(MadeFile(file.path, "talking head", "video"),))


WORK = {
    "transcribe_speech": lambda job: Made("It can be found, they say, in Spain."),
    "translate_speech": lambda job: Made("Se encuentra, dicen, en España."),
    "caption_audio": lambda job: Made("A woman speaks while birds sing."),
    "detect_sounds": lambda job: Made(events=(SoundEvent("dog", 1.9, 3.8, 0.9), SoundEvent("rain", 0, 10, 0.7))),
    "detect_target_sound": lambda job: Made(events=(SoundEvent("x", 1.9, 3.8), SoundEvent("x", 5.9, 9.3))),
    "separate_speech": lambda job: Made(files=made_files(job, "first speaker", "second speaker")),
    "make_talking_head": video,
}
SAID = {
    "transcribe_speech": "It says: It can be found, they say, in Spain.",
    "translate_speech": "In Spanish: Se encuentra, dicen, en España.",
    "caption_audio": "A woman speaks while birds sing.",
    "detect_sounds": "I hear rain throughout, and a dog from two to four seconds.",
    "detect_target_sound": "I hear the keyboard from 1.9 to 3.8 and from 5.9 to 9.3 seconds.",
    "enhance_speech": "Here it is, cleaned up.",
    "separate_speech": "Here are two speakers: the first speaker, and the second speaker.",
    "make_talking_head": "Here is the talking head, a video of 1 second.",
    "transfer_style": "Here it is in that manner.",
    "image_to_audio": "By its name, I made the sound of it.",
}


def engine(name: str) -> ScriptedEngine:
    """An engine for a task, which makes what that task makes."""
    return ScriptedEngine(name, WORK.get(name, lambda job: Made(files=made_files(job, "result"))))


@pytest.fixture
def context(tmp_path: Path) -> Context:
    """A conversation in which ten seconds of rain and a picture of a beach were given."""
    workspace = Workspace(tmp_path / "session")
    workspace.save_audio("rain", tone(200, 10.0), 16_000, "user", Provenance("given"))
    picture = tmp_path / "beach.png"
    picture.write_bytes(b"not looked at")
    workspace.add(Artifact("beach", picture, "image", made_by="user"))
    rain = workspace.artifacts[0].path
    granted = {rain: True, rain / VOICED: True}  # as if it had been asked before
    return Context(workspace, folder=tmp_path / "empty", consents=granted)


def run(context: Context, name: str, **arguments: Any) -> Outcome:
    """What comes of a task."""

    async def main() -> Outcome:
        return await TASKS[name](context, arguments)

    return run_virtually(main())


# ------------------------------------------------------------------- the catalogue


def test_all_sixteen_are_there() -> None:
    assert set(TASKS) == set(FAMILIES)


@pytest.mark.parametrize("name", FAMILIES)
def test_the_catalogue_says_what_a_model_and_a_person_need(name: str) -> None:
    task = TASKS[name]
    first, *rest = task.about.splitlines()
    assert first.endswith(".") and len(first.split()) <= 12
    assert rest, "more than one line"
    assert task.family is FAMILIES[name]
    assert task.doing and task.doing.split()[0].endswith("ing")
    assert task.effects == (name not in ("translate_speech", "caption_audio"))
    source = {Family.TEXT_TO_AUDIO: (), Family.SCORE_TO_AUDIO: (), Family.IMAGE_TO_AUDIO: ("image",)}
    assert task.takes == source.get(task.family, ("audio",))


@pytest.mark.parametrize("name", FAMILIES)
def test_every_argument_is_told_in_the_docstring_and_has_a_known_name(name: str) -> None:
    schema = TASKS[name].schema
    assert schema["type"] == "object" and not schema["additionalProperties"]
    known = "audio image reference text language target position notes durations_s voice start_s end_s seconds speed"
    own = {
        "how",
        "manner",
        "save",
        "timestamps",
        "speakers",
        "example",
        "fault",
        "strength",
        "tune",
        "title",
        "sung",
        "loop",
        "consent",
        "how_many",
        "shows",
        "over",
        "part",
    }
    assert set(schema["properties"]) - own <= set(known.split())
    for argument in schema["properties"]:
        assert re.search(rf"\b{argument}\b[^.]*:", TASKS[name].about), argument


@pytest.mark.parametrize("name", FAMILIES)
def test_examples_are_many_and_their_slots_are_arguments(name: str) -> None:
    task = TASKS[name]
    assert 10 <= len(set(task.examples)) <= 15
    slots = {slot for example in task.examples for slot in re.findall(r"\{(\w+)\}", example)}
    assert slots <= set(task.schema["properties"])
    assert set(task.schema.get("required", ())) <= slots
    bare = [" ".join(re.findall(r"[a-z']+", re.sub(r"\{\w+\}", " ", example.lower()))) for example in task.examples]
    assert len(set(bare)) == len(bare)


def test_no_example_stands_for_two_tasks() -> None:
    bare = [re.sub(r"\{\w+\}", "*", e.lower()) for task in TASKS.values() for e in task.examples]
    assert len(set(bare)) == len(bare)


@pytest.mark.parametrize(("name", "argument"), [(name, a) for name, asked in ASKED.items() for a in asked])
def test_what_is_missing_is_asked_for(context: Context, name: str, argument: str) -> None:
    given = {key: value for key, value in GIVEN[name].items() if key != argument}
    with pytest.raises(Missing) as error:
        run(context, name, **given)
    assert str(error.value) == ASKED[name][argument]
    assert error.value.pending.missing == argument
    assert error.value.pending.arguments == given


# --------------------------------------------------------------------- no engine


def refusal(context: Context, name: str) -> str:
    with pytest.raises(Refused) as error:
        run(context, name, **GIVEN[name])
    assert error.value.provenance.how == "refused"
    return str(error.value)


@pytest.mark.parametrize("name", FAMILIES)
@pytest.mark.parametrize("others", [False, True])
def test_without_its_engine_a_task_refuses_and_does_nothing_else(context: Context, name: str, others: bool) -> None:
    engines = [engine(other) for other in FAMILIES if other != name]
    context.models = Models(*engines) if others else None
    before = sorted(context.workspace.folder.rglob("*")), list(context.workspace.artifacts)
    said = refusal(context, name)
    assert "cannot" in said or "not keep" in said
    assert not any(other.jobs for other in engines)
    assert (sorted(context.workspace.folder.rglob("*")), list(context.workspace.artifacts)) == before


def test_each_refusal_says_what_it_cannot_do(context: Context) -> None:
    said = {refusal(context, name) for name in FAMILIES}
    assert len(said) == len(FAMILIES)
    assert all(10 <= len(sentence.split()) <= 40 for sentence in said)


def test_a_refusal_comes_before_any_question_of_detail(context: Context) -> None:
    with pytest.raises(Refused):
        run(context, "sing", text="hello", durations_s="1 | 2")
    with pytest.raises(Refused):
        run(context, "inpaint_audio", start_s=4, end_s=2)


# ------------------------------------------------------------------ with an engine


@pytest.mark.parametrize("name", FAMILIES)
def test_the_engine_gets_the_arguments_as_they_were_given_and_the_files(context: Context, name: str) -> None:
    context.models = Models(fake := engine(name))
    run(context, name, **GIVEN[name])
    (job,) = fake.jobs
    plain: dict[str, Json] = {k: v for k, v in GIVEN[name].items() if k not in (*RESOURCES, "save")}
    assert {key: job.arguments[key] for key in plain} == plain
    assert None not in job.arguments.values()
    paths = {a.name: a.path for a in context.workspace.artifacts}
    assert job.files == {key: paths[GIVEN[name][key]] for key in RESOURCES if key in GIVEN[name]}
    assert job.task == name


@pytest.mark.parametrize("name", FAMILIES)
def test_what_was_made_is_registered_named_played_and_shown(context: Context, name: str) -> None:
    context.models = Models(engine(name))
    sources = {a.name: a.id for a in context.workspace.artifacts}
    outcome = run(context, name, **GIVEN[name])
    made = context.workspace.artifacts[2:]
    assert outcome.text == SAID.get(name, "Here is the result.")
    assert [a.name for a in outcome.play] == [a.name for a in made if a.rate]
    shown = [s.artifact for s in outcome.show if s.artifact]
    assert all(a in shown for a in made)
    used = tuple(sources[GIVEN[name][key]] for key in RESOURCES if key in GIVEN[name])
    for artifact in made:
        assert artifact.made_by == name and artifact.path.is_file()
        assert artifact.provenance == Provenance("model", f"fake {name}", "MIT")
        assert artifact.parents == used
        assert artifact.id
    reads = name in ("transcribe_speech", "translate_speech", "caption_audio", "detect_sounds", "detect_target_sound")
    assert bool(made) != reads


@pytest.mark.parametrize("name", FAMILIES)
def test_an_engine_that_fails_is_reported_and_nothing_is_given_out(context: Context, name: str) -> None:
    def fails(job: Job) -> Made:
        made_files(job, "half")
        raise EngineError("The engine ran out of memory.")

    context.models = Models(ScriptedEngine(name, fails))
    before = sorted(context.workspace.folder.rglob("*"))
    with pytest.raises(EngineError, match="out of memory"):
        run(context, name, **GIVEN[name])
    assert len(context.workspace.artifacts) == 2
    assert sorted(context.workspace.folder.rglob("*")) == before


@pytest.mark.parametrize("name", [n for n, f in FAMILIES.items() if "text" not in f.split()[2:] and "detect" not in n])
def test_an_engine_that_makes_nothing_is_no_success(context: Context, name: str) -> None:
    context.models = Models(ScriptedEngine(name, lambda job: Made("All done!")))
    with pytest.raises(EngineError, match="made no"):
        run(context, name, **GIVEN[name])
    assert len(context.workspace.artifacts) == 2


def test_resources_may_be_left_out(context: Context) -> None:
    for name in ("transcribe_speech", "separate_speech", "image_to_audio"):
        context.models = Models(fake := engine(name))
        run(context, name)
        assert [path.stem for path in fake.jobs[0].files.values()] in (["rain"], ["beach"], ["first-speaker"])


def test_a_resource_that_is_not_there_is_told(context: Context) -> None:
    context.models = Models(engine("separate_speech"))
    with pytest.raises(TaskError, match="found no"):
        run(context, "separate_speech", audio="thunderstorm")


# ------------------------------------------------------------------ the tasks' own


def test_words_that_are_not_there_are_not_made_up(context: Context) -> None:
    for name in ("transcribe_speech", "translate_speech"):
        context.models = Models(ScriptedEngine(name, lambda job: Made("")))
        assert run(context, name, **GIVEN[name]).text == "I hear no words in the rain."
    for name, said in (
        ("detect_sounds", "nothing in it that I know"),
        ("detect_target_sound", "not hear the keyboard"),
    ):
        context.models = Models(ScriptedEngine(name, lambda job: Made()))
        assert said in run(context, name, **GIVEN[name]).text


def test_times_of_a_transcript_are_shown(context: Context) -> None:
    cues: list[Json] = [{"start_s": 0.0, "end_s": 2, "text": "Hello."}, {"start_s": 62.3, "end_s": 65, "text": "Bye."}]
    context.models = Models(fake := ScriptedEngine("transcribe_speech", lambda job: subtitled(job, cues)))
    outcome = run(context, "transcribe_speech", audio="rain", timestamps=True)
    assert fake.jobs[0].arguments == {"timestamps": True}
    assert outcome.show[0].text == "0:00  Hello.\n1:02  Bye."
    (subtitles,) = context.workspace.artifacts[2:]
    assert (subtitles.kind, subtitles.name) == ("text", "subtitles")


def subtitled(job: Job, cues: list[Json]) -> Made:
    path = job.folder / "subtitles.srt"
    path.write_text("1\n")
    return Made("Hello. Bye.", (MadeFile(path, "subtitles", "text"),), facts={"cues": cues})


@pytest.mark.parametrize(
    ("notes", "durations", "sentence"),
    [
        ("C4 | D4", "0.4 | 0.8 | 1", "2 notes and 3 durations"),
        ("", "0.4 | 0.8", "no notes"),
        ("C4 | D4 E4", "0.4 | 0.8 | 0.1", ""),
        ("C4, D4", "0.5", ""),
        ("", "", ""),
    ],
)
def test_notes_and_durations_have_to_fit(context: Context, notes: str, durations: str, sentence: str) -> None:
    context.models = Models(engine("sing"))
    if not sentence:
        assert run(context, "sing", text="la la", notes=notes, durations_s=durations).play
        return
    with pytest.raises(TaskError, match=sentence):
        run(context, "sing", text="la la", notes=notes, durations_s=durations)


@pytest.mark.parametrize("name", ["inpaint_audio", "extract_sound"])
def test_a_part_ends_after_it_begins(context: Context, name: str) -> None:
    context.models = Models(engine(name))
    with pytest.raises(TaskError, match="has to end after it begins"):
        run(context, name, **{**GIVEN[name], "start_s": 4, "end_s": 2})


# ---------------------------------------------------------------- AudioGPT's bugs


def test_bug_1_target_detection_runs_with_its_arguments_in_their_places(context: Context) -> None:
    context.models = Models(fake := engine("detect_target_sound"))
    run(context, "detect_target_sound", target="the keyboard", audio="rain")
    assert fake.jobs[0].arguments == {"target": "the keyboard"}
    assert fake.jobs[0].files["audio"].name == "rain.wav"


def test_bug_2_a_song_that_fails_is_no_other_song(context: Context) -> None:
    def fails(job: Job) -> Made:
        raise EngineError("I cannot sing these notes.")

    context.models = Models(ScriptedEngine("sing", fails), *(engine(name) for name in FAMILIES if name != "sing"))
    with pytest.raises(EngineError, match="these notes"):
        run(context, "sing", text="hello", notes="C4")
    assert len(context.workspace.artifacts) == 2


def test_bug_5_two_speakers_are_two_files(context: Context) -> None:
    context.models = Models(engine("separate_speech"))
    first, second = run(context, "separate_speech", audio="rain").play
    assert first.path != second.path and first.name != second.name
    assert first.seconds == second.seconds == 0.5, "not one after the other"
    samples, _ = sf.read(first.path)
    assert np.abs(samples).max() > 0.4


def test_bug_10_what_was_detected_is_said_and_not_only_drawn(context: Context) -> None:
    context.models = Models(engine("detect_sounds"))
    outcome = run(context, "detect_sounds", audio="rain")
    assert "a dog from two to four seconds" in outcome.text
    assert outcome.show[0].text == "0:00.0-0:10.0  rain  70%\n0:01.9-0:03.8  dog  90%"


@pytest.mark.parametrize("name", ["transfer_style", "synthesize_speech", "generate_audio", "sing"])
def test_bug_11_commas_do_not_cut_a_text(context: Context, name: str) -> None:
    context.models = Models(fake := engine(name))
    run(context, name, **{**GIVEN[name], "text": COMMAS})
    assert fake.jobs[0].arguments["text"] == COMMAS


@pytest.mark.parametrize(("said", "start_s"), [("Mix a bark into it at the end.", 8.5), ("Mix a bark into it.", None)])
def test_what_is_put_at_the_end_begins_shortly_before_it(context: Context, said: str, start_s: float | None) -> None:
    context.models = Models(fake := engine("inpaint_audio"))

    async def ask() -> None:
        MOMENT.set(Moment(Heard(said)))
        await TASKS["inpaint_audio"](context, {"text": "a bark", "over": True, "audio": "rain"})

    run_virtually(ask())
    assert fake.jobs[0].arguments.get("start_s") == start_s
