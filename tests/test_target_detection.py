"""Target sound detection: what words mean, and one sound found by its name or by an example."""

import math
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest
import soundfile as sf

from assistant.audio import Samples
from assistant.errors import DataError, EngineError, JobCancelled
from assistant.evaluation.capability.detect_target_sound import DESCRIBED, UNKNOWN
from assistant.evaluation.recordings import Recordings
from models.base import Card, Job, Json, Made
from models.sound.detection_classes import LABELS
from models.sound.detection_features import RATE
from models.sound.likeness import Example, example, likeness, repeated
from models.sound.target_detection import LIKE, TargetSoundDetection
from models.sound.target_words import is_pointing, meant
from router.abilities.detect_target_sound import times
from router.dialogue.phrases import Grammar
from router.tasks import CATALOGUE

DATA = Path(__file__).parents[2] / "shared" / "data"
CARD = Card("target-listener", "detect_target_sound", "model", "A network.")


@pytest.fixture(scope="module")
def engine() -> TargetSoundDetection:
    made = TargetSoundDetection(CARD)
    made.load()
    return made


@pytest.fixture(scope="module")
def recordings() -> Recordings:
    if not (DATA / "sounds.jsonl").exists():
        pytest.skip("needs the recordings in ../shared/data")
    return Recordings(DATA)


def ran(
    engine: TargetSoundDetection,
    folder: Path,
    arguments: Mapping[str, Json],
    sound: Samples,
    other: Samples | None = None,
) -> Made:
    files = {"audio": folder / "sound.wav"} | ({} if other is None else {"example": folder / "example.wav"})
    for path, samples in zip(files.values(), (sound, other), strict=False):
        sf.write(path, samples, RATE, subtype="FLOAT")
    return engine.run(Job("detect_target_sound", folder, arguments, files), lambda share: None)


def noise(seconds: float, seed: int = 1) -> Samples:
    return np.asarray(0.01 * np.random.default_rng(seed).standard_normal(round(seconds * RATE)), np.float32)


def warble() -> Samples:
    """Half a second that goes up and down, of no kind that is known."""
    time = np.arange(RATE // 2) / RATE
    return np.asarray(0.3 * np.sin(2 * np.pi * (2500 * time + 40 * np.sin(2 * np.pi * 6 * time))), np.float32)


def with_warbles(*starts: float) -> Samples:
    sound = noise(12.0)
    for start in starts:
        sound[round(start * RATE) :][: RATE // 2] += warble()
    return sound


# ------------------------------------------------------------------------------- words


@pytest.mark.parametrize(("label", "said"), [(label, said) for label in DESCRIBED for said in DESCRIBED[label]])
def test_sounds_are_known_by_what_people_call_them(label: str, said: str) -> None:
    assert [one.label for one in meant(said)] == [label]


@pytest.mark.parametrize("label", LABELS)
def test_sounds_are_known_by_their_names(label: str) -> None:
    for said in (label, f"the {label}", f"a {label.upper()}.", f"the sound of {label}"):
        assert [one.label for one in meant(said)] == [label]


@pytest.mark.parametrize(
    "said", [*UNKNOWN, "an alarm clock", "a baby laughing", "the dog and the cat", "hens", "", "it"]
)
def test_nothing_is_taken_for_a_sound_that_it_is_not(said: str) -> None:
    assert meant(said) == ()


def test_several_sounds_misheard_words_and_pointing() -> None:
    assert [one.label for one in meant("the dog and the rain")] == ["dog", "rain"]
    assert [one.label for one in meant("the helicpter")] == ["helicopter"]
    assert is_pointing("this sound") and is_pointing("it") and not is_pointing("the keyboard")


def test_what_is_known_less_closely_is_told() -> None:
    (man,), (piano,) = meant("a man talking"), meant("the piano")
    assert man.label == "speech" and "not who" in man.notice
    assert piano.label == "music" and "cannot tell the instruments" in piano.notice


# ----------------------------------------------------------------------------- by name


def test_a_dog_is_found_by_any_of_its_names_and_nothing_else_is(
    engine: TargetSoundDetection, recordings: Recordings, tmp_path: Path
) -> None:
    sound = noise(12.0)
    row = next(row for row in recordings.rows("sounds") if row["path"].endswith("1-110389-A.ogg"))
    bark = recordings.sound(row, RATE)[: 3 * RATE]
    sound[4 * RATE :][: len(bark)] += bark
    for said in ("the dog", "somebody's dog barking"):
        made = ran(engine, tmp_path, {"target": said}, sound)
        assert made.events and {event.label for event in made.events} == {"dog"}
        assert all(3.8 < event.start_s < event.end_s < 7.3 for event in made.events)
        assert made.posteriors is not None and made.posteriors.labels == ("dog",)
    assert not ran(engine, tmp_path, {"target": "the rooster"}, sound).events
    early = ran(engine, tmp_path, {"target": "the dog", "start_s": 0.0, "end_s": 3.0}, sound)
    assert not early.events, "it was to be looked for in the first three seconds"


@pytest.mark.parametrize("said", ["the keyboard", "an owl"])
def test_what_is_not_known_is_refused_with_what_would_help(
    engine: TargetSoundDetection, tmp_path: Path, said: str
) -> None:
    with pytest.raises(EngineError) as refused:
        ran(engine, tmp_path, {"target": said}, noise(1.0))
    assert said in str(refused.value) and "crying baby" in str(refused.value) and "a recording" in str(refused.value)


def test_silence_is_found(engine: TargetSoundDetection, tmp_path: Path) -> None:
    sound = np.concatenate((noise(3.0), np.zeros(3 * RATE, np.float32), noise(2.0)))
    (event,) = ran(engine, tmp_path, {"target": "silence"}, sound).events
    assert (event.start_s, event.end_s) == pytest.approx((3.0, 6.0), abs=0.13)


# -------------------------------------------------------------------------- by example


def test_a_sound_without_a_name_is_found_again_by_a_recording(engine: TargetSoundDetection, tmp_path: Path) -> None:
    example = np.concatenate((noise(1.0, 2), warble() + noise(0.5, 3), noise(1.0, 4)))
    made = ran(engine, tmp_path, {"target": "this sound"}, with_warbles(2.0, 8.0), example)
    assert [event.label for event in made.events] == [LIKE, LIKE]
    for event, start in zip(made.events, (2.0, 8.0), strict=True):
        assert (event.start_s, event.end_s) == pytest.approx((start, start + 0.5), abs=0.35)


def test_a_sound_without_a_name_is_found_again_by_when_it_was_heard(
    engine: TargetSoundDetection, tmp_path: Path
) -> None:
    made = ran(engine, tmp_path, {"target": "the gizmo", "start_s": 1.9, "end_s": 2.6}, with_warbles(2.0, 8.0))
    assert [round(event.start_s) for event in made.events] == [2, 8]


def test_an_example_in_which_nothing_is_heard_is_refused(engine: TargetSoundDetection, tmp_path: Path) -> None:
    with pytest.raises(EngineError, match="Nothing is heard"):
        ran(engine, tmp_path, {"target": "it"}, noise(2.0), np.zeros(RATE, np.float32))
    with pytest.raises(DataError, match="is over after 2 seconds"):
        ran(engine, tmp_path, {"target": "it", "start_s": 5.0, "end_s": 6.0}, noise(2.0))


def test_an_example_that_is_not_heard_again_is_not_found(
    engine: TargetSoundDetection, recordings: Recordings, tmp_path: Path
) -> None:
    def of(label: str, number: int) -> Samples:
        return recordings.sound([row for row in recordings.rows("sounds") if row["labels"][0] == label][number], RATE)

    assert ran(engine, tmp_path, {"target": "it"}, of("rooster", 1), of("rooster", 2)).events
    for label in ("rain", "crying_baby", "helicopter"):
        assert not ran(engine, tmp_path, {"target": "it"}, of(label, 1), of("rooster", 2)).events
    assert not ran(engine, tmp_path, {"target": "it"}, noise(12.0), warble()).events


def test_likeness_needs_no_network() -> None:
    random = np.random.default_rng(0)
    embeddings, bands = (random.random((200, n)).astype(np.float32) for n in (32, 64))
    wanted = example(embeddings[50:70], bands[50:70], np.zeros((20, 3), np.float32), np.full(20, -20, np.float32))
    assert isinstance(wanted, Example)
    alike = likeness(embeddings, bands, wanted)
    assert 50 <= alike.argmax() < 70
    assert all(48 * 0.04 <= event.start_s < 70 * 0.04 for event in repeated(alike, 0.04, "it"))


# -------------------------------------------------------------------------- the engine


@pytest.mark.parametrize("seconds", [0.05, 1.0, 31.0])
def test_any_length_for_either_way(engine: TargetSoundDetection, tmp_path: Path, seconds: float) -> None:
    for other in (None, warble()):
        made = ran(engine, tmp_path, {"target": "the dog"}, noise(seconds), other)
        assert made.posteriors is not None and len(made.posteriors.rows) == math.ceil(seconds * 25)
        assert all(0 <= p <= 1 for row in made.posteriors.rows for p in row)


def test_it_is_cancelled(engine: TargetSoundDetection, tmp_path: Path) -> None:
    sf.write(tmp_path / "sound.wav", noise(30.0), RATE)

    def report(share: float) -> None:
        if share:
            raise JobCancelled

    with pytest.raises(JobCancelled):
        engine.run(Job("detect_target_sound", tmp_path, {"target": "rain"}, {"audio": tmp_path / "sound.wav"}), report)


# ----------------------------------------------------------------- what is asked and said


@pytest.mark.parametrize(
    ("said", "given"),
    [
        ("Find this sound like the doorbell clip in it.", ("this sound", "the doorbell clip", "it")),
        ("Look for the noise from number two again in the recording.", ("the noise", "number two", "the recording")),
        ("When do you hear the sound in the first take again in that?", ("the sound", "the first take", "that")),
    ],
)
def test_an_example_is_given_by_name(said: str, given: tuple[str, str, str]) -> None:
    match = Grammar(CATALOGUE).match(said)
    assert match is not None and match.task.name == "detect_target_sound"
    assert tuple(str(match.arguments[name]).rstrip(".?") for name in ("target", "example", "audio")) == given


def test_a_sound_of_something_is_no_example() -> None:
    match = Grammar(CATALOGUE).match("Find the sound of a dog in the recording.")
    assert match is None or "example" not in match.arguments


def test_times_are_said_to_a_tenth_of_a_second() -> None:
    assert times([(1.9, 3.8), (5.9, 9.3)], 20.0) == "from 1.9 to 3.8 and from 5.9 to 9.3 seconds"
    assert times([(2.0, 3.84)], 20.0) == "from 2 to 3.8 seconds"
    assert times([(0.0, 9.8)], 10.0) == "throughout"
    assert times([(1, 2), (3, 4), (5, 6), (7, 8), (8.5, 9)], 20.0) == (
        "from 1 to 2, from 3 to 4, from 5 to 6 seconds, and two more times"
    )
    assert times([(61.2, 65.1)], 90.0) == "from one minute one to one minute five"
