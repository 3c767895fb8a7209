"""The public AudioSep, without loading it."""

from models.base import Card

CARD = Card(
    "audiosep",
    "extract_sound",
    "model",
    "AudioSep, 240 million parameters, for any sound that words name; wants a GPU",
    "Apache-2.0",
    source="nielsr/audiosep-demo",
    host_mb=2000.0,
)
FILES = ("config.json", "pytorch_model.bin")
MB = 1200
"""What has to be fetched."""
