"""The ears that judge binaural sound, the measure by them, and the file of the head they are measured against."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import soundfile as sf

from assistant.errors import DataError
from assistant.evaluation.capability.base import NOTHING, Bench, Contender, Row
from assistant.evaluation.capability.hearing import Manikin, lead, manikin, turn
from assistant.evaluation.capability.make_binaural import measure, said
from assistant.evaluation.recordings import Recordings
from models.base import Card, Job, Made, MadeFile
from models.sound.binaural import WEIGHTS, Binaural

DATA = Path(__file__).parent.parent.parent / "shared" / "data"
SOFA = next(iter(sorted((DATA / "hrtf").glob("*.sofa"))), None)

pytestmark = pytest.mark.skipif(SOFA is None, reason="there is no manikin among the recordings")


@pytest.fixture(scope="module")
def head() -> Manikin:
    pytest.importorskip("h5py")
    assert SOFA is not None
    return manikin(SOFA)


def test_the_ears_hear_where_the_manikin_heard_it(head: Manikin) -> None:
    noise = np.random.default_rng(2).standard_normal(head.rate // 4).astype(np.float32)
    found = [head.locates(head.hears(noise, azimuth), noise) for azimuth in head.azimuths[::6]]
    assert np.abs(turn(np.array(found) - head.azimuths[::6])).max() <= 5


@pytest.mark.parametrize("samples", [0, 7, -20])
def test_a_delay_is_found_to_a_part_of_a_sample(samples: int) -> None:
    noise = np.random.default_rng(3).standard_normal(4000)
    heard = np.stack((np.roll(noise, max(0, -samples)), np.roll(noise, max(0, samples))), axis=1)
    assert lead(heard, 44_100) == pytest.approx(samples / 44_100, abs=2e-6)


def mirrored(job: Job) -> Made:
    """Who puts everything on the other side, all of it into one ear."""
    sound, rate = sf.read(job.files["audio"], dtype="float32")
    left = "right" in str(job.arguments["position"])
    sf.write(job.folder / "made.wav", np.stack((sound * left, sound * (not left)), axis=1) + 1e-6, rate)
    return Made(files=(MadeFile(job.folder / "made.wav", "made"),))


def test_the_measure_tells_good_from_bad(head: Manikin, tmp_path: Path) -> None:
    engine = Binaural(Card("kemar", "make_binaural", "dsp", "x"))
    engine.load()
    everybody = (Contender("kemar", lambda job: engine.run(job, lambda share: None)), Contender("mirrored", mirrored))
    rows = list(measure(everybody, Bench(Recordings(DATA), tmp_path, limit=2)))
    value = {(row.engine, row.metric): row.value for row in rows}
    assert value["kemar", "itd_error_us"] < 10 < 100 < value[NOTHING, "itd_error_us"]
    assert value["kemar", "ild_error_db"] < 0.5 < 3 < value[NOTHING, "ild_error_db"]
    for what in ("noise", "on its way"):
        assert value["kemar", f"angle_error_deg, {what}"] < 6 < 60 < value["mirrored", f"angle_error_deg, {what}"]
    assert abs(value["kemar", "sharpest_bend_db, moving over still"]) < 6
    assert all(isinstance(row, Row) and row.n for row in rows)


def test_recordings_without_a_manikin_are_told(tmp_path: Path) -> None:
    rows: Iterator[Row] = measure((), Bench(Recordings(tmp_path), tmp_path))
    with pytest.raises(DataError, match="KEMAR"):
        next(rows)


def test_directions_are_said_as_people_say_them() -> None:
    assert said(-30.0) == "30 degrees to the left" and said(175.0) == "175 degrees to the right"


def test_the_head_in_the_tree_is_what_the_script_makes(head: Manikin, tmp_path: Path) -> None:
    from scripts.make_hrtf import equalized, read, save

    assert SOFA is not None
    measured = read(SOFA)
    save(tmp_path / "kemar.npz", measured, equalized(measured))
    with np.load(tmp_path / "kemar.npz") as made, np.load(WEIGHTS) as kept:
        assert sorted(made.files) == sorted(kept.files)
        for name in kept.files:
            assert np.abs(made[name].astype(int) - kept[name].astype(int)).max() <= 1, name
