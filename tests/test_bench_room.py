"""The simulated room: its acoustics on signals whose answer is known, its bookkeeping, a conversation in it."""

import asyncio
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile as sf

from asr.ears import Ears
from assistant.audio import RATE, Samples, silence
from assistant.bench.room import RoomBench, alternating, conversations, measure, passages
from assistant.bench.room_acoustics import Convolver, EchoPath, Interpolator, PathOptions, active_dbfs, driven
from assistant.bench.room_conversation import (
    Diary,
    Happening,
    MakeSession,
    Observed,
    Reader,
    Script,
    Step,
    hold,
    turned,
)
from assistant.bench.room_data import plain, read_clips
from assistant.bench.room_figures import Tally, word_errors
from assistant.bench.room_people import Kind, Utterance, burst
from assistant.bench.room_places import Place, Room, Timing, direct_first, near, reverberation
from assistant.bench.room_report import cell, condition
from assistant.bench.room_simulated import Played, SimulatedRoom
from assistant.cli.parser import parse
from assistant.clock import run_virtually
from assistant.errors import DataError
from assistant.events import Heard, Manner, Resumed, Spoken, Stages, TurnEnded, Yielded
from assistant.session import Session
from assistant.workspace import Workspace
from router.task import Context
from tests.fakes import CountingRecognizer, EnergyActivity, FixedPatience, ToneVoice

RNG = np.random.default_rng(7)


def tone(hertz: float, seconds: float, rate: float) -> Samples:
    return np.asarray(np.sin(2 * np.pi * hertz * np.arange(round(seconds * rate)) / rate), np.float32)


def noise(seconds: float, rate: int, level: float = 0.1) -> Samples:
    return RNG.normal(0, level, round(seconds * rate)).astype(np.float32)


def decibels(power: float) -> float:
    return 10 * float(np.log10(power))


FREE_AIR = np.ones(1, np.float32)

# ------------------------------------------------------------------ acoustics


def test_the_path_has_the_gain_and_the_delay_that_were_asked_for() -> None:
    path = EchoPath(FREE_AIR, PathOptions(48_000, 16_000, delay_s=0.02, gain=0.25))
    played = tone(500, 1.0, 48_000)
    arrived = path.push(played)
    assert np.abs(arrived[:300]).max() < 1e-6
    expected = 0.25 * tone(500, 1.0, 16_000)
    assert arrived[400:15_000] == pytest.approx(expected[80:14_680], abs=1e-3)


@pytest.mark.parametrize("drift_ppm", [-100.0, 0.0, 100.0])
def test_a_clock_that_runs_faster_is_ahead_by_so_much(drift_ppm: float) -> None:
    path = EchoPath(FREE_AIR, PathOptions(24_000, 16_000, drift_ppm))
    arrived = path.push(tone(100, 20.0, 24_000))
    instants = np.arange(len(arrived)) / 16_000
    expected = np.sin(2 * np.pi * 100 * (1 + drift_ppm * 1e-6) * instants)
    assert arrived[200:] == pytest.approx(expected[200:], abs=2e-3)
    assert len(arrived) == pytest.approx(20.0 / (1 + drift_ppm * 1e-6) * 16_000, abs=400)


@pytest.mark.parametrize("lengths", [[960], [7], [1, 480, 3], [5000, 11]])
def test_streaming_equals_batch(lengths: list[int]) -> None:
    response = noise(0.1, 16_000) * np.exp(-np.arange(1600) / 300).astype(np.float32)
    options = PathOptions(48_000, 16_000, 60.0, 0.01, drive=0.8, band=(150.0, 6000.0))
    played = noise(0.5, 48_000)
    whole = EchoPath(response, options).push(played)
    path, arrived, at, turn = EchoPath(response, options), [], 0, 0
    while at < len(played):
        size = lengths[turn % len(lengths)]
        arrived.append(path.push(played[at : at + size]))
        at, turn = at + size, turn + 1
    assert np.concatenate(arrived) == pytest.approx(whole, abs=1e-6)
    assert len(whole) >= 8000 - 320  # little waits inside


def test_the_response_is_convolved_as_numpy_does() -> None:
    response, sound = noise(0.03, 16_000), noise(0.2, 16_000)
    assert Convolver(response).push(sound) == pytest.approx(np.convolve(sound, response)[: len(sound)], abs=1e-5)


def test_what_the_lower_rate_cannot_hold_is_gone() -> None:
    kept = Interpolator(48_000, 16_000).push(tone(3000, 1.0, 48_000))
    gone = Interpolator(48_000, 16_000).push(tone(11_000, 1.0, 48_000))
    assert decibels(float(np.mean(kept[100:] ** 2)) / 0.5) == pytest.approx(0, abs=0.05)
    assert decibels(float(np.mean(gone[100:] ** 2)) / 0.5) < -70


def test_a_small_loudspeaker_plays_no_bass() -> None:
    options = PathOptions(16_000, 16_000, band=(200.0, 6000.0))
    level = {hertz: EchoPath(FREE_AIR, options).push(tone(hertz, 1.0, 16_000))[4000:] for hertz in (50, 200, 1000)}
    heard = {hertz: decibels(float(np.mean(sound**2)) / 0.5) for hertz, sound in level.items()}
    assert heard[50] < -22
    assert heard[200] == pytest.approx(-3, abs=0.3)
    assert heard[1000] == pytest.approx(0, abs=0.3)


def test_a_driven_loudspeaker_bends_the_peaks_and_leaves_what_is_soft() -> None:
    quiet, loud = tone(1000, 0.5, 16_000) * np.float32(0.003), tone(1000, 0.5, 16_000)
    assert driven(quiet, 1.0, 0.1) == pytest.approx(quiet, abs=3e-5)
    spectrum = np.abs(np.fft.rfft(driven(loud, 1.0, 0.1)))
    assert -45 < 2 * decibels(spectrum[1000] / spectrum[500]) < -20  # even harmonics
    assert -45 < 2 * decibels(spectrum[1500] / spectrum[500]) < -20  # odd ones
    assert driven(loud, 0.0, 0.1) is loud


def test_the_active_level_leaves_pauses_out() -> None:
    speech = tone(300, 1.0, 16_000) * np.float32(0.1)
    with_pauses = np.concatenate((speech, np.zeros(48_000, np.float32), speech))
    assert active_dbfs(with_pauses, 16_000) == pytest.approx(-23.01, abs=0.05)
    assert active_dbfs(np.zeros(100, np.float32), 16_000) == -120


# -------------------------------------------------------------------- places


def decaying(t60_s: float, seconds: float = 2.0) -> Samples:
    instants = np.arange(round(seconds * RATE)) / RATE
    return (noise(seconds, RATE) * 10 ** (-3 * instants / t60_s)).astype(np.float32)


@pytest.mark.parametrize("t60_s", [0.3, 1.2])
def test_reverberation_is_read_off_the_decay(t60_s: float) -> None:
    assert reverberation(decaying(t60_s)) == pytest.approx(t60_s, rel=0.1)


def test_a_response_begins_with_the_direct_sound_at_the_distance_wanted() -> None:
    response = np.concatenate((silence(0.05, RATE), np.ones(1, np.float32), decaying(0.5) * np.float32(3)))
    kept = direct_first(response)
    assert len(kept) <= 0.6 * RATE
    close = near(kept, 6.0)
    peak = int(np.argmax(np.abs(kept[:160])))
    direct = float(np.sum(close[max(0, peak - 40) : peak + 40] ** 2))
    assert decibels(direct / (float(np.sum(close**2)) - direct)) == pytest.approx(6.0, abs=0.01)
    assert float(np.sum(close**2)) == pytest.approx(1.0, abs=1e-3)
    assert near(np.ones(1, np.float32), 3.0) == pytest.approx([1.0])


# ---------------------------------------------------------------- recordings


def test_clips_are_told_apart_by_their_words_and_labels(tmp_path: Path) -> None:
    (tmp_path / "speech.jsonl").write_text(
        json.dumps({"path": "a.wav", "text": "Mm-hmm.", "speaker": "Ann"})
        + "\n\n"
        + json.dumps({"path": "b.wav", "text": "Right, and then?", "lang": "de"})
    )
    (tmp_path / "sounds.jsonl").write_text(
        json.dumps({"path": "c.wav", "labels": ["door_wood_knock"]})
        + "\n"
        + json.dumps({"path": "d.wav", "label": "rain", "labels": None})
        + "\n"
        + json.dumps({"noisy": "no path.wav"})
    )
    rain, knock = sorted(read_clips(tmp_path)[:2], key=lambda clip: clip.burst)
    ann, other = read_clips(tmp_path)[2:]
    assert (knock.kind, knock.burst, knock.backchannel, rain.burst) == ("sounds", True, False, False)
    assert (ann.backchannel, ann.speaker, ann.language) == (True, "Ann", "en")
    assert (other.backchannel, other.burst, other.language) == (False, False, "de")
    assert plain("Mm-hmm!") == "mm hmm"
    with pytest.raises(DataError, match="cannot be read"):
        ann.sound()
    (tmp_path / "x.jsonl").write_text("{")
    with pytest.raises(DataError, match="line 1"):
        read_clips(tmp_path)
    with pytest.raises(DataError, match="holds no recordings"):
        read_clips(tmp_path / "nowhere")


def test_channels_come_at_the_rate_of_the_ears(tmp_path: Path) -> None:
    stereo = np.stack((tone(440, 1.0, 44_100), np.zeros(44_100, np.float32)), axis=1)
    sf.write(tmp_path / "a.wav", stereo, 44_100)
    (tmp_path / "rooms.jsonl").write_text('{"path": "a.wav"}')
    (clip,) = read_clips(tmp_path)
    left, right = clip.channels()
    assert (len(left), float(np.abs(right).max())) == (RATE, 0.0)
    assert clip.sound() == pytest.approx(left / 2, abs=1e-6)


def test_the_first_of_several_knocks_is_cut_out() -> None:
    knock = tone(300, 0.1, RATE)
    found = burst(np.concatenate((silence(1.0, RATE), knock, silence(1.0, RATE), knock)), "knocks")
    assert found is not None
    assert (found.onset_s, found.end_s) == pytest.approx((0.1, 0.2), abs=0.011)
    assert len(found.samples) == pytest.approx(0.4 * RATE, abs=0.02 * RATE)
    assert np.abs(found.samples[: round(0.08 * RATE)]).max() == 0
    assert burst(np.zeros(RATE, np.float32), "nothing") is None


def test_people_are_heard_at_the_level_wanted_through_their_room() -> None:
    said = Utterance(Kind.INTERRUPTION, "tone", tone(300, 1.0, RATE), 0.0, 1.0)
    response = np.zeros(800, np.float32)
    response[400] = 0.5
    heard = said.heard(response, -26.0)
    assert len(heard) == RATE + 799
    assert np.abs(heard[:400]).max() < 1e-6
    assert active_dbfs(heard, RATE) == pytest.approx(-26, abs=0.05)


# ------------------------------------------------------------------- the room

QUIET = silence(1.0, RATE)


def dry(timing: Timing | None = None) -> Place:
    return Place(Room("dry", FREE_AIR, FREE_AIR, 0.0), timing or Timing(), QUIET)


def test_what_is_played_is_noted_to_the_millisecond() -> None:
    played = Played(began=10.0)
    sounding = np.full(960, 0.5, np.float32)
    half = np.concatenate((np.zeros(480, np.float32), sounding[:480]))
    for block in (sounding, half, np.zeros(960, np.float32), sounding):
        played.add(block)
    assert played.last_before(10.03) == pytest.approx(10.02)
    assert played.last_before(10.065) == pytest.approx(10.065, abs=0.001)
    assert played.last_before(10.06) == pytest.approx(10.04)
    assert played.first_after(10.02) == pytest.approx(10.03)
    assert played.first_after(10.08) == float("inf")
    assert played.last_before(9.0) == float("-inf")
    assert played.speech_s == pytest.approx(0.08)
    for _ in range(100):
        played.add(np.zeros(960, np.float32))
    played.add(sounding)
    assert played.speech_s == pytest.approx(0.10)


async def _recorded(place: Place, gain: float, seconds: float) -> tuple[Samples, list[float], SimulatedRoom]:
    """What the microphone hears while a click is played at 0.2 s and somebody says a click at 0.5 s."""
    told: list[float] = []
    heard: list[Samples] = []
    click = np.zeros(RATE // 10, np.float32)
    click[0] = 0.3
    async with SimulatedRoom(place, gain).sounding() as room:
        loop = asyncio.get_running_loop()
        loop.call_at(loop.time() + 0.199, room.buffer.push, np.full(480, 0.5, np.float32))
        loop.call_at(loop.time() + 0.5, lambda: told.append(room.say(click)))
        async for chunk in room.listen():
            assert chunk.start == sum(map(len, heard))
            heard.append(chunk.samples)
            if chunk.ends_at >= seconds:
                room.over = True
        told.append(room.buffer.began_at or 0.0)
    return np.concatenate(heard), told, room


def test_sound_reaches_the_microphone_when_and_as_loud_as_it_should() -> None:
    timing = Timing(0.03, 0.015, 0.01, output_error_s=0.004, input_error_s=-0.002)
    heard, (said_at, began_at), room = run_virtually(_recorded(dry(timing), 0.1, 1.0))
    first = np.flatnonzero(np.abs(heard) > 0.004)[0] / RATE
    assert first == pytest.approx(0.2 + 0.03 + 0.01, abs=0.001)
    assert np.abs(heard[: round(0.4 * RATE)]).max() == pytest.approx(0.04, rel=0.35)  # 0.5, clipped and banded, × 0.1
    assert said_at == pytest.approx(0.5)
    assert int(np.argmax(heard)) == 8000
    assert began_at == pytest.approx(0.2 + 0.03 + 0.004, abs=1e-6)
    assert room.captured_at(0.5) == pytest.approx(0.498)
    assert room.true_time(0.5) == pytest.approx(0.5)
    assert room.played.first_after(0.0) == pytest.approx(0.23, abs=0.001)


def test_a_muted_room_gives_back_people_and_noise_only() -> None:
    there = replace(dry(), noise=np.full(100, 0.01, np.float32))
    heard, _, _ = run_virtually(_recorded(there, 0.0, 1.0))
    assert np.delete(heard, 8000) == pytest.approx(np.full(len(heard) - 1, 0.01), abs=1e-6)
    assert heard[8000] == pytest.approx(0.31)


def test_a_fast_loudspeaker_plays_out_its_buffer_sooner() -> None:
    async def lasted(drift_ppm: float) -> float:
        async with SimulatedRoom(dry(Timing(drift_ppm=drift_ppm)), 0.0).sounding() as room:
            room.buffer.push(np.full(48_000 * 100, 0.5, np.float32))
            await asyncio.sleep(101)
            return room.played.last_at

    slow, fast = run_virtually(lasted(0.0)), run_virtually(lasted(1000.0))
    assert slow - fast == pytest.approx(0.1, abs=0.002)


# ------------------------------------------------------------------ bookkeeping


def sounded(*spans: tuple[float, float], seconds: float = 30.0) -> Played:
    """A loudspeaker that sounds from and to these times."""
    played = Played()
    for number in range(round(seconds * 50)):
        frames = (number * 20 + np.arange(20)) / 1000 + 1e-6
        loud = np.any([(start <= frames) & (frames < end) for start, end in spans], axis=0)
        played.add(np.repeat(loud.astype(np.float32), 48))
    return played


def said(kind: Kind, text: str = "stop that please") -> Utterance:
    return Utterance(kind, "somebody", np.zeros(RATE, np.float32), 0.0, 1.0, text if kind is not Kind.BURST else "")


def happening(kind: Kind, onset: float, end: float, text: str = "stop that please") -> Happening:
    return Happening(said(kind, text), onset, end, None if kind is Kind.TURN else round(onset))


def ended(interrupted: bool = True) -> TurnEnded:
    return TurnEnded(Stages(0.0, first_sample=1.0), Heard("x"), "words", interrupted)


def tallied(observed: Observed) -> Tally:
    tally = Tally()
    tally.add(observed, 0)
    return tally


def test_who_yields_to_nobody_and_makes_turns_of_nobody_hears_itself() -> None:
    observed = Observed(
        sounded((1, 20)),
        [happening(Kind.TURN, 0.2, 0.8), happening(Kind.BACKCHANNEL, 10.0, 10.5)],
        [
            (1.0, Heard("go on", started=0.3, ended=0.8)),
            (5.0, Yielded(False)),
            (5.8, Resumed(0.8, "no words")),
            (10.2, Yielded(False)),
            (11.0, Resumed(0.8, "backchannel")),
            (15.0, ended()),
            (15.1, Heard("my own words", started=14.0, ended=14.8)),
        ],
    )
    figures = tallied(observed).figures()
    assert (figures["self_interruptions"], figures["self_turns"]) == (2, 1)
    assert figures["minutes"] == 0.3


def test_a_reply_that_had_not_begun_to_sound_is_not_interrupted() -> None:
    unheard = TurnEnded(Stages(0.0), Heard("x"), "", True)
    assert tallied(Observed(sounded((1, 9)), [], [(3.0, unheard)])).self_interruptions == 0


def test_stopping_is_timed_from_the_onset_to_the_last_sound() -> None:
    observed = Observed(
        sounded((1, 5.2), (8, 15.4), (18, 28)),
        [happening(Kind.INTERRUPTION, at, at + 2.0) for at in (5.0, 15.0, 20.0)],
        [(5.18, Yielded(False)), (7.0, ended()), (15.35, ended())],
    )
    tally = tallied(observed)
    assert tally.stops[:2] == pytest.approx([0.2, 0.4], abs=0.002)
    assert tally.stops[2] is None
    assert tally.figures()["stopped"] == pytest.approx(1 / 3, abs=1e-3)
    assert (tally.figures()["stop_p50_ms"], tally.returns, tally.self_interruptions) == (300, 0, 0)


def test_an_interruption_of_silence_stops_nothing_and_a_return_is_counted() -> None:
    observed = Observed(
        sounded((1, 5.2), (6, 9)),
        [happening(Kind.INTERRUPTION, 5.0, 8.0), happening(Kind.INTERRUPTION, 12.0, 14.0)],
        [(5.18, Yielded(False)), (5.9, Resumed(0.7, "no words"))],
    )
    tally = tallied(observed)
    assert (len(tally.stops), tally.returns) == (1, 1)


def test_resuming_is_timed_from_the_end_of_what_was_no_turn() -> None:
    observed = Observed(
        sounded((1, 5.2), (6.5, 10.2), (13.5, 16.0), (16.5, 20.2), (20.4, 30)),
        [
            happening(Kind.BACKCHANNEL, 5.0, 5.5),  # goes on a second after its end
            happening(Kind.BURST, 10.0, 10.5),  # three seconds after: too late
            happening(Kind.BURST, 15.0, 15.2),  # never stopped
            happening(Kind.BACKCHANNEL, 20.0, 20.3),  # taken for a turn
            happening(Kind.BACKCHANNEL, 27.0, 27.3),  # the reply was over by itself
        ],
        [
            (5.18, Yielded(False)),
            (6.5, Resumed(1.3, "backchannel")),
            (10.18, Yielded(False)),
            (13.5, Resumed(3.3, "no words")),
            (20.18, Yielded(False)),
            (20.4, Heard("right", started=20.0, ended=20.3)),
            (20.4, ended()),
            (28.0, ended(interrupted=False)),
        ],
    )
    tally = tallied(observed)
    assert tally.resumptions[Kind.BACKCHANNEL] == [pytest.approx(1.0, abs=0.002), None]
    assert tally.resumptions[Kind.BURST] == [None, 0.0]
    figures = tally.figures()
    assert (figures["resumed"], figures["resumed_bursts"], figures["no_turns"]) == (0.5, 0.5, 4)


def test_words_go_to_whom_they_overlap_most_and_are_compared_in_pairs() -> None:
    observed = Observed(
        sounded((1, 9)),
        [happening(Kind.INTERRUPTION, 5.0, 7.0), happening(Kind.INTERRUPTION, 12.0, 14.0, "it's one more")],
        [
            (5.2, Yielded(False)),
            (6.1, Heard("Stop that,", started=5.0, ended=6.0)),
            (7.3, Heard("bees.", started=6.4, ended=7.0)),
        ],
    )
    tally = tallied(observed)
    assert tally.words == {(0, 5): ("stop that please", "Stop that, bees."), (0, 12): ("it's one more", "")}
    assert word_errors(tally, [(0, 5)]) == pytest.approx(1 / 3, abs=1e-3)
    assert word_errors(tally, list(tally.words)) == pytest.approx(5 / 7, abs=1e-3)
    assert word_errors(tally, [(3, 3)]) is None


# --------------------------------------------------------------- a conversation


class HummingVoice(ToneVoice):
    """Like its parent, at 400 Hz, which a small loudspeaker can play."""

    def speak(self, clause: str, manner: Manner) -> Spoken:
        spoken = super().speak(clause, manner)
        return replace(spoken, samples=spoken.samples * tone(400, len(spoken.samples) / self.rate, self.rate))


def fakes(folder: Path) -> MakeSession:
    """Sessions whose ears take whatever is not silent for speech, and half a second of silence for the end."""

    def make(diary: Diary, room: SimulatedRoom) -> Session:
        ears = Ears(CountingRecognizer(), EnergyActivity(), FixedPatience(0.5))
        reader = Reader(Context(Workspace(folder)), ["one two three four five six seven eight nine ten."], count=1)
        return Session(ears, reader, HummingVoice(), room, diary)

    return make


def script(speech_s: float) -> Script:
    person = Utterance(Kind.INTERRUPTION, "tone", tone(300, 1.0, RATE), 0.0, 1.0, "ten tenths")
    return Script(dry(), [Step(person, 1.0), Step(person, 1.5)], [turned(person)], speech_s)


def test_people_interrupt_in_mid_reply_and_are_heard(tmp_path: Path) -> None:
    observed = run_virtually(hold(script(8.0), 0.0, fakes(tmp_path)))
    tally = tallied(observed)
    assert [h.step for h in observed.happened][:3] == [None, 0, 1]
    assert tally.speech_s >= 8.0
    assert (tally.self_interruptions, tally.self_turns) == (0, 0)
    assert len(tally.stops) == 2 and all(stop is not None and 0 < stop < 0.25 for stop in tally.stops)
    assert word_errors(tally, list(tally.words)) == 0.0


def test_who_hears_itself_talks_to_itself(tmp_path: Path) -> None:
    tally = tallied(run_virtually(hold(script(4.0), 0.5, fakes(tmp_path))))
    assert tally.self_interruptions > 3
    assert tally.self_turns > 3


def test_a_row_for_each_condition_with_the_same_people_without_echo(tmp_path: Path) -> None:
    make, spoken = fakes(tmp_path), tone(400, 2.0, 48_000) * np.float32(0.5)
    rows = measure([script(4.0)], RoomBench(levels=(0.0,), minutes=0.1), spoken, {"on": make, "off": make})
    assert [(row["echo_db"], row["cancellation"]) for row in rows] == [(0.0, "on"), (0.0, "off"), (None, "off")]
    assert rows[0]["self_interruptions"] == rows[1]["self_interruptions"]
    assert (rows[2]["self_interruptions"], rows[2]["wer"], rows[0]["wer_without_echo"]) == (0, 0.0, 0.0)
    assert [condition(row) for row in rows] == ["+0\non", "+0\noff", "–\noff"]
    assert (cell(rows[2]["stopped"], "{:.1%}"), cell(rows[2].get("wer_without_echo"), "{}")) == ("100.0%", "–")


def test_scripts_are_filled_evenly() -> None:
    one, two = said(Kind.BURST), said(Kind.BACKCHANNEL)
    assert alternating([one], [two, two]) == [one, two, one, two]
    assert alternating([], [two]) == [two]
    assert (conversations(30.0), conversations(0.5)) == (10, 1)
    assert len(passages()) > 10 and all(len(text.split()) > 60 for text in passages())


def test_the_command_line_takes_levels_below_zero() -> None:
    found = parse(["bench", "room", "--data", "d", "--levels", "-6", "6", "--minutes", "2"])
    assert (found.levels, found.minutes, found.large) == ([-6.0, 6.0], 2.0, False)
