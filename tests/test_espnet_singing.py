"""ESPnet's models that sing, on small VISingers that ESPnet's own classes make, and the engine around such a model."""

import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile as sf

from assistant.audio import Samples
from assistant.errors import EngineError, EngineMissing, JobCancelled
from assistant.resident_espnet import espnet_singing
from models.attended import attended
from models.base import Card, Job, Made
from models.catalogue import ENGINES, make, missing, weights
from models.music.foundation import FoundationSinging
from models.music.foundation_score import Syllable, rows_of
from models.music.pinyin import phones_of, syllable
from models.music.score import Note
from models.options import ModelsOptions
from models.process import Process
from models.suiting import fitness
from tests.espnet_svs_checkpoint import RATE, TOKENS, make_checkpoint
from tests.test_sing import DURATIONS, FIGURE_4, NOTES
from tests.test_sing_files import MUSICXML

NAME = "espnet-visinger"
ENTRY = next(one for one in ENGINES if one.card.name == NAME)
PINYIN = "xiao jiu wo chang jie mao shi ni zui mei de ji hao"
PHONES = frozenset(TOKENS[4:-1])


class Sines:
    """A `Model` that sings a sine at each note."""

    rate = 24_000
    phones = PHONES

    def __init__(self) -> None:
        self.sung = list[tuple[tuple[Syllable, ...], float]]()

    def __call__(self, syllables: Sequence[Syllable], lead_s: float, seed: int) -> Samples:
        self.sung.append((tuple(syllables), lead_s))
        parts = [np.zeros(round(lead_s * self.rate), np.float32)]
        for note in (note for one in syllables for note in one.notes):
            at = np.arange(round(note.seconds * self.rate)) / self.rate
            parts.append(np.sin(2 * np.pi * 440 * 2 ** ((note.key - 69) / 12) * at).astype(np.float32) * 0.4)
        return np.concatenate(parts)

    def stop(self) -> None:
        pass


@pytest.fixture
def sines() -> Sines:
    return Sines()


def run(model: Sines, folder: Path, score: Path | None = None, **arguments: Any) -> Made:
    engine = FoundationSinging(ENTRY.card, lambda: model)
    engine.load()
    return engine.run(Job("sing", folder, arguments, {"score": score} if score else {}), lambda share: None)


# ------------------------------------------------------------- pinyin and scores


@pytest.mark.parametrize(
    ("written", "phones"),
    [
        ("xiao", ("x", "iao")), ("xiǎo", ("x", "iao")), ("jiu3", ("j", "iu")), ("wo", ("w", "o")), ("shi", ("sh", "i")),
        ("yue", ("y", "ve")), ("qu", ("q", "v")), ("lü", ("l", "v")), ("nǚ", ("n", "v")), ("er", ("er",)),
        ("Zhuang", ("zh", "uang")), ("a", ("a",)), ("wu,", ("w", "u")), ("yuan", ("y", "van")), ("lv", ("l", "v")),
    ],
)  # fmt: skip
def test_a_syllable_in_pinyin(written: str, phones: tuple[str, ...]) -> None:
    assert syllable(written, PHONES) == phones


@pytest.mark.parametrize("written", ["hello", "b", "xyz", "", "42", "happy"])
def test_what_is_no_mandarin_is_told(written: str) -> None:
    with pytest.raises(EngineError, match="no Mandarin, which is all that this voice sings"):
        syllable(written, PHONES)


def test_characters_are_read_where_they_stand_or_it_is_said_what_is_missing() -> None:
    try:
        import pypinyin  # noqa: F401
    except ImportError:
        with pytest.raises(EngineError, match="pip install pypinyin, or write pinyin"):
            phones_of(list("小酒窝"), PHONES)
        return
    assert phones_of([*"小酒窝", "wo"], PHONES) == [("x", "iao"), ("j", "iu"), ("w", "o"), ("w", "o")]
    assert phones_of(list("长大"), PHONES)[0] == ("zh", "ang") and phones_of(list("长城"), PHONES)[0] == ("ch", "ang")


def test_a_score_as_espnet_takes_it() -> None:
    line = [Syllable(("m", "ao"), (Note(61, 0.5), Note(63.2, 0.25))), Syllable(("a",), (Note(60, 1.0),))]
    assert rows_of(line, 0.25) == [
        (0.0, 0.25, "AP", 0, "AP"),
        (0.25, 0.75, "m_ao", 61, "m_ao"),
        (0.75, 1.0, "—", 63, "ao"),
        (1.0, 2.0, "a", 60, "a"),
    ]
    assert rows_of(line)[0][0] == 0.0


# -------------------------------------------------------------------- the engine


def test_figure_4_in_pinyin_is_sung_at_its_times(sines: Sines, tmp_path: Path) -> None:
    made = run(sines, tmp_path, text=PINYIN, notes=NOTES, durations_s=DURATIONS)
    assert [len(line) for line, _ in sines.sung] == [6, 7] and not made.notice, "the range is that of the score"
    assert sines.sung[0][0][3] == Syllable(("ch", "ang"), (Note(70.0, 0.50955), Note(66.0, 0.18342)))
    assert [lead for _, lead in sines.sung] == [0.25, pytest.approx(0.25, abs=0.03)], "there is a breath before each"
    samples, rate = sf.read(made.files[0].path)
    assert rate == sines.rate and float(str(made.facts["seconds"])) == pytest.approx(0.25 + 5.17, abs=0.05)
    with sf.SoundFile(made.files[0].path) as file:
        assert file.software.startswith("Earshot") and "synthetic: sung by espnet-visinger" in file.comment
    assert made.posteriors is not None
    heard = {made.posteriors.labels[int(np.argmax(row))] for row in made.posteriors.rows if max(row) > 0.7}
    assert heard == set(made.posteriors.labels), "the picture shows what is heard"
    assert samples.std() > 0.05


def test_the_words_of_another_language_and_nothing_to_sing(sines: Sines, tmp_path: Path) -> None:
    for arguments in ({"text": "happy birthday"}, {"text": "hello", "notes": "C4"}, {"text": ""}, {"text": "?"}):
        with pytest.raises(EngineError):
            run(sines, tmp_path, **arguments)
    assert not sines.sung and list(tmp_path.iterdir()) == []


def test_a_score_in_a_file_whose_words_are_english_is_refused(sines: Sines, tmp_path: Path) -> None:
    path = tmp_path / "song.musicxml"
    path.write_text(MUSICXML)
    with pytest.raises(EngineError, match="no Mandarin"):
        run(sines, tmp_path, path, text="it")


def test_a_tune_is_made_up_and_another_voice_not_imitated(sines: Sines, tmp_path: Path) -> None:
    made = run(sines, tmp_path, text="wo ai ni", voice="Elvis")
    assert made.facts["tune"] == "made up" and "has one voice" in made.notice
    assert sum(len(line) for line, _ in sines.sung) == 3


def test_cancelled_it_leaves_nothing(sines: Sines, tmp_path: Path) -> None:
    engine = FoundationSinging(ENTRY.card, lambda: sines)
    engine.load()
    calls = iter(range(100))

    def report(share: float) -> None:
        if next(calls) >= 1:
            raise JobCancelled("Nobody waits for this any more.")

    with pytest.raises(JobCancelled):
        engine.run(Job("sing", tmp_path, {"text": PINYIN, "notes": NOTES, "durations_s": DURATIONS}), report)
    assert list(tmp_path.iterdir()) == []


def test_who_sings_in_which_language(tmp_path: Path) -> None:
    own = next(one for one in ENGINES if one.card.name == "song")
    mandarin, english = Job("sing", tmp_path, {"text": FIGURE_4}), Job("sing", tmp_path, {"text": "Jingle Bells"})
    assert (fitness(ENTRY.card, mandarin), fitness(own.card, mandarin)) == (2, 1)
    assert (fitness(ENTRY.card, english), fitness(own.card, english)) == (0, 1)


def test_without_espnet_or_weights_it_is_said_what_to_do(tmp_path: Path) -> None:
    assert missing(ENTRY, ModelsOptions(tmp_path)).endswith(f"assistant models pull {NAME}")
    listed = weights(NAME)
    assert f"models.interpreters.{NAME}" in listed.use and listed.licence == "CC-BY-4.0"
    try:
        import espnet2  # noqa: F401
    except ImportError:
        with pytest.raises(EngineMissing, match=f"needs ESPnet, .* set models.interpreters.{NAME}"):
            espnet_singing(ENTRY.card, tmp_path).load()


# ---------------------------------------------------------------- ESPnet's models


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of models, as those that were pulled lie in it."""
    pytest.importorskip("espnet2", reason="ESPnet is not installed here; scripts/espnet_test installs it")
    folder = tmp_path_factory.mktemp("models")
    make_checkpoint(folder / NAME)
    make_checkpoint(folder / "second", "visinger2")
    return folder


@pytest.fixture(scope="module", params=[NAME, "second"])
def network(folder: Path, request: pytest.FixtureRequest) -> Any:
    from models.music.espnet_svs import Network
    from tts.espnet_folder import find_checkpoint, mended

    found = find_checkpoint(str(folder / request.param))
    assert found.weights.name == "500epoch.pth"
    with mended(found) as config:
        return Network(config, found.weights)


LINE = [Syllable(("x", "iao"), (Note(61, 0.5), Note(63, 0.25))), Syllable(("w", "o"), (Note(60, 1.0),))]


def test_it_sings_what_espnet_sings(network: Any) -> None:
    import torch

    assert network.rate == RATE and network.breathes and network.phones == PHONES
    rows = [(0.0, 0.25, "AP", 0, "AP"), (0.25, 0.75, "小", 61, "x_iao"), (0.75, 1.0, "—", 63, "iao")]
    rows.append((1.0, 2.0, "窝", 60, "w_o"))
    phones = ["AP", "x", "iao", "iao", "w", "o"]
    torch.manual_seed(3)
    wanted = network._generate({"label": (np.zeros((6, 2)), phones), "score": (100, rows)})["wav"].numpy()
    found = network(LINE, 0.25, 3)
    assert found.dtype == np.float32 and found.ndim == 1 and np.allclose(found, wanted, atol=1e-6)
    assert not np.array_equal(network(LINE, 0.25, 4), found) and np.array_equal(network(LINE, 0.25, 3), found)


def test_it_can_be_stopped_in_the_midst(network: Any) -> None:
    def alive() -> None:
        raise JobCancelled("The job is no longer wanted.")

    begun = time.monotonic()
    with pytest.raises(JobCancelled):
        attended(lambda: [network(LINE * 60, 0.0, 0) for _ in range(60)], alive, network.stop)
    assert time.monotonic() - begun < 5.0
    assert len(network(LINE, 0.0, 0))


def test_a_note_that_it_does_not_know_is_told(network: Any) -> None:
    with pytest.raises(EngineError, match="cannot sing that line"):
        network([Syllable(("a",), (Note(500, 0.5),))], 0.0, 0)


def test_what_is_no_checkpoint_is_refused(tmp_path: Path, folder: Path) -> None:
    (tmp_path / "config.yaml").write_text("svs: vits\n")
    (tmp_path / "5epoch.pth").write_text("5epoch.pth")
    with pytest.raises(EngineError, match="ESPnet cannot load 5epoch.pth"):
        espnet_singing(Card(NAME, "sing", "model", ""), tmp_path).load()


def test_the_engine_of_the_catalogue_works_in_a_process_of_its_own(folder: Path, tmp_path: Path) -> None:
    made = make(ENTRY, ModelsOptions(folder, interpreters={NAME: Path(sys.executable)}))
    assert isinstance(made, Process)
    job = Job("sing", tmp_path, {"text": FIGURE_4, "notes": NOTES, "durations_s": DURATIONS})
    made.load()
    try:
        found = made.run(job, lambda share: None)
        assert found.facts["notes"] == 15 and found.facts["rate"] == RATE and not found.notice
        assert sf.info(found.files[0].path).samplerate == RATE

        def unwanted(share: float) -> None:
            raise JobCancelled("The job is no longer wanted.")

        with pytest.raises(JobCancelled):
            made.run(job, unwanted)
    finally:
        made.drop()
