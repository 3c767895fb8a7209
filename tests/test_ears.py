"""The ears: positions, pauses, suppositions and endings, on virtual time with exact numbers."""

import asyncio
import re
from collections.abc import Callable
from contextlib import aclosing
from dataclasses import replace
from typing import TypeVar

import numpy as np
import pytest

from asr.base import Pause, Transcript, TurnDetector
from asr.ears import Ears, EarsOptions
from assistant.audio import AudioChunk, Samples
from assistant.clock import run_virtually
from assistant.events import Guessed, Heard, Ignored, Perception, SpeechResumed, SpeechStarted, Supposed
from assistant.stream import Worker
from tests.fakes import CountingRecognizer, EnergyActivity, FixedPatience, in_chunks, speech

T = TypeVar("T")

WINDOW_S = 0.032
CHUNK = [320]

LETTERS = {SpeechStarted: "S", Guessed: "g", Supposed: "p", SpeechResumed: "r", Heard: "H", Ignored: "I"}
GRAMMAR = r"(S(g|p+r)*(p*H|I))*"
"""Of `assistant.events.Perception`."""


def hear(
    sound: Samples,
    patience: float = 0.5,
    recognizer: CountingRecognizer | None = None,
    options: EarsOptions | None = None,
    sizes: list[int] = CHUNK,
    rate: int = 16_000,
) -> list[Perception]:
    async def listen() -> list[Perception]:
        ears = Ears(recognizer or CountingRecognizer(), EnergyActivity(), FixedPatience(patience), options)
        async with aclosing(ears.listen(in_chunks(sound, rate, sizes))) as perceptions:
            return [p async for p in perceptions]

    return run_virtually(listen())


def of(perceptions: list[Perception], *kinds: type) -> list[Perception]:
    return [p for p in perceptions if isinstance(p, kinds)]


def test_a_turn_is_started_supposed_and_heard() -> None:
    perceptions = of(hear(speech((1.0, 2.0), seconds=4)), SpeechStarted, Supposed, Heard, Ignored)
    started, supposed, heard = perceptions
    assert isinstance(started, SpeechStarted) and isinstance(heard, Heard) and isinstance(supposed, Supposed)
    assert started.at == pytest.approx(1.0, abs=WINDOW_S)
    assert supposed.heard == heard
    assert heard.text == "10 tenths"
    assert heard.started == started.at
    assert heard.ended == pytest.approx(2.0, abs=WINDOW_S)
    assert heard.confidence == pytest.approx(np.exp(-0.1))


def test_the_turn_s_sound_has_its_pre_roll() -> None:
    [heard] = of(hear(speech((1.0, 2.0), seconds=4)), Heard)
    assert isinstance(heard, Heard)
    onset = np.flatnonzero(np.abs(heard.audio) > 0.01)[0] / 16_000
    assert onset == pytest.approx(0.5 - 2 * WINDOW_S, abs=2 * WINDOW_S)


def test_who_goes_on_within_the_patience_has_one_turn() -> None:
    perceptions = of(hear(speech((1.0, 2.0), (2.3, 3.0), seconds=5)), Supposed, SpeechResumed, Heard)
    assert [type(p) for p in perceptions] == [Supposed, SpeechResumed, Supposed, Heard]
    assert perceptions[1].at == pytest.approx(2.3, abs=WINDOW_S)
    assert perceptions[-1].text == "20 tenths"


def test_who_goes_on_later_has_two() -> None:
    heard = of(hear(speech((1.0, 2.0), (2.8, 3.4), seconds=6)), Heard)
    assert [h.text for h in heard] == ["10 tenths", "6 tenths"]


def test_the_detector_is_told_of_earlier_pauses() -> None:
    detector = FixedPatience(0.5)

    async def listen() -> None:
        ears = Ears(CountingRecognizer(), EnergyActivity(), detector)
        sound = speech((1.0, 2.0), (2.3, 3.0), (3.2, 4.0), seconds=6)
        async with aclosing(ears.listen(in_chunks(sound, 16_000, CHUNK))) as perceptions:
            assert [p async for p in perceptions]

    run_virtually(listen())
    first = [p for p in detector.pauses if p.quiet_s < 0.1]
    assert [len(p.earlier_s) for p in first] == [0, 1, 2]
    assert first[2].earlier_s == pytest.approx([0.3, 0.2], abs=2 * WINDOW_S)
    assert [p.speech_s for p in first] == pytest.approx([1.0, 2.0, 3.0], abs=2 * WINDOW_S)


class Doubting(CountingRecognizer):
    """Is sure of nothing until it has heard 0.2 s of quiet; its words may be others then, or be believed no more."""

    def __init__(self, later: str = "", log_prob: float = -0.1) -> None:
        super().__init__(finished=0.2)
        self.later = later
        self.later_log_prob = log_prob

    def transcribe(self, samples: Samples, said: str = "") -> Transcript:
        first = super().transcribe(samples)
        loud = np.flatnonzero(np.abs(samples) > 0.01)
        if len(samples) - loud[-1] < 0.2 * 16_000:
            return first
        return replace(first, text=self.later or first.text, finished=0.9, log_prob=self.later_log_prob)


class ByTheMark:
    """A `TurnDetector`: soon where the sentence is finished, late where not."""

    name = "mark"

    def __init__(self, soon_s: float, late_s: float) -> None:
        self.soon_s, self.late_s = soon_s, late_s
        self.pauses: list[Pause] = []

    def patience(self, pause: Pause) -> float:
        self.pauses.append(pause)
        return self.soon_s if pause.transcript.finished > 0.5 else self.late_s


def heard_with_times(
    recognizer: CountingRecognizer, detector: TurnDetector, options: EarsOptions, worker: Worker | None = None
) -> list[tuple[float, Perception]]:
    """What is perceived of a second of speech that ends at 2.0, with the time."""

    async def listen() -> list[tuple[float, Perception]]:
        ears, clock = Ears(recognizer, EnergyActivity(), detector, options), asyncio.get_running_loop().time
        ears.worker = worker or ears.worker
        async with aclosing(ears.listen(in_chunks(speech((1.024, 2.048), seconds=5), 16_000, [512]))) as perceptions:
            return [(clock(), p) async for p in perceptions if not isinstance(p, Guessed)]

    return run_virtually(listen())


def kinds(perceptions: list[tuple[float, Perception]]) -> str:
    return "".join(LETTERS[type(p)] for _, p in perceptions)


def test_a_doubtful_pause_is_looked_at_again() -> None:
    detector = ByTheMark(0.3, 1.0)
    timed = heard_with_times(Doubting(), detector, EarsOptions(looks_s=(0.25,)))
    assert kinds(timed) == "SpH"
    assert [p.quiet_s for p in detector.pauses] == pytest.approx([3 * WINDOW_S, 8 * WINDOW_S])
    assert [len(p.audio) / 512 for p in detector.pauses if p.audio is not None] == [13 + 32 + 3, 13 + 32 + 8]
    assert timed[-1][0] == pytest.approx(2.048 + 10 * WINDOW_S)


def test_without_a_second_look_the_first_one_holds() -> None:
    timed = heard_with_times(Doubting(), ByTheMark(0.3, 1.0), EarsOptions(looks_s=()))
    assert timed[-1][0] == pytest.approx(2.048 + 32 * WINDOW_S)


def test_a_sure_pause_is_looked_at_once() -> None:
    recognizer = CountingRecognizer(finished=0.9)
    heard_with_times(recognizer, ByTheMark(0.24, 1.0), EarsOptions(partial_s=9, looks_s=(0.25,)))
    assert recognizer.calls == 1


def test_many_looks_come_when_they_are_due() -> None:
    detector = FixedPatience(1.0)
    heard_with_times(CountingRecognizer(), detector, EarsOptions(looks_s=(0.25, 0.5, 0.75)))
    assert [p.quiet_s for p in detector.pauses] == pytest.approx([WINDOW_S * n for n in (3, 8, 16, 24)])


def test_other_words_at_the_second_look_are_supposed_instead() -> None:
    timed = heard_with_times(Doubting(later="ten tenths"), ByTheMark(0.3, 1.0), EarsOptions(looks_s=(0.25,)))
    assert kinds(timed) == "SppH"
    assert [p.heard.text for _, p in timed if isinstance(p, Supposed)] == ["10 tenths", "ten tenths"]
    assert timed[-1][1].text == "ten tenths"


def test_punctuation_alone_is_no_reason_to_begin_again() -> None:
    timed = heard_with_times(Doubting(later="10, Tenths."), ByTheMark(0.3, 1.0), EarsOptions(looks_s=(0.25,)))
    (_, supposed), (_, heard) = timed[1:]
    assert isinstance(supposed, Supposed) and supposed.heard == heard


def test_words_once_believed_are_kept() -> None:
    recognizer = Doubting(later="mumble", log_prob=-3)
    timed = heard_with_times(recognizer, ByTheMark(0.3, 0.6), EarsOptions(looks_s=(0.25,)))
    assert kinds(timed) == "SpH"
    assert timed[-1][1].text == "10 tenths"
    assert timed[-1][0] == pytest.approx(2.048 + 19 * WINDOW_S)


def test_no_look_whose_words_would_come_too_late() -> None:
    detector = FixedPatience(0.4)
    timed = heard_with_times(CountingRecognizer(), detector, EarsOptions(looks_s=(0.25,)), SlowWorker(0.2))
    assert [p.quiet_s for p in detector.pauses] == pytest.approx([3 * WINDOW_S])
    assert timed[-1][0] == pytest.approx(2.048 + 13 * WINDOW_S)


def test_a_slow_look_decides_as_soon_as_its_words_are_there() -> None:
    detector = ByTheMark(0.3, 1.0)
    timed = heard_with_times(Doubting(), detector, EarsOptions(looks_s=(0.25,)), SlowWorker(0.2))
    # first look at 0.096 with words at 0.296, the second at 0.32 (the next window) with words at 0.52
    assert [p.quiet_s for p in detector.pauses] == pytest.approx([3 * WINDOW_S, 10 * WINDOW_S])
    assert timed[-1][0] == pytest.approx(2.048 + 0.52)


def test_guesses_come_while_somebody_speaks() -> None:
    guesses = of(hear(speech((1.0, 4.0), seconds=6)), Guessed)
    assert len(guesses) >= 4
    tenths = [int(g.text.split()[0]) for g in guesses]
    assert tenths == sorted(tenths)


@pytest.mark.parametrize("seconds", [0.1, 0.15, 0.3])
def test_short_words_are_kept(seconds: float) -> None:
    assert len(of(hear(speech((1.0, 1.0 + seconds), seconds=3)), Heard)) == 1


def test_a_click_starts_nothing() -> None:
    assert hear(speech((1.0, 1.03), (1.5, 1.53), seconds=3)) == []


@pytest.mark.parametrize(
    ("recognizer", "reason"),
    [
        (CountingRecognizer(log_prob=-3), "doubtful speech and doubtful words"),
    ],
)
def test_what_is_not_believed_is_ignored_and_never_supposed(recognizer: CountingRecognizer, reason: str) -> None:
    perceptions = hear(speech((1.0, 2.0), seconds=4), recognizer=recognizer)
    assert of(perceptions, Supposed, Heard) == []
    [ignored] = of(perceptions, Ignored)
    assert ignored.reason == reason


@pytest.mark.parametrize("sizes", [[7], [512], [1, 1000, 33], [160, 4801]])
def test_any_chunking_gives_the_same_turns(sizes: list[int]) -> None:
    sound = speech((1.0, 2.0), (2.3, 3.0), (4.2, 4.5), seconds=6)
    whole = of(hear(sound), SpeechStarted, SpeechResumed, Heard)
    assert of(hear(sound, sizes=sizes), SpeechStarted, SpeechResumed, Heard) == whole


@pytest.mark.parametrize("rate", [8_000, 44_100, 48_000])
def test_other_rates_keep_positions(rate: int) -> None:
    [heard] = of(hear(speech((1.0, 2.0), seconds=4, rate=rate), rate=rate, sizes=[rate // 50]), Heard)
    assert (heard.started, heard.ended) == pytest.approx((1.0, 2.0), abs=1.5 * WINDOW_S)


def test_an_open_turn_is_closed_when_the_sound_ends() -> None:
    [heard] = of(hear(speech((1.0, 2.0), seconds=2.0)), Heard)
    assert heard.text == "10 tenths"


def test_a_gap_in_the_stream_keeps_the_time_right() -> None:
    sound = speech((1.0, 2.0), seconds=4)

    async def with_gap():
        for start in range(0, len(sound), 320):
            if not 8000 <= start < 12_800:  # 0.3 s of silence are lost
                await asyncio.sleep(0.02)
                yield AudioChunk(sound[start : start + 320], 16_000, start)

    async def listen() -> list[Perception]:
        ears = Ears(CountingRecognizer(), EnergyActivity(), FixedPatience(0.5))
        return [p async for p in ears.listen(with_gap())]

    [heard] = of(run_virtually(listen()), Heard)
    assert (heard.started, heard.ended) == pytest.approx((1.0, 2.0), abs=WINDOW_S)


def test_a_turn_without_end_is_taken_as_it_is() -> None:
    heard = of(hear(speech((1.0, 14.0), seconds=15), options=EarsOptions(longest_turn_s=5)), Heard)
    assert len(heard) == 3
    assert heard[0].ended - heard[0].started == pytest.approx(4.5, abs=0.2)


def test_what_was_said_long_ago_is_not_recognized_again() -> None:
    lengths: list[int] = []

    class Measuring(CountingRecognizer):
        def transcribe(self, samples: Samples):
            lengths.append(len(samples))
            return super().transcribe(samples)

    sound = speech((1.0, 5.0), (5.3, 9.0), (9.3, 13.0), seconds=15)
    [heard] = of(hear(sound, recognizer=Measuring(), options=EarsOptions(segment_s=3)), Heard)
    assert heard.text == "40 tenths 37 tenths 37 tenths"
    assert max(lengths) < 6 * 16_000


@pytest.mark.parametrize("size", [320, 4000, 8000, 16_000, 32_000])
def test_the_grammar_holds_however_chunks_pile_up(size: int) -> None:
    perceptions = hear(speech((1.0, 1.7), (2.0, 3.2), (3.35, 3.9), (4.9, 5.7), seconds=7), sizes=[size])
    letters = "".join(LETTERS[type(p)] for p in perceptions)
    assert letters.count("H") == 2
    assert re.fullmatch(GRAMMAR, letters), letters


class Keeping(CountingRecognizer):
    """Keeps what it hears."""

    def __init__(self) -> None:
        super().__init__()
        self.sounds: list[Samples] = []

    def transcribe(self, samples: Samples, said: str = "") -> Transcript:
        self.sounds.append(samples)
        return super().transcribe(samples)


def test_a_soft_onset_after_a_long_stretch_is_recognized() -> None:
    sound = speech((1.0, 5.0), (5.6, 7.0), seconds=9)
    sound[round(5.4 * 16_000) : round(5.6 * 16_000)] = 0.005  # an "f", too soft for the detector
    recognizer = Keeping()
    hear(sound, patience=1.0, recognizer=recognizer, options=EarsOptions(segment_s=3))
    last = recognizer.sounds[-1]
    assert np.count_nonzero(np.isclose(last, 0.005)) == 0.2 * 16_000
    assert len(last) < 2.2 * 16_000


class SlowWorker(Worker):
    """Takes its time, virtually."""

    def __init__(self, seconds: float) -> None:
        super().__init__("slow")
        self.seconds = seconds

    async def run(self, work: Callable[..., T], *args: object, **kwargs: object) -> T:
        await asyncio.sleep(self.seconds)
        return await super().run(work, *args, **kwargs)


def test_who_speaks_on_while_a_turn_without_end_is_recognized_loses_nothing() -> None:
    async def listen() -> list[Heard]:
        ears = Ears(
            CountingRecognizer(), EnergyActivity(), FixedPatience(0.5), EarsOptions(longest_turn_s=4, partial_s=9)
        )
        ears.worker = SlowWorker(0.4)
        return [
            p async for p in ears.listen(in_chunks(speech((1.0, 8.0), seconds=10), 16_000, CHUNK)) if type(p) is Heard
        ]

    first, second = run_virtually(listen())
    assert first.ended == pytest.approx(4.6, abs=WINDOW_S)
    spoken = [np.count_nonzero(np.abs(heard.audio) > 0.01) / 16_000 for heard in (first, second)]
    assert sum(spoken) == pytest.approx(7.0, abs=2 * WINDOW_S)


def test_who_dictates_may_think() -> None:
    async def listen(dictated: bool) -> list[Perception]:
        ears = Ears(CountingRecognizer(), EnergyActivity(), FixedPatience(0.3), EarsOptions(dictation_s=1.5))
        ears.dictated = lambda: dictated
        sound = speech((1.0, 2.0), (3.0, 4.0), seconds=7)
        return [p async for p in ears.listen(in_chunks(sound, 16_000, CHUNK)) if isinstance(p, Heard)]

    assert [h.text for h in run_virtually(listen(dictated=False))] == ["10 tenths", "10 tenths"]
    assert [h.text for h in run_virtually(listen(dictated=True))] == ["30 tenths"]


def test_silence_is_heard_while_deaf() -> None:
    async def listen() -> list[Perception]:
        ears = Ears(CountingRecognizer(), EnergyActivity(), FixedPatience(0.5))
        ears.deaf = lambda: True
        return [p async for p in ears.listen(in_chunks(speech((1, 2), seconds=3), 16_000, CHUNK))]

    assert run_virtually(listen()) == []
