"""What the tasks do, asked for in words through the router."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile as sf

from assistant.audio import Samples, dbfs
from assistant.clock import run_virtually
from assistant.errors import EngineMissing, TaskError
from assistant.events import Heard, Manner, Play, Reply, Say, Show, Working
from assistant.workspace import Workspace, load_audio
from models.base import Job, Made, MadeFile
from router.dialogue.base import Call
from router.dialogue.embedded import Embedded
from router.dialogue.understanding.reader import Reader
from router.families import NEED_AN_ENGINE
from router.router import Router
from router.task import Context, Family, Outcome, Task, task
from router.tasks import CATALOGUE
from tests.engine_fakes import Models, ScriptedEngine
from tests.router_fakes import Scripted, converse, heard, pitch, spoken, tone


def length_in_words(job: Job) -> Made:
    """A recognizer that hears how long a sound is."""
    samples, rate = load_audio(job.files["audio"])
    return Made(f"{len(samples) / rate:.1f} seconds of words")


async def half(samples: Samples, rate: int) -> float:
    """A detector that finds speech half of the time."""
    return 0.5


READER = Reader.load()


class Conversation:
    """A router over a folder, spoken to one turn after the other."""

    def __init__(self, folder: Path) -> None:
        workspace = Workspace(folder / "session")
        self.context = Context(workspace, folder=folder, speech_share=half)
        self.context.models = Models(ScriptedEngine("transcribe_speech", length_in_words))
        self.router = Router(self.context, Embedded(CATALOGUE, READER))

    def hears(self, text: str, seconds: float = 0.5) -> list[Reply]:
        """The replies to a turn."""
        return run_virtually(converse(self.router, text, heard(text, seconds)))

    def says(self, text: str, seconds: float = 0.5) -> str:
        """The words of the reply to a turn."""
        return spoken(self.hears(text, seconds))

    def plays(self, text: str) -> tuple[Samples, int]:
        """The sound that is played in reply."""
        (sound,) = [r.artifact for r in self.hears(text) if isinstance(r, Play)]
        return load_audio(sound.path)


@pytest.fixture
def talk(tmp_path: Path) -> Conversation:
    return Conversation(tmp_path)


def manner(replies: list[Reply]) -> Manner | None:
    (said,) = [r for r in replies if isinstance(r, Say)]
    return said.manner


# ------------------------------------------------------------------------- saying


def test_a_text_is_said_as_it_was_given(talk: Conversation) -> None:
    assert talk.hears("Say Hello, World!")[-1] == Say("Hello, World!", Manner())
    assert talk.says("Say it again.") == "Hello, World!"


def test_slower_and_louder_say_the_last_text_again_step_by_step(talk: Conversation) -> None:
    talk.hears("Say good morning.")
    assert talk.hears("Slower.")[-1] == Say("good morning", Manner(speed=0.8))
    assert talk.hears("Even slower.")[-1] == Say("good morning", Manner(speed=0.64))
    assert talk.hears("Louder.")[-1] == Say("good morning", Manner(speed=0.64, gain_db=6.0))
    assert talk.hears("Make it quieter.")[-1] == Say("good morning", Manner(speed=0.64))
    assert talk.context.manner == Manner()
    assert talk.says("Spell it.") == "G, O, O, D. M, O, R, N, I, N, G."


def test_it_says_when_it_goes_no_further(talk: Conversation) -> None:
    talk.hears("Say good morning.")
    replies = [talk.says("Slower.") for _ in range(5)]
    assert replies[:4] == ["good morning"] * 4
    assert replies[4] == "I cannot say it any slower."


SPEECH = "synthesize_speech"


def speaks(job: Job) -> Made:
    """A voice of a tenth of a second for each word."""
    text = str(job.arguments["text"])
    sf.write(job.folder / "speech.wav", tone(200, len(text.split()) / 10, 8000), 8000)
    return Made(files=(MadeFile(job.folder / "speech.wav", "speech"),))


@pytest.fixture
def voice(talk: Conversation) -> ScriptedEngine:
    """What speaks into files."""
    engine = ScriptedEngine(SPEECH, speaks)
    talk.context.models = Models(engine)
    return engine


def synthesized(talk: Conversation, request: str, **arguments: Any) -> list[Reply]:
    """The replies where the dialogue engine has chosen the task."""
    talk.router.dialogue = Scripted((Call(SPEECH, arguments),), explains=False)
    return talk.hears(request)


def test_speech_that_is_asked_for_as_work_is_a_recording(talk: Conversation, voice: ScriptedEngine) -> None:
    text = "My name is Audio GPT, I am happy to help you!"
    replies = synthesized(talk, f"Synthesize a speech with text '{text}'", text=text)
    assert spoken(replies) == "Here is the speech."
    (play,) = [r for r in replies if isinstance(r, Play)]
    assert (play.artifact.seconds, play.artifact.made_by) == (1.1, SPEECH)
    assert voice.jobs[0].arguments["text"] == text


def test_what_is_to_be_said_is_said_at_once_and_kept(talk: Conversation, voice: ScriptedEngine) -> None:
    for request, text in (("Say good morning.", "good morning"), ("Say generate a file", "generate a file")):
        replies = synthesized(talk, request, text=text)
        assert spoken(replies) == text and not [r for r in replies if isinstance(r, Play)]
    assert [artifact.name for artifact in talk.context.workspace.artifacts] == ["speech", "speech 2"]
    assert not talk.context.undoable, "nobody takes back what was said"
    synthesized(talk, "Say hello.", text="hello", save=False)
    assert len(voice.jobs) == 2


def test_a_long_text_is_a_recording_that_can_be_stopped(talk: Conversation, voice: ScriptedEngine) -> None:
    text = "and so on, " * 30
    assert [r.artifact.name for r in synthesized(talk, "Read this.", text=text) if isinstance(r, Play)] == ["speech"]
    talk.context.models = None
    assert spoken(synthesized(talk, "Read this.", text=text)) == text, "better heard than refused"


def test_a_file_that_cannot_be_made_is_refused(talk: Conversation) -> None:
    said = spoken(synthesized(talk, "Say hello into a file.", text="hello", save=True))
    assert said == "I can say it, but not keep it as a file; no engine for that is loaded."


def test_speed_and_tone_are_those_that_were_asked_for(talk: Conversation, voice: ScriptedEngine) -> None:
    assert manner(synthesized(talk, "Say hello.", text="hello", speed=1.5)) == Manner(speed=1.5)
    assert manner(synthesized(talk, "Say hello.", text="hello", speed=4.0)) == Manner(speed=2.0)
    assert manner(synthesized(talk, "Say hello.", text="hello", voice="a deep voice")) == Manner(pitch=-2.0)
    both = synthesized(talk, "Say hello.", text="hello", voice="a deep voice", how="deeper")
    assert manner(both) == Manner(pitch=-2.0)
    synthesized(talk, "Generate a file.", text="hello", speed=0.5, how="louder", save=True)
    given = {"text": "hello", "speed": 0.5, "pitch": 0.0, "gain_db": 6.0}
    assert voice.jobs[-1].arguments == given
    assert talk.context.manner == Manner()


def test_a_voice_is_taken_for_one_text_only(talk: Conversation, cast: "Cast", voice: ScriptedEngine) -> None:
    assert manner(synthesized(talk, "Say hello.", text="hello", voice="East Peak")) == Manner(voice="espeak")
    assert cast.loaded == ["espeak"]
    assert manner(synthesized(talk, "Say hello.", text="hello", voice="your usual voice")) == Manner()
    assert "no voice called Darth Vader" in spoken(synthesized(talk, "Say it.", text="hello", voice="Darth Vader"))
    assert spoken(synthesized(talk, "Say it.", text="hello", voice="broken")) == "The voice in broken is not whole."
    synthesized(talk, "Generate it.", text="hello", voice="el jay", save=True)
    assert voice.jobs[-1].arguments["voice"] == "lj"
    assert talk.context.manner == Manner()


def test_slower_after_anything_else_is_about_the_voice(talk: Conversation) -> None:
    talk.hears("Say good morning.")
    talk.hears("Who are you?")
    assert talk.says("Slower.") == "Okay, slower from now on."
    assert talk.context.manner == Manner(speed=0.8)
    assert manner(talk.hears("Say hello quickly.")) == Manner(speed=1.0)
    talk.hears("Speak normally.")
    assert talk.context.manner == Manner()


def test_how_it_speaks_has_limits(talk: Conversation) -> None:
    replies = [talk.says("Speak up!") for _ in range(3)]
    assert replies == ["Okay, louder from now on."] * 2 + ["I cannot speak any louder."]
    assert talk.context.manner.gain_db == 12.0


@pytest.mark.parametrize(
    ("request_", "letters"),
    [
        ("Spell rhythm", "R, H, Y, T, H, M."),
        ("How do you spell O'Neil?", "O, apostrophe, N, E, I, L."),
        ("Spell R2-D2.", "R, 2, hyphen, D, 2."),
        ("Spell it.", "There is nothing to spell yet."),
        (f"Spell {'very ' * 20}", "That is too long to spell; give me a word or two."),
    ],
)
def test_spelling(talk: Conversation, request_: str, letters: str) -> None:
    assert talk.says(request_) == letters


# -------------------------------------------------------------------------- notes


def test_a_note_is_the_next_turn_and_can_be_played(talk: Conversation) -> None:
    assert talk.says("Record a note.") == "Go ahead."
    replies = talk.hears("What can you do with two pounds of flour?", seconds=1.5)
    assert spoken(replies) == "I have kept it as the note."
    assert isinstance(replies[0], Working)
    assert Show(artifact=talk.context.workspace.artifacts[0]) in replies
    samples, rate = talk.plays("Play the note.")
    assert len(samples) / rate == 1.5
    assert np.allclose(samples, tone(150, 1.5), atol=1e-4)
    assert talk.context.next_turn is None


def test_a_note_can_be_withdrawn(talk: Conversation) -> None:
    talk.hears("Record a note.")
    assert talk.says("Never mind.") == "Okay, no note."
    assert talk.context.workspace.artifacts == []


def test_a_note_said_at_once_is_kept_in_words(talk: Conversation) -> None:
    assert talk.says("Take a note: buy milk, and Earl Grey.") == "Noted: buy milk, and Earl Grey."
    assert talk.says("Read me the note.") == "The note says: buy milk, and Earl Grey"
    talk.hears("Take a note: call Anna")
    assert talk.says("Play the last note.") == "The note says: call Anna"
    assert [a.name for a in talk.context.workspace.artifacts] == ["note", "note 2"]


# --------------------------------------------------------------------- recordings


def test_the_turn_before_is_transcribed_and_not_the_request(talk: Conversation) -> None:
    talk.hears("The weather is lovely today.", seconds=2.0)
    assert talk.says("Transcribe my last recording.", seconds=1.0) == "It says: 2.0 seconds of words"
    assert talk.says("Transcribe what I said.", seconds=0.5) == "It says: 1.0 seconds of words"


def test_nothing_to_transcribe(talk: Conversation) -> None:
    assert talk.says("Transcribe that.") == "There is no sound yet."
    assert talk.says("Transcribe my lovely garden") == "I found no sound called my lovely garden."


@pytest.mark.parametrize(
    "name", ["two cities dot wav", "Two Cities", "the file called two cities", "too cities", "two_cities.wav"]
)
def test_a_file_is_found_by_its_spoken_name(talk: Conversation, name: str) -> None:
    sf.write(talk.context.folder / "two_cities.wav", tone(200, 3.0, 8000), 8000)
    sf.write(talk.context.folder / "beckett.wav", tone(200, 1.0, 8000), 8000)
    assert talk.says(f"Transcribe {name}.") == "It says: 3.0 seconds of words"


def test_a_numbered_file_is_told_from_its_neighbours(talk: Conversation) -> None:
    for number in (1, 2, 3):
        sf.write(talk.context.folder / f"take {number}.wav", tone(200, float(number), 8000), 8000)
    assert talk.says("Transcribe take two.") == "It says: 2.0 seconds of words"


def test_a_file_that_holds_no_sound_is_refused_in_a_sentence(talk: Conversation) -> None:
    (talk.context.folder / "broken.wav").write_bytes(b"RIFF and nothing more")
    assert "cannot be read as sound" in talk.says("Transcribe broken dot wav.")


def test_a_long_transcript_is_left_to_the_screen(talk: Conversation) -> None:
    words = " ".join(str(n) for n in range(500))

    talk.context.models = Models(ScriptedEngine("transcribe_speech", lambda job: Made(words)))
    talk.hears("Hello.")
    replies = talk.hears("Transcribe it.")
    assert Show(words) in replies
    assert len(spoken(replies).split()) < 60
    assert "All 500 words are on the screen." in spoken(replies)


def test_without_a_recognizer_it_says_so(talk: Conversation) -> None:
    talk.context.models = None
    assert talk.says("Transcribe it.").startswith("I cannot write down recordings now; no recognizer is loaded")


# ------------------------------------------------------------------------- sounds


def test_the_last_recording_is_changed_step_by_step(talk: Conversation) -> None:
    talk.hears("The weather is lovely today.", seconds=2.0)
    original = tone(150, 2.0)
    faster, rate = talk.plays("Play my last recording twice as fast.")
    assert len(faster) / rate == 1.0
    assert pitch(faster, rate) == pytest.approx(150, rel=0.03)
    quieter, _ = talk.plays("Make it quieter.")
    assert dbfs(quieter) == pytest.approx(dbfs(faster) - 6, abs=0.1)
    louder, _ = talk.plays("Louder.")
    assert dbfs(louder) == pytest.approx(dbfs(faster), abs=0.1)
    assert len(original) == 2 * len(faster)
    names = [a.name for a in talk.context.workspace.artifacts]
    assert names == ["faster sound", "quieter sound", "louder sound"]


def test_reversed_twice_is_what_it_was(talk: Conversation) -> None:
    ramp = np.linspace(0, 0.5, 8000, dtype=np.float32)
    sf.write(talk.context.folder / "ramp.wav", ramp, 8000, subtype="FLOAT")
    talk.hears("Play the file called ramp.")
    talk.context.workspace.save_audio("ramp", ramp, 8000, "user")
    backwards, _ = talk.plays("Play it backwards.")
    assert np.allclose(backwards, ramp[::-1], atol=1e-3)
    again, _ = talk.plays("Reverse it.")
    assert np.allclose(again, ramp, atol=1e-3)


def test_there_is_nothing_to_change(talk: Conversation) -> None:
    assert talk.says("Make it louder.") == "There is no sound yet."
    assert talk.says("Play it back.", seconds=0.0) == ""  # the first request is the last recording by now


def test_a_measurement_gives_the_true_figures(talk: Conversation) -> None:
    stereo = np.stack([tone(500, 2.5, 44_100, 0.5)] * 2, axis=1)
    sf.write(talk.context.folder / "hum.wav", stereo, 44_100)
    assert talk.says("Measure the file called hum.") == (
        "The hum is 2.5 seconds long, stereo, 44.1 kilohertz. Its level is 9 decibels below full scale, "
        "its peak 6 below. About 50 percent of it is speech."
    )


def test_silence_is_called_silent(talk: Conversation) -> None:
    sf.write(talk.context.folder / "nothing.wav", np.zeros(8000, np.float32), 8000)
    assert talk.says("Measure the file called nothing.").endswith("It is silent.")


def test_louder_after_a_sound_is_about_the_sound(talk: Conversation) -> None:
    talk.hears("The weather is lovely today.")
    talk.hears("Say hello.")
    first, _ = talk.plays("Play my last recording.")
    quieter, _ = talk.plays("Quieter.")
    assert dbfs(quieter) == pytest.approx(dbfs(first) - 6, abs=0.1)


def test_a_sound_has_no_pitch_to_change(talk: Conversation) -> None:
    talk.hears("The weather is lovely today.")
    talk.hears("Play my last recording.")
    assert "not change its pitch" in talk.says("Higher.")
    assert talk.context.manner == Manner()


# ------------------------------------------------------------------------- voices


class Cast:
    """Voices that can be loaded, and one that cannot."""

    names = ("lj", "espeak", "broken")

    def __init__(self) -> None:
        self.loaded: list[str] = []

    async def load(self, name: str) -> str:
        if name == "broken":
            raise EngineMissing("The voice in broken is not whole.")
        self.loaded.append(name)
        return "Tell nobody." if name == "espeak" else ""


@pytest.fixture
def cast(talk: Conversation) -> Cast:
    cast = Cast()
    talk.context.voices, talk.context.load_voice = cast.names, cast.load
    return cast


def test_voices_are_told_and_changed_for_the_conversation(talk: Conversation, cast: Cast) -> None:
    assert talk.says("Which voices do you have?") == "This is LJ. I can also speak with espeak and broken."
    talk.hears("Speak slower.")
    replies = talk.hears("Use the other voice.")
    assert spoken(replies) == "Okay, this is espeak."
    assert Show("Tell nobody.") in replies
    assert talk.context.manner == Manner(speed=0.8, voice="espeak")
    assert talk.says("Use the espeak voice.") == "This is espeak already."
    assert manner(talk.hears("Say hello.")) == Manner(speed=0.8, voice="espeak")
    assert talk.says("Speak normally.") == "Okay, as usual again."
    assert talk.context.manner == Manner(voice="espeak")
    assert cast.loaded == ["espeak"]


@pytest.mark.parametrize("name", ["LJ", "L. J.", "el jay", "lj"])
def test_a_voice_is_found_by_its_name_as_it_is_heard(talk: Conversation, cast: Cast, name: str) -> None:
    talk.context.manner = Manner(voice="espeak")
    assert talk.says(f"Use the {name} voice.") == "Okay, this is LJ."
    assert talk.context.manner.voice == "lj"
    for heard_as in ("East Peak", "e-speak", "ESpeak"):
        talk.context.manner = Manner()
        assert talk.says(f"Switch to the {heard_as} voice.") == "Okay, this is espeak."
    assert talk.says("Go back to your normal voice.") == "Okay, this is LJ."


def test_a_voice_that_is_not_there_or_does_not_load_changes_nothing(talk: Conversation, cast: Cast) -> None:
    assert (
        talk.says("Use the Darth Vader voice.") == "I have no voice called Darth Vader; I have LJ, espeak and broken."
    )
    talk.context.manner = before = Manner(voice="espeak")
    assert talk.says("Use the other voice.") == "The voice in broken is not whole."
    assert talk.context.manner == before


def test_with_one_voice_there_is_no_other(talk: Conversation) -> None:
    assert talk.says("Use the other voice.") == "I cannot choose a voice here."
    talk.context.voices = ("espeak",)
    assert talk.says("Change your voice.") == "I have no other voice than espeak."
    assert talk.says("Which voices do you have?") == "This is espeak; I have no other voice."


def test_higher_and_deeper_go_as_far_as_they_go(talk: Conversation) -> None:
    talk.hears("Who are you?")
    assert talk.says("Speak deeper.") == "Okay, deeper from now on."
    assert talk.context.manner == Manner(pitch=-2.0)
    assert manner(talk.hears("Say good night in a deep voice.")) == Manner(pitch=-7.0)
    replies = [talk.says("Speak higher.") for _ in range(6)]
    assert replies[-1] == "I cannot speak any higher."
    assert talk.context.manner == Manner(pitch=8.0)


# ------------------------------------------------------------------- conversation


def test_what_it_can_do_is_what_the_catalogue_holds(talk: Conversation) -> None:
    replies = talk.hears("What can you do?")
    (shown,) = [r for r in replies if isinstance(r, Show)]
    for one in CATALOGUE:
        line = f"{one.name.replace('_', ' ')}: {one.about.splitlines()[0]}"
        refused = one.name in NEED_AN_ENGINE and talk.context.models.engine(one.name) is None
        assert any(shown_line.startswith(line) for shown_line in shown.text.splitlines()) == (not refused)
    assert len(spoken(replies)) < 90  # eight seconds


def test_repeat_says_and_plays_what_was_heard(talk: Conversation) -> None:
    assert talk.says("Repeat that.") == "I have said nothing yet."
    talk.hears("Who are you?")
    who = talk.says("Repeat that.")
    assert who.startswith("I am Earshot")
    talk.hears("Reverse my last recording.")
    replies = talk.hears("Again.")
    assert spoken(replies) == "Here it is, reversed."
    assert [r.artifact.name for r in replies if isinstance(r, Play)] == ["reversed sound"]


# -------------------------------------------------------------------- the catalogue


def test_every_task_can_be_offered_to_a_model() -> None:
    names = [t.name for t in CATALOGUE]
    assert len(names) == len(set(names)) >= 12
    for able in CATALOGUE:
        assert able.about and able.about.splitlines()[0].endswith(".")
        assert able.schema["type"] == "object" and not able.schema["additionalProperties"]
        assert len(able.phrases) + len(able.examples) >= 3


def test_arguments_are_checked_and_converted() -> None:
    @task("wait {seconds} seconds", family=Family.CONVERSATION, effects=False)
    async def wait(context: Context, seconds: float, twice: bool = False) -> Outcome:
        """Wait."""
        return Outcome(f"{seconds} {twice}")

    def run(arguments: dict[str, Any]) -> str:
        return run_virtually(_run(wait, arguments)).text

    assert run({"seconds": "5"}) == "5.0 False"
    for arguments in ({}, {"seconds": "many"}, {"seconds": 1, "minutes": 2}):
        with pytest.raises(TaskError, match="I did not get all I need to wait"):
            run(arguments)


async def _run(wait: Task, arguments: dict[str, Any]) -> Outcome:
    return await wait(Context(None), arguments)  # type: ignore[arg-type]  # no workspace is looked at


def test_a_typed_turn_without_sound_is_no_recording(talk: Conversation) -> None:
    talk.hears("First.", seconds=1.0)
    run_virtually(converse(talk.router, "typed", Heard("typed")))
    assert talk.says("Transcribe my last recording.") == "It says: 1.0 seconds of words"
