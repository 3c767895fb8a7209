"""`assistant models`: what there is and what is resident, and pulling, warming and dropping it."""

import json
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO
from urllib.parse import quote

from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn, TransferSpeedColumn
from rich.table import Table
from rich.text import Text

from assistant.errors import EngineError, EngineMissing, ServiceError
from assistant.screen.wording import one_line
from assistant.service.options import ServiceOptions
from config.settings import Settings
from models.base import Card
from models.catalogue import ENGINES, WEIGHTS, Weights, missing, weights

if TYPE_CHECKING:
    from models.hub import Listing
    from models.pull import Progress as Step

PATIENCE_S = 12.0
"""How long the service may take to answer; it loads models meanwhile."""
RESIDENT = ("ready", "running", "loading", "waiting", "out")


@dataclass(frozen=True, slots=True)
class PullArguments:
    """What is to be pulled."""

    name: str
    to: Path | None = None
    """The folder; None: the one where it is looked for."""
    accept: bool = False
    """Whether a licence that forbids commercial use is accepted."""
    json: bool = False


# ------------------------------------------------------------------------ list


def show_models(settings: Settings, as_json: bool, out: TextIO) -> int:
    """Print all models, and which of them are resident in the service that runs; the exit code."""
    served = ask_service(settings.service, "GET", "/models")
    rows = merged(served["models"] if served else [], known(settings))
    if as_json:
        for row in rows:
            print(json.dumps(row, ensure_ascii=False), file=out)
        return 0
    console = Console(file=out, highlight=False)
    console.print(_table(rows))
    console.print(_footnote(served is not None, rows))
    return 0


def known(settings: Settings) -> Iterator[dict[str, Any]]:
    """Every model that there is without looking at a service."""
    from assistant.resident import pulled_recognizers, recognizer_card, voice_card
    from tts.catalogue import ABSENT, voices

    yield _row(recognizer_card(settings), "set")
    for voice in voices(settings.voice, settings.voice_options):
        state = "absent" if voice.place == ABSENT or voice.fault else "set" if voice.chosen else "here"
        yield _row(voice_card(voice.name, settings), state, fault=voice.fault)
    for entry in (*ENGINES, *pulled_recognizers(settings)):
        lack = missing(entry, settings.models)
        policy = str(settings.models.policy_of(entry.card.name))
        yield _row(entry.card, "absent" if lack else "here", policy, lack)
    for one in WEIGHTS:
        here = (settings.models.folder / one.name).is_dir()
        yield _row(_card_of(one), "here" if here else "to be pulled", size_mb=one.size_mb)


def merged(served: Sequence[Mapping[str, Any]], others: Iterator[dict[str, Any]]) -> list[dict[str, Any]]:
    """Each model once, as the service tells of it, or else as it is known here."""
    rows: dict[str, dict[str, Any]] = {row["name"]: dict(row) for row in served}
    for row in others:
        rows.setdefault(row["name"], row)
    return list(rows.values())


def _row(card: Card, state: str, policy: str = "", fault: str = "", size_mb: float = 0.0) -> dict[str, Any]:
    return {
        "name": card.name,
        "task": card.task,
        "state": state,
        "policy": policy,
        "host_mb": None,
        "gpu_mb": None,
        "queued": 0,
        "how": card.how,
        "licence": card.licence,
        "source": card.source,
        "about": card.about,
        "fault": fault,
        **({"download_mb": size_mb} if size_mb else {}),
    }


def _card_of(one: Weights) -> Card:
    return Card(one.name, one.task, "model", one.about, one.licence, one.commercial, one.repo)


def _table(rows: Sequence[Mapping[str, Any]]) -> Table:
    table = Table(box=None, pad_edge=False)
    for heading in ("name", "state", "memory", "what it is"):
        table.add_column(heading, overflow="fold", no_wrap=heading in ("state", "memory"))
    for row in rows:
        table.add_row(Text(one_line(row["name"])), row["state"], _memory(row), _described(row))
    return table


def _memory(row: Mapping[str, Any]) -> str:
    parts = [f"{row['host_mb']:.0f} MB"] if row["host_mb"] else []
    parts += [f"{row['gpu_mb']:.0f} MB GPU"] if row["gpu_mb"] else []
    return "\n".join(parts)


def _described(row: Mapping[str, Any]) -> Text:
    task = str(row["task"]).replace("_", " ")
    size = f"{row['download_mb']:.0f} MB to pull" if row["state"] == "to be pulled" else ""
    facts = ", ".join(filter(None, (task, row["how"], row["licence"], row["policy"], row["source"], size)))
    lines = ((row["about"], ""), (facts, "dim"), (row["fault"], ""))
    return Text("\n").join(Text(one_line(str(text)), style) for text, style in lines if text)


def _footnote(served: bool, rows: Sequence[Mapping[str, Any]]) -> str:
    if not served:
        return "No service is running, so nothing is resident; `assistant models warm NAME` measures what one takes."
    total = sum(row["host_mb"] or 0 for row in rows)
    resident = sum(row["state"] in RESIDENT for row in rows)
    return f"{resident} resident in the service, {total:.0f} MB in all; each as the process grew when it was loaded."


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
