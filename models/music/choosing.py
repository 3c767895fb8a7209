"""Which song a job is about: a score, notes with words, a tune by its name, words that a tune is made up for."""

import re
from dataclasses import dataclass, replace
from pathlib import Path

from assistant.errors import EngineError
from models.base import Job
from models.music.asking import Asked, asked, at_pace, for_somebody, tune_of
from models.music.files import read_score
from models.music.fitting import MANDARIN, fitted, language_of, syllables, units
from models.music.melody import made_up
from models.music.notation import NAMES_OF_TONICS, STEPS, Beat, beats, key_of
from models.music.score import OCTAVE, Song, changed
from models.music.style import joined
from models.music.tunes import TUNES, Tune, song_of
from models.music.voice import Singer

TEMPO = 100.0
"""Beats in a minute of what has no tempo of its own."""
MIDDLE_C = 60.0
MINOR = frozenset((4, 9, 11))
"""Degrees of the major scale, in semitones, that are one lower in minor."""
SAID = ("text", "notes", "durations_s", "tune", "key", "tempo", "manner", "voice", "language")
CODES = {"mandarin": "cmn", "chinese": "cmn", "english": "en", "french": "fr", "german": "de"}
"""Of languages in which words can be pronounced, by their English names."""
ENGLISH_NAMES = {"cmn": "Mandarin", "en": "English", "fr": "French", "de": "German"}
KEYS = ("C", "D", "Eb", "F", "G", "A", "Bb")
"""In which tunes are made up."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a job asks for."""

    text: str
    notes: str = ""
    durations_s: str = ""
    tune: str = ""
    key: str = ""
    tempo: str = ""
    manner: str = ""
    voice: str = ""
    language: str = ""
    """Its English name; empty: that of the words."""
    score: Path | None = None
    seed: int = 0

    @classmethod
    def of(cls, job: Job) -> "Wanted":
        """What stands in its arguments."""
        said = {name: str(job.arguments.get(name) or "").strip() for name in SAID}
        return cls(**said, score=job.files.get("score"), seed=job.seed)


def chosen(wanted: Wanted, singer: Singer) -> Song:
    """The song.

    Raises:
        EngineError: there is nothing to sing, or what is written cannot be read; no other song is taken instead.
        DataError: the score cannot be read.
    """
    said = _said_of(wanted)
    song = _song(wanted, said, singer)
    styled = replace(said.style, voice=wanted.voice or said.style.voice)
    return replace(song, style=styled, keyed=said.tonic is not None)


def _said_of(wanted: Wanted) -> Asked:
    """What was said of how it is sung, in the text and beside it; of words on notes, beside it alone."""
    noted = bool(wanted.notes or wanted.durations_s)
    said = asked(wanted.text, wanted.key, wanted.tempo)
    said = Asked(wanted.text) if noted else said
    also = asked(f"x, {wanted.manner}" if wanted.manner else "x")
    paced = also if also.pace != 1.0 or also.beats else said
    keyed = also if also.tonic is not None else said
    return replace(
        said,
        text=_unquoted(said.text),
        style=joined(also.style, said.style),
        tonic=keyed.tonic,
        minor=keyed.minor,
        pace=paced.pace,
        beats=paced.beats,
    )


def _unquoted(text: str) -> str:
    """Words without the marks around them."""
    found = re.fullmatch(r"\s*[\"“]([^\"“”]+)[\"”]\s*|\s*['‘]([^\"]+)['’]\s*", text)
    return (found[1] or found[2]) if found else text


def _song(wanted: Wanted, said: Asked, singer: Singer) -> Song:
    if wanted.notes or wanted.durations_s:
        song = fitted(wanted.text, beats(wanted.notes, wanted.durations_s), singer)
        return at_pace(song, asked("", "", wanted.tempo or wanted.manner), TEMPO)
    if wanted.score is not None:
        return at_pace(read_score(wanted.score), said, TEMPO)
    if wanted.tune:
        return _to_tune(wanted, said, singer)
    if found := tune_of(said.text):
        tune, lines, name = found
        tune, told = _in_language(tune, wanted.language)
        return replace(for_somebody(_by_heart(tune, said, lines), name), notice=told)
    return _made_up(wanted, said, singer)


def _in_language(tune: Tune, language: str) -> tuple[Tune, str]:
    """The same tune with words of a language, and what must be told where there are none."""
    if not language or CODES.get(language.lower()) == tune.language:
        return tune, ""
    notes = [line[1] for line in tune.lines]
    same = (t for t in TUNES if t.language == CODES.get(language.lower()) and [line[1] for line in t.lines] == notes)
    if found := next(same, None):
        return found, ""
    return tune, f"I know its words only in {ENGLISH_NAMES[tune.language]}, so I sang those."


def _by_heart(tune: Tune, said: Asked, lines: int | None = None) -> Song:
    tonic = MIDDLE_C + said.tonic if said.tonic is not None else key_of(tune.key)
    song = song_of(tune, tonic, lines)
    darker = said.minor and not tune.minor
    song = replace(_darkened(song, tonic) if darker else song, key=_said(tonic, said.minor or tune.minor))
    return at_pace(song, said, tune.tempo)


def _to_tune(wanted: Wanted, said: Asked, singer: Singer) -> Song:
    """Words to a tune that is known, as often as they need it.

    Raises:
        EngineError: there is no such tune.
    """
    tuned = asked(wanted.tune)
    found = tune_of(tuned.text)
    if found is None:
        names = ", ".join(tune.title for tune in TUNES[:5])
        raise EngineError(f"I do not know the tune {wanted.tune}. I know {names} and some more; or give me the notes.")
    by_heart = _by_heart(found[0], replace(said, tonic=said.tonic if said.tonic is not None else tuned.tonic))
    score = [Beat(cell) for line in by_heart.lines for word in line.words for cell in word.cells]
    language = language_of(said.text)
    count = sum(syllables(units(said.text), language, singer)) if units(said.text) else 0
    rounds = -(-count // len(score))
    song = fitted(said.text, (score * max(1, rounds))[: max(1, count)], singer)
    return replace(song, title=found[0].title, tune="lent", key=by_heart.key)


def _made_up(wanted: Wanted, said: Asked, singer: Singer) -> Song:
    """A tune of our own.

    Raises:
        EngineError: there are no words.
    """
    if not units(said.text):
        raise EngineError("There are no words in that which I could sing; tell me the words, or the name of a song.")
    name = KEYS[(wanted.seed + len(said.text)) % len(KEYS)]
    tonic = MIDDLE_C + (said.tonic if said.tonic is not None else STEPS[name[0]] - name.count("b"))
    song = made_up(said.text, tonic, singer, wanted.seed, said.minor)
    song, told = _pronounced(song, wanted.language)
    return at_pace(replace(song, key=_said(tonic, said.minor), notice=told), said, TEMPO)


def _pronounced(song: Song, language: str) -> tuple[Song, str]:
    """Words pronounced as those of a language that was asked for; what must be told where that cannot be."""
    code = CODES.get(language.lower(), "") if language else song.language
    if code == song.language or (code and MANDARIN not in (code, song.language)):
        return replace(song, language=code), ""
    return song, f"I do not translate what I sing; give me the words in {language}."


def _said(tonic: float, minor: bool) -> str:
    """A key as it is said."""
    return NAMES_OF_TONICS[round(tonic) % OCTAVE] + (" minor" if minor else "")


def _darkened(song: Song, tonic: float) -> Song:
    """A song in minor."""
    return changed(song, lambda note: replace(note, key=note.key - ((note.key - tonic) % OCTAVE in MINOR)))
