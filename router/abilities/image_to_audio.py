"""Image to audio (Table 1): "what does this picture sound like?"."""

import re

from models.base import Json
from router.arguments import Image, Seconds
from router.resources import find_image
from router.results import Order, Result, carry_out, needs_engine, outcome
from router.task import Context, Family, Outcome, task
from router.telling import listed

CANNOT = (
    "I cannot make sound from pictures; this version has no engine for it. "
    "It takes a model that sees pictures and makes sound."
)
USUAL_S = 10.0
SAID = re.compile(r"\b(?:shows?|it is|it's|this is|(?:picture|photo|image|drawing) of)\s+([^.?!]+)", re.IGNORECASE)
"""How people say what a picture shows."""

PICTURE = "(the|this|that|my) (picture|image|photo|photograph|drawing)"


@task(
    f"(make|generate|create) [a|an|the|some] (sound|audio) (for|from|of|based on) {{image:{PICTURE}}}",
    f"what does {{image:{PICTURE}}} sound like",
    f"(make|generate|create) [a|an|the|some] (sound|audio) (for|from|of|based on) {{image:{PICTURE}}} "
    "(it|which|that) shows {shows}",
    family=Family.IMAGE_TO_AUDIO,
    effects=True,
    doing="making the sound of it",
    takes=("image",),
    examples=(
        "Generate an audio based on {image}.",
        "What does {image} sound like?",
        "Make a sound that fits {image}.",
        "Can you generate an audio based on the image?",
        "Turn {image} into sound.",
        "Give {image} a soundtrack.",
        "What would I hear if I stood in {image}?",
        "Make {image} audible.",
        "Look at {image} and make {seconds} of sound for it.",
        "Create the noises that belong to {image}.",
        "Sonify {image}.",
        "Add audio to the photo.",
    ),
)
async def image_to_audio(context: Context, image: Image = "", seconds: Seconds = USUAL_S, shows: str = "") -> Outcome:
    """Make the sound that belongs to a picture.

    image: the picture; left out, the latest. seconds: how long; ten if not said. shows: what is in it and would be
    heard there, in a few words, where that was said or can be seen; left out, its name and its colours must do.
    """
    needs_engine(context, image_to_audio.name, CANNOT)
    picture = await find_image(context, image)
    shows = shows or _said(context)
    arguments: dict[str, Json] = {"seconds": seconds, "shows": shows or picture.name}
    result = await carry_out(context, Order(image_to_audio.name, "audio", CANNOT, arguments, images={"image": image}))
    return outcome(result, _told(result, named=not shows))


def _said(context: Context) -> str:
    """What the user's own words say of the picture; empty where they say nothing."""
    found = SAID.search(context.present.text) if context.present else None
    return found[1] if found else ""


def _told(result: Result, named: bool) -> str:
    """What was made of it, and why."""
    facts = result.made.facts
    made, seen = str(facts.get("made") or "the sound of it"), facts.get("seen")
    if caption := str(facts.get("caption") or ""):
        guessed = f", and {listed([str(one) for one in seen])}" if seen and isinstance(seen, list) else ""
        return f"I see {caption[:1].lower()}{caption[1:]}{guessed}; it sounds like {made}."
    if seen and isinstance(seen, list):
        return f"I see {listed([str(one) for one in seen])}, so I made {made}."
    return f"By its name, I made {made}." if named else f"I made {made}."
