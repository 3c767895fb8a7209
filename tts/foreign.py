"""Words of another language as the phones that an English voice has, by espeak-ng and what sounds most like it.

小酒窝  ─espeak-ng─▶  ɕjˈɑu2 tɕˈiou2 wˈo5  ─▶  ʃ j ˈaʊ | tʃ j ˈoʊ | w ˈoʊ
"""

from collections.abc import Sequence

from tts.espeak_library import Delivery, shared
from tts.phonemes import Phone, symbols

MANDARIN = "cmn"
NEAR_MANDARIN = (
    ("ts.h", "tʃ"), ("ts.", "tʃ"), ("s.", "ʃ"), ("tɕh", "tʃ"), ("tɕ", "tʃ"), ("ɕ", "ʃ"), ("z.", "ɹ"), ("i.", "ɚ"),
    ("iɑu", "jaʊ"), ("iou", "joʊ"), ("uei", "weɪ"), ("uai", "waɪ"), ("ɑu", "aʊ"), ("ou", "oʊ"), ("ei", "eɪ"),
    ("ai", "aɪ"), ("iɛ", "jɛ"), ("iɑ", "jɑ"), ("io", "jo"), ("uo", "wɔ"), ("uɑ", "wɑ"), ("ua", "wɑ"), ("uə", "wə"),
    ("yɛ", "jɛ"), ("yæ", "jæ"), ("y", "iː"), ("χ", "h"), ("x", "h"), ("ɤ", "ə"), ("h", "h"),
)  # fmt: skip
"""What takes the place of sounds that English has not, longest first; every character stays one syllable."""
_STRESS = "ˈ"


def foreign(words: Sequence[str], language: str) -> list[Phone]:
    """The phones of words of a language, by its code such as "cmn"; tones are left to the melody.

    Raises:
        SettingsError: espeak-ng does not know the language.
    """
    delivery = Delivery(language, words_per_minute=160, pitch=50, pitch_range=50, word_gap=0)
    found = list[Phone]()
    for index, word in enumerate(words):
        ipa = "".join(shared().phonemes(word, delivery))
        found += (Phone(symbol, index) for symbol in symbols(_mandarin(ipa) if language == MANDARIN else ipa))
    return found


def _mandarin(ipa: str) -> str:
    """Without tones, which espeak-ng writes as digits and one of them as a letter."""
    bare = "".join(c for c in ipa if not c.isdigit() and c not in (_STRESS, "ɜ"))
    for written, like in NEAR_MANDARIN:
        bare = bare.replace(written, like)
    return bare
