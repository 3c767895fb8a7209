"""Which song a job is about: a score, notes with words, a tune by its name, words that a tune is made up for."""

from dataclasses import dataclass, replace
from pathlib import Path

from assistant.errors import EngineError
from models.base import Job
from models.music.asking import Asked, asked, at_pace, for_somebody, tune_of
from models.music.files import read_score
from models.music.fitting import fitted, language_of, syllables, units
from models.music.melody import made_up
from models.music.notation import NAMES_OF_TONICS, STEPS, Beat, beats, key_of
from models.music.score import OCTAVE, Song, changed
from models.music.tunes import TUNES, Tune, song_of
from models.music.voice import Singer

TEMPO = 100.0
"""Beats in a minute of what has no tempo of its own."""
MIDDLE_C = 60.0
MINOR = frozenset((4, 9, 11))
"""Degrees of the major scale, in semitones, that are one lower in minor."""
SAID = ("text", "notes", "durations_s", "tune", "key", "tempo")
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
    said = asked(wanted.text, wanted.key, wanted.tempo)
    if wanted.notes or wanted.durations_s:
        song = fitted(wanted.text, beats(wanted.notes, wanted.durations_s), singer)
        return at_pace(song, asked("", "", wanted.tempo), TEMPO)
    if wanted.score is not None:
        return at_pace(read_score(wanted.score), said, TEMPO)
    if wanted.tune:
        return _to_tune(wanted, said, singer)
    if found := tune_of(said.text):
        tune, lines, name = found
        return for_somebody(_by_heart(tune, said, lines), name)
    return _made_up(wanted, said, singer)


def _by_heart(tune: Tune, said: Asked, lines: int | None = None) -> Song:
    tonic = MIDDLE_C + said.tonic if said.tonic is not None else key_of(tune.key)
    song = song_of(tune, tonic, lines)
    song = replace(_darkened(song, tonic) if said.minor else song, key=_said(tonic, said.minor))
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
    return at_pace(replace(song, key=_said(tonic, said.minor)), said, TEMPO)


def _said(tonic: float, minor: bool) -> str:
    """A key as it is said."""
    return NAMES_OF_TONICS[round(tonic) % OCTAVE] + (" minor" if minor else "")


def _darkened(song: Song, tonic: float) -> Song:
    """A song in minor."""
    return changed(song, lambda note: replace(note, key=note.key - ((note.key - tonic) % OCTAVE in MINOR)))
