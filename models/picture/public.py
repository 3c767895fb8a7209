"""Public models that see, and the engines around them."""

from models.base import Card
from models.entries import Entry, Weights

FILES = (
    "config.json",
    "preprocessor_config.json",
    "tokenizer*.json",
    "special_tokens_map.json",
    "vocab.txt",
    "*.safetensors",
    "pytorch_model*.bin",
)
"""What transformers reads of one; of weights in two formats, one is fetched."""
CARDS = (
    Card(
        "blip",
        "image_to_audio",
        "model",
        "BLIP, 247 million parameters, says what a picture shows; the sounds of that are made by rules",
        "BSD-3-Clause",
        source="Salesforce/blip-image-captioning-base",
        host_mb=1500.0,
    ),
    Card(
        "blip-large",
        "image_to_audio",
        "model",
        "BLIP large, 470 million parameters, says what a picture shows; the sounds of that are made by rules",
        "BSD-3-Clause",
        source="Salesforce/blip-image-captioning-large",
        host_mb=2500.0,
    ),
)
MB = {"blip": 990, "blip-large": 1880}
BLIP_AUDIOLDM2 = Card(
    "blip-audioldm2",
    "image_to_audio",
    "model",
    "BLIP says what a picture shows, and AudioLDM 2 makes the sound of it; takes both weights and a GPU",
    "CC-BY-NC-SA-4.0",
    commercial=False,
    source="Salesforce/blip-image-captioning-base",
    host_mb=7000.0,
)


def _weights(card: Card) -> Weights:
    about, use = f"{card.about}; takes Earshot's extra audio", f'models.engines.{card.task} = "{card.name}"'
    return Weights(card.name, card.task, card.source, FILES, MB[card.name], card.licence, about, use)


TARGET = "models.picture.described:blip"
SEEING_WEIGHTS: tuple[Weights, ...] = tuple(_weights(card) for card in CARDS)
SEEING_ENGINES: tuple[Entry, ...] = (
    *(Entry(card, TARGET, weights=card.name) for card in CARDS),
    Entry(BLIP_AUDIOLDM2, TARGET, {"sounds": "audioldm2"}, "blip"),
)
