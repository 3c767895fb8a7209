"""Public SepFormers, as SpeechBrain has them: what they are, without loading them."""

from models.base import Card

FILES = ("hyperparams.yaml", "encoder.ckpt", "masknet.ckpt", "decoder.ckpt")
"""What SpeechBrain reads of a model that separates."""


def _card(name: str, about: str, host_mb: float) -> Card:
    return Card(name, "separate_speech", "model", about, "Apache-2.0", source=f"speechbrain/{name}", host_mb=host_mb)


CARDS: tuple[Card, ...] = (
    _card("sepformer-wsj02mix", "SepFormer, trained on two people who read at once (WSJ0-2mix)", 1200.0),
    _card("sepformer-whamr16k", "SepFormer at 16 kHz, trained on two people in noise and echo (WHAMR!)", 1500.0),
    _card("resepformer-wsj02mix", "RE-SepFormer, a third as large, trained on WSJ0-2mix", 1000.0),
)
MB = {"sepformer-wsj02mix": 115, "sepformer-whamr16k": 115, "resepformer-wsj02mix": 35}
"""What has to be fetched."""


def use(card: Card) -> str:
    """What uses one once it is here, as settings."""
    return f'models.engines.{card.task} = "{card.name}" and models.interpreters.{card.name} = "a Python that has it"'
