"""Paths within words: quoted, escaped, as URLs, dragged into the terminal."""

import random
import shlex
import string
from pathlib import Path
from urllib.parse import quote

import pytest

from router.paths import as_path, paths_in, written_paths


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "My file.wav"
    path.write_bytes(b"x")
    return path


def forms(path: Path) -> list[str]:
    """The ways in which terminals and desktops hand over a path."""
    text = str(path)
    return [
        f"'{text}'",
        f'"{text}"',
        text.replace(" ", "\\ "),
        f"file://{quote(text)}",
        f"file://localhost{quote(text)}",
        f"file:{quote(text)}",
        f"“{text}”",
        text,
        f"'{text}' ",
        text.replace(" ", "\\ ") + "  ",
    ]


@pytest.mark.parametrize("number", range(10))
@pytest.mark.parametrize(
    ("before", "after"),
    [("", ""), ("transcribe ", ""), ("Please transcribe ", ", if you can."), ("what's in ", "?"), ("(", "")],
)
def test_a_path_is_found_in_every_form(file: Path, number: int, before: str, after: str) -> None:
    form = forms(file)[number]
    text = f"{before}{form}{after}"
    if before == "(":
        text = f"( {form} )"
    assert paths_in(text) == [file]
    (written,) = written_paths(text)
    assert text[written.start : written.end].strip() == form.strip()


@pytest.mark.parametrize("number", range(10))
def test_a_name_that_is_a_path_is_it(file: Path, number: int) -> None:
    assert as_path(forms(file)[number]) == file
    assert as_path(f" {forms(file)[number]}.") == file


def test_several_paths_come_in_their_order(file: Path, tmp_path: Path) -> None:
    other = tmp_path / "b.ogg"
    other.write_bytes(b"y")
    for text in (
        f"'{file}' {other}",
        f"play {forms(file)[2]} and then {other}, please",
        f"{forms(file)[3]}\n{other}\n",
        f"{file} {other}",
        f"{file} {other} and '{file}'",
    ):
        assert paths_in(text) == [file, other], text


def test_relative_paths_and_the_home_folder(file: Path, tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "rain.wav").write_bytes(b"x")
    for said in ("./sub/rain.wav", "sub/rain.wav", "../" + tmp_path.name + "/sub/rain.wav"):
        (found,) = paths_in(f"play {said} now", tmp_path)
        assert found.resolve() == tmp_path / "sub" / "rain.wav"
    assert as_path("~/no such file.wav") == Path.home() / "no such file.wav"
    assert as_path("My file.wav", tmp_path) == file
    assert as_path("My file", tmp_path) is None, "a name, which is looked for as such"


def test_names_with_quotes_are_read_as_shells_write_them(tmp_path: Path) -> None:
    path = tmp_path / "It's Anna's.wav"
    path.write_bytes(b"x")
    for form in (shlex.quote(str(path)), str(path).replace(" ", "\\ ").replace("'", "\\'"), str(path), f'"{path}"'):
        assert paths_in(f"play {form}") == [path], form
        assert as_path(form) == path


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "don't play it",
        "and/or both",
        "what's 3/4 of it?",
        "turn it to 5.1",
        "'quoted words' and \"others\"",
        "say / and \\",
        "http://example.com/a.wav",
        "it costs 3.50 e.g. now",
        "~nobody-of-that-name/a.wav",
        "/" * 5000,
        "a\0b.wav /a\0b",
        "file://",
        "'",
        '"/',
        "/no such/file here.wav",
    ],
)
def test_words_that_name_no_file_are_left_alone(text: str) -> None:
    assert paths_in(text) == []


def test_what_can_only_be_a_path_is_one_even_if_nothing_is_there() -> None:
    assert as_path("/no/such file.wav") == Path("/no/such file.wav")
    assert as_path("'/no/such file.wav'") == Path("/no/such file.wav")
    for name in ("two cities dot wav", "it", "the last two", "", "rain.wav"):
        assert as_path(name) is None


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    assert paths_in(f"play {tmp_path}") == []


@pytest.mark.parametrize("seed", range(60))
def test_any_name_survives_any_form(tmp_path: Path, seed: int) -> None:
    """Random names, of letters, signs, spaces and other scripts, however they are quoted."""
    dice = random.Random(seed)
    letters = string.ascii_letters + string.digits + " .-_()[]'\"&;$!#%,+=@äßçñ日本é" + "\\"
    name = "".join(dice.choice(letters) for _ in range(dice.randint(1, 30))).strip(" .") or "a"
    path = tmp_path / f"{name}.wav"
    path.write_bytes(b"x")
    text = str(path)
    escaped = "".join(c if c.isalnum() or c in "/._-" else f"\\{c}" for c in text)
    for form in (shlex.quote(text), escaped, f"file://{quote(text)}"):
        assert paths_in(f"play {form} twice") == [path], form
        assert as_path(form) == path, form
