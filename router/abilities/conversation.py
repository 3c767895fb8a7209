"""About the conversation itself: who is this, what can it do, say that again, stop."""

from assistant.errors import TaskError
from assistant.events import Show
from assistant.history import AssistantSaid
from router.able import can_talk, everything, written_out
from router.announcing import joined, progress
from router.families import can_be_done
from router.jobs import Job
from router.songs import ASKED, known
from router.task import Context, Family, Outcome, means, task

WORK = "job|work|task|processing|operation|calculation"
"""What goes on in the background, in general."""
WORKS = (
    "separation|enhancement|clean up|cleanup|cleaning|denoising|transcription|translation|synthesis|generation|"
    "detection|captioning|extraction|inpainting|repainting|conversion|transfer|singing|video|talking head"
)
"""And by what it is."""
STOP = "(stop|cancel|abort|quit|end)"


@task(
    "stop [(it|that|this|talking|speaking|playing|the (music|sound|recording|noise))]",
    "[be|keep] (quiet|silent|still)",
    "silence|hush|shush|shut up|enough|that is enough",
    "never mind|nevermind|forget (it|that|about it)|cancel [it|that]",
    *means(
        f"{STOP} [with] (the|this|that|your|my|all) [(running|current|present)] ({WORK}|{WORKS})",
        f"{STOP} (working|processing|calculating) [(on|with) (it|that|this)]",
        f"{STOP} what you are (doing|working on)|do not (bother|finish) [with] [it|that]",
        f"{STOP} (everything|all of it) [you are doing]",
        "i do not (need|want) (it|that|the result|the results) (anymore|any more|any longer)",
        work=True,
    ),
    family=Family.CONVERSATION,
    effects=True,
    examples=(
        "Stop.",
        "Please be quiet now.",
        "That's enough, thank you.",
        "Never mind, forget about it.",
        "Cancel that, please.",
        "Stop playing this.",
        "Okay, you can stop talking.",
        "Cancel the job.",
        "Stop working on the separation.",
        "Abort what you're doing in the background.",
        "I don't need the result any more.",
        "Don't bother finishing that.",
    ),
)
async def stop(context: Context, work: bool = False) -> Outcome:
    """Stop talking or playing, or cancel the work that goes on in the background.

    work: true where the user names the work itself ("cancel the separation"). Else work is cancelled only if nothing
    was being said or played when the user spoke, or if that was the announcement of the work.
    """
    turns = context.history.turns
    cut_off = len(turns) > 1 and isinstance(turns[-2], AssistantSaid) and turns[-2].interrupted
    unwanted = [job for job in context.jobs if work or not cut_off or job.place == len(turns) - 2]
    if not unwanted:
        return Outcome("I am not working on anything." if work else "Okay.", verbatim=True)
    for job in unwanted:
        job.cancel()
    return Outcome(f"Okay, I have stopped {joined([job.step.doing for job in unwanted])}.", verbatim=True)


@task(
    "how far (is (it|that|this|the (job|work|task))|are you [with (it|that|this)])",
    "how far (along are you|have you (got|gotten|come)) [with (it|that|this)]",
    "(are you|is (it|that|this|everything)) (done|finished|ready|complete) [yet]",
    "(are you (still|yet)|are you) (working|busy) [(on|with) (it|that|this|something)]",
    "how (much longer|many more (minutes|seconds)) [(will|does|do) (it|that|this|you) (take|need)]",
    "how much longer (do i have to wait|is it)",
    "how long (will|does|is) (it|that|this) [(still|going to)] take|how long do you [still] need",
    "what are you (doing|working on|up to) [(now|right now|at the moment)]",
    "what is (taking so long|the (progress|status)|going on)|(progress|status) [report]",
    "(show|tell|give) me the (progress|status)|how is (it|that|the (job|work)) (going|coming along)",
    family=Family.CONVERSATION,
    effects=False,
    examples=(
        "How far is it?",
        "How far along are you with that?",
        "Are you done yet?",
        "How much longer will it take?",
        "Is it ready?",
        "What are you working on at the moment?",
        "What's the progress?",
        "How's the separation coming along?",
        "Are you still busy with my recording?",
        "What percentage is finished?",
        "When will the result be there?",
    ),
)
async def show_progress(context: Context) -> Outcome:
    """Tell how far the work in the background is, and about how long it will still take."""
    if not context.jobs:
        return Outcome("I am not working on anything.")
    return Outcome(" ".join(_progress(job) for job in context.jobs), verbatim=True)


@task(
    "repeat [it|that|yourself] [again|once more]",
    "say (that|it) [again|once more|one more time]",
    "(read|say|speak) (it|that) (aloud|out loud)|read (it|that) to me [aloud|out loud]",
    "one more time|once more|again|come again|pardon [me]|i beg your pardon",
    "(what|sorry what) (did you [just] say|was that)",
    "what did you say (before [that|this]|just now)",
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
    "(what|which things) (can|could) you do (to|about|for|in) {subject}",
    "(which|what) (tasks|commands|things|abilities) (can you do|do you (know|understand|have|support)) "
    "(with|to|about|for|in) {subject}",
    *means(*ASKED, songs=True),
    family=Family.CONVERSATION,
    effects=False,
)
async def list_abilities(context: Context, songs: bool = False, topic: str = "", subject: str = "") -> Outcome:
    """Tell what the assistant can do.

    songs: true where it is asked which songs are known. topic: what those are to be about, such as "the sea".
    subject: what the abilities are to be for, such as "music".
    """
    if songs:
        told, names = known(topic)
        return Outcome(told, show=(Show("\n".join(names)),) if len(names) > 1 else ())
    able = [t for t in context.tasks if can_be_done(context, t)]
    about = can_talk(context, able, subject)
    told, shown = about or (everything(able), written_out(able))
    return Outcome(told, show=(Show(shown),)) if told else Outcome("I can talk with you, and nothing else yet.")


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


def _progress(job: Job) -> str:
    """How far a job is, in a sentence."""
    return progress(job.step.doing, 1.0 if job.over else job.share, job.elapsed_s)
