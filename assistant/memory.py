"""How much memory this process takes, asked of the system."""

import os
import sys
from pathlib import Path


def resident_bytes() -> int:
    """What is in RAM now; where the system does not tell, the most that ever was."""
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[1])
    except (OSError, IndexError, ValueError):
        return largest_bytes()
    return pages * os.sysconf("SC_PAGE_SIZE")


def largest_bytes() -> int:
    """The most that ever was in RAM; 0 where the system does not tell.

    Linux is asked through /proc: its `getrusage` counts what the parent held when it started this process.
    """
    try:
        fields = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
        return int(fields["VmHWM"].split()[0]) * 1024
    except (OSError, KeyError, IndexError, ValueError):
        return _largest_by_usage()


def _largest_by_usage() -> int:
    try:
        import resource
    except ImportError:
        return 0
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit
