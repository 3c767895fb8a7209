"""What tasks take: the types of their arguments, in one place.

A type says what the value means, in which unit and within which range; the schema a language model is shown, the
embedded engine's reading of a sentence, the help and the checks all come from it. Resources are given by their spoken
name, their number, or a path; left out, they are what the conversation points at.
"""

from dataclasses import dataclass
from typing import Annotated, Literal, TypeAlias

from pydantic import Field


@dataclass(frozen=True, slots=True)
class Resource:
    """Marks an argument that names something there is."""

    kind: Literal["audio", "image", "video"]


@dataclass(frozen=True, slots=True)
class Ask:
    """Marks an argument that is asked for where the user did not give it."""

    question: str


Audio: TypeAlias = Annotated[
    str, Resource("audio"), Field(description="the name of a sound in the resources; leave out for the latest one")
]
Image: TypeAlias = Annotated[
    str, Resource("image"), Field(description="the name of a picture in the resources; leave out for the latest one")
]
Reference: TypeAlias = Annotated[
    str, Resource("audio"), Field(description="the name of the recording whose manner is taken")
]

Example: TypeAlias = Annotated[
    str,
    Resource("audio"),
    Field(description="the name of a recording of the sound to be found again; leave out where the sound is named"),
]

Text: TypeAlias = Annotated[str, Field(description="the words, all of them, without quotation marks")]
Language: TypeAlias = Annotated[str, Field(description="the English name of a language, such as Spanish")]
Target: TypeAlias = Annotated[str, Field(description="the sound that is meant, such as 'the dog barking'")]
Position: TypeAlias = Annotated[
    str, Field(description="a place or a path around the listener, in words, such as 'circling me twice'")
]
Notes: TypeAlias = Annotated[
    str, Field(description="a note or rest for each syllable, joined by |, such as 'C4 | D#4/Eb4 | rest'")
]
Durations: TypeAlias = Annotated[str, Field(description="seconds for each note, joined by |, such as '0.4 | 0.8'")]
Tune: TypeAlias = Annotated[str, Field(description="the name of a well-known song whose tune is meant")]
Title: TypeAlias = Annotated[str, Field(description="the name of a song whose words are given")]
Manner: TypeAlias = Annotated[str, Field(description="how it is sung, such as 'slowly, in G, an octave lower'")]
VoiceName: TypeAlias = Annotated[str, Field(description="the name or manner of a voice; leave out for the usual one")]
Directing: TypeAlias = Annotated[
    str, Field(description="how it is spoken, in words, such as 'slowly, in a deep voice' or 'in French'; mostly empty")
]
PartOfText: TypeAlias = Annotated[
    str, Field(description="which part of a file is read, such as 'the first two paragraphs'; leave out for all of it")
]
StartS: TypeAlias = Annotated[float, Field(ge=0, description="seconds from the beginning of the recording")]
EndS: TypeAlias = Annotated[float, Field(ge=0, description="seconds from the beginning of the recording")]
Seconds: TypeAlias = Annotated[float, Field(gt=0, le=3600, description="a duration in seconds")]
Speed: TypeAlias = Annotated[float, Field(ge=0.25, le=4, description="relative tempo; 1 is normal, 2 twice as fast")]
Strength: TypeAlias = Annotated[
    float, Field(ge=0, le=1, description="how much of the noise to take out; 1 is all, 0.5 half of it")
]
