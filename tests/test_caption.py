"""Captions: one sentence about a sound, of which nothing is made up."""

from pathlib import Path

import numpy as np
import pytest
import soundfile as sf

from assistant.audio import RATE, Samples
from assistant.errors import JobCancelled
from assistant.evaluation.recordings import Recordings
from models.base import Card, Job, Made, SoundEvent
from models.sound.caption import MeasuredCaption
from models.sound.caption_words import Facts, caption
from models.sound.tempo import tempo_bpm
from models.speech.recognized import Recognized

CARD = Card("measures", "caption_audio", "dsp", "a test")
DATA = Path(__file__).parents[2] / "shared" / "data"


def dog(start: float, end: float, score: float = 0.95) -> SoundEvent:
    return SoundEvent("dog", start, end, score)


def heard(path: Path, words: str = "", speech: float = 0.0) -> Made:
    """What is said of a file in which the ears hear these words, with this probability of speech."""
    engine = MeasuredCaption(CARD, lambda samples: words, lambda samples: np.full(len(samples) // 512, speech))
    return engine.run(Job("caption_audio", path.parent, {}, {"audio": path}), lambda share: None)


def written(path: Path, sound: Samples, rate: int = RATE) -> Path:
    sf.write(path, sound, rate, subtype="FLOAT")
    return path


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        (Facts(1.0, -90.0), "1 second of silence."),
        (Facts(9.1, -20.0), "A sound without speech or anything else that I know; 9.1 seconds."),
        (
            Facts(10.0, -40.0, sounds=[dog(2, 4), SoundEvent("rain", 0, 10, 0.9)]),
            "Rain falls throughout and a dog barks from 2 to 4 seconds; 10 seconds, rather quiet.",
        ),
        (
            Facts(10.0, -20.0, sounds=[dog(1, 1.1), dog(4, 5), SoundEvent("helicopter", 0, 10, 0.7)]),
            "A dog barks at 1 and from 4 to 5 seconds and perhaps a helicopter flying throughout; 10 seconds.",
        ),
        (Facts(9.0, -20.0, sounds=[dog(k, k + 0.3) for k in range(5)]), "A dog barks five times; 9 seconds."),
        (
            Facts(65.0, -50.0, speech=0.8, words="ah"),
            'Somebody speaks most of the time, beginning with "ah"; 1 minute and 5 seconds, very quiet.',
        ),
        (
            Facts(3600.0, -10.0, speech=0.95, sounds=[SoundEvent("music", 0, 3600, 0.9)], tempo_bpm=119.6),
            "Music plays throughout at about 120 beats a minute and somebody speaks; 1 hour, loud.",
        ),
        (
            Facts(8.0, -20.0, speech=0.5, words="how are you", sure=False),
            'Somebody speaks about half of the time, beginning with what sounds like "how are you"; 8 seconds.',
        ),
        (Facts(0.4, -20.0, speech=0.5), "Somebody speaks; 0.4 seconds."),
        (Facts(5.0, -20.0, sounds=[dog(0, 1)]), "A dog barks in the first second; 5 seconds."),
        (
            Facts(30.0, -20.0, wordless=True, sounds=[SoundEvent("crying baby", 0, 30, 0.98)]),
            "A voice is heard, without words that I know; 30 seconds.",
        ),
        (
            Facts(60.0, -20.0, sounds=[SoundEvent("helicopter", 4, 6, 0.9), SoundEvent("helicopter", 20, 22, 0.9)]),
            "A sound without speech or anything else that I know; 1 minute.",
        ),
        (
            Facts(
                60.0, -20.0, sounds=[SoundEvent(kind, 9, 19, 0.9) for kind in ("dog", "rain", "rooster", "chainsaw")]
            ),
            "A sound without speech or anything else that I know; 1 minute.",
        ),
        (
            Facts(1.5, -20.0, sounds=[SoundEvent("helicopter", 0, 1.5, 0.7)]),
            "A sound without speech or anything else that I know; 1.5 seconds.",
        ),
        (Facts(5.0, -20.0, sounds=[dog(0, 1, 0.5)]), "A sound without speech or anything else that I know; 5 seconds."),
    ],
)
def test_sentences(facts: Facts, sentence: str) -> None:
    assert caption(facts) == sentence


def test_length_level_and_words_are_measured(tmp_path: Path) -> None:
    sound = 0.1 * np.sin(np.arange(4 * RATE) * 0.05).astype(np.float32)
    made = heard(written(tmp_path / "a.wav", sound), "Good morning, everybody, how are you?", speech=1.0)
    assert made.text == 'Somebody speaks, beginning with "Good morning, everybody, how are you"; 4 seconds.'
    assert made.facts["seconds"] == 4.0
    assert made.facts["level_dbfs"] == pytest.approx(-23.0, abs=0.2)


@pytest.mark.parametrize(
    ("text", "log_prob", "told"),
    [
        ("Good morning, everybody.", -0.02, 'Somebody speaks, beginning with "Good morning, everybody"; 4 seconds.'),
        (
            "Good morning, ever.",
            -0.3,
            'Somebody speaks, beginning with what sounds like "Good morning, ever"; 4 seconds.',
        ),
        ("Right.", -0.09, 'Somebody speaks, beginning with what sounds like "Right"; 4 seconds.'),
        ("Horusette wore a roar.", -1.0, "Somebody speaks; 4 seconds."),
        ("Oh, oh, oh, oh, oh, oh, oh, oh, oh.", -0.1, "A voice is heard, without words that I know; 4 seconds."),
        ("I am pleased at yet, yet, yet.", -0.02, 'Somebody speaks, beginning with "I am pleased at"; 4 seconds.'),
    ],
)
def test_words_that_are_not_sure_are_told_as_such(text: str, log_prob: float, told: str, tmp_path: Path) -> None:
    path = written(tmp_path / "a.wav", 0.1 * np.sin(np.arange(4 * RATE) * 0.05).astype(np.float32))
    engine = MeasuredCaption(
        CARD,
        lambda samples: text,
        lambda samples: np.ones(len(samples) // 512, np.float32),
        lambda sounds, timed: [Recognized(text, log_prob=log_prob) for _ in sounds],
    )
    assert engine.run(Job("caption_audio", tmp_path, {}, {"audio": path}), lambda share: None).text == told


def test_of_a_sound_without_speech_no_words_are_made_up(tmp_path: Path) -> None:
    made = heard(written(tmp_path / "a.wav", np.zeros(RATE, np.float32)), "hallucinated", speech=1.0)
    assert made.text == "1 second of silence."
    noise = 0.1 * np.random.default_rng(0).normal(size=2 * RATE).astype(np.float32)
    assert "hallucinated" not in heard(written(tmp_path / "b.wav", noise), "hallucinated").text


def test_it_can_be_cancelled(tmp_path: Path) -> None:
    def cancels(share: float) -> None:
        raise JobCancelled("It is no longer wanted.")

    path = written(tmp_path / "a.wav", np.zeros(RATE, np.float32))
    engine = MeasuredCaption(CARD, lambda samples: "", lambda samples: np.zeros(len(samples) // 512, np.float32))
    with pytest.raises(JobCancelled):
        engine.run(Job("caption_audio", tmp_path, {}, {"audio": path}), cancels)


def test_real_sounds_are_named() -> None:
    recordings = Recordings(DATA)
    rows = [row for row in recordings.rows("sounds") if row.get("fold") == 4]
    if not rows:
        pytest.skip("the recordings are not here")
    words = {"dog": "dog bark", "rooster": "rooster crow", "crying_baby": "baby cr"}
    chosen = [row for label in words for row in rows if row["labels"] == [label]][::3]
    told = [(words[row["labels"][0]], heard(recordings.path(row)).text.lower()) for row in chosen]
    assert sum(name in text for name, text in told) >= 0.8 * len(told)


@pytest.mark.parametrize("bpm", [60.0, 75.0, 100.0, 128.0, 140.0])
def test_the_tempo_of_a_beat(bpm: float) -> None:
    hop_s = 0.04
    at = np.arange(round(20 / hop_s)) * hop_s
    beats = np.exp(-((at * bpm / 60) % 1) * 8)
    levels = (20 * beats[:, None] + np.random.default_rng(0).normal(0, 0.5, (len(at), 16))).astype(np.float32)
    assert tempo_bpm(levels, hop_s) == pytest.approx(bpm, rel=0.03)


def test_what_has_no_beat_has_no_tempo() -> None:
    assert tempo_bpm(np.random.default_rng(0).normal(size=(500, 16)).astype(np.float32), 0.04) == 0
    assert tempo_bpm(np.zeros((500, 16), np.float32), 0.04) == 0
    assert tempo_bpm(np.ones((20, 16), np.float32), 0.04) == 0
