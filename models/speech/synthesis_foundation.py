"""Speech synthesis by a public voice, loaded when it is wanted; and which there are."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from models.base import Card, Job, Made, Report
from models.speech.synthesis import Clauses, Speak, Synthesis

KEPT = "That voice keeps its own pitch."
TASK = "synthesize_speech"


@dataclass(frozen=True, slots=True)
class PublicVoice:
    """A voice on a hub, in transformers' format."""

    card: Card
    size_mb: int


def _mms(code: str, language: str) -> PublicVoice:
    about = f"A VITS of MMS, 36 million parameters, for {language}"
    source = f"facebook/mms-tts-{code}"
    return PublicVoice(Card(f"mms-tts-{code}", TASK, "model", about, "CC-BY-NC-4.0", False, source, host_mb=600.0), 146)


VOICES: tuple[PublicVoice, ...] = (
    PublicVoice(
        Card(
            "fastspeech2-conformer",
            TASK,
            "model",
            "ESPnet's FastSpeech 2 and HiFi-GAN of LJ Speech in transformers, 84 million parameters, English",
            "Apache-2.0",
            source="espnet/fastspeech2_conformer_with_hifigan",
            host_mb=900.0,
        ),
        340,
    ),
    _mms("eng", "English"),
    _mms("deu", "German"),
    _mms("fra", "French"),
    _mms("spa", "Spanish"),
    _mms("por", "Portuguese"),
    _mms("nld", "Dutch"),
    _mms("swe", "Swedish"),
    _mms("fin", "Finnish"),
    _mms("hun", "Hungarian"),
    _mms("vie", "Vietnamese"),
)
"""All that there is an engine for."""


class FoundationSynthesis:
    """An `Engine` around a voice that is loaded when the engine is."""

    def __init__(self, card: Card, load: Callable[[], Speak], clauses: Clauses) -> None:
        """`load` raises EngineMissing where the voice is not here."""
        self.card = card
        self._load, self._clauses = load, clauses
        self._inner: Synthesis | None = None

    def load(self) -> None:
        """Load the voice."""
        self._inner = Synthesis(self.card, self._load(), self._clauses)

    def drop(self) -> None:
        """Let it go."""
        self._inner = None

    def run(self, job: Job, report: Report) -> Made:
        """Speak; see `Synthesis.run`. A pitch that is asked for is told to be the voice's own."""
        assert self._inner is not None, "loaded before it is run"
        made = self._inner.run(job, report)
        return replace(made, notice=KEPT) if job.arguments.get("pitch") else made
