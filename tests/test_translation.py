"""Translation by rules, with the real program where it is installed."""

from collections.abc import Callable, Sequence
from pathlib import Path
from shutil import which

import numpy as np
import pytest

from assistant.audio import RATE
from assistant.errors import EngineError, EngineMissing, JobCancelled
from assistant.events import Manner, Say
from assistant.findings import Verdict
from models.base import Card, Job, Made, Report
from models.speech.translation import DRAFT, SpeechTranslation
from models.speech.translation_apertium import PACKAGES, Apertium, advice, modes_of
from models.speech.translation_draft import drafted, is_place
from models.speech.translation_languages import ENGLISH, LANGUAGES, language_called, language_of
from models.speech.translation_sentences import asking, cased, sentences
from models.speech.translation_spanish import finished
from tts.ensemble import Ensemble, speaks
from tts.options import VoiceOptions

LISTED = "  eng-spa\n  spa-eng\n  spa-eng_US\n  en-gl\n  eng-cat_valencia\n  Cyrl-Latn\n  eo-en-bytecode\n"
"""As `apertium -l` of Debian's packages prints it."""
CARD = Card("apertium", "translate_speech", "procedural", "Rules.")

installed = pytest.mark.skipif(
    which("apertium") is None or not any(mode.name == "eng-spa" for mode in Apertium().modes),
    reason="needs the packages apertium and apertium-eng-spa",
)


def quietly(share: float) -> None:
    """A report that nobody reads."""


def hears(text: str, **facts: str) -> Callable[[Job, Report], Made]:
    """A recognizer of one sentence."""
    return lambda job, report: Made(text, facts=facts)


def translated(said: str = "", language: str = "Spanish", report: Report = quietly, **facts: str) -> Made:
    job = Job("translate_speech", Path(), {"language": language}, {"audio": Path("a.wav")})
    return SpeechTranslation(CARD, hears(said, **facts)).run(job, report)


# ------------------------------------------------------------------------ languages


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("Spanish", "es"),
        ("castilian", "es"),
        ("español", "es"),
        ("Spanish speech, please", "es"),
        ("es", "es"),
        ("Portugese", "pt"),
        ("the catalan language", "ca"),
        ("serbian", "sh"),
    ],
)
def test_languages_by_what_people_call_them(said: str, code: str) -> None:
    found = language_called(said)
    assert found and found.code == code


@pytest.mark.parametrize("said", ["Klingon", "", "the window"])
def test_what_is_no_language_is_none(said: str) -> None:
    assert language_called(said) is None


def test_no_code_or_name_stands_for_two() -> None:
    names = [name.lower() for one in LANGUAGES for name in (one.name, *one.called)]
    codes = [code for one in LANGUAGES for code in set(one.codes)]
    assert len(set(names)) == len(names) and len(set(codes)) == len(codes)
    assert all(language_of(code) for code in PACKAGES)


def test_modes_are_read_from_what_the_program_lists() -> None:
    found = modes_of(LISTED)
    assert [(m.name, m.source.code, m.target.code) for m in found] == [
        ("eng-spa", "en", "es"),
        ("spa-eng", "es", "en"),
        ("en-gl", "en", "gl"),
    ]
    assert modes_of("") == ()


def test_a_missing_program_is_named_with_its_packages() -> None:
    with pytest.raises(EngineMissing, match="apt-get install apertium apertium-eng-spa"):
        Apertium("no-such-program")
    assert "apertium-eng-cat" in advice(language_of("ca"))


def test_the_doctor_names_the_package() -> None:
    from assistant.doctor import check_translation

    found = check_translation(lambda: Apertium("no-such-program"))
    assert found.verdict is Verdict.WARNING and "apertium-eng-spa" in found.advice


# ------------------------------------------------------------------------ sentences


def test_sentences_are_parted_and_not_at_titles() -> None:
    assert sentences("Mr. Brown came.  He sat down! Why? It was 3.5 miles.") == [
        "Mr. Brown came.",
        "He sat down!",
        "Why?",
        "It was 3.5 miles.",
    ]
    assert sentences("  ") == []


@pytest.mark.parametrize(
    ("written", "better"),
    [
        ("it is in algeria, and i know", "It is in Algeria, and I know"),
        ("i'm in lima", "I'm in Lima"),
        ('"hello"', '"Hello"'),
    ],
)
def test_casing(written: str, better: str) -> None:
    assert cased(written, {"algeria", "lima"}) == better


def test_a_question_without_its_mark_gets_it() -> None:
    assert asking("where is it") == "where is it?"
    assert asking("Good morning, how are you") == "Good morning, how are you?"
    assert asking("I know where it is") == "I know where it is"
    assert asking("Where is it.") == "Where is it."


@pytest.mark.parametrize(
    ("sentence", "given", "held"),
    [
        ("Please open the door.", "You open the door.", ()),
        ("Can you swim?", "you Can swim?", ()),
        ("We stayed for two hours.", "We stayed during two hours.", ()),
        ("He comes at half past eight.", "He comes Zq0z.", ("a las ocho y media",)),
        ("It is on at 3:30 pm today.", "It is on Zq0z today.", ("a las tres y media de la tarde",)),
        ("Come at one o'clock.", "You come Zq0z.", ("a la una",)),
        ("It looks at two dogs.", "It looks at two dogs.", ()),
    ],
)
def test_sentences_are_said_plainly(sentence: str, given: str, held: Sequence[str]) -> None:
    draft = drafted(sentence)
    assert (draft.text.replace("you can", "you Can"), draft.held) == (given, tuple(held))


@pytest.mark.parametrize(
    ("sentence", "raw", "spanish"),
    [  # what the program gives for the drafts, version 0.8.1 of eng-spa
        ("Where are my glasses?", "Dónde es mis vasos?", "¿Dónde están mis vasos?"),
        ("The stars can be seen.", "Las estrellas pueden ser vistas.", "Las estrellas se pueden ver."),
        ("He is taller than me.", "Es más alto que me.", "Es más alto que yo."),
        ("Please open the door.", "Abres la puerta.", "Por favor, abre la puerta."),
        ("Do not open the window.", "No abres la ventana.", "No abras la ventana."),
        ("What a beautiful day!", "Qué un día bello!", "¡Qué día bello!"),
        ("I am tired.", "Soy muy cansado.", "Estoy muy cansado."),
        ("The house is built.", "La casa es construida.", "La casa es construida."),
    ],
)
def test_spanish_is_put_right(sentence: str, raw: str, spanish: str) -> None:
    assert finished(raw, drafted(sentence)) == spanish


def test_phrases_that_are_kept_back_come_back() -> None:
    draft = drafted("Good morning, how are you?")
    assert all(is_place(word.strip(",?")) for word in draft.text.split())
    assert finished(draft.text, draft) == "Buenos días, ¿cómo estás?"


# -------------------------------------------------------------------- the real program


@installed
@pytest.mark.parametrize(
    "said",
    [
        "It can be found in Algeria, Lebanon, Portugal and Spain.",
        "it can be found in algeria lebanon portugal and spain",
    ],
)
def test_the_papers_sentence(said: str) -> None:
    made = translated(said)
    plain = "".join(c for c in made.text.lower() if c.isalpha() or c == " ")
    assert plain == "se encuentra en argelia líbano portugal y españa"
    assert made.notice == DRAFT
    assert (made.facts["language"], made.facts["source_language"], made.facts["unknown"]) == ("es", "en", 0)
    assert made.facts["transcript"] == said


@installed
@pytest.mark.parametrize(
    ("said", "spanish"),
    [
        ("Please turn off the lights.", "Por favor, apaga las luces."),
        ("Could you open the door, please?", "¿Podrías abrir la puerta, por favor?"),
        ("The library is in the centre.", "La biblioteca está en el centro."),
        ("Tell me the truth.", "Dime la verdad."),
        ("I have 23 books.", "Tengo 23 libros."),
        ("Did you see the film?", "¿Viste la película?"),
    ],
)
def test_everyday_sentences(said: str, spanish: str) -> None:
    assert translated(said).text == spanish


@installed
def test_unknown_words_stay_and_are_told() -> None:
    made = translated("My friend Zyzzx lives here. *Stars* are nice.")
    assert "Zyzzx" in made.text and "*" not in made.text
    assert made.facts["unknown"] == 1 and "one of its words" in made.notice


@installed
def test_many_sentences_keep_their_order_and_tell_how_far_they_are() -> None:
    shares = list[float]()
    made = translated(" ".join(f"I have {n} books." for n in range(100, 145)), report=shares.append)
    assert made.text == " ".join(f"Tengo {n} libros." for n in range(100, 145))
    assert shares == sorted(shares) and shares[-1] == 1.0 and len(shares) >= 3


@installed
def test_it_can_be_cancelled_between_sentences() -> None:
    def cancels(share: float) -> None:
        raise JobCancelled("It is no longer wanted.")

    with pytest.raises(JobCancelled):
        translated("Hello.", report=cancels)


@installed
def test_what_it_cannot_do_is_said_with_what_it_can() -> None:
    with pytest.raises(EngineError, match="cannot translate into Japanese here; from English .* Spanish"):
        translated("Hello.", "Japanese")
    with pytest.raises(EngineError) as french:
        translated("Hello.", "French")
    assert len(str(french.value)) < 120 and str(french.value).count(".") == 2
    with pytest.raises(EngineError, match="cannot translate into Klingon"):
        translated("Hello.", "Klingon")
    finnish = SpeechTranslation(CARD, hears("Hei.", language="fi"))
    with pytest.raises(EngineError, match="cannot translate Finnish into Spanish"):
        finnish.run(Job("translate_speech", Path(), {"language": "Spanish"}, {"audio": Path("a.wav")}), quietly)


@installed
def test_other_directions_and_the_same_language() -> None:
    engine = SpeechTranslation(CARD, hears("El perro tiene tres casas.", language="es"))
    job = Job("translate_speech", Path(), {"language": "English"}, {"audio": Path("a.wav")})
    assert engine.run(job, quietly).text == "The dog has three houses."
    same = engine.run(Job("translate_speech", Path(), {"language": "Spanish"}, {"audio": Path("a.wav")}), quietly)
    assert (same.text, same.notice) == ("El perro tiene tres casas.", "That is in Spanish already.")


@installed
def test_silence_and_what_was_not_understood_are_not_translated() -> None:
    assert translated("").text == ""
    engine = SpeechTranslation(CARD, lambda job, report: Made("", notice="I cannot make out the words."))
    made = engine.run(Job("translate_speech", Path(), {"language": "es"}, {"audio": Path("a.wav")}), quietly)
    assert (made.text, made.notice) == ("", "I cannot make out the words.")


@installed
def test_a_text_takes_no_recording() -> None:
    def never(job: Job, report: Report) -> Made:
        raise AssertionError("nothing is to be heard")

    made = SpeechTranslation(CARD, never).run(
        Job("translate_speech", Path(), {"language": "Spanish", "text": "good morning, how are you"}), quietly
    )
    assert made.text == "Buenos días, ¿cómo estás?"


def test_every_pair_that_is_installed_can_be_reached() -> None:
    if which("apertium") is None:
        pytest.skip("needs the package apertium")
    found = Apertium()
    assert all(found.route(mode.source, mode.target) == (mode,) for mode in found.modes)
    assert ENGLISH not in found.targets()


# ----------------------------------------------------------------------------- voices


def test_a_voice_of_one_language_gives_way_to_one_that_speaks_it() -> None:
    ensemble = Ensemble.open("auto", VoiceOptions())
    spanish, english = (ensemble.speak("Puede ser", Manner(language=code)) for code in ("es", "en"))
    usual = ensemble.speak("Puede ser", Manner())
    assert np.array_equal(usual.samples, english.samples)
    assert len(spanish.samples) and len(spanish.samples) != len(usual.samples)
    assert spanish.rate == usual.rate


def test_espeak_reads_each_language_by_its_own_rules() -> None:
    espeak = Ensemble.open("espeak", VoiceOptions())
    lengths = {
        code: len(espeak.speak("Zaragoza", Manner(language=code)).samples) for code in ("", "en", "zz", "es", "de")
    }
    assert lengths["en"] == pytest.approx(lengths[""], rel=0.01) == pytest.approx(lengths["zz"], rel=0.01)
    assert abs(lengths["es"] / lengths[""] - 1) > 0.02 and lengths["es"] != lengths["de"]
    assert speaks("en-us", "en") and not speaks("en-us", "es")


def test_the_translation_is_spoken_in_its_language_and_the_rest_is_not(tmp_path: Path) -> None:
    import soundfile as sf

    from assistant.clock import run_virtually
    from assistant.workspace import Workspace
    from router.abilities.translate_speech import translate_speech
    from router.task import Context
    from tests.engine_fakes import Models, ScriptedEngine

    sf.write(tmp_path / "a.wav", np.zeros(RATE), RATE)
    context = Context(Workspace(tmp_path / "session"), folder=tmp_path, manner=Manner(speed=1.25))
    made = Made("Hola. " * 70, facts={"language": "es"}, notice=DRAFT)
    context.models = Models(ScriptedEngine("translate_speech", lambda job: made))
    outcome = run_virtually(translate_speech(context, {"language": "castilian", "audio": str(tmp_path / "a.wav")}))
    first, foreign, rest = outcome.parts
    assert first == Say("In Spanish:")
    assert foreign == Say(("Hola. " * 30).strip(), Manner(speed=1.25, language="es"))
    assert rest.manner is None and rest.text.startswith("… and so on.") and rest.text.endswith(DRAFT)
    assert " ".join(part.text for part in outcome.parts) == outcome.text and outcome.verbatim
