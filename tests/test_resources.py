"""What a person's words mean among the things there are."""

import random
import string
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
import soundfile as sf

from assistant.audio import RATE
from assistant.clock import run_virtually
from assistant.errors import DataError, TaskError
from assistant.events import Artifact, Heard, Provenance
from assistant.history import AssistantSaid, UserSaid
from assistant.workspace import Workspace
from router.arguments import Audio
from router.clipboard import Clipboard
from router.numerals import words
from router.resources import (
    find_all,
    find_image,
    find_one,
    find_sound,
    given,
    keep,
    kinds,
    removable,
    resources,
)
from router.task import MOMENT, Ambiguous, Context, Family, Missing, Moment, Outcome, task
from tests.media_files import tones, write_picture, write_sound
from tests.pace import least
from tests.router_fakes import tone


@pytest.fixture(autouse=True)
def unattended() -> Iterator[None]:
    """No turn is being answered when a test begins, nor after it."""
    token = MOMENT.set(Moment())
    yield
    MOMENT.reset(token)


class Room:
    """A conversation with things in it."""

    def __init__(self, folder: Path) -> None:
        self.context = Context(Workspace(folder / "session"), folder=folder)

    def made(self, name: str, by: str = "user", parents: tuple[int, ...] = (), seconds: float = 0.1) -> Artifact:
        """A sound, in the session."""
        origin = Provenance("given" if by == "user" else "dsp")
        return self.context.workspace.save_audio(name, tone(200, seconds), RATE, by, origin, parents)

    def picture(self, name: str) -> Artifact:
        """A picture, in the session."""
        path = write_picture(self.context.folder / f"{name}.png", np.zeros((4, 4, 3), np.uint8), "png")
        return self.context.workspace.add_file(path)

    def spoke(self, text: str, seconds: float = 0.5) -> Heard:
        """A turn of the user's, with its sound."""
        heard = Heard(text, audio=tone(150, seconds))
        self.context.recordings.append(heard)
        self.context.history.add(UserSaid(text))
        return heard

    def replied(self, text: str, *played: str) -> None:
        self.context.history.add(AssistantSaid(text, played=played))

    def sound(self, name: str = "", own: bool = False) -> str:
        """The name of the sound that is found."""
        return run_virtually(find_sound(self.context, name, own)).name

    def all(self, name: str, kind: str = "audio") -> list[str]:
        return [a.name for a in run_virtually(find_all(self.context, name, kind))]

    def image(self, name: str = "") -> str:
        return run_virtually(find_image(self.context, name)).name

    def fails(self, name: str, own: bool = False) -> str:
        with pytest.raises((TaskError, DataError)) as raised:
            run_virtually(find_sound(self.context, name, own))
        return str(raised.value)


@pytest.fixture
def room(tmp_path: Path) -> Room:
    return Room(tmp_path)


@pytest.fixture
def full(room: Room) -> Room:
    """A rain and a mix were given, the mix was parted, a picture was given, a note taken, the street recorded."""
    room.made("rain")
    room.made("mix")
    room.made("first speaker", "separate_speech", (2,))
    room.made("second speaker", "separate_speech", (2,))
    room.picture("grey cat")
    room.made("note", "record_note")
    room.made("louder rain", "change_sound", (1,))
    room.made("recording", "record_sound")
    return room


# ------------------------------------------------------------------- names and places


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("the rain", "rain"),
        ("rain", "rain"),
        ("The Rain.", "rain"),
        ("the sound of the rain", "rain"),
        ("the rain recording", "rain"),
        ("the louder rain", "louder rain"),
        ("the louder one", "louder rain"),
        ("the second speaker", "second speaker"),
        ("speaker two", "second speaker"),
        ("speaker number 2", "second speaker"),
        ("the 1st speaker", "first speaker"),
        ("second speeker", "second speaker"),
        ("the last speaker", "second speaker"),
        ("the first one", "rain"),
        ("the first sound", "rain"),
        ("the second one", "mix"),
        ("the third sound", "first speaker"),
        ("number three", "first speaker"),
        ("number 7", "louder rain"),
        ("#2", "mix"),
        ("seven", "louder rain"),
        ("the last one", "recording"),
        ("the latest sound", "recording"),
        ("the second to last sound", "louder rain"),
        ("the last but one", "louder rain"),
        ("the one before that", "louder rain"),
        ("the note", "note"),
        ("my voice note", "note"),
        ("the memo", "note"),
        ("my last recording", "recording"),
        ("the recording", "recording"),
        ("what I just recorded", "recording"),
        ("what you just made", "louder rain"),
        ("the result", "louder rain"),
        ("the file I gave you", "mix"),
        ("the last file I gave you", "mix"),
        ("it", "recording"),
        ("that", "recording"),
        ("this one", "recording"),
        ("", "recording"),
    ],
)
def test_what_is_said_is_found(full: Room, said: str, name: str) -> None:
    assert full.sound(said) == name


@pytest.mark.parametrize(
    ("said", "names"),
    [
        ("the last two", ["louder rain", "recording"]),
        ("the last two sounds", ["louder rain", "recording"]),
        ("the first two", ["rain", "mix"]),
        ("the last three recordings", ["note", "louder rain", "recording"]),
        ("both speakers", ["first speaker", "second speaker"]),
        ("the speakers", ["first speaker", "second speaker"]),
        ("the two speakers", ["first speaker", "second speaker"]),
        ("the first speaker and the second speaker", ["first speaker", "second speaker"]),
        ("the rain, the mix and the note", ["rain", "mix", "note"]),
        ("the rain", ["rain"]),
        ("it", ["recording"]),
        ("number one and number two", ["rain", "mix"]),
        (
            "all of them",
            ["rain", "mix", "first speaker", "second speaker", "note", "louder rain", "recording"],
        ),
        ("everything", ["rain", "mix", "first speaker", "second speaker", "note", "louder rain", "recording"]),
    ],
)
def test_several_are_found(full: Room, said: str, names: list[str]) -> None:
    assert full.all(said) == names


def test_pictures_and_anything_are_found(full: Room) -> None:
    for said in ("", "it", "the picture", "the grey cat", "the cat", "the last image", "number five", "the photo"):
        assert full.image(said) == "grey cat"
    assert run_virtually(find_one(full.context, "number five")).kind == "image"
    assert run_virtually(find_one(full.context, "the picture")).name == "grey cat"
    assert run_virtually(find_one(full.context, "it")).name == "recording"
    assert full.fails("number five") == "Number 5 is not a sound, it is the grey cat."
    with pytest.raises(TaskError, match="Number 1 is not a picture"):
        full.image("number one")


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ("the thunder", "I found no sound called the thunder."),
        ("my lovely garden", "I found no sound called my lovely garden."),
        ("number twelve", "There is no number 12."),
        ("the ninth sound", "There are only 7 sounds."),
        ("what I just said", "I have no recording of you yet."),
    ],
)
def test_what_is_not_there_is_said(full: Room, said: str, sentence: str) -> None:
    assert full.fails(said) == sentence


def test_where_there_is_nothing_it_says_so(room: Room) -> None:
    for said in ("", "it", "the last sound", "the recording", "my last recording"):
        assert room.fails(said) == "There is no sound yet." or "no recording" in room.fails(said)
    assert room.fails("the note") == "There is no note yet."
    with pytest.raises(TaskError, match=r"^There is no picture yet\.$"):
        room.image()


# --------------------------------------------------------------------- "it", by the dialogue


def test_it_is_what_was_spoken_of_last(room: Room) -> None:
    room.made("rain")
    room.made("thunder")
    room.spoke("How long is the rain?")
    room.replied("The rain is 4 seconds long.")
    room.spoke("Play it.")
    assert room.sound("it") == "rain" and room.sound() == "rain"
    assert room.sound("the other one") == "thunder"
    room.replied("", "thunder")
    assert room.sound("it") == "thunder"


def test_it_is_what_was_made_just_now(room: Room) -> None:
    """A link of a chain takes what the link before has made, which nobody has spoken of yet."""
    room.made("rain")
    room.spoke("What is in the rain?")
    room.replied("Rain.")
    room.spoke("Make the rain louder, then measure it.")
    room.made("louder rain", "change_sound", (1,))
    assert room.sound("it") == "louder rain"
    room.replied("Here it is.", "louder rain")
    room.spoke("How long is the rain?")
    room.replied("4 seconds.")
    assert room.sound("it") == "rain"
    assert room.sound("the original") == "rain"
    assert room.sound("the last one") == "louder rain"


def test_of_two_that_came_of_one_it_asks_which(full: Room) -> None:
    full.context.workspace.artifacts = full.context.workspace.artifacts[:4]
    assert full.fails("it") == "Which one: the first speaker or the second speaker?"
    assert full.all("them") == full.all("both") == ["first speaker", "second speaker"]
    full.replied("Which one: the first speaker or the second speaker?")
    full.spoke("The second one.")
    assert [full.sound(said) for said in ("the second one", "two", "the last", "the first")] == [
        "second speaker",
        "second speaker",
        "second speaker",
        "first speaker",
    ]
    assert full.sound("second speaker") == "second speaker"


def test_the_one_and_the_other_of_two(full: Room) -> None:
    full.context.workspace.artifacts = full.context.workspace.artifacts[:4]
    full.spoke("Play the first speaker.")
    full.replied("", "first speaker")
    full.spoke("Now the other one.")
    assert full.sound("the other one") == "second speaker"
    assert full.sound("the original") == "mix"


def test_names_that_are_numbered_are_asked_about_and_the_answer_counts(room: Room) -> None:
    room.made("rain")
    room.made("rain")
    room.made("wind")
    question = room.fails("the rain")
    assert question == "Which one: the rain or the rain 2?"
    assert room.sound("the second rain") == room.sound("rain two") == room.sound("the last rain") == "rain 2"
    room.replied(question)
    room.spoke("The rain.")
    assert room.sound("the rain") == "rain"
    assert room.sound("the second") == "rain 2"


def test_what_is_equally_like_is_asked_about(room: Room) -> None:
    room.made("two cities")
    room.made("three cities")
    assert room.fails("the cities") == "Which one: the two cities or the three cities?"
    for number in range(5):
        room.made(f"song {'abcde'[number]}x")
    assert room.fails("song") == "Which one: the song ax, the song bx, the song cx or another one?"


def test_which_one_becomes_a_question_of_the_task(room: Room) -> None:
    @task(family=Family.AUDIO_TO_TEXT, effects=False)
    async def look(context: Context, reference: Audio = "", audio: Audio = "") -> Outcome:
        """Look."""
        return Outcome((await find_sound(context, audio)).name)

    room.made("rain")
    room.made("rain")
    with pytest.raises(Missing) as raised:
        run_virtually(_call(look, room.context, {"reference": "x", "audio": "the rain"}))
    assert (raised.value.pending.missing, raised.value.pending.arguments["reference"]) == ("audio", "x")
    assert raised.value.pending.question == "Which one: the rain or the rain 2?"
    assert issubclass(Ambiguous, TaskError)


async def _call(look, context: Context, arguments: dict[str, str]) -> Outcome:
    return await look(context, arguments)


# ------------------------------------------------------------------- the user's own voice


def test_what_the_user_said_is_a_sound(room: Room) -> None:
    room.spoke("The weather is lovely.", 1.0)
    present = room.spoke("Play it.", 0.25)
    MOMENT.set(Moment(present))
    for said in ("", "it", "what I just said", "my voice", "myself", "my last recording", "what I said"):
        found = run_virtually(find_sound(room.context, said))
        assert (found.name, found.seconds, found.artifact) == ("your last recording", 1.0, None)
    assert room.fails("the note") == "There is no note yet."
    room.made("rain")
    assert room.sound("it") == "rain"
    assert room.sound("", own=True) == "your last recording"
    room.replied("I have the rain now.")
    assert room.sound("", own=True) == room.sound("it", own=True) == "rain"
    for _ in range(4):
        room.spoke("Nice weather.")
        room.replied("Indeed.")
    assert room.sound("", own=True) == "your last recording"
    assert room.sound("it", own=True) == "your last recording"


def test_a_recording_in_memory_has_a_file_when_it_is_asked_for_and_only_for_as_long(tmp_path: Path) -> None:
    room = Room(tmp_path)
    heard = room.spoke("Hello.", 0.5)
    found = run_virtually(find_sound(room.context, "what I said"))
    samples, rate = sf.read(found.path, dtype="float32")
    assert rate == RATE and np.allclose(samples, heard.audio, atol=1e-4)
    assert found.path == run_virtually(find_sound(room.context)).path
    assert np.array_equal(run_virtually(found.read(start_s=0.1, end_s=0.2)), heard.audio[1600:3200])
    assert not room.context.workspace.folder.exists(), "nothing is kept"
    path = found.path
    assert path.stat().st_mode & 0o777 == 0o644 and path.parent.stat().st_mode & 0o777 == 0o700
    del found, room
    assert not path.exists()


def test_keeping_writes_once(room: Room) -> None:
    room.spoke("Hello.")
    kept = run_virtually(_kept(room.context, ""))
    assert (kept.name, kept.made_by, kept.provenance, kept.id) == ("recording", "user", Provenance("recorded"), 1)
    sf.write(room.context.folder / "wind.wav", tone(100, 0.1), RATE)
    wind = [run_virtually(_kept(room.context, "wind")) for _ in range(2)]
    assert wind[0] == wind[1] and (wind[0].id, wind[0].name) == (2, "wind")


async def _kept(context: Context, name: str) -> Artifact:
    return await keep(context, await find_sound(context, name))


# ------------------------------------------------------------------------ files and paths


@pytest.mark.parametrize(
    "said",
    [
        "two cities dot wav",
        "Two Cities",
        "the file called two cities",
        "too cities",
        "two_cities.wav",
        "2 cities",
        "to cities dot wave",
    ],
)
def test_files_are_found_by_their_spoken_names(room: Room, said: str) -> None:
    for name in ("two_cities.wav", "beckett.wav", "cities.txt"):
        sf.write(room.context.folder / name, tones(0.2, 8000, 2), 8000, format="WAV")
    found = run_virtually(find_sound(room.context, said))
    assert (found.name, found.rate, found.channels) == ("two cities", 8000, 2)


def test_files_of_every_kind_are_found(room: Room) -> None:
    write_sound(room.context.folder / "Interview.m4a", tones(0.5, 48_000, 1), 48_000)
    write_sound(room.context.folder / "holiday.mp4", tones(0.5, 48_000, 2), 48_000, pictures=5)
    write_picture(room.context.folder / "Holiday.png", np.zeros((4, 4, 3), np.uint8), "png")
    assert room.sound("interview") == "interview"
    assert room.sound("the holiday") == "holiday" and room.image("holiday") == "holiday"
    with pytest.raises(TaskError, match="is not a sound"):
        room.sound(str(room.context.folder / "Holiday.png"))


@pytest.mark.parametrize("form", ["{0}", "'{0}'", "file://{0}", "{1}", "{0} ", "My file.wav", "./My file.wav"])
def test_a_path_is_found_and_is_an_artifact_once_the_turn_is_certain(room: Room, form: str) -> None:
    path = room.context.folder / "My file.wav"
    sf.write(path, tone(100, 0.1), RATE)
    said = form.format(path, str(path).replace(" ", "\\ "))
    assert room.sound(said) == "my file"
    assert room.context.workspace.artifacts == []
    MOMENT.set(Moment(Heard("x")))
    assert room.sound(said) == room.sound(said) == "my file"
    assert [(a.name, a.id) for a in room.context.workspace.artifacts] == [("my file", 1)]


def test_several_paths_are_found(room: Room) -> None:
    paths = [room.context.folder / f"{name}.wav" for name in ("a b", "c")]
    for path in paths:
        sf.write(path, tone(100, 0.1), RATE)
    assert room.all(f"'{paths[0]}' {paths[1]}") == ["a b", "c"]


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("broken.wav", b"RIFF and nothing more", "broken.wav cannot be read as sound, picture or video."),
        ("empty.mp3", b"", "empty.mp3 is empty."),
        ("prose.wav", b"Call me Ishmael.", "prose.wav cannot be read as sound, picture or video."),
    ],
)
def test_a_bad_file_is_a_sentence(room: Room, name: str, content: bytes, sentence: str) -> None:
    path = room.context.folder / name
    path.write_bytes(content)
    assert room.fails(str(path)) == room.fails(path.stem) == sentence
    assert room.fails(f"{path.parent}/nothing.wav") == f"There is no file {path.parent}/nothing.wav."
    assert room.fails(f"{path.parent}/") == f"{path.parent.name} is a folder, not a file."


def test_paths_in_a_typed_turn_become_names(room: Room) -> None:
    """A path may be of any words; the engine that reads the turn gets a name, and the comma stays where it was."""
    one, two = room.context.folder / "My file, the best.wav", room.context.folder / "rain.flac"
    for path in (one, two):
        sf.write(path, tone(100, 0.1), RATE)
    text, found = run_virtually(given(room.context, f"transcribe '{one}', then play {two}."))
    assert text == "transcribe my file the best, then play rain."
    assert [(a.name, a.id, a.made_by, a.provenance) for a in found] == [
        ("my file the best", 2, "user", Provenance("given")),
        ("rain", 1, "user", Provenance("given")),
    ]
    assert run_virtually(given(room.context, "Speak this, please: hello, world")) == (
        "Speak this, please: hello, world",
        [],
    )
    assert run_virtually(given(room.context, f"{two} {two}"))[0] == "rain rain"
    assert len(room.context.workspace.artifacts) == 2


def test_the_clipboard_is_a_resource(room: Room) -> None:
    room.context.clipboard = Clipboard({"PATH": ""})
    assert "wl-paste or xclip" in room.fails("the clipboard")


def test_pictures_from_the_clipboard_are_kept(room: Room, tmp_path: Path) -> None:
    source = write_picture(tmp_path / "p.png", np.zeros((4, 4, 3), np.uint8), "png")

    class Held(Clipboard):
        async def files(self, folder: Path) -> list[Path]:
            path = folder / "clipboard.png"
            path.write_bytes(source.read_bytes())
            return [path]

    room.context.clipboard = Held({})
    MOMENT.set(Moment(Heard("x")))
    kept = [run_virtually(find_image(room.context, "the clipboard")) for _ in range(2)]
    assert [a.name for a in kept] == ["clipboard", "clipboard 2"]
    assert len({a.path for a in kept}) == 2 and {a.path.parent for a in kept} == {room.context.workspace.folder}


# ----------------------------------------------------------------------------- the rest


def test_what_there_is_for_a_language_model(full: Room) -> None:
    full.spoke("Hello.", 0.5)
    lines = resources(full.context)
    assert lines[0] == "1: rain (audio, 0.1 seconds, 16000 hertz, mono, given by the user)"
    assert lines[3] == "4: second speaker (audio, 0.1 seconds, 16000 hertz, mono, made by separate_speech from 2)"
    assert lines[4] == "5: grey cat (image, given by the user)"
    assert lines[-1] == "last recording of the user: audio, 0.5 seconds, 16000 hertz, mono"
    assert kinds(full.context) == {"audio", "image"}
    assert kinds(Context(Workspace(Path("nowhere")))) == frozenset()


def test_what_was_made_can_be_undone(full: Room) -> None:
    last = full.context.workspace.artifacts[-1]
    removable(full.context, last)
    (undo,) = full.context.undoable
    assert undo.what == "the recording"
    run_virtually(undo.take_back(full.context))  # type: ignore[arg-type]
    assert full.sound() == "louder rain" and last.path.exists()
    assert full.made("recording", "record_sound").id == last.id + 1
    assert full.context.workspace.artifacts[-1].path != last.path


def test_a_video_is_a_sound_where_there_is_no_other(room: Room) -> None:
    clip = write_sound(room.context.folder / "clip.mp4", tones(0.5, 48_000, 2), 48_000, pictures=5)
    room.context.workspace.add_file(clip)
    assert room.sound("it") == room.sound("the video") == "clip"
    assert kinds(room.context) == {"audio", "video"}
    room.made("rain")
    assert room.sound("it") == "rain"


WORDS = words(
    "the a my last first second two three it that one other sound recording note picture speaker rain louder of and "
    "both all number what i just said you made before original file dot wav voice"
)


@pytest.mark.parametrize("seed", range(12))
def test_any_words_are_found_or_a_sentence(full: Room, seed: int) -> None:
    dice = random.Random(seed)
    for _ in range(25):
        said = " ".join(dice.choice(WORDS) for _ in range(dice.randint(1, 6)))
        if dice.random() < 0.2:
            said += "".join(dice.choice(string.printable) for _ in range(8))
        for find in (find_sound, find_image, find_one):
            try:
                run_virtually(find(full.context, said))  # type: ignore[arg-type]
            except (TaskError, DataError) as error:
                assert str(error).endswith((".", "?"))
        with suppress(TaskError, DataError):
            assert run_virtually(find_all(full.context, said, "audio"))


def test_two_hundred_things_take_less_than_five_milliseconds(room: Room) -> None:
    """Of the processor's time."""
    names = [f"{a} {b}" for a in words("quick slow red blue old new loud soft wet dry") for b in WORDS[:20]]
    path = room.made("first thing").path
    for name in names:
        room.context.workspace.artifacts.append(
            Artifact(name, path, "audio", 1.0, RATE, id=len(room.context.workspace.artifacts) + 1, made_by="sing")
        )
    for number in range(20):
        room.spoke(f"How long is the quick rain of the {number} day?")
        room.replied("It is four seconds long, and that is all there is to be said of it.")
    for said in ("", "it", "the last two", "the quick rain", "quik rayn", "number 150", "the other one", "my garden"):
        assert least(lambda said=said: run_virtually(_sought(room.context, said)), below=0.005) < 0.005, said


async def _sought(context: Context, said: str) -> None:
    with suppress(TaskError):
        await find_all(context, said, "audio")
