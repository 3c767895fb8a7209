"""Gives a wish its times: which layer sounds when, and how long all of it is."""

from collections.abc import Sequence
from dataclasses import replace

from models.sound.generation.layer_sound import chance, natural_s
from models.sound.generation.scene import Layer, Scene, Step, Wish

USUAL_S = 10.0
"""How long sound is that goes on, if nothing is said."""
MUSIC_S = 30.0
"""How long music is."""
SEVERAL = 4
"""How many are heard at least of what comes at a rate, where nothing is said."""
AFTER_S = 0.4
"""What is left for the end of a sound that happens to ring out, and between two steps of such."""
LEAST_S = 1.0
RINGS_S = 0.8
"""What is left for the last chord of music to ring out."""
OVER_S = 0.2
"""How far a step reaches into the next one."""


def arranged(wish: Wish, seconds: float | None, seed: int) -> Scene:
    """The scene of a wish.

    Args:
        seconds: how long all of it is to be; None where nothing is said.
    """
    whole = seconds or wish.seconds
    needs = [_needs(step, wish, seed) for step in wish.steps]
    often = max((layer.every_s for step in wish.steps for layer in step.layers), default=0.0)
    usual = max(MUSIC_S if wish.music else USUAL_S, SEVERAL * often)
    lengths = _lengths(wish.steps, needs, whole, usual)
    if whole is not None and len(wish.steps) == 1:
        lengths = [whole]
    layers, at = list[Layer](), 0.0
    for step, length in zip(wish.steps, lengths, strict=True):
        layers += [_ending(_placed(layer, at, length, step), length, wish.loop) for layer in step.layers]
        at += length
    total = whole if whole is not None else at
    return Scene(tuple(_within(layers, total)), total, seed, wish.room, wish.loop, wish.music)


def _needs(step: Step, wish: Wish, seed: int) -> float | None:
    """How long a step takes: as was said, or as long as what happens in it; None where it may be of any length."""
    if step.seconds is not None:
        return step.seconds
    counted = [layer for layer in step.layers if layer.count]
    if len(counted) < len(step.layers):
        return None
    # The place of a layer in the scene is what its chance is drawn from.
    first = sum(len(s.layers) for s in wish.steps[: wish.steps.index(step)])
    found = [natural_s(layer, chance(seed, layer, first + k)) for k, layer in enumerate(counted)]
    return max(found, default=0.0) + AFTER_S


def _lengths(steps: Sequence[Step], needs: Sequence[float | None], whole: float | None, usual: float) -> list[float]:
    """Seconds of each step: what it needs, and for the others an equal share of the rest."""
    fixed = sum(need for need in needs if need is not None)
    free = sum(need is None for need in needs)
    if free:
        share = max(LEAST_S, ((whole or max(usual, fixed + usual / 2)) - fixed) / free)
        return [share if need is None else need for need in needs]
    lengths = [need for need in needs if need is not None]
    if whole is not None and any(step.seconds is not None for step in steps) and fixed > 0:
        return [length * whole / fixed for length in lengths]
    return lengths


def _placed(layer: Layer, at: float, length: float, step: Step) -> Layer:
    """A layer within its step; where other sounds go on, one that happens comes a little later."""
    late = layer.later * length
    among = layer.count and not layer.every_s and any(not other.count for other in step.layers)
    later = late or 0.12 * length if among else late
    return replace(layer, start_s=at + later, seconds=length - later + (OVER_S if not layer.count else 0.0))


def _ending(layer: Layer, length: float, loop: bool) -> Layer:
    """Music is told how long it is, so that it comes to an end, or round to its beginning."""
    if layer.source != "music":
        return layer
    return replace(layer, style=replace(layer.style, seconds=length - (0 if loop else RINGS_S), again=loop))


def _within(layers: Sequence[Layer], total: float) -> list[Layer]:
    """None longer than all of it; what would begin behind its end is left out."""
    return [replace(one, seconds=min(one.seconds, total - one.start_s)) for one in layers if one.start_s < total - 0.02]
