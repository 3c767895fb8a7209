"""MIDI with lyrics, and karaoke files: the track whose notes begin where the words do (library mido)."""

import io
from collections.abc import Sequence

import mido

from assistant.errors import DataError
from models.music.lyrics import Sung, song_of
from models.music.score import Note, Song

NEAR_S = 0.06
"""A word belongs to a note that begins no further from it."""
SHORTEST_S = 0.05

_Played = tuple[float, float, float]
"""A note: when it begins and ends, in seconds, and its key."""


def read_midi(data: bytes, name: str) -> Song:
    """The song in a MIDI file.

    Raises:
        DataError: it is no MIDI file, or has no words.
    """
    try:
        file = mido.MidiFile(file=io.BytesIO(data), charset="utf-8" if _is_utf8(data) else "latin1")
        words, tracks = _words(file), [_notes(file, track) for track in file.tracks]
    except (OSError, EOFError, ValueError, IndexError, KeyError, ZeroDivisionError) as error:
        raise DataError(f"{name} is no MIDI file that I can read.") from error
    if not words:
        raise DataError(f"There are no words in {name}; put lyrics to its notes, or tell me the words.")
    best = max(tracks, key=lambda notes: sum(_near(at, notes) for at, _ in words))
    if not best:
        raise DataError(f"There are no notes in {name}.")
    return song_of(_sung(words, _one_voice(best)))


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return b"\xc3" in data
    return True


def _seconds(file: mido.MidiFile) -> "list[tuple[int, float, float]]":
    """Where the tempo changes: tick, second, and seconds a tick from there."""
    found, at = [(0, 0.0, 0.5 / file.ticks_per_beat)], 0
    for message in mido.merge_tracks(file.tracks):
        at += message.time
        if message.type == "set_tempo":
            tick, second, each = found[-1]
            found.append((at, second + (at - tick) * each, message.tempo / 1e6 / file.ticks_per_beat))
    return found


def _at(tick: int, tempi: "Sequence[tuple[int, float, float]]") -> float:
    start, second, each = next(one for one in reversed(tempi) if one[0] <= tick)
    return second + (tick - start) * each


def _words(file: mido.MidiFile) -> list[tuple[float, str]]:
    """When each syllable begins; lyrics where there are any, else the texts of a karaoke file."""
    tempi = _seconds(file)
    for kind in ("lyrics", "text"):
        found = list[tuple[float, str]]()
        for track in file.tracks:
            tick = 0
            for message in track:
                tick += message.time
                if message.type == kind and message.text.strip("\r\n/\\ ") and not message.text.startswith("@"):
                    found.append((_at(tick, tempi), message.text))
        if len(found) > 1 or (found and kind == "lyrics"):
            return sorted(found, key=lambda one: one[0])
    return []


def _notes(file: mido.MidiFile, track: mido.MidiTrack) -> list[_Played]:
    tempi, tick = _seconds(file), 0
    sounding, found = dict[tuple[int, int], float](), list[_Played]()
    for message in track:
        tick += message.time
        if message.type not in ("note_on", "note_off") or message.channel == 9:
            continue
        place = (message.channel, message.note)
        if place in sounding:
            found.append((sounding.pop(place), _at(tick, tempi), float(message.note)))
        if message.type == "note_on" and message.velocity:
            sounding[place] = _at(tick, tempi)
    return sorted(found)


def _near(at: float, notes: Sequence[_Played]) -> bool:
    return any(abs(start - at) <= NEAR_S for start, _, _ in notes)


def _one_voice(notes: Sequence[_Played]) -> list[_Played]:
    """Of notes that begin together the highest, each until the next begins at the latest."""
    tops = list[_Played]()
    for start, end, key in notes:
        if tops and start - tops[-1][0] < NEAR_S / 2:
            tops[-1] = max(tops[-1], (tops[-1][0], end, key), key=lambda note: note[2])
        else:
            tops.append((start, end, key))
    ends = [min(end, following[0]) for (_, end, _), following in zip(tops, [*tops[1:], (1e9, 0, 0)], strict=True)]
    return [(s, max(e, s + SHORTEST_S), key) for (s, _, key), e in zip(tops, ends, strict=True)]


def _sung(words: Sequence[tuple[float, str]], notes: Sequence[_Played]) -> list[Sung]:
    """Each syllable with the notes from where it begins to where the next one does."""
    found, here, silent_since = list[Sung](), 0, 0.0
    starts = [at for at, _ in words[1:]]
    for (at, text), following in zip(words, [*starts, 1e9], strict=True):
        own = list[Note]()
        rest = 0.0
        while here < len(notes) and notes[here][0] < following - NEAR_S:
            start, end, key = notes[here]
            here += 1
            if start < at - NEAR_S and not own:
                continue  # an interlude without words
            rest = rest if own else max(0.0, start - silent_since)
            own.append(Note(key, end - start))
            silent_since = end
        if own:
            plain = text.strip("\r\n/\\ ")
            found.append(Sung(plain.rstrip("-"), own, rest, plain.endswith("-")))
        elif found:
            found[-1].text += text.strip("\r\n/\\ -")
    return _joined(found, [text for _, text in words])


def _joined(found: list[Sung], texts: Sequence[str]) -> list[Sung]:
    """Where a file has no hyphens, a syllable without a space before the next one goes on."""
    spaced = sum(text != text.strip(" ") for text in texts) > len(texts) / 4
    hyphened = any(text.rstrip().endswith("-") for text in texts)
    if not spaced or hyphened or len(found) != len(texts):
        return found
    for one, text, following in zip(found, texts, texts[1:], strict=False):
        one.goes_on = not text.endswith((" ", "\n", "\r")) and not following.startswith((" ", "/", "\\", "\n", "\r"))
    return found
