"""Composes: chords in a mood, a bass under them, a melody of a motif that comes again, a beat.

sections   A   A   B   A          four bars each
chords     I   V   vi  IV         one a bar
melody     motif, motif a step off, other motif, motif; chord tones on strong beats, home at the end
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.random import Generator

from assistant.audio import Samples
from models.sound.generation.grain import RATE, Grain, Style
from models.sound.generation.instruments import BEATS, DRUMS, PLAYED, SOLO_GAIN
from models.sound.generation.music_words import MOODS, Mood, Music, music_of

SCALES: Mapping[str, tuple[int, ...]] = {
    "major": (0, 2, 4, 5, 7, 9, 11),
    "minor": (0, 2, 3, 5, 7, 8, 10),
    "dorian": (0, 2, 3, 5, 7, 9, 10),
    "phrygian": (0, 1, 3, 5, 7, 8, 10),
    "lydian": (0, 2, 4, 6, 7, 9, 11),
    "mixolydian": (0, 2, 4, 5, 7, 9, 10),
    "pentatonic": (0, 2, 4, 5, 7, 9, 11),
    "blues": (0, 2, 3, 5, 7, 9, 10),
}
CHORDS: Mapping[str, tuple[tuple[int, ...], ...]] = {
    "major": ((0, 4, 5, 3), (0, 5, 3, 4), (0, 3, 0, 4), (5, 3, 0, 4), (0, 2, 3, 4), (0, 3, 1, 4)),
    "minor": ((0, 5, 2, 6), (0, 3, 5, 4), (0, 6, 5, 6), (0, 3, 6, 2), (0, 5, 3, 4)),
    "dorian": ((0, 3, 0, 3), (0, 6, 3, 0), (0, 1, 3, 0), (0, 3, 6, 4)),
    "phrygian": ((0, 1, 0, 1), (0, 1, 6, 0), (0, 5, 1, 0)),
    "blues": ((0, 3, 0, 0), (3, 3, 0, 4), (0, 3, 0, 4)),
}
"""Degrees of the scale, one a bar."""
QUIET_LEADS = ("piano", "piano", "harp", "flute", "guitar", "bells")
"""Who may play a calm melody."""
ALONG: Mapping[str, str] = {"accordion": "accordion", "bagpipe": "bagpipe", "synth": "stab"}
"""Who plays the chords to a melody on it, if nothing is said."""
STABS = (0.5, 1.5, 2.75, 3.5)
"""Where in a bar of four a synthesizer strikes its chords."""
NAMES = ("C", "D flat", "D", "E flat", "E", "F", "G flat", "G", "A flat", "A", "B flat", "B")
RHYTHMS = (
    ((0, 2), (2, 1), (3, 1)), ((0, 1), (1, 1), (2, 2)), ((0, 3), (3, 1)), ((0, 4),), ((0, 1.5), (1.5, 0.5), (2, 2)),
    ((0, 0.5), (0.5, 0.5), (1, 1), (2, 1), (3, 1)), ((1, 1), (2, 2)),
    ((0, 0.5), (0.5, 1), (1.5, 1.5), (3, 0.5), (3.5, 0.5)),
)  # fmt: skip
"""When notes begin in a bar of four beats, and how long they are; the later ones are the busier."""


@dataclass(frozen=True)
class Composition:
    """What is to be played."""

    mood: Mood
    key: int
    scale: str
    bpm: float
    beats: int
    melody: str
    """An instrument, or empty."""
    chords: str
    bass: str
    drums: str
    bars: int
    """How many, the last one the end; 0: without end."""
    ends: bool

    @property
    def bar_s(self) -> float:
        """Seconds of a bar."""
        return self.beats * 60 / self.bpm

    @cached_property
    def told(self) -> str:
        """Such as "calm piano music in C major"."""
        lead = self.melody or self.chords or self.bass
        what = f"{lead} music" if lead else "drums"
        where = f" in {NAMES[self.key]} {self.scale}" if lead else ""
        manner = self.mood.name if lead or self.mood.drums else ""
        return f"{manner} {what}{where} at {round(self.bpm)} beats a minute".strip()

    def hertz(self, degree: int, octave: int = 4) -> float:
        """A step of the scale; degree 0 is the key's own note."""
        steps = SCALES[self.scale]
        semitones = self.key + steps[degree % 7] + 12 * (degree // 7) + 12 * (octave - 4)
        return float(261.63 * 2 ** (semitones / 12))


def composed(style: Style, rng: Generator) -> Composition:
    """What music becomes of words and chance; `style.kind` are the words, `style.seconds` how long it is to be."""
    said = music_of(style.kind)
    mood = said.mood or MOODS[0]
    bpm = said.bpm or float(rng.uniform(*mood.bpm))
    key, scale = int(rng.integers(12)) if said.key is None else said.key, said.scale or mood.scale
    bars = max(1, round(style.seconds * bpm / 60 / said.beats)) if style.seconds else 0
    if bars and (said.bpm is None or style.again):
        bpm = bars * said.beats * 60 / style.seconds
    return Composition(mood, key, scale, bpm, said.beats, *_cast(said, mood, rng), bars, not style.again)


def _cast(said: Music, mood: Mood, rng: Generator) -> tuple[str, str, str, str]:
    """Who plays the melody, the chords, the bass and the beat; empty for nobody."""
    cast = _players(said, mood, rng)
    if not said.without:
        return cast
    others = [name for name in (*mood.instruments[:2], "piano", "strings", "flute") if name not in said.without]
    melody, chords, low, drums = ("" if name in said.without else name for name in cast)
    if cast[0] and not melody:
        melody = others[0]
    if cast[1] and not chords:
        chords = next((name for name in others if name != melody), "")
    return melody, chords, "" if "bass" in said.without else low, "" if "drums" in said.without else drums


def _players(said: Music, mood: Mood, rng: Generator) -> tuple[str, str, str, str]:
    """Who plays where nobody is left out."""
    named = [name for name in said.instruments if name not in ("drums", "bass")]
    drums = mood.drums or ("pop" if "drums" in said.instruments else "")
    if said.instruments == ("drums",) and said.bare:
        return "", "", "", mood.drums or "pop"
    if said.instruments == ("bass",):
        return "", "", "bass", drums
    if said.alone and named:
        drums = drums if "drums" in said.instruments else ""
        return named[0], named[-1], "bass" if "bass" in said.instruments else "", drums
    first, second, low = mood.instruments
    first = str(rng.choice(QUIET_LEADS)) if mood.name == "calm" else first
    melody = named[0] if named else first
    second = ALONG.get(melody, second if second != melody else first)
    return melody, named[1] if len(named) > 1 else second, "" if melody == "bagpipe" else low, drums


def music(style: Style, rng: Generator) -> Iterator[Grain]:
    """It, played."""
    plan = composed(style, rng)
    return _Player(plan, style, rng).play()


@dataclass(frozen=True, slots=True)
class _Note:
    """Somebody plays something."""

    beat: float
    """In the bar."""
    who: str
    hertz: float
    seconds: float
    hard: float
    side: float
    level: float


class _Player:
    """Plays a composition bar by bar; what it played before is kept, since it comes again."""

    def __init__(self, plan: Composition, style: Style, rng: Generator) -> None:
        self._plan, self._style, self._rng = plan, style, rng
        self._kept = dict[tuple[str, int, int, int], Samples]()
        table = CHORDS.get(plan.scale, CHORDS["minor" if SCALES[plan.scale][2] == 3 else "major"])
        self._parts = [table[int(rng.integers(len(table)))] for _ in range(2)]
        self._motifs = [self._motif() for _ in range(2)]
        self._broken = bool(rng.random() < 0.5)
        self._drums = {name: make(rng) for name, make in DRUMS.items()}

    def play(self) -> Iterator[Grain]:
        """All bars."""
        bar, length = 0, self._plan.bar_s
        while not self._plan.bars or not self._plan.ends or bar < self._plan.bars:
            turn = bar % self._plan.bars if self._plan.bars and not self._plan.ends else bar
            notes = sorted(self._bar(turn), key=lambda note: note.beat)
            start, before = bar * length, round(bar * length * RATE)
            for note in notes:
                late = abs(self._rng.normal(0, 0.006))
                before = max(before, round((start + note.beat * length / self._plan.beats + late) * RATE))
                yield Grain(before, self._sound(note))
            bar += 1

    def _sound(self, note: _Note) -> Samples:
        key = (note.who, round(note.hertz * 4), round(note.seconds * 16), round(note.hard * 3))
        if key not in self._kept:
            if len(self._kept) > 400:
                self._kept.clear()
            made = (
                self._drums[note.who]
                if note.who in DRUMS
                else PLAYED[note.who](note.hertz, note.seconds, note.hard, self._rng)
            )
            self._kept[key] = made
        sides = np.sqrt([[1 - note.side, note.side]]) * (
            note.level * SOLO_GAIN.get(note.who, 1.0) * (0.6 + 0.4 * note.hard)
        )
        return np.asarray(self._kept[key][:, None] * sides, np.float32)

    def _bar(self, bar: int) -> Iterator[_Note]:
        plan = self._plan
        last = plan.ends and plan.bars > 0 and bar == plan.bars - 1
        section = (bar // 4) % 4
        root = 0 if last else self._parts[section == 2][bar % 4]
        if plan.chords:
            yield from self._chord(root, last)
        if plan.bass:
            yield from self._bass(root, last)
        if plan.melody:
            yield from self._melody(bar, root, section == 2, last)
        if plan.drums and not last:
            yield from self._beat()

    def _chord(self, root: int, last: bool) -> Iterator[_Note]:
        plan, beat_s = self._plan, 60 / self._plan.bpm
        tones = [root, root + 2, root + 4] + ([root + 6] if plan.mood.name in ("jazzy", "lofi") else [])
        low = 3 if root > 2 else 4
        if plan.chords == "bagpipe":
            yield _Note(0, "bagpipe", plan.hertz(0, 3), plan.beats * beat_s, 0.5, 0.5, 0.3)
            yield _Note(0, "bagpipe", plan.hertz(4, 3), plan.beats * beat_s, 0.5, 0.5, 0.15)
            return
        if not last and (places := self._struck_at()):
            for beat in places:
                for k, tone in enumerate(tones):
                    yield _Note(beat, plan.chords, plan.hertz(tone, low), 0.7 * beat_s, 0.4, 0.35 + 0.1 * k, 0.3)
            return
        soft = plan.chords in ("strings", "pad", "organ", "brass")
        if last or soft or not self._broken:
            for k, tone in enumerate(tones):
                for beat in (0,) if last or soft else (0, plan.beats // 2):
                    long = plan.beats if last or soft else plan.beats / 2
                    yield _Note(beat, plan.chords, plan.hertz(tone, low), long * beat_s, 0.35, 0.35 + 0.1 * k, 0.3)
            return
        for k in range(2 * plan.beats):
            tone = tones[(0, 1, 2, 1)[k % 4]] if len(tones) == 3 else tones[k % 4]
            yield _Note(k / 2, plan.chords, plan.hertz(tone, low), beat_s, 0.3 + 0.15 * (k % 2 == 0), 0.4, 0.34)

    def _struck_at(self) -> tuple[float, ...]:
        """Where in a bar chords are struck that have places of their own: off the beat, or behind a waltz's first."""
        if self._plan.mood.struck and self._plan.beats == 4:
            return self._plan.mood.struck
        if self._plan.chords == "stab":
            return tuple(beat for beat in STABS if beat < self._plan.beats)
        return (1, 2) if self._plan.beats == 3 and self._plan.bass else ()

    def _bass(self, root: int, last: bool) -> Iterator[_Note]:
        plan, beat_s = self._plan, 60 / self._plan.bpm
        low = plan.hertz(root if root < 5 else root - 7, 2)
        if plan.bass == "synth bass" and not last:
            for beat in range(plan.beats):
                yield _Note(beat + 0.5, plan.bass, low, beat_s / 2, 0.7, 0.5, 0.6)
            return
        yield _Note(0, plan.bass, low, (plan.beats if last else plan.beats / 2) * beat_s, 0.6, 0.5, 0.6)
        if not last and plan.mood.busy > 0.33:
            yield _Note(
                plan.beats // 2, plan.bass, plan.hertz((root + 4) if root < 3 else root - 3, 2), beat_s, 0.5, 0.5, 0.5
            )

    def _motif(self) -> list[tuple[float, float, int]]:
        """Two bars: beat, beats, and steps from the chord."""
        rng, busy = self._rng, self._plan.mood.busy
        made, step = list[tuple[float, float, int]](), 0
        for bar in range(2):
            order = sorted(RHYTHMS, key=lambda rhythm: abs(len(rhythm) - 1 - 4 * busy))
            for beat, long in order[int(rng.integers(4))]:
                if beat < self._plan.beats:
                    step = int(np.clip(step + rng.choice((-2, -1, -1, 0, 1, 1, 2)), -3, 5))
                    made.append((bar * self._plan.beats + beat, min(long, self._plan.beats - beat), step))
        return made

    def _melody(self, bar: int, root: int, other: bool, last: bool) -> Iterator[_Note]:
        plan, beat_s = self._plan, 60 / self._plan.bpm
        if last:
            yield _Note(0, plan.melody, plan.hertz(0, 5), plan.beats * beat_s, 0.5, 0.55, 0.8)
            return
        for beat, long, step in self._motifs[other]:
            if not bar % 2 <= beat / plan.beats < bar % 2 + 1:
                continue
            here = beat - (bar % 2) * plan.beats
            tone = self._fitting(step, root, strong=here % 2 == 0)
            yield _Note(
                here,
                plan.melody,
                plan.hertz(tone, 5 if plan.melody != "strings" else 4),
                long * beat_s,
                self._hard(here),
                0.55,
                0.8,
            )

    def _fitting(self, step: int, root: int, strong: bool) -> int:
        """A step of the motif over a chord: on strong beats one of its tones; in five-tone scales no half steps."""
        tone = step
        if strong:
            tone = min(
                (root + third + 7 * octave for third in (0, 2, 4) for octave in (-1, 0, 1)), key=lambda t: abs(t - step)
            )
        return tone - 1 if self._plan.scale == "pentatonic" and tone % 7 in (3, 6) else tone

    def _hard(self, beat: float) -> float:
        return float(np.clip(0.5 + 0.2 * (beat == 0) + self._rng.normal(0, 0.08), 0.15, 1.0))

    def _beat(self) -> Iterator[_Note]:
        beat_s = 60 / self._plan.bpm
        for row in BEATS[self._plan.drums]:
            for k, struck in enumerate(row[: 2 * self._plan.beats]):
                if struck != ".":
                    swung = 0.16 if self._plan.drums in ("swing", "lofi", "shuffle") and k % 2 else 0.0
                    yield _Note(
                        k / 2 + swung,
                        struck,
                        0.0,
                        beat_s,
                        0.9 if k % 4 == 0 else 0.6,
                        0.5 + 0.12 * (struck == "h"),
                        0.8,
                    )
