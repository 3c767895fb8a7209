"""Requests that vary the one before: "stronger", "and in German?", "the other speaker", "and the rain?"."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from assistant.events import Artifact
from assistant.history import AssistantSaid
from router.dialogue.base import Call, Request
from router.dialogue.embedded import Embedded
from router.dialogue.understanding.filling import strength_in
from router.pointing import Scene, pointed
from router.references import reference
from router.tasks import CATALOGUE
from router.whereabouts import is_place

ENGINE = Embedded(CATALOGUE)
Given = Mapping[str, Any]


def called(text: str, last: tuple[str, Given]) -> tuple[str, dict[str, Any]]:
    request = Request(text, tasks=CATALOGUE, kinds=frozenset({"audio"}), last_call=last)
    (piece,) = ENGINE._pieces(request)
    assert isinstance(piece, Call), piece
    return piece.task, dict(piece.arguments)


@pytest.mark.parametrize(
    ("text", "before", "after"),
    [
        ("A bit more gently, please.", {"audio": "number 1"}, {"audio": "number 1", "strength": 0.65}),
        ("Not so strong.", {"strength": 0.5}, {"strength": 0.2}),
        ("Make it stronger.", {"audio": "number 1", "strength": 0.4}, {"audio": "number 1", "strength": 0.75}),
        ("Only half of the noise.", {"audio": "number 1"}, {"audio": "number 1", "strength": 0.5}),
        ("A little less.", {"audio": "number 1"}, {"audio": "number 1", "strength": 0.65}),
        ("Make it a little stronger.", {"strength": 0.5}, {"strength": 0.85}),
        ("As strong as you can.", {"audio": "number 1", "strength": 0.5}, {"audio": "number 1", "strength": 1.0}),
        ("Half as strong.", {"audio": "number 1"}, {"audio": "number 1", "strength": 0.5}),
        ("Stronger!", {"audio": "number 1"}, {}),  # all of it was taken out already: once more, from the result
    ],
)
def test_stronger_and_gentler(text: str, before: Given, after: Given) -> None:
    assert called(text, ("enhance_speech", before)) == ("enhance_speech", after)


@pytest.mark.parametrize(
    ("text", "last", "after"),
    [
        ("And in German?", ("translate_speech", {"language": "Spanish", "audio": "number 2"}), {"language": "German"}),
        ("And the other speaker?", ("transcribe_speech", {"audio": "number 2"}), {"audio": "the other speaker"}),
        (
            "Now on my left.",
            ("make_binaural", {"position": "behind me", "audio": "number 1"}),
            {"position": "on my left"},
        ),
        ("French, please.", ("translate_speech", {"language": "Spanish", "audio": "number 2"}), {"language": "French"}),
        ("The second one.", ("enhance_speech", {"audio": "number 2"}), {"audio": "the second one"}),
        ("Now the other voice.", ("transcribe_speech", {"audio": "number 2"}), {"audio": "the other voice"}),
        ("And the rest?", ("extract_sound", {"target": "the dog"}), {"target": "everything but the dog"}),
        ("Now the opposite.", ("extract_sound", {"target": "everything but the dog"}), {"target": "the dog"}),
        ("Closer.", ("make_binaural", {"position": "on my left"}), {"position": "on my left, closer"}),
        ("And behind me.", ("make_binaural", {"position": "on my left"}), {"position": "behind me"}),
        (
            "In a church, please.",
            ("make_binaural", {"position": "on my left"}),
            {"position": "on my left, in a church"},
        ),
        (
            "On my left ear for three seconds, then the right.",
            ("make_binaural", {"position": "behind me"}),
            {"position": "On my left ear for three seconds, then the right"},
        ),
        ("And the rain?", ("detect_target_sound", {"target": "the dog", "audio": "number 1"}), {"target": "the rain"}),
        ("No, it is a harbour.", ("image_to_audio", {"image": "number 1"}), {"shows": "a harbour"}),
        ("This is a picture of my garden.", ("image_to_audio", {"image": "number 1"}), {"shows": "my garden"}),
    ],
)
def test_the_same_with_something_else(text: str, last: tuple[str, Given], after: Given) -> None:
    name, before = last
    assert called(text, last) == (name, {**before, **after})


@pytest.mark.parametrize("text", ["Stronger.", "And the rain?", "Not so much."])
def test_what_varies_nothing_is_no_request(text: str) -> None:
    request = Request(text, tasks=CATALOGUE, kinds=frozenset({"audio"}), last_call=("tell_time", {}))
    (piece,) = ENGINE._pieces(request)
    assert isinstance(piece, str)


@pytest.mark.parametrize("text", ["It is a pity.", "That was too loud.", "It is the wrong one."])
def test_what_is_thought_of_a_sound_is_not_what_its_picture_shows(text: str) -> None:
    request = Request(text, tasks=CATALOGUE, kinds=frozenset({"image"}), last_call=("image_to_audio", {}))
    assert not any(isinstance(piece, Call) and piece.task == "image_to_audio" for piece in ENGINE._pieces(request))


@pytest.mark.parametrize("text", ["Now the other voice.", "The second one.", "And the first?", "The lower voice."])
def test_one_of_those_who_were_parted_is_heard(text: str) -> None:
    task, arguments = called(text, ("separate_speech", {"audio": "number 1"}))
    assert task == "play_back" and arguments["name"].split()[1] in text.lower()


def test_what_was_written_down_is_put_into_another_language() -> None:
    last = ("transcribe_speech", {"audio": "number 2", "timestamps": True})
    assert called("In Spanish, please.", last) == ("translate_speech", {"audio": "number 2", "language": "Spanish"})


@pytest.mark.parametrize("name", ["transcribe_speech", "detect_sounds", "caption_audio"])
def test_what_is_told_of_a_sound_is_told_of_a_part(name: str) -> None:
    last = (name, {"audio": "number 1"})
    request = Request(
        "And now only the first ten seconds.", tasks=CATALOGUE, kinds=frozenset({"audio"}), last_call=last
    )
    assert ENGINE._pieces(request) == [
        Call("cut_sound", {"name": "number 1", "part": "the first ten seconds"}),
        Call(name),
    ]


def test_a_sound_that_was_changed_is_cut() -> None:
    task, arguments = called("And now only the first ten seconds.", ("enhance_speech", {"audio": "number 1"}))
    assert (task, arguments) == ("cut_sound", {"start_s": 0.0, "end_s": 10.0})


def test_a_timer_is_cancelled_that_was_just_spoken_of() -> None:
    assert called("Cancel it.", ("list_timers", {})) == ("cancel_timer", {})


@pytest.mark.parametrize(
    "text",
    ["Make it spiral closer.", "Make it come from two o'clock.", "Coming from two o'clock.", "Put it behind me."],
)
def test_places_are_asked_for_in_plain_words(text: str) -> None:
    task, arguments = called(text, ("tell_time", {}))
    assert task == "make_binaural" and arguments["position"] in text


@pytest.mark.parametrize("text", ["louder", "on", "back", "in French", "the other voice", "what is on the left", ""])
def test_what_is_no_place(text: str) -> None:
    assert not is_place(text)


@pytest.mark.parametrize(
    ("text", "target"),
    [
        ("Find this sound again.", "this sound"),
        ("Find the same sound in the other file.", "the same sound"),
        ("Where else is that sound heard?", "that sound"),
        ("Look for the sound from one to two seconds again.", "the sound"),
    ],
)
def test_a_sound_is_looked_for_again(text: str, target: str) -> None:
    task, arguments = called(text, ("tell_time", {}))
    assert (task, arguments["target"]) == ("detect_target_sound", target)


@pytest.mark.parametrize(
    "text", ["Who says what?", "Transcribe it by speaker.", "Tell me who speaks when.", "What does each speaker say?"]
)
def test_who_says_what_is_asked_in_many_ways(text: str) -> None:
    task, arguments = called(text, ("tell_time", {}))
    assert (task, arguments["speakers"]) == ("transcribe_speech", True)


def test_a_chain_names_one_of_several_results() -> None:
    text = "Separate them, clean up the second, and tell me what she says in Spanish."
    pieces = ENGINE._pieces(Request(text, tasks=CATALOGUE, kinds=frozenset({"audio"})))
    assert [(p.task, dict(p.arguments)) for p in pieces if isinstance(p, Call)] == [
        ("separate_speech", {}),
        ("enhance_speech", {"audio": "the second"}),
        ("translate_speech", {"language": "Spanish"}),
    ]


def test_the_second_of_several_that_were_made_together() -> None:
    source = Artifact("interview", Path("interview.wav"), "audio", id=1)
    speakers = [
        Artifact(f"{name} speaker", Path(f"{k}.wav"), "audio", made_by="separate_speech", id=k, parents=(1,))
        for k, name in ((2, "first"), (3, "second"))
    ]
    turns = (AssistantSaid("Here are two speakers.", played=("first speaker", "second speaker")),)
    scene = Scene([source, *speakers], [source, *speakers], turns, "audio")
    assert [a.id for a in pointed(reference("the second"), scene)] == [3]
    assert [a.id for a in pointed(reference("the first"), scene)] == [2]
    assert [a.id for a in pointed(reference("the first recording"), scene)] == [1]


def scene(*played: str, used: int = 0) -> Scene:
    """An interview, its two speakers, and the second one cleaned up."""
    made = [
        Artifact("interview", Path("1.wav"), "audio", id=1),
        Artifact("first speaker", Path("2.wav"), "audio", made_by="separate_speech", id=2, parents=(1,)),
        Artifact("second speaker", Path("3.wav"), "audio", made_by="separate_speech", id=3, parents=(1,)),
        Artifact("clean speech", Path("4.wav"), "audio", made_by="enhance_speech", id=4, parents=(3,)),
    ]
    return Scene(made, made, (AssistantSaid("Here it is.", played=played),), "audio", used)


@pytest.mark.parametrize(
    ("said", "used", "meant"),
    [
        ("the other voice", 0, 2),  # the second was cleaned up, so the other is the first
        ("the other one", 2, 3),  # the first was transcribed since
        ("the first one", 0, 2),
        ("the second", 4, 3),
        ("the original", 0, 1),
    ],
)
def test_the_other_is_one_of_those_made_together(said: str, used: int, meant: int) -> None:
    assert [a.id for a in pointed(reference(said), scene("clean speech", used=used))] == [meant]


@pytest.mark.parametrize(
    ("text", "strength"),
    [
        ("take out seventy percent of the noise", 0.7),
        ("clean it up just a little", 0.5),
        ("as much as you can", 1.0),
        ("clean it up", None),
    ],
)
def test_how_much_of_the_noise(text: str, strength: float | None) -> None:
    assert strength_in(text) == strength


@pytest.mark.parametrize(
    ("text", "target"),
    [
        ("Remove the dog from it.", "everything but the dog"),
        ("Remove the dog.", "everything but the dog"),
        ("Take the dog out of it.", "everything but the dog"),
        ("Filter out the rain.", "everything but the rain"),
        ("Pull the dog out of it.", "the dog"),
        ("Everything but the dog, please.", "everything but the dog"),
        ("Drop everything in it but the dog.", "the dog"),
        ("Give me just the dog, without the rest of it.", "the dog"),
        ("Extract the dog from it.", "the dog"),
    ],
)
def test_what_is_kept_and_what_is_left_out(text: str, target: str) -> None:
    task, arguments = called(text, ("tell_time", {}))
    assert (task, arguments["target"]) == ("extract_sound", target)


@pytest.mark.parametrize(
    ("text", "position"),
    [
        ("Let it circle around me twice, in a church.", ("twice", "church")),
        ("Put it on my left.", ("left",)),
        ("Put it behind me, far away.", ("behind", "far away")),
    ],
)
def test_a_place_keeps_its_room(text: str, position: tuple[str, ...]) -> None:
    task, arguments = called(text, ("tell_time", {}))
    assert task == "make_binaural"
    assert all(word in arguments["position"] for word in position), arguments
