"""What the tasks do with the things at hand: cut, change, measure, name, list, tell where they come from, notes."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile as sf

from assistant.audio import RATE, Samples, dbfs
from assistant.clock import run_virtually
from assistant.errors import TaskError
from assistant.events import Heard, Manner, Provenance, Say
from assistant.history import AssistantSaid, UserSaid
from assistant.workspace import Workspace
from models.sound.describe import combined, measure
from models.sound.edit import amplify, faded, spliced, stretch
from router.abilities.cutting import cut_sound
from router.abilities.measuring import measure_sound
from router.abilities.notes import read_notes, record_note
from router.abilities.sounds import change_sound, play_back
from router.abilities.things import list_options, list_resources, name_sound, tell_provenance
from router.numerals import words
from router.task import Context, Missing, Outcome, Task
from router.tasks import CATALOGUE
from tests.media_files import tones, write_picture
from tests.router_fakes import tone

MINE = words(
    "record_sound play_back change_sound cut_sound measure_sound read_notes record_note list_resources list_options "
    "tell_provenance name_sound"
)


@pytest.fixture
def context(tmp_path: Path) -> Context:
    return Context(Workspace(tmp_path / "sessions" / "now"), folder=tmp_path, tasks=CATALOGUE)


def do(task: Task, context: Context, **arguments: Any) -> Outcome:
    async def run() -> Outcome:
        return await task(context, arguments)

    return run_virtually(run())


def refusal(task: Task, context: Context, **arguments: Any) -> str:
    with pytest.raises(TaskError) as raised:
        do(task, context, **arguments)
    return str(raised.value)


def give(context: Context, name: str = "rain", seconds: float = 4.0, rate: int = 44_100, channels: int = 2) -> Samples:
    """A file of the user's, registered, and its samples."""
    path = context.folder / f"{name}.wav"
    sound = tones(seconds, rate, channels)
    sf.write(path, sound, rate, subtype="FLOAT")
    context.workspace.add_file(path)
    return sound


def played(outcome: Outcome) -> tuple[Samples, int]:
    (artifact,) = outcome.play
    return sf.read(artifact.path, dtype="float32", always_2d=True)


def undone(context: Context) -> str:
    undo = context.undoable.pop()

    async def take_back() -> None:
        await undo.take_back(context)

    run_virtually(take_back())
    return undo.what


# ------------------------------------------------------------------------- how they are asked for


@pytest.mark.parametrize("name", MINE)
def test_every_task_is_asked_for_in_many_ways(name: str) -> None:
    task = next(t for t in CATALOGUE if t.name == name)
    assert 8 <= len(task.examples) <= 15 and len(set(task.examples)) == len(task.examples)
    parameters = set(task.schema["properties"])
    for example in task.examples:
        example.format(**dict.fromkeys(parameters, "x"))
    assert task.about.splitlines()[0].endswith(".")


# ---------------------------------------------------------------------------- changing


@pytest.mark.parametrize("change", ["louder", "quieter", "reversed", "faster", "slower"])
@pytest.mark.parametrize(("rate", "channels"), [(8_000, 1), (48_000, 2), (44_100, 6)])
def test_a_change_keeps_rate_and_channels(context: Context, change: str, rate: int, channels: int) -> None:
    """A voice of one channel, too: nothing takes a first channel for granted."""
    sound = give(context, "rain", 1.0, rate, channels)
    outcome = do(change_sound, context, change=change, name="the rain")
    made, made_rate = played(outcome)
    assert made_rate == rate and made.shape[1] == channels
    lengths = {"faster": 1 / 1.5, "slower": 1.5}
    assert len(made) == pytest.approx(len(sound) * lengths.get(change, 1.0), abs=2)
    (artifact,) = outcome.play
    assert (artifact.name, artifact.made_by, artifact.parents) == (f"{change} rain", "change_sound", (1,))
    assert artifact.provenance == Provenance("dsp", "earshot")
    if change == "reversed":
        assert np.allclose(made, sound[::-1], atol=1e-4)


def test_channels_stay_in_step(context: Context) -> None:
    at = np.arange(48_000) / 48_000
    left = 0.4 * np.sin(2 * np.pi * 150 * at) * (1 + np.sin(2 * np.pi * 3 * at)) / 2
    stereo = np.stack([left, 0.5 * left], axis=1).astype(np.float32)
    made = stretch(stereo, 48_000, 1.4)
    assert np.allclose(made[:, 1], 0.5 * made[:, 0], atol=1e-4)
    loud = amplify(stereo, 48_000, 20.0)
    assert np.abs(loud).max() <= 0.981 and np.allclose(loud[:, 1], 0.5 * loud[:, 0], atol=1e-5)


def test_a_change_of_a_change_has_a_short_name_and_its_parent(context: Context) -> None:
    give(context, "two cities")
    names = [do(change_sound, context, change=c, name="it").play[0] for c in ("louder", "faster", "faster")]
    assert [a.name for a in names] == ["louder two cities", "faster two cities", "faster two cities 2"]
    assert [a.parents for a in names] == [(1,), (2,), (3,)]
    assert undone(context) == "the faster two cities 2"
    assert [a.id for a in context.workspace.artifacts] == [1, 2, 3]


def test_a_file_that_is_no_artifact_becomes_the_parent(context: Context) -> None:
    sf.write(context.folder / "wind.wav", tones(0.5, 8000, 2), 8000)
    made = do(change_sound, context, change="louder", name="the wind").play[0]
    assert [(a.id, a.name) for a in context.workspace.artifacts] == [(1, "wind"), (2, "louder wind")]
    assert made.parents == (1,)


def test_what_was_said_is_changed_and_not_kept_itself(context: Context) -> None:
    context.recordings.append(Heard("Hello.", audio=tone(150, 1.0)))
    made = do(change_sound, context, change="slower").play[0]
    assert (made.name, made.parents, made.rate, made.channels) == ("slower sound", (), RATE, 1)
    context.last_said = Say("good morning", Manner())
    context.history.add(AssistantSaid("good morning"))
    assert do(change_sound, context, change="louder", name="it").text == "good morning"


# ----------------------------------------------------------------------------- cutting


@pytest.mark.parametrize(
    ("arguments", "start", "end"),
    [
        ({"start_s": 1, "end_s": 2.5}, 1.0, 2.5),
        ({"end_s": "one and a half seconds"}, 0.0, 1.5),
        ({"start_s": "2"}, 2.0, 4.0),
        ({"start_s": 3}, 3.0, 4.0),
        ({"start_s": 1, "end_s": 99}, 1.0, 4.0),
        ({"part": "from one to two seconds"}, 1.0, 2.0),
        ({"part": "the last second"}, 3.0, 4.0),
        ({"part": "the first half"}, 0.0, 2.0),
    ],
)
def test_a_part_is_kept_to_the_sample(context: Context, arguments: dict[str, Any], start: float, end: float) -> None:
    sound = give(context)
    outcome = do(cut_sound, context, name="the rain", **arguments)
    made, rate = played(outcome)
    expected = sound[round(start * rate) : round(end * rate)]
    assert made.shape == expected.shape
    fade = round(0.005 * rate)
    assert np.allclose(made[fade:-fade], expected[fade:-fade], atol=1e-4)
    assert np.abs(made[0]).max() < 1e-3 and (end == 4.0 or np.abs(made[-1]).max() < 0.01)
    assert outcome.play[0].name == "shorter rain" and outcome.play[0].parents == (1,)


def test_where_nothing_was_cut_nothing_fades(context: Context) -> None:
    sf.write(context.folder / "alpha.wav", np.full((8000, 2), 0.5, np.float32), 8000)
    made, _ = played(do(cut_sound, context, name="alpha", end_s=0.5))
    assert made[0, 0] == pytest.approx(0.5, abs=1e-3) and made[-1, 0] < 0.05
    made, _ = played(do(cut_sound, context, name="alpha", start_s=0.5))
    assert made[0, 0] == 0.0 and made[-1, 0] == pytest.approx(0.5, abs=1e-3)


def test_a_part_is_taken_out_without_a_click(context: Context) -> None:
    rate = 48_000
    at = np.arange(4 * rate) / rate
    sweep = (0.5 * np.sin(2 * np.pi * 97 * at)).astype(np.float32)
    sf.write(context.folder / "hum.wav", np.stack([sweep, -sweep], axis=1), rate)
    made, _ = played(do(cut_sound, context, name="hum", start_s=1.003, end_s=2.5, remove=True))
    assert len(made) == pytest.approx((4 - 1.497) * rate, abs=0.006 * rate) and made.shape[1] == 2
    steps = np.abs(np.diff(made[:, 0]))
    assert steps.max() < 3 * np.abs(np.diff(sweep)).max(), "a click would be a step"
    assert len(played(do(cut_sound, context, name="hum", part="the first second", remove=True))[0]) == 3 * rate


def test_what_cannot_be_cut_is_said(context: Context) -> None:
    give(context)
    assert refusal(cut_sound, context, start_s=9) == "That part is empty; the rain is 4 seconds long."
    assert refusal(cut_sound, context, start_s=3, end_s=2).startswith("That part is empty")
    assert refusal(cut_sound, context, start_s=0, remove=True) == "Nothing would be left of the rain."
    assert "did not understand which part" in refusal(cut_sound, context, part="whatever")
    with pytest.raises(Missing) as raised:
        do(cut_sound, context, name="the rain", remove=True)
    pending = raised.value.pending
    assert (pending.question, pending.missing) == ("Which part should I take out?", "part")
    assert do(cut_sound, context, **{**pending.arguments, "part": "the last two seconds"}).text == (
        "Here it is, 2 seconds long."
    )


def test_splices_and_fades_are_smooth_at_any_length() -> None:
    one = np.ones((100, 2), np.float32)
    assert np.allclose(spliced(one, one, 1000), 1.0), "what does not change does not dip"
    assert len(spliced(one[:2], one, 1000)) == 100 and len(spliced(one[:0], one, 1000)) == 100
    for length in (0, 1, 3, 1000):
        assert faded(np.ones(length, np.float32), 1000).shape == (length,)


# ---------------------------------------------------------------------------- measuring


def test_figures_are_true_and_the_same_a_block_at_a_time(context: Context) -> None:
    async def half(samples: Samples, rate: int) -> float:
        assert samples.ndim == 1
        return 1.0 if np.abs(samples).max() > 0.4 else 0.0

    context.speech_share = half
    sound = np.concatenate((tone(500, 60.0, 8000, 0.5), tone(500, 60.0, 8000, 0.05)))
    sf.write(context.folder / "long.wav", np.stack([sound, sound], axis=1), 8000)
    whole = measure(sound, 8000)
    parts = combined([measure(sound[i : i + 999], 8000) for i in range(0, len(sound), 999)])
    assert parts.level_dbfs == pytest.approx(whole.level_dbfs, abs=1e-6) and parts.peak_dbfs == whole.peak_dbfs
    assert parts.seconds == pytest.approx(120.0) and combined([]).level_dbfs == -120.0
    assert do(measure_sound, context, name="long").text == (
        "The long is 2 minutes long, stereo, 8 kilohertz. Its level is 12 decibels below full scale, "
        "its peak 6 below. About 50 percent of it is speech."
    )


def test_opposite_channels_are_not_silence(context: Context) -> None:
    left = tone(500, 1.0, 8000, 0.5)
    sf.write(context.folder / "wide.wav", np.stack([left, -left], axis=1), 8000)
    assert "9 decibels below" in do(measure_sound, context, name="wide").text
    assert dbfs(left) == pytest.approx(-9, abs=0.1)


# -------------------------------------------------------------------------- playing, notes


def test_several_are_played_in_their_order(context: Context) -> None:
    for name in ("alpha", "beta", "gamma"):
        give(context, name, 0.1)
    assert [a.name for a in do(play_back, context, name="the last two").play] == ["beta", "gamma"]
    assert [a.name for a in do(play_back, context, name="all of them").play] == ["alpha", "beta", "gamma"]
    assert [a.name for a in do(play_back, context, name="alpha and gamma").play] == ["alpha", "gamma"]
    assert [a.name for a in do(play_back, context).play] == ["gamma"]


def test_notes_are_read_also_those_that_were_spoken(context: Context) -> None:
    assert refusal(read_notes, context) == "You have no notes yet."
    do(record_note, context, text="buy milk, and Earl Grey")
    assert do(read_notes, context).text == "The note says: buy milk, and Earl Grey"
    do(record_note, context)
    expected = context.next_turn
    assert expected is not None
    run_virtually(expected.take(context, Heard("Call Anna.", audio=tone(150, 1.5))))  # type: ignore[arg-type]
    assert do(read_notes, context).text == ("You have 2 notes. 1: buy milk, and Earl Grey. 2: Call Anna.")
    last = do(read_notes, context, which="last")
    assert last.text == "The note says: Call Anna." and [a.name for a in last.play] == ["note 2"]
    assert do(play_back, context, name="the note").play[0].name == "note 2"
    assert [undone(context), undone(context)] == ["the note 2", "the note"]
    assert refusal(read_notes, context) == "You have no notes yet."


def test_notes_of_the_last_conversation_are_found(context: Context) -> None:
    earlier = Context(Workspace(context.workspace.folder.parent / "2020-01-01"), folder=context.folder)
    do(record_note, earlier, text="water the plants")
    assert do(read_notes, context).text == "From before: The note says: water the plants"


def test_many_notes_are_left_to_the_screen(context: Context) -> None:
    for number in range(8):
        do(record_note, context, text=f"item {number}")
    outcome = do(read_notes, context)
    assert outcome.text.endswith("5: item 4. The other 3 are on the screen.")
    assert len(outcome.show[0].text.splitlines()) == 8


# ------------------------------------------------------------------------ what there is


def test_what_there_is_is_told_and_shown(context: Context) -> None:
    assert "There is nothing yet" in refusal(list_resources, context)
    give(context, "rain", 4.0)
    assert do(list_resources, context).text == "There is the rain, 4 seconds."
    for name in "abcdef":
        give(context, f"{name}ngle", 0.5)
    outcome = do(list_resources, context)
    assert outcome.text.startswith("There are 7 things. The latest 5 are: 3, the bngle, 0.5 seconds; 4, ")
    assert len(outcome.show[0].text.splitlines()) == 7


def test_what_can_be_done_with_a_thing_goes_by_its_kind(context: Context) -> None:
    give(context)
    with_sound = do(list_options, context, name="the rain")
    assert with_sound.text.startswith("With the rain I can ") and "change_sound" in MINE
    assert "cut sound: Cut a sound." in with_sound.show[0].text
    picture = write_picture(context.folder / "cat.png", np.zeros((4, 4, 3), np.uint8), "png")
    context.workspace.add_file(picture)
    with_picture = do(list_options, context, name="the picture")
    assert "cut sound" not in with_picture.show[0].text
    context.tasks = ()
    assert do(list_options, context, name="the cat").text == "I can show you where the cat lies, and no more."


def test_a_thing_is_given_a_name_and_found_by_it(context: Context) -> None:
    give(context, "VID 20240101")
    assert do(name_sound, context, new_name="the Morning Rain.").text == "Okay, it is the morning rain now."
    assert do(play_back, context, name="the morning rain").play[0].id == 1
    assert do(name_sound, context, new_name="morning rain", name="it").text == "It is called the morning rain already."
    give(context, "wind")
    assert "choose another name" in refusal(name_sound, context, new_name="Morning rain", name="the wind")
    assert "no name" in refusal(name_sound, context, new_name="!?", name="the wind")
    assert undone(context) == "the new name of the vid 20240101"
    assert context.workspace.artifacts[0].name == "vid 20240101"
    with pytest.raises(Missing, match="What should it be called"):
        do(name_sound, context, name="the wind")


@pytest.mark.parametrize(
    ("origin", "made_by", "parents", "told"),
    [
        (Provenance("given"), "user", (), "was given by you."),
        (None, "user", (), "was given by you."),
        (Provenance("recorded", "microphone"), "record_sound", (), "was recorded by the microphone."),
        (Provenance("dsp", "earshot"), "change_sound", (1,), "was made by signal processing from the rain."),
        (
            Provenance("model", "sepformer", "Apache-2.0"),
            "separate_speech",
            (1,),
            "was made by the model sepformer from the rain. The licence of its weights is Apache-2.0.",
        ),
        (Provenance("procedural"), "generate_audio", (), "was made by rules, without a model."),
    ],
)
def test_where_a_thing_comes_from_is_told(
    context: Context, origin: Provenance | None, made_by: str, parents: tuple[int, ...], told: str
) -> None:
    give(context)
    context.workspace.save_audio("thing x", tone(100, 0.1), RATE, made_by, origin, parents)
    context.history.add(UserSaid("Where does it come from?"))
    assert do(tell_provenance, context).text == f"The thing x {told}"
