"""Places and ways around a listener, told from other words: "spiral closer", "on my left ear for three seconds".

A turn says a place where each of its words may belong to one and at least one of them surely does. What the place is,
`models.sound.placement_words` reads; here it is only told that it is one.
"""

import re

_SIDE = (
    r"left|right|ahead|behind|above|below|over(?:head)?|under(?:neath)?|beneath|in front|ears?|sides?|o'? ?clock"
    r"|degrees?|(?:at|from|to|in) the (?:back|front|rear)"
)
_WAY = (
    r"circl(?:e|es|ing)|orbit(?:s|ing)?|spiral(?:s|l?ing)?|(?:anti-?|counter-?)?clockwise|around|round"
    r"|come closer|comes closer|coming closer|approach(?:es|ing)?"
)
_DISTANCE = r"close(?:r| by)?|near(?:er|by)?|far(?:ther|ther away|away)?|further|distan(?:t|ce)|arm'?s length"
_ROOM = (
    r"church|cathedral|hall|cave|tunnel|stairwell|bathroom|kitchen|living room|bedroom|small room|large room|big room"
    r"|room|outdoors|outside|open air|field|forest|stadium|studio"
)
_DIRECTED = re.compile(rf"(?i)\b(?:{_SIDE}|{_WAY})\b")
_FAR_OR_NEAR = re.compile(rf"(?i),? ?\b(?:(?:a (?:bit|little)|very|really|much|even) )?(?:{_DISTANCE})(?: away)?\b")
_SURE = re.compile(rf"(?i)\b(?:{_SIDE}|{_WAY}|{_DISTANCE}|{_ROOM})\b")
_MAY_BELONG = re.compile(
    r"(?i)(?:[a-z]*(?:teen|ty)|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|half|quarter|\d+(?:[.:]\d+)?"
    r"|on|in|at|from|to|toward|towards|by|of|off|past|through|across|into|onto|along|with|for|as|if|it|is|was|were|be"
    r"|my|me|the|a|an|your|our|this|that|very|really|just|right|then|and|now|again|back|up|down|away|out|all|way|ways"
    r"|bit|little|touch|much|more|even|slightly|somewhat|almost|about|straight|directly|diagonally|both|other"
    r"|head|shoulders?|nose|face|feet|neck|body|middle|cent(?:er|re)|front|rear|top|bottom|floor|ceiling|corner|end"
    r"|seconds?|minutes?|meters?|metres?|feet|foot|steps?|times?|twice|once|turns?|laps?|circles?|big|small|large|empty"
    r"|slow(?:ly|er)?|quick(?:ly|er)?|fast(?:er)?|gently|smoothly|start(?:s|ing)?|end(?:s|ing)?|stay(?:s|ing)?"
    r"|go(?:es|ing)?|com(?:e|es|ing)|mov(?:e|es|ing)|walk(?:s|ing)?|fl(?:y|ies|ying)|run(?:s|ning)?|pass(?:es|ing)?"
    r"|wander(?:s|ing)?|drift(?:s|ing)?|float(?:s|ing)?|swing(?:s|ing)?|travel(?:s|ling|ing)?|stand(?:s|ing)?|sit(?:s|ting)?"
    r"|turn(?:s|ing)?|spin(?:s|ning)?|whisper(?:s|ed|ing)?|sound(?:s|ing)?|like|between|next|hand|length|line|please)"
)
_ASKED = re.compile(
    r"(?i)(?:(?:hey|okay|ok|now|and|then|please|(?:can|could|would) you)[\s,]+)*(?:"
    r"(?:make|let|have|put|move|send|place|set|hear|want) (?:it|that|this|them|the (?:sound|voice|recording|clip|file))"
    r"(?: to)?(?: (?:sound|be heard))?(?: (?:as if|like) it (?:is|was|were|came|comes))? (?P<place>.+)"
    r"|(?P<alone>(?:coming from|spiral\w*|circling|orbiting)\b.+))"
)
"""A request for a place in plain words."""
_ONE = r"(?: (?:one|voice|speaker|person|sound|recording))?"
_EACH = re.compile(
    r"(?i)(?:(?:hey|okay|ok|now|and|then|please|(?:can|could|would) you)[\s,]+)*"
    rf"(?:make|let|have|put|move|send|place|set) (?P<one>the (?:first|other|last){_ONE}) (?P<here>.+?),? and"
    rf" (?P<two>the (?:second|other|last|first){_ONE}) (?P<there>.+)"
)
"""A request for a place for each of two."""
_WORD = re.compile(r"[\w']+(?:[:.]\d+)?")


def is_place(said: str) -> bool:
    """Whether all of the words say a place or a way around the listener."""
    rest = _SURE.sub(" ", said.replace("’", "'"))
    return rest != said.replace("’", "'") and all(_MAY_BELONG.fullmatch(word) for word in _WORD.findall(rest))


def moved(before: str, said: str) -> str:
    """The place where a sound was, changed by words that say a distance or a room alone: "on my left", "closer"."""
    if not before or _DIRECTED.search(said):
        return said
    rest = _FAR_OR_NEAR.sub("", before).strip(" ,") if _FAR_OR_NEAR.search(said) else before
    return f"{rest}, {said[:1].lower()}{said[1:]}" if rest else said


def place_asked_for(text: str) -> dict[str, str]:
    """The argument of `make_binaural`, where a turn asks for a place: "make it come from two o'clock"."""
    found = _ASKED.fullmatch(text.strip(" .!?"))
    said = (found["place"] or found["alone"]) if found else ""
    return {"position": said} if said and is_place(said) else {}


def places_asked_for(text: str) -> list[dict[str, str]]:
    """The same for each of two: "put the first on my left and the second on my right"; none where it is not said."""
    found = _EACH.fullmatch(text.strip(" .!?"))
    if not found or not is_place(found["here"]) or not is_place(found["there"]):
        return []
    pairs = (("one", "here"), ("two", "there"))
    return [{"audio": found[which], "position": found[place]} for which, place in pairs]
