"""Whether an answer agrees: "yes", "they are fine with it", "I asked him and he agreed"; what is unclear does not."""

import re

_WELL = "fine|okay|ok|happy|all right|alright|glad"
_YES = "yes|yeah|yep|yup|sure|certainly|of course|absolutely|definitely"
_UNMINDED = re.compile(
    r"\b(?:no problem|no objections?|(?:does|do|did|would)(?: not|n't) (?:mind|object|care)|why not)\b"
)
_DENIED = re.compile(
    r"\b(?:without|not|no|nope|nah|never|hardly|refus\w*|declin\w*|against|deny|denied|wait|stop|if|whether|maybe|perhaps"
    r"|unless|wonder|ask|must|should|might|would|have to)\b|n't\b"
)
_AGREED = re.compile(
    rf"^(?:{_YES}|right|correct|agreed|{_WELL}|true|indeed|granted|(?:it is|it's|that is|that's|this is)"
    rf" (?:me|my|mine|{_WELL}))\b"
    rf"|^(?:she|he|they|i|we|it) (?:do|does|did|is|are|am|has|have|had)(?=\s*(?:$|[,.!;]|and\b))"
    rf"|\b(?:agree[sd]?|consent(?:s|ed)?|permi(?:ts?|tted|ssion)|allow(?:s|ed)?|sa(?:id|ys) yes|go ahead"
    rf"|(?:is|are|am) (?:{_WELL}))\b"
)
_DECIDES = re.compile(
    rf"(?:(?:well|oh|um|er|i think|and|so)[\s,]+)*(?:(?:{_YES}|no|nope|nah)\b"
    r"|(?:she|he|they|i|it) (?:do|does|did|is|are)(?: not|n't)?\W*$)"
)


def grants(answer: str) -> bool:
    """Whether an answer to "do they agree?" says so, and nothing in it says otherwise."""
    said, unminded = _UNMINDED.subn(" ", answer.strip().lower().replace("’", "'"))
    return not _DENIED.search(said) and bool(unminded or _AGREED.search(said.strip(" ,.!")))


def decides(answer: str) -> bool:
    """Whether words begin as an answer by yes or no does."""
    return _DECIDES.match(answer.strip().lower().replace("’", "'")) is not None
