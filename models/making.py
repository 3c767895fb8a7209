"""Public models that transform sound, or make it: their weights, and the engines around them."""

from models.base import Card
from models.entries import Entry, Weights
from models.sound import audiosep_public as audiosep
from models.sound.diffusion_public import DIFFUSION, FILES, PublicDiffusion
from models.speech import sepformer_public as sepformer

ESPNET_FILES = ("*.yaml", "*.yml", "*.pth", "*.npz", "*.npy", "*.model", "*.md")
"""What ESPnet reads of a model as it packs them."""
VISINGER = Card(
    "espnet-visinger",
    "sing",
    "model",
    "ESPnet's VISinger, a woman's voice that sings Mandarin, from characters or pinyin (Opencpop)",
    "CC-BY-4.0",
    source="espnet/opencpop_visinger",
    host_mb=2000.0,
    languages=("cmn",),
)
VISINGER_MB = 400


def _sepformer(card: Card) -> Weights:
    about, use = f"{card.about}; takes SpeechBrain in an environment of its own", sepformer.use(card)
    return Weights(
        card.name, card.task, card.source, sepformer.FILES, sepformer.MB[card.name], card.licence, about, use
    )


def _sepformer_entry(card: Card) -> Entry:
    return Entry(card, "assistant.resident_espnet:sepformer_separation", weights=card.name, apart=True)


def _visinger() -> Weights:
    about = f"{VISINGER.about}; takes ESPnet in an environment of its own"
    use = f'models.interpreters.{VISINGER.name} = "a Python that has ESPnet", and songs in Chinese characters are its'
    return Weights(VISINGER.name, "sing", VISINGER.source, ESPNET_FILES, VISINGER_MB, VISINGER.licence, about, use)


def _audiosep(card: Card) -> Weights:
    about = f"{card.about}; takes Earshot's extra audio"
    use = f'models.engines.{card.task} = "{card.name}", with clap pulled too'
    return Weights(card.name, card.task, card.source, audiosep.FILES, audiosep.MB, card.licence, about, use)


def _diffusion(one: PublicDiffusion) -> Weights:
    about, licence = f"{one.about}; takes Earshot's extra generate", one.licence
    return Weights(one.name, "generate_audio", one.repo, FILES, one.size_mb, licence, about, one.use, commercial=False)


def _diffusion_entries(one: PublicDiffusion) -> tuple[Entry, ...]:
    module = "models.sound.diffusion"
    target, options = f"{module}_generation:DiffusionGeneration", {**one.options, "tries": one.tries}
    making = Entry(one.card("generate_audio"), target, options, one.name)
    filling = Entry(one.card("inpaint_audio"), f"{module}_inpainting:DiffusionInpainting", one.options, one.name)
    return (making, filling) if one.inpaints else (making,)


MAKING_WEIGHTS: tuple[Weights, ...] = (
    _visinger(),
    *(_sepformer(card) for card in sepformer.CARDS),
    _audiosep(audiosep.CARD),
    *(_diffusion(one) for one in DIFFUSION),
)
MAKING_ENGINES: tuple[Entry, ...] = (
    Entry(VISINGER, "assistant.resident_espnet:espnet_singing", weights=VISINGER.name, apart=True),
    *(_sepformer_entry(card) for card in sepformer.CARDS),
    Entry(audiosep.CARD, "models.sound.described_extraction:DescribedExtraction", weights=audiosep.CARD.name),
    *(entry for one in DIFFUSION for entry in _diffusion_entries(one)),
)
