"""Speech enhancement: how much nearer noisy speech comes to what it was before the noise.

SI-SNR (Le Roux et al. 2019), PESQ wide band and STOI of speech of people nobody trained on, in noise of several kinds
at -5 to 15 dB, in hardly any noise, and softly spoken. Beside the engines two that are part of ours are measured by
themselves: the log-MMSE estimator, and RNNoise where it is here. The cost is seconds of one processor for a second of
sound.
"""

import time
from collections.abc import Callable, Iterator, Sequence

import numpy as np
import soundfile as sf

from assistant import media
from assistant.audio import RATE, Samples
from assistant.evaluation.capability.base import Bench, Contender, Row, Run
from assistant.evaluation.capability.made_noise import MADE
from assistant.evaluation.capability.materials import NoisySpeech, noisy_speech
from assistant.evaluation.capability.metrics import pesq, si_sdr_improvement, stoi
from assistant.evaluation.capability.trials import UNTOUCHED, Tally, attempt, first_sound
from assistant.resample import resample
from models.base import Job, Made, MadeFile
from models.speech.log_mmse import log_mmse
from models.speech.rnnoise import RNNoise, found

TASK = "enhance_speech"
KINDS = ("stationary", "changing", "beds", "babble", "music")
SNRS_DB = (-5.0, 0.0, 5.0, 10.0, 15.0)
MADE_DB = 0.0
"""Of speech in noise that is made by rule."""
CLEAN_DB = 40.0
"""Of speech in hardly any noise."""
SOFTER_DB = 24.0
"""By how much soft speech is softer; its noise is, too."""
USUAL = 6
"""How many of each kind at each ratio, unless it is limited."""


def measure(contenders: Sequence[Contender], bench: Bench) -> Iterator[Row]:
    """The figures of each; "worst" is over all there is.

    Raises:
        DataError: there is no speech, or no noise.
        EngineMissing: a library that measures is not here.
    """
    tally, worst = Tally(), dict[str, list[float]]()
    everybody = (UNTOUCHED, *contenders, Contender("(log-MMSE)", _by(log_mmse)), *_rnnoise())
    for condition, case in _cases(bench):
        for contender in everybody:
            began = time.process_time()
            made = attempt(contender, bench, TASK, case.mixture, case.rate)
            spent = time.process_time() - began
            if made is not None:
                sound = first_sound(made, case.rate)
                worst.setdefault(contender.name, []).append(_judge(tally, contender.name, condition, sound, case))
                tally.add(contender.name, "processor seconds a second", spent / (len(case.mixture) / case.rate))
    yield from tally.rows()
    for name, gained in worst.items():
        yield Row(name, "si_snr_improvement_db, worst", min(gained), len(gained))


def _cases(bench: Bench) -> Iterator[tuple[str, NoisySpeech]]:
    n = USUAL if bench.limit is None else bench.limit
    for snr_db in SNRS_DB:
        for case in noisy_speech(bench.recordings, snr_db, KINDS, n, bench.seed):
            yield f"{case.label} at {snr_db:g} dB", case
    for case in noisy_speech(bench.recordings, MADE_DB, tuple(MADE), n, bench.seed):
        yield f"{case.label} noise at {MADE_DB:g} dB", case
    for case in noisy_speech(bench.recordings, CLEAN_DB, ("beds",), n, bench.seed):
        yield "hardly any noise", case
    quiet = np.float32(10 ** (-SOFTER_DB / 20))
    for case in noisy_speech(bench.recordings, 5.0, ("stationary",), n, bench.seed):
        yield "soft, in noise", NoisySpeech(case.mixture * quiet, case.clean * quiet, case.label, case.snr_db)


def _judge(tally: Tally, name: str, condition: str, sound: Samples, case: NoisySpeech) -> float:
    """Note what a sound is worth; returns the improvement in decibels."""
    gained = si_sdr_improvement(sound, case.clean, case.mixture)
    clearer = stoi(sound, case.clean, case.rate) - stoi(case.mixture, case.clean, case.rate)
    tally.add(name, f"si_snr_improvement_db, {condition}", gained)
    tally.add(name, f"stoi_gain, {condition}", clearer)
    tally.add(name, f"pesq, {condition}", pesq(sound, case.clean, case.rate))
    return gained


def _by(work: Callable[[Samples], Samples]) -> Run:
    """Work on 16 kHz mono as an engine does it."""

    def run(job: Job) -> Made:
        samples, rate = media.read_audio(job.files["audio"])
        path = job.folder / "sound.wav"
        sf.write(path, work(resample(samples, rate, RATE)), RATE, subtype="FLOAT")
        return Made(files=(MadeFile(path, "sound"),))

    return run


def _rnnoise() -> Iterator[Contender]:
    """RNNoise (Valin 2018), if it is here."""
    library = found()
    if library is None:
        return

    def clean(samples: Samples) -> Samples:
        rnnoise = RNNoise(library)
        return np.concatenate((rnnoise.push(samples), rnnoise.finish()))

    yield Contender("(RNNoise)", _by(clean))
