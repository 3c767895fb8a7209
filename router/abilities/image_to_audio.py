"""Image to audio (Table 1): "what does this picture sound like?"."""

from router.arguments import Image, Seconds
from router.results import Order, carry_out, outcome
from router.task import Context, Family, Outcome, task

CANNOT = (
    "I cannot make sound from pictures yet; this version has no engine for it. "
    "It takes a model that sees pictures and makes sound."
)
USUAL_S = 10.0

PICTURE = "(the|this|that|my) (picture|image|photo|photograph|drawing)"


@task(
    f"(make|generate|create) [a|an|the|some] (sound|audio) (for|from|of|based on) {{image:{PICTURE}}}",
    f"what does {{image:{PICTURE}}} sound like",
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
async def image_to_audio(context: Context, image: Image = "", seconds: Seconds = USUAL_S) -> Outcome:
    """Make the sound that belongs to a picture.

    image: the picture; left out, the latest. seconds: how long; ten if not said.
    """
    order = Order(image_to_audio.name, "audio", CANNOT, {"seconds": seconds}, images={"image": image})
    return outcome(await carry_out(context, order))
