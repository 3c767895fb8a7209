"""Makes the embedded voice from the recordings, step by step; each goes on where it was stopped.

python -m scripts.voice --data RECORDINGS --work FOLDER [--to tts/voices/lj]
"""

import argparse
import subprocess
import sys
from pathlib import Path

from scripts.voice import export, train_acoustic, train_vocoder
from scripts.voice.dataset import unwanted
from scripts.voice.teacher import speak, texts


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m scripts.voice", description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True, help="folder of the recordings and their manifests")
    parser.add_argument("--work", type=Path, required=True, help="where what is made on the way is kept")
    parser.add_argument("--to", type=Path, default=Path("tts/voices/lj"), help="the voice folder to write")
    args = parser.parse_args()
    args.work.mkdir(parents=True, exist_ok=True)
    sentences = [line.strip() for line in (args.data / "lj_texts.txt").open()]
    speak(texts(sentences, unwanted(args.data)), args.work / "teacher")
    places = ["--data", str(args.data), "--work", str(args.work)]
    # the two trainings know nothing of each other, and each keeps one core busy
    vocoder = subprocess.Popen([sys.executable, "-m", train_vocoder.__name__, *places])
    train_acoustic.main(places)
    if vocoder.wait():
        raise SystemExit("The vocoder was not trained; see above.")
    export.main(["--work", str(args.work), "--to", str(args.to)])


if __name__ == "__main__":
    main()
