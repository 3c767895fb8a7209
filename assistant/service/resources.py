"""How much memory the process and the GPUs use, asked of the system and of NVIDIA's driver. Torch is never loaded."""

import ctypes
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

NVML = "libnvidia-ml.so.1"
"""NVIDIA's management library; it comes with the driver."""


class _Memory(ctypes.Structure):
    """`nvmlMemory_t`, in bytes."""

    _fields_ = [("total", ctypes.c_ulonglong), ("free", ctypes.c_ulonglong), ("used", ctypes.c_ulonglong)]


@dataclass(frozen=True, slots=True)
class GpuMemory:
    """One GPU's, of all programs together."""

    index: int
    used: int
    """Bytes."""
    total: int


def resident_bytes() -> int:
    """The memory of this process that is in RAM; 0 where the system does not tell."""
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[1])
    except (OSError, IndexError, ValueError):
        return _largest_bytes()
    return pages * os.sysconf("SC_PAGE_SIZE")


def _largest_bytes() -> int:
    """The most it ever was, for systems without /proc."""
    try:
        import resource
    except ImportError:
        return 0
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit


def gpu_memory(library: str = NVML) -> list[GpuMemory]:
    """The memory of each GPU; none without NVIDIA's driver. Takes a few milliseconds."""
    try:
        nvml = ctypes.CDLL(library)
        with _started(nvml) as up:
            return list(_each(nvml)) if up else []
    except (OSError, AttributeError):  # no driver, or one too old
        return []


@contextmanager
def _started(nvml: ctypes.CDLL) -> Iterator[bool]:
    up = nvml.nvmlInit_v2() == 0
    try:
        yield up
    finally:
        if up:
            nvml.nvmlShutdown()


def _each(nvml: ctypes.CDLL) -> Iterator[GpuMemory]:
    count = ctypes.c_uint()
    if nvml.nvmlDeviceGetCount_v2(ctypes.byref(count)):
        return
    for index in range(count.value):
        handle, memory = ctypes.c_void_p(), _Memory()
        failed = nvml.nvmlDeviceGetHandleByIndex_v2(index, ctypes.byref(handle))
        if not failed and not nvml.nvmlDeviceGetMemoryInfo(handle, ctypes.byref(memory)):
            yield GpuMemory(index, memory.used, memory.total)
