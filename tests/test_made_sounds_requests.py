"""Requests for sounds that are made: what is put into a sound, what is described, and what is made once more."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from assistant.events import Artifact
from router.dialogue.base import Call, Request
from router.dialogue.embedded import Embedded
from router.dialogue.making import sound_described
from router.dialogue.placing import placed_sound
from router.tasks import CATALOGUE

ENGINE = Embedded(CATALOGUE)
Given = Mapping[str, Any]
CAT = Artifact("cat", Path("/x/cat.png"), "image", id=1)
SPEECH = Artifact("speech", Path("/x/speech.wav"), "audio", seconds=8.0, id=2)
STORM = {"text": "heavy rain with thunder in the distance"}


def calls(text: str, last: tuple[str, Given] | None = None, *artifacts: Artifact) -> list[tuple[str, dict[str, Any]]]:
    kinds = frozenset({"audio"} | {one.kind for one in artifacts})
    request = Request(text, tasks=CATALOGUE, kinds=kinds, artifacts=artifacts, last_call=last)
    pieces = ENGINE._pieces(request)
    assert all(isinstance(piece, Call) for piece in pieces), pieces
    return [(piece.task, dict(piece.arguments)) for piece in pieces if isinstance(piece, Call)]


@pytest.mark.parametrize(
    ("text", "given"),
    [
        ("Put a dog bark from two to three seconds.", {"text": "a dog bark", "start_s": 2, "end_s": 3, "over": True}),
        ("Add some thunder at five seconds", {"text": "some thunder", "start_s": 5, "over": True}),
        ("Add a doorbell at 0:05", {"text": "a doorbell", "start_s": 5, "over": True}),
        ("Mix a siren over it from four to six seconds.", {"text": "a siren", "start_s": 4, "end_s": 6, "over": True}),
        ("Could you put rain over the whole thing?", {"text": "rain", "over": True}),
        ("Insert a bell at three seconds.", {"text": "a bell", "start_s": 3, "over": True}),
        ("Insert three seconds of rain at second four.", {"text": "rain", "start_s": 4, "end_s": 7, "over": True}),
        ("Put a yodel from two to three seconds.", {"text": "a yodel", "start_s": 2, "end_s": 3, "over": True}),
        ("Fill the gap from two to three seconds with rain.", {"text": "rain", "start_s": 2, "end_s": 3}),
        ("Fill the gap from two to three seconds with a yodel.", {"text": "a yodel", "start_s": 2, "end_s": 3}),
        (
            "Replace the part from 1 to 2 seconds by birds singing.",
            {"text": "birds singing", "start_s": 1, "end_s": 2},
        ),
    ],
)
def test_a_sound_is_put_into_another(text: str, given: Given) -> None:
    assert calls(text) == [("inpaint_audio", given)]


def test_the_sound_that_it_is_put_into_may_be_named() -> None:
    (_, given), *_ = calls("Add rain to the speech.", None, SPEECH)
    assert given == {"text": "rain", "over": True, "audio": "speech"}


@pytest.mark.parametrize(
    "text",
    [
        "Put it on my left.",
        "Add a timer for five seconds.",
        "Set an alarm at five.",
        "Put the voice behind me from two to three seconds.",
        "Add two minutes.",
        "Add birds.",
        "Put the second part at three seconds.",
    ],
)
def test_what_else_is_put_somewhere_is_no_such_request(text: str) -> None:
    assert placed_sound(text) == {}


@pytest.mark.parametrize(
    ("text", "given"),
    [
        ("three dog barks please", {"text": "three dog barks"}),
        ("I am tired today, can you generate a music for me?", {"text": "calm music"}),
        ("I can't sleep, make some music please.", {"text": "calm music"}),
        ("Compose a happy song, I am sad.", {"text": "a happy song"}),
        ("the sound of a train", {"text": "a train"}),
        ("a cat meowing twice please", {"text": "a cat meowing twice"}),
        ("Ten seconds of rain", {"text": "rain", "seconds": 10.0}),
        (
            "heavy rain for five seconds, then thunder for ten seconds",
            {"text": "heavy rain for five seconds, then thunder for ten seconds"},
        ),
    ],
)
def test_all_that_was_said_of_a_sound_is_its_description(text: str, given: Given) -> None:
    assert calls(text) == [("generate_audio", given)]


@pytest.mark.parametrize(
    ("text", "given"),
    [
        ("five gongs, one every four seconds", {"text": "five gongs, one every four seconds"}),
        ("Make me a whistle twice a minute for two minutes", {"text": "a whistle twice a minute for two minutes"}),
        ("a truck drives past from right to left", {"text": "a truck drives past from right to left"}),
        ("an explosion", {"text": "an explosion"}),
        ("a wasp circling my head", {"text": "a wasp circling my head"}),
        ("wind fading out over two seconds", {"text": "wind fading out over two seconds"}),
        ("salsa, 15 seconds", {"text": "salsa", "seconds": 15.0}),
        ("a gate opens, steps, and the gate closes", {"text": "a gate opens, steps, and the gate closes"}),
    ],
)
def test_a_turn_that_describes_a_sound_asks_for_it(text: str, given: Given) -> None:
    assert calls(text) == [("generate_audio", given)]


@pytest.mark.parametrize(
    "text",
    [
        "I like rain.",
        "Close the door.",
        "My dog is loud.",
        "a beep in ten minutes",
        "a deep voice",
        "Spell cat.",
        "just the drums",
        "The phone is ringing.",
        "the speech on the left",
    ],
)
def test_what_speaks_of_a_sound_otherwise_makes_none(text: str) -> None:
    assert sound_described(text, (SPEECH,)) == {}


@pytest.mark.parametrize(
    ("text", "given"),
    [
        ("longer", {**STORM, "seconds": 20.0}),
        ("Make it a little shorter, please.", {**STORM, "seconds": 7.5}),
        ("Twenty seconds long, please.", {**STORM, "seconds": 20.0}),
        ("another one", STORM),
        ("Again.", STORM),
        ("A different one.", STORM),
        ("without the thunder", {"text": "heavy rain"}),
        ("Now without thunder, please.", {"text": "heavy rain"}),
        ("with birds too", {"text": "heavy rain with thunder in the distance with birds"}),
        ("And some wind.", {"text": "heavy rain with thunder in the distance with some wind"}),
        ("slower", {"text": "heavy rain with thunder in the distance, slow"}),
        ("further away", {"text": "heavy rain far away with thunder far away"}),
        ("Bring it closer, please.", {"text": "heavy rain close by with thunder close by"}),
        ("Let it move from left to right.", {"text": "heavy rain with thunder in the distance, from left to right"}),
        ("more thunder", {"text": "heavy rain with lots of thunder in the distance"}),
        ("And a bit less rain, please.", {"text": "soft rain with thunder in the distance"}),
        ("Make the thunder louder.", {"text": "heavy rain with loud thunder in the distance"}),
        ("as a loop", {**STORM, "loop": True}),
        ("Loop it.", {**STORM, "loop": True}),
    ],
)
def test_a_sound_is_made_otherwise(text: str, given: Given) -> None:
    assert calls(text, ("generate_audio", STORM)) == [("generate_audio", given)]


def test_the_other_way_round_is_told_of_what_moves() -> None:
    moving = {"text": "a car, from left to right"}
    assert calls("the other way round", ("generate_audio", moving)) == [
        ("generate_audio", {"text": "a car, from right to left"})
    ]


def test_how_long_it_was_tells_how_long_longer_is() -> None:
    made = Artifact("rain", Path("/x/rain.wav"), "audio", seconds=4.0, made_by="generate_audio", id=1)
    assert calls("longer", ("generate_audio", {"text": "rain for four seconds"}), made) == [
        ("generate_audio", {"text": "rain", "seconds": 8.0})
    ]


@pytest.mark.parametrize("text", ["slower", "Again.", "louder"])
def test_after_other_tasks_these_mean_what_they_meant(text: str) -> None:
    assert calls(text, ("caption_audio", {}))[0][0] != "generate_audio"


@pytest.mark.parametrize("text", ["Make it louder.", "And play it.", "What time is it?"])
def test_other_requests_after_a_sound_was_made_stay_what_they_are(text: str) -> None:
    assert calls(text, ("generate_audio", STORM))[0][0] != "generate_audio"


def test_each_of_two_is_put_at_its_own_place() -> None:
    assert calls("Put the first on my left and the second on my right.") == [
        ("make_binaural", {"audio": "the first", "position": "on my left"}),
        ("make_binaural", {"audio": "the second", "position": "on my right"}),
    ]


def test_a_picture_is_no_sound_by_its_name() -> None:
    assert calls("Let the cat say the speech.", None, CAT, SPEECH) == [
        ("make_talking_head", {"audio": "speech", "image": "cat"})
    ]
