"""Steps of the training of sound detection; `python -m scripts.train_detection` takes them one after the other."""
