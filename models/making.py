"""Public models that transform sound, or make it: their weights, and the engines around them."""

from models.base import Card
from models.entries import Entry, Weights
from models.sound import audiosep_public as audiosep
from models.sound.diffusion_public import DIFFUSION, FILES, PublicDiffusion
from models.speech import sepformer_public as sepformer


def _sepformer(card: Card) -> Weights:
    about, use = f"{card.about}; takes SpeechBrain in an environment of its own", sepformer.use(card)
    return Weights(
        card.name, card.task, card.source, sepformer.FILES, sepformer.MB[card.name], card.licence, about, use
    )


def _sepformer_entry(card: Card) -> Entry:
    return Entry(card, "assistant.resident:sepformer_separation", weights=card.name, apart=True)


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
    *(_sepformer(card) for card in sepformer.CARDS),
    _audiosep(audiosep.CARD),
    *(_diffusion(one) for one in DIFFUSION),
)
MAKING_ENGINES: tuple[Entry, ...] = (
    *(_sepformer_entry(card) for card in sepformer.CARDS),
    Entry(audiosep.CARD, "models.sound.described_extraction:DescribedExtraction", weights=audiosep.CARD.name),
    *(entry for one in DIFFUSION for entry in _diffusion_entries(one)),
)
