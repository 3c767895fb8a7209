"""The instruments of the benchmark of voices, on signals whose measures are known."""

import numpy as np
import pytest

from assistant.audio import RATE, Samples
from assistant.bench.synthesizers import OwnVoice
from assistant.bench.voice_takes import Take
from assistant.bench.voice_texts import Sentence
from assistant.events import Spoken, Word
from tts.loader import load_voice

SENTENCE = Sentence("It is 5 o'clock.", "It is five o'clock.")


def pulses(hertz: float, seconds: float = 1.0) -> Samples:
    """A voice of constant pitch: pulses through two resonances, shape (seconds * RATE,)."""
    return glide(hertz, hertz, seconds)


def glide(start: float, end: float, seconds: float = 1.0) -> Samples:
    """A voice whose pitch changes evenly, in semitones a second."""
    times = np.arange(round(seconds * RATE)) / RATE
    hertz = start * (end / start) ** (times / seconds)
    phase = np.cumsum(hertz) / RATE
    sound = np.diff(np.floor(phase), prepend=0.0)
    for centre, width in ((700, 130), (1800, 200)):
        radius = np.exp(-np.pi * width / RATE)
        response = radius ** np.arange(800) * np.sin(2 * np.pi * centre / RATE * np.arange(1, 801))
        sound = np.convolve(sound, response)[: len(times)]
    return np.asarray(0.3 * sound / np.abs(sound).max(), np.float32)


def take(samples: Samples, sentence: Sentence = SENTENCE, words: tuple[Word, ...] = ()) -> Take:
    return Take(sentence, Spoken(samples, RATE, words), 0.1)


# ------------------------------------------------------------- pitch and timbre


@pytest.fixture(scope="module")
def melody():
    return pytest.importorskip("assistant.bench.voice_melody", exc_type=ImportError)


@pytest.fixture(scope="module")
def pitches(melody):
    from assistant.bench import voice_pitch

    return voice_pitch


@pytest.fixture(scope="module")
def spectra(melody):
    from assistant.bench import voice_spectrum

    return voice_spectrum


@pytest.mark.parametrize("hertz", [90.0, 200.0, 320.0])
def test_the_pitch_of_pulses(pitches, hertz: float) -> None:
    found = pitches.pitch(pulses(hertz), RATE)
    assert len(found) == pytest.approx(100, abs=1)
    assert (found[10:90] > 0).all()
    assert found[10:90] == pytest.approx(hertz, rel=0.01)
    assert pitches.semitones(found[10:90]) < 0.1


def test_the_range_of_a_glide(pitches) -> None:
    octave = pitches.pitch(glide(150, 300, 2.0), RATE)
    assert pitches.semitones(octave) == pytest.approx(12 * 0.9, abs=0.4)


def test_silence_has_no_pitch(pitches) -> None:
    silent = pitches.pitch(np.zeros(RATE, np.float32), RATE)
    assert not silent.any()
    assert pitches.semitones(silent) is None


def test_frames_that_are_wrong(pitches) -> None:
    ours = np.array([100.0, 119.0, 121.0, 0.0, 100.0, 0.0])
    theirs = np.array([100.0, 100.0, 100.0, 100.0, 0.0, 0.0])
    same = (np.arange(6), np.arange(6))
    assert pitches.frame_errors(ours, theirs, same) == (3, 6)
    assert pitches.frame_errors(pitches.in_register(2 * ours, 200, 100), ours, same) == (0, 6)


def test_melodies_go_together_or_not(pitches) -> None:
    rising = 100 * 2 ** np.linspace(0, 1, 50)
    same = (np.arange(50), np.arange(50))
    assert pitches.correlation(rising, 1.5 * rising, same) == pytest.approx(1)
    assert pitches.correlation(rising, rising[::-1], same) == pytest.approx(-1)
    assert pitches.correlation(rising, np.full(50, 100.0), same) is None
    assert pitches.correlation(rising, np.zeros(50), same) is None


def test_distortion_is_none_to_itself_and_grows_with_difference(spectra, pitches) -> None:
    voice, brighter = pulses(120), np.diff(pulses(120), prepend=np.float32(0))
    ours, theirs = (spectra.cepstra(s, pitches.pitch(voice, RATE), RATE) for s in (voice, brighter))
    same = (np.arange(len(ours)), np.arange(len(ours)))
    assert ours.shape == (len(pitches.pitch(voice, RATE)), spectra.ORDER)
    assert spectra.distortion(ours, ours, same) == 0
    assert spectra.distortion(ours, theirs, same) > 3
    louder = spectra.cepstra(voice * 2, pitches.pitch(voice, RATE), RATE)
    assert spectra.distortion(ours, louder, same) == pytest.approx(0, abs=1e-3)


def test_distortion_of_a_known_difference(spectra) -> None:
    ours, theirs = np.zeros((5, spectra.ORDER)), np.zeros((5, spectra.ORDER))
    theirs[:, 3] = 0.5
    expected = 10 / np.log(10) * np.sqrt(2 * 0.25)
    assert spectra.distortion(ours, theirs, (np.arange(5), np.arange(5))) == pytest.approx(expected)


def test_the_path_follows_one_who_speaks_slower(spectra) -> None:
    quick = np.random.default_rng(0).standard_normal((20, spectra.ORDER))
    ours, theirs = spectra.path(quick, np.repeat(quick, 3, axis=0))
    assert (ours[0], theirs[0], ours[-1], theirs[-1]) == (0, 0, 19, 59)
    assert (np.diff(ours) >= 0).all() and (np.diff(theirs) >= 0).all()
    assert (theirs // 3 == ours).all()


def test_silence_at_the_ends_is_no_part_of_it(spectra) -> None:
    sound = np.concatenate((np.zeros(3200, np.float32), pulses(150, 0.5), np.zeros(4800, np.float32)))
    assert len(spectra.without_ends(sound, RATE)) == pytest.approx(8000, abs=160)
    assert len(spectra.without_ends(np.zeros(1000, np.float32), RATE)) == 0
    assert len(spectra.without_ends(np.zeros(0, np.float32), RATE)) == 0


def test_the_teacher_is_near_itself_in_any_register(melody) -> None:
    teacher = {SENTENCE.spoken: take(glide(150, 220))}
    figures = melody.Melody().figures([take(glide(150, 220))], teacher)
    assert (figures["f0_correlation"], figures["mcd_db"], figures["ffe"]) == (1.0, 0.0, 0.0)
    assert figures["f0_mean_hz"] == pytest.approx(183, abs=4)
    higher = melody.Melody().figures([take(glide(225, 330))], teacher)
    assert higher["ffe"] < 0.05
    falling = melody.Melody().figures([take(glide(220, 150))], teacher)
    assert falling["f0_correlation"] < 0.5


def test_without_a_teacher_there_is_only_the_pitch(melody) -> None:
    figures = melody.Melody().figures([take(pulses(200))], {})
    assert figures["f0_mean_hz"] == pytest.approx(200, abs=2)
    assert (figures["f0_correlation"], figures["mcd_db"], figures["ffe"]) == (None, None, None)
    assert melody.Melody().figures([take(np.zeros(RATE, np.float32))], {})["f0_mean_hz"] is None
    assert melody.Melody().figures([], {})["f0_range_st"] is None


# --------------------------------------------------------------------- quality


@pytest.fixture(scope="module")
def quality():
    return pytest.importorskip("assistant.bench.voice_quality", exc_type=ImportError)


@pytest.fixture(scope="module")
def espeak() -> OwnVoice:
    return OwnVoice(load_voice("espeak"))


def test_noise_makes_an_opinion_worse_and_loudness_does_not(quality, espeak) -> None:
    spoken = espeak.say(Sentence("The source of the huge river is the clear spring.", ""))
    noise = 0.05 * np.random.default_rng(0).standard_normal(len(spoken.samples)).astype(np.float32)
    clean, noisy, quiet = (
        quality.opinion(s, spoken.rate) for s in (spoken.samples, spoken.samples + noise, spoken.samples / 4)
    )
    assert 1 < noisy.background < clean.background - 0.5 < 5
    assert noisy.overall < clean.overall
    assert quiet.overall == pytest.approx(clean.overall, abs=0.02)


def test_what_is_silent_has_no_opinion(quality) -> None:
    assert quality.Quality().figures([take(np.zeros(10, np.float32))], {})["dnsmos_ovrl"] is None


# ------------------------------------------------------------- word boundaries


@pytest.fixture(scope="module")
def alignment():
    return pytest.importorskip("assistant.bench.voice_alignment", exc_type=ImportError)


def test_boundaries_that_are_off(alignment) -> None:
    truth = [Word("it", 0.0, 0.2), Word("is", 0.2, 0.4), Word("late", 0.4, 0.9)]
    ours = [Word("It", 0.02, 0.22), Word("is", 0.22, 0.42), Word("late!", 0.42, 0.92)]
    assert alignment.boundary_errors(ours, truth) == pytest.approx([0.02] * 6)
    assert alignment.boundary_errors(ours, []) == []


def test_a_number_is_passed_over_and_what_stands_around_it_compared(alignment) -> None:
    truth = [Word(text, i, i + 1.0) for i, text in enumerate(["at", "ten", "thirty", "today"])]
    ours = [Word("At", 0.0, 1.0), Word("10:30", 1.0, 3.0), Word("today.", 3.0, 4.1)]
    assert alignment.boundary_errors(ours, truth) == pytest.approx([0, 0, 0, 0.1])


def test_words_are_found_where_the_voice_says_they_are(alignment, espeak) -> None:
    sentence = Sentence("Kick the ball straight and follow through.", "Kick the ball straight and follow through.")
    said = Take(sentence, espeak.say(sentence))
    words = alignment.Aligner().align(said.spoken.samples, said.spoken.rate, sentence.spoken)
    assert [word.text for word in words] == ["kick", "the", "ball", "straight", "and", "follow", "through"]
    figures = alignment.Boundaries().figures([said], {})
    assert figures["boundaries"] == 14
    assert figures["boundary_ms"] < 40


def test_times_that_are_wrong_show(alignment, espeak) -> None:
    sentence = Sentence("Kick the ball straight and follow through.", "Kick the ball straight and follow through.")
    spoken = espeak.say(sentence)
    shifted = tuple(Word(w.text, w.start_s + 0.3, w.end_s + 0.3) for w in spoken.words)
    figures = alignment.Boundaries().figures([Take(sentence, Spoken(spoken.samples, spoken.rate, shifted))], {})
    assert figures["boundary_ms"] == pytest.approx(300, abs=40)


def test_what_the_aligner_cannot_know_is_not_aligned(alignment, espeak) -> None:
    aligner = alignment.Aligner()
    assert aligner.unknown("Say zxqvbl now.") == ["zxqvbl"]
    assert aligner.align(pulses(100), RATE, "Say zxqvbl now.") is None
    assert aligner.align(pulses(100), RATE, "...") is None
    assert aligner.align(np.zeros(0, np.float32), RATE, "Hello.") is None
    assert alignment.Boundaries(aligner).figures([take(pulses(100))], {})["boundary_ms"] is None
