"""What can be sung: "which songs do you know?", "do you know a song about the sea?"."""

from assistant.events import Show
from router.songs import known
from router.task import Context, Family, Outcome, task

_SONGS = "(songs|tunes|melodies|carols|lullabies|music|nursery rhymes|hymns)"
_WHICH = "(which|what|how many|what other|what kind of|what sort of|what kinds of|which other)"


@task(
    f"{_WHICH} {_SONGS} (do you know|can you sing|could you sing|do you have|have you got|are there|do you sing|"
    "can i (ask for|choose from|have|hear)|will you sing|are in your repertoire|have you learned) [by heart]",
    f"(list|name|show me|tell me|give me|read me) [all|some] [of] [the|your] {_SONGS} "
    "[that] [you (know|can sing|have)]",
    f"(list|name|show me|tell me|give me) (which|what) {_SONGS} you (know|can sing|have)",
    "what (can|could|do) you sing|what is (in|on) your repertoire|what songs are in your repertoire|"
    "what is there to sing|what singing can you do|tell me what you can sing",
    f"do you (know|have) (any|some|other|any other|many|a few) {_SONGS} [by heart]",
    "(do you know|have you got|do you have|which|what) [any|some|a|an] (song|songs|tune|tunes) [do you know] "
    "about {topic}",
    family=Family.CONVERSATION,
    effects=False,
    examples=("Which songs do you know?", "What can you sing?"),
)
async def list_songs(context: Context, topic: str = "") -> Outcome:
    """Tell which songs are known by heart.

    topic: what they are to be about, or of which kind, such as "the sea" or "Christmas"; left out, all.
    """
    told, names = known(topic)
    return Outcome(told, show=(Show("\n".join(names)),) if len(names) > 1 else ())
