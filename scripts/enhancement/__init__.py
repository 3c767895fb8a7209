"""What the enhancement network is trained on, and its shape; see scripts/train_enhancement.py."""
