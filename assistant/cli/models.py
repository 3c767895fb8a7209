"""`assistant models pull`, `warm` and `drop`; what there is and what is resident tells `assistant.cli.model_list`."""

import json
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO
from urllib.parse import quote

from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn, TransferSpeedColumn

from assistant.errors import EngineError, EngineMissing, ServiceError
from assistant.service.options import ServiceOptions
from config.settings import Settings
from models.catalogue import Weights, weights

if TYPE_CHECKING:
    from models.hub import Listing
    from models.pull import Progress as Step

PATIENCE_S = 12.0
"""How long the service may take to answer; it loads models meanwhile."""


@dataclass(frozen=True, slots=True)
class PullArguments:
    """What is to be pulled."""

    name: str
    to: Path | None = None
    """The folder; None: the one where it is looked for."""
    accept: bool = False
    """Whether a licence that forbids commercial use is accepted."""
    json: bool = False


# ------------------------------------------------------------------------ pull


def pull(settings: Settings, wanted: PullArguments, out: TextIO, ask: Callable[[str], bool] | None = None) -> int:
    """Bring weights from the hub; the exit code. `ask` asks the user a question; None where nobody can be asked.

    Raises:
        EngineMissing: they cannot be had; the sentence says what to do.
        DataError: they cannot be written.
    """
    from models.hub import Hub
    from models.pull import Pull

    one = weights(wanted.name)
    folder = wanted.to.expanduser() if wanted.to else settings.models.folder / one.name
    hub = Hub(settings.models.hub)
    listing = hub.listing(one.repo, one.files)
    console = Console(file=out, highlight=False, quiet=wanted.json)
    console.print(_notice(one, listing))
    if not _may_have(one, listing, wanted.accept, ask):
        return 1
    with _bar(console) as tell:
        fetched = Pull(hub, listing, folder, tell).run()
    if wanted.json:
        print(
            json.dumps({"name": one.name, "folder": str(folder), "fetched": fetched, "bytes": listing.size}), file=out
        )
    console.print(f"{'Here it is' if fetched else 'It was here already'}: {folder}")
    console.print(f"To use it: {one.use.replace('FOLDER', str(folder))}")
    return 0


def _notice(one: Weights, listing: "Listing") -> str:
    stated = f" (the hub says {listing.licence})" if listing.licence.lower() != one.licence.lower() else ""
    return f"{one.name}: {one.about}\nFrom {one.repo}, {listing.size / 1e6:.0f} MB, licence {one.licence}{stated}."


def _may_have(one: Weights, listing: "Listing", accepted: bool, ask: Callable[[str], bool] | None) -> bool:
    """Whether its licence is no obstacle, or the user accepts it.

    Raises:
        EngineMissing: nobody can be asked.
    """
    from models.pull import is_noncommercial

    if accepted or (one.commercial and not is_noncommercial(listing.licence)):
        return True
    if ask is None:
        raise EngineMissing(f"The licence of {one.name} forbids commercial use. If that is fine, say so with --accept.")
    return ask("Its licence forbids commercial use. Is that fine? [y/N] ")


def question(text: str) -> bool:
    """Ask on the terminal; only yes is yes."""
    return input(text).strip().lower() in ("y", "yes")


@contextmanager
def _bar(console: Console) -> "Iterator[Callable[[Step], None]]":
    """A bar on a terminal, and nothing in a pipe."""
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TransferSpeedColumn())
    with Progress(*columns, TimeRemainingColumn(), console=console, disable=not console.is_terminal) as progress:
        task = progress.add_task("", total=None)

        def tell(step: "Step") -> None:
            progress.update(task, description=step.file, completed=step.done, total=step.total)

        yield tell


# ----------------------------------------------------------------- warm and drop


def warm(settings: Settings, name: str, as_json: bool, out: TextIO) -> int:
    """Load a model in the service that runs, or else here, to see what it takes; the exit code.

    Raises:
        EarshotError: it cannot be loaded.
    """
    if (answer := ask_service(settings.service, "POST", f"/models/warm?name={quote(name)}")) is not None:
        return _told(answer, f"{name} is resident in the service.", as_json, out)
    from assistant.resident import loader_of
    from assistant.service.residents import Residents

    load, residents = loader_of(name, settings), Residents()
    residents.begin()
    began = time.perf_counter()
    model = load()
    seconds = time.perf_counter() - began
    residents.loaded(name)
    took = residents.bytes_of[name] + _elsewhere_bytes(model)
    _let_go(model)
    if as_json:
        print(json.dumps({"name": name, "seconds": round(seconds, 3), "host_mb": round(took / 1e6, 1)}), file=out)
        return 0
    print(f"{name} took {seconds:.1f} s and {took / 1e6:.0f} MB to be loaded and warmed up.", file=out)
    print("No service is running, so that was here and for once, and it is not resident now.", file=out)
    return 0


def drop(settings: Settings, name: str, as_json: bool, out: TextIO) -> int:
    """Let go of a model in the service that runs; the exit code.

    Raises:
        ServiceError: none runs.
        EngineError: it cannot be let go.
    """
    answer = ask_service(settings.service, "POST", f"/models/drop?name={quote(name)}")
    if answer is None:
        raise ServiceError("No service is running here, so no model is resident, and there is nothing to drop.")
    return _told(answer, f"{name} is no longer resident in the service.", as_json, out)


def _told(answer: Mapping[str, Any], text: str, as_json: bool, out: TextIO) -> int:
    """What the service did.

    Raises:
        EngineError: it would not.
    """
    if answer["http_status"] >= 400:
        raise EngineError(answer["text"])
    print(json.dumps(answer, ensure_ascii=False) if as_json else answer.get("text", text), file=out)
    return 0


def _elsewhere_bytes(model: object) -> int:
    """What a model takes in a process of its own."""
    takes = getattr(model, "takes", None)
    return round(takes.host_mb * 1e6) if takes else 0


def _let_go(model: object) -> None:
    if hasattr(model, "drop"):
        model.drop()


def ask_service(options: ServiceOptions, method: str, path: str) -> dict[str, Any] | None:
    """What the service that runs here answers; None if there is none.

    Raises:
        ServiceError: something else answers there.
    """
    connection = HTTPConnection(options.address, options.port, timeout=PATIENCE_S)
    try:
        connection.request(method, path, headers={"X-Earshot": "1"})
        response = connection.getresponse()
        answer = json.loads(response.read())
    except (HTTPException, ValueError) as error:
        place = f"{options.address}:{options.port}"
        raise ServiceError(f"What answers at {place} is no Earshot that knows of models.") from error
    except OSError:
        return None
    finally:
        connection.close()
    return {**answer, "http_status": response.status}


def can_be_asked() -> bool:
    """Whether somebody sits at a terminal."""
    return sys.stdin is not None and sys.stdin.isatty()
