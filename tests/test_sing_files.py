"""Scores in files: MusicXML and MIDI with lyrics, whole and broken."""

import io
from pathlib import Path

import mido
import pytest

from assistant.errors import DataError
from models.music.files import read_score
from models.music.midi import read_midi
from models.music.musicxml import read_musicxml
from models.music.score import Note


def note(step: str, duration: int, lyric: str = "", more: str = "") -> str:
    pitch = "<rest/>" if step == "R" else f"<pitch><step>{step}</step><octave>4</octave></pitch>"
    return f"<note>{pitch}<duration>{duration}</duration><voice>1</voice>{more}{lyric}</note>"


def lyric(text: str, syllabic: str = "single") -> str:
    return f"<lyric number='1'><syllabic>{syllabic}</syllabic><text>{text}</text></lyric>"


MUSICXML = f"""<?xml version="1.0"?>
<!DOCTYPE score-partwise PUBLIC "-//Recordare//DTD MusicXML 3.1 Partwise//EN" "http://www.musicxml.org/dtds/partwise.dtd">
<score-partwise><work><work-title>A Test</work-title></work>
<part id="P0"><measure number="1">{note("C", 8)}</measure></part>
<part id="P1"><measure number="1"><attributes><divisions>2</divisions></attributes>
<direction><sound tempo="120"/></direction>
{note("C", 2, lyric("Hel", "begin"))}{note("E", 2, lyric("lo", "end"), "<tie type='start'/>")}
{note("E", 1, "", "<tie type='stop'/>")}{note("G", 1)}{note("R", 2)}
{note("A", 2, lyric("big"))}{note("G", 4, lyric("world"))}
</measure></part></score-partwise>"""


def test_musicxml_words_ties_slurs_and_rests() -> None:
    song = read_musicxml(MUSICXML.encode(), "x.musicxml")
    assert song.title == "A Test"
    first, second = song.lines
    assert [word.text for word in (*first.words, *second.words)] == ["Hello", "big", "world"]
    assert first.words[0].cells == ((Note(60, 0.5),), (Note(64, 0.75), Note(67, 0.25)))
    assert second.rest_s == 0.5 and second.words[1].cells == ((Note(67, 1.0),),)


BOMB = """<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>
<score-partwise><part id="P1">&b;</part></score-partwise>"""


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (BOMB, "entities"),
        ("<score-partwise><part>", "no MusicXML"),
        ("<html/>", "no score in parts"),
        ("<score-partwise><part id='P1'><measure/></part></score-partwise>", "no words"),
        (MUSICXML.replace("<octave>4</octave>", "<octave>four</octave>"), "cannot be read"),
        (MUSICXML.replace("<divisions>2<", "<divisions>0<"), "cannot be read"),
        ("", "no MusicXML"),
    ],
)
def test_broken_musicxml(text: str, told: str) -> None:
    with pytest.raises(DataError, match=told):
        read_musicxml(text.encode(), "x.musicxml")


def midi(lyrics: list[str], kind: str = "lyrics") -> bytes:
    file = mido.MidiFile(ticks_per_beat=480)
    track = mido.MidiTrack()
    file.tracks.append(track)
    track.append(mido.MetaMessage("set_tempo", tempo=500_000))
    for text, key in zip(lyrics, (60, 62, 64, 65), strict=False):
        track.append(mido.MetaMessage(kind, text=text))
        track.append(mido.Message("note_on", note=key, velocity=64))
        track.append(mido.Message("note_off", note=key, time=480))
    out = io.BytesIO()
    file.save(file=out)
    return out.getvalue()


@pytest.mark.parametrize(
    ("lyrics", "kind", "words"),
    [
        (["Hel-", "lo", "big", "world"], "lyrics", ["Hello", "big", "world"]),
        (["Hel", "lo ", "big ", "world "], "lyrics", ["Hello", "big", "world"]),
        (["\\Twin", "kle", " little", " star"], "text", ["Twinkle", "little", "star"]),
    ],
)
def test_midi_words_and_notes(lyrics: list[str], kind: str, words: list[str]) -> None:
    song = read_midi(midi(lyrics, kind), "x.mid")
    assert [word.text for line in song.lines for word in line.words] == words
    assert [n.key for n in song.notes] == [60, 62, 64, 65]
    assert [n.seconds for n in song.notes] == pytest.approx([0.5] * 4)


@pytest.mark.parametrize(
    ("data", "told"),
    [(b"MThd", "no MIDI file"), (midi([]), "no words"), (midi(["la", "la"])[:60], "no MIDI|no words|no notes")],
)
def test_broken_midi(tmp_path: Path, data: bytes, told: str) -> None:
    path = tmp_path / "x.mid"
    path.write_bytes(data)
    with pytest.raises(DataError, match=told):
        read_score(path)


def test_files_that_are_not_there_or_no_archive(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="Cannot read"):
        read_score(tmp_path / "none.mid")
    path = tmp_path / "x.mxl"
    path.write_bytes(b"PK\x03\x04 and nothing more")
    with pytest.raises(DataError, match="unpacked"):
        read_score(path)
