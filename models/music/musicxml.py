"""MusicXML: the first part that has words, its first verse, one voice; repeats are sung once."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from assistant.errors import DataError
from models.music.lyrics import Sung, song_of
from models.music.notation import STEPS
from models.music.score import OCTAVE, Note, Song

TEMPO = 100.0
"""Quarters in a minute, where the score does not say."""
LONGEST_S = 60.0


@dataclass(slots=True)
class _Reading:
    """What is known while a part is read."""

    divisions: float = 1.0
    """Of a quarter."""
    tempo: float = TEMPO
    rest_s: float = 0.0
    tied: bool = False
    sung: list[Sung] = field(default_factory=list)


def read_musicxml(data: bytes, name: str) -> Song:
    """The song in a score.

    Raises:
        DataError: it is no MusicXML, declares entities, or has no words.
    """
    if b"<!ENTITY" in data or b"<!\0E\0N" in data:
        raise DataError(f"{name} declares entities, which no score needs; I do not read it.")
    try:
        root = ElementTree.fromstring(data)
    except (ElementTree.ParseError, ValueError, LookupError) as error:
        raise DataError(f"{name} is no MusicXML that I can read: {error}.") from error
    if root.tag != "score-partwise":
        raise DataError(f"{name} is no score in parts; save it as partwise MusicXML.")
    found = next((sung for part in root.iter("part") if (sung := _part(part, name))), None)
    if found is None:
        raise DataError(f"There are no words in {name}; put lyrics below its notes.")
    title = root.findtext("work/work-title") or root.findtext("movement-title") or "song"
    return song_of(found, title.strip()[:60] or "song")


def _part(part: Element, name: str) -> list[Sung]:
    """The syllables of a part; none where it has no words."""
    if part.find(".//lyric/text") is None:
        return []
    reading = _Reading()
    try:
        for element in _elements(part):
            _read(element, reading)
    except (ValueError, KeyError, ZeroDivisionError) as error:
        raise DataError(f"{name} has a note that cannot be read: {error}.") from error
    return reading.sung


def _elements(part: Element) -> Iterator[Element]:
    for measure in part.iter("measure"):
        voice = next((n.findtext("voice") for n in measure.iter("note") if n.find("lyric") is not None), None)
        for element in measure:
            if element.tag != "note" or voice is None or element.findtext("voice") in (voice, None):
                yield element


def _read(element: Element, reading: _Reading) -> None:
    if element.tag == "attributes" and (divisions := element.findtext("divisions")):
        reading.divisions = float(divisions)
    elif element.tag in ("direction", "sound"):
        _read_tempo(element, reading)
    elif element.tag == "note" and element.find("chord") is None and element.find("grace") is None:
        _read_note(element, reading)


def _read_tempo(element: Element, reading: _Reading) -> None:
    for sound in (element, *element.iter("sound")):
        if (tempo := float(sound.get("tempo") or 0)) > 0:
            reading.tempo = tempo


def _read_note(element: Element, reading: _Reading) -> None:
    quarters = float(element.findtext("duration") or 0) / reading.divisions
    seconds = min(quarters * 60 / reading.tempo, LONGEST_S)
    pitch = element.find("pitch")
    if pitch is None or seconds <= 0:
        reading.rest_s += max(seconds, 0.0)
        return
    note = Note(_key(pitch), seconds)
    lyric = element.find("lyric")
    if lyric is not None and lyric.findtext("text"):
        syllabic = lyric.findtext("syllabic") or "single"
        text = (lyric.findtext("text") or "").strip()
        reading.sung.append(Sung(text, [note], reading.rest_s, syllabic in ("begin", "middle")))
    elif reading.sung:
        _held(reading, note)
    reading.rest_s = 0.0
    reading.tied = any(tie.get("type") == "start" for tie in element.iter("tie"))


def _held(reading: _Reading, note: Note) -> None:
    """A note without words of its own: tied to the one before, or part of its slur."""
    notes = reading.sung[-1].notes
    if reading.tied and notes[-1].key == note.key:
        notes[-1] = Note(note.key, notes[-1].seconds + note.seconds)
    else:
        notes.append(note)


def _key(pitch: Element) -> float:
    step, octave = pitch.findtext("step") or "", pitch.findtext("octave") or ""
    return float(OCTAVE * (int(octave) + 1) + STEPS[step.strip().upper()]) + float(pitch.findtext("alter") or 0)
