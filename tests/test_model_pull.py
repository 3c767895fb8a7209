"""Weights from a hub: a real one, on this machine, with all that goes wrong on the way."""

import json
import os
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from huggingface_hub import constants

from assistant.errors import DataError, EarshotError, EngineMissing
from models.catalogue import CT2_FILES, WEIGHTS, weights
from models.hub import Hub
from models.pull import NOTE, Progress, Pull, is_noncommercial, pulled
from tests.hub_server import COMMIT, HubServer

CHUNK = constants.DOWNLOAD_CHUNK_SIZE
"""How much the library holds back before it writes."""
REPO = "Systran/faster-whisper-tiny"


def whisper(large: int = 300_000) -> dict[str, bytes]:
    """Files of a repository, of which one is not wanted."""
    noise = np.random.default_rng(0).bytes(large)
    return {
        "config.json": b"{}\n",
        "model.bin": noise,
        "tokenizer.json": noise[:5000],
        "vocabulary.txt": b"a\nb\n",
        "README.md": b"# Whisper\n",
    }


@pytest.fixture
def server() -> Iterator[HubServer]:
    made = HubServer(whisper())
    with made.running():
        yield made


def pull(server: HubServer, folder: Path, told: list[Progress] | None = None, **options: object) -> bool:
    hub = Hub(server.url)
    tell = (lambda progress: None) if told is None else told.append
    return Pull(hub, hub.listing(server.repo, CT2_FILES), folder, tell, **options).run()  # type: ignore[arg-type]


def refused(server: HubServer, folder: Path, **options: object) -> str:
    with pytest.raises(EarshotError) as caught:
        pull(server, folder, **options)  # type: ignore[arg-type]
    return str(caught.value)


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def fetched(server: HubServer) -> list[str]:
    """The names of files that were asked for."""
    return [path.rpartition("/")[2] for method, path, _ in server.asked if "/resolve/" in path and method == "GET"]


def test_all_that_is_needed_is_fetched_checked_and_put_in_place(server: HubServer, tmp_path: Path) -> None:
    told: list[Progress] = []
    assert pull(server, tmp_path / "whisper-tiny", told)
    found = contents(tmp_path / "whisper-tiny")
    note = json.loads(found.pop(NOTE))
    assert found == {name: content for name, content in server.files.items() if name != "README.md"}
    assert (note["repo"], note["commit"], note["licence"]) == (REPO, COMMIT, "mit")
    assert [path.name for path in tmp_path.iterdir() if path.suffix != ".lock"] == ["whisper-tiny"]
    assert told[-1] == Progress("vocabulary.txt", sum(map(len, found.values())), sum(map(len, found.values())))
    assert [p.done for p in told] == sorted(p.done for p in told)


def test_what_is_here_is_not_fetched_again_until_the_hub_has_something_newer(server: HubServer, tmp_path: Path) -> None:
    folder = tmp_path / "whisper-tiny"
    pull(server, folder)
    server.asked.clear()
    assert not pull(server, folder)
    assert fetched(server) == []
    server.commit, server.files["config.json"] = "f" * 40, b'{"new": true}\n'
    assert pull(server, folder)
    assert (folder / "config.json").read_bytes() == b'{"new": true}\n'
    assert pulled(folder) is not None and pulled(folder)["commit"] == "f" * 40  # type: ignore[index]


def test_a_connection_that_breaks_is_taken_up_where_it_broke(tmp_path: Path) -> None:
    server = HubServer(whisper(2 * CHUNK + 5000), breaks=[CHUNK + 100])
    with server.running():
        assert pull(server, tmp_path / "w")
    assert contents(tmp_path / "w")["model.bin"] == server.files["model.bin"]
    assert [r for _, path, r in server.asked if path == "/cdn/model.bin"] == ["", f"bytes={CHUNK}-"]


def test_a_pull_that_was_interrupted_goes_on_later(tmp_path: Path) -> None:
    server = HubServer(whisper(2 * CHUNK + 5000))

    def interrupted(progress: Progress) -> None:
        if progress.done >= 2 * CHUNK:  # the first part is written by then
            raise KeyboardInterrupt

    with server.running():
        hub = Hub(server.url)
        with pytest.raises(KeyboardInterrupt):
            Pull(hub, hub.listing(REPO, CT2_FILES), tmp_path / "w", interrupted).run()
        assert not (tmp_path / "w").exists()
        server.asked.clear()
        told: list[Progress] = []
        assert pull(server, tmp_path / "w", told)
    assert contents(tmp_path / "w")["model.bin"] == server.files["model.bin"]
    ((_, _, asked_range),) = [one for one in server.asked if one[1] == "/cdn/model.bin"]
    assert asked_range.startswith("bytes=")
    assert "config.json" not in fetched(server), "it was here already"
    assert told[-1].done == told[-1].total


def test_a_hub_that_sends_no_middles_sends_all_again(tmp_path: Path) -> None:
    server = HubServer(whisper(2 * CHUNK + 5000), breaks=[CHUNK + 100], ranges=False)
    with server.running():
        assert pull(server, tmp_path / "w")
    assert contents(tmp_path / "w")["model.bin"] == server.files["model.bin"]


def test_what_comes_damaged_is_thrown_away_and_can_be_pulled_again(server: HubServer, tmp_path: Path) -> None:
    for name in ("config.json", "model.bin"):  # known by git's SHA-1, and by SHA-256
        server.damaged = {name}
        sentence = refused(server, tmp_path / "w")
        assert sentence.startswith(f"{name} of {REPO} came damaged: its checksum is not the one")
        assert not (tmp_path / "w").exists()
    server.damaged = set()
    assert pull(server, tmp_path / "w")


def test_something_older_on_the_way_is_never_taken_for_the_beginning(server: HubServer, tmp_path: Path) -> None:
    staging = tmp_path / ".w.part"
    staging.mkdir()
    (staging / "model.bin").write_bytes(b"an older state, of any size")
    (staging / f"{'0' * 64}.part").write_bytes(b"of another file")
    assert pull(server, tmp_path / "w")
    found = contents(tmp_path / "w")
    assert found["model.bin"] == server.files["model.bin"]
    assert [name for name in found if name.endswith(".part")] == []


def test_a_repository_that_is_not_there_is_said(server: HubServer, tmp_path: Path) -> None:
    hub = Hub(server.url)
    with pytest.raises(EngineMissing, match=r"has no nobody/nothing, or does not show it to you"):
        hub.listing("nobody/nothing", CT2_FILES)


def test_a_gated_one_says_how_to_get_it_and_the_token_is_not_told(server: HubServer, tmp_path: Path) -> None:
    server.refusal = (401, "GatedRepo")
    with pytest.raises(EngineMissing) as caught:
        Hub(server.url, "hf_swordfish").listing(REPO, CT2_FILES)
    assert str(caught.value) == (
        f"{REPO} is only for those who accepted its terms: do that on {server.url}/{REPO}, and put an access token of "
        "yours into the variable HF_TOKEN."
    )
    assert server.tokens[-1] == "Bearer hf_swordfish"


def test_a_hub_in_trouble_is_said(server: HubServer, tmp_path: Path) -> None:
    server.refusal = (500, "")
    assert refused(server, tmp_path / "w") == f"{server.url} answered 500 for {REPO}; try again later."


def test_no_network_is_said(tmp_path: Path) -> None:
    server = HubServer({})
    with server.running():
        pass
    assert refused(server, tmp_path / "w") == (
        f"{server.url} cannot be reached. Is the network there? What came is kept; pull again."
    )


def test_a_file_that_went_away_is_said(server: HubServer, tmp_path: Path) -> None:
    hub = Hub(server.url)
    listing = hub.listing(REPO, CT2_FILES)
    del server.files["config.json"]
    with pytest.raises(EngineMissing, match="no longer has a file that it listed"):
        Pull(hub, listing, tmp_path / "w").run()


def test_a_repository_without_the_files_is_said(server: HubServer) -> None:
    with pytest.raises(EngineMissing, match=r"holds none of \*\.onnx"):
        Hub(server.url).listing(REPO, ["*.onnx"])


@pytest.mark.parametrize("path", ["../../etc/cron.d/model.bin", "/etc/model.bin", "a\\model.bin"])
def test_files_from_outside_of_the_folder_are_refused(server: HubServer, path: str) -> None:
    server.listed = {"siblings": [{"rfilename": path, "size": 3, "blobId": "0" * 40}]}
    with pytest.raises(EngineMissing, match="has no place below a folder"):
        Hub(server.url).listing(REPO, ["*"])


def test_a_file_that_cannot_be_checked_is_refused(server: HubServer) -> None:
    server.listed = {"siblings": [{"rfilename": "model.bin"}]}
    with pytest.raises(EngineMissing, match="does not say what model.bin should be"):
        Hub(server.url).listing(REPO, CT2_FILES)


def test_a_disk_that_is_too_full_is_seen_beforehand(server: HubServer, tmp_path: Path) -> None:
    sentence = refused(server, tmp_path / "w", free=lambda folder: 1000)
    assert "is too full: 0.2 GB are needed, and 0.0 GB are free. Make room, or choose another place" in sentence
    assert fetched(server) == []


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs a device that is always full")
def test_a_disk_that_becomes_full_is_said(server: HubServer, tmp_path: Path) -> None:
    hub = Hub(server.url)
    listing = hub.listing(REPO, CT2_FILES)
    large = next(file for file in listing.files if file.path == "model.bin")
    (tmp_path / ".w.part").mkdir()
    (tmp_path / ".w.part" / f"{large.digest}.part").symlink_to("/dev/full")
    with pytest.raises(EngineMissing, match=r"^The disk is full; make room for the rest of"):
        Pull(hub, listing, tmp_path / "w").run()


def test_a_folder_that_holds_something_else_is_left_alone(server: HubServer, tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(DataError, match="holds something else already"):
        pull(server, tmp_path)
    assert contents(tmp_path) == {"mine.txt": b"mine"}


def test_a_place_that_cannot_be_written_is_said(server: HubServer, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(DataError, match="cannot be written: Not a directory"):
        pull(server, tmp_path / "file" / "w")


@pytest.mark.parametrize(
    ("licence", "forbids"),
    [("cc-by-nc-4.0", True), ("CC-BY-NC-SA-4.0", True), ("other-noncommercial", True), ("mit", False), ("", False)],
)
def test_licences_that_forbid_commercial_use_are_known(licence: str, forbids: bool) -> None:
    assert is_noncommercial(licence) is forbids


def test_weights_have_names_of_their_own_and_a_place_on_a_hub() -> None:
    assert len({one.name for one in WEIGHTS}) == len(WEIGHTS)
    assert all(one.repo.count("/") == 1 and one.licence and one.files for one in WEIGHTS)
    assert weights("whisper-large-v3").repo == "Systran/faster-whisper-large-v3"
    with pytest.raises(EngineMissing, match="There is no model"):
        weights("whisper-enormous")


@pytest.mark.engine("whisper")
def test_whisper_weights_are_where_its_own_library_looks_for_them() -> None:
    from faster_whisper.utils import _MODELS

    ours = {one.name.removeprefix("whisper-"): one.repo for one in WEIGHTS if one.name.startswith("whisper-")}
    assert ours == {size: _MODELS[size] for size in ours}
