"""What `assistant eval capability` measures by: figures that are known beforehand, and materials of known making."""

import math
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from assistant.audio import RATE, Samples, dbfs
from assistant.errors import DataError
from assistant.evaluation.capability.cider import cider_d
from assistant.evaluation.capability.clips import kinds_of_sound, people
from assistant.evaluation.capability.levels import runs, sounding
from assistant.evaluation.capability.materials import noisy_speech, two_speakers
from assistant.evaluation.capability.metrics import (
    LEAST_PESQ,
    MOST_DB,
    log_mel_distance,
    pesq,
    si_sdr,
    si_sdr_improvement,
    si_sdr_permuted,
    snr,
    stoi,
)
from assistant.evaluation.capability.segments import Counts
from assistant.evaluation.capability.words import bleu, character_errors, chrf, word_errors
from assistant.evaluation.recordings import Recordings
from models.base import SoundEvent
from tests.capability_sounds import hiss, keep, made_in, talk, tone

REAL = Path(__file__).parents[1].parent / "shared" / "data"


@pytest.fixture
def recordings(tmp_path: Path) -> Recordings:
    return made_in(tmp_path / "data")


# ------------------------------------------------------------------------- metrics


def mixed(ratio_db: float) -> tuple[Samples, Samples]:
    """A tone, and the same with another across it, so many decibels below."""
    signal, other = tone(400.0), tone(1000.0)
    return signal, signal + other * np.float32(10 ** (-ratio_db / 20))


@pytest.mark.parametrize("ratio_db", [-5.0, 0.0, 12.5])
def test_si_sdr_and_snr_of_a_known_mixture(ratio_db: float) -> None:
    signal, mixture = mixed(ratio_db)
    assert si_sdr(mixture, signal) == pytest.approx(ratio_db, abs=0.01)
    assert snr(mixture, signal) == pytest.approx(ratio_db, abs=0.01)
    assert si_sdr(0.3 * mixture + 0.05, signal) == pytest.approx(ratio_db, abs=0.01)  # neither level nor offset count
    assert snr(0.3 * mixture, signal) < 5.0
    assert si_sdr_improvement(mixture, signal, mixture) == 0.0


def test_ratios_stay_finite() -> None:
    signal = tone(400.0)
    assert si_sdr(signal, signal) == snr(signal, signal) == MOST_DB
    assert si_sdr(0 * signal, signal) == -MOST_DB
    assert si_sdr(signal, 0 * signal) == -MOST_DB
    assert si_sdr(signal[:0], signal) == -MOST_DB
    assert math.isfinite(si_sdr(signal[:0], signal[:0]))


def test_what_is_lacking_counts_as_silence() -> None:
    signal = hiss()
    assert snr(signal[: len(signal) // 2], signal) == pytest.approx(3.0, abs=0.1)
    assert snr(np.concatenate((signal, signal)), signal) == MOST_DB


def test_speakers_may_come_in_any_order() -> None:
    first, second = tone(300.0), tone(700.0)
    assert si_sdr_permuted([second, first], [first, second]) == (MOST_DB, (1, 0))
    assert si_sdr_permuted([hiss(), first, second], [first, second]) == (MOST_DB, (1, 2))
    with pytest.raises(ValueError, match="2 sounds"):
        si_sdr_permuted([first], [first, second])


def test_pesq_and_stoi_know_the_better_one_and_go_by_any_rate() -> None:
    clean = talk(150.0)
    a_little, much = clean + 0.02 * hiss(), clean + hiss()
    assert pesq(clean, clean, RATE) > 4.5
    assert pesq(clean, clean, RATE) > pesq(a_little, clean, RATE) > pesq(much, clean, RATE) >= LEAST_PESQ
    assert stoi(clean, clean, RATE) == pytest.approx(1.0)
    assert stoi(clean, clean, RATE) > stoi(a_little, clean, RATE) > stoi(much, clean, RATE)
    assert stoi(much, clean, RATE, extended=True) < stoi(much, clean, RATE)
    twice = [np.repeat(one, 2) for one in (a_little, clean)]
    assert pesq(*twice, 2 * RATE) == pytest.approx(pesq(a_little, clean, RATE), abs=0.1)


def test_pesq_and_stoi_of_silence_and_of_next_to_nothing() -> None:
    clean = talk(150.0)
    assert pesq(0 * clean, clean, RATE) == LEAST_PESQ
    assert math.isnan(pesq(clean, 0 * clean, RATE))
    assert math.isnan(pesq(clean[:2000], clean[:2000], RATE))
    assert math.isnan(stoi(clean[:2000], clean[:2000], RATE))
    assert stoi(0 * clean, clean, RATE) == pytest.approx(0.0, abs=1e-6)


def test_the_distance_of_spectra() -> None:
    sound = hiss()
    assert log_mel_distance(sound, sound, RATE) == 0.0
    assert log_mel_distance(0.5 * sound, sound, RATE) == pytest.approx(20 * math.log10(2), abs=0.05)
    assert log_mel_distance(tone(300.0), sound, RATE) > 10


def events(*spans: tuple[str, float, float]) -> list[SoundEvent]:
    return [SoundEvent(*span) for span in spans]


def test_segments_are_counted_as_sed_eval_counts_them() -> None:
    """The figures are of sed_eval 0.2.1, `SegmentBasedMetrics` with a resolution of one second."""
    true = events(("a", 0.5, 3.2), ("b", 4.0, 5.0), ("a", 7.9, 8.1))
    found = events(("a", 1.2, 4.5), ("b", 3.9, 4.2), ("c", 6.0, 6.5), ("c", 9.0, 9.5))
    counts = Counts()
    counts.add(true, found, 10.0)
    assert (counts.precision, counts.recall) == pytest.approx((0.5, 4 / 7))
    assert counts.f_score == pytest.approx(8 / 15)


def test_captions_are_scored_as_pycocoevalcap_scores_them() -> None:
    """The figures are of pycocoevalcap 1.2, `Cider().compute_score` on the same words."""
    told = [
        "a dog barks while rain falls",
        "a man speaks",
        "the sea rushes and rushes",
        "A clock ticks in a quiet room.",
    ]
    references = [
        ["a dog is barking in the rain", "rain falls while a dog barks"],
        ["a man is speaking", "somebody speaks"],
        ["waves rush to the shore"],
        ["a clock ticks", "the ticking of a clock in a quiet room"],
    ]
    expected = [3.12981302, 1.70719379, 0.02178065, 3.85275636]
    assert cider_d(told, references) == pytest.approx(expected, abs=1e-7)
    assert cider_d(["a dog barks in the yard", "rain"], [["a dog barks in the yard"], ["rain falls down the roof"]])[
        0
    ] == pytest.approx(10.0)
    assert cider_d([], []) == []
    assert cider_d(["", "rain"], [["a dog"], ["the rain"]])[0] == 0.0


def test_words_are_compared_as_people_mean_them() -> None:
    assert word_errors(["Doctor Smith paid 10 dollars."], ["dr. smith paid ten dollars"]) == 0.0
    assert word_errors(["a b c d", "e"], ["a x c d", "e f g h"]) == pytest.approx(4 / 8)  # all texts together
    assert character_errors(["abcd"], ["abce"]) == pytest.approx(0.25)
    assert math.isnan(word_errors(["something"], [""]))


def test_translations_are_scored_by_sacrebleu() -> None:
    true = ["El tren sale a las nueve de la mañana.", "Hace mucho frío en esta casa hoy."]
    assert bleu(true, true) == pytest.approx(100.0)
    assert chrf(true, true) == pytest.approx(100.0)
    assert 0 < bleu(["El tren sale a las diez de la mañana.", "Hoy no."], true) < 100
    assert bleu(["Nada.", "Nada."], true) < 5


# ----------------------------------------------------------------------- materials


def test_only_what_is_held_out_is_used(recordings: Recordings) -> None:
    assert set(people(recordings)) == {"libri-39", "libri-125"}
    assert {row["fold"] for rows in kinds_of_sound(recordings).values() for row in rows} == {4}
    assert set(kinds_of_sound(recordings, speech=True)) == {"dog", "rain", "sea_waves", "speech"}


def test_of_other_folders_everything_is_used(tmp_path: Path) -> None:
    keep(tmp_path, "speech", [({"speaker": "ada"}, talk(120.0)), ({}, talk(150.0))])
    keep(tmp_path, "sounds", [({"labels": ["bell"]}, tone(900.0))])
    assert set(people(Recordings(tmp_path))) == {"ada", ""}
    assert set(kinds_of_sound(Recordings(tmp_path))) == {"bell"}


def test_noisy_speech_is_as_noisy_as_it_says(recordings: Recordings) -> None:
    for wanted in (-5.0, 0.0, 15.0):
        made = list(noisy_speech(recordings, wanted, ["stationary", "beds"], 2))
        assert [one.label for one in made] == ["stationary"] * 2 + ["beds"] * 2
        for one in made:
            assert snr(one.mixture, one.clean) == pytest.approx(wanted, abs=0.05)
            assert np.abs(one.mixture).max() <= 0.951


def test_a_kind_of_which_there_is_nothing_is_left_out(recordings: Recordings, tmp_path: Path) -> None:
    assert [one.label for one in noisy_speech(recordings, 0.0, ["babble", "chainsaw", "dog"], 1)] == ["dog"]
    with pytest.raises(DataError, match="no noise"):
        list(noisy_speech(recordings, 0.0, ["chainsaw"], 1))


def test_two_speakers_add_up(recordings: Recordings) -> None:
    for one in two_speakers(recordings, 3, level_db=(2.0, 2.0)):
        assert set(one.speakers) == {"libri-39", "libri-125"}
        assert np.allclose(one.mixture, one.sources[0] + one.sources[1])
        assert dbfs(one.sources[0]) - dbfs(one.sources[1]) == pytest.approx(2.0, abs=0.01)


@pytest.mark.parametrize("make", [
    lambda r, seed: [one.mixture for one in noisy_speech(r, 0.0, ["dog", "beds"], 2, seed)],
    lambda r, seed: [one.mixture for one in two_speakers(r, 2, seed)],
])  # fmt: skip
def test_the_same_seed_makes_the_same(recordings: Recordings, make: Callable[[Recordings, int], list[Samples]]) -> None:
    first, again, other = make(recordings, 5), make(recordings, 5), make(recordings, 6)
    assert all(np.array_equal(a, b) for a, b in zip(first, again, strict=True))
    assert not all(np.array_equal(a, b) for a, b in zip(first, other, strict=True))


def test_where_nothing_is_to_be_had_it_says_what_it_takes(tmp_path: Path) -> None:
    empty = Recordings(tmp_path)
    for made in (noisy_speech(empty, 0, ["dog"], 1), two_speakers(empty, 1)):
        with pytest.raises(DataError, match=r"speech\.jsonl"):
            list(made)
    with pytest.raises(DataError, match=r"sounds\.jsonl"):
        kinds_of_sound(empty)


def test_pauses_are_no_sound() -> None:
    sound = np.concatenate([tone(400.0, 1.0), np.zeros(RATE, np.float32), tone(400.0, 0.5), np.zeros(RATE, np.float32)])
    assert np.allclose(runs(sound, RATE), [(0, RATE), (2 * RATE, 2.5 * RATE)], atol=RATE // 50)
    assert len(sounding(sound, RATE)) == pytest.approx(1.5 * RATE, abs=RATE // 25)
    assert runs(np.zeros(RATE, np.float32), RATE) == []


@pytest.mark.skipif(not REAL.is_dir(), reason="no recordings beside the repository")
def test_real_recordings_make_materials() -> None:
    real = Recordings(REAL)
    assert len(people(real)) >= 15
    assert len(kinds_of_sound(real)) == 10
    made = list(noisy_speech(real, 0.0, ["stationary", "babble"], 2))
    assert all(snr(one.mixture, one.clean) == pytest.approx(0.0, abs=0.05) for one in made)
    assert len({one.speakers for one in two_speakers(real, 4)}) > 1
