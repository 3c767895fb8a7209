"""Faces that are to say or sing words, and rooms that songs sound in: told from the turn's own words."""

from pathlib import Path

import pytest

from assistant.events import Artifact
from router.dialogue.base import Call
from router.dialogue.echoing import in_room, without_room
from router.dialogue.portraying import face_asked_for
from router.dialogue.songs import song_asked_for

PORTRAIT = (Artifact("grandma", Path("grandma.png"), "image", made_by="user"),)


@pytest.mark.parametrize(
    ("text", "arguments"),
    [
        ("make a talking head saying good evening", {"text": "good evening"}),
        ("create an avatar that says: I am away", {"text": "I am away"}),
        ("make a video of your face saying thanks a lot", {"text": "thanks a lot"}),
        ("let her say how are you?", {"text": "how are you?"}),
        ("have the lady in this photo say welcome", {"text": "welcome"}),
        ("let the cat say good day", {"text": "good day"}),
        ("have my old teacher say well done", {"text": "well done"}),
        ("let her announce that lunch is ready", {"text": "lunch is ready"}),
        ("let her speak these words: we have been here before", {"text": "we have been here before"}),
        ('let her say "guten Morgen" in German', {"text": "guten Morgen", "manner": "in German"}),
        ('let her say in a deep voice "good night"', {"text": "good night", "manner": "in a deep voice"}),
        ("let grandma say dinner is ready", {"text": "dinner is ready", "image": "grandma"}),
        ("make this picture sing happy birthday", {"text": "happy birthday", "sung": True}),
        ("say the train is late and make a talking head of it", {"text": "the train is late"}),
        ("Say hello world, then turn that into a talking head", {"text": "hello world"}),
        ("animate this photo", {}),
        ("turn this portrait into a speaking video", {}),
        ("make this picture talk", {}),
    ],
)
def test_a_face_is_to_say_words(text: str, arguments: dict[str, object]) -> None:
    assert face_asked_for(text, PORTRAIT) == Call("make_talking_head", arguments)


@pytest.mark.parametrize(
    "text",
    [
        "say my face is red",
        "say hello and set a timer for five minutes",
        "let me say something",
        "make this voice say good morning",
        "let the person in the recording say hello",
        "let the computer speak more slowly",
        "make a talking head of it",
        "generate a talking human portrait video based on the recording",
        "sing happy birthday",
        "read the text in the picture",
    ],
)
def test_no_face_is_to_say_words(text: str) -> None:
    assert face_asked_for(text, PORTRAIT) is None


def test_a_part_of_a_name_means_the_picture_that_has_it_alone() -> None:
    pictures = [
        Artifact(name, Path(f"{name}.png"), "image", made_by="user") for name in ("grace hopper", "ada lovelace")
    ]
    call = face_asked_for("let Grace say the ship is safe", pictures)
    assert call == Call("make_talking_head", {"text": "the ship is safe", "image": "grace hopper"})


def test_who_may_be_anybody_is_a_face_only_where_there_is_a_picture() -> None:
    assert face_asked_for("let her say welcome", ()) is None
    assert face_asked_for("let the cat say welcome", ()) is None
    assert face_asked_for("let the portrait say welcome", ()) is not None


@pytest.mark.parametrize(
    ("text", "rest", "room"),
    [
        ("put it on my left and make it echo like a church", "put it on my left", "in a church"),
        ("sing hello and make it sound like it is in a big hall", "sing hello", "in a big hall"),
        ("move it to my right, with the echo of a cathedral", "move it to my right", "in a cathedral"),
        ("make it ring as if it were in a cave", "", "in a cave"),
        ("make it sound like a trumpet", "make it sound like a trumpet", ""),
        ("put it on my left", "put it on my left", ""),
    ],
)
def test_a_room_said_behind_a_request(text: str, rest: str, room: str) -> None:
    assert without_room(text) == (rest, room)


def test_the_last_place_is_in_the_room() -> None:
    sung, left = Call("sing", {"text": "hello"}), Call("make_binaural", {"position": "on my left"})
    [first, placed] = in_room([sung, left], "in a church")
    assert first == sung and placed == Call("make_binaural", {"position": "on my left, in a church"})
    assert in_room([sung], "in a church")[-1] == Call("make_binaural", {"position": "in a church"})


@pytest.mark.parametrize(
    ("text", "song"),
    [
        ("give me a song about rivers", "a song about rivers"),
        ("I'd love to hear a lullaby", "a lullaby"),
        ("let me hear a rendition of Imagine", "Imagine"),
        ("give me a timer for five minutes", None),
        ("I want something to eat", None),
    ],
)
def test_a_song_is_wished_for_without_the_word(text: str, song: str | None) -> None:
    assert song_asked_for(text) == (Call("sing", {"text": song}) if song else None)
