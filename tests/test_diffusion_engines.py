"""Making sound from words and repainting parts by diffusion: all that is around the model, with models easily known."""

import time
import tracemalloc
from collections.abc import Sequence
from pathlib import Path
from threading import Event
from typing import Any

import numpy as np
import pytest
import soundfile as sf

from assistant.audio import Samples
from assistant.clock import run_virtually
from assistant.errors import EngineError, EngineMissing, JobCancelled
from models.base import Card, Engine, Job, Made, Report
from models.catalogue import ENGINES
from models.options import ModelsOptions
from models.residency import Residency
from models.sound.diffusion import Known, Painter, Wish
from models.sound.diffusion_generation import NOTHING, PEAK, DiffusionGeneration
from models.sound.diffusion_inpainting import MADE_ANEW, DiffusionInpainting
from models.sound.inpainting import Inpainting
from models.sound.inpainting_linear import Signal

HERTZ = 440.0
CARD = Card("audioldm2", "generate_audio", "model", "Under test.")


class Tuned:
    """A `Painter` that hears a tone of 440 Hz in what is known, and goes on with it; else it begins one."""

    ranks, share = True, 0.5

    def __init__(self, rate: int = 16_000, channels: int = 1, seconds: float = 4.0, loud: float = 0.2) -> None:
        self.rate, self.channels, self.window = rate, channels, round(seconds * rate)
        self.shortest = self.window // 2
        self._loud = loud
        self.calls: list[tuple[Samples, Known, Wish]] = []
        self.liked: Sequence[float] = ()

    def __call__(self, sound: Samples, known: Known, wish: Wish) -> Samples:
        self.calls.append((sound.copy(), known, wish))
        at = 2 * np.pi * HERTZ * np.arange(len(sound)) / self.rate
        basis = np.stack((np.cos(at), np.sin(at)), axis=1)
        if not known.any():
            return np.asarray(self._loud * basis[:, 1:] * np.ones(self.channels), np.float32)
        weights = np.linalg.lstsq(basis[known], sound[known].astype(np.float64), rcond=None)[0]
        return np.asarray(basis @ weights, np.float32)

    def likeness(self, sound: Samples, text: str) -> float:
        return self.liked[(len(self.calls) - 1) % len(self.liked)]

    def stop(self) -> None:
        """It never takes long."""


class Slow(Tuned):
    """One that would take a minute, and can be stopped."""

    def __init__(self) -> None:
        super().__init__()
        self._stopped = Event()

    def __call__(self, sound: Samples, known: Known, wish: Wish) -> Samples:
        self._stopped.wait(60)
        raise EngineError("stopped")

    def stop(self) -> None:
        self._stopped.set()


class Generation(DiffusionGeneration):
    """Around a painter that is here already."""

    def __init__(self, painter: Painter, tries: int = 1) -> None:
        super().__init__(CARD, steps=5, tries=tries)
        self._painter = painter


class Repainting(DiffusionInpainting):
    """Around a painter that is here already."""

    def __init__(self, painter: Painter) -> None:
        super().__init__(CARD, steps=5)
        self._painter = painter


def quietly(share: float) -> None:
    """A report that nobody reads."""


def generated(folder: Path, painter: Tuned, tries: int = 1, **arguments: Any) -> tuple[Made, Samples]:
    made = Generation(painter, tries).run(Job("generate_audio", folder, {"text": "A tone.", **arguments}), quietly)
    return made, sf.read(made.files[0].path, always_2d=True)[0]


def tone(seconds: float, rate: int, channels: int = 1, loud: float = 0.2) -> Signal:
    """Such as the painters go on with; the channels differ in level: (n, channels)."""
    at = np.arange(round(seconds * rate)) / rate
    return np.asarray(loud * np.sin(2 * np.pi * HERTZ * at)[:, None] * np.linspace(1, 0.5, channels))


def repainted(engine: Engine, folder: Path, sound: Signal, rate: int, **arguments: Any) -> tuple[Made, Any, Any]:
    """What the engine makes of a sound, and both as they are stored."""
    (folder / "made").mkdir(exist_ok=True)
    sf.write(folder / "a.wav", sound, rate, arguments.pop("subtype", "PCM_16"))
    made = engine.run(Job("inpaint_audio", folder / "made", arguments, {"audio": folder / "a.wav"}, 7), quietly)
    files = (folder / "a.wav", made.files[0].path)
    return made, *(sf.read(path, dtype="int32", always_2d=True)[0] for path in files)


def cancelling(after_s: float) -> Report:
    begun = time.monotonic()

    def report(share: float) -> None:
        if time.monotonic() - begun > after_s:
            raise JobCancelled("The job is no longer wanted.")

    return report


# ------------------------------------------------------------------ sound from words


@pytest.mark.parametrize(("seconds", "calls"), [(0.1, 1), (2.0, 1), (4.0, 1), (4.1, 2), (11.3, 4)])
def test_it_is_as_long_as_is_wanted_and_without_a_seam(tmp_path: Path, seconds: float, calls: int) -> None:
    painter = Tuned()
    made, sound = generated(tmp_path, painter, seconds=seconds)
    assert len(sound) == round(seconds * 16_000) and len(painter.calls) == calls
    assert made.facts["rate"] == 16_000 and made.facts["channels"] == 1 and not made.notice
    wanted = PEAK * np.sin(2 * np.pi * HERTZ * np.arange(len(sound)) / 16_000)
    inner = slice(None, -round(0.05 * 16_000))  # the end fades out
    assert np.abs(sound[inner, 0] - wanted[inner]).max() < 2e-3 and np.abs(sound).max() < 0.99


@pytest.mark.parametrize("seconds", [0.5, 3.0, 4.0, 9.5])
def test_a_loop_goes_on_where_it_begins(tmp_path: Path, seconds: float) -> None:
    made, sound = generated(tmp_path, Tuned(channels=2), seconds=seconds, loop=True)
    assert sound.shape == (round(seconds * 16_000), 2) and made.facts["loop"] is True
    steps = np.abs(np.diff(np.concatenate((sound, sound[:1])), axis=0))
    assert steps[-1].max() <= 1.01 * steps[:-1].max()
    assert np.abs(np.diff(generated(tmp_path, Tuned(), seconds=seconds)[1][-8:], axis=0)).max() < 0.01  # fades out


def test_the_best_of_several_is_taken(tmp_path: Path) -> None:
    painter = Tuned()
    painter.liked = (0.1, 0.4, 0.2)
    made, _ = generated(tmp_path, painter, tries=3, seconds=2.0)
    assert [call[2].seed for call in painter.calls] == [0, 1, 2]
    assert (made.facts["candidates"], made.facts["likeness"]) == (3, 0.4)
    painter.ranks = False
    assert generated(tmp_path, painter, tries=3)[0].facts["candidates"] == 1


def test_what_is_asked_for_reaches_the_model(tmp_path: Path) -> None:
    painter = Tuned()
    painter.liked = (0.0,)
    made, _ = generated(tmp_path, painter, steps=20, guidance=7, candidates=2, text="Rain, on a tent & more!")
    assert painter.calls[0][2] == Wish("Rain, on a tent & more!", 20, 7.0, "low quality", 0)
    assert made.files[0].name == "rain on a tent more" and made.facts["made"] == "rain, on a tent & more"
    assert (made.facts["steps"], made.facts["guidance"], made.facts["candidates"]) == (20, 7.0, 2)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ({"text": " "}, "what it should sound like"),
        ({"seconds": 0}, "tenth of a second up to 10 minutes"),
        ({"seconds": 3600.0}, "up to 10 minutes"),
        ({"steps": 0}, "between 1 and 1000"),
        ({"guidance": 0.5}, "between 1 and 30"),
        ({"candidates": 99}, "from one to 8 tries"),
    ],
)
def test_what_cannot_be_is_said(tmp_path: Path, arguments: dict[str, Any], sentence: str) -> None:
    with pytest.raises(EngineError, match=sentence):
        generated(tmp_path, Tuned(), **arguments)
    assert not list(tmp_path.iterdir())


def test_what_is_soft_is_raised_and_what_is_silent_is_told(tmp_path: Path) -> None:
    assert np.abs(generated(tmp_path, Tuned(loud=0.05))[1]).max() == pytest.approx(0.4, abs=0.01)
    assert generated(tmp_path, Tuned(loud=4.0))[1].max() == pytest.approx(PEAK, abs=0.01)
    made, sound = generated(tmp_path, Tuned(loud=0.0, channels=2))
    assert made.notice == NOTHING and sound.shape == (160_000, 2) and not sound.any()


def test_memory_stays_flat(tmp_path: Path) -> None:
    painter = Tuned()
    painter.calls = Forgetful()
    tracemalloc.start()
    try:
        Generation(painter).run(Job("generate_audio", tmp_path, {"text": "a tone", "seconds": 300.0}), quietly)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 20e6  # the sound alone is 19 MB


class Forgetful(list[Any]):
    """A list that keeps nothing."""

    def append(self, _: object) -> None:
        """Nothing."""


@pytest.mark.parametrize("task", ["generate_audio", "inpaint_audio"])
def test_a_job_that_is_not_wanted_leaves_nothing(tmp_path: Path, task: str) -> None:
    sf.write(tmp_path / "a.wav", tone(3.0, 16_000), 16_000)
    (tmp_path / "made").mkdir()
    job = Job(task, tmp_path / "made", {"text": "dog", "start_s": 1.0, "end_s": 2.0}, {"audio": tmp_path / "a.wav"})
    engine = Generation(Slow()) if task == "generate_audio" else Repainting(Slow())
    begun = time.monotonic()
    with pytest.raises(JobCancelled):
        engine.run(job, cancelling(0.2))
    assert time.monotonic() - begun < 20.0 and not list((tmp_path / "made").iterdir())


def test_progress_is_told_and_only_grows(tmp_path: Path) -> None:
    shares: list[float] = []
    painter = Tuned()
    painter.liked = (0.0,)
    Generation(painter, 2).run(Job("generate_audio", tmp_path, {"text": "a tone", "seconds": 9.0}), shares.append)
    assert shares == sorted(shares) and (shares[0], shares[-1]) == (0.0, 1.0)


# -------------------------------------------------------------- a part of a recording


@pytest.mark.parametrize("rate", [8_000, 16_000, 44_100, 96_000])
@pytest.mark.parametrize("channels", [1, 2])
@pytest.mark.parametrize("mine", [1, 2])
def test_a_part_is_made_at_its_place_and_nothing_else_changes(
    tmp_path: Path, rate: int, channels: int, mine: int
) -> None:
    sound = tone(6.0, rate, channels)
    made, before, after = repainted(Repainting(Tuned(16_000, mine)), tmp_path, sound, rate, start_s=2.0, end_s=2.5)
    assert made.facts["rest_unchanged"] and made.notice == MADE_ANEW
    assert before.shape == after.shape and made.facts["rate"] == rate and made.facts["channels"] == channels
    start, end = round(2.0 * rate), round(2.5 * rate)
    assert np.array_equal(before[:start], after[:start]) and np.array_equal(before[end:], after[end:])
    wrong = (after - before)[start:end] / 2**31
    assert np.sqrt(np.mean(wrong**2)) < 0.03 * np.sqrt(np.mean(sound**2))  # 30 dB


@pytest.mark.parametrize("subtype", ["PCM_U8", "PCM_24", "FLOAT"])
def test_samples_are_kept_as_they_are_stored(tmp_path: Path, subtype: str) -> None:
    sound = tone(3.0, 16_000, 2)
    made, before, after = repainted(Repainting(Tuned()), tmp_path, sound, 16_000, start_s=1, end_s=2, subtype=subtype)
    assert sf.info(made.files[0].path).subtype == subtype
    assert np.array_equal(before[:16_000], after[:16_000]) and np.array_equal(before[32_000:], after[32_000:])


@pytest.mark.parametrize(("start_s", "end_s"), [(0.0, 0.3), (2.7, 3.0), (0.0, 2.5), (0.2, 2.9)])
def test_parts_at_the_ends_are_made_too(tmp_path: Path, start_s: float, end_s: float) -> None:
    sound = tone(3.0, 22_050)
    _, before, after = repainted(Repainting(Tuned()), tmp_path, sound, 22_050, start_s=start_s, end_s=end_s)
    wrong = (after - before) / 2**31
    assert len(after) == len(before) and np.abs(wrong).max() < 0.1


def test_a_part_longer_than_a_window_is_made_from_left_to_right(tmp_path: Path) -> None:
    painter = Tuned(seconds=4.0)
    _, before, after = repainted(Repainting(painter), tmp_path, tone(20.0, 16_000), 16_000, start_s=5, end_s=14)
    assert len(painter.calls) == 3 and all(len(call[0]) == painter.window for call in painter.calls)
    assert [call[2].seed for call in painter.calls] == [7, 8, 9]
    assert np.std(after - before) < 0.01 * np.std(before)


def test_what_is_in_the_part_is_not_looked_at(tmp_path: Path) -> None:
    sound = tone(3.0, 16_000)
    first = repainted(Repainting(Tuned()), tmp_path, sound, 16_000, start_s=1, end_s=2)[2]
    sound[16_000:32_000] = 0.9
    assert np.array_equal(repainted(Repainting(Tuned()), tmp_path, sound, 16_000, start_s=1, end_s=2)[2], first)


def test_words_are_told_to_the_model_unless_they_only_say_that_it_should_fit(tmp_path: Path) -> None:
    painter = Tuned()
    for text in ("a dog bark", "the same as around it", ""):
        repainted(Repainting(painter), tmp_path, tone(4.0, 16_000), 16_000, start_s=2, end_s=3, text=text)
    assert [call[2].text for call in painter.calls] == ["a dog bark", "", ""]


def test_faults_and_short_parts_are_left_to_what_is_better_at_them(tmp_path: Path) -> None:
    painter, sound = Tuned(), tone(2.0, 16_000)
    plain = Inpainting(CARD)
    sound[16_000] = 0.9
    for arguments in ({"fault": "clicks"}, {"start_s": 0.99, "end_s": 1.01}):
        made = repainted(Repainting(painter), tmp_path, sound, 16_000, **arguments)[2]
        assert np.array_equal(made, repainted(plain, tmp_path, sound, 16_000, **arguments)[2])
    assert not painter.calls
    repainted(Repainting(painter), tmp_path, sound, 16_000, start_s=0.99, end_s=1.01, text="a click")
    assert len(painter.calls) == 1


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ({"start_s": 2.0, "end_s": 1.0}, "has to end after"),
        ({"start_s": 9.0, "end_s": 10.0}, "nothing at 9 seconds"),
        ({"start_s": 0.0, "end_s": 3.0}, "nearly all of it"),
        ({}, "from which second to which"),
    ],
)
def test_parts_that_are_none_are_refused(tmp_path: Path, arguments: dict[str, Any], sentence: str) -> None:
    with pytest.raises(EngineError, match=sentence):
        repainted(Repainting(Tuned()), tmp_path, tone(3.0, 16_000), 16_000, **arguments)


@pytest.mark.parametrize("level", [0.0, 5.0])
def test_silence_and_clipped_sound_are_filled(tmp_path: Path, level: float) -> None:
    sound = np.clip(tone(3.0, 16_000, 2, level), -1, 1)
    _, before, after = repainted(Repainting(Tuned()), tmp_path, sound, 16_000, start_s=1, end_s=2)
    assert len(after) == len(before) and bool(after.any()) == bool(level)


# ------------------------------------------------------------------------ the choice


def test_they_are_used_where_the_settings_name_them(tmp_path: Path) -> None:
    entries = [entry for entry in ENGINES if entry.weights == "audioldm2"]
    sf.write(tmp_path / "a.wav", tone(3.0, 16_000), 16_000)
    files = {"audio": tmp_path / "a.wav"}

    async def ask(task: str, options: ModelsOptions) -> None:
        async with Residency(entries, options) as models:
            await models.run(Job(task, tmp_path, {"text": "dog", "start_s": 1.0, "end_s": 2.0}, files))

    for task, name in (("generate_audio", "audioldm2"), ("inpaint_audio", "audioldm2-inpaint")):
        with pytest.raises(EngineMissing, match=f"is {name}, which may not be used commercially"):
            run_virtually(ask(task, ModelsOptions(tmp_path)))
        with pytest.raises(EngineMissing, match="assistant models pull audioldm2"):
            run_virtually(ask(task, ModelsOptions(tmp_path, engines={task: name})))
