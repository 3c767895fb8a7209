"""What a sound that is to be made should be like, in the words that were said: all of them that belong to it.

"heavy rain for five seconds, then thunder for ten"   all of it, and no length of the whole
"a cat meowing twice"                                 with how often
"I am tired, make me some music"                      calm music: the mood of the one who asks
"""

import re
from collections.abc import Sequence
from typing import Any

from router.dialogue.making import at_times, in_full
from router.spoken import durations_in

MADE = re.compile(
    r"(?i)\b(?:generate|make|create|produce|compose|play|give me|come up with|want|need)\s+(?:me\s+|us\s+)?"
    r"((?:a|an|some|the)\s+.+?)(?:\s+(?:for me|for us|please|now|today))*\s*[.?!]*$"
)
"""What is to be made, where it is said as plainly as that."""
JOINED = re.compile(r"(?i),? (?:and|with) (?!then\b|play|put|make|save|for \d|about \d)[\w' -]+[.?!]*$")
"""More of it, to the end of what was said."""
GOES_ON = re.compile(
    r"(?i),? (?:once|twice|(?:two|three|four|five|six|seven|eight|nine|ten|\d+) times)\b"
    r"|,? (?:and )?(?:then|followed by|after that)"
    r" (?!play|put|make|save|transcribe|cut|tell|send|turn|clean|trim)[\w' ,-]+"
)
"""How often, and what comes after it."""
LASTS = re.compile(r"(?i)\s*(?:for|lasting|of)\s*$")
STEPS = re.compile(r"(?i)\b(?:then|followed by|after that|before|afterwards)\b")
ABOUT = re.compile(r"(?i)^(?:of|like|that is|with)\s+")
MUSIC = re.compile(r"(?i)\b(?:music|song|tune|melody|something to listen to)\b")
MOODS: Sequence[tuple[str, re.Pattern[str]]] = tuple(
    (mood, re.compile(rf"(?i)\b(?:{words})\b"))
    for mood, words in (
        (
            "calm",
            r"tired|exhausted|sleepy|worn out|weary|(?:can't|cannot|can not) sleep|fall asleep|going to bed|bedtime",
        ),
        ("calm", r"stress(?:ed|ful)?|nervous|anxious|tense|worried|angry|upset|furious|headache|wind down|relax"),
        ("gentle", r"sad|lonely|unhappy|heartbroken|homesick|feeling (?:down|low|blue)"),
        ("happy", r"happy|cheerful|glad|excited|in a (?:good|great) mood|celebrat\w*|bored"),
        ("energetic", r"work(?:ing)? out|workout|exercis\w*|running|gym|wake up|energy"),
        ("romantic", r"in love|romantic|candle\w*|date night"),
        ("lofi", r"study(?:ing)?|concentrate|homework|focus"),
    )
)
"""How somebody feels, or what they are doing, and the music that goes with it; what comes first is looked for first."""
ASKING = re.compile(
    r"(?i)\b(?:i(?:'d| would)? (?:need|want|like)|(?:give|make|play|help|show|get|let|for) (?:me|us)|i can(?!['’])"
    r"|(?:for|of|in|on|round|around) my \w+)\b"
)
"""Where the one who asks says so, and nothing of how they feel."""
FEELING = re.compile(r"(?i)\b(?:i|i'm|i've|we|we're|my|me)\b")


def described(said: str, text: str) -> dict[str, Any]:
    """The `text` of `generate_audio`, and `seconds` as None where no length of the whole was said.

    Args:
        said: what was found of it; may be empty.
        text: all that was said.
    """
    if not FEELING.search(ASKING.sub(" ", text)) and (full := in_full(said, text)):
        return {"seconds": None, **full}
    if not said and (made := MADE.search(text)):
        said = made[1]
    if not said:
        return {}
    whole = ABOUT.sub("", _to_its_end(said, text)).strip(" ,;").rstrip(".!?").strip()
    found: dict[str, Any] = {"text": _in_the_mood(whole, said, text)}
    if at_times(whole):
        found["seconds"] = None
    if durations_in(whole) and (len(durations_in(text)) > 1 or STEPS.search(whole)):
        found["seconds"] = None
    return found


def _to_its_end(said: str, text: str) -> str:
    """With all that follows and belongs to it."""
    at = text.find(said)
    if at < 0:
        return said
    first, end = at, at + len(said)
    while more := JOINED.match(text, end) or GOES_ON.match(text, end):
        end = more.end()
    spans = durations_in(text)
    if STEPS.search(text[first:end]):  # lengths of its steps are part of it
        for start, last, _ in spans:
            lead = LASTS.search(text, end, start)
            if start >= end and lead and lead.start() <= end + 1:
                end = last
            if last <= first and re.fullmatch(r"(?i)\s*of\s*", text[last:first]):
                first = start
    return text[first:end].rstrip(" .,?!")


def _in_the_mood(said: str, found: str, text: str) -> str:
    """Music with the mood of the turn, where it has none of its own: "I am tired today, make some music"."""
    around = text.replace(found, " ")
    if not MUSIC.search(said) or not FEELING.search(around) or any(way.search(said) for _, way in MOODS):
        return said
    mood = next((mood for mood, way in MOODS if way.search(around)), "")
    bare = re.sub(r"(?i)^(?:a|an|some|the|any)\s+", "", said)
    return f"{mood} {bare}" if mood and len(bare.split()) <= 3 else said
