"""Mandarin as the phones that singers of Opencpop's are trained on: an initial and a final of each syllable in pinyin.

小酒窝  ─pypinyin─▶  xiao jiu wo  ─▶  x iao | j iu | w o
"""

import re
from collections.abc import Collection, Sequence

from assistant.errors import EngineError

INITIALS = (*("zh", "ch", "sh"), *"bpmfdtnlgkhjqxrzcsyw")
"""Longest first; y and w count as such."""
VOWELS = tuple("aeiouv")
"""What finals begin with."""
ROUNDED = frozenset("jqxy")
"""Initials behind which "u" is written for "ü", which the phones call "v"."""
Phones = tuple[str, ...]

_HAN = re.compile(r"[\u3400-\u9fff]")
_PLAIN = str.maketrans({"ü": "v", "ǖ": "v", "ǘ": "v", "ǚ": "v", "ǜ": "v", **dict.fromkeys("12345", "")})
_TONES = str.maketrans("āáǎàēéěèīíǐìōóǒòūúǔù", "aaaaeeeeiiiioooouuuu")


def phones_of(words: Sequence[str], known: Collection[str]) -> list[Phones]:
    """The phones of each word, which is a Chinese character or a syllable in pinyin, out of those that are known.

    Raises:
        EngineError: a word is neither, or there are characters and the package pypinyin is not here.
    """
    return [syllable(one, known) for one in _in_pinyin(words)]


def syllable(written: str, known: Collection[str]) -> Phones:
    """The phones of a syllable in pinyin, with or without its tone: "xiǎo", "xiao3" and "xiao" are x, iao.

    Raises:
        EngineError: it is none.
    """
    bare = written.lower().strip(",.!?;:'\"").translate(_PLAIN).translate(_TONES)
    initial = next((one for one in INITIALS if bare.startswith(one) and bare != one), "")
    final = bare[len(initial) :]
    if initial in ROUNDED and final.startswith("u") and f"v{final[1:]}" in known:
        final = f"v{final[1:]}"
    phones = (initial, final) if initial else (final,)
    if final[:1] not in VOWELS or any(phone not in known for phone in phones):
        raise EngineError(
            f'"{written}" is no Mandarin, which is all that this voice sings; write characters or pinyin.'
        )
    return phones


def _in_pinyin(words: Sequence[str]) -> list[str]:
    """Characters by how they are read where they stand."""
    if not any(_HAN.search(word) for word in words):
        return list(words)
    try:
        from pypinyin import lazy_pinyin
    except ImportError as error:
        raise EngineError(
            "I need the package pypinyin to read Chinese characters: pip install pypinyin, or write pinyin."
        ) from error
    return [one for word in _runs(words) for one in (lazy_pinyin(word) if _HAN.search(word) else [word])]


def _runs(words: Sequence[str]) -> list[str]:
    """Characters that follow each other joined: how one is read depends on its neighbours."""
    runs = list[str]()
    for word in words:
        if runs and _HAN.search(word) and _HAN.search(runs[-1]):
            runs[-1] += word
        else:
            runs.append(word)
    return runs
