"""Kyutai's Pocket TTS (Rouard et al. 2025, Continuous Audio Language Models): any voice, on a processor.

It is run by Kyutai's own package, which reads what they publish; transformers' classes of that name want it converted.
"""

import logging
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event
from typing import Any

import numpy as np
import torch
import yaml
from pocket_tts import TTSModel
from pocket_tts.utils.config import CONFIGS_DIR
from safetensors import SafetensorError

from assistant.audio import Samples
from assistant.errors import EngineMissing
from models.brake import Brake
from models.checkpoint import FAULTS, unusable
from models.speech.voice_public import POCKET_LANGUAGES, WORDS, pocket_weights

WEIGHTS, TOKENIZER = "model.safetensors", "tokenizer.json"
THREADS = 4
"""More do not make it quicker."""

logging.getLogger("pocket_tts").setLevel(logging.ERROR)  # it tells what it does at each sentence


@dataclass(frozen=True, slots=True)
class _Files:
    """What the model of a language consists of."""

    weights: Path
    tokenizer: Path
    config: Path
    """How large it is, as the package writes that down; in the folder of the weights, or else the package's own."""


class PocketVoices:
    """A `Speaker`."""

    prompt_s = 20.0
    longest = 220

    def __init__(self, folder: Path) -> None:
        """`folder` is that of the English weights; those of other languages lie beside it, where they were pulled.

        Raises:
            EngineMissing: a file is missing; the sentence says what to do.
            EngineError: it is no such model.
        """
        torch.set_num_threads(min(THREADS, os.cpu_count() or 1))
        self.languages: Sequence[str] = tuple(POCKET_LANGUAGES)
        self._folder = folder
        self._stop, self._hearing = Event(), False
        self._use("en")
        self.rate = int(self._model.sample_rate)
        self._state: Any = None

    def _use(self, language: str) -> None:
        self._model, self._language = _loaded(found(self._folder, language)), language
        self._brake = Brake(self._model)

    def hear(self, voice: Samples, language: str) -> None:
        """Speak in that voice, shape (n,) at its rate, in that language; its weights are loaded where they are others.

        Raises:
            EngineMissing: they are not here.
        """
        if language != self._language:
            self._use(language)
        with self._brake:
            self._hearing = True
            try:
                self._state = self._model.get_state_for_audio_prompt(torch.from_numpy(voice)[None])
            finally:
                self._hearing = False

    def say(self, text: str, seed: int) -> Samples:
        """Words as sound, shape (n,); see `Speaker`."""
        assert self._state is not None, "hears somebody before it speaks"
        self._stop.clear()
        torch.manual_seed(seed)
        parts = [part.numpy() for part in self._model.generate_audio_stream(self._state, text, stop=self._stop)]
        return np.concatenate(parts) if parts else np.zeros(0, np.float32)

    def stop(self) -> None:
        """End the call that runs, before its next 80 ms of speech."""
        self._stop.set()
        if self._hearing:
            self._brake.pull()


def found(folder: Path, language: str) -> _Files:
    """The files of a language.

    Raises:
        EngineMissing: one is not there; the sentence says what to pull.
    """
    called, name = POCKET_LANGUAGES[language]
    own = folder.with_name(folder.name if language == "en" else pocket_weights(language))
    weights = own / "languages" / called / WEIGHTS
    if not weights.is_file():
        needed = pocket_weights(language)
        raise EngineMissing(
            f"To speak {name}, pocket-tts needs its weights. Get them with: assistant models pull {needed}"
        )
    tokenizers = (one / "languages" / called / TOKENIZER for one in (own, folder.with_name(WORDS)))
    tokenizer = next((path for path in tokenizers if path.is_file()), None)
    if tokenizer is None:
        raise EngineMissing(f"To read texts, pocket-tts needs more. Get it with: assistant models pull {WORDS}")
    config = weights.with_name("config.yaml")
    return _Files(weights, tokenizer, config if config.is_file() else CONFIGS_DIR / f"{called}.yaml")


def _loaded(files: _Files) -> TTSModel:
    """The model, with every file of it on this machine: the package would fetch what it does not find.

    Raises:
        EngineError: it is no such model.
    """
    try:
        described = yaml.safe_load(files.config.read_text(encoding="utf-8"))
        described |= {"weights_path": str(files.weights), "weights_path_without_voice_cloning": None}
        described["flow_lm"]["lookup_table"]["tokenizer_path"] = str(files.tokenizer)
        with TemporaryDirectory() as draft:
            (path := Path(draft) / "config.yaml").write_text(yaml.safe_dump(described), encoding="utf-8")
            model = TTSModel.load_model(config=path)
    except (*FAULTS, SafetensorError, AssertionError, yaml.YAMLError) as error:
        raise unusable(files.weights.parent, "Pocket TTS") from error
    model.max_decoder_frames_per_call = 1  # more at once, as the time allows, sound a little different each time
    return model.eval()
