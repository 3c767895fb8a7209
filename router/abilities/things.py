"""The things at hand: which there are, what they are called, where they come from, what can be done with them."""

from typing import Annotated, TypeAlias

from pydantic import Field

from assistant.errors import TaskError
from assistant.events import Artifact, Show
from assistant.workspace import spoken_words
from router.able import can_talk
from router.arguments import Ask, Resource
from router.families import can_be_done
from router.resources import find_one, keep_file, resources, spoken_list
from router.spoken import spoken_duration
from router.task import Context, Family, Outcome, Task, Undo, task

TOLD_AT_MOST = 5
"""How many things are told aloud; the rest is shown."""

Anything: TypeAlias = Annotated[
    str, Resource("audio"), Field(description="the name of anything in the resources; leave out for the latest")
]

THING = (
    "(it|that|this|this one|that one|[the|my|that|this] [last] (sound|recording|picture|image|file|note|video|clip))"
)
WHAT = f"{{name:{THING}}}"


@task(
    "(what|which) (sounds|recordings|files|things|resources|pictures|clips) (do you have|are there|have you got)",
    "(list|show [me]|tell me) [all] [the|my|your] (sounds|recordings|files|things|resources|pictures)",
    "what (have you got|do you have|is there) [to work on|here|so far]|what have (we|i|you) (made|recorded) [so far]",
    family=Family.CONVERSATION,
    effects=False,
    examples=(
        "What sounds do you have?",
        "List the recordings.",
        "Which files are there?",
        "Show me everything we made.",
        "What have I given you so far?",
        "What is there to work on?",
        "Tell me all the clips you know.",
        "Which things can I refer to?",
        "What did you keep from this conversation?",
        "Give me an overview of the material.",
        "Do you have any pictures?",
        "Name the resources.",
    ),
)
async def list_resources(context: Context) -> Outcome:
    """Tell which sounds, pictures and other things there are.

    Each has a number and a name by which it may be called.
    """
    things = context.workspace.artifacts
    if not things:
        raise TaskError("There is nothing yet: give me a file, or ask me to record something.")
    listing = Show("\n".join(resources(context)))
    if len(things) == 1:
        return Outcome(f"There is {_one(things[0])}.", show=(listing,))
    latest = [f"{a.id}, {_one(a)}" for a in things[-TOLD_AT_MOST:]]
    more = f" The latest {TOLD_AT_MOST}" if len(things) > TOLD_AT_MOST else " They"
    return Outcome(f"There are {len(things)} things.{more} are: {'; '.join(latest)}.", show=(listing,))


@task(
    f"what (can|could) (you|i|we) do with {WHAT}|what are my options [(with|for) {WHAT}]",
    "what (can|could) (you|i|we) do with [the|my] (sound|recording|picture|image|file|video) [called] {name}",
    "what (can|could) (you|i|we) do with {name}",
    family=Family.CONVERSATION,
    effects=False,
    examples=(
        "What can you do with {name}?",
        "What are my options for this recording?",
        "Which things could we try with {name}?",
        "What could you make of that picture?",
        "How can you process {name}?",
        "Is there anything useful you can do with {name}?",
        "Tell me the tasks that fit this file.",
        "What is possible with this sound?",
        "Give me ideas for {name}.",
        "In which ways could you change {name}?",
    ),
)
async def list_options(context: Context, name: Anything = "") -> Outcome:
    """Tell what can be done with a sound, a picture or a video.

    name: what it is called; left out, the latest.
    """
    if about := can_talk(context, [t for t in context.tasks if can_be_done(context, t)], name):
        return Outcome(about[0], show=(Show(about[1]),))
    thing = await find_one(context, name)
    able = [t for t in context.tasks if thing.kind in t.takes and can_be_done(context, t)]
    if not able:
        return Outcome(f"I can show you where the {thing.name} lies, and no more.", show=(Show(artifact=thing),))
    told = spoken_list([_summary(t) for t in able[:TOLD_AT_MOST]])
    more = f" There are {len(able) - TOLD_AT_MOST} more on the screen." if len(able) > TOLD_AT_MOST else ""
    listing = "\n".join(f"{t.name.replace('_', ' ')}: {t.about.splitlines()[0]}" for t in able)
    return Outcome(f"With the {thing.name} I can {told}.{more}", show=(Show(listing),))


@task(
    f"(where (does|did) {WHAT} come from|who (made|recorded|created) {WHAT}|how was {WHAT} made)",
    f"(what|which) (engine|model) (made|created|generated|did) {WHAT}|what was {WHAT} made (of|from|with)",
    f"what (did|have) you (do|done) (to|with) {WHAT}",
    f"(was|is) {WHAT} (made|generated) by [a] (model|machine|computer|ai)|tell me the (origin|source) of {WHAT}",
    family=Family.CONVERSATION,
    effects=False,
    examples=(
        "Where does {name} come from?",
        "Who made {name}?",
        "What was {name} made from?",
        "Which model generated this?",
        "How did you make {name}?",
        "Is {name} real or generated?",
        "What is the licence of the engine behind {name}?",
        "Tell me the origin of that sound.",
        "Did a machine produce this recording?",
        "What was the source of {name}?",
        "Which engine did that?",
    ),
)
async def tell_provenance(context: Context, name: Anything = "") -> Outcome:
    """Tell where a thing comes from.

    By whom or which engine it was made, from what, and under which licence.
    name: what it is called; left out, the latest.
    """
    thing = await find_one(context, name)
    sources = [a.name for a in context.workspace.artifacts if a.id in thing.parents]
    origin = f" from {spoken_list([f'the {source}' for source in sources])}" if sources else ""
    told = f"The {thing.name} {_origin(thing)}{origin}.{_licence(thing)}"
    return Outcome(told, show=(Show(artifact=thing),), used={"name": f"number {thing.id}"} if thing.id else {})


@task(
    f"(call|name|rename) {WHAT} [to] {{new_name}}",
    "rename {name} (to|as) {new_name}",
    f"(let us|i want to|we will) call {WHAT} {{new_name}}|save {WHAT} as {{new_name}}",
    "give {name} the name {new_name}",
    family=Family.CONVERSATION,
    effects=True,
    examples=(
        "Call it {new_name}.",
        "Name that {new_name}.",
        "Rename {name} to {new_name}.",
        "Let us call the recording {new_name}.",
        "Give {name} the name {new_name}.",
        "From now on this is {new_name}.",
        "Save it as {new_name}.",
        "I would like to label this sound {new_name}.",
        "The last one should be called {new_name}.",
        "Title the clip {new_name}.",
    ),
)
async def name_sound(
    context: Context, new_name: Annotated[str, Ask("What should it be called?")], name: Anything = ""
) -> Outcome:
    """Give a sound, or another thing, a name to call it by.

    new_name: how it is called from now on. name: what it was called; left out, the latest.
    """
    thing = await keep_file(context, await find_one(context, name))
    chosen = _tidy(new_name)
    if not chosen:
        raise TaskError("That is no name I could say.")
    if other := context.workspace.find(chosen):
        if other.id == thing.id:
            return Outcome(f"It is called the {thing.name} already.")
        raise TaskError(f"Something else is called the {other.name} already; choose another name.")
    renamed = context.workspace.rename(thing, chosen)

    async def take_back(context: Context) -> None:
        context.workspace.rename(context.workspace.get(thing.id) or renamed, thing.name)

    context.undoable.append(Undo(f"the new name of the {thing.name}", take_back))
    return Outcome(f"Okay, it is the {renamed.name} now.", show=(Show(artifact=renamed),))


def _tidy(name: str) -> str:
    """A name as it is kept: "The Rain." is "rain"."""
    words = spoken_words(name)
    return " ".join(words[1:] if words[:1] in (["the"], ["a"], ["an"]) and len(words) > 1 else words)


def _one(artifact: Artifact) -> str:
    """A thing and how long it is."""
    length = f", {spoken_duration(artifact.seconds)}" if artifact.seconds else ""
    return f"the {artifact.name}{length}"


def _summary(able: Task) -> str:
    """The first line of what it does, as part of a sentence."""
    line = able.about.splitlines()[0].rstrip(".")
    return line[:1].lower() + line[1:]


def _origin(thing: Artifact) -> str:
    """How it came to be, as part of a sentence."""
    how = thing.provenance.how if thing.provenance else "given" if thing.made_by in ("", "user") else "procedural"
    engine = (thing.provenance.engine if thing.provenance else "") or "an engine of mine"
    match how:
        case "recorded":
            return "was recorded by the microphone"
        case "given":
            return "was given by you"
        case "model":
            return f"was made by the model {engine}"
        case "dsp":
            return "was made by signal processing"
        case "procedural":
            return "was made by rules, without a model"
        case _:
            return "was not made"


def _licence(thing: Artifact) -> str:
    licence = thing.provenance.licence if thing.provenance else ""
    return f" The licence of its weights is {licence}." if licence else ""
