"""All settings in one tree, and the order in which they are found.

    defaults < profile < settings file < environment < flags

The options of a part live beside its code; here they only meet. Whoever adds a part adds its options to `Settings`.
"""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal

from asr.ears import EarsOptions
from asr.options import EchoOptions, GateOptions, MoonshineOptions, WakeOptions, WhisperOptions
from asr.turns import TurnOptions
from assistant.attention import AttentionOptions
from assistant.devices.options import DeviceOptions
from assistant.errors import SettingsError
from assistant.screen.options import ScreenOptions
from assistant.service.options import ServiceOptions
from config.folders import data_folder, settings_file
from config.given import Given, from_environment, from_file, from_profile
from config.tree import build
from models.face.options import TalkingHeadOptions
from models.options import ModelsOptions
from router.dialogue.options import OpenAIOptions
from tts.options import EspeakOptions, EspnetOptions, FastSpeech2Options, VoiceOptions

DEFAULT_PROFILE = "default"


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that can be set."""

    recognizer: Literal["moonshine", "whisper"] = "moonshine"
    """What turns speech into words. `moonshine` is embedded and hears English; `whisper` hears a hundred languages."""
    voice: str = "auto"
    """What speaks: the name of a voice, as `assistant voices` lists them. `auto` is the embedded voice "lj", and espeak
    where that cannot be loaded or `language` is not English."""
    dialogue: Literal["auto", "embedded", "openai"] = "auto"
    """What answers. `embedded` needs no model and sends nothing; `openai` is any compatible server; `auto` takes the
    server if one is set below and can be reached, and is embedded otherwise."""
    language: str = "auto"
    """What is spoken: a code such as "en" or "de", or "auto" for whatever it is, where the recognizer can tell."""
    sessions: Path = field(default_factory=lambda: data_folder() / "sessions")
    """Where sessions are kept, a folder each."""
    voices: Path = field(default_factory=lambda: data_folder() / "voices")
    """Where your own voices are, a folder each."""
    pronunciations: Path = field(default_factory=lambda: data_folder() / "pronunciations.txt")
    """Words with how they are said, one a line: the word, a space, and IPA or ARPABET."""
    alarms: Path = field(default_factory=lambda: data_folder() / "alarms.json")
    """Where timers and alarms are kept, so that they survive a restart."""
    half_duplex: bool = False
    """Do not listen while speaking: for loudspeakers that the microphone hears."""
    speculate: bool = True
    """Prepare the answer while it is still being decided whether the turn is over."""
    attention: AttentionOptions = field(default_factory=AttentionOptions)
    devices: DeviceOptions = field(default_factory=DeviceOptions)
    echo: EchoOptions = field(default_factory=EchoOptions)
    gate: GateOptions = field(default_factory=GateOptions)
    ears: EarsOptions = field(default_factory=EarsOptions)
    turns: TurnOptions = field(default_factory=TurnOptions)
    wake: WakeOptions = field(default_factory=WakeOptions)
    moonshine: MoonshineOptions = field(default_factory=MoonshineOptions)
    whisper: WhisperOptions = field(default_factory=WhisperOptions)
    openai: OpenAIOptions = field(default_factory=OpenAIOptions)
    fastspeech2: FastSpeech2Options = field(default_factory=FastSpeech2Options)
    espeak: EspeakOptions = field(default_factory=EspeakOptions)
    espnet: EspnetOptions = field(default_factory=EspnetOptions)
    models: ModelsOptions = field(default_factory=lambda: ModelsOptions(data_folder() / "models"))
    talking_head: TalkingHeadOptions = field(default_factory=TalkingHeadOptions)
    screen: ScreenOptions = field(default_factory=ScreenOptions)
    service: ServiceOptions = field(default_factory=ServiceOptions)

    @property
    def answerer(self) -> Literal["embedded", "openai"]:
        """The dialogue engine that `dialogue` comes to."""
        if self.dialogue == "auto":
            return "openai" if self.openai.configured else "embedded"
        return self.dialogue

    @property
    def whisper_options(self) -> WhisperOptions:
        """The recognizer's own, with the folder of its model where that was pulled."""
        pulled = self.models.folder / f"whisper-{self.whisper.model}"
        return replace(self.whisper, model=str(pulled)) if pulled.is_dir() else self.whisper

    @property
    def voice_options(self) -> VoiceOptions:
        """All that the loader of voices wants to know."""
        return VoiceOptions(self.espeak, self.fastspeech2, self.espnet, self.voices, self.pronunciations, self.language)


def load(
    profile: str | None = None,
    file: Path | None = None,
    flags: Sequence[Given] = (),
    environment: Mapping[str, str] = os.environ,
) -> Settings:
    """The settings from everywhere they may be set.

    `profile` and `file` default to what EARSHOT_PROFILE and EARSHOT_CONFIG name, then to the default profile and the
    user's own file.

    Raises:
        SettingsError: a file cannot be read, a key is unknown, or a value does not fit.
    """
    if file is None and "EARSHOT_CONFIG" in environment:
        file = Path(environment["EARSHOT_CONFIG"]).expanduser()
    profile = profile or environment.get("EARSHOT_PROFILE") or DEFAULT_PROFILE
    given = [*from_profile(profile), *_from_user(file, environment), *from_environment(environment), *flags]
    return build(_defaults(data_folder(environment)), given)


def _defaults(data: Path) -> Settings:
    """The defaults, with what Earshot keeps below a folder."""
    return Settings(
        sessions=data / "sessions",
        voices=data / "voices",
        pronunciations=data / "pronunciations.txt",
        alarms=data / "alarms.json",
        models=ModelsOptions(data / "models"),
    )


def _from_user(file: Path | None, environment: Mapping[str, str]) -> list[Given]:
    """What the file named, or else the user's own, says; that one need not be there."""
    if file is not None:
        if not file.exists():
            raise SettingsError(f"There is no settings file {file}.")
        return from_file(file)
    own = settings_file(environment)
    return from_file(own) if own.exists() else []
