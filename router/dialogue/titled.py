"""A name that is given at the end of a request: "make it louder and call it demo"."""

import re

_IT = r"(?:it|that|this|them|the (?:result|recording|sound|file|clip|new one))"
_TITLED = re.compile(
    r"(?i)(?:\s*[,;]\s*(?:and\s+)?(?:then\s+)?|\s+(?:and|then)\s+(?:then\s+)?)(?:please\s+)?"
    rf"(?:(?:(?:re)?name|call|title|label)\s+{_IT}\s+(?:as\s+|to\s+)?|(?:save|store|keep)\s+{_IT}\s+(?:as|under)\s+"
    r"(?:the name\s+)?)(?P<name>[^,;.?!]+?)(?:,?\s+please)?[.?!\s]*$"
)
LONGEST = 6
"""Words; what is longer is no name."""


def titled(text: str) -> tuple[str, str]:
    """The request without the name, and the name; the text and nothing where no name is given."""
    found = _TITLED.search(text)
    if not found or not text[: found.start()].strip() or len(found["name"].split()) > LONGEST:
        return text, ""
    return text[: found.start()].strip(), found["name"].strip(" \"'“”")
