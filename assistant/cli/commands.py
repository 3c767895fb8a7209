"""What each command does. Whatever is heavy is imported by the command that needs it."""

import json
import os
import sys
from argparse import Namespace
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict

from assistant.arguments import (
    BenchArguments,
    CapabilityArguments,
    EvalArguments,
    SayArguments,
    ScreenKind,
    TalkArguments,
)
from assistant.cli.parser import SETTING_FLAGS
from config.fit import Written
from config.folders import settings_file
from config.given import Given, from_flags
from config.settings import Settings, load

SERVICE_PROFILE = "headless"


def run(found: Namespace) -> int:
    """Do what the command line says, and return the exit code.

    Raises:
        EarshotError: it cannot be done; the sentence says why.
    """
    settings = load(profile(found), found.config, list(given(found)))
    return COMMANDS.get(found.command, _talk)(settings, found)


def profile(found: Namespace, environment: Mapping[str, str] = os.environ) -> str | None:
    """The profile that was asked for; a service has one of its own. None: what the environment says, or the default."""
    if found.command == "serve" and "EARSHOT_PROFILE" not in environment:
        return found.profile or SERVICE_PROFILE
    return found.profile  # type: ignore[no-any-return]


def given(found: Namespace) -> Iterator[Given]:
    """What the flags say about settings; `--set` comes last and so holds."""
    for flag, (key, _, _) in SETTING_FLAGS.items():
        if (value := getattr(found, flag)) is not None:
            yield Given(tuple(key.split(".")), Written(value, True), f"--{flag}")
    if found.port is not None:
        yield Given(("service", "port"), Written(found.port, True), "--port")
    if found.half_duplex:
        yield Given(("half_duplex",), Written("true", True), "--half-duplex")
    yield from from_flags(found.set)


def screen_kind(found: Namespace) -> ScreenKind:
    """The screen that was asked for."""
    return "json" if found.json else "plain" if found.plain else "auto"


def _talk(settings: Settings, found: Namespace) -> int:
    from assistant.app import converse

    try:
        given_along = tuple(found.files)
        kind, recordings = screen_kind(found), tuple(found.input)
        return converse(settings, TalkArguments(kind, recordings, found.output, found.metrics, given_along))
    except KeyboardInterrupt:
        return 0  # Ctrl-C is how a conversation ends


def _doctor(settings: Settings, found: Namespace) -> int:
    from assistant.doctor import run as examine

    return examine(settings, found.json, sys.stdout, found.service)


def _serve(settings: Settings, found: Namespace) -> int:
    from assistant.serve import serve

    return serve(settings, sys.stdout)


def _bench(settings: Settings, found: Namespace) -> int:
    if found.bench == "tts":
        return _bench_tts(settings, found)
    if found.bench == "room":
        return _bench_room(settings, found)
    if found.bench == "wake":
        return _bench_wake(settings, found)
    if found.bench == "models":
        from assistant.bench.models import run as bench

        return bench(settings, BenchArguments(limit=found.limit, json=found.json))
    if found.bench == "idle":
        from assistant.bench.idle import run as bench

        return bench(settings, BenchArguments(seconds=found.seconds, json=found.json))
    if found.bench == "asr":
        from assistant.bench.asr import run as bench

        return bench(settings, BenchArguments(found.data, found.limit, found.engine, json=found.json))
    if found.bench == "turns":
        from assistant.bench.turns import run as bench

        return bench(settings, BenchArguments(found.data, found.limit, json=found.json))
    from assistant.bench.latency import run as bench

    return bench(settings, BenchArguments(found.data, found.limit, json=found.json))


def _bench_room(settings: Settings, found: Namespace) -> int:
    from assistant.bench.room import RoomBench
    from assistant.bench.room import run as bench

    data, minutes, off_minutes, levels = found.data, found.minutes, found.off_minutes, tuple(found.levels)
    wanted = RoomBench(data, minutes, off_minutes, levels, found.large, found.limit, found.seed, found.json)
    return bench(settings, wanted)


def _bench_wake(settings: Settings, found: Namespace) -> int:
    from assistant.arguments import WakeBenchArguments
    from assistant.bench.wake import run as bench

    backgrounds = not found.clean
    wanted = WakeBenchArguments(found.positives, found.negatives, found.phrase, found.limit, backgrounds, found.json)
    return bench(settings, wanted)


def _bench_tts(settings: Settings, found: Namespace) -> int:
    from assistant.bench.tts import VoiceBench
    from assistant.bench.tts import run as bench
    from assistant.bench.voice_cast import AGAINST

    against = AGAINST if found.against is None else tuple(filter(None, found.against.split(",")))
    texts, human, output = found.texts, found.human, found.output
    return bench(settings, VoiceBench(tuple(found.voices), texts, against, human, output, found.limit, found.json))


def _devices(settings: Settings, found: Namespace) -> int:
    from rich.console import Console

    from assistant.devices.listing import list_devices, print_devices

    if found.json:
        for device in list_devices(settings.devices.backend):
            print(json.dumps(asdict(device), ensure_ascii=False))
    else:
        print_devices(Console(highlight=False), settings.devices)
    return 0


def _sessions(settings: Settings, found: Namespace) -> int:
    from assistant.cli.sessions import as_json, as_text, fits
    from assistant.workspace import past_sessions

    wanted = found.find.lower()
    sessions = [s for s in past_sessions(settings.sessions) if fits(s, wanted)]
    for session in sessions:
        print(as_json(session) if found.json else as_text(session))
    if not sessions and not found.json:
        print(f"There are no sessions{f' called {found.find}' if wanted else ''} in {settings.sessions}.")
    return 0


def _voices(settings: Settings, found: Namespace) -> int:
    from assistant.cli.voices import as_json, print_voices
    from tts.catalogue import voices

    listed = voices(settings.voice, settings.voice_options)
    if found.json:
        for voice in listed:
            print(as_json(voice))
    else:
        print_voices(listed, sys.stdout)
    return 0


def _say(settings: Settings, found: Namespace) -> int:
    from assistant.cli.say import say

    text = " ".join(found.text)
    wanted = SayArguments(text, found.output, found.speed, found.pitch, found.timings, found.json)
    return say(settings, wanted, sys.stdin, sys.stdout)


def _open(settings: Settings, found: Namespace) -> int:
    from assistant.cli.open import Wanted, open_thing

    wanted = Wanted(" ".join(found.thing), found.session, found.json, found.plain)
    return open_thing(settings.sessions, wanted, settings.screen, sys.stdout)


def _models(settings: Settings, found: Namespace) -> int:
    from assistant.cli import models

    match found.models:
        case "pull":
            wanted = models.PullArguments(found.name, found.to, found.accept, found.json)
            return models.pull(settings, wanted, sys.stdout, models.question if models.can_be_asked() else None)
        case "warm":
            return models.warm(settings, found.name, found.json, sys.stdout)
        case "drop":
            return models.drop(settings, found.name, found.json, sys.stdout)
        case _:
            from assistant.cli.model_list import ListArguments, show_models

            listed = ListArguments(found.name if found.models == "show" else "", found.all, found.json)
            return show_models(settings, listed, sys.stdout)


def _ask(settings: Settings, found: Namespace) -> int:
    from assistant.cli.ask import Asked, ask

    text, files = " ".join(found.text), tuple(found.files)
    return ask(settings, Asked(text, files, found.speak, found.json, found.go_on, found.session), sys.stdout)


def _chat(settings: Settings, found: Namespace) -> int:
    from assistant.cli.chat import Chatting, chat

    wanted = Chatting(tuple(found.files), found.speak, found.json, found.go_on, found.session)
    return chat(settings, wanted, sys.stdin, sys.stdout)


def _route(settings: Settings, found: Namespace) -> int:
    from assistant.cli.route import route

    return route(settings, " ".join(found.text), found.files, found.json, sys.stdout)


def _eval(settings: Settings, found: Namespace) -> int:
    if found.eval == "capability":
        return _eval_capability(settings, found)
    if found.eval == "robustness":
        from assistant.evaluation.robustness import run as evaluate
    else:
        from assistant.evaluation.consistency import run as evaluate
    return evaluate(settings, EvalArguments(found.data, found.engine, found.json))


def _eval_capability(settings: Settings, found: Namespace) -> int:
    from assistant.evaluation.capability.runner import run as evaluate

    tasks, engines = tuple(dict.fromkeys(found.tasks)), tuple(found.engines)
    return evaluate(settings, CapabilityArguments(found.data, tasks, engines, found.limit, found.seed, found.json))


def _settings(settings: Settings, found: Namespace) -> int:
    from config.describe import as_toml, as_values

    if found.json:
        print(json.dumps(as_values(settings)))
    else:
        print(f"# Save what you change as {settings_file()}. For once: --set section.key=value,")
        print(
            "# or the variable EARSHOT_SECTION__KEY. EARSHOT_PROFILE and EARSHOT_CONFIG choose a profile and a file.\n"
        )
        print(as_toml(settings, Settings()), end="")
    return 0


COMMANDS: Mapping[str, Callable[[Settings, Namespace], int]] = {
    "ask": _ask,
    "bench": _bench,
    "chat": _chat,
    "devices": _devices,
    "doctor": _doctor,
    "eval": _eval,
    "models": _models,
    "open": _open,
    "route": _route,
    "say": _say,
    "serve": _serve,
    "sessions": _sessions,
    "settings": _settings,
    "voices": _voices,
}
"""By their names; any other is a conversation."""
