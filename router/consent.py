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
_WHOSE = r"(?:(?:her|his|their|its|my|the|(?:\w+ )?\w+'s|any|asking(?: for)?|having|getting)\s+)*"
_REFUSED = re.compile(
    rf"\bwithout {_WHOSE}(?:consent|permission|approval|agreement|knowledge|okay|ok|leave|knowing|agreeing|asking|"
    r"being asked)\b"
    r"|\bbehind (?:her|his|their|\w+'s) back\b|\bagainst (?:her|his|their|\w+'s) (?:will|wish(?:es)?)\b"
    r"|\b(?:she|he|they|nobody|the \w+) (?:(?:has|have|had|did|does|do|would|is|are|was|will)(?: not|n't)|never|won't|"
    r"wouldn't|refused?s?|declined?s?|objects?|disagrees?)(?: \w+){0,2}?"
    r"(?: (?:agreed?s?|consent(?:ed|s)?|permit(?:ted|s)?|allow(?:ed|s)?|know|knows|asked|okay))?"
    r"(?=\W*(?:$|[,.;!?]|but\b|to\b))"
)
_QUOTED = re.compile(r"[\"“][^\"“”]*[\"”]")


def is_refused(said: str) -> bool:
    """Whether a request says by itself that who is to be imitated does not agree: "without her consent"."""
    plain = _QUOTED.sub(" ", said.strip().lower().replace("’", "'"))
    return _REFUSED.search(plain) is not None


def grants(answer: str) -> bool:
    """Whether an answer to "do they agree?" says so, and nothing in it says otherwise."""
    said, unminded = _UNMINDED.subn(" ", answer.strip().lower().replace("’", "'"))
    return not _DENIED.search(said) and bool(unminded or _AGREED.search(said.strip(" ,.!")))


def decides(answer: str) -> bool:
    """Whether words begin as an answer by yes or no does."""
    return _DECIDES.match(answer.strip().lower().replace("’", "'")) is not None
