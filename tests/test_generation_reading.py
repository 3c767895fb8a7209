"""What is understood of a request for sound: sources, how many, how, where, in which order."""

import numpy as np
import pytest

from models.sound.generation.arranging import arranged
from models.sound.generation.composing import composed
from models.sound.generation.engine import short
from models.sound.generation.grain import Style
from models.sound.generation.music_words import music_of
from models.sound.generation.reader import read
from models.sound.generation.scene import Layer
from models.sound.generation.telling import told
from models.sound.making_words import BETTER, avoiding, making_of


def layers(text: str) -> list[Layer]:
    return [layer for step in read(text).steps for layer in step.layers]


@pytest.mark.parametrize(
    ("text", "sources"),
    [
        ("heavy rain on a tin roof", ["rain"]),
        ("birds singing and people speaking", ["birds", "murmur"]),
        ("a piano playing", ["music"]),
        ("I am tired, make me some music", ["music"]),
        ("horses galloping on cobblestones", ["gallop"]),
        ("a crackling fireplace", ["fire"]),
        ("a wolf howling far away", ["wolf"]),
        ("a frying pan sizzling", ["frying"]),
        ("a crowd cheering in a stadium", ["cheering"]),
        ("gentle waves on a pebble beach", ["surf"]),
        ("crickets at night with a distant highway", ["crickets", "traffic"]),
        ("wind howling round an old house", ["wind"]),
        ("a thunderstorm over the sea", ["rain", "thunder", "wind", "surf"]),
        ("a baby laughing and a dog barking along", ["child laughter", "dog"]),
        ("a steam train leaving the station", ["steam train"]),
        ("a purring cat next to a fireplace", ["purr", "fire"]),
        ("a typewriter clattering away in an empty office", ["typewriter"]),
        ("people clapping", ["applause"]),
        ("a glass falls and shatters", ["glass"]),
        ("white noise", ["white noise"]),
        ("the sound of a helicopter", ["helicopter"]),
        ("a fan humming in the corner", ["fan"]),
        ("a church bell", ["bell"]),
        ("a rusty gate creaking", ["creak"]),
        ("soft piano and little rain", ["music", "rain"]),
        ("a forest at dawn", ["birds", "wind"]),
        ("creaking ship and seagulls", ["creak", "gulls"]),
        ("rain without the thunder", ["rain"]),
    ],
)
def test_the_sources_of_a_request(text: str, sources: list[str]) -> None:
    assert [layer.source for layer in layers(text)] == sources


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("three dog barks", 3),
        ("a dog barks three times", 3),
        ("a dog barks twice", 2),
        ("a dog bark", 1),
        ("a dog barking", 0),
        ("a clock striking five", 5),
        ("a door slam", 1),
        ("two sneezes", 2),
        ("sneezing", 0),
        ("a couple of gunshots", 2),
        ("knock four times", 4),
        ("an explosion", 1),
        ("rain", 0),
    ],
)
def test_how_often(text: str, count: int) -> None:
    (layer,) = layers(text)
    assert layer.count == count


@pytest.mark.parametrize(
    ("text", "orders"),
    [
        ("thunder, then rain", ["thunder", "rain"]),
        ("rain after thunder", ["thunder", "rain"]),
        ("thunder followed by rain", ["thunder", "rain"]),
        ("thunder before rain", ["thunder", "rain"]),
        ("thunder and after that rain", ["thunder", "rain"]),
        ("thunder; rain", ["thunder", "rain"]),
    ],
)
def test_in_which_order(text: str, orders: list[str]) -> None:
    assert [[layer.source for layer in step.layers] for step in read(text).steps] == [[one] for one in orders]


@pytest.mark.parametrize("text", ["rain while a dog barks", "rain and a dog", "rain with a dog", "rain, a dog barking"])
def test_at_the_same_time(text: str) -> None:
    (step,) = read(text).steps
    assert {layer.source for layer in step.layers} == {"rain", "dog"}


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("rain for ten seconds", 10.0),
        ("ten seconds of rain", 10.0),
        ("half a minute of rain", 30.0),
        ("rain, a minute and a half long", 90.0),
        ("five minutes of rain", 300.0),
        ("rain", None),
    ],
)
def test_how_long(text: str, seconds: float | None) -> None:
    assert read(text).seconds == seconds


def test_steps_have_lengths_of_their_own() -> None:
    steps = read("ten seconds of rain, then five seconds of thunder, then a pause, then a bell").steps
    assert [step.seconds for step in steps] == [10.0, 5.0, 1.0, None]


def test_how_it_sounds() -> None:
    (heavy,), (light,) = layers("heavy rain"), layers("gentle rain")
    assert heavy.style.force > 0.5 > 0 > light.style.force
    (slow,), (fast,) = layers("slow footsteps"), layers("fast footsteps")
    assert slow.style.pace < 1 < fast.style.pace
    (big,), (small,) = layers("a big dog barking"), layers("a small dog barking")
    assert big.style.pitch < 1 < small.style.pitch
    (loud,), (quiet,) = layers("a loud siren"), layers("a quiet siren")
    assert loud.gain_db > 0 > quiet.gain_db


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("footsteps on gravel", "gravel"),
        ("footsteps in the snow", "snow"),
        ("rain on a tin roof", "roof"),
        ("rain on a tent", "tent"),
        ("pink noise", "pink"),
        ("a 1 kHz tone", "1000"),
        ("a lawn mower", "mower"),
    ],
)
def test_of_which_kind(text: str, kind: str) -> None:
    (layer,) = layers(text)
    assert layer.style.kind == kind


def test_where_it_is() -> None:
    dog, cat = layers("a dog barking on the left and a cat on the right")
    assert dog.pan[0] < -0.5 and cat.pan[0] > 0.5
    (car,) = layers("a car passing from left to right")
    assert car.pan[0] < 0 < car.pan[1]
    assert [layer.far for layer in layers("rain with thunder in the distance")] == [0.0, 1.0]
    assert [layer.background for layer in layers("a dog barking with traffic in the background")] == [False, True]
    (near,) = layers("footsteps coming closer")
    assert near.swell_db[0] < near.swell_db[2]
    assert layers("muffled music")[0].source == "music"
    assert read("applause in a church").room == "church"


def test_several_of_a_kind_have_places_of_their_own() -> None:
    one, other = layers("two dogs barking")
    assert one.pan != other.pan and (one.count, other.count) == (0, 0)


def test_a_loop_and_a_seed_are_understood() -> None:
    wish = read("a seamless loop of rain with seed 42")
    assert wish.loop and wish.seed == 42 and [layer.source for layer in wish.steps[0].layers] == ["rain"]
    assert not read("a funky drum loop").loop


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("heavy rain with thunder in the distance", "heavy rain with thunder in the distance"),
        ("three dog barks", "three dog barks"),
        ("a clock striking five", "five strokes of a clock"),
        ("rain then a door slam", "rain, then a slamming door"),
        ("two dogs barking", "two dogs barking"),
        (
            "a dog barking on the left and a cat on the right",
            "a dog barking on the left with a cat meowing on the right",
        ),
        ("footsteps on gravel", "footsteps on gravel"),
        ("applause in a church", "applause in a church"),
    ],
)
def test_it_is_told_as_it_was_understood(text: str, said: str) -> None:
    assert told(read(text)) == said


def test_what_is_not_known_is_told() -> None:
    assert read("a quetzalcoatl").steps == ()
    assert read("rain and a quetzalcoatl").left_out == ("quetzalcoatl",)
    assert short(read("heavy rain")) == "heavy rain"


# -------------------------------------------------------------------------- music


@pytest.mark.parametrize(
    ("text", "mood", "key", "scale", "beats"),
    [
        ("some calm music", "calm", None, None, 4),
        ("i am tired, music", "calm", None, None, 4),
        ("a slow sad piano piece in d minor", "sad", 2, "minor", 4),
        ("a happy tune in c major", "happy", 0, "major", 4),
        ("a waltz in b flat major", None, 10, "major", 3),
        ("tense strings", "tense", None, None, 4),
        ("lo fi beats", "lofi", None, None, 4),
        ("a fanfare in f sharp", "heroic", 6, None, 4),
    ],
)
def test_what_is_said_of_music(text: str, mood: str | None, key: int | None, scale: str | None, beats: int) -> None:
    music = music_of(text)
    assert (music.mood.name if music.mood else None, music.key, music.scale, music.beats) == (mood, key, scale, beats)


def test_tempo_and_instruments() -> None:
    assert music_of("a tune at 140 bpm").bpm == 140
    slow, fast = music_of("slow music").bpm, music_of("fast music").bpm
    assert slow and fast and slow < 70 < 120 < fast
    assert music_of("a harp and a flute").instruments == ("harp", "flute")


def test_music_ends_where_it_is_to_end() -> None:
    import numpy as np

    plan = composed(Style(kind="calm piano music in c major", seconds=30.0), np.random.default_rng(0))
    assert (plan.key, plan.scale) == (0, "major")
    assert plan.bars * plan.bar_s == pytest.approx(30.0)
    assert "in C major" in plan.told
    assert plan.hertz(0) == pytest.approx(261.63) and plan.hertz(7) == pytest.approx(523.26)


@pytest.mark.parametrize("text", ["heavy rain but no thunder", "rain without any thunder", "rain, not thunder"])
def test_what_is_not_wanted_is_not_there(text: str) -> None:
    wish = read(text)
    assert [layer.source for step in wish.steps for layer in step.layers] == ["rain"] and not wish.left_out


def test_what_comes_later_begins_later() -> None:
    rain, bell = (arranged(read("rain with a bell halfway through"), 20.0, 1)).layers
    assert (rain.start_s, bell.start_s) == (0.0, pytest.approx(10.0, abs=1))
    thunder, rain = (arranged(read("thunder halfway through a rainstorm"), 20.0, 1)).layers
    assert (rain.start_s, thunder.start_s) == (0.0, pytest.approx(10.0, abs=1))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("three slow knocks", "three slow knocks"),
        ("a baby crying in the next room", "a baby crying muffled"),
        ("applause that dies away", "applause going away"),
        ("a motorbike revving and driving away", "a motorcycle going away"),
        ("a big wood fire", "a big crackling fire"),
        ("light drizzle on a tent", "light drizzle on a tent"),
    ],
)
def test_manners_of_more_kinds(text: str, said: str) -> None:
    assert told(read(text)) == said


def test_who_plays_is_who_was_asked_for() -> None:
    for text, lead in (
        ("an accordion waltz", "accordion"),
        ("bagpipes", "bagpipe"),
        ("a sad saxophone", "saxophone"),
        ("techno", "synth"),
        ("a clarinet", "clarinet"),
    ):
        plan = composed(Style(kind=text, seconds=8.0), np.random.default_rng(1))
        assert plan.melody == lead and plan.told.split(" in ")[0].endswith(f"{lead} music")


def test_words_about_making_are_told_from_words_about_sound() -> None:
    making = avoiding(making_of("rain without thunder, three candidates, in better quality"))
    assert (making.text, making.avoid) == ("rain", "thunder")
    assert making.given == {"candidates": 3, "steps": BETTER}
    for text in ("three knocks", "two dogs barking, then rain", "footsteps up four steps", "50 steps on gravel"):
        assert making_of(text).text == text


@pytest.mark.parametrize(
    ("text", "count", "every_s"),
    [
        ("six bells, one every three seconds", 6, 3),
        ("a beep every other second", 0, 2),
        ("a dog barks once a minute", 0, 60),
        ("three knocks at intervals of two seconds", 3, 2),
        ("four drops, half a second apart", 4, 0.5),
        ("a heartbeat at 90 beats a minute", 0, 60 / 90),
        ("three knocks", 3, 0),
    ],
)
def test_how_often_something_comes(text: str, count: int, every_s: float) -> None:
    (layer,) = layers(text)
    assert (layer.count, layer.every_s) == (count, pytest.approx(every_s, abs=1e-3))


@pytest.mark.parametrize(
    ("text", "source"),
    [
        ("three door knocks", "knock"),
        ("a spaceship door", "sliding door"),
        ("a train whistle", "train whistle"),
        ("a helicopter flies over", "helicopter"),
    ],
)
def test_a_thing_before_a_thing_tells_its_kind(text: str, source: str) -> None:
    assert [layer.source for layer in layers(text)] == [source]


def test_what_is_said_of_a_place_holds_for_all_of_its_sounds() -> None:
    assert {layer.swell_db for layer in layers("a thunderstorm approaching")} == {(-20.0, -8.0, 0.0)}


def test_what_happens_one_by_one_is_in_that_order() -> None:
    steps = read("a door opens, footsteps, and the door closes").steps
    assert [[layer.source for layer in step.layers] for step in steps] == [["opening"], ["footsteps"], ["slam"]]


def test_then_it_changes_without_beginning_anew() -> None:
    (step,) = read("rain that gets louder, then fades away").steps
    assert step.layers[0].swell_db == (-20.0, -8.0, 0.0, 0.0, -8.0, -22.0)


@pytest.mark.parametrize(
    "text", ["rain for two seconds, and finally silence for three seconds", "rain that grows louder and then stops"]
)
def test_silence_at_the_end_stays(text: str) -> None:
    assert not read(text).steps[-1].layers


def test_who_is_not_wanted_does_not_play() -> None:
    assert music_of(read("jazz with piano, no drums").music).without == ("drums",)
    assert music_of(read("rock without guitars and without drums").music).without == ("guitar", "drums")


def test_words_beside_a_sound_that_nothing_fits_are_known() -> None:
    assert read("pull the piano out").unread and not read("a piano playing a slow waltz in g").unread


def test_a_heartbeat_goes_on_and_so_many_are_counted() -> None:
    counts = [read(said).steps[0].layers[0].count for said in ("a heartbeat", "a slow heartbeat", "three heartbeats")]
    assert counts == [0, 0, 3]
