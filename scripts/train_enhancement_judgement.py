"""Learns how much of the noise that the views hear is taken out: python -m scripts.train_enhancement_judgement

Noisy speech is drawn from recordings of people and sounds (manifests `<kind>.jsonl` in FOLDER) that are not held out.
What the views make of each is kept in --work, and gone on with where it was stopped. See docs/models/enhancement.md.

    python -m scripts.train_enhancement_judgement --data FOLDER --output enhancement_judgement.npz [--work FOLDER]
"""

import argparse
import logging
import pickle
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from assistant.evaluation.recordings import required
from models.speech.enhancement_views import Viewers
from scripts.enhancement.cases import Sources, cases
from scripts.enhancement.judge import Case, Judge, gained, learned, packed, told_talk

log = logging.getLogger("enhancement.judgement")

NOISY_DB = 20.0
"""Above this ratio nobody can tell what the noise is."""
EVERY = 40
"""Recordings from one note of the state to the next."""


def gathered(sources: Sources, path: Path, count: int, seed: int) -> list[Case]:
    """So many recordings, from the state at `path` on."""
    viewers, batch = Viewers.loaded(), 0
    found: list[Case] = []
    if path.exists():
        batch, found = pickle.loads(path.read_bytes())
    while batch * EVERY < count:
        found += list(cases(sources, viewers, EVERY, seed + batch))
        batch += 1
        path.write_bytes(pickle.dumps((batch, found)))
        log.info("%d recordings", batch * EVERY)
    return found


def stored(judges: list[Judge], talk: dict[str, NDArray[np.float64]], path: Path) -> None:
    """Write them side by side, in half precision where nothing is lost by it."""
    parts: dict[str, list[Tensor]] = {
        "inner": [judge.inner.weight for judge in judges],
        "inner_bias": [judge.inner.bias for judge in judges],
        "out": [judge.out.weight for judge in judges],
        "out_bias": [judge.out.bias for judge in judges],
    }
    arrays = {name: torch.stack(each).detach().numpy().astype(np.float16) for name, each in parts.items()}
    scale = {"mean": judges[0].mean.numpy(), "deviation": judges[0].deviation.numpy()}
    np.savez(path, **scale, **arrays, **talk)  # type: ignore[arg-type]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="recordings, with a manifest of each kind")
    parser.add_argument("--output", type=Path, default=Path("models/speech/enhancement_judgement.npz"))
    parser.add_argument("--work", type=Path, default=Path("judgement-work"), help="where the state is kept")
    parser.add_argument("--count", type=int, default=600, help="recordings")
    parser.add_argument("--judges", type=int, default=4)
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    torch.set_num_threads(1)
    arguments.work.mkdir(parents=True, exist_ok=True)
    sources = Sources.of(required(arguments.data))
    found = gathered(sources, arguments.work / "cases.pickle", arguments.count, arguments.seed)
    material = packed(found)
    judges = []
    for seed in range(arguments.seed, arguments.seed + arguments.judges):
        judges.append(learned(material, seed))
        log.info("judge %d gains %.2f dB", seed, float(gained(judges[-1](material[0]), *material[1:4]).mean()))
    heard = [case for case in found if case.survey.snr_db < NOISY_DB]
    talk = told_talk(np.array([case.survey.traits() for case in heard]), np.array([case.talk for case in heard]))
    stored(judges, talk, arguments.output)


if __name__ == "__main__":
    main()
