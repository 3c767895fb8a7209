"""Talking heads: a face speaks a recording.

recording ─▶ Listener ─▶ Performance ─▶ Motion ─▶ poses ─▶ Face ─▶ frames ─▶ Film
portrait ───────────────────────────────────────────────────┘ or the built-in face
"""

from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

from assistant.media import probe
from models.base import Card, Job, Json, Made, MadeFile, Report
from models.borrowed import Pronounce, Recognize, SpeechIn
from models.face.base import Face
from models.face.listening import LEAST_S, Listener, Performance
from models.face.motion import motion
from models.face.timeline import FPS

LISTENING = 0.3
"""How much of the work is to listen."""
TAGS = {
    "title": "Talking head",
    "comment": "Synthetic: made by Earshot, which made a {} speak this recording. Nobody was filmed.",
}
SILENT = "I hear nobody speak in it, so the mouth stays closed."
WORDLESS = "I could not make out the words, so the mouth follows the sound alone."

Portray: TypeAlias = Callable[[Path], tuple[Face, str]]
"""The face in a picture, and what must be told of it.

Raises:
    EngineMissing: a package is not installed.
    EngineError: there is no face in it.
    DataError: it cannot be read.
"""


class TalkingHead:
    """An `Engine`: recognizer, voice detector and voices are the conversation's own."""

    def __init__(self, card: Card, recognize: Recognize | None, speech_in: SpeechIn, pronounce: Pronounce) -> None:
        """Without a recognizer, the mouth goes by the sound alone."""
        self.card = card
        self._listener = Listener(recognize, speech_in, pronounce)
        self._by_sound = recognize is None
        self._drawn: Face | None = None

    def load(self) -> None:
        """Draw the built-in face."""
        self._drawn = _built_in()

    def drop(self) -> None:
        """Nothing that would be worth it."""

    def run(self, job: Job, report: Report) -> Made:
        """Film the face in `image`, or the built-in one, speaking `audio`: an MP4 of 25 frames a second. With `still`
        the head does not move, only mouth and lids; with `look` it is only looked for the face, and nothing is made.

        Raises:
            EngineError: there is no face in the picture.
            DataError: a file cannot be read or written.
            JobCancelled: it is no longer wanted; no file is left.
        """
        if job.arguments.get("look"):
            return self._looked(job, report)
        audio = job.files["audio"]
        face, told = self._face(job.files.get("image"))
        performance = self._listener.perform(audio, lambda share: report(LISTENING * share))
        path = job.folder / "talking-head.mp4"
        self._film(path, face, performance, job, report)
        notice = " ".join(filter(None, (told, self._notice(performance))))
        return Made(
            files=(MadeFile(path, "talking head", "video"),), facts=_facts(face, performance, audio), notice=notice
        )

    def _looked(self, job: Job, report: Report) -> Made:
        face, told = self._face(job.files.get("image"))
        report(1.0)
        return Made(facts={"width": face.size[0], "height": face.size[1]}, notice=told)

    def _face(self, picture: Path | None) -> tuple[Face, str]:
        if picture is not None:
            from models.face.portrait import portray

            return portray(picture)
        self._drawn = self._drawn or _built_in()
        return self._drawn, ""

    def _film(self, path: Path, face: Face, performance: Performance, job: Job, report: Report) -> None:
        from models.face.film import Film  # PyAV takes longer to import than all of the rest

        moved = motion(performance, job.seed, still=bool(job.arguments.get("still")))
        tags = {**TAGS, "comment": TAGS["comment"].format("portrait" if "image" in job.files else "drawn face")}
        with Film(path, face.size, job.files["audio"], tags) as film:
            for k in range(performance.frames):
                report(LISTENING + (1 - LISTENING) * k / performance.frames)
                film.write(face.frame(moved.pose(k, performance.mouths[k])))
            report(1.0)

    def _notice(self, performance: Performance) -> str:
        if performance.spoken_s < LEAST_S:
            return SILENT
        return WORDLESS if not performance.aligned_s and not self._by_sound else ""


def _built_in() -> Face:
    from models.face.drawn import DrawnFace

    return DrawnFace()


def _facts(face: Face, performance: Performance, audio: Path) -> dict[str, Json]:
    found = probe(audio)
    return {
        "seconds": round(performance.seconds, 2),
        "fps": FPS,
        "width": face.size[0],
        "height": face.size[1],
        "rate": found.rate,
        "channels": found.channels,
        "spoken_s": round(performance.spoken_s, 2),
        "by_words_s": round(performance.aligned_s, 2),
        "synthetic": True,
    }
