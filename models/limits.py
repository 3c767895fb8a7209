"""How much memory models may take, and what is said where that is too little."""

from assistant.errors import EngineError
from models.budget import Footprint
from models.options import ModelsOptions
from models.slot import Gauge
from models.wording import megabytes

HOST_SHARE, GPU_SHARE = 0.5, 0.9
"""Of the machine's memory, what models may take where the settings do not say."""


def limit_of(options: ModelsOptions, gauge: Gauge, held: Footprint) -> Footprint:
    """What models may take in all; `held` is what they take now. Of the GPU, other programs keep what they have."""
    total = gauge.total()
    gpu_mb = max(0.0, total.gpu_mb - max(0.0, gauge.used().gpu_mb - held.gpu_mb)) * GPU_SHARE
    host_mb = total.host_mb * HOST_SHARE if options.host_mb is None else options.host_mb
    return Footprint(host_mb, gpu_mb if options.gpu_mb is None else options.gpu_mb)


def too_large(name: str, needs: Footprint, limit: Footprint) -> EngineError:
    """Why a model will never fit."""
    if needs.gpu_mb and not limit.gpu_mb:
        return EngineError(f"The engine {name} needs a GPU, and models have none here.")
    on_gpu = needs.gpu_mb > limit.gpu_mb
    needed, there = (needs.gpu_mb, limit.gpu_mb) if on_gpu else (needs.host_mb, limit.host_mb)
    where, setting = (" on the GPU", "gpu_mb") if on_gpu else ("", "host_mb")
    return EngineError(
        f"The engine {name} needs about {megabytes(needed)} of memory{where}, and models have {megabytes(there)} in "
        f"all, together with what the conversation needs. The setting models.{setting} says how much."
    )
