"""Shows a picture of the conversation to a language model that can see."""

import base64
import io
import re
from collections.abc import Sequence

from PIL import Image, ImageOps

from router.dialogue.base import Request
from router.dialogue.messages import Message

SIZE = 512
"""Points of the longer side that are sent: servers bill by them, and much more is seldom needed."""
QUALITY = 80
ASKED = re.compile(r"\b(pictures?|images?|photos?|photographs?|drawings?|paintings?|portraits?|see|look|face)\b", re.I)


def with_picture(written: Sequence[Message], request: Request) -> list[Message]:
    """The messages, the user's present turn with the newest picture where it is about one; else as they are."""
    place = next((n for n in range(len(written) - 1, -1, -1) if written[n].get("content") == request.text), None)
    picture = next((a.path for a in reversed(request.artifacts) if a.kind == "image"), None)
    if place is None or picture is None or not _about_one(request):
        return list(written)
    try:
        with Image.open(picture) as file:
            shown = _encoded(file)
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):  # what cannot be read is not shown
        return list(written)
    seen = [{"type": "text", "text": request.text}, {"type": "image_url", "image_url": {"url": shown}}]
    return [*written[:place], {**written[place], "content": seen}, *written[place + 1 :]]


def _about_one(request: Request) -> bool:
    """Whether a picture was given just now, or is spoken of."""
    return request.artifacts[-1].kind == "image" or bool(ASKED.search(request.text))


def _encoded(picture: Image.Image) -> str:
    """As an address that holds the picture itself."""
    small = ImageOps.exif_transpose(picture).convert("RGB")
    small.thumbnail((SIZE, SIZE))
    written = io.BytesIO()
    small.save(written, "JPEG", quality=QUALITY)
    return f"data:image/jpeg;base64,{base64.b64encode(written.getvalue()).decode()}"
