"""What was said and done before: "what did I just say?", "undo that", "do that again"."""

from assistant.errors import TaskError
from assistant.history import UserSaid
from router.task import Context, Family, Outcome, task

NEVER_REPEATED = ("do_again", "undo", "repeat", "recall_words")

SAID = "(said|asked|told you)"


@task(
    "what did i [just] (say|ask|tell you) [just now|before|again]|what have i [just] (said|asked|told you)",
    "what was my last (sentence|question|request|turn)|what were my [last] words|what were my [exact] words",
    f"(repeat|say|tell me|read me) [back] what i [just] {SAID} [to me|again]|(repeat|say) my words [back] [again]",
    f"what was it [that] i [just] {SAID}|what did you (hear|understand) [me] [say]",
    "did you (hear|get|catch) what i said",
    "what was i [just] saying",
    family=Family.CONVERSATION,
    effects=False,
    examples=(
        "What did I just say?",
        "What was my last question?",
        "Repeat what I said.",
        "What did you hear me say?",
        "What have I just asked you?",
        "Tell me what I told you a moment ago.",
        "Read my last sentence back to me.",
        "Did you catch what I said?",
        "What were my exact words?",
        "How did I put that?",
        "Say back to me what I just said.",
    ),
)
async def recall_words(context: Context) -> Outcome:
    """Tell what the user said last, word for word."""
    said = [turn.text for turn in context.history.turns if isinstance(turn, UserSaid)]
    if said and context.present and f"{context.present.text} ".startswith(f"{said[-1]} "):
        said.pop()  # the question itself
    if not said:
        raise TaskError("You have said nothing before this.")
    return Outcome(f"You said: {said[-1]}", verbatim=True)


@task(
    "undo [it|that|this|the last (step|change|thing|action)]|(undo|revert) what you [just] did|revert [it|that]",
    "take (it|that|this) back|take back (what you did|that|the last (step|change))|go back [a|one] step",
    "put (it|that|everything) back [the way it was|as it was|how it was]|(restore|bring back) [the previous version]",
    "(scrap|discard|throw away) (that|what you just did|the last (one|thing))|that was (a mistake|wrong) undo it",
    "i did not (mean|want) that|[go] back to how it was [before]",
    family=Family.CONVERSATION,
    effects=True,
    examples=(
        "Undo that.",
        "Take that back.",
        "Undo the last step.",
        "Revert what you just did.",
        "I didn't mean that, go back.",
        "Put it back the way it was.",
        "That was a mistake, undo it.",
        "Scrap the last change.",
        "No, restore the version before.",
        "Reverse your last action.",
        "Please make what you did undone.",
        "Delete what you just made.",
    ),
)
async def undo(context: Context) -> Outcome:
    """Take back the latest thing that was made, set or changed."""
    if not context.undoable:
        raise TaskError("There is nothing that I could undo.")
    latest = context.undoable.pop()
    await latest.take_back(context)
    return Outcome(f"Okay, I took back {latest.what}.")


@task(
    "do (it|that|this) [all] [over] (again|once more|one more time)|do the same [thing] again|[the] same [thing] again",
    "(run|make|try) (it|that) (again|once more|one more time)|redo [it|that]|and again",
    "another [one] [like that|like this]|one more [of these|of those|like that]",
    family=Family.CONVERSATION,
    effects=True,
    examples=(
        "Do that again.",
        "Do the same thing once more.",
        "Make another one like that.",
        "Same again, please.",
        "Redo it.",
        "Run that one more time.",
        "Try it again.",
        "I want a second one of those.",
        "Can you do it all over again?",
        "One more, just like before.",
        "Repeat the last step.",
    ),
)
async def do_again(context: Context) -> Outcome:
    """Carry out the last request once more, with the same arguments."""
    name, arguments = context.last_call or ("", {})
    last = next((task for task in context.tasks if task.name == name and name not in NEVER_REPEATED), None)
    if last is None:
        raise TaskError("There is nothing that I could do again.")
    return await last(context, arguments)
