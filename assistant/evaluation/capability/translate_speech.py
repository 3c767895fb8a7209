"""Speech translation: BLEU and chrF of everyday English into Spanish, from text and from speech.

The sentences and their Spanish were written for this, and are in `translate_speech.jsonl` (CC0). The speech is that of
the embedded voice, so what the recognizer mishears counts too. Who does nothing leaves the English as it is; beside the
engines, Apertium is measured without the rules around it.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path

import soundfile as sf

from assistant.errors import EngineMissing
from assistant.evaluation.capability.base import NOTHING, Bench, Contender, Row
from assistant.evaluation.capability.trials import job, tried
from assistant.evaluation.capability.words import bleu, chrf
from assistant.evaluation.lines import read_lines
from assistant.events import Manner
from models.speech.translation_apertium import Apertium
from models.speech.translation_languages import language_called
from tts.loader import EMBEDDED, load_voice

SENTENCES = Path(__file__).with_name("translate_speech.jsonl")
TASK = "translate_speech"
LANGUAGE = "Spanish"
ALONE = "(Apertium alone)"


def measure(contenders: Sequence[Contender], bench: Bench) -> Iterator[Row]:
    """The figures of each.

    Raises:
        EngineMissing: the library that measures, or the voice that speaks the sentences, is not here.
    """
    pairs = read_lines(SENTENCES, lambda row, line: (str(row["en"]), str(row["es"])))[: bench.count(60)]
    english, spanish = [en for en, _ in pairs], [es for _, es in pairs]
    yield from _rows(NOTHING, "text", english, spanish)
    yield from _alone(english, spanish)
    spoken = _spoken(english, bench.folder) if contenders else []
    for contender in contenders:
        told = [_translated(contender, bench, text=sentence) for sentence in english]
        if any(told):  # those that hear only are not asked to read
            yield from _rows(contender.name, "text", told, spanish)
        heard = [_translated(contender, bench, audio=path) for path in spoken]
        yield from _rows(contender.name, "speech", heard, spanish)


def _rows(name: str, source: str, told: Sequence[str], true: Sequence[str]) -> Iterator[Row]:
    yield Row(name, f"bleu from {source}", bleu(told, true), len(true))
    yield Row(name, f"chrf from {source}", chrf(told, true), len(true))


def _alone(english: Sequence[str], spanish: Sequence[str]) -> Iterator[Row]:
    """Apertium as it comes; nothing where it is not installed."""
    source, target = language_called("English"), language_called(LANGUAGE)
    try:
        apertium = Apertium()
    except EngineMissing:
        return
    way = apertium.route(source, target) if source and target else None
    if way and len(way) == 1:
        yield from _rows(ALONE, "text", [one.text for one in apertium.translate(english, way[0])], spanish)


def _spoken(sentences: Sequence[str], folder: Path) -> list[Path]:
    """The sentences by the embedded voice, a file each."""
    voice, paths = load_voice(EMBEDDED), list[Path]()
    for number, sentence in enumerate(sentences):
        spoken = voice.speak(sentence, Manner())
        paths.append(folder / f"sentence-{number}.wav")
        sf.write(paths[-1], spoken.samples, spoken.rate)
    return paths


def _translated(contender: Contender, bench: Bench, text: str = "", audio: Path | None = None) -> str:
    """What an engine makes of a sentence; nothing where it refuses."""
    given = {"language": LANGUAGE, **({"text": text} if text else {})}
    made = tried(contender, job(bench, TASK, {"audio": audio} if audio else {}, **given))
    return made.text if made else ""
