"""Makes a voice folder of a published FastSpeech 2, so that it runs under onnxruntime, without torch.

The model is one of ESPnet's (its own, or trained jointly with a HiFi-GAN), which takes ESPnet to read, or one of
transformers' (`FastSpeech2ConformerWithHifiGan`), which takes transformers. It must be one for English phones in
ARPABET. For example:

    python -m scripts.export_fastspeech2 espnet/fastspeech2_conformer_with_hifigan voices/ljspeech \\
        --tokenizer espnet/fastspeech2_conformer --licence Apache-2.0 --data LJSpeech
"""

import argparse
import logging
import sys
from pathlib import Path

from assistant.errors import EarshotError, EngineMissing, SettingsError
from scripts.fastspeech2_export.folder import Told, write_voice
from scripts.fastspeech2_export.options import ExportOptions
from scripts.fastspeech2_export.source import Source
from tts.espnet_folder import find_checkpoint

ARPABET = {"AA1", "IY0", "S", "T", "N"}
"""Phones that every list in ARPABET has."""


def main(given: list[str] | None = None) -> None:
    """Export as the command line says; a failure is a sentence and status 2."""
    arguments = _parser().parse_args(given)
    logging.getLogger("torch.onnx").setLevel(logging.ERROR)  # it warns of a package that nobody needs here
    options = ExportOptions(
        arguments.source,
        vocoder=arguments.vocoder,
        tokenizer=arguments.tokenizer,
        speaker=arguments.speaker,
        language=arguments.language_id,
        rate=arguments.rate,
    )
    folder: Path = arguments.dest.expanduser()
    told = Told(
        arguments.name or folder.name, arguments.source, arguments.description, arguments.licence, arguments.data
    )
    try:
        write_voice(read(options), folder, told)
    except EarshotError as error:
        print(error, file=sys.stderr)
        sys.exit(2)
    print(f"{folder} is a voice now.")


def read(options: ExportOptions) -> Source:
    """The model, by whichever library it is of.

    Raises:
        EngineMissing: it is not there, or the library is not.
        SettingsError: it is not one that can be exported.
    """
    try:
        if _is_of_transformers(options.source):
            from scripts.fastspeech2_export.from_transformers import read as read_model
        else:
            from scripts.fastspeech2_export.from_espnet import read as read_model
    except ImportError as error:
        raise EngineMissing(f"This model takes a package that is not installed: pip install {error.name}.") from error
    source = read_model(options)
    if missing := sorted(ARPABET - set(source.symbols)):
        raise SettingsError(f"{options.source} does not read ARPABET; it has no {missing[0]}.")
    return source


def _is_of_transformers(source: str) -> bool:
    """Whether a model has transformers' config.json and none of ESPnet's."""
    folder = Path(source).expanduser()
    if folder.is_dir():
        return (folder / "config.json").is_file()
    return source.startswith("espnet/fastspeech2_conformer") or not _is_of_espnet(source)


def _is_of_espnet(source: str) -> bool:
    try:
        return bool(find_checkpoint(source))
    except EarshotError:
        return False


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("source", help="a folder, or a tag of the model hub")
    parser.add_argument("dest", type=Path, help="the folder to be made, such as one in the folder of your own voices")
    parser.add_argument("--vocoder", default="", help="a HiFi-GAN: its folder, its file of weights, or a tag")
    parser.add_argument("--tokenizer", default="", help="where vocab.json is, if not with the model: a folder or a tag")
    parser.add_argument("--speaker", type=int, help="which speaker of several, from 0")
    parser.add_argument("--language-id", type=int, help="which language of several, from 0")
    parser.add_argument("--rate", type=int, help="hertz, where a model of transformers' does not say; else 22050")
    parser.add_argument("--name", default="", help="what the card calls it; the folder's name if not given")
    parser.add_argument("--description", default="", help="a line for the card")
    parser.add_argument("--licence", default="", help="for the card, where the model does not say, or says it wrongly")
    parser.add_argument("--data", default="", help="what it was trained on, for the card")
    return parser


if __name__ == "__main__":
    main()
