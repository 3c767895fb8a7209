"""`assistant open`: what there is, and what becomes of it."""

import json
from collections.abc import Callable
from io import StringIO
from pathlib import Path

import numpy as np
import pytest

from assistant.cli.open import Wanted, launched, open_thing, system_opener
from assistant.errors import DataError
from assistant.events import Artifact, Provenance
from assistant.screen.options import ScreenOptions
from assistant.workspace import Workspace
from models.pictures import pictures_of

MODEL = Provenance("model", "gtcrn", "MIT")


@pytest.fixture
def sessions(tmp_path: Path) -> Path:
    """An older session, a newer one with three things, and the newest in which there is nothing."""
    old = Workspace(tmp_path / "2026-01-01_10-00-00")
    old.save_text("list", "milk", "record_note")
    new = Workspace(tmp_path / "2026-01-02_10-00-00")
    tone = (0.5 * np.sin(np.arange(8_000))).astype(np.float32)
    new.save_audio("rain", tone, 16_000, "user", Provenance("given"))
    new.save_audio("clean rain", tone, 16_000, "enhance_speech", MODEL, (1,))
    new.save_text("words", "It rains.\nStill\x1b[2J.", "transcribe_speech")
    Workspace(tmp_path / "2026-01-03_10-00-00").note_turn("you", "Hello.")
    return tmp_path


class Desk:
    """A desktop that notes what is opened."""

    def __init__(self, works: bool = True) -> None:
        self.works = works
        self.opened: list[str] = []

    def __call__(self, path: Path) -> bool:
        self.opened.append(path.name)
        return self.works


class Screen(StringIO):
    """A terminal."""

    def isatty(self) -> bool:
        return True


def run(sessions: Path, wanted: Wanted, desk: Desk | None = None, out: StringIO | None = None) -> str:
    out = out or StringIO()
    assert open_thing(sessions, wanted, ScreenOptions("blocks"), out, desk or Desk()) == 0
    return out.getvalue()


def test_alone_it_lists_the_newest_session_in_which_there_is_anything(sessions: Path) -> None:
    folder = sessions / "2026-01-02_10-00-00"
    desk = Desk()
    assert run(sessions, Wanted(), desk).splitlines() == [
        f"1 rain (0.5 s, 16 kHz, mono)  given  {folder / 'rain.wav'}",
        f"2 clean rain (0.5 s, 16 kHz, mono)  model gtcrn, MIT  {folder / 'clean-rain.wav'}",
        f"3 words (text)  {folder / 'words.txt'}",
    ]
    assert desk.opened == []


def test_a_list_for_programs(sessions: Path) -> None:
    rows = [json.loads(line) for line in run(sessions, Wanted(json=True)).splitlines()]
    assert [(row["id"], row["name"]) for row in rows] == [(1, "rain"), (2, "clean rain"), (3, "words")]
    assert rows[1]["provenance"]["licence"] == "MIT" and rows[1]["parents"] == [1]


@pytest.mark.parametrize(
    ("thing", "name"),
    [
        ("1", "rain.wav"),
        ("rain", "rain.wav"),
        ("The Rain", "rain.wav"),
        ("clean", "clean-rain.wav"),
        ("ai", "clean-rain.wav"),
        ("3", "words.txt"),
    ],
)
def test_a_thing_is_opened_by_its_number_its_name_or_a_part_of_that(sessions: Path, thing: str, name: str) -> None:
    desk = Desk()
    told = run(sessions, Wanted(thing), desk)
    assert desk.opened == [name] and told.count("\n") == 1 and name in told


def test_another_session_is_chosen_by_a_part_of_its_name(sessions: Path) -> None:
    desk = Desk()
    run(sessions, Wanted("1", "2026-01-01"), desk)
    assert desk.opened == ["list.txt"]


def test_opening_for_programs_says_whether_it_was(sessions: Path) -> None:
    for works in (True, False):
        row = json.loads(run(sessions, Wanted("rain", json=True), Desk(works)))
        assert (row["name"], row["opened"]) == ("rain", works)


def test_without_a_display_a_text_is_printed(sessions: Path) -> None:
    told = run(sessions, Wanted("words"), Desk(works=False)).splitlines()
    assert told[1:] == ["It rains.", "Still [2J."]


def test_without_a_display_a_sound_is_shown_where_there_is_a_terminal(sessions: Path) -> None:
    assert run(sessions, Wanted("rain"), Desk(works=False)).count("\n") == 1, "a pipe is given no picture"
    assert run(sessions, Wanted("rain", plain=True), Desk(works=False), Screen()).count("\n") == 1
    told = run(sessions, Wanted("rain"), Desk(works=False), Screen())
    assert told.count("\n") == 13 and "0.4 s" in told.splitlines()[-1]
    assert not list((sessions / "2026-01-02_10-00-00").glob("*.png")), "nothing is left behind"


def test_pictures_that_are_there_are_shown(sessions: Path) -> None:
    folder = sessions / "2026-01-02_10-00-00"
    (picture,) = pictures_of("audio", folder / "rain.wav", folder)
    picture.write_bytes(b"broken")
    assert "is no PNG picture" in run(sessions, Wanted("rain"), Desk(works=False), Screen())


@pytest.mark.parametrize(
    ("wanted", "sentence"),
    [
        (
            Wanted("snow"),
            'There is no "snow" in session 2026-01-02_10-00-00; there are: 1 rain, 2 clean rain, 3 words.',
        ),
        (Wanted("9"), 'There is no "9"'),
        (Wanted("", "1999"), 'There is no session called "1999"'),
        (Wanted("", "2026-01-03"), "There is no session called"),
    ],
)
def test_what_is_not_there_is_told(sessions: Path, wanted: Wanted, sentence: str) -> None:
    with pytest.raises(DataError) as error:
        run(sessions, wanted)
    assert sentence in str(error.value)


def test_a_file_that_is_gone_and_no_sessions_at_all(sessions: Path, tmp_path: Path) -> None:
    (sessions / "2026-01-02_10-00-00" / "rain.wav").unlink()
    with pytest.raises(DataError, match="is gone"):
        run(sessions, Wanted("1"))
    with pytest.raises(DataError, match="There is no session in"):
        run(tmp_path / "none", Wanted())


def found(name: str) -> str | None:
    return {"open": "/usr/bin/open", "xdg-open": "/usr/bin/xdg-open"}.get(name)


@pytest.mark.parametrize(
    ("environment", "platform", "which"),
    [({}, "linux", found), ({"DISPLAY": ":0"}, "linux", lambda name: None), ({}, "win32", found)],
)
def test_where_nothing_opens_files_none_is_opened(
    environment: dict[str, str], platform: str, which: Callable[[str], str | None]
) -> None:
    assert system_opener(environment, platform, which)(Path("a.wav")) is False


@pytest.mark.parametrize(
    ("environment", "platform", "name"),
    [({"DISPLAY": ":0"}, "linux", "xdg-open"), ({"WAYLAND_DISPLAY": "w"}, "linux", "xdg-open"), ({}, "darwin", "open")],
)
def test_the_systems_opener_is_given_the_path(
    environment: dict[str, str], platform: str, name: str, tmp_path: Path
) -> None:
    opener, noted = tmp_path / name, tmp_path / "noted"
    opener.write_text(f'#!/bin/sh\nprintf %s "$1" > {noted}\n')
    opener.chmod(0o755)
    which = {name: str(opener)}.get
    assert system_opener(environment, platform, which)(Path("/s/the rain.wav")) is True
    assert noted.read_text() == "/s/the rain.wav"


def test_an_opener_that_fails_at_once_has_opened_nothing(tmp_path: Path) -> None:
    failing = tmp_path / "fails"
    failing.write_text("#!/bin/sh\nexit 3\n")
    failing.chmod(0o755)
    assert not launched(str(failing), Path("a"))
    assert not launched(str(tmp_path / "none"), Path("a"))


def test_things_without_a_path_of_ours_are_found_too(tmp_path: Path) -> None:
    given = tmp_path / "elsewhere" / "castle.txt"
    given.parent.mkdir()
    given.write_text("a castle")
    Workspace(tmp_path / "s" / "2026-01-01_10-00-00").add(Artifact("castle", given, "text"))
    desk = Desk()
    run(tmp_path / "s", Wanted("castle"), desk)
    assert desk.opened == ["castle.txt"]
