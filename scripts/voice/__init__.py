"""Trains the embedded voice: `python -m scripts.voice`. What each step does stands in docs/models/lj.md."""
