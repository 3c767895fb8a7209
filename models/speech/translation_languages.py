"""Languages by the names that people give them: "Spanish", "Castilian", "español", "es"."""

from dataclasses import dataclass

from anyascii import anyascii
from rapidfuzz import fuzz, process

ALIKE = 84.0
"""From this likeness on, 0 to 100, a language was meant; recognizers write names as they like."""
_FILLING = frozenset(("language", "speech", "words", "text", "the", "in", "into", "to", "please", "spoken", "version"))


@dataclass(frozen=True, slots=True)
class Language:
    """A language."""

    name: str
    """In English."""
    code: str
    """Of two letters (ISO 639-1), as recognizers and voices have it."""
    codes: tuple[str, ...]
    """All that stand for it (ISO 639-1 and 639-3)."""
    called: tuple[str, ...] = ()
    """Other names, its own among them."""


def _language(name: str, code: str, long: str, called: str = "") -> Language:
    return Language(name, code, (code, *long.split()), tuple(called.split()))


ENGLISH = _language("English", "en", "eng", "inglés anglais")
LANGUAGES: tuple[Language, ...] = (
    ENGLISH,
    _language("Spanish", "es", "spa", "castilian español castellano"),
    _language("Catalan", "ca", "cat", "valencian català"),
    _language("Galician", "gl", "glg", "galego"),
    _language("Portuguese", "pt", "por", "português brazilian"),
    _language("Italian", "it", "ita", "italiano"),
    _language("French", "fr", "fra", "français"),
    _language("Occitan", "oc", "oci"),
    _language("Romanian", "ro", "ron", "română"),
    _language("Sardinian", "sc", "srd"),
    _language("Aragonese", "an", "arg"),
    _language("Asturian", "ast", "ast"),
    _language("Esperanto", "eo", "epo"),
    _language("Basque", "eu", "eus", "euskara"),
    _language("German", "de", "deu", "deutsch"),
    _language("Dutch", "nl", "nld", "nederlands flemish"),
    _language("Afrikaans", "af", "afr"),
    _language("Swedish", "sv", "swe", "svenska"),
    _language("Danish", "da", "dan", "dansk"),
    _language("Norwegian", "nb", "nob nno nor", "norsk bokmål nynorsk"),
    _language("Icelandic", "is", "isl", "íslenska"),
    _language("Welsh", "cy", "cym", "cymraeg"),
    _language("Breton", "br", "bre", "brezhoneg"),
    _language("Irish", "ga", "gle", "gaelic gaeilge"),
    _language("Serbo-Croatian", "sh", "hbs hr sr bs hrv srp bos", "serbian croatian bosnian"),
    _language("Slovenian", "sl", "slv", "slovene"),
    _language("Macedonian", "mk", "mkd"),
    _language("Bulgarian", "bg", "bul"),
    _language("Russian", "ru", "rus"),
    _language("Ukrainian", "uk", "ukr"),
    _language("Belarusian", "be", "bel"),
    _language("Polish", "pl", "pol", "polski"),
    _language("Czech", "cs", "ces"),
    _language("Greek", "el", "ell"),
    _language("Turkish", "tr", "tur"),
    _language("Tatar", "tt", "tat"),
    _language("Kazakh", "kk", "kaz"),
    _language("Finnish", "fi", "fin", "suomi"),
    _language("Hungarian", "hu", "hun", "magyar"),
    _language("Arabic", "ar", "ara"),
    _language("Maltese", "mt", "mlt"),
    _language("Hebrew", "he", "heb"),
    _language("Hindi", "hi", "hin"),
    _language("Urdu", "ur", "urd"),
    _language("Indonesian", "id", "ind"),
    _language("Malay", "ms", "zlm zsm msa"),
    _language("Chinese", "zh", "zho cmn", "mandarin"),
    _language("Japanese", "ja", "jpn"),
    _language("Korean", "ko", "kor"),
    _language("Vietnamese", "vi", "vie"),
    _language("Latin", "la", "lat"),
)


def language_of(code: str) -> Language | None:
    """The language of a code such as "es", "spa" or "es_US"."""
    short = code.lower().replace("-", "_").partition("_")[0]
    return next((one for one in LANGUAGES if short in one.codes), None)


def language_called(said: str) -> Language | None:
    """The language that is meant by a name or a code, whatever the recognizer made of it."""
    heard = (word.strip(".,!?") for word in anyascii(said).lower().split())
    words = " ".join(word for word in heard if word and word not in _FILLING)
    names = {_plain(name): one for one in LANGUAGES for name in (one.name, *one.called)}
    if one := names.get(words) or language_of(words):
        return one
    found = process.extractOne(words, list(names), scorer=fuzz.ratio, score_cutoff=ALIKE)
    return names[found[0]] if found else None


def _plain(name: str) -> str:
    return str(anyascii(name)).lower()
