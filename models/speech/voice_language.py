"""In which language a text is, by its script and its commonest words: enough to tell whether a voice can read it."""

import re
import unicodedata
from collections import Counter

SCRIPTS = {
    "CYRILLIC": "ru",
    "GREEK": "el",
    "HEBREW": "he",
    "ARABIC": "ar",
    "DEVANAGARI": "hi",
    "HANGUL": "ko",
    "HIRAGANA": "ja",
    "KATAKANA": "ja",
    "CJK": "zh",
}
"""What is written in each; one language stands for all that share it."""
COMMON = {
    "en": "the and of to in is that was it you he she for with this are not have they but from at my your what "
    "there when would will who where how we him her his its were been had do does did as on be or an me us so if",
    "de": "der die das und ist nicht ich sie wir ein eine einen dem den mit auf für zu von sich es auch wie war "
    "haben wird sind im aber oder wenn noch nur bei aus nach dass über ihr mich dich mein heute wo was guten",
    "fr": "le la les et est des un une dans que qui pour pas je tu il elle nous vous sur avec ce cette sont mais "
    "du au aux ne se plus mon ton son leur où être avoir bien très comme tout bonjour c'est j'ai l'on d'un",
    "es": "el la los las y es de que en un una no se por con para su al lo como más pero sus le ya o este sí "
    "porque esta entre cuando muy sin sobre también me hasta hay donde quien yo tú está buenos buenas hola",
    "it": "il lo la i gli le e è di che un una non per con si da come ma anche più sono nel della del ho ha mi ti "
    "ci questo questa quando dove chi perché molto essere alla dei delle buongiorno ciao era io tu",
    "pt": "o a os as e é de que em um uma não se por com para do da dos das no na ao como mais mas seu sua ou "
    "quando muito nos já eu também só pelo pela até isso ela ele entre você está bom boa olá são onde",
    "nl": "de het een en van is dat niet ik je hij zij wij we met op voor te zijn aan er maar om ook als bij nog "
    "naar dan wat hoe waar wie deze dit heeft hebben kan mijn jouw door over uit goed goede hallo geen was",
}
"""Words that are in every other sentence of a language; one that several share counts for all of them."""
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
_COMMON = {code: frozenset(words.split()) for code, words in COMMON.items()}
_OWN_LETTERS = {"de": "ß", "es": "ñ¿¡", "pt": "ãõ", "fr": "œèêûî", "it": "ìò"}
LETTERS_WEIGH = 0.5


def language_in(text: str) -> str:
    """The code of a text's language, such as "en", which it is too where nothing tells; empty where its script is one
    that is not known here."""
    scripts = Counter(unicodedata.name(letter, "?").split()[0].partition("-")[0] for letter in text if letter.isalpha())
    script = scripts.most_common(1)[0][0] if scripts else "LATIN"
    if {"HIRAGANA", "KATAKANA"} & scripts.keys():
        script = "HIRAGANA"  # written among Chinese characters
    if script not in ("LATIN", "FULLWIDTH"):
        return SCRIPTS.get(script, "")
    lowered = text.lower()
    words = [word.replace("’", "'") for word in _WORD.findall(lowered)]
    votes = {code: sum(word in common for word in words) + _letters(code, lowered) for code, common in _COMMON.items()}
    best = max(votes, key=lambda code: votes[code])  # English, the first, where several are as likely
    return best if votes[best] else "en"


def _letters(code: str, lowered: str) -> float:
    return LETTERS_WEIGH * sum(lowered.count(letter) for letter in _OWN_LETTERS.get(code, ""))
