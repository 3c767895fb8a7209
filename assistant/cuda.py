"""NVIDIA's libraries out of their wheels, loaded before anybody looks for them.

site-packages/nvidia/cublas/lib/libcublas.so.12 …        for CTranslate2, and so faster-whisper
                    cudnn/lib/libcudnn.so.9 …            for onnxruntime-gpu, with the others

The dynamic linker does not look there. But a library that is loaded already is found by its name, so loading them is
enough, and LD_LIBRARY_PATH, which must be set before a program starts, is not needed.
"""

import ctypes
import logging
import sys
from collections.abc import Iterator, Sequence
from importlib.util import find_spec
from pathlib import Path

logger = logging.getLogger(__name__)

DRIVER = "libcuda.so.1"
"""It comes with the driver; without it there is nothing to do."""
LIBRARIES = ("cudart", "nvrtc", "nvJitLink", "cublasLt", "cublas", "cufft", "curand", "cudnn")
"""In the order in which they need each other."""


def has_driver(driver: str = DRIVER) -> bool:
    """Whether NVIDIA's driver is here, so that there may be a GPU."""
    try:
        ctypes.CDLL(driver)
    except OSError:
        return False
    return True


def preload(driver: str = DRIVER, roots: Sequence[Path] | None = None) -> list[Path]:
    """Load the libraries of the wheels that are installed; those that were loaded. Does nothing without a GPU's driver.

    `roots` are the folders named nvidia; None: where Python finds them.
    """
    if not has_driver(driver):
        return []
    return [path for path in wheels(_roots() if roots is None else roots) if _loaded(path)]


def wheels(roots: Sequence[Path]) -> Iterator[Path]:
    """The libraries there are, in the order in which they are to be loaded."""
    for name in LIBRARIES:
        for root in roots:
            yield from sorted(root.glob(f"*/lib/lib{name}.so.*"))


def _loaded(path: Path) -> bool:
    try:
        ctypes.CDLL(str(path), mode=ctypes.RTLD_GLOBAL)
    except OSError as error:
        logger.warning("%s cannot be loaded: %s", path, error)
        return False
    return True


def _roots() -> list[Path]:
    spec = find_spec("nvidia")
    return [Path(place) for place in (spec.submodule_search_locations or ())] if spec else []


def main() -> int:
    """Say which libraries can be loaded; the exit code."""
    loaded = preload()
    for path in loaded:
        print(path)
    if not loaded:
        print(f"None was loaded: {DRIVER}, which comes with NVIDIA's driver, or the wheels of `[gpu]` are not here.")
    return 0 if loaded else 1


if __name__ == "__main__":
    sys.exit(main())
