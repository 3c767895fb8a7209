"""FastSpeech 2 over ONNX: what it has beyond the contract of a voice, on the small voice of `voice_checkpoint`."""

from pathlib import Path

import numpy as np
import pytest

from assistant.audio import Samples
from assistant.errors import EngineError, EngineMissing, SettingsError
from assistant.events import Manner, Say, Spoken
from tests.router_fakes import pitch
from tests.voice_checkpoint import (
    COMMA,
    CONSONANT,
    DECODER,
    HOP,
    MEAN,
    MELS,
    PHONES,
    RATE,
    STD,
    VOCODER,
    VOWEL,
    make_voice,
    write_card,
    write_network,
    write_phones,
)
from tts.durations import whole_frames
from tts.fastspeech2 import FastSpeech2
from tts.options import FastSpeech2Options
from tts.phonemes import VOWELS, Phone, Phonemizer, plain
from tts.phrasing import Clause, Phrasing
from tts.score import Score, Symbols
from tts.seams import PAUSES_S

FRAME_S = HOP / RATE
PLAIN = Manner()
SENTENCE = "My name is long and low, and many a man may know."
REPLY = "Of course, my friend. We sail for an island, far away in the south! Will you come along?"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_voice(tmp_path_factory.mktemp("voices") / "buzz")


@pytest.fixture(scope="module")
def voice(folder: Path) -> FastSpeech2:
    return FastSpeech2(folder)


def frames(symbols: list[str]) -> float:
    """How long the small voice makes phones, in frames, fractions and all."""
    return sum(VOWEL if plain(s)[0] in VOWELS else CONSONANT for s in symbols)


def steps(samples: Samples) -> float:
    """The largest jump between two samples."""
    return float(np.abs(np.diff(samples, prepend=0, append=0)).max())


def speech(spoken: Spoken) -> Samples:
    """The sound up to the end of its last word."""
    return spoken.samples[: round(spoken.words[-1].end_s * spoken.rate)]


# ------------------------------------------------------------------- durations


def test_fractions_of_frames_carry_over_and_a_sound_has_one_frame_at_least() -> None:
    random = np.random.default_rng(0)
    for _ in range(50):
        predicted = random.gamma(2.0, 3.0, 200)
        sounds = random.random(200) > 0.1
        whole = whole_frames(predicted, sounds)
        assert whole.dtype == np.int64 and (whole[sounds] >= 1).all() and (whole >= 0).all()
        assert abs(int(whole.sum()) - predicted.sum()) <= 2
    assert whole_frames(np.full(9, 2.4), np.ones(9, bool)).tolist() == [2, 3, 2, 3, 2, 2, 3, 2, 3]
    assert whole_frames(np.array([0.0, 0.2, 0.0, 9.0]), np.array([1, 1, 0, 1], bool)).tolist() == [1, 1, 0, 7]
    assert whole_frames(np.zeros(0), np.zeros(0, bool)).tolist() == []


def test_words_last_as_long_as_their_phones_to_one_frame(voice: FastSpeech2) -> None:
    spoken = voice.speak(SENTENCE, PLAIN)
    phones = Phonemizer().phones(SENTENCE.split())
    for index, word in enumerate(spoken.words[1:-1], 1):
        symbols = [p.symbol for p in phones if p.word == index and p.symbol != ","]
        assert word.end_s - word.start_s == pytest.approx(frames(symbols) * FRAME_S, abs=1.01 * FRAME_S)
    low, following = spoken.words[5:7]
    assert following.start_s - low.end_s == pytest.approx(COMMA * FRAME_S, abs=FRAME_S)


def test_words_follow_each_other_where_nothing_parts_them(voice: FastSpeech2) -> None:
    words = voice.speak("one two three four", PLAIN).words
    assert [a.end_s for a in words[:-1]] == [b.start_s for b in words[1:]]


def test_what_is_written_and_not_said_has_a_word_without_time(voice: FastSpeech2) -> None:
    words = voice.speak("Hello — 😀 there", PLAIN).words
    assert [w.text for w in words] == ["Hello", "—", "😀", "there"]
    assert [w.end_s - w.start_s for w in words[1:3]] == [0, 0]
    assert words[0].end_s == words[1].start_s <= words[3].start_s


# -------------------------------------------------------------------- controls


def test_speed_divides_the_time_of_words_and_pauses(voice: FastSpeech2) -> None:
    plain_words, fast = (voice.speak(SENTENCE, Manner(speed=speed)).words for speed in (1, 2))
    assert fast[-1].end_s == pytest.approx(plain_words[-1].end_s / 2, abs=2 * FRAME_S)
    gaps = [words[6].start_s - words[5].end_s for words in (plain_words, fast)]
    assert gaps[1] == pytest.approx(gaps[0] / 2, abs=FRAME_S)
    ends = [len(s.samples) / s.rate - s.words[-1].end_s for s in (voice.speak("Yes.", Manner(m)) for m in (1, 2))]
    assert ends[0] == pytest.approx(PAUSES_S["."], abs=0.03)
    assert ends[1] == pytest.approx(PAUSES_S["."] / 2, abs=0.03)


@pytest.mark.parametrize("semitones", [-7.0, -2.0, 4.0, 9.0])
def test_pitch_moves_f0_by_semitones(voice: FastSpeech2, semitones: float) -> None:
    low, high = (voice.speak(SENTENCE, Manner(pitch=p)) for p in (0, semitones))
    moved = 12 * np.log2(pitch(speech(high), RATE) / pitch(speech(low), RATE))
    assert moved == pytest.approx(semitones, abs=0.3)
    assert low.words == high.words


def test_options_are_the_voice_at_rest(folder: Path, voice: FastSpeech2) -> None:
    slow = FastSpeech2(folder, FastSpeech2Options(speed=0.5, pitch=5)).speak(SENTENCE, PLAIN)
    asked = voice.speak(SENTENCE, Manner(speed=0.5, pitch=5))
    assert slow.words == asked.words
    assert np.allclose(slow.samples, asked.samples)


def test_pitch_range_flattens_the_melody(folder: Path) -> None:
    def fall(spread: float) -> float:
        sound = speech(FastSpeech2(folder, FastSpeech2Options(pitch_range=spread)).speak(SENTENCE, PLAIN))
        half = len(sound) // 2
        return float(12 * np.log2(pitch(sound[:half], RATE) / pitch(sound[half:], RATE)))

    assert fall(0) == pytest.approx(0, abs=0.1)
    assert 1 < fall(1) < fall(2) / 1.5


def test_energy_is_the_voice_s_own_strength(folder: Path, voice: FastSpeech2) -> None:
    strong = FastSpeech2(folder, FastSpeech2Options(energy=1)).speak(SENTENCE, PLAIN)
    assert np.abs(strong.samples).max() == pytest.approx(
        np.exp(0.3) * np.abs(voice.speak(SENTENCE, PLAIN).samples).max(), rel=0.02
    )


def test_pauses_are_set_or_cut_or_the_voice_s_own(folder: Path) -> None:
    def pauses(options: FastSpeech2Options) -> list[float]:
        words = FastSpeech2(folder, options).speak("One, two. Three", PLAIN).words
        return [b.start_s - a.end_s for a, b in zip(words, words[1:], strict=False)]

    assert pauses(FastSpeech2Options()) == pytest.approx([COMMA * FRAME_S, 0.331], abs=FRAME_S)
    assert pauses(FastSpeech2Options(comma_s=0.4, stop_s=0.5)) == pytest.approx([0.4, 0.5], abs=FRAME_S)
    assert pauses(FastSpeech2Options(longest_pause_s=0.1)) == pytest.approx([0.1, 0.1], abs=FRAME_S)
    assert pauses(FastSpeech2Options(shortest_pause_s=0.5)) == pytest.approx([0.5, 0.5], abs=FRAME_S)


def test_a_set_pause_also_closes_a_clause(folder: Path) -> None:
    voice = FastSpeech2(folder, FastSpeech2Options(comma_s=0.5, stop_s=0.0))
    ends = [len(s.samples) / RATE - s.words[-1].end_s for s in (voice.speak(f"Well{m}", PLAIN) for m in (",", "!"))]
    assert ends == pytest.approx([0.5, 0.0], abs=0.03)


def test_gain_is_as_with_other_voices(voice: FastSpeech2) -> None:
    plain_peak, soft, loud = (np.abs(voice.speak(SENTENCE, Manner(gain_db=g)).samples).max() for g in (0, -6, 24))
    assert soft == pytest.approx(plain_peak / 2, rel=0.01)
    assert plain_peak < loud < 0.98


# ----------------------------------------------------------------------- seams


def test_a_clause_comes_from_silence_and_goes_to_it(voice: FastSpeech2) -> None:
    for clause in ("A", "Hello there", REPLY):
        samples = voice.speak(clause, PLAIN).samples
        assert samples[0] == samples[-1] == 0
        jumps = np.abs(np.diff(samples, prepend=0, append=0))
        assert jumps[: RATE // 200].max() <= 0.6 * jumps.max()
        assert jumps[-RATE // 200 :].max() <= 0.6 * jumps.max()


def test_clause_by_clause_is_as_the_whole(voice: FastSpeech2) -> None:
    def streamed(*pieces: str) -> list[Spoken]:
        phrasing = Phrasing()
        items = [item for piece in pieces for item in phrasing.push(Say(piece))]
        clauses = [item.text for item in [*items, *phrasing.flush()] if isinstance(item, Clause)]
        return [voice.speak(clause, PLAIN) for clause in clauses]

    whole, parts, ragged = voice.speak(REPLY, PLAIN), streamed(REPLY), streamed(*REPLY)
    assert len(parts) > 2
    assert [w.text for part in parts for w in part.words] == [w.text for w in whole.words]
    assert [w.end_s - w.start_s for part in parts for w in part.words] == pytest.approx(
        [w.end_s - w.start_s for w in whole.words], abs=1.01 * FRAME_S
    )
    together = np.concatenate([part.samples for part in parts])
    assert np.array_equal(together, np.concatenate([part.samples for part in ragged]))
    assert steps(together) <= steps(whole.samples) * 1.05
    assert len(together) == pytest.approx(len(whole.samples), rel=0.1)
    peaks = [float(np.abs(part.samples).max()) for part in parts]
    assert max(peaks) < 1.2 * min(peaks)


def test_a_long_clause_is_made_in_pieces_and_does_not_click(voice: FastSpeech2) -> None:
    clause = "we may be long in the making of many a rhyme " * 60
    spoken = voice.speak(clause, PLAIN)
    assert [w.text for w in spoken.words] == clause.split()
    starts = np.array([w.start_s for w in spoken.words if w.text == "making"])
    assert np.diff(starts) == pytest.approx(np.full(59, np.diff(starts)[0]), abs=2 * FRAME_S)
    assert steps(spoken.samples) <= 1.1 * steps(
        voice.speak("we may be long in the making of many a rhyme", PLAIN).samples
    )


def test_pieces_are_cut_behind_pauses_then_between_words_then_anywhere() -> None:
    words = np.repeat(np.arange(10), 10)
    marks = tuple("," if i == 37 else "" for i in range(100))
    score = Score(np.arange(100), words, marks)
    assert [len(p.ids) for p in score.pieces(45)] == [38, 42, 20]
    assert [len(p.ids) for p in score.pieces(200)] == [100]
    assert np.concatenate([p.ids for p in score.pieces(45)]).tolist() == list(range(100))
    one = Score(np.arange(100), np.zeros(100, np.int64), ("",) * 100)
    assert [len(p.ids) for p in one.pieces(45)] == [45, 45, 10]


# ---------------------------------------------------------------------- phones


@pytest.mark.parametrize(
    ("symbol", "taken"),
    [
        ("ˈoʊ", ["ˈoʊ"]),
        ("ˌiː", ["iː"]),  # another stress
        ("ˈɔ", ["ɔː"]),  # another length
        ("ʔ", ["t"]),
        ("x", ["k"]),
        ("ɔːɹ", ["ɔː", "ɹ"]),
        ("ˈaɪɚ", ["aɪ", "ɜː"]),
        ("n̩", ["ʌ", "n"]),
        ("!", ["."]),
        ("ʘ", []),
    ],
)
def test_an_unknown_phone_is_taken_for_its_like(symbol: str, taken: list[str]) -> None:
    known = (",", ".", "ˈoʊ", "iː", "ɔː", "t", "k", "ɹ", "aɪ", "ɜː", "ʌ", "n")
    score = Symbols(known).score([Phone(symbol, 3)])
    assert [known[i] for i in score.ids] == taken
    assert score.words.tolist() == [3] * len(taken)


def test_a_voice_of_arpabet_is_given_arpabet_and_its_end(tmp_path: Path) -> None:
    known = ("<unk>", "HH", "AH0", "L", "OW1", "W", "ER1", "D", ",", ".", "<end>")
    score = Symbols(known, "arpabet", "<end>").score(Phonemizer().phones(["hello,", "world!"]))
    assert [known[i] for i in score.ids] == ["HH", "AH0", "L", "OW1", ",", "W", "ER1", "L", "D", ".", "<end>"]
    assert score.words.tolist() == [0] * 5 + [1] * 6
    assert [bool(m) for m in score.marks] == [s in (",", ".", "<end>") for s in (known[i] for i in score.ids)]


def test_it_speaks_with_few_phones(folder: Path, tmp_path: Path) -> None:
    poor = make_voice(tmp_path / "poor")
    write_phones(poor, tuple(f"x{i}" if i > 30 else phone for i, phone in enumerate(PHONES)))
    spoken = FastSpeech2(poor).speak(SENTENCE, PLAIN)
    assert [w.text for w in spoken.words] == SENTENCE.split()


def test_the_user_s_pronunciation_is_spoken(folder: Path, voice: FastSpeech2) -> None:
    taught = FastSpeech2(folder, lexicon={"gnu": ["n", "ˈuː"] * 6})
    before, after = (v.speak("A gnu.", PLAIN).words[1] for v in (voice, taught))
    assert after.end_s - after.start_s == pytest.approx(frames(["n", "ˈuː"] * 6) * FRAME_S, abs=2 * FRAME_S)
    assert after.end_s - after.start_s > 2 * (before.end_s - before.start_s)


@pytest.mark.parametrize("clause", ["a", "I", "7", "x.", "Ж", "\x07a\x1b[0m", "a" * 10_000, "no " * 3333])
def test_short_and_long_and_strange_texts_are_spoken(voice: FastSpeech2, clause: str) -> None:
    spoken = voice.speak(clause, PLAIN)
    assert len(spoken.words) == len(clause.split())
    assert np.isfinite(spoken.samples).all()
    assert len(spoken.samples) > 0.05 * RATE


# ---------------------------------------------------------------------- folders


@pytest.mark.parametrize("name", ["encoder.onnx", "decoder.onnx", "vocoder.onnx", "phones.txt", "voice.toml"])
def test_a_missing_file_is_named(tmp_path: Path, name: str) -> None:
    folder = make_voice(tmp_path / "torn")
    (folder / name).unlink()
    with pytest.raises(EngineMissing, match=rf"torn.*{name}"):
        FastSpeech2(folder)


def test_a_broken_network_is_named(tmp_path: Path) -> None:
    folder = make_voice(tmp_path / "torn")
    (folder / "decoder.onnx").write_bytes(b"no network")
    with pytest.raises(EngineMissing, match=r"decoder\.onnx cannot be loaded"):
        FastSpeech2(folder)


def test_networks_of_another_kind_are_refused(tmp_path: Path) -> None:
    folder = make_voice(tmp_path / "other")
    decoder = DECODER.format(mean=MEAN, std=STD, mels=MELS)
    write_network(
        folder / "decoder.onnx",
        decoder.replace("float[1, n] energy", "float[1, n] effort").replace("(energy", "(effort"),
    )
    with pytest.raises(EngineMissing, match=r"decoder\.onnx is no part of such a voice: it takes effort"):
        FastSpeech2(folder)
    write_network(folder / "decoder.onnx", decoder.replace("f0", "melody_hz"))
    with pytest.raises(EngineMissing, match=r"vocoder\.onnx is no part of such a voice: it takes f0"):
        FastSpeech2(folder)


def test_a_card_that_does_not_fit_its_networks_is_found_at_once(tmp_path: Path) -> None:
    folder = make_voice(tmp_path / "other", hop=HOP // 2)
    with pytest.raises(EngineMissing, match="its card does not fit its networks"):
        FastSpeech2(folder)
    write_card(folder, end="<eos>")
    with pytest.raises(SettingsError, match=r'"<eos>" as end, which is not in phones\.txt'):
        FastSpeech2(folder)


def test_more_phones_than_the_networks_know_are_found_at_once(tmp_path: Path) -> None:
    folder = make_voice(tmp_path / "other")
    write_phones(folder, (*(f"x{i}" for i in range(500)), *PHONES))
    with pytest.raises(EngineMissing, match="The voice in .*other failed"):
        FastSpeech2(folder)


def test_a_gpu_that_cannot_be_used_is_said(folder: Path) -> None:
    from onnxruntime import get_available_providers

    if "CUDAExecutionProvider" in get_available_providers():
        assert len(FastSpeech2(folder, FastSpeech2Options(device="cuda")).speak("Yes.", PLAIN).samples)
    else:
        with pytest.raises(EngineMissing, match="install onnxruntime-gpu"):
            FastSpeech2(folder, FastSpeech2Options(device="cuda"))


def test_a_network_that_fails_midway_is_an_engine_error(folder: Path, tmp_path: Path) -> None:
    weak = make_voice(tmp_path / "weak")
    few = VOCODER.format(mels=MELS, hop=HOP, turn=0.001).replace(
        "Squeeze (amplitude3, row)", "Reshape (amplitude3, fixed)"
    )
    write_network(weak / "vocoder.onnx", few.replace("<int64[1] row", "<int64[2] fixed = {1, 16000}, int64[1] row"))
    with pytest.raises(EngineError, match="The voice in .*weak failed"):
        FastSpeech2(weak)
