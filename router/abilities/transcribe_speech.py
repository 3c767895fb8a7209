"""Speech recognition (Table 1): "transcribe my last recording", "make subtitles for the interview"."""

from router.arguments import Audio
from router.resources import SOUND, SPOKEN
from router.results import Order, Result, carry_out, outcome
from router.task import Context, Family, Outcome, Unfinished, means, task
from router.telling import count, shortened

CANNOT = "I cannot write down recordings now; no recognizer is loaded for them. Choose one in the settings."

ANY = f"{{audio:{SOUND}|{SPOKEN}}}"
TIMED = "(with|and add) [the] (times|timestamps|time stamps|subtitles)"


@task(
    "(transcribe|transcribe (the|my) [audio|sound] (file|recording|clip) [called|named]) {audio}",
    f"transcribe {ANY}",
    f"(write down|write out|type|type out|put down|write) {ANY}",
    f"what (was|is) (said|spoken|being said) in {ANY}",
    f"what does {ANY} say|what are the words (in|of) {ANY}",
    f"(turn|convert) {ANY} (into|to) [written] (text|words)",
    f"[(give|get|make|show) [me]] [a|the] (transcript|transcription) [of] {ANY}",
    f"recognize [the] (speech|words) in {ANY}",
    *means("transcribe|what did i [just] record|write (it|that|this) down", audio=""),
    *means(f"transcribe {ANY} {TIMED}", f"(make|write|create) subtitles (for|of) {ANY}", timestamps=True),
    *means(
        f"who (says|said) what in {ANY}|who (speaks|talks|is speaking|is talking) when in {ANY}"
        f"|(write down|transcribe|tell me) who (says|said) what in {ANY}",
        f"(transcribe|write down|write) {ANY} [down] (with|by|for each) [the] (speakers|speaker|person|people)",
        f"(transcribe|write down|write) {ANY} [down] (speaker by speaker|with [the] speaker (labels|names))",
        speakers=True,
    ),
    *means(
        "[write down|transcribe|tell me|show me] who (says|said) what",
        "[write down|transcribe|tell me|show me] who (speaks|talks|is speaking|is talking) when",
        "[tell me] what (does each (of them|speaker|person|one) say|each (of them|speaker|person|one) says)",
        audio="",
        speakers=True,
    ),
    Unfinished(
        "transcribe (a|an|some|an audio|a sound) (file|recording)|(convert|turn) (speech|audio) (into|to) text",
        "Which recording?",
        "transcribe {answer}",
    ),
    family=Family.AUDIO_TO_TEXT,
    effects=True,
    doing="writing down what is said",
    takes=("audio",),
    examples=(
        "Transcribe {audio}.",
        "What are they saying in {audio}?",
        "Write down everything that is said in {audio}.",
        "Can you turn the speech in {audio} into text?",
        "I need the words of {audio} in writing.",
        "Please give me a transcript of {audio}.",
        "Type up what the speaker says in {audio}.",
        "Read {audio} and tell me what it says.",
        "Could you recognize the speech in this recording?",
        "Take {audio} down as text.",
        "Make subtitles for {audio}.",
        "Transcribe {audio} with timestamps.",
        "I missed that, what did the person in {audio} say?",
        "Convert the interview to written words.",
    ),
)
async def transcribe_speech(
    context: Context, audio: Audio = "", timestamps: bool = False, speakers: bool = False
) -> Outcome:
    """Write down what is said in a recording.

    Of any length, in the language that the recognizer knows. The beginning is read aloud, all of it is shown.
    audio: the recording; left out, the latest.
    timestamps: true where times or subtitles are asked for; the text is then shown with its times, and two files of
    subtitles are made.
    speakers: true where it is asked who says what, or who speaks when; each turn is then a line of its own.
    """
    order = Order(
        transcribe_speech.name,
        "text",
        CANNOT,
        {"timestamps": timestamps or None, "speakers": speakers or None},
        sounds={"audio": audio},
        own=True,
    )
    result = await carry_out(context, order)
    words = result.made.text.strip()
    if not words:
        nothing = f"I hear no words in {result.sources['audio'].called}."
        return outcome(result, "" if result.made.notice else nothing)
    found = result.made.facts.get("speakers")
    if isinstance(found, int) and found > 1:
        said = " ".join(words.split("\n"))
        told = f"I hear {count(found)} speakers. {shortened(said)}"
        return outcome(result, told, text=_lines(result) or words)
    plain = words.split(": ", 1)[1] if found == 1 and ": " in words else words
    alone = "I hear one speaker. " if found == 1 else ""
    made = "Here are the subtitles. " if result.artifacts else ""
    return outcome(result, f"{made}{alone}It says: {shortened(plain)}", text=_timed(result) or plain)


def _lines(result: Result) -> str:
    """Who says what, a line for each turn, with when it begins."""
    turns = result.made.facts.get("turns")
    rows = [turn for turn in turns if isinstance(turn, dict)] if isinstance(turns, list) else []
    return "\n".join(f"{_clock(row['start_s'])}  {row['called']}: {row['text']}" for row in rows)


def _timed(result: Result) -> str:
    """The words with their times, a line each; empty where they have none."""
    cues = result.made.facts.get("cues")
    rows = [cue for cue in cues if isinstance(cue, dict)] if isinstance(cues, list) else []
    return "\n".join(f"{_clock(row['start_s'])}  {row['text']}" for row in rows)


def _clock(seconds: object) -> str:
    minutes, rest = divmod(int(seconds) if isinstance(seconds, int | float) else 0, 60)
    return f"{minutes}:{rest:02}"
