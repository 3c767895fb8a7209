"""Makes the embedded voice from the recordings, step by step; each goes on where it was stopped.

python -m scripts.voice --data RECORDINGS --work FOLDER [--to tts/voices/lj]
"""

import argparse
import subprocess
import sys
from pathlib import Path

from scripts.voice import export, predicted, train_acoustic, train_vocoder
from scripts.voice.dataset import unwanted
from scripts.voice.teacher import speak, texts


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m scripts.voice", description=__doc__.splitlines()[0])
    parser.add_argument(
        "--data",
        type=Path,
        required=True,
        help="has ljspeech.jsonl, speech.jsonl, voices.jsonl, singing.jsonl and lj_texts.txt",
    )
    parser.add_argument("--work", type=Path, required=True, help="where what is made on the way is kept")
    parser.add_argument("--to", type=Path, default=Path("tts/voices/lj"), help="the voice folder to write")
    args = parser.parse_args()
    args.work.mkdir(parents=True, exist_ok=True)
    sentences = [line.strip() for line in (args.data / "lj_texts.txt").open()]
    speak(texts(sentences, unwanted(args.data)), args.work / "teacher")
    work = ["--work", str(args.work)]
    places = ["--data", str(args.data), *work]
    # the two trainings know nothing of each other, and each keeps one core busy
    until = str(train_vocoder.STEPS_MEASURED)
    vocoder = subprocess.Popen([sys.executable, "-m", train_vocoder.__name__, *places, "--steps", until])
    train_acoustic.main(places)
    if vocoder.wait():
        raise SystemExit("The vocoder was not trained; see above.")
    predicted.main(work)
    train_vocoder.main(places)
    export.main([*work, "--to", str(args.to)])


if __name__ == "__main__":
    main()
