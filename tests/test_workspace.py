"""The session's folder: numbers, names, what is kept of them, and sessions of earlier versions."""

import json
from pathlib import Path

import numpy as np
import pytest
import soundfile as sf

from assistant.errors import DataError
from assistant.events import Artifact, Provenance
from assistant.workspace import INDEX, Workspace, load_audio, past_sessions, spoken_name
from tests.media_files import tones, write_picture, write_sound


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return Workspace(tmp_path / "sessions" / "one")


def kept(workspace: Workspace) -> tuple[Artifact, ...]:
    """What a later session finds."""
    (session,) = past_sessions(workspace.folder.parent)
    return session.artifacts


def test_things_are_numbered_and_named_and_found_again(workspace: Workspace) -> None:
    origin = Provenance("model", "parter", "MIT")
    first = workspace.save_audio("rain", tones(0.5, 16_000, 2), 16_000, "user", Provenance("given"))
    second = workspace.save_audio("Rain", tones(0.5, 44_100, 1)[:, 0], 44_100, "separate_speech", origin, [1])
    third = workspace.save_text("note", "Grüße", "record_note")
    assert [(a.id, a.name) for a in workspace.artifacts] == [(1, "rain"), (2, "Rain 2"), (3, "note")]
    assert (first.channels, first.rate, second.channels, second.rate) == (2, 16_000, 1, 44_100)
    assert (second.provenance, second.parents) == (origin, (1,))
    assert workspace.get(2) == second and workspace.get(9) is None and workspace.find("RAIN") == first
    assert kept(workspace) == (first, second, third)


def test_sound_keeps_its_channels_and_rate(workspace: Workspace) -> None:
    sound = tones(0.25, 48_000, 6)
    saved = workspace.save_audio("wide", sound * 5, 48_000, "user")
    read, rate = sf.read(saved.path, dtype="float32")
    assert rate == 48_000 and read.shape == sound.shape
    assert np.allclose(read, np.clip(sound * 5, -1, 1), atol=1e-3)
    assert load_audio(saved.path)[0].shape == (12_000,)


def test_files_are_named_after_their_names_and_stay_where_they_are(workspace: Workspace, tmp_path: Path) -> None:
    clip = write_sound(tmp_path / "My_Holiday-Clip.mp4", tones(0.5, 48_000, 2), 48_000, pictures=5)
    cat = write_picture(tmp_path / "cat.png", np.zeros((4, 4, 3), np.uint8), "png")
    found = [workspace.add_file(path) for path in (clip, cat, clip, tmp_path / "x" / ".." / "cat.png")]
    assert [(a.id, a.name, a.kind) for a in found[:2]] == [(1, "my holiday clip", "video"), (2, "cat", "image")]
    assert found[2:] == found[:2], "they are known by then"
    assert found[0].rate == 48_000 and found[0].provenance == Provenance("given") and found[0].path == clip
    with pytest.raises(DataError, match="There is no file"):
        workspace.add_file(tmp_path / "none.wav")
    assert kept(workspace) == tuple(found[:2])


@pytest.mark.parametrize(
    ("name", "spoken"),
    [
        ("two_cities.wav", "two cities"),
        ("Take 2.WAV", "take 2"),
        ("MyRecording.flac", "my recording"),
        ("It's Anna.mp3", "it's anna"),
        ("a.b.c.wav", "a b c"),
        ("été_à_Rome.ogg", "été à rome"),
        ("---.wav", ""),
        ("one two three four five six seven eight.wav", "one two three four five six"),
        ("x" * 100 + ".wav", "x" * 24),
    ],
)
def test_a_files_name_can_be_spoken(name: str, spoken: str) -> None:
    assert spoken_name(Path(name)) == spoken


def test_a_file_without_a_name_is_called_what_it_is(workspace: Workspace, tmp_path: Path) -> None:
    sf.write(tmp_path / "--.wav", tones(0.1, 8000, 1), 8000)
    write_picture(tmp_path / "__.png", np.zeros((4, 4, 3), np.uint8), "png")
    assert workspace.add_file(tmp_path / "--.wav").name == "sound"
    assert workspace.add_file(tmp_path / "__.png").name == "picture"


def test_a_new_name_is_kept_and_is_nobody_elses(workspace: Workspace) -> None:
    rain = workspace.save_audio("recording", tones(0.1, 8000, 1), 8000, "record_sound")
    workspace.save_audio("wind", tones(0.1, 8000, 1), 8000, "user")
    renamed = workspace.rename(rain, "rain")
    assert (renamed.id, renamed.name, renamed.path) == (1, "rain", rain.path)
    assert workspace.artifacts[0] == renamed == kept(workspace)[0]
    with pytest.raises(DataError, match="Something else is called Wind already"):
        workspace.rename(renamed, "Wind")
    assert workspace.rename(renamed, "Rain").name == "Rain"


def test_what_is_removed_is_gone_and_its_number_is_not_given_again(workspace: Workspace) -> None:
    first = workspace.save_audio("note", tones(0.1, 8000, 1), 8000, "record_note")
    workspace.remove(1)
    second = workspace.save_audio("note", tones(0.2, 8000, 1), 8000, "record_note")
    assert (second.id, second.name) == (2, "note") and first.path != second.path
    assert first.path.exists() and first.seconds == pytest.approx(0.1)
    assert kept(workspace) == (second,)


def test_sessions_of_earlier_versions_still_load(workspace: Workspace) -> None:
    workspace.folder.mkdir(parents=True)
    rows = [
        {"name": "note", "path": "/a/note.wav", "kind": "audio", "seconds": 1.5, "rate": 16000, "channels": 1},
        {"name": "note 2", "path": "/a/note-2.txt", "kind": "text", "made_by": "record_note"},
    ]
    lines = [*(json.dumps(row) for row in rows), '{"name": "ha', "[]", "7", '{"name": "x"}', '{"path": 1, "name": 2}']
    (workspace.folder / INDEX).write_text("\n".join(lines), encoding="utf-8")
    assert [(a.id, a.name, a.provenance, a.parents) for a in kept(workspace)] == [
        (1, "note", None, ()),
        (2, "note 2", None, ()),
    ]


def test_what_is_scratch_is_gone_with_the_workspace(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path / "s")
    scratch = workspace.scratch
    (scratch / "a").write_text("x")
    assert scratch == workspace.scratch and scratch.stat().st_mode & 0o777 == 0o700
    assert not workspace.folder.exists()
    del workspace
    assert not scratch.exists()
