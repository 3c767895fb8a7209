"""How loud voices are that a model parted."""

import numpy as np

from assistant.audio import Samples

RIDGE = 1e-4
"""Of the voices' power: keeps their gains apart where the voices are alike."""


def fitted(voices: Samples, sound: Samples) -> Samples:
    """Voices (k, n) with the gains, by least squares, with which they add up best to sound (n,): what is trained for
    SI-SNR gives voices of any level."""
    gram = voices.astype(np.float64) @ voices.T.astype(np.float64)
    ridge = RIDGE * max(float(np.trace(gram)), 1e-12) / len(gram)
    gains = np.linalg.solve(gram + ridge * np.eye(len(gram)), voices.astype(np.float64) @ sound)
    return np.asarray(gains[:, None] * voices, np.float32)
