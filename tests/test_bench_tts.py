"""The benchmark of voices: its texts, who reads them, what is heard of them, and a small whole run."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from asr.base import Transcript
from assistant.audio import RATE, Samples
from assistant.bench.synthesizers import TEACHER, Festival, OwnVoice, joined, labelled, named
from assistant.bench.tts import Results, VoiceBench, measure, read, write
from assistant.bench.voice_cast import cast
from assistant.bench.voice_instruments import made
from assistant.bench.voice_report import markdown, table
from assistant.bench.voice_takes import Take, first_audio, record, speed
from assistant.bench.voice_texts import Sentence, clauses, own_sentences, plain_words, read_sentences, ten_words
from assistant.bench.voice_words import WordErrors, rates
from assistant.cli.parser import parse
from assistant.errors import DataError, EngineError, EngineMissing, SettingsError
from assistant.events import Spoken, Word
from config.settings import Settings
from tests.fakes import ToneVoice

SHARED = Path(__file__).parent.parent.parent / "shared" / "data"
TRAINED_ON = Path(__file__).parent.parent / "scripts" / "voice" / "replies.txt"


def take(samples: Samples, sentence: Sentence) -> Take:
    return Take(sentence, Spoken(samples, RATE), 0.1)


class FixedRecognizer:
    """A `Recognizer` that hears the same in everything."""

    name = "fixed"
    rate = RATE

    def __init__(self, text: str) -> None:
        self.text = text

    def transcribe(self, samples: Samples) -> Transcript:
        return Transcript(self.text)


class Hoarse(ToneVoice):
    """A `Voice` that fails at the second clause."""

    name = "hoarse"

    def speak(self, clause, manner):
        if self.spoken:
            raise EngineError("The voice is gone.")
        return super().speak(clause, manner)


# ------------------------------------------------------------------------- texts


def test_there_are_the_harvard_sentences_and_as_many_replies_as_promised() -> None:
    sentences = own_sentences()
    assert [s.group for s in sentences].count("harvard") == 30
    assert [s.group for s in sentences].count("replies") >= 40
    assert sentences[0].written == sentences[0].spoken == "The birch canoe slid on the smooth planks."
    assert len({s.written for s in sentences}) == len(sentences)


def test_what_is_to_be_heard_is_written_in_words() -> None:
    assert [s.spoken for s in own_sentences() if re.search(r"[^A-Za-z ,.?!'-]", s.spoken)] == []
    assert sum(bool(re.search(r"\d", s.written)) for s in own_sentences()) >= 30


def test_replies_for_the_first_sound_have_ten_words() -> None:
    assert len(ten_words()) >= 20
    assert {len(reply.split()) for reply in ten_words()} == {10}


@pytest.mark.parametrize("known", [TRAINED_ON, SHARED / "lj_texts.txt"], ids=lambda path: path.name)
def test_training_saw_none_of_the_texts(known: Path) -> None:
    if not known.exists():
        pytest.skip(f"{known} is not here")
    seen = {tuple(plain_words(line)) for line in known.read_text(encoding="utf-8").splitlines()}
    ours = [text for s in own_sentences() for text in (s.written, s.spoken)]
    assert [text for text in (*ours, *ten_words()) if tuple(plain_words(text)) in seen] == []


def test_a_file_of_texts(tmp_path: Path) -> None:
    path = tmp_path / "mine.txt"
    path.write_text("# a remark\nHello there.\n\nAt 5.\tAt five.\n")
    assert read_sentences(path) == [
        Sentence("Hello there.", "Hello there.", "mine"),
        Sentence("At 5.", "At five.", "mine"),
    ]


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (b"", "holds no texts"),
        (b"# only a remark\n", "holds no texts"),
        (b"ok\na\tb\tc\n", "line 2: not a text"),
        (b"...\n", "line 1: not a text"),
        (b"At 5.\t\n", "line 1: not a text"),
        (b"\xff\xfe", "it is no text"),
        (None, "Cannot read the texts"),
    ],
)
def test_a_bad_file_of_texts_is_named(tmp_path: Path, content: bytes | None, complaint: str) -> None:
    path = tmp_path / "bad.txt"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(DataError, match=complaint) as told:
        read_sentences(path)
    assert str(path) in str(told.value)


def test_words_without_their_punctuation() -> None:
    assert plain_words("It’s 'twenty-five', O'Neil said…") == ["it's", "twenty", "five", "o'neil", "said"]


def test_a_reply_is_cut_as_in_a_conversation() -> None:
    assert clauses("Of course, Dr. Smith. It is late.") == ["Of course, Dr. Smith.", "It is late."]


# ------------------------------------------------------------------------- words


def test_word_errors_are_told_apart() -> None:
    texts = [("A dog ran home.", "a cat ran home"), ("Rain falls", "rain falls and stops"), ("Stop!", "")]
    figures = rates([((said,), heard) for said, heard in texts])
    assert figures[""] == pytest.approx(4 / 7, abs=1e-4)
    assert figures["substitutions"] == figures["deletions"] == pytest.approx(1 / 7, abs=1e-4)
    assert (figures["insertions"], figures["words"]) == (pytest.approx(2 / 7, abs=1e-4), 7)


def test_numbers_are_the_same_in_words_and_in_figures() -> None:
    assert rates([(("It costs twenty-five dollars.",), "it costs $25")])[""] == 0
    assert rates([(("At ten thirty.", "At 10:30."), "at 10:30")])[""] == 0
    assert rates([(("At ten thirty.",), "at 10:30")])[""] > 0
    assert rates([(("[noise]",), "anything")]) == {"": None}


def test_every_list_has_its_rate_and_a_silent_voice_says_nothing() -> None:
    recognizer = FixedRecognizer("hello there")
    said = [
        take(np.ones(RATE, np.float32), Sentence("x", "Hello there.", "a")),
        take(np.zeros(9, np.float32), Sentence("x", "Go", "b")),
    ]
    figures = WordErrors(recognizer).figures(said, {})
    assert (figures["wer_a"], figures["wer_b"], figures["wer"]) == (0.0, 1.0, pytest.approx(1 / 3, abs=1e-4))
    assert WordErrors(recognizer, "whisper").figures(said, {})["whisper_deletions"] == pytest.approx(1 / 3, abs=1e-4)


# --------------------------------------------------------------- synthesizers


def test_clauses_are_joined_with_their_words_in_the_time_of_the_whole() -> None:
    said = OwnVoice(ToneVoice()).say(Sentence("Here it is now. Bye.", ""))
    assert len(said.samples) == 5 * 4000
    assert [(w.text, w.start_s) for w in said.words][-2:] == [("now.", 1.5), ("Bye.", 2.0)]
    assert len(joined([], 8000).samples) == 0


def test_what_festival_splits_off_is_put_back() -> None:
    assert labelled(["0.1 0.3 the", "0.3 0.6 man", "0.6 0.7 's", "0.7 1.0 fall"]) == [
        Word("the", 0.1, 0.3),
        Word("man's", 0.3, 0.7),
        Word("fall", 0.7, 1.0),
    ]


@pytest.mark.parametrize("name", ["flite:slt", TEACHER])
def test_a_program_speaks_its_words(name: str) -> None:
    if not shutil.which(name.partition(":")[0]):
        pytest.skip(f"{name} is not installed")
    try:
        program = named(name)
    except EngineMissing as missing:
        pytest.skip(str(missing))
    try:
        said = program.say(Sentence("", 'She said "no" to the man\'s \\ offer.'))
        again = program.clause("Yes.")
    finally:
        program.close()
    assert 1.0 < len(said.samples) / said.rate < 5.0
    assert np.abs(said.samples).max() > 0.05
    assert 0.1 < len(again.samples) / again.rate < 2.0
    if isinstance(program, Festival):
        assert [w.text for w in said.words if w.text != "\\"] == ["She", "said", "no", "to", "the", "man's", "offer"]
        assert said.words[-1].end_s <= len(said.samples) / said.rate


@pytest.mark.parametrize("name", ["flite:nobody", "festival:nobody"])
def test_a_voice_that_a_program_has_not_got(name: str) -> None:
    program = name.partition(":")[0]
    with pytest.raises(EngineMissing, match=f'{program} has no voice "nobody"|{program} is not installed'):
        named(name)


# ------------------------------------------------------------------ whole runs


def test_speed_and_first_sound() -> None:
    voice = ToneVoice()
    takes = record(OwnVoice(voice), [Sentence("One two. Three four five.", "")])
    figures = speed([Take(t.sentence, t.spoken, 0.25) for t in takes])
    assert (figures["texts"], figures["silent"], figures["audio_s"], figures["rtf"]) == (1, 0, 2.5, 0.1)
    assert speed([])["rtf"] is None
    first = first_audio(OwnVoice(voice), ["Of course I can, Dr. Smith. It is late."])
    assert voice.spoken[-1] == "Of course I can,"
    assert 0 <= first["first_audio_ms"] <= first["first_audio_p95_ms"] < 20_000


def test_who_fails_is_left_out_with_the_reason() -> None:
    results = Results()
    read(OwnVoice(Hoarse()), own_sentences()[:2], results)
    assert results.figures == {}
    assert results.notes == ["hoarse is left out: The voice is gone."]


def test_what_is_not_installed_is_named() -> None:
    def missing(name: str):
        def make():
            raise ImportError(name=name)

        return make

    notes: list[str] = []
    assert made("DNSMOS", missing("speechmos.dnsmos"), notes.append) is None
    assert made("FFE", missing("pkg_resources"), notes.append) is None
    assert notes == ["DNSMOS is left out: pip install speechmos.", "FFE is left out: pip install 'setuptools<81'."]


def test_what_nobody_has_a_figure_for_is_no_row() -> None:
    rows = table({"a": {"rtf": 0.1234, "wer": 0.1, "wer_mine": 0.2, "mcd_db": None}, "b": {"rtf": None}})
    assert rows[0] == ["", "a", "b"]
    assert ["real-time factor", "0.123", "–"] in rows
    assert ["  mine", "20.0%", "–"] in rows
    assert not any(row[0].startswith("MCD") for row in rows)
    assert "| real-time factor | 0.123 | – |" in markdown({"a": {"rtf": 0.1234}, "b": {}}, ["b is left out"])


def test_a_voice_of_that_name_has_to_be_there() -> None:
    with pytest.raises(SettingsError, match="no voice"):
        measure(Settings(), VoiceBench(("nobody",), against=()))


def test_who_is_asked_for_twice_reads_once_and_who_is_not_here_is_left_out() -> None:
    notes: list[str] = []
    against = ("espeak", "flite:nobody", "festival:nobody", "human")
    assert [s.name for s in cast(Settings(), ("espeak", "espeak"), against, notes.append)] == ["espeak"]
    assert [note.partition(" is left out: ")[0] for note in notes] == ["flite:nobody", "festival:nobody"]


def test_recordings_of_a_person_have_to_have_a_text(tmp_path: Path) -> None:
    manifest = tmp_path / "some.jsonl"
    manifest.write_text('{"path": "x.wav"}\n')
    with pytest.raises(DataError, match="English text"):
        measure(Settings(), VoiceBench(("espeak",), against=("human",), human=manifest, limit=1))


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(DataError, match="Cannot write to"):
        write(tmp_path / "file", Results())


def test_the_command_line() -> None:
    found = parse(["--voice", "espeak", "bench", "tts", "--voice", "a", "b", "--limit", "2", "-o", "d"])
    assert (found.voice, found.voices, found.limit, found.output) == ("espeak", ["a", "b"], 2, Path("d"))
    assert parse(["bench", "tts", "--output", "d"]).output == Path("d")
    assert parse(["bench", "tts"]).voices == []
    assert parse(["bench", "asr", "--data", "d", "--voice", "espeak"]).voice == "espeak"
    with pytest.raises(SystemExit):
        parse(["bench", "tts", "--limit", "0"])


def program(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """The whole program, in a home of its own, with no other program in reach."""
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("EARSHOT", "XDG"))}
    return subprocess.run(
        [sys.executable, "-m", "assistant", "bench", "tts", *arguments],
        env=environment | {"HOME": str(folder), "PATH": str(folder)},
        capture_output=True,
        text=True,
        timeout=240,
    )


def test_a_small_run_without_the_programs(tmp_path: Path) -> None:
    texts = tmp_path / "mine.txt"
    texts.write_text("Two blue fish swam in the tank.\nIt is 7:45 now.\tIt is seven forty-five now.\n")
    done = program(tmp_path, "--voice", "espeak", "--texts", str(texts), "--json", "-o", str(tmp_path / "out"))
    assert done.returncode == 0, done.stderr
    assert done.stderr.splitlines()[:2] == [
        "espeak reads 2 texts.",
        "Measuring espeak: words that moonshine understands.",
    ]
    printed = json.loads(done.stdout)
    assert printed == json.loads((tmp_path / "out" / "figures.json").read_text())
    figures = printed["synthesizers"].pop("espeak")
    assert printed["synthesizers"] == {}
    assert (figures["texts"], figures["silent"]) == (2, 0)
    assert 0 < figures["rtf"] < 20 and 0 < figures["first_audio_ms"] < 20_000
    assert 0 <= figures["wer"] == figures["wer_mine"] <= 1
    assert sum("is not installed; on Debian: apt-get install" in note for note in printed["notes"]) == 4
    assert any(note.startswith("human is left out: name a manifest") for note in printed["notes"])
    assert sorted(path.name for path in (tmp_path / "out" / "espeak").iterdir()) == ["001.wav", "002.wav"]
    assert "| real-time factor |" in (tmp_path / "out" / "table.md").read_text()


def test_a_missing_file_of_texts_ends_the_program_with_a_sentence(tmp_path: Path) -> None:
    done = program(tmp_path, "--texts", str(tmp_path / "none.txt"))
    assert done.returncode == 1
    assert done.stderr == f"Cannot read the texts {tmp_path / 'none.txt'}: No such file or directory.\n"
