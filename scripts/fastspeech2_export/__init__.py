"""Turns published FastSpeech 2 checkpoints into voice folders: networks for onnxruntime, and a card."""
