"""Ears: from a stream of sound to what was said.

    sound ─▶ 16 kHz ─▶ windows ─▶ voice activity ─▶ endpointer ─┬─ started, paused, resumed
                           │                                    ▼
                           └────────── the turn so far ─▶ recognizer ─▶ Guessed
                                                                │ in a pause
                                                                ▼
                                             filter, turn detector ─▶ Supposed … Heard | Ignored

The whole of the turn is recognized as soon as a pause begins, so that its words are ready, and were acted upon, by
the time the pause has lasted long enough to be the end. Where `looks_s` asks for it, it is recognized again with the
quiet that came since.

    speech  ████████████████▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁
    look                    │ first   │ again
                            Supposed  Supposed, if the words differ      Heard
"""

import asyncio
import logging
from collections import deque
from collections.abc import Callable
from contextlib import aclosing
from dataclasses import dataclass, field, replace

import numpy as np

from asr.base import Pause, Recognizer, Spotted, Spotter, Transcript, TurnDetector, VoiceActivity
from asr.endpoint import Change, Endpointer, Endpointing
from asr.filter import SUREST, Evidence, FilterOptions, reason_to_ignore
from asr.habits import Habits
from asr.hearing import Look, Seen, Turn, joined, same_words
from asr.lookout import Lookout
from assistant.audio import RATE, AudioChunk, Framer, Samples
from assistant.errors import EngineError
from assistant.events import Guessed, Heard, Ignored, Perception, SpeechResumed, SpeechStarted, Supposed, Woken
from assistant.resample import Resampler
from assistant.stream import Stream, Worker, produced

logger = logging.getLogger(__name__)

UNADDRESSED_S = 4.0
"""How much is kept of what is not meant for the assistant: a wake phrase may stand at its end."""
PHRASE_ALONE = "the phrase alone"
UNADDRESSED_QUIET_S = 0.6
"""Quiet after which it is over."""


@dataclass(frozen=True, slots=True)
class EarsOptions:
    """What the ears keep, and how often they guess."""

    pre_roll_s: float = 0.5
    """Sound before the detected onset that belongs to the turn."""
    partial_s: float = 0.5
    """Time between guesses while somebody speaks; longer where the recognizer is slow."""
    partial_load: float = 0.2
    """Largest share of the time that guessing may take."""
    segment_s: float = 15.0
    """After a pause, what lies before it is not recognized again once it is this long."""
    looks_s: tuple[float, ...] = ()
    """Lengths of quiet, such as 0.25, at which a pause is recognized again if it is still open then."""
    dictation_s: float = 1.5
    """The shortest wait in a pause where something is being dictated: people think then."""
    longest_turn_s: float = 90.0
    """A turn that does not end by then, such as a television's, is taken as it is."""
    endpointing: Endpointing = field(default_factory=Endpointing)
    filter: FilterOptions = field(default_factory=FilterOptions)


class Ears:
    """Hears one microphone."""

    def __init__(
        self,
        recognizer: Recognizer,
        activity: VoiceActivity,
        detector: TurnDetector,
        options: EarsOptions | None = None,
    ) -> None:
        self.recognizer = recognizer
        self.activity = activity
        self.detector = detector
        self.options = options or EarsOptions()
        self.deaf: Callable[[], bool] = lambda: False
        """Whether to hear silence instead of the microphone at the moment."""
        self.dictated: Callable[[], bool] = lambda: False
        """Whether what is being said is content, such as a note, and not a request."""
        self.attentive: Callable[[], bool] = lambda: True
        """Whether what is said now is meant for the assistant; where it is not, a phrase must be said first."""
        self.phrase = ""
        """That phrase, as it is written."""
        self.spotter: Spotter | None = None
        """Listens for that phrase."""
        self.stopper: Spotter | None = None
        """Listens for the words that stop what is playing, while `playing` and what is said is not meant for it."""
        self.playing: Callable[[], bool] = lambda: False
        self.worker = Worker("recognizer")

    def listen(self, sound: Stream[AudioChunk]) -> Stream[Perception]:
        """Yield what is perceived until the sound ends; an open turn is closed then."""

        async def follow(queue: "asyncio.Queue[Perception]") -> None:
            hearing = _Hearing(self, queue.put_nowait)
            try:
                async with aclosing(sound):
                    async for chunk in sound:
                        hearing.push(chunk)
                await hearing.finish()
            finally:
                hearing.close()

        return produced(follow)

    def close(self) -> None:
        """Let the recognizer's thread end."""
        self.worker.close()


class _Hearing:
    """The ears' state over one stream."""

    def __init__(self, ears: Ears, emit: Callable[[Perception], None]) -> None:
        self._ears = ears
        self._options = ears.options
        self._emit = emit
        self._resampler = Resampler(RATE)
        size = ears.activity.window
        self._window_s = size / RATE
        self._framer = Framer(size)
        self._endpointer = Endpointer(self._window_s, ears.options.endpointing)
        self._pre_roll: deque[Samples] = deque(maxlen=round(ears.options.pre_roll_s / self._window_s))
        self._probabilities: deque[float] = deque(maxlen=self._pre_roll.maxlen)
        self._turn: Turn | None = None
        self._expected = 0
        self._skipped_s = 0.0
        self._windows = 0
        self._guessing: asyncio.Task[None] | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._cost_s = 0.0
        self._failure: BaseException | None = None
        self._habits = Habits()
        self._lookout = Lookout(ears.spotter, self._spotted) if ears.spotter else None
        self._stops = Lookout(ears.stopper, self._stopped) if ears.stopper else None

    @property
    def _now(self) -> float:
        """Seconds into the stream heard so far."""
        return self._windows * self._window_s + self._skipped_s

    def push(self, chunk: AudioChunk) -> None:
        """Hear a chunk at any rate."""
        if self._failure:
            raise self._failure
        converted = self._resampler.push(chunk)
        if len(converted.samples):
            self._skipped_s += max(0, converted.start - self._expected) / RATE
            self._expected = converted.start + len(converted.samples)
        for window in self._framer.push(converted.samples):
            self._push_window(np.zeros_like(window) if self._ears.deaf() else window)

    async def finish(self) -> None:
        """The sound is over: close an open turn, and wait for its words."""
        if self._turn is not None and self._turn.addressed and not self._turn.closing:
            self._close(self._turn)
        while self._tasks:
            await asyncio.wait(self._tasks)
        if self._failure:
            raise self._failure

    def close(self) -> None:
        """Give up whatever is being recognized."""
        for task in self._tasks:
            task.cancel()
        for lookout in (self._lookout, self._stops):
            if lookout:
                lookout.close()

    def _push_window(self, window: Samples) -> None:
        probability = self._ears.activity.push(window)
        self._windows += 1
        if self._turn is None or self._turn.closing:
            self._pre_roll.append(window)
        else:
            self._turn.windows.append(window)
        if self._turn is not None and self._turn.closing:
            return
        self._probabilities.append(probability)
        self._look_out(window, probability)
        if self._turn is not None and probability > self._options.endpointing.threshold:
            self._turn.voice.append(probability)
        match self._endpointer.push(probability):
            case Change.STARTED:
                self._start()
            case Change.PAUSED:
                self._pause()
            case Change.RESUMED:
                self._resume()
            case None:
                self._wait()

    def _start(self) -> None:
        onset = self._now - self._endpointer.since_onset * self._window_s - self._window_s
        began = self._now - len(self._pre_roll) * self._window_s
        threshold = self._options.endpointing.threshold
        self._turn = Turn(list(self._pre_roll), began, onset, guessed_at=self._now, phrase=self._ears.phrase)
        self._turn.voice = [p for p in self._probabilities if p > threshold]
        self._pre_roll.clear()
        if self._ears.attentive():
            self._begin(self._turn)
        else:
            self._turn.addressed = False

    def _begin(self, turn: Turn) -> None:
        turn.addressed = True
        self._habits.began(turn.onset)
        self._emit(SpeechStarted(turn.onset))

    def _look_out(self, window: Samples, probability: float) -> None:
        """Let a phrase be listened for, where nothing else is listened to."""
        unaddressed = not self._turn.addressed if self._turn else not self._ears.attentive()
        for lookout, wanted in ((self._lookout, unaddressed), (self._stops, unaddressed and self._ears.playing())):
            if lookout and wanted:
                lookout.push(window, probability, self._now)
            elif lookout:
                lookout.rest()

    def _spotted(self, spotted: Spotted, began: float) -> None:
        """The phrase was said: what it stands in, and what follows, is meant for the assistant."""
        self._emit(Woken(spotted.phrase, began + spotted.ended, spotted.score))
        turn = self._turn
        if turn is None or turn.addressed:
            return
        turn.begin_at(began, self._window_s)
        turn.phrase, turn.spotted = spotted.phrase, True
        self._begin(turn)
        if self._endpointer.paused:
            self._pause()

    def _stopped(self, spotted: Spotted, began: float) -> None:
        """A word that stops what is playing was said: a turn of its own, and at once."""
        self._emit(SpeechStarted(began))
        self._emit(Heard(spotted.phrase, started=began, ended=began + spotted.ended))
        if self._turn is not None and not self._turn.addressed:
            self._turn.windows.clear()
            self._turn.began = self._now

    def _pause(self) -> None:
        assert self._turn is not None
        if not self._turn.addressed:
            return
        self._turn.ended = self._now - self._endpointer.quiet_s
        self._turn.paused_at = len(self._turn.windows)
        self._look(self._turn)

    def _resume(self) -> None:
        turn = self._turn
        assert turn is not None
        if not turn.addressed:
            return
        back = self._now - self._window_s
        if turn.transcript is not None:
            if turn.reason is None:
                self._emit(SpeechResumed(back))
            self._settle(turn, turn.transcript)
        turn.resume(self._now, back - turn.ended)

    def _settle(self, turn: Turn, transcript: Transcript) -> None:
        """Keep the words of a long stretch for good, so that guessing stays cheap."""
        if (len(turn.windows) - turn.fresh) * self._window_s >= self._options.segment_s:
            turn.before = [transcript]
            new = len(turn.windows) - 1  # the last window is already new speech, and may have had a soft onset
            turn.fresh = max(turn.paused_at, new - round(self._options.pre_roll_s / self._window_s))

    def _wait(self) -> None:
        """Nothing changed: is the pause long enough, is it time for a guess, or has this gone on for too long?"""
        turn = self._turn
        if turn is None:
            return
        if not turn.addressed:
            self._pass_over(turn)
        elif self._now - turn.began > self._options.longest_turn_s:
            self._close(turn)
        elif self._endpointer.paused:
            self._decide(turn)
            self._look_again(turn)
        elif self._guessing is None and self._now - turn.guessed_at >= self._guess_interval():
            turn.guessed_at = self._now
            self._guess(turn)

    def _pass_over(self, turn: Turn) -> None:
        """What is not meant for the assistant is forgotten as it goes by, and all of it once it is over."""
        turn.begin_at(self._now - UNADDRESSED_S, self._window_s)
        if self._endpointer.quiet_s >= UNADDRESSED_QUIET_S:
            self._pre_roll.extend(turn.windows)
            self._turn = None
            self._endpointer.reset()
            self._probabilities.clear()

    def _guess_interval(self) -> float:
        return max(self._options.partial_s, self._cost_s / self._options.partial_load)

    def _guess(self, turn: Turn) -> None:
        look = Look(turn, turn.revision, turn.sound(turn.fresh), tuple(turn.before), None)
        self._guessing = self._recognize(look)

    def _look(self, turn: Turn) -> None:
        """Recognize the turn as it stands in this pause."""
        # The sound is taken now: where chunks pile up, the turn has gone on by the time the task begins.
        quiet_s, whole = self._endpointer.quiet_s, turn.sound()
        pause = Pause(Transcript(""), turn.ended - turn.onset, tuple(turn.pauses), whole, quiet_s, self._habits.pause_s)
        turn.looked_s = quiet_s
        self._recognize(Look(turn, turn.revision, turn.sound(turn.fresh), tuple(turn.before), pause))

    def _look_again(self, turn: Turn) -> None:
        """Look again when it is due, unless the words would come after the decision."""
        if turn is not self._turn or turn.transcript is None:
            return
        quiet_s = self._endpointer.quiet_s
        due = any(turn.looked_s < look_s <= quiet_s for look_s in self._options.looks_s)
        if due and quiet_s + self._cost_s < turn.patience:
            self._look(turn)

    def _recognize(self, look: Look) -> "asyncio.Task[None]":
        task = asyncio.create_task(self._recognition(look))
        self._tasks.add(task)
        task.add_done_callback(self._recognized)
        return task

    def _recognized(self, task: "asyncio.Task[None]") -> None:
        self._tasks.discard(task)
        if task is self._guessing:
            self._guessing = None
        if not task.cancelled() and (failure := task.exception()):
            self._failure = failure

    async def _recognition(self, look: Look) -> None:
        turn, clock = look.turn, asyncio.get_running_loop().time
        started = clock()
        seen = await self._ears.worker.run(self._see, look)
        self._cost_s = clock() - started
        if seen is None or turn is not self._turn:
            return
        if look.pause is not None and turn.revision == look.revision:
            self._suppose(turn, seen)
        elif seen.transcript.text:
            self._emit(Guessed(seen.transcript.text))

    def _see(self, look: Look) -> Seen | None:
        """Recognize, on the worker's thread; None where it is no longer of use."""
        if look.turn is not self._turn or look.turn.revision != look.revision:
            return None
        failure = ""
        try:
            transcript = look.turn.request(self._ears.recognizer, look.fresh)
        except EngineError as error:
            logger.warning("%s failed: %s", self._ears.recognizer.name, error)
            transcript, failure = Transcript(""), str(error)
        whole = joined((*look.before, transcript))
        if look.pause is None:
            return None if failure else Seen(whole)
        return Seen(whole, self._ears.detector.patience(replace(look.pause, transcript=whole)), failure)

    def _suppose(self, turn: Turn, seen: Seen) -> None:
        evidence = Evidence(self._endpointer.speech_s, float(np.mean(sorted(turn.voice)[-SUREST:])))
        reason = seen.failure or reason_to_ignore(seen.transcript, evidence, self._options.filter)
        reason = PHRASE_ALONE if turn.spotted and not seen.transcript.text else reason
        believed = turn.transcript if turn.reason is None else None
        least = self._options.dictation_s if self._ears.dictated() else 0.0
        if believed is None or reason is None:
            turn.patience = max(least, seen.patience)
        if believed is None or (reason is None and not same_words(seen.transcript.text, believed.text)):
            turn.transcript, turn.reason = seen.transcript, reason
            if reason is None:
                self._emit(Supposed(turn.heard(seen.transcript)))
        self._decide(turn)

    def _decide(self, turn: Turn) -> None:
        if turn.transcript is not None and (turn.closing or self._endpointer.quiet_s >= turn.patience):
            self._end(turn)

    def _close(self, turn: Turn) -> None:
        """End a turn that will not end by itself."""
        turn.closing = True
        if turn.transcript is None:
            turn.ended = self._now - self._endpointer.quiet_s
            self._look(turn)
        else:
            self._end(turn)

    def _end(self, turn: Turn) -> None:
        self._turn = None
        self._endpointer.reset()
        self._probabilities.clear()
        self._habits.ended(turn.ended, turn.pauses)
        if turn.transcript is None or turn.reason is not None:
            self._emit(Ignored(turn.onset, turn.reason or "not recognized"))
        else:
            self._emit(turn.heard(turn.transcript))
