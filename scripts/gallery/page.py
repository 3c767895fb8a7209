"""The page of the gallery: what was asked, heard, called, said and made, and what each engine is and is not."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assistant.evaluation.aloud import Reply
from scripts.gallery.queries import Query, Talk

INTRODUCTION = """\
# Gallery

Every query of Figures 3, 4 and 5 of the AudioGPT paper (Huang et al. 2023), spoken to Earshot as it is installed, with
what it heard, what it called, what it said and what it made. Nothing was chosen among several tries but how a query is
read, and what went wrong stands here, too. The one who asks is Earshot's own voice, `lj`, and where that is misheard
CMU's voice slt, from the recordings of the test of Figure 3; so anybody can make this page again:

    .venv/bin/python -m scripts.make_gallery --to docs/gallery

Each figure's queries are spoken into the microphone of a whole session: ears, recognizer, router, engines. All that is
given along with them was made by the script: sounds by rules, speech by our own voice and espeak, and pictures that are
drawn. Sounds are cut to their first six seconds, and films and pictures are made smaller.

Where something comes from is said by one of these words:

* **model**: a neural network of our own made it, or heard it, in some cases with signal processing around it;
* **dsp**: signal processing, without anything learned;
* **procedural**: computed by rules. No recording and no network is in it.

These are the small engines that work on any machine. How they compare with others is measured in
[benchmarks.md](../benchmarks.md); larger public models can be put in the place of each.
"""
TASKS: Mapping[str, str] = {
    "introduce": "A fixed sentence.",
    "list_abilities": "A fixed sentence and a list of the tasks.",
    "generate_audio": (
        "Rules for over 130 kinds of sound and for simple music. It knows what it has rules for, and nothing else; it "
        "is not a network that dreams up any sound, and a practised ear hears that it is made."
    ),
    "caption_audio": (
        "A sentence put together from what a small network and measurements find. It knows twelve kinds of sound and "
        "describes no scene beyond them."
    ),
    "detect_sounds": "A small network trained on real recordings of twelve kinds of sound. It hears no other kind.",
    "detect_target_sound": "The same network, asked for one sound. Of what it does not know it says so.",
    "synthesize_speech": "A FastSpeech 2 trained with the scripts of this repository. One voice, English.",
    "make_binaural": (
        "Measured ears of a manikin, for headphones. It places a sound; it does not learn a room from a picture."
    ),
    "transfer_style": (
        "Our own voice takes on pitch, range, pace and something of the colour of the reference. It is not a clone of "
        "that person, and is not meant to pass for one."
    ),
    "image_to_audio": (
        "What a place may sound like, by the picture's name or by its colours and shapes. It recognizes no things; "
        "a vision model does, where one is set."
    ),
    "inpaint_audio": "Signal processing fills the gap from what is around it. It makes up nothing that was not there.",
    "sing": "Our own speaking voice at the pitches and lengths of the score. It was never trained on singing.",
    "make_talking_head": (
        "A drawn face whose mouth follows the phones, with blinks and nods. It is a cartoon, no photograph that moves."
    ),
    "translate_speech": (
        "Recognition, then rules and a lexicon for Spanish, then a voice. It is right for plain sentences, and no "
        "match for a trained translator."
    ),
    "extract_sound": "A small network with a mask for each of twelve kinds of sound, or for one by an example.",
    "separate_speech": "A small network of our own, for two people at once. More than two it does not part.",
    "enhance_speech": "Three denoisers together, and a judge that leaves speech alone where none of them helps.",
}
"""What does each task here, and what it is not."""


@dataclass(frozen=True, slots=True)
class Shot:
    """A query, what came of it, and the files of both."""

    query: Query
    reply: Reply
    given: tuple[Path, ...] = ()
    made: tuple[Path, ...] = ()


def page(talks: Sequence[tuple[Talk, Sequence[Shot]]]) -> str:
    """The whole page, Markdown."""
    figures = sorted({talk.figure for talk, _ in talks})
    parts = [INTRODUCTION]
    for figure in figures:
        parts.append(f"## Figure {figure}\n")
        parts += [_talk(talk, shots) for talk, shots in talks if talk.figure == figure]
    return "\n".join(parts)


def _talk(talk: Talk, shots: Sequence[Shot]) -> str:
    return "\n".join([f"### {talk.name}\n", *("\n".join(_shot(shot)) + "\n" for shot in shots)])


def _shot(shot: Shot) -> Iterator[str]:
    reply = shot.reply
    asks = "We add" if shot.query.ours else "The paper asks"
    yield f"**{asks}:** {shot.query.said}\n"
    if shot.query.note:
        yield f"*{shot.query.note}*\n"
    if shot.query.read and not shot.query.recorded and shot.query.read.rstrip(".") != shot.query.said.rstrip("."):
        yield f"* spoken: {shot.query.read}"
    if shot.query.recorded:
        yield "* asked by: CMU's voice slt"
    yield from _listed("given", shot.given)
    yield f"* heard: {' '.join(reply.heard) or 'nothing'}"
    yield f"* called: {', '.join(_called(call.task, call.arguments) for call in reply.calls) or 'nothing'}"
    yield f"* said: {' '.join(reply.say.split()) or 'nothing'}"
    yield from _listed("made", shot.made)
    if by := ", ".join(dict.fromkeys(f"{one.provenance.engine} ({one.provenance.how})" for one in reply.done)):
        yield f"* by: {by}"
    told = [TASKS[task] for task in dict.fromkeys(call.task for call in reply.calls) if task in TASKS]
    if told:
        yield f"* what it is: {' '.join(told)}"


def _called(task: str, arguments: Mapping[str, Any]) -> str:
    given = ", ".join(f"{name}: {value}" for name, value in arguments.items() if value not in ("", None))
    return f"`{task}`" + (f" with {given}" if given else "")


def _listed(word: str, paths: Sequence[Path]) -> Iterator[str]:
    links = [f"[{path.name}]({path.name})" for path in paths if path.suffix != ".png"]
    if links or paths:
        yield f"* {word}: {', '.join(links) or 'a picture'}"
    for path in paths:
        if path.suffix == ".png":
            yield f"\n  ![{path.stem.replace('-', ' ')}]({path.name})\n"
