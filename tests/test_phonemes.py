"""Words become phones, each belonging to its word."""

import pytest

from tts.phonemes import PAUSES, Phonemizer, plain, symbols


def said(phonemizer: Phonemizer, spoken: list[str]) -> list[str]:
    """The phones of each string, joined, marks included."""
    phones = phonemizer.phones(spoken)
    return ["".join(p.symbol for p in phones if p.word == i) for i in range(len(spoken))]


def test_each_word_has_its_phones_in_context():
    assert said(Phonemizer(), ["the", "end", "of", "the", "day."]) == ["ðɪ", "ˈɛnd", "ʌv", "ðə", "dˈeɪ."]


@pytest.mark.parametrize(
    "text", ["of the ten thirty, in the well-known e-mail; it's a button", "don't you, they'd've said"]
)
def test_words_that_espeak_joins_or_splits_get_their_own_phones(text: str):
    words = text.split()
    phones = Phonemizer().phones(words)
    assert {p.word for p in phones} == set(range(len(words)))
    assert [p.word for p in phones] == sorted(p.word for p in phones)


def test_a_capital_alone_is_the_letter():
    assert said(Phonemizer(), ["a", "F", "A", "Q"]) == ["ɐ", "ˈɛf", "ˈeɪ", "kjˈuː"]


def test_a_string_may_hold_several_words_or_none():
    assert said(Phonemizer(), ["ten thirty", "", "a.m."])[:2] == ["tˈɛnθˈɜːɾi", ""]


def test_marks_are_pauses_of_the_word_before():
    phones = Phonemizer().phones(["Yes;", "no…", "why?!"])
    assert [(p.symbol, p.word) for p in phones if p.symbol in PAUSES] == [(",", 0), (".", 1), ("?", 2)]


@pytest.mark.parametrize("spoken", [[], [""], ["."], ["…", "?"], ["-"], ["'"], ["«»"]])
def test_nothing_to_say_is_no_sound(spoken: list[str]):
    assert not [p for p in Phonemizer().phones(spoken) if p.symbol not in PAUSES]


def test_ten_thousand_words_are_no_trouble():
    assert len(Phonemizer().phones(["word"] * 10_000)) >= 30_000


def test_the_users_pronunciation_wins_whatever_the_case_and_the_neighbours():
    phonemizer = Phonemizer({"nginx": symbols("ˈɛndʒɪn ˈɛks")})
    spoken = said(phonemizer, ["of", "the", "Nginx,", "nginx"])
    assert spoken[2:] == ["ˈɛndʒɪnˈɛks,", "ˈɛndʒɪnˈɛks"]


@pytest.mark.parametrize(
    ("ipa", "phones"),
    [
        ("ˈkɑːɹdi", "k ˈɑːɹ d i"),
        ("kˈɑːɹdi", "k ˈɑːɹ d i"),
        ("ˌstɹeɪndʒ", "s t ɹ ˌeɪ n dʒ"),
        ("tʃˈɪkɪn", "tʃ ˈɪ k ɪ n"),
        ("ˈbʌʔn̩", "b ˈʌ ʔ n̩"),
        ("", ""),
    ],
)
def test_ipa_is_read_phone_by_phone(ipa: str, phones: str):
    assert symbols(ipa) == tuple(phones.split())


def test_stress_can_be_taken_off():
    assert [plain(s) for s in ("ˈoʊ", "ˌɪ", "t")] == ["oʊ", "ɪ", "t"]
