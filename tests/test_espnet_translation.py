"""ESPnet's models that translate speech, on a small MultiDecoder that ESPnet's own classes make."""

import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile as sf

from assistant.audio import RATE, Samples
from assistant.errors import EngineError, EngineMissing, JobCancelled
from assistant.resident_espnet import espnet_translation
from models.attended import attended
from models.base import Card, Job
from models.catalogue import ENGINES, make, missing, weights
from models.options import ModelsOptions
from models.process import Process
from models.suiting import fitness

NAME = "espnet-multidecoder-de"
ENTRY = next(one for one in ENGINES if one.card.name == NAME)


def test_without_espnet_or_weights_it_is_said_what_to_do(tmp_path: Path) -> None:
    assert missing(ENTRY, ModelsOptions(tmp_path)).endswith(f"assistant models pull {NAME}")
    listed = weights(NAME)
    assert f'models.engines.translate_speech = "{NAME}"' in listed.use and listed.licence == "CC-BY-4.0"
    german = Job("translate_speech", tmp_path, {"language": "German"}, {"audio": tmp_path})
    spanish = Job("translate_speech", tmp_path, {"language": "Spanish"}, {"audio": tmp_path})
    assert fitness(ENTRY.card, german) == 2 and fitness(ENTRY.card, spanish) == 0
    try:
        import espnet2  # noqa: F401
    except ImportError:
        with pytest.raises(EngineMissing, match=f"needs ESPnet, .* set models.interpreters.{NAME}"):
            espnet_translation(ENTRY.card, tmp_path).load()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of models, as those that were pulled lie in it."""
    pytest.importorskip("espnet2", reason="ESPnet is not installed here; scripts/espnet_test installs it")
    from tests.espnet_st_checkpoint import make_checkpoint

    folder = tmp_path_factory.mktemp("models")
    make_checkpoint(folder / NAME)
    return folder


@pytest.fixture(scope="module")
def network(folder: Path) -> Any:
    from models.speech.espnet_st import Translator
    from tts.espnet_folder import find_checkpoint, mended

    found = find_checkpoint(str(folder / NAME))
    assert found.weights.name == "valid.acc.ave_10best.pth"
    with mended(found) as config:
        return Translator(config, found.weights)


def hum(seconds: float, rate: int = RATE) -> Samples:
    """Somebody who hums, shape (n,)."""
    at = np.arange(round(seconds * rate)) / rate
    tone = sum(np.sin(2 * np.pi * k * 120 * at) / k for k in range(1, 15))
    return np.asarray(0.1 * tone * (np.sin(2 * np.pi * 3 * at) > -0.5), np.float32)


def test_it_writes_what_espnet_writes(network: Any) -> None:
    from models.speech.espnet_st import BEAM, CTC_WEIGHT, WORDS_BEAM

    theirs = network._translate
    assert theirs.st_model.use_multidecoder
    assert (theirs.beam_search.beam_size, theirs.asr_beam_search.beam_size) == (BEAM, WORDS_BEAM)
    assert theirs.asr_beam_search.weights["ctc"] == CTC_WEIGHT
    wanted = theirs(hum(1.0))[0][0][0].replace("<unk>", "")
    (found,) = network([hum(1.0)])
    assert found.text == wanted.strip() and found.text and found.language == "en"
    assert [one.text for one in network([hum(0.05), np.zeros(RATE, np.float32)])] == ["", ""]
    assert network([hum(1.0)])[0].text == found.text


def test_it_can_be_stopped_in_the_midst(network: Any) -> None:
    def alive() -> None:
        raise JobCancelled("The job is no longer wanted.")

    begun = time.monotonic()
    with pytest.raises(JobCancelled):
        attended(lambda: network([hum(20.0)] * 20), alive, network.stop)
    assert time.monotonic() - begun < 5.0
    assert network([hum(1.0)])[0].text


def test_what_is_no_checkpoint_is_refused(tmp_path: Path, folder: Path) -> None:
    (tmp_path / "config.yaml").write_text("encoder: conformer\n")
    (tmp_path / "5epoch.pth").write_text("5epoch.pth")
    with pytest.raises(EngineError, match="ESPnet cannot load 5epoch.pth"):
        espnet_translation(Card(NAME, "translate_speech", "model", "", languages=("de",)), tmp_path).load()


def test_the_engine_of_the_catalogue_works_in_a_process_of_its_own(folder: Path, tmp_path: Path) -> None:
    made = make(ENTRY, ModelsOptions(folder, interpreters={NAME: Path(sys.executable)}))
    assert isinstance(made, Process)
    sf.write(tmp_path / "a.wav", np.stack([hum(2.0, 44_100)] * 2, axis=1), 44_100)
    job = Job("translate_speech", tmp_path, {"language": "German"}, {"audio": tmp_path / "a.wav"})
    made.load()
    try:
        found = made.run(job, lambda share: None)
        assert found.facts["language"] == "de" and found.facts["source_language"] == "en"

        def unwanted(share: float) -> None:
            raise JobCancelled("The job is no longer wanted.")

        with pytest.raises(JobCancelled):
            made.run(job, unwanted)
    finally:
        made.drop()
