"""What the measure of singing computes, on melodies whose errors are known."""

import numpy as np
import pytest

from assistant.evaluation.capability.sing import (
    FRAME_S,
    Piece,
    aligned,
    frame_errors,
    onset_errors,
    piece_of,
    pitch_errors,
)
from models.music.tunes import TUNES

PIECE = Piece("la la la", ((60.0, 0.6), (64.0, 0.6), (0.0, 0.3), (62.0, 0.8)))


def track(cents: float = 0.0, late: int = 0, octave: int = 0) -> np.ndarray:
    """F0 of who sings the piece so many cents sharp and frames late, in another octave."""
    score = np.concatenate([np.full(round(seconds / FRAME_S), key) for key, seconds in PIECE.notes])
    sung = np.where(score > 0, score + 12 * octave + cents / 100, 0.0)
    return np.concatenate((np.zeros(40), np.roll(sung, late), np.zeros(40)))


@pytest.mark.parametrize(("cents", "octave"), [(0.0, 0), (7.0, 0), (-12.0, -1)])
def test_pitch_errors_in_whatever_octave(cents: float, octave: int) -> None:
    f0, score = aligned(track(cents, octave=octave), PIECE)
    assert np.median(pitch_errors(f0, score)) == pytest.approx(abs(cents), abs=0.01)
    assert np.mean(frame_errors(f0, score)) < 0.01


def test_vibrato_is_no_error_of_pitch() -> None:
    f0, score = aligned(track(), PIECE)
    wavering = f0 + (f0 > 0) * 0.3 * np.sin(2 * np.pi * 5.5 * np.arange(len(f0)) * FRAME_S)
    assert np.median(pitch_errors(wavering, score)) < 2


def test_a_note_that_comes_late_and_one_that_is_wrong() -> None:
    f0, score = aligned(track(), PIECE)
    late = f0.copy()
    late[120:128] = 60.0  # the second note begins at frame 120
    assert sorted(onset_errors(late, score)) == pytest.approx([0, 0, 40.0])
    wrong = np.where(score == 64, 70.0, f0)
    assert np.mean(frame_errors(wrong, score)) > 0.2
    silent = np.zeros_like(f0)
    assert np.mean(frame_errors(silent, score)) > 0.8 and pitch_errors(silent, score) == []


def test_a_piece_has_a_rest_behind_each_line() -> None:
    piece = piece_of(TUNES[0])
    assert sum(key == 0 for key, _ in piece.notes) == 4 and "-" not in piece.text
    notes, durations = piece.score
    assert notes.startswith("C4 | C4 | D4") and len(notes.split("|")) == len(durations.split("|"))
