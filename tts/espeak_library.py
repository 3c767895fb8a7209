"""The espeak-ng shared library, bound by ctypes: text to PCM, to word boundaries, to phonemes.

espeak-ng is a separate program under the GPL, version 3. No part of it is in Earshot: the package `espeakng_loader`
carries its shared library and data, which are loaded here at run time, by the voice and by the phonemizer.

The library keeps its state in globals, initializes once in a process and is not thread safe. So there is one
`EspeakLibrary` a process (`shared()`), and a lock around every use of it.
"""

import atexit
import ctypes
import shutil
import tempfile
from collections.abc import Iterator
from ctypes import POINTER, c_char_p, c_int, c_short, c_uint, c_void_p
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Any, NamedTuple

import espeakng_loader
import numpy as np
from numpy.typing import NDArray

from assistant.errors import EngineMissing, SettingsError

SYNCHRONOUS = 2
DONT_EXIT = 0x8000
PHONE_EVENTS, IN_IPA = 1, 2
CHARACTERS = 1
UTF8 = 1
IPA = 2
END_OF_EVENTS, WORD, PHONE = 0, 1, 7
OPTIONS = DONT_EXIT | PHONE_EVENTS | IN_IPA
RATE, PITCH, RANGE, WORD_GAP = 1, 3, 4, 7
LONGEST_PATH = 120
"""Characters; espeak keeps the path of its data in a buffer of 160, file names included."""


class _Id(ctypes.Union):
    _fields_ = (("number", c_int), ("name", c_char_p), ("string", ctypes.c_char * 8))


class _Event(ctypes.Structure):
    _fields_ = (
        ("type", c_int),
        ("unique_identifier", c_uint),
        ("text_position", c_int),
        ("length", c_int),
        ("audio_position", c_int),
        ("sample", c_int),
        ("user_data", c_void_p),
        ("id", _Id),
    )


_Callback = ctypes.CFUNCTYPE(c_int, POINTER(c_short), c_int, POINTER(_Event))


@dataclass(frozen=True, slots=True)
class Boundary:
    """Where espeak begins a word of its own; it may join written words, or say several for one."""

    position: int
    """Index into the text, in characters."""
    sample: int
    """Index into the sound."""


class PhoneBegin(NamedTuple):
    """Where espeak begins a sound, or a pause, which has no symbol."""

    symbol: str
    """IPA, with its stress mark."""
    sample: int


class Synthesized(NamedTuple):
    """What espeak made of a text."""

    pcm: NDArray[np.int16]
    """Shape (n,)."""
    boundaries: list[Boundary]
    phones: list[PhoneBegin]


@dataclass(frozen=True, slots=True)
class Delivery:
    """How espeak is told to speak."""

    voice: str
    words_per_minute: int
    pitch: int
    pitch_range: int
    word_gap: int


class EspeakLibrary:
    """Owns the loaded library.

    Raises:
        EngineMissing: the library or its data cannot be loaded.
    """

    def __init__(self) -> None:
        try:
            self._espeak: Any = ctypes.CDLL(espeakng_loader.get_library_path())
        except OSError as error:
            raise EngineMissing(
                f"The espeak-ng library cannot be loaded ({error}). Reinstall it: pip install --force-reinstall "
                "espeakng-loader."
            ) from error
        self._declare()
        self._data = _short_path(Path(espeakng_loader.get_data_path()))
        self.rate: int = self._espeak.espeak_Initialize(SYNCHRONOUS, 0, str(self._data).encode(), OPTIONS)
        if self.rate <= 0:
            raise EngineMissing(
                f"espeak-ng found no data in {self._data}. Reinstall it: pip install --force-reinstall espeakng-loader."
            )
        self._lock = Lock()
        self._delivery: Delivery | None = None
        self._pcm: list[NDArray[np.int16]] = []
        self._boundaries: list[Boundary] = []
        self._phones: list[PhoneBegin] = []
        # Kept as an attribute: the library holds the pointer and Python must not free it.
        self._callback = _Callback(self._collect)
        self._espeak.espeak_SetSynthCallback(self._callback)

    def synthesize(self, text: str, delivery: Delivery) -> Synthesized:
        """Sound at `rate`, and where its words and its phones begin.

        Raises:
            SettingsError: there is no such voice.
        """
        data = text.encode()
        with self._lock:
            self._deliver(delivery)
            self._pcm, self._boundaries, self._phones = [], [], []
            self._espeak.espeak_Synth(data, len(data) + 1, 0, CHARACTERS, 0, UTF8, None, None)
            pcm, boundaries, phones = self._pcm, self._boundaries, self._phones
            self._pcm, self._boundaries, self._phones = [], [], []
        return Synthesized(np.concatenate(pcm) if pcm else np.zeros(0, np.int16), boundaries, phones)

    def has(self, language: str) -> bool:
        """Whether there is a voice of a language, by its code."""
        with self._lock:
            self._delivery = None
            return not self._espeak.espeak_SetVoiceByName(language.encode())

    def phonemes(self, text: str, delivery: Delivery, separator: str = "") -> list[str]:
        """The text in IPA, one string for each stretch between punctuation, words separated by spaces.

        The phones of a word are separated by `separator`, a character, if one is given; two may stand in a row.

        Raises:
            SettingsError: there is no such voice.
        """
        mode = IPA | (ord(separator) << 8 if separator else 0)
        with self._lock:
            self._deliver(delivery)
            return [p for p in self._clauses(ctypes.create_string_buffer(text.encode()), mode) if p]

    def _clauses(self, data: "ctypes.Array[ctypes.c_char]", mode: int) -> Iterator[str]:
        rest = c_void_p(ctypes.addressof(data))
        while rest.value:
            yield self._espeak.espeak_TextToPhonemes(ctypes.byref(rest), UTF8, mode).decode().strip()

    def _deliver(self, delivery: Delivery) -> None:
        """Set the voice and how it speaks, where that is not so already."""
        if delivery == self._delivery:
            return
        self._choose(delivery.voice)
        values = ((RATE, delivery.words_per_minute), (PITCH, delivery.pitch), (RANGE, delivery.pitch_range))
        for parameter, value in (*values, (WORD_GAP, delivery.word_gap)):
            self._espeak.espeak_SetParameter(parameter, value, 0)
        self._delivery = delivery

    def _choose(self, voice: str) -> None:
        self._delivery = None
        _, _, variant = voice.partition("+")
        known = not variant or (self._data / "voices" / "!v" / variant).is_file()  # espeak ignores one it has not
        if not known or self._espeak.espeak_SetVoiceByName(voice.encode()):
            raise SettingsError(
                f'espeak has no voice "{voice}". Take a language such as en-us, en-gb-x-rp or de, '
                "with or without a variant, such as en-us+f3."
            )

    def _collect(self, pcm: Any, count: int, events: Any) -> int:
        """Called by the library with a stretch of sound and the events in it; 0 means go on."""
        if pcm and count:
            self._pcm.append(np.ctypeslib.as_array(pcm, (count,)).copy())
        i = 0
        while (event := events[i]).type != END_OF_EVENTS:
            if event.type == WORD:
                self._boundaries.append(Boundary(event.text_position - 1, event.sample))
            elif event.type == PHONE:
                self._phones.append(PhoneBegin(event.id.string.decode(errors="ignore"), event.sample))
            i += 1
        return 0

    def _declare(self) -> None:
        """Tell ctypes the types it would guess wrongly: pointers are wider than ints."""
        self._espeak.espeak_Synth.argtypes = (
            *(c_char_p, ctypes.c_size_t, c_uint, c_int),
            *(c_uint, c_uint, POINTER(c_uint), c_void_p),
        )
        self._espeak.espeak_TextToPhonemes.argtypes = (POINTER(c_void_p), c_int, c_int)
        self._espeak.espeak_TextToPhonemes.restype = c_char_p


@cache
def shared() -> EspeakLibrary:
    """The one library of this process, loaded when first asked for."""
    return EspeakLibrary()


def _short_path(data: Path) -> Path:
    """The folder itself, or a link to it from a place whose name fits into espeak's buffer."""
    if len(str(data)) <= LONGEST_PATH:
        return data
    folder = Path(tempfile.mkdtemp(prefix="espeak-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    link = folder / data.name
    link.symlink_to(data, target_is_directory=True)
    return link
