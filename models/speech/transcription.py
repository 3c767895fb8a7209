"""Speech recognition as a job: recordings of any length, cut at pauses, with times and speakers if they are wanted.

    file → blocks of a minute → probability of speech → stretches → words → text, cues
                                       └ who speaks when ──────────────────────┘     └ .srt, .vtt

The recognizer and the voice detector are given as functions: the ears have them loaded already.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field, replace
from itertools import groupby, islice, pairwise
from pathlib import Path

import numpy as np

from assistant.audio import RATE, Samples, silence
from assistant.events import Word
from models.base import Card, Job, Json, Made, MadeFile, Report
from models.borrowed import Hearing, Recognize, SpeechIn
from models.reading import blocks
from models.speech.cues import Cue, cues, srt, vtt, worded
from models.speech.diarization import Diarization, Turn
from models.speech.joining import parted
from models.speech.pauses import WINDOW, WINDOW_S, Cutter
from models.speech.recognized import UNSURE, Hear, Recognized, looping, making

LONGEST_S = 16.0
"""Seconds recognized at once: enough for the words around to help, and short enough to be cancelled soon."""
OVERLAP_S = 1.6
"""Seconds that two stretches share where speech has to be cut."""
BEFORE_S, AFTER_S = 0.25, 0.5
"""Silence put around each stretch: where a sound begins or ends all at once, recognizers make words up."""
DOUBTFUL = -0.3
"""Mean logarithm of a token's probability below which a stretch is heard once more, without that silence."""
LOOKING = 0.1
"""How much of the work is to find out who speaks."""
ORDINALS = ("First", "Second", "Third", "Fourth", "Fifth", "Sixth", "Seventh", "Eighth", "Ninth", "Tenth")


@dataclass(frozen=True, slots=True, eq=False)
class Passage:
    """What was said from some second on."""

    text: str
    start_s: float
    speech: Samples
    """The probability of speech in each window of it."""
    heard: Recognized = field(default_factory=lambda: Recognized(""))
    speaker: int | None = None
    """Who said it, from 0; None where that was not asked."""

    @property
    def words(self) -> tuple[Word, ...]:
        """The words with their times in the recording; none where they are not known."""
        return tuple(Word(w.text, self.start_s + w.start_s, self.start_s + w.end_s) for w in self.heard.words)

    def cues(self) -> Iterator[Cue]:
        """Its words in pieces that can be read."""
        for cue in worded(self.words) if self.words else cues(self.text, self.speech, self.start_s):
            yield cue if self.speaker is None else replace(cue, speaker=called(self.speaker))


@dataclass(frozen=True, slots=True, eq=False)
class _Sound:
    """A stretch of speech, to be recognized at once."""

    samples: Samples
    speech: Samples
    start_s: float
    overlaps: bool
    share: float
    """How much of the recording lies before it, 0 to 1."""
    speaker: int | None = None


class Transcription(Hearing):
    """An `Engine` around a recognizer."""

    def __init__(
        self, card: Card, recognize: Recognize, speech_in: SpeechIn, hear: Hear | None = None, at_once: int = 1
    ) -> None:
        """`hear` is the recognizer with all that it knows of the words, given `at_once` stretches at a time."""
        super().__init__(card, recognize, speech_in)
        self._hear: Hear = hear or (lambda sounds, timed: [Recognized(recognize(sound)) for sound in sounds])
        self._at_once = at_once

    def run(self, job: Job, report: Report) -> Made:
        """Transcribe `audio`. With `timestamps` the text has its times, and two files of subtitles are written.

        With `speakers` each turn is a line, with who said it. The facts have the language where the recognizer tells
        it, with times those of the cues, of words where it knows them, and with speakers their number and their turns.

        Raises:
            DataError: the file cannot be read.
            JobCancelled: it is no longer wanted.
        """
        wanted = bool(job.arguments.get("timestamps")), bool(job.arguments.get("speakers"))
        turns, report = self._turns(job.files["audio"], report) if wanted[1] else (None, report)
        passages = list(self._passages(job.files["audio"], report, wanted[0], turns))
        understood = [passage for passage in passages if not looping(passage.text)]
        facts: dict[str, Json] = {"language": language} if (language := _language(understood)) else {}
        notice = _notice(passages, understood)
        text, files = " ".join(p.text for p in understood), tuple[MadeFile, ...]()
        if text and wanted[1]:
            lines = _lines(understood)
            facts |= {"speakers": len({line["speaker"] for line in lines}), "turns": [*lines]}
            text = "\n".join(f"{line['called']}: {line['text']}" for line in lines)
        if text and wanted[0]:
            shown = [cue for p in understood for cue in p.cues()]
            words: list[Json] = [_row(word) for p in understood for word in p.words]
            facts |= {"cues": [asdict(cue) for cue in shown], **({"words": words} if words else {})}
            files = _subtitles(job.folder, shown)
        return Made(text, files, facts=facts, notice=notice)

    def _turns(self, path: Path, report: Report) -> tuple[list[Turn], Report]:
        """Who speaks when, and what is told how much of the rest is done."""
        found, at = Diarization(), 0
        for block in blocks(path):
            found.push(block.samples, self._speech_in(block.samples))
            at += len(block.samples)
            report(LOOKING * min(1.0, at / max(1, block.total)))
        return found.turns(), lambda share: report(LOOKING + (1 - LOOKING) * share)

    def _passages(
        self, path: Path, report: Report, timed: bool, turns: Sequence[Turn] | None = None
    ) -> Iterator[Passage]:
        """What was said, stretch by stretch; of what two share, the one before gives up its part."""
        held = Passage("", 0.0, np.zeros(0, np.float32))
        for sound, heard in self._heard(self._sounds(path, turns), report, timed):
            words = " ".join(heard.text.split())
            before, words = parted(held.text, words) if sound.overlaps else (held.text, words)
            if before:
                yield replace(held, text=before, heard=_first(held.heard, before))
            held = Passage(words, sound.start_s, sound.speech, _last(heard, words), sound.speaker)
        if held.text:
            yield held
        report(1.0)

    def _heard(self, sounds: Iterator[_Sound], report: Report, timed: bool) -> Iterator[tuple[_Sound, Recognized]]:
        while group := list(islice(sounds, self._at_once)):
            report(group[0].share)
            heard = self._hear([_surrounded(sound.samples) for sound in group], timed)
            for sound, first in zip(group, map(_without_silence, heard), strict=True):
                yield sound, self._surer(sound, first, timed)

    def _surer(self, sound: _Sound, first: Recognized, timed: bool) -> Recognized:
        """What was heard, or where that is doubtful and the sound alone is heard more surely, that."""
        if first.log_prob >= DOUBTFUL:
            return first
        (second,) = self._hear([sound.samples], timed)
        return second if second.log_prob > first.log_prob else first

    def _sounds(self, path: Path, turns: Sequence[Turn] | None) -> Iterator[_Sound]:
        """The stretches in which somebody speaks; what they no longer need of the recording is let go."""
        cutter = Cutter(round(LONGEST_S / WINDOW_S), round(OVERLAP_S / WINDOW_S))
        sound, speech, at = np.zeros(0, np.float32), np.zeros(0, np.float32), 0
        for block in blocks(path):
            probable = self._speech_in(block.samples)
            sound, speech = np.concatenate((sound, block.samples)), np.concatenate((speech, probable))
            for s in cutter.push(probable, final=block.last):
                start, end = s.start - at, s.end - at
                share = min(1.0, s.start * WINDOW / max(1, block.total))
                cut = sound[start * WINDOW : end * WINDOW]
                whole = _Sound(cut, speech[start:end], s.start * WINDOW_S, s.overlaps, share)
                yield from _by_speaker(whole, turns) if turns else [whole]
            gone, at = cutter.needed - at, cutter.needed
            sound, speech = sound[gone * WINDOW :], speech[gone:]


def called(speaker: int) -> str:
    """How somebody is called whose name is not known."""
    return f"{ORDINALS[speaker]} speaker" if speaker < len(ORDINALS) else f"Speaker {speaker + 1}"


def _by_speaker(sound: _Sound, turns: Sequence[Turn]) -> Iterator[_Sound]:
    """The parts of a stretch, each said by one person."""
    last = len(sound.speech)
    here = [t for t in turns if t.end_s > sound.start_s and t.start_s < sound.start_s + last * WINDOW_S]
    changes = [(a, b) for a, b in pairwise(here) if a.speaker != b.speaker]
    edges = [round(((a.end_s + b.start_s) / 2 - sound.start_s) / WINDOW_S) for a, b in changes]
    speakers = [*(a.speaker for a, _ in changes), *(t.speaker for t in here[-1:])] or [_before(turns, sound.start_s)]
    for speaker, start, end in zip(speakers, [0, *edges], [*edges, last], strict=True):
        if end > start:
            samples, speech = sound.samples[start * WINDOW : end * WINDOW], sound.speech[start:end]
            at = sound.start_s + start * WINDOW_S
            yield replace(
                sound,
                samples=samples,
                speech=speech,
                start_s=at,
                overlaps=sound.overlaps and not start,
                speaker=speaker,
            )


def _before(turns: Sequence[Turn], at_s: float) -> int:
    """Who spoke last before a moment, or first after it."""
    return next((turn.speaker for turn in reversed(turns) if turn.start_s <= at_s), turns[0].speaker)


def _lines(passages: Sequence[Passage]) -> list[dict[str, Json]]:
    """What was said, by turns: who, from when to when, and the words."""
    lines = list[dict[str, Json]]()
    for speaker, its in groupby(passages, key=lambda passage: passage.speaker or 0):
        said = list(its)
        end_s = said[-1].start_s + len(said[-1].speech) * WINDOW_S
        text = " ".join(passage.text for passage in said)
        lines.append(
            {
                **{"speaker": speaker + 1, "called": called(speaker), "text": text},
                **{"start_s": round(said[0].start_s, 2), "end_s": round(end_s, 2)},
            }
        )
    return lines


def _surrounded(samples: Samples) -> Samples:
    return np.concatenate((silence(BEFORE_S, RATE), samples, silence(AFTER_S, RATE)))


def _without_silence(heard: Recognized) -> Recognized:
    """What was heard, with the times that it has in the stretch itself."""
    words = (
        replace(w, start_s=max(0.0, w.start_s - BEFORE_S), end_s=max(0.0, w.end_s - BEFORE_S)) for w in heard.words
    )
    return replace(heard, words=tuple(words))


def _first(heard: Recognized, text: str) -> Recognized:
    """What was heard, cut to the words at its beginning that are left."""
    return replace(heard, words=heard.words[: making(heard.words, text)])


def _last(heard: Recognized, text: str) -> Recognized:
    """What was heard, cut to the words at its end that are left."""
    gone = len("".join(heard.text.split())) - len("".join(text.split()))
    return replace(heard, words=heard.words[making(heard.words, "x" * gone) :])


def _language(passages: Sequence[Passage]) -> str:
    """That in which most is said."""
    letters = Counter[str]()
    for passage in passages:
        letters[passage.heard.language] += len(passage.text)
    return letters.most_common(1)[0][0] if letters else ""


def _notice(passages: Sequence[Passage], understood: Sequence[Passage]) -> str:
    """What is to be told of how well it was understood."""
    if not understood:
        return "Somebody speaks, but I cannot make out the words. Is it in another language?" if passages else ""
    letters = sum(len(p.text) for p in understood)
    if sum(p.heard.log_prob * len(p.text) for p in understood) < UNSURE * letters:
        return "I am not sure of these words. Is it in another language?"
    lost = len(passages) - len(understood)
    return f"I could not make out {'one part' if lost == 1 else f'{lost} parts'} of it." if lost else ""


def _row(word: Word) -> Json:
    return {"text": word.text.strip(), "start_s": round(word.start_s, 2), "end_s": round(word.end_s, 2)}


def _subtitles(folder: Path, shown: list[Cue]) -> tuple[MadeFile, ...]:
    files = (("subtitles.srt", "subtitles", srt(shown)), ("subtitles.vtt", "web subtitles", vtt(shown)))
    for file, _, text in files:
        (folder / file).write_text(text, encoding="utf-8")
    return tuple(MadeFile(folder / file, name, "text") for file, name, _ in files)
