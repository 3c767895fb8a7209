"""Where an ESPnet checkpoint lies, on this machine or on the model hub, and which of its files are which.

FOLDER/                                    as the hub packs it; a folder of training alone will do
    README.md                              names the licence in its front matter
    meta.yaml                              names the two files below
    exp/tts_train_…/config.yaml            what was trained, as ESPnet writes it
    exp/tts_train_…/….ave_5best.pth        the weights
    exp/…/stats/train/feats_stats.npz      what spectrograms were normalized by; pitch_stats.npz, energy_stats.npz
"""

import logging
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path
from typing import Any

import yaml
from huggingface_hub import snapshot_download

from assistant.errors import EngineMissing, SettingsError

EXAMPLE = "espnet/kan-bayashi_ljspeech_joint_finetune_conformer_fastspeech2_hifigan"
"""A public checkpoint with its vocoder in it."""
PREFERRED = ("*.ave_*best.pth", "*ave*.pth", "*best.pth", "*.pth")
"""Which weights of a folder are taken: the average of the best epochs first, as training leaves it."""
MENDED = {"stats_file", "bpemodel", "src_bpemodel", "non_linguistic_symbols"}
"""Settings that name a file, relative to where the model was trained."""
NEEDED = ["*.yaml", "*.yml", "*.pth", "*.npz", "*.npy", "*.model", "*.md"]
"""What is fetched of a checkpoint on the hub."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A model of ESPnet's."""

    root: Path
    """The folder that all of its files are below."""
    config: Path
    weights: Path
    licence: str = ""
    """As its README says; empty where it does not."""


def find_checkpoint(name: str) -> Checkpoint:
    """The checkpoint in a folder of this machine, or of a tag of the hub, which is fetched the first time.

    Raises:
        EngineMissing: it is not there, cannot be fetched, or is not whole.
    """
    root = _root(name)
    config, weights = _from_meta(root) or (_config(root), None)
    return Checkpoint(root, config, weights or _weights(config), licence_of(root))


@contextmanager
def mended(checkpoint: Checkpoint) -> Iterator[Path]:
    """Its config with the files that it names found below its folder, for as long as it takes to load it.

    Raises:
        EngineMissing: one of them is not there.
        SettingsError: the config cannot be understood.
    """
    tree = _mended(read_yaml(checkpoint.config), checkpoint.root)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "config.yaml"
        path.write_text(yaml.safe_dump(tree, allow_unicode=True), encoding="utf-8")
        yield path


def read_yaml(path: Path) -> dict[str, Any]:
    """A YAML file that holds a table.

    Raises:
        EngineMissing: it cannot be read.
        SettingsError: it is no YAML, or no table.
    """
    try:
        table = yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise EngineMissing(f"{path} cannot be read ({error.strerror}).") from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path} is no valid YAML; take it from the checkpoint again.") from error
    if not isinstance(table, dict):
        raise SettingsError(f"{path} holds no settings; take it from the checkpoint again.")
    return table


def licence_of(root: Path) -> str:
    """What the front matter of a model's README gives as its licence; empty where it gives none."""
    try:
        _, front, _ = (root / "README.md").read_text(encoding="utf-8").split("---", 2)
        table = yaml.safe_load(front)
    except (OSError, ValueError, yaml.YAMLError):
        return ""
    return str(table.get("license") or "") if isinstance(table, dict) else ""


def notice_of(name: str, licence: str) -> str:
    """What users of a model must be told about its licence; empty where that does not restrict them."""
    parts = licence.lower().replace("_", "-").split("-")
    if "nc" in parts or "noncommercial" in parts:
        return f"The model {name} is licensed for non-commercial use only ({licence})."
    return f"The model {name} has a licence of its own; read it before you use it." if licence == "other" else ""


def folder_of(name: str, files: Sequence[str]) -> Path:
    """A folder of this machine, or the files of a tag of the hub that match the patterns; those that are here already
    come first, so that no packet leaves for nothing. A path that is not there is given back as it is.

    Raises:
        EngineMissing: there is no such tag, or it cannot be fetched.
    """
    folder = Path(name).expanduser()
    if folder.exists() or _is_path(name):
        return folder
    try:
        return Path(snapshot_download(name, allow_patterns=list(files), local_files_only=True))
    except OSError:
        log.info("fetching %s", name)
    except ValueError as error:
        raise EngineMissing(f'"{name}" is no folder here and no tag of the hub, such as {EXAMPLE}.') from error
    try:
        return Path(snapshot_download(name, allow_patterns=list(files)))
    except (OSError, ValueError) as error:
        raise EngineMissing(
            f'"{name}" cannot be fetched from the hub. Check the name and the network, or give a folder that holds it.'
        ) from error


def _root(name: str) -> Path:
    """The folder of a checkpoint."""
    if not name:
        raise EngineMissing(
            f"No model is set for the voice espnet. Set espnet.model to a folder, or to a tag such as {EXAMPLE}."
        )
    folder = folder_of(name, NEEDED)
    return folder.parent if folder.is_file() else folder


def _is_path(name: str) -> bool:
    return name.startswith((".", "~", "/")) or "\\" in name or name.count("/") != 1


def _from_meta(root: Path) -> tuple[Path, Path] | None:
    """Config and weights as meta.yaml names them, if it is there and they are."""
    if not (root / "meta.yaml").is_file():
        return None
    meta = read_yaml(root / "meta.yaml")
    for names in _METAS:
        config, weights = (root / str((meta.get(table) or {}).get(key)) for table, key in names)
        if config.is_file() and weights.is_file():
            return config, weights
    return None


_METAS = (
    (("yaml_files", "train_config"), ("files", "model_file")),
    (("yaml_files", "st_train_config"), ("files", "st_model_file")),
)
"""Under which names meta.yaml has them: of voices and separators, and of what translates."""


def _config(root: Path) -> Path:
    if not root.is_dir():
        raise EngineMissing(f"There is no folder {root} with an ESPnet model. Set espnet.model to one, or to a tag.")
    found = sorted(root.rglob("config.yaml"), key=lambda path: (len(path.parts), path))
    found = [path for path in found if any(path.parent.glob("*.pth"))] or found
    if not found:
        raise EngineMissing(f"The folder {root} holds no ESPnet model: config.yaml is missing.")
    return found[0]


def _weights(config: Path) -> Path:
    for pattern in PREFERRED:
        if found := sorted(config.parent.glob(pattern)):
            return found[-1]
    raise EngineMissing(f"The folder {config.parent} holds no whole ESPnet model: there are no weights (*.pth) in it.")


def _mended(value: Any, root: Path, key: str = "") -> Any:
    if isinstance(value, dict):
        return {name: _mended(one, root, str(name)) for name, one in value.items()}
    return str(_found(Path(value), root)) if key in MENDED and isinstance(value, str) and value else value


def _found(named: Path, root: Path) -> Path:
    """The file that a config names: the one below the folder whose path agrees most, else where the name says."""
    below = [path for path in sorted(root.rglob("*")) if path.name == named.name and path.is_file()]
    if below:
        return max(below, key=lambda path: _agreement(path, named))
    if named.is_file():
        return named.absolute()
    raise EngineMissing(
        f"The ESPnet model in {root} is not whole: {named.name} is missing. Copy it from the checkpoint."
    )


def _agreement(one: Path, other: Path) -> int:
    """How many parts two paths share at their ends."""
    pairs = zip(reversed(one.parts), reversed(other.parts), strict=False)
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))
