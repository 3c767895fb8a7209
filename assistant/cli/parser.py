"""The command line's grammar. Imports nothing heavy: `assistant --help` must come at once.

assistant [GLOBAL FLAGS] [COMMAND] [GLOBAL FLAGS] [THE COMMAND'S FLAGS]

Global flags may stand before or after the command; without a command it is `talk`. All of them are understood
everywhere, and the help of a command shows those that make a difference to it, behind its own.
"""

import argparse
import math
from argparse import SUPPRESS, ArgumentParser, ArgumentTypeError, Namespace
from collections.abc import Callable, Collection, Sequence
from functools import partial
from pathlib import Path
from typing import TypeAlias

from assistant.evaluation.capability.names import CAPABILITIES

Commands: TypeAlias = "argparse._SubParsersAction[ArgumentParser]"
Flags: TypeAlias = Callable[[ArgumentParser], object]
"""Adds the flags of a command."""

ABOUT = "Earshot: a voice assistant that hears, speaks and works with sound."
LEVELS = ("debug", "info", "warning", "error")

SETTING_FLAGS = {
    "microphone": ("devices.microphone", "NAME", "the microphone, by name or index"),
    "loudspeaker": ("devices.loudspeaker", "NAME", "the loudspeaker, by name or index"),
    "backend": ("devices.backend", "NAME", "the sound library: sounddevice or pyaudio"),
    "recognizer": ("recognizer", "NAME", "what turns speech into words: moonshine or whisper"),
    "voice": ("voice", "NAME", "what speaks: a name that `voices` lists, or auto"),
    "dialogue": ("dialogue", "NAME", "what answers: auto, embedded or openai"),
    "listen": ("attention.listen", "HOW", "when it listens: open, wake (after its phrase) or key (after space)"),
    "language": ("language", "CODE", "what is spoken, such as en or de, or auto"),
    "sessions": ("sessions", "DIR", "where sessions are kept"),
}
"""Flags that are short for a setting: the setting's key, what it takes, what it is."""
SETTINGS = (*SETTING_FLAGS, "half-duplex")
TASK_SETTINGS = ("recognizer", "voice", "dialogue", "language", "sessions", "loudspeaker", "backend")
EVERY = (*SETTINGS, "plain")
"""What may be shown; the flags that every command shows are not among them."""


def parse(arguments: Sequence[str] | None = None) -> Namespace:
    """Read the command line; None: this process's. Wrong usage ends the program with code 2 and a sentence."""
    found = _parser().parse_args(arguments, Namespace(**_defaults()))
    found.set = [*found.set_before, *found.set]
    return found


def _defaults() -> dict[str, object]:
    flags: dict[str, object] = {name: None for name in ("profile", "config", "metrics", "output", "log_level")}
    flags |= {name: False for name in ("plain", "json", "half_duplex")}
    flags |= {name: None for name in (*SETTING_FLAGS, "port")}
    return flags | {"set": [], "set_before": [], "input": [], "files": [], "command": None}


def _parser() -> ArgumentParser:
    parser = ArgumentParser("assistant", description=ABOUT, allow_abbrev=False)
    add = partial(_add_command, parser.add_subparsers(dest="command", metavar="COMMAND", title="commands"))
    add("talk", "hold a conversation (what happens without a command)", EVERY, _talk_flags)
    add("serve", "hold conversations as a service, without a terminal, until SIGTERM", SETTINGS, _serve_flags)
    add("devices", "list microphones and loudspeakers, with levels", ["backend"])
    add("doctor", "check this machine, and say what to do about what is amiss", SETTING_FLAGS, _doctor_flags)
    add("sessions", "list past sessions and what was made in them, newest first", ["sessions"], _sessions_flags)
    about = "open what was made or given, by number or name; without either, list it"
    add("open", about, ["sessions", "plain"], _open_flags)
    add("voices", "list the voices, what they are, and which one is set", ["voice", "language"])
    add("say", "say a text, aloud or into a file", ["voice", "language", "loudspeaker", "backend"], _say_flags)
    add("ask", "answer a text, tasks and all, and keep what is made", TASK_SETTINGS, _ask_flags)
    add("chat", "hold a conversation by typing", TASK_SETTINGS, _chat_flags)
    add("route", "show what would be done about a text, and do nothing", ["dialogue"], _written_flags)
    about = "measure how requests are understood, and how well tasks are done: consistency, robustness, capability"
    add("eval", about, [], _eval_kinds)
    add("models", "list the models; show, pull, warm or drop one", [], _models_kinds)
    add("settings", "print all settings, with what they mean, as a settings file", SETTINGS)
    add("bench", "measure one of these: latency, turns, asr, idle, room, wake, tts, models", [], _bench_kinds)
    _talk_flags(parser)
    _global_flags(parser, "set_before", EVERY)
    return parser


def _add_command(
    commands: Commands, name: str, about: str, shown: Collection[str], own: Flags | None = None, taken: str = ""
) -> None:
    """A command with its own flags and the global ones; `taken` is a name of which it has its own flag."""
    command = commands.add_parser(name, help=about, description=about, allow_abbrev=False)
    if own:
        own(command)
    _global_flags(command, "set", shown, taken)


def _serve_flags(serve: ArgumentParser) -> None:
    serve.add_argument("--port", metavar="N", help="where /health and /metrics are served; 0: any that is free (8765)")


def _doctor_flags(doctor: ArgumentParser) -> None:
    doctor.add_argument("--service", action="store_true", help="also whether it works where nobody is logged in")


def _sessions_flags(sessions: ArgumentParser) -> None:
    sessions.add_argument("find", nargs="?", default="", help="only those whose date or things are called so")


def _open_flags(opened: ArgumentParser) -> None:
    opened.add_argument("thing", nargs="*", metavar="N|NAME", help="its number, its name, or a part of that")
    opened.add_argument("--session", default="", metavar="NAME", help="its name, or a part of that (the newest)")


def _say_flags(say: ArgumentParser) -> None:
    say.add_argument("text", nargs="+", help="the text; - for what comes in on standard input")
    say.add_argument("-o", "--output", type=Path, metavar="FILE", help="a WAV, FLAC or OGG file, not the loudspeaker")
    say.add_argument("--speed", type=_within(0.5, 2), default=1.0, metavar="X", help="tempo, 0.5 to 2 (1)")
    say.add_argument("--pitch", type=_within(-12, 12), default=0.0, metavar="ST", help="semitones, -12 to 12 (0)")
    say.add_argument("--timings", action="store_true", help="print when each word sounds, with --json a line each")


def _written_flags(written: ArgumentParser) -> None:
    written.add_argument("text", nargs="+", help="what is asked")
    _with_flag(written)


def _with_flag(written: ArgumentParser) -> None:
    about = "what it is about: sounds, pictures, videos, texts"
    written.add_argument(
        "--with", nargs="+", action="extend", type=Path, default=[], dest="files", metavar="FILE", help=about
    )


def _ask_flags(ask: ArgumentParser) -> None:
    _written_flags(ask)
    _turn_flags(ask)


def _chat_flags(chat: ArgumentParser) -> None:
    _with_flag(chat)
    _turn_flags(chat)


def _turn_flags(turn: ArgumentParser) -> None:
    turn.add_argument("--speak", action="store_true", help="speak the answer, and play what is made")
    turn.add_argument("--continue", action="store_true", dest="go_on", help="go on with the newest session")
    turn.add_argument("--session", default="", metavar="NAME", help="the same with another, by a part of its name")


def _eval_kinds(evaluate: ArgumentParser) -> None:
    add = partial(_add_command, evaluate.add_subparsers(dest="eval", metavar="KIND", required=True, title="kinds"))
    add("consistency", "is the right task chosen, with the right arguments", ["dialogue"], _eval_flags)
    about = "long chains, what is not supported, models that fail, breaks in context"
    add("robustness", about, ["dialogue", "recognizer"], _eval_flags)
    about = "how well each engine does its task, beside the others and beside doing nothing"
    add("capability", about, ["recognizer", "voice", "language"], _eval_capability_flags)


def _eval_flags(evaluate: ArgumentParser) -> None:
    evaluate.add_argument("--engine", metavar="NAME", help="the dialogue engine to measure (the one that is set)")
    evaluate.add_argument("--data", type=Path, metavar="FILE", help="a .jsonl file (the one that comes with Earshot)")


def _eval_capability_flags(capability: ArgumentParser) -> None:
    add = capability.add_argument
    several = partial(add, nargs="+", action="extend", default=[])
    what = f"what to measure (all of them): {', '.join(CAPABILITIES)}"
    several("--task", dest="tasks", choices=CAPABILITIES, metavar="TASK", help=what)
    several("--engine", dest="engines", metavar="NAME", help="only these engines, as `models` lists them (all)")
    data = "a folder with a .jsonl manifest of each kind of recording: speech, voices, sounds, noise …"
    add("--data", type=Path, metavar="DIR", help=data)
    add("--limit", type=_positive, metavar="N", help="at most N of each kind of sound, for a first look")
    add("--seed", type=_whole, default=0, metavar="N", help="what draws the sounds (0)")


def _models_kinds(models: ArgumentParser) -> None:
    add = partial(
        _add_command, models.add_subparsers(dest="models", metavar="WHAT", title="what to do, if not to list")
    )
    models.add_argument("--all", action="store_true", help="all that is known of each, and not a line")
    add("show", "tell all that is known of one", [], _model_name)
    add("pull", "fetch the weights of one from the hub, or go on where that was interrupted", [], _pull_flags)
    add("warm", "load one: in the service that runs, or else here, to see what it takes", [], _model_name)
    add("drop", "let go of one in the service that runs", [], _model_name)


def _model_name(command: ArgumentParser) -> None:
    command.add_argument("name", metavar="NAME", help="as `models` lists it")


def _pull_flags(pull: ArgumentParser) -> None:
    _model_name(pull)
    pull.add_argument("--to", type=Path, metavar="DIR", help="the folder for it (where it is looked for)")
    pull.add_argument("--accept", action="store_true", help="accept a licence that forbids commercial use")


def _bench_kinds(bench: ArgumentParser) -> None:
    add = partial(_add_command, bench.add_subparsers(dest="bench", metavar="KIND", required=True, title="kinds"))
    talking = ["recognizer", "voice", "dialogue", "language", "half-duplex"]
    add("latency", "end of speech to first sound of the reply, in real time", talking, _data_flags)
    add("turns", "cut-offs and delay of the end-of-turn detectors", ["recognizer", "language"], _data_flags)
    add("asr", "word errors of a recognizer, through the ears", ["recognizer", "language"], _bench_asr_flags)
    add("idle", "processor and memory while nobody speaks", ["recognizer", "voice", "language"], _bench_idle_flags)
    add("models", "what queues, threads and processes cost a job", [], _bench_models_flags)
    about = "a simulated room with its own voice in its ears: who interrupts whom, what is understood"
    add("room", about, ["recognizer", "voice", "language"], _bench_room_flags)
    add("wake", "misses, false wakes and delay of a wake word", ["voice", "language"], _bench_wake_flags)
    about = "voices side by side: speed, words understood, quality, melody, word times"
    add("tts", about, ["recognizer", "language"], _bench_tts_flags, "voice")


def _data_flags(bench: ArgumentParser) -> None:
    bench.add_argument(
        "--data", type=Path, required=True, metavar="PATH", help="a .jsonl manifest, or a folder of them"
    )
    bench.add_argument("--limit", type=_positive, metavar="N", help="only the first N recordings")


def _bench_asr_flags(asr: ArgumentParser) -> None:
    _data_flags(asr)
    asr.add_argument("--engine", metavar="NAME", help="the recognizer to measure (the one that is set)")


def _bench_room_flags(room: ArgumentParser) -> None:
    _data_flags(room)
    add = room.add_argument
    add("--minutes", type=_positive_number, default=30.0, metavar="M", help="of own speech at each level (30)")
    add("--off-minutes", type=_positive_number, default=3.0, metavar="M", help="the same without cancellation (3)")
    levels = "decibels of the echo above the people (-6 0 6)"
    add("--levels", type=float, nargs="+", default=[-6.0, 0.0, 6.0], metavar="DB", help=levels)
    add("--large", action="store_true", help="in rooms that reverberate for long")
    add("--seed", type=int, default=0, metavar="N", help="what draws rooms, people and pauses (0)")


def _bench_idle_flags(idle: ArgumentParser) -> None:
    idle.add_argument("--seconds", type=_positive_number, default=30.0, metavar="S", help="how long (30)")


def _bench_models_flags(models: ArgumentParser) -> None:
    models.add_argument("--limit", type=_positive, metavar="N", help="how many jobs of each kind (300)")


def _bench_wake_flags(wake: ArgumentParser) -> None:
    manifest = "a .jsonl manifest, or a folder of them"
    wake.add_argument("--phrase", default="", metavar="TEXT", help="what wakes (the phrase that is set)")
    wake.add_argument(
        "--positives", type=Path, required=True, metavar="PATH", help=f"{manifest}; rows with the phrase as text"
    )
    wake.add_argument("--negatives", type=Path, metavar="PATH", help=f"{manifest}, in which it is not said")
    wake.add_argument("--limit", type=_positive, metavar="N", help="only the first N recordings of each")
    wake.add_argument("--clean", action="store_true", help="without noise and our own voice under the positives")


def _bench_tts_flags(tts: ArgumentParser) -> None:
    what = "what to measure (the one that is set)"
    tts.add_argument("--voice", nargs="+", action="extend", default=[], dest="voices", metavar="NAME", help=what)
    tts.add_argument(
        "--against",
        metavar="NAMES",
        help="what to compare with, joined by commas: voices, flite:VOICE, festival:VOICE "
        "(espeak,flite,festival,human)",
    )
    tts.add_argument("--texts", type=Path, metavar="FILE", help="a text a line: as written, a tab, as spoken")
    tts.add_argument("--human", type=Path, metavar="FILE", help="a manifest of recordings of a person")
    tts.add_argument("--limit", type=_positive, metavar="N", help="only the first N texts and recordings")
    tts.add_argument("-o", "--output", type=Path, metavar="DIR", help="where to keep figures, table and sounds")


def _global_flags(parser: ArgumentParser, set_into: str, shown: Collection[str], taken: str = "") -> None:
    """Flags for every command. Their defaults are suppressed, or those read last would undo those read first."""

    def about(name: str, text: str) -> str:
        return text if name in shown else SUPPRESS

    settings = parser.add_argument_group("settings")
    setting = partial(settings.add_argument, default=SUPPRESS)
    setting("--profile", metavar="NAME", help="default, desktop, handsfree or headless")
    setting("--config", type=Path, metavar="FILE", help="a settings file instead of your own")
    setting("--set", action="append", dest=set_into, metavar="KEY=VALUE", help="change any setting")
    for name, (_, metavar, text) in SETTING_FLAGS.items():
        if name != taken:
            setting(f"--{name}", metavar=metavar, help=about(name, text))
    setting("--half-duplex", action="store_true", help=about("half-duplex", "do not listen while speaking"))
    output = parser.add_argument_group("output")
    shape = partial(output.add_mutually_exclusive_group().add_argument, action="store_true", default=SUPPRESS)
    shape("--plain", help=about("plain", "plain lines, for logs and pipes"))
    shape("--json", help="JSON, for programs")
    log = "what goes to the log; debug also shows it (info)"
    output.add_argument("--log-level", choices=LEVELS, default=SUPPRESS, help=log)
    output.add_argument("--version", action=_ShowVersion, nargs=0, default=SUPPRESS, help="print the version and exit")


class _ShowVersion(argparse.Action):
    """Looks the version up only when it is asked for."""

    def __call__(self, parser: ArgumentParser, *_: object) -> None:
        from importlib.metadata import PackageNotFoundError, version

        try:
            print(f"Earshot {version('earshot')}")
        except PackageNotFoundError:
            print("Earshot, not installed")
        parser.exit()


def _talk_flags(parser: ArgumentParser) -> None:
    flag = partial(parser.add_argument_group("conversation").add_argument, default=SUPPRESS)
    flag("--input", nargs="+", action="extend", type=Path, metavar="FILE", help="recordings in place of the microphone")
    flag("--output", type=Path, metavar="FILE", help="a WAV file in place of the loudspeaker")
    about = "what it is about: sounds, pictures, videos, texts"
    flag("--with", nargs="+", action="extend", type=Path, dest="files", metavar="FILE", help=about)
    flag("--metrics", type=Path, metavar="FILE", help="append every turn's record, as a line of JSON")


def _within(least: float, most: float) -> Callable[[str], float]:
    """Reads a number from `least` to `most`."""

    def number(text: str) -> float:
        try:
            value = float(text)
        except ValueError:
            value = math.nan
        if not least <= value <= most:
            raise ArgumentTypeError(f"takes a number from {least:g} to {most:g}, not {text!r}")
        return value

    return number


def _positive(text: str) -> int:
    if not text.isdecimal() or not int(text):
        raise ArgumentTypeError(f"takes a whole number from 1 up, not {text!r}")
    return int(text)


def _whole(text: str) -> int:
    if not text.isdecimal():
        raise ArgumentTypeError(f"takes a whole number from 0 up, not {text!r}")
    return int(text)


def _positive_number(text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = 0.0
    if not 0 < number < float("inf"):
        raise ArgumentTypeError(f"takes a number above 0, not {text!r}")
    return number
