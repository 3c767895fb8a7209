"""Where each word sounds, found from the sound alone, and how far a voice's own word times are from it.

Forced alignment with the English acoustic model that comes in the package pocketsphinx, to a frame of 10 ms.
"""

from collections.abc import Mapping, Sequence
from difflib import SequenceMatcher

import numpy as np
from pocketsphinx import Decoder, get_model_path

from assistant.audio import RATE, Samples, to_pcm16
from assistant.bench.voice_takes import Figures, Take
from assistant.bench.voice_texts import plain_words
from assistant.errors import EngineError
from assistant.events import Word
from assistant.resample import resample

FRAMES_PER_S = 100
MARGIN_S = 0.2
"""Quiet put around the sound: the aligner expects some."""
NOISE = 1e-3
"""Amplitude of the noise that is added, -60 dBFS: digital silence is like nothing the model was trained on."""
BEAMS = {"beam": 1e-100, "pbeam": 1e-100, "wbeam": 1e-80}
"""Wider than pocketsphinx's own, which lose the way in synthetic speech."""


class Aligner:
    """Finds known words in a sound.

    Raises:
        EngineError: the model cannot be loaded.
    """

    def __init__(self) -> None:
        try:
            self._decoder = Decoder(
                hmm=get_model_path("en-us/en-us"),
                dict=get_model_path("en-us/cmudict-en-us.dict"),
                lm=None,
                samprate=RATE,
                loglevel="FATAL",
                **BEAMS,
            )
        except (RuntimeError, ValueError) as error:
            raise EngineError(f"The aligner's model cannot be loaded: {error} Install pocketsphinx again.") from error

    def unknown(self, text: str) -> list[str]:
        """The words of a text that are not in its dictionary: such a text cannot be aligned."""
        return [word for word in plain_words(text) if self._decoder.lookup_word(word) is None]

    def align(self, samples: Samples, rate: int, text: str) -> list[Word] | None:
        """The words of `text`, in lower case, where they sound; None where they cannot be found in the sound."""
        if self.unknown(text) or not plain_words(text):
            return None
        self._decoder.set_align_text(" ".join(plain_words(text)))
        self._decoder.start_utt()
        self._decoder.process_raw(to_pcm16(_in_quiet(resample(samples, rate, RATE))), full_utt=True)
        self._decoder.end_utt()
        words = [_word(s) for s in self._decoder.seg() or () if not s.word.startswith(("<", "["))]
        return words if [w.text for w in words] == plain_words(text) else None


class Boundaries:
    """A `Measure`: how far a synthesizer's own word times are from where the aligner finds the words.

    The aligner errs, too. By how much, the teacher's row tells: its labels are what it was synthesized from.
    """

    about = "times of the words"

    def __init__(self, aligner: Aligner | None = None) -> None:
        self._aligner = aligner or Aligner()

    def figures(self, takes: Sequence[Take], _: Mapping[str, Take]) -> Figures:
        """`boundary_ms` and `boundary_p90_ms`, over `boundaries` starts and ends of words.

        None without word times. A text in which the aligner loses its way, or has an unknown word, does not count.
        """
        errors = [error for take in takes if take.audible and take.spoken.words for error in self._errors(take)]
        if not errors:
            return {"boundary_ms": None, "boundary_p90_ms": None, "boundaries": 0}
        p50, p90 = (round(1000 * float(np.percentile(errors, p)), 1) for p in (50, 90))
        return {"boundary_ms": p50, "boundary_p90_ms": p90, "boundaries": len(errors)}

    def _errors(self, take: Take) -> list[float]:
        aligned = self._aligner.align(take.spoken.samples, take.spoken.rate, take.sentence.spoken)
        return boundary_errors(take.spoken.words, aligned or [])


def boundary_errors(ours: Sequence[Word], truth: Sequence[Word]) -> list[float]:
    """Seconds by which the starts and the ends of words lie apart, of the words that both spell alike.

    A number that is one word here and three there is passed over; what stands around it is compared.
    """
    spellings = [" ".join(plain_words(word.text)) for word in ours]
    matcher = SequenceMatcher(None, spellings, [word.text for word in truth], autojunk=False)
    pairs = [
        (ours[block.a + i], truth[block.b + i]) for block in matcher.get_matching_blocks() for i in range(block.size)
    ]
    return [abs(x - y) for a, b in pairs for x, y in ((a.start_s, b.start_s), (a.end_s, b.end_s))]


def _in_quiet(samples: Samples) -> Samples:
    """The sound with a margin on either side, in faint noise, the same every time."""
    padded = np.pad(samples, round(MARGIN_S * RATE))
    return np.asarray(padded + NOISE * np.random.default_rng(0).standard_normal(len(padded)), np.float32)


def _word(segment: object) -> Word:
    """A segment of the decoder's as a word: "read(2)" is the second way to say "read"."""
    text, start, end = (getattr(segment, name) for name in ("word", "start_frame", "end_frame"))
    at = (start / FRAMES_PER_S - MARGIN_S, (end + 1) / FRAMES_PER_S - MARGIN_S)
    return Word(text.partition("(")[0], *at)
