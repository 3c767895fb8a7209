"""About the conversation itself: who is this, what can it do, say that again, stop."""

from assistant.errors import TaskError
from assistant.events import Show
from router.task import Context, Family, Outcome, Task, task


@task(
    "stop [(it|that|this|talking|speaking|playing|the (music|sound|recording|noise))]",
    "[be|keep] (quiet|silent|still)",
    "silence|hush|shush|shut up|enough|that is enough",
    "never mind|nevermind|forget (it|that|about it)|cancel [it|that]",
    family=Family.CONVERSATION,
    effects=False,
)
async def stop(context: Context) -> Outcome:
    """Stop, and do nothing further."""
    return Outcome("Okay.", verbatim=True)


@task(
    "repeat [it|that|yourself] [again|once more]",
    "say (that|it) [again|once more|one more time]",
    "one more time|once more|again|come again|pardon [me]|i beg your pardon",
    "(what|sorry what) (did you [just] say|was that)",
    "what did you say (before|just now)",
    "i did not (catch|hear|get|understand) (that|you|it)",
    family=Family.CONVERSATION,
    effects=False,
)
async def repeat(context: Context) -> Outcome:
    """Say the last reply again, with the sounds that were played."""
    last = context.history.last_reply()
    if last is None:
        raise TaskError("I have said nothing yet.")
    found = (context.workspace.find(name) for name in last.played)
    return Outcome(last.text, play=tuple(a for a in found if a), verbatim=True)


@task(
    "what can you do [for me|with (sound|audio|sounds|speech)]",
    "what (are you able to do|are you capable of|do you do)",
    "what can i (ask|say|do) [you] [for|here]",
    "how can you help [me]|help [me]",
    "[list|tell me|show me|what are] (your|the) (abilities|skills|tasks|features|commands|capabilities|functions)",
    "(which|what) (tasks|commands|things) (can you do|do you (know|understand|have|support))",
    family=Family.CONVERSATION,
    effects=False,
)
async def list_abilities(context: Context) -> Outcome:
    """Tell what the assistant can do."""
    able = [t for t in context.tasks if t.family is not Family.CONVERSATION]
    summaries = [_summary(t) for t in able]
    spoken = ", ".join(summaries[:-1]) + " and " + summaries[-1] if len(summaries) > 1 else "".join(summaries)
    text = f"I can {spoken}." if spoken else "I can talk with you, and nothing else yet."
    listing = "\n".join(f"{t.name.replace('_', ' ')}: {t.about.splitlines()[0]}" for t in able)
    return Outcome(text, show=(Show(listing),) if listing else ())


@task(
    "(who|what) are you",
    "what is your name|what should i call you|do you have a name",
    "introduce yourself|(tell me|say) [something|a bit] about yourself",
    "are you [a|an] (robot|human|person|machine|computer|ai|real|real person)",
    family=Family.CONVERSATION,
    effects=False,
)
async def introduce(context: Context) -> Outcome:
    """Tell who the assistant is."""
    return Outcome("I am Earshot, a voice assistant: a program that hears, speaks and works with sound.")


def _summary(ability: Task) -> str:
    """The first line of what it does, as part of a sentence."""
    line = ability.about.splitlines()[0].rstrip(".")
    return line[:1].lower() + line[1:]
