"""The reader's recordings with the mels that the acoustic model makes of them, in time with the sound.

Mels that a model predicts are smoother than measured ones; a vocoder that knows them adds the texture that they lack.
"""

import argparse
import logging
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch

from scripts.voice.acoustic import FastSpeech2
from scripts.voice.corpus import READER
from scripts.voice.dataset import Example
from scripts.voice.export import trained
from scripts.voice.features import Features
from scripts.voice.train_acoustic import Library

log = logging.getLogger("voice.predicted")


@torch.no_grad()
def predicted(model: FastSpeech2, library: Library, examples: Sequence[Example]) -> list[Features]:
    """The examples with predicted mels; durations, pitch and energy are those of the recording."""
    made = []
    for e in examples:
        b = library.batch([(e, slice(0, len(e.symbols)))])
        mel, _, _ = model.decoder(model.encoder(b.phones, b.speaker, b.mask)[0], b.durations, b.pitch, b.energy)
        f0 = np.where(e.voiced, np.exp(e.log_f0), 0).astype(np.float32)
        made.append(Features(e.audio.astype(np.float32), mel[0].numpy(), f0, np.zeros(len(f0), np.float32)))
    return made


def main(given: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--work", type=Path, required=True, help="where the examples and checkpoints are")
    args = parser.parse_args(given)
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    torch.set_num_threads(1)
    model, _ = trained(args.work)
    library = Library(torch.load(args.work / "examples.pt", weights_only=False), seed=0)
    made = tuple(predicted(model.eval(), library, group) for group in (library.groups[0], library.held[READER]))
    torch.save(made, args.work / "predicted.pt")
    log.info("%d recordings, %d held out", *map(len, made))


if __name__ == "__main__":
    main()
