"""How much memory the GPUs use, asked of NVIDIA's driver. Torch is never loaded."""

import ctypes
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

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
