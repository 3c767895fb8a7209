"""Engines around models that were pulled and hear: everything around the networks, with networks easily known."""

import time
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from threading import Event
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import soundfile as sf

from assistant.audio import Samples
from assistant.errors import DataError, EngineError, EngineMissing, JobCancelled
from models.base import Card, Engine, Job, Json, Made, Report
from models.catalogue import ENGINES, weights
from models.hub import _once
from models.options import ModelsOptions
from models.residency import Residency
from models.sound.audioset import Vocabulary, said
from models.sound.caption_foundation import FoundationCaption, sentence, spread
from models.sound.detection_foundation import FoundationDetection
from models.sound.foundation import _needing
from models.sound.public import PUBLIC
from models.sound.stretches import (
    Grid,
    Rows,
    Stretch,
    agreed,
    averaged,
    levels_db,
    seconds_of,
    stretches,
    windows,
)
from models.sound.target_detection import LIKE
from models.sound.target_foundation import NOTHING, WHICH, FoundationTarget, Wanted, called
from models.suiting import fitness
from router.results import Refused, needs_engine
from tests.model_fakes import entry
from tests.router_fakes import WatchedContext

RATE = 8000
GRID = Grid(RATE, RATE // 10, 30, 4)
CARD = Card("fake", "detect_sounds", "model", "A fake.")
HERTZ = {"dog": 500.0, "horn": 2000.0}


def quietly(share: float) -> None:
    """A report that nobody reads."""


class Tones:
    """Knows two tones, in each cell by itself: a `Tagger`, and a `Matcher`."""

    names: tuple[str, ...] = ("Dog", "Vehicle horn, car horn, honking", "Silence")
    grid, high, low = GRID, 0.5, 0.3
    longest = 0

    def __call__(self, stretch: Stretch, wanted: Wanted | None = None) -> Rows:
        self.longest = max(self.longest, len(stretch.samples))
        rows = np.concatenate(
            [self.like(window) for window in windows(stretch, GRID, 1)] or [np.zeros((0, 3), np.float32)]
        )
        known = (rows > 0.02).astype(np.float32)
        if wanted is None:
            return known
        return np.asarray((2 * known - 1 if wanted.example else known) @ wanted.rows.T, np.float32).clip(-1, 1)

    def named(self, words: list[str]) -> Rows:
        return np.array([[one == "dog", "horn" in one, 0] for one in words], np.float32)

    def like(self, sound: Samples) -> Rows:
        """How much of each tone there is, and how little of both."""
        at = np.arange(len(sound)) / RATE
        found = [2 * abs(np.mean(sound * np.exp(-2j * np.pi * hertz * at))) for hertz in HERTZ.values()]
        return np.array([[*found, 0.0]], np.float32)

    def stop(self) -> None:
        """It never takes long."""


class Slow(Tones):
    """One that would take a minute, and can be stopped."""

    def __init__(self) -> None:
        self._stopped, self._loaded = Event(), False

    def __call__(self, stretch: Stretch, wanted: Wanted | None = None) -> Rows:
        if self._loaded and self._stopped.wait(60):
            raise EngineError("stopped")
        self._loaded = True
        return super().__call__(stretch, wanted)

    def stop(self) -> None:
        self._stopped.set()


class Saying:
    """A `Describer` that says what is set, after a while unless it is stopped."""

    rate = RATE

    def __init__(self, *texts: str, seconds: float = 0.0) -> None:
        self._texts, self._seconds, self._stopped = list(texts), seconds, Event()
        self.heard = list[Samples]()

    def __call__(self, sound: Samples) -> str:
        self.heard.append(sound)
        if len(self.heard) > 1 and self._stopped.wait(self._seconds):
            raise EngineError("stopped")
        return self._texts[(len(self.heard) - 2) % len(self._texts)]

    def stop(self) -> None:
        self._stopped.set()


def scene(path: Path, seconds: float, rate: int = RATE, channels: int = 1, gain: float = 0.2, **at: float) -> Path:
    """A file in which each tone sounds for a second from when it says, in soft noise."""
    times = np.arange(round(seconds * rate)) / rate
    sound = 0.003 * np.random.default_rng(0).standard_normal(len(times))
    for name, start in at.items():
        sound += gain * np.sin(2 * np.pi * HERTZ[name] * times) * ((times >= start) & (times < start + 1))
    sf.write(path, np.stack([sound.clip(-1, 1)] * channels, axis=1), rate, "FLOAT")
    return path


def done(
    engine: Engine, path: Path, report: Report = quietly, files: dict[str, Path] | None = None, **given: Json
) -> Made:
    engine.load()
    return engine.run(Job(engine.card.task, path.parent, given, {"audio": path, **(files or {})}), report)


def detection(tagger: Tones) -> FoundationDetection:
    return FoundationDetection(CARD, lambda: tagger)


def target(matcher: Tones) -> FoundationTarget:
    return FoundationTarget(CARD, lambda: matcher)


def found(made: Made) -> list[tuple[str, Any, Any]]:
    return [(event.label, event.start_s, event.end_s) for event in made.events]


# ---------------------------------------------------------------------- stretches


@pytest.mark.parametrize("seconds", [0.05, 0.1, 2.9, 3.0, 3.1, 6.4, 9.95])
def test_stretches_answer_for_each_cell_once_and_hear_what_lies_beside(tmp_path: Path, seconds: float) -> None:
    sound = np.random.default_rng(1).uniform(-0.5, 0.5, round(seconds * RATE)).astype(np.float32)
    sf.write(tmp_path / "a.wav", sound, RATE, "FLOAT")
    parts = list(stretches(tmp_path / "a.wav", GRID))
    own = [part.samples[part.before * GRID.cell :][: part.cells * GRID.cell] for part in parts]
    assert np.array_equal(np.concatenate(own), sound) and parts[-1].share == 1.0
    assert sum(part.cells for part in parts) == -(-len(sound) // GRID.cell)
    assert sum(seconds_of(part, GRID) for part in parts) == pytest.approx(len(sound) / RATE)
    assert all(part.before == GRID.margin for part in parts[1:])
    levels = np.concatenate([levels_db(part, GRID) for part in parts])
    cells = [sound[k : k + GRID.cell] for k in range(0, len(sound), GRID.cell)]
    assert np.allclose(levels, [10 * np.log10(np.mean(cell**2)) for cell in cells], atol=0.01)


def test_windows_are_the_same_wherever_a_stretch_begins(tmp_path: Path) -> None:
    sound = np.random.default_rng(1).uniform(-0.5, 0.5, round(7.32 * RATE)).astype(np.float32)
    sf.write(tmp_path / "a.wav", sound, RATE, "FLOAT")
    whole = windows(Stretch(sound, 0, 74, 1.0), GRID, 4)
    assert len(whole) == 77 and all(len(window) == 4 * GRID.cell for window in whole)
    padded = np.pad(sound, (3 * GRID.cell, 9 * GRID.cell))
    assert all(np.array_equal(w, padded[k * GRID.cell :][: 4 * GRID.cell]) for k, w in enumerate(whole))
    rows = np.array([[float(np.square(window).mean())] for window in whole], np.float32)
    parted = list[Rows]()
    for part in stretches(tmp_path / "a.wav", GRID):
        heard = windows(part, GRID, 4)
        parted.append(averaged(np.array([[float(np.square(w).mean())] for w in heard], np.float32), 4))
    assert np.allclose(np.concatenate(parted), averaged(rows, 4), atol=1e-6)


def test_windows_agree_where_all_of_them_hear_it() -> None:
    rows = np.zeros((10, 1), np.float32)
    rows[3:7] = 0.9  # every window that touches the fourth cell
    assert np.allclose(agreed(rows, 4)[:, 0].round(2), [0, 0, 0.01, 0.9, 0.05, 0.01, 0][:7], atol=0.06)
    assert int(agreed(rows, 4)[:, 0].argmax()) == 3 and not len(agreed(rows[:2], 4))


# ---------------------------------------------------------------------- detection


@pytest.mark.parametrize(("rate", "channels"), [(8_000, 1), (16_000, 2), (44_100, 2), (96_000, 1)])
def test_sounds_are_found_at_any_rate_and_named_as_they_are_said(tmp_path: Path, rate: int, channels: int) -> None:
    shares = list[float]()
    path = scene(tmp_path / "a.wav", 9.95, rate, channels, dog=2.0, horn=6.5)
    made = done(detection(Tones()), path, shares.append)
    assert found(made) == [
        ("dog", pytest.approx(2.0, abs=0.11), pytest.approx(3.0, abs=0.11)),
        ("vehicle horn", pytest.approx(6.5, abs=0.11), pytest.approx(7.5, abs=0.11)),
    ]
    assert made.posteriors is not None and made.posteriors.labels == ("dog", "vehicle horn", "silence")
    assert len(made.posteriors.rows) == 100 and made.posteriors.hop_s == pytest.approx(0.1)
    assert made.facts == {"seconds": pytest.approx(9.95, abs=0.01)} and shares[0] == 0.0 and shares[-1] == 1.0


def test_short_silent_and_clipped_sound(tmp_path: Path) -> None:
    assert found(done(detection(Tones()), scene(tmp_path / "a.wav", 0.05, dog=0.0))) == [("dog", 0.0, 0.05)]
    sf.write(tmp_path / "a.wav", np.zeros(4 * RATE), RATE)
    assert found(done(detection(Tones()), tmp_path / "a.wav")) == [("silence", 0.0, 4.0)]
    assert found(done(detection(Tones()), scene(tmp_path / "a.wav", 3, gain=9.0, dog=1.0)))[0][0] == "dog"
    (tmp_path / "a.wav").write_bytes(b"no sound")
    with pytest.raises(DataError):
        done(detection(Tones()), tmp_path / "a.wav")


def test_memory_stays_flat_in_ten_minutes(tmp_path: Path) -> None:
    block = 0.1 * np.random.default_rng(0).standard_normal(10 * RATE).astype(np.float32)
    with sf.SoundFile(tmp_path / "a.wav", "w", RATE, 1) as file:
        for _ in range(60):
            file.write(block)
    tagger = Tones()
    tracemalloc.start()
    try:
        made = done(detection(tagger), tmp_path / "a.wav")
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert made.facts == {"seconds": 600.0} and tagger.longest <= (30 + 2 * 4) * GRID.cell
    assert peak < 10e6  # the sound alone is 19 MB
    assert made.posteriors is not None and len(made.posteriors.rows) <= 3000


@pytest.mark.parametrize(
    "engine", [detection(Slow()), target(Slow()), FoundationCaption(CARD, lambda: Saying("A.", seconds=60))]
)
def test_a_job_that_is_not_wanted_ends_at_once(tmp_path: Path, engine: Engine) -> None:
    path = scene(tmp_path / "a.wav", 4.0, dog=1.0)
    engine.load()
    begun = time.monotonic()

    def report(share: float) -> None:
        if time.monotonic() - begun > 0.2:
            raise JobCancelled("The job is no longer wanted.")

    with pytest.raises(JobCancelled):
        engine.run(Job(engine.card.task, tmp_path, {"target": "the dog"}, {"audio": path}), report)
    assert time.monotonic() - begun < 20.0  # left alone, each takes a minute
    assert [one.name for one in tmp_path.iterdir()] == ["a.wav"]


def test_names_of_audioset_are_said_plainly_and_merged() -> None:
    names = (
        "Bark",
        "Male speech, man speaking",
        "Silence",
        "Wind chime, wind bell",
        "Inside, small room",
    )
    assert [said(name) for name in names] == ["dog", "speech", "", "wind chime", ""]
    words = Vocabulary(("Dog", "Silence", "Bark", "Music"))
    assert words.labels == ("dog", "music")
    assert np.allclose(words.merged(np.array([[0.1, 0.9, 0.7, 0.2]], np.float32)), [[0.7, 0.2]])


# ------------------------------------------------------------------------- target


def test_a_sound_is_found_by_its_name_within_a_stretch_or_beside_another(tmp_path: Path) -> None:
    path = scene(tmp_path / "a.wav", 9.0, dog=2.0, horn=6.5)
    made = done(target(Tones()), path, target="the dog")
    assert found(made) == [("dog", pytest.approx(2.0, abs=0.11), pytest.approx(3.0, abs=0.11))]
    both = done(target(Tones()), path, target="the dog and a car horn")
    assert [label for label, *_ in found(both)] == ["dog", "car horn"]
    assert both.posteriors is not None and both.posteriors.labels == ("dog", "car horn")
    assert not done(target(Tones()), path, target="dog", start_s=4.0, end_s=8.0).events
    (part,) = found(done(target(Tones()), path, target="dog", start_s=2.5, end_s=8.0))
    assert part == ("dog", 2.5, pytest.approx(3.0, abs=0.11))
    assert not done(target(Tones()), path, target="the piano").events


def test_a_sound_is_found_by_an_example_of_it(tmp_path: Path) -> None:
    path = scene(tmp_path / "a.wav", 9.0, dog=2.0, horn=6.5)
    shown = scene(tmp_path / "b.wav", 1.0, 44_100, dog=0.0)
    wanted = [(LIKE, pytest.approx(2.0, abs=0.3), pytest.approx(3.0, abs=0.3))]

    class Unit(Tones):
        def like(self, sound: Samples) -> Rows:
            rows = super().like(sound)
            return rows / np.float32(max(rows.max(), 0.03)) if len(sound) > GRID.cell else rows

    assert found(done(target(Unit()), path, files={"example": shown}, target="this sound")) == wanted
    assert found(done(target(Unit()), path, target="this sound", start_s=2.0, end_s=3.0)) == wanted


def test_silence_is_found_by_its_level(tmp_path: Path) -> None:
    sound = np.concatenate((np.full(3 * RATE, 0.1), np.zeros(3 * RATE), np.full(RATE, 0.1)))
    sf.write(tmp_path / "a.wav", sound, RATE)
    made = done(target(Tones()), tmp_path / "a.wav", target="silence")
    assert found(made) == [("silence", 3.0, 6.0)] and made.posteriors is None


def test_what_is_not_meant_or_not_heard_is_said(tmp_path: Path) -> None:
    path = scene(tmp_path / "a.wav", 3.0, dog=1.0)
    sf.write(tmp_path / "b.wav", np.zeros(RATE), RATE)
    for words in ("", "this sound"):
        with pytest.raises(EngineError, match=WHICH):
            done(target(Tones()), path, target=words)
    with pytest.raises(EngineError, match=NOTHING):
        done(target(Tones()), path, files={"example": tmp_path / "b.wav"}, target="this sound")
    with pytest.raises(DataError, match="over after 3 seconds"):
        done(target(Tones()), path, target="this sound", start_s=5.0, end_s=6.0)
    assert called("the sound of a Dog, and some rain") == ["sound of a dog", "rain"]


# ------------------------------------------------------------------------ caption


def captioned(path: Path, *texts: str) -> tuple[Made, Saying]:
    describer = Saying(*texts)
    return done(FoundationCaption(CARD, lambda: describer), path), describer


def test_a_caption_is_the_first_sentence(tmp_path: Path) -> None:
    made, describer = captioned(scene(tmp_path / "a.wav", 4.0, 44_100, 2, dog=1.0), '"a dog barks.  It may be afraid."')
    assert made.text == "A dog barks." and not made.notice and made.facts["seconds"] == 4.0
    assert len(describer.heard[1]) == 4 * RATE
    assert captioned(tmp_path / "a.wav", "  *\n ")[0].text == ""


def test_long_recordings_are_told_in_parts_and_silence_without_the_model(tmp_path: Path) -> None:
    block = 0.1 * np.random.default_rng(0).standard_normal(10 * 2000).astype(np.float32)
    sf.write(tmp_path / "a.wav", np.tile(block, 7), 2000)
    made, _ = captioned(tmp_path / "a.wav", "Rain falls", "Rain falls", "A dog barks!")
    assert made.text == "From 0 seconds on: Rain falls. From 1 minute on: A dog barks!" and not made.notice
    sf.write(tmp_path / "a.wav", np.tile(block, 60), 2000)
    made, describer = captioned(tmp_path / "a.wav", "Rain falls.")
    assert made.text == "From 0 seconds on: Rain falls." and len(describer.heard) == 7
    assert made.notice == "I listened to 6 parts of half a minute, spread over it."
    sf.write(tmp_path / "a.wav", np.zeros(3 * RATE), RATE)
    made, describer = captioned(tmp_path / "a.wav", "Rain falls.")
    assert made.text == "3 seconds of silence." and len(describer.heard) == 1


def test_parts_and_sentences() -> None:
    assert spread(0.05) == [0.0] and spread(61) == [0.0, 30.0, 60.0]
    assert spread(600) == [0.0, 114.0, 228.0, 342.0, 456.0, 570.0]
    assert sentence("Mr. smith speaks") == "Mr. smith speaks." and sentence("...") == ""


# ------------------------------------------------------------- what can be had


def test_every_public_model_can_be_pulled_and_makes_its_engine(tmp_path: Path) -> None:
    for one in PUBLIC:
        listed = weights(one.card.name)
        assert (listed.repo, listed.licence, listed.size_mb) == (one.card.source, one.card.licence, one.size_mb)
        assert listed.commercial == one.card.commercial and one.card.name in listed.use
        made = next(entry for entry in ENGINES if entry.card is one.card)
        assert made.target == f"models.sound.foundation:{one.maker}" and made.weights == one.card.name
    assert not weights("audio-flamingo-3").commercial
    assert weights("espnet-multidecoder-de").repo == "espnet/brianyan918_must_c_v2_en-de_st_multidecoder"


def test_weights_in_two_formats_are_fetched_once() -> None:
    names = ("config.json", "model.safetensors", "pytorch_model.bin", "text/pytorch_model.bin", "vae/model.safetensors")
    kept = [one.rfilename for one in _once([SimpleNamespace(rfilename=name) for name in names])]
    assert kept == ["config.json", "model.safetensors", "text/pytorch_model.bin", "vae/model.safetensors"]
    assert len(_once([SimpleNamespace(rfilename="pytorch_model.bin")])) == 1


def test_a_package_that_is_missing_is_named() -> None:
    def load() -> Callable[[], None]:
        raise ImportError("No module named torch", name="torch")

    with pytest.raises(EngineMissing, match="The engine fake needs torch and transformers. .* extra audio"):
        _needing(CARD, load)()


def test_a_sound_that_is_not_known_in_the_tree_goes_to_a_model_that_reads_words() -> None:
    own, words = Card("own", "detect_target_sound", "model", "", source="in the tree"), Card("x", "", "model", "")
    for given, files, wanted in (
        ({"target": "the dog"}, {}, (1, 1)),
        ({"target": "a typewriter"}, {}, (0, 2)),
        ({"target": "this sound"}, {"example": Path("b.wav")}, (1, 1)),
        ({"target": "a typewriter", "start_s": 1.0, "end_s": 2.0}, {}, (1, 1)),
    ):
        job = Job("detect_target_sound", Path(), given, {"audio": Path("a.wav"), **files})
        assert (fitness(own, job), fitness(words, job)) == wanted


def test_who_names_an_engine_in_the_settings_is_told_what_it_lacks(tmp_path: Path) -> None:
    entries = [entry("own", "detect_sounds"), next(one for one in ENGINES if one.card.name == "ast")]

    def models(**engines: str) -> Residency:
        return Residency(entries, ModelsOptions(tmp_path, engines=engines))

    assert models().lack("detect_sounds") == "" and models(detect_sounds="own").lack("detect_sounds") == ""
    lacking = "The engine ast lacks its weights. Get them with: assistant models pull ast"
    assert models(detect_sounds="ast").lack("detect_sounds") == lacking
    assert models(detect_sounds="oops").lack("detect_sounds").startswith("The settings want oops to detect sounds")
    context = WatchedContext(tmp_path)
    context.models = models(detect_sounds="ast")
    with pytest.raises(Refused, match="assistant models pull ast"):
        needs_engine(context, "detect_sounds", "I cannot.")
    context.models = models()
    with pytest.raises(Refused, match="I cannot."):
        needs_engine(context, "hum", "I cannot.")
