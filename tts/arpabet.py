"""ARPABET, the way CMU's dictionary and many public voices write English phones, to and from espeak-ng's IPA.

həlˈoʊ wˈɜːld  ⇄  HH AH0 L OW1  W ER1 L D
"""

import re
from collections.abc import Sequence

from tts.phonemes import STRESS, plain

VOWELS = {
    "iː": "IY", "i": "IY", "ɪ": "IH", "ᵻ": "IH", "ɛ": "EH", "e": "EH", "eɪ": "EY", "æ": "AE", "a": "AE",
    "ɑː": "AA", "ɑ": "AA", "ɒ": "AA", "ɔː": "AO", "ɔ": "AO", "oː": "AO", "oʊ": "OW", "o": "OW", "ʊ": "UH",
    "uː": "UW", "u": "UW", "ʌ": "AH", "ɐ": "AH", "ə": "AH", "ɚ": "ER", "ɜː": "ER", "ɜ": "ER", "ɝ": "ER",
    "aɪ": "AY", "aʊ": "AW", "ɔɪ": "OY",
}  # fmt: skip
CONSONANTS = {
    "p": "P", "b": "B", "t": "T", "d": "D", "k": "K", "ɡ": "G", "g": "G", "tʃ": "CH", "dʒ": "JH", "f": "F", "v": "V",
    "θ": "TH", "ð": "DH", "s": "S", "z": "Z", "ʃ": "SH", "ʒ": "ZH", "h": "HH", "m": "M", "n": "N", "ŋ": "NG",
    "l": "L", "ɫ": "L", "ɬ": "L", "ɹ": "R", "r": "R", "j": "Y", "w": "W", "ʍ": "W", "ɾ": "T", "ʔ": "T", "x": "K",
}  # fmt: skip
JOINED = {
    "əl": ("ə", "l"), "n̩": ("ə", "n"), "aɪɚ": ("aɪ", "ɚ"), "aɪə": ("aɪ", "ə"), "iə": ("i", "ə"),
    "ɔːɹ": ("ɔː", "ɹ"), "oːɹ": ("oː", "ɹ"), "ɑːɹ": ("ɑː", "ɹ"), "ɛɹ": ("ɛ", "ɹ"), "ɪɹ": ("ɪ", "ɹ"), "ʊɹ": ("ʊ", "ɹ"),
}  # fmt: skip
"""Phones of espeak's that are two of ARPABET's; the stress is the first one's."""
DIGITS = {"": "0", "ˈ": "1", "ˌ": "2"}

_CODE = re.compile(r"([A-Z]{1,2})([012])?")
_SOUNDS = {code: sound for sound, code in reversed((CONSONANTS | VOWELS).items())}
"""The first sound above of each code."""
_UNSTRESSED = {"IY": "i", "AH": "ə", "ER": "ɚ", "UW": "uː"}
_COLOURED = {parts: joined for joined, parts in JOINED.items() if parts[1] == "ɹ"}


def from_ipa(symbol: str) -> tuple[str, ...]:
    """A phone of espeak's in ARPABET, vowels with their stress: "ˈoʊ" → OW1; nothing for what English has not."""
    stress = symbol[0] if symbol[:1] in DIGITS and symbol[:1] else ""
    sound = plain(symbol)
    if parts := JOINED.get(sound):
        return from_ipa(stress + parts[0]) + from_ipa(parts[1])
    if code := VOWELS.get(sound) or VOWELS.get(sound.rstrip("ː")):
        return (code + DIGITS[stress],)
    code = CONSONANTS.get(sound.rstrip("ː"))
    return (code,) if code else ()


def to_ipa(codes: Sequence[str]) -> tuple[str, ...]:
    """A pronunciation in ARPABET as espeak's phones: W ER1 L D → w ˈɜː l d. A vowel without a digit has no stress.

    Raises:
        ValueError: one of them is no code of ARPABET; the text names it.
    """
    sounds = [_sound(code) for code in codes]
    joined: list[str] = []
    for i, sound in enumerate(sounds):
        before = joined[-1] if joined else ""
        stress, vowel = before[: len(before) - len(plain(before))], plain(before)
        follows_vowel = i + 1 < len(sounds) and plain(sounds[i + 1]) in VOWELS
        if sound == "ɹ" and (vowel, "ɹ") in _COLOURED and not follows_vowel:
            joined[-1] = stress + _COLOURED[vowel, "ɹ"]
        else:
            joined.append(sound)
    return tuple(joined)


def is_arpabet(codes: Sequence[str]) -> bool:
    """Whether it is written in capitals, as ARPABET is and IPA never."""
    return all(code[:1].isascii() and code[:1].isupper() for code in codes)


def _sound(code: str) -> str:
    found = _CODE.fullmatch(code)
    if not found or found[1] not in _SOUNDS or (found[2] and found[1] in CONSONANTS.values()):
        raise ValueError(f'"{code}" is no code of ARPABET')
    name, digit = found[1], found[2] or "0"
    if name in CONSONANTS.values():
        return _SOUNDS[name]
    if digit == "0":
        return _UNSTRESSED.get(name, _SOUNDS[name])
    return {"1": STRESS[0], "2": STRESS[1]}[digit] + ("ʌ" if name == "AH" else "ɜː" if name == "ER" else _SOUNDS[name])
