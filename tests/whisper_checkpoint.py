"""A Whisper small enough for tests and yet real: trained here, on a handful of sentences, in about half a minute.

Same architecture, mel input, special tokens and file format as the published checkpoints; two layers of 64 instead of
up to 32 of 1280. It knows the sentences below, two languages, and noise from speech, and nothing else.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import ctranslate2
import numpy as np
import torch
from faster_whisper.feature_extractor import FeatureExtractor
from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers
from transformers import PreTrainedTokenizerFast, WhisperConfig, WhisperForConditionalGeneration

from assistant.audio import RATE, Samples, silence
from assistant.events import Manner
from assistant.resample import resample
from tts.espeak import Espeak
from tts.options import EspeakOptions

SENTENCES = {
    " Turn on the kitchen lights.": "en",
    " What time is it?": "en",
    " Play the last recording again.": "en",
    " Send a message to": "en",  # not finished: no closing mark
    " Abre la puerta por favor.": "es",
}
VOICES = {"en": EspeakOptions(), "es": EspeakOptions(voice="es")}
LANGUAGES = ("en", "zh", "de", "es", "ru", "ko", "fr", "ja", "pt", "tr")
"""The first ten, in the order of the published models."""
WORDS = 50_257
"""Tokens of text in the multilingual models; <|endoftext|> is the next."""
SIZE = 51_865
"""All tokens."""
WINDOW_S = 6
"""Seconds that the model looks at, which the format leaves open; the published ones have 30 and cost 30 times more."""
FRAMES = WINDOW_S * 100
"""Mel frames of the window."""
STEPS = 220
SPEEDS = (0.88, 0.92, 0.96, 1.0, 1.04, 1.08, 1.12)


@dataclass(frozen=True, slots=True)
class Example:
    """A sound and what the decoder should make of it."""

    mel: torch.Tensor
    """Shape (80, FRAMES)."""
    prompt: list[int]
    """What the decoder is given: start, language, task, no timestamps, words."""
    target: list[int]
    """What it should say after each of them."""


@dataclass(slots=True)
class Vocabulary:
    """The tokenizer with the ids that training needs."""

    tokenizer: Tokenizer = field(default_factory=lambda: _tokenizer())

    def __getitem__(self, token: str) -> int:
        found = self.tokenizer.token_to_id(token)
        assert found is not None, token
        return found

    def spoken(self, text: str, language: str) -> tuple[list[int], list[int]]:
        """Prompt and target of a sentence."""
        words = self.tokenizer.encode(text, add_special_tokens=False).ids
        prompt = [*self._start(language), *words]
        return prompt, [*prompt[1:], self["<|endoftext|>"]]

    def unspoken(self) -> tuple[list[int], list[int]]:
        """Prompt and target of silence or noise: no speech instead of a language, and no words."""
        start = self._start("en")
        return start, [self["<|nospeech|>"], *start[2:], self["<|endoftext|>"]]

    def _start(self, language: str) -> list[int]:
        names = ("startoftranscript", language, "transcribe", "notimestamps")
        return [self[f"<|{name}|>"] for name in names]


def make_checkpoint(folder: Path) -> Path:
    """Train the small Whisper and convert it to CTranslate2's format, int8; the folder that faster-whisper loads."""
    torch.manual_seed(0)
    vocabulary = Vocabulary()
    model = _model(vocabulary)
    with _one_thread():
        _train(model, list(_examples(vocabulary, np.random.default_rng(0))), vocabulary["<|endoftext|>"])
    source, target = folder / "transformers", folder / "ctranslate2"
    model.save_pretrained(source)
    fast: Any = PreTrainedTokenizerFast  # it has no types
    fast(tokenizer_object=vocabulary.tokenizer, unk_token="<|endoftext|>").save_pretrained(source)
    (source / "preprocessor_config.json").write_text(json.dumps({"feature_size": 80, "chunk_length": WINDOW_S}))
    files = ["tokenizer.json", "preprocessor_config.json"]
    converter = ctranslate2.converters.TransformersConverter(str(source), copy_files=files)
    converter.convert(str(target), quantization="int8")
    return target


@contextmanager
def _one_thread() -> Iterator[None]:
    """Two threads are hardly quicker for so small a model, and ten times slower where the processor has other work."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)


def sound_of(text: str, speed: float = 1.0) -> Samples:
    """One of the sentences, spoken, at 16 kHz."""
    spoken = Espeak(VOICES[SENTENCES[text]]).speak(text, Manner(speed=speed))
    return resample(spoken.samples, spoken.rate, RATE)


def _tokenizer() -> Tokenizer:
    """Byte-level BPE as Whisper's: the words of the sentences whole, all else in bytes, and the special tokens."""
    vocabulary = {letter: i for i, letter in enumerate(sorted(pre_tokenizers.ByteLevel.alphabet()))}
    merges = []
    for word in sorted({w for text in SENTENCES for w in _byte_level(text)}):
        for end in range(2, len(word) + 1):
            if word[:end] not in vocabulary:
                vocabulary[word[:end]] = len(vocabulary)
                merges.append((word[: end - 1], word[end - 1]))
    vocabulary |= {f"unused{i}": i for i in range(len(vocabulary), WORDS - 1)}
    vocabulary[""] = WORDS - 1  # it is there in the multilingual models, and CTranslate2 knows them by it
    tokenizer = Tokenizer(models.BPE(vocab=vocabulary, merges=merges))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.add_special_tokens([AddedToken(t, special=True) for t in _special_tokens()])
    assert tokenizer.get_vocab_size() == SIZE
    return tokenizer


def _byte_level(text: str) -> list[str]:
    """The text as the pre-tokenizer cuts it, a space written as Ġ."""
    return [piece for piece, _ in pre_tokenizers.ByteLevel(add_prefix_space=False).pre_tokenize_str(text)]


def _special_tokens() -> Iterator[str]:
    """In the published order; the 89 languages that are not in the test stand as placeholders."""
    yield from ("<|endoftext|>", "<|startoftranscript|>")
    yield from (f"<|{code}|>" for code in (*LANGUAGES, *(f"x{i}" for i in range(99 - len(LANGUAGES)))))
    names = ("translate", "transcribe", "startoflm", "startofprev", "nospeech", "notimestamps")
    yield from (f"<|{name}|>" for name in names)
    yield from (f"<|{i * 0.02:.2f}|>" for i in range(1501))


def _model(vocabulary: Vocabulary) -> WhisperForConditionalGeneration:
    end = vocabulary["<|endoftext|>"]
    config = WhisperConfig(
        vocab_size=SIZE,
        max_source_positions=FRAMES // 2,
        d_model=64,
        encoder_layers=2,
        decoder_layers=2,
        encoder_attention_heads=2,
        decoder_attention_heads=2,
        encoder_ffn_dim=128,
        decoder_ffn_dim=128,
        decoder_start_token_id=vocabulary["<|startoftranscript|>"],
        bos_token_id=end,
        eos_token_id=end,
        pad_token_id=end,
    )
    model = WhisperForConditionalGeneration(config)
    generation = model.generation_config
    generation._from_model_config = False  # else it is made anew when loaded, without the languages
    generation.suppress_tokens, generation.begin_suppress_tokens = [], [vocabulary["Ġ"], end]
    languages = {f"<|{code}|>": vocabulary[f"<|{code}|>"] for code in LANGUAGES}
    generation.lang_to_id = languages  # type: ignore[attr-defined]  # Whisper's own
    return model


def _examples(vocabulary: Vocabulary, random: np.random.Generator) -> Iterator[Example]:
    for text, language in SENTENCES.items():
        for speed in SPEEDS:
            for lead_s in (0.0, random.uniform(0, 1.2)):
                sound = np.concatenate((silence(lead_s, RATE), sound_of(text, speed)))
                hiss = random.normal(0, 10 ** random.uniform(-5, -2.5), len(sound)).astype(np.float32)
                yield Example(_mel(sound + hiss), *vocabulary.spoken(text, language))
    for level in (0, 1e-4, 1e-3, 1e-2, 1e-1):
        noise = random.normal(0, level, random.integers(RATE, WINDOW_S * RATE)).astype(np.float32)
        yield Example(_mel(noise), *vocabulary.unspoken())


def _mel(sound: Samples) -> torch.Tensor:
    """As faster-whisper makes it, shape (80, FRAMES)."""
    mel = FeatureExtractor()(sound)[:, :-1]
    return torch.from_numpy(np.pad(mel, ((0, 0), (0, FRAMES - mel.shape[1]))).astype(np.float32))


def _train(model: WhisperForConditionalGeneration, examples: list[Example], end: int) -> None:
    optimizer = torch.optim.AdamW(model.parameters(), lr=3e-3)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, 3e-3, total_steps=STEPS)
    random = np.random.default_rng(1)
    model.train()
    for _ in range(STEPS):
        batch = [examples[i] for i in random.choice(len(examples), 8, replace=False)]
        longest = max(len(e.prompt) for e in batch)
        loss = model(
            input_features=torch.stack([e.mel for e in batch]),
            decoder_input_ids=torch.tensor([e.prompt + [end] * (longest - len(e.prompt)) for e in batch]),
            labels=torch.tensor([e.target + [-100] * (longest - len(e.target)) for e in batch]),
        ).loss
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        schedule.step()
