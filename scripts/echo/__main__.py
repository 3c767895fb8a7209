"""Makes the network that takes away what is left of the echo, step by step; each goes on where it was stopped.

python -m scripts.echo --data RECORDINGS --work FOLDER [--to asr/echo/suppressor.npz] [--steps STEP ...]
"""

import argparse
import logging
from collections.abc import Callable, Sequence
from pathlib import Path

import torch

from assistant.errors import EarshotError
from scripts.echo.evaluate import evaluated
from scripts.echo.export import export, read_network
from scripts.echo.recordings import Recordings
from scripts.echo.simulate import TRAINED, UNSEEN, read_examples, simulate
from scripts.echo.speak import speak, texts, voices
from scripts.echo.train import train

log = logging.getLogger("echo")


def main(given: Sequence[str] | None = None) -> None:
    """Runs the steps that are wanted, in their order."""
    args = _parser().parse_args(given)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    args.work.mkdir(parents=True, exist_ok=True)
    try:
        for name, step in STEPS.items():
            if name in args.steps:
                log.info("%s", name)
                step(args.data, args.work, args.to)
    except EarshotError as error:
        raise SystemExit(str(error)) from error


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m scripts.echo", description=__doc__.splitlines()[0])
    parser.add_argument(
        "--data",
        type=Path,
        required=True,
        help="has commands.jsonl, voices.jsonl, speech.jsonl, sounds.jsonl, noise.jsonl, rooms.jsonl and lj_texts.txt",
    )
    parser.add_argument("--work", type=Path, required=True, help="where what is made on the way is kept")
    parser.add_argument("--to", type=Path, default=Path("asr/echo/suppressor.npz"), help="the weights to write")
    parser.add_argument("--steps", nargs="+", choices=list(STEPS), default=list(STEPS), help="all of them by default")
    return parser


def _speak(data: Path, work: Path, _: Path) -> None:
    speak(texts(data), voices(), work / "far")


def _simulate(data: Path, work: Path, _: Path) -> None:
    for part in (TRAINED, UNSEEN):
        simulate(Recordings.read(data, work / "far", part.held_out), part, work / part.name)


def _train(_: Path, work: Path, __: Path) -> None:
    torch.set_num_threads(2)
    train(read_examples(work / TRAINED.name), read_examples(work / UNSEEN.name), work)


def _export(_: Path, work: Path, to: Path) -> None:
    export(work / "network.pt", to)


def _evaluate(_: Path, work: Path, to: Path) -> None:
    print(evaluated(read_network(to), read_examples(work / UNSEEN.name)))


STEPS: dict[str, Callable[[Path, Path, Path], None]] = {
    "speak": _speak,
    "simulate": _simulate,
    "train": _train,
    "export": _export,
    "evaluate": _evaluate,
}


if __name__ == "__main__":
    main()
