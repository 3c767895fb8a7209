"""How much of what each view removes is taken out of a recording, by what they add up to over the whole of it.

That is learned (scripts/train_enhancement_judgement.py) by what is wanted: less noise, and never more of it than there
was. A few small networks look at one band each time; the mean of what they say counts. So it is chosen by the kind of
the noise which view is believed, and little or nothing is taken out where nothing would be gained: where other people
talk, where there is hardly any noise, or where what hums below the voice is in the recording of the voice itself.
"""

from dataclasses import dataclass
from importlib import resources

import numpy as np
from numpy.typing import NDArray

from assistant.errors import EngineMissing
from models.speech.enhancement_frames import BINS
from models.speech.enhancement_masks import Masks
from models.speech.enhancement_survey import EDGES, RUMBLE, Survey
from models.speech.enhancement_views import NETWORK, VIEWS

WEIGHTS = "enhancement_judgement.npz"
FAR = 4.0
"""No feature counts as further from the usual than so many deviations."""
CLEAN_DB = (20.0, 26.0)
"""Between these ratios of speech to noise less and less is taken out, and above the second nothing."""
TALK, IN_TALK = (0.45, 0.6), 0.15
"""Between these chances that the noise is other people's talk less and less is taken out, down to this share: words of
who is meant would go with it."""
HUM_DB = (8.0, 13.0)
"""Between these ratios less and less is taken out below the voice, and above the second nothing: it hardly disturbs
there, and may belong to the recording of the voice."""
NOISY_DB = 10.0
"""Above this ratio, what is left as it is has hardly any noise."""
HARDLY = 0.4
"""Where less than this is taken out, it is said why."""
NO_SPEECH_DB = -14.0
"""The ratio below which there is hardly any speech."""
HARDLY_SPEECH, SURELY_SPEECH = 0.12, 0.6
"""Where the detector of sounds is nowhere surer of speech than the first there is none; from the second on there is."""
VOICED = 0.05
"""Between them there is speech where RNNoise is sure of a voice in so much of it."""
NO_SPEECH = "I hear no speech in it, and speech is what I clean, so I left it as it was."


@dataclass(frozen=True, slots=True, eq=False)
class Judgement:
    """How much should be taken out, and what is to be said of it."""

    weights: Masks
    """Of what each view removes in each bin, shape (VIEWS, BINS): 0 to 1, and no more together."""
    share: float
    """How much of the noise that is, 0 to 1."""
    notice: str = ""


class Judge:
    """The judgement, loaded."""

    def __init__(self) -> None:
        """Load what was learned.

        Raises:
            EngineMissing: it is not here.
        """
        try:
            with resources.files("models.speech").joinpath(WEIGHTS).open("rb") as file, np.load(file) as stored:
                self._parts = {name: stored[name].astype(np.float32) for name in stored}
        except OSError as error:
            raise EngineMissing("A part of the speech enhancement is missing; install it again.") from error

    def judged(self, survey: Survey) -> Judgement:
        """Whether it helps, and how much of it."""
        if survey.silent:
            return Judgement(np.zeros((VIEWS, BINS), np.float32), 0.0, "There is nothing to be heard in it.")
        if not _is_spoken(survey):
            return Judgement(np.zeros((VIEWS, BINS), np.float32), 0.0, NO_SPEECH)
        if survey.surest_snr_db < NO_SPEECH_DB:
            return Judgement(_only(NETWORK), 1.0, "I hear hardly any speech in it, so little is left.")
        talk = _between(self.talk(survey.traits()), TALK)
        shares = self.shares(survey.features()) * (1 - _between(survey.snr_db, CLEAN_DB)) * (1 - (1 - IN_TALK) * talk)
        shares[RUMBLE] *= 1 - _between(survey.snr_db, HUM_DB)
        taken = _taken(survey, shares)
        return Judgement(_by_bin(shares), taken, _notice(survey, taken))

    def talk(self, traits: NDArray[np.float64]) -> float:
        """How likely it is that the noise is other people's talk."""
        parts = self._parts
        seen = (traits - parts["talk_mean"]) / parts["talk_deviation"]
        return float(1 / (1 + np.exp(-seen @ parts["talk_weights"][:-1] - parts["talk_weights"][-1])))

    def shares(self, features: NDArray[np.float32]) -> NDArray[np.float32]:
        """Of each band, shape (BANDS, n) → (BANDS, VIEWS): the mean of what the networks say."""
        parts = self._parts
        seen = np.clip((features - parts["mean"]) / parts["deviation"], -FAR, FAR)
        inner = np.tanh(np.einsum("bf,nhf->nbh", seen, parts["inner"]) + parts["inner_bias"][:, None])
        out = np.einsum("nbh,nvh->nbv", inner, parts["out"]) + parts["out_bias"][:, None]
        shares = 1 / (1 + np.exp(-out))
        return np.asarray((shares / np.maximum(shares.sum(axis=-1, keepdims=True), 1)).mean(axis=0), np.float32)


def _is_spoken(survey: Survey) -> bool:
    """Whether anybody speaks in it, however much noise there is."""
    if HARDLY_SPEECH <= survey.speech < SURELY_SPEECH:
        return survey.voiced is None or survey.voiced >= VOICED
    return survey.speech >= SURELY_SPEECH


def _only(view: int) -> Masks:
    weights = np.zeros((VIEWS, BINS), np.float32)
    weights[view] = 1
    return weights


def _by_bin(shares: NDArray[np.float32]) -> Masks:
    """Each bin as its band: shape (BANDS, VIEWS) → (VIEWS, BINS)."""
    return np.repeat(shares, np.diff(EDGES), axis=0).T.copy()


def _taken(survey: Survey, shares: NDArray[np.float32]) -> float:
    """How much of the noise is taken out, by amplitude; louder bands count more."""
    noise = survey.parted[1]
    return float(np.sum(noise * shares.sum(axis=1)) / max(float(noise.sum()), 1e-20))


def _notice(survey: Survey, taken: float) -> str:
    if taken >= HARDLY:
        return ""
    if survey.snr_db > NOISY_DB:
        nearly = "nearly " if taken > 0.05 else ""
        return f"I hear hardly any noise in it, so I left it {nearly}as it was."
    return "What sounds around the voice is too much like it, so I took out only a little."


def _between(value: float, limits: tuple[float, float]) -> float:
    return float(np.clip((value - limits[0]) / (limits[1] - limits[0]), 0, 1))
