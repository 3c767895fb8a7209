"""Where speech really ends, as far as an offline detector can tell."""

import numpy as np
from faster_whisper.vad import VadOptions, get_speech_timestamps

from assistant.audio import RATE
from assistant.devices.files import Recording
from assistant.resample import resample

OFFLINE = VadOptions(
    threshold=0.5, min_speech_duration_ms=60, min_silence_duration_ms=60, speech_pad_ms=0
)  # Silero over the whole recording


def speech_end(recording: Recording) -> float | None:
    """Seconds to the last speech sample by offline Silero; None where there is no speech."""
    samples = resample(recording.samples, recording.rate, RATE)
    padded = np.concatenate((samples, np.zeros(RATE, np.float32)))
    spans = get_speech_timestamps(padded, OFFLINE)
    return spans[-1]["end"] / RATE if spans else None
