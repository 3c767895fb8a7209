"""What goes between us and an engine in a process of its own: a JSON object a line, in UTF-8, without NaN.

    to the process                              from the process
    {"spec": {card, target, folder, options}}   {"ready": {"host_mb": 310.0, "gpu_mb": 0.0}}
    {"job": {task, folder, arguments, …},       {"share": 0.5, "id": 1}           any number of times
     "id": 1}                                   {"made": {text, files, …}, "id": 1}
    {"cancel": 1}                               {"failed": {"kind": "data", "text": "…"}, "id": 1}
    end of file: end                            {"failed": …} without an id: it cannot be loaded

`kind` is missing, memory, cancelled, data, engine (the text is a sentence fit to be spoken) or broken (anything else;
the text is for the log). Any program that speaks this may be an engine; `models.worker` is ours.
"""

import json
import math
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from assistant.errors import DataError, EarshotError, EngineError, EngineMissing, JobCancelled
from models.base import Card, Job, Json, Made, MadeFile, Posteriors, SoundEvent
from models.faults import EngineBroken, OutOfMemory, is_scarcity
from models.spec import Spec

KINDS: Mapping[str, type[EarshotError]] = {
    "missing": EngineMissing,
    "memory": OutOfMemory,
    "broken": EngineBroken,
    "cancelled": JobCancelled,
    "engine": EngineError,
    "data": DataError,
}
"""What a failure is called, the special ones before the general."""


def line(message: Mapping[str, Json]) -> bytes:
    """A message as it is sent."""
    return json.dumps(message, allow_nan=False).encode() + b"\n"


def parsed(given: bytes) -> dict[str, Any]:
    """The message in a line.

    Raises:
        ValueError: it is none.
    """
    message = json.loads(given, parse_constant=_refuse)
    if not isinstance(message, dict):
        raise ValueError("a message is an object")
    return message


def plain(value: Any) -> Json:
    """A value as JSON has it; numbers that are none become null, and what JSON does not know becomes text."""
    match value:
        case None | bool() | int() | str():
            return value
        case float():
            return float(value) if math.isfinite(value) else None
        case Mapping():
            return {str(key): plain(inner) for key, inner in value.items()}
        case list() | tuple():
            return [plain(inner) for inner in value]
        case _ if hasattr(value, "tolist"):  # numpy's and torch's numbers and arrays
            return plain(value.tolist())
        case _:
            return str(value)


def from_spec(spec: Spec) -> Json:
    """How an engine is made, as JSON."""
    return plain(asdict(spec))


def to_spec(fields: Mapping[str, Any]) -> Spec:
    """How an engine is made, from JSON."""
    folder = Path(fields["folder"]) if fields["folder"] else None
    card = Card(**{**fields["card"], "languages": tuple(fields["card"]["languages"])})
    return Spec(card, fields["target"], folder, fields["options"])


def from_job(job: Job) -> Json:
    """A job as JSON; its paths are made absolute."""
    files = {name: path.absolute() for name, path in job.files.items()}
    return plain({**asdict(job), "folder": job.folder.absolute(), "files": files})


def to_job(fields: Mapping[str, Any]) -> Job:
    """A job from JSON."""
    files = {name: Path(path) for name, path in fields["files"].items()}
    return Job(fields["task"], Path(fields["folder"]), fields["arguments"], files, fields["seed"])


def from_made(made: Made) -> Json:
    """What came of a job, as JSON."""
    return plain(asdict(made))


def to_made(fields: Mapping[str, Any]) -> Made:
    """What came of a job, from JSON; what is left out has its default.

    Raises:
        ValueError: it is not what should come of a job.
    """
    try:
        return Made(
            str(fields.get("text", "")),
            tuple(_file(file) for file in fields.get("files", ())),
            tuple(_event(event) for event in fields.get("events", ())),
            _posteriors(fields.get("posteriors")),
            dict(fields.get("facts", {})),
            str(fields.get("notice", "")),
        )
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"a result lacks {error}") from error


def from_error(error: BaseException) -> Json:
    """A failure as JSON."""
    for kind, known in KINDS.items():
        if isinstance(error, known):
            return {"kind": kind, "text": str(error)}
    return {"kind": "memory" if is_scarcity(error) else "broken", "text": f"{type(error).__name__}: {error}"}


def _file(fields: Mapping[str, Any]) -> MadeFile:
    kind = fields.get("kind", "audio")
    if kind not in ("audio", "image", "video", "text"):
        raise ValueError(f"a file is no {kind}")
    return MadeFile(Path(fields["path"]), str(fields["name"]), kind)


def _event(fields: Mapping[str, Any]) -> SoundEvent:
    score = float(fields.get("score", 1.0))
    return SoundEvent(str(fields["label"]), float(fields["start_s"]), float(fields["end_s"]), score)


def _posteriors(fields: Mapping[str, Any] | None) -> Posteriors | None:
    if fields is None:
        return None
    rows = tuple(tuple(float(value) for value in row) for row in fields["rows"])
    return Posteriors(tuple(fields["labels"]), float(fields["hop_s"]), rows)


def _refuse(constant: str) -> float:
    raise ValueError(f"{constant} is no number")
