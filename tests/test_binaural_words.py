"""Places, ways and rooms in words: what is understood, what is told of it, and what is asked back."""

import pytest

from assistant.errors import EngineError
from models.sound.placement import Circle, Go, Pass, Placement, Stay, Step, Swing
from models.sound.placement_telling import named, told
from models.sound.placement_words import ASK, understood
from models.sound.places import Place
from models.sound.plain_words import plain
from models.sound.room import ROOMS


def only(words: str) -> Step:
    """The one step that is understood."""
    (step,) = understood(words).steps
    return step


@pytest.mark.parametrize(
    ("words", "azimuth", "elevation", "distance"),
    [
        ("on my left", -90, 0, 1.4),
        ("On the right-hand side.", 90, 0, 1.4),
        ("behind me", 180, 0, 1.4),
        ("right behind the player's neck", 180, 0, 0.3),
        ("in front", 0, 0, 1.4),
        ("dead ahead", 0, 0, 1.4),
        ("above me", 0, 90, 1.4),
        ("from the ceiling", 0, 90, 1.4),
        ("under the table", 0, -90, 1.4),
        ("at two o'clock", 60, 0, 1.4),
        ("at about ten o'clock, an arm's length away", -60, 0, 0.7),
        ("30 degrees to the right", 30, 0, 1.4),
        ("forty-five degrees to the left, slightly low", -45, -15, 1.4),
        ("a hundred and twenty degrees to the left", -120, 0, 1.4),
        ("azimuth minus 90 degrees", -90, 0, 1.4),
        ("thirty degrees to the left behind me", -150, 0, 1.4),
        ("on my right, 20 degrees up", 90, 20, 1.4),
        ("far away on the right", 90, 0, 10),
        ("very far away", 0, 0, 30),
        ("close to my left ear", -90, 0, 0.16),
        ("right by my left ear", -90, 0, 0.16),
        ("right ear, close", 90, 0, 0.16),
        ("whispering in my left ear", -90, 0, 0.16),
        ("at my shoulder", 90, 0, 0.3),
        ("two feet over my head", 0, 90, 0.6096),
        ("three metres behind me and slightly to the left", -160.7, 0, 3),
        ("slightly to the right", 19.3, 0, 1.4),
        ("low and behind on the left side", -135, -35, 1.4),
        ("a little above me on the right", 90, 20, 1.4),
        ("in the corner over there on the left", -45, 0, 4),
        ("from the other end of the room", 0, 0, 4),
        ("in front of me, low, near the floor", 0, -35, 1.4),
    ],
)
def test_places(words: str, azimuth: float, elevation: float, distance: float) -> None:
    motion = only(words).motion
    assert isinstance(motion, Stay)
    found = motion.place
    assert (found.azimuth, found.elevation, found.distance) == pytest.approx((azimuth, elevation, distance), abs=0.1)


@pytest.mark.parametrize(
    ("words", "turns", "clockwise", "pace"),
    [
        ("circles me twice", 2, True, 1),
        ("circling around my head", None, True, 1),
        ("around my head three times", 3, True, 1),
        ("orbit the listener slowly, counterclockwise", None, False, 0.5),
        ("anti-clockwise around me, quickly", None, False, 2.5),
        ("one and a half times around my head", 1.5, True, 1),
        ("running around the room", None, True, 1),
        ("along a full circle", 1, True, 1),
        ("going round and round", None, True, 1),
        ("spin round me every four seconds", None, True, 2),
        ("half a circle around me", 0.5, True, 1),
    ],
)
def test_circles(words: str, turns: float | None, clockwise: bool, pace: float) -> None:
    step = only(words)
    assert isinstance(step.motion, Circle)
    assert (step.motion.turns, step.motion.clockwise, step.pace) == (turns, clockwise, pace)


def test_circles_have_a_start_a_distance_and_a_height() -> None:
    starting = only("once around the listener, starting at the left").motion
    assert isinstance(starting, Circle) and starting.start.azimuth == -90
    far = only("circle around me, far away").motion
    assert isinstance(far, Circle) and far.start.distance == far.end_m == 10
    closer, away = only("spiralling closer").motion, only("spirals away from me").motion
    assert isinstance(closer, Circle) and isinstance(away, Circle)
    assert closer.end_m < closer.start.distance and away.end_m > away.start.distance


@pytest.mark.parametrize(
    ("words", "azimuths"),
    [
        ("moves from left to right", [-90, 90]),
        ("left to right", [-90, 90]),
        ("from my right side over to my left", [90, -90]),
        ("walks from behind to the front", [180, 0]),
        ("walking behind me from left to right", [-90, 180, 90]),
        ("in a slow half circle from the left round the back to the right", [-90, 180, 90]),
        ("slowly from twelve o'clock round to six", [0, 180]),
        ("from my left ear over the top to my right ear", [-90, 0, 90]),
        ("from my left ear to my right and then back again", [-90, 90, -90]),
        ("into my left ear and out of the right", [-90, 90]),
        ("start on the far left and end up behind my back", [-90, 180]),
        ("starts on my right and drifts over to my left", [90, -90]),
        ("approach from behind and stop beside my right ear", [180, 90]),
        ("coming from the front and disappearing behind", [0, 180]),
    ],
)
def test_ways(words: str, azimuths: list[float]) -> None:
    motion = only(words).motion
    assert isinstance(motion, Go) and [place.azimuth for place in motion.places] == azimuths


@pytest.mark.parametrize(
    ("words", "side", "comes"),
    [
        ("coming at me from straight ahead", 0, True),
        ("creep up from the back", 180, True),
        ("right up to the listener's left ear", -90, True),
        ("comes closer on the right", 90, True),
        ("going away", 0, False),
        ("fades into the distance on my left", -90, False),
        ("it should start at my right ear and move slowly away", 90, False),
    ],
)
def test_coming_and_going(words: str, side: float, comes: bool) -> None:
    motion = only(words).motion
    assert isinstance(motion, Go)
    first, last = motion.places
    assert first.azimuth == last.azimuth == side
    assert (first.distance > 4 * last.distance) if comes else (last.distance > 4 * first.distance)


@pytest.mark.parametrize(
    ("words", "start", "end", "over"),
    [
        ("passes by from left to right", (-12, 2), (12, 2), False),
        ("passes behind me from right to left", (12, -2), (-12, -2), False),
        ("drives past me on the left from behind", (-2, -12), (-2, 12), False),
        ("approach from behind and overtake me on the right", (2, -12), (2, 12), False),
        ("walking past me from the front to the back", (2, 12), (2, -12), False),
        ("flies over my head", (0, 12), (0, -12), True),
        ("from left to right above us", (-12, 0), (12, 0), True),
    ],
)
def test_passing_by(words: str, start: tuple[float, float], end: tuple[float, float], over: bool) -> None:
    motion = only(words).motion
    assert isinstance(motion, Pass) and motion.over == over
    assert tuple(motion.start.point[:2]) == pytest.approx(start, abs=1e-6)
    assert tuple(motion.end.point[:2]) == pytest.approx(end, abs=1e-6)


def test_back_and_forth() -> None:
    ears = only("back and forth between my ears").motion
    assert isinstance(ears, Swing) and ears.start.distance < 0.2 and ears.times is None
    swing = only("swing it from one ear to the other and back").motion
    assert isinstance(swing, Swing) and swing.times == 1


def test_one_thing_after_the_other() -> None:
    first, second = understood("in the left ear for three seconds, then the right").steps
    assert first == Step(Stay(Place(-90, 0, 0.16)), 3.0) and second == Step(Stay(Place(90, 0, 0.16)))
    circle, stays = understood("twice around my head and then stay on the left").steps
    assert isinstance(circle.motion, Circle) and stays.motion == Stay(Place(-90))
    quick, after = understood("moves from left to right in two seconds, and then flies over my head").steps
    assert quick.seconds == 2 and isinstance(after.motion, Pass)


@pytest.mark.parametrize(
    ("words", "room", "azimuth"),
    [
        ("on my left in a large hall", "hall", -90),
        ("behind me, in a church", "church", 180),
        ("in a small room, on the right", "small room", 90),
        ("in my right ear in a tiled bathroom", "bathroom", 90),
        ("outdoors, far away behind me", "outdoors", 180),
        ("in the middle of a cathedral", "cathedral", 0),
        ("in the open air on my right", "outdoors", 90),
        ("in the corner on the left without reverb", "", -45),
    ],
)
def test_rooms(words: str, room: str, azimuth: float) -> None:
    found = understood(words)
    assert found.room == room and found.room in ("", *ROOMS)
    assert isinstance(found.steps[0].motion, Stay) and found.steps[0].motion.place.azimuth == azimuth


def test_from_all_sides() -> None:
    assert understood("from all around me") == Placement(())
    assert understood("everywhere, in a cave") == Placement((), "cave")
    assert isinstance(only("go all around me").motion, Circle)


@pytest.mark.parametrize("words", ["", "banana", "nicely", "in stereo", "louder"])
def test_what_is_no_place_is_asked_back(words: str) -> None:
    with pytest.raises(EngineError, match="such as on my left"):
        understood(words)


@pytest.mark.parametrize("example", ["on my left", "close to my right ear", "at two o'clock", "circling me twice"])
def test_the_examples_it_gives_are_understood(example: str) -> None:
    assert example in ASK and understood(example).steps


@pytest.mark.parametrize(
    ("words", "sentence", "name"),
    [
        ("circles me twice", "circling you twice", "circling sound"),
        ("on my left", "on your left", "sound on the left"),
        ("behind me", "behind you", "sound behind"),
        ("at two o'clock", "in front of you to the right", "sound at the front right"),
        ("slightly to the left", "in front of you a little to the left", "sound in front"),
        ("close to my left ear", "close to your left ear", "sound on the left"),
        ("far away on the right", "far away on your right", "sound on the right"),
        ("passes by from left to right", "passing you from the left to the right", "passing sound"),
        ("walks from behind to the front", "going from behind to the front", "moving sound"),
        ("going away", "going away, in front of you", "moving sound"),
        ("spiralling closer", "spiralling towards you", "circling sound"),
        ("circle around me, far away, in a church", "circling you far away in a church", "circling sound"),
        ("counter-clockwise around me once", "circling you once, counterclockwise", "circling sound"),
        ("in the left ear, then the right", "close to your left ear, then close to your right ear", "moving sound"),
        ("everywhere", "all around you", "sound all around"),
        (
            "back and forth between left and right",
            "going back and forth between the left and the right",
            "swinging sound",
        ),
    ],
)
def test_what_was_done_is_told(words: str, sentence: str, name: str) -> None:
    assert told(understood(words)) == sentence
    assert named(understood(words)) == name


@pytest.mark.parametrize(
    ("said", "form"),
    [
        ("Forty-five degrees", "45 degrees"),
        ("a hundred and twenty", "120"),
        ("right behind you", "behind me"),
        ("on the right behind me", "on the right behind me"),
        ("to the listener's right", "to my right"),
        ("one and a half times", "1.5 times"),
        ("ending up at three o'clock", "ending at 3 o'clock"),
    ],
)
def test_words_in_one_form(said: str, form: str) -> None:
    assert plain(said) == form
