"""The detectors of the end of a turn, from what they are told alone."""

import importlib.util
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from asr.base import Pause, Transcript
from asr.habits import Habits
from asr.turns import BY_WORDS, BY_WORDS_AND_EAR, Cues, Silence, TurnOptions, load_detector
from assistant.audio import Samples
from assistant.bench.turns import Looked, Scaled, Traced, by_kind, compare, decided_s
from assistant.errors import DataError, EngineMissing
from scripts.train_turns import Spoken, fit, newton, out_of_fold

OPTIONS = TurnOptions(shortest_s=0.25, longest_s=0.7, long_turns=1.5)


def pause(finished: float, speech_s: float = 2.5, earlier_s: tuple[float, ...] = (), habit_s: float = 0.0) -> Pause:
    return Pause(Transcript("hello", finished=finished), speech_s, earlier_s, habit_s=habit_s)


@pytest.mark.parametrize(
    ("told", "wait_s"),
    [
        (pause(0.97), 0.25),
        (pause(0.5), 0.7),
        (pause(0.02, 1.0), 1.05),
        (pause(0.97, 10.0), 0.375),
        (pause(0.5, 10.0, (0.6,)), 1.05),
        (pause(0.99, 2.5, (0.1,)), 0.25),
        (pause(0.95, 2.5, (0.9,)), 1.05),
    ],
)
def test_cues_are_weighed(told: Pause, wait_s: float) -> None:
    assert Cues(OPTIONS).patience(told) == pytest.approx(wait_s)


def test_the_surer_the_sooner_and_the_longer_the_later() -> None:
    detector = Cues(OPTIONS)
    waits = [detector.patience(pause(f)) for f in np.linspace(0, 1, 40)]
    assert waits == sorted(waits, reverse=True)
    after = [detector.patience(pause(0.97, s)) for s in (4.5, 5.2, 8.0, 9.0)]
    assert after == pytest.approx([0.25, 0.275, 0.375, 0.375])


def test_the_odds_are_the_weighted_sum_of_the_cues() -> None:
    odds = Cues(OPTIONS).log_odds(pause(0.8, np.e, (0.2, 0.4)))
    assert odds == pytest.approx(BY_WORDS.bias + BY_WORDS.mark * np.log(4) + BY_WORDS.length + 0.4 * BY_WORDS.pause)


def test_who_pauses_for_long_is_waited_for() -> None:
    detector = Cues(OPTIONS)
    assert detector.patience(pause(0.95, habit_s=0.5)) == pytest.approx(0.6)
    assert detector.patience(pause(0.95, habit_s=5.0)) == pytest.approx(1.05)


class Hearing:
    """A listening model that is as sure as it is told, and notes what it heard."""

    def __init__(self, sure: float) -> None:
        self.sure = sure
        self.heard: list[Samples] = []

    def probability(self, sound: Samples) -> float:
        self.heard.append(sound)
        return self.sure


def test_a_model_that_listens_is_one_more_cue() -> None:
    sound = np.ones(7, np.float32)
    told = replace(pause(0.8), audio=sound)
    models = [Hearing(p) for p in (0.1, 0.5, 0.9)]
    low, even, high = (Cues(OPTIONS, model).log_odds(told) for model in models)
    assert high - even == pytest.approx(even - low) == pytest.approx(BY_WORDS_AND_EAR.heard * np.log(9))
    assert models[0].heard[0] is sound


def test_a_conversation_s_pauses_are_learned() -> None:
    habits = Habits()
    habits.ended(3.0, [0.2, 0.5, 0.1])
    assert habits.pause_s == pytest.approx(0.15)
    habits.began(3.8)  # 0.8 s later: the turn had been taken too early
    assert habits.pause_s == pytest.approx(0.15 + 0.3 * 0.65)
    learned = habits.pause_s
    habits.ended(5.0, [])
    habits.began(9.0)  # an ordinary new turn
    assert habits.pause_s == pytest.approx(0.7 * learned)


def looked(quiet_s: float, cost_s: float, finished: float) -> Looked:
    return Looked(replace(pause(finished), quiet_s=quiet_s), cost_s)


class Fixed:
    """A `TurnDetector` that waits `soon` where the sentence is finished, and a second where not."""

    name = "fixed"

    def __init__(self, soon_s: float) -> None:
        self.soon_s = soon_s
        self.asked = 0

    def patience(self, pause: Pause) -> float:
        self.asked += 1
        return self.soon_s if pause.transcript.finished > 0.5 else 1.0


@pytest.mark.parametrize(
    ("looks", "decided"),
    [
        ([looked(0.096, 0.1, 0.9)], 0.256),
        ([looked(0.096, 0.3, 0.9)], 0.396),
        ([looked(0.096, 0.1, 0.1)], 1.024),
        ([looked(0.096, 0.1, 0.1), looked(0.256, 0.1, 0.9)], 0.356),
        ([looked(0.096, 0.1, 0.9), looked(0.256, 0.1, 0.1)], 0.256),
    ],
)
def test_no_decision_comes_before_the_words(looks: list[Looked], decided: float) -> None:
    assert decided_s(looks, Scaled(Fixed(0.25))) == pytest.approx(decided, abs=1e-3)


def test_detectors_of_several_patiences_are_asked_once() -> None:
    detector, memory = Fixed(0.25), dict[int, tuple[float, float]]()
    told = pause(0.9)
    assert [Scaled(detector, k, memory).patience(told) for k in (1.0, 2.0)] == [0.25, 0.5]
    assert detector.asked == 1


def test_all_detectors_are_compared_and_the_one_in_use_is_marked() -> None:
    heard = [Traced(end=2.5, onset=0.0, pauses=[[Looked(pause(0.95))]])]
    rows = {row["detector"]: row for row in compare(heard, OPTIONS)}
    assert rows["silence 0.5 s"] == {"detector": "silence 0.5 s", "cut_off": 0.0, "p50_ms": 512, "p95_ms": 512}
    assert rows["cues ×1 (set)"]["p50_ms"] == 256
    assert rows["cues ×2"]["p50_ms"] == 512
    assert {"punctuation ×1", "cues ×0.6"} <= set(rows)


def test_manifests_are_measured_apart(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text('{"path": "x.wav"}\n{"path": "y.wav", "lang": "de"}\n{"path": "z.wav"}\n')
    (tmp_path / "b.jsonl").write_text('{"path": "w.wav"}\n')
    (tmp_path / "c.jsonl").write_text('{"path": "v.wav", "lang": "fr"}\n')
    kinds = by_kind(tmp_path)
    assert {kind: [row.path.name for row in rows] for kind, rows in kinds.items()} == {
        "a": ["x.wav", "z.wav"],
        "b": ["w.wav"],
    }
    assert len(by_kind(tmp_path / "a.jsonl", limit=1)["a"]) == 1
    with pytest.raises(DataError, match="no English recordings"):
        by_kind(tmp_path / "c.jsonl")


def test_silence_waits_the_same() -> None:
    assert Silence(TurnOptions(silence_s=0.4)).patience(pause(0.1)) == 0.4


# ------------------------------------------------------------------- Smart Turn


def smart_features() -> object:
    """The wheel's own features, from its file alone: the package would want all that it depends on."""
    spec = importlib.util.find_spec("pipecat")
    if spec is None or not spec.submodule_search_locations:
        pytest.skip("pipecat-ai is not installed")
    path = Path(spec.submodule_search_locations[0]) / "audio/turn/smart_turn/_whisper_features.py"
    found = importlib.util.spec_from_file_location("whisper_features", path)
    assert found is not None and found.loader is not None
    module = importlib.util.module_from_spec(found)
    found.loader.exec_module(module)
    return module.compute_whisper_log_mel_features


@pytest.mark.parametrize("seconds", [0.7, 8.0, 11.0])
def test_its_spectrogram_is_whisper_s(seconds: float) -> None:
    features = smart_features()
    from asr.smart_turn import HEARD, log_mel

    noise = np.random.default_rng(1).normal(0, 0.1, round(seconds * 16_000)).astype(np.float32)
    sound = noise * np.linspace(0, 1, len(noise), dtype=np.float32)
    heard = np.pad(sound[-HEARD:], (max(0, HEARD - len(sound)), 0))
    assert callable(features)
    assert log_mel(sound) == pytest.approx(features(heard), abs=1e-4)
    assert log_mel(sound).shape == (80, 800)


def test_it_is_loaded_by_name_or_says_what_to_install() -> None:
    try:
        detector = load_detector(TurnOptions(detector="smart"))
    except EngineMissing as error:
        assert "pip install" in str(error)
        return
    told = replace(pause(0.9), audio=np.zeros(16_000, np.float32))
    assert 0.22 <= detector.patience(told) <= 0.95


# --------------------------------------------------------------------- training


def spoken(speaker: str, *pauses: tuple[float, float]) -> Spoken:
    """A second of speech before each pause: the probability of a closing mark, and how long the pause lasted."""
    found, ends, earlier = [], 0.0, list[float]()
    for finished, lasted in pauses:
        ends += 1.0
        found.append([Looked(pause(finished, ends, tuple(earlier)))])
        ends, earlier = ends + lasted, [*earlier, lasted]
    return Spoken("made up", speaker, Traced(ends - pauses[-1][1], 0.0, found))


def test_only_pauses_that_a_decision_may_fall_in_are_learned_from() -> None:
    asked = list(spoken("a", (0.2, 0.1), (0.4, 0.3), (0.9, 9.0)).asked())
    assert [(p.transcript.finished, end) for p, end in asked] == [(0.4, False), (0.9, True)]


def test_newton_finds_the_weights_of_made_up_odds() -> None:
    random = np.random.default_rng(3)
    cues = np.column_stack((np.ones(20_000), random.normal(size=(20_000, 2))))
    true = np.array([0.5, 1.5, -1.0])
    ends = (random.uniform(size=20_000) < 1 / (1 + np.exp(-cues @ true))).astype(float)
    assert newton(cues, ends) == pytest.approx(true, abs=0.08)


def test_marks_that_tell_the_end_are_learned_and_judged_on_other_speakers() -> None:
    random = np.random.default_rng(4)
    marks = random.uniform(0.05, 0.95, (60, 2))
    people = [spoken(f"{i}", (min(m), 0.35), (max(m), 9.0)) for i, m in enumerate(marks)]
    weights = fit(people, None)
    assert weights.mark > 0.2 and weights.heard == 0
    figures = out_of_fold(people, None, folds=5)["made up"]
    assert isinstance(figures["cut_off"], float) and figures["cut_off"] < 0.3
