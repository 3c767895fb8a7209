"""Moonshine tiny (Jeffries et al. 2024, arXiv 2410.15608), the embedded recognizer: English, 27 M parameters.

The weights come inside the `moonshine-voice` wheel (MIT). They are run by onnxruntime rather than by the wheel's own
library, because that shows the probability of every token: confidence for the filter of hallucinations, how surely the
sentence is finished for the end of turn, and how likely a phrase is for the wake word.
"""

from dataclasses import dataclass

import numpy as np

from asr.base import Transcript
from asr.moonshine_network import BOS, EOS, Network
from asr.options import MoonshineOptions
from asr.pieces import pieces
from assistant.audio import RATE, Samples

TOKENS_PER_S = 6.5
"""The paper's bound on decoding, which ends the model's rare endless loops."""
LONGEST = 24 * RATE
"""Samples decoded at once; the model was trained on stretches of up to half a minute."""
SEARCH = 8 * RATE
"""Within this much before `LONGEST`, the quietest place to cut is looked for."""


@dataclass(frozen=True, slots=True)
class _Decoded:
    tokens: list[int]
    log_probs: list[float]
    finished: float


class Moonshine:
    """A `Recognizer`."""

    name = "moonshine"
    rate = RATE

    def __init__(self, options: MoonshineOptions | None = None, network: Network | None = None) -> None:
        """Load the model, or share one that is loaded.

        Raises:
            EngineMissing: the wheel is not installed, or has no weights in it.
        """
        self.network = network or Network(options)

    def transcribe(self, samples: Samples, said: str = "") -> Transcript:
        """Recognize English speech, mono float32 at 16 kHz, shape (n,), of any length.

        `said` is what is known to stand at its beginning, such as a wake phrase: the text goes on after it.
        """
        forced = self.network.tokens(said) if said else []
        parts = list[_Decoded]()
        for piece in pieces(samples, LONGEST, SEARCH):
            parts.append(self._decode(piece, [] if parts else forced))
        log_probs = [p for part in parts for p in part.log_probs]
        return Transcript(
            text=" ".join(filter(None, (self.network.text(part.tokens) for part in parts))),
            log_prob=float(np.mean(log_probs)) if log_probs else 0.0,
            finished=parts[-1].finished if parts else 0.5,
            tokens=len(log_probs),
        )

    def _decode(self, samples: Samples, forced: list[int]) -> _Decoded:
        """Greedy decoding after tokens that are given."""
        decoding = self.network.begin(samples)
        tokens, log_probs, closing = [BOS, *forced], list[float](), [0.0]
        fresh = tokens
        for _ in range(int(decoding.seconds * TOKENS_PER_S) + 6):
            following, decoding = decoding.after(fresh)
            fresh = [int(following[-1].argmax())]
            tokens += fresh
            log_probs.append(float(following[-1, fresh[0]]))
            closing.append(float(np.exp(following[-1, self.network.closing]).sum()))
            if fresh == [EOS]:
                break
        return _Decoded(tokens[1 + len(forced) :], log_probs, max(closing[-2:]))
