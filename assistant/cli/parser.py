"""The command line's grammar. Imports nothing heavy: `assistant --help` must come at once.

assistant [GLOBAL FLAGS] [COMMAND] [GLOBAL FLAGS] [THE COMMAND'S FLAGS]

Global flags may stand before or after the command; without a command it is `talk`.
"""

import argparse
import math
from argparse import SUPPRESS, ArgumentParser, ArgumentTypeError, Namespace
from collections.abc import Callable, Sequence
from pathlib import Path

ABOUT = "Earshot: a voice assistant that hears, speaks and works with sound."
LEVELS = ("debug", "info", "warning", "error")

SETTING_FLAGS = {
    "microphone": ("devices.microphone", "NAME", "the microphone, by name or index"),
    "loudspeaker": ("devices.loudspeaker", "NAME", "the loudspeaker, by name or index"),
    "backend": ("devices.backend", "NAME", "the sound library: sounddevice or pyaudio"),
    "recognizer": ("recognizer", "NAME", "what turns speech into words: moonshine or whisper"),
    "voice": ("voice", "NAME", "what speaks: a name that `voices` lists, or auto"),
    "dialogue": ("dialogue", "NAME", "what answers: auto, embedded or openai"),
    "language": ("language", "CODE", "what is spoken, such as en or de, or auto"),
    "sessions": ("sessions", "DIR", "where sessions are kept"),
}
"""Flags that are short for a setting: the setting's key, what it takes, what it is."""


def parse(arguments: Sequence[str] | None = None) -> Namespace:
    """Read the command line; None: this process's. Wrong usage ends the program with code 2 and a sentence."""
    found = _parser().parse_args(arguments, Namespace(**_defaults()))
    found.set = [*found.set_before, *found.set]
    return found


def _defaults() -> dict[str, object]:
    flags: dict[str, object] = {name: None for name in ("profile", "config", "metrics", "output", "log_level")}
    flags |= {name: False for name in ("plain", "json", "half_duplex")}
    flags |= {name: None for name in SETTING_FLAGS}
    return flags | {"set": [], "set_before": [], "input": [], "command": None}


def _parser() -> ArgumentParser:
    before, after, talk = _global_flags("set_before"), _global_flags("set"), _talk_flags()
    parser = ArgumentParser("assistant", description=ABOUT, parents=[before, talk], allow_abbrev=False)
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", title="commands")

    def command(name: str, about: str, *parents: ArgumentParser) -> ArgumentParser:
        return commands.add_parser(name, help=about, description=about, parents=[after, *parents], allow_abbrev=False)

    command("talk", "hold a conversation (what happens without a command)", talk)
    command("devices", "list microphones and loudspeakers, with levels")
    command("doctor", "check this machine, and say what to do about what is amiss")
    sessions = command("sessions", "list past sessions and what was made in them, newest first")
    sessions.add_argument("find", nargs="?", default="", help="only those whose date or things are called so")
    command("voices", "list the voices, what they are, and which one is set")
    _say_flags(command("say", "say a text, aloud or into a file"))
    command("settings", "print all settings, with what they mean, as a settings file")
    _bench_commands(command("bench", "measure"), after)
    return parser


def _say_flags(say: ArgumentParser) -> None:
    say.add_argument("text", nargs="+", help="the text; - for what comes in on standard input")
    say.add_argument("-o", "--output", type=Path, metavar="FILE", help="a WAV, FLAC or OGG file, not the loudspeaker")
    say.add_argument("--speed", type=_within(0.5, 2), default=1.0, metavar="X", help="tempo, 0.5 to 2 (1)")
    say.add_argument("--pitch", type=_within(-12, 12), default=0.0, metavar="ST", help="semitones, -12 to 12 (0)")
    say.add_argument("--timings", action="store_true", help="print when each word sounds, with --json a line each")


def _bench_commands(bench: ArgumentParser, common: ArgumentParser) -> None:
    kinds = bench.add_subparsers(dest="bench", metavar="KIND", required=True)
    for name, about in {
        "latency": "end of speech to first sound of the reply, in real time",
        "asr": "word errors of a recognizer, through the ears",
        "idle": "processor and memory while nobody speaks",
    }.items():
        kind = kinds.add_parser(name, help=about, description=about, parents=[common], allow_abbrev=False)
        if name == "idle":
            kind.add_argument("--seconds", type=_positive_number, default=30.0, metavar="S", help="how long (30)")
        else:
            kind.add_argument("--data", type=Path, required=True, help="a .jsonl manifest, or a folder of them")
            kind.add_argument("--limit", type=_positive, metavar="N", help="only the first N recordings")
        kind.add_argument("--engine", metavar="NAME", help="the engine to measure, if not the one that is set")
    about = "voices side by side: speed, words understood, quality, melody, word times"
    _bench_tts_flags(
        kinds.add_parser(
            "tts",
            help=about,
            description=about,
            parents=[_global_flags("set")],  # of its own: its --voice takes the place of theirs
            allow_abbrev=False,
            conflict_handler="resolve",
        )
    )


def _bench_tts_flags(tts: ArgumentParser) -> None:
    tts.add_argument(
        "--voice", nargs="+", action="extend", default=[], dest="voices", metavar="NAME", help="what to measure"
    )
    tts.add_argument("--texts", type=Path, metavar="FILE", help="a text a line: as written, a tab, as spoken")
    tts.add_argument("--against", metavar="NAMES", help="what to compare with (espeak,flite,festival,human)")
    tts.add_argument("--human", type=Path, metavar="FILE", help="a manifest of recordings of a person")
    tts.add_argument("--limit", type=_positive, metavar="N", help="only the first N texts and recordings")
    tts.add_argument("-o", dest="folder", type=Path, metavar="DIR", help="where to keep figures, table and sounds")


def _global_flags(set_into: str) -> ArgumentParser:
    """Flags for every command. Their defaults are suppressed, or those read last would undo those read first."""
    flags = ArgumentParser(add_help=False, argument_default=SUPPRESS)
    source = flags.add_argument_group("settings")
    source.add_argument("--profile", metavar="NAME", help="default, desktop, handsfree or headless")
    source.add_argument("--config", type=Path, metavar="FILE", help="a settings file instead of your own")
    source.add_argument("--set", action="append", dest=set_into, metavar="KEY=VALUE", help="change any setting")
    for name, (_, metavar, about) in SETTING_FLAGS.items():
        source.add_argument(f"--{name}", metavar=metavar, help=about)
    source.add_argument("--half-duplex", action="store_true", help="do not listen while speaking")
    output = flags.add_argument_group("output")
    shape = output.add_mutually_exclusive_group()
    shape.add_argument("--plain", action="store_true", help="plain lines, for logs and pipes")
    shape.add_argument("--json", action="store_true", help="JSON, for programs")
    output.add_argument("--log-level", choices=LEVELS, help="what goes to the log; debug also shows it (info)")
    output.add_argument("--version", action=_ShowVersion, nargs=0, help="print the version and exit")
    return flags


class _ShowVersion(argparse.Action):
    """Looks the version up only when it is asked for."""

    def __call__(self, parser: ArgumentParser, *_: object) -> None:
        from importlib.metadata import PackageNotFoundError, version

        try:
            print(f"Earshot {version('earshot')}")
        except PackageNotFoundError:
            print("Earshot, not installed")
        parser.exit()


def _talk_flags() -> ArgumentParser:
    flags = ArgumentParser(add_help=False, argument_default=SUPPRESS)
    talk = flags.add_argument_group("conversation")
    files = {"nargs": "+", "action": "extend", "type": Path, "metavar": "FILE"}
    talk.add_argument("--input", **files, help="recordings in place of the microphone")  # type: ignore[arg-type]
    talk.add_argument("--output", type=Path, metavar="FILE", help="a WAV file in place of the loudspeaker")
    talk.add_argument("--metrics", type=Path, metavar="FILE", help="append every turn's record, as a line of JSON")
    return flags


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


def _positive_number(text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = 0.0
    if not 0 < number < float("inf"):
        raise argparse.ArgumentTypeError(f"takes a number above 0, not {text!r}")
    return number
