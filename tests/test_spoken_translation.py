"""Translation of speech by networks that were pulled, and how the engine for a language is chosen."""

import time
from collections.abc import Sequence
from pathlib import Path
from threading import Event

import numpy as np
import pytest
import soundfile as sf

from assistant.audio import RATE, Samples, silence
from assistant.clock import run_virtually
from assistant.errors import EngineError, EngineMissing, JobCancelled
from assistant.resample import resample
from assistant.resident import pulled_recognizers, spoken_translation, whisper_translation
from config.settings import Settings
from models import wire
from models.base import Card, Engine, Job, Made
from models.catalogue import ENGINES, S2T_LANGUAGES, Entry, weights
from models.options import ModelsOptions
from models.residency import Residency
from models.spec import Spec
from models.speech.recognized import Recognized
from models.speech.translation_languages import language_called
from models.speech.translation_s2t import SpeechToText
from models.speech.translation_spoken import SpokenTranslation
from models.suiting import fitness
from tests.model_fakes import Scripted, entry
from tests.s2t_checkpoint import SENTENCES, make_checkpoint, sound

SPANISH = Card("s2t-small-es", "translate_speech", "model", "S2T.", "MIT", languages=("es",))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_checkpoint(tmp_path_factory.mktemp("s2t") / "model")


@pytest.fixture(scope="module")
def network(folder: Path) -> SpeechToText:
    return SpeechToText(folder)


def everywhere(samples: Samples) -> Samples:
    """A detector for which whatever is not silent is speech."""
    padded = np.pad(samples, (0, -len(samples) % 512)).reshape(-1, 512)
    return np.asarray(np.abs(padded).max(axis=1, initial=0) > 0.02, np.float32)


def job(path: Path, language: str = "Spanish", **arguments: str) -> Job:
    return Job("translate_speech", path.parent, {"language": language, **arguments}, {"audio": path})


def quietly(share: float) -> None:
    """A report that nobody reads."""


class Echoing:
    """An `Interpreter` that takes its time, unless it is stopped."""

    def __init__(self, seconds: float = 0.0, language: str = "en") -> None:
        self._seconds, self._language, self._stopped = seconds, language, Event()
        self._called = False

    def __call__(self, sounds: Sequence[Samples]) -> list[Recognized]:
        if self._called and self._stopped.wait(self._seconds):
            raise EngineError("stopped")
        self._called = True
        return [Recognized("hola", self._language) for _ in sounds]

    def stop(self) -> None:
        self._stopped.set()


def engine(interpreter: Echoing, card: Card = SPANISH) -> SpokenTranslation:
    made = SpokenTranslation(card, lambda: interpreter, everywhere)
    made.load()
    return made


# --------------------------------------------------------------------- the network


def kaldi(samples: Samples) -> np.ndarray:
    """Log-mel filter banks by Kaldi's definition (feature-fbank.cc, mel-computations.cc), shape (frames, 80)."""
    frames = np.lib.stride_tricks.sliding_window_view(samples.astype(np.float64) * 32768, 400)[::160]
    frames = frames - frames.mean(axis=1, keepdims=True)
    frames = frames - 0.97 * np.concatenate((frames[:, :1], frames[:, :-1]), axis=1)
    povey = (0.5 - 0.5 * np.cos(2 * np.pi * np.arange(400) / 399)) ** 0.85
    power = np.square(np.abs(np.fft.rfft(frames * povey, 512)))[:, :256]
    mel = 1127 * np.log1p(np.arange(256) * RATE / 512 / 700)
    edges = np.linspace(1127 * np.log1p(20 / 700), 1127 * np.log1p(8000 / 700), 82)
    left, centre, right = edges[:-2, None], edges[1:-1, None], edges[2:, None]
    banks = np.clip(np.minimum((mel - left) / (centre - left), (right - mel) / (right - centre)), 0, None)
    return np.log(np.maximum(power @ banks.T, np.finfo(np.float32).eps))


def test_its_features_are_those_of_kaldi(network: SpeechToText) -> None:
    samples = sound("rising") + 0.05 * sound("falling", seed=3)
    found = network._features(samples, sampling_rate=RATE, return_tensors="np")["input_features"][0]
    wanted = kaldi(samples)
    wanted = (wanted - wanted.mean(axis=0)) / wanted.std(axis=0)
    assert found.shape == wanted.shape == (98, 80)
    assert np.abs(found - wanted).max() < 0.02


def test_what_is_heard_is_written_in_the_other_language(network: SpeechToText) -> None:
    rising, falling = sound("rising", 1.1, seed=99), sound("falling", 0.9, seed=98)
    surrounded = np.concatenate((silence(0.5, RATE), falling, silence(0.5, RATE)))
    assert network([rising, surrounded]) == [SENTENCES["rising"], SENTENCES["falling"]]
    assert network([silence(2.0, RATE), rising[:200]]) == ["", ""]


def test_it_stops_at_the_next_token(network: SpeechToText) -> None:
    class Late(SpeechToText):
        """Is stopped while it writes."""

        def __init__(self) -> None:
            self.__dict__.update(network.__dict__)

        def _written(self, sound: Samples) -> str:
            self.stop()
            return super()._written(sound)

    with pytest.raises(EngineError, match="stopped"):
        Late()([sound("rising")])
    assert network([sound("rising")]) == [SENTENCES["rising"]]


def test_a_folder_that_is_not_whole_is_said(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(EngineMissing, match="config.json and preprocessor_config.json and vocab.json missing"):
        SpeechToText(tmp_path)
    for name in ("config.json", "preprocessor_config.json", "vocab.json"):
        (tmp_path / name).write_bytes((folder / name).read_bytes())
    with pytest.raises(EngineError, match="holds no speech-to-text model"):
        SpeechToText(tmp_path)


# ---------------------------------------------------------------------- the engine


@pytest.mark.parametrize(("rate", "channels"), [(8_000, 1), (44_100, 2), (96_000, 1)])
def test_recordings_are_translated(folder: Path, tmp_path: Path, rate: int, channels: int) -> None:
    spoken = np.concatenate((silence(0.6, RATE), sound("rising"), silence(15.0, RATE), sound("falling")))
    path = tmp_path / "a.wav"
    sf.write(path, np.stack([resample(spoken, RATE, rate)] * channels, axis=1), rate)
    made = SpokenTranslation(SPANISH, lambda: _Wrapped(folder), everywhere)
    made.load()
    found = made.run(job(path, "español"), quietly)
    assert found.text == f"{SENTENCES['rising']} {SENTENCES['falling']}"
    assert found.facts == {"language": "es", "source_language": "en"} and not found.notice


class _Wrapped:
    def __init__(self, folder: Path) -> None:
        self._network = SpeechToText(folder)
        self.stop = self._network.stop

    def __call__(self, sounds: Sequence[Samples]) -> list[Recognized]:
        return [Recognized(text, "en") for text in self._network(sounds)]


def test_nothing_is_made_of_silence(tmp_path: Path) -> None:
    sf.write(tmp_path / "a.wav", np.zeros(800), 16_000)
    assert engine(Echoing()).run(job(tmp_path / "a.wav"), quietly) == Made(
        facts={"language": "es", "source_language": "en"}
    )


def test_what_it_cannot_do_is_named(tmp_path: Path) -> None:
    with pytest.raises(
        EngineError, match="cannot translate into German with s2t-small-es; .* into Spanish, and into noth"
    ):
        engine(Echoing()).run(job(tmp_path / "a.wav", "german"), quietly)
    with pytest.raises(EngineError, match="cannot translate into Klingon"):
        engine(Echoing()).run(job(tmp_path / "a.wav", "klingon"), quietly)
    with pytest.raises(EngineError, match="no written words"):
        engine(Echoing()).run(Job("translate_speech", tmp_path, {"language": "es", "text": "hi"}), quietly)


def test_what_is_in_the_language_already_is_said(tmp_path: Path) -> None:
    sf.write(tmp_path / "a.wav", sound("rising"), RATE)
    made = engine(Echoing(language="es")).run(job(tmp_path / "a.wav"), quietly)
    assert (made.text, made.notice) == ("hola", "That is in Spanish already.")


def test_a_job_that_is_not_wanted_ends_soon(tmp_path: Path) -> None:
    sf.write(tmp_path / "a.wav", sound("rising", 5.0), RATE)
    slow, begun = engine(Echoing(60.0)), time.monotonic()

    def report(share: float) -> None:
        if time.monotonic() - begun > 0.3:
            raise JobCancelled("The job is no longer wanted.")

    with pytest.raises(JobCancelled):
        slow.run(job(tmp_path / "a.wav"), report)
    assert time.monotonic() - begun < 5.0 and list(tmp_path.iterdir()) == [tmp_path / "a.wav"]


@pytest.mark.engine("whisper")
def test_whisper_tells_the_language_and_is_asked_to_translate(checkpoint: Path, tmp_path: Path) -> None:
    from tests.whisper_checkpoint import sound_of

    sf.write(tmp_path / "a.wav", sound_of(" Abre la puerta por favor."), RATE)
    card = Card("whisper-tiny-translate", "translate_speech", "model", "Whisper.", "MIT", languages=("en",))
    made = whisper_translation(card, checkpoint, device="cpu", language="fr")
    made.load()
    found = made.run(job(tmp_path / "a.wav", "English"), quietly)
    assert (found.facts["language"], found.facts["source_language"]) == ("en", "es")


# ---------------------------------------------------------------------- the choice


def chosen(language: str, *entries: Entry, text: str = "", options: ModelsOptions | None = None) -> str:
    """The name of the engine that does it."""
    Scripted.forget()
    files = {} if text else {"audio": Path("a.wav")}
    asked = Job("translate_speech", Path(), {"language": language, "text": text or None}, files)

    async def ask() -> str:
        async with Residency(entries, options or ModelsOptions()) as models:
            return (await models.run(asked)).provenance.engine

    return run_virtually(ask())


def able(name: str, *languages: str) -> Entry:
    return entry(name, "translate_speech", languages=languages)


def test_the_engine_that_can_do_the_language_does_it() -> None:
    engines = able("rules"), able("to-spanish", "es"), able("to-english", "en")
    assert chosen("Spanish", *engines) == "to-spanish"
    assert chosen("inglés", *engines) == "to-english"
    assert chosen("German", *engines) == "rules"
    assert chosen("Spanish", *engines, text="Good morning.") == "rules"
    named = ModelsOptions(engines={"translate_speech": "to-english"})
    assert chosen("Spanish", *engines, options=named) == "to-english"  # and refuses it by itself


def test_a_refusal_names_the_model_that_could(tmp_path: Path) -> None:
    known = next(one for one in ENGINES if one.card.name == "s2t-small-de")
    options = ModelsOptions(tmp_path)
    with pytest.raises(EngineMissing, match="assistant models pull s2t-small-de"):
        chosen("German", known, options=options)

    def refuse(job: Job, report: object) -> Made:
        raise EngineError("I cannot translate into German here.")

    async def ask() -> None:
        async with Residency((able("rules"), known), options) as models:
            Scripted.on_run["rules"] = refuse
            await models.run(Job("translate_speech", Path(), {"language": "German"}, {"audio": Path("a.wav")}))

    Scripted.forget()
    with pytest.raises(EngineError, match="into German here. A model can do it too. .* models pull s2t-small-de"):
        run_virtually(ask())


def test_the_catalogue_has_a_model_for_each_language() -> None:
    for code, name in S2T_LANGUAGES.items():
        found = language_called(name)
        assert found and found.code == code
        card = next(one.card for one in ENGINES if one.card.name == f"s2t-small-{code}")
        assert weights(card.name).repo == card.source == f"facebook/s2t-small-mustc-en-{code}-st"
        assert fitness(card, Job("", Path(), {"language": name}, {"audio": Path()})) == 2
    spec = Spec(SPANISH, "a:b")
    assert wire.to_spec(wire.parsed(wire.line({"spec": wire.from_spec(spec)}))["spec"]) == spec


def test_whispers_that_were_pulled_translate_where_they_can(tmp_path: Path) -> None:
    for name in ("whisper-tiny", "whisper-tiny.en", "whisper-turbo"):
        (tmp_path / name).mkdir()
    settings = Settings(models=ModelsOptions(tmp_path))
    found = [one.card for one in pulled_recognizers(settings) if one.card.task == "translate_speech"]
    assert [(card.name, card.languages) for card in found] == [
        ("whisper-tiny-translate", ("en",)),
        ("whisper-small-translate", ("en",)),  # not here, so that it can be named
    ]


def test_the_engine_of_the_catalogue_is_made(folder: Path, tmp_path: Path) -> None:
    made: Engine = spoken_translation(SPANISH, folder)
    made.load()
    sf.write(tmp_path / "a.wav", silence(0.05, RATE), RATE)
    assert made.run(job(tmp_path / "a.wav"), quietly).text == ""
    made.drop()
