"""The queries of Figures 3, 4 and 5 of the paper (Huang et al. 2023), in its words, and how they are spoken here."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Query:
    """Something that is said, with what is given along with it."""

    said: str
    """In the paper's words, or in ours where it is an answer that the paper has not."""
    read: str = ""
    """Written as the voice reads it best, where that is different."""
    given: tuple[str, ...] = ()
    """Names of inputs, `scripts.gallery.inputs`."""
    ours: bool = False
    """Whether it is our own: an answer to a question that was asked back, or a reading of what cannot be spoken."""
    speed: float = 1.0
    pitch: float = 0.0
    """Semitones."""
    recorded: int = 0
    """The number of a recording in `tests/figure3` of the same words, by another voice, where ours is misheard."""
    note: str = ""
    """What must be known of this one."""


@dataclass(frozen=True, slots=True)
class Talk:
    """Queries that belong together: one session."""

    figure: int
    name: str
    queries: tuple[Query, ...]


SCORE = (
    "please generate a piece of singing voice. Text sequence is 小酒窝长睫毛AP是你最美的记号. Note sequence is "
    "C#4/Db4 | F#4/Gb4 | G#4/Ab4 | A#4/Bb4 F#4/Gb4 | A#4/Bb4 | G#4/Ab4 | b4. Note duration sequence is "
    "0.407140 | 0.376190 | 0.344510 | 0.283770 | 0.323390 | 0.360340."
)
SCORE_NOTE = (
    "The paper prints this score cut short: 13 syllables, eight notes and six durations. Typed, it is answered by "
    "'There are 8 notes and 6 durations; give me one for each note.' The voice that asks speaks no Mandarin, and the "
    "ears hear none; so English words are spoken in its place, and the tune is made up."
)
FIGURE_3 = (
    Query("Hi, who are you?"),
    Query("What can you do?"),
    Query("I am tired today, can you generate a music for me?", recorded=3),
    Query(
        "I try to dub for moive. Can you help me generate a background sound that includes birds singing and people "
        "speaking?",
        "I try to dub for a movie. Can you help me generate a background sound that includes birds singing and people "
        "speaking?",
    ),
    Query("Please write an caption based on the audio.", "Please write a caption based on the audio.", ("rain",)),
    Query("What events in this audio?", given=("dog and speech",)),
    Query(
        "Synthesize a speech with text 'My name is Audio GPT, I am happy to help you!'",
        "Please synthesize a speech with text: my name is Audio GPT, I am happy to help you!",
        recorded=7,
    ),
    Query(
        "Please transfer the synthesized audio into binaural audio.",
        recorded=8,
        note="The paper does not say where it should be; Earshot asks.",
    ),
    Query("On my left.", ours=True),
    Query(
        'Speak using the voice of this audio. The text is "here we go".',
        "Speak, using the voice of this, audio. The text is: here we go.",
        ("a man",),
        note="It is somebody's voice; Earshot asks for consent, once for each recording.",
    ),
    Query("Yes, I agree.", ours=True),
    Query("Generate an audio based on the picture.", given=("picture",), recorded=10),
    Query("I want to inpaint the audio.", recorded=11),
    Query(
        "The mask region as follow: from one to two seconds.",
        "The masked region is as follows: from one to two seconds.",
        note="In the paper the region is drawn into a field; here it is said.",
    ),
)
FIGURE_4 = (
    Talk(
        4,
        "Sound event detection",
        (Query("What event in the audio and the sound event start or end time?", given=("dog and speech",)),),
    ),
    Talk(
        4,
        "Singing voice generation",
        (
            Query(
                SCORE,
                "Please generate a piece of singing voice. The text is: hello my friend.",
                speed=0.9,
                note=SCORE_NOTE,
            ),
            Query(
                "Sing happy birthday in the key of G.",
                "Sing happy birthday, in the key of G.",
                ours=True,
                note="A song that it knows by heart.",
            ),
        ),
    ),
    Talk(
        4,
        "Audio to face generation",
        (Query("Generate a talking human portrait video based on the audio.", given=("words",)),),
    ),
    Talk(
        4,
        "Binaural audio synthesis",
        (
            Query(
                "Please help me transfer the mono audio into binaural.",
                "Please help me transfer the mono, audio, into by neural.",
                ("rooster",),
            ),
            Query("From behind.", ours=True),
        ),
    ),
    Talk(
        4, "Image to audio generation", (Query("Can you generate an audio based on the image?", given=("camp fire",)),)
    ),
)
FIGURE_5 = (
    Talk(
        5,
        "Target sound detection",
        (
            Query(
                "When did the keyboard sound happen in the audio?",
                given=("keyboard",),
                note="The keyboard is not among the twelve kinds of sound that the embedded network knows.",
            ),
            Query(
                "When did the dog bark in the audio?",
                ours=True,
                given=("dog and speech",),
                note="A sound that it knows.",
            ),
        ),
    ),
    Talk(5, "Speech translation", (Query("Translate the English speech into Spanish speech.", given=("algeria",)),)),
    Talk(
        5,
        "Sound extraction",
        (
            Query(
                "I want to extract the explosive sound from the mixture.",
                given=("explosion",),
                note="Explosions are not among the twelve kinds of sound that the embedded network knows.",
            ),
            Query("I want to extract the dog from the mixture.", ours=True, given=("dog and speech",)),
        ),
    ),
    Talk(
        5,
        "Speech separation",
        (
            Query(
                "Can you help me to separate the mixture speech into two speaker speech?",
                given=("two people",),
                speed=0.9,
            ),
        ),
    ),
    Talk(
        5,
        "Speech enhancement",
        (
            Query(
                "Please help me to denoise this audio.", "Please help me to, dee noise, this, audio.", ("noisy speech",)
            ),
        ),
    ),
)
TALKS = (Talk(3, "Twelve rounds", FIGURE_3), *FIGURE_4, *FIGURE_5)
