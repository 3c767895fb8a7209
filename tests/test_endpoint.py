import pytest

from asr.base import Pause, Transcript
from asr.endpoint import Change, Endpointer, Endpointing
from asr.filter import Evidence, FilterOptions, reason_to_ignore
from asr.turns import Cues, Punctuation, Silence, TurnOptions, load_detector
from assistant.errors import SettingsError

OPTIONS = Endpointing(min_speech_s=0.3, give_up_s=0.3, pause_s=0.2)


def changes(pattern: str) -> str:
    """One letter a window of a tenth of a second: what it changed, or a dot."""
    endpointer = Endpointer(0.1, OPTIONS)
    letters = {None: ".", Change.STARTED: "S", Change.PAUSED: "P", Change.RESUMED: "R"}
    return "".join(letters[endpointer.push(1.0 if c == "#" else 0.0)] for c in pattern)


@pytest.mark.parametrize(
    ("speech", "expected"),
    [
        ("__####____", "....S..P.."),
        ("__##__#___", "......S.P."),
        ("__##___#__", ".........."),
        ("__####_###__", "....S......P"),
        ("__####__##____", "....S..PR..P.."),
        ("#" * 5, "..S.."),
        ("_" * 5, "....."),
    ],
)
def test_changes(speech: str, expected: str) -> None:
    assert changes(speech) == expected


def test_after_a_reset_it_begins_anew() -> None:
    endpointer = Endpointer(0.1, OPTIONS)
    for p in (1, 1, 1, 0, 0):
        endpointer.push(p)
    assert (endpointer.started, endpointer.paused) == (True, True)
    endpointer.reset()
    assert [endpointer.push(1) for _ in range(3)] == [None, None, Change.STARTED]


def pause(finished: float, *earlier: float) -> Pause:
    return Pause(Transcript("hello", finished=finished), 1.0, earlier)


def test_a_finished_sentence_waits_less() -> None:
    detector = Punctuation(TurnOptions(shortest_s=0.2, longest_s=0.7, unfinished=0.3, finished=0.8))
    assert [detector.patience(pause(f)) for f in (1.0, 0.8, 0.55, 0.3, 0.0)] == pytest.approx(
        [0.2, 0.2, 0.45, 0.7, 0.7]
    )


def test_who_paused_before_may_pause_again() -> None:
    detector = Punctuation(TurnOptions(shortest_s=0.2, longest_s=0.7))
    assert detector.patience(pause(1.0, 0.1, 0.4, 0.2)) == pytest.approx(0.48)
    assert detector.patience(pause(1.0, 3.0)) == 0.7


def test_detectors_by_name() -> None:
    assert isinstance(load_detector(TurnOptions()), Cues)
    assert isinstance(load_detector(TurnOptions(detector="punctuation")), Punctuation)
    assert isinstance(load_detector(TurnOptions(detector="silence")), Silence)
    with pytest.raises(SettingsError, match="cues, smart, punctuation or silence"):
        load_detector(TurnOptions(detector="magic"))


SURE = Evidence(speech_s=1.0, voice=0.97)


@pytest.mark.parametrize(
    ("transcript", "evidence", "reason"),
    [
        (Transcript("Yes.", log_prob=-0.1), SURE, None),
        (Transcript("Thank you.", log_prob=-0.2), SURE, None),
        (Transcript("Thank you.", log_prob=-0.2), Evidence(0.5, 0.55), "doubtful speech and doubtful words"),
        (Transcript("mumble mumble", log_prob=-1.5), SURE, None),
        (Transcript("mumble mumble", log_prob=-1.5), Evidence(1.0, 0.7), "doubtful speech and doubtful words"),
        (Transcript("mumble mumble", log_prob=-2.5), SURE, "doubtful speech and doubtful words"),
        (Transcript("Thanks for watching!", log_prob=-1.2, no_speech=0.8), SURE, "probably no speech"),
        (Transcript("Thanks for watching!", log_prob=-0.2, no_speech=0.8), SURE, None),
        (Transcript("Thanks for watching!", log_prob=-0.2, no_speech=0.8), Evidence(1.0, 0.85), "probably no speech"),
        (Transcript("", log_prob=0.0), SURE, "no words"),
        (Transcript("♪ …", log_prob=0.0), SURE, "no words"),
        (Transcript("谢谢大家", log_prob=-0.1), SURE, "not the language's script"),
        (Transcript("谢谢大家", "zh", -0.1), SURE, None),
        (Transcript("4 5 6", log_prob=-0.1), SURE, None),
        (Transcript("you know " * 20, log_prob=-0.1), SURE, "a loop"),
        (Transcript("Yes.", log_prob=-0.1), Evidence(0.05, 0.97), "too short"),
    ],
)
def test_what_is_believed(transcript: Transcript, evidence: Evidence, reason: str | None) -> None:
    assert reason_to_ignore(transcript, evidence, FilterOptions()) == reason
