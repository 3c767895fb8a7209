"""A scene as sound, piece by piece: its layers added up, kept from clipping, and closed to a loop where it is one.

layers ─▶ sum ─▶ [loop] ─▶ limiter ─▶ pieces

scene      |head|----------body----------|over|
loop            |----------body----------|x|        x: the head comes in while what is over goes out, so that
                                                    the end goes on where the loop begins
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from assistant.audio import Samples
from models.sound.generation.grain import samples_of
from models.sound.generation.layer_sound import LayerSound
from models.sound.generation.limiter import Limiter
from models.sound.generation.scene import Scene

PIECE_S = 1.0
JOINT_S = 1.5
"""How long the end of a loop goes over into its beginning."""


def pieces(scene: Scene) -> Iterator[Samples]:
    """All of a scene, shape (n, 2) a piece, at `RATE`; together they are as long as it is, to the sample."""
    limiter = Limiter()
    whole = _looped(scene) if scene.loop else _summed(scene, samples_of(scene.seconds))
    for piece in whole:
        yield limiter.push(piece)
    yield limiter.finish()


def _summed(scene: Scene, length: int) -> Iterator[Samples]:
    sounds = _sounds(scene)
    at, size = 0, samples_of(PIECE_S)
    while at < length:
        count = min(size, length - at)
        yield _sum(sounds, count)
        at += count


def _sum(sounds: Sequence[LayerSound], count: int) -> Samples:
    made = np.zeros((count, 2), np.float32)
    for sound in sounds:
        made += sound.take(count)
    return made


def _sounds(scene: Scene) -> list[LayerSound]:
    """Softer where many sound at once, so that together they are about as loud as one."""
    fore = [layer for layer in scene.layers if not layer.background]
    made = []
    for place, layer in enumerate(scene.layers):
        beside = sum(other.start_s < layer.end_s and layer.start_s < other.end_s for other in fore)
        gain = -10 * float(np.log10(max(1, beside))) if not layer.background else 0.0
        made.append(LayerSound(replace(layer, gain_db=layer.gain_db + gain), scene.seed, place, scene.room))
    return made


def _looped(scene: Scene) -> Iterator[Samples]:
    joint = min(samples_of(JOINT_S), samples_of(scene.seconds) // 3)
    length = samples_of(scene.seconds)
    more = joint / samples_of(1.0) + 1.0
    longer = tuple(
        replace(layer, seconds=layer.seconds + more) if layer.end_s >= scene.seconds - 0.01 else layer
        for layer in scene.layers
    )
    head, held = np.zeros((0, 2), np.float32), np.zeros((0, 2), np.float32)
    for piece in _summed(replace(scene, layers=longer), length + joint):
        held = np.concatenate((held, piece))
        if not len(head) and len(held) >= joint:
            head, held = held[:joint], held[joint:]
        if len(head) and len(held) > 2 * joint:
            yield held[: -2 * joint]
            held = held[-2 * joint :]
    share = ((np.arange(joint) + 0.5) / joint).astype(np.float32)[:, None]
    held[-joint:] = held[-joint:] * np.cos(share * np.pi / 2) + head * np.sin(share * np.pi / 2)
    yield held
