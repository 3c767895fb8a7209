"""Singing: scores read, words fitted to notes, melodies sung by the voice that comes with the installation."""

import time
import tracemalloc
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest
import soundfile as sf

from assistant.errors import DataError, EngineError, JobCancelled
from assistant.media import is_score, probe
from models.base import Card, Job, Json, Made
from models.catalogue import ENGINES
from models.music.asking import asked, tune_of
from models.music.breath import breath
from models.music.choosing import Wanted, chosen
from models.music.delivery import delivered
from models.music.files import read_score
from models.music.fitting import fitted, shared, units
from models.music.melody import made_up
from models.music.notation import beats, key_of
from models.music.ranging import in_range
from models.music.score import Line, Note, Song, Word, best_octave, with_breaths, wordless
from models.music.singing import Singing
from models.music.tunes import TUNES, song_of
from models.spec import Spec, built
from tests.test_sing_files import MUSICXML
from tts.cards import SHIPPED
from tts.singing import SingingVoice, stretched

NOTES = (
    "C#4/Db4 | F#4/Gb4 | G#4/Ab4 | A#4/Bb4 F#4/Gb4 | F#4/Gb4 C#4/Db4 | C#4/Db4 | rest | C#4/Db4 | A#4/Bb4 | G#4/Ab4 | "
    "A#4/Bb4 | G#4/Ab4 | F#4/Gb4 | C#4/Db4"
)
DURATIONS = (
    "0.407140 | 0.376190 | 0.242180 | 0.509550 0.183420 | 0.315400 0.235020 | 0.361660 | 0.223070 | 0.377270 | "
    "0.340550 | 0.299620 | 0.344510 | 0.283770 | 0.323390 | 0.360340"
)
FIGURE_4 = "小酒窝长睫毛AP是你最美的记号"


@pytest.fixture(scope="module")
def voice() -> SingingVoice:
    return SingingVoice(SHIPPED / "lj", threads=1)


@pytest.fixture(scope="module")
def engine() -> Singing:
    entry = next(entry for entry in ENGINES if entry.card.name == "song")
    made = built(Spec(entry.card, entry.target, None, entry.options))
    assert isinstance(made, Singing)
    made.load()
    return made


def sung(engine: Singing, folder: Path, score: Path | None = None, seed: int = 0, **arguments: Json) -> Made:
    files = {"score": score} if score else {}
    return engine.run(Job("sing", folder, arguments, files, seed), lambda share: None)


def pitch(samples: np.ndarray, rate: int, lowest: float = 100.0, highest: float = 500.0) -> float:
    """F0 in hertz by autocorrelation, its peak found between samples; of something steady."""
    spectrum = np.abs(np.fft.rfft(samples * np.hanning(len(samples)), 4 * len(samples))) ** 2
    alike = np.fft.irfft(spectrum)
    first, last = int(rate / highest), int(rate / lowest)
    k = first + int(np.argmax(alike[first:last]))
    a, b, c = alike[k - 1 : k + 2]
    return float(rate / (k + (a - c) / (2 * (a - 2 * b + c))))


# ------------------------------------------------------------------------- scores


def test_notes_are_read_as_the_paper_writes_them() -> None:
    found = beats(NOTES, DURATIONS)
    assert [len(beat.notes) for beat in found] == [1, 1, 1, 2, 2, 1, 0, 1, 1, 1, 1, 1, 1, 1]
    assert found[3].notes == (Note(70.0, 0.50955), Note(66.0, 0.18342))
    assert found[6].rest_s == 0.22307


@pytest.mark.parametrize(
    ("written", "key"),
    [("C4", 60), ("c#4/db4", 61), ("Eb5", 75), ("B♭3", 58), ("b4", 71), ("A", 69), ("Fb4", 64), ("Cb4", 59)],
)
def test_a_note_by_its_name(written: str, key: float) -> None:
    assert key_of(written) == key


def test_notes_as_they_are_said() -> None:
    assert [beat.notes[0].key for beat in beats("C four and E four, then G sharp four")] == [60, 64, 68]
    assert [beat.notes[0].seconds for beat in beats("C4 D4", "0.3 seconds")] == [0.3, 0.3]
    assert [beat.notes[0].seconds for beat in beats("C4 D4 E4")] == [0.5, 0.5, 1.0]


@pytest.mark.parametrize(
    ("notes", "durations", "told"),
    [
        ("J4", "", 'There is no note "J4"'),
        ("C4 | C99", "", "There is no note C99"),
        ("| |", "", "no notes"),
        ("C4 | D4", "1 | 2 | 3", "2 notes and 3 durations"),
        ("C4", "soon", "cannot read the duration"),
        ("C4", "0", "cannot last"),
        ("C4", "9999", "cannot last"),
    ],
)
def test_what_cannot_be_read_is_told(notes: str, durations: str, told: str) -> None:
    with pytest.raises(EngineError, match=told):
        beats(notes, durations)


@pytest.mark.parametrize("tune", TUNES, ids=lambda tune: tune.title)
def test_each_song_by_heart_fits_its_words_and_ends_at_home(tune) -> None:
    for words, notes in tune.lines:
        assert sum(word.count("-") + 1 for word in words.split()) == len(notes.split()), words
    song = song_of(tune, 60.0)
    assert song.notes[-1].key % 12 == 0
    assert 8 < song.seconds < 45
    assert {note.key - 60 for note in song.notes} <= set(range(-8, 18))


@pytest.mark.parametrize(
    ("text", "title", "lines", "name"),
    [
        ("Happy Birthday", "Happy Birthday", None, ""),
        ("happy birthday to you", "Happy Birthday", None, ""),
        ("happy birthday, Diana", "Happy Birthday", None, "Diana"),
        ("Happy Birthday to Anna", "Happy Birthday", None, "Anna"),
        ("the song Amazing Grace", "Amazing Grace", None, ""),
        ("row row row your boat", "Row Row Row Your Boat", None, ""),
        ("Twinkle, twinkle, little star, how I wonder what you are", "Twinkle Twinkle Little Star", 2, ""),
        ("Frère Jacques", "Frère Jacques", None, ""),
        ("happy birthdays are over", None, None, ""),
        ("", None, None, ""),
    ],
)
def test_a_song_is_known_by_its_name_or_its_words(text: str, title: str | None, lines: int | None, name: str) -> None:
    found = tune_of(text)
    if title is None:
        assert found is None
    else:
        assert found is not None and (found[0].title, *found[1:]) == (title, lines, name)


@pytest.mark.parametrize(
    ("text", "rest", "tonic", "minor", "pace", "tempo"),
    [
        ("happy birthday in G", "happy birthday", 7, False, 1.0, 0),
        ("happy birthday in the key of E flat minor, slowly", "happy birthday", 3, True, 1.35, 0),
        ("jingle bells in F sharp at 90 beats per minute", "jingle bells", 6, False, 1.0, 90),
        ("ode to joy very fast", "ode to joy", None, False, 0.6, 0),
        ("a house in a garden", "a house in a garden", None, False, 1.0, 0),
        ("walking in december", "walking in december", None, False, 1.0, 0),
    ],
)
def test_key_and_tempo_in_words(
    text: str, rest: str, tonic: int | None, minor: bool, pace: float, tempo: float
) -> None:
    found = asked(text)
    assert (found.text, found.tonic, found.minor, found.pace, found.beats) == (rest, tonic, minor, pace, tempo)


# --------------------------------------------------------------- words and notes


def test_words_in_the_papers_format_are_characters_and_pauses(voice: SingingVoice) -> None:
    assert units(FIGURE_4) == list("小酒窝长睫毛是你最美的记号")
    song = fitted(FIGURE_4, beats(NOTES, DURATIONS), voice)
    assert [len(line.words) for line in song.lines] == [6, 7], "the breath parts the lines"
    assert song.language == "cmn" and not song.notice
    assert song.lines[1].rest_s == 0.22307
    assert song.lines[0].words[3].cells == ((Note(70.0, 0.50955), Note(66.0, 0.18342)),), "a slur"


@pytest.mark.parametrize(
    ("text", "notes", "told", "words"),
    [
        ("hello world", "C4 D4 E4", "", 2),
        ("hello world", "C4", "notes for 1 of 3 syllables", 1),
        ("hello world", "C4 D4", "", 2),
        ("hello", "C4 D4 E4 F4", "4 notes for 2 syllables", 1),
    ],
)
def test_notes_that_are_too_many_or_too_few(voice: SingingVoice, text: str, notes: str, told: str, words: int) -> None:
    song = fitted(text, beats(notes), voice)
    assert told in song.notice and bool(told) == bool(song.notice)
    assert sum(len(line.words) for line in song.lines) == words


def test_syllables_share_what_there_is() -> None:
    a, b = Note(60, 0.5), Note(62, 0.4)
    assert shared([(a,), (b,)], 2) == [(a,), (b,)]
    assert shared([(a,), (b,)], 1) == [(a, b)]
    assert shared([(a,)], 2) == [(Note(60, 0.3),), (Note(60, 0.2),)]
    assert shared([(a,)], 2, [False, True]) == [(Note(60, 0.2),), (Note(60, 0.3),)], "hel-LO"
    assert shared([(a, b)], 2) == [(a,), (b,)]


@pytest.mark.parametrize(("text", "told"), [("", "no words"), ("?!", "no words")])
def test_nothing_to_sing_is_refused(voice: SingingVoice, text: str, told: str) -> None:
    with pytest.raises(EngineError, match=told):
        fitted(text, beats("C4"), voice)


def test_a_tune_of_our_own_is_in_its_key_and_comes_home(voice: SingingVoice) -> None:
    text = "The rain came down on the city of glass, and nobody heard it fall. We waited until the morning."
    song = made_up(text, 62.0, voice, seed=3)
    assert {(note.key - 62) % 12 for note in song.notes} <= {0, 2, 4, 5, 7, 9, 11}
    assert song.notes[-1].key == 62.0 and len(song.lines) >= 3
    assert max(abs(a.key - b.key) for a, b in zip(song.notes, song.notes[1:], strict=False)) <= 17
    assert song == made_up(text, 62.0, voice, seed=3)
    assert song != made_up(text, 62.0, voice, seed=4)
    assert {(note.key - 62) % 12 for note in made_up(text, 62.0, voice, 3, minor=True).notes} <= {0, 2, 3, 5, 7, 8, 10}


def line(*keys: float, rest_s: float = 0.0) -> Line:
    return Line(tuple(Word("la", ((Note(key, 0.5),),)) for key in keys), rest_s)


def test_breath_is_taken_from_the_note_before() -> None:
    song = with_breaths(Song((line(60, 62), line(64), line(65, rest_s=1.0))))
    assert song.lines[0].notes[-1].seconds == pytest.approx(0.325)
    assert song.lines[1].rest_s == pytest.approx(0.175) and song.lines[2].rest_s == 1.0
    assert song.seconds == pytest.approx(3.0), "it lasts no longer"


def test_octaves(voice: SingingVoice) -> None:
    assert best_octave([84, 86, 88], 48, 66) == -2
    there, told = in_range(Song((line(72, 76, 79),)), voice)
    assert [note.key for note in there.notes] == [60, 64, 67] and "an octave lower" in told
    same, told = in_range(Song((line(55, 60),)), voice)
    assert [note.key for note in same.notes] == [55, 60] and not told
    wide, told = in_range(Song((line(48, 60, 72, 84),)), voice)
    assert "out of my range" in told
    assert all(voice.lowest - 1 <= note.key <= voice.highest + 1 for note in wide.notes)


# ---------------------------------------------------------------------- delivery


def test_consonants_come_before_the_beat_and_vowels_fill_the_note() -> None:
    seconds = np.array([0.1, 0.2, 0.05, 0.08, 0.2, 0.1])  # s a n | t a m
    found = delivered(seconds, [1, 4], [(Note(60, 1.0),), (Note(64, 1.0),)], room_s=1.0, frame_s=0.01)
    ends = np.cumsum(found.frames) - found.lead
    assert found.lead == 10
    assert ends.tolist() == [0, 87, 92, 100, 190, 200]
    assert len(found.hertz) == found.frames.sum()
    key = 69 + 12 * np.log2(found.hertz / 440)
    assert np.abs(key[found.lead + 10 : found.lead + 28] - 60).max() < 0.01
    assert abs(key[found.lead + 100] - 64) < 0.3 and abs(key[found.lead + 90] - 60) < 0.8, "it arrives on the beat"


def test_long_notes_have_vibrato_and_short_ones_none() -> None:
    def range_of(seconds: float) -> float:
        found = delivered(np.array([0.2]), [0], [(Note(60, seconds),)], 1.0, 0.01)
        return float(np.ptp(69 + 12 * np.log2(found.hertz / 440)))

    assert range_of(0.3) < 0.02 and 0.5 < range_of(2.0) < 0.7


def test_a_line_that_has_no_room_before_it_begins_at_once() -> None:
    found = delivered(np.array([0.3, 0.2]), [1], [(Note(60, 0.5),)], room_s=0.05, frame_s=0.01)
    assert found.lead == 5 and found.frames.sum() == 55


def test_stretched_vowels_keep_their_edges() -> None:
    places = stretched(np.array([4, 20]), np.array([4, 100]))
    assert len(places) == 104 and places[:4].tolist() == [0, 1, 2, 3]
    assert np.diff(places[4:11]).tolist() == [1.0] * 6 and np.diff(places[-6:]).tolist() == [1.0] * 5
    assert (np.diff(places) > 0).all() and places[-1] == 23


def test_a_breath_is_soft_and_only_where_there_is_time() -> None:
    random = np.random.default_rng(1)
    assert len(breath(0.05, 22_050, random)) == 0
    drawn = breath(0.3, 22_050, random)
    assert len(drawn) == 6615 and 0.001 < float(drawn.std()) < 0.012 and float(np.abs(drawn).max()) < 0.06


# ------------------------------------------------------------------------- engine


@pytest.mark.parametrize("key", [50.0, 57.0, 62.0])
def test_the_voice_sings_the_note_it_is_given(voice: SingingVoice, key: float) -> None:
    phrase = voice.phrase(["la"], "en")
    frames = np.array([8 if kind == "consonant" else 80 for kind in phrase.kinds])
    hertz = 440 * 2 ** ((key - 69) / 12)
    samples = phrase.sound(frames, np.full(int(frames.sum()), hertz))
    assert len(samples) == frames.sum() * voice.hop and np.isfinite(samples).all()
    middle = samples[30 * voice.hop : 60 * voice.hop]
    assert abs(1200 * np.log2(pitch(middle.astype(float), voice.rate) / hertz)) < 5


def test_a_song_by_heart(engine: Singing, tmp_path: Path) -> None:
    made = sung(engine, tmp_path, text="Row row row your boat in D, fast")
    assert (made.facts["title"], made.facts["key"], made.facts["tune"]) == ("Row Row Row Your Boat", "D", "by heart")
    samples, rate = sf.read(made.files[0].path)
    assert made.files[0].name == "row row row your boat" and rate == 22_050 and samples.ndim == 1
    assert len(samples) / rate == pytest.approx(float(str(made.facts["seconds"])), abs=0.01)
    assert 8 < len(samples) / rate < 11 and 0.05 < samples.std() < 0.3 and np.abs(samples).max() <= 0.98
    assert made.posteriors is not None and len(made.posteriors.labels) == made.posteriors.rows[0].__len__()
    with sf.SoundFile(made.files[0].path) as file:
        assert "synthetic" in file.comment


def test_figure_4_is_sung_and_what_it_is_is_told(engine: Singing, tmp_path: Path) -> None:
    made = sung(engine, tmp_path, text=FIGURE_4, notes=NOTES, durations_s=DURATIONS)
    assert made.facts["notes"] == 15 and made.facts["lines"] == 2
    assert "an octave lower" in made.notice and "Mandarin with the English sounds" in made.notice
    assert float(str(made.facts["seconds"])) == pytest.approx(0.25 + 5.17, abs=0.1)


def test_the_same_is_the_same_to_the_sample(engine: Singing, tmp_path: Path) -> None:
    takes = []
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        takes.append(sung(engine, tmp_path / name, text="hello there, my friend", seed=5).files[0].path.read_bytes())
    assert takes[0] == takes[1]


def test_a_score_in_a_file(engine: Singing, tmp_path: Path) -> None:
    path = tmp_path / "song.musicxml"
    path.write_text(MUSICXML)
    made = sung(engine, tmp_path, score=path, text="the score")
    assert made.facts["title"] == "A Test" and made.facts["notes"] == 5
    assert made.notice == "I sang it an octave lower, where my voice is."


def test_words_to_a_known_tune_and_the_name_of_who_has_birthday(engine: Singing, tmp_path: Path) -> None:
    made = sung(engine, tmp_path, text="my cat is grey", tune="Jingle Bells in C")
    assert (made.facts["tune"], made.facts["key"], made.facts["notes"]) == ("lent", "C", 4)
    with pytest.raises(EngineError, match="do not know the tune Yesterday"):
        sung(engine, tmp_path, text="my cat is grey", tune="Yesterday")


@pytest.mark.parametrize(
    "arguments",
    [
        {"text": "hello", "notes": "J9"},
        {"text": "", "notes": "C4"},
        {"text": ""},
        {"text": "...", "notes": ""},
        {"text": "hello", "notes": "rest | rest"},
        {"text": "hello", "notes": "C4", "durations_s": "x"},
    ],
)
def test_no_other_song_is_sung_instead(engine: Singing, tmp_path: Path, arguments: dict[str, Json]) -> None:
    """AudioGPT sings its built-in song on any error, as if it were the answer."""
    with pytest.raises(EngineError):
        sung(engine, tmp_path, **arguments)
    assert list(tmp_path.iterdir()) == []


def test_another_voice_is_not_imitated(engine: Singing, tmp_path: Path) -> None:
    assert "Only my own voice" in sung(engine, tmp_path, text="la", notes="A3", voice="Elvis").notice


def cancelling(after: int) -> Callable[[float], None]:
    calls = iter(range(10_000))

    def report(share: float) -> None:
        assert 0 <= share <= 1
        if next(calls) >= after:
            raise JobCancelled("Nobody waits for this any more.")

    return report


@pytest.mark.parametrize("after", [0, 3, 9])
def test_cancelled_it_leaves_nothing(engine: Singing, tmp_path: Path, after: int) -> None:
    with pytest.raises(JobCancelled):
        engine.run(Job("sing", tmp_path, {"text": "Amazing Grace"}), cancelling(after))
    assert list(tmp_path.iterdir()) == []


def test_it_tells_that_it_is_at_work_and_stops_at_once_within_a_long_line(engine: Singing, tmp_path: Path) -> None:
    """A line of twelve seconds is one call of the vocoder for each of its takes."""
    job = Job(
        "sing", tmp_path, {"text": "we all are rolling along", "notes": "C4 D4 E4 D4 C4 D4 C4", "durations_s": "1.6"}
    )
    told = list[float]()
    begun = time.monotonic()
    engine.run(job, told.append)
    whole_s = time.monotonic() - begun
    assert told == sorted(told) and len(told) > 2 * min(whole_s, 3.0)

    (tmp_path / "song.wav").unlink()
    begun, asked = time.monotonic(), list[float]()

    def report(share: float) -> None:
        if time.monotonic() - begun > 0.3:  # in the midst of a take
            asked.append(time.monotonic())
            raise JobCancelled("Nobody waits for this any more.")

    with pytest.raises(JobCancelled):
        engine.run(job, report)
    assert time.monotonic() - asked[0] < max(0.5, 0.5 * whole_s) and list(tmp_path.iterdir()) == []
    engine.run(job, lambda share: None)


class _Humming:
    """A `Singer` whose every word is a syllable, and which hums: the score alone is long."""

    rate, hop, language, lowest, highest = 22_050, 256, "en", 45.0, 66.0

    def phrase(self, words: Sequence[str], language: str) -> "_Hummed":
        return _Hummed(words)


class _Hummed:
    def __init__(self, words: Sequence[str]) -> None:
        self.symbols, self.kinds, self.words = ["ɑː"] * len(words), ["vowel"] * len(words), range(len(words))
        self.seconds = np.full(len(words), 0.2)

    def sound(self, frames: np.ndarray, hertz: np.ndarray, tract: float = 1.0) -> np.ndarray:
        return np.repeat(np.sin(np.cumsum(hertz) / 50), 256).astype(np.float32) * 0.3

    def stop(self) -> None:
        pass


def test_memory_does_not_grow_with_the_song(tmp_path: Path) -> None:
    humming = Singing(Card("humming", "sing", "dsp", "Hums"), _Humming)
    humming.load()
    peaks = []
    for minutes in (1, 10):
        text = " ".join(["la"] * 60 * minutes)
        job = Job(
            "sing", tmp_path, {"text": text, "notes": " | ".join(["C4", "E4", "D4"] * 20 * minutes), "durations_s": "1"}
        )
        tracemalloc.start()
        made = humming.run(job, lambda share: None)
        peaks.append(tracemalloc.get_traced_memory()[1] / 1e6)
        tracemalloc.stop()
        assert float(str(made.facts["seconds"])) == pytest.approx(60 * minutes, abs=2)
    assert peaks[1] - peaks[0] < 6, "sound of ten minutes would be 26 MB a copy, or 53 in a file that is read whole"


def test_words_without_vowels_and_strange_words(engine: Singing, tmp_path: Path) -> None:
    made = sung(engine, tmp_path, text="mm shh hello 42 naïve", notes="C4 D4 E4 F4 G4 E4 D4 C4 C4")
    samples, _ = sf.read(made.files[0].path)
    assert np.isfinite(samples).all() and samples.std() > 0.02


def test_a_score_is_a_text_to_the_session(tmp_path: Path) -> None:
    path = tmp_path / "song.musicxml"
    path.write_text(MUSICXML)
    assert is_score(path) and probe(path).kind == "text"
    broken = tmp_path / "broken.mid"
    broken.write_bytes(b"no score at all")
    assert not is_score(broken)
    with pytest.raises(DataError):
        probe(broken)
    packed = tmp_path / "song.mxl"
    with zipfile.ZipFile(packed, "w") as file:
        file.writestr("song.xml", MUSICXML)
    assert is_score(packed) and read_score(packed).title == "A Test"


def test_without_words_each_syllable_is_the_same_and_what_cannot_be_done_is_told(tmp_path: Path) -> None:
    engine = Singing(Card("x", "sing", "dsp", "x"), _Humming)
    engine.load()
    made = engine.run(Job("sing", tmp_path, {"text": "happy birthday, hum it, as a round"}, {}, 0), lambda share: None)
    assert "cannot hum" in made.notice and "one voice" in made.notice
    song = wordless(chosen(Wanted("happy birthday"), _Humming()), "la")
    assert {word.text for line in song.lines for word in line.words} == {"la"}
