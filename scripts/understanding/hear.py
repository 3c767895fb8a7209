"""Has the sentences spoken by several voices and heard by the recognizer: python -m scripts.understanding.hear

What the recognizer makes of a request is what the dialogue engine is given, so it learns from that too. Of every few
sentences one is spoken, by a voice in turn; what was heard otherwise than it was written goes to heard.jsonl,
without its arguments, whose words may be lost. Wants flite and Festival with the voice of scripts/voice.
"""

import argparse
import json
import re
from itertools import cycle
from pathlib import Path

import numpy as np

from asr.loader import load_recognizer
from asr.options import MoonshineOptions, WhisperOptions
from assistant.audio import silence
from assistant.bench.synthesizers import OwnVoice, Synthesizer, named
from assistant.resample import resample
from config.settings import Settings
from scripts.understanding.sentences import read_rows
from tts.loader import load_voice

DATA = Path(__file__).parent
HEARD = DATA / "heard.jsonl"
MARGIN_S = 0.3
"""Silence before and after a sentence, as the ears have it."""


def voices(settings: Settings) -> list[Synthesizer]:
    """Who speaks, in turn."""
    own = [OwnVoice(load_voice(name, settings.voice_options)) for name in ("lj", "espeak")]
    others = [named(name) for name in ("flite:rms", "flite:awb", "festival:cmu_us_slt_arctic_hts", "flite:slt")]
    return [*others, *own]


def plain(text: str) -> str:
    """Letters and digits only."""
    return " ".join(re.findall(r"[a-z0-9']+", text.lower()))


def main() -> None:
    """Speak, hear, write."""
    parser = argparse.ArgumentParser(description="Have training sentences spoken and heard.")
    parser.add_argument("--every", type=int, default=6, help="one of how many sentences")
    every: int = parser.parse_args().every
    settings = Settings()
    recognizer = load_recognizer("moonshine", MoonshineOptions(), WhisperOptions(), "en")
    rows = [r for path in sorted(DATA.glob("w*.jsonl")) for r in read_rows(path) if not r.chain][::every]
    edge = silence(MARGIN_S, recognizer.rate)
    with HEARD.open("w", encoding="utf-8") as out:
        for row, voice in zip(rows, cycle(voices(settings)), strict=False):
            spoken = voice.clause(row.text)
            sound = resample(spoken.samples, spoken.rate, recognizer.rate)
            text = recognizer.transcribe(np.concatenate((edge, sound, edge))).text
            if text and plain(text) != plain(row.text):
                out.write(json.dumps({"text": text, "task": row.task or None}, ensure_ascii=False) + "\n")
                out.flush()


if __name__ == "__main__":
    main()
