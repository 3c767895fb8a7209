"""Names of languages in what was said."""

import re

LANGUAGES = (
    *("Afrikaans", "Albanian", "Amharic", "Arabic", "Armenian", "Aymara", "Azerbaijani", "Basque", "Belarusian"),
    *("Bengali", "Bosnian", "Breton", "Bulgarian", "Burmese", "Cantonese", "Catalan", "Cebuano", "Chinese", "Corsican"),
    *("Croatian", "Czech", "Danish", "Dutch", "English", "Esperanto", "Estonian", "Farsi", "Filipino", "Finnish"),
    *("Flemish", "French", "Galician", "Georgian", "German", "Greek", "Guarani", "Gujarati", "Haitian Creole", "Hausa"),
    *("Hawaiian", "Hebrew", "Hindi", "Hungarian", "Icelandic", "Igbo", "Indonesian", "Irish", "Italian", "Japanese"),
    *("Javanese", "Kannada", "Kazakh", "Khmer", "Korean", "Kurdish", "Lao", "Latin", "Latvian", "Lithuanian"),
    *("Luxembourgish", "Macedonian", "Malay", "Malayalam", "Maltese", "Mandarin", "Maori", "Marathi", "Mongolian"),
    *("Nepali", "Norwegian", "Occitan", "Pashto", "Persian", "Polish", "Portuguese", "Punjabi", "Quechua", "Romanian"),
    *("Russian", "Samoan", "Sanskrit", "Scottish Gaelic", "Serbian", "Sicilian", "Sinhala", "Slovak", "Slovenian"),
    *("Somali", "Spanish", "Swahili", "Swedish", "Tagalog", "Tamil", "Tatar", "Telugu", "Thai", "Tibetan", "Turkish"),
    *("Ukrainian", "Urdu", "Uzbek", "Vietnamese", "Welsh", "Xhosa", "Yiddish", "Yoruba", "Zulu"),
)
"""Their English names."""
OWN_NAMES = {
    **{"deutsch": "German", "español": "Spanish", "espanol": "Spanish", "français": "French", "francais": "French"},
    **{"italiano": "Italian", "português": "Portuguese", "castilian": "Spanish", "brazilian": "Portuguese"},
    **{"gaelic": "Irish", "putonghua": "Mandarin", "nederlands": "Dutch", "polski": "Polish", "svenska": "Swedish"},
}
"""Other names for some of them."""

_BY_NAME = {name.lower(): name for name in LANGUAGES} | OWN_NAMES
_NAMES = "|".join(sorted(map(re.escape, _BY_NAME), key=len, reverse=True))
_NAME = re.compile(rf"(?i)\b(?:{_NAMES})\b")
_INTO = re.compile(rf"(?i)\b(?:in|into|to|auf|en)\s+(?:\w+\s+)?({_NAMES})\b")


def language(text: str) -> str | None:
    """The language that a text names as the one to go to, by its English name: "from Dutch into German" is German."""
    into = [found[1] for found in _INTO.finditer(text)]
    named = into or _NAME.findall(text)
    return _BY_NAME[named[-1].lower()] if named else None
