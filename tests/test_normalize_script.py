"""The way from what is spoken back to what is written, for voices that read text by themselves."""

import numpy as np
import pytest

from assistant.events import Manner
from tts.espeak import Espeak
from tts.options import EspeakOptions
from tts.script import Script, script_of


def test_every_place_in_the_text_leads_to_its_written_word():
    clause = "Mail  me@a.com — now!"
    script = script_of(clause)
    assert script.text == "Mail me at A dot com— now!".replace(" A ", " eigh ")
    places = [(script.text.index(word), clause.index(written)) for word, written in (
        ("Mail", "Mail"), ("me", "me@"), ("eigh", "me@"), ("com", "me@"), ("now", "now"))]  # fmt: skip
    assert [script.origin(place) for place, _ in places] == [origin for _, origin in places]
    assert script.origin(len(script.text) + 5) == clause.index("now")


def test_a_text_that_is_read_as_written_keeps_its_places():
    assert [Script("Guten Tag").origin(k) for k in (0, 6)] == [0, 6]
    assert script_of("😀 …") == Script("", [], [])


def test_espeak_says_an_address_in_the_time_of_its_word():
    words = Espeak().speak("Mail jane.doe@example.com today please.", Manner()).words
    assert [w.text for w in words] == ["Mail", "jane.doe@example.com", "today", "please."]
    lengths = np.array([w.end_s - w.start_s for w in words])
    assert lengths[1] > 3 * lengths[2] > 0


def test_espeak_says_a_long_address_briefly():
    brief, bare = (
        Espeak().speak(f"See https://{address} now.", Manner())
        for address in ("example.com/a/b/c?query=long&more=1", "example.com")
    )
    # espeak's own times vary by 11 ms from call to call; the rest of the address would take seconds
    assert brief.words[-1].start_s == pytest.approx(bare.words[-1].start_s, abs=0.03)


def test_espeak_leaves_other_languages_as_they_are():
    german = Espeak(EspeakOptions(voice="de"))
    figure, word = (german.speak(f"Es ist {hour} Uhr", Manner()).words[-1].end_s for hour in ("8", "acht"))
    assert figure == pytest.approx(word, abs=0.03)
    assert [w.text for w in german.speak("Es kostet 5 €.", Manner()).words] == ["Es", "kostet", "5", "€."]
