"""The parts of a conversation that has no microphone, as the settings say: each is loaded when it is first wanted."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, cast

from assistant.audio import RATE, Samples
from assistant.events import Manner, Spoken
from assistant.resample import resample
from assistant.workspace import Workspace
from config.settings import Settings
from models.base import Models, Posteriors
from router.dialogue import load_answerers, load_dialogue
from router.dialogue.base import Dialogue
from router.task import Context
from tts.loader import chosen, voice_names
from tts.options import VoiceOptions

if TYPE_CHECKING:
    from asr.base import Recognizer, Transcript
    from assistant.resident import Adopting
    from tts.ensemble import Ensemble


class Parts:
    """Everything that tasks may want, and the dialogue engines."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings

    @asynccontextmanager
    async def answering(self, fallback: bool = True) -> AsyncIterator[tuple[Dialogue, Dialogue | None]]:
        """The dialogue engine and the one that steps in for it, as in every conversation; without `fallback` the one
        that is set, alone. They are there for as long as the context lasts.

        Raises:
            EngineMissing: a package or key is not here.
        """
        settings = self.settings
        async with AsyncExitStack() as stack:
            if fallback:
                engines = load_answerers(settings.dialogue, settings.openai)
            else:
                engines = load_dialogue(settings.answerer, settings.openai), None
            for engine in filter(None, engines):
                stack.push_async_callback(engine.close)
            yield engines

    @asynccontextmanager
    async def models(self) -> AsyncIterator[Models]:
        """The engines that do tasks, for as long as the context lasts; each is loaded at its first job."""
        from assistant.resident import open_residency

        residency = open_residency(self.settings)
        async with AsyncExitStack() as stack:
            stack.push_async_exit(residency)  # not entered: what is always to be there is for conversations that last
            self.lend(residency)
            yield residency

    def lend(self, models: "Adopting") -> None:
        """Let the conversation's own engines do tasks; recognizer and voice are loaded when they are first asked."""
        from assistant.resident import adopt_own

        # Their rates are only read, and a `Voice` is all that is wanted of an ensemble.
        recognizer, voice = cast("Recognizer", LateRecognizer(self)), cast("Ensemble", LateVoice(self))
        adopt_own(models, self.settings, recognizer, voice, {})

    def context(self, workspace: Workspace) -> Context:
        """A new conversation's context; nothing is loaded yet."""
        context = Context(workspace, speech_share=_speech_share)
        wanted = self.settings.voice, self.settings.voice_options
        context.voices, context.load_voice = _voices(*wanted), self._load_voice
        context.draw = _pictures_of
        return context

    @cached_property
    def recognizer(self) -> "Recognizer":
        """The recognizer that is set.

        Raises:
            EngineError: it cannot be loaded; the sentence says what to do.
        """
        from asr.loader import load_recognizer

        settings = self.settings
        return load_recognizer(settings.recognizer, settings.moonshine, settings.whisper_options, settings.language)

    @cached_property
    def voice(self) -> "Ensemble":
        """The voices, the one that is set loaded.

        Raises:
            EngineError: it cannot be loaded; the sentence says what to do.
        """
        from tts.ensemble import Ensemble

        return Ensemble.open(self.settings.voice, self.settings.voice_options)

    async def _load_voice(self, name: str) -> str:
        def work() -> str:
            self.voice.load(name)
            return " ".join(self.voice.untold())

        return await asyncio.to_thread(work)


class LateRecognizer:
    """A `Recognizer` that is loaded when it is first asked."""

    def __init__(self, parts: Parts) -> None:
        self.name: str = parts.settings.recognizer
        self._parts = parts

    @property
    def rate(self) -> int:
        """Hertz."""
        return self._parts.recognizer.rate

    def transcribe(self, samples: Samples, said: str = "") -> "Transcript":
        """As the recognizer does."""
        return self._parts.recognizer.transcribe(samples, said)


class LateVoice:
    """A `Voice` that is loaded when it first speaks."""

    def __init__(self, parts: Parts) -> None:
        self.name = chosen(parts.settings.voice, parts.settings.voice_options)
        self._parts = parts

    @property
    def rate(self) -> int:
        """Hertz."""
        return self._parts.voice.rate

    def speak(self, clause: str, manner: Manner) -> Spoken:
        """As the voice does."""
        return self._parts.voice.speak(clause, manner)


def _voices(wanted: str, options: VoiceOptions) -> tuple[str, ...]:
    """The names of the voices, the one that is set first."""
    first = chosen(wanted, options)
    return (first, *(name for name in voice_names(options) if name != first))


async def _speech_share(samples: Samples, rate: int) -> float:
    from asr.vad import speech_share

    return await asyncio.to_thread(lambda: speech_share(resample(samples, rate, RATE)))


def _pictures_of(
    kind: str, path: Path, folder: Path, posteriors: Posteriors | None = None, before: Path | None = None
) -> tuple[Path, ...]:
    from models.pictures import pictures_of

    return pictures_of(kind, path, folder, posteriors, before)
