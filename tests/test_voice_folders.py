"""Voice folders and their cards, the user's pronunciations, and the voices of a conversation as one."""

from pathlib import Path

import numpy as np
import pytest

from assistant.doctor import Finding, Verdict, check_voice
from assistant.errors import EngineError, EngineMissing, SettingsError
from assistant.events import Manner
from tests.fakes import ToneVoice
from tests.voice_checkpoint import MEAN, RATE, STD, make_voice, write_card, write_phones
from tts.arpabet import from_ipa, to_ipa
from tts.base import Voice
from tts.cards import Scale, read_card, read_phones, voice_folders
from tts.catalogue import voices
from tts.ensemble import Ensemble
from tts.loader import AUTO, chosen, load_voice, voice_names
from tts.options import EspnetOptions, FastSpeech2Options, VoiceOptions
from tts.phonemes import Phonemizer
from tts.pronunciations import read_pronunciations

# ----------------------------------------------------------------------- cards


def test_a_card_says_what_the_voice_is(tmp_path: Path) -> None:
    folder = make_voice(tmp_path / "buzz", notice="For tests only.")
    card = read_card(folder)
    assert (card.name, card.rate, card.notice, card.phone_set) == ("buzz", RATE, "For tests only.", "espeak")
    assert card.pitch == Scale(MEAN, STD)


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"rate": None}, 'the key "rate" is missing'),
        ({"colour": "red"}, 'there is no key "colour"; there are name, rate'),
        ({"rate": "fast"}, "rate wants a number, not 'fast'"),
        ({"rate": True}, "rate wants a number, not True"),
        ({"hop": 0}, "hop wants a number above 0"),
        ({"licence": 7}, "licence wants text, not 7"),
        ({"phone_set": "sampa"}, 'phone_set is "espeak" or "arpabet", not "sampa"'),
    ],
)
def test_a_wrong_card_is_refused_by_file_and_key(tmp_path: Path, changes: dict[str, object], complaint: str) -> None:
    tmp_path.joinpath("voice").mkdir()
    write_card(tmp_path / "voice", **changes)
    with pytest.raises(SettingsError) as refused:
        read_card(tmp_path / "voice")
    assert str(refused.value).startswith(f"{tmp_path}/voice/voice.toml: {complaint}")


@pytest.mark.parametrize(
    ("written", "complaint"),
    [
        ("[pitch]\nmean = 4", 'the key "name" is missing'),
        ('name = "x"\nrate = 1\nhop = 1\nmels = 1\nlicence = "x"\npitch = 4', "pitch wants a table with mean and std"),
        (
            'name = "x"\nrate = 1\nhop = 1\nmels = 1\nlicence = "x"\n[pitch]\nstd = 0',
            "pitch.std wants a number above 0",
        ),
        ('name = "x"\nrate = 1\nhop = 1\nmels = 1\nlicence = "x"\n[pitch]\nmedian = 0', 'no key "pitch.median"'),
        ("name =", "is no valid TOML"),
    ],
)
def test_a_wrong_card_is_refused_whatever_is_wrong(tmp_path: Path, written: str, complaint: str) -> None:
    (tmp_path / "voice.toml").write_text(written)
    with pytest.raises(SettingsError) as refused:
        read_card(tmp_path)
    assert complaint in str(refused.value)


def test_a_list_of_phones_holds_each_once(tmp_path: Path) -> None:
    write_phones(tmp_path, ("a", "", "b"))
    assert read_phones(tmp_path) == ("a", "", "b")
    write_phones(tmp_path, ("a", "b", "a"))
    with pytest.raises(SettingsError, match=r"phones\.txt: a stands there twice"):
        read_phones(tmp_path)
    write_phones(tmp_path, ())
    with pytest.raises(SettingsError, match="is empty"):
        read_phones(tmp_path)
    (tmp_path / "phones.txt").write_bytes(b"\xff\n")
    with pytest.raises(SettingsError, match="not in UTF-8"):
        read_phones(tmp_path)


# ---------------------------------------------------------------------- folders


def test_folders_are_voices_by_name(tmp_path: Path) -> None:
    make_voice(tmp_path / "buzz")
    (tmp_path / "espeak").mkdir()
    write_card(tmp_path / "espeak")
    (tmp_path / "no voice").mkdir()
    options = VoiceOptions(voices=tmp_path)
    assert "buzz" in voice_names(options) and "no voice" not in voice_names(options)
    assert voice_names(options).count("espeak") == 1
    voice = load_voice("buzz", options)
    assert (voice.name, voice.rate) == ("buzz", RATE)
    assert load_voice("espeak", options).rate != RATE
    with pytest.raises(SettingsError, match=r'no voice "parrot"; there is .*buzz.*, espeak\.'):
        load_voice("parrot", options)


def test_the_user_s_own_voice_goes_before_one_of_that_name(tmp_path: Path) -> None:
    make_voice(tmp_path / "lj")
    assert voice_folders(tmp_path)["lj"] == tmp_path / "lj"
    assert chosen(AUTO, VoiceOptions(voices=tmp_path)) == "lj"
    assert chosen("espeak", VoiceOptions(voices=tmp_path)) == "espeak"


@pytest.mark.parametrize(("language", "voice"), [("auto", "lj"), ("en", "lj"), ("en-gb", "lj"), ("de", "espeak")])
def test_the_embedded_voice_speaks_english_only(language: str, voice: str, tmp_path: Path) -> None:
    make_voice(tmp_path / "lj")
    assert chosen(AUTO, VoiceOptions(voices=tmp_path, language=language)) == voice
    assert chosen("lj", VoiceOptions(voices=tmp_path, language=language)) == "lj"


def test_espnet_is_offered_where_a_model_is_set() -> None:
    assert "espnet" not in voice_names(VoiceOptions())
    assert "espnet" in voice_names(VoiceOptions(espnet=EspnetOptions(model="somewhere")))


def test_the_list_says_what_each_is_and_what_is_wrong(tmp_path: Path) -> None:
    make_voice(tmp_path / "buzz", notice="For tests only.")
    make_voice(tmp_path / "torn", rate=None)
    listed = {v.name: v for v in voices("buzz", VoiceOptions(voices=tmp_path))}
    assert {"buzz", "torn", "espeak", "espnet"} <= set(listed)
    buzz = listed["buzz"]
    assert (buzz.kind, buzz.rate, buzz.licence, buzz.chosen, buzz.fault) == ("FastSpeech 2", RATE, "CC0-1.0", True, "")
    assert (buzz.notice, buzz.where) == ("For tests only.", str(tmp_path / "buzz"))
    assert 'the key "rate" is missing' in listed["torn"].fault
    assert not listed["espeak"].chosen and listed["espeak"].licence.startswith("GPL")
    assert listed["espeak"].rate == load_voice("espeak").rate
    assert listed["espnet"].fault


@pytest.mark.parametrize("options", [{"speed": 0.0}, {"speed": 9.0}, {"threads": -1}])
def test_options_that_cannot_be_are_refused(options: dict[str, float]) -> None:
    with pytest.raises(ValueError, match=next(iter(options))):
        FastSpeech2Options(**options)  # type: ignore[arg-type]


# --------------------------------------------------------------------- ensemble


class Soprano(ToneVoice):
    """A voice at another rate, with a notice."""

    name = "soprano"
    rate = 16_000
    notice = "For private use."


def load_fake(name: str) -> Voice:
    """Two voices, and one that is not there."""
    match name:
        case "tone":
            return ToneVoice()
        case "soprano":
            return Soprano()
        case _:
            raise EngineMissing(f"{name} is not whole.")


def test_voices_speak_by_name_at_the_rate_of_the_first() -> None:
    ensemble = Ensemble("tone", ("soprano", "tone", "broken"), load_fake)
    assert (ensemble.name, ensemble.rate, ensemble.names) == ("tone", 8000, ("tone", "soprano", "broken"))
    first, other = ensemble.speak("one two", Manner()), ensemble.speak("one two", Manner(voice="soprano"))
    assert first.rate == other.rate == 8000
    assert len(first.samples) == len(other.samples) == 8000
    assert first.words == other.words
    assert ensemble.load("soprano") is ensemble.load("soprano")
    with pytest.raises(EngineError, match="broken is not whole"):
        ensemble.speak("one", Manner(voice="broken"))


def test_a_notice_is_told_once() -> None:
    ensemble = Ensemble("tone", ("soprano",), load_fake)
    assert ensemble.untold() == []
    for _ in range(2):
        ensemble.load("soprano")
    assert ensemble.untold() == ["soprano: For private use."]
    assert ensemble.untold() == []


def test_espeak_speaks_where_the_embedded_voice_is_broken(tmp_path: Path) -> None:
    make_voice(tmp_path / "lj")
    options = VoiceOptions(voices=tmp_path)
    assert Ensemble.open(AUTO, options).name == "lj"
    (tmp_path / "lj" / "vocoder.onnx").unlink()
    ensemble = Ensemble.open(AUTO, options)
    assert (ensemble.name, ensemble.stands_in) == ("espeak", True)
    assert "lj" not in ensemble.names
    (told,) = ensemble.untold()
    assert "vocoder.onnx is missing" in told and told.endswith("Until that is done, espeak speaks.")
    assert len(ensemble.speak("Hello.", Manner()).samples)
    with pytest.raises(EngineMissing, match=r"vocoder\.onnx"):
        Ensemble.open("lj", options)


def test_the_doctor_says_which_voice_speaks(tmp_path: Path) -> None:
    def check(wanted: str) -> Finding:
        return check_voice(wanted, lambda: Ensemble.open(wanted, VoiceOptions(voices=tmp_path)))

    make_voice(tmp_path / "lj", notice="For tests only.")
    assert check(AUTO) == Finding("voice auto", Verdict.OK, "lj loads", "lj: For tests only.")
    assert check("espeak") == Finding("voice espeak", Verdict.OK, "loads")
    (tmp_path / "lj" / "encoder.onnx").unlink()
    assert (check(AUTO).verdict, check(AUTO).found) == (Verdict.WARNING, "espeak loads")
    assert "encoder.onnx" in check(AUTO).advice
    assert check("lj").verdict is Verdict.PROBLEM


# --------------------------------------------------------------- pronunciations


def test_pronunciations_are_ipa_or_arpabet(tmp_path: Path) -> None:
    path = tmp_path / "words.txt"
    path.write_text(
        "# mine\nEarshot\tˈɪɹʃɑːt\n\nGnu  HH AH0 N UW1  # as the Finns do\nréseau /ɹeɪzˈoʊ/\n", encoding="utf-8"
    )
    found = read_pronunciations(path)
    assert found == {
        "earshot": ("ˈɪɹ", "ʃ", "ɑː", "t"),
        "gnu": ("h", "ə", "n", "ˈuː"),
        "réseau": ("ɹ", "eɪ", "z", "ˈoʊ"),
    }
    phones = Phonemizer(found).phones(["an", "Earshot."])
    assert [p.symbol for p in phones if p.word == 1] == ["ˈɪɹ", "ʃ", "ɑː", "t", "."]


def test_without_a_file_there_are_none(tmp_path: Path) -> None:
    assert read_pronunciations(None) == read_pronunciations(tmp_path / "none.txt") == {}


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("gnu", '"gnu" has no pronunciation'),
        ("gnu NN UW1", '"NN" is no code of ARPABET'),
        ("gnu N1 UW1", '"N1" is no code of ARPABET'),
        ("gnu n3uː", '"n3uː" holds "3", which IPA has not'),
        ("gnu --", '"--" holds no sound'),
    ],
)
def test_a_wrong_line_is_named(tmp_path: Path, line: str, complaint: str) -> None:
    path = tmp_path / "words.txt"
    path.write_text(f"# first\n{line}\n", encoding="utf-8")
    with pytest.raises(SettingsError) as refused:
        read_pronunciations(path)
    assert str(refused.value).startswith(f"{path}, line 2: {complaint}")


def test_pronunciations_in_another_encoding_or_no_file_at_all(tmp_path: Path) -> None:
    path = tmp_path / "words.txt"
    path.write_bytes(b"caf\xe9 k\n")
    with pytest.raises(SettingsError, match="not in UTF-8"):
        read_pronunciations(path)
    with pytest.raises(SettingsError, match="cannot be read"):
        read_pronunciations(tmp_path)


def test_a_voice_is_loaded_with_the_pronunciations(tmp_path: Path) -> None:
    make_voice(tmp_path / "buzz")
    words = tmp_path / "words.txt"
    words.write_text("gnu N UW1 N UW1 N UW1 N UW1 N UW1\n")
    plain, taught = (load_voice("buzz", VoiceOptions(voices=tmp_path, pronunciations=p)) for p in (None, words))
    lengths = [len(v.speak("gnu", Manner()).samples) for v in (plain, taught)]
    assert lengths[1] > 2 * lengths[0]


@pytest.mark.parametrize("word", ["hello", "world", "story", "bottle", "hire", "measure", "church", "young", "thing"])
def test_arpabet_and_back_is_nearly_the_same(word: str) -> None:
    symbols = [p.symbol for p in Phonemizer().phones([word])]
    codes = [code for symbol in symbols for code in from_ipa(symbol)]
    again = [code for symbol in to_ipa(codes) for code in from_ipa(symbol)]
    assert codes == again and codes


def test_arpabet_as_the_dictionary_has_it() -> None:
    assert to_ipa(["W", "ER1", "L", "D"]) == ("w", "ˈɜː", "l", "d")
    assert to_ipa(["F", "AO1", "R", "K", "AA2", "R"]) == ("f", "ˈɔːɹ", "k", "ˌɑːɹ")
    assert from_ipa("ˈɔːɹ") == ("AO1", "R")
    assert from_ipa("ə") == ("AH0",) and from_ipa("Ж") == ()
    assert np.unique([code for sound in ("ɜː", "ɚ", "ɝ") for code in from_ipa(sound)]).tolist() == ["ER0"]
