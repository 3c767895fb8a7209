"""What is meant by what somebody wants to have sung: a song, a kind of song, words, notes; and in which manner."""

from pathlib import Path

import numpy as np
import pytest

from assistant.clock import run_virtually
from assistant.workspace import Workspace
from models.music.asking import asked, tune_of
from models.music.choosing import Wanted, chosen
from models.music.delivery import Manners, delivered, with_vibrato
from models.music.naming import granted, perhaps_title, title_in, wish_in
from models.music.notation import key_of, notes_alone
from models.music.ranging import in_range
from models.music.score import Note
from models.music.style import taken
from models.music.tunes import TUNES
from router.abilities.conversation import list_abilities
from router.dialogue.base import Call
from router.dialogue.songs import song_asked_for
from router.recited import recited, scale
from router.songs import meant
from router.task import Context, Missing
from tests.test_sing import _Humming
from tts.tract import resized

SINGER = _Humming()


# ---------------------------------------------------------------------------- titles, wishes, words


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("La Vie en Rose", "La Vie en Rose"),
        ("Let It Be", "Let It Be"),
        ("the song yesterday", "yesterday"),
        ("a tune called the river", "the river"),
        ("Imagine by John Lennon", "Imagine"),
        ("hello my friend", ""),
        ("I stand on C", ""),
        ("LET IT BE", ""),
        ("Hello, My Friend, hello", ""),
    ],
)
def test_a_title_is_told_by_how_it_is_written_or_introduced(text: str, title: str) -> None:
    assert title_in(text) == title


@pytest.mark.parametrize(
    ("text", "about"),
    [
        ("a lullaby", "lullaby"),
        ("me a sea shanty", "shanty"),
        ("some Christmas carol", "christmas"),
        ("a song about sailors", "sailor"),
        ("something to help me sleep", "sleep"),
        ("a nursery rhyme about animals", "animal"),
        ("a song in French", "french"),
        ("the American national anthem", "american"),
    ],
)
def test_a_wish_is_granted_by_a_song_that_is_such(text: str, about: str) -> None:
    wish = wish_in(text)
    assert wish is not None
    found = granted(wish)
    assert found and all(about in tune.about for tune in found)


@pytest.mark.parametrize(
    "text", ["a song about dragons", "the national anthem of Norway", "an opera aria", "a lullaby about trains"]
)
def test_a_wish_that_no_song_fits_is_not_granted(text: str) -> None:
    wish = wish_in(text)
    assert wish is not None and granted(wish) == []


def test_for_whom_it_is_sung_is_not_what_it_is_about() -> None:
    wish = wish_in("a song for my grandmother")
    assert wish is not None and wish.topics == () and granted(wish)


@pytest.mark.parametrize("text", ["hello my friend", "the cat sat on the mat", "a bird in the tree"])
def test_words_are_no_wish(text: str) -> None:
    assert wish_in(text) is None and perhaps_title(text)


@pytest.mark.parametrize("tune", TUNES, ids=lambda tune: tune.title)
def test_each_song_is_found_by_its_title_and_is_about_something(tune) -> None:
    found = tune_of(tune.title)
    assert found and found[0] is tune
    assert tune.about and tune.source


def test_what_is_not_known_is_asked_for_and_its_words_are_taken() -> None:
    with pytest.raises(Missing) as error:
        meant("La Vie en Rose", "", {"text": "La Vie en Rose"}, 0)
    pending = error.value.pending
    assert (pending.task, pending.missing, pending.arguments) == ("sing", "text", {"title": "La Vie en Rose"})
    assert "do not know La Vie en Rose" in pending.question and TUNES[0].title in pending.question
    words = "quand il me prend dans ses bras"
    assert meant(words, "", {**pending.arguments, "text": words}, 0).text == words
    assert meant("How about Silent Night then?", "", pending.arguments, 0).text == "Silent Night"


@pytest.mark.parametrize("before", ["Sing the words ", "Sing: ", "Sing the following line "])
def test_what_is_called_words_is_words(before: str) -> None:
    found = meant("La Vie en Rose", before, {}, 0)
    assert (found.text, found.told) == ("La Vie en Rose", "")


def test_that_words_may_have_been_a_title_is_told() -> None:
    assert "no song called let it go" in meant("let it go slowly", "", {}, 0).told
    assert meant('"let it go"', "", {}, 0).told == ""


def test_another_song_of_a_kind_each_time() -> None:
    assert len({meant("a carol", "", {}, sung).text for sung in range(3)}) == 3


def test_bare_notes_are_sung_on_a_syllable() -> None:
    found = meant("C E G", "", {}, 0)
    assert (found.text, found.notes) == ("la la la", "C E G")


@pytest.mark.parametrize(
    ("text", "notes"), [("H", "H"), ("a high C", "C5"), ("the note F sharp 4", "F sharp 4"), ("a", ""), ("I", "")]
)
def test_notes_alone(text: str, notes: str) -> None:
    assert notes_alone(text) == notes


# ---------------------------------------------------------------------------- manner


@pytest.mark.parametrize(
    ("said", "of"),
    [
        ("as a man", {"voice": "a man"}),
        ("in a woman's voice", {"voice": "a woman's"}),
        ("an octave lower", {"semitones": -12}),
        ("two octaves up", {"semitones": 24}),
        ("a fifth higher", {"semitones": 7}),
        ("louder", {"gain_db": 5.0}),
        ("with vibrato", {"vibrato": 1.4}),
        ("without any vibrato", {"vibrato": 0.0}),
    ],
)
def test_a_manner_is_no_words(said: str, of: dict[str, object]) -> None:
    rest, style = taken(f"good night my friend {said}")
    assert rest == "good night my friend"
    assert {name: getattr(style, name) for name in of} == of and style.said == said


@pytest.mark.parametrize("text", ["I live alone", "I feel like a fool", "you raise me up", "as a man", "I love it"])
def test_words_are_no_manner(text: str) -> None:
    assert taken(text)[0] == text


def test_all_of_a_manner_is_taken_off() -> None:
    said = asked("silent night in G minor, very slowly, as a man, softly and without vibrato")
    assert (said.text, said.tonic, said.minor, said.pace) == ("silent night", 7, True, 1.6)
    assert said.style.vibrato == 0 and said.style.gain_db < 0 and said.style.throat.name == "a man"


def sung(**said: str):
    return in_range(chosen(Wanted(**said), SINGER), SINGER)


def test_an_octave_lower_is_lower_and_a_key_is_kept_by_a_man() -> None:
    usual, _ = sung(text="jingle bells")
    low, told = sung(text="hot cross buns in D", manner="an octave lower")
    assert told == "" and max(n.key for n in low.notes) <= min(n.key for n in sung(text="hot cross buns in D")[0].notes)
    man, _ = sung(text="jingle bells as a man")
    assert np.mean([n.key for n in man.notes]) < np.mean([n.key for n in usual.notes]) - 2
    assert sung(text="jingle bells in G", voice="a man")[0].notes[-1].key % 12 == 7


def test_what_lies_too_far_is_told() -> None:
    assert "as much higher as I can" in sung(text="jingle bells two octaves higher")[1]


def test_vibrato_is_as_wide_as_wanted() -> None:
    assert with_vibrato(0.0).vibrato == 0 and with_vibrato(2.0).vibrato > with_vibrato(None).vibrato
    assert with_vibrato(None) == Manners()


def test_the_same_tune_in_another_language() -> None:
    song = chosen(Wanted(text="are you sleeping", language="French"), SINGER)
    assert (song.title, song.language) == ("Frère Jacques", "fr")
    assert "only in English" in chosen(Wanted(text="happy birthday", language="Mandarin"), SINGER).notice


@pytest.mark.parametrize(("note", "octaves"), [("H9", "6 octaves"), ("C12", "8 octaves"), ("C1", "two octaves higher")])
def test_a_note_that_nobody_sings_is_moved_and_that_is_told(note: str, octaves: str) -> None:
    song, told = sung(text="la", notes=note)
    assert octaves in told and (song.notes[0].key - key_of(note)) % 12 == 0
    assert SINGER.lowest - 1 <= song.notes[0].key <= SINGER.highest + 1


def test_a_longer_tract_moves_resonances_down() -> None:
    mel = np.zeros((3, 80), np.float32)
    mel[:, 40] = 1.0
    assert resized(mel, 1.0, 22_050) is mel
    assert int(resized(mel, 0.85, 22_050)[0].argmax()) < 40 < int(resized(mel, 1.18, 22_050)[0].argmax())


@pytest.mark.parametrize(
    ("said", "semitones"),
    [("a tad higher", 2), ("slightly lower", -2), ("lower", -5), ("take it down a notch", -2), ("in a new key", 3)],
)
def test_a_little_is_less_than_lower_and_another_key_is_another(said: str, semitones: float) -> None:
    assert asked(f"amazing grace, {said}").style.semitones == semitones


@pytest.mark.parametrize(
    ("said", "sound", "second"),
    [
        ("humming it", "hummed", ""),
        ("whistled", "whistled", ""),
        ("without any words", "on la", ""),
        ("as a canon", "", "round"),
        ("in thirds", "", "third"),
        ("with another voice", "", "third"),
    ],
)
def test_what_is_sung_without_words_or_with_others_is_no_words(said: str, sound: str, second: str) -> None:
    found = asked(f"amazing grace {said}")
    assert (found.text, found.style.sound, found.style.second) == ("amazing grace", sound, second)


def test_slower_twice_is_slower_still() -> None:
    assert asked("amazing grace, slower, slower").pace > asked("amazing grace, slower").pace > 1


def test_an_opera_singer_sings_with_vibrato() -> None:
    style = asked("amazing grace like an opera singer").style
    assert (style.vibrato or 0) > 1 and style.throat.name == "an opera singer"


def test_what_far_away_notes_have_in_time_near_ones_have_too() -> None:
    """A glide is longer the further it goes, and is over on the beat."""
    near = delivered(np.array([0.1, 0.1]), [0, 1], [(Note(60, 0.5),), (Note(61, 0.5),)], 0.0, 0.01)
    far = delivered(np.array([0.1, 0.1]), [0, 1], [(Note(60, 0.5),), (Note(72, 0.5),)], 0.0, 0.01)
    moving = [int((np.abs(np.diff(one.hertz[35:50])) > 0.5).sum()) for one in (near, far)]
    assert moving[0] < moving[1]


def test_the_list_is_told_in_few_words(tmp_path: Path) -> None:
    context = Context(workspace=Workspace(tmp_path / "session"), folder=tmp_path)
    found = run_virtually(list_abilities(context, {"songs": True}))
    assert len(found.text.split()) <= 20 and found.show


# ---------------------------------------------------------------------------- the list


@pytest.mark.parametrize(
    ("topic", "said"), [("", "songs by heart"), ("the sea", "Bonnie"), ("dragons", "I know no song")]
)
def test_which_songs_are_known(tmp_path: Path, topic: str, said: str) -> None:
    context = Context(workspace=Workspace(tmp_path / "session"), folder=tmp_path)
    assert said in run_virtually(list_abilities(context, {"songs": True, "topic": topic})).text


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("the names of the planets", "Mercury Venus Earth Mars Jupiter Saturn Uranus Neptune"),
        ("all the seasons", "spring summer autumn winter"),
        ("the numbers from three to 6", "three four five six"),
        ("a song about planets", ""),
        ("my days are numbered", ""),
        ("the numbers from one to a thousand", ""),
    ],
)
def test_words_that_everybody_knows_are_sung_where_they_are_named(text: str, words: str) -> None:
    assert recited(text) == words


@pytest.mark.parametrize(
    ("text", "notes"),
    [
        ("do re mi", "C3 | D3 | E3 | F3 | G3 | A3 | B3 | C4"),
        ("a D minor scale", "D3 | E3 | F3 | G3 | A3 | A#3 | C4 | D4"),
        ("a scale in B flat", "A#3 | C4 | D4 | D#4 | F4 | G4 | A4 | A#4"),
        ("the scales of justice", ""),
    ],
)
def test_a_scale_is_its_notes(text: str, notes: str) -> None:
    assert scale(text) == ("do re mi fa so la tee do" if notes else "", notes)


@pytest.mark.parametrize(
    ("text", "words", "manner"),
    [
        ("it like an opera singer: the moon is high", "the moon is high", "like an opera singer"),
        ("these words as a child: good night", "good night", "as a child"),
        ("Romeo: wherefore art thou", "Romeo: wherefore art thou", ""),
    ],
)
def test_a_manner_before_a_colon_is_none_of_the_words(text: str, words: str, manner: str) -> None:
    assert (asked(text).text, asked(text).style.said) == (words, manner)


def test_a_lullaby_is_made_by_singing_it() -> None:
    assert song_asked_for("make a lullaby for Anna") == Call("sing", {"text": "a lullaby for Anna"})
    assert song_asked_for("compose a happy song") is None
