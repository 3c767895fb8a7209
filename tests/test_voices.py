"""The contract of every voice."""

import numpy as np
import pytest

from assistant.audio import Samples, dbfs
from assistant.errors import EngineMissing, SettingsError
from assistant.events import Manner, Spoken
from tests.voice_checkpoint import make_voice
from tts.base import Voice
from tts.loader import load_voice, voice_names
from tts.options import VoiceOptions

TRICKY = (
    "It takes 3.5 seconds, Dr. Smith.",
    "Send the e-mail at 10:30 to U.S. users, e.g. me.",
    "One of the people in the house and one of the cats",
    "1,234,567 things for $45.20!",
    '“Quoted,” she said — "really?" (yes) and left…',
    "**Bold** words, `code` and\n- a list\n- of things",
    "naïve café 😀 yes © 2024",
    "See https://example.com/a?b=c, or C:\\folder\\file_name.txt & more.",
    "a . b , c ; d",
    "Don't rock'n'roll and/or 50%.",
)
SOUNDLESS = ("", " ", "\n\t", "…", "?!", "—", "😀", "👨‍👩‍👧", "\x00", "\x00\x01\x02\x1b", "\u200d", "\ue000", "***")
FOREIGN = (
    "Привет мир",
    "你好，世界",
    "שלום עולם",
    "नमस्ते",
    "ありがとう",
    "Größe, état, ñandú",
    "ᠮᠣᠩᠭᠣᠯ",
    "\ud800 x",
    "a\u0301",
)
PLAIN = Manner()
FRAME_S = 0.0125
"""What the times of words may be off."""
SENTENCE = "The quick brown fox jumps over the lazy dog, twice."


@pytest.fixture(scope="module", params=dict.fromkeys((*voice_names(), "espnet", "buzz")))
def voice(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Voice:
    folder = tmp_path_factory.mktemp("voices")
    make_voice(folder / "buzz")
    try:
        return load_voice(request.param, VoiceOptions(voices=folder))
    except EngineMissing as missing:
        pytest.skip(str(missing))


def loudness(spoken: Spoken) -> float:
    return dbfs(speech_of(spoken))


def speech_of(spoken: Spoken) -> Samples:
    """The sound up to the end of its last word."""
    return spoken.samples[: round(spoken.words[-1].end_s * spoken.rate)]


@pytest.mark.parametrize("clause", TRICKY)
def test_every_written_word_is_timed_once_and_in_order(voice, clause):
    spoken = voice.speak(clause, PLAIN)
    assert [w.text for w in spoken.words] == clause.split()
    times = [t for w in spoken.words for t in (w.start_s, w.end_s)]
    assert times == sorted(times)
    assert times[0] >= 0 and times[-1] <= len(spoken.samples) / spoken.rate


def test_words_sound_when_they_are_said_to(voice):
    spoken = voice.speak("Seven, eleven, banana, window.", PLAIN)
    rate, samples = spoken.rate, np.abs(spoken.samples)
    for word in spoken.words:
        assert 0.2 < word.end_s - word.start_s < 1.2
        assert samples[round(word.start_s * rate) : round(word.end_s * rate)].max() > 0.05
    for word, following in zip(spoken.words, spoken.words[1:], strict=False):
        assert following.start_s - word.end_s > 0.03
        pause = slice(round((word.end_s + FRAME_S) * rate), round((following.start_s - FRAME_S) * rate))
        assert samples[pause].max(initial=0) < 0.02


def test_a_number_takes_the_time_of_all_its_words(voice):
    number, word = voice.speak("1,234,567 cats", PLAIN).words
    assert number.end_s > 3 * (word.end_s - word.start_s)


def test_it_sounds_at_once_and_pauses_by_the_closing_mark(voice):
    ends = {}
    for mark in (".", ",", ""):
        spoken = voice.speak(f"Hello there{mark}", PLAIN)
        audible = np.flatnonzero(np.abs(spoken.samples) > 0.003)
        assert audible[0] <= 0.015 * spoken.rate
        ends[mark] = (len(spoken.samples) - audible[-1]) / spoken.rate
    assert 0.02 < ends[""] < ends[","] < ends["."] < 0.6


def test_sound_is_mono_float32_within_bounds(voice):
    spoken = voice.speak(SENTENCE, PLAIN)
    assert spoken.samples.dtype == np.float32 and spoken.samples.ndim == 1
    assert spoken.rate == voice.rate
    assert np.abs(spoken.samples).max() <= 1
    assert -30 < loudness(spoken) < -15


def test_speed_changes_the_duration(voice):
    seconds = {s: voice.speak(SENTENCE, Manner(speed=s)).words[-1].end_s for s in (0.5, 0.75, 1.0, 1.5, 2.0)}
    assert list(seconds.values()) == sorted(seconds.values(), reverse=True)
    assert 1.6 < seconds[0.5] / seconds[1.0] < 2.3
    assert 1.6 < seconds[1.0] / seconds[2.0] < 2.3


def test_pitch_leaves_tempo_and_loudness(voice):
    plain, high = voice.speak(SENTENCE, PLAIN), voice.speak(SENTENCE, Manner(pitch=3))
    assert high.words[-1].end_s == pytest.approx(plain.words[-1].end_s, rel=0.02)
    assert loudness(high) == pytest.approx(loudness(plain), abs=3)
    assert not np.array_equal(high.samples[: len(plain.samples)], plain.samples[: len(high.samples)])


def test_gain_changes_the_level(voice):
    plain = loudness(voice.speak(SENTENCE, PLAIN))
    assert loudness(voice.speak(SENTENCE, Manner(gain_db=-12))) == pytest.approx(plain - 12, abs=0.5)
    assert loudness(voice.speak(SENTENCE, Manner(gain_db=4))) == pytest.approx(plain + 4, abs=0.8)


@pytest.mark.parametrize("gain_db", [6, 12, 30])
def test_much_gain_is_limited_and_never_clips(voice, gain_db):
    spoken = voice.speak(SENTENCE, Manner(gain_db=gain_db))
    assert np.abs(spoken.samples).max() < 0.99
    assert loudness(spoken) > loudness(voice.speak(SENTENCE, PLAIN)) + 4


def test_what_was_said_before_does_not_matter(voice):
    alone = voice.speak(SENTENCE, PLAIN)
    voice.speak("Something else entirely!", Manner(speed=1.7, gain_db=9))
    again = voice.speak(SENTENCE, PLAIN)
    assert again.words[-1].end_s == pytest.approx(alone.words[-1].end_s, rel=0.02)
    assert loudness(again) == pytest.approx(loudness(alone), abs=0.3)


@pytest.mark.parametrize("clause", SOUNDLESS)
def test_what_cannot_be_pronounced_gives_no_sound(voice, clause):
    spoken = voice.speak(clause, PLAIN)
    assert not len(spoken.samples) and spoken.words == ()


@pytest.mark.parametrize("clause", FOREIGN)
def test_other_scripts_give_speech_or_nothing(voice, clause):
    spoken = voice.speak(clause, PLAIN)
    assert [w.text for w in spoken.words] in (clause.split(), [])
    assert bool(len(spoken.samples)) == bool(spoken.words)


def test_ten_thousand_characters(voice):
    clause = "The quick brown fox jumps over the lazy dog " * 230
    spoken = voice.speak(clause, PLAIN)
    assert len(clause) > 10_000
    assert [w.text for w in spoken.words] == clause.split()
    starts = np.array([w.start_s for w in spoken.words if w.text == "quick"])
    assert np.diff(starts) == pytest.approx(np.median(np.diff(starts)), rel=0.2)


def test_ten_thousand_letters_without_a_space(voice):
    assert [w.text for w in voice.speak("la" * 5000, PLAIN).words] == ["la" * 5000]


def test_an_unknown_voice_is_refused_by_name():
    with pytest.raises(SettingsError, match=r'no voice "parrot"; there is .*espeak\.'):
        load_voice("parrot")
