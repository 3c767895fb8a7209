"""The conversation: audio types, events, session, devices, screens, command line.

Some of our top-level packages have names that others use too (`config`, `models`). The folder that holds ours goes to
the front of the path, so that a stray package of the same name is never taken for one of them.

onnxruntime reports on its use to its makers unless it is told not to before it is loaded; nothing of ours does that.
"""

import os
import sys
from pathlib import Path

_HOME = str(Path(__file__).resolve().parents[1])
sys.path[:] = [_HOME, *(entry for entry in sys.path if entry != _HOME)]

os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")
