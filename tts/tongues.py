"""Languages: which one a script is read in, and what people call those that espeak-ng has a voice for.

The word Привет means hello.  ──▶  ("The word ", ""), ("Привет", "ru"), (" means hello.", "")
"""

import re
import unicodedata
from collections.abc import Mapping

SCRIPTS: Mapping[str, str] = {
    "CYRILLIC": "ru",
    "CJK": "cmn",
    "HIRAGANA": "ja",
    "KATAKANA": "ja",
    "KATAKANA-HIRAGANA": "ja",
    "HANGUL": "ko",
    "BOPOMOFO": "cmn",
    "ARABIC": "ar",
    "HEBREW": "he",
    "GREEK": "el",
    "DEVANAGARI": "hi",
    "BENGALI": "bn",
    "GURMUKHI": "pa",
    "GUJARATI": "gu",
    "ORIYA": "or",
    "TAMIL": "ta",
    "TELUGU": "te",
    "KANNADA": "kn",
    "MALAYALAM": "ml",
    "SINHALA": "si",
    "THAI": "th",
    "MYANMAR": "my",
    "GEORGIAN": "ka",
    "ARMENIAN": "hy",
    "ETHIOPIC": "am",
}
"""The language that a script is read in where nothing else tells it, by how Unicode calls its letters."""
TELLING: Mapping[str, tuple[tuple[str, str], ...]] = {
    "ru": (("uk", "іїєґІЇЄҐ"), ("be", "ўЎ"), ("sr", "ђћџљњјЂЋЏЉЊЈ"), ("kk", "әғқңөұһ"), ("tt", "җ")),
    "ar": (("fa", "پچژگ"), ("ur", "ٹڈڑںےہ")),
}
"""Letters that one language of a script has, and the usual one has not; the first that is found decides."""
NAMES: Mapping[str, str] = {
    "afrikaans": "af", "albanian": "sq", "amharic": "am", "arabic": "ar", "aragonese": "an", "armenian": "hy",
    "assamese": "as", "asturian": "es", "azerbaijani": "az", "bashkir": "ba", "basque": "eu", "belarusian": "be",
    "bengali": "bn", "bosnian": "bs", "brazilian portuguese": "pt-br", "bulgarian": "bg", "burmese": "my",
    "cantonese": "yue", "castilian": "es", "catalan": "ca", "chinese": "cmn",
    "chuvash": "cv", "croatian": "hr", "czech": "cs", "danish": "da", "dutch": "nl", "english": "en",
    "esperanto": "eo", "estonian": "et", "faroese": "fo", "farsi": "fa", "finnish": "fi", "flemish": "nl",
    "french": "fr", "gaelic": "gd", "galician": "gl", "georgian": "ka", "german": "de", "greek": "el",
    "greenlandic": "kl", "guarani": "gn", "gujarati": "gu", "haitian creole": "ht", "hakka": "hak",
    "hawaiian": "haw", "hebrew": "he", "hindi": "hi", "hungarian": "hu", "icelandic": "is", "indonesian": "id",
    "interlingua": "ia", "irish": "ga", "italian": "it", "japanese": "ja", "kannada": "kn", "kazakh": "kk",
    "klingon": "piqd", "konkani": "kok", "korean": "ko", "kurdish": "ku", "kyrgyz": "ky", "latin": "la",
    "latin american spanish": "es-419", "latvian": "lv", "lithuanian": "lt", "lojban": "jbo", "luxembourgish": "lb",
    "macedonian": "mk", "malay": "ms", "malayalam": "ml", "maltese": "mt", "mandarin": "cmn", "maori": "mi",
    "marathi": "mr", "mexican spanish": "es-419", "nahuatl": "nci", "nepali": "ne", "norwegian": "nb",
    "occitan": "oc", "oriya": "or", "oromo": "om", "papiamento": "pap", "persian": "fa", "polish": "pl",
    "portuguese": "pt", "punjabi": "pa", "quechua": "qu", "quenya": "qya", "romanian": "ro", "russian": "ru",
    "scottish gaelic": "gd", "serbian": "sr", "sindarin": "sjn", "sindhi": "sd", "sinhala": "si", "slovak": "sk",
    "slovene": "sl", "slovenian": "sl", "spanish": "es", "swahili": "sw", "swedish": "sv", "tamil": "ta",
    "tatar": "tt", "telugu": "te", "thai": "th", "tswana": "tn", "turkish": "tr", "turkmen": "tk",
    "ukrainian": "uk", "urdu": "ur", "uyghur": "ug", "uzbek": "uz", "vietnamese": "vi", "welsh": "cy",
}  # fmt: skip
"""What espeak-ng has a voice of, or of what comes near, in English, with its code."""
VOICELESS = frozenset((
    "bavarian", "breton", "bulgar", "cornish", "filipino", "frisian", "hausa", "hmong", "igbo", "javanese",
    "khmer", "lao", "maasai", "malagasy", "mongolian", "navajo", "pashto", "rapanui", "samoan", "sanskrit",
    "shona", "somali", "sotho", "sundanese", "tagalog", "tajik", "tibetan", "tongan", "twi", "wolof", "xhosa",
    "yiddish", "yoruba", "zulu", "dothraki",
))  # fmt: skip
"""Languages that there is no voice of."""
ACCENTS: Mapping[str, str] = {
    "american": "", "us": "", "british": "en-gb-x-rp", "english": "en-gb-x-rp", "uk": "en-gb-x-rp",
    "received pronunciation": "en-gb-x-rp", "posh": "en-gb-x-rp", "oxford": "en-gb-x-rp", "london": "en-gb-x-rp",
    "scottish": "en-gb-scotland", "scots": "en-gb-scotland", "northern": "en-gb-x-gbclan",
    "lancashire": "en-gb-x-gbclan", "lancaster": "en-gb-x-gbclan", "west midlands": "en-gb-x-gbcwmd",
    "birmingham": "en-gb-x-gbcwmd", "caribbean": "en-029", "jamaican": "en-029", "new york": "en-us-nyc",
}  # fmt: skip
"""Ways of speaking English that there is a voice of, with its code; none for that of our own voice."""
SIGN = re.compile(r"[^\w]*[Α-Ωα-ωµ][^\w]*")
"""A Greek letter by itself is a sign that every language reads."""
_TITLES: dict[str, str] = {code: name.title() for name, code in reversed(list(NAMES.items()))}
_TITLES |= {"cmn": "Mandarin", "es": "Spanish"}


def language_name(code: str) -> str:
    """A language's name in English; its code where it has none here."""
    if code in ACCENTS.values():
        return f"{next(said for said, voice in ACCENTS.items() if voice == code).title()} English"
    found: str = _TITLES.get(code) or _TITLES.get(code.partition("-")[0], code)
    return found


def script_language(text: str) -> str:
    """The language of a text that is for the most part in a script that is not Latin; empty for all others."""
    counts: dict[str, int] = {}
    for character in text:
        if character.isalpha():
            code = _of(character)
            counts[code] = counts.get(code, 0) + 1
    if not counts:
        return ""
    code = "ja" if counts.get("ja") and counts.get("cmn") else max(counts, key=counts.__getitem__)
    return next((other for other, letters in TELLING.get(code, ()) if any(c in letters for c in text)), code)


def runs(text: str) -> list[tuple[str, str]]:
    """The text in stretches of one language each, joined as it was; marks and spaces stay with what is before them."""
    if text.isascii():
        return [(text, "")] if text else []
    found: list[tuple[str, str]] = []
    for word in re.findall(r"\S+\s*|\s+", text):
        for piece in _scripts(word):
            other = "" if SIGN.fullmatch(piece) else script_language(piece)
            joins = found and (not any(map(str.isalpha, piece)) or _one(found[-1][1], other))
            if joins:
                found[-1] = (found[-1][0] + piece, found[-1][1])
            else:
                found.append((piece, other))
    return [(piece, script_language(piece) if code else "") for piece, code in found]


def _one(before: str, code: str) -> bool:
    """Whether two stretches in a row are of one language; Chinese characters beside kana are Japanese."""
    return before == code or {before, code} == {"ja", "cmn"} or _usual(before) == _usual(code)


def _usual(code: str) -> str:
    return next((usual for usual, others in TELLING.items() if code in [one for one, _ in others]), code)


def _scripts(word: str) -> list[str]:
    """A word cut where Latin letters meet others, as "AI技术"."""
    pieces, before = [""], ""
    for character in word:
        code = ("other" if _of(character) else "latin") if character.isalpha() else before
        if before and code != before:
            pieces.append("")
        pieces[-1] += character
        before = code
    return [piece for piece in pieces if piece]


def _of(letter: str) -> str:
    """The language of a letter's script; empty for Latin and what is not known."""
    if letter.isascii():
        return ""
    name = unicodedata.name(letter, "").split(" ", 1)[0]
    return SCRIPTS.get(name, "")
