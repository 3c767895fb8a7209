"""`assistant models`, with and without a service, and the settings that it goes by."""

import asyncio
import http.client
import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from io import StringIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile as sf

from assistant.bench.models import measure
from assistant.cli import models as command
from assistant.cli.commands import given
from assistant.cli.model_list import ListArguments, show_models
from assistant.cli.models import PullArguments
from assistant.cli.parser import parse
from assistant.errors import EngineError, EngineMissing, ServiceError, SettingsError
from assistant.resident import (
    adopt_own,
    loader_of,
    open_residency,
    pulled_recognizers,
    recognizer_card,
    speech_in,
    voice_card,
)
from assistant.service.models import ModelsPages
from assistant.service.options import ServiceOptions
from assistant.service.server import Answer, serving
from config.describe import as_toml, as_values
from config.given import from_file, from_flags
from config.settings import Settings, load
from config.tree import build
from models.base import Job
from models.residency import Residency
from models.slot import Gauge
from tests.fakes import CountingRecognizer, ToneVoice, speech
from tests.hub_server import HubServer
from tests.model_fakes import Gate, Scripted, entry
from tests.test_model_pull import whisper

NOBODY = ServiceOptions(port=1)
"""Where no service is."""


@pytest.fixture(autouse=True)
def _fresh() -> Iterator[None]:
    Scripted.forget()
    yield


def settings(tmp_path: Path, *flags: str, service: ServiceOptions = NOBODY, **environment: str) -> Settings:
    return replace(load(flags=from_flags(flags), environment={"HOME": str(tmp_path), **environment}), service=service)


def listed(chosen: Settings) -> dict[str, dict[str, Any]]:
    out = StringIO()
    assert show_models(chosen, ListArguments(json=True), out) == 0
    return {row["name"]: row for row in map(json.loads, out.getvalue().splitlines())}


# ------------------------------------------------------------------ settings


def test_tables_of_names_are_set_from_everywhere_and_one_name_at_a_time(tmp_path: Path) -> None:
    file = tmp_path / "settings.toml"
    file.write_text('[models.policy]\n"whisper-tiny.en" = "always"\nx = "on_demand"\n[models.interpreters]\nx = "py"\n')
    flags = from_flags(["models.policy.whisper-small.en=idle:5m", "models.engines.sing=x"])
    environment = {"HOME": str(tmp_path), "EARSHOT_MODELS__POLICY__WHISPER_TINY": "always"}
    found = load(file=file, flags=flags, environment=environment).models
    assert found.policy == {
        "whisper-tiny.en": "always",
        "x": "on_demand",
        "whisper_tiny": "always",
        "whisper-small.en": "idle:5m",
    }
    assert (found.engines, found.interpreters) == ({"sing": "x"}, {"x": tmp_path / "py"})
    assert [str(found.policy_of(name)) for name in ("whisper-tiny", "whisper-small.en", "y")] == [
        "always",
        "idle:5m",
        "idle:10m",
    ]
    assert found.interpreter_of("x") == tmp_path / "py"


@pytest.mark.parametrize(
    ("flag", "refusal"),
    [
        ("models.policy.x=never", 'a policy is always, on_demand or such as idle:10m, not "never"'),
        ("models.policy=always", "models.policy wants a table: names, each with text"),
        ("models.polcy.x=always", "did you mean models.policy"),
        ("models.queue=0", "queue is 1 or more"),
    ],
)
def test_what_does_not_fit_is_refused_by_name(tmp_path: Path, flag: str, refusal: str) -> None:
    with pytest.raises(SettingsError) as caught:
        settings(tmp_path, flag)
    assert refusal in str(caught.value)


def test_tables_are_printed_as_a_file_that_can_be_read_again(tmp_path: Path) -> None:
    flags = ["models.policy.whisper-tiny.en=always", "models.interpreters.x=/usr/bin/python3"]
    present = settings(tmp_path, *flags)
    file = tmp_path / "printed.toml"
    file.write_text(as_toml(present, Settings()))
    assert build(Settings(), from_file(file)).models == present.models
    assert json.loads(json.dumps(as_values(present)))["models"]["interpreters"] == {"x": "/usr/bin/python3"}


def test_the_recognizer_takes_what_was_pulled(tmp_path: Path) -> None:
    chosen = settings(tmp_path, "recognizer=whisper", "whisper.model=tiny")
    assert chosen.whisper_options.model == "tiny"
    (chosen.models.folder / "whisper-tiny").mkdir(parents=True)
    assert chosen.whisper_options.model == str(chosen.models.folder / "whisper-tiny")


# ---------------------------------------------------------------------- list


def test_without_a_service_it_lists_what_there_is_and_nothing_as_resident(tmp_path: Path) -> None:
    rows = listed(settings(tmp_path))
    assert (rows["moonshine"]["state"], rows["moonshine"]["licence"]) == ("set", "MIT")
    assert (rows["lj"]["state"], rows["lj"]["how"]) == ("set", "model")
    assert (rows["espeak"]["state"], rows["espeak"]["how"]) == ("here", "procedural")
    assert (rows["whisper-large-v3"]["state"], rows["whisper-large-v3"]["download_mb"]) == ("to be pulled", 3090)
    assert {row["host_mb"] for row in rows.values()} == {None}


def printed(chosen: Settings, wanted: ListArguments) -> list[str]:
    out = StringIO()
    assert show_models(chosen, wanted, out) == 0
    return out.getvalue().splitlines()


def test_in_a_pipe_each_model_is_a_line_of_its_own(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lines, rows = printed(settings(tmp_path), ListArguments()), listed(settings(tmp_path))
    assert [line.split()[0] for line in lines] == list(rows)
    assert all(line.endswith(rows[line.split()[0]]["about"]) for line in lines), "whole, however long"
    told = capsys.readouterr().err
    assert "No service is running, so nothing is resident" in told and "assistant models show NAME" in told


def test_all_that_is_known_of_one_or_of_each_is_told(tmp_path: Path) -> None:
    name, *facts = printed(settings(tmp_path), ListArguments("whisper-large-v3"))
    row, told = listed(settings(tmp_path))["whisper-large-v3"], " ".join(" ".join(facts).split())
    assert name == "whisper-large-v3" and all(line.startswith("    ") for line in facts)
    for fact in (row["about"], row["licence"], row["source"], "to be pulled", "3090 MB to pull"):
        assert fact in told
    names = [line for line in printed(settings(tmp_path), ListArguments(all=True)) if not line.startswith(" ")]
    assert names == list(listed(settings(tmp_path)))
    with pytest.raises(EngineMissing, match="There is no model whisper-larg; `assistant models` lists them"):
        printed(settings(tmp_path), ListArguments("whisper-larg"))


def test_what_the_command_line_takes() -> None:
    assert parse(["models", "--all"]).all and parse(["models", "show", "lj"]).name == "lj"
    assert not parse(["models"]).all


def test_what_was_pulled_is_an_engine_with_a_policy(tmp_path: Path) -> None:
    chosen = settings(tmp_path, "models.policy.whisper-tiny=always")
    (chosen.models.folder / "whisper-tiny").mkdir(parents=True)
    assert (listed(chosen)["whisper-tiny"]["state"], listed(chosen)["whisper-tiny"]["policy"]) == ("here", "always")
    (pulled,) = (one for one in pulled_recognizers(chosen) if one.card.task == "transcribe_speech")
    assert (pulled.card.licence, pulled.card.task, pulled.weights) == ("MIT", "transcribe_speech", "whisper-tiny")
    assert open_residency(chosen).engine("transcribe_speech") == pulled.card


def test_cards_name_what_is_set(tmp_path: Path) -> None:
    size = settings(tmp_path, "recognizer=whisper", "whisper.model=small")
    assert recognizer_card(size).name == "whisper-small"
    assert recognizer_card(size).source == "Systran/faster-whisper-small"
    own = settings(tmp_path, "recognizer=whisper", "whisper.model=/models/mine")
    assert (recognizer_card(own).name, recognizer_card(own).source) == ("whisper", "/models/mine")
    assert voice_card("lj", size).licence == "Apache-2.0"
    assert voice_card("nobody", size).name == "nobody"


# ------------------------------------------------------------- with a service


@contextmanager
def service(*entries: Any, patience_s: float = 8.0) -> Iterator[tuple[ServiceOptions, Residency]]:
    """A residency on a loop of its own, and the server that tells of it."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    residency = Residency(entries, gauge=Gauge(Scripted.memory.used))
    pages = ModelsPages(patience_s)

    async def attach() -> None:
        pages.attach(residency)

    asyncio.run_coroutine_threadsafe(attach(), loop).result(5)
    try:
        with serving(ServiceOptions(port=0), {"/models": pages.page}, pages.actions) as place:
            yield ServiceOptions(port=int(place.rpartition(":")[2])), residency
    finally:
        asyncio.run_coroutine_threadsafe(residency.__aexit__(None, None, None), loop).result(5)
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


def test_with_a_service_models_are_warmed_listed_and_dropped_there(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with service(entry("big", host_mb=2000.0)) as (options, _):
        chosen, out = settings(tmp_path, service=options), StringIO()
        assert command.warm(chosen, "big", False, out) == 0
        assert (listed(chosen)["big"]["state"], listed(chosen)["big"]["host_mb"]) == ("ready", 2000.0)
        assert printed(chosen, ListArguments())[0].split()[:4] == ["big", "ready", "2000", "MB"]
        assert "1 resident in the service, 2000 MB in all" in capsys.readouterr().err
        assert command.drop(chosen, "big", False, out) == 0
        assert listed(chosen)["big"]["state"] == "absent"
        assert out.getvalue() == "big is resident in the service.\nbig is no longer resident in the service.\n"
        with pytest.raises(EngineError, match="There is no model what here; there is big"):
            command.warm(chosen, "what", False, out)


def test_a_model_that_takes_long_is_on_its_way(tmp_path: Path) -> None:
    gate = Gate()
    Scripted.on_load["slow"] = gate.wait
    with service(entry("slow"), patience_s=0.1) as (options, _):
        out = StringIO()
        assert command.warm(settings(tmp_path, service=options), "slow", False, out) == 0
        gate.open.set()
        assert out.getvalue() == "slow is on its way.\n"


def asked(options: ServiceOptions, method: str, path: str, headers: Mapping[str, str]) -> http.client.HTTPResponse:
    connection = http.client.HTTPConnection(options.address, options.port, timeout=5)
    connection.request(method, path, headers=dict(headers))
    response = connection.getresponse()
    response.read()
    connection.close()
    return response


def test_no_page_in_a_browser_can_change_anything() -> None:
    with service(entry()) as (options, residency):
        ours = {"X-Earshot": "1"}
        assert asked(options, "POST", "/models/warm?name=echo", {}).status == 403
        assert asked(options, "POST", "/models/warm?name=echo", {**ours, "Host": "evil.example"}).status == 403
        assert asked(options, "GET", "/models/warm?name=echo", ours).status == 404
        assert asked(options, "POST", "/models", ours).status == 405
        assert asked(options, "OPTIONS", "/models/warm?name=echo", ours).status == 405
        assert Scripted.loads == []
        assert asked(options, "POST", "/models/warm?name=echo", ours).status == 200
        assert asked(options, "POST", "/models/warm", ours).status == 409
        assert residency.residents[0].takes.host_mb == 100.0


def test_before_the_models_are_there_the_service_says_so() -> None:
    pages = ModelsPages()
    assert json.loads(pages.page().body) == {"models": []}
    assert pages.actions["/models/drop"]("x").status == 503


def test_something_else_on_the_port_is_no_service(tmp_path: Path) -> None:
    pages = {"/models": lambda: Answer(b"hello", "text/plain")}
    with serving(ServiceOptions(port=0), pages) as place:
        options = ServiceOptions(port=int(place.rpartition(":")[2]))
        with pytest.raises(ServiceError, match="is no Earshot that knows of models"):
            show_models(settings(tmp_path, service=options), ListArguments(json=True), StringIO())


# ------------------------------------------------------------ without a service


def test_without_a_service_a_model_is_loaded_here_and_measured(tmp_path: Path) -> None:
    out = StringIO()
    assert command.warm(settings(tmp_path), "espeak", True, out) == 0
    said = json.loads(out.getvalue())
    assert said["name"] == "espeak" and said["host_mb"] >= 0 and 0 < said["seconds"] < 60
    out = StringIO()
    command.warm(settings(tmp_path), "espeak", False, out)
    assert "No service is running, so that was here and for once, and it is not resident now." in out.getvalue()


def test_what_is_not_here_or_unknown_is_said(tmp_path: Path) -> None:
    with pytest.raises(EngineMissing, match="Get it with: assistant models pull whisper-tiny"):
        loader_of("whisper-tiny", settings(tmp_path))
    with pytest.raises(EngineMissing, match='There is no model "what"'):
        loader_of("what", settings(tmp_path))
    with pytest.raises(ServiceError, match="there is nothing to drop"):
        command.drop(settings(tmp_path), "lj", False, StringIO())


# ---------------------------------------------------------------------- pull


def test_pull_fetches_into_the_place_where_it_is_looked_for(tmp_path: Path) -> None:
    server, out = HubServer(whisper()), StringIO()
    with server.running() as url:
        chosen = settings(tmp_path, f"models.hub={url}")
        assert command.pull(chosen, PullArguments("whisper-tiny"), out) == 0
        assert chosen.whisper_options.model == "small"
        assert (chosen.models.folder / "whisper-tiny" / "model.bin").read_bytes() == server.files["model.bin"]
        said = " ".join(out.getvalue().split())
        assert "From Systran/faster-whisper-tiny, 0 MB, licence MIT." in said
        assert 'To use it: recognizer = "whisper" and whisper.model = "tiny"' in said
        out = StringIO()
        command.pull(chosen, PullArguments("whisper-tiny"), out)
        assert "It was here already" in " ".join(out.getvalue().split())
        out = StringIO()
        command.pull(chosen, PullArguments("whisper-tiny", tmp_path / "own", json=True), out)
        assert json.loads(out.getvalue())["folder"] == str(tmp_path / "own")
        assert (tmp_path / "own" / "model.bin").exists()


def test_a_licence_that_forbids_commercial_use_is_asked_about(tmp_path: Path) -> None:
    server, asked_for = HubServer(whisper(), licence="cc-by-nc-4.0"), []

    def ask(text: str) -> bool:
        asked_for.append(text)
        return len(asked_for) > 1

    with server.running() as url:
        chosen, wanted = settings(tmp_path, f"models.hub={url}"), PullArguments("whisper-tiny")
        with pytest.raises(EngineMissing, match="forbids commercial use. If that is fine, say so with --accept"):
            command.pull(chosen, wanted, StringIO())
        assert command.pull(chosen, wanted, StringIO(), ask) == 1
        assert not chosen.models.folder.exists()
        assert command.pull(chosen, wanted, StringIO(), ask) == 0
        out = StringIO()
        assert command.pull(chosen, PullArguments("whisper-tiny", accept=True), out) == 0
        assert "licence MIT (the hub says cc-by-nc-4.0)" in " ".join(out.getvalue().split())


@pytest.mark.parametrize(
    ("line", "what", "name"),
    [
        ("models", None, None),
        ("models pull whisper-tiny --to x --accept", "pull", "whisper-tiny"),
        ("models warm lj --json", "warm", "lj"),
        ("models drop lj", "drop", "lj"),
    ],
)
def test_the_command_line_is_understood(line: str, what: str | None, name: str | None) -> None:
    found = parse(line.split())
    assert (found.command, found.models, getattr(found, "name", None)) == ("models", what, name)
    assert list(given(found)) == []


# ---------------------------------------------------------------- the engines


def test_speech_is_found_window_by_window() -> None:
    probabilities = speech_in(np.zeros(1000, np.float32))
    assert probabilities.shape == (2,) and probabilities.max() < 0.5


def test_the_conversations_own_engines_do_tasks_and_are_resident(tmp_path: Path) -> None:
    chosen, sound = settings(tmp_path), tmp_path / "a.wav"
    sf.write(sound, speech((0, 1), seconds=2), 16_000)

    async def scenario() -> None:
        async with open_residency(chosen) as models:
            adopt_own(models, chosen, CountingRecognizer(), ToneVoice(), {"counting": 0, "tone": 86_000_000})
            spoken = await models.run(Job("synthesize_speech", tmp_path, {"text": "one two three"}))
            assert sf.info(spoken.made.files[0].path).duration == 1.5
            assert spoken.provenance.engine == "tone"
            assert (
                await models.run(Job("transcribe_speech", tmp_path, {}, {"audio": sound}))
            ).provenance.how == "model"
            caption = await models.run(Job("caption_audio", tmp_path, {}, {"audio": sound}))
            assert (caption.provenance.how, bool(caption.made.text)) == ("dsp", True)
            shown = {one.card.name: one for one in models.residents}
            assert shown["tone"].takes.host_mb == 86.0 and shown["tone"].lasting
            assert {"moonshine", "tone", "measures"} <= set(shown)

    asyncio.run(scenario())


@pytest.mark.engine("whisper")
def test_a_recognizer_that_was_pulled_transcribes_beside_the_ears(tmp_path: Path, checkpoint: Path) -> None:
    chosen = settings(tmp_path, "whisper.language=en", "whisper.device=cpu")
    chosen.models.folder.mkdir(parents=True)
    (chosen.models.folder / "whisper-tiny").symlink_to(checkpoint)
    sf.write(tmp_path / "a.wav", speech((0, 1), seconds=2), 16_000)

    async def scenario() -> str:
        async with open_residency(chosen) as models:
            job = Job("transcribe_speech", tmp_path, {}, {"audio": tmp_path / "a.wav"})
            done = await models.run(job)
            (shown,) = (one for one in models.residents if one.card.name == "whisper-tiny")
            assert shown.takes.host_mb > 0
            return done.provenance.engine

    assert asyncio.run(scenario()) == "whisper-tiny"


def test_the_bench_measures_what_it_says() -> None:
    found = asyncio.run(measure(20))
    assert found["jobs"] == 20 and found["evictions"] == 13
    assert all(isinstance(value, int | float) and value > 0 for value in found.values())
