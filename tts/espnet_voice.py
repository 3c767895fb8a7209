"""ESPnet's FastSpeech 2 as a voice: any public checkpoint, on the processor or on the GPU.

clause ─▶ readings ─▶ tokens of the model's own ─▶ Text2Speech ─▶ durations, spectrogram ─▶ vocoder ─▶ samples

The durations say when each token sounds, exact to one frame. ESPnet and what it needs are heavy, and live in an
environment of their own; see docs/decisions/0007.
"""

import io
import logging
import math
import pickle
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from assistant.audio import Samples, silence
from assistant.errors import EngineError, EngineMissing, SettingsError
from assistant.events import Manner, Spoken, Word
from tts.espnet_folder import Checkpoint, find_checkpoint, mended, notice_of
from tts.espnet_text import CLOSING, Token, pieces, sounds, tokens
from tts.level import amplified
from tts.normalize import Reading, readings
from tts.options import EspnetOptions
from tts.seams import faded, pause_s, trimmed

with warnings.catch_warnings(), redirect_stdout(io.StringIO()):
    # Importing it, ESPnet's dependencies warn of themselves, and NLTK looks for its data, aloud.
    warnings.simplefilter("ignore")
    from espnet2.bin.tts_inference import Text2Speech
    from espnet2.gan_tts.joint import JointText2Wav
    from espnet2.tts.fastspeech2 import FastSpeech2

    from tts.espnet_vocoder import HifiGan, load_hifigan

WARM_UP = "Good morning, this is how I sound when I speak to you."
OCTAVE = math.log(2)
"""Of natural log F0, twelve semitones."""
FAULTS = (OSError, KeyError, TypeError, ValueError, AttributeError, pickle.UnpicklingError)
"""What ESPnet raises for files that are no checkpoint."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, eq=False)
class _Take:
    """A stretch of text as it was sounded."""

    samples: Samples
    tokens: tuple[Token, ...]
    ends: NDArray[np.int64]
    """The sample at which each token ends, shape (n,)."""


class EspnetVoice:
    """The `Voice` over `espnet2.bin.tts_inference.Text2Speech`.

    Raises:
        EngineMissing: the model or its vocoder is not there, or cannot be fetched.
        EngineError: the GPU does not work.
        SettingsError: it is no FastSpeech 2, or wants more than text.
    """

    name = "espnet"

    def __init__(self, options: EspnetOptions | None = None) -> None:
        self.options = options or EspnetOptions()
        self.device = _device(self.options.device)
        checkpoint = find_checkpoint(self.options.model)
        self.synthesizer = _loaded(checkpoint, self.options.vocoder, self.device)
        """ESPnet's own object, resident."""
        self.acoustic = _acoustic(self.synthesizer, checkpoint)
        """The FastSpeech 2 in it."""
        self._known = frozenset(self.synthesizer.train_args.token_list)
        self.rate = int(self.synthesizer.fs)
        self.hop = _hop(self.synthesizer, checkpoint)
        self.notice = notice_of(self.options.model, checkpoint.licence)
        self._melody = _Melody(self.acoustic, self.synthesizer.model)
        self._warm_up()

    def speak(self, clause: str, manner: Manner) -> Spoken:
        """A clause as sound, beginning at once and ending with the pause that its closing mark asks for.

        Raises:
            EngineError: the model fails, such as for want of memory.
        """
        takes = [self._sounded(score, manner) for score in self.scores(clause)]
        if not takes:
            return Spoken(silence(0, self.rate), self.rate)
        samples, skipped = trimmed(np.concatenate([take.samples for take in takes]), self.rate)
        if not len(samples):
            return Spoken(samples, self.rate)
        words = _words(readings(clause), takes, skipped, len(samples), self.rate)
        loud = faded(amplified(samples, manner.gain_db, self.rate), self.rate)
        pause = silence(pause_s(clause) / manner.speed, self.rate)
        return Spoken(np.concatenate((loud, pause)), self.rate, words)

    # ----------------------------------------------------------------- from text

    def scores(self, clause: str) -> Iterator[list[Token]]:
        """The tokens of a clause, in stretches; the last is closed as a sentence, if nothing else closes it."""
        words = [(i, reading.spoken) for i, reading in enumerate(readings(clause)) if reading.spoken]
        if words and words[-1][1][-1] not in CLOSING:
            words[-1] = (words[-1][0], words[-1][1] + ".")
        for piece in pieces(words):
            score = [token for token in tokens(piece, self._tokenize) if token.symbol in self._known]
            if any(sounds(token.symbol) for token in score):
                yield score

    def _tokenize(self, text: str) -> list[str]:
        """As the model's own preprocessor does it."""
        preprocessor = self.synthesizer.preprocess_fn
        return list(preprocessor.tokenizer.text2tokens(preprocessor.text_cleaner(text)))

    # ----------------------------------------------------------------- to sound

    def _sounded(self, score: list[Token], manner: Manner) -> _Take:
        converter = self.synthesizer.preprocess_fn.token_id_converter
        ids = np.array(converter.tokens2ids([token.symbol for token in score]), np.int64)
        slowness = 1 / manner.speed
        with _translated(self.device), self._melody.raised(manner.pitch):
            given = self.synthesizer(ids, decode_conf={"alpha": slowness})
            durations = given["duration"].cpu().numpy()
            samples = np.clip(given["wav"].reshape(-1).float().cpu().numpy(), -1, 1)
        frames = _frames(durations, slowness)
        if len(frames) != len(score) + 1:
            raise EngineError("The ESPnet model gave no duration for every token; its words cannot be timed.")
        ends = np.minimum(np.cumsum(frames) * self.acoustic.reduction_factor * self.hop, len(samples))
        return _Take(samples, tuple(score), ends[:-1])

    def _warm_up(self) -> None:
        """Speak once, so that the first clause is no slower than others, and what does not fit is known now."""
        try:
            self.speak(WARM_UP, Manner())
        except (KeyError, IndexError):
            raise
        except LookupError as error:  # NLTK's own way to say it
            raise EngineMissing(
                "The ESPnet model pronounces by dictionaries of NLTK's that are not here: python -m nltk.downloader "
                "cmudict averaged_perceptron_tagger_eng."
            ) from error
        if self.notice:
            log.info("%s", self.notice)


class _Melody:
    """Raises the pitch that the model predicts, on its way from the predictor to the decoder.

    What the predictor gives is normalized: log F0 less its mean over its deviation, or F0 itself.
    """

    def __init__(self, acoustic: FastSpeech2, model: torch.nn.Module) -> None:
        self._semitones = 0.0
        normalizer = getattr(model, "pitch_normalize", None)
        self._log = bool(getattr(getattr(model, "pitch_extract", None), "use_log_f0", True))
        if normalizer is not None:
            self._mean, self._std = float(normalizer.mean), float(normalizer.std)
            acoustic.pitch_predictor.register_forward_hook(self._shifted)

    @contextmanager
    def raised(self, semitones: float) -> Iterator[None]:
        """Everything predicted meanwhile is higher by so much."""
        self._semitones = semitones
        try:
            yield
        finally:
            self._semitones = 0.0

    def _shifted(self, module: torch.nn.Module, given: object, pitch: torch.Tensor) -> torch.Tensor:
        """What the predictor gave, moved; all three arguments are what torch gives to a hook."""
        octaves = self._semitones / 12
        if self._log:
            return pitch + octaves * OCTAVE / self._std
        return pitch * 2**octaves + self._mean * (2**octaves - 1) / self._std


def _device(wanted: str) -> str:
    """cpu or cuda."""
    is_there = torch.cuda.is_available()
    if wanted == "cuda" and not is_there:
        raise EngineError('ESPnet finds no NVIDIA GPU here. Set espnet.device to "cpu" or "auto".')
    return "cuda" if is_there and wanted != "cpu" else "cpu"


def _loaded(checkpoint: Checkpoint, vocoder: str, device: str) -> Text2Speech:
    """The model, with its vocoder, on its device."""
    with mended(checkpoint) as config, _translated(device), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            synthesizer = Text2Speech(train_config=str(config), model_file=str(checkpoint.weights), device=device)
        except FAULTS as error:
            raise EngineMissing(
                f"The ESPnet model in {checkpoint.root} cannot be loaded ({_brief(error)}); copy it again."
            ) from error
        if vocoder:
            synthesizer.vocoder = load_hifigan(vocoder).to(device)
    return synthesizer


def _acoustic(synthesizer: Text2Speech, checkpoint: Checkpoint) -> FastSpeech2:
    """The FastSpeech 2 in a model; in one trained jointly with its vocoder it is a part."""
    model = synthesizer.tts
    model = model.generator["text2mel"] if isinstance(model, JointText2Wav) else model
    if not isinstance(model, FastSpeech2):
        raise SettingsError(f"The ESPnet model in {checkpoint.root} is no FastSpeech 2 but a {type(model).__name__}.")
    wants = [("a speaker", model.spks), ("a language", model.langs), ("a speaker's embedding", model.spk_embed_dim)]
    if missing := [what for what, count in [*wants, ("a sound to imitate", model.use_gst or None)] if count]:
        raise SettingsError(
            f"The ESPnet model in {checkpoint.root} wants {' and '.join(missing)} beside the text; choose one of a "
            "single speaker, such as those for LJSpeech."
        )
    return model


def _hop(synthesizer: Text2Speech, checkpoint: Checkpoint) -> int:
    """Samples in a frame, on which the model and its vocoder must agree."""
    if synthesizer.feats_extract is None:
        raise SettingsError(f"The ESPnet model in {checkpoint.root} does not say what its spectrograms are made of.")
    made = synthesizer.feats_extract.get_parameters()
    vocoder = synthesizer.vocoder
    if isinstance(vocoder, HifiGan) and (vocoder.fs, vocoder.hop) != (made["fs"], made["n_shift"]):
        raise SettingsError(
            f"The vocoder makes {vocoder.hop} samples of a frame at {vocoder.fs} Hz, and the ESPnet model in "
            f"{checkpoint.root} wants {made['n_shift']} at {made['fs']} Hz; set espnet.vocoder to one trained for it."
        )
    return int(made["n_shift"])


def _frames(durations: NDArray[np.int64], slowness: float) -> NDArray[np.int64]:
    """Frames of each token as ESPnet's length regulator makes them of the predicted ones."""
    frames = np.rint(durations.astype(np.float32) * np.float32(slowness)).astype(np.int64)
    return frames if frames.any() else np.ones_like(frames)


def _words(read: Sequence[Reading], takes: Sequence[_Take], skipped: int, length: int, rate: int) -> tuple[Word, ...]:
    """Every written word with the seconds from the first of its sounds to the end of the last; one that is not spoken
    has none of its own.

    `skipped` samples were taken from the front, and `length` are left.
    """
    spans = _spans(takes)
    words: list[Word] = []
    for i, reading in enumerate(read):
        silent_at = words[-1].end_s if words else 0.0
        start, end = (min(max(at - skipped, 0), length) / rate for at in spans.get(i, (0, 0)))
        words.append(Word(reading.written, *((start, end) if i in spans else (silent_at, silent_at))))
    return tuple(words)


def _spans(takes: Sequence[_Take]) -> dict[int, tuple[int, int]]:
    """From which sample to which each spoken word sounds."""
    spans: dict[int, tuple[int, int]] = {}
    offset = 0
    for take in takes:
        starts = np.concatenate(([0], take.ends[:-1]))
        for token, start, end in zip(take.tokens, starts.tolist(), take.ends.tolist(), strict=True):
            if token.word >= 0:
                spans[token.word] = (spans.get(token.word, (offset + start, 0))[0], offset + end)
        offset += len(take.samples)
    return spans


@contextmanager
def _translated(device: str) -> Iterator[None]:
    """Turns torch's errors into sentences."""
    try:
        yield
    except RuntimeError as error:
        if device == "cuda" and "memory" in str(error):
            raise EngineError('The GPU has too little memory for this model; set espnet.device to "cpu".') from error
        if "state_dict" in str(error):
            raise EngineMissing("The ESPnet model's weights do not fit its config.yaml; copy both again.") from error
        raise EngineError(f"ESPnet failed: {_brief(error)}.") from error


def _brief(error: Exception) -> str:
    """The first line of an error, without its full stop."""
    lines = str(error).strip().splitlines()
    return (lines[0] if lines else type(error).__name__).rstrip(". ")
