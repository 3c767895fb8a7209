"""The clipboard, by programs of the desktop that stand in for themselves."""

import asyncio
from pathlib import Path

import pytest

from assistant.errors import TaskError
from router.clipboard import Clipboard

PICTURE = b"\x89PNG\r\n\x1a\n not a whole one"


def desktop(folder: Path, program: str, display: str, **contents: bytes) -> Clipboard:
    """A desktop whose clipboard holds these, by kind with _ for /; `program` is the one that is installed."""
    held = folder / "held"
    held.mkdir()
    for kind, data in contents.items():
        (held / kind).write_bytes(data)
    bin_ = folder / "bin"
    bin_.mkdir()
    script = f"""#!/bin/sh
list() {{ cd '{held}' && for kind in *; do echo "$kind" | sed 's,_,/,'; done; }}
case "$*" in
    *--list-types*|*TARGETS*) [ -n "$(ls '{held}')" ] && list || exit 1 ;;
    *) for last; do :; done; cat "{held}/$(echo "$last" | sed 's,/,_,')" ;;
esac
"""
    if program == "pbpaste":
        script = f"#!/bin/sh\ncat {held}/text_plain\n"
    path = bin_ / program
    path.write_text(script)
    path.chmod(0o755)
    environment = {"PATH": f"{bin_}:/bin:/usr/bin"} | ({display: ":0"} if display else {})
    return Clipboard(environment)


DESKTOPS = [("wl-paste", "WAYLAND_DISPLAY"), ("xclip", "DISPLAY"), ("pbpaste", "")]


@pytest.mark.parametrize(("program", "display"), DESKTOPS)
def test_paths_in_it_are_found(tmp_path: Path, program: str, display: str) -> None:
    one, two = tmp_path / "My rain.wav", tmp_path / "b.ogg"
    one.write_bytes(b"x")
    two.write_bytes(b"x")
    clipboard = desktop(tmp_path, program, display, **{"text_plain": f"'{one}'\n{two}\n".encode()})
    assert asyncio.run(clipboard.files(tmp_path)) == [one, two]


@pytest.mark.parametrize(("program", "display"), DESKTOPS[:2])
def test_files_that_were_copied_are_found(tmp_path: Path, program: str, display: str) -> None:
    one = tmp_path / "My rain.wav"
    one.write_bytes(b"x")
    uri = f"# copied\r\nfile://{str(one).replace(' ', '%20')}\r\n".encode()
    clipboard = desktop(tmp_path, program, display, **{"text_uri-list": uri, "image_png": PICTURE})
    assert asyncio.run(clipboard.files(tmp_path)) == [one]


@pytest.mark.parametrize(("program", "display"), DESKTOPS[:2])
def test_a_picture_in_it_becomes_a_file_each_time(tmp_path: Path, program: str, display: str) -> None:
    clipboard = desktop(tmp_path, program, display, **{"image_png": PICTURE, "text_html": b"<img>"})
    first = asyncio.run(clipboard.files(tmp_path))
    second = asyncio.run(clipboard.files(tmp_path))
    assert [path.read_bytes() for path in first + second] == [PICTURE, PICTURE]
    assert first != second and first[0].suffix == ".png"


@pytest.mark.parametrize(("program", "display"), DESKTOPS)
@pytest.mark.parametrize("text", [b"", b"hello there", b"/no/such.wav\n", b"\xff\xfe"])
def test_what_else_is_in_it_is_said(tmp_path: Path, program: str, display: str, text: bytes) -> None:
    clipboard = desktop(tmp_path, program, display, **{"text_plain": text})
    with pytest.raises(TaskError, match="There is no file, picture or sound in the clipboard"):
        asyncio.run(clipboard.files(tmp_path))


@pytest.mark.parametrize("environment", [{}, {"PATH": "/nowhere"}, {"PATH": "/nowhere", "DISPLAY": ":0"}])
def test_without_a_desktop_it_says_what_is_missing(tmp_path: Path, environment: dict[str, str]) -> None:
    with pytest.raises(TaskError, match="wl-paste or xclip has to be installed"):
        asyncio.run(Clipboard(environment or {"PATH": ""}).files(tmp_path))
