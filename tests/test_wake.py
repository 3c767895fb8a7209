"""Wake words: when to look, what a phrase looks like as text, and the contract of every engine that listens for one."""

import json
from pathlib import Path

import numpy as np
import pytest

from asr.base import Candidate, Spotter
from asr.moonshine import Moonshine
from asr.options import WakeOptions
from asr.vad import GatedSilero
from asr.wake.loader import load_spotter, load_stop_spotter
from asr.wake.looks import Looks
from asr.wake.moonshine import MoonshineSpotter
from asr.wake.openwakeword import STEP, OpenWakeWord
from asr.wake.phrase import key, spellings, without_phrase
from assistant.audio import RATE, Framer, Samples, dbfs
from assistant.bench.wake import Tally, WakeBench, words
from assistant.bench.wake_backgrounds import Background, pink, plainly, without_echo
from assistant.devices.files import Recording
from assistant.errors import EngineError, EngineMissing, SettingsError
from assistant.events import Manner
from assistant.resample import resample
from tests.fakes import speech
from tests.wake_models import write_models
from tts.loader import load_voice

DATA = Path(__file__).parents[2] / "shared" / "data"


@pytest.fixture(scope="module")
def recognizer() -> Moonshine:
    return Moonshine()


@pytest.fixture(scope="module")
def spoken() -> Samples:
    """The voice lj says: Hey Earshot, what time is it?; with a quiet half second around it."""
    said = load_voice("lj").speak("Hey Earshot, what time is it?", Manner())
    return np.pad(resample(said.samples, said.rate, RATE), RATE // 2)


def windows(sound: Samples) -> list[Samples]:
    return list(Framer(512).push(sound))


def looks(sound: Samples, probabilities: list[float], least_s: float = 0.3) -> list[tuple[float, float]]:
    """When each look was, and how long the stretch was, in seconds."""
    looking = Looks(least_s, 2.0)
    found = []
    for number, (window, probability) in enumerate(zip(windows(sound), probabilities, strict=True), 1):
        if (stretch := looking.push(window, probability)) is not None:
            found.append((number * 0.032, len(stretch) / RATE))
    return found


def test_nobody_looks_while_nothing_sounds() -> None:
    faint = np.random.default_rng(0).normal(0, 0.001, 10 * RATE).astype(np.float32)
    assert looks(faint, [0.0] * len(windows(faint))) == []


def test_looks_begin_with_the_sound_and_end_after_it() -> None:
    sound = np.zeros(3 * RATE, np.float32)
    probabilities = [0.9 if 1.0 <= i * 0.032 < 2.0 else 0.0 for i in range(len(windows(sound)))]
    found = looks(sound, probabilities)
    assert found[0][0] == pytest.approx(1.3, abs=0.05)
    assert found[-1][0] <= 2.3
    assert max(b[0] - a[0] for a, b in zip(found, found[1:], strict=False)) <= 0.17
    assert all(at - 1.32 <= length <= 2.0 for at, length in found)


def test_the_first_quiet_is_looked_at_at_once() -> None:
    sound = np.zeros(3 * RATE, np.float32)
    for last in (2.0, 2.05, 2.1):
        found = looks(sound, [0.9 if 1.0 <= i * 0.032 < last else 0.0 for i in range(len(windows(sound)))])
        assert any(last + 0.06 <= at <= last + 0.16 for at, _ in found)


def test_quiet_speech_that_the_voice_detector_passes_over_is_looked_at() -> None:
    sound = np.random.default_rng(0).normal(0, 1e-4, 3 * RATE).astype(np.float32)
    sound[RATE : 2 * RATE] *= 10
    assert looks(sound, [0.0] * len(windows(sound)))


def test_a_phrase_may_be_written_in_several_ways() -> None:
    assert spellings("hey earshot") == ["hey earshot", "Hey earshot", "Hey Earshot", "Hey, earshot", "Hey, Earshot"]
    assert spellings("jarvis") == ["jarvis", "Jarvis"]


@pytest.mark.parametrize(
    ("text", "phrase", "rest"),
    [
        ("Hey, Earshot. What do you hear in this file?", "hey earshot", "What do you hear in this file?"),
        ("Hey ear shot, stop.", "hey earshot", "Stop."),
        ("Hey, your shop. What time is it?", "hey earshot", "What time is it?"),
        ("He earshot play it", "hey earshot", "Play it"),
        ("Okay, hey Earshot, what's this?", "hey earshot", "What's this?"),
        ("Hey Earshot.", "hey earshot", ""),
        ("Dorvis, turn on the light.", "jarvis", "Turn on the light."),
        ("Compueter, stop", "computer", "Stop"),
        ("Just turn on the light.", "jarvis", "Just turn on the light."),
        ("What do you hear?", "hey earshot", "What do you hear?"),
        ("", "hey earshot", ""),
    ],
)
def test_the_phrase_is_taken_off_a_text(text: str, phrase: str, rest: str) -> None:
    assert without_phrase(text, phrase) == rest


def test_what_sounds_alike_has_the_same_key() -> None:
    assert key("Fone") == key("phone")
    assert key("Computer") == key("Compueter") != key("Commuter")


def test_a_phrase_is_found_where_it_is_said_and_nowhere_else(recognizer: Moonshine, spoken: Samples) -> None:
    spotter = MoonshineSpotter(("hey earshot",), 0.7, recognizer.network)
    others = ("hey computer", "jarvis", "grasshopper")
    scores = spotter.scores(spoken[: round(1.7 * RATE)], ("hey earshot", *others))
    assert scores["hey earshot"] > 0.7
    assert max(scores[other] for other in others) < 0.6
    candidate = Candidate(spoken[: round(1.7 * RATE)])
    assert spotter.verify(candidate) is None, "once is not enough"
    spotted = spotter.verify(candidate)
    assert spotted is not None and spotted.phrase == "hey earshot" and 1.2 < spotted.ended <= 1.7
    spotter.reset()
    assert spotter.verify(candidate) is None


@pytest.mark.parametrize("count", [1, 100, 4000])
def test_next_to_nothing_is_no_phrase(recognizer: Moonshine, count: int) -> None:
    spotter = MoonshineSpotter(("hey earshot",), 0.7, recognizer.network)
    assert spotter.verify(Candidate(np.zeros(count, np.float32))) is None


def test_the_level_does_not_matter(recognizer: Moonshine, spoken: Samples) -> None:
    spotter = MoonshineSpotter(("hey earshot",), 0.7, recognizer.network)
    sound = spoken[: round(1.7 * RATE)]
    scores = [spotter.scores(sound * gain, ("hey earshot",))["hey earshot"] for gain in (0.003, 0.1, 1.0)]
    assert scores == pytest.approx([scores[0]] * 3, abs=0.02)


def test_a_phrase_of_no_words_is_refused(recognizer: Moonshine) -> None:
    with pytest.raises(SettingsError, match="choose a phrase of words"):
        load_spotter(WakeOptions(phrase="?!"), recognizer=recognizer)


def test_what_is_known_to_be_said_is_not_written(recognizer: Moonshine, spoken: Samples) -> None:
    assert without_phrase(recognizer.transcribe(spoken).text, "hey earshot").startswith("What time is it")
    assert recognizer.transcribe(spoken, said="Hey Earshot.").text.lower().startswith("what time is it")


def hear(spotter: Spotter, sound: Samples) -> list[float]:
    """Seconds at which it is spotted."""
    activity, found = GatedSilero(), []
    spotter.reset()
    for number, window in enumerate(windows(sound), 1):
        candidate = spotter.push(window, activity.push(window))
        if candidate is not None and (spotted := spotter.verify(candidate)) is not None:
            assert 0 < spotted.ended <= len(candidate.sound) / RATE
            found.append(number * 0.032)
            spotter.reset()
    return found


@pytest.fixture(params=["moonshine", "openwakeword"])
def engine(request: pytest.FixtureRequest, tmp_path: Path, recognizer: Moonshine) -> Spotter:
    """Each engine; the models of openwakeword take whatever is loud for the phrase."""
    options = WakeOptions(engine=request.param, model=write_models(tmp_path))
    return load_spotter(options, recognizer=recognizer)


def test_every_engine_hears_the_phrase_again_and_again_and_nothing_in_silence(engine: Spotter, spoken: Samples) -> None:
    quiet = np.zeros(3 * RATE, np.float32)
    once = np.concatenate((quiet, spoken[: round(1.4 * RATE)] * 3, quiet))
    assert hear(engine, quiet) == []
    first = hear(engine, once)
    assert len(first) >= 1 and 3.5 < first[0] < 4.9
    assert hear(engine, once) == first
    assert max(hear(engine, np.concatenate((once, once)))) > 7


def test_every_engine_leaves_the_sound_as_it_is(engine: Spotter, spoken: Samples) -> None:
    kept = spoken.copy()
    engine.verify(Candidate(spoken))
    hear(engine, spoken)
    assert np.array_equal(kept, spoken)


def test_openwakeword_streams_as_in_a_batch(tmp_path: Path) -> None:
    spotter = OpenWakeWord(WakeOptions(model=write_models(tmp_path)))
    sound = np.pad(speech((0.0, 2.0), seconds=2.0), (30 * STEP, 30 * STEP))
    steps = list(Framer(STEP).push(sound))
    streamed = [spotter.push(step, 0.0) is not None for step in steps]
    batch = [spotter.score(np.concatenate(steps[: i + 1])) >= spotter.threshold for i in range(len(steps))]
    assert streamed[16:] == batch[16:]
    assert 5 < sum(streamed) < len(steps) - 20


def test_what_openwakeword_cannot_use_is_said(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"wake\.model"):
        load_spotter(WakeOptions(engine="openwakeword"))
    with pytest.raises(EngineMissing, match="is missing"):
        load_spotter(WakeOptions(engine="openwakeword", model=tmp_path / "hey.onnx"))
    model = write_models(tmp_path)
    with pytest.raises(EngineError, match="not a phrase's model"):
        load_spotter(WakeOptions(engine="openwakeword", model=tmp_path / "embedding_model.onnx"))
    model.write_bytes(b"nothing")
    with pytest.raises(EngineError, match="no ONNX model"):
        load_spotter(WakeOptions(engine="openwakeword", model=model))


def test_stop_words_share_the_recognizer_s_model(recognizer: Moonshine) -> None:
    spotter = load_stop_spotter(WakeOptions(), recognizer)
    assert isinstance(spotter, MoonshineSpotter)
    assert spotter.network is recognizer.network and spotter.phrases == ("stop", "quiet", "cancel")


def recordings(manifest: str, text: str, count: int) -> list[Recording]:
    if not DATA.exists():
        pytest.skip("needs the recordings in ../shared/data")
    lines = [json.loads(line) for line in (DATA / manifest).read_text().splitlines()]
    rows = [line for line in lines if not text or (line["text"] == text and line["lang"] == "en")]
    return [Recording.read(DATA / row["path"]) for row in rows[:count]]


@pytest.mark.parametrize("phrase", ["jarvis", "computer"])
def test_real_people_are_heard(phrase: str, recognizer: Moonshine) -> None:
    bench = WakeBench(phrase, load_spotter(WakeOptions(), phrase, recognizer))
    sounds = [np.pad(r.samples, RATE) for r in recordings("wake_words.jsonl", phrase, 5)]
    assert sum(bool(bench.wakes(plainly(sound))) for sound in sounds) == 5


def test_real_people_who_say_something_else_are_not(recognizer: Moonshine) -> None:
    bench = WakeBench("jarvis", load_spotter(WakeOptions(), "jarvis", recognizer))
    sounds = [np.pad(r.samples, RATE) for r in recordings("commands.jsonl", "", 3)]
    assert [bench.wakes(plainly(sound)) for sound in sounds] == [[]] * 3


def test_noise_lies_as_far_below_as_it_should() -> None:
    background = Background("pink", iter([pink(RATE, 0)]), 10.0)
    mixed = np.concatenate([window for window, _ in background.under(np.zeros(2 * RATE, np.float32), -20.0)])
    assert dbfs(mixed) == pytest.approx(-30.0, abs=0.2)


def test_our_own_voice_is_cancelled(spoken: Samples) -> None:
    silent = np.zeros_like(spoken)
    left = np.concatenate([window for window, _ in without_echo(silent, spoken)])
    assert dbfs(left) < dbfs(spoken) - 15


def test_the_figures_of_the_bench() -> None:
    tally = Tally(positives=50, missed={"clean": 1, "own_voice": 4}, delays=[0.1, 0.2, 0.3], seconds=7200.0)
    tally.false = ["a.flac"]
    figures = tally.summary()
    assert figures["miss_rate"] == 0.02 and figures["miss_rate_own_voice"] == 0.08
    assert figures["false_per_hour"] == 0.5 and figures["hours"] == 2.0
    assert figures["latency_ms"] == 200


def test_texts_are_compared_as_plain_words() -> None:
    assert words("Hey, Earshot!") == words("hey earshot") == "hey earshot"
