"""Puts the parts together, as the settings say, and holds a conversation with them."""

import asyncio
import logging
import sys
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack, aclosing, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import soundfile as sf

from asr.base import EchoCanceller, Recognizer, TurnDetector
from asr.ears import Ears
from asr.echo.loader import load_canceller
from asr.loader import load_recognizer
from asr.turns import load_detector
from asr.vad import GatedSilero, speech_share
from asr.wake.loader import load_spotter, load_stop_spotter
from assistant.alarms import Alarms
from assistant.arguments import TalkArguments
from assistant.attention import Attention
from assistant.audio import RATE, Samples
from assistant.demo import demonstration
from assistant.devices import DeviceOptions, LiveMicrophone, open_devices, open_loudspeaker, open_microphone
from assistant.devices.files import FileLoudspeaker, FileMicrophone, Recording
from assistant.errors import DeviceError, SettingsError
from assistant.events import Artifact, Manner, Show, State, StateChanged
from assistant.keys import keys, terminal
from assistant.metrics import MetricsFile, Screens
from assistant.ports import Loudspeaker, Microphone, Screen
from assistant.resample import resample
from assistant.resident import adopt_own, open_residency
from assistant.screen.loader import open_screen
from assistant.service.residents import Residents
from assistant.session import Session, SessionOptions
from assistant.stream import cancelled
from assistant.workspace import Workspace
from config.settings import Settings
from models.pictures import pictures_of
from models.residency import Residency
from router import ringing
from router.dialogue import load_answerers
from router.dialogue.base import Dialogue
from router.router import Router
from router.task import Context, LoadVoice, Task
from router.tasks import CATALOGUE
from tts.ensemble import Ensemble

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Engines:
    """What takes time to load, and serves one conversation after another."""

    settings: Settings
    recognizer: Recognizer
    voice: Ensemble
    took: Mapping[str, int] = field(default_factory=dict)
    """About how many bytes of memory each took, by its name."""

    @classmethod
    def load(cls, settings: Settings) -> "Engines":
        """Load what is set, and warm it up, so that the first turn is no slower than the others.

        Raises:
            EngineError: something is not here, or does not work; the sentence says what to do.
        """
        residents = Residents()
        residents.begin()
        recognizer = load_recognizer(
            settings.recognizer, settings.moonshine, settings.whisper_options, settings.language
        )
        recognizer.transcribe(np.zeros(RATE, np.float32))
        residents.loaded(recognizer.name)
        voice = Ensemble.open(settings.voice, settings.voice_options)
        voice.speak("Ready.", Manner())
        residents.loaded(voice.name)
        return cls(settings, recognizer, voice, residents.bytes_of)

    def ears(self, detector: TurnDetector | None = None, canceller: EchoCanceller | None = None) -> Ears:
        """New ears around the recognizer, which hear what a canceller leaves."""
        chosen = detector or load_detector(self.settings.turns)
        activity = GatedSilero(self.settings.gate)
        watching = canceller.watch(activity) if canceller else activity
        return Ears(self.recognizer, watching, chosen, self.settings.ears)

    def session(
        self, screen: Screen, loudspeaker: Loudspeaker, workspace: Workspace, cancelled: bool = False
    ) -> Session:
        """A new conversation; `cancelled`: the microphone's sound is without echo already."""
        canceller = load_canceller(self.settings.echo, cancelled or self.settings.half_duplex)
        ears = self.ears(canceller=canceller)
        context = self._context(workspace)
        router = Router(context, *_dialogue(self.settings))
        options = SessionOptions(speculate=self.settings.speculate)
        session = Session(ears, router, self.voice, loudspeaker, screen, options)
        context.record = session.recorder.record
        session.canceller = canceller
        session.attention = Attention(self.settings.attention)
        session.state = State.LISTENING if session.attention.always else State.ASLEEP
        ears.attentive = session.attentive
        if self.settings.attention.listen == "wake":
            ears.spotter = load_spotter(self.settings.wake, recognizer=self.recognizer)
            ears.phrase = self.settings.wake.phrase
        if self.settings.attention.listen != "open":
            ears.stopper = load_stop_spotter(self.settings.wake, self.recognizer)
            ears.playing = session.player.making_sound
        ears.dictated = lambda: context.next_turn is not None
        if self.settings.half_duplex:
            ears.deaf = session.deaf
        return session

    @asynccontextmanager
    async def models(self) -> AsyncIterator[Residency]:
        """The engines that do tasks, those of the conversation among them, for as long as the context lasts."""
        async with open_residency(self.settings) as residency:
            adopt_own(residency, self.settings, self.recognizer, self.voice, self.took)
            yield residency

    def _context(self, workspace: Workspace) -> Context:
        context = Context(workspace, speech_share=_speech_share)
        context.voices, context.load_voice = self.voice.names, _voice_loader(self.voice)
        context.draw = pictures_of
        context.alarms = Alarms(self.settings.alarms)
        context.attendants.append(ringing.attend)
        return context


def converse(settings: Settings, arguments: TalkArguments) -> int:
    """Hold a conversation until the microphone ends or the user does; the exit code.

    Raises:
        EarshotError: it cannot be held; the sentence says what to do.
    """
    if settings.attention.listen == "key" and terminal(sys.stdin) is None:
        raise SettingsError("The key that is to be pressed needs a terminal; choose --listen open or wake.")
    workspace = Workspace.create(settings.sessions)
    for file in arguments.files:
        workspace.add_file(file)
    engines = Engines.load(settings)
    logger.info("%s hears, %s speaks, %s keeps it", engines.recognizer.name, engines.voice.name, workspace.folder)
    asyncio.run(_converse(engines, arguments, workspace))
    return 0


async def _converse(engines: Engines, arguments: TalkArguments, workspace: Workspace) -> None:
    asyncio.get_running_loop().set_default_executor(Hasty())
    async with AsyncExitStack() as stack:
        screen: Screen = stack.enter_context(open_screen(arguments.screen, sys.stdout, options=engines.settings.screen))
        if arguments.metrics:
            screen = Screens((screen, MetricsFile(arguments.metrics)))
        microphone, loudspeaker = await _Devices(engines.settings.devices, arguments, workspace, screen).open(stack)
        session = engines.session(screen, loudspeaker, workspace, isinstance(microphone, FileMicrophone))
        session.router.context.models = await stack.enter_async_context(engines.models())
        follow(session, microphone)
        for notice in engines.voice.untold():
            screen.show(Show(notice))
        for artifact in workspace.artifacts:
            if artifact.made_by == "user":
                screen.show(Show("", artifact))
        screen.show(StateChanged(session.state))
        if how := _how_to_wake(engines.settings):
            screen.show(Show(how))
        async with pressed(session.wake):
            await session.run(microphone)
        if isinstance(microphone, FileMicrophone):
            screen.show(Show(f"That was all. The transcript and what was made are in {workspace.folder}."))


def _how_to_wake(settings: Settings) -> str:
    match settings.attention.listen:
        case "wake":
            return f'Say "{settings.wake.phrase}", and what you want.'
        case "key":
            return "Press the space bar, and say what you want."
        case _:
            return ""


@asynccontextmanager
async def pressed(wake: Callable[[], None]) -> AsyncIterator[None]:
    """Let the space bar wake, where there is a keyboard."""

    async def watch() -> None:
        async with aclosing(keys(sys.stdin)) as stream:
            async for key in stream:
                if key == " ":
                    wake()

    task = asyncio.create_task(watch())
    try:
        yield
    finally:
        await cancelled(task)


def follow(session: Session, microphone: Microphone) -> None:
    """Tell a session and its microphone of each other: recordings wait for their turn, and what the system cancels is
    left alone."""
    if isinstance(microphone, FileMicrophone):
        microphone.free = lambda: session.idle
    elif isinstance(microphone, LiveMicrophone) and session.canceller:
        session.canceller.unneeded = lambda: microphone.cancels_echo


class Hasty(ThreadPoolExecutor):
    """Threads for long work of tasks; they are not waited for, or Ctrl-C would take as long as the work."""

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Drop what was not begun."""
        super().shutdown(wait=False, cancel_futures=True)


@dataclass(frozen=True, slots=True)
class _Devices:
    """The devices asked for, or what can take their place."""

    options: DeviceOptions
    arguments: TalkArguments
    workspace: Workspace
    screen: Screen

    async def open(self, stack: AsyncExitStack) -> tuple[Microphone, Loudspeaker]:
        """A microphone and a loudspeaker, open until the stack is closed.

        Raises:
            EarshotError: a file that was asked for cannot be read or written.
        """
        if self.arguments.input:
            recordings = [Recording.read(path) for path in self.arguments.input]
            return FileMicrophone(recordings), await self._loudspeaker(stack)
        if self.arguments.output:
            return await self._microphone(stack), await self._loudspeaker(stack)
        try:
            return await stack.enter_async_context(open_devices(self.options, self.screen.show))
        except DeviceError as error:
            logger.info("not both devices can be used: %s", error)
        return await self._microphone(stack), await self._loudspeaker(stack)

    async def _microphone(self, stack: AsyncExitStack) -> Microphone:
        try:
            return await stack.enter_async_context(open_microphone(self.options, self.screen.show))
        except DeviceError as error:
            if self.options.microphone:
                raise  # the one that was asked for, and no other
            self.screen.show(Show(f"{error} Here is a conversation with recordings, in real time."))
            return FileMicrophone(demonstration())

    async def _loudspeaker(self, stack: AsyncExitStack) -> Loudspeaker:
        path = self.arguments.output
        if path is None:
            try:
                return await stack.enter_async_context(open_loudspeaker(self.options, self.screen.show))
            except DeviceError as error:
                if self.options.loudspeaker:
                    raise
                path = self.workspace.path("said.wav")
                self.screen.show(Show(f"{error} What is said goes to {path}."))
                stack.callback(self._keep, path)
        return await stack.enter_async_context(FileLoudspeaker(path).playing())

    def _keep(self, path: Path) -> None:
        """Let what was said be found again; only at the end, because until then it is no sound to work with."""
        said = sf.info(path)
        self.workspace.add(Artifact("what was said", path, "audio", said.duration, said.samplerate, made_by="earshot"))


def _dialogue(settings: Settings) -> tuple[Dialogue, Sequence[Task], Dialogue | None]:
    """The dialogue engine that is set, what it may do, and the one that steps in for it."""
    engine, fallback = load_answerers(settings.dialogue, settings.openai)
    return engine, CATALOGUE, fallback


def _voice_loader(voices: Ensemble) -> LoadVoice:
    """Loading of voices for tasks, beside the one that speaks."""

    async def load(name: str) -> str:
        await asyncio.to_thread(voices.load, name)
        return " ".join(voices.untold())

    return load


async def _speech_share(samples: Samples, rate: int) -> float:
    return await asyncio.to_thread(lambda: speech_share(resample(samples, rate, RATE)))
