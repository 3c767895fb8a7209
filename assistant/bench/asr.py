"""`assistant bench asr`: word errors through the whole of the ears, beside the recognizer alone.

Every recording is spoken into a file microphone on virtual time; what the ears hear of it, all turns joined, is
compared with what was said, after the normalization of the Whisper paper (Radford et al. 2022, appendix C). The ears
have the patience they have for dictation: nobody waits for an answer, and where turns end is `bench latency`'s matter.
"""

import time
from collections.abc import Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field

import jiwer
from whisper_normalizer.basic import BasicTextNormalizer
from whisper_normalizer.english import EnglishTextNormalizer

from asr.base import Recognizer
from asr.ears import Ears
from assistant.app import Engines
from assistant.arguments import BenchArguments
from assistant.bench.manifest import Row, read_manifests, required
from assistant.bench.report import report
from assistant.clock import run_virtually
from assistant.devices.files import FileMicrophone, Recording
from assistant.errors import DataError
from assistant.events import Heard
from assistant.resample import resample
from config.fit import Written
from config.given import Given
from config.settings import Settings
from config.tree import build


@dataclass(slots=True)
class Scores:
    """Texts side by side."""

    truth: list[str] = field(default_factory=list)
    ours: list[str] = field(default_factory=list)
    raw: list[str] = field(default_factory=list)
    seconds: float = 0.0
    """Of sound."""
    engine_s: float = 0.0
    """Of recognizing each sound whole, once."""
    ears_s: float = 0.0
    """Of hearing it, guesses included."""

    def summary(self) -> dict[str, float | int]:
        """The figures. `wer` and `cer` are through the ears, `raw_…` of the recognizer alone."""
        return {
            "n": len(self.truth),
            "wer": round(jiwer.wer(self.truth, self.ours), 4),
            "cer": round(jiwer.cer(self.truth, self.ours), 4),
            "rtf": round(self.engine_s / self.seconds, 4),
            "raw_wer": round(jiwer.wer(self.truth, self.raw), 4),
            "raw_cer": round(jiwer.cer(self.truth, self.raw), 4),
            "ears_rtf": round(self.ears_s / self.seconds, 4),
            "empty": sum(not text for text in self.ours),
        }


def run(settings: Settings, arguments: BenchArguments) -> int:
    """Measure, print, and return the exit code.

    Raises:
        EarshotError: the data or an engine cannot be used.
    """
    if arguments.engine:
        settings = build(settings, [Given(("recognizer",), Written(arguments.engine, True), "--engine")])
    engines = Engines.load(settings)
    rows = read_manifests(required(arguments.data), arguments.limit)
    languages = ("en",) if settings.recognizer == "moonshine" else ()
    report(measure_asr(rows, engines.recognizer, lambda _: engines.ears(), languages), arguments.json)
    return 0


def measure_asr(
    rows: Sequence[Row], recognizer: Recognizer, make_ears: Callable[[Recognizer], Ears], languages: Sequence[str]
) -> dict[str, float | int]:
    """Score a recognizer on the rows that have a text in one of `languages`; none given, all.

    Raises:
        DataError: no row fits.
    """
    fitting = [row for row in rows if row.text and (not languages or row.language in languages)]
    if not fitting:
        raise DataError("No recording in the data has a text in a language of this recognizer.")
    scores = Scores()
    for row in fitting:
        _score(row, recognizer, make_ears, scores)
    return scores.summary()


def _score(row: Row, recognizer: Recognizer, make_ears: Callable[[Recognizer], Ears], scores: Scores) -> None:
    recording = row.recording()
    normalized = normalizer(row.language)
    truth = normalized(row.text)
    if not truth:
        return
    started = time.perf_counter()
    raw = recognizer.transcribe(resample(recording.samples, recording.rate, recognizer.rate)).text
    recognized = time.perf_counter()
    ours = run_virtually(hear(make_ears(recognizer), recording))
    scores.ears_s += time.perf_counter() - recognized
    scores.engine_s += recognized - started
    scores.seconds += len(recording.samples) / recording.rate
    scores.truth.append(truth)
    scores.raw.append(normalized(raw))
    scores.ours.append(normalized(" ".join(heard.text for heard in ours)))


async def hear(ears: Ears, recording: Recording) -> list[Heard]:
    """All turns that ears make of a recording."""
    microphone = FileMicrophone([recording], recording.rate)
    ears.dictated = lambda: True
    async with aclosing(ears.listen(microphone.listen())) as perceptions:
        return [perceived async for perceived in perceptions if isinstance(perceived, Heard)]


def normalizer(language: str) -> Callable[[str], str]:
    """Texts of a language as the Whisper paper compares them."""
    chosen: Callable[[str], str] = EnglishTextNormalizer() if language == "en" else BasicTextNormalizer()
    return chosen
