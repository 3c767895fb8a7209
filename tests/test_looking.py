"""Questions about a picture that name none, or could be meant of a sound."""

from pathlib import Path

import pytest

from assistant.events import Artifact
from router.dialogue.looking import looked_at

PHOTO = Artifact("IMG 9", Path("/x/IMG_9.jpg"), "image", made_by="user", id=1)
SOUND = Artifact("bell", Path("/x/bell.wav"), "audio", made_by="user", id=2)

ASKED = (
    "what do you see",
    "what is this",
    "what does this sound like",
    "what can you see",
    "what is that",
    "tell me what you see",
    "describe it",
    "what am i looking at",
    "what would it sound like",
    "what is shown here",
)
NAMED = (
    "what is in this picture",
    "what can you see in the photo",
    "describe the picture",
    "tell me what you see in the image",
    "what does the photo show",
    "what are we seeing in that image",
)
OTHERS = (
    "what is the time",
    "what is this song called",
    "what do you hear",
    "see you later",
    "what is in the recording",
    "what is the capital of france",
    "what can you do",
    "what do you think",
    "what is there to do",
    "look at the clock",
)


@pytest.mark.parametrize("words", ASKED)
def test_what_was_given_last_is_what_is_looked_at(words: str) -> None:
    found = looked_at(f"{words} ", (SOUND, PHOTO))  # as the grammar has words
    assert found is not None and found.task == "image_to_audio"
    assert looked_at(words, (PHOTO, SOUND)) is None and looked_at(words, ()) is None


@pytest.mark.parametrize("words", NAMED)
def test_a_picture_that_is_named_is_looked_at_whatever_came_later(words: str) -> None:
    assert looked_at(words, (PHOTO, SOUND)) is not None and looked_at(words, (SOUND,)) is None


@pytest.mark.parametrize("words", OTHERS)
def test_other_questions_are_left_to_others(words: str) -> None:
    assert looked_at(words, (SOUND, PHOTO)) is None
