"""Ears: from a stream of sound to what was said.

    sound ─▶ 16 kHz ─▶ windows ─▶ voice activity ─▶ endpointer ─┬─ started, paused, resumed
                           │                                    ▼
                           └────────── the turn so far ─▶ recognizer ─▶ Guessed
                                                                │ in a pause
                                                                ▼
                                             filter, turn detector ─▶ Supposed … Heard | Ignored

The whole of the turn is recognized as soon as a pause begins, so that its words are ready, and were acted upon, by
the time the pause has lasted long enough to be the end.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Callable
from contextlib import aclosing
from dataclasses import dataclass, field

import numpy as np

from asr.base import Pause, Recognizer, Transcript, TurnDetector, VoiceActivity
from asr.endpoint import Change, Endpointer, Endpointing
from asr.filter import SUREST, Evidence, FilterOptions, reason_to_ignore
from assistant.audio import RATE, AudioChunk, Framer, Samples
from assistant.errors import EngineError
from assistant.events import Guessed, Heard, Ignored, Perception, SpeechResumed, SpeechStarted, Supposed
from assistant.resample import Resampler
from assistant.stream import Stream, Worker, produced

logger = logging.getLogger(__name__)


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
    dictation_s: float = 1.5
    """The shortest wait in a pause where something is being dictated: people think then."""
    longest_turn_s: float = 90.0
    """A turn that does not end by then, such as a television's, is taken as it is."""
    endpointing: Endpointing = field(default_factory=Endpointing)
    filter: FilterOptions = field(default_factory=FilterOptions)


@dataclass(slots=True)
class _Turn:
    """A turn while it is being heard. Times are seconds into the microphone stream."""

    windows: list[Samples]
    began: float
    """Where its first window begins."""
    onset: float
    voice: list[float] = field(default_factory=list)
    """The voice detector's probabilities in the windows of speech."""
    before: list[Transcript] = field(default_factory=list)
    """What was recognized for good; `windows[fresh:]` are yet to be."""
    fresh: int = 0
    paused_at: int = 0
    """How many windows there were when the latest pause was noticed, and what was said till then recognized."""
    revision: int = 0
    """How often the speaker has gone on."""
    pauses: list[float] = field(default_factory=list)
    guessed_at: float = 0.0
    transcript: Transcript | None = None
    """Of everything up to the present pause."""
    reason: str | None = None
    """Why it would be ignored if it ended now."""
    failure: str = ""
    """Why it could not be recognized."""
    patience: float = 0.0
    ended: float = 0.0
    """Where the last speech lies."""
    closing: bool = False
    """It is being closed although nobody fell silent; what is said meanwhile is the next turn's pre-roll."""

    def sound(self, first: int = 0) -> Samples:
        """What was said from a window on, shape (n,)."""
        return np.concatenate(self.windows[first:]) if self.windows[first:] else np.zeros(0, np.float32)


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
        self._turn: _Turn | None = None
        self._expected = 0
        self._skipped_s = 0.0
        self._windows = 0
        self._guessing: asyncio.Task[None] | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._cost_s = 0.0
        self._failure: BaseException | None = None

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
        if self._turn is not None and not self._turn.closing:
            self._close(self._turn)
        while self._tasks:
            await asyncio.wait(self._tasks)
        if self._failure:
            raise self._failure

    def close(self) -> None:
        """Give up whatever is being recognized."""
        for task in self._tasks:
            task.cancel()

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
        self._turn = _Turn(list(self._pre_roll), began, onset, guessed_at=self._now)
        self._turn.voice = [p for p in self._probabilities if p > threshold]
        self._pre_roll.clear()
        self._emit(SpeechStarted(onset))

    def _pause(self) -> None:
        assert self._turn is not None
        self._turn.ended = self._now - self._endpointer.quiet_s
        self._turn.paused_at = len(self._turn.windows)
        self._recognize(self._turn, guess=False)

    def _resume(self) -> None:
        turn = self._turn
        assert turn is not None
        turn.pauses.append(self._now - self._window_s - turn.ended)
        if turn.transcript is not None:
            if turn.reason is None:
                self._emit(SpeechResumed(self._now - self._window_s))
            self._settle(turn, turn.transcript)
        turn.revision += 1
        turn.transcript = None
        turn.guessed_at = self._now

    def _settle(self, turn: _Turn, transcript: Transcript) -> None:
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
        if self._now - turn.began > self._options.longest_turn_s:
            self._close(turn)
        elif self._endpointer.paused:
            self._decide(turn)
        elif self._guessing is None and self._now - turn.guessed_at >= self._guess_interval():
            turn.guessed_at = self._now
            self._recognize(turn, guess=True)

    def _guess_interval(self) -> float:
        return max(self._options.partial_s, self._cost_s / self._options.partial_load)

    def _recognize(self, turn: _Turn, guess: bool) -> None:
        # The sound is taken now: where chunks pile up, the turn has gone on by the time the task begins.
        task = asyncio.create_task(self._recognition(turn, turn.revision, turn.sound(turn.fresh), guess))
        self._tasks.add(task)
        task.add_done_callback(self._recognized)
        if guess:
            self._guessing = task

    def _recognized(self, task: "asyncio.Task[None]") -> None:
        self._tasks.discard(task)
        if task is self._guessing:
            self._guessing = None
        if not task.cancelled() and (failure := task.exception()):
            self._failure = failure

    async def _recognition(self, turn: _Turn, revision: int, sound: Samples, guess: bool) -> None:
        before = tuple(turn.before)

        def work() -> Transcript | None:
            stale = turn is not self._turn or turn.revision != revision
            return None if stale else self._ears.recognizer.transcribe(sound)

        started = asyncio.get_running_loop().time()
        try:
            transcript = await self._ears.worker.run(work)
        except EngineError as error:
            logger.warning("%s failed: %s", self._ears.recognizer.name, error)
            transcript, turn.failure = None if guess else Transcript(""), str(error)
        self._cost_s = asyncio.get_running_loop().time() - started
        if transcript is None or turn is not self._turn:
            return
        whole = _joined((*before, transcript))
        if not guess and turn.revision == revision:
            self._suppose(turn, whole)
        elif whole.text:
            self._emit(Guessed(whole.text))

    def _suppose(self, turn: _Turn, transcript: Transcript) -> None:
        turn.transcript = transcript
        evidence = Evidence(self._endpointer.speech_s, float(np.mean(sorted(turn.voice)[-SUREST:])))
        turn.reason = turn.failure or reason_to_ignore(transcript, evidence, self._options.filter)
        pause = Pause(transcript, turn.ended - turn.onset, tuple(turn.pauses), turn.sound())
        least = self._options.dictation_s if self._ears.dictated() else 0.0
        turn.patience = max(least, self._ears.detector.patience(pause))
        if turn.reason is None:
            self._emit(Supposed(self._heard(turn, transcript)))
        self._decide(turn)

    def _decide(self, turn: _Turn) -> None:
        if turn.transcript is not None and (turn.closing or self._endpointer.quiet_s >= turn.patience):
            self._end(turn)

    def _close(self, turn: _Turn) -> None:
        """End a turn that will not end by itself."""
        turn.closing = True
        if turn.transcript is None:
            turn.ended = self._now - self._endpointer.quiet_s
            self._recognize(turn, guess=False)
        else:
            self._end(turn)

    def _end(self, turn: _Turn) -> None:
        self._turn = None
        self._endpointer.reset()
        self._probabilities.clear()
        if turn.transcript is None or turn.reason is not None:
            self._emit(Ignored(turn.onset, turn.reason or "not recognized"))
        else:
            self._emit(self._heard(turn, turn.transcript))

    def _heard(self, turn: _Turn, transcript: Transcript) -> Heard:
        return Heard(
            text=transcript.text,
            language=transcript.language,
            started=turn.onset,
            ended=turn.ended,
            confidence=float(np.exp(transcript.log_prob)),
            audio=turn.sound(),
        )


def _joined(transcripts: tuple[Transcript, ...]) -> Transcript:
    """One transcript of several in a row; its ending is the last one's."""
    last = transcripts[-1]
    tokens = sum(t.tokens for t in transcripts)
    return Transcript(
        text=" ".join(t.text for t in transcripts if t.text),
        language=last.language,
        log_prob=sum(t.log_prob * t.tokens for t in transcripts) / tokens if tokens else last.log_prob,
        no_speech=min(t.no_speech for t in transcripts),
        finished=last.finished,
        tokens=tokens,
    )
