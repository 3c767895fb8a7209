"""Sound extraction: how much nearer one sound of a mixture comes to what it is alone.

SI-SDR improvement (Le Roux et al. 2019) on mixtures of two sounds at -5 to 5 dB, of recordings that are held out: asked
for by name, by an example, and by the part in which it is heard. What is refused although it is there counts as 0 dB;
how often that is, and how often what is not there is refused, are figures of their own.

The embedded network that is shipped was taught all of ESC-10; docs/models/extraction.md has the figures of one that
was not. Its figures are those of unseen recordings with other recordings of these kinds.

Beside the engines: nothing; the ideal ratio mask, which knows both sounds and which no mask surpasses by much; spectra
of the classes by matrix factorization; the harmonic or the percussive part, whichever is nearer.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice

import numpy as np

from assistant.audio import Samples
from assistant.evaluation.capability.base import Bench, Contender, Row
from assistant.evaluation.capability.clips import By, chance, clip, kinds_of_sound, said, turns
from assistant.evaluation.capability.levels import at_snr, headroom, levelled, runs, stretch
from assistant.evaluation.capability.materials import SOUND_RATE, SoundPair
from assistant.evaluation.capability.metrics import si_sdr_improvement
from assistant.evaluation.capability.trials import UNTOUCHED, Tally, attempt, first_sound, job, tried, written
from assistant.evaluation.recordings import Recordings, labelled, split
from models.base import Made
from models.sound.extraction_network import CLASSES
from models.sound.extraction_ways import BESIDE_IT, OF_EXAMPLE, SHARPNESS
from models.sound.spectra import Spectrum, magnitudes
from models.sound.spectral_bases import Matrix, bases, share
from models.sound.target_words import meant

TASK = "extract_sound"
USUAL = 120
"""Mixtures, unless it is limited."""
SNR_DB = (-5.0, 5.0)
MUSIC = "acoustic_guitar"
"""The label of the music on which nothing was trained; where there is none of it, any music is taken."""
PART_S = (3.0, 6.0)
"""The part in which a sound is heard where it is asked for by its part, of ten seconds."""
WHOLE_S = 10.0
LEARNED = 16
"""Recordings of a class whose spectra are learned."""

Pick = Callable[[SoundPair], Samples]


@dataclass(frozen=True, slots=True)
class Rival:
    """What engines are compared with: it knows more than they do, or is simple."""

    name: str
    pick: Pick


def measure(contenders: Sequence[Contender], bench: Bench) -> Iterator[Row]:
    """The figures of each.

    Raises:
        DataError: there are no labelled sounds.
        EngineMissing: a library that measures is not here.
    """
    tally, found = Tally(), kinds(bench.recordings)
    rivals = _rivals(bench.recordings, sorted(found))
    most = USUAL if bench.limit is None else bench.limit
    for pair in pairs(bench.recordings, found, most, bench.seed):
        for rival in rivals:
            _note(tally, rival.name, "si_sdri_db", pair, rival.pick(pair))
        for contender in (UNTOUCHED, *contenders):
            _by_name(tally, contender, bench, pair)
    for pair in pairs(bench.recordings, found, most // 3, bench.seed + 1):
        for contender in contenders:
            _by_example(tally, contender, bench, pair)
            _by_part(tally, contender, bench, pair)
            _rest(tally, contender, bench, pair)
            _absent(tally, contender, bench, pair, found)
    yield from tally.rows()


def kinds(recordings: Recordings) -> By:
    """Recordings by what sounds in them: of the classes that are known by name, those that are held out."""
    found = {name: rows for name, rows in kinds_of_sound(recordings, speech=True).items() if _label(name)}
    music = [row for row, label in labelled(recordings.rows("sounds")) if label == "music"]
    unseen = [row for row in music if MUSIC in row["labels"]] or music
    return found | ({"music": unseen} if unseen else {})


def pairs(recordings: Recordings, found: By, n: int, seed: int) -> Iterator[SoundPair]:
    """Mixtures of two classes, each wanted as often as the others."""
    rng = chance(seed, "extraction")
    for name in islice(turns(sorted(found), rng), n):
        other = str(rng.choice([one for one in sorted(found) if one != name]))
        target, rest = (clip(recordings, found[one], rng, SOUND_RATE) for one in (name, other))
        snr = float(rng.uniform(*SNR_DB))
        yield _mixed(levelled(target), rest, (_label(name), _label(other)), snr, rng)


def _mixed(
    target: Samples, rest: Samples, labels: tuple[str, str], snr_db: float, rng: np.random.Generator
) -> SoundPair:
    rest = at_snr(target, stretch(rest, len(target), rng), snr_db)
    scale = headroom(target + rest)
    target, rest = target * scale, rest * scale
    return SoundPair(target + rest, target, rest, *labels, snr_db)


def _label(name: str) -> str:
    """What a class is called by the engine; empty where it knows none of this name."""
    found = meant(said(name))
    return found[0].label if len(found) == 1 and found[0].label in CLASSES else ""


# ------------------------------------------------------------------- engines


def _by_name(tally: Tally, contender: Contender, bench: Bench, pair: SoundPair) -> None:
    made = attempt(contender, bench, TASK, pair.mixture, pair.rate, target=f"the {pair.label}")
    tally.add(contender.name, "refused_present", made is None)
    value = _note(tally, contender.name, "si_sdri_db", pair, _sound(made, pair))
    tally.add(contender.name, f"si_sdri_db {pair.label}", value)


def _rest(tally: Tally, contender: Contender, bench: Bench, pair: SoundPair) -> None:
    """All but the sound: the other one of the two."""
    made = attempt(contender, bench, TASK, pair.mixture, pair.rate, target=f"everything but the {pair.label}")
    other = replace(pair, target=pair.other, other=pair.target)
    _note(tally, contender.name, "si_sdri_db of the rest", other, _sound(made, pair))


def _by_example(tally: Tally, contender: Contender, bench: Bench, pair: SoundPair) -> None:
    """The first half of the sound alone is the example, the second half what is found by it in a mixture."""
    half = len(pair.target) // 2
    example, target, other = pair.target[:half], pair.target[half:], pair.other[half:]
    if not all(runs(part, pair.rate) for part in (example, target, other)):
        return
    other = at_snr(target, other, pair.snr_db)
    later = replace(pair, mixture=target + other, target=target, other=other)
    files = {"audio": written(bench, later.mixture, pair.rate), "example": written(bench, example, pair.rate)}
    made = tried(contender, job(bench, TASK, files, target="this sound"))
    _note(tally, contender.name, "si_sdri_db by example", later, _sound(made, later))


def _by_part(tally: Tally, contender: Contender, bench: Bench, pair: SoundPair) -> None:
    """The other sound goes on for ten seconds, and what is wanted is heard in three of them."""
    start, end = (round(second * pair.rate) for second in PART_S)
    whole = np.resize(pair.other, round(WHOLE_S * pair.rate))
    found = runs(pair.target, pair.rate)
    if not found:
        return
    target = np.zeros_like(whole)
    cut = pair.target[found[0][0] :][: end - start]
    target[start : start + len(cut)] = cut
    first_s, last_s = PART_S
    files = {"audio": written(bench, whole + target, pair.rate)}
    made = tried(contender, job(bench, TASK, files, target="the thing", start_s=first_s, end_s=last_s))
    part = slice(start, end)
    cut_pair = replace(pair, mixture=(whole + target)[part], target=target[part], other=whole[part])
    _note(tally, contender.name, "si_sdri_db by part", cut_pair, _sound(made, cut_pair))


def _absent(tally: Tally, contender: Contender, bench: Bench, pair: SoundPair, found: By) -> None:
    """A sound that is in neither recording, by its name and by an example."""
    others = [name for name in sorted(found) if _label(name) not in (pair.label, pair.other_label)]
    wanted = others[round(abs(pair.snr_db) * 1000) % len(others)]
    made = attempt(contender, bench, TASK, pair.mixture, pair.rate, target=f"the {_label(wanted)}")
    tally.add(contender.name, "refused_absent", made is None)
    example = clip(bench.recordings, found[wanted], chance(bench.seed, f"absent {pair.snr_db}"), pair.rate)
    files = {"audio": written(bench, pair.mixture, pair.rate), "example": written(bench, example, pair.rate)}
    again = tried(contender, job(bench, TASK, files, target="this sound"))
    tally.add(contender.name, "refused_absent by example", again is None)


def _sound(made: Made | None, pair: SoundPair) -> Samples:
    """What was made; the mixture where it was refused."""
    return pair.mixture if made is None else first_sound(made, pair.rate)


def _note(tally: Tally, name: str, metric: str, pair: SoundPair, estimate: Samples) -> float:
    value = si_sdr_improvement(estimate, pair.target, pair.mixture)
    tally.add(name, metric, value)
    return value


# -------------------------------------------------------------------- rivals


def _rivals(recordings: Recordings, names: Sequence[str]) -> tuple[Rival, ...]:
    spectra = _class_spectra(recordings, names)
    return (
        Rival("(ideal mask)", _ideal),
        Rival("(class spectra)", lambda pair: _by_spectra(pair, spectra)),
        Rival("(harmonic or percussive)", _harmonic_or_percussive),
    )


def _ideal(pair: SoundPair) -> Samples:
    """The ratio mask of two sounds that are known."""
    whole, target, other = (Spectrum.of(one[:, None], pair.rate) for one in (pair.mixture, pair.target, pair.other))
    own, rest = np.abs(target.values) ** 2, np.abs(other.values) ** 2
    made = Spectrum((whole.values * (own / (own + rest + 1e-12))).astype(np.complex64), pair.rate, whole.length)
    return made.sound()[:, 0]


def _class_spectra(recordings: Recordings, names: Sequence[str]) -> Mapping[str, Matrix]:
    """Bases of each class, of recordings that are not held out."""
    rows = [
        *labelled(split(recordings.rows("sounds"))[0]),
        *((row, "speech") for row in split(recordings.rows("voices"))[0]),
    ]
    learned: dict[str, Matrix] = {}
    for name in names:
        of_it = [row for row, label in rows if label == name and MUSIC not in row.get("labels", ())][:LEARNED]
        if of_it:
            heard = np.concatenate(
                [magnitudes(recordings.sound(row, SOUND_RATE)[:, None], SOUND_RATE) for row in of_it]
            )
            learned[_label(name)] = bases(heard[heard.max(axis=1) > 1e-3 * heard.max()], OF_EXAMPLE, 0, lambda: None)
    return learned


def _by_spectra(pair: SoundPair, learned: Mapping[str, Matrix]) -> Samples:
    if pair.label not in learned:
        return pair.mixture
    mixture = pair.mixture[:, None]
    mask = share(magnitudes(mixture, pair.rate), learned[pair.label], BESIDE_IT, 0, lambda: None, SHARPNESS)
    return Spectrum.of(mixture, pair.rate).masked(mask).sound()[:, 0]


def _harmonic_or_percussive(pair: SoundPair) -> Samples:
    """Median filtering (Fitzgerald 2010), as librosa has it."""
    import librosa

    parts = librosa.effects.hpss(pair.mixture)
    return max(parts, key=lambda part: si_sdr_improvement(part, pair.target, pair.mixture))
