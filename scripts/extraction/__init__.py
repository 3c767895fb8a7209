"""Trains the network that picks one sound out of a mixture; see scripts/train_extraction.py."""
