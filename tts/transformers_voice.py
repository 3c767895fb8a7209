"""Public voices of transformers' own classes, from folders: FastSpeech 2 with HiFi-GAN, and VITS.

clause ─▶ readings ─▶ ARPABET (FastSpeech 2) │ IPA or letters (VITS) ─▶ ids ─▶ model ─▶ samples

Their own tokenizers take packages that espeak-ng stands in for here; what they make of a text is the same in kind.
"""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from transformers import FastSpeech2ConformerWithHifiGan, VitsModel

from assistant.audio import Samples, silence
from assistant.errors import EngineError, EngineMissing
from assistant.events import Manner, Spoken
from tts.arpabet import from_ipa
from tts.espeak_library import Delivery, shared
from tts.level import amplified
from tts.normalize import readings
from tts.phonemes import Phonemizer
from tts.seams import faded, pause_s, trimmed

FASTSPEECH2, VITS = "fastspeech2_conformer_with_hifigan", "vits"
RATE = 22_050
"""Hertz, of HiFi-GAN."""
SEED = 17
"""VITS draws its timing and tone by lot; the lot is always the same."""
FAULTS = (OSError, KeyError, TypeError, ValueError, AttributeError, RuntimeError)
"""What transformers raises for files that are no checkpoint."""
DELIVERY = Delivery("en-us", words_per_minute=160, pitch=50, pitch_range=50, word_gap=0)


class TransformersVoice:
    """A `Voice`. It keeps tempo and loudness as asked for, and its own pitch.

    Raises:
        EngineMissing: the folder holds no whole checkpoint of one of the two kinds.
    """

    name = "transformers"

    def __init__(self, folder: Path) -> None:
        self._vocabulary: dict[str, int] = _read(folder, "vocab.json")
        self._told = _read(folder, "tokenizer_config.json")
        self._kind = str(_read(folder, "config.json").get("model_type"))
        self._model: Any = _loaded(folder, self._kind)
        self.rate = RATE if self._kind == FASTSPEECH2 else int(self._model.config.sampling_rate)
        self._phonemizer = Phonemizer() if self._kind == FASTSPEECH2 else None

    def speak(self, clause: str, manner: Manner) -> Spoken:
        """A clause as sound, beginning at once and ending with the pause that its closing mark asks for.

        Raises:
            EngineError: the model fails, or cannot read the script.
        """
        ids = self._arpabet(clause) if self._kind == FASTSPEECH2 else self._letters(clause)
        if not ids:
            return Spoken(silence(0, self.rate), self.rate)
        samples, _ = trimmed(self._sounded(ids, manner.speed), self.rate)
        loud = faded(amplified(samples, manner.gain_db, self.rate), self.rate)
        pause = silence(pause_s(clause) / manner.speed if len(samples) else 0.0, self.rate)
        return Spoken(np.concatenate((loud, pause)), self.rate)

    def _sounded(self, ids: Sequence[int], speed: float) -> Samples:
        given = torch.tensor([ids])
        torch.manual_seed(SEED)
        try:
            with torch.inference_mode():
                if self._kind == FASTSPEECH2:
                    self._model.model.config.speaking_speed = 1 / speed
                    made = self._model(given).waveform
                else:
                    made = self._model(given, speaking_rate=speed).waveform
        except (RuntimeError, IndexError) as error:
            raise EngineError("That voice failed; a shorter sentence may work.") from error
        return np.asarray(np.clip(np.nan_to_num(made.reshape(-1).float().numpy()), -1, 1), np.float32)

    def _arpabet(self, clause: str) -> list[int]:
        """The phones of an English clause, closed as the model learned them."""
        assert self._phonemizer is not None
        said = [reading.spoken for reading in readings(clause) if reading.spoken]
        codes = list[str]()
        for phone in self._phonemizer.phones(said):
            codes += from_ipa(phone.symbol) or (phone.symbol,)
        ids = [self._vocabulary[code] for code in codes if code in self._vocabulary]
        return [*ids, self._vocabulary.get("<sos/eos>", 0)] if any(code.isalnum() for code in codes) else []

    def _letters(self, clause: str) -> list[int]:
        """The letters of a clause, or its sounds, with a blank between any two where the model learned that."""
        if self._told.get("is_uroman") and not all(ord(c) < 0x250 for c in clause if c.isalpha()):
            raise EngineError("That voice wants its language in Latin letters.")
        text = _ipa(clause) if self._told.get("phonemize") else clause
        text = text.lower() if self._told.get("normalize", True) else text
        ids = [self._vocabulary[c] for c in text if c in self._vocabulary]
        if not any(c.isalnum() and c in self._vocabulary for c in text):
            return []
        if not self._told.get("add_blank", True):
            return ids
        return [0, *(one for each in ids for one in (each, 0))]


def _ipa(clause: str) -> str:
    """An English clause in IPA with its stresses and marks."""
    said, found = " ".join(reading.spoken for reading in readings(clause) if reading.spoken), list[str]()
    word = ""
    for character in f"{said} ":
        if character in ",.;:!?":
            found.append(f"{' '.join(shared().phonemes(word, DELIVERY))}{character}")
            word = ""
        else:
            word += character
    return " ".join([*found, *shared().phonemes(word, DELIVERY)]) if word.strip() else " ".join(found)


def _read(folder: Path, name: str) -> dict[str, Any]:
    try:
        found: dict[str, Any] = json.loads((folder / name).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise EngineMissing(f"The voice in {folder} is not whole: {name} cannot be read. Pull it again.") from error
    return found


def _loaded(folder: Path, kind: str) -> Any:
    if kind not in (FASTSPEECH2, VITS):
        raise EngineMissing(f"The folder {folder} holds neither a FastSpeech 2 with HiFi-GAN nor a VITS.")
    public: Any = FastSpeech2ConformerWithHifiGan if kind == FASTSPEECH2 else VitsModel
    try:
        return public.from_pretrained(folder).eval()
    except FAULTS as error:
        raise EngineMissing(f"The voice in {folder} cannot be loaded; pull it again.") from error
