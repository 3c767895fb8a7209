"""Talking heads by a program of the user's own, in a process of its own: the audio, a picture, and where to write.

recording ─▶ WAV ─┐
picture ─▶ PNG ───┴▶ the program ─▶ its film ─▶ an MP4 that says that it is synthetic
"""

import os
import shlex
import shutil
import signal
import subprocess
import tempfile
import time
from contextlib import suppress
from pathlib import Path

from PIL import Image

from assistant.errors import EngineError, EngineMissing
from assistant.media import probe, read_image
from models.base import Card, Job, Made, MadeFile, Report
from models.face.options import TalkingHeadOptions
from models.pieces import Writer, pieces

LOOK_S = 0.1
"""Between two looks at the program."""
PIECE_S = 5.0
TAIL = 200
"""Characters of what it said last that are told where it fails."""
TAGS = {
    "title": "Talking head",
    "comment": "Synthetic: made by a program for talking heads, called by Earshot. Nobody was filmed.",
}


class HeadProgram:
    """An `Engine` around a command."""

    def __init__(self, card: Card, options: TalkingHeadOptions) -> None:
        self.card = card
        self._words = shlex.split(options.command)
        self._limit_s = options.timeout_s

    def load(self) -> None:
        """See that the program is there.

        Raises:
            EngineMissing: it is not.
        """
        if not self._words or shutil.which(self._words[0]) is None:
            name = self._words[0] if self._words else ""
            raise EngineMissing(f"The program {name} is not here; see talking_head.command in the settings.")

    def drop(self) -> None:
        """Nothing: it runs only while it works."""

    def run(self, job: Job, report: Report) -> Made:
        """Have `audio`, and `image` where the command takes one, made into a film.

        Raises:
            EngineMissing: the program is not there.
            EngineError: it failed, took too long, made no film, or takes a picture and there is none.
            DataError: a file cannot be read or written.
            JobCancelled: it is no longer wanted; the program is killed, and no file is left.
        """
        self.load()
        if job.arguments.get("look"):
            return Made()  # whether there is a face in a picture, only the program knows
        takes_image = any("{image}" in word for word in self._words)
        if takes_image and "image" not in job.files:
            raise EngineError("It takes a picture of a face; show me one, and say which.")
        with tempfile.TemporaryDirectory(dir=job.folder, prefix="program-") as scratch:
            folder = Path(scratch)
            report(0.0)
            given = {"audio": _wave(job.files["audio"], folder, report), "output": folder / "film.mp4"}
            if takes_image:
                given["image"] = _picture(job.files["image"], folder)
            self._work([_filled(word, given) for word in self._words], folder, report)
            path = job.folder / "talking-head.mp4"
            _keep(given["output"], path)
        report(1.0)
        found = probe(path)
        facts = {"seconds": round(found.seconds, 2), "rate": found.rate, "channels": found.channels}
        return Made(files=(MadeFile(path, "talking head", "video"),), facts={**facts, "synthetic": True})

    def _work(self, words: list[str], folder: Path, report: Report) -> None:
        with (folder / "said.txt").open("w+b") as said:
            try:
                process = subprocess.Popen(
                    words, stdin=subprocess.DEVNULL, stdout=said, stderr=said, cwd=folder, start_new_session=True
                )
            except OSError as error:
                raise EngineMissing(f"The program {words[0]} cannot be started: {error.strerror}.") from error
            try:
                self._await(process, report)
            except BaseException:
                _kill(process)
                raise
            if process.returncode:
                said.seek(0)
                raise EngineError(_failure(words[0], process.returncode, said.read()))

    def _await(self, process: "subprocess.Popen[bytes]", report: Report) -> None:
        began = time.monotonic()
        while process.poll() is None:
            spent = time.monotonic() - began
            if spent > self._limit_s:
                raise EngineError(f"The program for talking heads took longer than {self._limit_s:.0f} seconds.")
            report(0.95 * min(1.0, spent / self._limit_s))
            time.sleep(LOOK_S)


def _filled(word: str, given: dict[str, Path]) -> str:
    for name, path in given.items():
        word = word.replace(f"{{{name}}}", str(path))
    return word


def _wave(audio: Path, folder: Path, report: Report) -> Path:
    """The recording as a WAV file."""
    found, path = probe(audio), folder / "audio.wav"
    with Writer(path, found.rate, found.channels) as file:
        for piece in pieces(audio, PIECE_S):
            report(0.0)
            file.write(piece.samples)
    return path


def _picture(image: Path, folder: Path) -> Path:
    path = folder / "image.png"
    Image.fromarray(read_image(image)).save(path)
    return path


def _keep(made: Path, path: Path) -> None:
    from models.face.film import tagged  # PyAV takes longer to import than all of the rest

    if not made.is_file():
        raise EngineError("The program for talking heads came to its end and made no film.")
    tagged(made, path, TAGS)


def _failure(program: str, code: int, said: bytes) -> str:
    lines = [line.strip() for line in said.decode(errors="replace").splitlines() if line.strip()]
    last = f": {lines[-1][:TAIL].rstrip('.')}" if lines else f" with code {code}"
    return f"The program {Path(program).name} failed{last}."


def _kill(process: "subprocess.Popen[bytes]") -> None:
    """End it and what it started."""
    if hasattr(os, "killpg"):
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
    else:
        process.kill()
    process.wait()
