"""A hub of models, such as Hugging Face's or a mirror of it: what a repository holds, and fetching it.

What is fetched is checked by us: the library checks sizes only, and begins anew after each interruption.
"""

import errno
import hashlib
import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path, PurePosixPath
from types import TracebackType
from typing import Any

from huggingface_hub import HfApi, hf_hub_url
from huggingface_hub.errors import (  # type: ignore[attr-defined]  # HTTPError is of its client, whichever that is
    EntryNotFoundError,
    GatedRepoError,
    HfHubHTTPError,
    HTTPError,
    OfflineModeIsEnabled,
    RepositoryNotFoundError,
)
from huggingface_hub.file_download import http_get
from huggingface_hub.utils import build_hf_headers  # type: ignore[attr-defined]

from assistant.errors import EngineMissing
from models.base import Json

FULL = (errno.ENOSPC, errno.EDQUOT)


@dataclass(frozen=True, slots=True)
class HubFile:
    """A file of a repository."""

    path: str
    """Within the repository, with "/" between folders."""
    size: int
    """Bytes."""
    digest: str
    """SHA-256 in hexadecimal for large files; for small ones the SHA-1 that git knows them by."""

    def fits(self, path: Path) -> bool:
        """Whether a file on this machine is this one, to the last bit."""
        if not path.is_file() or path.stat().st_size != self.size:
            return False
        digest = hashlib.sha256() if len(self.digest) == 64 else hashlib.sha1(f"blob {self.size}\0".encode())
        with path.open("rb") as file:
            while piece := file.read(2**20):
                digest.update(piece)
        return digest.hexdigest() == self.digest


@dataclass(frozen=True, slots=True)
class Listing:
    """What is to be fetched of a repository."""

    repo: str
    commit: str
    """Which state of it."""
    licence: str
    """As the repository says; empty where it does not."""
    files: tuple[HubFile, ...]

    @property
    def size(self) -> int:
        """Bytes, of all of them."""
        return sum(file.size for file in self.files)


class Hub:
    """Blocking."""

    def __init__(self, endpoint: str = "", token: str | None = None) -> None:
        """`endpoint` is its address; empty for HF_ENDPOINT, or else Hugging Face's own. `token` is a token of the
        user's; None for HF_TOKEN, or the one of the hub's own login, if there is one."""
        self._api = HfApi(endpoint=endpoint or None, token=token)
        logging.getLogger("huggingface_hub").setLevel(logging.ERROR)  # its warnings would run into the progress bar

    @property
    def endpoint(self) -> str:
        """Where it is."""
        return str(self._api.endpoint)

    def listing(self, repo: str, patterns: Sequence[str]) -> Listing:
        """The files of a repository that match, as they are now.

        Raises:
            EngineMissing: it cannot be asked, or has none; the sentence says what to do.
        """
        with self._translated(repo):
            info = self._api.model_info(repo, files_metadata=True)
        found = [s for s in info.siblings or () if any(fnmatch(s.rfilename, pattern) for pattern in patterns)]
        files = tuple(_file(sibling) for sibling in _once(found))
        if not files:
            raise EngineMissing(f"{repo} on {self.endpoint} holds none of {', '.join(patterns)}.")
        return Listing(repo, info.sha or "main", _licence(info.card_data), files)

    def fetch(self, listing: Listing, file: HubFile, part: Path, tell: Callable[[int], None]) -> None:
        """Bring a file, going on where `part` ends; `tell` is told of the bytes that came. It is not checked.

        Raises:
            EngineMissing: it cannot be had; what came is kept, and the sentence says what to do.
        """
        url = hf_hub_url(listing.repo, file.path, revision=listing.commit, endpoint=self.endpoint)
        with self._translated(listing.repo), part.open("ab") as out:
            http_get(
                url,
                out,
                resume_size=out.tell(),
                headers=build_hf_headers(token=self._api.token),
                expected_size=file.size,
                displayed_filename=file.path,
                tqdm_class=_telling(tell),
            )

    @contextmanager
    def _translated(self, repo: str) -> Iterator[None]:
        try:
            yield
        except (HTTPError, OfflineModeIsEnabled, EntryNotFoundError, OSError, ValueError) as error:
            raise EngineMissing(self._sentence(repo, error)) from error

    def _sentence(self, repo: str, error: Exception) -> str:
        match error:
            case GatedRepoError():
                return (
                    f"{repo} is only for those who accepted its terms: do that on {self.endpoint}/{repo}, and put an "
                    "access token of yours into the variable HF_TOKEN."
                )
            case RepositoryNotFoundError():
                return (
                    f"{self.endpoint} has no {repo}, or does not show it to you; if it is private, put an access "
                    "token of yours into the variable HF_TOKEN."
                )
            case EntryNotFoundError():
                return f"{repo} on {self.endpoint} no longer has a file that it listed; try again."
            case HfHubHTTPError():
                return f"{self.endpoint} answered {error.response.status_code} for {repo}; try again later."
            case OfflineModeIsEnabled():
                return f"{repo} cannot be fetched while HF_HUB_OFFLINE is set."
            case HTTPError():
                return f"{self.endpoint} cannot be reached. Is the network there? What came is kept; pull again."
            case OSError(errno=number) if number in FULL:
                return f"The disk is full; make room for the rest of {repo}, and pull again."
            case OSError(strerror=str(reason)):
                return f"The files of {repo} cannot be written: {reason}."
            case _:
                return f"{self.endpoint} did not send what it promised of {repo}; pull again."


def _once(siblings: Sequence[Any]) -> list[Any]:
    """The files of a list without weights in PyTorch's format where the same folder has them in that of safetensors."""
    paths = [PurePosixPath(one.rfilename) for one in siblings]
    safe = {path.parent for path in paths if path.suffix == ".safetensors"}
    twice = {path for path in paths if path.parent in safe and path.match("pytorch_model*.bin*")}
    return [one for one, path in zip(siblings, paths, strict=True) if path not in twice]


def _file(sibling: Any) -> HubFile:
    """A file of the hub's list.

    Raises:
        EngineMissing: it cannot be checked, or would be written elsewhere.
    """
    path = PurePosixPath(sibling.rfilename)
    digest = sibling.lfs.sha256 if sibling.lfs else sibling.blob_id
    if path.is_absolute() or ".." in path.parts or "\\" in sibling.rfilename:
        raise EngineMissing(f"The hub lists a file that has no place below a folder: {sibling.rfilename}.")
    if sibling.size is None or not digest:
        raise EngineMissing(f"The hub does not say what {sibling.rfilename} should be, so it cannot be checked.")
    return HubFile(sibling.rfilename, sibling.size, digest)


def _licence(card: Any) -> str:
    licence: Json = getattr(card, "license", None)
    return str(licence or "")


def _telling(tell: Callable[[int], None]) -> Any:
    """A class like a progress bar's, as the library wants one, that only tells."""

    class Bar:
        def __init__(self, **_: object) -> None:
            pass

        def update(self, size: int) -> None:
            tell(size)

        def __enter__(self) -> "Bar":
            return self

        def __exit__(
            self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
        ) -> None:
            pass

    return Bar
