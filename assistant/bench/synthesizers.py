"""What is compared: our voices, and programs of the system that serve as teacher and as yardstick.

our voices         the written text, clause by clause, as a conversation has it; reading numbers is part of the task
flite, festival    the words in full, whole: their reading of numbers is not what is measured
"""

import contextlib
import shutil
import subprocess
import tempfile
import threading
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Protocol

import numpy as np
import soundfile as sf

from assistant.audio import Samples
from assistant.bench.voice_texts import Sentence, clauses
from assistant.errors import EngineError, EngineMissing
from assistant.events import Manner, Spoken, Word
from tts.base import Voice

TEACHER = "festival:cmu_us_slt_arctic_hts"
PROGRAMS = {"flite": ("flite:slt", "flite:awb", "flite:rms"), "festival": (TEACHER,)}
"""What the name of a program alone stands for."""
PATIENCE_S = 60.0
"""How long a program may take for one text."""


class Synthesizer(Protocol):
    """Something that reads aloud. Blocking."""

    name: str

    def say(self, sentence: Sentence) -> Spoken:
        """A whole text, with word times where it knows them.

        Raises:
            EngineError: it could not be spoken.
        """

    def clause(self, text: str) -> Spoken:
        """One clause of plain words.

        Raises:
            EngineError: it could not be spoken.
        """

    def close(self) -> None:
        """Let go of its process."""


class OwnVoice:
    """A voice of `tts.loader` as the conversation uses it."""

    def __init__(self, voice: Voice, name: str = "") -> None:
        self.name = name or voice.name
        self._voice = voice

    def say(self, sentence: Sentence) -> Spoken:
        """The clauses of what is written, one after the other, without a gap but their own."""
        return joined([self.clause(text) for text in clauses(sentence.written)], self._voice.rate)

    def clause(self, text: str) -> Spoken:
        """One clause, in the ordinary manner."""
        return self._voice.speak(text, Manner())

    def close(self) -> None:
        """Nothing to let go of."""


class Flite:
    """Flite, a process for each text. It tells no word times.

    Raises:
        EngineMissing: the program is not installed, or has no such voice.
    """

    def __init__(self, voice: str) -> None:
        self.name = f"flite:{voice}"
        self._program, self._speaker = _program("flite"), voice
        known = _ran([self._program, "-lv"]).split()
        if voice not in known:
            raise EngineMissing(f'flite has no voice "{voice}"; it has {", ".join(known[2:])}.')

    def say(self, sentence: Sentence) -> Spoken:
        """The words in full."""
        return self.clause(sentence.spoken)

    def clause(self, text: str) -> Spoken:
        """A text as sound."""
        with tempfile.TemporaryDirectory(prefix="earshot-") as folder:
            path = Path(folder) / "spoken.wav"
            _ran([self._program, "-voice", self._speaker, "-t", text, "-o", str(path)])
            return Spoken(*_read(path, self.name))

    def close(self) -> None:
        """Nothing to let go of."""


class Festival:
    """Festival, one process that stays. Its words come with the times of its own labels.

    Raises:
        EngineMissing: the program is not installed, or has no such voice.
    """

    def __init__(self, voice: str) -> None:
        self.name = f"festival:{voice}"
        program = _program("festival")
        known = _ran([program, "--batch", '(format t "%l" (voice.list))']).strip("() \n").split()
        if voice not in known:
            raise EngineMissing(f'festival has no voice "{voice}"; it has {", ".join(known) or "none"}.')
        self._folder = tempfile.TemporaryDirectory(prefix="earshot-")
        self._process = subprocess.Popen(
            [program, "--pipe"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            encoding="latin-1",
            errors="replace",
        )
        self._told(f"(voice_{voice})")

    def say(self, sentence: Sentence) -> Spoken:
        """The words in full."""
        return self.clause(sentence.spoken)

    def clause(self, text: str) -> Spoken:
        """A text as sound, with the words as festival took them apart."""
        path = Path(self._folder.name) / "spoken.wav"
        told = self._told(SPEAK.format(text=_scheme_string(text), path=_scheme_string(str(path))))
        return Spoken(*_read(path, self.name), tuple(labelled(told)))

    def close(self) -> None:
        """End the process."""
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe:
                with contextlib.suppress(BrokenPipeError):
                    pipe.close()
        self._folder.cleanup()

    def _told(self, scheme: str) -> list[str]:
        """Evaluate, and what it printed, line by line."""
        assert self._process.stdin and self._process.stdout
        watch = threading.Timer(PATIENCE_S, self._process.kill)
        watch.start()
        try:
            self._process.stdin.write(f'{scheme}\n(format t "{DONE}\\n")\n(fflush nil)\n')
            self._process.stdin.flush()
            return list(_until_done(self._process.stdout))
        except (BrokenPipeError, EOFError) as error:
            raise EngineError(f"{self.name} ended in the midst of a text, or took over {PATIENCE_S:.0f} s.") from error
        finally:
            watch.cancel()


DONE = "<<done>>"
SPEAK = """\
(set! spoken (utt.synth (eval (list 'Utterance 'Text {text}))))
(utt.save.wave spoken {path} 'riff)
(mapcar
 (lambda (word)
  (format t "%f %f %s\\n" (item.feat word "word_start") (item.feat word "word_end") (item.name word)))
 (utt.relation.items spoken 'Word))"""
"""Festival's Scheme: `Utterance` is a macro that does not evaluate what it is given, hence the `eval`."""


def labelled(lines: Iterable[str]) -> list[Word]:
    """Festival's words from lines of start, end and text; what it splits off, as in man 's, is put back."""
    words: list[Word] = []
    for start, end, text in (line.split(maxsplit=2) for line in lines):
        if text.startswith("'") and words:
            before = words.pop()
            words.append(Word(before.text + text, before.start_s, float(end)))
        else:
            words.append(Word(text, float(start), float(end)))
    return words


def named(name: str) -> Synthesizer:
    """The program that a name such as flite:slt stands for.

    Raises:
        EngineMissing: it, or its voice, is not installed.
    """
    program, _, voice = name.partition(":")
    return Flite(voice) if program == "flite" else Festival(voice)


def joined(pieces: list[Spoken], rate: int) -> Spoken:
    """Pieces of one rate one after the other, their words in the time of the whole."""
    words, position = [], 0
    for piece in pieces:
        at = position / rate
        words += [Word(w.text, at + w.start_s, at + w.end_s) for w in piece.words]
        position += len(piece.samples)
    samples = [piece.samples for piece in pieces]
    return Spoken(np.concatenate(samples) if samples else np.zeros(0, np.float32), rate, tuple(words))


def _program(name: str) -> str:
    path = shutil.which(name)
    if path is None:
        raise EngineMissing(f"{name} is not installed; on Debian: apt-get install {name}.")
    return path


def _ran(command: list[str]) -> str:
    try:
        done = subprocess.run(command, capture_output=True, check=True, timeout=PATIENCE_S, text=True, errors="replace")
    except subprocess.TimeoutExpired as error:
        raise EngineError(f"{Path(command[0]).name} did not answer within {PATIENCE_S:.0f} s.") from error
    except (OSError, subprocess.CalledProcessError) as error:
        raise EngineError(f"{Path(command[0]).name} failed: {error}.") from error
    return done.stdout


def _read(path: Path, name: str) -> tuple[Samples, int]:
    try:
        samples, rate = sf.read(path, dtype="float32")
    except (OSError, sf.LibsndfileError) as error:
        raise EngineError(f"{name} gave no sound: {error}") from error
    finally:
        path.unlink(missing_ok=True)
    return samples, rate


def _until_done(lines: Iterable[str]) -> Iterator[str]:
    for line in lines:
        if line.strip() == DONE:
            return
        yield line.strip()
    raise EOFError


def _scheme_string(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
