"""How engines fail, and what is said of it.

* EngineError
  x EngineBroken        it broke down, and has to be loaded again
    x OutOfMemory       for want of memory
"""

from assistant.errors import EarshotError, EngineError

SCARCE = ("out of memory", "failed to allocate", "bad_alloc", "not enough memory", "cublas_status_alloc_failed")
"""What the errors of libraries say when memory is short: torch, onnxruntime, CTranslate2 and CUDA itself."""


class EngineBroken(EngineError):
    """An engine broke down, and has to be loaded again."""


class OutOfMemory(EngineBroken):
    """An engine broke down for want of memory."""


def explained(name: str, error: BaseException) -> EarshotError:
    """What an engine of this name raised, as an error of ours; its sentence is fit to be spoken."""
    if isinstance(error, EarshotError):
        return error
    if is_scarcity(error):
        return OutOfMemory(f"The engine {name} ran out of memory.")
    return EngineBroken(f"The engine {name} broke down.")


def is_scarcity(error: BaseException) -> bool:
    """Whether memory was short."""
    said = f"{type(error).__name__} {error}".lower()
    return isinstance(error, MemoryError) or "outofmemory" in said or any(sign in said for sign in SCARCE)
