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
        ("And the rain?", ("detect_target_sound", {"target": "the dog", "audio": "number 1"}), {"target": "the rain"}),
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
