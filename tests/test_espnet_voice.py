"""ESPnet's voices, on small checkpoints that ESPnet's own classes make; and what of them needs no ESPnet."""

import logging
from pathlib import Path
from shutil import copytree
from typing import Any

import numpy as np
import pytest

from assistant.errors import EngineError, EngineMissing, SettingsError
from assistant.events import Manner, Spoken
from tts.base import Restricted
from tts.espnet_folder import find_checkpoint, licence_of, mended, notice_of, read_yaml
from tts.espnet_text import LONGEST, PAUSE, pieces, sounds, tokens
from tts.loader import load_voice
from tts.options import EspnetOptions, VoiceOptions

PLAIN = Manner()
INSTALL = "ESPnet is not installed here; scripts/espnet_test installs it"

# ------------------------------------------------------------------- the voice


@pytest.fixture(scope="module")
def espnet(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with checkpoints: phones (with a vocoder beside it), letters, joint."""
    nltk = pytest.importorskip("nltk", reason=INSTALL)
    pytest.importorskip("espnet", reason=INSTALL)
    from tests.espnet_checkpoint import Shape, make_checkpoint, make_nltk_data, make_vocoder

    folder = tmp_path_factory.mktemp("espnet")
    nltk.data.path.insert(0, str(make_nltk_data(folder / "nltk")))
    make_checkpoint(folder / "phones")
    make_checkpoint(folder / "joint", Shape(joint=True))
    make_checkpoint(folder / "letters", Shape(encoder="transformer", letters=True))
    make_vocoder(folder / "vocoder")
    return folder


@pytest.fixture(scope="module")
def voice(espnet: Path) -> Any:
    from tts.espnet_voice import EspnetVoice

    return EspnetVoice(options(espnet / "phones", espnet / "vocoder"))


def options(model: Path, vocoder: Path | str = "") -> EspnetOptions:
    return EspnetOptions(model=str(model), vocoder=str(vocoder), device="cpu")


def frames(spoken: Spoken, hop: int) -> list[tuple[float, float]]:
    """When the words sound, in frames behind the beginning of the first."""
    first = spoken.words[0].start_s
    scale = spoken.rate / hop
    return [(round((w.start_s - first) * scale, 2), round((w.end_s - first) * scale, 2)) for w in spoken.words]


def test_words_are_timed_to_the_frame_by_their_phones(voice):
    """hello is HH AH0 L OW1, the comma is one more, world is W ER1 L D; each lasts six frames."""
    spoken = voice.speak("Hello, world", PLAIN)
    assert [word.text for word in spoken.words] == ["Hello,", "world"]
    assert frames(spoken, voice.hop) == [(0, 24), (30, 54)]
    assert np.abs(spoken.samples).max() > 0.01
    assert spoken.samples.dtype == np.float32 and spoken.rate == voice.rate == 16_000


def test_durations_are_those_that_espnet_gives(voice):
    """The same tokens, given to ESPnet directly, last as long as the words say."""
    given = voice.synthesizer("HELLO, WORLD.")
    assert len(given["duration"]) == 11  # with the comma, the full stop and the end
    spoken = voice.speak("Hello, world.", PLAIN)
    assert spoken.words[-1].end_s * voice.rate <= len(given["wav"]) - 2 * 6 * voice.hop
    assert spoken.words[-1].end_s == pytest.approx(54 * voice.hop / voice.rate, abs=0.02)


@pytest.mark.parametrize(("speed", "each"), [(2.0, 3), (0.5, 12), (1.25, 5)])
def test_speed_changes_the_durations(voice, speed, each):
    spoken = voice.speak("Hello, world", Manner(speed=speed))
    assert frames(spoken, voice.hop) == [(0, 4 * each), (5 * each, 9 * each)]


def test_a_number_takes_the_time_of_all_its_words(voice):
    """ten is T EH1 N, thirty is TH ER1 T IY0."""
    spoken = voice.speak("At 10:30", PLAIN)
    (_, number) = frames(spoken, voice.hop)
    assert number[1] - number[0] == 7 * 6


def test_how_a_word_is_said_depends_on_its_neighbours(voice):
    """ "refuse", the verb, is R IH0 F Y UW1 Z, and the noun R EH1 F Y UW2 Z."""
    symbols = [token.symbol for score in voice.scores("I refuse the refuse.") for token in score]
    assert " ".join(symbols) == "AY1 R IH0 F Y UW1 Z DH AH0 R EH1 F Y UW2 Z ."
    assert frames(voice.speak("I refuse the refuse.", PLAIN), voice.hop) == [(0, 6), (6, 42), (42, 54), (54, 90)]


def test_pitch_is_raised_by_semitones(voice):
    """An octave is ln 2 of log F0; normalized, it is divided by the deviation that the model was trained with."""
    seen: list[float] = []
    hook = voice.acoustic.pitch_embed.register_forward_pre_hook(lambda _, given: seen.append(float(given[0].mean())))
    plain, higher, again = (voice.speak("Hello, world", Manner(pitch=pitch)) for pitch in (0.0, 12.0, 0.0))
    hook.remove()
    assert seen[1] - seen[0] == pytest.approx(np.log(2) / 0.25, rel=1e-3)
    assert seen[2] == pytest.approx(seen[0])
    assert not np.array_equal(plain.samples, higher.samples)
    assert np.array_equal(plain.samples, again.samples)
    assert plain.words == again.words


def test_gain_changes_the_level(voice):
    plain = np.abs(voice.speak("Hello, world", PLAIN).samples).max()
    assert np.abs(voice.speak("Hello, world", Manner(gain_db=-6)).samples).max() == pytest.approx(plain / 2, rel=0.02)
    assert np.abs(voice.speak("Hello, world", Manner(gain_db=60)).samples).max() < 0.99


@pytest.mark.parametrize("clause", ["", " ", "…", "?!", "😀", "\x00", "***"])
def test_nothing_to_say_is_silence(voice, clause):
    assert not len(voice.speak(clause, PLAIN).samples)


@pytest.mark.parametrize(
    "clause", ["a", "Hello 😀 world", "你好", "Don't.", "#$%", "\ud800 yes", "It's 3.5 °C & sunny"]
)
def test_every_written_word_has_its_place(voice, clause):
    spoken = voice.speak(clause, PLAIN)
    if len(spoken.samples):
        assert [word.text for word in spoken.words] == clause.split()
    times = [t for word in spoken.words for t in (word.start_s, word.end_s)]
    assert times == sorted(times)
    assert not times or times[-1] <= len(spoken.samples) / spoken.rate


def test_a_long_text_is_spoken_in_pieces_without_a_seam_in_its_times(voice):
    spoken = voice.speak("hello world " * 100, PLAIN)
    assert len(spoken.words) == 200
    assert spoken.words[-1].end_s == pytest.approx(200 * 24 * voice.hop / voice.rate, rel=0.05)


def test_it_ends_with_the_pause_of_its_closing_mark(voice):
    lengths = [len(voice.speak(f"hello{mark}", PLAIN).samples) for mark in ("", ",", ".")]
    assert lengths == sorted(lengths) and lengths[2] - lengths[0] > 0.2 * voice.rate


def test_a_model_with_its_vocoder_in_it_needs_no_other(espnet):
    joint = load_voice("espnet", VoiceOptions(espnet=options(espnet / "joint")))
    assert joint.rate == 16_000
    assert frames(joint.speak("Hello, world", PLAIN), 64) == [(0, 24), (30, 54)]
    assert np.array_equal(joint.speak("yes", PLAIN).samples, joint.speak("yes", PLAIN).samples)


def test_a_model_without_a_vocoder_takes_griffin_and_lims(espnet):
    """And one that reads letters: its words are timed by their letters."""
    letters = load_voice("espnet", VoiceOptions(espnet=options(espnet / "letters")))
    spoken = letters.speak("Hello world", PLAIN)
    assert frames(spoken, 64) == [(0, 30), (36, 66)]
    assert np.abs(spoken.samples).max() > 0.01


def test_a_licence_that_restricts_is_told(espnet, tmp_path, caplog):
    model = copytree(espnet / "joint", tmp_path / "model")
    (model / "README.md").write_text("---\nlicense: cc-by-nc-4.0\n---\n", encoding="utf-8")
    with caplog.at_level(logging.INFO, "tts.espnet_voice"):
        restricted = load_voice("espnet", VoiceOptions(espnet=options(model)))
    assert isinstance(restricted, Restricted) and "non-commercial use only (cc-by-nc-4.0)" in restricted.notice
    assert restricted.notice in caplog.text


def test_a_gpu_that_is_not_there_is_said(espnet):
    import torch

    if torch.cuda.is_available():
        pytest.skip("there is a GPU")
    with pytest.raises(EngineError, match='Set espnet.device to "cpu" or "auto"'):
        load_voice("espnet", VoiceOptions(espnet=EspnetOptions(model=str(espnet / "joint"), device="cuda")))


@pytest.mark.gpu
def test_the_gpu_says_the_same(espnet):
    import torch

    if not torch.cuda.is_available():
        pytest.skip("there is no GPU")
    on_gpu = load_voice("espnet", VoiceOptions(espnet=EspnetOptions(model=str(espnet / "joint"), device="cuda")))
    on_cpu = load_voice("espnet", VoiceOptions(espnet=options(espnet / "joint")))
    one, other = (voice.speak("Hello, world", PLAIN) for voice in (on_gpu, on_cpu))
    assert one.words == other.words
    assert np.abs(one.samples - other.samples).max() < 0.01


@pytest.mark.parametrize(
    ("config", "said"),
    [
        ({"tts": "tacotron2", "tts_conf": {}}, "is no FastSpeech 2 but a Tacotron2"),
        ({"tts_conf": {"adim": 32, "aheads": 2}}, "weights do not fit its config.yaml"),
        ({"tts": "vits9"}, "cannot be loaded"),
    ],
)
def test_other_models_are_refused(espnet, tmp_path, config, said):
    import yaml

    model = copytree(espnet / "phones", tmp_path / "model")
    path = next(model.rglob("config.yaml"))
    path.write_text(yaml.safe_dump(read_yaml(path) | config), encoding="utf-8")
    with pytest.raises((SettingsError, EngineMissing), match=said):
        load_voice("espnet", VoiceOptions(espnet=options(model)))


def test_a_model_of_several_speakers_is_refused(tmp_path, espnet):
    from tests.espnet_checkpoint import Shape, make_checkpoint

    model = make_checkpoint(tmp_path / "model", Shape(speakers=4))
    with pytest.raises(SettingsError, match="wants a speaker beside the text; choose one of a single speaker"):
        load_voice("espnet", VoiceOptions(espnet=options(model)))


def test_a_vocoder_that_is_none_is_refused(espnet, tmp_path):
    import yaml

    from tests.espnet_checkpoint import make_vocoder

    make_vocoder(tmp_path / "shorter", hop=32)
    (tmp_path / "empty").mkdir()
    other, broken = (copytree(espnet / "vocoder", tmp_path / name) for name in ("other", "broken"))
    config = read_yaml(other / "config.yml") | {"generator_type": "MelGANGenerator"}
    (other / "config.yml").write_text(yaml.safe_dump(config), encoding="utf-8")
    next(broken.glob("*.pkl")).write_bytes(b"not weights")
    tries = {
        "nowhere": "There is no vocoder",
        "empty": "there are no weights",
        "other": "is a MelGANGenerator",
        "broken": "cannot be loaded; copy it again",
        "shorter": "makes 32 samples of a frame at 16000 Hz, and the ESPnet model in .* wants 64",
    }
    for name, said in tries.items():
        with pytest.raises((SettingsError, EngineMissing), match=said):
            load_voice("espnet", VoiceOptions(espnet=options(espnet / "phones", tmp_path / name)))


# --------------------------------------------------------------- its checkpoint


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A checkpoint as the hub packs it, without anything in its files that only ESPnet reads."""
    trained, statistics = tmp_path / "exp" / "train", tmp_path / "exp" / "stats" / "train"
    for place in (trained, statistics):
        place.mkdir(parents=True)
    (trained / "config.yaml").write_text(
        "normalize_conf:\n  stats_file: exp/stats/train/feats_stats.npz\n"
        "train_shape_file: gone/shape.npz\nbpemodel: null\n"
    )
    for name in ("1epoch.pth", "train.loss.best.pth", "train.loss.ave_5best.pth", "valid.acc.png"):
        (trained / name).touch()
    (statistics / "feats_stats.npz").touch()
    return tmp_path


def test_the_average_of_the_best_weights_is_taken(folder):
    found = find_checkpoint(str(folder))
    assert (found.config.name, found.weights.name) == ("config.yaml", "train.loss.ave_5best.pth")
    found.weights.unlink()
    assert find_checkpoint(str(folder)).weights.name == "train.loss.best.pth"
    assert find_checkpoint(str(folder / "exp" / "train")).config == found.config
    assert find_checkpoint(str(folder / "exp" / "train" / "config.yaml")).config == found.config


def test_what_the_hub_names_goes_first(folder):
    (folder / "meta.yaml").write_text(
        "files:\n  model_file: exp/train/1epoch.pth\nyaml_files:\n  train_config: exp/train/config.yaml\n"
    )
    assert find_checkpoint(str(folder)).weights.name == "1epoch.pth"
    (folder / "exp" / "train" / "1epoch.pth").unlink()
    assert find_checkpoint(str(folder)).weights.name == "train.loss.ave_5best.pth"


def test_files_that_the_config_names_are_found_below_the_folder(folder):
    decoy = folder / "a" / "feats_stats.npz"
    decoy.parent.mkdir()
    decoy.touch()
    with mended(find_checkpoint(str(folder))) as path:
        config = read_yaml(path)
    assert config["normalize_conf"]["stats_file"] == str(folder / "exp/stats/train/feats_stats.npz")
    assert (config["train_shape_file"], config["bpemodel"]) == ("gone/shape.npz", None)
    assert not path.exists()


def test_a_checkpoint_that_is_not_whole_is_refused(folder, tmp_path):
    next(folder.rglob("feats_stats.npz")).unlink()
    with pytest.raises(EngineMissing, match="feats_stats.npz is missing"), mended(find_checkpoint(str(folder))):
        pass
    for weights in folder.rglob("*.pth"):
        weights.unlink()
    with pytest.raises(EngineMissing, match="there are no weights"):
        find_checkpoint(str(folder))
    (folder / "exp" / "train" / "config.yaml").unlink()
    with pytest.raises(EngineMissing, match="config.yaml is missing"):
        find_checkpoint(str(folder))


@pytest.mark.parametrize("text", ["[1, 2]", "a: [", "plain"])
def test_a_config_that_is_none_is_refused(folder, text):
    (folder / "exp" / "train" / "config.yaml").write_text(text)
    with pytest.raises(SettingsError, match="take it from the checkpoint again"), mended(find_checkpoint(str(folder))):
        pass


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("", "Set espnet.model to a folder, or to a tag such as espnet/"),
        ("/no/such/folder", "There is no folder /no/such/folder"),
        ("word", "There is no folder word"),
        ("a b/c", "is no folder here and no tag of the hub, such as espnet/"),
    ],
)
def test_a_model_that_is_not_there_is_said(name, said):
    with pytest.raises(EngineMissing, match=said):
        find_checkpoint(name)


@pytest.mark.parametrize(
    ("readme", "licence", "restricted"),
    [
        ("---\nlicense: cc-by-4.0\ntags: [a]\n---\n# Hi", "cc-by-4.0", False),
        ("---\nlicense: cc-by-nc-sa-4.0\n---\n", "cc-by-nc-sa-4.0", True),
        ("---\nlicense: other\n---\n", "other", True),
        ("---\ntags: x\n---\n", "", False),
        ("---\n- a list\n---\n", "", False),
        ("---\na: [\n---\n", "", False),
        ("# No front matter", "", False),
        (None, "", False),
    ],
)
def test_the_licence_is_read_from_the_readme(tmp_path, readme, licence, restricted):
    if readme is not None:
        (tmp_path / "README.md").write_text(readme)
    assert licence_of(tmp_path) == licence
    assert bool(notice_of("it", licence)) is restricted


# --------------------------------------------------------------------- its text


def spelled(text: str) -> list[str]:
    """A tokenizer for whom words are their letters, and which says "I read" otherwise than "read"."""
    return list(text.replace(" ", "").replace("Iread", "Ired"))


def test_tokens_know_their_words():
    made = tokens([(0, "we"), (2, "go,"), (3, "so.")], spelled)
    assert [(t.symbol, t.word) for t in made] == [
        *[("w", 0), ("e", 0)],
        *[("g", 2), ("o", 2), (",", PAUSE)],
        *[("s", 3), ("o", 3), (".", PAUSE)],
    ]


def test_tokens_that_depend_on_their_neighbours_are_aligned():
    made = tokens([(0, "I"), (1, "read"), (2, "it")], spelled)
    assert "".join(t.symbol for t in made) == "Iredit"
    assert [t.word for t in made] == [0, 1, 1, 1, 2, 2]


def test_tokens_of_a_text_that_is_said_as_one_belong_to_its_words_in_order():
    made = tokens([(0, "ab"), (1, "cd")], lambda text: ["x", "y", "z"] if " " in text else list(text))
    assert [t.word for t in made] == sorted(t.word for t in made)
    assert tokens([(0, "ab")], lambda text: []) == []


@pytest.mark.parametrize(
    ("symbol", "does"), [("AH0", True), ("ˈ", True), (",", False), (" ", False), ("<space>", False), ("", False)]
)
def test_marks_and_spaces_make_no_sound(symbol, does):
    assert sounds(symbol) is does


def test_long_texts_are_cut_behind_marks_or_between_words():
    words = [(i, "word," if i % 10 == 9 else "word") for i in range(200)]
    cut = list(pieces(words))
    assert [word for piece in cut for word in piece] == words
    assert all(sum(len(spoken) + 1 for _, spoken in piece) <= LONGEST + 1 for piece in cut)
    assert all(piece[-1][1] == "word," for piece in cut)
    assert [len(piece) for piece in pieces([(i, "word") for i in range(100)])] == [48, 48, 4]


def test_a_word_longer_than_a_piece_is_cut():
    cut = list(pieces([(0, "so"), (1, "a" * (2 * LONGEST + 5)), (2, "b")]))
    assert "".join(spoken for piece in cut for i, spoken in piece if i == 1) == "a" * (2 * LONGEST + 5)
    assert list(pieces([])) == []
