"""Whisper (Radford et al. 2022, arXiv 2212.04356) by faster-whisper: any size, about a hundred languages.

Of faster-whisper its loading, its mel spectrogram and its tokenizer are used, and the model itself is called here,
since its `transcribe` is made for files: it encodes the sound twice where it has to find out the language, throws
away what it holds for silence together with the reason, and tries again at random where it is unsure.

    samples → pieces of at most 30 s → mel → encoder ─┬→ language, if not given
                                                      └→ decoder, without timestamps → tokens, probabilities
"""

import logging
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import ctranslate2
import numpy as np
from faster_whisper import WhisperModel, available_models
from faster_whisper.tokenizer import Tokenizer
from faster_whisper.transcribe import merge_punctuations, pad_or_trim
from faster_whisper.utils import download_model

from asr.base import Transcript
from asr.options import WhisperOptions
from asr.pieces import pieces
from assistant.audio import RATE, Samples, silence
from assistant.cuda import preload
from assistant.errors import EngineError, EngineMissing, SettingsError
from assistant.events import Word

CLOSING = (".", "?", "!", "。", "？", "！", "…")
"""Marks that end a sentence, each a token."""
TOKENS_PER_S = 20
"""More than anybody speaks in any script; ends the model's rare endless loops."""
MOST_TOKENS = 224
"""What the decoder has room for."""
OPENING, FOLLOWING = "\"'“¿([{-", "\"'.。,，!！?？:：”)]}、"
"""Marks that belong to the word after them, and to that before them."""
NEEDED = ("model.bin", "config.json", "tokenizer.json")
"""Files of a converted model without which faster-whisper cannot start or would ask the hub."""
_CURE = "To use one that lies on this machine, set model to its folder, in CTranslate2's format."

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Decoded:
    text: str
    language: str
    tokens: int
    log_prob: float
    """Sum over the tokens and the end."""
    no_speech: float
    finished: float


@dataclass(frozen=True, slots=True)
class Timed:
    """What one of several sounds says, for recordings."""

    text: str
    language: str
    """Its code."""
    words: tuple[Word, ...]
    """Each with the space before it, where there is one; empty where they were not asked for."""
    log_prob: float
    """Mean natural logarithm of the tokens' probabilities."""


class Whisper:
    """A `Recognizer`."""

    name = "whisper"
    rate = RATE

    def __init__(
        self, options: WhisperOptions | None = None, task: Literal["transcribe", "translate"] = "transcribe"
    ) -> None:
        """Load the model; the first time, a published one is downloaded. To translate is to write English, whatever is
        spoken; all but the English, turbo and distilled models can.

        Raises:
            EngineMissing: there is no such model, or it cannot be had.
            EngineError: the GPU or its libraries do not work.
            SettingsError: the options do not fit the machine or the model.
        """
        self.options = options or WhisperOptions()
        self._task = task
        self.device = _device(self.options)
        self._model = _load(_folder(self.options), self.device, self.options)
        self._check_language()
        self._longest: int = self._model.feature_extractor.n_samples
        self._closing = list(_single_tokens(self._model, CLOSING))
        if self.device == "cuda":
            self.transcribe(silence(1.0, RATE))  # loads the GPU's libraries, and tells now if they are not there

    def transcribe(self, samples: Samples, said: str = "") -> Transcript:
        """Recognize speech, mono float32 at 16 kHz, shape (n,), of any length.

        Raises:
            EngineError: the model failed, such as for want of memory.
        """
        try:
            parts = [self._decode(piece) for piece in pieces(samples, self._longest, self._longest // 3)]
        except (RuntimeError, ValueError) as error:
            raise _explained(error, self.device) from error
        if not parts:
            return Transcript("", language=self.options.language or "en")
        tokens = sum(part.tokens for part in parts)
        return Transcript(
            text=" ".join(filter(None, (part.text for part in parts))),
            language=max(parts, key=lambda part: part.tokens).language,
            log_prob=sum(part.log_prob for part in parts) / (tokens + len(parts)),
            no_speech=min(part.no_speech for part in parts),
            finished=parts[-1].finished,
            tokens=tokens,
        )

    def timed(self, sounds: Sequence[Samples], words: bool = True) -> list[Timed]:
        """Recognize sounds of at most a window each at once, for recordings: a batch, which a GPU does side by side.

        Args:
            sounds: mono float32 at 16 kHz, shape (n,) each.
            words: whether the time of each word is wanted, by the decoder's attention to the sound.

        Raises:
            EngineError: the model failed, such as for want of memory.
        """
        try:
            return self._timed(sounds, words) if len(sounds) else []
        except (RuntimeError, ValueError) as error:
            raise _explained(error, self.device) from error

    @property
    def compute_type(self) -> str:
        """How the numbers are really kept."""
        return str(self._model.model.compute_type)

    def _decode(self, samples: Samples) -> _Decoded:
        """Recognize at most one window."""
        extractor = self._model.feature_extractor
        encoded = self._model.encode(pad_or_trim(extractor(samples)[:, :-1], extractor.nb_max_frames))
        language = self.options.language or self._language(encoded)
        tokenizer = self._tokenizer(language)
        prompt = self._model.get_prompt(tokenizer, [], without_timestamps=True)
        most = min(MOST_TOKENS, 10 + math.ceil(TOKENS_PER_S * len(samples) / RATE))
        result = self._model.model.generate(
            encoded,
            [prompt],
            beam_size=self.options.beam_size,
            max_length=len(prompt) + most,
            return_scores=True,
            return_no_speech_prob=True,
            return_logits_vocab=self.options.beam_size == 1,
        )[0]
        ids = result.sequences_ids[0]
        return _Decoded(
            text=tokenizer.decode(ids).strip(),
            language=language,
            tokens=len(ids),
            log_prob=result.scores[0] * max(1, len(ids)),
            no_speech=result.no_speech_prob,
            finished=self._finished(result, ids),
        )

    def _timed(self, sounds: Sequence[Samples], words: bool) -> list[Timed]:
        extractor = self._model.feature_extractor
        mels = [extractor(sound[: self._longest])[:, :-1] for sound in sounds]
        encoded = self._model.encode(np.stack([pad_or_trim(mel, extractor.nb_max_frames) for mel in mels]))
        languages = [self.options.language or language for language in self._languages(encoded, len(sounds))]
        tokenizers = [self._tokenizer(language) for language in languages]
        prompts = [self._model.get_prompt(t, [], without_timestamps=True) for t in tokenizers]
        results = self._model.model.generate(
            encoded,
            prompts,
            beam_size=self.options.beam_size,
            max_length=len(prompts[0]) + MOST_TOKENS,
            return_scores=True,
        )
        tokens = [[t for t in result.sequences_ids[0] if t < tokenizers[0].eot] for result in results]
        found = (
            self._words(tokenizers[0], tokens, encoded, [mel.shape[1] for mel in mels]) if words else [()] * len(mels)
        )
        return [
            Timed(tokenizers[0].decode(ids).strip(), language, its, result.scores[0] * len(ids) / (len(ids) + 1))
            for ids, language, its, result in zip(tokens, languages, found, results, strict=True)
        ]

    def _words(
        self, tokenizer: Tokenizer, tokens: list[list[int]], encoded: ctranslate2.StorageView, frames: list[int]
    ) -> list[tuple[Word, ...]]:
        """The words of each sound with their times."""
        filler = tokenizer.encode(" .")  # there must be something to align
        found = self._model.find_alignment(tokenizer, [ids or filler for ids in tokens], encoded, frames)
        for words in found:
            merge_punctuations(words, OPENING, FOLLOWING)
        return [_words_of(words) if ids else () for ids, words in zip(tokens, found, strict=True)]

    def _tokenizer(self, language: str) -> Tokenizer:
        return Tokenizer(self._model.hf_tokenizer, self._multilingual, self._task, language)

    def _languages(self, encoded: ctranslate2.StorageView, count: int) -> list[str]:
        if self.options.language or not self._multilingual:
            return ["en"] * count
        return [str(found[0][0]).strip("<|>") for found in self._model.model.detect_language(encoded)]

    @property
    def _multilingual(self) -> bool:
        return bool(self._model.model.is_multilingual)

    def _language(self, encoded: ctranslate2.StorageView) -> str:
        if not self._multilingual:
            return "en"
        token, _ = self._model.model.detect_language(encoded)[0][0]
        return str(token).strip("<|>")

    def _finished(self, result: Any, ids: list[int]) -> float:
        """How likely a closing mark was, at the last token or instead of the end."""
        if not ids:
            return 0.5
        if not result.logits:
            return 0.9 if ids[-1] in self._closing else 0.2
        return max(_mass(np.asarray(logits), self._closing) for logits in result.logits[0][-2:])

    def _check_language(self) -> None:
        language = self.options.language
        known = self._model.supported_languages
        if language and language not in known:
            raise SettingsError(
                f'The Whisper model "{self.options.model}" does not know the language "{language}"; '
                + (f"it knows {len(known)} by their codes, such as en, de or zh." if len(known) > 1 else "only en.")
            )


def _words_of(found: list[dict[str, Any]]) -> tuple[Word, ...]:
    return tuple(Word(w["word"], float(w["start"]), float(w["end"])) for w in found if w["word"].strip())


def _device(options: WhisperOptions) -> str:
    """cpu or cuda."""
    try:
        count = ctranslate2.get_cuda_device_count()
    except RuntimeError:  # a driver too old to be asked
        count = 0
    if options.device == "cuda" and not count:
        raise EngineError('Whisper finds no NVIDIA GPU here. Set device = "cpu" or "auto" for it.')
    return "cuda" if count and options.device != "cpu" else "cpu"


def _load(folder: Path, device: str, options: WhisperOptions) -> WhisperModel:
    compute_type = options.compute_type
    if compute_type == "auto":
        compute_type = "int8" if device == "cpu" else "float16"
    if device == "cuda":
        preload()
    try:
        return WhisperModel(str(folder), device=device, compute_type=compute_type, cpu_threads=options.threads)
    except ValueError as error:
        kinds = ", ".join(sorted(ctranslate2.get_supported_compute_types(device)))
        raise SettingsError(f'Whisper cannot compute in "{compute_type}" here; choose from auto, {kinds}.') from error
    except RuntimeError as error:
        raise _explained(error, device) from error


def _folder(options: WhisperOptions) -> Path:
    """Where the model lies. What is there already comes first, so that no packet leaves for nothing."""
    name = options.model
    folder = Path(name).expanduser()
    if folder.is_dir() or _is_path(name):
        return _whole(folder)
    try:
        return _whole(Path(download_model(name, local_files_only=True)))
    except (OSError, EngineMissing) as error:
        if options.offline:
            raise EngineMissing(
                f'The Whisper model "{name}" was not downloaded yet, and offline is set. {_CURE}'
            ) from error
    except ValueError as error:
        sizes = ", ".join(available_models())
        raise EngineMissing(f'There is no Whisper model "{name}"; there is {sizes}. {_CURE}') from error
    log.info("downloading the Whisper model %s", name)
    try:
        return _whole(Path(download_model(name)))
    except OSError as error:
        raise EngineMissing(f'The Whisper model "{name}" could not be downloaded: {_brief(error)}. {_CURE}') from error


def _is_path(name: str) -> bool:
    return name.startswith((".", "~", "/")) or "\\" in name or name.count("/") > 1


def _whole(folder: Path) -> Path:
    """The folder, if nothing is missing in it."""
    if not folder.is_dir():
        raise EngineMissing(f"There is no folder {folder} with a Whisper model. {_CURE}")
    if missing := [name for name in NEEDED if not (folder / name).is_file()]:
        raise EngineMissing(
            f"The folder {folder} holds no whole Whisper model: {' and '.join(missing)} missing. Convert one with "
            "ct2-transformers-converter --model openai/whisper-small --copy_files tokenizer.json "
            "preprocessor_config.json --output_dir FOLDER."
        )
    return folder


def _explained(error: Exception, device: str) -> EngineError:
    """CTranslate2's error as a sentence that says what to do."""
    if device != "cuda":
        return EngineError(f"Whisper failed: {_brief(error)}.")
    if "memory" in str(error):
        return EngineError(
            'The GPU has too little memory for this Whisper model; choose a smaller one, or device = "cpu".'
        )
    return EngineError(
        f'Whisper cannot use the GPU: {_brief(error)}. Set device = "cpu", or install NVIDIA\'s libraries with '
        "scripts/setup --gpu."
    )


def _brief(error: Exception) -> str:
    """The first line of an error, without its full stop."""
    lines = str(error).strip().splitlines()
    return (lines[0] if lines else type(error).__name__).rstrip(". ")


def _single_tokens(model: WhisperModel, texts: tuple[str, ...]) -> Iterator[int]:
    """Those of the texts that are one token of the model's."""
    for text in texts:
        ids = model.hf_tokenizer.encode(text, add_special_tokens=False).ids
        if len(ids) == 1:
            yield ids[0]


def _mass(logits: np.ndarray[Any, np.dtype[np.float32]], tokens: list[int]) -> float:
    """Probability of any of the tokens, from logits of shape (1, 1, vocabulary)."""
    exponents = np.exp(logits.ravel() - logits.max())
    return float(exponents[tokens].sum() / exponents.sum())
