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
_SIGNS = (
    (3, re.compile(r"(?i)\b(?:into|to|auf|en)\s+(?:\w+\s+)?$"), None),
    (
        2,
        re.compile(
            r"(?i)\b(?:understands?|knows?|know|follow(?:ed)?|reads?|only|all i(?:'ve| have) got is)\s+(?:\w+\s+)?$"
        ),
        None,
    ),
    (2, None, re.compile(r"(?i)\s+(?:version|translation|subtitles|please|rendering|speakers?|text|words)\b")),
    (1, re.compile(r"(?i)\bin\s+(?:\w+\s+)?$"), None),
    (
        -3,
        re.compile(
            r"(?i)\b(?:from|speak\w*|talk\w*|original|shout\w*(?: \w+)? in|this|the|is in|said in)\s+(?:the )?$"
        ),
        None,
    ),
)
"""What stands before or after a name, and how much likelier that makes it the language to go to."""


def language(text: str) -> str | None:
    """The language that a text names as the one to go to, by its English name: "from Dutch into German" is German."""
    named = [(_likely(text, found), found.start(), found.group()) for found in _NAME.finditer(text)]
    return _BY_NAME[max(named)[2].lower()] if named else None


def _likely(text: str, found: re.Match[str]) -> int:
    before, after = text[: found.start()], text[found.end() :]
    return sum(
        weight
        for weight, ahead, behind in _SIGNS
        if (ahead is None or ahead.search(before)) and (behind is None or behind.match(after))
    )
